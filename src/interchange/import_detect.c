#include "interchange/import_detect.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "interchange/pattern.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { LOOK_BYTES = 256 << 10, LOOK_LINES = 400, HEADS_NEEDED = 2, HTML_NEEDED = 3 };


/* JSON texts: a backslash of an expression is written twice more. */
#define JDATE "\\\\d{4}[-/.年]\\\\d{1,2}[-/.月]\\\\d{1,2}日?"
#define JCLOCK "\\\\d{1,2}:\\\\d{2}(?::\\\\d{2})?"

const struct import_template import_templates[] = {
	{ "name_time", "昵称 时间，正文在下一行", "Name and time, text on the next lines", "tb小鱼 2026-01-02 10:11:12\n在吗\n青禾服饰:小美 2026-01-02 10:11:30\n亲，在的",
	  "{\"speaker\":\"^(.+?)\\\\s+" JDATE "\\\\s+" JCLOCK "\\\\s*$\",\"time\":\"(" JDATE "\\\\s+" JCLOCK ")\\\\s*$\",\"skip\":\"^[-=*_—]{5,}\",\"others\":\"customer\"}" },
	{ "name_paren_time", "昵称(时间)：正文", "Name (time): text", "tb小鱼(2026-01-02 10:11:12)：在吗\n青禾服饰:小美(2026-01-02 10:11:30)：亲，在的",
	  "{\"speaker\":\"^(.+?)\\\\s*[(（]" JDATE "\\\\s+" JCLOCK "[)）]\",\"time\":\"[(（](" JDATE "\\\\s+" JCLOCK ")[)）]\",\"text\":\"[)）]\\\\s*[:：]?\\\\s*(.*)$\",\"skip\":\"^[-=*_—]{5,}\",\"others\":\"customer\"}" },
	{ "bracket_time_name", "[时间] 昵称: 正文", "[Time] name: text", "[2026-01-02 10:11:12] tb小鱼: 在吗\n[2026-01-02 10:11:30] 青禾服饰:小美: 亲，在的",
	  "{\"speaker\":\"^\\\\[[^\\\\]]+\\\\]\\\\s*(.+?)[:：](?:\\\\s|$)\",\"time\":\"^\\\\[(" JDATE "\\\\s+" JCLOCK ")\\\\]\",\"text\":\"^\\\\[[^\\\\]]+\\\\]\\\\s*.+?[:：](?:\\\\s|$)\\\\s*(.*)$\",\"others\":\"customer\"}" },
	{ "time_name_text", "时间 昵称: 正文", "Time name: text", "2026-01-02 10:11:12 tb小鱼: 在吗\n2026-01-02 10:11:30 青禾服饰:小美: 亲，在的",
	  "{\"speaker\":\"^" JDATE "\\\\s+" JCLOCK "\\\\s+(.+?)[:：](?:\\\\s|$)\",\"time\":\"^(" JDATE "\\\\s+" JCLOCK ")\",\"text\":\"^" JDATE "\\\\s+" JCLOCK "\\\\s+.+?[:：](?:\\\\s|$)\\\\s*(.*)$\",\"others\":\"customer\"}" },
	{ "time_name", "时间 昵称，正文在下一行", "Time and name, text on the next lines", "2026-01-02 10:11:12 tb小鱼\n在吗\n2026-01-02 10:11:30 青禾服饰:小美\n亲，在的",
	  "{\"speaker\":\"^" JDATE "\\\\s+" JCLOCK "\\\\s+(\\\\S.*?)\\\\s*$\",\"time\":\"^(" JDATE "\\\\s+" JCLOCK ")\",\"skip\":\"^[-=*_—]{5,}\",\"others\":\"customer\"}" },
	{ NULL, NULL, NULL, NULL, NULL },
};

struct str
mapping_build(struct arena *a, const char *format, const char *member, const char *section)
{
	return arena_printf(a, "{\"sources\":[{\"files\":[\"*\"],\"format\":\"%s\",\"%s\":%s}]}", format, member, section);
}

static bool
ends(struct str name, const char *end)
{
	size_t n = strlen(end);
	return name.n > n && str_eq_nocase(str_sub(name, name.n - n, name.n), str_of(end));
}

/* Lines that begin a message by this template, of the first ones. */
static enum err
heads_count(struct arena *a, struct str section, struct str text, int *ret_heads)
{
	const struct json *chat;
	struct pattern *speaker, *time;
	struct pattern_hit hit;
	struct str line;
	char why[120];
	enum err e = json_parse(a, section, &chat, NULL);
	if (!e)
		e = pattern_new(a, json_text(json_get(chat, "speaker")), &speaker, why);
	if (!e)
		e = pattern_new(a, json_text(json_get(chat, "time")), &time, why);
	*ret_heads = 0;
	for (int i = 0; !e && i < LOOK_LINES && str_split(&text, '\n', &line); i++) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		*ret_heads += pattern_find(time, line, NULL, &hit) == OK && pattern_find(speaker, line, NULL, &hit) == OK;
	}
	return e;
}

