/* The lines to the outside: libcurl, blocking, on a JOB lane; short times, no redirects, certificates checked. */
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/config.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "measure/deliver_impl.h"
#include "base/banned.h"

enum { CONNECT_MS = 5000, WHOLE_MS = 15000, MAIL_MS = 40000, ANSWER_MAX = 64 << 10, WORD_BYTES = 42 };

static size_t
answer_take(char *p, size_t size, size_t n, void *ctx)
{
	struct buf *b = ctx;
	buf_add(b, (struct str){ p, size * n });
	return buf_err(b) ? 0 : size * n;
}

static void
easy_common(CURL *c, struct buf *answer, const char *protocols, long whole_ms)
{
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, whole_ms);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, answer_take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_USERAGENT, "antball");
}

/* Robots ---------------------------------------------------------------------------------------------------------------- */

static enum deliver_end
post(struct arena *a, CURL *c, enum robot kind, struct str url, struct str body, char why[200])
{
	static const enum deliver_end ends[] = { [ROBOT_SENT] = DELIVER_SENT, [ROBOT_AGAIN] = DELIVER_AGAIN, [ROBOT_REFUSED] = DELIVER_REFUSED };
	struct buf answer;
	long status = 0;
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
	if (!headers)
		return DELIVER_AGAIN;
	buf_init(&answer, ANSWER_MAX);
	easy_common(c, &answer, "https,http", WHOLE_MS);
	curl_easy_setopt(c, CURLOPT_URL, url.p);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.p);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body.n);
	CURLcode code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	enum deliver_end end = DELIVER_AGAIN;
	if (code)
		snprintf(why, 200, "%s", curl_easy_strerror(code));
	else
		end = ends[robot_answer(a, kind, status, buf_str(&answer), why)];
	buf_free(&answer);
	curl_slist_free_all(headers);
	return end;
}

static enum deliver_end
robot_send(struct app *app, struct arena *a, const struct outgoing *o, enum robot kind, int64_t now, char why[200])
{
	struct str url, body, secret = str_of(o->secret);
	const char *en, *zh;
	/* The operator may have taken the host out since it was entered. */
	if (!robot_target_good(str_of(o->target), str_of(app_config(app)->robot_hosts), &en, &zh)) {
		snprintf(why, 200, "%s", en);
		return DELIVER_REFUSED;
	}
	if (robot_url(a, kind, str_of(o->target), secret, now, &url) || robot_body(a, kind, secret, (struct str){ o->text, o->text_n }, now, &body))
		return DELIVER_AGAIN;
	CURL *c = curl_easy_init();
	if (!c)
		return DELIVER_AGAIN;
	enum deliver_end end = post(a, c, kind, url, body, why);
	curl_easy_cleanup(c);
	return end;
}

/* Mail ------------------------------------------------------------------------------------------------------------------ */

/* RFC 2047: pieces of whole characters, each an encoded word. */
static void
subject_encode(struct buf *out, struct str s)
{
	char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	buf_addz(out, "Subject:");
	while (s.n) {
		struct str rest = s;
		size_t take = 0;
		uint32_t c;
		while (utf8_next(&rest, &c) && s.n - rest.n <= WORD_BYTES)
			take = s.n - rest.n;
		if (!take)
			break;
		sodium_bin2base64(word, sizeof word, (const unsigned char *)s.p, take, sodium_base64_VARIANT_ORIGINAL);
		buf_printf(out, " =?UTF-8?B?%s?=", word);
		s = str_sub(s, take, s.n);
	}
}

static struct str
date_header(struct arena *a, int64_t now)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int year, month, day;
	int64_t date = now / 86400000, s = now / 1000 % 86400;
	date_from_days(date, &year, &month, &day);
	return arena_printf(a, "Date: %s, %d %s %d %02d:%02d:%02d +0000", days[weekday_of_days(date)], day, months[month - 1], year, (int)(s / 3600),
	                    (int)(s / 60 % 60), (int)(s % 60));
}

static struct curl_slist *
line_add(struct curl_slist *list, struct str line, bool *ok)
{
	struct curl_slist *more = line.p ? curl_slist_append(list, line.p) : NULL;
	*ok = *ok && more;
	return more ? more : list;
}

