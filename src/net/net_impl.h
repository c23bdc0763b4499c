/* Inside of net/: one loop, its connections, and what travels between the files. Nothing here is for other folders. */
#ifndef NET_NET_IMPL_H
#define NET_NET_IMPL_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#include "net/http_head.h"
#include "net/net.h"

/* As OpenSSL names them; its headers and base/err.h both want the name ERR_STATE, so only tls.c includes them. */
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

enum {
	READ_BYTES = 64 * 1024,       /* one read at most, into a buffer shared by all connections */
	TLS_WRITE_BYTES = 16 * 1024,  /* one TLS record */
	FLUSH_BYTES = 1024 * 1024,    /* one connection's turn */
	SPARE_CONNECTIONS = 64,       /* beyond the maximum: read a head, answer 503 */
	PROGRESS_BYTES_A_SECOND = 256, /* slower bodies and replies are given up */
	LINGER_MS = 2000,
	WS_CLOSE_MS = 5000,
	TICK_MS = 100,
	SWEEP_TICKS = 10,             /* every deadline is looked at once in so many ticks */
};

#define NEVER INT64_MAX

enum conn_state {
	CONN_HANDSHAKE, /* TLS */
	CONN_HEAD,      /* between requests, or inside a head */
	CONN_BODY,
	CONN_OWED,      /* the application owes a reply */
	CONN_SENDING,   /* the reply is on its way, the next request waits */
	CONN_WS,
	CONN_LAST,      /* what is queued is the last */
	CONN_LINGER,    /* said all; reading to the peer's end so that it hears us out */
	CONN_CLOSED,
};

/* A piece of what waits to be sent. */
struct seg {
	struct seg *next;
	size_t off, n; /* sent, whole; of a file: its position and end */
	enum { SEG_BYTES, SEG_MEMORY, SEG_PAYLOAD, SEG_FILE } kind;
	int fd;
	union {
		char *memory;
		struct net_payload *payload;
	};
	char bytes[];
};

/* Text as one unmasked frame, ready to be sent to anybody. */
struct net_payload {
	atomic_int references;
	size_t n;
	char frame[];
};

/* A request whose body is being read. */
struct body {
	struct buf memory;
	int fd; /* -1: memory */
	char *path;
	int64_t got, size;
	size_t head_n;
	char head[];
};

struct ws {
	unsigned char header[14];
	uint8_t have;         /* bytes of the frame's header so far */
	uint8_t opcode, mask[4];
	bool fin, in_frame, in_message, closing, heard;
	uint8_t missed;       /* pings without any sign of life since */
	uint8_t control_n;
	uint64_t left, mask_at;
	size_t message_max;
	struct buf message;   /* of fragments and pieces; empty when idle */
	char control[125];
};

struct conn {
	uv_poll_t poll;
	struct net *net;
	SSL *ssl;
	struct seg *out, *out_last;
	size_t out_bytes;     /* in memory, unsent */
	size_t out_locked;    /* of them, what TLS has begun to send as one record */
	char *in;             /* read but not yet understood */
	uint32_t in_n, index;
	struct body *body;
	struct ws *ws;
	struct conn *next_dirty;
	int fd, events;
	uint32_t moved;       /* bytes since the last look of the progress watch */
	uint8_t state;        /* enum conn_state */
	bool paused, want_write, dirty, freed, keep, head_only, head_begun, surplus;
	struct in6_addr peer;
};

struct slot {
	struct conn *conn;
	int64_t deadline;     /* ms of the loop's clock */
	uint32_t generation, next_free;
};

enum op_kind { OP_REPLY, OP_FILE, OP_SEND, OP_SEND_MANY, OP_CLOSE, OP_POST };

/* A message from any thread to the loop. */
struct op {
	struct op *next;
	enum op_kind kind;
	int status;           /* or close code */
	struct net_conn conn;
	size_t n;             /* bytes of text, or receivers */
	union {
		struct {
			char *body;
			size_t body_n;
			enum err err;
		};
		struct {
			int fd;
			int64_t from, to;
		};
		struct net_payload *payload;
		struct {
			void (*fn)(void *);
			void *arg;
		};
	};
	char text[] __attribute__((aligned(8))); /* header lines, close reason, or struct net_conn[n] */
};

struct queue {
	pthread_mutex_t lock;
	struct op *first, *last;
	struct net_conn lost[64]; /* could not be told for want of memory: they are closed */
	unsigned losts;
	bool lost_all;
};

struct counts {
	_Atomic int64_t connections, websockets, accepted, requests, messages_in, messages_out, bytes_in, bytes_out, refused, overflowed;
};
/* Only the loop's thread counts, so no locked instruction is needed. */
#define COUNT(net, what, by)                                                                                          \
	atomic_store_explicit(&(net)->counts.what, atomic_load_explicit(&(net)->counts.what, memory_order_relaxed) + (by), \
	    memory_order_relaxed)

