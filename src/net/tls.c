#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#undef ERR_STATE
#include <stdio.h>
#include <string.h>

#include "net/net_impl.h"

#include "base/banned.h"

static int
choose_protocol(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_n, const unsigned char *offered, unsigned offered_n, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	(void)ssl, (void)arg;
	unsigned char *chosen;
	if (SSL_select_next_proto(&chosen, ret_n, ours, sizeof ours - 1, offered, offered_n) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*ret_name = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static bool
context_fill(SSL_CTX *ctx, const char *cert_file, const char *key_file)
{
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) && SSL_CTX_set_num_tickets(ctx, 1) &&
	       SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") &&
	       SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"net", 3) &&
	       SSL_CTX_use_certificate_chain_file(ctx, cert_file) == 1 &&
	       SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(ctx) == 1;
}

SSL_CTX *
tls_new(const char *cert_file, const char *key_file, char why[160])
{
	ERR_clear_error();
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	if (ctx && context_fill(ctx, cert_file, key_file))
		return ctx;
	char text[100];
	ERR_error_string_n(ERR_peek_error(), text, sizeof text);
	snprintf(why, 160, "certificate or key: %s", text);
	SSL_CTX_free(ctx);
	return NULL;
}

bool
tls_accept(SSL_CTX *ctx, struct conn *c)
{
	c->ssl = SSL_new(ctx);
	if (!c->ssl || !SSL_set_fd(c->ssl, c->fd))
		return false;
	SSL_set_accept_state(c->ssl);
	return true;
}

static int
outcome(struct conn *c, int result)
{
	switch (SSL_get_error(c->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return IO_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		c->want_write = true;
		return IO_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		return IO_FAILED;
	}
}

int
tls_handshake(struct conn *c)
{
	ERR_clear_error();
	int r = SSL_do_handshake(c->ssl);
	return r == 1 ? 1 : outcome(c, r);
}

ssize_t
tls_read(struct conn *c, char *p, size_t n)
{
	ERR_clear_error();
	int r = SSL_read(c->ssl, p, (int)n);
	return r > 0 ? r : outcome(c, r);
}

ssize_t
tls_write(struct conn *c, const char *p, size_t n)
{
	ERR_clear_error();
	int r = SSL_write(c->ssl, p, (int)n);
	if (r > 0)
		return r;
	int e = outcome(c, r);
	return e ? e : IO_FAILED;
}

bool
tls_pending(const struct conn *c)
{
	return c->ssl && SSL_has_pending(c->ssl);
}

void
tls_bye(struct conn *c)
{
	ERR_clear_error();
	if (c->ssl)
		SSL_shutdown(c->ssl);
}

void
tls_free(SSL *ssl)
{
	SSL_free(ssl);
}

void
tls_context_free(SSL_CTX *ctx)
{
	SSL_CTX_free(ctx);
}

bool
tls_ws_accept(struct str key, char out[29])
{
	static const char fixed[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char in[24 + sizeof fixed];
	unsigned char bytes[18], digest[EVP_MAX_MD_SIZE];
	unsigned n;
	if (key.n != 24 || key.p[22] != '=' || key.p[23] != '=' || key.p[21] == '=' ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)key.p, 24) != 18)
		return false;
	memcpy(in, key.p, 24);
	memcpy(in + 24, fixed, sizeof fixed);
	if (!EVP_Digest(in, 24 + sizeof fixed - 1, digest, &n, EVP_sha1(), NULL))
		return false;
	EVP_EncodeBlock((unsigned char *)out, digest, (int)n);
	return true;
}
