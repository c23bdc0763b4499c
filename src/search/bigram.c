#include "search/bigram.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "base/banned.h"

enum kind { OTHER, WORD, IDEOGRAPH };

struct term {
	char text[64];
	size_t n;
	bool last; /* of its run: alone it stands for all that begin with it */
	bool joined; /* follows the term before it directly */
};

struct scan {
	struct str rest;
	uint32_t ahead; /* the next character, folded; 0 at the end */
	enum kind ahead_kind;
	bool in_run;
};

static enum kind
kind_of(uint32_t c)
{
	if (c >= 0x2e80 && (u_hasBinaryProperty((UChar32)c, UCHAR_IDEOGRAPHIC) || (c >= 0x3040 && c <= 0x30ff) || (c >= 0xac00 && c <= 0xd7a3)))
		return IDEOGRAPH;
	return u_isalnum((UChar32)c) ? WORD : OTHER;
}

static void
advance(struct scan *s)
{
	uint32_t c;
	s->ahead = 0;
	s->ahead_kind = OTHER;
	if (!utf8_next(&s->rest, &c))
		return;
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	s->ahead = (uint32_t)u_tolower((UChar32)c);
	s->ahead_kind = kind_of(s->ahead);
}

static void
term_put(struct term *t, uint32_t c)
{
	if (t->n + 4 < sizeof t->text)
		t->n += utf8_put(c, t->text + t->n);
}

static void
word_read(struct scan *s, struct term *t)
{
	while (s->ahead && s->ahead_kind == WORD) {
		term_put(t, s->ahead);
		advance(s);
	}
	t->last = true;
	s->in_run = false;
}

static bool
next_term(struct scan *s, struct term *t)
{
	while (s->ahead && s->ahead_kind == OTHER) {
		s->in_run = false;
		advance(s);
	}
	if (!s->ahead)
		return false;
	*t = (struct term){ .joined = s->in_run };
	if (s->ahead_kind == WORD) {
		t->joined = false;
		word_read(s, t);
		return true;
	}
	term_put(t, s->ahead);
	advance(s);
	s->in_run = s->ahead && s->ahead_kind == IDEOGRAPH;
	t->last = !s->in_run;
	if (s->in_run)
		term_put(t, s->ahead);
	return true;
}

static struct scan
scan_start(struct str text)
{
	struct scan s = { .rest = text };
	advance(&s);
	return s;
}

void
bigram_terms(struct buf *out, struct str text)
{
	struct scan s = scan_start(text);
	struct term t;
	for (bool first = true; next_term(&s, &t); first = false) {
		if (!first)
			buf_char(out, ' ');
		buf_add(out, (struct str){ t.text, t.n });
	}
}

void
bigram_tsvector(struct buf *out, struct str text)
{
	struct scan s = scan_start(text);
	struct term t;
	for (int pos = 1; next_term(&s, &t) && pos < 16000; pos++) {
		buf_char(out, '\'');
		buf_add(out, (struct str){ t.text, t.n });
		buf_printf(out, "':%d ", pos);
	}
}

/* The last, lone character of a run is left out of a phrase: the pair before it holds it already. */
static bool
query_write(struct buf *out, struct str query, bool fts5)
{
	struct scan s = scan_start(query);
	struct term t;
	bool any = false, open = false;
	while (next_term(&s, &t)) {
		if (t.joined && t.last)
			continue;
		bool prefix = t.last;
		if (t.joined) {
			buf_addz(out, fts5 ? " " : "' <-> '");
		} else {
			if (open)
				buf_addz(out, fts5 ? "\"" : "'");
			buf_addz(out, any ? fts5 ? " AND body : \"" : " & '" : fts5 ? "body : \"" : "'");
			open = true;
		}
		buf_add(out, (struct str){ t.text, t.n });
		if (prefix) {
			buf_addz(out, fts5 ? "\" *" : "':*");
			open = false;
		}
		any = true;
	}
	if (open)
		buf_addz(out, fts5 ? "\"" : "'");
	return any;
}

bool
bigram_fts5(struct buf *out, struct str query)
{
	return query_write(out, query, true);
}

bool
bigram_tsquery(struct buf *out, struct str query)
{
	return query_write(out, query, false);
}
