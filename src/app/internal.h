/* The app floor's own insides; no feature includes it. */
#ifndef APP_INTERNAL_H
#define APP_INTERNAL_H

#include <stdatomic.h>

#include "app/app.h"
#include "app/config.h"
#include "app/socket.h"
#include "base/thread.h"

enum command_from { FROM_HTTP, FROM_SOCKET, FROM_INSIDE };

struct kept_event {
	struct kept_event *next;
	struct event ev;
	int64_t pos; /* in the outbox; 0: transient */
};

struct hook {
	struct hook *next;
	void (*fn)(struct app *app, struct db *db, void *arg);
	void *arg;
};

struct request_work {
	struct kept_event *events, **events_end;
	struct hook *hooks, **hooks_end;
	int64_t audit_subject;
	struct str audit_text;
	bool audited;
};

/* One piece of work on its way: loop -> lane -> loop. Owned by whoever holds it. */
struct command {
	struct request rq;
	struct request_work work;
	struct buf out, headers;
	bool for_widget; /* pages of other sites may read the answer */
	enum command_from from;
	int64_t n;               /* the socket's own number of the command */
	const struct json *json; /* socket commands: the parsed input */
	struct str query;        /* of the URL */
	struct str path_names[4], path_values[4];
	int path_count;
	void *in;
	bool prepared;
	enum err (*handler)(struct request *rq, const void *in);
	size_t in_size;
	int write_lane;          /* of several: by session, so that a session's commands keep their order */
	enum lane inside_lane;   /* of a command without route */
	bool lazy;               /* db_begin_lazy: what it writes is derived, its cursor too */
	enum err err;
	char id[17]; /* request id */
	int64_t began_us;        /* monotonic */
};

struct socket; /* static.c */
void serve_asset(struct app *app, const struct net_request *rq);
bool rate_allow(struct app *app, struct str address, int64_t now);
void rates_free(struct app *app);

/* forget.c: loop */
void forgotten_apply(struct app *app);
enum err forgotten_tend(struct app *app) MUST_CHECK;

/* socket.c */

struct login_entry {
	unsigned char token[32]; /* SHA-256 */
	int64_t expires_at;
	struct caller who;
};

struct auth_table {
	struct login_entry *logins; /* sorted by token */
	size_t count;
	int64_t *shops; /* backs the callers' shop lists */
};

enum { WRITE_LANES_MAX = 8, BATCH_MAX = 256, FORGOTTEN_MAX = 64 };

struct lane_thread {
	struct app *app;
	enum lane kind;
	int index;
	struct db *db;
	struct mailbox *inbox; /* shared by the threads of one kind, except WRITE */
	bool folding;          /* the log, beside this lane */
	struct thread *thread;
};

struct app {
	struct config config;
	struct net *net;
	struct id_maker ids;
	unsigned char secret[32];
	char setup_token[48];
	char spool_dir[600], files_dir[600];
	enum db_kind kind;
	struct lane_thread write[WRITE_LANES_MAX], others[16], fold; /* fold: of SQLite's log */
	int write_count, other_count;
	struct mailbox *read_box, *report_box, *job_box;
	struct auth_table *auth; /* loop */
	struct sockets *sockets; /* loop */
	struct rate_table *rates; /* loop */
	struct metrics *metrics;
	void *states[64];
	atomic_bool stopping, disk_low, consumers_wanted, log_folded, fatal;
	atomic_int_fast64_t stop_at; /* when the connections are closed; monotonic; 0: not asked to stop, or closed already */
	int64_t consume_at; /* the first write lane: their next turn, monotonic */
	int64_t unsettled;  /* the first write lane: events since they last settled */
	int64_t last_second, last_pos; /* loop */
	int64_t forgotten[FORGOTTEN_MAX]; /* loop; forget.c: logins that ended while the disk was full */
	size_t forgotten_count;
	int lock_fd, db_lock_fd; /* guard.c */
	struct db *guard;
};

