#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/start.h"
#include "base/clock.h"
#include "cli.h"
#include "interchange/import_job.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { WORDS_MAX = 1024, TOLD_MAX = 50 };

static const char help[] =
	"antball import --db URL [--strict] [--mapping FILE-or-NAME [--shop KEY] [--lines FILE | --preview]] [--format table|json|csv] FILE...\n\n"
	"Reads interchange lines (docs/interchange.md) into the record; the same file twice changes nothing. A bad line is told with its number\n"
	"and reason, and the rest goes in; with --strict nothing does. Nothing is ever sent to anyone. Ends with a reconciliation table. What went in is\n"
	"listed on the desk's import page, and can be taken back there. May run beside a serving centre.\n\n"
	"  --mapping FILE   the files are of another layout (.txt, .html, .json, .jsonl, .csv, .tsv, .xlsx, or one of them in a .zip), which this\n"
	"                   mapping describes: a file (docs/interchange.md), or the name of one that the desk keeps (with --db)\n"
	"  --shop KEY       whose chats, orders... they are; instead of what the mapping says\n"
	"  --preview        import nothing; print what the mapping finds, as JSON: names, columns, samples, rejected lines\n"
	"  --lines FILE     import nothing; write the interchange lines to FILE, to look at them. With --db nicknames bound on the desk are known\n";

struct telling {
	int told;
	int64_t hidden;
	const struct mapping_result *mapped; /* lines are told by where they came from */
	char *const *sources;
};

struct job {
	const char *url, *mapping, *shop, *lines, *format;
	bool strict, preview;
	char *const *files;
	int n;
	struct db *db; /* with a mapping: open before, for what the desk keeps */
	struct telling t;
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
import_files(struct job *j, char *const *files, int n, const struct mapping_result *mapped)
{
	struct import_options o = { .strict = j->strict, .rules = true, .now = clock_now(), .tell = tell, .tell_ctx = &j->t };
	struct import_report report = { 0 };
	char why[200] = "";
	struct db *db = j->db ? j->db : cli_db(&cli_import, j->url, true);
	j->db = db;
	if (!db)
		return 1;
	if (mapped) {
		report.records = mapped->records;
		report.unmapped = mapped->rejected;
	}
	enum err e = app_seed(db, why);
	if (!e)
		e = job_open(db, o.now, j->files[0], mapped ? "mapping" : "lines", &o.import_id);
	if (!e)
		e = import_run(db, &o, files, (size_t)n, &report, why);
	if (o.import_id && job_close(db, o.import_id, clock_now(), &report, e, why))
		fprintf(stderr, "antball import: the list of imports does not tell of this one's end: %s\n", db_error(db));
	if (j->t.hidden)
		fprintf(stderr, "... and %lld more rejected lines\n", (long long)j->t.hidden);
	if (e)
		cli_fail(&cli_import, why[0] ? why : db_error(db));
	return report_out(&report, j->format) || e ? 1 : 0;
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
preview_out(struct findings *f, const struct mapping_result *mapped, const char *why)
{
	struct buf out;
	struct json_writer w;
	buf_init(&out, 8 << 20);
	jw_init(&w, &out);
	jw_object(&w);
	findings_write(f, &w);
	jw_member_int(&w, "records", mapped->records);
	jw_member_int(&w, "unmapped", mapped->rejected);
	jw_member_text(&w, "why", str_of(why));
	jw_end(&w);
	enum err e = jw_finish(&w);
	if (!e)
		fwrite(out.p, 1, out.n, stdout);
	putchar('\n');
	buf_free(&out);
	return e ? 1 : 0;
}

/* A file, or what the desk keeps under this name. */
static bool
mapping_read(struct job *j, struct arena *a, struct mapping_options *o)
{
	o->mapping_path = j->mapping;
	if (access(j->mapping, F_OK) == 0)
		return true;
	if (j->db && job_mapping_named(j->db, a, j->mapping, &o->mapping_text) == OK)
		return true;
	fprintf(stderr, "antball import: %s is neither a file nor a mapping of the desk%s\n", j->mapping, j->db ? "" : " (for those --db is needed)");
	return false;
}

static int
mapped_finish(struct job *j, enum err e, struct findings *f, struct mapping_result *mapped, char *temp, const char *why)
{
	if (j->preview)
		return preview_out(f, mapped, e ? why : "") || e ? 1 : 0;
	if (e)
		return cli_fail(&cli_import, why);
	fprintf(stderr, "%lld records gave %lld lines; %lld records were rejected\n", (long long)mapped->records, (long long)mapped->lines, (long long)mapped->rejected);
	return j->lines ? 0 : import_files(j, &temp, 1, mapped);
}

static int
import_mapped(struct job *j)
{
	struct mapping_result mapped = { 0 };
	struct findings f = { 0 };
	struct arena *a = arena_new(8 << 20);
	struct mapping_options o = { .shop = j->shop, .now = clock_now(), .strict = j->strict, .tell = j->preview ? NULL : tell_record, .ctx = &j->t, .findings = &f };
	char path[300], why[200] = "";
	int status = 1;
	if (j->url && !(j->db = cli_db(&cli_import, j->url, !j->preview && !j->lines)))
		return arena_free(a), 1;
	o.bind = j->db ? job_bind : NULL;
	o.bind_ctx = j->db;
	char *temp = j->lines ? NULL : lines_file(path);
	j->t.mapped = &mapped;
	j->t.sources = j->files;
	if (a && (j->lines || temp) && mapping_read(j, a, &o) && findings_init(&f) == OK) {
		enum err e = mapping_apply(&o, j->files, (size_t)j->n, j->lines ? j->lines : temp, &mapped, why);
		status = mapped_finish(j, e, &f, &mapped, temp, why);
	}
	if (temp)
		unlink(temp);
	findings_free(&f);
	mapping_result_free(&mapped);
	j->t.mapped = NULL;
	arena_free(a);
	return status;
}

static int
run(int argc, char **argv)
{
	struct job j = { .format = "table" };
	const char *strict = NULL, *preview = NULL;
	static char *words[WORDS_MAX];
	const struct cli_option options[] = { { "db", false, &j.url }, { "strict", true, &strict }, { "mapping", false, &j.mapping }, { "shop", false, &j.shop },
		                              { "lines", false, &j.lines }, { "preview", true, &preview }, { "format", false, &j.format } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_import, "too many files at once");
	int n = cli_parse(&cli_import, argc, argv, options, sizeof options / sizeof *options, words);
	if (n < 0)
		return 2;
	j.strict = strict != NULL;
	j.preview = preview != NULL;
	j.files = words;
	j.n = n;
	if ((j.lines || j.preview || j.shop) && !j.mapping)
		return cli_usage(&cli_import, j.lines ? "--lines needs --mapping" : "--preview and --shop need --mapping");
	if ((!j.url && !j.lines && !j.preview) || n == 0)
		return cli_usage(&cli_import, "--db URL and at least one FILE are needed");
	if (strcmp(j.format, "table") != 0 && strcmp(j.format, "json") != 0 && strcmp(j.format, "csv") != 0)
		return cli_usage(&cli_import, "--format is table, json or csv");
	int status = j.mapping ? import_mapped(&j) : import_files(&j, words, n, NULL);
	if (j.db)
		db_close(j.db);
	return status;
}

const struct cli_command cli_import = { "import", "read interchange files, or others through a mapping", help, run };
