/* RFC 6455, the server's half: text only, no extensions. */
#include "net/net_impl.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#include "base/banned.h"

enum { OP_CONTINUE = 0, OP_TEXT = 1, OP_BINARY = 2, OP_BYE = 8, OP_PING = 9, OP_PONG = 10 };

/* ---- opening ---- */

/* The first sub-protocol that the client offers is taken: a browser that offers one hangs up when none is named back. */
static struct str
ws_protocol(struct str offered)
{
	struct str first = STR_NONE;
	if (!offered.n || !str_split(&offered, ',', &first))
		return STR_NONE;
	first = str_trim(first);
	for (size_t i = 0; i < first.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", first.p[i]))
			return STR_NONE;
	return first;
}

static bool
ws_begin(struct conn *c, size_t message_max, const char *accept, struct str protocol)
{
	struct buf b;
	struct ws *w = mem_new(1, sizeof *w);
	if (!w) {
		conn_close(c);
		return false;
	}
	w->message_max = message_max;
	buf_init(&w->message, message_max);
	buf_init(&b, 1024);
	buf_printf(&b,
	    "HTTP/1.1 101 Switching Protocols\r\nDate: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
	    c->net->date, accept);
	if (protocol.n)
		buf_printf(&b, "Sec-WebSocket-Protocol: %.*s\r\n", STR_ARG(protocol));
	buf_addz(&b, "\r\n");
	c->ws = w;
	c->state = CONN_WS;
	COUNT(c->net, websockets, 1);
	bool sent = !buf_err(&b) && conn_out_bytes(c, buf_str(&b));
	if (!sent)
		conn_close(c);
	buf_free(&b);
	return sent;
}

void
ws_upgrade(struct conn *c, const struct head *h)
{
	struct net *net = c->net;
	char accept[29], peer[INET6_ADDRSTRLEN];
	if (!str_eqz(head_get(h, "sec-websocket-version"), "13")) {
		http_refuse(c, ERR_NOT_SUPPORTED, 426);
		return;
	}
	if (!str_eqz(h->method, "GET") || !tls_ws_accept(head_get(h, "sec-websocket-key"), accept)) {
		http_refuse(c, ERR_BAD_REQUEST, 0);
		return;
	}
	size_t message_max = 64 * 1024;
	struct net_request rq = http_request(c, net_renew(c), h, peer);
	enum err e = net->stopping ? ERR_BUSY : ERR_NOT_FOUND;
	if (net->config.on.ws_open && !net->stopping)
		e = net->config.on.ws_open(net->config.user, &rq, &message_max);
	if (e)
		http_refuse(c, e, 0);
	else if (ws_begin(c, message_max, accept, ws_protocol(head_get(h, "sec-websocket-protocol"))))
		net_deadline(c, net->config.ping_s * 1000LL);
}

/* ---- closing ---- */

void
ws_gone(struct conn *c)
{
	struct ws *w = c->ws;
	struct net *net = c->net;
	if (!w)
		return;
	if (!w->closing && net->config.on.ws_close)
		net->config.on.ws_close(net->config.user, (struct net_conn){ c->index, net->slots[c->index].generation });
	c->ws = NULL;
	buf_free(&w->message);
	mem_free(w);
	COUNT(net, websockets, -1);
}

static bool
send_frame(struct conn *c, int opcode, struct str content)
{
	char frame[2 + 125] = { (char)(0x80 | opcode), (char)content.n };
	memcpy(frame + 2, content.p, content.n);
	return conn_out_bytes(c, (struct str){ frame, content.n + 2 });
}

static bool
send_bye(struct conn *c, int code, struct str reason)
{
	char content[125] = { (char)(code >> 8), (char)code };
	size_t n = reason.n < 123 ? reason.n : 123;
	if (n)
		memcpy(content + 2, reason.p, n);
	return send_frame(c, OP_BYE, (struct str){ content, code ? n + 2 : 0 });
}

/* From here on the application neither hears of this connection nor reaches it. */
static void
leave(struct conn *c)
{
	struct net *net = c->net;
	if (c->ws->closing)
		return;
	c->ws->closing = true;
	buf_free(&c->ws->message);
	if (net->config.on.ws_close)
		net->config.on.ws_close(net->config.user, (struct net_conn){ c->index, net->slots[c->index].generation });
}

void
ws_shut(struct conn *c, int code, struct str reason)
{
	if (c->ws->closing)
		return;
	if (!send_bye(c, code, reason))
		return;
	leave(c);
	net_deadline(c, WS_CLOSE_MS);
}

/* The peer broke the protocol: what it sends next cannot be understood, so say why and stop reading. */
static size_t
fail(struct conn *c, int code, const char *reason, size_t n)
{
	if (c->ws->closing) {
		conn_last(c);
		return n;
	}
	if (send_bye(c, code, str_of(reason))) {
		leave(c);
		conn_last(c);
	}
	return n;
}

void
ws_expired(struct conn *c)
{
	struct ws *w = c->ws;
	if (w->closing || (!w->heard && w->missed == 2)) {
		conn_close(c);
		return;
	}
	w->missed = w->heard ? 0 : w->missed + 1;
	if (!w->heard && !send_frame(c, OP_PING, STR("")))
		return;
	w->heard = false;
	net_deadline(c, c->net->config.ping_s * 1000LL);
}

/* ---- sending ---- */

void
ws_send(struct conn *c, struct net_payload *payload)
{
	struct net *net = c->net;
	if (c->state != CONN_WS || c->ws->closing) {
		net_payload_unref(payload);
		return;
	}
	if (c->out_bytes && c->out_bytes + payload->n > net->config.queue_max) {
		conn_flush(c);
		if (c->state != CONN_WS || (c->out_bytes && c->out_bytes + payload->n > net->config.queue_max)) {
			net_payload_unref(payload);
			if (c->state != CONN_WS)
				return;
			COUNT(net, overflowed, 1);
			conn_out_drop(c);
			ws_shut(c, 1013, STR("too slow"));
			return;
		}
	}
	if (conn_out_payload(c, payload))
		COUNT(net, messages_out, 1);
}

/* ---- receiving ---- */

static void
unmask(char *p, size_t n, const uint8_t mask[4], uint64_t at)
{
	uint8_t turned[8];
	uint64_t wide, word;
	size_t i = 0;
	for (int k = 0; k < 8; k++)
		turned[k] = mask[(at + (uint64_t)k) & 3];
	memcpy(&wide, turned, 8);
	for (; i + 8 <= n; i += 8) {
		memcpy(&word, p + i, 8);
		word ^= wide;
		memcpy(p + i, &word, 8);
	}
	for (; i < n; i++)
		p[i] = (char)(p[i] ^ turned[i & 7]);
}

static size_t
header_need(const struct ws *w)
{
	if (w->have < 2)
		return 2;
	int n = w->header[1] & 0x7f;
	return 2 + (n == 126 ? 2 : n == 127 ? 8 : 0) + 4;
}

/* A whole header: 0, or the close code it deserves. */
static int
header_read(struct ws *w)
{
	const unsigned char *h = w->header;
	unsigned opcode = h[0] & 0x0f, small = h[1] & 0x7f;
	bool control = opcode & 8;
	w->fin = h[0] & 0x80;
	w->left = small;
	size_t at = 2;
	if (small >= 126) {
		size_t n = small == 126 ? 2 : 8;
		for (w->left = 0; n; n--)
			w->left = w->left << 8 | h[at++];
	}
	memcpy(w->mask, h + at, 4);
	w->mask_at = 0;
	if ((h[0] & 0x70) || (small == 126 && w->left < 126) || (small == 127 && (w->left < 65536 || w->left >> 63)))
		return 1002;
	if (control) {
		w->opcode = (uint8_t)opcode;
		w->control_n = 0;
		return opcode > OP_PONG || !w->fin || small > 125 ? 1002 : 0;
	}
	if (opcode > OP_BINARY || (opcode == OP_CONTINUE) != w->in_message)
		return 1002;
	if (opcode == OP_BINARY)
		return 1003;
	w->opcode = OP_TEXT;
	w->in_message = true;
	return !w->closing && w->left > w->message_max - w->message.n ? 1009 : 0;
}

static bool
is_close_code(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static void
on_bye(struct conn *c)
{
	struct ws *w = c->ws;
	if (!w->closing) {
		unsigned code = w->control_n >= 2 ? (unsigned)(unsigned char)w->control[0] << 8 | (unsigned char)w->control[1] : 0;
		struct str reason = { w->control + 2, w->control_n >= 2 ? w->control_n - 2u : 0 };
		bool good = w->control_n == 0 || (is_close_code(code) && utf8_valid(reason));
		if (!send_bye(c, good ? (int)code : 1002, STR("")))
			return;
		leave(c);
	}
	conn_last(c);
}

/* A frame is complete; text: the message so far, when it is one. False when the connection takes no more. */
static bool
frame_done(struct conn *c, struct str text)
{
	struct ws *w = c->ws;
	struct net *net = c->net;
	w->in_frame = false;
	w->have = 0;
	if (w->opcode == OP_BYE) {
		on_bye(c);
		return false;
	}
	if (w->opcode == OP_PING)
		return w->closing || send_frame(c, OP_PONG, (struct str){ w->control, w->control_n });
	if (w->opcode == OP_PONG || !w->fin)
		return true;
	w->in_message = false;
	if (w->closing)
		return true;
	if (!utf8_valid(text)) {
		fail(c, 1007, "not UTF-8", 0);
		return false;
	}
	COUNT(net, messages_in, 1);
	net->config.on.ws_message(net->config.user, (struct net_conn){ c->index, net->slots[c->index].generation }, text);
	buf_free(&w->message);
	return true;
}

static size_t
read_header(struct conn *c, const char *p, size_t n)
{
	struct ws *w = c->ws;
	size_t used = 0;
	while (used < n && w->have < header_need(w))
		w->header[w->have++] = (unsigned char)p[used++];
	if (w->have >= 2 && !(w->header[1] & 0x80))
		return fail(c, 1002, "not masked", n);
	if (w->have < header_need(w))
		return used;
	int code = header_read(w);
	if (code)
		return fail(c, code, code == 1009 ? "too big" : code == 1003 ? "text only" : "protocol error", n);
	w->in_frame = true;
	if (!w->left && !frame_done(c, buf_str(&w->message)))
		return n;
	return used;
}

static size_t
read_payload(struct conn *c, char *p, size_t n)
{
	struct ws *w = c->ws;
	size_t part = n < w->left ? n : (size_t)w->left;
	bool whole = part == w->left && w->fin && !w->message.n;
	unmask(p, part, w->mask, w->mask_at);
	w->mask_at += part;
	w->left -= part;
	struct str text = { p, part };
	if (w->opcode & 8) {
		memcpy(w->control + w->control_n, p, part);
		w->control_n = (uint8_t)(w->control_n + part);
	} else if (!whole && !w->closing) {
		buf_add(&w->message, text);
		if (buf_err(&w->message)) {
			conn_close(c);
			return n;
		}
		text = buf_str(&w->message);
	}
	return w->left || frame_done(c, text) ? part : n;
}

size_t
ws_feed(struct conn *c, char *p, size_t n)
{
	c->ws->heard = true;
	return c->ws->in_frame ? read_payload(c, p, n) : read_header(c, p, n);
}
