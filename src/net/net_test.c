/* HTTP, through a real socket. */
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
keeps_alive(void **state)
{
	(void)state;
	int fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /a?b=c", "X-Test: one\r\n")));
	struct answer a = client_answer(fd, true);
	buf_char(&a.body, '\0');
	assert_string_equal(a.body.p, "GET /a?b=c [] one 127.0.0.1 0");
	assert_non_null(strstr(a.head.p, "\r\nConnection: keep-alive\r\n"));
	assert_non_null(strstr(a.head.p, "\r\nX-Ours: yes\r\n"));
	assert_non_null(strstr(a.head.p, " GMT\r\n"));
	assert_null(strstr(a.head.p, "Server:"));
	answer_free(&a);
	client_send(fd, STR("\r\n" REQUEST("GET /b", "")));
	expect(fd, 200, "GET /b? []  127.0.0.1 0");
	client_send(fd, STR(REQUEST("GET /none", "")));
	expect(fd, 204, "");
	client_send(fd, STR(REQUEST("GET /c", "Connection: close\r\n")));
	expect(fd, 200, "");
	assert_true(client_ended(fd));
	close(fd);
	fd = client_open(shared, 0);
	client_send(fd, STR("GET /old HTTP/1.0\r\n\r\n"));
	expect(fd, 200, "");
	assert_true(client_ended(fd));
	close(fd);
}


static void
pipelined(void **state)
{
	(void)state;
	int fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("POST /1", "Content-Length: 5\r\n") "hello" REQUEST("POST /2", "Content-Length: 3\r\n") "you" REQUEST(
	    "GET /later", "") REQUEST("GET /4", "Content-Length: 32\r\n") REQUEST("GET /5", "") "1"));
	expect(fd, 200, "POST /1? [hello]  127.0.0.1 0");
	expect(fd, 200, "POST /2? [you]  127.0.0.1 0");
	expect(fd, 200, "later");
	struct answer a = client_answer(fd, true);
	assert_int_equal(a.status, 200);
	assert_true(str_find(buf_str(&a.body), STR("[GET /5 HTTP/1.1")) > 0);
	answer_free(&a);
	worker_join(shared);
	close(fd);
	/* More in one packet than one read takes. */
	struct buf b;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 2000; i++)
		buf_addz(&b, REQUEST("GET /p", "X-Fill: 0123456789012345678901234567890123456789\r\n"));
	fd = client_open(shared, 0);
	client_send(fd, buf_str(&b));
	for (int i = 0; i < 2000; i++)
		expect(fd, 200, "");
	buf_free(&b);
	close(fd);
}

