/* The web front ends out of the binary, and the rate of those who have not signed in. Loop thread. */
#include <stdio.h>
#include <string.h>

#include "app/assets.h"
#include "app/internal.h"
#include "app/metrics.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/banned.h"

static const struct asset *
page_for(struct str path)
{
	path = str_sub(path, 1, path.n);
	const struct asset *a = asset_find(path);
	if (a)
		return a;
	if (str_starts(path, STR("shop/")) || str_eq(path, STR("shop")))
		return asset_find(STR("shop/index.html"));
	if (str_eq(path, STR("wall")) || str_starts(path, STR("wall/")))
		return asset_find(STR("wall/index.html"));
	/* A path that ends like a file is a file that is not there; all others are pages of the desk. */
	ptrdiff_t dot = -1;
	for (size_t i = 0; i < path.n; i++)
		dot = path.p[i] == '.' ? (ptrdiff_t)i : path.p[i] == '/' ? -1 : dot;
	return dot >= 0 ? NULL : asset_find(STR("desk/index.html"));
}

static void
nonce_put(struct buf *out, struct str html, struct str nonce)
{
	ptrdiff_t at;
	while ((at = str_find(html, STR("__NONCE__"))) >= 0) {
		buf_add(out, str_sub(html, 0, (size_t)at));
		buf_add(out, nonce);
		html = str_sub(html, (size_t)at + 9, html.n);
	}
	buf_add(out, html);
}

static void
page_headers(struct buf *h, struct str nonce)
{
	buf_printf(h,
	           "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' 'nonce-%.*s'; img-src 'self' data: blob:; "
	           "media-src 'self' blob:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
	           "Cache-Control: no-cache\r\nPermissions-Policy: camera=(), geolocation=(), payment=()\r\nX-Frame-Options: DENY\r\n",
	           STR_ARG(nonce));
}

static void
asset_headers(struct buf *h, const struct asset *a, bool gzip)
{
	buf_printf(h, "Cache-Control: %s\r\nVary: Accept-Encoding\r\n", a->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	buf_printf(h, "ETag: %.*s%s\"\r\n", (int)a->etag.n - 1, a->etag.p, gzip ? "-gz" : "");
	if (gzip)
		buf_addz(h, "Content-Encoding: gzip\r\n");
}

static bool
etag_known(const struct net_request *rq, const struct asset *a)
{
	return a->etag.n > 2 && str_find(net_header(rq, "if-none-match"), str_sub(a->etag, 0, a->etag.n - 1)) >= 0;
}

static void
not_found(struct app *app, const struct net_request *rq, int status)
{
	struct buf body;
	metrics_request(app, NULL, status, 0);
	buf_init(&body, 1024);
	buf_addz(&body, status == 404 ? "404 - not found / 没有找到\n" : "405 - method not allowed\n");
	net_reply(app->net, rq->conn, status, STR("Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"), &body);
}

void
serve_asset(struct app *app, const struct net_request *rq)
{
	struct buf headers, body;
	int64_t began_us = clock_us();
	const struct asset *a = page_for(rq->path);
	if (!str_eqz(rq->method, "GET") && !str_eqz(rq->method, "HEAD")) {
		not_found(app, rq, 405);
		return;
	}
	if (!a) {
		not_found(app, rq, 404);
		return;
	}
	buf_init(&headers, 4096);
	buf_init(&body, 16 << 20);
	buf_printf(&headers, "Content-Type: %.*s\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n", STR_ARG(a->type));
	int status = 200;
	if (str_ends(a->path, STR(".html"))) {
		struct arena *arena = arena_new(8192);
		struct str nonce = arena ? rand_token(arena, 16) : STR_NONE;
		page_headers(&headers, nonce);
		nonce_put(&body, a->bytes, nonce);
		arena_free(arena);
	} else {
		bool gzip = a->gzip.p && str_find(net_header(rq, "accept-encoding"), STR("gzip")) >= 0;
		asset_headers(&headers, a, gzip);
		if (str_eqz(rq->path, "/widget.js"))
			buf_addz(&headers, "Access-Control-Allow-Origin: *\r\nCross-Origin-Resource-Policy: cross-origin\r\n");
		status = etag_known(rq, a) ? 304 : 200;
		if (status == 200)
			buf_add(&body, gzip ? a->gzip : a->bytes);
	}
	metrics_request(app, NULL, status, clock_us() - began_us);
	net_reply(app->net, rq->conn, status, buf_str(&headers), &body);
	buf_free(&headers);
	buf_free(&body);
}

/* A leaky bucket an address; a crowded table forgets the address that asked longest ago in its slot. */
enum { RATE_SLOTS = 4096, BURST_FACTOR = 5 };

struct rate_table {
	struct {
		uint64_t address;
		int64_t at, tokens_milli;
	} slots[RATE_SLOTS];
};

bool
rate_allow(struct app *app, struct str address, int64_t now)
{
	int64_t per_s = app->config.rate_per_s, full = per_s * BURST_FACTOR * 1000;
	if (!per_s)
		return true;
	if (!app->rates)
		app->rates = mem_new(1, sizeof *app->rates);
	if (!app->rates)
		return false;
	uint64_t h = str_hash(address);
	size_t i = (size_t)(h >> 20) % RATE_SLOTS;
	if (app->rates->slots[i].address != h) {
		app->rates->slots[i].address = h;
		app->rates->slots[i].tokens_milli = full;
	} else {
		int64_t tokens = app->rates->slots[i].tokens_milli + (now - app->rates->slots[i].at) * per_s;
		app->rates->slots[i].tokens_milli = tokens > full ? full : tokens;
	}
	app->rates->slots[i].at = now;
	if (app->rates->slots[i].tokens_milli < 1000)
		return false;
	app->rates->slots[i].tokens_milli -= 1000;
	return true;
}

void
rates_free(struct app *app)
{
	mem_free(app->rates);
	app->rates = NULL;
}
