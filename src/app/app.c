#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/address.h"
#include "app/app_sql.h"
#include "app/auth.h"
#include "app/internal.h"
#include "app/metrics.h"
#include "app/start.h"
#include "app/tls.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/banned.h"

enum { DRAIN_MS = 5000, TEND_EVERY_S = 60, FORGOTTEN_EVERY_S = 2 };

extern const struct migration all_migrations[];
extern const size_t all_migrations_count;

void *
app_state(struct app *app, const struct feature *f)
{
	for (size_t i = 0; i < all_features_count; i++)
		if (all_features[i] == f)
			return app->states[i];
	return NULL;
}

void
app_state_set(struct app *app, const struct feature *f, void *state)
{
	for (size_t i = 0; i < all_features_count; i++)
		if (all_features[i] == f)
			app->states[i] = state;
}

struct net *
app_net(struct app *app)
{
	return app->net;
}

const char *
app_data_dir(struct app *app)
{
	return app->config.data;
}

const struct config *
app_config(struct app *app)
{
	return &app->config;
}

struct id_maker *
app_ids(struct app *app)
{
	return &app->ids;
}

enum err
ids_start(struct db *db, unsigned node, struct id_maker *ret_ids)
{
	struct ids_newest_out row;
	struct arena *a = arena_new(8192);
	enum err e = a ? query_one(db, &ids_newest, NULL, a, &row) : ERR_NO_MEMORY;
	if (!e) {
		id_maker_init(ret_ids, node);
		id_maker_seed(ret_ids, row.id);
	}
	arena_free(a);
	return e;
}

const unsigned char *
app_secret(struct app *app)
{
	return app->secret;
}

enum err
app_connect(struct app *app, struct db **ret_db, char why[200])
{
	return db_open(app->config.db, &(struct db_options){ 0 }, ret_db, why);
}

enum err
config_complete(struct config *c, char why[200])
{
	if (mkdir(c->data, 0700) && errno != EEXIST) {
		snprintf(why, 200, "data directory %.120s: %s", c->data, strerror(errno));
		return ERR_IO;
	}
	if (!c->db[0] && snprintf(c->db, sizeof c->db, "%.480s/centre.db", c->data) >= (int)sizeof c->db)
		return ERR_BAD_FIELD;
	return OK;
}

enum err
app_open_db(const char *url, bool create, struct db **ret_db, char why[200])
{
	struct db *db;
	int applied;
	enum err e = db_open(url, &(struct db_options){ .create = create }, &db, why);
	if (e)
		return e;
	e = db_migrate(db, all_migrations, all_migrations_count, clock_now(), &applied, why);
	if (e) {
		db_close(db);
		return e;
	}
	*ret_db = db;
	return OK;
}

static enum err
features_start(struct app *app, struct db *db, char why[200])
{
	for (size_t i = 0; i < all_features_count; i++) {
		enum err e = all_features[i]->start ? all_features[i]->start(app, db) : OK;
		if (e) {
			snprintf(why, 200, "%s does not start: %s (%.100s)", all_features[i]->name, err_text(e, "en"), db_error(db));
			return e;
		}
	}
	return OK;
}

enum err
app_seed(struct db *db, char why[200])
{
	struct app *app = mem_new(1, sizeof *app);
	if (!app)
		return ERR_NO_MEMORY;
	config_defaults(&app->config);
	app->lock_fd = app->db_lock_fd = -1;
	app->kind = db_kind(db);
	enum err e = ids_start(db, 0, &app->ids);
	if (!e)
		e = features_start(app, db, why);
	for (size_t i = all_features_count; i-- > 0;)
		if (all_features[i]->stop)
			all_features[i]->stop(app);
	mem_free(app);
	return e;
}

static enum err
secret_load(struct app *app, char why[200])
{
	char path[600];
	snprintf(path, sizeof path, "%s/secret", app->config.data);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t n = read(fd, app->secret, sizeof app->secret);
		close(fd);
		if (n == (ssize_t)sizeof app->secret)
			return OK;
		snprintf(why, 200, "%.150s is damaged: restore it from a backup, or remove it (visitors then start anew)", path);
		return ERR_IO;
	}
	rand_secret(app->secret, sizeof app->secret);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	bool written = fd >= 0 && write(fd, app->secret, sizeof app->secret) == (ssize_t)sizeof app->secret && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	if (written)
		return OK;
	snprintf(why, 200, "cannot write %.120s: %s", path, strerror(errno));
	return ERR_IO;
}

static enum err
directories_make(struct app *app, char why[200])
{
	snprintf(app->spool_dir, sizeof app->spool_dir, "%s/spool", app->config.data);
	snprintf(app->files_dir, sizeof app->files_dir, "%s/files", app->config.data);
	if ((mkdir(app->spool_dir, 0700) && errno != EEXIST) || (mkdir(app->files_dir, 0700) && errno != EEXIST)) {
		snprintf(why, 200, "cannot make folders in %.120s: %s", app->config.data, strerror(errno));
		return ERR_IO;
	}
	return OK;
}

static enum err
tls_start(struct app *app, char why[200])
{
	char text[200];
	enum err e = tls_settle(&app->config, why);
	if (!e && app->config.cert[0] && tls_check(&app->config, text))
		LOG(LOG_WARN, "certificate", LOG_TEXT("what", str_of(text)));
	return e;
}

static void
disk_look(struct app *app)
{
	struct statvfs v;
	if (statvfs(app->config.data, &v))
		return;
	bool low = (int64_t)v.f_bavail * (int64_t)v.f_frsize < app->config.reserve_mb << 20;
	if (low != atomic_load(&app->disk_low)) {
		atomic_store(&app->disk_low, low);
		LOG(low ? LOG_ERROR : LOG_INFO, low ? "disk_low" : "disk_well", LOG_TEXT("dir", str_of(app->config.data)));
	}
}

