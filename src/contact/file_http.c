/* Files come as one raw PUT, spooled to the data directory; they are looked at, made durable and named before a row speaks of them. */
#include "contact/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rand.h"
#include "contact/file_sql.h"
#include "contact/rate.h"
#include "contact/session.h"
#include "team/settings.h"
#include "base/banned.h"

#define FILE_MOST ((size_t)100 << 20) /* what the setting can allow at most */
#define CLOSED_STATE(face) str_eqz((face).state, "closed")

/* A file in its place, not yet in the record. */
struct kept {
	const struct file_kind *kind;
	struct str path, stored_name, name;
	char sha256[65];
	int64_t size;
};

static enum err
folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	enum err e = fsync(fd) == 0 ? OK : ERR_FSYNC;
	close(fd);
	return e;
}

static enum err
folder_make(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? OK : errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
}

static enum err
content_read(struct request *rq, int fd, struct kept *k)
{
	struct stat st;
	unsigned char hash[crypto_hash_sha256_BYTES];
	if (fstat(fd, &st) != 0)
		return ERR_IO;
	if (st.st_size > setting_int(rq->app, SETTING_UPLOAD_MAX_MB) << 20)
		return ERR_TOO_LARGE;
	if (st.st_size == 0)
		return fail_text(rq, ERR_BAD_FIELD, NULL, "The file is empty", "文件为空");
	void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return ERR_NO_MEMORY;
	k->size = st.st_size;
	k->kind = file_kind_of((struct str){ bytes, (size_t)st.st_size });
	crypto_hash_sha256(hash, bytes, (unsigned long long)st.st_size);
	sodium_bin2hex(k->sha256, sizeof k->sha256, hash, sizeof hash);
	munmap(bytes, (size_t)st.st_size);
	if (!k->kind)
		return fail_text(rq, ERR_BAD_TYPE, NULL,
		                 "Only images, PDF, office documents, archives, audio, video and plain text can be sent",
		                 "仅支持图片、PDF、Office 文档、压缩包、音频、视频和纯文本");
	return fsync(fd) == 0 ? OK : ERR_FSYNC;
}

/* <data>/files/ab/abcdef...: a random name, two letters of it as a folder. */
static enum err
place_make(struct request *rq, struct kept *k)
{
	unsigned char random[16];
	char hex[2 * sizeof random + 1];
	rand_secret(random, sizeof random);
	sodium_bin2hex(hex, sizeof hex, random, sizeof random);
	struct str all = arena_printf(rq->arena, "%s/files", app_data_dir(rq->app));
	struct str folder = arena_printf(rq->arena, "%s/files/%.2s", app_data_dir(rq->app), hex);
	k->stored_name = arena_str(rq->arena, str_of(hex));
	k->path = arena_printf(rq->arena, "%s/files/%.2s/%s", app_data_dir(rq->app), hex, hex);
	if (!all.p || !folder.p || !k->path.p || !k->stored_name.p)
		return ERR_NO_MEMORY;
	enum err e = folder_make(all.p);
	if (!e)
		e = folder_make(folder.p);
	if (!e && rename(rq->body_file.p, k->path.p) != 0)
		e = errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	if (!e)
		e = folder_sync(folder.p);
	return e ? e : folder_sync(all.p);
}

static enum err
upload_allowed(struct request *rq, int64_t session_id, struct session_face *ret_face)
{
	bool visitor = rq->who.kind == CALLER_VISITOR;
	enum err e = visitor ? session_see(rq, session_id, ret_face) : session_manage(rq, session_id, ret_face);
	if (!e && CLOSED_STATE(*ret_face) && ret_face->closed_at < rq->now - session_return_ms(rq))
		e = fail_text(rq, ERR_WRONG_STATE, "session_id", "The conversation has ended", "会话已结束");
	return e;
}

