/*
 * Phrases: sentences at hand while answering. Base ones belong to the team, personal ones to one person; either may be for one shop.
 * The marketplaces' phrase file is a CSV (UTF-8 with BOM, or GB18030) with the header 快捷短语编码,快捷短语,快捷短语分组.
 */
#ifndef DESK_PHRASE_H
#define DESK_PHRASE_H

#include "app/app.h"

enum { PHRASE_CODE_MAX = 40, PHRASE_TEXT_MAX = 2000, PHRASE_FOLDER_MAX = 60,
    PHRASE_ROWS_MAX = 5000 }; /* characters; phrases of one owner and shop */

struct phrase {
	struct str code, text, folder;
};

/* Trimmed and checked. NULL when it is good, else the member at fault: "code", "text", "folder". */
const char *phrase_clean(struct phrase *p);
/* What a phrase is found by, beside code and text: pinyin and initials of its beginning. */
enum err phrase_keys(struct arena *a, const struct phrase *p, struct str *ret_keys) MUST_CHECK;
/* The same phrase in a file and in the record: by code, or by text when it has none. */
uint64_t phrase_identity(const struct phrase *p);
uint64_t phrase_content(const struct phrase *p);

struct phrase_reader {
	struct arena *arena;
	struct str rest;
	int line;                /* of the row last given; 1 is the header */
	int code, text, folder;  /* columns, -1: not there */
};

/* Takes decoded text and reads its header. ERR_BAD_FIELD: there is no column 快捷短语. */
enum err phrase_reader_start(struct phrase_reader *r, struct arena *a, struct str text) MUST_CHECK;
/* The next row that is not blank, as it stands; false at the end. ERR_BAD_FIELD in *ret_err: the file breaks off inside quotes. */
bool phrase_reader_next(struct phrase_reader *r, struct phrase *ret, enum err *ret_err);
/* The file's header with BOM, and one of its lines. */
void phrase_file_start(struct buf *out);
void phrase_file_line(struct buf *out, const struct phrase *p);

extern const struct feature desk_phrase_feature;

#endif
