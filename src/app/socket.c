/* The WebSockets: who is connected, what each hears, and the way of an event to them. Everything here runs on the loop. */
#include "app/socket.h"

#include <stdio.h>
#include <string.h>

#include "app/app_sql.h"
#include "app/auth.h"
#include "app/internal.h"
#include "app/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/banned.h"

enum { TOPICS_MAX = 256, TICKET_MS = 30000, MESSAGE_MAX = 64 * 1024, BURST = 60, PER_S = 15, NODES_FIRST = 1024 };

struct socket {
	struct net_conn conn;
	struct caller who; /* shops point into shops */
	int64_t *shops;
	uint64_t *topics;
	uint16_t topic_count, topic_cap;
	bool open;
	int tokens; /* of the rate limit */
	int64_t tokens_at;
	uint64_t stamp; /* last event sent, so that one that fits two topics goes once */
};

/* topic -> sockets: chains through one table of nodes. */
struct node {
	uint64_t topic;
	uint32_t socket, next;
};

struct sockets {
	struct socket **all; /* by connection index */
	size_t cap, count;
	uint32_t *heads;
	size_t head_count; /* power of two */
	struct node *nodes;
	uint32_t node_count, node_cap, node_free;
	struct tickets *tickets;
	uint64_t stamp;
	struct net_conn *targets;
	size_t target_cap;
};

static uint64_t
topic_key(struct topic t)
{
	return (uint64_t)t.kind << 56 | ((uint64_t)t.id & 0xffffffffffffffULL);
}

static size_t
bucket(const struct sockets *s, uint64_t topic)
{
	uint64_t h = topic * 0x9e3779b97f4a7c15ULL;
	return (size_t)(h >> 32) & (s->head_count - 1);
}

enum err
sockets_new(struct app *app)
{
	struct sockets *s = mem_new(1, sizeof *s);
	if (!s)
		return ERR_NO_MEMORY;
	s->head_count = 16384;
	s->heads = mem_new(s->head_count, sizeof *s->heads);
	s->tickets = tickets_new();
	app->sockets = s;
	return s->heads && s->tickets ? OK : ERR_NO_MEMORY;
}

static void
socket_drop(struct socket *k)
{
	if (!k)
		return;
	mem_free(k->shops);
	mem_free(k->topics);
	mem_free(k);
}

void
sockets_free(struct app *app)
{
	struct sockets *s = app->sockets;
	if (!s)
		return;
	for (size_t i = 0; i < s->cap; i++)
		socket_drop(s->all[i]);
	mem_free(s->all);
	mem_free(s->heads);
	mem_free(s->nodes);
	tickets_free(s->tickets);
	mem_free(s->targets);
	mem_free(s);
	app->sockets = NULL;
}

static struct socket *
socket_of(struct sockets *s, struct net_conn conn)
{
	struct socket *k = conn.index < s->cap ? s->all[conn.index] : NULL;
	return k && k->conn.generation == conn.generation ? k : NULL;
}

static uint32_t
node_take(struct sockets *s)
{
	if (s->node_free) {
		uint32_t n = s->node_free;
		s->node_free = s->nodes[n].next;
		return n;
	}
	if (s->node_count + 1 >= s->node_cap) {
		uint32_t cap = s->node_cap ? 2 * s->node_cap : NODES_FIRST;
		struct node *p = mem_grow(s->nodes, cap * sizeof *p);
		if (!p)
			return 0;
		s->nodes = p;
		s->node_cap = cap;
	}
	return ++s->node_count; /* 0 is "none" */
}

void
socket_subscribe(struct app *app, struct net_conn conn, struct topic topic)
{
	struct sockets *s = app->sockets;
	struct socket *k = socket_of(s, conn);
	uint64_t key = topic_key(topic);
	if (!k || k->topic_count == TOPICS_MAX)
		return;
	for (int i = 0; i < k->topic_count; i++)
		if (k->topics[i] == key)
			return;
	if (k->topic_count == k->topic_cap) {
		uint16_t cap = (uint16_t)(k->topic_cap ? 2 * k->topic_cap : 2);
		uint64_t *p = mem_grow(k->topics, cap * sizeof *p);
		if (!p)
			return;
		k->topics = p;
		k->topic_cap = cap;
	}
	uint32_t n = node_take(s);
	if (!n)
		return;
	size_t b = bucket(s, key);
	s->nodes[n] = (struct node){ key, conn.index, s->heads[b] };
	s->heads[b] = n;
	k->topics[k->topic_count++] = key;
}

