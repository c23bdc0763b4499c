/* doctor: what an operator would look at. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <fcntl.h>

#include "app/start.h"
#include "app/tls.h"
#include "base/clock.h"
#include "cli.h"
#include "contact/file_sql.h"
#include "team/password.h"
#include "base/banned.h"

static int
finding(int bad, const char *what, const char *detail)
{
	printf("%-8s %-16s %s\n", bad ? "PROBLEM" : "ok", what, detail);
	return bad;
}

static int
doctor_disk(const struct config *c)
{
	struct statvfs v;
	char text[120];
	if (statvfs(c->data, &v))
		return finding(1, "disk", strerror(errno));
	long long mb = (long long)v.f_bavail * (long long)v.f_frsize >> 20;
	snprintf(text, sizeof text, "%lld MB free, writes are refused below %lld MB", mb, (long long)c->reserve_mb);
	return finding(mb < 2 * c->reserve_mb, "disk", text);
}

/* Is somebody serving from it now? A word only. */
static bool
is_serving(const char *data)
{
	char path[600];
	snprintf(path, sizeof path, "%s/lock", data);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool taken = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
	if (fd >= 0)
		close(fd);
	return taken;
}

static int
doctor_directory(const struct config *c)
{
	char text[700], path[600];
	struct stat st;
	if (access(c->data, R_OK | W_OK | X_OK)) {
		snprintf(text, sizeof text, "%s: %s", c->data, strerror(errno));
		return finding(1, "data directory", text);
	}
	if (stat(c->data, &st) == 0 && st.st_mode & S_IRWXO) {
		snprintf(text, sizeof text, "%s can be read by everybody: chmod 700", c->data);
		return finding(1, "data directory", text);
	}
	snprintf(text, sizeof text, "%s%s", c->data, is_serving(c->data) ? ", a server is running on it" : "");
	finding(0, "data directory", text);
	snprintf(path, sizeof path, "%s/secret", c->data);
	bool old = stat(path, &st) == 0, whole = old && st.st_size == 32;
	return finding(old && !whole, "secret", !old ? "is made at the first start" : whole ? path : "is damaged: restore it from a backup");
}

static int
doctor_version(struct db *db)
{
	int64_t has = 0, knows = all_migrations_count ? all_migrations[all_migrations_count - 1].version : 0;
	char text[160];
	if (db_version(db, &has))
		return finding(1, "schema", "this is not a database of Antball");
	if (!has)
		return finding(1, "schema", "there are no tables yet: antball serve makes them");
	snprintf(text, sizeof text, "version %lld, this program's is %lld%s", (long long)has, (long long)knows,
	         has > knows ? ": use the newer program" : has < knows ? ": brought up to date at the next start" : "");
	return finding(has > knows, "schema", text);
}

struct files {
	const char *data;
	int64_t n, missing;
};

static enum err
file_look(void *ctx, const void *row)
{
	struct files *f = ctx;
	const struct file_stored_list_out *r = row;
	char path[700];
	snprintf(path, sizeof path, "%.500s/files/%.2s/%.*s", f->data, r->stored_name.p, STR_ARG(r->stored_name));
	f->n++;
	f->missing += access(path, R_OK) != 0;
	return OK;
}

static int
doctor_files(const struct config *c, struct db *db)
{
	struct files f = { .data = c->data };
	char text[160];
	if (query_each(db, &file_stored_list, NULL, file_look, &f))
		return finding(1, "uploaded files", db_error(db));
	if (f.missing)
		snprintf(text, sizeof text, "%lld of %lld are missing: put files/ back from the backup", (long long)f.missing, (long long)f.n);
	else
		snprintf(text, sizeof text, "%lld, all there", (long long)f.n);
	return finding(f.missing > 0, "uploaded files", text);
}

static int
doctor_database(const struct config *c)
{
	struct db *db;
	char why[200] = "";
	int64_t started = clock_monotonic();
	enum err e = db_open(c->db, &(struct db_options){ .read_only = true }, &db, why);
	if (e)
		return finding(1, "database", why);
	int bad = finding(0, "database", c->db);
	e = db_check(db, why);
	if (e == ERR_NOT_SUPPORTED)
		snprintf(why, sizeof why, "PostgreSQL checks its own pages (data_checksums)");
	else if (!e)
		snprintf(why, sizeof why, "whole, looked at in %lld ms", (long long)(clock_monotonic() - started));
	bad += finding(e && e != ERR_NOT_SUPPORTED, "integrity", why);
	if (!e || e == ERR_NOT_SUPPORTED) {
		int wrong = doctor_version(db);
		bad += wrong ? wrong : doctor_files(c, db);
	}
	db_close(db);
	return bad;
}

static int
doctor_run(int argc, char **argv)
{
	struct config c;
	char why[200] = "";
	config_defaults(&c);
	int status = cli_config(&cli_doctor, argc, argv, &c);
	if (status)
		return status;
	int bad = doctor_directory(&c);
	struct stat st;
	bool there = stat(c.data, &st) == 0;
	if (there && config_complete(&c, why))
		bad += finding(1, "configuration", why);
	if (c.password_mb < PASSWORD_MB_LEAST)
		bad += finding(1, "password_mb", "less than OWASP's least for argon2id in two passes, 19 MB");
	if (there)
		bad += doctor_disk(&c);
	if (c.db[0])
		bad += doctor_database(&c);
	bool sound = !tls_check(&c, why);
	bad += finding(!sound, "TLS", why);
	printf(bad ? "%d problem%s\n" : "all is well\n", bad, bad == 1 ? "" : "s");
	return bad ? 1 : 0;
}

const struct cli_command cli_doctor = {
	"doctor", "look at integrity, disk and configuration",
	"antball doctor [--config FILE] [--data DIR] [--db URL] [--NAME VALUE ...]\n\n"
	"Looks at the data directory, free disk, the integrity and version of the database, the uploaded files, the certificate and the configuration, as antball serve\n"
	"with the same options would find them. One line a finding; exit 1 when there is a problem. Changes nothing, may run beside a serving centre.\n",
	doctor_run,
};
