/* Between net and the lanes: a request becomes a command, a finished command becomes a reply. Loop thread, but for command_answer. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/address.h"
#include "app/auth.h"
#include "app/internal.h"
#include "app/metrics.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/banned.h"

enum { BODY_MAX = 64 * 1024, IN_MEMORY_MAX = 1 << 20, SLOW_MS = 1000 };

static const char common_headers[] = "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nCross-Origin-Resource-Policy: cross-origin\r\n";

static bool
method_parse(struct str s, enum method *ret)
{
	for (enum method m = GET; m < SOCKET; m++)
		if (str_eqz(s, method_names[m])) {
			*ret = m;
			return true;
		}
	*ret = GET;
	return str_eqz(s, "HEAD");
}

void
request_id(char out[17])
{
	static const char digits[] = "0123456789abcdef";
	static uint64_t last; /* a walk from a random place through all numbers: told apart, not secret */
	if (!last)
		rand_secret((unsigned char *)&last, sizeof last);
	last += 0x9e3779b97f4a7c15ULL;
	for (int i = 0; i < 16; i++)
		out[i] = digits[last >> (60 - 4 * i) & 15];
	out[16] = 0;
}

void
problem_write(struct buf *out, enum err e, const struct command *c)
{
	struct json_writer w;
	const char *lang = c ? c->rq.who.lang : "zh";
	buf_clear(out);
	jw_init(&w, out);
	jw_object(&w);
	jw_member_text(&w, "type", STR("about:blank"));
	jw_member_text(&w, "title", str_of(err_text(e, lang)));
	jw_member_int(&w, "status", err_status(e));
	jw_member_text(&w, "code", str_of(err_name(e)));
	if (c && c->rq.detail.n)
		jw_member_text(&w, "detail", c->rq.detail);
	if (c && c->rq.field.n)
		jw_member_text(&w, "field", c->rq.field);
	if (c && c->id[0])
		jw_member_text(&w, "request_id", str_of(c->id));
	jw_end(&w);
	if (jw_finish(&w))
		buf_clear(out);
}

void
front_refuse(void *user, enum err e, struct buf *headers, struct buf *body)
{
	struct command c = { .rq.who.lang = "zh" };
	(void)user;
	request_id(c.id);
	buf_printf(headers, "Content-Type: application/problem+json\r\nX-Request-Id: %s\r\n", c.id);
	buf_addz(headers, common_headers);
	problem_write(body, e, &c);
}

static int
status_of(const struct command *c)
{
	if (c->err)
		return err_status(c->err);
	return c->rq.status ? c->rq.status : c->out.n || c->rq.file_path.p || c->from == FROM_SOCKET ? 200 : 204;
}

/* The one line of a request: what was asked by its route, never with what was sent. Lines of what went well are for who looks for them. */
static void
request_log(const struct command *c, int status, int64_t took_us)
{
	bool failed = status >= 500, slow = took_us >= SLOW_MS * 1000LL;
	const struct route *r = c->rq.route;
	if (c->from == FROM_INSIDE && !failed)
		return;
	LOG(failed ? LOG_ERROR : slow ? LOG_WARN : LOG_DEBUG, failed ? "failed" : slow ? "slow" : "request", LOG_TEXT("id", str_of(c->id)),
	    LOG_TEXT("method", str_of(r ? method_names[r->method] : "")), LOG_TEXT("route", str_of(r ? r->path : c->from == FROM_INSIDE ? "inside" : "")),
	    LOG_INT("status", status), LOG_TEXT("code", str_of(c->err ? err_name(c->err) : "OK")),
	    LOG_TEXT("why", failed && c->rq.detail.p ? c->rq.detail : STR("")), LOG_INT("ms", took_us / 1000), LOG_INT("person", c->rq.who.person_id),
	    LOG_INT("customer", c->rq.who.customer_id));
}

/* No cookie travels with these, so the answer may be read by any page; what may be asked is decided by the token. Written with the answer: a
 * command that runs again begins with no headers. */
