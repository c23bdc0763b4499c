#include <stdio.h>
#include <string.h>

#include "db/backend.h"

#include "base/banned.h"

bool
postgres_owns(const char *url)
{
	return strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
}

enum err
postgres_open(const char *url, const struct db_options *options, struct db **ret_db, char why[200])
{
	(void)url, (void)options, (void)ret_db;
	snprintf(why, 200, "this build has no PostgreSQL");
	return ERR_NOT_SUPPORTED;
}
