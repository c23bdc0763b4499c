/* For the tests of net/: a small application in a thread, and a client that sees every byte. */
#ifndef NET_NET_TEST_H
#define NET_NET_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "net/net.h"

#include "base/banned.h"

#pragma GCC diagnostic ignored "-Wunused-function"

struct app {
	struct net *net;
	struct thread *thread;
	struct net_config config;
	char dir[64], file[96];
	struct net_conn later, members[300];
	_Atomic(struct thread *) worker;
	size_t member_count, message_max;
	atomic_int opened, closed, requests, ticks, posted, running;
};

static void
app_answer_later(void *arg)
{
	struct app *a = arg;
	struct buf b;
	usleep(60 * 1000);
	buf_init(&b, 100);
	buf_addz(&b, "later");
	net_reply(a->net, a->later, 200, STR("X-From: thread\r\n"), &b);
}

static void
app_spooled(struct app *a, const struct net_request *rq, struct buf *b)
{
	char path[128];
	struct stat st;
	snprintf(path, sizeof path, "%.*s", STR_ARG(rq->body_file));
	if (stat(path, &st) == 0)
		buf_printf(b, "%lld of %lld, mode %o", (long long)st.st_size, (long long)rq->body_size, st.st_mode & 0777);
	rename(path, a->file);
}

static void
app_request(void *user, const struct net_request *rq)
{
	struct app *a = user;
	struct buf b;
	atomic_fetch_add(&a->requests, 1);
	buf_init(&b, 16 << 20);
	if (str_eqz(rq->path, "/later")) {
		a->later = rq->conn;
		struct thread *worker;
		assert_int_equal(thread_start("later", app_answer_later, a, &worker), OK);
		atomic_store(&a->worker, worker);
		return;
	}
	if (str_eqz(rq->path, "/never"))
		return;
	if (str_eqz(rq->path, "/file")) {
		net_reply_file(a->net, rq->conn, 206, STR("Content-Type: text/plain\r\n"), a->file, 2, 300000);
		return;
	}
	if (str_eqz(rq->path, "/absent")) {
		net_reply_file(a->net, rq->conn, 200, STR(""), "/nonexistent/file", 0, 1);
		return;
	}
	if (str_eqz(rq->path, "/spool"))
		app_spooled(a, rq, &b);
	else if (str_eqz(rq->path, "/big"))
		for (int i = 0; i < 200 * 1024; i++)
			buf_char(&b, (char)('a' + i % 26));
	else if (str_eqz(rq->path, "/broken"))
		b.err = ERR_INTERNAL;
	else
		buf_printf(&b, "%.*s %.*s?%.*s [%.*s] %.*s %.*s %d", STR_ARG(rq->method), STR_ARG(rq->path), STR_ARG(rq->query), STR_ARG(rq->body),
		    STR_ARG(net_header(rq, "x-test")), STR_ARG(rq->peer), rq->tls);
	net_reply(a->net, rq->conn, str_eqz(rq->path, "/none") ? 204 : 200, STR("X-Ours: yes\r\n"), &b);
}

static enum err
app_head(void *user, const struct net_request *rq, struct net_plan *plan)
{
	struct app *a = user;
	if (str_eqz(rq->path, "/forbidden"))
		return ERR_FORBIDDEN;
	if (str_eqz(rq->path, "/spool")) {
		plan->spool_dir = a->dir;
		plan->body_max = 8 << 20;
	}
	return OK;
}

static void
app_refuse(void *user, enum err e, struct buf *headers, struct buf *body)
{
	(void)user;
	buf_addz(headers, "X-Refused: yes\r\n");
	buf_addz(body, err_name(e));
}

static enum err
app_ws_open(void *user, const struct net_request *rq, size_t *ret_message_max)
{
	struct app *a = user;
	if (!str_eqz(rq->path, "/ws"))
		return ERR_FORBIDDEN;
	if (a->message_max)
		*ret_message_max = a->message_max;
	if (a->member_count < 300)
		a->members[a->member_count++] = rq->conn;
	atomic_fetch_add(&a->opened, 1);
	return OK;
}

static void
app_posted(void *arg)
{
	atomic_fetch_add(&((struct app *)arg)->posted, 1);
}

