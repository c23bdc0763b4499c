#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/auth.h"
#include "app/start.h"
#include "base/log.h"
#include "base/thread.h"
#include "cli.h"
#include "team/password.h"
#include "base/banned.h"

static const char help[] =
	"antball serve [--config FILE] [--NAME VALUE ...]\n\n"
	"Serves the centre. The first start on an empty place makes the database and prints an address with a one-use token, with which\n"
	"the browser leads through shop, people, hours and the widget's line. Ctrl-C (or SIGTERM) stops cleanly.\n\n"
	"  --config FILE    \"name = value\" lines; antball serve --sample prints one with every setting\n"
	"  --data DIR       data directory (antball-data)\n"
	"  --db URL         database: a file, or postgresql://user@host/name (centre.db in the data directory)\n"
	"  --listen ADDR    127.0.0.1; 0.0.0.0: everywhere. Any but loopback needs TLS: own --cert and --key, a self-signed one made on first start,\n"
	"                   or --proxy ADDR, the one reverse proxy in front\n"
	"  --port N         8080; 0: any free one\n"
	"  --sample         print a sample configuration and end\n"
	"  and every other name of the sample.\n";

struct watcher {
	struct app *app;
	sigset_t signals;
	atomic_bool done;
};

static void
watch(void *arg)
{
	struct watcher *w = arg;
	int got;
	while (sigwait(&w->signals, &got) == 0 && !atomic_load(&w->done))
		app_stop(w->app);
}

static int
sample_print(void)
{
	struct buf b;
	buf_init(&b, 65536);
	config_sample(&b);
	fwrite(b.p, 1, b.n, stdout);
	buf_free(&b);
	return 0;
}

static void
hello(struct app *app)
{
	struct arena *a = arena_new(4096);
	if (!a)
		return;
	struct str url = app_url(app, a), token = auth_setup_token(app);
	LOG(LOG_INFO, "serving", LOG_TEXT("url", url));
	printf("Antball serves %.*s\n", STR_ARG(url));
	if (token.n)
		printf("First run: open %.*s/setup#%.*s\n", STR_ARG(url), STR_ARG(token));
	fflush(stdout);
	arena_free(a);
}

static int
serve(const struct config *config)
{
	struct app *app;
	struct thread *t;
	char why[200];
	struct watcher w = { 0 };
	umask(S_IRWXG | S_IRWXO);
	/* Every later thread inherits the mask: only the watcher hears these. */
	sigemptyset(&w.signals);
	sigaddset(&w.signals, SIGINT);
	sigaddset(&w.signals, SIGTERM);
	sigaddset(&w.signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &w.signals, NULL);
	if (password_start(config->password_mb))
		return cli_fail(&cli_serve, "no memory to hash a password with: lower password_mb");
	enum err e = app_new(config, &app, why);
	if (e)
		return cli_fail(&cli_serve, why);
	w.app = app;
	e = thread_start("signals", watch, &w, &t);
	if (!e) {
		hello(app);
		e = app_run(app);
		atomic_store(&w.done, true);
		kill(getpid(), SIGTERM); /* which only the watcher hears */
		thread_join(t);
	}
	app_free(app);
	LOG(LOG_INFO, "stopped", LOG_TEXT("code", str_of(err_name(e))));
	return e ? 1 : 0;
}

static int
run(int argc, char **argv)
{
	struct config config;
	char why[200];
	if (argc == 2 && !strcmp(argv[1], "--sample"))
		return sample_print();
	config_defaults(&config);
	int bad = cli_config(&cli_serve, argc, argv, &config);
	if (bad)
		return bad;
	static const char *const levels[] = { "debug", "info", "warn", "error" };
	for (int i = 0; i < 4; i++)
		if (!strcmp(config.log, levels[i]))
			log_level_set((enum log_level)i);
	if (config_complete(&config, why))
		return cli_fail(&cli_serve, why);
	return serve(&config);
}

const struct cli_command cli_serve = { "serve", "serve the centre", help, run };
