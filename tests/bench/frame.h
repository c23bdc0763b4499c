/* Just enough WebSocket for the benchmark's two ends: unfragmented text frames. */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the first whole frame in p[0..n), 0 when it is not whole yet; the payload (unmasked in place), its length and opcode. */
static inline size_t
frame_take(unsigned char *p, size_t n, unsigned char **payload, size_t *len, int *opcode)
{
	size_t head = 2, m = n >= 2 ? p[1] & 127 : 0;
	if (n < 2)
		return 0;
	if (m == 126) {
		if (n < 4)
			return 0;
		m = (size_t)p[2] << 8 | p[3];
		head = 4;
	} else if (m == 127) {
		if (n < 10)
			return 0;
		m = (size_t)p[6] << 24 | (size_t)p[7] << 16 | (size_t)p[8] << 8 | p[9];
		head = 10;
	}
	int masked = p[1] >> 7;
	if (n < head + (masked ? 4 : 0) + m)
		return 0;
	unsigned char *body = p + head + (masked ? 4 : 0);
	for (size_t i = 0; masked && i < m; i++)
		body[i] ^= p[head + (i & 3)];
	*payload = body;
	*len = m;
	*opcode = p[0] & 15;
	return (size_t)(body - p) + m;
}

/* Writes a text frame of up to 65,535 bytes; masked with zeros when `mask`. Returns its size; out must hold len + 8. */
static inline size_t
frame_put(unsigned char *out, const char *text, size_t len, int mask)
{
	size_t h = 2;
	out[0] = 0x81;
	out[1] = (unsigned char)((mask ? 128 : 0) | (len < 126 ? len : 126));
	if (len >= 126) {
		out[2] = (unsigned char)(len >> 8);
		out[3] = (unsigned char)len;
		h = 4;
	}
	if (mask) {
		memset(out + h, 0, 4);
		h += 4;
	}
	memcpy(out + h, text, len);
	return h + len;
}

#endif
