/* A chat log: patterns say which lines begin a message, who speaks, and when; what follows is the text, up to the next one. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "interchange/pattern.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { MARKS_MAX = 80, SLOW_MAX = 20, TEXT_MAX_BYTES = 100000 };

struct chat {
	struct reading *r;
	struct talk *talk;
	struct pattern *speaker, *time, *text, *conversation, *skip;
	bool own_line;         /* the time stands on a line of its own, above */
	struct str above;      /* that time */
	bool open;             /* a message is being read */
	int64_t number;        /* the line where it began */
	struct str who, when;  /* in r->keep's reused buffer */
	struct arena *message; /* of the message being read */
	struct buf said;
};

/* Marks: what each of the first lines was taken for ------------------------------------------------------------------------- */

struct mark {
	const char *what;
	struct pattern_hit speaker, time, text;
	bool has_speaker, has_time, has_text;
};

/* Browsers count in UTF-16. */
static int64_t
units(struct str s, size_t bytes)
{
	struct str rest = str_sub(s, 0, bytes);
	uint32_t c;
	int64_t n = 0;
	while (utf8_next(&rest, &c))
		n += c > 0xffff ? 2 : 1;
	return n;
}

static void
span_write(struct json_writer *w, struct str line, const char *what, bool has, const struct pattern_hit *h)
{
	if (!has)
		return;
	jw_array(w);
	jw_text(w, str_of(what));
	jw_int(w, units(line, h->part_from));
	jw_int(w, units(line, h->part_to));
	jw_end(w);
}

static void
mark_line(struct chat *c, struct str line, const struct mark *m)
{
	struct findings *f = c->r->f;
	struct json_writer w;
	if (f->mark_count >= MARKS_MAX)
		return;
	if (f->mark_count++)
		buf_char(&f->marks, ',');
	line = str_sub(line, 0, line.n > 500 ? 500 : line.n);
	while (line.n && !utf8_valid(line))
		line.n--;
	jw_init(&w, &f->marks);
	jw_object(&w);
	jw_member_int(&w, "line", f->lines);
	jw_member_text(&w, "text", line);
	jw_member_text(&w, "what", str_of(m->what));
	jw_key(&w, "spans");
	jw_array(&w);
	span_write(&w, line, "speaker", m->has_speaker, &m->speaker);
	span_write(&w, line, "time", m->has_time, &m->time);
	span_write(&w, line, "text", m->has_text, &m->text);
	jw_end(&w);
	jw_end(&w);
}

/* Lines ------------------------------------------------------------------------------------------------------------------------ */

static enum err
find(struct chat *c, struct pattern *p, struct str line, const char *name, struct pattern_hit *ret_hit, bool *ret_found)
{
	*ret_found = false;
	if (!p)
		return OK;
	enum err e = pattern_find(p, line, name, ret_hit);
	*ret_found = e == OK;
	if (e != ERR_TIMEOUT)
		return e == ERR_NOT_FOUND ? OK : e;
	if (++c->r->f->slow > SLOW_MAX) {
		(void)mapping_fault(c->r->fault, "the pattern for %s takes too long: %d lines were given up", name, SLOW_MAX);
		return ERR_TIMEOUT;
	}
	return OK;
}

static struct str
part(struct str line, const struct pattern_hit *h)
{
	return str_trim(str_sub(line, h->part_from, h->part_to));
}

static enum err
message_close(struct chat *c)
{
	struct talk_line l = { .number = c->number, .speaker = c->who };
	if (!c->open)
		return OK;
	c->open = false;
	enum err e = reading_time(c->r, c->number, "the time", c->when, &l.at);
	if (!e && c->said.err)
		e = reading_refuse(c->r, c->number, "the message has more than %d bytes", TEXT_MAX_BYTES);
	l.text = c->said.n ? buf_str(&c->said) : STR("");
	if (!e)
		e = talk_say(c->talk, &l);
	buf_clear(&c->said);
	arena_reset(c->message);
	return e == ERR_BAD_FIELD ? OK : e;
}

static enum err
message_open(struct chat *c, struct str who, struct str when)
{
	enum err e = message_close(c);
	c->who = arena_str(c->message, who);
	c->when = arena_str(c->message, when);
	c->number = c->r->f->lines;
	c->open = true;
	return e ? e : c->who.p && c->when.p ? OK : ERR_NO_MEMORY;
}

static void
text_add(struct chat *c, struct str text)
{
	if (c->said.n)
		buf_char(&c->said, '\n');
	buf_add(&c->said, text);
}

/* ERR_NOT_FOUND: the line begins no message. */
static enum err
line_head(struct chat *c, struct str line, struct mark *m)
{
	enum err e = find(c, c->time, line, "time", &m->time, &m->has_time);
	if (e || (!m->has_time && !c->own_line))
		return e ? e : ERR_NOT_FOUND;
	e = find(c, c->speaker, line, "speaker", &m->speaker, &m->has_speaker);
	if (e)
		return e;
	if (c->own_line && m->has_time && !m->has_speaker) {
		m->what = "time";
		e = message_close(c);
		c->above = arena_str(c->r->keep, part(line, &m->time));
		return e ? e : c->above.p ? OK : ERR_NO_MEMORY;
	}
	struct str when = m->has_time ? part(line, &m->time) : c->above;
	if (!m->has_speaker || !when.n || !part(line, &m->speaker).n)
		return ERR_NOT_FOUND;
	m->what = "head";
	e = message_open(c, part(line, &m->speaker), when);
	if (!e)
		e = find(c, c->text, line, "text", &m->text, &m->has_text);
	if (!e && m->has_text)
		text_add(c, part(line, &m->text));
	return e;
}

