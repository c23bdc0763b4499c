/* TLS: the same bytes inside, and what is refused outside. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include "net/net_test.h"

static struct app *shared;
static char cert_file[64], key_file[64];
static SSL_CTX *ctx;
static SSL *sessions[64]; /* by descriptor */

static void
certificate_write(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"127.0.0.1", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	FILE *f = fopen(cert_file, "w");
	PEM_write_X509(f, x);
	fclose(f);
	f = fopen(key_file, "w");
	PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
	X509_free(x);
	EVP_PKEY_free(key);
}

static ssize_t
tls_receive(int fd, void *p, size_t n)
{
	int r = SSL_read(sessions[fd], p, (int)n);
	return r > 0 ? r : SSL_get_error(sessions[fd], r) == SSL_ERROR_WANT_READ ? -1 : 0;
}

static ssize_t
tls_transmit(int fd, const void *p, size_t n)
{
	return SSL_write(sessions[fd], p, (int)n);
}

/* True when the handshake was well. */
static bool
tls_begin(int fd)
{
	assert_true(fd < 64);
	SSL_free(sessions[fd]);
	sessions[fd] = SSL_new(ctx);
	SSL_set_fd(sessions[fd], fd);
	return SSL_connect(sessions[fd]) == 1;
}

static int
tls_open(const struct app *a, int receive_bytes)
{
	int fd = client_open(a, receive_bytes);
	assert_true(tls_begin(fd));
	return fd;
}

static int
begin(void **state)
{
	(void)state;
	snprintf(cert_file, sizeof cert_file, "/tmp/net-test-%d.crt", getpid());
	snprintf(key_file, sizeof key_file, "/tmp/net-test-%d.key", getpid());
	certificate_write();
	ctx = SSL_CTX_new(TLS_client_method());
	receive = tls_receive;
	transmit = tls_transmit;
	struct net_config config = { .max_connections = 40, .cert_file = cert_file, .key_file = key_file, .queue_max = 64 * 1024, .head_s = 2 };
	shared = app_start(config);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	app_end(shared, 1000);
	for (int i = 0; i < 64; i++)
		SSL_free(sessions[i]);
	SSL_CTX_free(ctx);
	unlink(cert_file);
	unlink(key_file);
	return 0;
}

