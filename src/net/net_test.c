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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_alive),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
