#include "net/net_impl.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#include "base/banned.h"

/* ---- the table of connections ---- */

int64_t
net_clock(const struct net *net)
{
	return (int64_t)uv_now(&net->loop);
}

void
net_deadline(struct conn *c, int64_t in_ms)
{
	if (c->state != CONN_CLOSED)
		c->net->slots[c->index].deadline = in_ms == NEVER ? NEVER : net_clock(c->net) + in_ms;
}

struct conn *
net_find(struct net *net, struct net_conn id)
{
	if (id.index >= net->slot_count || net->slots[id.index].generation != id.generation)
		return NULL;
	return net->slots[id.index].conn;
}

static bool
slots_grow(struct net *net)
{
	uint32_t most = (uint32_t)net->config.max_connections + SPARE_CONNECTIONS, n = net->slot_count * 2;
	if (n < 64)
		n = 64;
	if (n > most)
		n = most;
	if (n <= net->slot_count)
		return false;
	struct slot *slots = mem_grow(net->slots, n * sizeof *slots);
	if (!slots)
		return false;
	net->slots = slots;
	while (net->slot_count < n) {
		slots[net->slot_count] = (struct slot){ .generation = 1, .deadline = NEVER, .next_free = net->free_slot };
		net->free_slot = net->slot_count++;
	}
	return true;
}

bool
net_slot_take(struct net *net, struct conn *c)
{
	if (net->free_slot == UINT32_MAX && !slots_grow(net))
		return false;
	c->index = net->free_slot;
	struct slot *s = &net->slots[c->index];
	net->free_slot = s->next_free;
	s->conn = c;
	return true;
}

static void
generation_next(struct slot *s)
{
	if (++s->generation == 0)
		s->generation = 1;
}

void
net_slot_release(struct net *net, struct conn *c)
{
	struct slot *s = &net->slots[c->index];
	s->conn = NULL;
	s->deadline = NEVER;
	generation_next(s);
	s->next_free = net->free_slot;
	net->free_slot = c->index;
}

struct net_conn
net_renew(struct conn *c)
{
	struct slot *s = &c->net->slots[c->index];
	generation_next(s);
	return (struct net_conn){ c->index, s->generation };
}

/* ---- time ---- */

/* A part of the table each tick: deadlines are kept to about a second. */
static void
sweep(struct net *net)
{
	int64_t now = net_clock(net);
	uint32_t part = net->slot_count / SWEEP_TICKS + 1;
	for (uint32_t i = 0; i < part && net->slot_count; i++) {
		if (net->sweep >= net->slot_count)
			net->sweep = 0;
		struct slot *s = &net->slots[net->sweep++];
		if (s->conn && s->deadline <= now) {
			s->deadline = NEVER;
			conn_expired(s->conn);
		}
	}
}

/* ---- stopping ---- */

static void
stop_connection(struct conn *c)
{
	switch (c->state) {
	case CONN_HANDSHAKE:
		conn_close(c);
		break;
	case CONN_HEAD:
		if (!c->head_begun)
			conn_close(c);
		break;
	case CONN_WS:
		ws_shut(c, 1012, STR("restart"));
		break;
	case CONN_SENDING:
		conn_last(c);
		break;
	default:
		break;
	}
}

static void
stop_begin(struct net *net)
{
	net->stopping = true;
	net->stop_at = net_clock(net) + atomic_load(&net->grace_ms);
	if (net->listening)
		uv_close((uv_handle_t *)&net->listener, NULL);
	net->listening = false;
	close(net->listen_fd);
	net->listen_fd = -1;
	for (uint32_t i = 0; i < net->slot_count; i++)
		if (net->slots[i].conn)
			stop_connection(net->slots[i].conn);
}

static void
stop_check(struct net *net)
{
	bool late = net_clock(net) >= net->stop_at;
	for (uint32_t i = 0; late && i < net->slot_count; i++)
		if (net->slots[i].conn)
			conn_close(net->slots[i].conn);
	if (atomic_load_explicit(&net->counts.connections, memory_order_relaxed) == 0)
		uv_stop(&net->loop);
}

/* ---- the loop ---- */

static void
on_tick(uv_timer_t *timer)
{
	struct net *net = timer->data;
	int64_t now = clock_now();
	http_date(net, now);
	sweep(net);
	accept_resume(net);
	if (net->config.on.tick)
		net->config.on.tick(net->config.user, now);
}

/* Before every sleep: what other threads and this turn's callbacks have left is done and sent. */
static void
on_turn(uv_prepare_t *prepare)
{
	struct net *net = prepare->data;
	queue_run(net);
	if (atomic_load(&net->stop_asked) && !net->stopping) {
		stop_begin(net);
		queue_run(net);
	}
	if (net->stopping)
		stop_check(net);
}

