/*
 * What the organisation may set, as one table in settings.def. Values stand in the table `setting` as text, and in memory for reading: any
 * thread, no query, no lock. A value that the table no longer allows reads as its default.
 */
#ifndef TEAM_SETTINGS_H
#define TEAM_SETTINGS_H

#include "app/app.h"

enum setting {
#define SETTING(NAME, name, kind, fallback, least, most, en, zh) SETTING_##NAME,
#include "team/settings.def"
#undef SETTING
	SETTING_COUNT
};

enum setting_kind { SETTING_IS_INT, SETTING_IS_BOOL, SETTING_IS_TEXT };

struct setting_row {
	const char *name;
	enum setting_kind kind;
	const char *fallback; /* the default */
	int64_t least, most;
	const char *help_en, *help_zh;
	bool dated;
};
extern const struct setting_row setting_table[SETTING_COUNT];

/* Present values; of a dated setting what it is before its first change (team/rule_version.h). app may be NULL (tests): defaults. */
int64_t setting_int(struct app *app, enum setting s);
bool setting_on(struct app *app, enum setting s);
/* Valid until the centre stops. */
struct str setting_text(struct app *app, enum setting s);

/* As text. No value: out of memory. */
struct str setting_shown(struct app *app, struct arena *a, enum setting s);

/* SETTING_COUNT when no setting has this name. */
enum setting setting_find(struct str name);
/* A value as a person may write it ("20", "true" or "on", text) -> as it is stored. ERR_BAD_FIELD. */
enum err setting_clean(struct arena *a, enum setting s, struct str value, struct str *ret_value) MUST_CHECK;

#endif
