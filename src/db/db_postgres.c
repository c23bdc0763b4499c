#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "db/backend.h"

#include "base/banned.h"

/* Type numbers of pg_type; they never change. */
enum {
	T_BOOL = 16,
	T_NAME = 19,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT4 = 23,
	T_TEXT = 25,
	T_JSON = 114,
	T_FLOAT4 = 700,
	T_FLOAT8 = 701,
	T_BPCHAR = 1042,
	T_VARCHAR = 1043,
	T_XID8 = 5069
};
#define PARAMS_MAX 255
#define BINARY 1

struct postgres {
	struct db db;
	PGconn *conn;
	struct query_map statements;
	bool lost; /* the connection is gone: open a new one before the next transaction */
};

struct statement {
	void *row;
	int *columns; /* of out field i */
	Oid *types;   /* of out field i */
};

static struct postgres *
postgres_of(struct db *db)
{
	return (struct postgres *)db;
}

/* ---- errors ---- */

static enum err
err_of_state(const char *state)
{
	static const struct {
		const char *state; /* the whole SQLSTATE or its class */
		enum err e;
	} rows[] = {
		{ "23505", ERR_EXISTS },    { "23P01", ERR_EXISTS },    { "23503", ERR_REFERENCED }, { "23502", ERR_BAD_FIELD },
		{ "23514", ERR_BAD_FIELD }, { "22021", ERR_BAD_FIELD }, { "40", ERR_BUSY },          { "55P03", ERR_BUSY },
		{ "53100", ERR_DISK_FULL }, { "53200", ERR_NO_MEMORY }, { "53300", ERR_BUSY },       { "54000", ERR_TOO_LARGE },
		{ "57014", ERR_TIMEOUT },   { "57P", ERR_BUSY },        { "58030", ERR_IO },         { "08", ERR_BUSY },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strncmp(state, rows[i].state, strlen(rows[i].state)) == 0)
			return rows[i].e;
	return ERR_DB;
}

/* result may be NULL (libpq had no memory for one, or the connection is gone). */
static enum err
postgres_fail(struct postgres *s, const PGresult *result, const char *where)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum err e = state ? err_of_state(state) : result ? ERR_DB : ERR_NO_MEMORY;
	bool ended = state && (strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0); /* said before the socket closes */
	if (ended || PQstatus(s->conn) == CONNECTION_BAD) {
		s->lost = true;
		e = ERR_BUSY;
	}
	if (!text)
		text = PQerrorMessage(s->conn);
	return db_fail(&s->db, e, "%s: %.*s", where, (int)strcspn(text, "\n"), text);
}

static bool
is_good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE || status == PGRES_EMPTY_QUERY;
}

/* Takes the result. */
static enum err
finish(struct postgres *s, PGresult *result, const char *where)
{
	enum err e = is_good(result) ? OK : postgres_fail(s, result, where);
	PQclear(result);
	return e;
}

/* ---- connection ---- */

static void
statement_free(void *value)
{
	struct statement *st = value;
	mem_free(st->row);
	mem_free(st->columns);
	mem_free(st->types);
	mem_free(st);
}

static void
notice_drop(void *ctx, const char *text)
{
	(void)ctx, (void)text;
}

static enum err
configure(struct postgres *s)
{
	static const char sql[] =
		"SELECT set_config('client_min_messages', 'warning', false), set_config('standard_conforming_strings', 'on', false),"
		" set_config('TimeZone', 'UTC', false), set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
		" set_config('default_transaction_read_only', $3, false)";
	char statement_ms[12], busy_ms[12];
	snprintf(statement_ms, sizeof statement_ms, "%d", s->db.options.statement_ms);
	snprintf(busy_ms, sizeof busy_ms, "%d", s->db.options.busy_ms);
	const char *values[] = { statement_ms, busy_ms, s->db.options.read_only ? "on" : "off" };
	PQsetNoticeProcessor(s->conn, notice_drop, NULL);
	return finish(s, PQexecParams(s->conn, sql, 3, NULL, values, NULL, NULL, 0), "settings");
}

/* Inside a transaction: is it still there? Outside: a connection that was lost is opened again. */
static enum err
ready(struct postgres *s)
{
	if (s->db.depth > 0 && PQtransactionStatus(s->conn) == PQTRANS_IDLE)
		return db_fail(&s->db, ERR_DB, "the transaction is gone");
	if (!s->lost || s->db.depth > 0)
		return OK;
	query_map_clear(&s->statements, statement_free);
	PQreset(s->conn);
	const char *text = PQerrorMessage(s->conn);
	if (PQstatus(s->conn) != CONNECTION_OK)
		return db_refuse(&s->db, ERR_BUSY, "connection: %.*s", (int)strcspn(text, "\n"), text);
	enum err e = configure(s);
	s->lost = e != OK;
	return e;
}

