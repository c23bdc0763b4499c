#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/mem.h"

struct mailbox {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	void **ring;
	size_t capacity, head, count;
	bool poked, closed;
};

struct mailbox *
mailbox_new(size_t capacity)
{
	struct mailbox *m = mem_new(1, sizeof *m);
	if (!m)
		return NULL;
	m->ring = mem_new(capacity, sizeof *m->ring);
	if (!m->ring) {
		mem_free(m);
		return NULL;
	}
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->filled, &attr);
	pthread_condattr_destroy(&attr);
	m->capacity = capacity;
	return m;
}

void
mailbox_free(struct mailbox *m)
{
	if (!m)
		return;
	pthread_cond_destroy(&m->filled);
	pthread_mutex_destroy(&m->lock);
	mem_free(m->ring);
	mem_free(m);
}

bool
mailbox_put(struct mailbox *m, void *message)
{
	pthread_mutex_lock(&m->lock);
	bool fits = !m->closed && m->count < m->capacity;
	if (fits) {
		m->ring[(m->head + m->count) % m->capacity] = message;
		m->count++;
		pthread_cond_signal(&m->filled);
	}
	pthread_mutex_unlock(&m->lock);
	return fits;
}

static void
deadline_after(struct timespec *t, int wait_ms)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_sec += wait_ms / 1000;
	t->tv_nsec += wait_ms % 1000 * 1000000L;
	if (t->tv_nsec >= 1000000000L) {
		t->tv_sec++;
		t->tv_nsec -= 1000000000L;
	}
}

size_t
mailbox_take(struct mailbox *m, void **out, size_t max, int wait_ms)
{
	struct timespec deadline;
	if (wait_ms > 0)
		deadline_after(&deadline, wait_ms);
	pthread_mutex_lock(&m->lock);
	while (m->count == 0 && !m->poked && !m->closed && wait_ms != 0) {
		if (wait_ms < 0)
			pthread_cond_wait(&m->filled, &m->lock);
		else if (pthread_cond_timedwait(&m->filled, &m->lock, &deadline) == ETIMEDOUT)
			break;
	}
	size_t n = m->count < max ? m->count : max;
	for (size_t i = 0; i < n; i++)
		out[i] = m->ring[(m->head + i) % m->capacity];
	m->head = (m->head + n) % m->capacity;
	m->count -= n;
	m->poked = false;
	pthread_mutex_unlock(&m->lock);
	return n;
}

void
mailbox_poke(struct mailbox *m)
{
	pthread_mutex_lock(&m->lock);
	m->poked = true;
	pthread_cond_signal(&m->filled);
	pthread_mutex_unlock(&m->lock);
}

void
mailbox_close(struct mailbox *m)
{
	pthread_mutex_lock(&m->lock);
	m->closed = true;
	pthread_cond_broadcast(&m->filled);
	pthread_mutex_unlock(&m->lock);
}

bool
mailbox_ended(struct mailbox *m)
{
	pthread_mutex_lock(&m->lock);
	bool ended = m->closed && m->count == 0;
	pthread_mutex_unlock(&m->lock);
	return ended;
}

size_t
mailbox_count(struct mailbox *m)
{
	pthread_mutex_lock(&m->lock);
	size_t n = m->count;
	pthread_mutex_unlock(&m->lock);
	return n;
}

struct thread {
	pthread_t id;
	void (*fn)(void *);
	void *arg;
};

static void *
thread_main(void *p)
{
	struct thread *t = p;
	t->fn(t->arg);
	return NULL;
}

enum err
thread_start(const char *name, void (*fn)(void *), void *arg, struct thread **ret_thread)
{
	struct thread *t = mem_new(1, sizeof *t);
	if (!t)
		return ERR_NO_MEMORY;
	t->fn = fn;
	t->arg = arg;
	if (pthread_create(&t->id, NULL, thread_main, t)) {
		mem_free(t);
		return ERR_INTERNAL;
	}
	pthread_setname_np(t->id, name);
	*ret_thread = t;
	return OK;
}

void
thread_join(struct thread *t)
{
	if (!t)
		return;
	pthread_join(t->id, NULL);
	mem_free(t);
}
