#include <stdio.h>
#include <string.h>

#include "app/describe.h"
#include "cli.h"
#include "base/banned.h"

enum { OUT_MAX = 16 << 20 };

static int
run(int argc, char **argv)
{
	struct buf out;
	char why[200];
	enum err e = argc == 2 ? OK : ERR_USAGE;
	if (e)
		return cli_usage(&cli_describe, "one of --openapi, --ts, --md is needed");
	if (describe_start(why))
		return cli_fail(&cli_describe, why);
	buf_init(&out, OUT_MAX);
	if (!strcmp(argv[1], "--openapi"))
		e = describe_openapi(&out);
	else if (!strcmp(argv[1], "--ts"))
		e = describe_typescript(&out);
	else if (!strcmp(argv[1], "--md"))
		e = describe_markdown(&out);
	else
		return cli_usage(&cli_describe, "one of --openapi, --ts, --md is needed");
	if (!e)
		fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	return e ? cli_fail(&cli_describe, err_text(e, "en")) : 0;
}

const struct cli_command cli_describe = {
	"describe", "print the API: OpenAPI, TypeScript, Markdown",
	"antball describe --openapi | --ts | --md\n\n"
	"Prints the OpenAPI 3.1 document, the TypeScript types of the web front end, or the page of the documentation, all from the route\n"
	"records. The copies in docs/ and web/ are kept equal by the tests.\n",
	run,
};
