#ifndef APP_TLS_H
#define APP_TLS_H

#include "app/config.h"

/* TLS unless the traffic stays on this machine or comes through the named proxy. Refuses half a certificate and clear text to the network; writes
 * the proxy's address as peers are told; a self-signed certificate (P-256, ten years, for this machine's names and addresses) is made in the data
 * directory as tls.crt and tls.key (0600) when none is given. Afterwards cert and key are set when, and only when, TLS is on. */
enum err tls_settle(struct config *c, char why[200]) MUST_CHECK;
/* The same without making anything: are the settings and the files sound? A word about the certificate in why on success too.
 * ERR_GONE: it works, but it has expired or others can read its key. */
enum err tls_check(const struct config *c, char why[200]) MUST_CHECK;

#endif
