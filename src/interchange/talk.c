/* What was said, as interchange lines: whose conversation it is, who the speaker is, and a key that makes a second import change nothing. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { WAITING_MAX = 1000, RECENT = 64, DIGEST = 12, NAME_MAX_BYTES = 400, TEXT_CHARS = 20000 };

struct waiting {
	struct talk_line line;
	struct found_name name;
};

struct talk {
	struct reading *r;
	char customer[NAME_MAX_BYTES + 1]; /* of the conversation at hand; empty: nobody yet */
	bool by_header;                    /* the conversation named its customer */
	struct arena *waiting_arena;       /* of lines before anybody was a customer */
	struct waiting waiting[WAITING_MAX];
	size_t waiting_count;
	int64_t source_at, given_at;       /* lines of the same second keep their order */
	char last_customer[NAME_MAX_BYTES + 1];
	unsigned char recent[RECENT][DIGEST];
	size_t recent_at;
};

static void
arena_drop(void *arg)
{
	arena_free(arg);
}

enum err
talk_new(struct reading *r, struct talk **ret_talk)
{
	struct talk *t = arena_alloc(r->keep, sizeof *t);
	if (!t)
		return ERR_NO_MEMORY;
	t->r = r;
	t->waiting_arena = arena_new(64 << 20);
	if (!t->waiting_arena || !arena_cleanup(r->keep, arena_drop, t->waiting_arena))
		return ERR_NO_MEMORY;
	*ret_talk = t;
	return OK;
}

static void
digest_of(struct talk *t, const struct talk_line *l, const char *customer, int again, unsigned char out[DIGEST])
{
	crypto_generichash_state h;
	unsigned char whole[16];
	char head[128];
	snprintf(head, sizeof head, "%lld %d ", (long long)l->at, again);
	crypto_generichash_init(&h, NULL, 0, sizeof whole);
	crypto_generichash_update(&h, (const unsigned char *)head, strlen(head));
	struct str parts[] = { t->r->shop, str_of(customer), l->speaker, l->text };
	for (size_t i = 0; i < 4; i++) {
		crypto_generichash_update(&h, (const unsigned char *)(parts[i].p ? parts[i].p : ""), parts[i].n);
		crypto_generichash_update(&h, (const unsigned char *)"\x1f", 1);
	}
	crypto_generichash_final(&h, whole, sizeof whole);
	memcpy(out, whole, DIGEST);
}

/* The same words twice in the same second are two lines. */
static void
key_of(struct talk *t, const struct talk_line *l, const char *customer, char out[2 * DIGEST + 2])
{
	unsigned char d[DIGEST];
	int again = 0;
	for (bool seen = true; seen;) {
		digest_of(t, l, customer, again, d);
		seen = false;
		for (size_t i = 0; i < RECENT && !seen; i++)
			seen = !memcmp(t->recent[i], d, DIGEST);
		again += seen;
	}
	memcpy(t->recent[t->recent_at++ % RECENT], d, DIGEST);
	out[0] = 't';
	sodium_bin2hex(out + 1, 2 * DIGEST + 1, d, DIGEST);
}

static int64_t
at_of(struct talk *t, const struct talk_line *l, const char *customer)
{
	if (strcmp(customer, t->last_customer) != 0 || l->at != t->source_at || t->given_at - l->at > 59000) {
		snprintf(t->last_customer, sizeof t->last_customer, "%s", customer);
		t->source_at = l->at;
		t->given_at = l->at;
	} else {
		t->given_at++;
	}
	return t->given_at;
}

