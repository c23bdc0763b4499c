/*
 * Bytes from outside against the real connection code: heads, bodies, WebSocket frames, in as many pieces as the input says.
 * First byte: bit 0 a WebSocket is open already, bits 1..3 into how many pieces the rest is cut.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net_impl.h"

static const char upgrade[] = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

static struct net *net;

static void
on_request(void *user, const struct net_request *rq)
{
	(void)user;
	struct buf body;
	buf_init(&body, 1 << 20);
	buf_add(&body, rq->body);
	if (net_header(rq, "x").n > 1000)
		abort(); /* a head is at most 1 KB here */
	net_reply(net, rq->conn, 200, STR("X-A: b\r\n"), &body);
}

static enum err
on_open(void *user, const struct net_request *rq, size_t *ret_max)
{
	(void)user;
	(void)rq;
	*ret_max = 2000;
	return OK;
}

static void
on_message(void *user, struct net_conn conn, struct str text)
{
	(void)user;
	if (text.n > 2000)
		abort();
	net_ws_send(net, conn, net_payload_new(text));
}

static void
gone(void *user, struct net_conn conn)
{
	(void)user;
	(void)conn;
}

static void
begin(void)
{
	char why[160];
	struct net_config config = { .address = "127.0.0.1", .head_max = 1024,
		                     .on = { .request = on_request, .ws_open = on_open, .ws_message = on_message, .ws_close = gone } };
	if (net_new(&config, &net, why))
		abort();
	net_here = net;
}

static void
turn(void)
{
	for (int i = 0; i < 4; i++) {
		uv_run(&net->loop, UV_RUN_NOWAIT);
		queue_run(net);
		while (net->dirty) {
			struct conn *c = net->dirty;
			net->dirty = c->next_dirty;
			c->dirty = false;
			if (c->freed)
				conn_freed(c);
			else
				conn_turn(c);
		}
	}
}

static void
say(int fd, const void *p, size_t n)
{
	char answer[65536];
	if (n && send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
	turn();
	while (recv(fd, answer, sizeof answer, MSG_DONTWAIT) > 0)
		turn();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int ends[2];
	struct in6_addr peer = { 0 };
	if (!net)
		begin();
	if (!n || n > 60000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends))
		return 0;
	if (!conn_new(net, ends[0], &peer, false))
		abort();
	size_t pieces = 1 + (data[0] >> 1 & 7), left = n - 1;
	const uint8_t *p = data + 1;
	if (data[0] & 1)
		say(ends[1], upgrade, sizeof upgrade - 1);
	for (size_t i = pieces; i > 0; i--) {
		size_t part = left / i;
		say(ends[1], p, part);
		p += part;
		left -= part;
	}
	close(ends[1]);
	turn();
	for (uint32_t i = 0; i < net->slot_count; i++)
		if (net->slots[i].conn)
			conn_close(net->slots[i].conn);
	turn();
	return 0;
}
