#include <stddef.h>

#include "team/audit_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

static enum err
audit_get(struct request *rq, const void *in)
{
	const struct audit_list_in *q = in;
	return page_write(rq, &audit_list, q, q->limit_set ? q->limit : 100, offsetof(struct audit_list_out, id));
}

static const struct route routes[] = {
	{ GET, "/api/v1/audit", PERM_AUDIT_SEE, LANE_READ, .query = &audit_list, .list = true, .handler = audit_get,
	  .help = "Who changed what, newest first; cursor: next of the page before" },
};

const struct feature team_audit_feature = { .name = "audit", ROUTES(routes) };