static void
on_wake(uv_async_t *wake)
{
	(void)wake; /* the turn itself does the work */
}

static void
preset(struct net_config *c)
{
	c->head_max = c->head_max ? c->head_max : 8192;
	c->idle_s = c->idle_s ? c->idle_s : 60;
	c->head_s = c->head_s ? c->head_s : 10;
	c->body_s = c->body_s ? c->body_s : 30;
	c->ping_s = c->ping_s ? c->ping_s : 30;
	c->queue_max = c->queue_max ? c->queue_max : 256 * 1024;
	c->max_connections = c->max_connections ? c->max_connections : 1024;
}

static void
loop_open(struct net *net)
{
	uv_async_init(&net->loop, &net->wake, on_wake);
	uv_timer_init(&net->loop, &net->ticker);
	uv_prepare_init(&net->loop, &net->prepare);
	uv_poll_init(&net->loop, &net->listener, net->listen_fd);
	net->wake.data = net->ticker.data = net->prepare.data = net->listener.data = net;
	net->listening = true;
}

enum err
net_new(const struct net_config *config, struct net **ret_net, char why[160])
{
	signal(SIGPIPE, SIG_IGN);
	struct net *net = mem_new(1, sizeof *net);
	if (!net)
		return ERR_NO_MEMORY;
	net->config = *config;
	preset(&net->config);
	net->free_slot = UINT32_MAX;
	net->date_second = -1;
	net->read_buffer = mem_new(net->config.head_max + READ_BYTES, 1);
	net->write_buffer = mem_new(TLS_WRITE_BYTES, 1);
	snprintf(why, 160, "out of memory");
	enum err e = net->read_buffer && net->write_buffer ? OK : ERR_NO_MEMORY;
	if (!e && config->cert_file && !(net->tls = tls_new(config->cert_file, config->key_file ? config->key_file : config->cert_file, why)))
		e = ERR_USAGE;
	net->listen_fd = e ? -1 : accept_open(config->address, config->port, &net->port, why);
	if (net->listen_fd < 0 || uv_loop_init(&net->loop)) {
		if (net->listen_fd >= 0)
			close(net->listen_fd);
		tls_context_free(net->tls);
		mem_free(net->read_buffer);
		mem_free(net->write_buffer);
		mem_free(net);
		return e ? e : ERR_IO;
	}
	int files = accept_files(net->config.max_connections);
	if (files < net->config.max_connections + SPARE_CONNECTIONS + 128)
		net->config.max_connections = files > 512 ? files - SPARE_CONNECTIONS - 256 : 64;
	pthread_mutex_init(&net->queue.lock, NULL);
	loop_open(net);
	http_date(net, clock_now());
	*ret_net = net;
	return OK;
}

int
net_port(const struct net *net)
{
	return net->port;
}

enum err
net_run(struct net *net)
{
	net_here = net;
	uv_update_time(&net->loop);
	uv_timer_start(&net->ticker, on_tick, TICK_MS, TICK_MS);
	uv_prepare_start(&net->prepare, on_turn);
	uv_poll_start(&net->listener, UV_READABLE, accept_ready);
	uv_run(&net->loop, UV_RUN_DEFAULT);
	queue_run(net);
	net_here = NULL;
	return OK;
}

void
net_stop(struct net *net, int grace_ms)
{
	atomic_store(&net->grace_ms, grace_ms);
	atomic_store(&net->stop_asked, 1);
	uv_async_send(&net->wake);
}

void
net_free(struct net *net)
{
	if (!net)
		return;
	for (uint32_t i = 0; i < net->slot_count; i++)
		if (net->slots[i].conn)
			conn_close(net->slots[i].conn);
	queue_free(net);
	queue_run(net);
	if (net->listening)
		uv_close((uv_handle_t *)&net->listener, NULL);
	if (net->listen_fd >= 0)
		close(net->listen_fd);
	uv_close((uv_handle_t *)&net->wake, NULL);
	uv_close((uv_handle_t *)&net->ticker, NULL);
	uv_close((uv_handle_t *)&net->prepare, NULL);
	uv_run(&net->loop, UV_RUN_DEFAULT);
	uv_loop_close(&net->loop);
	tls_context_free(net->tls);
	pthread_mutex_destroy(&net->queue.lock);
	mem_free(net->slots);
	mem_free(net->read_buffer);
	mem_free(net->write_buffer);
	mem_free(net);
}

void
net_stats(const struct net *net, struct net_stats *ret_stats)
{
	const struct counts *c = &net->counts;
#define READ(what) .what = atomic_load_explicit(&c->what, memory_order_relaxed)
	*ret_stats = (struct net_stats){
		READ(connections), READ(websockets), READ(accepted), READ(requests), READ(messages_in),
		READ(messages_out), READ(bytes_in), READ(bytes_out), READ(refused), READ(overflowed),
	};
#undef READ
}
