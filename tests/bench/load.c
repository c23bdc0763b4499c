/*
 * The load: opens WebSockets (one a line of stdin: "agent|visitor TICKET SESSION"), then sends messages of visitors at a steady rate and
 * measures the time from sending to acknowledgement.
 *   load PORT RATE SECONDS     prints {"sent":..,"acked":..,"heard":..,"p50_us":..,"p99_us":..,"p999_us":..,"max_us":..,
 *                              "spread":[[tens of us, messages]..]}
 * "heard": messages that reached an agent's socket. Exit 1 when an acknowledgement is missing at the end.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "must.h"

enum { CONNECTIONS = 20000, IN_MAX = 65536, EVENTS = 512, DRAIN_S = 10 };

struct conn {
	int fd, agent, open;
	long long session;
	unsigned number;
	long long sent_at; /* of the one message under way; 0: none */
	size_t n;
	unsigned char *in;
};

static struct conn conns[CONNECTIONS];
static int count, visitors[CONNECTIONS], visitor_count;
static long long *took;
static size_t sent, acked, heard, refused;

static long long
now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
conn_open(struct conn *c, int port, const char *ticket, int ep)
{
	char head[512];
	int one = 1;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	c->in = must_have(malloc(IN_MAX));
	if (connect(c->fd, (struct sockaddr *)&a, sizeof a)) {
		perror("connect");
		exit(1);
	}
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	int n = snprintf(head, sizeof head,
	                 "GET /api/v1/socket?ticket=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nUpgrade: websocket\r\n"
	                 "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
	                 ticket, port, port);
	if (write(c->fd, head, (size_t)n) != n) {
		perror("write");
		exit(1);
	}
	epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){ EPOLLIN, { .ptr = c } });
}

static void
frame_got(struct conn *c, const char *p, size_t n)
{
	if (c->agent) {
		heard += memmem(p, n, "message_send", 12) || memmem(p, n, "\"event\":\"message\"", 17);
		return;
	}
	if (!memmem(p, n < 16 ? n : 16, "{\"re\":", 6))
		return;
	refused += memmem(p, n, "\"error\"", 7) != NULL;
	if (memmem(p, n, "\"error\"", 7) && refused == 1)
		fprintf(stderr, "%.*s\n", (int)n, p);
	if (c->sent_at)
		took[acked++] = now_us() - c->sent_at;
	c->sent_at = 0;
}

/* Who never speaks is asked whether he still lives. */
static void
pong_send(struct conn *c)
{
	static const unsigned char pong[] = { 0x8a, 0x80, 0, 0, 0, 0 };
	if (send(c->fd, pong, sizeof pong, MSG_DONTWAIT) != (ssize_t)sizeof pong)
		perror("pong");
}

static void
conn_read(struct conn *c)
{
	ssize_t got = recv(c->fd, c->in + c->n, IN_MAX - c->n, MSG_DONTWAIT);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		fprintf(stderr, "a connection was closed\n");
		exit(1);
	}
	c->n += (size_t)got;
	size_t at = 0, len, size;
	if (!c->open) {
		unsigned char *end = memmem(c->in, c->n, "\r\n\r\n", 4);
		if (!end)
			return;
		if (memcmp(c->in, "HTTP/1.1 101", 12) != 0) {
			fprintf(stderr, "refused: %.*s\n", 60, c->in);
			exit(1);
		}
		c->open = 1;
		at = (size_t)(end + 4 - c->in);
	}
	unsigned char *payload;
	int opcode;
	while ((size = frame_take(c->in + at, c->n - at, &payload, &len, &opcode)) > 0) {
		if (opcode == 1)
			frame_got(c, (char *)payload, len);
		else if (opcode == 9)
			pong_send(c);
		at += size;
	}
	memmove(c->in, c->in + at, c->n - at);
	c->n -= at;
}

static void
message_send(struct conn *c)
{
	char line[512];
	unsigned char out[600];
	c->number++;
	int n = snprintf(line, sizeof line,
	                 "{\"n\":%u,\"do\":\"message_send\",\"in\":{\"session_id\":%lld,\"client_id\":\"b%d-%u\",\"kind\":\"text\","
	                 "\"text\":\"您好，请问这件羊毛大衣 165 穿什么码合适？今天能发货吗\"}}",
	                 c->number, c->session, (int)getpid(), c->number);
	size_t m = frame_put(out, line, (size_t)n, 1);
	c->sent_at = now_us();
	if (send(c->fd, out, m, MSG_DONTWAIT) == (ssize_t)m)
		sent++;
	else
		c->sent_at = 0;
}

static void
wait_some(int ep, int ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(ep, events, EVENTS, ms);
	for (int i = 0; i < n; i++)
		conn_read(events[i].data.ptr);
}

static int
ascending(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;
	return x < y ? -1 : x > y;
}

/* How many messages took each ten microseconds; `took` is in order. */
static void
spread_print(void)
{
	for (size_t i = 0, of = 0; i < acked; i++)
		if (i + 1 == acked || took[i + 1] / 10 != took[i] / 10) {
			printf("%s[%lld,%zu]", of ? "," : "", took[i] / 10, i + 1 - of);
			of = i + 1;
		}
}

int
main(int argc, char **argv)
{
	char who[16], ticket[256];
	int ep = epoll_create1(0);
	if (argc != 4)
		return 2;
	int port = (int)must_number(argv[1], "PORT", 1, 65535), rate = (int)must_number(argv[2], "RATE", 1, 1000000), seconds = (int)must_number(argv[3], "SECONDS", 1, 86400);
	took = must_have(calloc((size_t)rate * (size_t)seconds + CONNECTIONS, sizeof *took));
	while (count < CONNECTIONS && scanf("%15s %255s %lld", who, ticket, &conns[count].session) == 3) {
		struct conn *c = &conns[count];
		c->agent = who[0] == 'a';
		if (!c->agent)
			visitors[visitor_count++] = count;
		conn_open(c, port, ticket, ep);
		count++;
		for (int i = 0; !c->open && i < 5000; i++)
			wait_some(ep, 1);
	}
	long long start = now_us(), end = start + (long long)seconds * 1000000, last = end + DRAIN_S * 1000000LL;
	size_t due = 0, skipped = 0, next = 0;
	while (now_us() < end) {
		size_t target = (size_t)((double)(now_us() - start) * rate / 1e6);
		for (; due < target; due++) {
			struct conn *c = &conns[visitors[next++ % (size_t)visitor_count]];
			if (c->sent_at)
				skipped++;
			else
				message_send(c);
		}
		wait_some(ep, 1);
	}
	while (acked < sent && now_us() < last)
		wait_some(ep, 5);
	for (int i = 0; i < 20; i++)
		wait_some(ep, 10);
	qsort(took, acked, sizeof *took, ascending);
	size_t top = acked ? acked - 1 : 0;
	printf("{\"sent\":%zu,\"acked\":%zu,\"refused\":%zu,\"heard\":%zu,\"skipped\":%zu,\"p50_us\":%lld,\"p99_us\":%lld,\"p999_us\":%lld,\"max_us\":%lld,\"spread\":[", sent, acked,
	       refused, heard, skipped, took[top / 2], took[top * 99 / 100], took[top * 999 / 1000], took[top]);
	spread_print();
	puts("]}");
	return acked == sent && !refused ? 0 : 1;
}
