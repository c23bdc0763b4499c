/*
 * A crowd of visitors, each on one connection: greets over HTTP, then turns the same connection into a WebSocket.
 *   crowd PORT COUNT SHOP [tls]     commands on stdin, one a line ("say 0"); each prints {"ms":..,"failed":..} when all visitors are done
 *   connect N    greet and open the socket, N at once (0: all); a visitor greeted before comes back as the same
 *   open         open a chat        say          send one message, wait for its acknowledgement
 *   list         read the chat and look for every acknowledged message, once each; one that is missing or twice is a failure
 *   resume N     connect and list in one       drop         cut every connection
 * A failure is told on stderr, the first few of them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "must.h"

enum { IN_FIRST = 2048, IN_MAX = 1 << 20, EVENTS = 512, AN_ADDRESS = 8000, PHASE_S = 120 };
enum stage { DOWN, DIALLING, SHAKING, GREETING, UPGRADING, READY, ASKING };
enum order { CONNECT, OPEN, SAY, LIST, RESUME, DROP };

struct visitor {
	int fd, index, said;
	enum stage stage;
	SSL *ssl;
	long long session;
	unsigned number;
	size_t n, cap;
	unsigned char *in;
	char token[320], ticket[80];
};

static struct visitor *all;
static int count, port, ep, done, failed;
static const char *shop;
static SSL_CTX *tls;
static enum order order;

static long long
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
visitor_drop(struct visitor *v)
{
	if (v->ssl)
		SSL_free(v->ssl);
	if (v->fd >= 0)
		close(v->fd);
	free(v->in);
	v->ssl = NULL;
	v->in = NULL;
	v->fd = -1;
	v->n = v->cap = 0;
	v->stage = DOWN;
}

static void
visitor_fail(struct visitor *v, const char *why, const void *more, size_t n)
{
	if (failed++ < 5)
		fprintf(stderr, "visitor %d: %s %.*s\n", v->index, why, (int)(n < 300 ? n : 300), more ? (const char *)more : "");
	done++;
	visitor_drop(v);
}

static int
visitor_write(struct visitor *v, const void *p, size_t n)
{
	return v->ssl ? SSL_write(v->ssl, p, (int)n) == (int)n : send(v->fd, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static void
ask(struct visitor *v, const char *what, const char *in)
{
	char line[1024];
	unsigned char out[1100];
	int n = snprintf(line, sizeof line, "{\"n\":%u,\"do\":\"%s\",\"in\":{%s}}", ++v->number, what, in);
	v->stage = ASKING;
	if (!visitor_write(v, out, frame_put(out, line, (size_t)n, 1)))
		visitor_fail(v, "cannot write", NULL, 0);
}

static void
ask_list(struct visitor *v)
{
	char in[100];
	snprintf(in, sizeof in, "\"session_id\":%lld,\"after_seq\":0", v->session);
	ask(v, "message_list", in);
}

static void
ask_say(struct visitor *v)
{
	char in[300];
	snprintf(in, sizeof in, "\"session_id\":%lld,\"client_id\":\"v%d-%d\",\"kind\":\"text\",\"text\":\"您好，这件大衣 165 穿什么码？\"", v->session, v->index, v->said + 1);
	ask(v, "message_send", in);
}

static void
dial(struct visitor *v)
{
	int one = 1;
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (unsigned)(v->index / AN_ADDRESS)) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	v->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	v->cap = IN_FIRST;
	v->in = must_have(malloc(v->cap));
	setsockopt(v->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
	setsockopt(v->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	v->stage = DIALLING;
	if (v->fd < 0 || bind(v->fd, (struct sockaddr *)&from, sizeof from) || (connect(v->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)) {
		visitor_fail(v, "cannot connect", NULL, 0);
		return;
	}
	epoll_ctl(ep, EPOLL_CTL_ADD, v->fd, &(struct epoll_event){ EPOLLIN | EPOLLOUT, { .ptr = v } });
}

static void
greet(struct visitor *v)
{
	char body[512], head[1024];
	int n = snprintf(body, sizeof body, "{\"shop\":\"%s\"%s%s%s}", shop, v->token[0] ? ",\"token\":\"" : "", v->token, v->token[0] ? "\"" : "");
	int m = snprintf(head, sizeof head,
	                 "POST /api/v1/visitor/hello HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", port, n, body);
	v->stage = GREETING;
	epoll_ctl(ep, EPOLL_CTL_MOD, v->fd, &(struct epoll_event){ EPOLLIN, { .ptr = v } });
	if (!visitor_write(v, head, (size_t)m))
		visitor_fail(v, "cannot greet", NULL, 0);
}

static void
shake(struct visitor *v)
{
	int rc = SSL_connect(v->ssl), e = rc == 1 ? SSL_ERROR_NONE : SSL_get_error(v->ssl, rc);
	if (rc == 1)
		greet(v);
	else if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE)
		epoll_ctl(ep, EPOLL_CTL_MOD, v->fd, &(struct epoll_event){ e == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT, { .ptr = v } });
	else
		visitor_fail(v, "no TLS", NULL, 0);
}

static void
dialled(struct visitor *v)
{
	int e = 0;
	socklen_t n = sizeof e;
	getsockopt(v->fd, SOL_SOCKET, SO_ERROR, &e, &n);
	if (e) {
		visitor_fail(v, "cannot connect", strerror(e), strlen(strerror(e)));
		return;
	}
	if (!tls) {
		greet(v);
		return;
	}
	v->ssl = SSL_new(tls);
	SSL_set_fd(v->ssl, v->fd);
	v->stage = SHAKING;
	shake(v);
}

static void
value_copy(const struct visitor *v, const char *key, char *out, size_t size)
{
	const char *at = memmem(v->in, v->n, key, strlen(key));
	const char *from = at ? at + strlen(key) : NULL, *to = from ? memchr(from, '"', v->n - (size_t)((const unsigned char *)from - v->in)) : NULL;
	if (to && (size_t)(to - from) < size) {
		memcpy(out, from, (size_t)(to - from));
		out[to - from] = 0;
	}
}

/* The end of a whole HTTP answer in v->in, 0: not yet. */
static size_t
answer_end(struct visitor *v)
{
	unsigned char *end = memmem(v->in, v->n, "\r\n\r\n", 4);
	const char *length = end ? memmem(v->in, (size_t)(end - v->in), "ontent-Length: ", 15) : NULL;
	size_t whole = end ? (size_t)(end + 4 - v->in) + (length ? (size_t)atol(length + 15) : 0) : 0;
	return whole && v->n >= whole ? whole : 0;
}

