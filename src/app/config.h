/*
 * What the operator sets at start: one table (name, type, range, default, help) that parses the command line and antball.conf, checks, prints
 * its own sample. What people change while it runs is in team/settings.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct config {
	char db[512];       /* database URL: a path, or postgresql://... */
	char data[512];     /* data directory: database, files, secret */
	char listen[64];    /* address */
	int64_t port;
	char tls[16];       /* auto, off, on */
	char cert[512], key[512];
	char proxy[64];     /* address of the one proxy in front that ends TLS and sets X-Forwarded-For */
	char public_url[256]; /* the address that people type; for links and origin checks behind a proxy */
	int64_t read_lanes, write_lanes, job_lanes, connections, rate_per_s, password_mb, reserve_mb, drain_s;
	char log[16];
	char smtp_url[256], smtp_user[128], smtp_password[256], smtp_from[200], smtp_tls[16]; /* outgoing mail */
	char robot_hosts[512]; /* where group robots may be */
};

void config_defaults(struct config *c);
/* One setting by name. ERR_BAD_FIELD with why. */
enum err config_set(struct config *c, struct str name, struct str value, char why[200]) MUST_CHECK;
/* "name = value" lines, # comments. why names the line. */
enum err config_read(struct config *c, const char *path, char why[200]) MUST_CHECK;
/* A sample file with every setting, its default and its help. */
void config_sample(struct buf *out);

#endif
