#define PCRE2_CODE_UNIT_WIDTH 8
#include "interchange/pattern.h"

#include <pcre2.h>
#include <stdio.h>

#include "base/banned.h"

enum { MATCH_STEPS = 20000, MATCH_DEPTH = 500, MATCH_HEAP_KB = 1024, GROUPS_MAX = 16 };

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
};

static void
pattern_free(void *arg)
{
	struct pattern *p = arg;
	pcre2_match_context_free(p->context);
	pcre2_match_data_free(p->match);
	pcre2_code_free(p->code);
}

enum err
pattern_new(struct arena *a, struct str text, struct pattern **ret_pattern, char why[120])
{
	struct pattern *p = arena_alloc(a, sizeof *p);
	int code = 0;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR said[80];
	why[0] = 0;
	if (!p || !arena_cleanup(a, pattern_free, p))
		return ERR_NO_MEMORY;
	if (!text.n || text.n > PATTERN_MAX) {
		snprintf(why, 120, text.n ? "is longer than %d bytes" : "is empty", PATTERN_MAX);
		return ERR_BAD_FIELD;
	}
	p->code = pcre2_compile((PCRE2_SPTR)text.p, text.n, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (!p->code) {
		pcre2_get_error_message(code, said, sizeof said);
		snprintf(why, 120, "at character %zu: %.80s", (size_t)at + 1, (const char *)said);
		return ERR_BAD_FIELD;
	}
	p->match = pcre2_match_data_create(GROUPS_MAX, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (!p->match || !p->context)
		return ERR_NO_MEMORY;
	pcre2_set_match_limit(p->context, MATCH_STEPS);
	pcre2_set_depth_limit(p->context, MATCH_DEPTH);
	pcre2_set_heap_limit(p->context, MATCH_HEAP_KB);
	*ret_pattern = p;
	return OK;
}

static int
group_of(const struct pattern *p, const char *name)
{
	int n = name ? pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)name) : 0;
	if (n > 0)
		return n;
	/* In an expression with groups of other names, the first is somebody else's. */
	uint32_t named = 0;
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &named);
	return named ? 0 : 1;
}

enum err
pattern_find(struct pattern *p, struct str subject, const char *name, struct pattern_hit *ret_hit)
{
	size_t n = subject.n;
	if (n > PATTERN_SUBJECT) /* never in the middle of a character */
		for (n = PATTERN_SUBJECT; n && ((unsigned char)subject.p[n] & 0xc0) == 0x80;)
			n--;
	int rc = pcre2_match(p->code, (PCRE2_SPTR)(subject.p ? subject.p : ""), n, 0, 0, p->match, p->context);
	if (rc == PCRE2_ERROR_NOMATCH)
		return ERR_NOT_FOUND;
	if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT)
		return ERR_TIMEOUT;
	if (rc < 0)
		return rc == PCRE2_ERROR_NOMEMORY ? ERR_NO_MEMORY : ERR_BAD_FIELD;
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(p->match);
	int group = group_of(p, name), count = rc ? rc : GROUPS_MAX;
	bool has = group > 0 && group < count && v[2 * group] != PCRE2_UNSET;
	struct pattern_hit hit = { v[0], v[1], has ? v[2 * group] : v[0], has ? v[2 * group + 1] : v[1] };
	/* \K in a look-around can put the end before the begin. */
	if (hit.to < hit.from || hit.part_to < hit.part_from)
		return ERR_NOT_FOUND;
	*ret_hit = hit;
	return OK;
}
