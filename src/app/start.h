/* The life of the running centre, for main and cli. */
#ifndef APP_START_H
#define APP_START_H

#include "app/app.h"
#include "app/config.h"

/* Opens the database (bringing it up to date), starts lanes and features, listens. why says what to do on failure. */
enum err app_new(const struct config *config, struct app **ret_app, char why[200]) MUST_CHECK;
/* Serves until app_stop. */
enum err app_run(struct app *app) MUST_CHECK;
void app_free(struct app *app);
/* Not ready from now on; after drain_s the connections are closed, at once when asked again. (any thread) */
void app_stop(struct app *app);
/* The address that people type, e.g. "http://127.0.0.1:8080". */
struct str app_url(struct app *app, struct arena *a);
/* Without sockets: a connection with the schema up to date, for commands. create: make an embedded database when absent. */
enum err app_open_db(const char *url, bool create, struct db **ret_db, char why[200]) MUST_CHECK;
/* Runs each feature's start() on a fresh database, so that what is built in exists (roles, categories). */
enum err app_seed(struct db *db, char why[200]) MUST_CHECK;
/* Where the database is, from the settings: config.db, or centre.db in the data directory (made when absent). */
enum err config_complete(struct config *c, char why[200]) MUST_CHECK;

#endif
