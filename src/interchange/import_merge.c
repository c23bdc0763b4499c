/* Messages for a customer whose imported conversations are there already: all of them are cut anew, and rows keep their ids. */
#include <stdlib.h>
#include <string.h>

#include "desk/search.h"
#include "interchange/import_chat_sql.h"
#include "interchange/import_impl.h"
#include "base/banned.h"

enum { SLOTS = 2048, FIRST_SLOT = 2048, MESSAGES_MAX = 100000 };

/* Ids of imports lie in the upper half of a millisecond's 4,096, which no live id of nodes 0 to 7 uses. */
struct taken {
	unsigned char bits[SLOTS];
};

static enum err
take(void *ctx, const void *row)
{
	struct taken *t = ctx;
	t->bits[((const struct chat_existing_ids_out *)row)->id & (SLOTS - 1)] = 1;
	return OK;
}

int64_t
id_for_time(struct import *im, struct timed_ids *t, int64_t at)
{
	struct taken taken = { { 0 } };
	int64_t base = (at - ID_EPOCH_MS) << 12 | FIRST_SLOT;
	if (at <= ID_EPOCH_MS)
		return import_id(im); /* older than ids reach */
	if (t->ms != at)
		*t = (struct timed_ids){ at, 0 };
	if (im->had_messages) {
		struct chat_existing_ids_in in = { base, base + SLOTS };
		if (query_each(im->db, &chat_existing_ids, &in, take, &taken) || query_each(im->db, &chat_session_ids, &in, take, &taken))
			return import_id(im);
	}
	while (t->next < SLOTS && taken.bits[t->next])
		t->next++;
	return t->next < SLOTS ? base + t->next++ : import_id(im);
}

struct merge {
	struct import *im;
	struct message_row *rows;
	size_t n, cap;
	int64_t *added; /* ids of new messages */
	size_t added_count;
};

static enum err
row_add(struct merge *m, const struct message_row *row)
{
	if (m->n == m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 64;
		struct message_row *p = cap > MESSAGES_MAX ? NULL : arena_alloc(m->im->arena, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		if (m->n)
			memcpy(p, m->rows, m->n * sizeof *p);
		m->rows = p;
		m->cap = cap;
	}
	m->rows[m->n++] = *row;
	return OK;
}

static enum err
existing_add(void *ctx, const void *r)
{
	struct merge *m = ctx;
	const struct chat_existing_out *row = r;
	struct arena *a = m->im->arena;
	struct message_row kept = { .id = row->id, .session_id = row->session_id, .at = row->at, .person_id = row->person_id_set ? row->person_id : 0,
		                    .sender = sender_of(row->sender), .kind = arena_str(a, row->kind), .text = arena_str(a, row->text),
		                    .data = arena_str(a, row->data), .key = arena_str(a, row->key), .channel = STR("import"), .kept = true };
	kept.key_hash = str_hash(kept.key);
	return row_add(m, &kept);
}

static bool
same_message(const struct message_row *a, const struct message_row *b)
{
	return a->at == b->at && a->person_id == b->person_id && a->sender == b->sender && str_eq(a->kind, b->kind) && str_eq(a->text, b->text) &&
	       str_eq(a->data, b->data);
}

static struct message_row *
row_with_key(struct merge *m, const struct message_row *wanted)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rows[i].key_hash == wanted->key_hash && str_eq(m->rows[i].key, wanted->key))
			return &m->rows[i];
	return NULL;
}

static enum err
ref_merge(struct merge *m, const struct message_ref *ref, bool *changed)
{
	struct message_row row;
	struct import_count *count = &m->im->report->types[IMPORT_MESSAGE];
	enum err e = message_row_of(m->im, ref, &row);
	if (e)
		return e;
	struct message_row *old = row_with_key(m, &row);
	if (old && same_message(old, &row)) {
		count->unchanged++;
		return OK;
	}
	*changed = true;
	span_note(m->im, row.at);
	if (old)
		span_note(m->im, old->at);
	if (!old) {
		count->created++;
		return row_add(m, &row);
	}
	count->updated++;
	row.id = old->id;
	row.session_id = old->session_id;
	*old = row;
	return OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct message_row *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->key_hash < y->key_hash ? -1 : x->key_hash > y->key_hash;
}

