#include "base/err.h"

static const struct {
	const char *name;
	int status;
	const char *en, *zh;
} errors[ERR_COUNT] = {
	[OK] = { "OK", 200, "OK", "成功" },
#define ERR(name_, status_, en_, zh_) [ERR_##name_] = { #name_, status_, en_, zh_ },
#include "base/errors.def"
#undef ERR
};

const char *
err_name(enum err e)
{
	return e >= 0 && e < ERR_COUNT ? errors[e].name : "UNKNOWN";
}

int
err_status(enum err e)
{
	return e >= 0 && e < ERR_COUNT ? errors[e].status : 500;
}

const char *
err_text(enum err e, const char *lang)
{
	if (e < 0 || e >= ERR_COUNT)
		e = ERR_INTERNAL;
	return lang && lang[0] == 'z' ? errors[e].zh : errors[e].en;
}
