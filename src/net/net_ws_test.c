/* WebSocket, through a real socket: the client writes its frames by hand, the wrong ones too. */
#include "net/net_test.h"

static struct app *shared;

static int
begin(void **state)
{
	(void)state;
	shared = app_start((struct net_config){ .max_connections = 400 });
	return 0;
}

static int
end(void **state)
{
	(void)state;
	app_end(shared, 1000);
	return 0;
}

static void
opens_and_refuses(void **state)
{
	static const struct {
		int status;
		const char *request;
	} bad[] = {
		{ 403, UPGRADE("/other", KEY) },
		{ 400, UPGRADE("/ws", "short") },
		{ 400, UPGRADE("/ws", "dGhlIHNhbXBsZSBub25jZ===") },
		{ 400, UPGRADE("/ws", "dGhlIHNhbXBs!SBub25jZQ==") },
		{ 426, "GET /ws HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " KEY "\r\n\r\n" },
		{ 411, "POST /ws HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n" },
		{ 400, "GET /ws HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nabcd" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = client_open(shared, 0);
		client_send(fd, str_of(bad[i].request));
		expect(fd, bad[i].status, "");
		assert_true(client_ended(fd));
		close(fd);
	}
	int closed = atomic_load(&shared->closed), fd = ws_open(shared, 0);
	frame_send(fd, 0x81, STR("你好"));
	expect_text(fd, STR("你好"));
	close(fd);
	wait_for(&shared->closed, closed + 1);
	/* Without the upgrade it is a request like any other. */
	fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /ws", "")));
	expect(fd, 200, "");
	close(fd);
}

static void
all_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 8, 9, 125, 126, 127, 4096, 16383, 65535, 65536 };
	(void)state;
	int fd = ws_open(shared, 0);
	char *text = mem_new(65536, 1);
	memset(text, 'q', 65536);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		frame_send(fd, 0x81, (struct str){ text, sizes[i] });
		expect_text(fd, (struct str){ text, sizes[i] });
	}
	mem_free(text);
	close(fd);
}

static void
fragments(void **state)
{
	(void)state;
	int fd = ws_open(shared, 0);
	struct buf b, answer;
	buf_init(&b, 1000);
	buf_init(&answer, 1000);
	frame_add(&b, 0x01, STR("one "), true);
	frame_add(&b, 0x89, STR("ping between"), true);
	frame_add(&b, 0x00, STR("\xe4\xbd"), true);
	frame_add(&b, 0x00, STR(""), true);
	frame_add(&b, 0x80, STR("\xa0 three"), true);
	frame_add(&b, 0x81, STR("next"), true);
	for (size_t i = 0; i < b.n; i++) {
		client_send(fd, (struct str){ b.p + i, 1 });
		if (i % 7 == 0)
			usleep(1000);
	}
	assert_int_equal(frame_read(fd, &answer), 0x8a);
	assert_true(str_eq(buf_str(&answer), STR("ping between")));
	expect_text(fd, STR("one 你 three"));
	expect_text(fd, STR("next"));
	client_send(fd, buf_str(&b));
	assert_int_equal(frame_read(fd, &answer), 0x8a);
	expect_text(fd, STR("one 你 three"));
	expect_text(fd, STR("next"));
	buf_free(&b);
	buf_free(&answer);
	close(fd);
}

