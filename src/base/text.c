#include "base/text.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "base/utf8.h"

static enum err
decode_with(struct arena *a, const char *charset, struct str bytes, struct str *ret)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *from = ucnv_open(charset, &status);
	UConverter *to = ucnv_open("UTF-8", &status);
	enum err e = ERR_INTERNAL;
	/* GB18030 grows at most from 1 to 1 byte (ASCII) or 2 to 3; UTF-16 from 2 to 3. */
	size_t room = bytes.n * 2 + 8;
	char *out = arena_alloc(a, room);
	if (!out)
		e = ERR_NO_MEMORY;
	if (U_SUCCESS(status) && out) {
		char *target = out;
		const char *source = bytes.p;
		ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
		ucnv_convertEx(to, from, &target, out + room, &source, bytes.p + bytes.n, NULL, NULL, NULL, NULL, true, true, &status);
		e = U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING ? OK : ERR_BAD_TYPE;
		if (!e)
			*ret = (struct str){ out, (size_t)(target - out) };
	}
	ucnv_close(from);
	ucnv_close(to);
	return e;
}

enum err
text_decode(struct arena *a, struct str bytes, struct str *ret)
{
	struct str text = bytes;
	enum err e = OK;
	if (str_starts(bytes, STR("\xEF\xBB\xBF")))
		text = str_sub(bytes, 3, bytes.n);
	else if (str_starts(bytes, STR("\xFF\xFE")))
		e = decode_with(a, "UTF-16LE", str_sub(bytes, 2, bytes.n), &text);
	else if (str_starts(bytes, STR("\xFE\xFF")))
		e = decode_with(a, "UTF-16BE", str_sub(bytes, 2, bytes.n), &text);
	else if (!utf8_valid(bytes))
		e = decode_with(a, "GB18030", bytes, &text);
	if (e)
		return e;
	if (!utf8_valid(text) || (text.n && memchr(text.p, '\0', text.n)))
		return ERR_BAD_TYPE;
	*ret = text;
	return OK;
}

/* rest->p stands behind the opening quote; takes up to and with the closing one. */
static enum err
quoted_take(struct arena *a, struct str *rest, struct str *ret, int *line)
{
	size_t i = 0, doubled = 0, n = 0;
	for (;; i++) {
		if (i >= rest->n)
			return ERR_BAD_FIELD;
		if (rest->p[i] == '\n')
			(*line)++;
		if (rest->p[i] != '"')
			continue;
		if (i + 1 >= rest->n || rest->p[i + 1] != '"')
			break;
		doubled++;
		i++;
	}
	struct str field = { rest->p, i };
	if (doubled) {
		char *copy = arena_alloc(a, i + 1);
		if (!copy)
			return ERR_NO_MEMORY;
		for (size_t k = 0; k < i; k++) {
			copy[n++] = rest->p[k];
			k += rest->p[k] == '"';
		}
		field = (struct str){ copy, n };
	}
	*rest = (struct str){ rest->p + i + 1, rest->n - i - 1 };
	*ret = field;
	return OK;
}

static struct str
bare_take(struct str *rest, char separator)
{
	size_t i = 0;
	while (i < rest->n && rest->p[i] != separator && rest->p[i] != '\n' && rest->p[i] != '\r')
		i++;
	struct str field = { rest->p, i };
	*rest = (struct str){ rest->p + i, rest->n - i };
	return field;
}

static bool
line_end_take(struct str *rest)
{
	size_t n = 0;
	if (rest->n > n && rest->p[n] == '\r')
		n++;
	if (rest->n > n && rest->p[n] == '\n')
		n++;
	*rest = (struct str){ rest->p + n, rest->n - n };
	return n > 0;
}

bool
csv_next(struct arena *a, struct str *rest, char separator, struct str *fields, size_t max, size_t *ret_count, int *line, enum err *ret_err)
{
	size_t count = 0;
	*ret_err = OK;
	if (rest->n == 0)
		return false;
	for (;;) {
		struct str field;
		if (rest->n && rest->p[0] == '"') {
			*rest = (struct str){ rest->p + 1, rest->n - 1 };
			*ret_err = quoted_take(a, rest, &field, line);
			if (*ret_err)
				return false;
			bare_take(rest, separator); /* what stands behind a closing quote is lost, as spreadsheets do */
		} else {
			field = bare_take(rest, separator);
		}
		if (count < max)
			fields[count] = field;
		count++;
		if (rest->n == 0 || rest->p[0] != separator)
			break;
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	}
	line_end_take(rest);
	(*line)++;
	*ret_count = count;
	return true;
}
