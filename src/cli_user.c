#include <stdio.h>
#include <string.h>

#include "app/start.h"
#include "base/clock.h"
#include "cli.h"
#include "team/account.h"
#include "team/account_sql.h"
#include "base/banned.h"

enum { WORDS_MAX = 64 };

static const char help[] =
	"antball user --db URL list\n"
	"antball user --db URL add ACCOUNT --role ROLE [--name NAME] [--group GROUP] [--shops all|KEY,KEY] [--key PERSON]\n"
	"antball user --db URL password ACCOUNT\n\n"
	"Accounts without the browser: for the first administrator, for scripts, and for who is locked out. add makes the account, or gives the person\n"
	"with that key one; both print a new password once. Roles: agent, lead, supervisor, inspector, trainer, manager, administrator, staff, client.\n"
	"A serving centre takes notice at its next start.\n";

static enum err
row_print(void *ctx, const void *row)
{
	const struct account_list_out *r = row;
	(void)ctx;
	printf("%-24.*s %-14.*s %-16.*s %.*s%s\n", STR_ARG(r->account), STR_ARG(r->role), STR_ARG(r->group_name), STR_ARG(r->name),
	       r->disabled ? " (disabled)" : "");
	return OK;
}

static int
user_do(struct db *db, char **words, int n, struct account_wish *w)
{
	char why[200] = "";
	struct str password = STR_NONE;
	enum err e;
	if (n == 1 && !strcmp(words[0], "list")) {
		e = query_each(db, &account_list, NULL, row_print, NULL);
		return e ? cli_fail(&cli_user, db_error(db)) : 0;
	}
	struct arena *a = arena_new(1 << 20);
	if (!a)
		return cli_fail(&cli_user, "out of memory");
	w->account = str_of(words[1]);
	if (!strcmp(words[0], "add"))
		e = account_give(db, a, w, &password, why);
	else
		e = account_reset(db, a, w->account, w->now, &password);
	if (e == ERR_NOT_FOUND && !why[0])
		snprintf(why, sizeof why, "there is no such account");
	if (!e)
		printf("%s %.*s\n", words[1], STR_ARG(password));
	arena_free(a);
	return e ? cli_fail(&cli_user, why[0] ? why : err_text(e, "en")) : 0;
}

static int
run(int argc, char **argv)
{
	const char *url = NULL, *role = NULL, *name = NULL, *group = NULL, *shops = NULL, *key = NULL;
	char *words[WORDS_MAX], why[200];
	const struct cli_option options[] = { { "db", false, &url }, { "role", false, &role }, { "name", false, &name }, { "group", false, &group },
		                              { "shops", false, &shops }, { "key", false, &key } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_user, "too many words");
	int n = cli_parse(&cli_user, argc, argv, options, sizeof options / sizeof *options, words);
	if (n < 0)
		return 2;
	bool list = n == 1 && !strcmp(words[0], "list"), add = n == 2 && !strcmp(words[0], "add"), reset = n == 2 && !strcmp(words[0], "password");
	if (!url || (!list && !add && !reset) || (add && !role))
		return cli_usage(&cli_user, "--db URL and one of list, add ACCOUNT --role ROLE, password ACCOUNT are needed");
	struct account_wish w = { .role = str_of(role), .name = str_of(name), .group = str_of(group), .shops = str_of(shops), .key = str_of(key), .now = clock_now() };
	struct db *db = cli_db(&cli_user, url, true);
	if (!db)
		return 1;
	int status = app_seed(db, why) ? cli_fail(&cli_user, why) : user_do(db, words, n, &w);
	db_close(db);
	return status;
}

const struct cli_command cli_user = { "user", "accounts without the browser", help, run };
