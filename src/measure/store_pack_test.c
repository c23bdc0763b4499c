/* Packed days say what was put into them, and percentiles of what lies in them are those of the sorted durations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "measure/store_view.h"

static uint64_t x = 88172645463325252u;

static uint32_t
draw(uint32_t n)
{
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 33) % n;
}

static uint64_t
place(uint32_t i)
{
	return PLACE(i % 41 ? i % 41 : FACT_NONE, i / 984 % 4 ? i / 984 % 4 : FACT_NONE, i % 2, i / 41 % 24, i % 97 == 96);
}

/* Some cells have more times, spans than a byte counts; some customers are far from the one before. */
static void
fill(struct gather *g, uint32_t cells, uint32_t customers)
{
	uint32_t cell;
	gather_start(g, 86400000);
	for (uint32_t i = 0; i < cells; i++) {
		assert_int_equal(gather_cell(g, place(i), &cell), OK);
		uint32_t times = draw(50) ? draw(4) : draw(2000);
		for (uint32_t k = 0; k < times; k++) {
			*fact_new(g->first) = (struct gather_time){ cell, draw(100000), 0 };
			*fact_new(g->reply) = (struct gather_time){ cell, draw(k % 2 ? 100000 : UINT32_MAX), 0 };
			if (k % 3 == 0)
				*fact_new(g->spans) = (struct gather_time){ cell, draw(86400000), 1 + draw(1000) };
		}
		for (int c = 0; c < STORE_COLUMNS; c++)
			if (!draw(3))
				g->cells.cells.all[cell].t[c] += (int64_t)draw(1000) * (draw(20) ? 1 : -4000000000LL);
	}
	for (uint32_t i = 0, customer = draw(1000000); i < customers; i++, customer += draw(20) ? draw(3) : draw(1000000))
		*fact_new(g->marks) = (struct store_mark){ customer, draw((uint32_t)g->cells.cells.n) << STORE_FLAG_BITS | (1 + draw(MARK_FLAGS)) };
	for (uint32_t i = 0; i < cells / 4; i++)
		*fact_new(g->multis) = (struct store_multi){ (int32_t)draw(1000000) - 500000, draw(1000), draw((uint32_t)g->cells.cells.n) };
}

static void
sums_of(const struct segment *s, uint64_t at, int64_t *ret)
{
	struct cell_walk w = { 0 };
	memset(ret, 0, STORE_COLUMNS * sizeof *ret);
	while (cell_next(s, &w)) {
		int64_t values[STORE_COLUMNS] = { 0 };
		cell_values(s, &w, values);
		for (int c = 0; cell_place(s, w.next - 1) == at && c < STORE_COLUMNS; c++)
			ret[c] += values[c];
	}
	columns_finish(ret);
}

static void
what_is_packed_is_what_was_gathered(void **state)
{
	static struct gather g;
	(void)state;
	for (int round = 0; round < 20; round++) {
		struct segment *s;
		struct mark_walk m = { 0 };
		fill(&g, 1 + draw(1500), draw(600));
		int64_t (*want)[STORE_COLUMNS] = calloc(g.cells.cells.n, sizeof *want);
		uint64_t *places = calloc(g.cells.cells.n, sizeof *places);
		assert_non_null(want);
		assert_non_null(places);
		size_t cells = g.cells.cells.n, marks = g.marks.n, met = 0;
		for (size_t i = 0; i < cells; i++) {
			places[i] = g.cells.cells.all[i].place;
			memcpy(want[i], g.cells.cells.all[i].t, sizeof *want);
		}
		assert_int_equal(gather_finish(&g, &s), OK);
		for (size_t i = 0; i < cells; i++) {
			int64_t sums[STORE_COLUMNS];
			sums_of(s, places[i], sums);
			assert_memory_equal(sums, want[i], sizeof sums);
		}
		for (; mark_next(s, &m); met++) {
			assert_int_equal(m.customer, g.marks.all[met].customer);
			assert_int_equal(m.what, g.marks.all[met].what);
		}
		assert_int_equal(met, marks);
		assert_int_equal(s->pair_n, marks);
		segment_drop(s);
		free(want);
		free(places);
	}
	gather_free(&g);
}

