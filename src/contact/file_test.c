#include "contact/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/banned.h"

#define BYTES(z) ((struct str){ z, sizeof(z) - 1 })

static void
expect_type(struct str bytes, const char *type)
{
	const struct file_kind *k = file_kind_of(bytes);
	if (!type) {
		assert_null(k);
		return;
	}
	assert_non_null(k);
	assert_string_equal(k->type, type);
}

static void
the_content_says_what_it_is(void **state)
{
	(void)state;
	expect_type(BYTES("\x89PNG\r\n\x1a\nrest"), "image/png");
	expect_type(BYTES("\xff\xd8\xff\xe0 JFIF"), "image/jpeg");
	expect_type(BYTES("GIF89a...."), "image/gif");
	expect_type(BYTES("RIFF\x10\0\0\0WEBPVP8 "), "image/webp");
	expect_type(BYTES("RIFF\x10\0\0\0WAVEfmt "), "audio/wav");
	expect_type(BYTES("RIFF\x10\0\0\0AVI LIST"), NULL);
	expect_type(BYTES("%PDF-1.7 ..."), "application/pdf");
	expect_type(BYTES("\0\0\0\x18" "ftypisom...."), "video/mp4");
	expect_type(BYTES("\0\0\0\x18" "ftypM4A ...."), "audio/mp4");
	expect_type(BYTES("\0\0\0\x18" "ftypqt  ...."), NULL);
	expect_type(BYTES("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), "video/webm");
	expect_type(BYTES("OggS\0\2"), "audio/ogg");
	expect_type(BYTES("ID3\4\0"), "audio/mpeg");
	expect_type(BYTES("收货地址：上海市\n第二行\r\n"), "text/plain; charset=utf-8");
}

static void
what_a_browser_might_run_is_refused(void **state)
{
	(void)state;
	expect_type(BYTES("<html><body>hi</body></html>"), NULL);
	expect_type(BYTES("  \n<!DOCTYPE html>"), NULL);
	expect_type(BYTES("<svg xmlns='http://www.w3.org/2000/svg'/>"), NULL);
	expect_type(BYTES("<?xml version='1.0'?><a/>"), NULL);
	expect_type(BYTES("hello <ScRiPt>alert(1)</script>"), NULL);
	expect_type(BYTES("#!/bin/sh\nrm"), NULL);
	expect_type(BYTES("MZ\x90\0"), NULL);
	expect_type(BYTES("\x7f" "ELF\2\1\1"), NULL);
	expect_type(BYTES("caf\xe9"), NULL);
	expect_type(BYTES(""), NULL);
}

static size_t
zip_entry(char *out, const char *name)
{
	memset(out, 0, 46);
	memcpy(out, "PK\x01\x02", 4);
	out[28] = (char)strlen(name);
	memcpy(out + 46, name, strlen(name));
	return 46 + strlen(name);
}

static void
office_documents_are_told_from_archives(void **state)
{
	(void)state;
	const struct {
		const char *name, *type;
	} cases[] = { { "word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		      { "xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		      { "ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
		      { "holiday/word/1.txt", "application/zip" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char zip[300] = "PK\x03\x04 local part ";
		size_t n = 20 + zip_entry(zip + 20, "[Content_Types].xml");
		n += zip_entry(zip + n, cases[i].name);
		expect_type((struct str){ zip, n }, cases[i].type);
	}
	expect_type(BYTES("PK\x03\x04 cut short PK\x01\x02"), "application/zip");
}

static void
expect_name(const char *given, const char *type, const char *name)
{
	struct arena *a = arena_new(1 << 16);
	struct str got = file_name_clean(a, str_of(given), file_kind_named(str_of(type)));
	assert_string_equal(got.p, name);
	arena_free(a);
}

static void
names_are_made_harmless(void **state)
{
	(void)state;
	expect_name("发票.png", "image/png", "发票.png");
	expect_name("photo.JPEG", "image/jpeg", "photo.JPEG");
	expect_name("../../etc/passwd", "image/png", "passwd.png");
	expect_name("C:\\temp\\a.pdf", "application/pdf", "a.pdf");
	expect_name("invoice.pdf.exe", "application/pdf", "invoice.pdf.exe.pdf");
	expect_name("a\r\nb\"c.png", "image/png", "a__b_c.png");
	expect_name("...", "image/png", "file.png");
	expect_name("", "image/png", "file.png");
	expect_name("evil\u202egpj.exe", "image/png", "evil_gpj.exe.png");
	expect_name("订单.csv", "text/plain; charset=utf-8", "订单.csv");
}

static void
only_images_are_shown_in_place(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str d = file_disposition(a, STR("a b.png"), file_kind_named(STR("image/png")));
	assert_string_equal(d.p, "inline; filename=\"file.png\"; filename*=UTF-8''a%20b.png");
	d = file_disposition(a, STR("票.pdf"), file_kind_named(STR("application/pdf")));
	assert_string_equal(d.p, "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E7%A5%A8.pdf");
	d = file_disposition(a, STR("x"), file_kind_named(STR("image/svg+xml")));
	assert_true(str_starts(d, STR("attachment")));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_content_says_what_it_is),
		cmocka_unit_test(what_a_browser_might_run_is_refused),
		cmocka_unit_test(office_documents_are_told_from_archives),
		cmocka_unit_test(names_are_made_harmless),
		cmocka_unit_test(only_images_are_shown_in_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
