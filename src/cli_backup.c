/* backup and restore: of the database alone, or of the whole data directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/start.h"
#include "cli.h"
#include "base/banned.h"

enum { WORDS_MAX = 64, PATH_SIZE = 1200, DEPTH_MAX = 4 };

/* What lies in a data directory beside the database. A centre has no certificate of its own before its first start on the network, and none at all
 * behind a proxy. */
static const char *const beside[] = { "secret", "tls.crt", "tls.key" };

static enum err
path_join(char out[PATH_SIZE], const char *dir, const char *name, char why[200])
{
	if (snprintf(out, PATH_SIZE, "%s/%s", dir, name) < PATH_SIZE)
		return OK;
	snprintf(why, 200, "%.150s: the path is too long", dir);
	return ERR_USAGE;
}

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

static enum err
entry_copy(const char *from, const char *to, int depth, int64_t *files, char why[200]);

/* A folder that is absent is an empty one. */
static enum err
folder_copy(const char *from, const char *to, int depth, int64_t *files, char why[200])
{
	char source[PATH_SIZE], target[PATH_SIZE];
	if (mkdir(to, 0700)) {
		snprintf(why, 200, "%.150s: %s", to, strerror(errno));
		return ERR_IO;
	}
	DIR *d = opendir(from);
	enum err e = OK;
	for (struct dirent *i; !e && d && (i = readdir(d));) {
		if (i->d_name[0] == '.')
			continue;
		e = path_join(source, from, i->d_name, why);
		if (!e)
			e = path_join(target, to, i->d_name, why);
		if (!e)
			e = entry_copy(source, target, depth + 1, files, why);
	}
	if (d)
		closedir(d);
	return e;
}

static enum err
entry_copy(const char *from, const char *to, int depth, int64_t *files, char why[200])
{
	struct stat st;
	if (lstat(from, &st) || depth > DEPTH_MAX)
		return OK; /* gone meanwhile: nothing that a row of the copy needs is ever removed */
	if (S_ISDIR(st.st_mode))
		return folder_copy(from, to, depth, files, why);
	if (!S_ISREG(st.st_mode))
		return OK;
	*files += 1;
	return file_copy(from, to, why);
}

static enum err
beside_copy(const char *from, const char *to, int64_t *files, char why[200])
{
	char source[PATH_SIZE], target[PATH_SIZE];
	enum err e = OK;
	for (size_t i = 0; !e && i < sizeof beside / sizeof *beside; i++) {
		e = path_join(source, from, beside[i], why);
		if (!e)
			e = path_join(target, to, beside[i], why);
		if (!e && access(source, F_OK) == 0)
			e = file_copy(source, target, why);
	}
	if (!e)
		e = path_join(source, from, "files", why);
	if (!e)
		e = path_join(target, to, "files", why);
	return e ? e : folder_copy(source, target, 0, files, why);
}

static void
folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)!fsync(fd);
	close(fd);
}

/* The folder that was filled under another name gets its own. It may be there already when it is empty. */
static enum err
folder_publish(const char *part, const char *to, char why[200])
{
	folder_sync(part);
	if (rename(part, to) == 0)
		return OK;
	snprintf(why, 200, "%.150s: %s", to, strerror(errno));
	return ERR_EXISTS;
}

/* Nobody loses a folder to a copy. */
static enum err
folder_free(const char *path, char why[200])
{
	DIR *d = opendir(path);
	bool used = d == NULL && errno != ENOENT;
	for (struct dirent *i; d && !used && (i = readdir(d));)
		used = strcmp(i->d_name, ".") != 0 && strcmp(i->d_name, "..") != 0;
	if (d)
		closedir(d);
	if (used)
		snprintf(why, 200, "%.150s exists already: give a new name", path);
	return used ? ERR_EXISTS : OK;
}

static enum err
part_begin(const char *to, char part[PATH_SIZE], char why[200])
{
	enum err e = folder_free(to, why);
	if (!e && snprintf(part, PATH_SIZE, "%s.part", to) >= PATH_SIZE)
		e = ERR_USAGE, snprintf(why, 200, "the path is too long");
	if (!e && mkdir(part, 0700))
		e = ERR_EXISTS, snprintf(why, 200, "%.120s: %s", part, errno == EEXIST ? "is left from a broken copy, remove it" : strerror(errno));
	return e;
}

static enum err
database_copy(const char *url, const char *to, char why[200])
{
	struct db *db;
	if (str_starts(str_of(url), STR("postgres"))) {
		snprintf(why, 200, "this is PostgreSQL: use pg_dump -Fc (consistent while the centre runs), and copy files/ and secret after it");
		return ERR_NOT_SUPPORTED;
	}
	enum err e = db_open(url, &(struct db_options){ .read_only = false }, &db, why);
	if (e)
		return e;
	e = db_backup(db, to, why);
	db_close(db);
	return e;
}

/* The database first: what its rows tell of files lay there before they were written. */
static enum err
place_backup(const char *data, const char *url, const char *to, int64_t *files, char why[200])
{
	char part[PATH_SIZE], source[PATH_SIZE], target[PATH_SIZE];
	enum err e = path_join(source, data, "centre.db", why);
	if (!e)
		e = part_begin(to, part, why);
	if (!e)
		e = path_join(target, part, "centre.db", why);
	if (!e)
		e = database_copy(url ? url : source, target, why);
	if (e) {
		rmdir(part);
		return e;
	}
	e = beside_copy(data, part, files, why);
	return e ? e : folder_publish(part, to, why);
}

