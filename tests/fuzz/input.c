/* JSON from outside: what the reader lets through is written back as it was, and becomes any query's input within its declared bounds. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/internal.h"
#include "base/utf8.h"

static void
field_check(const struct field *f, const char *in)
{
	const struct str *s = (const struct str *)(const void *)(in + f->offset);
	if (f->type == FIELD_TEXT && s->p && (!utf8_valid(*s) || memchr(s->p, 0, s->n)))
		abort();
	if (f->type == FIELD_INT && !(f->flags & FIELD_OPTIONAL) && !(f->flags & FIELD_SERVER)) {
		int64_t v = *(const int64_t *)(const void *)(in + f->offset);
		if (v < f->min || v > f->max)
			abort();
	}
}

static void
input_check(struct arena *a, const struct json *v, const struct query *q)
{
	static struct app app; /* what the server puts in itself: its numbers */
	struct request rq = { .app = &app, .arena = a, .route = &(struct route){ .method = POST, .path = "/", .in = q, .help = "" } };
	char *in = arena_alloc(a, q->in_size ? q->in_size : 1);
	if (!in || json_kind(v) != JSON_OBJECT || input_from_json(&rq, q, v, in))
		return;
	for (size_t i = 0; i < q->in_count; i++)
		field_check(&q->in[i], in);
}

static void
again_check(struct arena *a, const struct json *v)
{
	struct buf b, c;
	struct json_writer w;
	const struct json *same;
	buf_init(&b, 8 << 20);
	buf_init(&c, 8 << 20);
	jw_init(&w, &b);
	jw_value(&w, v);
	if (jw_finish(&w) || json_parse(a, buf_str(&b), &same, NULL))
		abort();
	jw_init(&w, &c);
	jw_value(&w, same);
	if (jw_finish(&w) || !str_eq(buf_str(&b), buf_str(&c)))
		abort();
	buf_free(&b);
	buf_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct json *v;
	struct arena *a = n > 2 && n < 100000 ? arena_new(8 << 20) : NULL;
	if (!a)
		return 0;
	size_t count = 0;
	while (all_queries[count])
		count++;
	if (!json_parse(a, (struct str){ (const char *)data + 2, n - 2 }, &v, NULL)) {
		again_check(a, v);
		input_check(a, v, all_queries[(data[0] | data[1] << 8) % count]);
	}
	arena_free(a);
	return 0;
}
