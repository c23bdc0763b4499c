#include <fcntl.h>
#include <sys/stat.h>

#include "db/place_test.h"
#include "sqlite3.h"

#include "base/banned.h"

static void
pots_add(struct place *p, int from, int to, size_t bytes)
{
	char name[20], *text = mem_new(bytes + 1, 1);
	memset(text, 'a', bytes);
	for (int i = from; i <= to; i++) {
		snprintf(name, sizeof name, "pot %d", i);
		struct test_pot_add_in in = pot(i, name);
		in.tags = (struct str){ text, bytes };
		assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	}
	mem_free(text);
}

TEST(settings_hold)
{
	struct test_settings_out set;
	assert_ok(query_one(p->db, &test_settings, NULL, p->arena, &set));
	assert_true(str_eqz(set.journal, "wal"));
	assert_int_equal(set.sync, 2);
	assert_true(set.foreign_keys);
	assert_true(sqlite3_libversion_number() >= 3051003); /* before it a write-ahead log could be damaged when it was reset */
}

TEST(only_a_lazy_transaction_does_not_wait_for_the_disk)
{
	struct test_settings_out set;
	assert_ok(db_begin_lazy(p->db));
	assert_ok(query_one(p->db, &test_settings, NULL, p->arena, &set));
	assert_int_equal(set.sync, 1);
	assert_ok(db_commit(p->db));
	assert_ok(db_begin_lazy(p->db));
	db_rollback(p->db);
	assert_ok(db_begin(p->db));
	assert_ok(query_one(p->db, &test_settings, NULL, p->arena, &set));
	assert_int_equal(set.sync, 2);
	assert_ok(db_commit(p->db));
}

TEST(what_was_lazy_is_settled)
{
	struct test_settings_out set;
	assert_ok(db_settle(p->db));
	assert_ok(db_begin_lazy(p->db));
	assert_int_equal(db_settle(p->db), ERR_INTERNAL);
	assert_ok(db_commit(p->db));
	assert_ok(db_settle(p->db));
	assert_ok(query_one(p->db, &test_settings, NULL, p->arena, &set));
	assert_int_equal(set.sync, 2);
	assert_ok(db_wide(p->db, true));
	assert_ok(db_wide(p->db, false));
}

TEST(opening_says_why_not)
{
	char path[200], why[200];
	struct db *db;
	snprintf(path, sizeof path, "%s/absent.db", p->folder);
	assert_int_equal(db_open(path, NULL, &db, why), ERR_NOT_FOUND);
	assert_non_null(strstr(why, "absent.db: there is no database"));
	assert_int_not_equal(access(path, F_OK), 0);
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_int_equal(db_open(path, NULL, &db, why), ERR_FSYNC);
	assert_non_null(strstr(why, "not a database"));
	snprintf(path, sizeof path, "%s/no/folder.db", p->folder);
	assert_int_equal(db_open(path, &(struct db_options){ .create = true }, &db, why), ERR_IO);
}

TEST(one_writer_at_a_time)
{
	struct db *other = place_open(p, (struct db_options){ .busy_ms = 20 });
	assert_ok(db_begin(p->db));
	assert_int_equal(db_begin(other), ERR_BUSY);
	assert_false(db_broken(other));
	assert_ok(db_commit(p->db));
	assert_int_equal(db_begin(other), OK);
	db_rollback(other);
	db_close(other);
}

/* SQLite rolls the whole transaction back by itself when the disk is full: nothing of it may look done. */
TEST(a_full_disk_loses_the_transaction_not_the_record)
{
	pots_add(p, 1, 2, 10);
	assert_ok(db_script(p->db, STR("PRAGMA max_page_count=30")));
	assert_ok(db_begin(p->db));
	assert_ok(db_savepoint(p->db));
	enum err e = OK;
	char name[20], text[2001];
	memset(text, 'a', 2000);
	for (int i = 3; !e && i < 1000; i++) {
		snprintf(name, sizeof name, "pot %d", i);
		struct test_pot_add_in in = pot(i, name);
		in.tags = (struct str){ text, 2000 };
		e = query_run(p->db, &test_pot_add, &in, NULL);
	}
	assert_err(e, ERR_DISK_FULL);
	assert_true(db_broken(p->db));
	assert_err(db_savepoint(p->db), ERR_DB);
	assert_err(db_commit(p->db), ERR_DB);
	db_rollback(p->db);
	assert_int_equal(pot_count(p), 2);
	assert_ok(db_script(p->db, STR("PRAGMA max_page_count=100000")));
	assert_ok(db_begin(p->db));
	pots_add(p, 3, 50, 2000);
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 50);
}

