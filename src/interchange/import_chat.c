/*
 * Messages into conversations: those of one customer in one shop, in order of time, cut where nobody spoke for the session gap (metrics.md,
 * ground rule 2). Which file or order they came in makes no difference.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "interchange/import_chat_sql.h"
#include "interchange/import_impl.h"
#include "base/banned.h"

enum { GAP_MS = 20 * 60000, PREVIEW_CHARS = 80, TEXT_MAX_CHARS = 20000 };

const char *const sender_words[] = { "customer", "agent", "robot", "auto", "system", NULL };
static const char *const kind_words[] = { "text", "image", "file", "card", "event", NULL };
static const char *const channel_words[] = { "web", "mail", "voice", "import", NULL };
static const char *const members[] = { "shop", "customer", "agent", "at", "sender", "kind", "text", "channel", NULL };

int64_t
session_gap(const struct import *im)
{
	return im->o->gap_ms ? im->o->gap_ms : GAP_MS;
}

/* Of a word that is one of these. */
static int
word_place(const char *const *words, struct str word)
{
	int i = 0;
	while (words[i + 1] && !str_eqz(word, words[i]))
		i++;
	return i;
}

enum sender
sender_of(struct str word)
{
	return (enum sender)word_place(sender_words, word);
}

static struct str
message_data(struct import *im, const struct json *o)
{
	struct str extra = members_extra(im, o, members);
	return str_eqz(extra, "{}") ? STR_NONE : extra;
}

/* What the line alone tells, but not its data, which no check looks at. */
static enum err
message_form(struct import *im, const struct json *o, struct message_row *ret_row)
{
	struct message_row m = { 0 };
	struct str sender = STR_NONE;
	enum err e = member_text(im, o, "key", true, 200, &m.key);
	if (!e)
		e = member_time(im, o, "at", true, &m.at);
	if (!e)
		e = member_word(im, o, "sender", NULL, sender_words, &sender);
	if (!e)
		e = member_word(im, o, "kind", "text", kind_words, &m.kind);
	if (!e)
		e = member_word(im, o, "channel", "import", channel_words, &m.channel);
	if (!e)
		e = member_text(im, o, "text", false, TEXT_MAX_CHARS, &m.text);
	if (e)
		return e;
	m.sender = sender_of(sender);
	m.text = m.text.p ? m.text : STR("");
	m.key_hash = str_hash(m.key);
	*ret_row = m;
	return OK;
}

static enum err
message_check(struct import *im, const struct json *o, struct message_row *ret_row)
{
	enum err e = message_form(im, o, ret_row);
	if (!e)
		e = line_person(im, o, "agent", false, &ret_row->person_id);
	if (!e && ret_row->sender == SENDER_AGENT && !ret_row->person_id)
		return line_refuse(im, "an agent's message must name its agent");
	return e;
}

static enum err
message_read(struct import *im, const struct json *o, struct message_row *ret_row)
{
	enum err e = message_check(im, o, ret_row);
	if (!e)
		ret_row->data = message_data(im, o);
	return e;
}

/* As the line says it, or by its places in the line. */
enum err
message_row_of(struct import *im, const struct message_ref *m, struct message_row *ret_row)
{
	const struct message_words *w = &m->words;
	struct str why, line = line_text(im, &m->line);
	if (!w->all) {
		const struct json *o = line_parse(im, &m->line, &why);
		return o ? message_read(im, o, ret_row) : ERR_INTERNAL;
	}
	*ret_row = (struct message_row){ .at = m->at, .person_id = m->person_id, .sender = m->sender, .kind = str_of(kind_words[w->kind]),
		                         .channel = str_of(channel_words[w->channel]), .key = str_sub(line, w->key, w->key + w->key_n),
		                         .text = str_sub(line, w->text, w->text + w->text_n), .key_hash = m->key_hash };
	return OK;
}

