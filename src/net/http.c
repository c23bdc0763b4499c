#include "net/net_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#include "base/banned.h"

struct str
net_header(const struct net_request *rq, const char *name)
{
	return head_get(rq->headers, name);
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} known[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 206, "Partial Content" }, { 301, "Moved Permanently" },
		{ 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" }, { 307, "Temporary Redirect" }, { 308, "Permanent Redirect" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" }, { 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
		{ 412, "Precondition Failed" }, { 413, "Content Too Large" }, { 414, "URI Too Long" }, { 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" }, { 417, "Expectation Failed" }, { 422, "Unprocessable Content" }, { 426, "Upgrade Required" },
		{ 428, "Precondition Required" }, { 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" }, { 501, "Not Implemented" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" }, { 505, "HTTP Version Not Supported" }, { 507, "Insufficient Storage" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].status == status)
			return known[i].text;
	return "Status";
}

void
http_date(struct net *net, int64_t now_ms)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t second = now_ms / 1000, day = second / 86400;
	if (second == net->date_second)
		return;
	int year, month, date, in_day = (int)(second % 86400);
	date_from_days(day, &year, &month, &date);
	snprintf(net->date, sizeof net->date, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * weekday_of_days(day), date,
	    months + 3 * (month - 1), year % 10000, in_day / 3600, in_day / 60 % 60, in_day % 60);
	net->date_second = second;
}

/* ---- answering ---- */

