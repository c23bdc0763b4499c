#include "net/net_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#include "base/banned.h"

_Thread_local struct net *net_here; /* the net whose loop this thread is */

/* ---- payloads ---- */

struct net_payload *
net_payload_new(struct str text)
{
	size_t head = text.n < 126 ? 2 : text.n < 65536 ? 4 : 10;
	struct net_payload *p = mem_new(1, sizeof *p + head + text.n);
	if (!p)
		return NULL;
	atomic_init(&p->references, 1);
	p->n = head + text.n;
	p->frame[0] = (char)0x81;
	p->frame[1] = (char)(head == 2 ? text.n : head == 4 ? 126 : 127);
	for (size_t i = 2; i < head; i++)
		p->frame[i] = (char)(text.n >> 8 * (head - 1 - i));
	if (text.n)
		memcpy(p->frame + head, text.p, text.n);
	return p;
}

struct net_payload *
net_payload_ref(struct net_payload *p)
{
	if (p)
		atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
	return p;
}

void
net_payload_unref(struct net_payload *p)
{
	if (p && atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel) == 1)
		mem_free(p);
}

/* ---- from any thread ---- */

/* The loop's own thread needs no waking: it looks into the queue before it sleeps. */
static void
push(struct net *net, struct op *op)
{
	pthread_mutex_lock(&net->queue.lock);
	bool first = !net->queue.first;
	if (first)
		net->queue.first = op;
	else
		net->queue.last->next = op;
	net->queue.last = op;
	pthread_mutex_unlock(&net->queue.lock);
	if (first && net_here != net)
		uv_async_send(&net->wake);
}

/* No memory even to say it: the connection is closed, so that its client comes back and resumes. */
static void
lose(struct net *net, const struct net_conn *conns, size_t n)
{
	struct queue *q = &net->queue;
	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < n; i++) {
		if (q->losts == sizeof q->lost / sizeof *q->lost)
			q->lost_all = true;
		else
			q->lost[q->losts++] = conns[i];
	}
	pthread_mutex_unlock(&q->lock);
	uv_async_send(&net->wake);
}

static struct op *
op_new(enum op_kind kind, struct net_conn conn, int status, const void *text, size_t bytes)
{
	struct op *op = mem_new(1, sizeof *op + bytes);
	if (!op)
		return NULL;
	op->kind = kind;
	op->conn = conn;
	op->status = status;
	op->n = bytes;
	if (bytes)
		memcpy(op->text, text, bytes);
	return op;
}

void
net_reply(struct net *net, struct net_conn conn, int status, struct str headers, struct buf *body)
{
	struct op *op = op_new(OP_REPLY, conn, status, headers.p, headers.n);
	if (!op) {
		if (body)
			buf_free(body);
		lose(net, &conn, 1);
		return;
	}
	if (body) {
		op->err = buf_err(body);
		op->body = body->p;
		op->body_n = body->n;
		buf_init(body, body->max);
	}
	push(net, op);
}

/* A descriptor of a regular file that holds those bytes, or -errno. */
static int
file_open(const char *path, int64_t from, int64_t to)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && from >= 0 && from <= to && to <= st.st_size)
		return fd;
	close(fd);
	return -EINVAL;
}

void
net_reply_file(struct net *net, struct net_conn conn, int status, struct str headers, const char *path, int64_t from, int64_t to)
{
	struct op *op = op_new(OP_FILE, conn, status, headers.p, headers.n);
	if (!op) {
		lose(net, &conn, 1);
		return;
	}
	op->fd = file_open(path, from, to);
	op->from = from;
	op->to = to;
	push(net, op);
}

void
net_ws_send(struct net *net, struct net_conn conn, struct net_payload *payload)
{
	struct op *op = payload ? op_new(OP_SEND, conn, 0, NULL, 0) : NULL;
	if (!op) {
		net_payload_unref(payload);
		lose(net, &conn, 1);
		return;
	}
	op->payload = payload;
	push(net, op);
}

void
net_ws_send_many(struct net *net, const struct net_conn *conns, size_t n, struct net_payload *payload)
{
	struct op *op = payload ? op_new(OP_SEND_MANY, (struct net_conn){ 0, 0 }, 0, conns, n * sizeof *conns) : NULL;
	if (!op) {
		net_payload_unref(payload);
		lose(net, conns, n);
		return;
	}
	op->n = n;
	op->payload = payload;
	push(net, op);
}

