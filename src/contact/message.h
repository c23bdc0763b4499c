/*
 * Messages: one line of a conversation, numbered without gaps per session. A line of the customer starts a round, a line of a
 * human agent answers it; automatic, robot and system lines and events answer nobody (product/metrics.md, rule 4).
 */
#ifndef CONTACT_MESSAGE_H
#define CONTACT_MESSAGE_H

#include "app/app.h"

enum { MESSAGE_TEXT_MAX = 4000 /* characters */, MESSAGE_PREVIEW_MAX = 100 /* characters */ };

/* What somebody wants to say, checked. */
struct message_content {
	struct str kind, text, data, preview; /* data: JSON or no value */
};

/* The start of a text in one line, at most MESSAGE_PREVIEW_MAX characters; control characters become blanks. */
struct str message_preview(struct arena *a, struct str text);
/* A text is worth sending: not blank, not too long. */
bool message_text_ok(struct str text);
/* A card: an object with card (product, order) and title (of an order, key will do); price, quantity, amount are integers, url and image
 * are http(s) addresses. False with the member at fault. */
bool message_card_ok(const struct json *card, const char **ret_field);

/* A line of its own by the house, in the same transaction, told to all who follow the session. person: who did it or whom it is about,
 * 0 for nobody. event: assigned, transferred (the name is to whom), closed, invited, rated, returned. */
enum err message_event(struct request *rq, int64_t session_id, const char *event, int64_t person_id, struct str person_name) MUST_CHECK;
/* The same with one number more (not written when it is 0). */
enum err message_event_with(struct request *rq, int64_t session_id, const char *event, int64_t person_id, struct str person_name,
                            const char *member, int64_t value) MUST_CHECK;
/* A sentence that the house says by itself (greeting): sender auto. */
enum err message_auto(struct request *rq, int64_t session_id, struct str text) MUST_CHECK;

extern const struct feature contact_message_feature;

#endif
