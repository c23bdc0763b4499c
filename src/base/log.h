/*
 * Log lines are one JSON object each, on stderr: time, level, event, then the named fields. Never message bodies, never
 * secrets. Only the top (main, app) logs; lower floors return errors.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
	const char *name;
	struct str text; /* used when text.p is set */
	int64_t number;
};

#define LOG_TEXT(name, s) ((struct log_field){ (name), (s), 0 })
#define LOG_INT(name, n) ((struct log_field){ (name), STR_NONE, (n) })

void log_level_set(enum log_level least);
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n);
#define LOG(level, event, ...)                                                          \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ },         \
	          sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

#endif
