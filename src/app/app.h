/*
 * What a feature sees of the house: the request it answers, the route record that brought it there, the six database calls, fail and
 * emit. Handlers run on a lane's thread with that lane's connection; they are straight-line C; nothing in them frees.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "db/db.h"
#include "json/json.h"
#include "net/net.h"

struct app;

enum permission {
#define PERMISSION(name, zh, en) PERM_##name,
#include "app/permissions.def"
#undef PERMISSION
	PERM_COUNT
};
#define PERM_BIT(p) (1ULL << (p))

enum event_kind {
#define EVENT(name, json) EVENT_##name,
#include "app/events.def"
#undef EVENT
	EVENT_COUNT
};

enum scope { SCOPE_OWN, SCOPE_GROUP, SCOPE_SHOP, SCOPE_ALL };

enum caller_kind { CALLER_NOBODY, CALLER_PERSON, CALLER_VISITOR, CALLER_SYSTEM };

/* Who asks. Decided by the server from the session cookie, the visitor token or the socket's ticket; never from a body. */
struct caller {
	enum caller_kind kind;
	int64_t person_id, login_id, group_id; /* persons; group_id 0: none */
	int64_t customer_id, shop_id;          /* visitors */
	uint64_t permissions;                  /* PERM_BIT set */
	enum scope scope;
	const int64_t *shops; /* the person's own shops (person_shop and the group's), ascending */
	size_t shop_count;
	char lang[4]; /* "zh" or "en" */
	char csrf[48];
	bool must_change; /* only the own password may be changed first */
};

bool caller_may(const struct caller *c, enum permission p);
/* Whether this shop's things are within the caller's reach at all (scope all, or own shop). */
bool caller_sees_shop(const struct caller *c, int64_t shop_id);

enum method { GET, POST, PUT, PATCH, DELETE, SOCKET }; /* SOCKET: a command over the WebSocket; its path is its name */
extern const char *const method_names[SOCKET + 1];
enum lane { LANE_READ, LANE_WRITE, LANE_REPORT, LANE_JOB, LANE_LOOP /* memory only, on the loop; no database */ };

struct request;

struct route {
	enum method method;
	const char *path; /* "/api/v1/sessions/{session_id}/close"; {names} are members of the input */
	enum permission permission;
	enum lane lane;
	const struct query *query; /* without a handler: this runs, and its rows are the reply */
	const struct query *in;    /* input members when not the query's own: body, then query string, then path */
	const struct query *out;   /* reply members when not the query's own */
	bool list;                 /* the reply is {"rows": [ ... ]}; else one object (404 when there is no row) */
	enum err (*handler)(struct request *rq, const void *in);
	enum err (*when_full)(struct request *rq); /* instead of DISK_FULL, in memory only; no database, any thread */
	enum err (*prepare)(struct request *rq, const void *in); /* slow part, on a JOB lane without a transaction; then the handler runs on `lane` */
	size_t body_max;    /* 0: 64 KB */
	bool raw_body;      /* the body is not JSON: rq->body holds it, or rq->body_file when body_max is above 1 MB */
	bool raw_out;       /* the handler fills rq->out and rq->type itself */
	const char *audit;  /* the kind of subject: a change by a person is an audit row, written in the same transaction */
	bool while_locked;  /* may be called before a forced password change */
	const char *help;
};

struct request {
	struct app *app;
	const struct route *route;
	struct db *db;
	struct arena *arena;
	struct caller who;
	int64_t now;
	struct str address;    /* of the peer, or of the client behind a named proxy */
	struct str body, body_file, content_type, user_agent, origin, if_none_match, range;
	bool tls;
	bool origin_own;       /* origin is the centre's own address */
	bool local;            /* asked on this machine, by a loopback address, and not through a proxy */
	struct net_conn conn;  /* socket commands: the socket */
	/* The reply. JSON handlers write through w; nothing written and OK means 204. */
	struct buf *out;
	struct json_writer w;
	int status;            /* 0: 200 or 204 */
	struct buf *headers;   /* further complete header lines */
	struct str type;       /* content type when raw_out */
	struct str file_path;  /* raw_out: answer with this file instead of out */
	/* Filled by fail(). */
	struct str field, detail;
	struct request_work *work; /* events, audit, hooks: app's own */
	void *prepared;        /* what prepare hands to the handler (arena) */
};

