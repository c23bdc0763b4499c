/*
 * Work crosses threads only as a message with one owner. A mailbox is a bounded FIFO of pointers, many senders, one or more
 * receivers; the pointer's ownership goes with it.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct mailbox;

struct mailbox *mailbox_new(size_t capacity);
void mailbox_free(struct mailbox *m); /* must be empty or its content is lost to the caller */
/* False when full or closed: the sender keeps the message. */
bool mailbox_put(struct mailbox *m, void *message);
/* Wait for at least one message, then take up to max. wait_ms < 0: for ever. 0 messages: wait_ms passed, a poke, or the end. */
size_t mailbox_take(struct mailbox *m, void **out, size_t max, int wait_ms);
/* A receiver who waits for a message looks up without one; who does not wait now will not wait the next time. */
void mailbox_poke(struct mailbox *m);
void mailbox_close(struct mailbox *m);
bool mailbox_ended(struct mailbox *m); /* closed, and empty */
size_t mailbox_count(struct mailbox *m);

/* Start a named thread (name at most 15 bytes); join with thread_join. */
struct thread;
enum err thread_start(const char *name, void (*fn)(void *), void *arg, struct thread **ret_thread) MUST_CHECK;
void thread_join(struct thread *t);

#endif
