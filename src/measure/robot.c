#include "measure/robot.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "json/json.h"
#include "base/banned.h"

static enum err
hmac_base64(struct arena *a, struct str key, struct str message, struct str *ret)
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	size_t room = sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL);
	char *out = arena_alloc(a, room);
	if (!out)
		return ERR_NO_MEMORY;
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)(key.p ? key.p : ""), key.n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)(message.p ? message.p : ""), message.n);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2base64(out, room, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
	*ret = str_of(out);
	return OK;
}

enum err
robot_sign_dingtalk(struct arena *a, struct str secret, int64_t ms, struct str *ret_sign)
{
	struct str message = arena_printf(a, "%lld\n%.*s", (long long)ms, STR_ARG(secret));
	return message.p ? hmac_base64(a, secret, message, ret_sign) : ERR_NO_MEMORY;
}

enum err
robot_sign_feishu(struct arena *a, struct str secret, int64_t seconds, struct str *ret_sign)
{
	struct str key = arena_printf(a, "%lld\n%.*s", (long long)seconds, STR_ARG(secret));
	return key.p ? hmac_base64(a, key, STR(""), ret_sign) : ERR_NO_MEMORY;
}

static void
url_encode(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-_.~", c);
		if (plain && c)
			buf_char(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

enum err
robot_url(struct arena *a, enum robot kind, struct str hook, struct str secret, int64_t now, struct str *ret_url)
{
	struct buf b;
	struct str sign;
	*ret_url = hook;
	if (kind != ROBOT_DINGTALK || !secret.n)
		return OK;
	enum err e = robot_sign_dingtalk(a, secret, now, &sign);
	if (e)
		return e;
	buf_init(&b, 8192);
	buf_add(&b, hook);
	buf_printf(&b, "%ctimestamp=%lld&sign=", str_find_char(hook, '?') < 0 ? '?' : '&', (long long)now);
	url_encode(&b, sign);
	*ret_url = arena_str(a, buf_str(&b));
	e = buf_err(&b);
	buf_free(&b);
	return e ? e : ret_url->p ? OK : ERR_NO_MEMORY;
}

struct str
robot_cut(struct arena *a, struct str text, size_t max_bytes)
{
	static const char more[] = "…";
	if (text.n <= max_bytes)
		return text;
	struct str rest = text;
	uint32_t c;
	size_t keep = 0;
	while (utf8_next(&rest, &c) && text.n - rest.n + sizeof more - 1 <= max_bytes)
		keep = text.n - rest.n;
	return arena_printf(a, "%.*s%s", (int)keep, text.p, more);
}

static void
text_member(struct json_writer *w, const char *outer, const char *inner, struct str text)
{
	jw_key(w, outer);
	jw_object(w);
	jw_member_text(w, inner, text);
	jw_end(w);
}

static void
body_write(struct arena *a, enum robot kind, struct str text, struct json_writer *w)
{
	bool markdown = kind == ROBOT_WECOM && text.n > WECOM_TEXT_MAX;
	size_t most = markdown ? WECOM_MARKDOWN_MAX : kind == ROBOT_WECOM ? WECOM_TEXT_MAX : ROBOT_TEXT_MAX;
	struct str cut = robot_cut(a, text, most);
	jw_member_text(w, kind == ROBOT_FEISHU ? "msg_type" : "msgtype", markdown ? STR("markdown") : STR("text"));
	if (markdown)
		text_member(w, "markdown", "content", cut);
	else if (kind == ROBOT_FEISHU)
		text_member(w, "content", "text", cut);
	else
		text_member(w, "text", "content", cut);
}

enum err
robot_body(struct arena *a, enum robot kind, struct str secret, struct str text, int64_t now, struct str *ret_json)
{
	struct buf b;
	struct json_writer w;
	struct str sign = STR_NONE;
	enum err e = kind == ROBOT_FEISHU && secret.n ? robot_sign_feishu(a, secret, now / 1000, &sign) : OK;
	if (e)
		return e;
	buf_init(&b, 128 * 1024);
	jw_init(&w, &b);
	jw_object(&w);
	if (sign.p) {
		jw_member_text(&w, "timestamp", arena_printf(a, "%lld", (long long)(now / 1000)));
		jw_member_text(&w, "sign", sign);
	}
	body_write(a, kind, text, &w);
	jw_end(&w);
	e = jw_finish(&w);
	*ret_json = e ? STR_NONE : arena_str(a, buf_str(&b));
	buf_free(&b);
	return e ? e : ret_json->p ? OK : ERR_NO_MEMORY;
}

/* Codes that say "too many", "busy": the same message may go later. */
static bool
code_passes(enum robot kind, int64_t code)
{
	static const int64_t passing[3][5] = { { 130101, 410100, -1, 88 }, { 9499, 11232, 99991400, 1061045, 2200 }, { 45009, -1, 45033 } };
	for (size_t i = 0; i < 5; i++)
		if (passing[kind][i] && passing[kind][i] == code)
			return true;
	return false;
}

enum robot_outcome
robot_answer(struct arena *a, enum robot kind, long status, struct str body, char why[200])
{
	const struct json *v = NULL;
	why[0] = 0;
	if (status != 200) {
		snprintf(why, 200, "HTTP %ld", status);
		return status >= 500 || status == 408 || status == 429 ? ROBOT_AGAIN : ROBOT_REFUSED;
	}
	if (json_parse(a, body, &v, NULL) || json_kind(v) != JSON_OBJECT) {
		snprintf(why, 200, "the answer is not what a robot says");
		return ROBOT_REFUSED;
	}
	const struct json *code = json_get(v, kind == ROBOT_FEISHU ? "code" : "errcode");
	const struct json *text = json_get(v, kind == ROBOT_FEISHU ? "msg" : "errmsg");
	if (kind == ROBOT_FEISHU && json_kind(code) != JSON_INT) { /* its older form */
		code = json_get(v, "StatusCode");
		text = json_get(v, "StatusMessage");
	}
	if (json_kind(code) == JSON_INT && json_int(code, -1) == 0)
		return ROBOT_SENT;
	struct str said = str_sub(json_text(text), 0, 150);
	snprintf(why, 200, "%lld %.*s", (long long)json_int(code, -2), STR_ARG(said));
	return json_kind(code) == JSON_INT && code_passes(kind, json_int(code, -2)) ? ROBOT_AGAIN : ROBOT_REFUSED;
}

static bool
host_known(struct str host, struct str hosts)
{
	struct str one;
	while (str_split(&hosts, ',', &one))
		if (host.n && str_eq_nocase(str_trim(one), host))
			return true;
	return false;
}

bool
robot_target_good(struct str url, struct str hosts, const char **ret_why_en, const char **ret_why_zh)
{
	bool secure = str_starts(url, STR("https://"));
	*ret_why_en = "an https address is expected";
	*ret_why_zh = "应为 https 地址";
	if (!secure && !str_starts(url, STR("http://")))
		return false;
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 127 || strchr("@\\#\"<>", url.p[i]))
			return false;
	struct str rest = str_sub(url, secure ? 8 : 7, url.n), host;
	size_t end = 0;
	while (end < rest.n && !strchr("/?:", rest.p[end]))
		end++;
	host = str_sub(rest, 0, end);
	if (!secure && !str_eqz(host, "127.0.0.1") && !str_eqz(host, "localhost"))
		return false;
	*ret_why_en = "this host is none of those that robots may be at (robot_hosts in the configuration)";
	*ret_why_zh = "该主机不在允许的机器人地址之列（配置项 robot_hosts）";
	return host_known(host, hosts);
}
