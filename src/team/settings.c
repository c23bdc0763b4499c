#include "team/settings.h"

#include "base/utf8.h"

#include "base/banned.h"

const struct setting_row setting_table[SETTING_COUNT] = {
#define SETTING(NAME, name, kind, fallback, least, most, en, zh)                                                                           \
	[SETTING_##NAME] = { name, SETTING_IS_##kind, fallback, least, most, en, zh, false },
#define DATED(NAME, name, kind, fallback, least, most, en, zh)                                                                             \
	[SETTING_##NAME] = { name, SETTING_IS_##kind, fallback, least, most, en, zh, true },
#include "team/settings.def"
#undef SETTING
};

enum setting
setting_find(struct str name)
{
	int i = 0;
	while (i < SETTING_COUNT && !str_eqz(name, setting_table[i].name))
		i++;
	return (enum setting)i;
}

static enum err
text_clean(const struct setting_row *row, struct str value, struct str *ret_value)
{
	if (!utf8_valid(value))
		return ERR_BAD_FIELD;
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20)
			return ERR_BAD_FIELD;
	int64_t length = (int64_t)utf8_count(value);
	if (length < row->least || length > row->most)
		return ERR_BAD_FIELD;
	*ret_value = value;
	return OK;
}

enum err
setting_clean(struct arena *a, enum setting s, struct str value, struct str *ret_value)
{
	const struct setting_row *row = &setting_table[s];
	int64_t n;
	value = str_trim(value);
	if (row->kind == SETTING_IS_TEXT)
		return text_clean(row, value, ret_value);
	if (row->kind == SETTING_IS_BOOL) {
		bool on = str_eqz(value, "on") || str_eqz(value, "true"), off = str_eqz(value, "off") || str_eqz(value, "false");
		if (!on && !off)
			return ERR_BAD_FIELD;
		*ret_value = on ? STR("true") : STR("false");
		return OK;
	}
	if (!str_int(value, &n) || n < row->least || n > row->most)
		return ERR_BAD_FIELD;
	struct str text = arena_printf(a, "%lld", (long long)n);
	if (!text.p)
		return ERR_NO_MEMORY;
	*ret_value = text;
	return OK;
}
