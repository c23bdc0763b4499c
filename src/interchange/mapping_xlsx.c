/* Files in a zip, and the cells of a workbook's sheet. */
#include <expat.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "interchange/mapping_impl.h"
#include "base/banned.h"

enum { CELLS_MAX = 200, TEXT_MAX = 32768 };
#define UNPACKED_MAX ((zip_uint64_t)1 << 30)

/* Zip ------------------------------------------------------------------------------------------------------------------- */

static zip_int64_t
only_file(zip_t *z, char why[200])
{
	zip_int64_t found = -1;
	for (zip_int64_t i = 0; i < zip_get_num_entries(z, 0); i++) {
		struct str name = str_of(zip_get_name(z, (zip_uint64_t)i, 0));
		if (!name.n || str_ends(name, STR("/")) || str_starts(name, STR("__MACOSX/")))
			continue;
		if (found >= 0) {
			snprintf(why, 200, "holds more than one file: unpack it");
			return -1;
		}
		found = i;
	}
	if (found < 0)
		snprintf(why, 200, "holds no file");
	return found;
}

static enum err
entry_read(zip_t *z, zip_uint64_t index, char **ret_bytes, size_t *ret_size, char why[200])
{
	zip_stat_t st;
	zip_uint64_t at = 0;
	zip_int64_t got = 0;
	if (zip_stat_index(z, index, 0, &st) || !(st.valid & ZIP_STAT_SIZE) || st.size > UNPACKED_MAX) {
		snprintf(why, 200, "holds a file that is larger than 1 GB, or of unknown size");
		return ERR_TOO_LARGE;
	}
	char *bytes = mem_new(1, (size_t)st.size + 1);
	zip_file_t *f = bytes ? zip_fopen_index(z, index, 0) : NULL;
	while (f && at < st.size && (got = zip_fread(f, bytes + at, st.size - at)) > 0)
		at += (zip_uint64_t)got;
	bool ok = f && at == st.size && zip_fread(f, &(char){ 0 }, 1) == 0;
	if (f && zip_fclose(f))
		ok = false;
	if (!ok) {
		snprintf(why, 200, "%s", bytes ? "the packed file is damaged or encrypted" : "out of memory");
		mem_free(bytes);
		return bytes ? ERR_BAD_TYPE : ERR_NO_MEMORY;
	}
	*ret_bytes = bytes;
	*ret_size = (size_t)st.size;
	return OK;
}

enum err
mapping_unzip(struct str bytes, const char *name, char **ret_bytes, size_t *ret_size, char ret_name[200], char why[200])
{
	zip_error_t error;
	zip_error_init(&error);
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
	zip_t *z = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
	zip_error_fini(&error);
	if (!z) {
		if (source)
			zip_source_free(source);
		snprintf(why, 200, "is no zip file");
		return ERR_BAD_TYPE;
	}
	zip_int64_t i = name ? zip_name_locate(z, name, ZIP_FL_NOCASE) : only_file(z, why);
	enum err e = i < 0 ? name ? ERR_NOT_FOUND : ERR_BAD_TYPE : entry_read(z, (zip_uint64_t)i, ret_bytes, ret_size, why);
	if (!e && ret_name)
		snprintf(ret_name, 200, "%.190s", zip_get_name(z, (zip_uint64_t)i, 0));
	zip_discard(z);
	return e;
}

/* Workbook -------------------------------------------------------------------------------------------------------------- */

struct sheet {
	struct arena *texts;
	struct str *shared;
	size_t shared_count, shared_cap;
	struct buf text;
	bool taking, phonetic;
	/* the row at hand */
	struct mapping_rows *rows;
	struct str cells[CELLS_MAX];
	size_t cell_count, column;
	char type[12];
	enum err err;
};

static bool
named(const XML_Char *name, const char *local)
{
	const char *colon = strrchr(name, ':');
	return !strcmp(colon ? colon + 1 : name, local);
}

static const char *
attribute(const XML_Char **all, const char *name)
{
	for (; all && *all; all += 2)
		if (!strcmp(all[0], name))
			return all[1];
	return NULL;
}

static void XMLCALL
text_take(void *ctx, const XML_Char *p, int n)
{
	struct sheet *s = ctx;
	if (s->taking && !s->phonetic)
		buf_add(&s->text, (struct str){ p, (size_t)n });
}

static void XMLCALL
shared_begin(void *ctx, const XML_Char *name, const XML_Char **all)
{
	struct sheet *s = ctx;
	(void)all;
	if (named(name, "si"))
		buf_clear(&s->text);
	s->phonetic |= named(name, "rPh");
	s->taking = named(name, "t");
}

static void XMLCALL
shared_end(void *ctx, const XML_Char *name)
{
	struct sheet *s = ctx;
	s->taking = false;
	if (named(name, "rPh"))
		s->phonetic = false;
	if (!named(name, "si") || s->err)
		return;
	if (s->shared_count == s->shared_cap) {
		size_t cap = s->shared_cap ? 2 * s->shared_cap : 1024;
		void *p = mem_grow(s->shared, cap * sizeof *s->shared);
		if (!p) {
			s->err = ERR_NO_MEMORY;
			return;
		}
		s->shared = p;
		s->shared_cap = cap;
	}
	struct str text = arena_str(s->texts, s->text.n ? buf_str(&s->text) : STR(""));
	s->err = text.p ? buf_err(&s->text) : ERR_NO_MEMORY;
	s->shared[s->shared_count++] = text;
}

