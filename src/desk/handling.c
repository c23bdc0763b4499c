#include "desk/handling.h"

#include "base/utf8.h"
#include "base/banned.h"

static bool
tag_known(struct str *tags, size_t n, struct str tag)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(tags[i], tag))
			return true;
	return false;
}

static enum err
tags_read(struct arena *a, struct str json, struct str tags[HANDLING_TAGS_MAX], size_t *ret_n)
{
	const struct json *list;
	size_t n = 0;
	if (json_parse(a, json, &list, NULL) || json_kind(list) != JSON_ARRAY)
		return ERR_BAD_FIELD;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *v = json_at(list, i);
		struct str tag = str_trim(json_text(v));
		if (json_kind(v) != JSON_TEXT || utf8_count(tag) > HANDLING_TAG_CHARS)
			return ERR_BAD_FIELD;
		if (!tag.n || tag_known(tags, n, tag))
			continue;
		if (n == HANDLING_TAGS_MAX)
			return ERR_BAD_FIELD;
		tags[n++] = tag;
	}
	*ret_n = n;
	return OK;
}

enum err
handling_tags_clean(struct arena *a, struct str json, struct str *ret_json)
{
	struct str tags[HANDLING_TAGS_MAX];
	struct json_writer w;
	struct buf b;
	size_t n;
	enum err e = tags_read(a, json, tags, &n);
	if (e)
		return e;
	buf_init(&b, 8192);
	jw_init(&w, &b);
	jw_array(&w);
	for (size_t i = 0; i < n; i++)
		jw_text(&w, tags[i]);
	jw_end(&w);
	e = jw_finish(&w);
	struct str out = e ? STR_NONE : arena_str(a, buf_str(&b));
	buf_free(&b);
	if (!e && !out.p)
		e = ERR_NO_MEMORY;
	if (!e)
		*ret_json = out;
	return e;
}
