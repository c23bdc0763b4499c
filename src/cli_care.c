/* Care of the database: migrate, backup, restore, doctor, check-sql. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/app.h"
#include "app/start.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cli.h"
#include "base/banned.h"

enum { WORDS_MAX = 64 };

static int
migrate_run(int argc, char **argv)
{
	const char *url = NULL;
	char *words[WORDS_MAX];
	const struct cli_option options[] = { { "db", false, &url } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_migrate, "too many words");
	int n = cli_parse(&cli_migrate, argc, argv, options, 1, words);
	if (n)
		return n < 0 ? 2 : cli_usage(&cli_migrate, "only options are expected");
	if (!url)
		return cli_usage(&cli_migrate, "--db is missing");
	struct db *db = cli_db(&cli_migrate, url, true);
	if (!db)
		return 1;
	char why[200] = "";
	enum err e = app_seed(db, why);
	db_close(db);
	if (e)
		return cli_fail(&cli_migrate, why);
	printf("%s is up to date\n", url);
	return 0;
}

const struct cli_command cli_migrate = {
	"migrate", "bring a database up to date",
	"antball migrate --db URL\n\n"
	"Brings the schema of a database to this program's version (serve, import and the others do so by themselves). A database\n"
	"of a newer version is refused and left as it is: upgrade the program first. Make a backup before an upgrade.\n",
	migrate_run,
};

static int
backup_run(int argc, char **argv)
{
	const char *url = NULL;
	char *words[WORDS_MAX], why[200] = "";
	struct db *db;
	const struct cli_option options[] = { { "db", false, &url } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_backup, "too many words");
	int n = cli_parse(&cli_backup, argc, argv, options, 1, words);
	if (n < 0)
		return 2;
	if (n != 1 || !url)
		return cli_usage(&cli_backup, "--db URL and one FILE are needed");
	enum err e = db_open(url, &(struct db_options){ .read_only = false }, &db, why);
	if (e)
		return cli_fail(&cli_backup, why);
	e = db_backup(db, words[0], why);
	db_close(db);
	if (e == ERR_NOT_SUPPORTED)
		return cli_fail(&cli_backup, "this is PostgreSQL: use pg_dump -Fc (consistent while the centre runs), and copy the data directory's files/ and secret");
	if (e)
		return cli_fail(&cli_backup, why);
	printf("%s holds a consistent copy; keep the data directory's files/ and secret with it\n", words[0]);
	return 0;
}

const struct cli_command cli_backup = {
	"backup", "make a consistent copy while the centre runs",
	"antball backup --db FILE TO\n\n"
	"Copies the database to the new file TO, consistent, while the centre goes on serving. TO must not exist. Uploaded files lie in\n"
	"the data directory's files/ (never changed once written) and the server's secret beside them: copy both after the database.\n",
	backup_run,
};

static enum err
file_copy(const char *from, const char *to, char why[200])
{
	char block[65536];
	ssize_t got = 0;
	int in = open(from, O_RDONLY | O_CLOEXEC), out = in < 0 ? -1 : open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	bool ok = in >= 0 && out >= 0;
	while (ok && (got = read(in, block, sizeof block)) > 0)
		ok = write(out, block, (size_t)got) == got;
	ok = ok && got == 0 && fsync(out) == 0;
	if (!ok)
		snprintf(why, 200, "%.90s -> %.90s: %s", from, to, strerror(errno));
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return ok ? OK : ERR_IO;
}

static int
restore_run(int argc, char **argv)
{
	const char *url = NULL;
	char *words[WORDS_MAX], why[200] = "";
	struct db *db;
	const struct cli_option options[] = { { "db", false, &url } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_restore, "too many words");
	int n = cli_parse(&cli_restore, argc, argv, options, 1, words);
	if (n < 0)
		return 2;
	if (n != 1 || !url)
		return cli_usage(&cli_restore, "--db FILE and one backup are needed");
	if (str_starts(str_of(url), STR("postgres")))
		return cli_fail(&cli_restore, "this is PostgreSQL: use pg_restore");
	/* Looked at before it takes anybody's place. */
	enum err e = db_open(words[0], &(struct db_options){ .read_only = true }, &db, why);
	if (!e) {
		e = db_check(db, why);
		db_close(db);
	}
	if (!e)
		e = file_copy(words[0], url, why);
	if (e)
		return cli_fail(&cli_restore, why);
	db = cli_db(&cli_restore, url, false);
	if (!db)
		return 1;
	db_close(db);
	printf("%s is restored and up to date\n", url);
	return 0;
}

