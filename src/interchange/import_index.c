/* The search index of what was imported: after the record is safe, in pieces, so that a serving centre gets its turn. */
#include <stdio.h>

#include "base/clock.h"
#include "desk/search.h"
#include "interchange/import_impl.h"
#include "base/banned.h"

enum { PIECE = 1000, MUCH = 1000 };

enum err
import_index(struct import *im, char why[200])
{
	int64_t started = clock_monotonic();
	enum err e = OK;
	for (size_t i = 0; !e && i < im->written_count; i += PIECE) {
		size_t end = i + PIECE < im->written_count ? i + PIECE : im->written_count;
		e = db_begin_lazy(im->db);
		for (size_t k = i; !e && k < end; k++) {
			e = search_index(im->db, im->arena, im->written[k].session_id, im->written[k].seq);
			arena_reset(im->arena);
		}
		if (!e)
			e = search_settle(im->db, (int64_t)(end - i));
		if (!e)
			e = db_commit(im->db);
		if (!e && im->o->between)
			e = im->o->between(im->o->ctx, "index", (int64_t)end, (int64_t)im->written_count);
		if (im->o->tell && end % 20000 == 0)
			im->o->tell(im->o->tell_ctx, "messages indexed", 0, "...");
	}
	if (!e && im->written_count >= MUCH)
		e = db_analyze(im->db);
	if (e) {
		snprintf(why, 200, "imported, but the search index is not complete: %.120s", db_error(im->db));
		db_rollback(im->db);
	}
	im->report->index_ms = clock_monotonic() - started;
	return e;
}
