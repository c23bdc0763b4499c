/* What an import added, so that it can be undone: under the names that import_row knows, and messages by customer. */
#include "interchange/import_impl.h"
#include "interchange/import_record_sql.h"
#include "base/banned.h"

enum { IDS_A_ROW = 2000 };

enum err
row_journal(struct import *im, const struct seen *s, int64_t row)
{
	if (!im->o->import_id)
		return OK;
	struct import_added_put_in in = { .type = s->type, .key = s->key, .import_id = im->o->import_id, .row_id = row, .changed = s->row != 0 };
	return query_run(im->db, &import_added_put, &in, NULL);
}

enum err
customer_journal(struct import *im, int64_t customer_id)
{
	if (!im->o->import_id)
		return OK;
	struct import_chat_put_in in = { .import_id = im->o->import_id, .customer_id = customer_id, .part = 0, .fresh = true, .messages = STR("") };
	return query_run(im->db, &import_chat_put, &in, NULL);
}

enum err
chat_journal(struct import *im, int64_t customer_id, const int64_t *ids, size_t n)
{
	enum err e = OK;
	int64_t part = 0;
	struct buf b;
	if (!im->o->import_id)
		return OK;
	buf_init(&b, (size_t)IDS_A_ROW * 24);
	for (size_t i = 0; !e && i < n; i++) {
		if (b.n)
			buf_char(&b, ',');
		buf_int(&b, ids[i]);
		if ((i + 1) % IDS_A_ROW != 0 && i + 1 < n)
			continue;
		part++;
		struct import_chat_put_in in = { .import_id = im->o->import_id, .customer_id = customer_id, .part = part, .messages = buf_str(&b) };
		e = buf_err(&b);
		if (!e)
			e = query_run(im->db, &import_chat_put, &in, NULL);
		buf_clear(&b);
	}
	buf_free(&b);
	return e;
}

enum err
people_journal(struct import *im)
{
	enum err e = OK;
	for (size_t i = 0; !e && im->o->import_id && i < im->people.count; i++) {
		struct name *n = &im->people.all[i];
		if (!n->id || n->other)
			continue;
		e = query_run(im->db, &import_named_put, &(struct import_named_put_in){ im->o->import_id, n->id }, NULL);
		n->other = 1;
	}
	return e;
}