/* ---- a disk whose fsync fails ---- */

static bool sync_fails;
static sqlite3_vfs shim, *real;
static sqlite3_io_methods shim_methods[2]; /* of the database, of its other files */
static int (*real_sync)(sqlite3_file *, int);

static int
shim_sync(sqlite3_file *f, int flags)
{
	return sync_fails ? SQLITE_IOERR_FSYNC : real_sync(f, flags);
}

static int
shim_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
	(void)vfs;
	int rc = real->xOpen(real, name, f, flags, out);
	if (rc == SQLITE_OK && f->pMethods) {
		sqlite3_io_methods *methods = &shim_methods[!(flags & SQLITE_OPEN_MAIN_DB)];
		*methods = *f->pMethods;
		real_sync = methods->xSync;
		methods->xSync = shim_sync;
		f->pMethods = methods;
	}
	return rc;
}

TEST(a_failing_fsync_is_told_apart)
{
	real = sqlite3_vfs_find(NULL);
	shim = *real;
	shim.zName = "shim";
	shim.xOpen = shim_open;
	sqlite3_vfs_register(&shim, 1);
	struct db *db = place_open(p, (struct db_options){ 0 });
	assert_int_equal(db_begin(db), OK);
	assert_int_equal(query_run(db, &test_shop_add, &(struct test_shop_add_in){ 1, STR("a") }, NULL), OK);
	sync_fails = true;
	assert_int_equal(db_commit(db), ERR_FSYNC);
	assert_true(db_broken(db));
	sync_fails = false;
	db_rollback(db);
	db_close(db);
	sqlite3_vfs_unregister(&shim);
	sqlite3_vfs_register(real, 1);
}

/* ---- care ---- */

TEST(a_copy_is_whole_and_replaces_nothing)
{
	char to[200], why[200] = "";
	snprintf(to, sizeof to, "%s/copy.db", p->folder);
	pots_add(p, 1, 100, 3000);
	struct db *reader = place_open(p, (struct db_options){ .read_only = true });
	assert_ok(db_begin(p->db));
	pots_add(p, 101, 110, 10);
	assert_int_equal(db_backup(reader, to, why), OK);
	assert_ok(db_commit(p->db));
	assert_int_equal(db_backup(reader, to, why), ERR_EXISTS);
	assert_non_null(strstr(why, "copy.db: exists already"));
	db_close(reader);

	struct place copy = *p;
	snprintf(copy.url, sizeof copy.url, "%s", to);
	copy.db = place_open(&copy, (struct db_options){ 0 });
	assert_int_equal(pot_count(&copy), 100);
	assert_int_equal(db_check(copy.db, why), OK);
	db_close(copy.db);
	snprintf(to, sizeof to, "%s/no/copy.db", p->folder);
	assert_err(db_backup(p->db, to, why), ERR_IO);
	snprintf(to, sizeof to, "%s/copy.db.part", p->folder);
	assert_int_not_equal(access(to, F_OK), 0);
}

TEST(check_finds_rows_that_point_to_nothing)
{
	char why[200] = "";
	pots_add(p, 1, 3, 10);
	assert_ok(db_check(p->db, why));
	assert_ok(db_script(p->db, STR("PRAGMA foreign_keys=OFF; UPDATE pot SET shop_id = 9 WHERE id = 2; PRAGMA foreign_keys=ON")));
	assert_err(db_check(p->db, why), ERR_DB);
	assert_string_equal(why, "pot: row 2 points to nothing in pot_shop");
}

