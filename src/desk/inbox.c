#include "desk/inbox.h"

#include "base/banned.h"

bool
inbox_cursor_read(struct str cursor, int64_t *ret_at, int64_t *ret_id)
{
	ptrdiff_t dot = str_find_char(cursor, '.');
	int64_t at, id;
	if (dot < 0 || !str_int(str_sub(cursor, 0, (size_t)dot), &at) || !str_int(str_sub(cursor, (size_t)dot + 1, cursor.n), &id))
		return false;
	*ret_at = at;
	*ret_id = id;
	return true;
}

struct str
inbox_pattern(struct arena *a, struct str q)
{
	struct buf b;
	q = str_trim(q);
	if (!q.n)
		return STR_NONE;
	buf_init(&b, 4 * q.n + 3);
	buf_char(&b, '%');
	for (size_t i = 0; i < q.n; i++) {
		if (q.p[i] == '%' || q.p[i] == '_' || q.p[i] == '\\')
			buf_char(&b, '\\');
		buf_char(&b, q.p[i]);
	}
	buf_char(&b, '%');
	struct str out = arena_str(a, buf_str(&b));
	buf_free(&b);
	return out;
}
