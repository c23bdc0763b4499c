#include "app/auth.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_sql.h"
#include "app/internal.h"
#include "app/visitor_token.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/banned.h"

static const char *const permission_names[PERM_COUNT] = {
#define PERMISSION(name, zh, en) [PERM_##name] = #name,
#include "app/permissions.def"
#undef PERMISSION
};

struct loading {
	struct arena *arena;
	struct auth_table *t;
	size_t cap, shop_cap, shop_count;
	int64_t *shop_persons;
};

static uint64_t
permissions_parse(struct arena *a, struct str text)
{
	const struct json *list;
	uint64_t bits = PERM_BIT(PERM_SIGNED_IN);
	if (json_parse(a, text, &list, NULL))
		return bits;
	for (size_t i = 0; i < json_count(list); i++)
		for (int p = PERM_SIGNED_IN; p < PERM_COUNT; p++)
			if (str_eqz(json_text(json_at(list, i)), permission_names[p]))
				bits |= PERM_BIT(p);
	return bits;
}

static enum scope
scope_parse(struct str s)
{
	return str_eqz(s, "all") ? SCOPE_ALL : str_eqz(s, "shop") ? SCOPE_SHOP : str_eqz(s, "group") ? SCOPE_GROUP : SCOPE_OWN;
}

static void
text_copy(char *to, size_t size, struct str s)
{
	size_t n = s.n < size ? s.n : size - 1;
	memset(to, 0, size);
	if (n)
		memcpy(to, s.p, n);
}

static enum err
login_load(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct auth_logins_out *r = row;
	if (l->t->count == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		void *p = mem_grow(l->t->logins, cap * sizeof *l->t->logins);
		if (!p)
			return ERR_NO_MEMORY;
		l->t->logins = p;
		l->cap = cap;
	}
	struct login_entry *e = &l->t->logins[l->t->count];
	*e = (struct login_entry){ .expires_at = r->expires_at };
	if (sodium_hex2bin(e->token, sizeof e->token, r->token_hash.p, r->token_hash.n, NULL, NULL, NULL))
		return OK; /* not a login of ours: nobody can present it */
	e->who = (struct caller){ .kind = CALLER_PERSON, .person_id = r->person_id, .login_id = r->login_id,
		                  .group_id = r->group_id_set ? r->group_id : 0, .scope = scope_parse(r->scope),
		                  .permissions = permissions_parse(l->arena, r->permissions), .must_change = r->must_change };
	text_copy(e->who.lang, sizeof e->who.lang, r->lang);
	text_copy(e->who.csrf, sizeof e->who.csrf, r->csrf);
	l->t->count++;
	return OK;
}

static enum err
shop_load(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct auth_shops_out *r = row;
	if (l->shop_count == l->shop_cap) {
		size_t cap = l->shop_cap ? 2 * l->shop_cap : 256;
		int64_t *shops = mem_grow(l->t->shops, cap * sizeof *shops);
		if (shops)
			l->t->shops = shops;
		int64_t *persons = mem_grow(l->shop_persons, cap * sizeof *persons);
		if (persons)
			l->shop_persons = persons;
		if (!shops || !persons)
			return ERR_NO_MEMORY;
		l->shop_cap = cap;
	}
	l->t->shops[l->shop_count] = r->shop_id;
	l->shop_persons[l->shop_count++] = r->person_id;
	return OK;
}

static void
shops_give(struct loading *l)
{
	for (size_t i = 0; i < l->t->count; i++) {
		struct caller *who = &l->t->logins[i].who;
		size_t lo = 0, hi = l->shop_count;
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;
			if (l->shop_persons[mid] < who->person_id)
				lo = mid + 1;
			else
				hi = mid;
		}
		who->shops = l->t->shops ? l->t->shops + lo : NULL;
		while (lo < l->shop_count && l->shop_persons[lo] == who->person_id)
			lo++, who->shop_count++;
	}
}

