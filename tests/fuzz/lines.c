/* Interchange lines into a database of their own: whatever they say, the import ends in order and its table adds up. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/db.h"
#include "interchange/import.h"

static struct db *db;
static char file[] = "/tmp/antball-fuzz-XXXXXX", path[64];

static void
begin(void)
{
	char why[200];
	int applied;
	int fd = mkstemp(file);
	snprintf(path, sizeof path, "%s.db", file);
	if (fd < 0 || db_open(path, &(struct db_options){ .create = true }, &db, why) || db_migrate(db, all_migrations, all_migrations_count, 1, &applied, why))
		abort();
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int64_t now = 1767225600000; /* an import numbers what it makes from when it began */
	struct import_options o = { .now = now += 1000, .no_event = true, .no_index = true, .rules = true };
	struct import_report r = { 0 };
	char why[200];
	if (!db)
		begin();
	FILE *f = fopen(file, "wb");
	if (!f || (n && fwrite(data, n, 1, f) != 1) || fclose(f))
		abort();
	enum err e = import_run(db, &o, (char *[]){ file }, 1, &r, why);
	if (e && e != ERR_BAD_FIELD && e != ERR_TOO_LARGE) {
		fprintf(stderr, "%s: %s\n", err_name(e), why);
		abort();
	}
	for (int t = 0; t < IMPORT_TYPES; t++)
		if (!e && r.types[t].read != r.types[t].created + r.types[t].updated + r.types[t].unchanged + r.types[t].rejected)
			abort();
	return 0;
}
