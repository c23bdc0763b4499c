#include "team/people_import.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "team/person.h"

#include "base/banned.h"

enum { ACCOUNT, NAME, ROLE, GROUP, SHOPS, FIELDS_MAX = 40 };

static const struct {
	int column;
	const char *name;
} aliases[] = {
	{ ACCOUNT, "account" },
	{ ACCOUNT, "username" },
	{ ACCOUNT, "user" },
	{ ACCOUNT, "login" },
	{ ACCOUNT, "账号" },
	{ ACCOUNT, "帐号" },
	{ ACCOUNT, "账户" },
	{ ACCOUNT, "登录名" },
	{ ACCOUNT, "用户名" },
	{ ACCOUNT, "工号" },
	{ NAME, "name" },
	{ NAME, "full name" },
	{ NAME, "姓名" },
	{ NAME, "名字" },
	{ NAME, "昵称" },
	{ ROLE, "role" },
	{ ROLE, "角色" },
	{ ROLE, "岗位" },
	{ ROLE, "职位" },
	{ GROUP, "group" },
	{ GROUP, "team" },
	{ GROUP, "组" },
	{ GROUP, "小组" },
	{ GROUP, "班组" },
	{ GROUP, "组别" },
	{ GROUP, "分组" },
	{ GROUP, "团队" },
	{ SHOPS, "shops" },
	{ SHOPS, "shop" },
	{ SHOPS, "store" },
	{ SHOPS, "stores" },
	{ SHOPS, "店铺" },
	{ SHOPS, "品牌" },
	{ SHOPS, "门店" },
};

static int
column_of(struct str head)
{
	head = str_trim(head);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (str_eq_nocase(head, str_of(aliases[i].name)))
			return aliases[i].column;
	return -1;
}

/* A tab beats a comma beats a semicolon, in the first line. */
static char
separator_of(struct str text)
{
	struct str rest = text, line = STR("");
	while (str_split(&rest, '\n', &line) && str_trim(line).n == 0)
		;
	return str_find_char(line, '\t') >= 0 ? '\t' : str_find_char(line, ',') < 0 && str_find_char(line, ';') >= 0 ? ';' : ',';
}

static bool
is_blank(const struct str *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_trim(fields[i]).n)
			return false;
	return true;
}

/* The next record with anything in it; line: where it begins. */
static bool
record_next(struct arena *a, struct people_list *list, struct str *fields, size_t *ret_n, int *ret_line, enum err *ret_err)
{
	size_t n;
	for (;;) {
		int begins = list->line + 1;
		if (!csv_next(a, &list->rest, list->separator, fields, FIELDS_MAX, &n, &list->line, ret_err))
			return false;
		n = n < FIELDS_MAX ? n : FIELDS_MAX;
		if (is_blank(fields, n))
			continue;
		*ret_n = n;
		*ret_line = begins;
		return true;
	}
}

enum err
people_list_open(struct arena *a, struct str text, struct people_list *ret, const char **ret_en, const char **ret_zh)
{
	struct people_list list = { .rest = text, .separator = separator_of(text) };
	struct people_list at_start = list;
	struct str fields[FIELDS_MAX];
	size_t n;
	int line;
	enum err e = OK;
	bool header = false;
	for (int i = 0; i < PEOPLE_COLUMNS; i++)
		list.column[i] = -1;
	if (!record_next(a, &list, fields, &n, &line, &e)) {
		*ret_en = e ? "A quote that begins in it never ends" : "There is nobody in it";
		*ret_zh = e ? "引号没有配对" : "名单是空的";
		return e ? e : ERR_BAD_FIELD;
	}
	for (size_t i = 0; i < n; i++) {
		int column = column_of(fields[i]);
		if (column >= 0 && list.column[column] < 0) {
			list.column[column] = (int)i;
			header = true;
		}
	}
	if (!header) {
		list = at_start;
		for (int i = 0; i < PEOPLE_COLUMNS; i++)
			list.column[i] = i;
	}
	if (list.column[ACCOUNT] < 0 || list.column[NAME] < 0) {
		*ret_en = "The header needs the columns account and name";
		*ret_zh = "表头需要包含“账号”和“姓名”两列";
		return ERR_BAD_FIELD;
	}
	*ret = list;
	return OK;
}

/* Length of the separator between shops at the front of s, 0: none. */
static size_t
shop_separator(struct str s)
{
	static const char *const marks[] = { ";", "；", "、", "/", "|", "，", "," };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(s, str_of(marks[i])))
			return strlen(marks[i]);
	return 0;
}

static bool
shops_read(struct str text, struct people_line *l)
{
	size_t from = 0;
	for (size_t i = 0; i <= text.n; i++) {
		size_t n = i < text.n ? shop_separator(str_sub(text, i, text.n)) : 1;
		if (n == 0)
			continue;
		struct str piece = str_trim(str_sub(text, from, i));
		if (piece.n && l->shop_count == PEOPLE_SHOPS)
			return false;
		if (piece.n)
			l->shops[l->shop_count++] = piece;
		from = i + n;
		i = from - 1;
	}
	l->has_shops = l->shop_count > 0;
	return true;
}

static struct str
cell(const struct people_list *list, const struct str *fields, size_t n, int column)
{
	int at = list->column[column];
	return at >= 0 && (size_t)at < n ? str_trim(fields[at]) : STR("");
}

static bool
name_valid(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F)
			return false;
	return name.n > 0 && utf8_count(name) <= 64;
}

bool
people_list_next(struct arena *a, struct people_list *list, struct people_line *ret, enum err *ret_err)
{
	struct str fields[FIELDS_MAX];
	size_t n;
	struct people_line l = { 0 };
	if (!record_next(a, list, fields, &n, &l.line, ret_err))
		return false;
	struct str account = cell(list, fields, n, ACCOUNT);
	l.account = account;
	l.name = cell(list, fields, n, NAME);
	l.role = cell(list, fields, n, ROLE);
	l.group = cell(list, fields, n, GROUP);
	l.has_group = l.group.n > 0;
	enum err e = account_clean(a, account, &l.account);
	if (e == ERR_NO_MEMORY) {
		*ret_err = e;
		return false;
	}
	if (e) {
		l.fault_en = "The account needs 2 to 64 characters without blanks";
		l.fault_zh = "账号应为 2 到 64 个字符，不含空格";
	} else if (!name_valid(l.name)) {
		l.fault_en = "The name needs 1 to 64 characters";
		l.fault_zh = "姓名应为 1 到 64 个字符";
	} else if (!shops_read(cell(list, fields, n, SHOPS), &l)) {
		l.fault_en = "Too many shops";
		l.fault_zh = "店铺过多";
	}
	*ret = l;
	return true;
}
