/*
 * The baseline: what no chat server can do without. Bare epoll, one thread: take the messages of every visitor that has some, append them to a
 * file, one fdatasync for all, then acknowledge each and pass it to its agent. No routing, no database, no JSON, no permission.
 *   relay PORT FILE AGENTS     the first AGENTS connections are agents; visitor i talks to agent i % AGENTS
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "frame.h"
#include "must.h"

enum { CONNECTIONS = 20000, IN_MAX = 8192, EVENTS = 512, BATCH = 4096 };

struct conn {
	int fd, index, open;
	size_t n;
	unsigned char in[IN_MAX];
};

struct sent {
	int from;
	long number;
	size_t at, len;
};

static struct conn *by_fd[65536];
static int agents[4096], agent_count, agents_wanted, visitors;
static struct sent batch[BATCH];
static int batched;
static unsigned char text[BATCH * 1024];
static size_t text_n;

static void
put(int fd, const char *s, size_t n)
{
	unsigned char out[2048];
	size_t m = frame_put(out, s, n, 0);
	if (write(fd, out, m) < 0 && errno != EAGAIN)
		perror("write");
}

static void
flush(int file)
{
	char line[128];
	if (!batched)
		return;
	if (write(file, text, text_n) != (ssize_t)text_n || fdatasync(file)) {
		perror("append");
		exit(1);
	}
	for (int i = 0; i < batched; i++) {
		int n = snprintf(line, sizeof line, "{\"re\":%ld,\"out\":{}}", batch[i].number);
		put(batch[i].from, line, (size_t)n);
		put(agents[by_fd[batch[i].from]->index % agent_count], (char *)text + batch[i].at, batch[i].len);
	}
	batched = 0;
	text_n = 0;
}

static void
frame_got(struct conn *c, const char *p, size_t n, int file)
{
	const char *number = memmem(p, n, "\"n\":", 4);
	if (!number || n > 1000)
		return;
	if (batched == BATCH || text_n + n > sizeof text)
		flush(file);
	memcpy(text + text_n, p, n);
	batch[batched++] = (struct sent){ c->fd, strtol(number + 4, NULL, 10), text_n, n };
	text_n += n;
}

static int
conn_read(struct conn *c, int file)
{
	ssize_t got = read(c->fd, c->in + c->n, sizeof c->in - c->n);
	if (got <= 0)
		return got < 0 && errno == EAGAIN;
	c->n += (size_t)got;
	if (!c->open) {
		unsigned char *end = memmem(c->in, c->n, "\r\n\r\n", 4);
		if (!end)
			return 1;
		static const char hello[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
		if (write(c->fd, hello, sizeof hello - 1) < 0)
			return 0;
		c->open = 1;
		if (agent_count < agents_wanted)
			agents[agent_count++] = c->fd;
		else
			c->index = visitors++;
		size_t used = (size_t)(end + 4 - c->in);
		memmove(c->in, c->in + used, c->n - used);
		c->n -= used;
	}
	unsigned char *payload;
	size_t len, size, at = 0;
	int opcode;
	while ((size = frame_take(c->in + at, c->n - at, &payload, &len, &opcode)) > 0) {
		if (opcode == 1)
			frame_got(c, (char *)payload, len, file);
		at += size;
	}
	memmove(c->in, c->in + at, c->n - at);
	c->n -= at;
	return 1;
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS];
	int one = 1, ep = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (argc != 4)
		return 2;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)must_number(argv[1], "PORT", 1, 65535)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int file = open(argv[2], O_CREAT | O_WRONLY | O_TRUNC | O_APPEND, 0600);
	agents_wanted = (int)must_number(argv[3], "AGENTS", 0, sizeof agents / sizeof *agents);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (file < 0 || bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4096)) {
		perror("relay");
		return 1;
	}
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &(struct epoll_event){ EPOLLIN, { .fd = listener } });
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		int n = epoll_wait(ep, events, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd == listener) {
				int got;
				while ((got = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
					setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
					if (got >= (int)(sizeof by_fd / sizeof *by_fd)) {
						close(got);
						continue;
					}
					by_fd[got] = must_have(calloc(1, sizeof(struct conn)));
					by_fd[got]->fd = got;
					epoll_ctl(ep, EPOLL_CTL_ADD, got, &(struct epoll_event){ EPOLLIN, { .fd = got } });
				}
			} else if (!conn_read(by_fd[fd], file)) {
				epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
				close(fd);
			}
		}
		flush(file);
	}
}
