/*
 * Group robots of DingTalk, Feishu and WeCom: how each wants to be asked, and what its answers mean. Pure; the sending is deliver_send.c's.
 *   DingTalk  sign = base64(HMAC-SHA256(key = secret, ms + "\n" + secret)), in the URL, with timestamp in ms
 *   Feishu    sign = base64(HMAC-SHA256(key = seconds + "\n" + secret, "")), in the body, with timestamp in seconds
 *   WeCom     unsigned; a text has at most 2048 bytes, markdown 4096; 20 messages a minute
 */
#ifndef MEASURE_ROBOT_H
#define MEASURE_ROBOT_H

#include "base/arena.h"
#include "base/err.h"

enum robot { ROBOT_DINGTALK, ROBOT_FEISHU, ROBOT_WECOM };

enum { WECOM_TEXT_MAX = 2048, WECOM_MARKDOWN_MAX = 4096, ROBOT_TEXT_MAX = 16000, ROBOT_A_MINUTE = 20 };

enum err robot_sign_dingtalk(struct arena *a, struct str secret, int64_t ms, struct str *ret_sign) MUST_CHECK;
enum err robot_sign_feishu(struct arena *a, struct str secret, int64_t seconds, struct str *ret_sign) MUST_CHECK;

/* Where to post to: DingTalk with a secret gets timestamp and sign added. */
enum err robot_url(struct arena *a, enum robot kind, struct str hook, struct str secret, int64_t now, struct str *ret_url) MUST_CHECK;
/* What to post. The text is cut to what the platform takes. */
enum err robot_body(struct arena *a, enum robot kind, struct str secret, struct str text, int64_t now, struct str *ret_json) MUST_CHECK;

/* The first bytes of a text that fit, cut between characters, with "…" where something was cut off. */
struct str robot_cut(struct arena *a, struct str text, size_t max_bytes);

enum robot_outcome { ROBOT_SENT, ROBOT_AGAIN /* later it may go */, ROBOT_REFUSED };
/* Of the HTTP status and the body. why: for people, cut to its room. */
enum robot_outcome robot_answer(struct arena *a, enum robot kind, long status, struct str body, char why[200]);

/*
 * May this address be posted to? https, or http on this machine itself; no user in it; and its host is one of `hosts` (separated by commas).
 * ret_why: in both languages.
 */
bool robot_target_good(struct str url, struct str hosts, const char **ret_why_en, const char **ret_why_zh);

#endif
