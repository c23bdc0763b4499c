#include "contact/file.h"

#include <string.h>

#include "base/utf8.h"
#include "base/banned.h"

enum { NAME_MAX_CHARS = 100, MARKUP_LOOK = 4096 };

enum kind { PNG, JPEG, GIF, WEBP, PDF, ZIP, DOCX, XLSX, PPTX, MP3, OGG, WAV, M4A, MP4, WEBM, PLAIN, KINDS };

static const struct file_kind kinds[KINDS] = {
	[PNG] = { "image/png", "png", true },
	[JPEG] = { "image/jpeg", "jpg", true },
	[GIF] = { "image/gif", "gif", true },
	[WEBP] = { "image/webp", "webp", true },
	[PDF] = { "application/pdf", "pdf", false },
	[ZIP] = { "application/zip", "zip", false },
	[DOCX] = { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", false },
	[XLSX] = { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", false },
	[PPTX] = { "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", false },
	[MP3] = { "audio/mpeg", "mp3", false },
	[OGG] = { "audio/ogg", "ogg", false },
	[WAV] = { "audio/wav", "wav", false },
	[M4A] = { "audio/mp4", "m4a", false },
	[MP4] = { "video/mp4", "mp4", false },
	[WEBM] = { "video/webm", "webm", false },
	[PLAIN] = { "text/plain; charset=utf-8", "txt", false },
};

/* Content that is known by its first bytes alone. */
static const struct {
	const char *bytes;
	size_t n;
	enum kind kind;
} heads[] = {
	{ "\x89PNG\r\n\x1a\n", 8, PNG }, { "\xff\xd8\xff", 3, JPEG }, { "GIF87a", 6, GIF }, { "GIF89a", 6, GIF }, { "%PDF-", 5, PDF },
	{ "OggS", 4, OGG },              { "ID3", 3, MP3 },           { "\xff\xfb", 2, MP3 }, { "\xff\xf3", 2, MP3 }, 
	{ "\xff\xf2", 2, MP3 },
};

/* The names in a zip's directory tell an office document from any other archive. */
static enum kind
zip_kind(struct str bytes)
{
	static const struct {
		const char *folder;
		enum kind kind;
	} folders[] = { { "word/", DOCX }, { "xl/", XLSX }, { "ppt/", PPTX } };
	ptrdiff_t at;
	while ((at = str_find(bytes, (struct str){ "PK\x01\x02", 4 })) >= 0) {
		struct str entry = str_sub(bytes, (size_t)at, bytes.n);
		if (entry.n < 46)
			break;
		struct str name = str_sub(entry, 46, 46 + (size_t)((unsigned char)entry.p[28] | (unsigned char)entry.p[29] << 8));
		for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
			if (str_starts(name, str_of(folders[i].folder)))
				return folders[i].kind;
		bytes = str_sub(entry, 46, entry.n);
	}
	return ZIP;
}

static enum kind
riff_kind(struct str bytes)
{
	struct str form = str_sub(bytes, 8, 12);
	return str_eqz(form, "WEBP") ? WEBP : str_eqz(form, "WAVE") ? WAV : KINDS;
}

static enum kind
mp4_kind(struct str bytes)
{
	static const char *const brands[] = { "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "MSNV", "dash",
	    "3gp4", "3gp5" };
	struct str brand = str_sub(bytes, 8, 12);
	if (str_eqz(brand, "M4A "))
		return M4A;
	for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
		if (str_eqz(brand, brands[i]))
			return MP4;
	return KINDS;
}

/* Text that somebody's program might take for a page or a script. */
static bool
looks_like_markup(struct str text)
{
	static const char *const signs[] = { "<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "<iframe",
	    "<!--", "<math", "#!/" };
	struct str head = str_sub(text, 0, MARKUP_LOOK);
	for (size_t i = 0; i < head.n; i++)
		for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
			if (str_eq_nocase(str_sub(head, i, i + strlen(signs[k])), str_of(signs[k])))
				return true;
	return false;
}

static bool
is_plain_text(struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		if ((c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f') || c == 0x7f)
			return false;
	}
	return bytes.n > 0 && utf8_valid(bytes) && !looks_like_markup(bytes);
}

const struct file_kind *
file_kind_of(struct str bytes)
{
	enum kind k = KINDS;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (str_starts(bytes, (struct str){ heads[i].bytes, heads[i].n }))
			return &kinds[heads[i].kind];
	if (str_starts(bytes, STR("PK\x03\x04")))
		k = zip_kind(bytes);
	else if (str_starts(bytes, STR("RIFF")))
		k = riff_kind(bytes);
	else if (str_eqz(str_sub(bytes, 4, 8), "ftyp"))
		k = mp4_kind(bytes);
	else if (str_starts(bytes, STR("\x1a\x45\xdf\xa3")))
		k = str_find(str_sub(bytes, 0, 64), STR("webm")) >= 0 ? WEBM : KINDS;
	else if (is_plain_text(bytes))
		k = PLAIN;
	return k == KINDS ? NULL : &kinds[k];
}

const struct file_kind *
file_kind_named(struct str type)
{
	for (size_t i = 0; i < KINDS; i++)
		if (str_eqz(type, kinds[i].type))
			return &kinds[i];
	return NULL;
}

static bool
has_extension(struct str name, const char *extension)
{
	struct str e = str_of(extension);
	return name.n > e.n + 1 && name.p[name.n - e.n - 1] == '.' && str_eq_nocase(str_sub(name, name.n - e.n, name.n), e);
}

struct str
file_name_clean(struct arena *a, struct str name, const struct file_kind *kind)
{
	struct buf b;
	uint32_t c;
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
			name = str_sub(name, i, name.n);
			break;
		}
	name = utf8_head(name, NAME_MAX_CHARS);
	buf_init(&b, 1024);
	while (utf8_next(&name, &c)) {
		char bytes[4];
		/* also the marks that turn the reading direction: they make "exe.gpj" out of "jpg.exe" */
		bool bad = c < ' ' || c == 0x7f || (c < 0x80 && strchr("\"*:<>?|", (int)c)) || (c >= 0x200e && c <= 0x200f) ||
		           (c >= 0x202a && c <= 0x202e) ||
		           (c >= 0x2066 && c <= 0x2069);
		size_t n = utf8_put(bad ? '_' : c, bytes);
		buf_add(&b, (struct str){ bytes, n });
	}
	struct str clean = str_trim(buf_str(&b));
	while (str_starts(clean, STR(".")))
		clean = str_sub(clean, 1, clean.n);
	bool fits = has_extension(clean, kind->extension) || (kind == &kinds[JPEG] && has_extension(clean, "jpeg")) ||
	            (kind == &kinds[PLAIN] && (has_extension(clean, "csv") || has_extension(clean, "log")));
	struct str out = clean.n == 0 ? arena_printf(a, "file.%s", kind->extension)
	                 : fits      ? arena_str(a, clean)
	                             : arena_printf(a, "%.*s.%s", STR_ARG(clean), kind->extension);
	buf_free(&b);
	return out;
}

struct str
file_disposition(struct arena *a, struct str name, const struct file_kind *kind)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_printf(&b, "%s; filename=\"file.%s\"; filename*=UTF-8''", kind && kind->inline_able ? "inline" : "attachment",
	           kind ? kind->extension : "bin");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
		if (plain)
			buf_char(&b, (char)c);
		else
			buf_printf(&b, "%%%02X", c);
	}
	struct str out = buf_err(&b) ? STR_NONE : arena_str(a, buf_str(&b));
	buf_free(&b);
	return out;
}
