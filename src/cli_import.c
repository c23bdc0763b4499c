#include <stdio.h>
#include <string.h>

#include "app/start.h"
#include "base/clock.h"
#include "cli.h"
#include "interchange/import.h"
#include "base/banned.h"

enum { WORDS_MAX = 1024, TOLD_MAX = 50 };

static const char help[] =
	"antball import --db URL [--strict] [--mapping FILE] [--format table|json|csv] FILE...\n\n"
	"Reads interchange lines (docs/interchange.md) into the record; the same file twice changes nothing. A bad line is told with its number\n"
	"and reason, and the rest goes in; with --strict nothing does. Nothing is ever sent to anyone. Ends with a reconciliation table.\n"
	"May run beside a serving centre.\n\n"
	"  --mapping FILE   the files are of another layout, which this mapping file describes (docs/interchange.md)\n";

struct telling {
	int told;
	int64_t hidden;
	bool quiet;
};

static void
tell(void *ctx, const char *file, int64_t line, const char *what)
{
	struct telling *t = ctx;
	if (!line)
		return;
	if (t->told++ < TOLD_MAX)
		fprintf(stderr, "%s:%lld: %s\n", file, (long long)line, what);
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
import_files(const char *url, char *const *files, int n, bool strict, const char *format)
{
	struct telling t = { 0 };
	struct import_options o = { .strict = strict, .now = clock_now(), .tell = tell, .ctx = &t };
	struct import_report report;
	char why[200];
	struct db *db = cli_db(&cli_import, url, true);
	if (!db)
		return 1;
	enum err e = app_seed(db, why);
	if (!e)
		e = import_run(db, &o, files, (size_t)n, &report, why);
	if (t.hidden)
		fprintf(stderr, "... and %lld more rejected lines\n", (long long)t.hidden);
	db_close(db);
	if (e)
		cli_fail(&cli_import, why);
	return report_out(&report, format) || e ? 1 : 0;
}

static int
run(int argc, char **argv)
{
	const char *url = NULL, *strict = NULL, *mapping = NULL, *format = "table";
	static char *words[WORDS_MAX];
	const struct cli_option options[] = { { "db", false, &url }, { "strict", true, &strict }, { "mapping", false, &mapping }, { "format", false, &format } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_import, "too many files at once");
	int n = cli_parse(&cli_import, argc, argv, options, 4, words);
	if (n < 0)
		return 2;
	if (!url || n == 0)
		return cli_usage(&cli_import, "--db URL and at least one FILE are needed");
	if (strcmp(format, "table") != 0 && strcmp(format, "json") != 0 && strcmp(format, "csv") != 0)
		return cli_usage(&cli_import, "--format is table, json or csv");
	return import_files(url, words, n, strict != NULL, format);
}

const struct cli_command cli_import = { "import", "read interchange files, or others through a mapping", help, run };
