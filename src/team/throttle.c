#include "team/throttle.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"

#include "base/banned.h"

enum { WAYS = 8 };

struct entry {
	uint64_t name; /* keyed hash; 0 is free */
	int failures;
	int64_t last_at;
};

struct throttle {
	struct throttle_rule rule;
	pthread_mutex_t lock;
	unsigned char key[crypto_shorthash_KEYBYTES]; /* clients choose the names */
	size_t sets;
	struct entry entries[];
};

struct throttle *
throttle_new(const struct throttle_rule *rule, size_t slots)
{
	size_t sets = (slots + WAYS - 1) / WAYS;
	struct throttle *t = mem_new(1, sizeof *t + sets * WAYS * sizeof *t->entries);
	if (!t)
		return NULL;
	t->rule = *rule;
	t->sets = sets;
	pthread_mutex_init(&t->lock, NULL);
	rand_secret(t->key, sizeof t->key);
	return t;
}

void
throttle_free(struct throttle *t)
{
	if (t)
		pthread_mutex_destroy(&t->lock);
	mem_free(t);
}

static struct entry *
entry_find(struct throttle *t, struct str name, bool add)
{
	uint64_t hash;
	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)(name.p ? name.p : ""), name.n, t->key);
	hash |= 1;
	struct entry *set = t->entries + (hash >> 1) % t->sets * WAYS, *least = set;
	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == hash)
			return &set[i];
		if (set[i].failures < least->failures || (set[i].failures == least->failures && set[i].last_at < least->last_at))
			least = &set[i];
	}
	if (!add)
		return NULL;
	*least = (struct entry){ .name = hash };
	return least;
}

static int64_t
entry_wait(const struct throttle_rule *rule, const struct entry *e, int64_t now)
{
	int over = e->failures - rule->free_failures;
	if (over < 0 || rule->first_wait_ms <= 0)
		return 0;
	int64_t wait = rule->first_wait_ms;
	while (over-- > 0 && wait < rule->longest_wait_ms)
		wait *= 2;
	if (wait > rule->longest_wait_ms)
		wait = rule->longest_wait_ms;
	return e->last_at + wait > now ? e->last_at + wait - now : 0;
}

int64_t
throttle_begin(struct throttle *t, struct str name, int64_t now)
{
	pthread_mutex_lock(&t->lock);
	struct entry *e = entry_find(t, name, true);
	if (now - e->last_at >= t->rule.forget_ms)
		e->failures = 0;
	int64_t wait = e->failures > 0 ? entry_wait(&t->rule, e, now) : 0;
	if (wait == 0) {
		e->failures += e->failures < 1000;
		e->last_at = now;
	}
	pthread_mutex_unlock(&t->lock);
	return wait;
}

void
throttle_clear(struct throttle *t, struct str name)
{
	pthread_mutex_lock(&t->lock);
	struct entry *e = entry_find(t, name, false);
	if (e)
		*e = (struct entry){ 0 };
	pthread_mutex_unlock(&t->lock);
}

void
throttle_take_back(struct throttle *t, struct str name)
{
	pthread_mutex_lock(&t->lock);
	struct entry *e = entry_find(t, name, false);
	if (e && e->failures > 0)
		e->failures--;
	pthread_mutex_unlock(&t->lock);
}
