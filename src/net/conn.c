#include "net/net_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

#include "base/banned.h"

static void conn_ready(uv_poll_t *handle, int status, int events);

bool
conn_new(struct net *net, int fd, const struct in6_addr *peer, bool surplus)
{
	struct conn *c = mem_new(1, sizeof *c);
	if (!c)
		return false;
	c->net = net;
	c->fd = fd;
	c->peer = *peer;
	c->surplus = surplus;
	c->state = net->tls ? CONN_HANDSHAKE : CONN_HEAD;
	if ((net->tls && !tls_accept(net->tls, c)) || !net_slot_take(net, c)) {
		tls_free(c->ssl);
		mem_free(c);
		return false;
	}
	if (uv_poll_init(&net->loop, &c->poll, fd)) {
		net_slot_release(net, c);
		tls_free(c->ssl);
		mem_free(c);
		return false;
	}
	c->poll.data = c;
	COUNT(net, connections, 1);
	COUNT(net, accepted, 1);
	conn_events(c);
	net_deadline(c, net->config.head_s * 1000LL);
	return true;
}

struct str
conn_peer(const struct conn *c, char text[INET6_ADDRSTRLEN])
{
	if (IN6_IS_ADDR_V4MAPPED(&c->peer))
		inet_ntop(AF_INET, c->peer.s6_addr + 12, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, &c->peer, text, INET6_ADDRSTRLEN);
	return str_of(text);
}

/* ---- the end ---- */

void
conn_freed(struct conn *c)
{
	tls_free(c->ssl);
	mem_free(c);
}

static void
closed(uv_handle_t *handle)
{
	struct conn *c = handle->data;
	if (c->dirty)
		c->freed = true;
	else
		conn_freed(c);
}

static void
seg_free(struct seg *s)
{
	if (s->kind == SEG_MEMORY)
		mem_free(s->memory);
	else if (s->kind == SEG_PAYLOAD)
		net_payload_unref(s->payload);
	else if (s->kind == SEG_FILE)
		close(s->fd);
	mem_free(s);
}

void
conn_close(struct conn *c)
{
	if (c->state == CONN_CLOSED)
		return;
	ws_gone(c);
	c->state = CONN_CLOSED;
	COUNT(c->net, connections, -1);
	net_slot_release(c->net, c);
	uv_close((uv_handle_t *)&c->poll, closed);
	close(c->fd);
	while (c->out) {
		struct seg *s = c->out;
		c->out = s->next;
		seg_free(s);
	}
	body_free(c->body);
	c->body = NULL;
	mem_free(c->in);
	c->in = NULL;
}

/* Closing with unread bytes makes the kernel send a reset, which can overtake our last words: so stop writing, and read on. */
static void
linger(struct conn *c)
{
	ws_gone(c);
	c->state = CONN_LINGER;
	c->paused = c->want_write = false;
	tls_bye(c);
	shutdown(c->fd, SHUT_WR);
	net_deadline(c, LINGER_MS);
	conn_events(c);
}

void
conn_last(struct conn *c)
{
	if (c->state >= CONN_LAST)
		return;
	c->state = CONN_LAST;
	c->moved = 0;
	net_deadline(c, c->net->config.body_s * 1000LL);
	conn_dirty(c);
}

void
conn_expired(struct conn *c)
{
	struct net *net = c->net;
	switch (c->state) {
	case CONN_HEAD:
	case CONN_BODY:
		http_expired(c);
		break;
	case CONN_SENDING:
	case CONN_LAST:
		if (c->moved < (uint32_t)net->config.body_s * PROGRESS_BYTES_A_SECOND) {
			conn_close(c);
			break;
		}
		c->moved = 0;
		net_deadline(c, net->config.body_s * 1000LL);
		break;
	case CONN_WS:
		ws_expired(c);
		break;
	default:
		conn_close(c);
	}
}

/* ---- reading ---- */

void
conn_events(struct conn *c)
{
	int events = (c->paused ? 0 : UV_READABLE) | (c->want_write ? UV_WRITABLE : 0);
	if (c->state == CONN_CLOSED || events == c->events)
		return;
	c->events = events;
	if (events)
		uv_poll_start(&c->poll, events, conn_ready);
	else
		uv_poll_stop(&c->poll);
}

static bool
is_reading(const struct conn *c)
{
	return c->state == CONN_HEAD || c->state == CONN_BODY || c->state == CONN_WS;
}

