#include "app/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/address.h"
#include "base/rand.h"
#include "base/banned.h"

enum { TEN_YEARS_S = 3650 * 86400, ADDRESSES_MAX = 16 };

static bool
extension_add(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = x && X509_add_ext(cert, x, -1);
	X509_EXTENSION_free(x);
	return ok;
}

static bool
is_host_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	return name[0] && strspn(name, allowed) == strlen(name) && strcmp(name, "localhost") != 0;
}

/* All under which somebody on the network may open this machine. */
static void
names_list(const char *address, struct buf *out)
{
	char host[256] = "", own[ADDRESSES_MAX][ADDRESS_TEXT];
	buf_addz(out, "DNS:localhost,IP:127.0.0.1,IP:::1");
	if (gethostname(host, sizeof host - 1) == 0 && is_host_name(host))
		buf_printf(out, ",DNS:%s", host);
	if (!address_is_any(address)) {
		buf_printf(out, ",IP:%s", address);
		return;
	}
	int n = addresses_own(own, ADDRESSES_MAX);
	for (int i = 0; i < n; i++)
		buf_printf(out, ",IP:%s", own[i]);
}

static bool
certificate_fill(X509 *cert, EVP_PKEY *key, const char *names)
{
	int64_t serial;
	rand_secret(&serial, sizeof serial);
	X509_NAME *name = X509_get_subject_name(cert);
	return X509_set_version(cert, 2) && ASN1_INTEGER_set_int64(X509_get_serialNumber(cert), serial & 0x7fffffffffffLL) &&
	       X509_gmtime_adj(X509_getm_notBefore(cert), -86400) && X509_gmtime_adj(X509_getm_notAfter(cert), TEN_YEARS_S) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"Antball", -1, -1, 0) &&
	       X509_set_issuer_name(cert, name) && X509_set_pubkey(cert, key) && extension_add(cert, NID_subject_alt_name, names) &&
	       extension_add(cert, NID_basic_constraints, "critical,CA:TRUE") && X509_sign(cert, key, EVP_sha256()) > 0;
}

static FILE *
file_new(const char *path)
{
	unlink(path); /* one that is left keeps its old mode otherwise */
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f && fd >= 0)
		close(fd);
	return f;
}

static bool
pair_write(X509 *cert, EVP_PKEY *key, const char *cert_path, const char *key_path)
{
	FILE *c = file_new(cert_path), *k = file_new(key_path);
	bool ok = c && k && PEM_write_X509(c, cert) && PEM_write_PrivateKey(k, key, NULL, NULL, 0, NULL, NULL);
	if (c)
		ok &= fclose(c) == 0;
	if (k)
		ok &= fclose(k) == 0;
	return ok;
}

static enum err
self_signed(struct config *c, char why[200])
{
	struct buf names;
	snprintf(c->cert, sizeof c->cert, "%.480s/tls.crt", c->data);
	snprintf(c->key, sizeof c->key, "%.480s/tls.key", c->data);
	if (access(c->cert, R_OK) == 0 && access(c->key, R_OK) == 0)
		return OK;
	buf_init(&names, 8192);
	names_list(c->listen, &names);
	buf_char(&names, 0);
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	bool ok = !buf_err(&names) && pair && x && certificate_fill(x, pair, names.p) && pair_write(x, pair, c->cert, c->key);
	X509_free(x);
	EVP_PKEY_free(pair);
	buf_free(&names);
	if (ok)
		return OK;
	snprintf(why, 200, "cannot make a certificate in %.120s: %s", c->data, strerror(errno));
	return ERR_IO;
}

/* Are the words of the settings possible together? */
static enum err
settings_check(const struct config *c, bool *ret_on, char why[200])
{
	bool inside = address_is_loopback(c->listen) || c->proxy[0], off = str_eqz(str_of(c->tls), "off");
	if (!address_parse(c->listen, NULL))
		snprintf(why, 200, "listen is a numeric address such as 127.0.0.1 or 0.0.0.0, not \"%s\"", c->listen);
	else if (c->proxy[0] && !address_parse(c->proxy, NULL))
		snprintf(why, 200, "proxy is the numeric address from which the proxy connects, not \"%s\"", c->proxy);
	else if (!c->cert[0] != !c->key[0])
		snprintf(why, 200, "cert and key belong together: %s is missing", c->cert[0] ? "key" : "cert");
	else if (off && !inside)
		snprintf(why, 200, "tls = off is for loopback or behind a named proxy; %s needs TLS", c->listen);
	else {
		*ret_on = !off && (!inside || c->cert[0] || str_eqz(str_of(c->tls), "on"));
		return OK;
	}
	return ERR_BAD_FIELD;
}

enum err
tls_settle(struct config *c, char why[200])
{
	bool on = false;
	enum err e = settings_check(c, &on, why);
	if (e)
		return e;
	if (c->proxy[0])
		(void)!address_parse(c->proxy, c->proxy);
	if (!on) {
		c->cert[0] = c->key[0] = 0;
		return OK;
	}
	if (!c->cert[0])
		return self_signed(c, why);
	e = tls_check(c, why);
	return e == ERR_GONE ? OK : e; /* an old one still encrypts */
}

static void *
pem_read(const char *path, bool want_key, char why[200])
{
	FILE *f = fopen(path, "re");
	if (!f) {
		snprintf(why, 200, "%.120s: %s", path, strerror(errno));
		return NULL;
	}
	void *got = want_key ? (void *)PEM_read_PrivateKey(f, NULL, NULL, NULL) : (void *)PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	if (!got)
		snprintf(why, 200, "%.120s holds no %s in PEM form", path, want_key ? "private key" : "certificate");
	return got;
}

static enum err
pair_check(X509 *cert, EVP_PKEY *key, const struct config *c, char why[200])
{
	struct stat st;
	int days = 0, seconds;
	if (X509_check_private_key(cert, key) != 1) {
		snprintf(why, 200, "%.90s is not the key of %.90s", c->key, c->cert);
		return ERR_BAD_FIELD;
	}
	ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert));
	if (days < 0 || X509_cmp_current_time(X509_get0_notAfter(cert)) < 0)
		snprintf(why, 200, "%.120s has expired", c->cert);
	else if (stat(c->key, &st) == 0 && st.st_mode & (S_IRWXO))
		snprintf(why, 200, "%.120s can be read by everybody: chmod 600", c->key);
	else {
		snprintf(why, 200, "%.120s, good for %d days", c->cert, days);
		return OK;
	}
	return ERR_GONE;
}

enum err
tls_check(const struct config *c, char why[200])
{
	bool on = false;
	enum err e = settings_check(c, &on, why);
	if (e)
		return e;
	struct config files = *c;
	if (!files.cert[0] && on) {
		snprintf(files.cert, sizeof files.cert, "%.480s/tls.crt", c->data);
		snprintf(files.key, sizeof files.key, "%.480s/tls.key", c->data);
	}
	if (!on || (!c->cert[0] && access(files.cert, F_OK))) {
		snprintf(why, 200, on ? "on; a self-signed certificate is made at the first start" : c->proxy[0] ? "off, %s ends it" : "off, loopback only", c->proxy);
		return OK;
	}
	X509 *cert = pem_read(files.cert, false, why);
	EVP_PKEY *key = cert ? pem_read(files.key, true, why) : NULL;
	e = cert && key ? pair_check(cert, key, &files, why) : ERR_IO;
	X509_free(cert);
	EVP_PKEY_free(key);
	return e;
}