/* route.c */
enum err routes_init(char why[200]) MUST_CHECK;
/* Finds the route that fits method, path and caller; fills the path's members. ERR_NOT_FOUND, ERR_NO_METHOD. */
enum err route_find(enum method method, struct str path, const struct caller *who, struct command *c, const struct route **ret_route) MUST_CHECK;
const struct route *route_socket_find(struct str name, const struct caller *who);
void routes_each(void (*fn)(void *ctx, const struct route *r), void *ctx);
const struct query *route_in(const struct route *r);
const struct query *route_out(const struct route *r);

/* input.c */
enum err input_build(struct command *c) MUST_CHECK;
bool url_decode(struct arena *a, struct str s, struct str *ret);

/* request.c */
const char *event_name(enum event_kind kind);
struct command *command_new(struct app *app, enum command_from from);
void command_free(struct command *c);
void command_reset(struct command *c);
void caller_copy(struct arena *a, struct caller *to, const struct caller *from);
enum err caller_allowed(const struct caller *who, const struct route *r) MUST_CHECK;

/* guard.c: this server alone, on the data directory and on the database (app->kind is known). ERR_BUSY. */
enum err guard_directory(struct app *app, char why[200]) MUST_CHECK;
enum err guard_database(struct app *app, char why[200]) MUST_CHECK;
void guard_release(struct app *app);

/* lanes.c */
enum err lanes_start(struct app *app, char why[200]) MUST_CHECK;
void lanes_stop(struct app *app);
enum err lane_put(struct app *app, struct command *c) MUST_CHECK;
enum err command_run(struct command *c, struct db *db) MUST_CHECK;

/* front.c */
/* Clear text is for this machine and for the named proxy. */
bool front_clear_allowed(struct app *app, const struct net_request *rq);
enum err front_head(void *user, const struct net_request *rq, struct net_plan *plan);
void front_request(void *user, const struct net_request *rq);
void front_refuse(void *user, enum err e, struct buf *headers, struct buf *body);
/* A new id of a request: 16 hexadecimal digits. Loop thread. */
void request_id(char out[17]);
void problem_write(struct buf *out, enum err e, const struct command *c);
/* Sends the reply of a finished command and frees it. (any thread) */
void command_answer(struct command *c);
bool origin_own(struct app *app, const struct net_request *rq, struct str origin);

/* auth.c */
enum err auth_load(struct db *db, int64_t now, struct auth_table **ret_table) MUST_CHECK;
void auth_free(struct auth_table *t);
const struct login_entry *auth_by_token(const struct auth_table *t, struct str token, int64_t now);
const struct login_entry *auth_by_login(const struct auth_table *t, int64_t login_id);
void auth_of_request(struct app *app, const struct net_request *rq, struct command *c);

/* socket.c */
enum err sockets_new(struct app *app) MUST_CHECK;
void sockets_free(struct app *app);
enum err socket_open(void *user, const struct net_request *rq, size_t *ret_max);
void socket_message(void *user, struct net_conn conn, struct str text);
void socket_close(void *user, struct net_conn conn);
void sockets_check_logins(struct app *app);
/* Pushes a finished command's events to the sockets that may hear them. (any thread) */
void events_publish(struct app *app, const struct kept_event *events);

/* outbox.c */
/* They have a turn soon, on the first write lane. (any thread) */
void consumers_wake(struct app *app);
/* How long until it (0: now; -1: nothing wanted), and the turn itself. (that lane) */
int consumers_wait_ms(const struct app *app);
enum err consumers_run(struct request *rq, const void *in) MUST_CHECK;
enum err outbox_last(struct db *db, int64_t *ret_pos) MUST_CHECK;
enum err outbox_tend(struct request *rq, const void *in) MUST_CHECK;
extern const struct route outbox_routes[];
extern const size_t outbox_route_count;

#endif