/* The session keeps the first id that one of its messages had, unless an earlier session took it. */
static int64_t
id_kept(const struct message_row *rows, size_t n, const int64_t *used, size_t used_count)
{
	for (size_t i = 0; i < n; i++) {
		bool taken = rows[i].session_id == 0;
		for (size_t k = 0; k < used_count && !taken; k++)
			taken = used[k] == rows[i].session_id;
		if (!taken)
			return rows[i].session_id;
	}
	return 0;
}

static enum err
session_retire(struct import *im, int64_t from, int64_t to)
{
	static const struct query *const moves[] = { &chat_move_notes, &chat_move_transfers, &chat_move_routing, &chat_move_files, &chat_move_ratings,
		                                     &chat_move_invites };
	enum err e = OK;
	for (size_t i = 0; !e && i < sizeof moves / sizeof *moves; i++)
		e = query_run(im->db, moves[i], &(struct chat_move_notes_in){ from, to }, NULL);
	return e ? e : query_run(im->db, &chat_session_drop, &(struct chat_session_drop_in){ from }, NULL);
}

static enum err
sessions_write(struct merge *m, uint32_t customer, int64_t *ids, size_t *ret_count)
{
	struct import *im = m->im;
	struct timed_ids timed = { 0 };
	size_t count = 0;
	enum err e = OK;
	for (size_t from = 0, to; !e && from < m->n; from = to) {
		struct session_sum s = { .customer_id = im->customers.all[customer].id, .shop_id = im->customers.all[customer].other };
		for (to = from; to < m->n && (to == from || m->rows[to].at - s.last_at <= session_gap(im)); to++)
			sum_add(&s, m->rows[to].at, m->rows[to].sender, m->rows[to].person_id);
		s.id = id_kept(m->rows + from, to - from, ids, count);
		if (!s.id)
			s.id = id_for_time(im, &timed, s.started_at);
		s.last_text = m->rows[to - 1].text;
		s.channel = m->rows[from].channel;
		ids[count++] = s.id;
		e = sum_write(im, &s);
		for (size_t i = from; !e && i < to; i++)
			e = message_write(im, &m->rows[i], s.id, (int64_t)(i - from) + 1);
	}
	*ret_count = count;
	return e;
}

/* Old sessions that no cut kept give what hangs on them to the session that took their messages. */
static enum err
leftovers_retire(struct merge *m, const int64_t *ids, size_t count)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < m->n; i++) {
		int64_t old = m->rows[i].session_id;
		bool alive = old == 0;
		for (size_t k = 0; k < count && !alive; k++)
			alive = ids[k] == old;
		if (alive)
			continue;
		size_t session = 0;
		for (size_t k = 1; k <= i; k++)
			session += m->rows[k].at - m->rows[k - 1].at > session_gap(m->im);
		e = session_retire(m->im, old, ids[session]);
		for (size_t k = i; k < m->n; k++)
			if (m->rows[k].session_id == old)
				m->rows[k].session_id = 0;
	}
	return e;
}

static enum err
retie(struct import *im, int64_t customer_id)
{
	static const struct query *const ties[] = { &chat_retie_ratings, &chat_retie_invites, &chat_retie_transfers, &chat_retie_categories };
	enum err e = OK;
	for (size_t i = 0; !e && i < sizeof ties / sizeof *ties; i++)
		e = query_run(im->db, ties[i], &(struct chat_retie_ratings_in){ customer_id }, NULL);
	return e;
}

/* What m->rows holds becomes all that this customer said and heard in imported conversations. */
/* While the old rows still stand, so that none of their ids is given again. */
static void
new_rows_number(struct merge *m)
{
	struct timed_ids ids = { 0 };
	for (size_t i = 0; i < m->n; i++)
		if (!m->rows[i].id)
			m->added[m->added_count++] = m->rows[i].id = id_for_time(m->im, &ids, m->rows[i].at);
}