static int
backup_run(int argc, char **argv)
{
	const char *url = NULL, *data = NULL;
	char *words[WORDS_MAX], why[200] = "";
	int64_t files = 0;
	const struct cli_option options[] = { { "db", false, &url }, { "data", false, &data } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_backup, "too many words");
	int n = cli_parse(&cli_backup, argc, argv, options, 2, words);
	if (n < 0)
		return 2;
	if (n != 1 || (!url && !data))
		return cli_usage(&cli_backup, "--data DIR or --db FILE, and one TO are needed");
	enum err e = data ? place_backup(data, url, words[0], &files, why) : database_copy(url, words[0], why);
	if (e)
		return cli_fail(&cli_backup, why);
	if (data)
		printf("%s holds the database, the secret and %lld uploaded files\n", words[0], (long long)files);
	else
		printf("%s holds a consistent copy; keep the data directory's files/ and secret with it\n", words[0]);
	return 0;
}

const struct cli_command cli_backup = {
	"backup", "make a consistent copy while the centre runs",
	"antball backup --data DIR [--db FILE] TO\n"
	"antball backup --db FILE TO\n\n"
	"Copies a centre while it goes on serving; the copy is of one moment, and whole. TO must not exist.\n\n"
	"  --data DIR   everything: TO becomes a folder with the database, the uploaded files, the server's secret and its certificate, from which\n"
	"               antball restore makes a data directory again. Keep it as safe as the server: the secret is in it\n"
	"  --db FILE    the database alone, to the file TO; with --data: the database, when it lies elsewhere\n\n"
	"A PostgreSQL database is copied with pg_dump -Fc; the data directory's files/ and secret after it.\n",
	backup_run,
};

/* ---- restore ---- */

static enum err
backup_check(const char *path, char why[200])
{
	struct db *db;
	enum err e = db_open(path, &(struct db_options){ .read_only = true }, &db, why);
	if (e)
		return e;
	e = db_check(db, why);
	db_close(db);
	return e;
}

/* Under another name until it is known to open: a backup of a newer program, say, leaves nothing behind. */
static enum err
database_restore(const char *from, const char *to, char why[200])
{
	char part[PATH_SIZE], log[PATH_SIZE];
	struct db *db;
	snprintf(log, sizeof log, "%s-wal", to);
	if (access(to, F_OK) == 0 || access(log, F_OK) == 0) {
		snprintf(why, 200, "%.140s is there already: move it away first", access(to, F_OK) == 0 ? to : log);
		return ERR_EXISTS;
	}
	if (snprintf(part, sizeof part, "%s.part", to) >= PATH_SIZE) {
		snprintf(why, 200, "the path is too long");
		return ERR_USAGE;
	}
	enum err e = backup_check(from, why);
	if (!e)
		e = file_copy(from, part, why);
	if (e)
		return e;
	e = app_open_db(part, false, &db, why);
	if (!e)
		db_close(db);
	if (!e && (link(part, to) || unlink(part)))
		e = ERR_IO, snprintf(why, 200, "%.150s: %s", to, strerror(errno));
	if (e)
		unlink(part);
	return e;
}

static enum err
place_restore(const char *from, const char *data, int64_t *files, char why[200])
{
	char part[PATH_SIZE], source[PATH_SIZE], target[PATH_SIZE];
	enum err e = path_join(source, from, "centre.db", why);
	if (!e)
		e = part_begin(data, part, why);
	if (!e)
		e = path_join(target, part, "centre.db", why);
	if (!e)
		e = database_restore(source, target, why);
	if (e) {
		rmdir(part);
		return e;
	}
	e = beside_copy(from, part, files, why);
	return e ? e : folder_publish(part, data, why);
}

static int
restore_run(int argc, char **argv)
{
	const char *url = NULL, *data = NULL;
	char *words[WORDS_MAX], why[200] = "";
	int64_t files = 0;
	const struct cli_option options[] = { { "db", false, &url }, { "data", false, &data } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_restore, "too many words");
	int n = cli_parse(&cli_restore, argc, argv, options, 2, words);
	if (n < 0)
		return 2;
	if (n != 1 || !url == !data)
		return cli_usage(&cli_restore, "--data DIR or --db FILE, and one BACKUP are needed");
	if (url && str_starts(str_of(url), STR("postgres")))
		return cli_fail(&cli_restore, "this is PostgreSQL: use pg_restore");
	enum err e = data ? place_restore(words[0], data, &files, why) : database_restore(words[0], url, why);
	if (e)
		return cli_fail(&cli_restore, why);
	if (data)
		printf("%s is restored and up to date, with %lld uploaded files\n", data, (long long)files);
	else
		printf("%s is restored and up to date\n", url);
	return 0;
}

const struct cli_command cli_restore = {
	"restore", "put a backup back",
	"antball restore --data DIR BACKUP\n"
	"antball restore --db FILE BACKUP\n\n"
	"Checks BACKUP, copies it to a place where nothing is yet (move the old one away first), and brings the database up to date.\n\n"
	"  --data DIR   the data directory, from a BACKUP made with --data\n"
	"  --db FILE    the database alone, from a BACKUP made without; put files/ and secret back into the data directory too\n",
	restore_run,
};