/* Queue the head of an answer, and say whether a body follows it. */
static bool
answer_head(struct conn *c, int status, struct str headers, int64_t length, bool *ret_body)
{
	struct buf b;
	buf_init(&b, 64 * 1024);
	buf_printf(&b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status, reason(status), c->net->date);
	if (status != 204)
		buf_printf(&b, "Content-Length: %lld\r\n", (long long)length);
	buf_addz(&b, c->keep ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
	buf_add(&b, headers);
	buf_addz(&b, "\r\n");
	if (buf_err(&b)) {
		buf_free(&b);
		conn_close(c);
		return false;
	}
	*ret_body = !c->head_only && status != 204 && status != 304;
	return conn_out_memory(c, b.p, b.n);
}

static void
answer_begins(struct conn *c)
{
	if (c->net->stopping)
		c->keep = false;
	c->moved = 0;
	if (c->keep) {
		c->state = CONN_SENDING;
		net_deadline(c, c->net->config.body_s * 1000LL);
	} else {
		conn_last(c);
	}
}

void
http_refuse(struct conn *c, enum err e, int status)
{
	struct net *net = c->net;
	struct buf headers, body;
	bool with_body;
	buf_init(&headers, 16 * 1024);
	buf_init(&body, 64 * 1024);
	if (net->config.on.refuse)
		net->config.on.refuse(net->config.user, e, &headers, &body);
	if (buf_err(&headers) || buf_err(&body)) {
		buf_clear(&headers);
		buf_clear(&body);
	}
	if (status == 426)
		buf_addz(&headers, "Sec-WebSocket-Version: 13\r\n");
	COUNT(net, refused, 1);
	c->keep = false;
	body_free(c->body);
	c->body = NULL;
	if (answer_head(c, status ? status : err_status(e), buf_str(&headers), (int64_t)body.n, &with_body)) {
		if (!with_body || !body.n || conn_out_bytes(c, buf_str(&body)))
			conn_last(c);
	}
	buf_free(&headers);
	buf_free(&body);
}

void
http_reply(struct conn *c, struct op *op)
{
	struct str headers = { op->text, op->n };
	bool with_body;
	if (op->err) {
		http_refuse(c, op->err, 0);
		return;
	}
	answer_begins(c);
	if (!answer_head(c, op->status, headers, (int64_t)op->body_n, &with_body) || !with_body || !op->body_n)
		return;
	char *body = op->body;
	op->body = NULL;
	conn_out_memory(c, body, op->body_n);
}

void
http_reply_file(struct conn *c, struct op *op)
{
	struct str headers = { op->text, op->n };
	bool with_body;
	if (op->fd < 0) {
		http_refuse(c, op->fd == -ENOENT ? ERR_NOT_FOUND : ERR_IO, 0);
		return;
	}
	answer_begins(c);
	if (!answer_head(c, op->status, headers, op->to - op->from, &with_body) || !with_body || op->to == op->from)
		return;
	int fd = op->fd;
	op->fd = -1;
	conn_out_file(c, fd, op->from, op->to);
}

/* The answer is out: on with what the client sent meanwhile. */
void
http_next(struct conn *c)
{
	char *kept = c->in;
	size_t n = c->in_n;
	c->state = CONN_HEAD;
	c->head_begun = c->paused = false;
	c->in = NULL;
	c->in_n = 0;
	net_deadline(c, c->net->config.idle_s * 1000LL);
	if (n)
		conn_feed(c, kept, n);
	mem_free(kept);
	/* What TLS has read ahead wakes no poll. */
	if (c->state == CONN_HEAD && tls_pending(c))
		conn_dirty(c);
}

/* ---- reading ---- */

void
body_free(struct body *b)
{
	if (!b)
		return;
	if (b->fd >= 0)
		close(b->fd);
	if (b->path)
		unlink(b->path);
	mem_free(b->path);
	buf_free(&b->memory);
	mem_free(b);
}

struct net_request
http_request(struct conn *c, struct net_conn id, const struct head *h, char peer[INET6_ADDRSTRLEN])
{
	return (struct net_request){
		.conn = id,
		.method = h->method,
		.path = h->path,
		.query = h->query,
		.body_size = h->length,
		.peer = conn_peer(c, peer),
		.tls = c->ssl != NULL,
		.headers = h,
	};
}

static struct net_conn
id_of(const struct conn *c)
{
	return (struct net_conn){ c->index, c->net->slots[c->index].generation };
}

static void
dispatch(struct conn *c, struct net_request *rq)
{
	c->state = CONN_OWED;
	net_deadline(c, NEVER);
	COUNT(c->net, requests, 1);
	c->net->config.on.request(c->net->config.user, rq);
}

static enum err
body_begin(struct conn *c, struct str head, int64_t size, const char *spool_dir)
{
	struct body *b = mem_new(1, sizeof *b + head.n);
	if (!b)
		return ERR_NO_MEMORY;
	memcpy(b->head, head.p, head.n);
	b->head_n = head.n;
	b->size = size;
	b->fd = -1;
	buf_init(&b->memory, (size_t)size);
	c->body = b;
	if (!spool_dir)
		return OK;
	size_t room = strlen(spool_dir) + sizeof "/in-XXXXXX";
	char *path = mem_new(room, 1);
	if (!path)
		return ERR_NO_MEMORY;
	snprintf(path, room, "%s/in-XXXXXX", spool_dir);
	b->fd = mkostemp(path, O_CLOEXEC);
	if (b->fd < 0) {
		mem_free(path);
		return errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO;
	}
	b->path = path;
	return OK;
}

static void
http_begin(struct conn *c, const struct head *h, struct str raw, size_t also_here)
{
	struct net *net = c->net;
	char peer[INET6_ADDRSTRLEN];
	struct net_request rq = http_request(c, net_renew(c), h, peer);
	struct net_plan plan = { .body_max = 64 * 1024 };
	enum err e = net->config.on.head ? net->config.on.head(net->config.user, &rq, &plan) : OK;
	if (!e && (uint64_t)h->length > plan.body_max)
		e = ERR_TOO_LARGE;
	/* Who asked for a file gets one, an empty one too. */
	if (!e && (h->length || plan.spool_dir))
		e = body_begin(c, raw, h->length, plan.spool_dir);
	if (e) {
		http_refuse(c, e, 0);
		return;
	}
	if (!c->body) {
		rq.body = STR("");
		dispatch(c, &rq);
		return;
	}
	c->state = CONN_BODY;
	c->moved = 0;
	net_deadline(c, net->config.body_s * 1000LL);
	if (h->expect && !also_here)
		conn_out_bytes(c, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

static void
body_done(struct conn *c)
{
	struct body *b = c->body;
	struct head h;
	int status;
	char peer[INET6_ADDRSTRLEN];
	c->body = NULL;
	if (head_parse((struct str){ b->head, b->head_n }, &h, &status)) {
		body_free(b);
		conn_close(c);
		return;
	}
	struct net_request rq = http_request(c, id_of(c), &h, peer);
	if (b->fd >= 0) {
		close(b->fd);
		b->fd = -1;
		rq.body_file = str_of(b->path);
	} else {
		rq.body = buf_str(&b->memory);
	}
	dispatch(c, &rq);
	mem_free(b->path);
	b->path = NULL;
	body_free(b);
}

size_t
http_head(struct conn *c, char *p, size_t n)
{
	struct net *net = c->net;
	size_t skipped = !c->head_begun && n >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
	if (!c->head_begun && n > skipped) {
		c->head_begun = true;
		net_deadline(c, net->config.head_s * 1000LL);
	}
	struct str s = { p + skipped, n - skipped };
	ptrdiff_t end = head_end(s);
	c->keep = c->head_only = false;
	if (end < 0) {
		http_refuse(c, ERR_BAD_REQUEST, 0);
		return n;
	}
	if ((size_t)end > net->config.head_max || (!end && s.n >= net->config.head_max)) {
		http_refuse(c, ERR_HEAD_TOO_LARGE, 0);
		return n;
	}
	if (!end)
		return skipped;
	s.n = (size_t)end;
	struct head h;
	int status;
	enum err e = head_parse(s, &h, &status);
	if (e || c->surplus) {
		http_refuse(c, e ? e : ERR_BUSY, e ? status : 0);
		return n;
	}
	c->keep = h.keep;
	c->head_only = str_eqz(h.method, "HEAD");
	size_t used = skipped + (size_t)end;
	if (h.upgrade)
		ws_upgrade(c, &h);
	else
		http_begin(c, &h, s, n - used);
	if (c->state == CONN_BODY && !c->body->size)
		body_done(c);
	return used;
}

size_t
http_body(struct conn *c, const char *p, size_t n)
{
	struct body *b = c->body;
	size_t part = (int64_t)n < b->size - b->got ? n : (size_t)(b->size - b->got);
	if (b->fd < 0) {
		buf_add(&b->memory, (struct str){ p, part });
		if (buf_err(&b->memory)) {
			http_refuse(c, ERR_NO_MEMORY, 0);
			return n;
		}
	} else {
		ssize_t w = write(b->fd, p, part);
		if (w != (ssize_t)part) {
			http_refuse(c, w >= 0 || errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO, 0);
			return n;
		}
	}
	b->got += (int64_t)part;
	if (b->got == b->size)
		body_done(c);
	return part;
}

void
http_expired(struct conn *c)
{
	int watch_s = c->net->config.body_s;
	if (c->state == CONN_BODY && c->moved >= (uint32_t)watch_s * PROGRESS_BYTES_A_SECOND) {
		c->moved = 0;
		net_deadline(c, watch_s * 1000LL);
		return;
	}
	if (c->state == CONN_HEAD && !c->head_begun) {
		conn_close(c);
		return;
	}
	c->head_only = false;
	http_refuse(c, ERR_TIMEOUT, 408);
}
