/* A report's views parted among threads: a large one takes both processors, one day's alone is not worth a thread's start. */
#include "base/thread.h"
#include "measure/store_view.h"
#include "base/banned.h"

static size_t
marks_count(struct viewing *v)
{
	const struct view *first = NULL;
	size_t n = 0;
	v->one_day = true;
	for (size_t i = 0; i < v->n; i++) {
		const struct view *view = &v->views[i];
		if (!view->counted)
			continue;
		n += view->seg->mark_n;
		first = first ? first : view;
		v->one_day = v->one_day && view->day == first->day;
	}
	return n;
}

/* The slices' bounds: as many marks in each, but a day in one alone. */
void
slices_part(struct viewing *v)
{
	size_t all = marks_count(v), large = v->s->large, n = 0, slice = 0;
	v->slice_n = all >= large ? SLICES_MAX : 1;
	for (size_t i = 0; i < SLICES_MAX; i++)
		v->slices[i] = (struct slice){ .v = v, .number = i, .from = v->n, .to = v->n };
	v->slices[0].from = 0;
	for (size_t i = 0; i < v->n; i++) {
		bool new_day = i && v->views[i].day != v->views[i - 1].day;
		if (new_day && slice + 1 < v->slice_n && n * v->slice_n >= all * (slice + 1)) {
			v->slices[slice++].to = i;
			v->slices[slice].from = i;
		}
		n += v->views[i].counted ? v->views[i].seg->mark_n : 0;
	}
}

static void
slice_main(void *ctx)
{
	struct slice *h = ctx;
	h->err = h->work(h);
}

enum err
slices_run(struct viewing *v, enum err (*work)(struct slice *))
{
	struct thread *threads[SLICES_MAX] = { 0 };
	enum err e = OK;
	for (size_t i = 0; i < v->slice_n; i++)
		v->slices[i].work = work;
	for (size_t i = 1; i < v->slice_n; i++)
		if (thread_start("report slice", slice_main, &v->slices[i], &threads[i]))
			threads[i] = NULL;
	slice_main(&v->slices[0]);
	for (size_t i = 1; i < v->slice_n; i++) {
		if (threads[i])
			thread_join(threads[i]);
		else
			slice_main(&v->slices[i]);
	}
	for (size_t i = 0; i < v->slice_n; i++)
		e = e ? e : v->slices[i].err;
	return e;
}

/* Sums and persons of the rows that there are. */
enum err
slices_room(struct viewing *v)
{
	size_t rows = v->r->row_count;
	for (size_t i = 0; i < v->slice_n; i++) {
		struct slice *h = &v->slices[i];
		bool own = !i || !(v->r->ask.by & BY_DAY);
		h->sums = own ? mem_new(rows, sizeof *h->sums) : v->sums;
		h->persons = own ? mem_new(rows, sizeof *h->persons) : v->persons;
		v->sums = i ? v->sums : h->sums;
		v->persons = i ? v->persons : h->persons;
		if (!h->sums || !h->persons)
			return ERR_NO_MEMORY;
		if (own) {
			mem_wide(h->sums, rows * sizeof *h->sums);
			mem_wide(h->persons, rows * sizeof *h->persons);
		}
	}
	return OK;
}

void
slices_free(struct viewing *v)
{
	for (size_t i = SLICES_MAX; i-- > 0;) {
		struct slice *h = &v->slices[i];
		if (h->sums != v->slices[0].sums)
			mem_free(h->sums);
		if (h->persons != v->slices[0].persons)
			mem_free(h->persons);
		mem_free(h->rows);
		mem_free(h->at);
		mem_free(h->of);
		mem_free(h->sorted);
		mem_free(h->shared.all);
	}
	mem_free(v->sums);
	mem_free(v->persons);
}