static void
node_remove(struct sockets *s, uint64_t key, uint32_t socket)
{
	for (uint32_t *at = &s->heads[bucket(s, key)]; *at; at = &s->nodes[*at].next) {
		struct node *n = &s->nodes[*at];
		if (n->topic != key || n->socket != socket)
			continue;
		uint32_t gone = *at;
		*at = n->next;
		s->nodes[gone].next = s->node_free;
		s->node_free = gone;
		return;
	}
}

void
socket_unsubscribe(struct app *app, struct net_conn conn, struct topic topic)
{
	struct socket *k = socket_of(app->sockets, conn);
	uint64_t key = topic_key(topic);
	for (int i = 0; k && i < k->topic_count; i++)
		if (k->topics[i] == key) {
			node_remove(app->sockets, key, conn.index);
			k->topics[i] = k->topics[--k->topic_count];
			return;
		}
}

struct subscribing {
	struct app *app;
	struct net_conn conn;
	struct topic topic;
};

static void
subscribe_on_loop(void *arg)
{
	struct subscribing *s = arg;
	socket_subscribe(s->app, s->conn, s->topic);
	mem_free(s);
}

static void
subscribe_hook(struct app *app, struct db *db, void *arg)
{
	(void)db;
	struct subscribing *s = mem_new(1, sizeof *s);
	if (!s)
		return;
	*s = *(struct subscribing *)arg;
	net_post(app->net, subscribe_on_loop, s);
}

enum err
subscribe_after_commit(struct request *rq, struct topic topic)
{
	struct subscribing *s = arena_alloc(rq->arena, sizeof *s);
	if (!s)
		return ERR_NO_MEMORY;
	*s = (struct subscribing){ rq->app, rq->conn, topic };
	return after_commit(rq, subscribe_hook, s);
}

/* Tickets ------------------------------------------------------------------------------------------------------------- */

struct ticket_note {
	struct app *app;
	struct ticket ticket;
};

static void
ticket_on_loop(void *arg)
{
	struct ticket_note *n = arg;
	ticket_keep(n->app->sockets->tickets, &n->ticket, clock_now());
	mem_free(n);
}

static void
ticket_hook(struct app *app, struct db *db, void *arg)
{
	(void)db;
	struct ticket_note *n = mem_new(1, sizeof *n);
	if (!n)
		return;
	*n = (struct ticket_note){ app, *(struct ticket *)arg };
	net_post(app->net, ticket_on_loop, n);
}

struct str
socket_ticket_new(struct request *rq, int64_t customer_id, int64_t shop_id)
{
	struct ticket *t = arena_alloc(rq->arena, sizeof *t);
	struct str token = rand_token(rq->arena, 24);
	if (!t || !token.p)
		return STR_NONE;
	t->who = rq->who;
	if (customer_id)
		t->who = (struct caller){ .kind = CALLER_VISITOR, .customer_id = customer_id, .shop_id = shop_id, .permissions = PERM_BIT(PERM_VISITOR) };
	memcpy(t->who.lang, rq->who.lang, sizeof t->who.lang);
	t->who.shops = NULL;
	t->who.shop_count = 0;
	t->until = rq->now + TICKET_MS;
	memcpy(t->token, token.p, token.n < sizeof t->token ? token.n : sizeof t->token - 1);
	if (!rq->db) /* on the loop already */
		ticket_keep(rq->app->sockets->tickets, t, rq->now);
	else if (after_commit(rq, ticket_hook, t))
		return STR_NONE;
	return token;
}

/* Opening and closing ------------------------------------------------------------------------------------------------- */

static struct str
query_value(struct str query, const char *name)
{
	struct str pair;
	while (query.n && str_split(&query, '&', &pair)) {
		ptrdiff_t eq = str_find_char(pair, '=');
		if (eq > 0 && str_eqz(str_sub(pair, 0, (size_t)eq), name))
			return str_sub(pair, (size_t)eq + 1, pair.n);
	}
	return STR_NONE;
}