static const struct {
	int status;
	const char *request;
} bad[] = {
	{ 501, REQUEST("POST /", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") "hello" },
	{ 501, REQUEST("POST /", "Transfer-Encoding: identity\r\n") },
	{ 501, REQUEST("GET /", "transfer-encoding:\r\n") },
	{ 400, REQUEST("POST /", "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: 5, 6\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: +5\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: -5\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: 0x5\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: 5 5\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length:\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: 1234567890123456\r\n") },
	{ 400, REQUEST("POST /", "Content-Length: 5\r\nContent-Length: 6\r\n") "hello" },
	{ 400, REQUEST("POST /", "Content-Length: 5\r\ncontent-length: 5\r\n") "hello" },
	{ 413, REQUEST("POST /", "Content-Length: 123456789012345\r\n") },
	{ 413, REQUEST("POST /", "Content-Length: 65537\r\n") "hello" },
	{ 411, REQUEST("POST /", "") },
	{ 411, REQUEST("PUT /", "") },
	{ 411, REQUEST("PATCH /", "") },
	{ 417, REQUEST("PUT /", "Content-Length: 5\r\nExpect: miracles\r\n") },
	{ 400, "GET / HTTP/1.1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\nHost: a\n\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\n\n" },
	{ 400, REQUEST("GET /", "X: a\rb\r\n") },
	{ 400, REQUEST("GET /", "X: a\r\n b\r\n") },
	{ 400, REQUEST("GET /", "X: a\x01\r\n") },
	{ 400, REQUEST("GET /", ": a\r\n") },
	{ 400, REQUEST("GET /", "nonsense\r\n") },
	{ 400, REQUEST("GET /", "X(y): a\r\n") },
	{ 400, REQUEST("get /", "") },
	{ 400, REQUEST("GET  /", "") },
	{ 400, REQUEST("GET /a b", "") },
	{ 400, REQUEST("GET /\xe4\xbd\xa0", "") },
	{ 400, REQUEST("GET /a#b", "") },
	{ 400, REQUEST("GET http://a/", "") },
	{ 400, REQUEST("OPTIONS *", "") },
	{ 400, REQUEST("GET a", "") },
	{ 400, "\x16\x03\x01\x02\x01\r\n\r\n" },
	{ 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n" },
	{ 400, "GET / http/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "GET /\r\n\r\n" },
	{ 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n" },
	{ 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n" },
};

static void
refuses_what_two_could_read_differently(void **state)
{
	(void)state;
	int requests = atomic_load(&shared->requests);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = client_open(shared, 0);
		client_send(fd, str_of(bad[i].request));
		struct answer a = client_answer(fd, true);
		if (a.status != bad[i].status)
			fail_msg("%s\nis answered %d", bad[i].request, a.status);
		assert_non_null(strstr(a.head.p, "\r\nX-Refused: yes\r\n"));
		assert_non_null(strstr(a.head.p, "\r\nConnection: close\r\n"));
		assert_true(a.body.n > 0);
		answer_free(&a);
		assert_true(client_ended(fd));
		close(fd);
	}
	int fd = client_open(shared, 0);
	client_send(fd, STR("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"));
	expect(fd, 400, "BAD_REQUEST");
	close(fd);
	assert_int_equal(atomic_load(&shared->requests), requests);
}

static void
limits_the_head(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_addz(&b, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	for (int i = 0; i < 8000; i++)
		buf_char(&b, 'a');
	int fd = client_open(shared, 0);
	client_send(fd, buf_str(&b));
	client_send(fd, STR("\r\n\r\n"));
	expect(fd, 200, "");
	client_send(fd, buf_str(&b));
	client_send(fd, buf_str(&b));
	client_send(fd, STR("\r\n\r\n"));
	expect(fd, 431, "HEAD_TOO_LARGE");
	assert_true(client_ended(fd));
	close(fd);
	buf_clear(&b);
	buf_addz(&b, "GET / HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < 100; i++)
		buf_addz(&b, "A: b\r\n");
	buf_addz(&b, "\r\n");
	fd = client_open(shared, 0);
	client_send(fd, buf_str(&b));
	expect(fd, 431, "HEAD_TOO_LARGE");
	close(fd);
	buf_free(&b);
}

static void
any_cut_is_the_same(void **state)
{
	static const struct str all = { REQUEST("POST /a", "Content-Length: 4\r\n") "body" REQUEST("GET /b", ""),
		sizeof(REQUEST("POST /a", "Content-Length: 4\r\n") "body" REQUEST("GET /b", "")) - 1 };
	(void)state;
	int fd = client_open(shared, 0);
	for (size_t cut = 1; cut < all.n; cut++) {
		client_send(fd, str_sub(all, 0, cut));
		usleep(200);
		client_send(fd, str_sub(all, cut, all.n));
		expect(fd, 200, "POST /a? [body]  127.0.0.1 0");
		expect(fd, 200, "GET /b? []  127.0.0.1 0");
	}
	close(fd);
}

static void
bodies_to_files(void **state)
{
	(void)state;
	char *text = mem_new(3 << 20, 1);
	memset(text, 'z', 3 << 20);
	int fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("PUT /spool", "Content-Length: 3145728\r\nExpect: 100-continue\r\n")));
	struct answer go = client_answer(fd, false);
	assert_int_equal(go.status, 100);
	answer_free(&go);
	client_send(fd, (struct str){ text, 3 << 20 });
	expect(fd, 200, "3145728 of 3145728, mode 600");
	client_send(fd, STR(REQUEST("PUT /spool", "Content-Length: 0\r\n")));
	expect(fd, 200, "0 of 0, mode 600");
	client_send(fd, STR(REQUEST("PUT /forbidden", "Content-Length: 3145728\r\nExpect: 100-continue\r\n")));
	expect(fd, 403, "FORBIDDEN");
	assert_true(client_ended(fd));
	close(fd);
	fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("PUT /spool", "Content-Length: 8388609\r\n") "some"));
	expect(fd, 413, "TOO_LARGE");
	close(fd);
	/* Given up in the middle: nothing is left behind. */
	int files = app_files(shared);
	fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("PUT /spool", "Content-Length: 3145728\r\n")));
	client_send(fd, (struct str){ text, 1 << 20 });
	for (int i = 0; i < 300 && app_files(shared) == files; i++)
		usleep(10 * 1000);
	assert_int_equal(app_files(shared), files + 1);
	close(fd);
	for (int i = 0; i < 300 && app_files(shared) != files; i++)
		usleep(10 * 1000);
	assert_int_equal(app_files(shared), files);
	mem_free(text);
}

static void
file_fill(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	for (int i = 0; i < 40000; i++) {
		char line[16];
		snprintf(line, sizeof line, "%09d", i);
		assert_int_equal(write(fd, line, 9), 9);
	}
	close(fd);
}

static void
big_replies(void **state)
{
	(void)state;
	file_fill(shared->file);
	int fd = client_open(shared, 4096);
	client_send(fd, STR(REQUEST("GET /big", "") REQUEST("GET /file", "") REQUEST("HEAD /file", "") REQUEST("GET /file", "")));
	struct answer a = client_answer(fd, true);
	assert_int_equal(a.body.n, 200 * 1024);
	for (size_t i = 0; i < a.body.n; i++)
		assert_int_equal(a.body.p[i], 'a' + i % 26);
	answer_free(&a);
	for (int round = 0; round < 2; round++) {
		a = client_answer(fd, true);
		assert_int_equal(a.status, 206);
		assert_int_equal(a.body.n, 300000 - 2);
		assert_memory_equal(a.body.p, "0000000000000001", 16);
		assert_memory_equal(a.body.p + 9 * 30000 - 2, "000030000", 9);
		answer_free(&a);
		if (round)
			break;
		a = client_answer(fd, false);
		assert_non_null(strstr(a.head.p, "Content-Length: 299998\r\n"));
		answer_free(&a);
	}
	client_send(fd, STR(REQUEST("GET /absent", "")));
	expect(fd, 404, "NOT_FOUND");
	close(fd);
	/* Gone in the middle of a big reply. */
	fd = client_open(shared, 4096);
	client_send(fd, STR(REQUEST("GET /file", "")));
	a = (struct answer){ 0 };
	buf_init(&a.head, 1000);
	assert_true(client_read(fd, &a.head, 500));
	answer_free(&a);
	close(fd);
	fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /broken", "")));
	expect(fd, 500, "INTERNAL");
	close(fd);
}

static void
head_gets_no_body(void **state)
{
	(void)state;
	int fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("HEAD /big", "") REQUEST("GET /x", "")));
	struct answer a = client_answer(fd, false);
	assert_non_null(strstr(a.head.p, "Content-Length: 204800\r\n"));
	answer_free(&a);
	expect(fd, 200, "GET /x? []  127.0.0.1 0");
	close(fd);
}