static enum err
chat_detect(struct arena *a, struct str text, struct detected *d)
{
	struct str plain = text;
	const struct import_template *best = NULL;
	int most = HEADS_NEEDED - 1;
	enum err e = strcmp(d->format, "html") ? OK : html_text(a, text, &plain);
	for (const struct import_template *t = import_templates; !e && t->key; t++) {
		struct arena_mark mark = arena_mark(a);
		int heads = 0;
		e = heads_count(a, str_of(t->chat), plain, &heads);
		arena_rewind(a, mark);
		if (heads > most) {
			most = heads;
			best = t;
		}
	}
	d->kind = "chats";
	d->mapping = mapping_build(a, d->format, "chat", best ? best->chat : "{\"speaker\":\"\",\"time\":\"\",\"others\":\"customer\"}");
	return e ? e : d->mapping.p ? OK : ERR_NO_MEMORY;
}

struct kinds {
	struct arena *arena;
	const char *kind;
	int rows;
};

static enum err
kind_row_look(void *ctx, const struct str *cells, size_t n, int64_t row)
{
	struct kinds *k = ctx;
	(void)row;
	if (k->kind || k->rows++ >= HEADER_WITHIN)
		return OK;
	k->kind = table_kind_of(k->arena, cells, n);
	return OK;
}

static enum err
table_detect(struct arena *a, struct str bytes, struct detected *d, char why[200])
{
	struct arena *row = arena_new(64 << 20);
	struct kinds k = { .arena = row };
	char section[64];
	struct mapping_rows rows = { .names_arena = a, .arena = row, .cells = kind_row_look, .ctx = &k };
	enum err e = row ? OK : ERR_NO_MEMORY;
	if (!e && !strcmp(d->format, "xlsx"))
		e = mapping_xlsx_each(bytes, 1, &rows, why);
	else if (!e)
		e = mapping_csv_each(&rows, bytes, strcmp(d->format, "tsv") ? ',' : '\t', "", why);
	/* A piece of a text may end within quotes. */
	if (e == ERR_BAD_TYPE && strcmp(d->format, "xlsx") != 0)
		e = OK;
	d->kind = k.kind ? k.kind : "";
	snprintf(section, sizeof section, "{\"kind\":\"%s\"%s}", k.kind ? k.kind : "chats", k.kind && strcmp(k.kind, "chats") ? "" : ",\"others\":\"customer\"");
	d->mapping = mapping_build(a, d->format, "table", section);
	arena_free(row);
	return e ? e : d->mapping.p ? OK : ERR_NO_MEMORY;
}

static bool
is_lines(struct str text)
{
	struct str line = STR_NONE;
	text = str_trim(text);
	return str_split(&text, '\n', &line) && str_starts(line, STR("{")) && str_find(line, STR("\"type\"")) > 0;
}

static const char *
format_look(struct str bytes, struct str text, struct str name)
{
	static const char *const tags[] = { "<html", "<!doctype html", "<body", "<div", "<table", "<p>", "<span", "</", NULL };
	int html = 0;
	if (str_starts(bytes, STR("PK\x03\x04")))
		return ends(name, ".xlsx") ? "xlsx" : NULL;
	if (is_lines(text))
		return "jsonl";
	if (ends(name, ".csv"))
		return "csv";
	if (ends(name, ".tsv"))
		return "tsv";
	for (int i = 0; tags[i]; i++)
		html += str_find(text, str_of(tags[i])) >= 0;
	return html >= HTML_NEEDED || ends(name, ".html") || ends(name, ".htm") ? "html" : "txt";
}

enum err
import_detect(struct arena *a, const char *path, struct str name, struct detected *ret, char why[200])
{
	struct mapping_file f = { 0 };
	struct str text = STR("");
	/* The stored file has no name's end; whether it is a workbook its first bytes say. */
	enum err e = mapping_file_open(path, LOOK_BYTES, &f, why);
	bool packed = !e && str_starts((struct str){ f.bytes, f.size }, STR("PK\x03\x04"));
	if (packed) {
		mem_free(f.bytes);
		f.bytes = NULL;
		e = mapping_file_open(path, 0, &f, why);
	} else if (!e) {
		e = text_decode(a, (struct str){ f.bytes, f.size }, &text);
	}
	*ret = (struct detected){ .kind = "", .mapping = STR("{}") };
	if (!e) {
		ret->format = format_look((struct str){ f.bytes, f.size }, text, name);
		if (!ret->format)
			e = ERR_BAD_TYPE;
	}
	if (!e && !strcmp(ret->format, "jsonl"))
		ret->kind = "lines";
	else if (!e && (!strcmp(ret->format, "txt") || !strcmp(ret->format, "html")))
		e = chat_detect(a, text, ret);
	else if (!e)
		e = table_detect(a, packed ? (struct str){ f.bytes, f.size } : text, ret, why);
	mem_free(f.bytes);
	return e;
}