TEST(check_finds_damage)
{
	char why[200] = "";
	pots_add(p, 1, 200, 1000);
	assert_ok(db_checkpoint(p->db, true));
	db_close(p->db);
	int fd = open(p->url, O_RDWR);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	char junk[4096];
	memset(junk, 0x5a, sizeof junk);
	for (off_t at = 4096 * 6; at < st.st_size; at += 4096 * 5)
		assert_int_equal(pwrite(fd, junk, sizeof junk, at), sizeof junk);
	close(fd);
	p->db = place_open(p, (struct db_options){ 0 });
	enum err e = db_check(p->db, why);
	assert_true(e == ERR_DB || e == ERR_FSYNC);
	assert_true(why[0] != 0);
}

TEST(the_log_is_cut)
{
	pots_add(p, 1, 100, 1000);
	assert_true(db_wal_bytes(p->db) > 100000);
	struct db *reader = place_open(p, (struct db_options){ .read_only = true });
	struct db *other = place_open(p, (struct db_options){ .busy_ms = 20 });
	struct test_pot_count_out n;
	assert_int_equal(db_begin(reader), OK);
	assert_int_equal(query_one(reader, &test_pot_count, NULL, p->arena, &n), OK);
	pots_add(p, 101, 101, 1000);
	assert_int_equal(db_checkpoint(other, true), ERR_BUSY); /* a reader still needs it */
	assert_int_equal(db_commit(reader), OK);
	assert_int_equal(db_checkpoint(other, true), OK);
	assert_int_equal(db_wal_bytes(p->db), 0);
	assert_ok(db_checkpoint(p->db, false));
	db_close(reader);
	db_close(other);
	/* Checked in but not cut: the file keeps its size, and what comes is counted anew. */
	pots_add(p, 102, 140, 1000);
	int64_t bytes = db_wal_bytes(p->db), fresh = db_wal_fresh(p->db);
	assert_true(bytes > 0);
	assert_int_equal(fresh, bytes - 32);
	assert_ok(db_checkpoint(p->db, false));
	assert_int_equal(db_wal_fresh(p->db), 0);
	pots_add(p, 141, 141, 1000);
	assert_int_equal(db_wal_bytes(p->db), bytes);
	assert_true(db_wal_fresh(p->db) > 0 && db_wal_fresh(p->db) < fresh);
	assert_int_equal(pot_count(p), 141);
}

TEST(full_scans_are_listed)
{
	static const char *const big[] = { "message", "pot", NULL }, *const others[] = { "po", "p2", NULL };
	char why[400] = "";
	assert_err(db_check_query(p->db, &test_scan, big, why), ERR_CONFLICT);
	assert_string_equal(why, "test_scan: SCAN p");
	assert_ok(db_check_query(p->db, &test_scan, others, why));
	assert_ok(db_check_query(p->db, &test_scan, NULL, why));
	assert_ok(db_check_query(p->db, &test_pot_get, big, why));
	assert_ok(db_check_query(p->db, &test_pot_sell_one, big, why));
}

TEST(a_statement_lives_through_a_changed_schema)
{
	pots_add(p, 1, 3, 10);
	assert_int_equal(pot_count(p), 3);
	struct db *other = place_open(p, (struct db_options){ 0 });
	assert_int_equal(db_script(other, STR("ALTER TABLE pot ADD COLUMN glaze TEXT; CREATE INDEX pot_by_kind ON pot(kind)")), OK);
	db_close(other);
	assert_int_equal(pot_count(p), 3);
	pots_add(p, 4, 4, 10);
	assert_int_equal(pot_count(p), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_SQLITE(settings_hold),
		ON_SQLITE(only_a_lazy_transaction_does_not_wait_for_the_disk),
		ON_SQLITE(what_was_lazy_is_settled),
		ON_SQLITE(opening_says_why_not),
		ON_SQLITE(one_writer_at_a_time),
		ON_SQLITE(a_full_disk_loses_the_transaction_not_the_record),
		ON_SQLITE(a_failing_fsync_is_told_apart),
		ON_SQLITE(a_copy_is_whole_and_replaces_nothing),
		ON_SQLITE(check_finds_rows_that_point_to_nothing),
		ON_SQLITE(check_finds_damage),
		ON_SQLITE(the_log_is_cut),
		ON_SQLITE(full_scans_are_listed),
		ON_SQLITE(a_statement_lives_through_a_changed_schema),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