static void
answers_later_and_to_nobody(void **state)
{
	(void)state;
	int fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /later", "")));
	client_send(fd, STR(REQUEST("GET /after", "")));
	expect(fd, 200, "later");
	expect(fd, 200, "GET /after? []  127.0.0.1 0");
	worker_join(shared);
	/* The same reply once more finds the next request of that connection, or none: never a wrong one. */
	int requests = atomic_load(&shared->requests);
	client_send(fd, STR(REQUEST("GET /never", "")));
	for (int i = 0; i < 300 && atomic_load(&shared->requests) == requests; i++)
		usleep(10 * 1000);
	app_answer_later(shared);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&p, 1, 200), 0);
	close(fd);
	fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /later", "")));
	usleep(20 * 1000);
	close(fd);
	usleep(100 * 1000);
	worker_join(shared);
	/* The sending side closed after the request: it still gets its answer. */
	fd = client_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /later", "")));
	shutdown(fd, SHUT_WR);
	expect(fd, 200, "later");
	assert_true(client_ended(fd));
	close(fd);
	worker_join(shared);
}

static void
times_out(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 10, .head_s = 1, .idle_s = 1, .body_s = 1 });
	int silent = client_open(a, 0), head = client_open(a, 0), body = client_open(a, 0), idle = client_open(a, 0), drip = client_open(a, 0);
	int64_t from = clock_monotonic();
	client_send(head, STR("GET / HTTP/1.1\r\nHo"));
	client_send(body, STR(REQUEST("PUT /spool", "Content-Length: 10\r\n") "12345"));
	client_send(drip, STR(REQUEST("PUT /spool", "Content-Length: 10000\r\n")));
	client_send(idle, STR(REQUEST("GET /x", "")));
	expect(idle, 200, "");
	for (int i = 0; i < 8; i++) {
		send(drip, "1", 1, MSG_NOSIGNAL);
		usleep(100 * 1000);
	}
	expect(head, 408, "TIMEOUT");
	expect(body, 408, "TIMEOUT");
	expect(drip, 408, "TIMEOUT");
	assert_true(client_ended(idle));
	assert_true(client_ended(silent));
	assert_true(clock_monotonic() - from < 5000);
	assert_int_equal(app_files(a), 0);
	close(silent), close(head), close(body), close(idle), close(drip);
	app_end(a, 1000);
}

static void
stops_reading_slow_readers(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 10, .body_s = 1 });
	struct net_stats s;
	int fd = client_open(a, 4096);
	for (int i = 0; i < 40; i++)
		client_send(fd, STR(REQUEST("GET /big", "")));
	for (int i = 0; i < 50; i++) {
		usleep(100 * 1000);
		net_stats(a->net, &s);
		if (!s.connections)
			break;
	}
	assert_int_equal(s.connections, 0);
	close(fd);
	app_end(a, 1000);
}

