/* The only file that names every feature, in the order of the house's floors. */
#include "app/app.h"
#include "desk/search.h"
#include "base/banned.h"

const struct feature *const all_features[] = {
	&desk_search_feature,
	NULL,
};
const size_t all_features_count = sizeof all_features / sizeof *all_features - 1;