static enum err
message_add(struct import *im, const struct message_ref *m)
{
	if (im->message_count == im->message_cap) {
		size_t cap = im->message_cap ? 2 * im->message_cap : 4096;
		struct message_ref *p = mem_grow(im->messages, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		im->messages = p;
		im->message_cap = cap;
	}
	im->messages[im->message_count++] = *m;
	return OK;
}

enum err
message_take(struct import *im, const struct json *o, const struct line_ref *line)
{
	struct message_row row = { 0 };
	uint32_t customer = 0;
	enum err e = message_check(im, o, &row);
	if (!e)
		e = line_customer(im, o, &customer);
	if (e)
		return e;
	return message_add(im, &(struct message_ref){ .line = *line, .at = row.at, .person_id = row.person_id, .customer = customer, .key_hash = row.key_hash,
	                                              .sender = row.sender });
}

/* Where the same bytes stand is of no matter: they are the text. */
static struct message_words
words_find(struct str line, const struct json *o, const struct message_row *row)
{
	ptrdiff_t key = str_find(line, row->key), text = str_find(line, row->text);
	if (key < 0 || text < 0 || !members_known(o, members))
		return (struct message_words){ .all = false };
	return (struct message_words){ .key = (uint32_t)key, .key_n = (uint16_t)row->key.n, .text = (uint32_t)text, .text_n = (uint32_t)row->text.n,
		                       .kind = (uint8_t)word_place(kind_words, row->kind), .channel = (uint8_t)word_place(channel_words, row->channel), .all = true };
}

/* The head of a line in which nothing is wrong by itself; names need not be known yet. */
static enum err
head_read(struct import *im, const struct line_ref *line, const struct json *o, struct message_head *ret)
{
	struct message_row row;
	struct str shop, customer, agent;
	struct message_head h = { .whole = true };
	if (message_form(im, o, &row) || member_text(im, o, "shop", true, 200, &shop) || member_text(im, o, "customer", true, 200, &customer) ||
	    member_text(im, o, "agent", false, 200, &agent) || (row.sender == SENDER_AGENT && !agent.n))
		return OK;
	struct buf b;
	buf_init(&b, 1 << 12);
	buf_add(&b, shop);
	buf_char(&b, '\x1f');
	buf_add(&b, customer);
	enum err e = buf_err(&b);
	if (!e)
		e = names_put(&im->pairs, buf_str(&b), &h.pair);
	buf_free(&b);
	if (!e)
		e = names_put(&im->shops, shop, &h.shop);
	if (!e && agent.n)
		e = names_put(&im->people, agent, &h.agent);
	if (e)
		return e;
	h.agent += agent.n > 0;
	h.at = row.at;
	h.key_hash = row.key_hash;
	h.sender = (uint8_t)row.sender;
	h.words = words_find(line_text(im, line), o, &row);
	*ret = h;
	return OK;
}

enum err
message_note(struct import *im, const struct json *o)
{
	size_t at = im->lines[IMPORT_MESSAGE].n - 1;
	if (at >= im->head_cap) {
		size_t cap = im->head_cap ? 2 * im->head_cap : 4096;
		struct message_head *p = mem_grow(im->heads, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		im->heads = p;
		im->head_cap = cap;
	}
	im->heads[at] = (struct message_head){ 0 };
	return head_read(im, &im->lines[IMPORT_MESSAGE].all[at], o, &im->heads[at]);
}

static enum err
head_customer(struct import *im, const struct message_head *h, int64_t shop, uint32_t *ret_customer)
{
	struct name *pair = &im->pairs.all[h->pair];
	if (pair->id && im->customers.all[pair->id - 1].id) {
		*ret_customer = (uint32_t)(pair->id - 1);
		return OK;
	}
	enum err e = customer_named(im, shop, str_sub(pair->text, im->shops.all[h->shop].text.n + 1, pair->text.n), ret_customer);
	if (!e)
		pair->id = (int64_t)*ret_customer + 1;
	return e;
}

enum err
message_take_head(struct import *im, const struct line_ref *line, bool *ret_done)
{
	const struct message_head *h = &im->heads[line - im->lines[IMPORT_MESSAGE].all];
	struct message_ref m = { .line = *line, .words = h->words, .at = h->at, .key_hash = h->key_hash, .sender = (enum sender)h->sender };
	int64_t shop = 0;
	*ret_done = false;
	if (!h->whole)
		return OK;
	enum err e = h->agent ? person_at(im, h->agent - 1, &m.person_id) : OK;
	if (!e)
		e = shop_at(im, h->shop, &shop);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = head_customer(im, h, shop, &m.customer);
	*ret_done = true;
	return e ? e : message_add(im, &m);
}

void
sum_add(struct session_sum *s, int64_t at, enum sender sender, int64_t person_id)
{
	if (!s->seq++)
		s->started_at = at;
	s->last_at = at;
	s->last_sender = sender;
	if (sender == SENDER_CUSTOMER) {
		s->first_asked_at = s->first_asked_at ? s->first_asked_at : at;
		s->addressed_id = person_id ? person_id : s->addressed_id;
	}
	if (sender != SENDER_AGENT)
		return;
	s->speaker_id = person_id;
	s->assigned_at = s->assigned_at ? s->assigned_at : at;
	if (s->first_asked_at && !s->first_reply_at)
		s->first_reply_at = at;
}

enum err
sum_write(struct import *im, const struct session_sum *s)
{
	int64_t agent = s->speaker_id ? s->speaker_id : s->addressed_id;
	im->report->sessions++;
	return query_run(im->db, &chat_session_add,
	                 &(struct chat_session_add_in){
	                     .id = s->id, .shop_id = s->shop_id, .customer_id = s->customer_id, .channel = s->channel, .agent_id_set = agent != 0,
	                     .agent_id = agent, .seq = s->seq, .started_at = s->started_at, .assigned_at_set = s->assigned_at != 0,
	                     .assigned_at = s->assigned_at, .first_reply_at_set = s->first_reply_at != 0, .first_reply_at = s->first_reply_at,
	                     .last_at = s->last_at, .last_sender = str_of(sender_words[s->last_sender]), .last_text = utf8_head(s->last_text, PREVIEW_CHARS),
	                 },
	                 NULL);
}

enum err
message_write(struct import *im, const struct message_row *m, int64_t session_id, int64_t seq)
{
	if (im->written_count == im->written_cap) {
		size_t cap = im->written_cap ? 2 * im->written_cap : 4096;
		struct written *p = mem_grow(im->written, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		im->written = p;
		im->written_cap = cap;
	}
	im->written[im->written_count++] = (struct written){ session_id, seq };
	return query_run(im->db, &chat_message_add,
	                 &(struct chat_message_add_in){ .id = m->id, .session_id = session_id, .seq = seq, .at = m->at, .sender = str_of(sender_words[m->sender]),
	                                                .person_id_set = m->person_id != 0, .person_id = m->person_id, .kind = m->kind, .text = m->text,
	                                                .data = m->data, .client_id = m->key },
	                 NULL);
}

/* New customers: everything in memory, then written in order of time, so that ids and index grow at their end ------------------- */

static int
by_customer(const void *a, const void *b)
{
	const struct message_ref *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->key_hash < y->key_hash ? -1 : x->key_hash > y->key_hash;
}

struct fresh {
	struct session_sum *all;
	size_t n, cap;
	uint32_t *order; /* messages by time */
	size_t order_count;
};

static struct session_sum *
fresh_session(struct import *im, struct fresh *f, uint32_t customer)
{
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 1024;
		struct session_sum *p = mem_grow(f->all, cap * sizeof *p);
		if (!p)
			return NULL;
		f->all = p;
		f->cap = cap;
	}
	struct session_sum *s = &f->all[f->n++];
	*s = (struct session_sum){ .customer_id = im->customers.all[customer].id, .shop_id = im->customers.all[customer].other };
	return s;
}

static enum err
fresh_cut(struct import *im, struct fresh *f, size_t from, size_t to)
{
	struct session_sum *s = NULL;
	for (size_t i = from; i < to; i++) {
		struct message_ref *m = &im->messages[i];
		if (i > from && m->at == m[-1].at && m->key_hash == m[-1].key_hash) {
			m->seq = 0; /* the same line again */
			im->report->types[IMPORT_MESSAGE].unchanged++;
			continue;
		}
		if (!s || m->at - s->last_at > session_gap(im))
			s = fresh_session(im, f, m->customer);
		if (!s)
			return ERR_NO_MEMORY;
		sum_add(s, m->at, m->sender, m->person_id);
		m->session = (uint32_t)(f->n - 1);
		m->seq = (uint32_t)s->seq;
		f->order[f->order_count++] = (uint32_t)i;
	}
	return OK;
}

static const struct message_ref *sorting;

static int
by_time(const void *a, const void *b)
{
	const struct message_ref *x = &sorting[*(const uint32_t *)a], *y = &sorting[*(const uint32_t *)b];
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The last line of each session gives its preview; sessions come before the messages that refer to them. */
static enum err
fresh_sessions_write(struct import *im, struct fresh *f)
{
	struct timed_ids ids = { 0 };
	enum err e = OK;
	uint32_t *last = mem_new(f->n, sizeof *last);
	if (!last)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < f->order_count; i++)
		if (im->messages[f->order[i]].seq == f->all[im->messages[f->order[i]].session].seq)
			last[im->messages[f->order[i]].session] = f->order[i];
	for (size_t i = 0; !e && i < f->order_count; i++) {
		const struct message_ref *m = &im->messages[f->order[i]];
		struct session_sum *s = &f->all[m->session];
		struct message_row row;
		if (m->seq != 1)
			continue;
		e = message_row_of(im, &im->messages[last[m->session]], &row);
		if (e)
			break;
		s->id = id_for_time(im, &ids, s->started_at);
		s->last_text = row.text;
		s->channel = row.channel;
		e = sum_write(im, s);
		s->last_text = s->channel = STR_NONE;
		arena_reset(im->arena);
		if (!e)
			e = import_step(im);
	}
	mem_free(last);
	return e;
}

static enum err
fresh_ids(struct import *im, struct fresh *f)
{
	struct timed_ids ids = { 0 };
	for (size_t i = 0; i < f->order_count; i++) {
		struct message_ref *m = &im->messages[f->order[i]];
		m->id = id_for_time(im, &ids, m->at);
		arena_reset(im->arena);
	}
	return OK;
}

/* Before the messages themselves: what an import that breaks off has left can be taken back. */
static enum err
fresh_journal(struct import *im)
{
	int64_t *ids = im->o->import_id ? mem_new(im->message_count + 1, sizeof *ids) : NULL;
	enum err e = im->o->import_id && !ids ? ERR_NO_MEMORY : OK;
	for (size_t from = 0, to = 0; ids && !e && from < im->message_count; from = to) {
		size_t n = 0;
		for (to = from; to < im->message_count && im->messages[to].customer == im->messages[from].customer; to++)
			if (im->messages[to].id)
				ids[n++] = im->messages[to].id;
		if (n)
			e = chat_journal(im, im->customers.all[im->messages[from].customer].id, ids, n);
		arena_reset(im->arena);
		if (!e)
			e = import_step(im);
	}
	mem_free(ids);
	return e;
}

static enum err
fresh_write(struct import *im, struct fresh *f)
{
	sorting = im->messages;
	qsort(f->order, f->order_count, sizeof *f->order, by_time);
	enum err e = fresh_ids(im, f);
	if (!e)
		e = fresh_journal(im);
	if (!e)
		e = fresh_sessions_write(im, f);
	for (size_t i = 0; !e && i < f->order_count; i++) {
		const struct message_ref *m = &im->messages[f->order[i]];
		struct message_row row;
		e = message_row_of(im, m, &row);
		if (e)
			break;
		row.id = m->id;
		span_note(im, m->at);
		e = message_write(im, &row, f->all[m->session].id, m->seq);
		im->report->types[IMPORT_MESSAGE].created++;
		arena_reset(im->arena);
		if (!e)
			e = import_step(im);
		if (im->o->tell && i % 20000 == 19999)
			im->o->tell(im->o->tell_ctx, "messages stored", 0, "...");
	}
	return e;
}

enum err
chat_import(struct import *im)
{
	struct fresh f = { .order = mem_new(im->message_count, sizeof *f.order) };
	struct chat_any_out any = { 0 };
	enum err e = f.order ? query_one(im->db, &chat_any, NULL, im->arena, &any) : ERR_NO_MEMORY;
	im->had_messages = any.some;
	if (im->message_count)
		qsort(im->messages, im->message_count, sizeof *im->messages, by_customer);
	for (size_t from = 0, to; !e && from < im->message_count; from = to) {
		bool fresh = false;
		for (to = from; to < im->message_count && im->messages[to].customer == im->messages[from].customer;)
			to++;
		e = customer_merge(im, im->messages[from].customer, im->messages + from, to - from, &fresh);
		arena_reset(im->arena);
		if (!e && fresh)
			e = fresh_cut(im, &f, from, to);
	}
	if (!e && f.order_count)
		e = fresh_write(im, &f);
	mem_free(f.all);
	mem_free(f.order);
	return e;
}
