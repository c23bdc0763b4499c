#include "app/internal.h"

#include <stdio.h>
#include <string.h>

#include "app/metrics.h"
#include "base/mem.h"
#include "base/banned.h"

enum { ROUTES_MAX = 1024 };

static struct {
	const struct route *all[ROUTES_MAX];
	size_t count;
} table;

void
routes_each(void (*fn)(void *ctx, const struct route *r), void *ctx)
{
	for (size_t i = 0; i < table.count; i++)
		fn(ctx, table.all[i]);
}

const struct query *
route_in(const struct route *r)
{
	return r->in ? r->in : r->query;
}

const struct query *
route_out(const struct route *r)
{
	return r->out ? r->out : r->query;
}

static const char *
route_flaw(const struct route *r)
{
	if (!r->path || !r->help)
		return "has no path or no help";
	if (r->permission < 0 || r->permission >= PERM_COUNT)
		return "has no permission";
	if (!r->handler && !r->query)
		return "has neither query nor handler";
	if (!r->handler && !r->query->sql[0])
		return "names a shape as its query";
	if (r->method != SOCKET && r->path[0] != '/')
		return "has a path without /";
	if (r->lane == LANE_WRITE && r->method == GET)
		return "is a GET that writes";
	return NULL;
}

/* A permission that was left out is 0, which is PUBLIC: only what is meant to be public may be so. */
static bool
may_be_public(const struct route *r)
{
	static const char *const open[] = { "/api/v1/login", "/api/v1/setup", "/api/v1/reset", "/api/v1/visitor/", "/api/v1/health", "/healthz", "/readyz", "/metrics" };
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (str_starts(str_of(r->path), str_of(open[i])))
			return true;
	return false;
}

static enum err
routes_add(const char *feature, const struct route *r, size_t n, char why[200])
{
	for (; n; n--, r++) {
		const char *flaw = route_flaw(r);
		if (!flaw && r->permission == PERM_PUBLIC && !may_be_public(r))
			flaw = "has no permission";
		if (!flaw && table.count == ROUTES_MAX)
			flaw = "is one too many";
		if (flaw) {
			snprintf(why, 200, "route %s of %s %s", r->path ? r->path : "?", feature, flaw);
			return ERR_INTERNAL;
		}
		table.all[table.count++] = r;
	}
	return OK;
}

enum err
routes_init(char why[200])
{
	table.count = 0;
	enum err e = routes_add("app", outbox_routes, outbox_route_count, why);
	if (!e)
		e = routes_add("app", metrics_routes, metrics_route_count, why);
	for (size_t i = 0; !e && i < all_features_count; i++)
		e = routes_add(all_features[i]->name, all_features[i]->routes, all_features[i]->route_count, why);
	return e;
}

static bool
path_fits(const char *pattern, struct str path, struct command *c)
{
	struct str want = str_of(pattern), left = path, piece, given;
	c->path_count = 0;
	while (str_split(&want, '/', &piece)) {
		if (!str_split(&left, '/', &given))
			return false;
		if (piece.n < 3 || piece.p[0] != '{') {
			if (!str_eq(piece, given))
				return false;
			continue;
		}
		if (!given.n || c->path_count == 4)
			return false;
		c->path_names[c->path_count] = str_sub(piece, 1, piece.n - 1);
		c->path_values[c->path_count++] = given;
	}
	return left.p == NULL;
}

enum err
caller_allowed(const struct caller *who, const struct route *r)
{
	if (r->permission == PERM_PUBLIC)
		return OK;
	if (who->kind == CALLER_NOBODY)
		return ERR_SIGN_IN;
	if (who->kind == CALLER_PERSON && who->must_change && !r->while_locked)
		return ERR_FORBIDDEN;
	return caller_may(who, r->permission) ? OK : ERR_FORBIDDEN;
}

enum err
route_find(enum method method, struct str path, const struct caller *who, struct command *c, const struct route **ret_route)
{
	const struct route *found = NULL;
	bool path_known = false;
	for (size_t i = 0; i < table.count; i++) {
		const struct route *r = table.all[i];
		struct command probe;
		probe.path_count = 0;
		if (r->method == SOCKET || !path_fits(r->path, path, &probe))
			continue;
		path_known = true;
		if (r->method != method || (found && caller_allowed(who, found) == OK))
			continue;
		/* A literal segment wins over a {member}: it stands earlier in this feature's table or is allowed alone. */
		if (found && caller_allowed(who, r) != OK)
			continue;
		found = r;
		c->path_count = probe.path_count;
		memcpy(c->path_names, probe.path_names, sizeof c->path_names);
		memcpy(c->path_values, probe.path_values, sizeof c->path_values);
	}
	if (!found)
		return path_known ? ERR_NO_METHOD : ERR_NOT_FOUND;
	*ret_route = found;
	return OK;
}

const struct route *
route_socket_find(struct str name, const struct caller *who)
{
	const struct route *found = NULL;
	for (size_t i = 0; i < table.count; i++) {
		const struct route *r = table.all[i];
		if (r->method != SOCKET || !str_eqz(name, r->path))
			continue;
		if (caller_allowed(who, r) == OK)
			return r;
		found = r;
	}
	return found;
}