static void
full_house(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 3 });
	int fd[3];
	for (int i = 0; i < 3; i++) {
		fd[i] = client_open(a, 0);
		client_send(fd[i], STR(REQUEST("GET /x", "")));
		expect(fd[i], 200, "");
	}
	int more = client_open(a, 0);
	client_send(more, STR(REQUEST("GET /x", "")));
	expect(more, 503, "BUSY");
	assert_true(client_ended(more));
	close(more);
	close(fd[0]);
	usleep(50 * 1000);
	fd[0] = client_open(a, 0);
	client_send(fd[0], STR(REQUEST("GET /x", "")));
	expect(fd[0], 200, "");
	struct net_stats s;
	net_stats(a->net, &s);
	assert_int_equal(s.accepted, 5);
	assert_int_equal(s.refused, 1);
	assert_int_equal(s.requests, 4);
	assert_true(s.bytes_in > 0 && s.bytes_out > 0);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	app_end(a, 1000);
}

static void
stop_lets_replies_end(void **state)
{
	(void)state;
	struct app *a = app_start((struct net_config){ .max_connections = 3 });
	int fd = client_open(a, 0);
	client_send(fd, STR(REQUEST("GET /later", "")));
	for (int i = 0; i < 300 && !atomic_load(&a->requests); i++)
		usleep(10 * 1000);
	net_stop(a->net, 5000);
	struct answer r = client_answer(fd, true);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.head.p, "Connection: close"));
	answer_free(&r);
	assert_true(client_ended(fd));
	close(fd);
	int64_t from = clock_monotonic();
	app_end(a, 5000);
	assert_true(clock_monotonic() - from < 3000);
}

static void
says_why_it_cannot_begin(void **state)
{
	(void)state;
	struct net *net = NULL;
	char why[160] = "";
	struct net_config config = { .address = "127.0.0.1", .port = net_port(shared->net), .on = app_handlers() };
	assert_int_equal(net_new(&config, &net, why), ERR_IO);
	assert_non_null(strstr(why, "in use"));
	config.address = "localhost";
	assert_int_not_equal(net_new(&config, &net, why), OK);
	config = (struct net_config){ .address = "127.0.0.1", .cert_file = "/nonexistent" };
	assert_int_equal(net_new(&config, &net, why), ERR_USAGE);
	assert_null(net);
	config = (struct net_config){ .address = "::1" };
	if (net_new(&config, &net, why) == OK)
		net_free(net);
}

static void
both_families(void **state)
{
	(void)state;
	struct net *probe;
	char why[160];
	struct net_config config = { .address = "::", .on = app_handlers() };
	if (net_new(&config, &probe, why) != OK) {
		skip();
		return;
	}
	net_free(probe);
	struct app *a = app_start((struct net_config){ .max_connections = 5, .address = "::" });
	int fd = client_open(a, 0);
	client_send(fd, STR(REQUEST("GET /x", "")));
	expect(fd, 200, "GET /x? []  127.0.0.1 0");
	close(fd);
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)net_port(a->net)), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	client_send(fd, STR(REQUEST("GET /x", "")));
	expect(fd, 200, "GET /x? []  ::1 0");
	close(fd);
	app_end(a, 1000);
}

static void
out_of_memory_closes_only_what_it_meets(void **state)
{
	(void)state;
	for (long n = 1; n < 40; n++) {
		struct app *a = app_start((struct net_config){ .max_connections = 5 });
		int fd = client_open(a, 0);
		mem_fail_after(n);
		client_send(fd, STR(REQUEST("PUT /spool", "Content-Length: 5\r\n") "hello"));
		struct pollfd p = { .fd = fd, .events = POLLIN };
		assert_int_equal(poll(&p, 1, 5000), 1);
		mem_fail_after(0);
		close(fd);
		fd = client_open(a, 0);
		client_send(fd, STR(REQUEST("GET /x", "")));
		expect(fd, 200, "");
		close(fd);
		app_end(a, 1000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_alive),
		cmocka_unit_test(pipelined),
		cmocka_unit_test(refuses_what_two_could_read_differently),
		cmocka_unit_test(limits_the_head),
		cmocka_unit_test(any_cut_is_the_same),
		cmocka_unit_test(bodies_to_files),
		cmocka_unit_test(big_replies),
		cmocka_unit_test(head_gets_no_body),
		cmocka_unit_test(answers_later_and_to_nobody),
		cmocka_unit_test(times_out),
		cmocka_unit_test(stops_reading_slow_readers),
		cmocka_unit_test(full_house),
		cmocka_unit_test(stop_lets_replies_end),
		cmocka_unit_test(says_why_it_cannot_begin),
		cmocka_unit_test(both_families),
		cmocka_unit_test(out_of_memory_closes_only_what_it_meets),
	};
	return cmocka_run_group_tests_name("net", tests, begin, end);
}
