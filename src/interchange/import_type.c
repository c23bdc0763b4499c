#include "interchange/import.h"

#include "base/banned.h"

static const char *const type_names[IMPORT_TYPES] = {
	"shop", "agent", "customer", "order", "payment", "refund", "close", "call", "state", "message", "transfer", "category", "invite", "rating",
	"phrase", "product", "knowledge", "figure", "rule", "unknown",
};

const char *
import_type_name(enum import_type t)
{
	return type_names[t];
}