const struct cli_command cli_restore = {
	"restore", "put a backup back",
	"antball restore --db FILE BACKUP\n\n"
	"Checks BACKUP, copies it to FILE (which must not exist: move the old database away, with its -wal and -shm), and brings it up to date.\n"
	"Put files/ and secret back into the data directory too.\n",
	restore_run,
};

static int
finding(int bad, const char *what, const char *detail)
{
	printf("%-8s %-22s %s\n", bad ? "PROBLEM" : "ok", what, detail);
	return bad;
}

static int
doctor_disk(const struct config *c)
{
	struct statvfs v;
	char text[120];
	if (statvfs(c->data, &v))
		return finding(1, "data directory", strerror(errno));
	long long mb = (long long)v.f_bavail * (long long)v.f_frsize >> 20;
	snprintf(text, sizeof text, "%lld MB free, writes are refused below %lld MB", mb, (long long)c->reserve_mb);
	return finding(mb < 2 * c->reserve_mb, "disk", text);
}

static int
doctor_database(const struct config *c)
{
	struct db *db;
	char why[200] = "";
	int64_t started = clock_monotonic();
	if (db_open(c->db, &(struct db_options){ .read_only = true }, &db, why))
		return finding(1, "database", why);
	enum err e = db_check(db, why);
	int bad = finding(0, "database", c->db);
	if (e == ERR_NOT_SUPPORTED)
		snprintf(why, sizeof why, "PostgreSQL checks its own pages (data_checksums)");
	else if (!e)
		snprintf(why, sizeof why, "whole, looked at in %lld ms", (long long)(clock_monotonic() - started));
	bad += finding(e && e != ERR_NOT_SUPPORTED, "integrity", why);
	db_close(db);
	return bad;
}

static int
doctor_run(int argc, char **argv)
{
	struct config c;
	char why[200];
	config_defaults(&c);
	for (int i = 1; i < argc; i++) {
		struct str name = str_of(argv[i]);
		if (!str_starts(name, STR("--")) || ++i == argc)
			return cli_usage(&cli_doctor, "options are --config FILE, --data DIR, --db URL");
		name = str_sub(name, 2, name.n);
		enum err e = str_eqz(name, "config") ? config_read(&c, argv[i], why) : config_set(&c, name, str_of(argv[i]), why);
		if (e)
			return cli_usage(&cli_doctor, why);
	}
	int bad = access(c.data, R_OK | W_OK | X_OK) ? finding(1, "data directory", strerror(errno)) : finding(0, "data directory", c.data);
	if (!bad && config_complete(&c, why))
		bad += finding(1, "configuration", why);
	bad += doctor_disk(&c);
	if (!bad)
		bad += doctor_database(&c);
	bool own = !!c.cert[0] == !!c.key[0];
	bad += finding(!own, "certificate", own ? c.cert[0] ? c.cert : "none of its own" : "cert and key must be given together");
	return bad ? 1 : 0;
}

const struct cli_command cli_doctor = {
	"doctor", "look at integrity, disk and configuration",
	"antball doctor [--config FILE] [--data DIR] [--db URL]\n\n"
	"Looks at the data directory, free disk, the integrity of the database and the configuration; one line a finding; exit 1 when there is a\n"
	"problem. May run beside a serving centre.\n",
	doctor_run,
};

static int
check_sql_run(int argc, char **argv)
{
	static const char *const big[] = { "message", "session", "outbox", "message_search", NULL };
	const char *url = NULL;
	char *words[WORDS_MAX], why[400];
	const struct cli_option options[] = { { "db", false, &url } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_check_sql, "too many words");
	int n = cli_parse(&cli_check_sql, argc, argv, options, 1, words), bad = 0, scans = 0, count = 0;
	if (n || !url)
		return n < 0 ? 2 : cli_usage(&cli_check_sql, "--db URL is needed, and nothing else");
	struct db *db = cli_db(&cli_check_sql, url, true);
	if (!db)
		return 1;
	for (const struct query *const *q = all_queries; *q; q++) {
		if (!(*q)->sql[db_kind(db)])
			continue;
		count++;
		enum err e = db_check_query(db, *q, big, why);
		if (e)
			printf("%s %s: %s\n", e == ERR_CONFLICT ? "scan" : "BAD", (*q)->name, why);
		scans += e == ERR_CONFLICT;
		bad += e && e != ERR_CONFLICT;
	}
	db_close(db);
	printf("%d queries: %d bad, %d scan a big table\n", count, bad, scans);
	return bad ? 1 : 0;
}

const struct cli_command cli_check_sql = {
	"check-sql", "prepare every query of the program",
	"antball check-sql --db URL\n\n"
	"Prepares every query on this database, compares its columns with its header, and lists full scans of big tables. For developers.\n",
	check_sql_run,
};
