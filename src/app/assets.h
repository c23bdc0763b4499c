/*
 * The web front ends inside the binary: every file that lay below web/dist when it was built (tools/assetgen.c). A build
 * without web/dist has none. All memory is static.
 */
#ifndef APP_ASSETS_H
#define APP_ASSETS_H

#include <stdbool.h>

#include "base/str.h"

struct asset {
	struct str path;  /* below web/dist, without a slash in front: "desk/index.html" */
	struct str type;  /* for Content-Type, with its charset */
	struct str bytes;
	struct str gzip;  /* the same in gzip format; no value when that was not smaller */
	struct str etag;  /* strong, in its quotes; the gzip form needs one of its own where both are served */
	bool immutable;   /* its name holds a hash of what is in it: may be kept for ever */
};

/* NULL when there is none of exactly this path. */
const struct asset *asset_find(struct str path);

/* What assetgen prints: ascending by path (str_cmp). */
extern const struct asset asset_table[];
extern const size_t asset_count;

#endif
