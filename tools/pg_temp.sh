#!/bin/sh
# A throw-away PostgreSQL for tests.   pg_temp.sh start DIR PORT   prints its URL   |   pg_temp.sh stop DIR   removes it again
# pg_temp.sh crash DIR   ends it at once, without a checkpoint; start recovers it
# It listens on 127.0.0.1:PORT and on a socket in DIR; whoever reaches those is let in. PostgreSQL refuses to run as root: then it is run as "postgres".
set -eu

fail() {
	echo "pg_temp.sh: $*" >&2
	exit 1
}

[ $# -ge 2 ] || fail "usage: pg_temp.sh start DIR PORT | stop DIR | crash DIR"
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || fail "PostgreSQL is not installed (apt-get install postgresql)"

as_user() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

start() {
	port=$1
	[ ${#dir} -le 80 ] || fail "$dir is too long for a socket's address"
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$dir"
	fi
	as_user test -x "$dir" || fail "$dir: the user postgres cannot get there"
	if [ ! -f "$dir/data/PG_VERSION" ]; then
		as_user "$bin/initdb" -D "$dir/data" -U antball --auth=trust --encoding=UTF8 --locale=C >"$dir/initdb.log" 2>&1 ||
			fail "initdb failed: $(tail -n 3 "$dir/initdb.log")"
	fi
	as_user "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 start >/dev/null -o "-p $port -k $dir \
		-c listen_addresses=127.0.0.1 -c shared_buffers=32MB -c max_connections=200 -c max_wal_size=256MB -c fsync=on -c jit=off \
		-c max_parallel_workers_per_gather=0 -c log_min_messages=warning" ||
		fail "it did not start: $(as_user tail -n 5 "$dir/data/server.log")"
	"$bin/psql" -h 127.0.0.1 -p "$port" -U antball -d postgres -Atqc "SELECT 1 FROM pg_database WHERE datname = 'antball'" | grep -q 1 ||
		"$bin/psql" -h 127.0.0.1 -p "$port" -U antball -d postgres -qc "CREATE DATABASE antball"
	echo "postgresql://antball@127.0.0.1:$port/antball"
}

stop() {
	if [ -f "$dir/data/postmaster.pid" ]; then
		as_user "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
	fi
	rm -rf "$dir/data" "$dir/initdb.log"
	rmdir "$dir" 2>/dev/null || true
}

crash() {
	as_user "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
}

case $action in
start) start "${3:?a port is needed}" ;;
stop) stop ;;
crash) crash ;;
*) fail "usage: pg_temp.sh start DIR PORT | stop DIR | crash DIR" ;;
esac
