#include "app/process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/banned.h"

static int64_t
fds_count(void)
{
	DIR *d = opendir("/proc/self/fd");
	int64_t n = 0;
	if (!d)
		return 0;
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n - 1; /* the folder itself */
}

static int64_t
threads_count(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long long n = 0;
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "Threads: %lld", &n) == 1)
			break;
	if (f)
		fclose(f);
	return n;
}

void
process_look(struct process_use *ret_use)
{
	struct process_use use = { .fds = fds_count(), .threads = threads_count() };
	long long all = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%lld %lld", &all, &resident) == 2) {
		use.virtual_bytes = all * sysconf(_SC_PAGESIZE);
		use.resident_bytes = resident * sysconf(_SC_PAGESIZE);
	}
	if (f)
		fclose(f);
	struct rlimit files;
	struct rusage used;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		use.fds_max = (int64_t)files.rlim_cur;
	if (getrusage(RUSAGE_SELF, &used) == 0)
		use.cpu_us = ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
	*ret_use = use;
}