static void
a_customers_piece_is_what_was_gathered(void **state)
{
	static struct gather g, again;
	(void)state;
	for (int round = 0; round < 50; round++) {
		struct segment *s, *copy;
		struct piece p;
		fill(&g, 1 + draw(round % 2 ? 3 : 200), 1 + draw(4));
		for (size_t i = 0; i < g.marks.n; i++)
			g.marks.all[i].customer = 77;
		for (size_t i = 0; i < g.multis.n; i++)
			g.multis.all[i].customer = 77;
		g.valid_from = 5;
		g.valid_until = 9;
		assert_int_equal(gather_pack(&g, 77, &p), OK);
		gather_start(&again, 86400000);
		assert_int_equal(gather_piece(&again, &p), OK);
		assert_int_equal(gather_finish(&g, &s), OK);
		assert_int_equal(gather_finish(&again, &copy), OK);
		assert_int_equal(copy->bytes, s->bytes);
		assert_memory_equal(copy->who, s->who, s->bytes - (size_t)((char *)s->who - (char *)s));
		assert_int_equal(copy->valid_from, 5);
		assert_int_equal(copy->valid_until, 9);
		piece_drop(&p);
		segment_drop(s);
		segment_drop(copy);
	}
	gather_free(&g);
	gather_free(&again);
}

static void
levels_add_up_to_their_cells(void **state)
{
	static struct gather g;
	struct segment *s;
	int kept = 0;
	(void)state;
	fill(&g, 3000, 10);
	assert_int_equal(gather_finish(&g, &s), OK);
	for (uint32_t level = 0; level < LEVELS; level++) {
		const uint8_t *at = s->values + s->level_at[level];
		kept += s->level_n[level] > 0;
		for (uint32_t i = 0; i < s->level_n[level]; i++) {
			int64_t values[STORE_COLUMNS] = { 0 }, want[STORE_COLUMNS] = { 0 };
			struct cell_walk w = { 0 };
			uint64_t p;
			at = numbers_add(place_get(at, &p), values);
			while (cell_next(s, &w)) {
				uint64_t own = cell_place(s, w.next - 1);
				bool in = PLACE_CHANNEL(own) == PLACE_CHANNEL(p) && PLACE_GHOST(own) == PLACE_GHOST(p) && (!(level & LEVEL_AGENT) || PLACE_AGENT(own) == PLACE_AGENT(p)) &&
				          (!(level & LEVEL_CATEGORY) || PLACE_CATEGORY(own) == PLACE_CATEGORY(p)) && (!(level & LEVEL_HOUR) || PLACE_HOUR(own) == PLACE_HOUR(p));
				int64_t other[STORE_COLUMNS] = { 0 };
				cell_values(s, &w, in ? want : other);
			}
			assert_memory_equal(values, want, sizeof values);
		}
	}
	assert_true(kept >= 4);
	segment_drop(s);
	gather_free(&g);
}

enum { TIMED_VIEWS = 5, TIMED_MOST = 300000 };

/* Durations by row: row << 32 | ms. */
static uint64_t timed[2][TIMED_MOST];
static size_t timed_n[2];

static int
ascending(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;
	return one < two ? -1 : one > two;
}

/* A row for each agent; some have few durations. */
static void
timed_views(struct view *views, uint32_t rows, uint32_t n, uint32_t limit)
{
	static struct gather g;
	for (uint32_t i = 0; i < TIMED_VIEWS; i++) {
		gather_start(&g, 86400000);
		for (uint32_t k = 0, row = 1, cell; k < n / TIMED_VIEWS; k++) {
			int kind = (int)draw(2);
			row = draw(10) ? row : 1 + draw(draw(4) ? 2 : rows - 1);
			assert_int_equal(gather_cell(&g, PLACE(row - 1, FACT_NONE, 0, draw(3), GHOST_NONE), &cell), OK);
			struct gather_time t = { cell, draw(limit), 0 };
			if (kind)
				*fact_new(g.reply) = t;
			else
				*fact_new(g.first) = t;
			timed[kind][timed_n[kind]++] = (uint64_t)row << 32 | t.ms;
		}
		views[i] = (struct view){ .counted = true, .row_low = 1, .row_high = rows - 1 };
		assert_int_equal(gather_finish(&g, &views[i].seg), OK);
	}
	gather_free(&g);
}

