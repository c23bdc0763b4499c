#include "app/assets.h"

#include "base/banned.h"

/* Stand in for the generated table where it is not linked: unit tests. */
__attribute__((weak)) const struct asset asset_table[1];
__attribute__((weak)) const size_t asset_count = 0;

const struct asset *
asset_find(struct str path)
{
	size_t from = 0, to = asset_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = str_cmp(path, asset_table[middle].path);
		if (!order)
			return &asset_table[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}