static bool
sockets_room(struct sockets *s, uint32_t index)
{
	if (index < s->cap)
		return true;
	size_t cap = s->cap ? s->cap : 256;
	while (cap <= index)
		cap *= 2;
	struct socket **p = mem_grow(s->all, cap * sizeof *p);
	if (!p)
		return false;
	memset(p + s->cap, 0, (cap - s->cap) * sizeof *p);
	s->all = p;
	s->cap = cap;
	return true;
}

static void
own_topics(struct app *app, struct socket *k)
{
	const struct caller *who = &k->who;
	if (who->kind == CALLER_VISITOR) {
		socket_subscribe(app, k->conn, (struct topic){ TOPIC_CUSTOMER, who->customer_id });
		return;
	}
	socket_subscribe(app, k->conn, (struct topic){ TOPIC_ALL, 0 });
	socket_subscribe(app, k->conn, (struct topic){ TOPIC_STAFF, 0 });
	socket_subscribe(app, k->conn, (struct topic){ TOPIC_PERSON, who->person_id });
	if (who->group_id)
		socket_subscribe(app, k->conn, (struct topic){ TOPIC_GROUP, who->group_id });
	for (size_t i = 0; i < who->shop_count && who->scope >= SCOPE_SHOP; i++)
		socket_subscribe(app, k->conn, (struct topic){ TOPIC_SHOP, who->shops[i] });
	if (who->scope == SCOPE_ALL)
		socket_subscribe(app, k->conn, (struct topic){ TOPIC_SHOP, 0 });
}

static bool
another_socket(const struct sockets *s, const struct socket *me)
{
	for (size_t i = 0; i < s->cap; i++)
		if (s->all[i] && s->all[i] != me && s->all[i]->who.person_id == me->who.person_id)
			return true;
	return false;
}

static void
came_or_gone(struct app *app, struct socket *k, bool came)
{
	/* Visitors come by the thousand and nobody asks after their last tab. */
	bool alone = k->who.kind == CALLER_PERSON && !another_socket(app->sockets, k);
	for (size_t f = 0; f < all_features_count; f++) {
		if (came && all_features[f]->socket_came)
			all_features[f]->socket_came(app, &k->who, alone);
		if (!came && all_features[f]->socket_gone)
			all_features[f]->socket_gone(app, &k->who, alone);
	}
}

struct greeting {
	struct app *app;
	struct net_conn conn;
};

static void
hello_send(void *arg)
{
	struct greeting *g = arg;
	char text[160];
	snprintf(text, sizeof text, "{\"event\":\"hello\",\"pos\":%lld,\"data\":{\"now\":%lld}}", (long long)g->app->last_pos, (long long)clock_now());
	struct net_payload *p = net_payload_new(str_of(text));
	if (p)
		net_ws_send(g->app->net, g->conn, p);
	mem_free(g);
}

/* The first frame, once the handshake is through: from here on nothing is missed. */
static void
hello_later(struct app *app, struct net_conn conn)
{
	struct greeting *g = mem_new(1, sizeof *g);
	if (!g)
		return;
	*g = (struct greeting){ app, conn };
	net_post(app->net, hello_send, g);
}

enum err
socket_open(void *user, const struct net_request *rq, size_t *ret_max)
{
	struct app *app = user;
	struct sockets *s = app->sockets;
	struct caller who;
	if (!str_eqz(rq->path, "/api/v1/socket"))
		return ERR_NOT_FOUND;
	if (!front_clear_allowed(app, rq))
		return ERR_NOT_SECURE;
	if (!ticket_use(s->tickets, query_value(rq->query, "ticket"), clock_now(), &who))
		return ERR_SIGN_IN;
	/* A person's socket opens from our own pages only; a visitor's page was checked when the ticket was given. */
	if (who.kind == CALLER_PERSON && !origin_own(app, rq, net_header(rq, "origin")))
		return ERR_BAD_ORIGIN;
	const struct login_entry *login = who.kind == CALLER_PERSON ? auth_by_login(app->auth, who.login_id) : NULL;
	if (who.kind == CALLER_PERSON && !login)
		return ERR_SIGN_IN;
	struct socket *k = mem_new(1, sizeof *k);
	if (!k || !sockets_room(s, rq->conn.index)) {
		mem_free(k);
		return ERR_NO_MEMORY;
	}
	k->who = login ? login->who : who;
	k->shops = k->who.shop_count ? mem_new(k->who.shop_count, sizeof *k->shops) : NULL;
	if (k->shops)
		memcpy(k->shops, k->who.shops, k->who.shop_count * sizeof *k->shops);
	k->who.shops = k->shops;
	k->who.shop_count = k->shops ? k->who.shop_count : 0;
	k->conn = rq->conn;
	k->tokens = BURST;
	socket_drop(s->all[rq->conn.index]);
	s->all[rq->conn.index] = k;
	s->count++;
	own_topics(app, k);
	came_or_gone(app, k, true);
	hello_later(app, k->conn);
	*ret_max = MESSAGE_MAX;
	return OK;
}

