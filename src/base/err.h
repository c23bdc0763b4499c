/* What a function returns when it can fail. Ok is 0; every other value is a row of errors.def. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	OK = 0,
#define ERR(name, status, en, zh) ERR_##name,
#include "base/errors.def"
#undef ERR
	ERR_COUNT
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* The error's stable name ("BAD_FIELD"), HTTP status, and text for people ("en" or "zh"). Static strings. */
const char *err_name(enum err e);
int err_status(enum err e);
const char *err_text(enum err e, const char *lang);

#endif
