/*
 * assetgen OUT.c DIR [NAME=BYTES ...]: prints the table of app/assets.h for every file below DIR (none when DIR is not there); fails when a
 * file NAME of it is larger than BYTES as it is sent, compressed. The bytes are not spelled out in C, which would take the compiler seconds a megabyte: the assembler includes the files themselves and the
 * compressed copies written to OUT.d/.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sodium.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

#include "base/banned.h"

#define FILES_MAX 4096
#define FILE_BYTES_MAX (64u << 20)

struct file {
	struct str path; /* below the root */
	struct str source, zipped; /* what the assembler reads; zipped has no value when it was not smaller */
	size_t bytes, zipped_bytes;
	char etag[35];
};

static struct arena *arena;
static struct file files[FILES_MAX];
static size_t file_count;

static void __attribute__((noreturn))
die(const char *what, struct str path)
{
	fprintf(stderr, "assetgen: %s: %.*s%s%s\n", what, STR_ARG(path), errno ? ": " : "", errno ? strerror(errno) : "");
	exit(1);
}

static struct str
join(struct str a, const char *between, struct str b)
{
	struct str s = arena_printf(arena, "%.*s%s%.*s", STR_ARG(a), between, STR_ARG(b));
	if (!s.p)
		die("out of memory", a);
	return s;
}

static bool
plain_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || memchr("-_.", c, 3)))
			return false;
	}
	return true;
}

static void
walk(struct str root, struct str below)
{
	struct str here = below.n ? join(root, "/", below) : root;
	DIR *dir = opendir(here.p);
	if (!dir && errno == ENOENT && !below.n)
		return;
	if (!dir)
		die("cannot read", here);
	for (struct dirent *d; (d = readdir(dir));) {
		struct str name = str_of(d->d_name);
		if (name.p[0] == '.')
			continue;
		errno = 0;
		if (!plain_name(name))
			die("a name may hold letters, digits, '-', '_' and '.' only", name);
		struct str path = below.n ? join(below, "/", name) : join(name, "", STR(""));
		struct str source = join(root, "/", path);
		struct stat st;
		if (stat(source.p, &st))
			die("cannot read", source);
		if (S_ISDIR(st.st_mode)) {
			walk(root, path);
			continue;
		}
		errno = 0;
		if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX || file_count == FILES_MAX)
			die("not a plain file, or too large, or too many", source);
		files[file_count++] = (struct file){ .path = path, .source = source, .bytes = (size_t)st.st_size };
	}
	closedir(dir);
}

static void
write_file(struct str path, struct str bytes)
{
	struct str fresh = join(path, "", STR(".new"));
	FILE *f = fopen(fresh.p, "wb");
	if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) || rename(fresh.p, path.p))
		die("cannot write", path);
}

