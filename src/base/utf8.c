#include "base/utf8.h"

bool
utf8_next(struct str *s, uint32_t *ret_char)
{
	if (!s->n)
		return false;
	const unsigned char *p = (const unsigned char *)s->p;
	if (p[0] < 0x80) {
		*ret_char = p[0];
		s->p++;
		s->n--;
		return true;
	}
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s->n < len)
		return false;
	uint32_t c = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000) || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	*ret_char = c;
	s->p += len;
	s->n -= len;
	return true;
}

bool
utf8_valid(struct str s)
{
	uint32_t c;
	do {
		while (s.n && (unsigned char)s.p[0] < 0x80) {
			s.p++;
			s.n--;
		}
	} while (utf8_next(&s, &c));
	return s.n == 0;
}

size_t
utf8_count(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

struct str
utf8_head(struct str s, size_t n)
{
	size_t i = 0;
	for (; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return (struct str){ s.p, i };
}

size_t
utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = len - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)((0xf00u >> len & 0xf0u) | c);
	return len;
}
