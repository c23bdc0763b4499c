#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "version.h"
#include "base/banned.h"

static const struct cli_command *const commands[] = {
	&cli_serve, &cli_migrate, &cli_backup, &cli_restore, &cli_doctor, &cli_check_sql, &cli_user, &cli_import, &cli_report, &cli_rebuild_facts, &cli_export, &cli_generate, &cli_describe,
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int
help(FILE *to, int status)
{
	fprintf(to, "Antball %s: a customer-service centre in one small server.\n\n"
	            "  antball COMMAND [OPTIONS]      antball COMMAND --help explains one\n\n", ANTBALL_VERSION);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "  %-14s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(to, "\nA database is a file path (SQLite) or postgresql://...  Exit status: 0 done, 1 failed, 2 wrong usage.\n");
	return status;
}

/* What a request gives back, the next one takes: without this each of them asks the kernel for its pages anew. */
static void
heap_keeps_a_little(void)
{
	mallopt(M_TRIM_THRESHOLD, 1 << 20);
	mallopt(M_TOP_PAD, 256 << 10);
}

int
main(int argc, char **argv)
{
	heap_keeps_a_little();
	if (sodium_init() < 0) {
		fprintf(stderr, "antball: no secure randomness on this system\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return help(stderr, 2);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return help(stdout, 0);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "version")) {
		printf("antball %s\n", ANTBALL_VERSION);
		return 0;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(argv[1], commands[i]->name) != 0)
			continue;
		for (int k = 2; k < argc; k++)
			if (!strcmp(argv[k], "--help") || !strcmp(argv[k], "-h")) {
				fputs(commands[i]->help, stdout);
				return 0;
			}
		return commands[i]->run(argc - 1, argv + 1);
	}
	fprintf(stderr, "antball: there is no command \"%.60s\"\n\n", argv[1]);
	return help(stderr, 2);
}