static void
broken_frames(void **state)
{
	static const struct {
		int code;
		struct str bytes;
	} bad[] = {
		{ 1002, { "\x81\x02hi", 4 } },                                   /* not masked */
		{ 1002, { "\xc1\x80mask", 6 } },                                 /* reserved bit */
		{ 1002, { "\x83\x80mask", 6 } },                                 /* reserved opcode */
		{ 1002, { "\x8b\x80mask", 6 } },                                 /* reserved control */
		{ 1002, { "\x09\x80mask", 6 } },                                 /* control in fragments */
		{ 1002, { "\x89\xfe\x00\x80mask", 8 } },                         /* long control */
		{ 1002, { "\x80\x80mask", 6 } },                                 /* continues nothing */
		{ 1002, { "\x01\x80mask\x01\x80mask", 12 } },                    /* begins anew */
		{ 1002, { "\x81\xfe\x00\x05mask", 8 } },                         /* longer length than needed */
		{ 1002, { "\x81\xff\x80\x00\x00\x00\x00\x01\x00\x00mask", 14 } }, /* 63 bits and more */
		{ 1002, { "\x88\x81mask\x01", 7 } },                             /* half a close code */
		{ 1002, { "\x88\x82\x00\x00\x00\x00\x03\xed", 8 } },             /* 1005 is never sent */
		{ 1003, { "\x82\x80mask", 6 } },                                 /* binary */
		{ 1007, { "\x81\x82\x00\x00\x00\x00\xc0\x80", 8 } },             /* overlong */
		{ 1007, { "\x81\x83\x00\x00\x00\x00\xed\xa0\x80", 9 } },         /* surrogate */
		{ 1007, { "\x81\x81\x00\x00\x00\x00\xe4", 7 } },                 /* cut short */
		{ 1009, { "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x01mask", 14 } }, /* 64 KB and one */
		{ 1009, { "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xffmask", 14 } },
		{ 1000, { "\x88\x82\x00\x00\x00\x00\x03\xe8", 8 } },             /* nothing wrong: the code comes back */
	};
	(void)state;
	wait_for(&shared->closed, atomic_load(&shared->opened)); /* those of the tests before */
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = ws_open(shared, 0);
		client_send(fd, bad[i].bytes);
		expect_close(fd, bad[i].code);
	}
	wait_for(&shared->closed, atomic_load(&shared->opened));
}

static void
too_big_in_fragments(void **state)
{
	(void)state;
	int fd = ws_open(shared, 0);
	char *text = mem_new(40000, 1);
	memset(text, 'q', 40000);
	frame_send(fd, 0x01, (struct str){ text, 40000 });
	frame_send(fd, 0x80, (struct str){ text, 25537 });
	expect_close(fd, 1009);
	mem_free(text);
}

static void
closes_after_the_queue(void **state)
{
	(void)state;
	int fd = ws_open(shared, 0);
	frame_send(fd, 0x81, STR("bye"));
	expect_text(fd, STR("last words"));
	expect_close(fd, 4001);
}

static void
broadcasts(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 300 });
	int fd[200];
	for (int i = 0; i < 200; i++)
		fd[i] = ws_open(a, 0);
	for (int i = 0; i < 200; i += 4)
		close(fd[i]);
	frame_send(fd[1], 0x81, STR("many"));
	for (int i = 0; i < 200; i++) {
		if (i % 4 == 0)
			continue;
		expect_text(fd[i], STR("to all"));
		close(fd[i]);
	}
	wait_for(&a->closed, 200);
	app_end(a, 1000);
}

static void
slow_reader_overflows(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 10, .queue_max = 64 * 1024 });
	struct net_stats s;
	int fd = ws_open(a, 4096), other = ws_open(a, 0);
	frame_send(fd, 0x81, STR("flood"));
	wait_for(&a->closed, 1);
	net_stats(a->net, &s);
	assert_int_equal(s.overflowed, 1);
	frame_send(other, 0x81, STR("fine"));
	expect_text(other, STR("fine"));
	expect_close(fd, 1013);
	close(other);
	app_end(a, 1000);
}

static void
pings_and_gives_up(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 10, .ping_s = 1 });
	int fd = ws_open(a, 0), dead = ws_open(a, 0);
	struct buf b;
	buf_init(&b, 100);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(frame_read(fd, &b), 0x89);
		frame_send(fd, 0x8a, buf_str(&b));
	}
	wait_for(&a->closed, 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(frame_read(dead, &b), 0x89);
	assert_true(client_ended(dead));
	frame_send(fd, 0x81, STR("alive"));
	int first;
	while ((first = frame_read(fd, &b)) == 0x89)
		;
	assert_int_equal(first, 0x81);
	buf_free(&b);
	close(fd);
	close(dead);
	app_end(a, 1000);
}

static void
stops_with_1012(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 10 });
	int fd = ws_open(a, 0), idle = client_open(a, 0), port = net_port(a->net);
	client_send(idle, STR(REQUEST("GET /x", "")));
	expect(idle, 200, "");
	int64_t from = clock_monotonic();
	net_stop(a->net, 5000);
	expect_close(fd, 1012);
	assert_true(client_ended(idle));
	for (int i = 0; i < 300 && atomic_load(&a->running); i++)
		usleep(10 * 1000);
	assert_int_equal(atomic_load(&a->running), 0);
	assert_true(clock_monotonic() - from < 3000);
	assert_int_equal(atomic_load(&a->closed), 1);
	int late = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(connect(late, (struct sockaddr *)&to, sizeof to), -1);
	close(late);
	close(idle);
	app_end(a, 0);
}