static void
greeted(struct visitor *v)
{
	char head[600];
	size_t whole = answer_end(v);
	if (!whole)
		return;
	if (memcmp(v->in, "HTTP/1.1 200", 12) != 0) {
		visitor_fail(v, "not greeted", v->in, v->n);
		return;
	}
	value_copy(v, "\"token\":\"", v->token, sizeof v->token);
	value_copy(v, "\"ticket\":\"", v->ticket, sizeof v->ticket);
	v->n = 0;
	int n = snprintf(head, sizeof head,
	                 "GET /api/v1/socket?ticket=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http%s://127.0.0.1:%d\r\nUpgrade: websocket\r\n"
	                 "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
	                 v->ticket, port, tls ? "s" : "", port);
	v->stage = UPGRADING;
	if (!visitor_write(v, head, (size_t)n))
		visitor_fail(v, "cannot upgrade", NULL, 0);
}

static void
upgraded(struct visitor *v)
{
	unsigned char *end = memmem(v->in, v->n, "\r\n\r\n", 4);
	if (!end)
		return;
	if (memcmp(v->in, "HTTP/1.1 101", 12) != 0) {
		visitor_fail(v, "no socket", v->in, v->n);
		return;
	}
	v->n -= (size_t)(end + 4 - v->in);
	memmove(v->in, end + 4, v->n);
	v->stage = READY;
	if (order == RESUME)
		ask_list(v);
	else
		done++;
}

static int
listed_all(struct visitor *v, const char *p, size_t n)
{
	char id[64];
	for (int k = 1; k <= v->said; k++) {
		int m = snprintf(id, sizeof id, "\"client_id\":\"v%d-%d\"", v->index, k), seen = 0;
		for (const char *at = p; (at = memmem(at, n - (size_t)(at - p), id, (size_t)m)) != NULL; at++)
			seen++;
		if (seen != 1)
			return 0;
	}
	return 1;
}

static void
answered(struct visitor *v, const char *p, size_t n)
{
	char mine[40];
	int m = snprintf(mine, sizeof mine, "{\"re\":%u,", v->number);
	if (v->stage != ASKING || n < (size_t)m || memcmp(p, mine, (size_t)m) != 0)
		return;
	v->stage = READY;
	const char *id = memmem(p, n, "\"id\":", 5);
	if (memmem(p, n, "\"error\":", 8) || (order == OPEN && !id)) {
		visitor_fail(v, "refused", p, n);
		return;
	}
	if (order == OPEN)
		v->session = atoll(id + 5);
	v->said += order == SAY;
	if ((order == LIST || order == RESUME) && !listed_all(v, p, n))
		visitor_fail(v, "a message is missing or there twice", p, n);
	else
		done++;
}

