/* Inside json/ only: a value of json_parse_many. Which of the two kinds a value is tells its first number: jansson's begin with a type below QUICK. */
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include "json/json.h"

enum { QUICK = 100, DEPTH_MAX = 64 };

struct quick {
	int kind;        /* QUICK + enum json_kind */
	uint32_t count;  /* of items or members */
	struct str name; /* of a member; ends in NUL */
	struct quick *next;
	union {
		struct str text; /* ends in NUL */
		int64_t integer;
		double real;
		bool truth;
		struct {
			struct quick *first, **index; /* index: where walking would take long; items, or members by name */
		} inner;
	} is;
};

/* NULL: one of jansson's. v is not NULL. */
static inline const struct quick *
quick_of(const struct json *v)
{
	const struct quick *q = (const struct quick *)v;
	return q->kind >= QUICK ? q : NULL;
}

const struct quick *quick_get(const struct quick *object, struct str name);
const struct quick *quick_at(const struct quick *array, size_t i);

/* The line where the text goes deeper than DEPTH_MAX; 0 if nowhere. */
int too_deep(struct str text);

#endif