static void
stops_in_time(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 10 });
	int deaf = ws_open(a, 0), owed = client_open(a, 0);
	client_send(owed, STR(REQUEST("GET /never", "")));
	wait_for(&a->requests, 1);
	int64_t from = clock_monotonic();
	app_end(a, 500);
	assert_true(clock_monotonic() - from < 1500);
	close(deaf);
	close(owed);
}

static void
posts(void **state)
{
	(void)state;
	assert_int_equal(net_post(shared->net, app_posted, shared), OK);
	wait_for(&shared->posted, 1);
	assert_true(atomic_load(&shared->ticks) > 0);
}

/* ---- many threads ---- */

enum { THREADS = 4, EACH = 300, MEMBERS = 12 };

struct sender {
	struct app *app;
	int number;
};

static void
send_numbered(void *arg)
{
	struct sender *s = arg;
	for (int i = 0; i < EACH; i++) {
		char text[32];
		snprintf(text, sizeof text, "%d:%d", s->number, i);
		struct net_payload *p = net_payload_new(str_of(text));
		if (i % 2) {
			net_ws_send_many(s->app->net, s->app->members, MEMBERS, p);
			continue;
		}
		for (int m = 0; m < MEMBERS; m++)
			net_ws_send(s->app->net, s->app->members[m], net_payload_ref(p));
		net_payload_unref(p);
	}
}

static void
senders_keep_their_order(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 20 });
	struct thread *thread[THREADS];
	struct sender sender[THREADS];
	struct buf b;
	int fd[MEMBERS];
	buf_init(&b, 100);
	for (int i = 0; i < MEMBERS; i++)
		fd[i] = ws_open(a, 0);
	for (int i = 0; i < THREADS; i++) {
		sender[i] = (struct sender){ a, i };
		assert_int_equal(thread_start("sender", send_numbered, &sender[i], &thread[i]), OK);
	}
	for (int m = 0; m < MEMBERS; m++) {
		int next[THREADS] = { 0 };
		for (int i = 0; i < THREADS * EACH; i++) {
			assert_int_equal(frame_read(fd[m], &b), 0x81);
			buf_char(&b, '\0');
			int from = b.p[0] - '0';
			assert_int_equal(strtol(b.p + 2, NULL, 10), next[from]++);
		}
		close(fd[m]);
	}
	for (int i = 0; i < THREADS; i++)
		thread_join(thread[i]);
	buf_free(&b);
	app_end(a, 1000);
}

/* A message that cannot be queued must not be missed silently: that connection closes, the others stay. */
static void
out_of_memory_is_never_silent(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 20 });
	int other = ws_open(a, 0);
	for (long n = 1; n <= 6; n++) {
		int fd = ws_open(a, 0);
		struct buf b;
		buf_init(&b, 100);
		mem_fail_after(n);
		net_ws_send(a->net, a->members[a->member_count - 1], net_payload_new(STR("news")));
		usleep(20 * 1000);
		mem_fail_after(0);
		struct pollfd p = { .fd = fd, .events = POLLIN };
		assert_int_equal(poll(&p, 1, 3000), 1);
		assert_int_equal(frame_read(fd, &b), n <= 3 ? -1 : 0x81);
		buf_free(&b);
		close(fd);
	}
	frame_send(other, 0x81, STR("still here"));
	expect_text(other, STR("still here"));
	close(other);
	app_end(a, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_and_refuses),
		cmocka_unit_test(all_sizes),
		cmocka_unit_test(fragments),
		cmocka_unit_test(broken_frames),
		cmocka_unit_test(too_big_in_fragments),
		cmocka_unit_test(closes_after_the_queue),
		cmocka_unit_test(broadcasts),
		cmocka_unit_test(slow_reader_overflows),
		cmocka_unit_test(pings_and_gives_up),
		cmocka_unit_test(stops_with_1012),
		cmocka_unit_test(stops_in_time),
		cmocka_unit_test(posts),
		cmocka_unit_test(senders_keep_their_order),
		cmocka_unit_test(out_of_memory_is_never_silent),
	};
	return cmocka_run_group_tests_name("net_ws", tests, begin, end);
}