static void
app_ws_message(void *user, struct net_conn conn, struct str text)
{
	struct app *a = user;
	static char block[16 * 1024];
	if (str_eqz(text, "many")) {
		net_ws_send_many(a->net, a->members, a->member_count, net_payload_new(STR("to all")));
	} else if (str_eqz(text, "bye")) {
		net_ws_send(a->net, conn, net_payload_new(STR("last words")));
		net_ws_close(a->net, conn, 4001, "bye");
		net_ws_send(a->net, conn, net_payload_new(STR("never seen")));
	} else if (str_eqz(text, "flood")) {
		memset(block, 'x', sizeof block);
		for (int i = 0; i < 1000; i++)
			net_ws_send(a->net, conn, net_payload_new((struct str){ block, sizeof block }));
	} else {
		net_ws_send(a->net, conn, net_payload_new(text));
	}
}

static void
app_ws_close(void *user, struct net_conn conn)
{
	(void)conn;
	atomic_fetch_add(&((struct app *)user)->closed, 1);
}

static void
app_tick(void *user, int64_t now)
{
	(void)now;
	atomic_fetch_add(&((struct app *)user)->ticks, 1);
}

static void
app_run(void *arg)
{
	struct app *a = arg;
	assert_int_equal(net_run(a->net), OK);
	atomic_store(&a->running, 0);
}

static struct net_handlers
app_handlers(void)
{
	return (struct net_handlers){
		.head = app_head,
		.request = app_request,
		.refuse = app_refuse,
		.ws_open = app_ws_open,
		.ws_message = app_ws_message,
		.ws_close = app_ws_close,
		.tick = app_tick,
	};
}

static struct app *
app_start(struct net_config config)
{
	char why[160] = "";
	struct app *a = mem_new(1, sizeof *a);
	snprintf(a->dir, sizeof a->dir, "/tmp/net-test-XXXXXX");
	assert_non_null(mkdtemp(a->dir));
	snprintf(a->file, sizeof a->file, "%s/file", a->dir);
	config.on = app_handlers();
	config.user = a;
	config.address = config.address ? config.address : "127.0.0.1";
	a->config = config;
	if (net_new(&config, &a->net, why) != OK)
		fail_msg("net_new: %s", why);
	atomic_store(&a->running, 1);
	assert_int_equal(thread_start("net", app_run, a, &a->thread), OK);
	return a;
}

