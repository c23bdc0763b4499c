/*
 * A disk that can lose power, lie, fail and fill up, in front of the database files of one process (LD_PRELOAD). What is written is kept apart
 * until it is synced: DIR/name is the file as a disk would hold it after its last sync, DIR/name.pending what came since, in order. A test
 * that pulls the plug kills the process and puts DIR's files in place of the real ones, with as much of the pending as it likes.
 *   ANTBALL_DISK   DIR; its file "mode" holds one letter:
 *                  n   honest
 *                  l   says "synced" and does nothing (what PRAGMA synchronous=OFF amounts to)
 *                  e   every sync fails with EIO
 *                  f   every write fails with ENOSPC
 * Watched: *.db, *.db-wal, *.db-journal. The shared memory (-shm) survives no power cut.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WATCHED_MAX = 64, SYNC_US = 4000 /* as a small server's disk takes: long enough for the power to go meanwhile */ };
enum kind { KIND_WRITE = 1, KIND_SIZE = 2 };

/* One entry of a .pending file: a header, then n bytes for KIND_WRITE. */
struct entry {
	uint64_t kind, offset, n;
};

struct watched {
	dev_t dev;
	ino_t ino;
	int held, pending; /* descriptors of DIR/name, DIR/name.pending */
	char name[NAME_MAX];
};

static struct watched watched[WATCHED_MAX];
static size_t watched_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *dir;
static const volatile char *mode;

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_unlink)(const char *);

static void
give_up(const char *why)
{
	perror(why);
	_exit(99);
}

__attribute__((constructor)) static void
begin(void)
{
	char path[PATH_MAX];
	*(void **)&real_open = dlsym(RTLD_NEXT, "open64");
	*(void **)&real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
	*(void **)&real_write = dlsym(RTLD_NEXT, "write");
	*(void **)&real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
	*(void **)&real_fsync = dlsym(RTLD_NEXT, "fdatasync");
	*(void **)&real_unlink = dlsym(RTLD_NEXT, "unlink");
	dir = getenv("ANTBALL_DISK");
	if (!dir)
		return;
	snprintf(path, sizeof path, "%s/mode", dir);
	int fd = real_open(path, O_RDONLY);
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		give_up("disk: mode");
	mode = p;
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *end = strstr(name, ".db");
	bool ours = end && (!end[3] || strcmp(end, ".db-wal") == 0 || strcmp(end, ".db-journal") == 0);
	return dir && ours && strncmp(path, dir, strlen(dir)) != 0 ? name : NULL;
}

static struct watched *
find(int fd)
{
	struct stat s;
	if (!watched_count || fstat(fd, &s))
		return NULL;
	for (size_t i = 0; i < watched_count; i++)
		if (watched[i].ino == s.st_ino && watched[i].dev == s.st_dev)
			return &watched[i];
	return NULL;
}

static int
beside(const char *name, const char *end)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s%s", dir, name, end);
	int fd = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		give_up("disk: beside");
	return fd;
}

static void
copy(int from, int to, off_t offset, size_t n)
{
	char part[65536];
	while (n) {
		ssize_t got = pread(from, part, n < sizeof part ? n : sizeof part, offset);
		if (got < 0)
			give_up("disk: copy");
		if (got == 0)
			return;
		if (real_pwrite(to, part, (size_t)got, offset) != got)
			give_up("disk: copy");
		offset += got;
		n -= (size_t)got;
	}
}

static void
watch(int fd, const char *name)
{
	struct stat s, held;
	pthread_mutex_lock(&lock);
	if (!find(fd) && fstat(fd, &s) == 0) {
		size_t at = 0;
		while (at < watched_count && strcmp(watched[at].name, name) != 0)
			at++;
		if (at == WATCHED_MAX)
			give_up("disk: too many files");
		struct watched *w = &watched[at];
		if (at == watched_count) {
			watched_count++;
			snprintf(w->name, sizeof w->name, "%s", name);
		} else {
			close(w->held);
			close(w->pending);
		}
		w->dev = s.st_dev;
		w->ino = s.st_ino;
		w->held = beside(name, "");
		w->pending = beside(name, ".pending");
		/* What stood there before this process counts as safe. */
		if (fstat(w->held, &held) == 0 && held.st_size == 0)
			copy(fd, w->held, 0, (size_t)s.st_size);
	}
	pthread_mutex_unlock(&lock);
}

