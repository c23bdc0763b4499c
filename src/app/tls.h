#ifndef APP_TLS_H
#define APP_TLS_H

#include <stddef.h>

#include "base/err.h"

/* A self-signed certificate (P-256, ten years, for `address` and localhost) as tls.crt and tls.key (0600) in `dir`, made when absent; fills in
 * their paths. */
enum err tls_self_signed(const char *dir, const char *address, char *cert, size_t cert_size, char *key, size_t key_size, char why[200]) MUST_CHECK;

#endif
