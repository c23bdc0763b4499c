#include "team/shop.h"

#include "base/buf.h"

#include "base/banned.h"

enum { ORIGINS_MAX = 20 };

bool
shop_colour_valid(struct str s)
{
	if (s.n != 7 || s.p[0] != '#')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		char c = (char)(s.p[i] | 32);
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

bool
shop_currency_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return s.n == 3;
}

static bool
is_separator(char c)
{
	return c == ' ' || c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t';
}

static bool
port_valid(struct str s)
{
	int64_t port;
	return s.n >= 1 && s.n <= 5 && s.p[0] >= '0' && s.p[0] <= '9' && str_int(s, &port) && port >= 1 && port <= 65535;
}

static bool
host_valid(struct str host)
{
	ptrdiff_t colon = str_find_char(host, ':');
	if (colon >= 0 && !port_valid(str_sub(host, (size_t)colon + 1, host.n)))
		return false;
	struct str name = colon >= 0 ? str_sub(host, 0, (size_t)colon) : host;
	for (size_t i = 0; i < name.n; i++) {
		char c = (char)(name.p[i] | 32);
		if (!((c >= 'a' && c <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || name.p[i] == '-' || name.p[i] == '.'))
			return false;
	}
	return name.n > 0 && name.n <= 253 && name.p[0] != '.' && name.p[0] != '-';
}

static bool
origin_add(struct buf *out, struct str piece)
{
	struct str s = piece;
	if (str_ends(s, STR("/")))
		s = str_sub(s, 0, s.n - 1);
	ptrdiff_t at = str_find(s, STR("://"));
	if (at < 0)
		return false;
	struct str scheme = str_sub(s, 0, (size_t)at), host = str_sub(s, (size_t)at + 3, s.n);
	if ((!str_eq_nocase(scheme, STR("http")) && !str_eq_nocase(scheme, STR("https"))) || !host_valid(host))
		return false;
	if (out->n)
		buf_char(out, '\n');
	for (size_t i = 0; i < s.n; i++)
		buf_char(out, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 32) : s.p[i]);
	return true;
}

enum err
shop_origins_clean(struct arena *a, struct str text, struct str *ret_origins, struct str *ret_wrong)
{
	struct buf out;
	enum err e = OK;
	int count = 0;
	buf_init(&out, 8192);
	for (size_t i = 0; !e && i < text.n;) {
		size_t from = i;
		while (i < text.n && !is_separator(text.p[i]))
			i++;
		struct str piece = str_sub(text, from, i);
		if (piece.n && (++count > ORIGINS_MAX || !origin_add(&out, piece))) {
			*ret_wrong = piece;
			e = ERR_BAD_FIELD;
		}
		i++;
	}
	if (!e)
		e = buf_err(&out);
	struct str clean = e ? STR_NONE : arena_str(a, out.n ? buf_str(&out) : STR(""));
	buf_free(&out);
	if (!e && !clean.p)
		e = ERR_NO_MEMORY;
	if (!e)
		*ret_origins = clean;
	return e;
}

struct str
shop_widget_tag(struct arena *a, struct str base, struct str key)
{
	return arena_printf(a, "<script async src=\"%.*s/widget.js\" data-shop=\"%.*s\"></script>", STR_ARG(base), STR_ARG(key));
}
