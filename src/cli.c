#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/start.h"
#include "base/banned.h"

int
cli_usage(const struct cli_command *command, const char *what)
{
	fprintf(stderr, "antball %s: %s\n\n%s", command->name, what, command->help);
	return 2;
}

int
cli_fail(const struct cli_command *command, const char *what)
{
	fprintf(stderr, "antball %s: %s\n", command->name, what);
	return 1;
}

static const struct cli_option *
option_named(struct str name, const struct cli_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eqz(name, options[i].name))
			return &options[i];
	return NULL;
}

static int
parse_failed(const struct cli_command *command, const char *what, const char *word)
{
	char text[200];
	snprintf(text, sizeof text, "%s \"%.100s\"", what, word);
	cli_usage(command, text);
	return -1;
}

int
cli_parse(const struct cli_command *command, int argc, char **argv, const struct cli_option *options, size_t n, char **ret_words)
{
	int words = 0;
	for (int i = 1; i < argc; i++) {
		struct str word = str_of(argv[i]);
		if (!str_starts(word, STR("--")) || word.n == 2) {
			ret_words[words++] = argv[i];
			continue;
		}
		ptrdiff_t eq = str_find_char(word, '=');
		const struct cli_option *o = option_named(str_sub(word, 2, eq < 0 ? word.n : (size_t)eq), options, n);
		if (!o || (o->flag && eq >= 0))
			return parse_failed(command, "there is no option", argv[i]);
		if (o->flag)
			*o->value = "1";
		else if (eq >= 0)
			*o->value = argv[i] + eq + 1;
		else if (i + 1 < argc)
			*o->value = argv[++i];
		else
			return parse_failed(command, "a value is missing after", argv[i]);
	}
	return words;
}

int
cli_config(const struct cli_command *command, int argc, char **argv, struct config *c)
{
	char why[200];
	for (int i = 1; i < argc; i++) {
		struct str word = str_of(argv[i]), value;
		ptrdiff_t eq = str_find_char(word, '=');
		if (!str_starts(word, STR("--")))
			return cli_usage(command, "only options are expected");
		struct str name = str_sub(word, 2, eq < 0 ? word.n : (size_t)eq);
		if (eq >= 0)
			value = str_sub(word, (size_t)eq + 1, word.n);
		else if (i + 1 < argc)
			value = str_of(argv[++i]);
		else
			return cli_usage(command, "a value is missing at the end");
		if (str_eqz(name, "config")) {
			if (config_read(c, value.p, why))
				return cli_fail(command, why);
		} else if (config_set(c, name, value, why)) {
			return cli_usage(command, why);
		}
	}
	return 0;
}

struct db *
cli_db(const struct cli_command *command, const char *url, bool create)
{
	struct db *db;
	char why[200] = "";
	umask(S_IRWXG | S_IRWXO); /* what people said is nobody else's */
	enum err e = app_open_db(url, create, &db, why);
	if (!e)
		return db;
	cli_fail(command, why[0] ? why : err_text(e, "en"));
	return NULL;
}