static void
cors_headers(struct command *c)
{
	if (!c->rq.origin.n || !c->for_widget)
		return;
	reply_header(&c->rq, "Access-Control-Allow-Origin", c->rq.origin);
	reply_header(&c->rq, "Vary", STR("Origin"));
	reply_header(&c->rq, "Access-Control-Allow-Headers", STR("authorization, content-type"));
	reply_header(&c->rq, "Access-Control-Allow-Methods", STR("GET, POST, PUT"));
	reply_header(&c->rq, "Access-Control-Max-Age", STR("600"));
}

/* How long it took in here, waiting for a lane included: for people who are signed in only, so that it tells nobody else what exists. */
static void
timing_header(struct command *c)
{
	if (c->rq.who.kind != CALLER_PERSON || !c->began_us)
		return;
	int64_t us = clock_us() - c->began_us;
	buf_printf(&c->headers, "Server-Timing: all;dur=%lld.%03lld\r\n", (long long)(us / 1000), (long long)(us % 1000));
}

static void
front_answer(struct command *c)
{
	struct net *net = c->rq.app->net;
	int status = status_of(c);
	struct str type = c->rq.type.p ? c->rq.type : STR("application/json");
	if (c->err) {
		problem_write(&c->out, c->err, c);
		type = STR("application/problem+json");
		c->rq.file_path = STR_NONE;
	}
	if (c->out.n || c->rq.file_path.p)
		buf_printf(&c->headers, "Content-Type: %.*s\r\n", STR_ARG(type));
	if (!c->rq.type.p || c->err)
		buf_addz(&c->headers, "Cache-Control: no-store\r\n");
	timing_header(c);
	cors_headers(c);
	buf_printf(&c->headers, "X-Request-Id: %s\r\n", c->id);
	buf_addz(&c->headers, common_headers);
	if (c->rq.file_path.p) {
		struct stat st = { 0 }; /* one that is gone is net's to report */
		(void)!stat(c->rq.file_path.p, &st);
		net_reply_file(net, c->rq.conn, status, buf_str(&c->headers), c->rq.file_path.p, 0, st.st_size);
		return;
	}
	net_reply(net, c->rq.conn, status, buf_str(&c->headers), &c->out);
}

static void
socket_answer(struct command *c)
{
	struct buf b;
	struct net_payload *p;
	bool nameless = c->n < 0;
	if (nameless && c->err != ERR_NO_MEMORY)
		return;
	buf_init(&b, c->out.max + 64);
	buf_printf(&b, "{\"re\":%lld,\"%s\":", (long long)c->n, c->err ? "error" : "out");
	if (c->err)
		problem_write(&c->out, c->err, c);
	buf_add(&b, c->out.n ? buf_str(&c->out) : STR("{}"));
	buf_char(&b, '}');
	p = nameless || b.err || c->out.err || (c->err && !c->out.n) ? NULL : net_payload_new(buf_str(&b));
	buf_free(&b);
	if (p)
		net_ws_send(c->rq.app->net, c->rq.conn, p);
	else /* who waits for an answer that there is no memory for must not wait for ever: it comes back, and asks again */
		net_ws_close(c->rq.app->net, c->rq.conn, 1013, "out of memory");
}

void
command_answer(struct command *c)
{
	int status = status_of(c);
	int64_t took_us = clock_us() - c->began_us;
	request_log(c, status, took_us);
	if (c->from != FROM_INSIDE)
		metrics_request(c->rq.app, c->rq.route, status, took_us);
	if (c->from == FROM_HTTP)
		front_answer(c);
	else if (c->from == FROM_SOCKET)
		socket_answer(c);
	if (c->rq.body_file.p && c->rq.body_file.n)
		unlink(c->rq.body_file.p);
	command_free(c);
}

static struct str
host_of_origin(struct str origin)
{
	ptrdiff_t at = str_find(origin, STR("://"));
	return at < 0 ? STR_NONE : str_sub(origin, (size_t)at + 3, origin.n);
}

bool
origin_own(struct app *app, const struct net_request *rq, struct str origin)
{
	if (!origin.p)
		return true;
	if (app->config.public_url[0] && str_eqz(origin, app->config.public_url))
		return true;
	return str_eq_nocase(host_of_origin(origin), net_header(rq, "host"));
}

