#include "app/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "base/banned.h"

enum { TEN_YEARS_S = 3650 * 86400 };

static bool
extension_add(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = x && X509_add_ext(cert, x, -1);
	X509_EXTENSION_free(x);
	return ok;
}

static bool
certificate_fill(X509 *cert, EVP_PKEY *key, const char *address)
{
	char names[200];
	int64_t serial;
	bool any = !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
	snprintf(names, sizeof names, "DNS:localhost,IP:127.0.0.1%s%s", any ? "" : ",IP:", any ? "" : address);
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
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
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

enum err
tls_self_signed(const char *dir, const char *address, char *cert, size_t cert_size, char *key, size_t key_size, char why[200])
{
	snprintf(cert, cert_size, "%.480s/tls.crt", dir);
	snprintf(key, key_size, "%.480s/tls.key", dir);
	if (access(cert, R_OK) == 0 && access(key, R_OK) == 0)
		return OK;
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	bool ok = pair && x && certificate_fill(x, pair, address) && pair_write(x, pair, cert, key);
	X509_free(x);
	EVP_PKEY_free(pair);
	if (ok)
		return OK;
	snprintf(why, 200, "cannot make a certificate in %.120s: %s", dir, strerror(errno));
	return ERR_IO;
}
