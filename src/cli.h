/* The commands of the binary: one record each. Exit 0, 1 failure, 2 usage. */
#ifndef CLI_H
#define CLI_H

#include "app/config.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

struct cli_command {
	const char *name, *summary;
	const char *help; /* whole text of --help */
	int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

extern const struct cli_command cli_serve, cli_migrate, cli_backup, cli_restore, cli_doctor, cli_check_sql, cli_describe, cli_import, cli_report, cli_rebuild_facts, cli_generate, cli_user, cli_export;

/* Options are "--name value", "--name=value" or a bare "--flag". */
struct cli_option {
	const char *name; /* without -- */
	bool flag;
	const char **value; /* set to the text, or "1" for a flag */
};
/* Parses; fills option values (left alone when absent) and *ret_words (the other words, count returned), or -1 after printing what is
 * wrong. */
int cli_parse(const struct cli_command *command, int argc, char **argv, const struct cli_option *options, size_t n, char **ret_words);
/* Settings of a server: --config FILE and --NAME VALUE for every name of app/config. 0, or the exit status after printing what is wrong: a
 * bad word is wrong usage (2), a bad file a failure (1). */
int cli_config(const struct cli_command *command, int argc, char **argv, struct config *c);
int cli_usage(const struct cli_command *command, const char *what);
/* Prints "antball NAME: what" on stderr; returns 1. */
int cli_fail(const struct cli_command *command, const char *what);
/* Opens the database of --db with its schema up to date; prints on failure. */
struct db *cli_db(const struct cli_command *command, const char *url, bool create);

#endif
