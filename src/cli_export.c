#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli.h"
#include "interchange/export.h"
#include "base/banned.h"

enum { WORDS_MAX = 64 };

static const char help[] =
	"antball export --db URL --from DATE --to DATE [--format table|json|csv] FILE\n\n"
	"Writes interchange lines (docs/interchange.md) to FILE (\"-\": standard output): shops, people, customers, phrases, products and knowledge\n"
	"whole, and what happened from DATE to DATE (YYYY-MM-DD, both included, in each shop's time zone and after its cut hour; conversations\n"
	"that reach into these days are whole). One consistent picture, also while a centre serves. FILE appears when it is complete, readable\n"
	"by its owner only: it holds personal data. Ends with the rows of each type (on standard error when FILE is \"-\").\n";

/* Opened to read only: then a transaction is one snapshot in both databases. */
static struct db *
snapshot_open(const char *url)
{
	struct db *db = cli_db(&cli_export, url, false);
	char why[200] = "";
	if (!db)
		return NULL;
	db_close(db);
	enum err e = db_open(url, &(struct db_options){ .read_only = true }, &db, why);
	if (!e)
		return db;
	cli_fail(&cli_export, why[0] ? why : err_text(e, "en"));
	return NULL;
}

static enum err
file_write(struct db *db, const struct export_options *o, const char *path, struct export_report *report, char why[200])
{
	char temp[4096];
	if (snprintf(temp, sizeof temp, "%s.XXXXXX", path) >= (int)sizeof temp) {
		snprintf(why, 200, "the file's path is too long");
		return ERR_IO;
	}
	int fd = mkstemp(temp);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!out) {
		snprintf(why, 200, "%.150s: %s", temp, strerror(errno));
		return ERR_IO;
	}
	enum err e = export_run(db, o, out, report, why);
	if (!e && (fsync(fd) || ferror(out)))
		e = ERR_IO;
	if (fclose(out) && !e)
		e = ERR_IO;
	if (!e && rename(temp, path))
		e = ERR_IO;
	if (e == ERR_IO && !why[0])
		snprintf(why, 200, "%.150s: %s", path, strerror(errno));
	if (e)
		unlink(temp);
	return e;
}

static int
export_to(const char *url, const struct export_options *o, const char *path, const char *format)
{
	struct export_report report;
	char why[200] = "";
	bool to_stdout = !strcmp(path, "-");
	struct db *db = snapshot_open(url);
	if (!db)
		return 1;
	enum err e = to_stdout ? export_run(db, o, stdout, &report, why) : file_write(db, o, path, &report, why);
	db_close(db);
	if (e)
		return cli_fail(&cli_export, why[0] ? why : err_text(e, "en"));
	struct buf out;
	buf_init(&out, 1 << 20);
	e = export_report_print(&report, str_of(format), &out);
	if (!e)
		fwrite(out.p, 1, out.n, to_stdout ? stderr : stdout);
	buf_free(&out);
	return e ? 1 : 0;
}

static int
run(int argc, char **argv)
{
	const char *url = NULL, *from = NULL, *to = NULL, *format = "table";
	char *words[WORDS_MAX];
	struct export_options o;
	const struct cli_option options[] = { { "db", false, &url }, { "from", false, &from }, { "to", false, &to }, { "format", false, &format } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_export, "too many words");
	int n = cli_parse(&cli_export, argc, argv, options, 4, words);
	if (n < 0)
		return 2;
	if (n != 1 || !url || !from || !to)
		return cli_usage(&cli_export, "--db URL, --from DATE, --to DATE and one FILE are needed");
	if (!date_parse(str_of(from), &o.from_day) || !date_parse(str_of(to), &o.to_day) || o.to_day < o.from_day)
		return cli_usage(&cli_export, "dates are YYYY-MM-DD, and --to is not before --from");
	if (strcmp(format, "table") != 0 && strcmp(format, "json") != 0 && strcmp(format, "csv") != 0)
		return cli_usage(&cli_export, "--format is table, json or csv");
	return export_to(url, &o, words[0], format);
}

const struct cli_command cli_export = { "export", "write interchange files", help, run };