/* What the widget asks from the pages of shops. */
static bool
for_visitors(struct str path)
{
	return str_starts(path, STR("/api/v1/visitor/")) || str_eqz(path, "/api/v1/files") || str_starts(path, STR("/api/v1/files/"));
}

/* A browser sends the cookie along from anywhere: only a page of ours may act with it. */
static enum err
csrf_check(struct app *app, const struct net_request *rq, struct command *c, enum method method)
{
	if (c->rq.who.kind != CALLER_PERSON || method == GET)
		return origin_own(app, rq, c->rq.origin) || for_visitors(rq->path) || method == GET ? OK : ERR_BAD_ORIGIN;
	if (!origin_own(app, rq, c->rq.origin))
		return ERR_BAD_ORIGIN;
	struct str token = net_header(rq, "x-csrf");
	return token.n && str_eqz(token, c->rq.who.csrf) ? OK : ERR_BAD_CSRF;
}

bool
front_clear_allowed(struct app *app, const struct net_request *rq)
{
	char peer[ADDRESS_TEXT];
	snprintf(peer, sizeof peer, "%.*s", STR_ARG(rq->peer));
	return rq->tls || (app->config.proxy[0] && str_eqz(rq->peer, app->config.proxy)) || address_is_loopback(peer);
}

/* Not merely by a loopback address: whoever comes through a proxy of this machine does, too, but under another name. */
static bool
asked_locally(const struct net_request *rq)
{
	char peer[ADDRESS_TEXT], name[ADDRESS_TEXT];
	struct str host = net_header(rq, "host");
	for (size_t i = host.n; i-- > 0 && host.p[i] != ']';)
		if (host.p[i] == ':')
			host = str_sub(host, 0, i);
	if (host.n > 2 && host.p[0] == '[')
		host = str_sub(host, 1, host.n - 1);
	snprintf(peer, sizeof peer, "%.*s", STR_ARG(rq->peer));
	snprintf(name, sizeof name, "%.*s", STR_ARG(host));
	return address_is_loopback(peer) && (address_is_loopback(name) || str_eq_nocase(host, STR("localhost"))) && !net_header(rq, "x-forwarded-for").p &&
	       !net_header(rq, "forwarded").p && !net_header(rq, "x-real-ip").p;
}

static void
address_find(struct app *app, const struct net_request *rq, struct command *c)
{
	struct str forwarded = net_header(rq, "x-forwarded-for"), last = STR_NONE, piece;
	c->rq.address = rq->peer;
	c->rq.tls = rq->tls;
	c->rq.local = asked_locally(rq);
	if (app->config.proxy[0] && str_eqz(rq->peer, app->config.proxy)) {
		while (forwarded.p && str_split(&forwarded, ',', &piece))
			last = str_trim(piece);
		if (last.n && last.n < 64)
			c->rq.address = last;
		c->rq.tls = true;
	}
	c->rq.address = arena_str(c->rq.arena, c->rq.address);
}

static void
head_copy(const struct net_request *rq, struct command *c)
{
	struct arena *a = c->rq.arena;
	c->rq.conn = rq->conn;
	c->query = arena_str(a, rq->query);
	c->rq.content_type = arena_str(a, net_header(rq, "content-type"));
	c->rq.user_agent = arena_str(a, str_sub(net_header(rq, "user-agent"), 0, 200));
	c->rq.origin = arena_str(a, net_header(rq, "origin"));
	c->rq.origin_own = origin_own(c->rq.app, rq, c->rq.origin);
	c->rq.if_none_match = arena_str(a, net_header(rq, "if-none-match"));
	c->rq.range = arena_str(a, net_header(rq, "range"));
}