/* Rows through the request's connection; see db.h for the errors. */
enum err db_run(struct request *rq, const struct query *q, const void *in, int64_t *ret_changed) MUST_CHECK;
enum err db_one(struct request *rq, const struct query *q, const void *in, void *ret_row) MUST_CHECK;
enum err db_each(struct request *rq, const struct query *q, const void *in, enum err (*each)(void *ctx, const void *row), void *ctx) MUST_CHECK;
/* Write all rows as an array value / the one row as an object value, at the writer's present place. */
enum err db_rows(struct request *rq, const struct query *q, const void *in) MUST_CHECK;
enum err db_row(struct request *rq, const struct query *q, const void *in) MUST_CHECK;
/* The whole reply of a route: {"rows": [...]} when it is a list, else the one object. */
enum err db_json(struct request *rq, const struct query *q, const void *in) MUST_CHECK;
/* One struct as a JSON object value, members as in q->out (q->in for row_write_in). */
void row_write(struct json_writer *w, const struct query *q, const void *row);
void row_write_in(struct json_writer *w, const struct query *q, const void *in);
/* A JSON object -> input struct (zeroed, q->in_size bytes) with all checks; the field at fault is put into rq. @server members are refused in
 * the object and filled by input_server_fields. */
enum err input_from_json(struct request *rq, const struct query *q, const struct json *object, void *ret_in) MUST_CHECK;
/* Fills members marked @server by their names: now, new_id, viewer (person id), viewer_scope ("own".."all"), viewer_group, visitor
 * (customer id), visitor_shop, address, lang. Other @server members stay zero: the handler's business. */
void input_server_fields(struct request *rq, const struct query *q, void *in);

/* Say what is wrong: returns e. field NULL: no one field; detail NULL: the error's own text. Texts are copied. */
enum err fail(struct request *rq, enum err e, const char *field, const char *detail);
/* Same with a Chinese detail shown to Chinese speakers. */
enum err fail_text(struct request *rq, enum err e, const char *field, const char *en, const char *zh);
/* A date like 2026-03-31, to days since 1970. ERR_BAD_FIELD. */
enum err input_date(struct request *rq, const char *field, struct str text, int64_t *ret_day) MUST_CHECK;
/* Days from one date to another, both included, at most so many; to may be left out: the same day. ERR_BAD_FIELD at from or to. */
enum err input_days(struct request *rq, struct str from, struct str to, int64_t most, int64_t *ret_from, int64_t *ret_to) MUST_CHECK;

enum topic_kind { TOPIC_NONE, TOPIC_ALL, TOPIC_SESSION, TOPIC_PERSON, TOPIC_GROUP, TOPIC_SHOP, TOPIC_CUSTOMER, TOPIC_BOARD, TOPIC_STAFF };
struct topic {
	enum topic_kind kind;
	int64_t id;
};

struct event {
	enum event_kind kind;
	int64_t subject, ref;
	struct topic topics[5]; /* who hears it: union; TOPIC_NONE ends */
	struct str data;          /* JSON value sent along to live sockets of persons; empty: none. Copied. */
	struct str customer_data; /* the same for TOPIC_CUSTOMER, who must not see everything; empty: none. Copied. */
	bool transient;         /* not stored: typing, presence, board */
};
/* Told after the commit (stored in the same transaction unless transient). */
enum err emit(struct request *rq, const struct event *ev) MUST_CHECK;
/* Run fn(app, db, arg) on the lane's thread after the commit, before the reply is released; arg must outlive the request or be in its arena. */
enum err after_commit(struct request *rq, void (*fn)(struct app *app, struct db *db, void *arg), void *arg) MUST_CHECK;
/* Adds to the audit row of a route with .audit, or writes one of its own when the route has none. detail: JSON object or empty. */
enum err audit_detail(struct request *rq, int64_t subject_id, struct str detail_json) MUST_CHECK;