static void
stop_when_due(struct app *app)
{
	int64_t at = atomic_load(&app->stop_at);
	if (!at || clock_monotonic() < at)
		return;
	atomic_store(&app->stop_at, 0);
	net_stop(app->net, DRAIN_MS);
}

static void
tick(void *user, int64_t now)
{
	struct app *app = user;
	stop_when_due(app);
	for (size_t i = 0; i < all_features_count; i++)
		if (all_features[i]->tick)
			all_features[i]->tick(app, now);
	if (now / 1000 == app->last_second)
		return;
	app->last_second = now / 1000;
	disk_look(app);
	consumers_wake(app);
	if (app->last_second % FORGOTTEN_EVERY_S == 0 && forgotten_tend(app))
		LOG(LOG_WARN, "sign_outs_not_stored", LOG_INT("count", (int64_t)app->forgotten_count));
	metrics_tick(app, now);
	if (app->last_second % TEND_EVERY_S == 0 && app_command(app, LANE_WRITE, outbox_tend, NULL, 0))
		LOG(LOG_WARN, "outbox_not_tended", LOG_INT("second", app->last_second));
}

static enum err
setup_look(struct app *app, struct db *db)
{
	struct administrators_count_out row;
	struct arena *a = arena_new(8192);
	enum err e = a ? query_one(db, &administrators_count, NULL, a, &row) : ERR_NO_MEMORY;
	if (!e && row.n == 0) {
		struct str token = rand_token(a, 15);
		snprintf(app->setup_token, sizeof app->setup_token, "%.*s", STR_ARG(token));
	}
	arena_free(a);
	return e;
}

static enum err
database_start(struct app *app, char why[200])
{
	struct db *db;
	enum err e = app_open_db(app->config.db, true, &db, why);
	if (e)
		return e;
	app->kind = db_kind(db);
	e = guard_database(app, why);
	if (e) {
		db_close(db);
		return e;
	}
	/* A log that cannot be folded into the file now would not survive the next fault either. */
	e = db_checkpoint(db, true);
	if (e)
		snprintf(why, 200, "the database does not check in: %.150s", db_error(db));
	if (!e)
		e = ids_start(db, 0, &app->ids);
	if (!e)
		e = features_start(app, db, why);
	if (!e)
		e = auth_load(db, clock_now(), &app->auth);
	if (!e)
		e = outbox_last(db, &app->last_pos);
	if (!e)
		e = setup_look(app, db);
	db_close(db);
	return e;
}

static enum err
listen_start(struct app *app, char why[200])
{
	struct config *c = &app->config;
	struct net_config n = {
		.address = c->listen, .port = (int)c->port, .max_connections = (int)c->connections, .user = app,
		.cert_file = c->cert[0] ? c->cert : NULL, .key_file = c->key[0] ? c->key : NULL,
		.on = { .head = front_head, .request = front_request, .refuse = front_refuse, .ws_open = socket_open,
		        .ws_message = socket_message, .ws_close = socket_close, .tick = tick },
	};
	return net_new(&n, &app->net, why);
}

enum err
app_new(const struct config *config, struct app **ret_app, char why[200])
{
	struct app *app = mem_new(1, sizeof *app);
	if (!app)
		return ERR_NO_MEMORY;
	app->config = *config;
	app->lock_fd = app->db_lock_fd = -1;
	id_maker_init(&app->ids, 0);
	why[0] = 0;
	enum err e = routes_init(why);
	if (!e)
		e = metrics_new(app);
	if (!e)
		e = guard_directory(app, why);
	if (!e)
		e = directories_make(app, why);
	if (!e)
		e = secret_load(app, why);
	if (!e)
		e = tls_start(app, why);
	if (!e)
		e = sockets_new(app);
	if (!e)
		e = database_start(app, why);
	if (!e)
		e = listen_start(app, why);
	if (!e)
		e = lanes_start(app, why);
	if (e) {
		if (!why[0])
			snprintf(why, 200, "%s", err_text(e, "en"));
		app_free(app);
		return e;
	}
	*ret_app = app;
	return OK;
}

enum err
app_run(struct app *app)
{
	disk_look(app);
	return net_run(app->net);
}

void
app_stop(struct app *app)
{
	bool again = atomic_exchange(&app->stopping, true);
	LOG(LOG_INFO, "stopping", LOG_INT("drain_s", again ? 0 : app->config.drain_s));
	if (again || !app->config.drain_s)
		net_stop(app->net, DRAIN_MS);
	else
		atomic_store(&app->stop_at, clock_monotonic() + app->config.drain_s * 1000);
}

void
app_free(struct app *app)
{
	if (!app)
		return;
	lanes_stop(app);
	for (size_t i = all_features_count; i-- > 0;)
		if (all_features[i]->stop && app->states[i])
			all_features[i]->stop(app);
	net_free(app->net);
	sockets_free(app);
	auth_free(app->auth);
	rates_free(app);
	metrics_free(app);
	guard_release(app);
	sodium_memzero(app->secret, sizeof app->secret);
	mem_free(app);
}

struct str
app_url(struct app *app, struct arena *a)
{
	const struct config *c = &app->config;
	char own[1][ADDRESS_TEXT];
	const char *host = c->listen;
	if (c->public_url[0])
		return str_of(c->public_url);
	if (address_is_any(host))
		host = addresses_own(own, 1) ? own[0] : "127.0.0.1";
	bool six = strchr(host, ':') != NULL;
	return arena_printf(a, "%s://%s%s%s:%d", c->cert[0] ? "https" : "http", six ? "[" : "", host, six ? "]" : "", net_port(app->net));
}
