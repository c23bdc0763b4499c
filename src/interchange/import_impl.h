/* The import's own insides. */
#ifndef INTERCHANGE_IMPORT_IMPL_H
#define INTERCHANGE_IMPORT_IMPL_H

#include "base/id.h"
#include "interchange/import.h"
#include "interchange/names.h"
#include "json/json.h"

enum { BLOCK_LINES = 64, PIECE_LINES = 10000 };

struct source {
	const char *path, *text;
	size_t size;
};

/* Where a line lies, so that it is read again when its turn comes. */
struct line_ref {
	uint32_t file, number;
	uint64_t offset;
	uint32_t length;
	bool unread; /* only its type was looked at */
};

struct line_list {
	struct line_ref *all;
	size_t n, cap;
};

enum sender { SENDER_CUSTOMER, SENDER_AGENT, SENDER_ROBOT, SENDER_AUTO, SENDER_SYSTEM };

/* Where the texts of a message stand in its line as they are, so that the line is not read again for them. */
struct message_words {
	uint32_t key, text, text_n; /* bytes from the line's beginning; how many */
	uint16_t key_n;
	uint8_t kind, channel;      /* into kind_words, channel_words */
	bool all;                   /* false: a text is written with escapes, or there are members beyond ours */
};

/* A message in memory: all that cutting into sessions needs, but not its text. */
struct message_ref {
	struct line_ref line;
	struct message_words words;
	int64_t at, person_id;     /* person_id 0: nobody named */
	uint32_t customer;         /* into customers */
	uint32_t session, seq;     /* filled by the cut: which of the new sessions, place in it */
	uint64_t key_hash;
	enum sender sender;
	int64_t id;                /* given when all are known */
};

/* What the first reading of a message's line found, so that taking it needs no second one. Names by their place in the tables of names. */
struct message_head {
	int64_t at;
	uint64_t key_hash;
	uint32_t shop, pair, agent; /* pair: "shop\x1fcustomer"; agent: 1 + place, 0 nobody named */
	struct message_words words;
	uint8_t sender;
	bool whole;                 /* else the line is read again, and refused in words or taken */
};

/* A message with all that its row holds; texts in the line's arena. */
struct message_row {
	int64_t id, at, person_id, session_id;
	enum sender sender;
	struct str kind, text, data, key, channel;
	uint64_t key_hash;
	bool kept; /* stood there before and stays */
};

/* What a session's row says, gathered message by message in order of time. */
struct session_sum {
	int64_t id, customer_id, shop_id, started_at, last_at, assigned_at, first_reply_at, first_asked_at, speaker_id, addressed_id, seq;
	enum sender last_sender;
	struct str last_text, channel;
};

/* For the search index: what was written. */
struct written {
	int64_t session_id, seq;
};

struct import {
	struct db *db;
	const struct import_options *o;
	struct import_report *report;
	struct source *sources;
	size_t source_count;
	struct arena *arena; /* of the line at hand */
	struct line_list lines[IMPORT_TYPES];
	struct message_head *heads; /* of lines[IMPORT_MESSAGE], the same order */
	size_t head_cap;
	struct message_ref *messages;
	size_t message_count, message_cap;
	struct written *written;
	size_t written_count, written_cap;
	bool had_messages; /* the record held imported conversations before */
	struct names shops, people, customers; /* customers: "shop\x1fkey", id: customer id, other: shop id */
	struct names pairs; /* of message heads, id: 1 + place in customers */
	struct id_maker ids;
	int64_t spare_id; /* made for a line that stood there already; 0: none */
	int pending; /* rows since the last commit */
	int64_t steps, step_total;
	const char *phase;
	bool unlinked_new; /* orders without a buyer came */
	uint32_t *fresh; /* customers whom the lines at hand made (PIECE_LINES at most), of one line at most one */
	size_t fresh_count;
	bool clean;      /* nothing was written since the last commit */
	bool careful;    /* a line of the last piece was refused: the next piece goes in by blocks at once */
	const struct line_ref *line; /* at hand, for refusals */
	int64_t line_at;             /* its time, when nothing else has noted it; else 0 */
	bool line_bad;               /* it is no JSON object, which was not known before */
	char why[200];
};

/* Says why the line at hand is refused; returns ERR_BAD_FIELD. */
enum err line_refuse(struct import *im, const char *format, ...) __attribute__((format(printf, 2, 3)));
enum err member_text(struct import *im, const struct json *o, const char *name, bool needed, size_t max, struct str *ret) MUST_CHECK;
enum err member_time(struct import *im, const struct json *o, const char *name, bool needed, int64_t *ret) MUST_CHECK;
enum err member_int(struct import *im, const struct json *o, const char *name, bool needed, int64_t min, int64_t max, int64_t *ret) MUST_CHECK;
enum err member_word(struct import *im, const struct json *o, const char *name, const char *otherwise, const char *const *words, struct str *ret) MUST_CHECK;
/* JSON object of the members that are not in `known` (NULL-ended; type and key need not be named). */
struct str members_extra(struct import *im, const struct json *o, const char *const *known);
/* There are none such, "extra" neither. */
bool members_known(const struct json *o, const char *const *known);

/* What became of a line. */
enum verdict { CREATED, UPDATED, UNCHANGED };
/* Looks the line up in import_row: UNCHANGED when it stands there alike (then *ret_row), UPDATED when it stands there otherwise, CREATED
 * when it is new. row_seen writes it there. Unkeyed types: key is made from the members. */
