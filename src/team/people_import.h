/*
 * A list of people as somebody pastes or uploads it: CSV, or TSV out of a spreadsheet, columns by header (Chinese or English) in any order,
 * or without header in the order account, name, role, group, shops. Shops are parted by ; ； 、 / or |.
 */
#ifndef TEAM_PEOPLE_IMPORT_H
#define TEAM_PEOPLE_IMPORT_H

#include "base/arena.h"
#include "base/err.h"

enum { PEOPLE_SHOPS = 50, PEOPLE_COLUMNS = 5 };

struct people_list {
	struct str rest;
	char separator;
	int line;                    /* physical lines taken */
	int column[PEOPLE_COLUMNS];  /* of account, name, role, group, shops; -1: not there */
};

struct people_line {
	int line; /* where it begins, from 1 */
	struct str account, name, role, group; /* trimmed; empty when not there. account as account_clean keeps it */
	bool has_group, has_shops;             /* the column is there and filled */
	struct str shops[PEOPLE_SHOPS];
	size_t shop_count;
	const char *fault_en, *fault_zh; /* NULL: nothing wrong with the line itself */
};

/* text: UTF-8. ERR_BAD_FIELD with *ret_en, *ret_zh: a header without account or name, or nothing at all. */
enum err people_list_open(struct arena *a, struct str text, struct people_list *ret, const char **ret_en, const char **ret_zh) MUST_CHECK;
/* The next line that is not blank; false at the end. An error of reading (a quote without end, memory) in *ret_err. */
bool people_list_next(struct arena *a, struct people_list *list, struct people_line *ret, enum err *ret_err);

#endif
