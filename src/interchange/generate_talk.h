/*
 * What people say: tables of exchanges, one talk a subject. Text is a template: {slot} is filled from the conversation's
 * context (generate_script.c lists the slots), '|' parts it into several messages, a message that starts with "@image ",
 * "@file " or "@card " is of that kind. Any reply of an exchange fits any ask of the same exchange. Replies carry no greeting
 * and no closing: those are added (or, as a planted fault, left out). No line here breaks a rule of the house.
 */
#ifndef INTERCHANGE_GENERATE_TALK_H
#define INTERCHANGE_GENERATE_TALK_H

#include <stddef.h>

#include "interchange/generate.h"

#define IN(trade)  (1u << (trade))
#define ALL_TRADES ((1u << TRADE_COUNT) - 1)
#define ASKS_MAX   8

struct exchange {
	const char *ask[ASKS_MAX]; /* NULL ends a list that is not full */
	const char *reply[ASKS_MAX];
	bool paired;       /* reply i answers ask i, and that one only */
	bool must;         /* never left out */
	unsigned trades;   /* 0: all of the talk's */
	unsigned excludes; /* bits; of two exchanges that share one, a conversation has at most the first */
	const char *about; /* nouns of goods that it fits, parted by blanks; NULL: all */
	const char *robot; /* of an opening: what a robot that understood would say; NULL: it never does */
};

/* What a conversation does to the order it is about. */
enum talk_effect {
	EFFECT_NONE,
	EFFECT_BUY,        /* may end in an order */
	EFFECT_RETURN,     /* goods back, money back */
	EFFECT_EXCHANGE,
	EFFECT_COMPENSATE, /* a small sum, goods stay */
	EFFECT_REFUND,     /* money back without goods: not sent yet, lost on the way */
	EFFECT_REFUSE,     /* a return that policy does not allow */
};

/* Where an order must stand for the conversation to make sense. */
enum talk_order { ORDER_NONE, ORDER_UNPAID, ORDER_PAID, ORDER_SENT, ORDER_RECEIVED };

struct talk {
	const char *category;
	unsigned trades;
	int weight;
	enum talk_order order;
	enum talk_effect effect;
	int mood; /* 0 calm, 1 worried, 2 angry */
	const struct exchange *open, *more;
	size_t opens, mores;
};

#define TALK_LISTS(o, m) .open = (o), .opens = sizeof(o) / sizeof *(o), .more = (m), .mores = sizeof(m) / sizeof *(m)

/* One list a file; each ends with a talk whose category is NULL. */
extern const struct talk talk_fit[], talk_goods[], talk_trade[], talk_delivery[], talk_returns[], talk_trouble[], talk_kinds[];
extern const struct talk *const talk_all[];

/* Short lines around the subject, lists ended by NULL. */
extern const char *const say_knock[];        /* customer: before the question */
extern const char *const say_waiting[];      /* customer: nobody answers */
extern const char *const say_thanks[];       /* customer: at the end, content */
extern const char *const say_angry_end[];    /* customer: at the end, not content */
extern const char *const say_human[];        /* customer to the robot: a person, please */
extern const char *const say_again[];        /* customer: asks the same once more; {q} is the question */
extern const char *const say_auto[];         /* automatic greeting */
extern const char *const say_auto_night[];   /* automatic reply out of hours */
extern const char *const say_hello[];        /* agent: the first line */
extern const char *const say_hello_moved[];  /* agent: the first line after a transfer */
extern const char *const say_sorry[];        /* agent: before a reply that came late or to an angry customer */
extern const char *const say_close[];        /* agent: the last line */
extern const char *const say_welcome[];      /* ... after thanks */
extern const char *const say_moving[];       /* agent: before a transfer */
extern const char *const say_robot_lost[];   /* robot: beside the point */
extern const char *const say_robot_hello[];
extern const char *const say_nudge[];        /* agent: an order is not paid yet */
extern const char *const say_nudged_yes[];   /* customer: will pay */
extern const char *const say_nudged_no[];    /* customer: will not */
extern const char *const say_note[];         /* of a transfer, between colleagues: about an order */
extern const char *const say_note_sales[];   /* ... and without one */
extern const char *const say_perfunctory[];  /* planted */
extern const char *const say_promise[];      /* planted: over-promising */
extern const char *const say_bribe[];        /* planted: asks for good reviews for money */
extern const char *const say_beside[];       /* planted: an answer that is none, for a question asked three times */
extern const char *const say_praise[];       /* comments of ratings 4 and 5 */
extern const char *const say_complaint[];    /* comments of ratings 1 and 2 */

#endif
