/* All built days in words that do not depend on how they came to be. */
#include <stdlib.h>
#include <string.h>

#include "measure/store_impl.h"
#include "base/banned.h"

enum { DUMP_MAX = 1 << 30 };

struct words {
	struct str *all;
	size_t n;
};

static int
word_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
place_print(const struct store *s, uint64_t place, struct buf *out)
{
	uint32_t agent = PLACE_AGENT(place), category = PLACE_CATEGORY(place);
	buf_printf(out, "%lld %lld %u %d %d", agent == FACT_NONE ? 0LL : (long long)s->people.all[agent].id,
	           category == FACT_NONE ? 0LL : (long long)s->categories.all[category].id, (unsigned)(PLACE_CHANNEL(place) + 1), PLACE_HOUR(place),
	           (int)PLACE_GHOST(place));
}

static void
cell_print(const struct store *s, const struct segment *seg, struct cell_walk *w, struct buf *out)
{
	int64_t values[STORE_COLUMNS] = { 0 };
	buf_addz(out, "cell ");
	place_print(s, cell_place(seg, w->next - 1), out);
	cell_values(seg, w, values);
	columns_finish(values);
	for (int i = 0; i < STORE_COLUMNS; i++)
		if (values[i])
			buf_printf(out, " %u=%lld", store_columns[i], (long long)values[i]);
	for (uint32_t k = w->first; k < w->first + w->firsts; k++)
		buf_printf(out, " f%u", seg->first[k]);
	for (uint32_t k = w->reply; k < w->reply + w->replies; k++)
		buf_printf(out, " r%u", seg->reply[k]);
	for (uint32_t k = w->span; k < w->span + w->parts; k++)
		buf_printf(out, " s%u+%u", seg->spans[k].begin, seg->spans[k].length);
}

/* A level is what the cells add up to: nothing of it may be other than that. */
static void
levels_print(const struct store *s, const struct segment *seg, struct buf *out)
{
	for (uint32_t level = 0; level < LEVELS; level++) {
		const uint8_t *at = seg->values + seg->level_at[level];
		for (uint32_t i = 0; i < seg->level_n[level]; i++) {
			int64_t values[STORE_COLUMNS] = { 0 };
			uint64_t place;
			at = numbers_add(place_get(at, &place), values);
			columns_finish(values);
			buf_printf(out, "level %u ", level);
			place_print(s, place, out);
			for (int k = 0; k < STORE_COLUMNS; k++)
				if (values[k])
					buf_printf(out, " %u=%lld", store_columns[k], (long long)values[k]);
			buf_char(out, '\n');
		}
	}
}

static enum err
segment_print(const struct store *s, const struct segment *seg, struct buf *out)
{
	size_t n = seg->cell_n + seg->pair_n + seg->multi_n, at = 0;
	struct cell_walk cell = { 0 };
	struct mark_walk mark = { 0 };
	struct buf *lines = mem_new(n + 1, sizeof *lines);
	struct str *words = mem_new(n + 1, sizeof *words);
	enum err e = lines && words ? OK : ERR_NO_MEMORY;
	for (size_t i = 0; !e && i < n; i++)
		buf_init(&lines[i], 1 << 24);
	while (!e && cell_next(seg, &cell))
		cell_print(s, seg, &cell, &lines[at++]);
	while (!e && mark_next(seg, &mark)) {
		buf_printf(&lines[at], "mark %lld ", (long long)s->w.customers[mark.customer]);
		place_print(s, cell_place(seg, mark.what >> STORE_FLAG_BITS), &lines[at]);
		buf_printf(&lines[at++], " %x", mark.what & MARK_FLAGS);
	}
	for (uint32_t i = 0; !e && i < seg->multi_n; i++) {
		buf_printf(&lines[at], "shared %lld %lld ", (long long)s->w.customers[seg->multis[i].customer], (long long)seg->start + seg->multis[i].begin);
		place_print(s, cell_place(seg, seg->multis[i].cell), &lines[at++]);
	}
	for (size_t i = 0; !e && i < n; i++) {
		words[i] = buf_str(&lines[i]);
		e = buf_err(&lines[i]);
	}
	if (!e && n > 1)
		qsort(words, n, sizeof *words, word_order);
	for (size_t i = 0; !e && i < n; i++) {
		buf_add(out, words[i]);
		buf_char(out, '\n');
	}
	for (size_t i = 0; lines && i < n; i++)
		buf_free(&lines[i]);
	mem_free(lines);
	mem_free(words);
	return e;
}

enum err
store_dump(struct store *s, struct db *db, int64_t now, struct buf *out)
{
	pthread_mutex_lock(&s->lock);
	enum err e = store_update(s, db, now);
	for (size_t i = 0; !e && i < s->shops.n; i++) {
		struct store_shop *shop = &s->shops.all[i];
		for (size_t d = 0; !e && shop->known && d < shop->day_n; d++) {
			struct segment *seg = NULL;
			int budget = 1;
			bool ok;
			e = store_day(s, db, shop, shop->first_day + (int64_t)d, now, &budget, &seg, &ok);
			if (seg) {
				buf_printf(out, "shop %lld day %lld\n", (long long)shop->id, (long long)shop->first_day + (long long)d);
				e = e ? e : segment_print(s, seg, out);
				levels_print(s, seg, out);
			}
			segment_drop(seg);
		}
	}
	if (!e)
		e = ledger_dump(&s->ledger, db, out);
	pthread_mutex_unlock(&s->lock);
	return e ? e : buf_err(out);
}

enum err
store_sum(struct store *s, struct db *db, int64_t now, uint64_t *ret_sum)
{
	uint64_t sum = 0xCBF29CE484222325ULL;
	struct buf b;
	buf_init(&b, DUMP_MAX);
	enum err e = store_dump(s, db, now, &b);
	for (size_t i = 0; !e && i < b.n; i++)
		sum = (sum ^ (unsigned char)b.p[i]) * 0x100000001B3ULL;
	buf_free(&b);
	if (!e)
		*ret_sum = sum;
	return e;
}
