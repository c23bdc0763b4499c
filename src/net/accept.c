#include "net/net_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

int
accept_files(int connections)
{
	struct rlimit limit;
	rlim_t want = (rlim_t)connections + SPARE_CONNECTIONS + 256;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	if (limit.rlim_cur >= want)
		return (int)(limit.rlim_cur < INT32_MAX ? limit.rlim_cur : INT32_MAX);
	struct rlimit higher = { want, limit.rlim_max > want ? limit.rlim_max : want };
	if (setrlimit(RLIMIT_NOFILE, &higher) == 0)
		return (int)want;
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? (int)limit.rlim_cur : 0;
}

int
accept_open(const char *address, int port, int *ret_port, char why[160])
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *found;
	char service[16];
	snprintf(service, sizeof service, "%d", port);
	if (getaddrinfo(address, service, &hints, &found)) {
		snprintf(why, 160, "not a numeric address: %s", address);
		return -1;
	}
	int yes = 1, no = 0;
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (fd >= 0 && found->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
	struct sockaddr_storage own;
	socklen_t n = sizeof own;
	if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) || listen(fd, 4096) || getsockname(fd, (struct sockaddr *)&own, &n)) {
		snprintf(why, 160, "cannot listen on %s port %d: %s", address, port, strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	} else {
		*ret_port = ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port : ((struct sockaddr_in *)&own)->sin_port);
	}
	freeaddrinfo(found);
	return fd;
}

static struct in6_addr
address_of(const struct sockaddr_storage *from)
{
	if (from->ss_family == AF_INET6)
		return ((const struct sockaddr_in6 *)from)->sin6_addr;
	struct in6_addr mapped = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
	memcpy(mapped.s6_addr + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
	return mapped;
}

/* Out of descriptors: the waiting connection would wake the loop for ever, so do not look until the next tick. */
static void
pause_accepting(struct net *net)
{
	uv_poll_stop(&net->listener);
	net->accept_paused = true;
}

void
accept_resume(struct net *net)
{
	if (!net->accept_paused || net->stopping)
		return;
	net->accept_paused = false;
	uv_poll_start(&net->listener, UV_READABLE, accept_ready);
}

void
accept_ready(uv_poll_t *handle, int status, int events)
{
	struct net *net = handle->data;
	(void)status, (void)events;
	for (int i = 0; i < 1024; i++) {
		struct sockaddr_storage from;
		socklen_t n = sizeof from;
		int fd = accept4(net->listen_fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
				pause_accepting(net);
			return;
		}
		int yes = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
		int64_t open = atomic_load_explicit(&net->counts.connections, memory_order_relaxed);
		struct in6_addr peer = address_of(&from);
		if (open >= net->config.max_connections + SPARE_CONNECTIONS || !conn_new(net, fd, &peer, open >= net->config.max_connections)) {
			COUNT(net, refused, 1);
			close(fd);
		}
	}
}