static int
token_compare(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

enum err
auth_load(struct db *db, int64_t now, struct auth_table **ret_table)
{
	struct loading l = { .arena = arena_new(8 << 20), .t = mem_new(1, sizeof *l.t) };
	if (!l.arena || !l.t) {
		arena_free(l.arena);
		mem_free(l.t);
		return ERR_NO_MEMORY;
	}
	enum err e = query_each(db, &auth_logins, &(struct auth_logins_in){ .now = now }, login_load, &l);
	if (!e)
		e = query_each(db, &auth_shops, &(struct auth_shops_in){ .now = now }, shop_load, &l);
	if (!e) {
		if (l.t->count)
			qsort(l.t->logins, l.t->count, sizeof *l.t->logins, token_compare);
		shops_give(&l);
	}
	mem_free(l.shop_persons);
	arena_free(l.arena);
	if (e)
		auth_free(l.t);
	else
		*ret_table = l.t;
	return e;
}

void
auth_free(struct auth_table *t)
{
	if (!t)
		return;
	mem_free(t->logins);
	mem_free(t->shops);
	mem_free(t);
}

struct swap {
	struct app *app;
	struct auth_table *table;
};

static void
table_swap(void *arg)
{
	struct swap *s = arg;
	auth_free(s->app->auth);
	s->app->auth = s->table;
	forgotten_apply(s->app);
	s->app->setup_token[0] = s->table->count ? 0 : s->app->setup_token[0];
	sockets_check_logins(s->app);
	mem_free(s);
}

static void
refresh_now(struct app *app, struct db *db, void *arg)
{
	(void)arg;
	struct swap *s = mem_new(1, sizeof *s);
	if (!s || auth_load(db, clock_now(), &s->table)) {
		mem_free(s);
		return;
	}
	s->app = app;
	net_post(app->net, table_swap, s);
}

enum err
auth_refresh(struct request *rq)
{
	return after_commit(rq, refresh_now, NULL);
}

struct str
auth_setup_token(struct app *app)
{
	return str_of(app->setup_token);
}

struct str
auth_token_hash(struct arena *a, struct str token)
{
	unsigned char hash[32];
	char *hex = arena_alloc(a, 65);
	if (!hex)
		return STR_NONE;
	crypto_hash_sha256(hash, (const unsigned char *)(token.p ? token.p : ""), token.n);
	sodium_bin2hex(hex, 65, hash, sizeof hash);
	return (struct str){ hex, 64 };
}

struct str
auth_cookie(struct arena *a, struct str token, int64_t max_age_s)
{
	return arena_printf(a, "__Host-antball=%.*s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%lld", STR_ARG(token), (long long)max_age_s);
}

const struct login_entry *
auth_by_token(const struct auth_table *t, struct str token, int64_t now)
{
	unsigned char hash[32];
	if (!t || !t->count || !token.n || token.n > 200)
		return NULL;
	crypto_hash_sha256(hash, (const unsigned char *)token.p, token.n);
	const struct login_entry *e = bsearch(hash, t->logins, t->count, sizeof *t->logins, token_compare);
	return e && e->expires_at > now ? e : NULL;
}

const struct login_entry *
auth_by_login(const struct auth_table *t, int64_t login_id)
{
	for (size_t i = 0; t && i < t->count; i++)
		if (t->logins[i].who.login_id == login_id && t->logins[i].expires_at)
			return &t->logins[i];
	return NULL;
}

static struct str
cookie_value(struct str cookies, const char *name)
{
	struct str piece;
	while (cookies.p && str_split(&cookies, ';', &piece)) {
		piece = str_trim(piece);
		ptrdiff_t eq = str_find_char(piece, '=');
		if (eq > 0 && str_eqz(str_sub(piece, 0, (size_t)eq), name))
			return str_sub(piece, (size_t)eq + 1, piece.n);
	}
	return STR_NONE;
}

void
auth_of_request(struct app *app, const struct net_request *rq, struct command *c)
{
	struct str bearer = net_header(rq, "authorization");
	struct caller *who = &c->rq.who;
	struct str lang = net_header(rq, "accept-language");
	if (lang.n && lang.p[0] == 'e')
		memcpy(who->lang, "en", 3);
	if (str_starts(bearer, STR("Bearer "))) {
		if (visitor_token_verify(app->secret, str_sub(bearer, 7, bearer.n), c->rq.now, &who->customer_id, &who->shop_id)) {
			who->kind = CALLER_VISITOR;
			who->permissions = PERM_BIT(PERM_VISITOR);
		}
		return;
	}
	const struct login_entry *e = auth_by_token(app->auth, cookie_value(net_header(rq, "cookie"), "__Host-antball"), c->rq.now);
	if (e)
		caller_copy(c->rq.arena, who, &e->who);
}
