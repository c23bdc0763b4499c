/* Two servers on one data directory, or on one database, would each believe that they alone write. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/app_sql.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/banned.h"

enum { LOCK_WAIT_MS = 3000, LOCK_LOOK_MS = 100 };

static enum err
file_lock(const char *path, const char *what, int *ret_fd, char why[200])
{
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*ret_fd = fd;
		return OK;
	}
	bool taken = fd >= 0 && errno == EWOULDBLOCK;
	if (taken)
		snprintf(why, 200, "another server already serves this %s (%.120s is locked): stop it first", what, path);
	else
		snprintf(why, 200, "%.150s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return taken ? ERR_BUSY : ERR_IO;
}

enum err
guard_directory(struct app *app, char why[200])
{
	char path[600];
	snprintf(path, sizeof path, "%s/lock", app->config.data);
	return file_lock(path, "data directory", &app->lock_fd, why);
}

/* The lock lives as long as its connection. One whose server was killed a moment ago may linger. */
static enum err
postgres_lock(struct app *app, char why[200])
{
	struct centre_lock_out row = { 0 };
	int64_t until = clock_monotonic() + LOCK_WAIT_MS;
	struct arena *a = arena_new(4096);
	enum err e = a ? db_open(app->config.db, &(struct db_options){ 0 }, &app->guard, why) : ERR_NO_MEMORY;
	while (!e && !row.held) {
		e = query_one(app->guard, &centre_lock, NULL, a, &row);
		if (e)
			snprintf(why, 200, "database: %.150s", db_error(app->guard));
		else if (!row.held && clock_monotonic() > until)
			e = ERR_BUSY, snprintf(why, 200, "another server already serves this database: stop it first");
		else if (!row.held)
			usleep(LOCK_LOOK_MS * 1000);
	}
	arena_free(a);
	return e;
}

enum err
guard_database(struct app *app, char why[200])
{
	char path[600];
	if (app->kind == DB_POSTGRES)
		return postgres_lock(app, why);
	snprintf(path, sizeof path, "%s.lock", app->config.db);
	return file_lock(path, "database", &app->db_lock_fd, why);
}

void
guard_release(struct app *app)
{
	db_close(app->guard);
	if (app->db_lock_fd >= 0)
		close(app->db_lock_fd);
	if (app->lock_fd >= 0)
		close(app->lock_fd);
}
