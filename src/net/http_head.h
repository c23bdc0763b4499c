/* The head of an HTTP/1.x request, read strictly: what two readers could read differently is refused, never repaired. Pure. */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include "base/err.h"
#include "base/str.h"

enum { HEAD_FIELDS = 96 };

struct head_field {
	struct str name, value;
};

/* All strings point into the bytes that were parsed. */
struct head {
	struct str method, path, query; /* query without '?'; no value when there is none */
	struct head_field field[HEAD_FIELDS];
	unsigned fields;
	int64_t length;      /* Content-Length; 0 when there is none */
	bool keep;           /* HTTP/1.1 without Connection: close */
	bool upgrade;        /* Upgrade: websocket, announced by Connection */
	bool expect;         /* Expect: 100-continue */
};

/* Bytes of a head up to and with its empty line; 0 when more is needed; -1 when a line ends in a bare LF. */
ptrdiff_t head_end(struct str s);

/*
 * Parse one whole head (as head_end measured it). On failure *ret_status is the HTTP status to answer and the connection must
 * close, for the end of the request is not known:
 *   400  method other than A-Z, target other than /..., bytes outside printable ASCII in the first line, obs-fold, space before a
 *        colon, control bytes, length not all digits or beyond 15 of them, two Content-Length or Host, no Host in HTTP/1.1, a body
 *        on an upgrade
 *   411  POST, PUT, PATCH without Content-Length        417  Expect other than 100-continue
 *   431  more than HEAD_FIELDS fields                   501  any Transfer-Encoding
 *   505  a version other than HTTP/1.0 and HTTP/1.1
 */
enum err head_parse(struct str raw, struct head *h, int *ret_status) MUST_CHECK;

/* First field of that name (case-blind), or no value. */
struct str head_get(const struct head *h, const char *name);
/* Is token in the comma-separated list of every field of that name? Case-blind. */
bool head_has(const struct head *h, const char *name, const char *token);

#endif