/* On a JOB lane: nothing of it is visible before the row is. */
static enum err
file_keep(struct request *rq, const void *in)
{
	const struct file_put_in_in *b = in;
	struct session_face face;
	struct kept *k = arena_alloc(rq->arena, sizeof *k);
	if (!k)
		return ERR_NO_MEMORY;
	if (!rq->body_file.n)
		return ERR_NO_LENGTH;
	enum err e = upload_allowed(rq, b->session_id, &face);
	if (!e && rq->who.kind == CALLER_VISITOR)
		e = rate_check(rq, RATE_UPLOAD);
	if (e)
		return e;
	int fd = open(rq->body_file.p, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	e = content_read(rq, fd, k);
	close(fd);
	if (!e)
		e = place_make(rq, k);
	if (e)
		return e;
	k->name = file_name_clean(rq->arena, b->name.p ? b->name : STR(""), k->kind);
	rq->prepared = k;
	return k->name.p ? OK : ERR_NO_MEMORY;
}

static enum err
file_record(struct request *rq, const struct kept *k, int64_t session_id)
{
	struct session_face face;
	enum err e = upload_allowed(rq, session_id, &face);
	if (e)
		return e;
	struct file_add_in row = { .id = new_id(rq), .session_id = face.id, .shop_id = face.shop_id, .stored_name = k->stored_name,
		                   .name = k->name,
		                   .type = str_of(k->kind->type), .size = k->size, .sha256 = str_of(k->sha256), .created_at = rq->now,
		                   .person_id_set = rq->who.person_id != 0, .person_id = rq->who.person_id,
		                   .customer_id_set = rq->who.customer_id != 0, .customer_id = rq->who.customer_id };
	e = db_run(rq, &file_add, &row, NULL);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_member_int(&rq->w, "file_id", row.id);
	jw_member_text(&rq->w, "name", k->name);
	jw_member_text(&rq->w, "type", row.type);
	jw_member_int(&rq->w, "size", k->size);
	jw_end(&rq->w);
	return OK;
}

static enum err
file_put(struct request *rq, const void *in)
{
	const struct file_put_in_in *b = in;
	struct kept *k = rq->prepared;
	if (!k)
		return ERR_INTERNAL;
	enum err e = file_record(rq, k, b->session_id);
	if (e && e != ERR_BUSY) /* busy: it is tried again */
		unlink(k->path.p);
	return e;
}

static enum err
file_get(struct request *rq, const void *in)
{
	const struct file_get_in_in *b = in;
	struct file_by_id_out f;
	struct session_face face;
	enum err e = db_one(rq, &file_by_id, &(struct file_by_id_in){ b->file_id }, &f);
	if (!e)
		e = f.session_id_set ? session_see(rq, f.session_id, &face) : ERR_NOT_FOUND;
	if (e)
		return e;
	rq->type = f.type;
	rq->file_path = arena_printf(rq->arena, "%s/files/%.2s/%.*s", app_data_dir(rq->app), f.stored_name.p, STR_ARG(f.stored_name));
	struct str disposition = file_disposition(rq->arena, f.name, file_kind_named(f.type));
	if (!rq->file_path.p || !disposition.p)
		return ERR_NO_MEMORY;
	reply_header(rq, "Content-Disposition", disposition);
	reply_header(rq, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
	reply_header(rq, "Cache-Control", STR("private, max-age=31536000, immutable"));
	return OK;
}

static const struct route routes[] = {
	{ PUT, "/api/v1/files", PERM_CHAT, LANE_WRITE, .in = &file_put_in, .out = &file_put_out, .prepare = file_keep, .handler = file_put,
	  .raw_body = true, .body_max = FILE_MOST,
	  .help = "Bring a file into a session: the raw bytes; its type is found from the content" },
	{ PUT, "/api/v1/files", PERM_VISITOR, LANE_WRITE, .in = &file_put_in, .out = &file_put_out, .prepare = file_keep,
	  .handler = file_put,
	  .raw_body = true, .body_max = FILE_MOST, .help = "Bring a file into the own chat" },
	{ GET, "/api/v1/files/{file_id}", PERM_CHAT_SEE, LANE_READ, .in = &file_get_in, .raw_out = true, .handler = file_get,
	  .help = "A file of a session that I may see" },
	{ GET, "/api/v1/files/{file_id}", PERM_VISITOR, LANE_READ, .in = &file_get_in, .raw_out = true, .handler = file_get,
	  .help = "A file of the own chat" },
};

const struct feature contact_file_feature = { .name = "file", ROUTES(routes) };
