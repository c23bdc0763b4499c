/* What the kernel says of this process. */
#ifndef APP_PROCESS_H
#define APP_PROCESS_H

#include <stdint.h>

struct process_use {
	int64_t resident_bytes, virtual_bytes, fds, fds_max, threads, cpu_us;
};

/* What cannot be read (no /proc) is 0. */
void process_look(struct process_use *ret_use);

#endif
