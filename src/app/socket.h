/* One-use tickets (30 s) with which a WebSocket opens: the browser cannot send headers there. */
#ifndef APP_SOCKET_H
#define APP_SOCKET_H

#include "app/app.h"

/* For the caller of rq, or for this visitor when customer_id is not 0. Valid once rq has committed. p == NULL when memory is out. */
struct str socket_ticket_new(struct request *rq, int64_t customer_id, int64_t shop_id);

#endif
