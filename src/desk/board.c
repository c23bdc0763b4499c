#include "desk/board.h"

#include "base/banned.h"

struct str
board_span(struct arena *a, int64_t ms, bool zh)
{
	int64_t s = ms < 0 ? 0 : ms / 1000;
	int h = (int)(s / 3600), m = (int)(s / 60 % 60), rest = (int)(s % 60);
	if (h)
		return arena_printf(a, zh ? "%d 小时 %d 分" : "%d h %d min", h, m);
	if (m)
		return arena_printf(a, zh ? "%d 分 %d 秒" : "%d min %d s", m, rest);
	return arena_printf(a, zh ? "%d 秒" : "%d s", rest);
}
