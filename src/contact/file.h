/*
 * Files of a conversation. What a file is, its content says, never its name. Accepted: png, jpeg, gif, webp; pdf, zip, docx, xlsx, pptx;
 * mp3, ogg, wav, m4a; mp4, webm; plain UTF-8 text. Anything a browser might run (html, svg, xml, scripts) is refused.
 */
#ifndef CONTACT_FILE_H
#define CONTACT_FILE_H

#include "app/app.h"

struct file_kind {
	const char *type, *extension; /* "image/png", "png" */
	bool inline_able;             /* may be shown in place, not only downloaded */
};

/* NULL: not accepted. bytes: the whole file. */
const struct file_kind *file_kind_of(struct str bytes);
/* The kind of a type that file_kind_of gave, NULL for others. */
const struct file_kind *file_kind_named(struct str type);
/* A name to show and to save under: without path, control characters and what file systems dislike, at most 100 characters, with the
 * extension of its kind. In the arena; no value when memory is out. */
struct str file_name_clean(struct arena *a, struct str name, const struct file_kind *kind);
/* attachment or inline, with the name as RFC 6266 and 8187 want it. */
struct str file_disposition(struct arena *a, struct str name, const struct file_kind *kind);

extern const struct feature contact_file_feature;

#endif