struct seen {
	struct str type, key, hash;
	int64_t row;
	bool kept; /* in import_row, as it is to stand there */
};
enum err line_seen(struct import *im, enum import_type t, const struct json *o, struct seen *ret_seen, enum verdict *ret_verdict) MUST_CHECK;
/* As line_seen, for a row whose id is made here: *ret_row. What is new is in import_row at once, without being looked for. */
enum err line_claim(struct import *im, enum import_type t, const struct json *o, int64_t *ret_row, struct seen *ret_seen, enum verdict *ret_verdict) MUST_CHECK;
enum err line_keep(struct import *im, const struct seen *s, int64_t row) MUST_CHECK;

int64_t import_id(struct import *im);
/* Id of a name by its place; asked of the database once. ERR_NOT_FOUND. */
enum err shop_at(struct import *im, uint32_t place, int64_t *ret_shop) MUST_CHECK;
enum err person_at(struct import *im, uint32_t place, int64_t *ret_person) MUST_CHECK;
enum err line_shop(struct import *im, const struct json *o, int64_t *ret_shop) MUST_CHECK;
enum err line_person(struct import *im, const struct json *o, const char *member, bool needed, int64_t *ret_person) MUST_CHECK;
/* The group of this name, made when there is none. */
enum err group_named(struct import *im, struct str name, int64_t *ret_group) MUST_CHECK;
/* The customer of this key in this shop, made when there is none. */
enum err customer_named(struct import *im, int64_t shop, struct str key, uint32_t *ret_customer) MUST_CHECK;
enum err line_customer(struct import *im, const struct json *o, uint32_t *ret_customer) MUST_CHECK;

/* import_entity.c, import_trade.c, import_people.c: one line of these types. */
enum err entity_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret) MUST_CHECK;
enum err trade_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret) MUST_CHECK;
enum err around_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret) MUST_CHECK;

/* import_figure.c, import_rule.c, import_link.c */
enum err figure_import(struct import *im, const struct json *o, enum verdict *ret) MUST_CHECK;
enum err rule_import(struct import *im, const struct json *o, enum verdict *ret) MUST_CHECK;
/* Orders that no buyer is known of go to the customer who wrote their number. */
enum err orders_link(struct import *im) MUST_CHECK;

/* import.c: for the undo, which has no files. */
enum err import_open(struct import *im, char *const *files, size_t n, char why[200]) MUST_CHECK;
void import_close(struct import *im);
/* None of an import's transactions waits for the disk: what a loss of power takes is the end of one that has not ended. Here all of them do. */
enum err import_settle(struct db *db) MUST_CHECK;
/* Something at this time was added, changed or removed. */
void span_note(struct import *im, int64_t at);

/* import_journal.c: what was added, under the import's id; nothing without one. */
enum err row_journal(struct import *im, const struct seen *s, int64_t row) MUST_CHECK;
enum err customer_journal(struct import *im, int64_t customer_id) MUST_CHECK;
enum err chat_journal(struct import *im, int64_t customer_id, const int64_t *ids, size_t n) MUST_CHECK;
enum err people_journal(struct import *im) MUST_CHECK;

/* import_chat.c */
enum err message_take(struct import *im, const struct json *o, const struct line_ref *line) MUST_CHECK;
/* Keeps the head of the newest line of its type. */
enum err message_note(struct import *im, const struct json *o) MUST_CHECK;
/* As message_take, from the head. *ret_done false: the line must be read. */
enum err message_take_head(struct import *im, const struct line_ref *line, bool *ret_done) MUST_CHECK;
enum err chat_import(struct import *im) MUST_CHECK;
int64_t session_gap(const struct import *im);
extern const char *const sender_words[];
enum sender sender_of(struct str word); /* one of sender_words */
void sum_add(struct session_sum *s, int64_t at, enum sender sender, int64_t person_id);
enum err sum_write(struct import *im, const struct session_sum *s) MUST_CHECK;
enum err message_row_of(struct import *im, const struct message_ref *m, struct message_row *ret_row) MUST_CHECK;
enum err message_write(struct import *im, const struct message_row *m, int64_t session_id, int64_t seq) MUST_CHECK;

/* import_merge.c: messages for a customer who has imported conversations already; refs: that customer's, in order of time. */
enum err customer_merge(struct import *im, uint32_t customer, struct message_ref *refs, size_t n, bool *ret_fresh) MUST_CHECK;
/* The reverse: those of these messages (ids ascending) that are this customer's go, what remains is cut anew. ERR_REFERENCED: somebody hung
 * something on a conversation that would vanish. */
enum err customer_unmerge(struct import *im, uint32_t customer, const int64_t *ids, size_t n, int64_t *ret_removed) MUST_CHECK;
/* Ids that sort by time: one for a message or session at `at` that nobody has. */
struct timed_ids {
	int64_t ms;
	int next;
};
int64_t id_for_time(struct import *im, struct timed_ids *t, int64_t at);

/* import_index.c */
enum err import_index(struct import *im, char why[200]) MUST_CHECK;

/* Commits now and then, so that a serving centre gets its turn. */
enum err import_step(struct import *im) MUST_CHECK;
enum err import_steps(struct import *im, int n) MUST_CHECK; /* so many at once */
struct str line_text(const struct import *im, const struct line_ref *l);
const struct json *line_parse(struct import *im, const struct line_ref *l, struct str *ret_why);

#endif