void
socket_close(void *user, struct net_conn conn)
{
	struct app *app = user;
	struct sockets *s = app->sockets;
	struct socket *k = socket_of(s, conn);
	if (!k)
		return;
	for (int i = 0; i < k->topic_count; i++)
		node_remove(s, k->topics[i], conn.index);
	s->all[conn.index] = NULL;
	s->count--;
	came_or_gone(app, k, false);
	socket_drop(k);
}

static bool
same_rights(const struct caller *a, const struct caller *b)
{
	return a->permissions == b->permissions && a->scope == b->scope && a->group_id == b->group_id && a->must_change == b->must_change &&
	       a->shop_count == b->shop_count && (a->shop_count == 0 || memcmp(a->shops, b->shops, a->shop_count * sizeof *a->shops) == 0);
}

void
sockets_check_logins(struct app *app)
{
	struct sockets *s = app->sockets;
	for (size_t i = 0; i < s->cap; i++) {
		struct socket *k = s->all[i];
		if (!k || k->who.kind != CALLER_PERSON)
			continue;
		const struct login_entry *login = auth_by_login(app->auth, k->who.login_id);
		if (login && same_rights(&login->who, &k->who))
			memcpy(k->who.lang, login->who.lang, sizeof k->who.lang);
		else
			net_ws_close(app->net, k->conn, 4001, "signed out or changed");
	}
}

/* Messages ------------------------------------------------------------------------------------------------------------ */

static bool
rate_ok(struct socket *k, int64_t now)
{
	int64_t gained = (now - k->tokens_at) * PER_S / 1000;
	if (gained > 0) {
		k->tokens = (int)(k->tokens + gained > BURST ? BURST : k->tokens + gained);
		k->tokens_at = now;
	}
	if (k->tokens <= 0)
		return false;
	k->tokens--;
	return true;
}

static enum err
message_admit(struct command *c, struct socket *k, struct str text)
{
	const struct json *frame;
	struct str why = STR_NONE;
	enum err e = json_parse(c->rq.arena, text, &frame, &why);
	if (e)
		return fail(&c->rq, e, NULL, why.p);
	c->n = json_int(json_get(frame, "n"), -1);
	if (k->who.kind == CALLER_VISITOR && !rate_ok(k, c->rq.now))
		return ERR_TOO_MANY;
	c->rq.route = route_socket_find(json_text(json_get(frame, "do")), &k->who);
	if (!c->rq.route)
		return fail_text(&c->rq, ERR_NOT_FOUND, "do", "there is no such command", "没有这个命令");
	c->json = json_get(frame, "in");
	/* Commands of one session stay on one lane, so that they keep their order. */
	int64_t session = json_int(json_get(c->json, "session_id"), 0);
	c->write_lane = (int)((uint64_t)session >> 12 & 0xff);
	return caller_allowed(&k->who, c->rq.route);
}

