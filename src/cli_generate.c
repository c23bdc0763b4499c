#include <stdio.h>

#include "base/clock.h"
#include "cli.h"
#include "interchange/generate.h"
#include "base/banned.h"

enum { WORDS_MAX = 64 };

static const char help[] =
	"antball generate [--seed N] [--days N] [--agents N] [--shops N] [--size N] [--until DATE] OUT.jsonl [--answers OUT.json]\n\n"
	"Writes a made-up service centre in the interchange format: Chinese shop talk with timings, transfers, orders, refunds, ratings, calls and\n"
	"planted faults. The same options give the same bytes on every machine.\n\n"
	"  --seed N        1\n"
	"  --days N        14, the last of them today\n"
	"  --agents N      24\n"
	"  --shops N       1; the first is a clothes shop\n"
	"  --size N        1: about 50 conversations a shop and day\n"
	"  --until DATE    last day, whole (2026-01-31); without it nothing later than now happens\n"
	"  --answers FILE  what was planted and what it adds up to, as JSON\n";

static bool
number(const char *text, int64_t otherwise, int64_t min, int64_t max, int64_t *ret)
{
	*ret = otherwise;
	return !text || (str_int(str_of(text), ret) && *ret >= min && *ret <= max);
}

static int
run(int argc, char **argv)
{
	const char *seed = NULL, *days = NULL, *agents = NULL, *shops = NULL, *size = NULL, *until = NULL, *answers = NULL;
	char *words[WORDS_MAX], why[200];
	int64_t s, d, a, h, z, day = -1;
	const struct cli_option options[] = { { "seed", false, &seed }, { "days", false, &days }, { "agents", false, &agents }, { "shops", false, &shops },
		                              { "size", false, &size }, { "until", false, &until }, { "answers", false, &answers } };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_generate, "too many words");
	int n = cli_parse(&cli_generate, argc, argv, options, sizeof options / sizeof *options, words);
	if (n < 0)
		return 2;
	if (n != 1)
		return cli_usage(&cli_generate, "exactly one OUT.jsonl is needed");
	if (!number(seed, 1, 0, INT64_MAX, &s) || !number(days, 14, 1, 3660, &d) || !number(agents, 24, 1, 2000, &a) ||
	    !number(shops, 1, 1, 200, &h) || !number(size, 1, 1, 10000, &z) || (until && !date_parse(str_of(until), &day)))
		return cli_usage(&cli_generate, "a number or date is not valid");
	const struct generate_options o = { .seed = (uint64_t)s, .days = (int)d, .agents = (int)a, .shops = (int)h, .size = (int)z, .until = day,
		                            .now = clock_now(), .out = words[0], .answers = answers };
	return generate_run(&o, why) ? cli_fail(&cli_generate, why) : 0;
}

const struct cli_command cli_generate = { "generate", "write a made-up centre in the interchange format", help, run };