/* "AB12" -> 27. */
static size_t
column_of(const char *place, size_t otherwise)
{
	size_t n = 0;
	for (; place && *place >= 'A' && *place <= 'Z' && n < 20000; place++)
		n = 26 * n + (size_t)(*place - 'A' + 1);
	return n ? n - 1 : otherwise;
}

static void XMLCALL
cell_begin(void *ctx, const XML_Char *name, const XML_Char **all)
{
	struct sheet *s = ctx;
	if (named(name, "row")) {
		const char *number = attribute(all, "r");
		int64_t row;
		s->rows->row = number && str_int(str_of(number), &row) ? row : s->rows->row + 1;
		s->cell_count = 0;
		arena_reset(s->rows->arena);
	} else if (named(name, "c")) {
		const char *type = attribute(all, "t");
		snprintf(s->type, sizeof s->type, "%.10s", type ? type : "n");
		s->column = column_of(attribute(all, "r"), s->cell_count);
		buf_clear(&s->text);
	}
	s->phonetic |= named(name, "rPh");
	s->taking = named(name, "v") || named(name, "t");
}

static void
cell_keep(struct sheet *s)
{
	struct str text = s->text.n ? buf_str(&s->text) : STR("");
	int64_t i;
	if (s->column >= CELLS_MAX) {
		s->err = text.n ? ERR_TOO_LARGE : OK;
		return;
	}
	if (!strcmp(s->type, "s"))
		text = str_int(text, &i) && i >= 0 && (size_t)i < s->shared_count ? s->shared[i] : STR("");
	while (s->cell_count <= s->column)
		s->cells[s->cell_count++] = STR("");
	s->cells[s->column] = arena_str(s->rows->arena, text);
	s->err = s->cells[s->column].p ? buf_err(&s->text) : ERR_NO_MEMORY;
}

static void XMLCALL
cell_end(void *ctx, const XML_Char *name)
{
	struct sheet *s = ctx;
	s->taking = false;
	if (named(name, "rPh"))
		s->phonetic = false;
	if (s->err)
		return;
	if (named(name, "c"))
		cell_keep(s);
	else if (named(name, "row"))
		s->err = mapping_row(s->rows, s->cells, s->cell_count);
}

/* A document type could name entities without end; a workbook has none. */
static void XMLCALL
doctype_refuse(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
	struct sheet *s = ctx;
	(void)name, (void)system, (void)public, (void)internal;
	s->err = ERR_BAD_TYPE;
}

static enum err
xml_read(struct sheet *s, struct str xml, XML_StartElementHandler begin, XML_EndElementHandler end, char why[200])
{
	XML_Parser p = XML_ParserCreate(NULL);
	enum { PIECE = 65536 };
	bool ok = p != NULL;
	if (p) {
		XML_SetUserData(p, s);
		XML_SetElementHandler(p, begin, end);
		XML_SetCharacterDataHandler(p, text_take);
		XML_SetStartDoctypeDeclHandler(p, doctype_refuse);
	}
	for (size_t at = 0; ok && !s->err && at < xml.n; at += PIECE) {
		size_t n = xml.n - at < PIECE ? xml.n - at : PIECE;
		ok = XML_Parse(p, xml.p + at, (int)n, at + n == xml.n) != XML_STATUS_ERROR;
	}
	if (!ok && !s->err)
		snprintf(why, 200, "its sheet is not valid XML: %s", p ? XML_ErrorString(XML_GetErrorCode(p)) : "out of memory");
	if (s->err == ERR_TOO_LARGE)
		snprintf(why, 200, "its sheet has more than %d columns, or a cell of more than %d bytes", CELLS_MAX, TEXT_MAX);
	if (p)
		XML_ParserFree(p);
	return s->err ? s->err : ok ? OK : ERR_BAD_TYPE;
}

enum err
mapping_xlsx_each(struct str bytes, int64_t sheet, struct mapping_rows *rows, char why[200])
{
	struct sheet s = { .texts = arena_new((size_t)1 << 30), .rows = rows };
	char *xml = NULL, name[64];
	size_t size = 0;
	buf_init(&s.text, TEXT_MAX);
	enum err e = s.texts ? mapping_unzip(bytes, "xl/sharedStrings.xml", &xml, &size, NULL, why) : ERR_NO_MEMORY;
	if (!e)
		e = xml_read(&s, (struct str){ xml, size }, shared_begin, shared_end, why);
	else if (e == ERR_NOT_FOUND)
		e = OK; /* all texts stand in their cells */
	mem_free(xml);
	xml = NULL;
	snprintf(name, sizeof name, "xl/worksheets/sheet%lld.xml", (long long)sheet);
	if (!e)
		e = mapping_unzip(bytes, name, &xml, &size, NULL, why);
	if (e == ERR_NOT_FOUND) {
		snprintf(why, 200, "is no workbook, or has no sheet %lld", (long long)sheet);
		e = ERR_BAD_TYPE;
	}
	if (!e && xml)
		e = xml_read(&s, (struct str){ xml, size }, cell_begin, cell_end, why);
	mem_free(xml);
	mem_free(s.shared);
	buf_free(&s.text);
	arena_free(s.texts);
	return e;
}
