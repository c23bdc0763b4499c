#include "team/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "team/password_words.h"

#include "base/banned.h"

static void
refuses_what_people_use(void **state)
{
	(void)state;
	static const char *const common[] = {
		"woaini1314",
		"woaini5201314",
		"1234567890",
		"0987654321",
		"qwertyuiop",
		"1qaz2wsx3edc",
		"password123",
		"P@ssw0rd123",
		"iloveyou520",
		"aaaaaaaaaa",
		"abcabcabcabc",
		"a123456789",
		"qwerty123456",
		"admin123456",
		"13800138000",
		"19900101abc",
		"zxcvbnm123",
		"wangwei1990",
		"123456789a",
		"qazwsxedcrfv",
		"letmein2024!",
		"asdfghjkl;",
		"1q2w3e4r5t",
		"5201314520",
		"taobao123456",
		"88888888aa",
		"Zhongguo2008",
		"monkeydragon1",
		"!@#$%^&*()",
		"p@ssw0rd!!!",
		"1111122222",
		"woaiwojia123",
		"xiaoming888",
		"123123123123",
		"qwe123qwe123",
		"PASSWORD2025",
	};
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (password_check(str_of(common[i]), STR("li")) != PASSWORD_COMMON)
			fail_msg("accepted: %s", common[i]);
}

static void
accepts_what_is_good(void **state)
{
	(void)state;
	static const char *const good[] = {
		"correct horse battery staple",
		"Tq9!vmzL2#",
		"k7mq-x2hd-9wtn-f4rp",
		"三只小猪盖房子用砖头",
		"mein Hund bellt laut",
		"xK8rTn2WqZ",
		"jd7Hs91kLm",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		enum password_fault f = password_check(str_of(good[i]), STR("lina"));
		if (f)
			fail_msg("refused: %s (%s)", good[i], password_fault_text(f, "en"));
	}
}

static void
lengths_account_and_text(void **state)
{
	(void)state;
	char longest[130];
	for (size_t i = 0; i < 129; i++)
		longest[i] = "k7mqx2hd9wtnf4rpb"[i * i % 17];
	assert_int_equal(password_check(STR("xK8rTn2Wq"), STR("li")), PASSWORD_SHORT);
	assert_int_equal(password_check(STR("三只小猪盖房子用砖"), STR("li")), PASSWORD_SHORT);
	assert_int_equal(password_check((struct str){ longest, 128 }, STR("li")), PASSWORD_FINE);
	assert_int_equal(password_check((struct str){ longest, 129 }, STR("li")), PASSWORD_LONG);
	assert_int_equal(password_check(STR("xK8rLiNaTn2Wq"), STR("lina")), PASSWORD_ACCOUNT);
	assert_int_equal(password_check(STR("xk8rtn2wqz"), STR("team-xk8rtn2wqz")), PASSWORD_ACCOUNT);
	assert_int_equal(password_check(STR("xK8rliTn2Wq"), STR("li")), PASSWORD_FINE);
	assert_int_equal(password_check(STR("xK8rli\tTn2Wq"), STR("li")), PASSWORD_TEXT);
	assert_int_equal(password_check(STR("xK8rli\xffTn2Wq"), STR("li")), PASSWORD_TEXT);
	assert_int_equal(password_check(STR_NONE, STR_NONE), PASSWORD_SHORT);
	for (int f = PASSWORD_SHORT; f <= PASSWORD_TEXT; f++) {
		assert_true(strlen(password_fault_text(f, "zh")) > 0);
		assert_string_not_equal(password_fault_text(f, "zh"), password_fault_text(f, "en"));
	}
}

static void
knows_a_thousand_words(void **state)
{
	(void)state;
	struct str words = str_of(password_words), word;
	int n = 0;
	while (str_split(&words, ' ', &word)) {
		assert_true(word.n > 0 && word.n < 24);
		n++;
	}
	assert_true(n >= 900);
}

static void
hashes_and_matches(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str hash, again;
	assert_int_equal(password_hash(a, STR("correct horse"), &hash), OK);
	assert_int_equal(password_hash(a, STR("correct horse"), &again), OK);
	assert_true(str_starts(hash, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
	assert_false(str_eq(hash, again));
	assert_true(password_matches(hash, STR("correct horse")));
	assert_false(password_matches(hash, STR("correct horsf")));
	assert_false(password_matches(STR_NONE, STR("correct horse")));
	assert_false(password_matches(STR("plain"), STR("plain")));
	assert_false(password_matches(hash, STR_NONE));
	/* With other limits: what was hashed before stays valid, and nobody's hash costs the same as everybody's. */
	assert_int_equal(password_start(8), OK);
	assert_true(password_matches(hash, STR("correct horse")));
	assert_int_equal(password_hash(a, STR("correct horse"), &again), OK);
	assert_true(str_starts(again, STR("$argon2id$v=19$m=8192,t=2,p=1$")));
	assert_true(password_matches(again, STR("correct horse")));
	assert_false(password_matches(STR_NONE, STR("correct horse")));
	assert_int_equal(password_start(64), OK);
	arena_free(a);
}

static void
makes_passwords_that_pass(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	for (int i = 0; i < 50; i++) {
		struct str p = password_make(a);
		assert_int_equal(p.n, 19);
		assert_int_equal(password_check(p, STR("lina")), PASSWORD_FINE);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_people_use),
		cmocka_unit_test(accepts_what_is_good),
		cmocka_unit_test(lengths_account_and_text),
		cmocka_unit_test(knows_a_thousand_words),
		cmocka_unit_test(hashes_and_matches),
		cmocka_unit_test(makes_passwords_that_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
