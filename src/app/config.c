#include "app/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum kind { TEXT, NUMBER, WORD };

static const struct setting {
	const char *name;
	enum kind kind;
	size_t offset, size;
	int64_t min, max;
	const char *initial, *help;
} settings[] = {
#define AT(member) offsetof(struct config, member), sizeof(((struct config *)0)->member)
	{ "data", TEXT, AT(data), 0, 0, "antball-data", "data directory: database, files, secret" },
	{ "db", TEXT, AT(db), 0, 0, "", "database: a file, or postgresql://...; empty: centre.db in the data directory" },
	{ "listen", TEXT, AT(listen), 0, 0, "127.0.0.1", "numeric address to serve (0.0.0.0: every one of this machine); any but loopback needs TLS" },
	{ "port", NUMBER, AT(port), 0, 65535, "8080", "port; 0: any free one" },
	{ "tls", WORD, AT(tls), 0, 0, "auto", "auto: off on loopback or behind the proxy, else on; on; off (loopback or proxy only)" },
	{ "cert", TEXT, AT(cert), 0, 0, "", "certificate chain (PEM); empty: a self-signed one is made in the data directory" },
	{ "key", TEXT, AT(key), 0, 0, "", "its private key (PEM)" },
	{ "proxy", TEXT, AT(proxy), 0, 0, "", "numeric address of the one proxy in front that ends TLS; its X-Forwarded-For is believed, nobody else is answered in clear" },
	{ "public_url", TEXT, AT(public_url), 0, 0, "", "address that people type, e.g. https://service.example.com" },
	{ "read_lanes", NUMBER, AT(read_lanes), 1, 8, "2", "threads that answer reads" },
	{ "write_lanes", NUMBER, AT(write_lanes), 1, 8, "4", "threads that write (PostgreSQL; SQLite always has one)" },
	{ "job_lanes", NUMBER, AT(job_lanes), 1, 8, "2", "threads for slow work" },
	{ "connections", NUMBER, AT(connections), 64, 100000, "20000", "most connections at once" },
	{ "rate_per_s", NUMBER, AT(rate_per_s), 0, 100000, "40", "requests a second of one address that is not signed in; 0: no limit" },
	{ "password_mb", NUMBER, AT(password_mb), 1, 1024, "64", "memory that hashing a password takes, against those who steal the hashes; below 19 only for tests" },
	{ "reserve_mb", NUMBER, AT(reserve_mb), 0, 100000, "64", "writes are refused below this much free disk" },
	{ "drain_s", NUMBER, AT(drain_s), 0, 600, "0", "seconds that a stopping server goes on serving while /readyz says no, for a balancer in front to notice" },
	{ "log", WORD, AT(log), 0, 0, "info", "least level of the log: debug, info, warn, error" },
	{ "smtp_url", TEXT, AT(smtp_url), 0, 0, "", "server for outgoing mail: smtps://mail.example.com:465 or smtp://mail.example.com:587; empty: no mail" },
	{ "smtp_user", TEXT, AT(smtp_user), 0, 0, "", "account there; empty: none" },
	{ "smtp_password", TEXT, AT(smtp_password), 0, 0, "", "its password" },
	{ "smtp_from", TEXT, AT(smtp_from), 0, 0, "", "address that mail comes from" },
	{ "smtp_tls", WORD, AT(smtp_tls), 0, 0, "on", "on: mail goes only under TLS, the certificate checked; off: in clear (a server on this machine)" },
	{ "robot_hosts", TEXT, AT(robot_hosts), 0, 0, "oapi.dingtalk.com,open.feishu.cn,open.larksuite.com,qyapi.weixin.qq.com",
	  "hosts at which group robots may be, separated by commas; nothing else is ever posted to" },
#undef AT
};
enum { SETTING_COUNT = sizeof settings / sizeof *settings };

static enum err
setting_put(struct config *c, const struct setting *s, struct str value, char why[200])
{
	char *at = (char *)c + s->offset;
	int64_t n;
	if (s->kind == NUMBER) {
		if (!str_int(value, &n) || n < s->min || n > s->max) {
			snprintf(why, 200, "%s must be a number from %lld to %lld", s->name, (long long)s->min, (long long)s->max);
			return ERR_BAD_FIELD;
		}
		memcpy(at, &n, sizeof n);
		return OK;
	}
	if (value.n >= s->size) {
		snprintf(why, 200, "%s is longer than %zu bytes", s->name, s->size - 1);
		return ERR_BAD_FIELD;
	}
	memset(at, 0, s->size);
	if (value.n)
		memcpy(at, value.p, value.n);
	return OK;
}

void
config_defaults(struct config *c)
{
	char why[200];
	*c = (struct config){ 0 };
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (setting_put(c, &settings[i], str_of(settings[i].initial), why))
			return;
}

static bool
word_known(const struct setting *s, struct str value)
{
	static const char *const tls[] = { "auto", "on", "off", NULL }, *const log[] = { "debug", "info", "warn", "error", NULL };
	bool mail = s->name[0] == 's';
	for (const char *const *w = mail ? tls + 1 : s->name[0] == 't' ? tls : log; *w; w++)
		if (str_eqz(value, *w))
			return true;
	return false;
}

enum err
config_set(struct config *c, struct str name, struct str value, char why[200])
{
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (!str_eqz(name, settings[i].name))
			continue;
		if (settings[i].kind == WORD && !word_known(&settings[i], value)) {
			snprintf(why, 200, "%s: %s", settings[i].name, settings[i].help);
			return ERR_BAD_FIELD;
		}
		return setting_put(c, &settings[i], value, why);
	}
	snprintf(why, 200, "there is no setting \"%.*s\"", name.n > 60 ? 60 : (int)name.n, name.p ? name.p : "");
	return ERR_BAD_FIELD;
}

static const char *
path_end(const char *path)
{
	size_t n = strlen(path);
	return n > 80 ? path + n - 80 : path;
}

enum err
config_read(struct config *c, const char *path, char why[200])
{
	char line[1024], inner[200];
	FILE *f = fopen(path, "re");
	if (!f) {
		snprintf(why, 200, "%.120s: %s", path, strerror(errno));
		return ERR_IO;
	}
	enum err e = OK;
	for (int n = 1; !e && fgets(line, sizeof line, f); n++) {
		struct str s = str_trim(str_of(line));
		ptrdiff_t eq = str_find_char(s, '=');
		if (!s.n || s.p[0] == '#')
			continue;
		if (strlen(line) == sizeof line - 1)
			e = ERR_BAD_FIELD, snprintf(inner, sizeof inner, "longer than %zu bytes", sizeof line - 2);
		else if (eq < 0)
			e = ERR_BAD_FIELD, snprintf(inner, sizeof inner, "not \"name = value\"");
		else
			e = config_set(c, str_trim(str_sub(s, 0, (size_t)eq)), str_trim(str_sub(s, (size_t)eq + 1, s.n)), inner);
		if (e)
			snprintf(why, 200, "%s%.80s line %d: %.100s", strlen(path) > 80 ? "..." : "", path_end(path), n, inner);
	}
	fclose(f);
	return e;
}

void
config_sample(struct buf *out)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		buf_printf(out, "# %s\n#%s = %s\n\n", settings[i].help, settings[i].name, settings[i].initial);
}