/* The same job has the same Message-ID: who gets it twice is shown one. */
static struct curl_slist *
headers_make(struct arena *a, const struct config *c, const struct outgoing *o, int64_t now, bool *ok)
{
	struct buf subject;
	ptrdiff_t at = str_find_char(str_of(c->smtp_from), '@');
	buf_init(&subject, 4096);
	subject_encode(&subject, str_of(o->subject));
	struct curl_slist *list = line_add(NULL, arena_printf(a, "From: %s", c->smtp_from), ok);
	list = line_add(list, arena_printf(a, "To: %s", o->target), ok);
	list = line_add(list, arena_str(a, buf_str(&subject)), ok);
	list = line_add(list, date_header(a, now), ok);
	list = line_add(list, arena_printf(a, "Message-ID: <antball-%lld@%s>", (long long)o->job_id, at < 0 ? "localhost" : c->smtp_from + at + 1), ok);
	list = line_add(list, STR("Auto-Submitted: auto-generated"), ok);
	buf_free(&subject);
	return list;
}

static curl_mime *
parts_make(CURL *c, const struct outgoing *o, bool *ok)
{
	curl_mime *mime = curl_mime_init(c);
	curl_mimepart *part = mime ? curl_mime_addpart(mime) : NULL;
	*ok = *ok && part && !curl_mime_data(part, o->text, o->text_n) && !curl_mime_type(part, "text/plain; charset=utf-8") &&
	      !curl_mime_encoder(part, "base64");
	if (!*ok || !o->file[0])
		return mime;
	part = curl_mime_addpart(mime);
	*ok = part && !curl_mime_filedata(part, o->file) && !curl_mime_filename(part, o->file_name) && !curl_mime_encoder(part, "base64") &&
	      !curl_mime_type(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
	return mime;
}

static enum deliver_end
mail_perform(CURL *c, char why[200])
{
	long status = 0;
	CURLcode code = curl_easy_perform(c);
	if (!code)
		return DELIVER_SENT;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (status)
		snprintf(why, 200, "SMTP %ld: %s", status, curl_easy_strerror(code));
	else
		snprintf(why, 200, "%s", curl_easy_strerror(code));
	return status >= 500 ? DELIVER_REFUSED : DELIVER_AGAIN;
}

static enum deliver_end
mail_post(struct arena *a, CURL *c, const struct config *config, const struct outgoing *o, int64_t now, char why[200])
{
	struct str to[ADDRESSES_MAX];
	size_t n = 0;
	struct buf answer;
	bool ok = addresses_read(str_of(o->target), to, &n);
	struct curl_slist *list = NULL;
	for (size_t i = 0; i < n; i++)
		list = line_add(list, arena_printf(a, "<%.*s>", STR_ARG(to[i])), &ok);
	struct curl_slist *headers = headers_make(a, config, o, now, &ok);
	curl_mime *mime = parts_make(c, o, &ok);
	buf_init(&answer, ANSWER_MAX);
	easy_common(c, &answer, "smtp,smtps", MAIL_MS);
	curl_easy_setopt(c, CURLOPT_URL, config->smtp_url);
	if (config->smtp_user[0]) {
		curl_easy_setopt(c, CURLOPT_USERNAME, config->smtp_user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, config->smtp_password);
	}
	curl_easy_setopt(c, CURLOPT_USE_SSL, str_eqz(str_of(config->smtp_tls), "off") ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	struct str from = arena_printf(a, "<%s>", config->smtp_from);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, from.p);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, list);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_MIMEPOST, mime);
	enum deliver_end end = ok && from.p ? mail_perform(c, why) : DELIVER_AGAIN;
	curl_mime_free(mime);
	curl_slist_free_all(headers);
	curl_slist_free_all(list);
	buf_free(&answer);
	return end;
}

static enum deliver_end
mail_send(struct app *app, struct arena *a, const struct outgoing *o, int64_t now, char why[200])
{
	const struct config *config = app_config(app);
	if (!config->smtp_url[0] || !config->smtp_from[0]) {
		snprintf(why, 200, "no mail server is set up (smtp_url and smtp_from in the configuration)");
		return DELIVER_REFUSED;
	}
	CURL *c = curl_easy_init();
	if (!c)
		return DELIVER_AGAIN;
	enum deliver_end end = mail_post(a, c, config, o, now, why);
	curl_easy_cleanup(c);
	return end;
}

enum deliver_end
deliver_send(struct app *app, struct arena *a, const struct outgoing *o, int64_t now, char why[200])
{
	enum robot kind;
	enum deliver_end end;
	if (deliver_robot_find(str_of(o->channel), &kind))
		end = robot_send(app, a, o, kind, now, why);
	else
		end = mail_send(app, a, o, now, why);
	if (o->file[0])
		unlink(o->file);
	return end;
}