static void
http_inside(void **state)
{
	(void)state;
	int fd = tls_open(shared, 0);
	client_send(fd, STR(REQUEST("GET /a", "") REQUEST("GET /b", "")));
	expect(fd, 200, "GET /a? []  127.0.0.1 1");
	expect(fd, 200, "GET /b? []  127.0.0.1 1");
	char *text = mem_new(3 << 20, 1);
	memset(text, 'z', 3 << 20);
	client_send(fd, STR(REQUEST("PUT /spool", "Content-Length: 3145728\r\n")));
	client_send(fd, (struct str){ text, 3 << 20 });
	expect(fd, 200, "3145728 of 3145728, mode 600");
	mem_free(text);
	client_send(fd, STR(REQUEST("POST /", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") "hello"));
	expect(fd, 501, "NOT_SUPPORTED");
	assert_true(client_ended(fd));
	assert_int_equal(SSL_get_shutdown(sessions[fd]), SSL_RECEIVED_SHUTDOWN);
	close(fd);
}

/* Requests that TLS read ahead behind one whose reply is owed must not be forgotten. */
static void
pipelined_in_records(void **state)
{
	(void)state;
	int fd = tls_open(shared, 0);
	for (int round = 0; round < 3; round++) {
		client_send(fd, STR(REQUEST("GET /later", "")));
		for (int i = 0; i < 30; i++)
			client_send(fd, STR(REQUEST("GET /x", "")));
		expect(fd, 200, "later");
		for (int i = 0; i < 30; i++)
			expect(fd, 200, "GET /x? []  127.0.0.1 1");
		worker_join(shared);
	}
	close(fd);
}

static void
big_replies_to_slow_readers(void **state)
{
	(void)state;
	int file = open(shared->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	for (int i = 0; i < 40000; i++)
		assert_int_equal(write(file, "123456789", 9), 9);
	close(file);
	int fd = tls_open(shared, 4096);
	client_send(fd, STR(REQUEST("GET /big", "") REQUEST("GET /file", "") REQUEST("GET /big", "")));
	usleep(100 * 1000);
	struct answer a = client_answer(fd, true);
	assert_int_equal(a.body.n, 200 * 1024);
	for (size_t i = 0; i < a.body.n; i++)
		assert_int_equal(a.body.p[i], 'a' + i % 26);
	answer_free(&a);
	a = client_answer(fd, true);
	assert_int_equal(a.body.n, 299998);
	for (size_t i = 0; i < a.body.n; i++)
		assert_int_equal(a.body.p[i], '1' + (i + 2) % 9);
	answer_free(&a);
	expect(fd, 200, "");
	close(fd);
}

static void
websocket_inside(void **state)
{
	(void)state;
	char *text = mem_new(65536, 1);
	memset(text, 'w', 65536);
	int fd = client_open(shared, 0);
	assert_true(tls_begin(fd));
	client_send(fd, STR(UPGRADE("/ws", KEY)));
	struct answer r = client_answer(fd, false);
	assert_int_equal(r.status, 101);
	answer_free(&r);
	for (int i = 0; i < 20; i++) {
		frame_send(fd, 0x81, (struct str){ text, i % 2 ? 65536 : 10 });
		expect_text(fd, (struct str){ text, i % 2 ? 65536 : 10 });
	}
	frame_send(fd, 0x82, STR("binary"));
	expect_close(fd, 1003);
	mem_free(text);
}

static void
slow_reader_overflows(void **state)
{
	(void)state;
	int fd = client_open(shared, 4096), closed = atomic_load(&shared->closed);
	assert_true(tls_begin(fd));
	client_send(fd, STR(UPGRADE("/ws", KEY)));
	struct answer r = client_answer(fd, false);
	answer_free(&r);
	frame_send(fd, 0x81, STR("flood"));
	wait_for(&shared->closed, closed + 1);
	expect_close(fd, 1013);
}

static void
offers(const char *protocols, size_t n, int version_max, bool good, const char *chosen)
{
	const unsigned char *name;
	unsigned name_n;
	SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)protocols, (unsigned)n);
	SSL_CTX_set_max_proto_version(ctx, version_max);
	SSL_CTX_set_min_proto_version(ctx, version_max ? version_max : TLS1_2_VERSION);
	SSL_CTX_set_security_level(ctx, version_max && version_max < TLS1_2_VERSION ? 0 : 1);
	int fd = client_open(shared, 0);
	assert_int_equal(tls_begin(fd), good);
	SSL_get0_alpn_selected(sessions[fd], &name, &name_n);
	assert_int_equal(name_n, strlen(chosen));
	if (good) {
		client_send(fd, STR(REQUEST("GET /x", "")));
		expect(fd, 200, "");
	}
	close(fd);
}

static void
versions_and_protocols(void **state)
{
	(void)state;
	offers("\x02h2\x08http/1.1", 12, 0, true, "http/1.1");
	offers("\x02h2", 3, 0, false, "");
	offers(NULL, 0, 0, true, "");
	offers(NULL, 0, TLS1_2_VERSION, true, "");
	offers(NULL, 0, TLS1_1_VERSION, false, "");
	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	int fd = tls_open(shared, 0);
	SSL_renegotiate(sessions[fd]);
	assert_int_not_equal(SSL_do_handshake(sessions[fd]), 1);
	close(fd);
	SSL_CTX_set_max_proto_version(ctx, 0);
}

static void
clear_text_and_silence(void **state)
{
	(void)state;
	int fd = client_open(shared, 0), silent = client_open(shared, 0);
	assert_true(send(fd, REQUEST("GET /", ""), sizeof(REQUEST("GET /", "")) - 1, MSG_NOSIGNAL) > 0);
	char part[100];
	ssize_t n = recv(fd, part, sizeof part, 0);
	assert_true(n <= 0 || part[0] == 0x15); /* a TLS alert at most */
	while (n > 0)
		n = recv(fd, part, sizeof part, 0);
	assert_true(recv(silent, part, sizeof part, 0) <= 0);
	close(fd);
	close(silent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_inside),
		cmocka_unit_test(pipelined_in_records),
		cmocka_unit_test(big_replies_to_slow_readers),
		cmocka_unit_test(websocket_inside),
		cmocka_unit_test(slow_reader_overflows),
		cmocka_unit_test(versions_and_protocols),
		cmocka_unit_test(clear_text_and_silence),
	};
	return cmocka_run_group_tests_name("net_tls", tests, begin, end);
}