static void
note(struct watched *w, struct entry e, const void *bytes)
{
	off_t end = lseek(w->pending, 0, SEEK_END);
	if (real_pwrite(w->pending, &e, sizeof e, end) != (ssize_t)sizeof e ||
	    (e.kind == KIND_WRITE && real_pwrite(w->pending, bytes, e.n, end + (off_t)sizeof e) != (ssize_t)e.n))
		give_up("disk: pending");
}

/* Makes all that is pending safe. */
static void
settle(struct watched *w, int fd)
{
	struct entry e;
	off_t at = 0;
	while (pread(w->pending, &e, sizeof e, at) == (ssize_t)sizeof e) {
		if (e.kind == KIND_WRITE)
			copy(fd, w->held, (off_t)e.offset, e.n);
		else if (real_ftruncate(w->held, (off_t)e.offset))
			give_up("disk: settle");
		at += (off_t)sizeof e + (e.kind == KIND_WRITE ? (off_t)e.n : 0);
	}
	if (real_ftruncate(w->pending, 0))
		give_up("disk: settle");
}

static int
opened(const char *path, int flags, mode_t bits)
{
	int fd = real_open(path, flags, bits);
	const char *name = fd >= 0 ? name_of(path) : NULL;
	if (name)
		watch(fd, name);
	return fd;
}

int
open(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t bits = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return opened(path, flags, bits);
}

int
open64(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t bits = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return opened(path, flags, bits);
}

/* at < 0: where the descriptor stands. */
static ssize_t
written(int fd, const void *bytes, size_t n, off_t at)
{
	ssize_t done = -1;
	pthread_mutex_lock(&lock);
	struct watched *w = find(fd);
	off_t offset = w && at < 0 ? lseek(fd, 0, SEEK_CUR) : at;
	if (w && *mode == 'f')
		errno = ENOSPC;
	else
		done = at < 0 ? real_write(fd, bytes, n) : real_pwrite(fd, bytes, n, at);
	if (w && done > 0)
		note(w, (struct entry){ KIND_WRITE, (uint64_t)offset, (uint64_t)done }, bytes);
	pthread_mutex_unlock(&lock);
	return done;
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	return written(fd, bytes, n, -1);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t n, off_t offset)
{
	return written(fd, bytes, n, offset);
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	return written(fd, bytes, n, offset);
}

int
ftruncate64(int fd, off_t size)
{
	pthread_mutex_lock(&lock);
	struct watched *w = find(fd);
	int rc = real_ftruncate(fd, size);
	if (w && rc == 0)
		note(w, (struct entry){ KIND_SIZE, (uint64_t)size, 0 }, NULL);
	pthread_mutex_unlock(&lock);
	return rc;
}

int
ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

int
fdatasync(int fd)
{
	int rc = 0;
	pthread_mutex_lock(&lock);
	struct watched *w = find(fd);
	if (!w) {
		rc = real_fsync(fd);
	} else if (*mode == 'e') {
		errno = EIO;
		rc = -1;
	} else if (*mode != 'l') {
		usleep(SYNC_US);
		settle(w, fd);
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

/* The next file of that name may well get the same number. */
static void
forget(const char *name)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < watched_count; i++)
		if (strcmp(watched[i].name, name) == 0)
			watched[i].ino = 0;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	real_unlink(path);
	snprintf(path, sizeof path, "%s/%s.pending", dir, name);
	real_unlink(path);
}

int
unlink(const char *path)
{
	pthread_mutex_lock(&lock);
	int rc = real_unlink(path);
	const char *name = rc == 0 ? name_of(path) : NULL;
	if (name)
		forget(name);
	pthread_mutex_unlock(&lock);
	return rc;
}
