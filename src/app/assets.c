#include "app/assets.h"

#include "base/banned.h"

/* Unit tests link without the table. A weak stand-in of one row would not do: the compiler would take every index for 0. */
#pragma weak asset_table
#pragma weak asset_count

const struct asset *
asset_find(struct str path)
{
	size_t from = 0, to = &asset_count ? asset_count : 0;
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