static enum err
customer_rewrite(struct merge *m, uint32_t customer)
{
	struct import *im = m->im;
	size_t count = 0;
	int64_t id = im->customers.all[customer].id, *ids = arena_alloc(im->arena, m->n * sizeof *ids);
	m->added = arena_alloc(im->arena, m->n * sizeof *m->added);
	if (!ids || !m->added)
		return ERR_NO_MEMORY;
	qsort(m->rows, m->n, sizeof *m->rows, by_time);
	new_rows_number(m);
	enum err e = query_run(im->db, &chat_messages_drop, &(struct chat_messages_drop_in){ id }, NULL);
	if (!e)
		e = sessions_write(m, customer, ids, &count);
	if (!e)
		e = leftovers_retire(m, ids, count);
	return e ? e : retie(im, id);
}

enum err
customer_merge(struct import *im, uint32_t customer, struct message_ref *refs, size_t n, bool *ret_fresh)
{
	struct merge m = { .im = im };
	bool changed = false;
	int64_t id = im->customers.all[customer].id;
	enum err e = im->had_messages ? query_each(im->db, &chat_existing, &(struct chat_existing_in){ id }, existing_add, &m) : OK;
	*ret_fresh = !e && m.n == 0;
	if (e || *ret_fresh)
		return e;
	for (size_t i = 0; !e && i < n; i++)
		e = ref_merge(&m, &refs[i], &changed);
	if (e || !changed)
		return e;
	e = customer_rewrite(&m, customer);
	return e || !m.added_count ? e : chat_journal(im, id, m.added, m.added_count);
}

/* Taking back ------------------------------------------------------------------------------------------------------------ */

static bool
among(int64_t id, const int64_t *ids, size_t n)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (ids[mid] < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && ids[low] == id;
}

static bool
session_left(const struct merge *m, int64_t session_id)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rows[i].session_id == session_id)
			return true;
	return false;
}

/* A session without messages; a note or whatever else a person hung on it keeps it, and the whole customer with it (ERR_REFERENCED). */
static enum err
session_remove(struct import *im, int64_t id)
{
	static const struct query *const loosen[] = { &chat_loose_ratings, &chat_loose_invites, &chat_session_drop };
	enum err e = OK;
	for (size_t i = 0; !e && i < sizeof loosen / sizeof *loosen; i++)
		e = query_run(im->db, loosen[i], &(struct chat_session_drop_in){ id }, NULL);
	return e;
}

static enum err
removed_clear(struct merge *m, const struct message_row *gone, size_t n)
{
	enum err e = OK;
	int64_t last = 0;
	for (size_t i = 0; !e && i < n; i++) {
		span_note(m->im, gone[i].at);
		e = search_forget(m->im->db, gone[i].id);
		/* Rows come in order of time, so those of a session stand together, but for ties. */
		if (!e && gone[i].session_id != last && !session_left(m, gone[i].session_id))
			e = session_remove(m->im, gone[i].session_id);
		last = gone[i].session_id;
	}
	return e;
}

enum err
customer_unmerge(struct import *im, uint32_t customer, const int64_t *ids, size_t n, int64_t *ret_removed)
{
	struct merge m = { .im = im };
	size_t kept = 0, out = 0;
	int64_t id = im->customers.all[customer].id;
	enum err e = query_each(im->db, &chat_existing, &(struct chat_existing_in){ id }, existing_add, &m);
	struct message_row *gone = e ? NULL : arena_alloc(im->arena, (m.n + 1) * sizeof *gone);
	if (!gone)
		return e ? e : ERR_NO_MEMORY;
	for (size_t i = 0; i < m.n; i++)
		if (among(m.rows[i].id, ids, n))
			gone[out++] = m.rows[i];
		else
			m.rows[kept++] = m.rows[i];
	m.n = kept;
	*ret_removed = (int64_t)out;
	if (!out)
		return OK;
	if (kept)
		e = customer_rewrite(&m, customer);
	else
		e = query_run(im->db, &chat_messages_drop, &(struct chat_messages_drop_in){ id }, NULL);
	if (!e)
		e = removed_clear(&m, gone, out);
	return e ? e : retie(im, id);
}
