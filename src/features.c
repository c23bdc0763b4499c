/* The only file that names every feature, in the order of the house's floors. */
#include "app/app.h"
#include "base/banned.h"

const struct feature *const all_features[] = {
	NULL,
};
const size_t all_features_count = sizeof all_features / sizeof *all_features - 1;
