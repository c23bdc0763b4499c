#!/usr/bin/env bash
# ./run bench [chat|long|idle|reconnect|lists|lists-pg|import|memory|measure|trade]: each compares with a baseline or a figure of the same run and prints a line of the table;
# without a name all but long, lists-pg, measure and trade. Exit 1 when a floor is missed. A measurement that hangs is ended.
# long: 10 minutes of chat for p99.9; ./run bench long --seconds 120 for a shorter one
set -uo pipefail
cd "$(dirname "$0")/../.."
what=${1:-all}
[ $# -gt 0 ] && shift
export NODE_NO_WARNINGS=1
out=$(mktemp)
failed=0

measure() {
	local name=$1 most=$2
	shift 2
	printf '== %s\n' "$name"
	timeout -k 10 "$most" "$@" 2>&1 | tee -a "$out" | grep -v '^RESULT'
	[ "${PIPESTATUS[0]}" = 0 ] || { failed=1; echo "   $name: a floor was missed, or it did not end well"; }
}

lists_pg() {
	local dir url
	dir=$(mktemp -d)
	chmod 755 "$dir"
	url=$(bash tools/pg_temp.sh start "$dir/pg" "${ANTBALL_BENCH_PG_PORT:-25449}") || { failed=1; return; }
	ANTBALL_TEST_PG=$url measure lists-pg 420 node tests/bench/lists.mjs --messages 200000 "$@"
	bash tools/pg_temp.sh stop "$dir/pg"
	rm -rf "$dir"
}

one() {
	local name=$1
	shift
	case $name in
	chat) measure chat 300 node tests/bench/chat.mjs "$@" ;;
	long) measure long 1800 node tests/bench/chat.mjs --seconds 600 --relay 120 --rounds 1 "$@" ;;
	idle) measure idle 300 node tests/bench/idle.mjs "$@" ;;
	reconnect) measure reconnect 240 node tests/bench/reconnect.mjs "$@" ;;
	lists) measure lists 400 node tests/bench/lists.mjs "$@" ;;
	lists-pg) lists_pg "$@" ;;
	import) measure import 120 node tests/bench/import.mjs "$@" ;;
	memory) measure memory 120 node tests/bench/memory.mjs "$@" ;;
	measure) measure measure 2400 node tests/bench/measure.mjs "$@" ;;
	trade) measure trade 2400 node tests/bench/trade.mjs "$@" ;;
	*) echo "no such measurement: $name" >&2; exit 2 ;;
	esac
}

if [ "$what" = all ]; then
	for name in memory chat reconnect idle import lists; do one "$name"; done
else
	one "$what" "$@"
fi
printf '\n       | %-62s | %9s | %9s | %10s |\n' what floor aim measured
grep '^RESULT' "$out"
rm -f "$out"
exit $failed
