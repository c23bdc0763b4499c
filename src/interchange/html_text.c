/* The text of an HTML page as lines: blocks and <br> end a line, cells of a table stand a tab apart, scripts and styles are nothing. */
#include <string.h>

#include "base/utf8.h"
#include "interchange/reading.h"
#include "base/banned.h"

struct html {
	struct str rest;
	char *out;
	size_t n;
	bool blank; /* white space is owed */
};

static bool
listed(struct str tag, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_nocase(tag, str_of(*words)))
			return true;
	return false;
}

static void
line_end_put(struct html *h)
{
	while (h->n && h->out[h->n - 1] == ' ')
		h->n--;
	if (h->n && h->out[h->n - 1] != '\n')
		h->out[h->n++] = '\n';
	h->blank = false;
}

static void
char_put(struct html *h, uint32_t c)
{
	if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		h->blank = true;
		return;
	}
	if (h->blank && h->n && h->out[h->n - 1] != '\n' && h->out[h->n - 1] != '\t')
		h->out[h->n++] = ' ';
	h->blank = false;
	h->n += utf8_put(c == 0xa0 ? ' ' : c, h->out + h->n);
}

/* &amp; &#20320; &#x4f60; what is none stays as it stands. */
static bool
entity_take(struct html *h, uint32_t *ret)
{
	static const struct {
		const char *name;
		uint32_t c;
	} names[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", 0xa0 }, { "yen", 0xa5 }, { "middot", 0xb7 } };
	ptrdiff_t end = str_find_char(str_sub(h->rest, 0, 12), ';');
	if (end < 2)
		return false;
	struct str name = str_sub(h->rest, 1, (size_t)end);
	uint32_t c = 0;
	if (name.p[0] == '#') {
		bool hex = name.n > 1 && (name.p[1] == 'x' || name.p[1] == 'X');
		for (size_t i = hex ? 2 : 1; i < name.n; i++) {
			char d = name.p[i];
			uint32_t v = d >= '0' && d <= '9' ? (uint32_t)(d - '0') : hex && (d | 32) >= 'a' && (d | 32) <= 'f' ? (uint32_t)((d | 32) - 'a' + 10) : 99;
			if (v > 15 || c > 0x110000)
				return false;
			c = c * (hex ? 16 : 10) + v;
		}
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eqz(name, names[i].name))
			c = names[i].c;
	if (!c || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	h->rest = str_sub(h->rest, (size_t)end + 1, h->rest.n);
	*ret = c;
	return true;
}

/* Past the end of this element, whose content is no text. */
static void
raw_skip(struct html *h, struct str tag)
{
	for (size_t i = 0; i + tag.n + 1 < h->rest.n; i++)
		if (h->rest.p[i] == '<' && h->rest.p[i + 1] == '/' && str_eq_nocase(str_sub(h->rest, i + 2, i + 2 + tag.n), tag)) {
			h->rest = str_sub(h->rest, i, h->rest.n);
			return;
		}
	h->rest = STR_NONE;
}

static void
tag_take(struct html *h)
{
	static const char *const raw[] = { "script", "style", "head", "noscript", "template", NULL };
	static const char *const blocks[] = { "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "section",
		                              "article", "blockquote", "pre", "hr", "header", "footer", "body", NULL };
	if (str_starts(h->rest, STR("<!--"))) {
		ptrdiff_t end = str_find(h->rest, STR("-->"));
		h->rest = end < 0 ? STR_NONE : str_sub(h->rest, (size_t)end + 3, h->rest.n);
		return;
	}
	bool closing = h->rest.n > 1 && h->rest.p[1] == '/';
	size_t from = closing ? 2 : 1, i = from;
	while (i < h->rest.n && ((h->rest.p[i] >= 'a' && h->rest.p[i] <= 'z') || (h->rest.p[i] >= 'A' && h->rest.p[i] <= 'Z') ||
	                         (h->rest.p[i] >= '0' && h->rest.p[i] <= '9')))
		i++;
	struct str tag = str_sub(h->rest, from, i);
	ptrdiff_t end = str_find_char(h->rest, '>');
	if ((!tag.n && !(h->rest.n > 1 && strchr("!?", h->rest.p[1]))) || end < 0) { /* a bare < */
		h->rest = str_sub(h->rest, 1, h->rest.n);
		char_put(h, '<');
		return;
	}
	h->rest = str_sub(h->rest, (size_t)end + 1, h->rest.n);
	if (listed(tag, blocks))
		line_end_put(h);
	if (closing && (str_eq_nocase(tag, STR("td")) || str_eq_nocase(tag, STR("th")))) {
		h->out[h->n++] = '\t';
		h->blank = false;
	}
	if (!closing && str_eq_nocase(tag, STR("img")))
		for (struct str mark = STR("[图片]"); mark.n; mark = str_sub(mark, 1, mark.n))
			h->out[h->n++] = mark.p[0];
	if (!closing && listed(tag, raw))
		raw_skip(h, tag);
}

enum err
html_text(struct arena *a, struct str html, struct str *ret_text)
{
	/* Nothing grows: <img> gives 8 bytes for at least 5, hence the room; <td></td> one for nine. */
	struct html h = { .rest = html, .out = arena_alloc(a, html.n * 2 + 16) };
	uint32_t c;
	if (!h.out)
		return ERR_NO_MEMORY;
	while (h.rest.n) {
		if (h.rest.p[0] == '<')
			tag_take(&h);
		else if (h.rest.p[0] == '&' && entity_take(&h, &c))
			char_put(&h, c);
		else if (utf8_next(&h.rest, &c))
			char_put(&h, c);
		else
			break;
	}
	*ret_text = (struct str){ h.out, h.n };
	return OK;
}