void
net_ws_close(struct net *net, struct net_conn conn, int code, const char *reason)
{
	size_t n = reason ? strnlen(reason, 120) : 0;
	struct op *op = op_new(OP_CLOSE, conn, code, reason, n);
	if (op)
		push(net, op);
	else
		lose(net, &conn, 1);
}

enum err
net_post(struct net *net, void (*fn)(void *arg), void *arg)
{
	struct op *op = op_new(OP_POST, (struct net_conn){ 0, 0 }, 0, NULL, 0);
	if (!op)
		return ERR_NO_MEMORY;
	op->fn = fn;
	op->arg = arg;
	push(net, op);
	return OK;
}

/* ---- on the loop ---- */

static void
op_free(struct op *op)
{
	if (op->kind == OP_REPLY)
		mem_free(op->body);
	else if (op->kind == OP_FILE && op->fd >= 0)
		close(op->fd);
	else if (op->kind == OP_SEND || op->kind == OP_SEND_MANY)
		net_payload_unref(op->payload);
	mem_free(op);
}

static void
send_many(struct net *net, const struct op *op)
{
	const struct net_conn *to = (const struct net_conn *)op->text;
	for (size_t i = 0; i < op->n; i++) {
		struct conn *c = net_find(net, to[i]);
		if (c)
			ws_send(c, net_payload_ref(op->payload));
	}
}

static void
op_run(struct net *net, struct op *op)
{
	struct conn *c = op->kind == OP_SEND_MANY || op->kind == OP_POST ? NULL : net_find(net, op->conn);
	if (op->kind == OP_POST)
		op->fn(op->arg);
	else if (op->kind == OP_SEND_MANY)
		send_many(net, op);
	else if (!c)
		return;
	else if (op->kind == OP_SEND)
		ws_send(c, net_payload_ref(op->payload));
	else if (op->kind == OP_CLOSE && c->state == CONN_WS)
		ws_shut(c, op->status, (struct str){ op->text, op->n });
	else if (op->kind == OP_REPLY && c->state == CONN_OWED)
		http_reply(c, op);
	else if (op->kind == OP_FILE && c->state == CONN_OWED)
		http_reply_file(c, op);
}

static struct op *
take(struct queue *q, struct net_conn lost[64], unsigned *ret_losts, bool *ret_all)
{
	pthread_mutex_lock(&q->lock);
	struct op *op = q->first;
	q->first = q->last = NULL;
	memcpy(lost, q->lost, q->losts * sizeof *lost);
	*ret_losts = q->losts;
	*ret_all = q->lost_all;
	q->losts = 0;
	q->lost_all = false;
	pthread_mutex_unlock(&q->lock);
	return op;
}

static void
close_lost(struct net *net, const struct net_conn *lost, unsigned n, bool all)
{
	for (unsigned i = 0; i < n; i++) {
		struct conn *c = net_find(net, lost[i]);
		if (c)
			conn_close(c);
	}
	for (uint32_t i = 0; all && i < net->slot_count; i++)
		if (net->slots[i].conn)
			conn_close(net->slots[i].conn);
}

void
queue_run(struct net *net)
{
	struct net_conn lost[64];
	unsigned losts;
	bool all;
	struct op *op = take(&net->queue, lost, &losts, &all);
	while (op) {
		struct op *next = op->next;
		op_run(net, op);
		op_free(op);
		op = next;
	}
	close_lost(net, lost, losts, all);
	struct conn *c = net->dirty;
	net->dirty = NULL;
	while (c) {
		struct conn *next = c->next_dirty;
		c->dirty = false;
		if (c->freed)
			conn_freed(c);
		else if (c->state != CONN_CLOSED)
			conn_turn(c);
		c = next;
	}
	pthread_mutex_lock(&net->queue.lock);
	bool more = net->queue.first || net->dirty;
	pthread_mutex_unlock(&net->queue.lock);
	if (more)
		uv_async_send(&net->wake);
}

void
queue_free(struct net *net)
{
	struct net_conn lost[64];
	unsigned losts;
	bool all;
	struct op *op;
	while ((op = take(&net->queue, lost, &losts, &all)))
		while (op) {
			struct op *next = op->next;
			if (op->kind == OP_POST)
				op->fn(op->arg);
			op_free(op);
			op = next;
		}
}
