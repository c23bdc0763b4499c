#include "contact/message.h"

#include "base/utf8.h"
#include "base/banned.h"

struct str
message_preview(struct arena *a, struct str text)
{
	struct str head = utf8_head(str_trim(text), MESSAGE_PREVIEW_MAX), copy = arena_str(a, head);
	char *p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; p && i < copy.n; i++)
		if ((unsigned char)p[i] < ' ')
			p[i] = ' ';
	return copy.p ? copy : STR("");
}

bool
message_text_ok(struct str text)
{
	return str_trim(text).n > 0 && utf8_count(text) <= MESSAGE_TEXT_MAX;
}

static bool
is_web_address(struct str s)
{
	return str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
}

static bool
integer_or_none(const struct json *v)
{
	return json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL || (json_kind(v) == JSON_INT && json_int(v, -1) >= 0);
}

static bool
address_or_none(const struct json *v)
{
	return json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL || is_web_address(json_text(v));
}

bool
message_card_ok(const struct json *card, const char **ret_field)
{
	static const char *const numbers[] = { "price", "quantity", "amount" }, *const addresses[] = { "url", "image" };
	struct str kind = json_text(json_get(card, "card"));
	*ret_field = "card";
	if (json_kind(card) != JSON_OBJECT || (!str_eqz(kind, "product") && !str_eqz(kind, "order")))
		return false;
	bool titled = str_trim(json_text(json_get(card, "title"))).n > 0;
	*ret_field = "title";
	if (!titled && !(str_eqz(kind, "order") && str_trim(json_text(json_get(card, "key"))).n))
		return false;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		*ret_field = numbers[i];
		if (!integer_or_none(json_get(card, numbers[i])))
			return false;
	}
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		*ret_field = addresses[i];
		if (!address_or_none(json_get(card, addresses[i])))
			return false;
	}
	return true;
}
