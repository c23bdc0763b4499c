#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static atomic_int least_level = LOG_INFO;

void
log_level_set(enum log_level least)
{
	atomic_store(&least_level, (int)least);
}

static void
quote(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"' || c == '\\')
			buf_char(b, '\\'), buf_char(b, (char)c);
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else
			buf_char(b, (char)c);
	}
	buf_char(b, '"');
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	if ((int)level < atomic_load(&least_level))
		return;
	struct buf b;
	char time[25];
	buf_init(&b, 8192);
	time_print_rfc3339(clock_now(), time);
	buf_printf(&b, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", time, names[level], event);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, ",\"%s\":", fields[i].name);
		if (fields[i].text.p)
			quote(&b, fields[i].text);
		else
			buf_int(&b, fields[i].number);
	}
	buf_addz(&b, "}\n");
	/* One write a line, so that lines of several threads do not mix. A full pipe must not stop the server. */
	if (!b.err && write(STDERR_FILENO, b.p, b.n) < 0)
		b.err = ERR_IO;
	buf_free(&b);
}
