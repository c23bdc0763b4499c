#include <stdatomic.h>

#include "db/backend.h"

#include "base/banned.h"

static atomic_long countdown;
static atomic_int countdown_error;

void
db_fail_after(long n, enum err e)
{
	atomic_store(&countdown_error, (int)e);
	atomic_store(&countdown, n);
}

long
db_fail_left(void)
{
	return atomic_load(&countdown);
}

enum err
db_fault(struct db *db, const char *where)
{
	if (atomic_load_explicit(&countdown, memory_order_relaxed) == 0 || atomic_fetch_sub(&countdown, 1) != 1)
		return OK;
	return db_fail(db, (enum err)atomic_load(&countdown_error), "%s: made to fail", where);
}