/* ---- statements ---- */

static const char *
column_name(const void *ctx, int column)
{
	return PQfname(ctx, column);
}

static Oid
param_type(const struct field *f)
{
	if (f->type == FIELD_BOOL)
		return T_BOOL;
	if (f->type == FIELD_REAL)
		return T_FLOAT8;
	return field_is_text(f) ? T_TEXT : T_INT8;
}

static void
param_types(const struct query *q, Oid types[PARAMS_MAX])
{
	for (int i = 0; i < q->pg_count; i++)
		types[i] = param_type(&q->in[q->pg_order[i]]);
}

static bool
column_fits(const struct field *f, Oid type)
{
	if (f->type == FIELD_BOOL)
		return type == T_BOOL;
	if (field_is_text(f))
		return type == T_TEXT || type == T_VARCHAR || type == T_BPCHAR || type == T_NAME || type == T_JSON;
	if (type == T_INT8 || type == T_INT4 || type == T_INT2)
		return true;
	return f->type == FIELD_REAL ? type == T_FLOAT8 || type == T_FLOAT4 : type == T_XID8;
}

static enum err
describe(struct postgres *s, const struct query *q, const char *name, struct statement *st)
{
	PGresult *d = PQdescribePrepared(s->conn, name);
	char why[200];
	enum err e = is_good(d) ? OK : postgres_fail(s, d, q->name);
	if (!e && !columns_match(q, PQnfields(d), column_name, d, st->columns, why))
		e = db_mismatch(&s->db, "%s", why);
	for (int i = 0; !e && i < q->out_count; i++) {
		st->types[i] = PQftype(d, st->columns[i]); /* NOLINT(clang-analyzer-core.NullDereference): the caller checked both */
		if (!column_fits(&q->out[i], st->types[i]))
			e = db_mismatch(&s->db, "%s: column %s is of another type (pg_type %u)", q->name, q->out[i].name, st->types[i]);
	}
	PQclear(d);
	return e;
}

/* name: of the server's statement; "" is the one that the next replaces. */
static enum err
statement_new(struct postgres *s, const struct query *q, const char *name, struct statement **ret_statement)
{
	Oid types[PARAMS_MAX];
	param_types(q, types);
	struct statement *st = mem_new(1, sizeof *st);
	if (!st)
		return db_fail(&s->db, ERR_NO_MEMORY, "%s: no memory", q->name);
	st->row = mem_new(1, q->out_size);
	st->columns = mem_new(q->out_count, sizeof *st->columns);
	st->types = mem_new(q->out_count, sizeof *st->types);
	enum err e = st->row && st->columns && st->types ? OK : db_fail(&s->db, ERR_NO_MEMORY, "%s: no memory", q->name);
	if (!e)
		e = finish(s, PQprepare(s->conn, name, q->sql[DB_POSTGRES], q->pg_count, types), q->name);
	if (!e)
		e = describe(s, q, name, st);
	if (e)
		statement_free(st);
	else
		*ret_statement = st;
	return e;
}

static void
statement_forget(struct postgres *s, const char *name)
{
	char sql[100];
	snprintf(sql, sizeof sql, "DEALLOCATE %s", name);
	PQclear(PQexec(s->conn, sql));
}

static enum err
statement_get(struct postgres *s, const struct query *q, struct statement **ret_statement)
{
	*ret_statement = query_map_get(&s->statements, q);
	if (*ret_statement)
		return OK;
	struct statement *st;
	enum err e = statement_new(s, q, q->name, &st);
	if (!e && !query_map_put(&s->statements, q, st)) {
		statement_free(st);
		e = db_fail(&s->db, ERR_NO_MEMORY, "%s: no memory", q->name);
	}
	if (e)
		statement_forget(s, q->name);
	else
		*ret_statement = st;
	return e;
}

/* ---- binding and reading: the binary format, big-endian ---- */

struct params {
	const char *values[PARAMS_MAX];
	int lengths[PARAMS_MAX], formats[PARAMS_MAX];
	uint64_t numbers[PARAMS_MAX];
};

static void
bind_number(struct params *p, int at, const struct field *f, const void *in)
{
	uint64_t bits;
	double real = f->type == FIELD_REAL ? field_real(f, in) : 0;
	if (f->type == FIELD_REAL)
		memcpy(&bits, &real, sizeof bits);
	else
		bits = (uint64_t)field_int(f, in);
	if (f->type == FIELD_BOOL)
		*(unsigned char *)&p->numbers[at] = (unsigned char)bits;
	else
		p->numbers[at] = htobe64(bits);
	p->values[at] = (const char *)&p->numbers[at];
	p->lengths[at] = f->type == FIELD_BOOL ? 1 : 8;
}

