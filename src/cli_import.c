#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/start.h"
#include "base/clock.h"
#include "cli.h"
#include "interchange/import.h"
#include "interchange/mapping.h"
#include "base/banned.h"

enum { WORDS_MAX = 1024, TOLD_MAX = 50 };

static const char help[] =
	"antball import --db URL [--strict] [--mapping FILE [--lines FILE]] [--format table|json|csv] FILE...\n\n"
	"Reads interchange lines (docs/interchange.md) into the record; the same file twice changes nothing. A bad line is told with its number\n"
	"and reason, and the rest goes in; with --strict nothing does. Nothing is ever sent to anyone. Ends with a reconciliation table.\n"
	"May run beside a serving centre.\n\n"
	"  --mapping FILE   the files are of another layout (.json, .jsonl, .csv, .tsv, .xlsx, or one of them in a .zip), which this mapping\n"
	"                   file describes (docs/interchange.md)\n"
	"  --lines FILE     with --mapping: write the interchange lines to FILE, to look at them, and import nothing (no --db needed)\n";

struct telling {
	int told;
	int64_t hidden;
	const struct mapping_result *mapped; /* lines are told by where they came from */
	char *const *sources;
};

static void
tell(void *ctx, const char *file, int64_t line, const char *what)
{
	struct telling *t = ctx;
	if (!line)
		return;
	char place[160];
	if (t->told++ >= TOLD_MAX) {
		t->hidden++;
	} else if (t->mapped) {
		mapping_where(t->mapped, t->sources, line, place);
		fprintf(stderr, "%s: %s\n", place, what);
	} else {
		fprintf(stderr, "%s:%lld: %s\n", file, (long long)line, what);
	}
}

static void
tell_record(void *ctx, const char *file, int64_t record, const char *what)
{
	struct telling *t = ctx;
	const char *slash = strrchr(file, '/');
	if (t->told++ < TOLD_MAX)
		fprintf(stderr, "%s record %lld: %s\n", slash ? slash + 1 : file, (long long)record, what);
	else
		t->hidden++;
}

static int
report_out(const struct import_report *r, const char *format)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	enum err e = import_report_print(r, str_of(format), &out);
	if (!e)
		fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	return e ? 1 : 0;
}

static int
import_files(const char *url, char *const *files, int n, bool strict, const char *format, struct telling *t)
{
	struct import_options o = { .strict = strict, .now = clock_now(), .tell = tell, .ctx = t };
	struct import_report report;
	char why[200];
	struct db *db = cli_db(&cli_import, url, true);
	if (!db)
		return 1;
	enum err e = app_seed(db, why);
	if (!e)
		e = import_run(db, &o, files, (size_t)n, &report, why);
	if (t->hidden)
		fprintf(stderr, "... and %lld more rejected lines\n", (long long)t->hidden);
	db_close(db);
	if (e)
		cli_fail(&cli_import, why);
	return report_out(&report, format) || e ? 1 : 0;
}

/* The mapped lines go through a file of their own, which is gone afterwards. */
static char *
lines_file(char path[300])
{
	const char *dir = getenv("TMPDIR");
	snprintf(path, 300, "%.250s/antball-lines-XXXXXX", dir && dir[0] ? dir : "/tmp");
	int fd = mkstemp(path);
	if (fd < 0) {
		fprintf(stderr, "antball import: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	close(fd);
	return path;
}

static int
import_mapped(const char *url, const char *mapping, const char *lines, char *const *files, int n, bool strict, const char *format)
{
	struct mapping_result mapped;
	struct telling t = { .mapped = &mapped, .sources = files };
	struct mapping_options o = { .mapping_path = mapping, .now = clock_now(), .strict = strict, .tell = tell_record, .ctx = &t };
	char path[300], why[200];
	char *temp = lines ? NULL : lines_file(path);
	if (!lines && !temp)
		return 1;
	enum err e = mapping_apply(&o, files, (size_t)n, lines ? lines : temp, &mapped, why);
	if (!e)
		fprintf(stderr, "%lld records gave %lld lines; %lld records were rejected\n", (long long)mapped.records, (long long)mapped.lines,
		        (long long)mapped.rejected);
	int status = e ? cli_fail(&cli_import, why) : lines ? 0 : import_files(url, &temp, 1, strict, format, &t);
	if (temp)
		unlink(temp);
	mapping_result_free(&mapped);
	return status;
}

static int
run(int argc, char **argv)
{
	const char *url = NULL, *strict = NULL, *mapping = NULL, *lines = NULL, *format = "table";
	struct telling t = { 0 };
	static char *words[WORDS_MAX];
	const struct cli_option options[] = { { "db", false, &url }, { "strict", true, &strict }, { "mapping", false, &mapping },
		                                { "lines", false, &lines }, { "format", false, &format } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_import, "too many files at once");
	int n = cli_parse(&cli_import, argc, argv, options, sizeof options / sizeof *options, words);
	if (n < 0)
		return 2;
	if (lines && !mapping)
		return cli_usage(&cli_import, "--lines needs --mapping");
	if ((!url && !lines) || n == 0)
		return cli_usage(&cli_import, "--db URL and at least one FILE are needed");
	if (strcmp(format, "table") != 0 && strcmp(format, "json") != 0 && strcmp(format, "csv") != 0)
		return cli_usage(&cli_import, "--format is table, json or csv");
	if (mapping)
		return import_mapped(url, mapping, lines, words, n, strict != NULL, format);
	return import_files(url, words, n, strict != NULL, format, &t);
}

const struct cli_command cli_import = { "import", "read interchange files, or others through a mapping", help, run };
