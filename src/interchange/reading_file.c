/* A chat log or a table from its file: decoded, then line by line or row by row. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { PIECE = 4 << 20 };

#define KEEP_MAX ((size_t)3 << 30) /* of a file of 1 GB in GB18030 */

static const char *
format_of(struct str name, const struct json *source)
{
	static const struct {
		const char *end, *format;
	} ends[] = { { ".txt", "txt" },  { ".log", "txt" },  { ".html", "html" }, { ".htm", "html" }, { ".csv", "csv" },
		     { ".tsv", "tsv" },  { ".xlsx", "xlsx" }, { ".text", "txt" }, { ".mht", "html" } };
	struct str given = json_text(json_get(source, "format"));
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i].end);
		if (given.n ? str_eqz(given, ends[i].format) : name.n > n && str_eq_nocase(str_sub(name, name.n - n, name.n), str_of(ends[i].end)))
			return ends[i].format;
	}
	return NULL;
}

static enum err
rows_read(struct reading *r, const struct json *source, const char *format, struct str bytes, const char *name, char why[200])
{
	struct table *t = NULL;
	struct str delimiter = json_text(json_get(source, "delimiter"));
	enum err e = table_new(r, &t, why);
	struct mapping_rows rows = { .names_arena = r->keep, .arena = r->arena, .cells = table_row, .ctx = t };
	if (!e && !strcmp(format, "xlsx"))
		e = mapping_xlsx_each(bytes, json_int(json_get(source, "sheet"), 1), &rows, why);
	else if (!e)
		e = mapping_csv_each(&rows, bytes, delimiter.n ? delimiter.p[0] : !strcmp(format, "tsv") ? '\t' : ',', name, why);
	return e ? e : table_end(t, why);
}

static enum err
chat_text(struct reading *r, const char *format, struct str text, char why[200])
{
	struct str plain = text;
	enum err e = strcmp(format, "html") ? OK : html_text(r->keep, text, &plain);
	return e ? e : chat_read(r, plain, why);
}

enum err
reading_file(struct reading *r, const struct json *source, const char *path, char why[200])
{
	struct mapping_file f = { 0 };
	struct str text = STR_NONE;
	bool chat = json_get(source, "chat") != NULL;
	r->keep = arena_new(KEEP_MAX);
	enum err e = r->keep ? mapping_file_open(path, r->most ? PIECE : 0, &f, why) : ERR_NO_MEMORY;
	const char *format = e ? NULL : format_of(str_of(f.name), source);
	bool packed = format && !strcmp(format, "xlsx");
	if (!e && (!format || (chat && strcmp(format, "txt") != 0 && strcmp(format, "html") != 0) || (!chat && (!strcmp(format, "txt") || !strcmp(format, "html"))))) {
		snprintf(why, 200, "%.100s: state the format: %s", f.name, chat ? "txt or html" : "csv, tsv or xlsx");
		e = ERR_BAD_TYPE;
	}
	if (!e)
		e = packed ? OK : text_decode(r->keep, (struct str){ f.bytes, f.size }, &text);
	if (e == ERR_BAD_TYPE && !why[0])
		snprintf(why, 200, "%.100s: is neither UTF-8 nor UTF-16 nor GB18030 text", f.name);
	r->serial = packed;
	if (!e && chat)
		e = chat_text(r, format, text, why);
	else if (!e)
		e = rows_read(r, source, format, packed ? (struct str){ f.bytes, f.size } : text, f.name, why);
	arena_free(r->keep);
	r->keep = NULL;
	mem_free(f.bytes);
	return e;
}