struct net {
	uv_loop_t loop;
	uv_async_t wake;
	uv_timer_t ticker;
	uv_prepare_t prepare;
	uv_poll_t listener;
	struct net_config config;
	SSL_CTX *tls;
	int listen_fd, port;
	bool listening, accept_paused, stopping;
	int64_t stop_at;
	atomic_int stop_asked, grace_ms;
	struct slot *slots;
	uint32_t slot_count, free_slot, sweep;
	struct conn *dirty;
	struct queue queue;
	struct counts counts;
	int64_t date_second;
	char date[40];
	char *read_buffer;  /* head_max + READ_BYTES */
	char *write_buffer; /* TLS_WRITE_BYTES */
};

/* net.c */
int64_t net_clock(const struct net *net);
void net_deadline(struct conn *c, int64_t in_ms); /* NEVER: none */
struct conn *net_find(struct net *net, struct net_conn id);
bool net_slot_take(struct net *net, struct conn *c); /* false: no room */
void net_slot_release(struct net *net, struct conn *c);
/* A new identity for the next request: replies to the one before reach nobody. */
struct net_conn net_renew(struct conn *c);

/* queue.c */
void queue_run(struct net *net);
void queue_free(struct net *net); /* what is left; posted functions still run */
extern _Thread_local struct net *net_here;

/* accept.c */
int accept_open(const char *address, int port, int *ret_port, char why[160]); /* fd or -1 */
void accept_ready(uv_poll_t *handle, int status, int events);
void accept_resume(struct net *net);
int accept_files(int connections); /* raise RLIMIT_NOFILE; returns what it is then */

/* conn.c */
bool conn_new(struct net *net, int fd, const struct in6_addr *peer, bool surplus);
void conn_close(struct conn *c);       /* at once */
void conn_last(struct conn *c);        /* after what is queued */
void conn_feed(struct conn *c, char *p, size_t n);
void conn_turn(struct conn *c);        /* what conn_dirty asked for: read what TLS holds, send what waits */
void conn_flush(struct conn *c);
void conn_dirty(struct conn *c);       /* flush at the end of the turn */
void conn_events(struct conn *c);
void conn_expired(struct conn *c);
/* Queue; they take over what they are given. False when memory is out: then the connection was closed. */
bool conn_out_bytes(struct conn *c, struct str s);
bool conn_out_memory(struct conn *c, char *p, size_t n);
bool conn_out_payload(struct conn *c, struct net_payload *p);
bool conn_out_file(struct conn *c, int fd, int64_t from, int64_t to);
void conn_out_drop(struct conn *c);    /* all but what is half sent */
void conn_freed(struct conn *c);       /* off the dirty list after its end */
struct str conn_peer(const struct conn *c, char text[INET6_ADDRSTRLEN]);

/* tls.c: bytes moved, 0 at the peer's end, or one of: */
enum { IO_AGAIN = -1, IO_FAILED = -2 };
SSL_CTX *tls_new(const char *cert_file, const char *key_file, char why[160]);
bool tls_accept(SSL_CTX *ctx, struct conn *c);
int tls_handshake(struct conn *c); /* 1 done */
ssize_t tls_read(struct conn *c, char *p, size_t n);
ssize_t tls_write(struct conn *c, const char *p, size_t n);
bool tls_pending(const struct conn *c); /* read from the socket but not by us: no poll will tell */
void tls_bye(struct conn *c);
void tls_free(SSL *ssl);                /* NULL is fine */
void tls_context_free(SSL_CTX *ctx);
/* What Sec-WebSocket-Accept answers to a key (28 characters and NUL); false if the key is not the base64 of 16 bytes. */
bool tls_ws_accept(struct str key, char out[29]);

/* http.c */
size_t http_head(struct conn *c, char *p, size_t n);
size_t http_body(struct conn *c, const char *p, size_t n);
void http_next(struct conn *c);
void http_expired(struct conn *c);
void http_refuse(struct conn *c, enum err e, int status); /* status 0: the error's own. Then the connection ends */
void http_reply(struct conn *c, struct op *op);
void http_reply_file(struct conn *c, struct op *op);
void body_free(struct body *b);
struct net_request http_request(struct conn *c, struct net_conn id, const struct head *h, char peer[INET6_ADDRSTRLEN]);
void http_date(struct net *net, int64_t now_ms);

/* ws.c */
void ws_upgrade(struct conn *c, const struct head *h);
size_t ws_feed(struct conn *c, char *p, size_t n);
void ws_send(struct conn *c, struct net_payload *payload);
void ws_shut(struct conn *c, int code, struct str reason); /* send Close, wait for the peer's */
void ws_expired(struct conn *c);
void ws_gone(struct conn *c); /* tell the application, once, and forget */

#endif