static enum err
bind_all(struct postgres *s, const struct query *q, const void *in, struct params *p)
{
	for (int i = 0; i < q->pg_count; i++) {
		const struct field *f = &q->in[q->pg_order[i]];
		struct str text = field_is_text(f) ? field_text(f, in) : STR_NONE;
		enum err e = field_text_check(&s->db, q, f, text);
		if (e)
			return e;
		p->formats[i] = BINARY;
		p->values[i] = NULL;
		p->lengths[i] = 0;
		if (!field_present(f, in))
			continue;
		if (field_is_text(f)) {
			p->values[i] = text.n ? text.p : "";
			p->lengths[i] = (int)text.n;
		} else {
			bind_number(p, i, f, in);
		}
	}
	return OK;
}

static int64_t
read_int(const char *p, Oid type)
{
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;
	switch (type) {
	case T_BOOL:
		return *p != 0;
	case T_INT2:
		memcpy(&v2, p, sizeof v2);
		return (int16_t)be16toh(v2);
	case T_INT4:
		memcpy(&v4, p, sizeof v4);
		return (int32_t)be32toh(v4);
	default:
		memcpy(&v8, p, sizeof v8);
		return (int64_t)be64toh(v8);
	}
}

static double
read_real(const char *p, Oid type)
{
	float v4;
	double v8;
	if (type == T_FLOAT4) {
		uint32_t bits = (uint32_t)read_int(p, T_INT4);
		memcpy(&v4, &bits, sizeof v4);
		return v4;
	}
	if (type != T_FLOAT8)
		return (double)read_int(p, type);
	uint64_t bits = (uint64_t)read_int(p, T_INT8);
	memcpy(&v8, &bits, sizeof v8);
	return v8;
}

static enum err
read_row(struct postgres *s, const struct query *q, struct statement *st, const PGresult *r, int at)
{
	enum err e = db_fault(&s->db, q->name);
	if (e)
		return e;
	if (q->out_size)
		memset(st->row, 0, q->out_size);
	for (int i = 0; i < q->out_count; i++) {
		const struct field *f = &q->out[i];
		const char *p = PQgetvalue(r, at, st->columns[i]);
		bool none = PQgetisnull(r, at, st->columns[i]);
		if (none && !(f->flags & FIELD_OPTIONAL))
			return db_mismatch(&s->db, "%s: column %s is NULL", q->name, f->name);
		if (none)
			continue;
		if (field_is_text(f))
			field_store_text(f, st->row, (struct str){ p, (size_t)PQgetlength(r, at, st->columns[i]) });
		else if (f->type == FIELD_REAL)
			field_store_real(f, st->row, read_real(p, st->types[i]));
		else
			field_store_int(f, st->row, read_int(p, st->types[i]));
	}
	return OK;
}

static enum err
rows_give(struct postgres *s, const struct query *q, struct statement *st, const struct row_sink *sink, const PGresult *r)
{
	enum err e = is_good(r) ? OK : postgres_fail(s, r, q->name);
	for (int i = 0; !e && i < PQntuples(r); i++) {
		e = read_row(s, q, st, r, i);
		if (!e)
			e = sink->row(sink->ctx, st->row);
	}
	return e;
}

/* Nobody wants the rows that still come. In a transaction they are read to the end, since cancelling would lose it. */
static void
rows_stop(struct postgres *s)
{
	char text[200];
	PGcancel *cancel = s->db.depth == 0 ? PQgetCancel(s->conn) : NULL;
	if (cancel)
		PQcancel(cancel, text, sizeof text);
	PQfreeCancel(cancel);
}

static int
send_bound(struct postgres *s, const struct query *q, const struct params *p)
{
	Oid types[PARAMS_MAX];
	if (!q->pg_by_values)
		return PQsendQueryPrepared(s->conn, q->name, q->pg_count, p->values, p->lengths, p->formats, BINARY);
	param_types(q, types);
	return PQsendQueryParams(s->conn, q->sql[DB_POSTGRES], q->pg_count, types, p->values, p->lengths, p->formats, BINARY);
}

static enum err
run_bound(struct postgres *s, const struct query *q, struct statement *st, const struct params *p, const struct row_sink *sink,
          int64_t *ret_changed)
{
	if (!send_bound(s, q, p))
		return postgres_fail(s, NULL, q->name);
	if (sink->stream)
		PQsetSingleRowMode(s->conn);
	enum err e = OK;
	PGresult *r;
	while ((r = PQgetResult(s->conn))) {
		if (!e && (e = rows_give(s, q, st, sink, r)) && PQresultStatus(r) == PGRES_SINGLE_TUPLE)
			rows_stop(s);
		int64_t changed = 0;
		bool counted = strncmp(PQcmdStatus(r), "SELECT", 6) != 0 && str_int(str_of(PQcmdTuples(r)), &changed);
		*ret_changed = counted ? changed : 0;
		PQclear(r);
	}
	return e;
}

