/*
 * A door into one server for the tests (LD_PRELOAD), so that its count-downs can be set while it runs; nothing of it is in the program. Who
 * connects to the socket ANTBALL_FAULT names says, a line each, and hears how much was left of the count-down before:
 *   memory N          the N-th allocation from now fails; 0 turns it off
 *   step N ERROR      the N-th database step from now fails with this error (a name of base/errors.def, in small letters)
 *   left              nothing but the answer: two numbers, memory and step; not above zero: it has happened
 * With ANTBALL_SYNC_OFF every connection of SQLite runs with synchronous=OFF, whatever the program asks for.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "db/db.h"

#include "sqlite3.h"

static enum err
error_named(const char *name)
{
	static const struct {
		const char *name;
		enum err err;
	} known[] = { { "disk_full", ERR_DISK_FULL }, { "busy", ERR_BUSY }, { "db", ERR_DB }, { "no_memory", ERR_NO_MEMORY } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].err;
	return ERR_INTERNAL;
}

static void
obey(const char *line, int fd)
{
	char name[32], answer[64];
	long n, memory = mem_fail_left(), step = db_fail_left();
	if (sscanf(line, "memory %ld", &n) == 1)
		mem_fail_after(n);
	else if (sscanf(line, "step %ld %31s", &n, name) == 2)
		db_fail_after(n, error_named(name));
	int size = snprintf(answer, sizeof answer, "%ld %ld\n", memory, step);
	if (write(fd, answer, (size_t)size) != size)
		_exit(99);
}

static void *
listen_on(void *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char line[128];
	snprintf(at.sun_path, sizeof at.sun_path, "%s", (const char *)path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(at.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 4))
		_exit(99);
	for (;;) {
		int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		ssize_t n;
		while (peer >= 0 && (n = read(peer, line, sizeof line - 1)) > 0) {
			line[n] = 0;
			obey(line, peer);
		}
		close(peer);
	}
	return NULL;
}

static int
deaf(void *ctx, int action, const char *name, const char *value, const char *database, const char *trigger)
{
	(void)ctx, (void)database, (void)trigger;
	return action == SQLITE_PRAGMA && value && sqlite3_stricmp(name, "synchronous") == 0 ? SQLITE_IGNORE : SQLITE_OK;
}

static int
sync_off(sqlite3 *db, char **why, const void *api)
{
	(void)why, (void)api;
	int rc = sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
	return rc ? rc : sqlite3_set_authorizer(db, deaf, NULL);
}

__attribute__((constructor)) static void
begin(void)
{
	static char path[100];
	const char *at = getenv("ANTBALL_FAULT");
	pthread_t thread;
	sigset_t all, before;
	if (getenv("ANTBALL_SYNC_OFF") && sqlite3_auto_extension((void (*)(void))sync_off))
		_exit(99);
	if (!at)
		return;
	snprintf(path, sizeof path, "%s", at);
	/* The server's signals are the server's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, NULL, listen_on, path))
		_exit(99);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	unsetenv("LD_PRELOAD");
}
