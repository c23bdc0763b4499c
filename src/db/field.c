#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/backend.h"

#include "base/banned.h"

static void
mark_set(const struct field *f, void *row)
{
	if (f->flags & FIELD_OPTIONAL && !field_is_text(f))
		*(bool *)((char *)row + f->set_offset) = true;
}

void
field_store_int(const struct field *f, void *row, int64_t v)
{
	mark_set(f, row);
	if (f->type == FIELD_BOOL)
		*(bool *)((char *)row + f->offset) = v != 0;
	else
		*(int64_t *)((char *)row + f->offset) = v;
}

void
field_store_real(const struct field *f, void *row, double v)
{
	mark_set(f, row);
	*(double *)((char *)row + f->offset) = v;
}

void
field_store_text(const struct field *f, void *row, struct str v)
{
	*(struct str *)((char *)row + f->offset) = v;
}

bool
field_is_text(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_JSON;
}

bool
field_present(const struct field *f, const void *in)
{
	if (field_is_text(f))
		return field_text(f, in).p != NULL;
	return !(f->flags & FIELD_OPTIONAL) || *(const bool *)((const char *)in + f->set_offset);
}

int64_t
field_int(const struct field *f, const void *in)
{
	const char *at = (const char *)in + f->offset;
	return f->type == FIELD_BOOL ? *(const bool *)at : *(const int64_t *)(const void *)at;
}

double
field_real(const struct field *f, const void *in)
{
	return *(const double *)(const void *)((const char *)in + f->offset);
}

struct str
field_text(const struct field *f, const void *in)
{
	return *(const struct str *)(const void *)((const char *)in + f->offset);
}

enum err
field_text_check(struct db *db, const struct query *q, const struct field *f, struct str text)
{
	if (text.n && memchr(text.p, 0, text.n))
		return db_refuse(db, ERR_BAD_FIELD, "%s: %s holds U+0000", q->name, f->name);
	if (!utf8_valid(text))
		return db_refuse(db, ERR_BAD_FIELD, "%s: %s is not valid UTF-8", q->name, f->name);
	if (text.n > INT32_MAX)
		return db_refuse(db, ERR_TOO_LARGE, "%s: %s is too long", q->name, f->name);
	return OK;
}

static int
column_find(const char *field, int count, const char *(*name)(const void *ctx, int column), const void *ctx)
{
	for (int c = 0; c < count; c++)
		if (strcmp(name(ctx, c), field) == 0)
			return c;
	return -1;
}

bool
columns_match(const struct query *q, int count, const char *(*name)(const void *ctx, int column), const void *ctx, int *columns,
              char why[200])
{
	for (int i = 0; i < q->out_count; i++) {
		columns[i] = column_find(q->out[i].name, count, name, ctx);
		if (columns[i] < 0) {
			snprintf(why, 200, "%s: the result has no column %s", q->name, q->out[i].name);
			return false;
		}
	}
	if (count == q->out_count)
		return true;
	snprintf(why, 200, "%s: the result has %d columns, the header %d", q->name, count, q->out_count);
	return false;
}

static size_t
slot_of(const struct query_map *m, const struct query *q)
{
	size_t at = ((uintptr_t)q >> 3) * 0x9E3779B97F4A7C15ULL >> 20 & (m->cap - 1);
	while (m->slots[at].query && m->slots[at].query != q)
		at = (at + 1) & (m->cap - 1);
	return at;
}

void *
query_map_get(const struct query_map *m, const struct query *q)
{
	return m->cap ? m->slots[slot_of(m, q)].value : NULL;
}

bool
query_map_put(struct query_map *m, const struct query *q, void *value)
{
	if (m->n * 2 >= m->cap) {
		struct query_map bigger = { .cap = m->cap ? m->cap * 2 : 64 };
		bigger.slots = mem_new(bigger.cap, sizeof *bigger.slots);
		if (!bigger.slots)
			return false;
		for (size_t i = 0; i < m->cap; i++)
			if (m->slots[i].query)
				bigger.slots[slot_of(&bigger, m->slots[i].query)] = m->slots[i];
		bigger.n = m->n;
		mem_free(m->slots);
		*m = bigger;
	}
	m->slots[slot_of(m, q)] = (struct query_slot){ q, value };
	m->n++;
	return true;
}

void
query_map_clear(struct query_map *m, void (*drop)(void *value))
{
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].value)
			drop(m->slots[i].value);
	mem_free(m->slots);
	*m = (struct query_map){ 0 };
}
