/* sqlrun DATABASE < SQL: runs it with the program's own SQLite, prints rows with tabs. For tests. */
#include <stdio.h>
#include <stdlib.h>

#include "sqlite3.h"

enum { SQL_MAX = 16 << 20 };

static int
row_print(void *ctx, int n, char **values, char **names)
{
	(void)ctx, (void)names;
	for (int i = 0; i < n; i++)
		printf("%s%s", i ? "\t" : "", values[i] ? values[i] : "");
	putchar('\n');
	return 0;
}

int
main(int argc, char **argv)
{
	sqlite3 *db;
	char *why = NULL, *sql = malloc(SQL_MAX + 1);
	if (argc != 2 || !sql)
		return 2;
	sql[fread(sql, 1, SQL_MAX, stdin)] = 0;
	int rc = sqlite3_open(argv[1], &db);
	if (!rc)
		sqlite3_busy_timeout(db, 5000);
	if (!rc)
		rc = sqlite3_exec(db, sql, row_print, NULL, &why);
	if (rc)
		fprintf(stderr, "sqlrun: %s\n", why ? why : sqlite3_errmsg(db));
	sqlite3_free(why);
	sqlite3_close(db);
	free(sql);
	return rc ? 1 : 0;
}
