#include "net/http_head.h"

#include <string.h>

#include "base/banned.h"

ptrdiff_t
head_end(struct str s)
{
	size_t line = 0;
	for (;;) {
		const char *lf = memchr(s.p + line, '\n', s.n - line);
		if (!lf)
			return 0;
		size_t at = (size_t)(lf - s.p);
		if (at == line || lf[-1] != '\r')
			return -1;
		if (at == line + 1)
			return (ptrdiff_t)at + 1;
		line = at + 1;
	}
}

static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n > 0;
}

static bool
is_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
is_host(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(".-_:[]", c))))
			return false;
	}
	return true;
}

struct str
head_get(const struct head *h, const char *name)
{
	struct str want = str_of(name);
	for (unsigned i = 0; i < h->fields; i++)
		if (str_eq_nocase(h->field[i].name, want))
			return h->field[i].value;
	return STR_NONE;
}

bool
head_has(const struct head *h, const char *name, const char *token)
{
	struct str want = str_of(name), piece;
	for (unsigned i = 0; i < h->fields; i++) {
		if (!str_eq_nocase(h->field[i].name, want))
			continue;
		struct str rest = h->field[i].value;
		while (str_split(&rest, ',', &piece))
			if (str_eq_nocase(str_trim(piece), str_of(token)))
				return true;
	}
	return false;
}

static unsigned
field_count(const struct head *h, const char *name)
{
	struct str want = str_of(name);
	unsigned n = 0;
	for (unsigned i = 0; i < h->fields; i++)
		n += str_eq_nocase(h->field[i].name, want);
	return n;
}

/* Take a line without its CRLF off the front; head_end has made sure that every LF has its CR. */
static struct str
line_take(struct str *rest)
{
	const char *lf = memchr(rest->p, '\n', rest->n);
	struct str line = { rest->p, (size_t)(lf - rest->p) - 1 };
	rest->n -= line.n + 2;
	rest->p = lf + 1;
	return line;
}

static bool
target_split(struct str target, struct head *h)
{
	if (!target.n || target.p[0] != '/')
		return false;
	for (size_t i = 0; i < target.n; i++)
		if ((unsigned char)target.p[i] <= 0x20 || (unsigned char)target.p[i] >= 0x7f || target.p[i] == '#')
			return false;
	ptrdiff_t q = str_find_char(target, '?');
	h->path = q < 0 ? target : str_sub(target, 0, (size_t)q);
	h->query = q < 0 ? STR_NONE : str_sub(target, (size_t)q + 1, target.n);
	return true;
}

static int
first_line(struct str line, struct head *h, int *ret_minor)
{
	struct str rest = line, target, version;
	if (!str_split(&rest, ' ', &h->method) || !str_split(&rest, ' ', &target) || !str_split(&rest, ' ', &version) || rest.p)
		return 400;
	if (!h->method.n || h->method.n > 16)
		return 400;
	for (size_t i = 0; i < h->method.n; i++)
		if (h->method.p[i] < 'A' || h->method.p[i] > 'Z')
			return 400;
	if (version.n != 8 || memcmp(version.p, "HTTP/", 5) || version.p[6] != '.')
		return 400;
	if (version.p[5] != '1' || (version.p[7] != '0' && version.p[7] != '1'))
		return 505;
	*ret_minor = version.p[7] - '0';
	return target_split(target, h) ? 0 : 400;
}

static int
field_add(struct str line, struct head *h)
{
	ptrdiff_t colon = str_find_char(line, ':');
	if (colon <= 0)
		return 400;
	struct head_field f = { str_sub(line, 0, (size_t)colon), str_trim(str_sub(line, (size_t)colon + 1, line.n)) };
	if (!is_token(f.name) || !is_value(str_sub(line, (size_t)colon + 1, line.n)))
		return 400;
	if (h->fields == HEAD_FIELDS)
		return 431;
	h->field[h->fields++] = f;
	return 0;
}

/* The body's length, 0 without one, or minus the status to refuse with. */
static int64_t
length_of(const struct head *h)
{
	unsigned n = field_count(h, "content-length");
	struct str s = head_get(h, "content-length");
	if (field_count(h, "transfer-encoding"))
		return -501;
	if (n == 0)
		return str_eqz(h->method, "POST") || str_eqz(h->method, "PUT") || str_eqz(h->method, "PATCH") ? -411 : 0;
	if (n > 1 || !s.n || s.n > 15)
		return -400;
	int64_t length = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -400;
		length = length * 10 + (s.p[i] - '0');
	}
	return length;
}

static int
fields_check(struct head *h, int minor)
{
	unsigned hosts = field_count(h, "host");
	if (hosts > 1 || (minor == 1 && hosts == 0) || !is_host(head_get(h, "host")))
		return 400;
	h->length = length_of(h);
	if (h->length < 0)
		return (int)-h->length;
	if (field_count(h, "expect")) {
		if (field_count(h, "expect") > 1 || !str_eq_nocase(head_get(h, "expect"), STR("100-continue")))
			return 417;
		h->expect = minor == 1;
	}
	h->keep = minor == 1 && !head_has(h, "connection", "close");
	h->upgrade = minor == 1 && head_has(h, "connection", "upgrade") && head_has(h, "upgrade", "websocket");
	return h->upgrade && h->length > 0 ? 400 : 0;
}

enum err
head_parse(struct str raw, struct head *h, int *ret_status)
{
	int minor = 0;
	h->fields = 0;
	h->expect = false;
	int status = first_line(line_take(&raw), h, &minor);
	while (!status) {
		struct str line = line_take(&raw);
		if (!line.n)
			break;
		status = field_add(line, h);
	}
	if (!status)
		status = fields_check(h, minor);
	if (!status)
		return OK;
	*ret_status = status;
	switch (status) {
	case 411:
		return ERR_NO_LENGTH;
	case 431:
		return ERR_HEAD_TOO_LARGE;
	case 400:
		return ERR_BAD_REQUEST;
	default:
		return ERR_NOT_SUPPORTED;
	}
}
