#include "desk/phrase.h"

#include "base/text.h"
#include "base/utf8.h"
#include "search/pinyin.h"
#include "base/banned.h"

enum { COLUMNS_MAX = 32, KEYS_CHARS = 60 };

static const char *const names[3][4] = {
	{ "快捷短语编码", "编码", "code", NULL },
	{ "快捷短语", "内容", "text", NULL },
	{ "快捷短语分组", "分组", "folder", NULL },
};

const char *
phrase_clean(struct phrase *p)
{
	p->code = str_trim(p->code.p ? p->code : STR(""));
	p->text = str_trim(p->text.p ? p->text : STR(""));
	p->folder = str_trim(p->folder.p ? p->folder : STR(""));
	if (utf8_count(p->code) > PHRASE_CODE_MAX)
		return "code";
	if (!p->text.n || utf8_count(p->text) > PHRASE_TEXT_MAX)
		return "text";
	return utf8_count(p->folder) > PHRASE_FOLDER_MAX ? "folder" : NULL;
}

enum err
phrase_keys(struct arena *a, const struct phrase *p, struct str *ret_keys)
{
	return pinyin_keys(a, utf8_head(p->text, KEYS_CHARS), ret_keys);
}

uint64_t
phrase_identity(const struct phrase *p)
{
	return p->code.n ? str_hash(p->code) * 2 : str_hash(p->text) * 2 + 1;
}

uint64_t
phrase_content(const struct phrase *p)
{
	return str_hash(p->code) * 31 * 31 + str_hash(p->text) * 31 + str_hash(p->folder);
}

static int
column_find(const struct str *fields, size_t n, const char *const *known)
{
	for (; *known; known++)
		for (size_t i = 0; i < n; i++)
			if (str_eq_nocase(str_trim(fields[i]), str_of(*known)))
				return (int)i;
	return -1;
}

enum err
phrase_reader_start(struct phrase_reader *r, struct arena *a, struct str text)
{
	struct str fields[COLUMNS_MAX];
	size_t n = 0;
	enum err e = OK;
	*r = (struct phrase_reader){ .arena = a, .rest = text };
	if (!csv_next(a, &r->rest, ',', fields, COLUMNS_MAX, &n, &r->line, &e))
		return e ? e : ERR_BAD_FIELD;
	n = n < COLUMNS_MAX ? n : COLUMNS_MAX;
	r->code = column_find(fields, n, names[0]);
	r->text = column_find(fields, n, names[1]);
	r->folder = column_find(fields, n, names[2]);
	return r->text < 0 ? ERR_BAD_FIELD : OK;
}

static struct str
field_at(const struct str *fields, size_t n, int column)
{
	return column >= 0 && (size_t)column < n ? fields[column] : STR("");
}

bool
phrase_reader_next(struct phrase_reader *r, struct phrase *ret, enum err *ret_err)
{
	struct str fields[COLUMNS_MAX];
	size_t n = 0;
	*ret_err = OK;
	while (csv_next(r->arena, &r->rest, ',', fields, COLUMNS_MAX, &n, &r->line, ret_err)) {
		n = n < COLUMNS_MAX ? n : COLUMNS_MAX;
		*ret = (struct phrase){ field_at(fields, n, r->code), field_at(fields, n, r->text), field_at(fields, n, r->folder) };
		if (str_trim(ret->code).n || str_trim(ret->text).n || str_trim(ret->folder).n)
			return true;
	}
	return false;
}

static void
cell_add(struct buf *out, struct str s)
{
	bool plain = true;
	for (size_t i = 0; i < s.n; i++)
		plain &= s.p[i] != '"' && s.p[i] != ',' && s.p[i] != '\n' && s.p[i] != '\r';
	if (plain) {
		buf_add(out, s);
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, s.p[i]);
	}
	buf_char(out, '"');
}

void
phrase_file_start(struct buf *out)
{
	buf_addz(out, "\xef\xbb\xbf" "快捷短语编码,快捷短语,快捷短语分组\r\n");
}

void
phrase_file_line(struct buf *out, const struct phrase *p)
{
	cell_add(out, p->code);
	buf_char(out, ',');
	cell_add(out, p->text);
	buf_char(out, ',');
	cell_add(out, p->folder);
	buf_addz(out, "\r\n");
}