int64_t new_id(struct request *rq);
void reply_header(struct request *rq, const char *name, struct str value);

/* A JSON object built on the side (event data, audit details): start, write through the writer, then take the text. */
struct json_text {
	struct buf buf;
	struct json_writer w;
	struct arena *arena;
};
void json_text_start(struct request *rq, struct json_text *t);
struct str json_text_end(struct json_text *t); /* in the request's arena; no value on failure; must be called */

/* Internal commands: a handler run on a lane as CALLER_SYSTEM, e.g. from a timer or an event. in is copied (size bytes). (any thread) */
enum err app_command(struct app *app, enum lane lane, enum err (*handler)(struct request *rq, const void *in), const void *in, size_t size) MUST_CHECK;

/* Loop-thread services (from LANE_LOOP handlers, ticks and net callbacks). */
void socket_subscribe(struct app *app, struct net_conn conn, struct topic topic);
void socket_unsubscribe(struct app *app, struct net_conn conn, struct topic topic);
/* From any lane: subscribes once the request has committed. */
enum err subscribe_after_commit(struct request *rq, struct topic topic) MUST_CHECK;

/* What features.c lists for each feature. */
struct consumer {
	const char *name; /* of the durable cursor */
	uint64_t kinds;   /* 1 << EVENT_... */
	/* One event, inside a WRITE transaction that also moves the cursor; at least once, so idempotent. */
	enum err (*handle)(struct request *rq, enum event_kind kind, int64_t subject, int64_t ref);
	/* May be NULL. After so many events, in a turn of its own: what would make a turn long. Nothing is lost when it is left out once. */
	enum err (*settle)(struct request *rq, int64_t events);
};

struct feature {
	const char *name;
	const struct route *routes;
	size_t route_count;
	const struct consumer *consumers;
	size_t consumer_count;
	enum err (*start)(struct app *app, struct db *db);                  /* before listening; reads its state */
	void (*tick)(struct app *app, int64_t now);                         /* loop thread, every 100 ms */
	void (*committed)(struct app *app, struct db *db, const struct event *events, size_t n); /* WRITE lane, after each commit */
	void (*socket_gone)(struct app *app, const struct caller *who, bool last); /* loop; last: the person's last socket */
	void (*socket_came)(struct app *app, const struct caller *who, bool first);
	void (*stop)(struct app *app);
};
#define ROUTES(a) .routes = (a), .route_count = sizeof(a) / sizeof *(a)
#define CONSUMERS(a) .consumers = (a), .consumer_count = sizeof(a) / sizeof *(a)

extern const struct feature *const all_features[];
extern const size_t all_features_count;

/* A feature's own state in the running centre, by its place in all_features (set in start). */
void *app_state(struct app *app, const struct feature *f);
void app_state_set(struct app *app, const struct feature *f, void *state);

/* A further connection that may write, for a thread of the feature's own; db_close it. */
enum err app_connect(struct app *app, struct db **ret_db, char why[200]) MUST_CHECK;
struct net *app_net(struct app *app);
const char *app_data_dir(struct app *app);
/* What the operator set at start (app/config.h). */
struct config;
const struct config *app_config(struct app *app);
struct id_maker *app_ids(struct app *app);
/* A maker whose ids come after all that are stored, even when the clock was set back since. */
enum err ids_start(struct db *db, unsigned node, struct id_maker *ret_ids) MUST_CHECK;
/* The server's own 32-byte secret (made at first start, kept in the data directory with mode 0600): signs visitor tokens and links. */
const unsigned char *app_secret(struct app *app);

#endif
