/* The API told from the route records: OpenAPI 3.1, the web front end's TypeScript client, the page of the documentation. */
#ifndef APP_DESCRIBE_H
#define APP_DESCRIBE_H

#include "base/buf.h"
#include "base/err.h"

/* Reads the route records first; why when one is not as it must be. */
enum err describe_start(char why[200]) MUST_CHECK;
enum err describe_openapi(struct buf *out) MUST_CHECK;
enum err describe_typescript(struct buf *out) MUST_CHECK;
enum err describe_markdown(struct buf *out) MUST_CHECK;

#endif