void
socket_message(void *user, struct net_conn conn, struct str text)
{
	struct app *app = user;
	struct socket *k = socket_of(app->sockets, conn);
	struct command *c = k ? command_new(app, FROM_SOCKET) : NULL;
	/* As an answer that there is no memory for. */
	if (k && !c)
		net_ws_close(app->net, conn, 1013, "out of memory");
	if (!c)
		return;
	c->rq.conn = conn;
	request_id(c->id);
	c->n = -1;
	caller_copy(c->rq.arena, &c->rq.who, &k->who);
	enum err e = message_admit(c, k, text);
	if (!e && c->rq.route->lane == LANE_LOOP) {
		e = input_build(c);
		if (!e)
			e = command_run(c, NULL);
		const struct kept_event *events = c->work.events;
		if (!e)
			events_publish(app, events);
	} else if (!e) {
		e = lane_put(app, c);
		if (!e)
			return;
	}
	c->err = e;
	command_answer(c);
}

/* Events -------------------------------------------------------------------------------------------------------------- */

struct publication {
	struct app *app;
	struct topic topics[5];
	struct net_payload *staff, *customers;
	int64_t pos;
};

static size_t
gather(struct sockets *s, struct topic topic, size_t n)
{
	uint64_t key = topic_key(topic);
	for (uint32_t i = s->heads[bucket(s, key)]; i; i = s->nodes[i].next) {
		struct socket *k = s->nodes[i].topic == key ? s->all[s->nodes[i].socket] : NULL;
		if (!k || k->stamp == s->stamp)
			continue;
		if (n == s->target_cap) {
			size_t cap = s->target_cap ? 2 * s->target_cap : 64;
			struct net_conn *p = mem_grow(s->targets, cap * sizeof *p);
			if (!p)
				return n;
			s->targets = p;
			s->target_cap = cap;
		}
		k->stamp = s->stamp;
		s->targets[n++] = k->conn;
	}
	return n;
}

static void
publication_send(struct publication *p, bool customers)
{
	struct sockets *s = p->app->sockets;
	struct net_payload *payload = customers ? p->customers : p->staff;
	size_t n = 0;
	s->stamp++;
	for (size_t i = 0; payload && i < sizeof p->topics / sizeof *p->topics && p->topics[i].kind; i++) {
		struct topic t = p->topics[i];
		if ((t.kind == TOPIC_CUSTOMER) != customers)
			continue;
		n = gather(s, t, n);
		if (t.kind == TOPIC_SHOP && t.id)
			n = gather(s, (struct topic){ TOPIC_SHOP, 0 }, n);
	}
	if (n)
		net_ws_send_many(p->app->net, s->targets, n, net_payload_ref(payload));
	net_payload_unref(payload);
}

static void
publish_on_loop(void *arg)
{
	struct publication *p = arg;
	if (p->pos > p->app->last_pos)
		p->app->last_pos = p->pos;
	publication_send(p, false);
	publication_send(p, true);
	mem_free(p);
}

static struct net_payload *
payload_of(const struct kept_event *k, struct str data)
{
	struct buf b;
	buf_init(&b, 512 * 1024);
	buf_printf(&b, "{\"event\":\"%s\",", event_name(k->ev.kind));
	if (k->pos)
		buf_printf(&b, "\"pos\":%lld,", (long long)k->pos);
	buf_printf(&b, "\"subject\":%lld,\"ref\":%lld", (long long)k->ev.subject, (long long)k->ev.ref);
	if (data.n) {
		buf_addz(&b, ",\"data\":");
		buf_add(&b, data);
	}
	buf_char(&b, '}');
	struct net_payload *p = b.err ? NULL : net_payload_new(buf_str(&b));
	buf_free(&b);
	return p;
}

void
events_publish(struct app *app, const struct kept_event *events)
{
	for (const struct kept_event *k = events; k; k = k->next) {
		bool staff = false, customers = false;
		for (size_t i = 0; i < sizeof k->ev.topics / sizeof *k->ev.topics && k->ev.topics[i].kind; i++) {
			customers |= k->ev.topics[i].kind == TOPIC_CUSTOMER;
			staff |= k->ev.topics[i].kind != TOPIC_CUSTOMER;
		}
		struct publication *p = mem_new(1, sizeof *p);
		if (!p)
			continue;
		p->app = app;
		p->pos = k->pos;
		memcpy(p->topics, k->ev.topics, sizeof p->topics);
		p->staff = staff ? payload_of(k, k->ev.data) : NULL;
		p->customers = customers ? payload_of(k, k->ev.customer_data) : NULL;
		net_post(app->net, publish_on_loop, p);
	}
}
