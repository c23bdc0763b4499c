/* What the fields of a shop may hold. */
#ifndef TEAM_SHOP_H
#define TEAM_SHOP_H

#include "base/arena.h"
#include "base/err.h"

/* "#0F766E" */
bool shop_colour_valid(struct str s);
/* Three capital letters: "CNY". */
bool shop_currency_valid(struct str s);
/*
 * Web origins, one a line or with commas or blanks between ("https://www.example.com:8443") -> the same, one a line, lower case, without
 * path and trailing "/". ERR_BAD_FIELD when one is no http(s) origin; *ret_wrong is then that piece. At most 20.
 */
enum err shop_origins_clean(struct arena *a, struct str text, struct str *ret_origins, struct str *ret_wrong) MUST_CHECK;
/* The tag that carries the widget into a page: base is an origin, key the shop's. */
struct str shop_widget_tag(struct arena *a, struct str base, struct str key);

#endif