static int
app_files(struct app *a)
{
	int n = 0;
	DIR *d = opendir(a->dir);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
worker_join(struct app *a)
{
	struct thread *worker = atomic_exchange(&a->worker, NULL);
	if (worker)
		thread_join(worker);
}

static void
app_end(struct app *a, int grace_ms)
{
	net_stop(a->net, grace_ms);
	thread_join(a->thread);
	worker_join(a);
	net_free(a->net);
	unlink(a->file);
	assert_int_equal(app_files(a), 0);
	rmdir(a->dir);
	mem_free(a);
}

/* ---- the client ---- */

static int
client_open(const struct app *a, int receive_bytes)
{
	struct sockaddr_in to = { AF_INET, htons((uint16_t)net_port(a->net)), { htonl(INADDR_LOOPBACK) }, { 0 } };
	struct timeval wait = { .tv_sec = 15 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	if (receive_bytes)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static ssize_t
clear_receive(int fd, void *p, size_t n)
{
	return recv(fd, p, n, 0);
}

static ssize_t
clear_transmit(int fd, const void *p, size_t n)
{
	return send(fd, p, n, MSG_NOSIGNAL);
}

/* net_tls_test puts its own in their place. */
static ssize_t (*receive)(int fd, void *p, size_t n) = clear_receive;
static ssize_t (*transmit)(int fd, const void *p, size_t n) = clear_transmit;

static void
client_send(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = transmit(fd, s.p, s.n);
		assert_true(n > 0);
		s = str_sub(s, (size_t)n, s.n);
	}
}

/* Read until n bytes are there; false at the end of the connection. */
static bool
client_read(int fd, struct buf *b, size_t n)
{
	char part[16 * 1024];
	while (b->n < n) {
		ssize_t r = receive(fd, part, n - b->n < sizeof part ? n - b->n : sizeof part);
		if (r < 0 && errno != ECONNRESET)
			fail_msg("the client waited in vain: %s", strerror(errno));
		if (r <= 0)
			return false;
		buf_add(b, (struct str){ part, (size_t)r });
	}
	return true;
}

static bool
client_ended(int fd)
{
	char c;
	ssize_t r = receive(fd, &c, 1);
	if (r < 0 && errno != ECONNRESET)
		fail_msg("still open");
	return r <= 0;
}

struct answer {
	int status;
	struct buf head, body;
};

static void
answer_free(struct answer *a)
{
	buf_free(&a->head);
	buf_free(&a->body);
}

/* One whole answer off the connection. status 0: it ended. */
static struct answer
client_answer(int fd, bool with_body)
{
	struct answer a = { 0 };
	buf_init(&a.head, 64 * 1024);
	buf_init(&a.body, 16 << 20);
	while (str_find(buf_str(&a.head), STR("\r\n\r\n")) < 0)
		if (!client_read(fd, &a.head, a.head.n + 1))
			return a;
	buf_char(&a.head, '\0');
	a.status = (int)strtol(a.head.p + 9, NULL, 10);
	const char *length = strstr(a.head.p, "Content-Length: ");
	size_t n = length && with_body ? (size_t)strtol(length + 16, NULL, 10) : 0;
	assert_true(client_read(fd, &a.body, n));
	return a;
}

#define REQUEST(first, more) first " HTTP/1.1\r\nHost: test\r\n" more "\r\n"

/* Expect this status; body "" is not compared. */
static void
expect(int fd, int status, const char *body)
{
	struct answer a = client_answer(fd, true);
	assert_int_equal(a.status, status);
	if (*body) {
		buf_char(&a.body, '\0');
		assert_string_equal(a.body.p, body);
	}
	answer_free(&a);
}

/* ---- WebSocket ---- */

#define UPGRADE(path, key) \
	"GET " path " HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " key "\r\n\r\n"
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="

static int
ws_open(const struct app *a, int receive_bytes)
{
	int fd = client_open(a, receive_bytes);
	client_send(fd, STR(UPGRADE("/ws", KEY)));
	struct answer r = client_answer(fd, false);
	assert_int_equal(r.status, 101);
	assert_non_null(strstr(r.head.p, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
	assert_null(strstr(r.head.p, "Content-Length"));
	answer_free(&r);
	return fd;
}

static void
frame_add(struct buf *b, int first, struct str content, bool masked)
{
	const char mask[4] = { 0x37, (char)0xfa, 0x21, 0x3d };
	buf_char(b, (char)first);
	int bit = masked ? 0x80 : 0;
	if (content.n < 126) {
		buf_char(b, (char)(bit | (int)content.n));
	} else {
		int bytes = content.n < 65536 ? 2 : 8;
		buf_char(b, (char)(bit | (bytes == 2 ? 126 : 127)));
		while (bytes--)
			buf_char(b, (char)(content.n >> 8 * bytes));
	}
	if (masked)
		buf_add(b, (struct str){ mask, 4 });
	for (size_t i = 0; i < content.n; i++)
		buf_char(b, (char)(content.p[i] ^ (masked ? mask[i % 4] : 0)));
}

static void
frame_send(int fd, int first, struct str content)
{
	struct buf b;
	buf_init(&b, 8 << 20);
	frame_add(&b, first, content, true);
	client_send(fd, buf_str(&b));
	buf_free(&b);
}

/* One frame off the connection; returns its first byte, -1 at the end. */
static int
frame_read(int fd, struct buf *content)
{
	struct buf h;
	buf_init(&h, 16);
	buf_clear(content);
	if (!client_read(fd, &h, 2)) {
		buf_free(&h);
		return -1;
	}
	int first = (unsigned char)h.p[0];
	size_t n = (unsigned char)h.p[1], extra = n == 126 ? 2 : n == 127 ? 8 : 0;
	assert_true(n < 128);
	assert_true(client_read(fd, &h, 2 + extra));
	for (size_t i = 0; i < extra; i++)
		n = (i ? n << 8 : 0) | (unsigned char)h.p[2 + i];
	buf_free(&h);
	return client_read(fd, content, n) ? first : -1;
}

static void
expect_text(int fd, struct str text)
{
	struct buf b;
	buf_init(&b, 8 << 20);
	assert_int_equal(frame_read(fd, &b), 0x81);
	assert_true(str_eq(buf_str(&b), text));
	buf_free(&b);
}

/* A Close frame of this code, then the end. */
static void
expect_close(int fd, int code)
{
	struct buf b;
	buf_init(&b, 8 << 20);
	int first;
	while ((first = frame_read(fd, &b)) == 0x81)
		;
	assert_int_equal(first, 0x88);
	assert_int_equal((unsigned char)b.p[0] << 8 | (unsigned char)b.p[1], code);
	frame_send(fd, 0x88, str_sub(buf_str(&b), 0, 2));
	assert_true(client_ended(fd));
	buf_free(&b);
	close(fd);
}

static void
wait_for(atomic_int *what, int value)
{
	for (int i = 0; i < 500 && atomic_load(what) != value; i++)
		usleep(10 * 1000);
	assert_int_equal(atomic_load(what), value);
}

#endif
