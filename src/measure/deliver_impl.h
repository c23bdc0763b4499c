/*
 * How a message leaves. One at a time goes its way:
 *
 *   tick (loop, twice a second)  is anything due?                     READ lane
 *   claim                        slots become jobs; one job is taken  WRITE lane, committed before anything is sent
 *   write                        its text (and spreadsheet)           REPORT lane, with the owner's scope as it is now
 *   send                         over the network, 20 s at most       JOB lane
 *   finish                       sent, again later, or given up       WRITE lane
 *
 * A server that ends in between finds the job as "sending" and sends it again: at least once, and a slot is one job whatever happens.
 */
#ifndef MEASURE_DELIVER_IMPL_H
#define MEASURE_DELIVER_IMPL_H

#include "app/app.h"
#include "measure/deliver.h"
#include "measure/deliver_sql.h"
#include "measure/robot.h"

struct outgoing {
	int64_t job_id;
	char channel[12], target[1004], secret[804], subject[400];
	char file[800], file_name[300]; /* a spreadsheet in the spool; empty: none. The sender removes it. */
	size_t text_n;
	char text[ROBOT_TEXT_MAX + 8];
};

enum deliver_end { DELIVER_SENT, DELIVER_AGAIN, DELIVER_REFUSED, DELIVER_STOPPED };
struct deliver_finish {
	int64_t job_id;
	enum deliver_end end;
	char error[200];
};

/* Text and spreadsheet of a job. ERR_FORBIDDEN: the owner is gone or has lost the right, or the design; why for people. */
enum err deliver_write(struct request *rq, int64_t job_id, struct outgoing *ret, char why[200]) MUST_CHECK;
/* Blocks (JOB lane). */
enum deliver_end deliver_send(struct app *app, struct arena *a, const struct outgoing *o, int64_t now, char why[200]);
/* The words of a channel. */
bool deliver_robot_find(struct str channel, enum robot *ret);

/* A job in the queue; the same slot again changes nothing. */
enum err deliver_put(struct request *rq, int64_t delivery_id, const char *kind, struct str slot, struct str text, int64_t due_at) MUST_CHECK;

#endif