/* Everything that can be decided from the head alone. */
static enum err
request_admit(struct app *app, const struct net_request *rq, struct command *c)
{
	enum method method;
	head_copy(rq, c);
	address_find(app, rq, c);
	auth_of_request(app, rq, c);
	struct str path = arena_str(c->rq.arena, rq->path);
	/* What could not be copied was not left out by the sender. */
	if (!path.p || (rq->query.n && !c->query.p))
		return ERR_NO_MEMORY;
	if (!method_parse(rq->method, &method))
		return ERR_NO_METHOD;
	enum err e = route_find(method, path, &c->rq.who, c, &c->rq.route);
	if (!e)
		e = caller_allowed(&c->rq.who, c->rq.route);
	if (!e)
		e = csrf_check(app, rq, c, method);
	return e;
}

enum err
front_head(void *user, const struct net_request *rq, struct net_plan *plan)
{
	struct app *app = user;
	plan->body_max = BODY_MAX;
	if (!front_clear_allowed(app, rq))
		return ERR_NOT_SECURE;
	if (str_eqz(rq->method, "GET") || str_eqz(rq->method, "HEAD") || str_eqz(rq->method, "OPTIONS"))
		return OK;
	struct command *c = command_new(app, FROM_HTTP);
	if (!c)
		return ERR_NO_MEMORY;
	/* A body is only taken in for a route that its sender may use. */
	enum err e = request_admit(app, rq, c);
	if (!e && c->rq.route->body_max)
		plan->body_max = c->rq.route->body_max;
	if (!e && c->rq.route->raw_body && plan->body_max > IN_MEMORY_MAX)
		plan->spool_dir = app->spool_dir;
	command_free(c);
	/* Small bodies are read all the same, so that the refusal can be a proper answer on a connection that lives on. */
	return e == ERR_NO_MEMORY ? e : OK;
}

static void
answer_now(struct command *c, enum err e)
{
	c->err = e;
	command_answer(c);
}

static bool
session_number(const struct command *c, int64_t *ret)
{
	for (int i = 0; i < c->path_count; i++)
		if (str_eqz(c->path_names[i], "session_id"))
			return str_int(c->path_values[i], ret);
	return false;
}

static void
preflight(struct command *c)
{
	c->rq.status = 204;
	c->rq.type = STR("text/plain");
	answer_now(c, c->for_widget ? OK : ERR_NO_METHOD);
}

static void
command_start(struct app *app, struct command *c)
{
	int64_t session = 0;
	if (session_number(c, &session))
		c->write_lane = (int)((uint64_t)session >> 12 & 0xff);
	if (c->rq.route->lane == LANE_LOOP) {
		enum err e = input_build(c);
		answer_now(c, e ? e : command_run(c, NULL));
		return;
	}
	enum err e = lane_put(app, c);
	if (e)
		answer_now(c, e);
}

void
front_request(void *user, const struct net_request *rq)
{
	struct app *app = user;
	struct command *c;
	if (!str_starts(rq->path, STR("/api/")) && !str_eqz(rq->path, "/healthz") && !str_eqz(rq->path, "/readyz") && !str_eqz(rq->path, "/metrics")) {
		serve_asset(app, rq);
		return;
	}
	c = command_new(app, FROM_HTTP);
	if (!c) {
		struct buf body;
		buf_init(&body, 4096);
		net_reply(app->net, rq->conn, 500, STR(""), &body);
		return;
	}
	request_id(c->id);
	enum err e = request_admit(app, rq, c);
	c->for_widget = for_visitors(rq->path);
	c->rq.body_file = arena_str(c->rq.arena, rq->body_file);
	if (str_eqz(rq->method, "OPTIONS")) {
		c->rq.route = NULL;
		preflight(c);
		return;
	}
	if (!e && c->rq.who.kind != CALLER_PERSON && !rate_allow(app, c->rq.address, c->rq.now))
		e = ERR_TOO_MANY;
	c->rq.body = arena_str(c->rq.arena, rq->body);
	if (rq->body_file.n && !c->rq.body_file.p)
		unlink(rq->body_file.p);
	if (!e && rq->body.n && !c->rq.body.p)
		e = ERR_TOO_LARGE;
	if (!e && rq->body_file.n && !c->rq.body_file.p)
		e = ERR_NO_MEMORY;
	if (e)
		answer_now(c, e);
	else
		command_start(app, c);
}