static void
row_is_right(const struct report_row *row, int kind, const uint64_t *all, size_t n)
{
	assert_int_equal(kind ? row->reply_n : row->first_n, n);
	for (int k = 0; n && k < REPORT_PERCENTS; k++)
		assert_int_equal(row->picked[kind][k], (uint32_t)all[(n * (size_t)report_percents[k] + 99) / 100 - 1]);
}

static void
rows_are_right(const struct report *r)
{
	for (int kind = 0; kind < 2; kind++) {
		uint64_t *all = timed[kind];
		size_t n = timed_n[kind], from = 0;
		qsort(all, n, sizeof *all, ascending);
		for (uint32_t row = 1; row < r->row_count; row++) {
			size_t to = from;
			while (to < n && all[to] >> 32 == row)
				to++;
			row_is_right(&r->rows[row], kind, all + from, to - from);
			from = to;
		}
		for (size_t i = 0; i < n; i++)
			all[i] &= UINT32_MAX;
		qsort(all, n, sizeof *all, ascending);
		row_is_right(&r->rows[0], kind, all, n);
	}
}

/* Rows of few and of many, short ones alone, long ones too; more rows than are looked at together; by one thread, and by two. */
static void
percentiles_are_those_of_the_sorted(void **state)
{
	enum { MANY_ROWS = 9000, CHANNELS = 256 };
	static const uint32_t limits[] = { 1, 300, 70000, 1100000, UINT32_MAX };
	static size_t keys[MANY_ROWS], none[CHANNELS];
	static uint32_t row_of[MANY_ROWS];
	(void)state;
	for (uint32_t i = 1; i < MANY_ROWS; i++)
		keys[i] = row_of[i] = i;
	for (size_t way = 0; way < 40; way++) {
		uint32_t rows = way % 10 == 7 ? MANY_ROWS : way % 10 == 8 ? 1 : 6, n = way < 5 || rows == 1 ? 0 : way == 19 ? TIMED_MOST : draw(way % 2 ? 60000 : 300);
		struct view views[TIMED_VIEWS];
		struct report r = { .rows = calloc(rows, sizeof *r.rows), .row_count = rows, .row_of = row_of };
		struct viewing v = { .r = &r, .views = views, .n = TIMED_VIEWS, .agent_keys = keys, .category_keys = none, .channel_keys = none, .hour_keys = none,
			             .need = LEVEL_AGENT, .slice_n = 1 + way / 10 % 2 };
		assert_non_null(r.rows);
		timed_n[0] = timed_n[1] = 0;
		timed_views(views, rows, n, limits[way % 5]);
		for (size_t i = 0; i < v.slice_n; i++)
			v.slices[i] = (struct slice){ .v = &v, .number = i, .from = i ? 2 : 0, .to = i + 1 < v.slice_n ? 2 : TIMED_VIEWS };
		assert_int_equal(times_make(&v), OK);
		assert_true(r.picked);
		rows_are_right(&r);
		for (int i = 0; i < TIMED_VIEWS; i++)
			segment_drop(views[i].seg);
		for (size_t i = 0; i < v.slice_n; i++)
			mem_free(v.slices[i].rows);
		free(r.rows);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_is_what_was_gathered),
		cmocka_unit_test(a_customers_piece_is_what_was_gathered),
		cmocka_unit_test(levels_add_up_to_their_cells),
		cmocka_unit_test(percentiles_are_those_of_the_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