static enum err
line_give(struct talk *t, const struct talk_line *l, const struct found_name *n, const char *customer)
{
	struct reading *r = t->r;
	struct found_name *addressed = NULL;
	char key[2 * DIGEST + 2];
	enum err e = OK;
	if (n->role == ROLE_AGENT && !n->person.n) {
		e = reading_refuse(r, l->number, "\"%.*s\" is an agent, but bound to nobody here", (int)(l->speaker.n > 60 ? 60 : l->speaker.n), l->speaker.p);
		return e == ERR_BAD_FIELD ? OK : e;
	}
	if (n->role == ROLE_CUSTOMER && l->agent.n)
		e = reading_name(r, l->agent, STR(""), &addressed);
	if (e)
		return e;
	key_of(t, l, customer, key);
	line_begin(r, IMPORT_MESSAGE, "message");
	jw_member_text(&r->w, "key", str_of(key));
	jw_member_text(&r->w, "shop", r->shop);
	jw_member_text(&r->w, "customer", str_of(customer));
	jw_member_int(&r->w, "at", at_of(t, l, customer));
	jw_member_text(&r->w, "sender", str_of(name_role_words[n->role]));
	if (n->role == ROLE_AGENT || (n->role == ROLE_ROBOT && n->person.n))
		jw_member_text(&r->w, "agent", n->person);
	else if (addressed && addressed->role == ROLE_AGENT && addressed->person.n)
		jw_member_text(&r->w, "agent", addressed->person);
	if (n->role != ROLE_CUSTOMER)
		jw_member_text(&r->w, "nickname", l->speaker);
	jw_member_text(&r->w, "text", l->text);
	r->f->messages++;
	e = line_end(r);
	return e ? e : reading_flush(r, l->number);
}

static enum err
waiting_give(struct talk *t, const char *customer)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < t->waiting_count; i++) {
		const struct waiting *w = &t->waiting[i];
		if (customer) {
			e = line_give(t, &w->line, &w->name, customer);
		} else {
			e = reading_refuse(t->r, w->line.number, "no customer speaks in this conversation, so whose it is cannot be told");
			e = e == ERR_BAD_FIELD ? OK : e;
		}
	}
	t->waiting_count = 0;
	arena_reset(t->waiting_arena);
	return e;
}

static enum err
waiting_keep(struct talk *t, const struct talk_line *l, const struct found_name *n)
{
	if (t->waiting_count == WAITING_MAX) {
		enum err e = reading_refuse(t->r, l->number, "more than %d lines before a customer speaks", WAITING_MAX);
		return e == ERR_BAD_FIELD ? OK : e;
	}
	struct waiting *w = &t->waiting[t->waiting_count++];
	*w = (struct waiting){ .line = *l, .name = *n };
	w->line.speaker = arena_str(t->waiting_arena, l->speaker);
	w->line.text = arena_str(t->waiting_arena, l->text);
	w->line.agent = STR_NONE;
	return w->line.speaker.p && w->line.text.p ? OK : ERR_NO_MEMORY;
}

static bool
customer_is(struct talk *t, struct str name)
{
	if (!name.n || name.n > NAME_MAX_BYTES)
		return false;
	snprintf(t->customer, sizeof t->customer, "%.*s", STR_ARG(name));
	return true;
}

enum err
talk_begin(struct talk *t, struct str customer)
{
	enum err e = waiting_give(t, NULL);
	t->customer[0] = 0;
	t->by_header = customer_is(t, customer);
	t->r->f->conversations++;
	return e;
}

enum err
talk_say(struct talk *t, const struct talk_line *line)
{
	struct talk_line l = *line;
	struct reading *r = t->r;
	struct found_name who = { .role = l.role, .said = true }, *n = NULL;
	enum err e = OK;
	l.text = str_trim(l.text);
	if (l.role != ROLE_CUSTOMER || !l.customer.n)
		e = reading_name(r, l.speaker, l.text, &n);
	if (e)
		return e;
	if (n && l.role != ROLE_UNKNOWN && !n->said) /* a column says what the name is */
		n->role = l.role;
	if (n)
		who = *n; /* the list of names may move */
	if (who.role == ROLE_IGNORE)
		return OK;
	if (who.role == ROLE_UNKNOWN)
		e = reading_refuse(r, l.number, "who \"%.*s\" is (agent, customer, robot) must be said", (int)(l.speaker.n > 60 ? 60 : l.speaker.n), l.speaker.p);
	else if (utf8_count(l.text) > TEXT_CHARS)
		e = reading_refuse(r, l.number, "has more than %d characters", TEXT_CHARS);
	if (e)
		return e == ERR_BAD_FIELD ? OK : e;
	if (l.customer.n)
		(void)customer_is(t, l.customer);
	else if (who.role == ROLE_CUSTOMER && !t->by_header)
		(void)customer_is(t, l.speaker);
	if (!t->customer[0])
		return waiting_keep(t, &l, &who);
	e = waiting_give(t, t->customer);
	return e ? e : line_give(t, &l, &who, t->customer);
}

enum err
talk_end(struct talk *t)
{
	return waiting_give(t, NULL);
}