static enum err
postgres_run(struct db *db, const struct query *q, const void *in, const struct row_sink *sink, int64_t *ret_changed)
{
	struct postgres *s = postgres_of(db);
	struct statement *st;
	struct params params;
	enum err e = ready(s);
	if (!e)
		e = bind_all(s, q, in, &params);
	if (!e)
		e = statement_get(s, q, &st);
	return e ? e : run_bound(s, q, st, &params, sink, ret_changed);
}

/* ---- transactions and scripts ---- */

static enum err
commit(struct postgres *s)
{
	PGresult *r = PQexec(s->conn, "COMMIT");
	if (is_good(r) && strcmp(PQcmdStatus(r), "COMMIT") != 0) {
		PQclear(r);
		return db_fail(&s->db, ERR_DB, "commit: the server rolled it back");
	}
	return finish(s, r, "commit");
}

static enum err
begin(struct postgres *s, bool lazy)
{
	const char *sql = s->db.options.read_only ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	                  : lazy                  ? "BEGIN; SET LOCAL synchronous_commit = off"
	                                          : "BEGIN";
	enum err e = ready(s);
	if (e)
		return e;
	e = finish(s, PQexec(s->conn, sql), "begin");
	if (e && s->lost) { /* an idle connection was closed behind our back: nothing is lost yet */
		e = ready(s);
		if (!e)
			e = finish(s, PQexec(s->conn, sql), "begin");
	}
	return e;
}

static enum err
postgres_command(struct db *db, enum command c)
{
	static const char *const texts[COMMAND_COUNT] = { NULL, NULL, NULL, "ROLLBACK", "SAVEPOINT s", "RELEASE s", "ROLLBACK TO s; RELEASE s" };
	struct postgres *s = postgres_of(db);
	if (c == COMMAND_BEGIN || c == COMMAND_BEGIN_LAZY)
		return begin(s, c == COMMAND_BEGIN_LAZY);
	if (c == COMMAND_ROLLBACK && (s->lost || PQtransactionStatus(s->conn) == PQTRANS_IDLE))
		return OK;
	enum err e = ready(s);
	if (e)
		return e;
	if (c == COMMAND_COMMIT)
		return commit(s);
	return finish(s, PQexec(s->conn, texts[c]), texts[c]);
}

static enum err
postgres_script(struct db *db, struct str sql)
{
	struct postgres *s = postgres_of(db);
	enum err e = ready(s);
	if (e)
		return e;
	char *text = mem_dup(sql.p, sql.n);
	if (!text)
		return db_fail(db, ERR_NO_MEMORY, "script: no memory");
	e = finish(s, PQexec(s->conn, text), "script");
	mem_free(text);
	return e;
}

static enum err
postgres_check_query(struct db *db, const struct query *q, const char *const *big_tables, char why[400])
{
	(void)big_tables;
	struct postgres *s = postgres_of(db);
	struct statement *st;
	enum err e = ready(s);
	if (!e)
		e = statement_new(s, q, "", &st);
	if (e)
		return db_why(db, e == ERR_INTERNAL ? ERR_DB : e, why, 400);
	statement_free(st);
	return OK;
}

/* ---- opening ---- */

static void
postgres_close(struct db *db)
{
	struct postgres *s = postgres_of(db);
	query_map_clear(&s->statements, statement_free);
	PQfinish(s->conn);
	mem_free(s);
}

static const struct backend postgres_backend = { postgres_close, postgres_command, postgres_run, postgres_script, postgres_check_query };

bool
postgres_owns(const char *url)
{
	return strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
}

enum err
postgres_open(const char *url, const struct db_options *options, struct db **ret_db, char why[200])
{
	/* What stands before dbname the URL may change, what stands after it not. */
	static const char *const names[] = { "connect_timeout", "tcp_user_timeout", "application_name", "dbname", "client_encoding", NULL };
	const char *const values[] = { "5", "30000", "antball", url, "UTF8", NULL };
	struct postgres *s = mem_new(1, sizeof *s);
	if (!s) {
		snprintf(why, 200, "out of memory");
		return ERR_NO_MEMORY;
	}
	s->db = (struct db){ .kind = DB_POSTGRES, .backend = &postgres_backend, .options = *options };
	s->conn = PQconnectdbParams(names, values, 1);
	enum err e = PQstatus(s->conn) == CONNECTION_OK ? configure(s) : ERR_BUSY;
	if (!e) {
		*ret_db = &s->db;
		return OK;
	}
	const char *text = s->conn ? PQerrorMessage(s->conn) : "out of memory";
	snprintf(why, 200, "PostgreSQL: %.*s", (int)strcspn(text, "\n"), text);
	postgres_close(&s->db);
	return e;
}