static enum err
line_take(struct chat *c, struct str line, struct mark *m)
{
	struct pattern_hit hit;
	bool found;
	enum err e = find(c, c->skip, line, "skip", &hit, &found);
	if (e || found) {
		m->what = "skip";
		return e;
	}
	e = find(c, c->conversation, line, "customer", &hit, &found);
	if (!e && found) {
		bool named = hit.part_from != hit.from || hit.part_to != hit.to;
		m->what = "conversation";
		m->speaker = hit;
		m->has_speaker = named;
		e = message_close(c);
		return e ? e : talk_begin(c->talk, named ? part(line, &hit) : STR_NONE);
	}
	if (!e)
		e = line_head(c, line, m);
	if (e != ERR_NOT_FOUND)
		return e;
	m->has_time = m->has_speaker = false;
	m->what = c->open ? "text" : str_trim(line).n ? "none" : "skip";
	if (c->open)
		text_add(c, line);
	else
		c->r->f->stray += str_trim(line).n > 0;
	return OK;
}

static enum err
pattern_of(struct chat *c, const char *member, struct pattern **ret)
{
	char why[120];
	struct str text = section_text(c->r, member);
	if (!text.n)
		return OK;
	enum err e = pattern_new(c->r->keep, text, ret, why);
	return e == ERR_BAD_FIELD ? mapping_fault(c->r->fault, "chat.%s: %s", member, why) : e;
}

static void
buf_drop(void *arg)
{
	buf_free(arg);
}

static void
arena_drop(void *arg)
{
	arena_free(arg);
}

static enum err
chat_open(struct chat *c)
{
	struct reading *r = c->r;
	buf_init(&c->said, TEXT_MAX_BYTES);
	c->message = arena_new(1 << 20);
	if (!c->message || !arena_cleanup(r->keep, arena_drop, c->message) || !arena_cleanup(r->keep, buf_drop, &c->said))
		return ERR_NO_MEMORY;
	enum err e = pattern_of(c, "speaker", &c->speaker);
	if (!e)
		e = pattern_of(c, "time", &c->time);
	if (!e)
		e = pattern_of(c, "text", &c->text);
	if (!e)
		e = pattern_of(c, "conversation", &c->conversation);
	if (!e)
		e = pattern_of(c, "skip", &c->skip);
	c->own_line = json_bool(json_get(r->section, "time_above"), false);
	return e ? e : talk_new(r, &c->talk);
}

enum err
chat_read(struct reading *r, struct str text, char why[200])
{
	struct chat *c = arena_alloc(r->keep, sizeof *c);
	struct str line;
	if (!c)
		return ERR_NO_MEMORY;
	c->r = r;
	enum err e = chat_open(c);
	while (!e && text.n && str_split(&text, '\n', &line) && (!r->most || r->f->lines < r->most)) {
		struct mark m = { .what = "" };
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		r->f->lines++;
		e = line_take(c, line, &m);
		mark_line(c, line, &m);
		arena_reset(r->arena);
	}
	if (!e)
		e = message_close(c);
	if (!e)
		e = talk_end(c->talk);
	if (e && r->fault->text[0])
		snprintf(why, 200, "%.190s", r->fault->text);
	return e;
}

enum err
chat_check(const struct json *section, struct mapping_fault *f)
{
	static const char *const known[] = { "shop", "speaker", "time", "text", "conversation", "skip", "time_above", "date_order", "others", "agents",
		                             "customers", "robots", "systems", "ignored", NULL };
	static const char *const patterns[] = { "speaker", "time", "text", "conversation", "skip", NULL };
	struct arena *a = arena_new(4 << 20);
	struct str member;
	const struct json *v;
	void *iter = NULL;
	char why[120];
	enum err e = a ? OK : ERR_NO_MEMORY;
	while (!e && json_next(section, &iter, &member, &v)) {
		bool found = false;
		for (const char *const *k = known; *k; k++)
			found |= str_eqz(member, *k);
		if (!found)
			e = mapping_fault(f, "chat: \"%.*s\" is not known", STR_ARG(member));
	}
	for (const char *const *p = patterns; !e && *p; p++) {
		struct pattern *made;
		struct str text = json_text(json_get(section, *p));
		e = text.n ? pattern_new(a, text, &made, why) : OK;
		if (e == ERR_BAD_FIELD)
			e = mapping_fault(f, "chat.%s: %s", *p, why);
	}
	if (!e && (!json_text(json_get(section, "speaker")).n || !json_text(json_get(section, "time")).n))
		e = mapping_fault(f, "chat: speaker and time are needed");
	arena_free(a);
	return e;
}