static void
zip(struct file *f, struct str bytes, struct str to)
{
	z_stream z = { 0 };
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		die("zlib", f->path);
	size_t room = deflateBound(&z, bytes.n);
	struct buf out;
	buf_init(&out, room);
	z.next_in = (Bytef *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = (Bytef *)buf_room(&out, room);
	z.avail_out = (uInt)room;
	if (!z.next_out || deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("zlib", f->path);
	out.n = room - z.avail_out;
	deflateEnd(&z);
	if (out.n < bytes.n) {
		write_file(to, buf_str(&out));
		f->zipped = to;
		f->zipped_bytes = out.n;
	}
	buf_free(&out);
}

static void
read_and_zip(struct file *f, struct str dir, size_t number)
{
	FILE *in = fopen(f->source.p, "rb");
	if (!in)
		die("cannot read", f->source);
	struct buf b;
	buf_init(&b, FILE_BYTES_MAX);
	char *p = buf_room(&b, f->bytes + 1);
	if (!p || fread(p, 1, f->bytes + 1, in) != f->bytes)
		die("it changed while it was read", f->source);
	b.n = f->bytes;
	fclose(in);
	unsigned char hash[16];
	crypto_generichash(hash, sizeof hash, (const unsigned char *)b.p, b.n, NULL, 0);
	f->etag[0] = '"';
	sodium_bin2hex(f->etag + 1, sizeof f->etag - 1, hash, sizeof hash);
	f->etag[33] = '"';
	struct str to = arena_printf(arena, "%.*s/%zu.gz", STR_ARG(dir), number);
	if (!to.p)
		die("out of memory", f->path);
	zip(f, buf_str(&b), to);
	buf_free(&b);
}

static const char *
type_of(struct str path)
{
	static const char *const types[][2] = {
		{ ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" }, { ".css", "text/css; charset=utf-8" },
		{ ".json", "application/json" }, { ".svg", "image/svg+xml" }, { ".png", "image/png" }, { ".jpg", "image/jpeg" },
		{ ".gif", "image/gif" }, { ".webp", "image/webp" }, { ".ico", "image/x-icon" }, { ".woff2", "font/woff2" },
		{ ".mp3", "audio/mpeg" }, { ".wav", "audio/wav" }, { ".txt", "text/plain; charset=utf-8" }, { ".map", "application/json" },
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_ends(path, str_of(types[i][0])))
			return types[i][1];
	return "application/octet-stream";
}

/* esbuild's mark: NAME-XXXXXXXX.EXT with eight characters of base 32. */
static bool
has_hash(struct str path)
{
	struct str name = path, piece;
	for (struct str rest = path; str_split(&rest, '/', &piece);)
		name = piece;
	ptrdiff_t dot = str_find_char(name, '.');
	if (dot < 9 || name.p[dot - 9] != '-')
		return false;
	for (ptrdiff_t i = dot - 8; i < dot; i++)
		if (!((name.p[i] >= 'A' && name.p[i] <= 'Z') || (name.p[i] >= '2' && name.p[i] <= '7')))
			return false;
	return true;
}

static void
put_bytes(struct buf *c, const char *symbol, size_t number, struct str source)
{
	buf_printf(c, "__asm__(\".section .rodata\\n.balign 8\\n.global %s_%zu\\n%s_%zu:\\n.incbin \\\"%.*s\\\"\\n.byte 0\\n.previous\");\n", symbol, number,
	    symbol, number, STR_ARG(source));
	buf_printf(c, "extern const char %s_%zu[];\n", symbol, number);
}

static void
put_row(struct buf *c, const struct file *f, size_t i)
{
	const char *type = type_of(f->path);
	buf_printf(c, "\t{ { \"%.*s\", %zu }, { \"%s\", %zu }, { asset_plain_%zu, %zu }, ", STR_ARG(f->path), f->path.n, type, strlen(type), i, f->bytes);
	if (f->zipped.p)
		buf_printf(c, "{ asset_gzip_%zu, %zu }, ", i, f->zipped_bytes);
	else
		buf_addz(c, "{ 0, 0 }, ");
	buf_printf(c, "{ \"\\\"%.32s\\\"\", 34 }, %s },\n", f->etag + 1, has_hash(f->path) ? "true" : "false");
}

static int
by_path(const void *a, const void *b)
{
	return str_cmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

/* "widget.js=19999": that file, as it is sent, may not be larger. */
static void
check_most(const char *limit)
{
	struct str name, rest = str_of(limit);
	int64_t most;
	if (!str_split(&rest, '=', &name) || !str_int(rest, &most))
		die("not NAME=BYTES", str_of(limit));
	for (size_t i = 0; i < file_count; i++)
		if (str_eq(files[i].path, name) && (int64_t)files[i].zipped_bytes > most)
			die(arena_printf(arena, "%zu bytes compressed are more than", files[i].zipped_bytes).p, str_of(limit));
}

int
main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: assetgen OUT.c DIR [NAME=BYTES ...]\n", stderr);
		return 2;
	}
	arena = arena_new(64 << 20);
	if (!arena || sodium_init() < 0)
		die("cannot start", STR(""));
	struct str out = str_of(argv[1]), zipped = join(out, "", STR(".d"));
	if (mkdir(zipped.p, 0777) && errno != EEXIST)
		die("cannot make", zipped);
	walk(str_of(argv[2]), STR(""));
	qsort(files, file_count, sizeof *files, by_path);
	struct buf c;
	buf_init(&c, 16 << 20);
	buf_addz(&c, "/* Made by tools/assetgen.c. */\n#include \"app/assets.h\"\n\n");
	for (size_t i = 0; i < file_count; i++) {
		read_and_zip(&files[i], zipped, i);
		put_bytes(&c, "asset_plain", i, files[i].source);
		if (files[i].zipped.p)
			put_bytes(&c, "asset_gzip", i, files[i].zipped);
	}
	errno = 0;
	for (int i = 3; i < argc; i++)
		check_most(argv[i]);
	buf_addz(&c, "\nconst struct asset asset_table[] = {\n");
	for (size_t i = 0; i < file_count; i++)
		put_row(&c, &files[i], i);
	if (!file_count)
		buf_addz(&c, "\t{ { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, false },\n");
	buf_printf(&c, "};\nconst size_t asset_count = %zu;\n", file_count);
	errno = 0;
	if (buf_err(&c))
		die("the table is too large", out);
	write_file(out, buf_str(&c));
	buf_free(&c);
	arena_free(arena);
	return 0;
}
