#include "base/zone.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/mem.h"

enum { NAME_MAX_BYTES = 63 };
#define DAY_MS 86400000LL
#define TABLE_END_MS 4102444800000LL /* 2100-01-01 */

struct change {
	int64_t from, offset_ms;
};

struct zone {
	struct zone *next;
	struct str name;
	size_t count;
	struct change *changes; /* by time; the first is from the beginning of time */
};

static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones;

static bool
name_known(const UChar *name)
{
	UChar canonical[NAME_MAX_BYTES + 1];
	UBool is_system = false;
	UErrorCode status = U_ZERO_ERROR;
	ucal_getCanonicalTimeZoneID(name, -1, canonical, NAME_MAX_BYTES + 1, &is_system, &status);
	static const UChar unknown[] = u"Etc/Unknown";
	return U_SUCCESS(status) && is_system && u_strcmp(name, unknown) != 0;
}

static bool
change_add(struct zone *z, UCalendar *cal, UErrorCode *status)
{
	int64_t offset = ucal_get(cal, UCAL_ZONE_OFFSET, status) + ucal_get(cal, UCAL_DST_OFFSET, status);
	int64_t from = z->count ? (int64_t)ucal_getMillis(cal, status) : INT64_MIN;
	if (z->count && z->changes[z->count - 1].offset_ms == offset)
		return true;
	struct change *more = mem_grow(z->changes, (z->count + 1) * sizeof *more);
	if (!more)
		return false;
	z->changes = more;
	z->changes[z->count++] = (struct change){ from, offset };
	return true;
}

static enum err
changes_read(struct zone *z, UCalendar *cal)
{
	UErrorCode status = U_ZERO_ERROR;
	UDate next = 0;
	ucal_setMillis(cal, 0, &status);
	if (!change_add(z, cal, &status))
		return ERR_NO_MEMORY;
	while (U_SUCCESS(status) && ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &next, &status) && next < TABLE_END_MS) {
		ucal_setMillis(cal, next, &status);
		if (!change_add(z, cal, &status))
			return ERR_NO_MEMORY;
	}
	return U_SUCCESS(status) ? OK : ERR_INTERNAL;
}

static void
zone_free(struct zone *z)
{
	mem_free((void *)(uintptr_t)z->name.p);
	mem_free(z->changes);
	mem_free(z);
}

static enum err
zone_read(struct str name, struct zone **ret_zone)
{
	UChar id[NAME_MAX_BYTES + 1];
	if (!name.p || !name.n || name.n > NAME_MAX_BYTES)
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] < '+' || name.p[i] > 'z')
			return ERR_NOT_FOUND;
		id[i] = (UChar)name.p[i];
	}
	id[name.n] = 0;
	if (!name_known(id))
		return ERR_NOT_FOUND;
	struct zone *z = mem_new(1, sizeof *z);
	if (!z)
		return ERR_NO_MEMORY;
	z->name = (struct str){ mem_dup(name.p, name.n), name.n };
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *cal = ucal_open(id, -1, "en", UCAL_GREGORIAN, &status);
	enum err e = z->name.p ? U_SUCCESS(status) ? changes_read(z, cal) : ERR_INTERNAL : ERR_NO_MEMORY;
	if (U_SUCCESS(status))
		ucal_close(cal);
	if (e) {
		zone_free(z);
		return e;
	}
	*ret_zone = z;
	return OK;
}

enum err
zone_open(struct str name, const struct zone **ret_zone)
{
	enum err e = OK;
	pthread_mutex_lock(&zones_lock);
	struct zone *z = zones;
	while (z && !str_eq(z->name, name))
		z = z->next;
	if (!z) {
		e = zone_read(name, &z);
		if (!e) {
			z->next = zones;
			zones = z;
		}
	}
	pthread_mutex_unlock(&zones_lock);
	if (!e)
		*ret_zone = z;
	return e;
}

struct str
zone_name(const struct zone *z)
{
	return z->name;
}

/* The last change at or before t. */
static size_t
change_at(const struct zone *z, int64_t t)
{
	size_t lo = 0, hi = z->count;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (z->changes[mid].from <= t)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

int64_t
zone_offset_ms(const struct zone *z, int64_t t)
{
	return z->changes[change_at(z, t)].offset_ms;
}

static int64_t
day_floor(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

void
zone_local(const struct zone *z, int64_t t, int64_t *ret_day, int *ret_minute)
{
	int64_t local = t + zone_offset_ms(z, t);
	*ret_day = day_floor(local);
	*ret_minute = (int)((local - *ret_day * DAY_MS) / 60000);
}

int64_t
zone_instant(const struct zone *z, int64_t day, int minute)
{
	int64_t local = day * DAY_MS + minute * 60000LL;
	/* No offset reaches 24 h, so the search may start a day early. */
	for (size_t i = change_at(z, local - DAY_MS);; i++) {
		int64_t t = local - z->changes[i].offset_ms;
		if (t < z->changes[i].from)
			return z->changes[i].from;
		if (i + 1 == z->count || t < z->changes[i + 1].from)
			return t;
	}
}

int64_t
zone_business_day(const struct zone *z, int64_t t, int cut_hour)
{
	return day_floor(t + zone_offset_ms(z, t) - cut_hour * 3600000LL);
}