void
conn_feed(struct conn *c, char *p, size_t n)
{
	while (n && is_reading(c)) {
		size_t used = c->state == CONN_HEAD ? http_head(c, p, n) : c->state == CONN_BODY ? http_body(c, p, n) : ws_feed(c, p, n);
		if (!used)
			break;
		p += used;
		n -= used;
	}
	if (!n || c->state >= CONN_LAST)
		return;
	c->in = mem_dup(p, n);
	c->in_n = (uint32_t)n;
	if (!c->in)
		conn_close(c);
}

/* One read into the loop's buffer, behind what was kept of the last one. False when there was nothing to read. */
static bool
read_once(struct conn *c)
{
	struct net *net = c->net;
	char *p = net->read_buffer;
	size_t kept = c->in_n;
	ssize_t n = c->ssl ? tls_read(c, p + kept, READ_BYTES) : recv(c->fd, p + kept, READ_BYTES, 0);
	if (n < 0 && (c->ssl ? n == IO_AGAIN : errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		conn_close(c);
		return false;
	}
	COUNT(net, bytes_in, n);
	c->moved = (uint32_t)(n > INT32_MAX - (ssize_t)c->moved ? INT32_MAX : c->moved + n);
	if (kept) {
		memcpy(p, c->in, kept);
		mem_free(c->in);
		c->in = NULL;
		c->in_n = 0;
	}
	conn_feed(c, p, kept + (size_t)n);
	return true;
}

static void
discard(struct conn *c)
{
	ssize_t n = recv(c->fd, c->net->read_buffer, READ_BYTES, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		conn_close(c);
}

static void
conn_read(struct conn *c)
{
	if (c->state == CONN_LINGER) {
		discard(c);
		return;
	}
	if (!is_reading(c)) {
		c->paused = true;
		return;
	}
	bool more = true;
	for (int i = 0; i < 4 && more; i++)
		more = read_once(c) && is_reading(c) && tls_pending(c);
	if (more)
		conn_dirty(c);
}

void
conn_turn(struct conn *c)
{
	if (is_reading(c) && tls_pending(c))
		conn_read(c);
	if (c->state != CONN_CLOSED)
		conn_flush(c);
}

static void
handshake(struct conn *c)
{
	int r = tls_handshake(c);
	if (r == 1) {
		c->state = CONN_HEAD;
		net_deadline(c, c->net->config.head_s * 1000LL);
	} else if (r != IO_AGAIN) {
		conn_close(c);
	}
}

static void
conn_ready(uv_poll_t *handle, int status, int events)
{
	struct conn *c = handle->data;
	if (status < 0) {
		conn_close(c);
		return;
	}
	if (events & UV_WRITABLE)
		c->want_write = false;
	if (c->state == CONN_HANDSHAKE)
		handshake(c);
	if (c->state != CONN_HANDSHAKE && c->state != CONN_CLOSED && ((events & UV_READABLE) || c->ssl))
		conn_read(c);
	if (c->state != CONN_CLOSED && c->out && ((events & UV_WRITABLE) || c->ssl))
		conn_flush(c);
	conn_events(c);
}

/* ---- writing ---- */

void
conn_dirty(struct conn *c)
{
	if (c->dirty || c->state == CONN_CLOSED)
		return;
	c->dirty = true;
	c->next_dirty = c->net->dirty;
	c->net->dirty = c;
}

static void
seg_queue(struct conn *c, struct seg *s)
{
	if (c->out)
		c->out_last->next = s;
	else
		c->out = s;
	c->out_last = s;
	c->out_bytes += s->kind == SEG_FILE ? 0 : s->n;
	conn_dirty(c);
}

static struct seg *
seg_new(struct conn *c, int kind, size_t n, size_t inside)
{
	struct seg *s = mem_new(1, sizeof *s + inside);
	if (!s) {
		conn_close(c);
		return NULL;
	}
	s->kind = kind;
	s->n = n;
	return s;
}

bool
conn_out_bytes(struct conn *c, struct str text)
{
	struct seg *s = seg_new(c, SEG_BYTES, text.n, text.n);
	if (!s)
		return false;
	memcpy(s->bytes, text.p, text.n);
	seg_queue(c, s);
	return true;
}

bool
conn_out_memory(struct conn *c, char *p, size_t n)
{
	struct seg *s = seg_new(c, SEG_MEMORY, n, 0);
	if (!s) {
		mem_free(p);
		return false;
	}
	s->memory = p;
	seg_queue(c, s);
	return true;
}

bool
conn_out_payload(struct conn *c, struct net_payload *p)
{
	struct seg *s = seg_new(c, SEG_PAYLOAD, p->n, 0);
	if (!s) {
		net_payload_unref(p);
		return false;
	}
	s->payload = p;
	seg_queue(c, s);
	return true;
}

bool
conn_out_file(struct conn *c, int fd, int64_t from, int64_t to)
{
	struct seg *s = seg_new(c, SEG_FILE, (size_t)to, 0);
	if (!s) {
		close(fd);
		return false;
	}
	s->fd = fd;
	s->off = (size_t)from;
	seg_queue(c, s);
	return true;
}

void
conn_out_drop(struct conn *c)
{
	struct seg **at = &c->out, *last = NULL;
	size_t kept = 0;
	while (*at && ((*at)->off || kept < c->out_locked)) {
		last = *at;
		kept += last->n - last->off;
		at = &last->next;
	}
	struct seg *s = *at;
	*at = NULL;
	while (s) {
		struct seg *next = s->next;
		seg_free(s);
		s = next;
	}
	c->out_last = last;
	c->out_bytes = kept;
}

static const char *
seg_bytes(const struct seg *s)
{
	return (s->kind == SEG_BYTES ? s->bytes : s->kind == SEG_MEMORY ? s->memory : s->payload->frame) + s->off;
}

static void
out_sent(struct conn *c, size_t n)
{
	COUNT(c->net, bytes_out, n);
	c->moved = (uint32_t)(n > INT32_MAX - c->moved ? INT32_MAX : c->moved + n);
	while (c->out) {
		struct seg *s = c->out;
		size_t part = s->n - s->off < n ? s->n - s->off : n;
		s->off += part;
		n -= part;
		if (s->kind != SEG_FILE)
			c->out_bytes -= part;
		if (s->off < s->n)
			return;
		c->out = s->next;
		seg_free(s);
	}
}

/* One TLS record's worth of what waits, side by side. A record that could not be sent is tried again with the same bytes
 * at least, because the queue only grows at its end. */
static ssize_t
write_tls(struct conn *c)
{
	char *p = c->net->write_buffer;
	size_t n = 0;
	for (const struct seg *s = c->out; s && n < TLS_WRITE_BYTES; s = s->next) {
		size_t part = s->n - s->off < TLS_WRITE_BYTES - n ? s->n - s->off : TLS_WRITE_BYTES - n;
		if (s->kind != SEG_FILE) {
			memcpy(p + n, seg_bytes(s), part);
		} else if (pread(s->fd, p + n, part, (off_t)s->off) != (ssize_t)part) {
			return IO_FAILED;
		}
		n += part;
	}
	ssize_t sent = n ? tls_write(c, p, n) : 0;
	c->out_locked = sent == IO_AGAIN ? n : 0;
	return sent;
}

static ssize_t
write_clear(struct conn *c)
{
	struct iovec piece[32];
	size_t n = 0;
	struct seg *s = c->out;
	ssize_t r;
	for (; s && s->kind != SEG_FILE && n < 32; s = s->next)
		piece[n++] = (struct iovec){ (char *)seg_bytes(s), s->n - s->off };
	if (n) {
		struct msghdr m = { .msg_iov = piece, .msg_iovlen = n };
		r = sendmsg(c->fd, &m, MSG_NOSIGNAL | (s && s->kind == SEG_FILE ? MSG_MORE : 0));
	} else {
		off_t at = (off_t)s->off;
		r = sendfile(c->fd, s->fd, &at, s->n - s->off < FLUSH_BYTES ? s->n - s->off : FLUSH_BYTES);
		if (r == 0 && s->n > s->off)
			return IO_FAILED;
	}
	if (r >= 0)
		return r;
	return errno == EAGAIN || errno == EINTR ? IO_AGAIN : IO_FAILED;
}

void
conn_flush(struct conn *c)
{
	size_t turn = 0;
	while (c->out && turn < FLUSH_BYTES) {
		ssize_t n = c->ssl ? write_tls(c) : write_clear(c);
		if (n == IO_AGAIN)
			break;
		if (n < 0) {
			conn_close(c);
			return;
		}
		out_sent(c, (size_t)n);
		turn += (size_t)n;
	}
	c->want_write |= c->out != NULL;
	if (!c->out && c->state == CONN_LAST)
		linger(c);
	else if (!c->out && c->state == CONN_SENDING)
		http_next(c);
	conn_events(c);
}
