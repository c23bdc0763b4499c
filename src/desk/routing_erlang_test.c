/*
 * The whole router against queueing theory, in simulated time: Poisson arrivals, exponential service, one line, n agents of capacity 1
 * (M/M/n). Erlang C gives what must come out:
 *
 *   A = arrivals per second * mean service seconds; B(0) = 1, B(k) = A B(k-1) / (k + A B(k-1)) (Erlang B);
 *   P(wait) = n B(n) / (n - A (1 - B(n)));  P(wait <= t) = 1 - P(wait) exp(-(n - A) t / s);  mean wait = P(wait) s / (n - A).
 *
 * For n = 14, 100 calls in 30 minutes, 180 s: P(wait) = 0.1741, 88.8 % within 20 s. The estimate is the mean of independent-enough
 * batches of 250,000 contacts (1,250 hours each), its interval that of Student's t on 39 degrees of freedom. The seed is fixed,
 * so the run always gives the same numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "base/rand.h"
#include "desk/routing.h"
#include "base/banned.h"

/* Sanitizers slow it down tenfold; there it runs for its memory, with the interval of fewer batches. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { BATCHES = 4 };
#define STUDENT_T 12.9 /* 99.9 %, 3 degrees of freedom */
#else
enum { BATCHES = 40 };
#define STUDENT_T 3.56 /* 99.9 %, 39 degrees of freedom */
#endif
enum { SERVERS = 14, BATCH = 250000 };
#define ARRIVALS_A_SECOND (100.0 / 1800.0)
#define SERVICE_SECONDS 180.0
#define WITHIN_SECONDS 20.0

struct figures {
	double waited, within, mean_wait_s, occupancy;
};

static struct figures
erlang_c(void)
{
	double load = ARRIVALS_A_SECOND * SERVICE_SECONDS, b = 1;
	for (int k = 1; k <= SERVERS; k++)
		b = load * b / (k + load * b);
	double wait = SERVERS * b / (SERVERS - load * (1 - b));
	return (struct figures){ wait, 1 - wait * exp(-(SERVERS - load) * WITHIN_SECONDS / SERVICE_SECONDS),
		wait * SERVICE_SECONDS / (SERVERS - load), load / SERVERS };
}

struct simulation {
	struct router *r;
	struct rng rng;
	double clock_ms, next_arrival_ms, busy_ms;
	int64_t sessions;
	struct {
		double ends_ms; /* INFINITY: idle */
		int64_t session;
	} servers[SERVERS];
	size_t given, waited, within;
	double wait_ms;
};

static void
agents_come(struct simulation *s)
{
	static const int64_t shop = 1;
	for (int i = 0; i < SERVERS; i++) {
		struct routing_agent a = { .id = i + 1, .state = ROUTING_ONLINE, .capacity = { 0, 0, 1 }, .shops = &shop, .shop_count = 1 };
		assert_int_equal(routing_agent_set(s->r, &a, 0), OK);
		s->servers[i].ends_ms = INFINITY;
	}
}

static void
contact_given(struct simulation *s, const struct routing_decision *d, int64_t now)
{
	int64_t wait = now - routing_contact_get(s->r, d->session)->waiting_since;
	double service = rng_exp(&s->rng, SERVICE_SECONDS * 1000);
	assert_int_equal(routing_commit(s->r, d), OK);
	assert_true(isinf(s->servers[d->agent - 1].ends_ms));
	s->servers[d->agent - 1].ends_ms = s->clock_ms + service;
	s->servers[d->agent - 1].session = d->session;
	s->busy_ms += service;
	s->given++;
	s->waited += wait > 0;
	s->within += wait <= (int64_t)(WITHIN_SECONDS * 1000);
	s->wait_ms += (double)wait;
}

/* The next arrival or end of service, and what the router makes of it. */
static void
step(struct simulation *s)
{
	int first = 0;
	for (int i = 1; i < SERVERS; i++)
		if (s->servers[i].ends_ms < s->servers[first].ends_ms)
			first = i;
	bool arrival = s->next_arrival_ms <= s->servers[first].ends_ms;
	s->clock_ms = arrival ? s->next_arrival_ms : s->servers[first].ends_ms;
	int64_t now = (int64_t)s->clock_ms;
	if (arrival) {
		struct routing_contact c = { .session = ++s->sessions, .shop = 1, .channel = ROUTING_VOICE, .waiting_since = now };
		assert_int_equal(routing_contact_add(s->r, &c, now), OK);
		s->next_arrival_ms += rng_exp(&s->rng, 1000 / ARRIVALS_A_SECOND);
	} else {
		assert_int_equal(routing_close(s->r, s->servers[first].session, 0, now), OK);
		s->servers[first].ends_ms = INFINITY;
	}
	struct routing_decision d[SERVERS];
	size_t n = routing_decide(s->r, now, d, SERVERS);
	for (size_t i = 0; i < n; i++)
		contact_given(s, &d[i], now);
}

static struct figures
batch(struct simulation *s)
{
	double began_ms = s->clock_ms;
	s->given = s->waited = s->within = 0;
	s->wait_ms = s->busy_ms = 0;
	while (s->given < BATCH)
		step(s);
	return (struct figures){ (double)s->waited / BATCH, (double)s->within / BATCH, s->wait_ms / 1000 / BATCH,
		s->busy_ms / (s->clock_ms - began_ms) / SERVERS };
}

static void
check(const char *name, const double *batches, double exact, double tight)
{
	double mean = 0, variance = 0;
	for (int i = 0; i < BATCHES; i++)
		mean += batches[i] / BATCHES;
	for (int i = 0; i < BATCHES; i++)
		variance += (batches[i] - mean) * (batches[i] - mean) / (BATCHES - 1);
	double half = STUDENT_T * sqrt(variance / BATCHES);
	print_message("%-16s %.5f +- %.5f (99.9 %%), Erlang C %.5f\n", name, mean, half, exact);
	assert_true(fabs(mean - exact) <= half);
	assert_true(BATCHES < 40 || half <= tight);
}

static void
fourteen_agents_and_a_hundred_calls_in_half_an_hour_do_as_erlang_says(void **state)
{
	(void)state;
	struct figures exact = erlang_c();
	assert_true(fabs(exact.waited - 0.174) < 0.0005 && fabs(exact.within - 0.888) < 0.0005);
	struct routing_settings settings = ROUTING_SETTINGS_DEFAULT;
	struct simulation s = { .r = routing_new(&settings) };
	assert_non_null(s.r);
	rng_seed(&s.rng, 1917);
	agents_come(&s);
	int64_t started = clock_monotonic();
	batch(&s); /* warm up */
	double waited[BATCHES], within[BATCHES], mean_wait[BATCHES], occupancy[BATCHES];
	for (int i = 0; i < BATCHES; i++) {
		struct figures f = batch(&s);
		waited[i] = f.waited;
		within[i] = f.within;
		mean_wait[i] = f.mean_wait_s;
		occupancy[i] = f.occupancy;
	}
	print_message("%lld contacts in %lld ms\n", (long long)s.sessions, (long long)(clock_monotonic() - started));
	check("P(wait)", waited, exact.waited, 0.0025);
	check("within 20 s", within, exact.within, 0.0025);
	check("mean wait, s", mean_wait, exact.mean_wait_s, 0.25);
	check("occupancy", occupancy, exact.occupancy, 0.0015);
	routing_free(s.r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fourteen_agents_and_a_hundred_calls_in_half_an_hour_do_as_erlang_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
