/* Care of the database's schema: migrate, check-sql. */
#include <stdio.h>

#include "app/start.h"
#include "cli.h"
#include "base/banned.h"

enum { WORDS_MAX = 64 };

static int
migrate_run(int argc, char **argv)
{
	const char *url = NULL;
	char *words[WORDS_MAX];
	const struct cli_option options[] = { { "db", false, &url } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_migrate, "too many words");
	int n = cli_parse(&cli_migrate, argc, argv, options, 1, words);
	if (n)
		return n < 0 ? 2 : cli_usage(&cli_migrate, "only options are expected");
	if (!url)
		return cli_usage(&cli_migrate, "--db is missing");
	struct db *db = cli_db(&cli_migrate, url, false);
	if (!db)
		return 1;
	char why[200] = "";
	enum err e = app_seed(db, why);
	db_close(db);
	if (e)
		return cli_fail(&cli_migrate, why);
	printf("%s is up to date\n", url);
	return 0;
}

const struct cli_command cli_migrate = {
	"migrate", "bring a database up to date",
	"antball migrate --db URL\n\n"
	"Brings the schema of a database to this program's version (serve, import and the others do so by themselves). A database\n"
	"of a newer version is refused and left as it is: upgrade the program first. Make a backup before an upgrade.\n\n"
	"  --db URL   a file, or postgresql://user@host/name\n",
	migrate_run,
};

static int
check_sql_run(int argc, char **argv)
{
	static const char *const big[] = { "message", "session", "outbox", "message_search", NULL };
	const char *url = NULL;
	char *words[WORDS_MAX], why[400];
	const struct cli_option options[] = { { "db", false, &url } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_check_sql, "too many words");
	int n = cli_parse(&cli_check_sql, argc, argv, options, 1, words), bad = 0, scans = 0, count = 0;
	if (n || !url)
		return n < 0 ? 2 : cli_usage(&cli_check_sql, "--db URL is needed, and nothing else");
	struct db *db = cli_db(&cli_check_sql, url, true);
	if (!db)
		return 1;
	for (const struct query *const *q = all_queries; *q; q++) {
		if (!(*q)->sql[db_kind(db)])
			continue;
		count++;
		enum err e = db_check_query(db, *q, big, why);
		if (e)
			printf("%s %s: %s\n", e == ERR_CONFLICT ? "scan" : "BAD", (*q)->name, why);
		scans += e == ERR_CONFLICT;
		bad += e && e != ERR_CONFLICT;
	}
	db_close(db);
	printf("%d queries: %d bad, %d scan a big table\n", count, bad, scans);
	return bad ? 1 : 0;
}

const struct cli_command cli_check_sql = {
	"check-sql", "prepare every query of the program",
	"antball check-sql --db URL\n\n"
	"Prepares every query on this database, compares its columns with its header, and lists full scans of big tables. For developers.\n\n"
	"  --db URL   a file (made when absent), or postgresql://user@host/name\n",
	check_sql_run,
};
