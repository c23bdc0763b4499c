#!/usr/bin/env bash
# Fuzzes what bytes from outside reach, each target for so many seconds (run.sh 60), after the kept corpus was replayed:
#   net       HTTP heads and bodies, WebSocket frames, through the real connection code
#   input     socket messages and bodies: JSON, and any query's declared input
#   lines     interchange lines, into a database
#   queries   the reader of query headers (sqlgen)
# A finding stays in build-asan/found; what is worth keeping goes to tests/fuzz/corpus. One line a target.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5}
targets=(net input lines queries)
. tests/asan.sh
B=${ASAN[0]#B=}
mkdir -p $B/found $B/seen
make --no-print-directory -j"$(nproc)" "${ASAN[@]}" "${targets[@]/#/$B/fuzz/}" >$B/fuzz.log 2>&1 || { grep -E 'error|undefined' $B/fuzz.log | head -20; exit 1; }
bad=0
for t in "${targets[@]}"; do
  mkdir -p "$B/seen/$t"
  # sqlgen ends where it finds a fault, and leaves its memory to the end of the process.
  leaks=1; [ "$t" = queries ] && leaks=0
  export ASAN_OPTIONS=detect_leaks=$leaks
  if $B/fuzz/$t -runs=0 tests/fuzz/corpus/$t >$B/$t.log 2>&1 &&
    $B/fuzz/$t -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -artifact_prefix=$B/found/ "$B/seen/$t" tests/fuzz/corpus/$t >$B/$t.log 2>&1; then
    echo "ok      $t: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' $B/$t.log) inputs"
  else
    bad=1; echo "FAILED  $t"; grep -E 'ERROR|SUMMARY|runtime error|Test unit|#[0-9]+ .* in ' $B/$t.log | head -20
  fi
done
rm -f /tmp/antball-fuzz-*
exit $bad
