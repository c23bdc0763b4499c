/*
 * HTTP/1.1, WebSocket and TLS over one event loop; bytes only, no business word. All callbacks run on the loop's thread, one at
 * a time, and must not block. Functions marked (any thread) may be called from anywhere: they queue, and wake the loop
 * at most once a turn.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/arena.h"
#include "base/buf.h"

struct net;

/* A connection, by number and generation: it can outlive the socket, and then simply reaches nobody. 0,0 is nobody. */
struct net_conn {
	uint32_t index, generation;
};

struct net_request {
	struct net_conn conn;
	struct str method, path, query; /* path without query, not decoded; both without NUL */
	struct str body;                /* whole body, when it was kept in memory */
	struct str body_file;           /* path of the spooled body, when the head callback asked for a file; the receiver owns
	                                   (renames or unlinks) it once `request` was called */
	int64_t body_size;
	struct str peer;                /* address text without port, of the socket */
	bool tls;
	const void *headers;            /* opaque: net_header */
};

/* First header of this name (case-blind), or no value. Valid during the callback only. */
struct str net_header(const struct net_request *rq, const char *name);

/* What to do with a request once its head is known. */
struct net_plan {
	size_t body_max;       /* bytes; larger bodies are answered 413 and the connection closed */
	const char *spool_dir; /* not NULL: the body goes to a new file in this folder */
};

struct net_handlers {
	/* Head read, body not yet. Return OK and fill the plan (preset: 64 KB in memory), or an error, answered at once
	 * by `refuse`; then the connection ends. Not asked for WebSocket upgrades. May be NULL. */
	enum err (*head)(void *user, const struct net_request *rq, struct net_plan *plan);
	/* Whole request. Exactly one net_reply or net_reply_file is owed to rq->conn, now or later, from any thread. rq is valid during the
	 * call only. */
	void (*request)(void *user, const struct net_request *rq);
	/* Fill head lines and body for an error that net itself found (400, 408, 411, 413, 417, 426, 431, 501, 503, 505, 507), that head
	 * or ws_open returned, or that a body or file of a reply holds. e says which; the status is net's (408 comes as ERR_TIMEOUT).
	 * May be NULL. */
	void (*refuse)(void *user, enum err e, struct buf *headers, struct buf *body);
	/* A WebSocket upgrade (GET with Upgrade: websocket). OK accepts (then *ret_message_max limits its messages, preset 64 KB);
	 * an error refuses with its status. */
	enum err (*ws_open)(void *user, const struct net_request *rq, size_t *ret_message_max);
	void (*ws_message)(void *user, struct net_conn conn, struct str text); /* a whole, valid UTF-8 text message */
	void (*ws_close)(void *user, struct net_conn conn);                    /* gone or going, whoever began; once, no message after it */
	void (*tick)(void *user, int64_t now);                                 /* about every 100 ms */
};

struct net_config {
	const char *address; /* numeric; "127.0.0.1", "::", ... */
	int port;            /* 0: any free one */
	const char *cert_file, *key_file; /* PEM; both NULL: clear text */
	int max_connections;              /* 0: 1024; raises RLIMIT_NOFILE as far as it may; beyond it requests are answered 503 */
	size_t head_max;                  /* bytes of request line + headers; 0: 8192 */
	int idle_s, head_s, body_s;       /* keep-alive idle, time for a head, time in which a body or a reply must move on by 256 bytes a second;
	                                     0: 60, 10, 30. Kept to about a second */
	int ping_s;                       /* WebSocket ping period; dead after two; 0: 30 */
	size_t queue_max;                 /* bytes queued to one WebSocket before it is closed with 1013; 0: 256 KB */
	struct net_handlers on;
	void *user;
};

/* A payload shared by many sockets: reference-counted, immutable. (any thread) */
struct net_payload;
/* One reference. NULL when memory is out, which the senders below accept: they then close the connections, as they do when they find
 * no memory themselves, so that clients resume and nothing is missed silently. */
struct net_payload *net_payload_new(struct str text);
struct net_payload *net_payload_ref(struct net_payload *p);
void net_payload_unref(struct net_payload *p);

enum err net_new(const struct net_config *config, struct net **ret_net, char why[160]) MUST_CHECK;
int net_port(const struct net *net); /* the port that it listens on */
/* Serve until net_stop; returns OK after a clean stop. */
enum err net_run(struct net *net) MUST_CHECK;
void net_free(struct net *net);
/* (any thread, and from a signal handler) Stop accepting, close WebSockets with 1012, let running requests end (at most grace_ms),
 * return. */
void net_stop(struct net *net, int grace_ms);

/* (any thread) Answer. `headers` holds complete lines "Name: value\r\n" (without Content-Length, Connection, Date); `body` is moved: it
 * is empty afterwards (NULL: none; one that holds an error is answered by `refuse`). Nothing happens if the connection is gone. HEAD
 * requests get no body. */
void net_reply(struct net *net, struct net_conn conn, int status, struct str headers, struct buf *body);
/* (any thread) Answer with bytes from..to (to excluded) of a regular file, streamed; it is opened at once, in the calling thread. No such
 * file, or not that long: `refuse`. */
void net_reply_file(struct net *net, struct net_conn conn, int status, struct str headers, const char *path, int64_t from, int64_t to);
/* (any thread) Send a text message; takes over one reference of the payload. Order is kept for one sender thread. */
void net_ws_send(struct net *net, struct net_conn conn, struct net_payload *payload);
/* (any thread) Send the same payload to many; takes over one reference in all. */
void net_ws_send_many(struct net *net, const struct net_conn *conns, size_t n, struct net_payload *payload);
/* (any thread) Close after what is queued was sent. code 1000..4999; reason <= 120 bytes. */
void net_ws_close(struct net *net, struct net_conn conn, int code, const char *reason);
/* (any thread) Run fn(arg) on the loop's thread soon, at the latest in net_free. ERR_NO_MEMORY: it will not run. */
enum err net_post(struct net *net, void (*fn)(void *arg), void *arg);

struct net_stats {
	int64_t connections, websockets, accepted, requests, messages_in, messages_out, bytes_in, bytes_out, refused, overflowed;
};
void net_stats(const struct net *net, struct net_stats *ret_stats); /* (any thread) */

#endif