static void
frames_take(struct visitor *v)
{
	static const unsigned char pong[] = { 0x8a, 0x80, 0, 0, 0, 0 };
	unsigned char *payload;
	size_t at = 0, len, size;
	int opcode;
	while (v->fd >= 0 && (size = frame_take(v->in + at, v->n - at, &payload, &len, &opcode)) > 0) {
		if (opcode == 1)
			answered(v, (char *)payload, len);
		else if (opcode == 9 && !visitor_write(v, pong, sizeof pong))
			visitor_drop(v);
		at += size;
	}
	if (v->fd < 0)
		return;
	memmove(v->in, v->in + at, v->n - at);
	v->n -= at;
	if (v->n == 0 && v->cap > IN_FIRST) {
		v->cap = IN_FIRST;
		v->in = must_have(realloc(v->in, v->cap));
	}
}

/* 1: some bytes; 0: none now; -1: the end. */
static int
bytes_take(struct visitor *v)
{
	if (v->n == v->cap && v->cap < IN_MAX) {
		v->cap *= 2;
		v->in = must_have(realloc(v->in, v->cap));
	}
	if (v->n == v->cap)
		return -1;
	ssize_t got = v->ssl ? SSL_read(v->ssl, v->in + v->n, (int)(v->cap - v->n)) : recv(v->fd, v->in + v->n, v->cap - v->n, 0);
	if (got > 0) {
		v->n += (size_t)got;
		return 1;
	}
	int again = v->ssl ? SSL_get_error(v->ssl, (int)got) == SSL_ERROR_WANT_READ : got < 0 && errno == EAGAIN;
	return again ? 0 : -1;
}

static void
visitor_read(struct visitor *v)
{
	int rc;
	while (v->fd >= 0 && (rc = bytes_take(v)) != 0) {
		if (rc < 0) {
			visitor_fail(v, "the connection ended", NULL, 0);
			return;
		}
		if (v->stage == GREETING)
			greeted(v);
		else if (v->stage == UPGRADING)
			upgraded(v);
		if (v->fd >= 0 && (v->stage == READY || v->stage == ASKING))
			frames_take(v);
	}
}

static void
wait_some(void)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(ep, events, EVENTS, 50);
	for (int i = 0; i < n; i++) {
		struct visitor *v = events[i].data.ptr;
		if (v->stage == DIALLING)
			dialled(v);
		else if (v->stage == SHAKING)
			shake(v);
		else if (v->fd >= 0)
			visitor_read(v);
	}
}

static void
begin(struct visitor *v)
{
	if (order == CONNECT || order == RESUME)
		dial(v);
	else if (v->stage != READY)
		visitor_fail(v, "is not connected", NULL, 0);
	else if (order == OPEN)
		ask(v, "chat_open", "\"page\":\"\"");
	else if (order == SAY)
		ask_say(v);
	else
		ask_list(v);
}

static void
carry_out(int at_once)
{
	long long start = now_ms();
	int begun = 0;
	done = failed = 0;
	if (at_once <= 0)
		at_once = count;
	for (int i = 0; order == DROP && i < count; i++, done++)
		visitor_drop(&all[i]);
	while (done < count && now_ms() - start < PHASE_S * 1000LL) {
		while (begun < count && begun - done < at_once)
			begin(&all[begun++]);
		wait_some();
	}
	printf("{\"ms\":%lld,\"failed\":%d}\n", now_ms() - start, failed + count - done);
	fflush(stdout);
}

/* Pings are answered while nothing is asked. */
static int
order_read(char line[64])
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	while (poll(&in, 1, 0) == 0)
		wait_some();
	return fgets(line, 64, stdin) != NULL;
}

static void
tls_begin(void)
{
	tls = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL); /* a self-signed one, on loopback */
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "connect", "open", "say", "list", "resume", "drop" };
	struct rlimit most;
	char line[64], name[16];
	int n;
	if (argc < 4)
		return 2;
	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
	port = (int)must_number(argv[1], "PORT", 1, 65535);
	count = (int)must_number(argv[2], "COUNT", 1, 1000000);
	shop = argv[3];
	if (argc > 4)
		tls_begin();
	all = must_have(calloc((size_t)count, sizeof *all));
	ep = epoll_create1(0);
	for (int i = 0; i < count; i++)
		all[i] = (struct visitor){ .fd = -1, .index = i };
	setvbuf(stdin, NULL, _IONBF, 0);
	while (order_read(line) && sscanf(line, "%15s %d", name, &n) == 2)
		for (order = CONNECT; order <= DROP; order++)
			if (!strcmp(name, names[order])) {
				carry_out(n);
				break;
			}
	return 0;
}
