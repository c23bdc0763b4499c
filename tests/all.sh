#!/usr/bin/env bash
# All tests, or one part: unit, lint, sql, api, crash, browser, sanitize, fuzz. Called by ./run test.
set -euo pipefail
cd "$(dirname "$0")/.."
part=${1:-all}
work=$(mktemp -d "${TMPDIR:-/tmp}/antball-test.XXXXXX")
chmod 711 "$work" # the user postgres must get to its folder in it
passed=0 failed=0 skipped=0
pg="" aside=""

say() { printf '\n\033[1m== %s\033[0m (after %d s)\n' "$*" "$SECONDS"; }
finish() {
  [ -z "$aside" ] || kill -- "-$aside" 2>/dev/null || true
  [ -z "$pg" ] || bash tools/pg_temp.sh stop "$work/pg" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
want() { [ "$part" = all ] || [ "$part" = "$1" ]; }

# A step of its own that has one verdict.
step() {
  local name=$1; shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1)); echo "ok      $name"
  else
    failed=$((failed + 1)); echo "FAILED  $name"; tail -60 "$work/log"
  fi
}

# What needs the processors and no peace goes on beside the tests, which wait more than they work: at the lowest priority, one after the other.
declare -A slow
aside_start() {
  set -m
  (
    renice -n 19 "$BASHPID" >/dev/null
    for name in "$@"; do
      local rc=0
      ${slow[$name]} >"$work/$name.log" 2>&1 || rc=$?
      echo $rc >"$work/$name.part" && mv "$work/$name.part" "$work/$name.rc"
    done
  ) &
  aside=$!
  set +m
}
# The verdict of such a step, when it is there; without an aside it is done now.
slow_step() {
  local name=$1
  while [ -n "$aside" ] && [ ! -e "$work/$name.rc" ] && kill -0 "$aside" 2>/dev/null; do sleep 1; done
  if [ -e "$work/$name.rc" ]; then
    step "$name" bash -c "cat '$work/$name.log'; exit $(cat "$work/$name.rc")"
  else
    step "$name" ${slow[$name]}
  fi
}

. tests/asan.sh
TSAN=(B=build-tsan SAN=thread ${CC:+CC="$CC"})
asan() { make --no-print-directory -j"$(nproc)" "${ASAN[@]}" all tests build-asan/fuzz/{net,input,lines,queries}; }
tsan() { make --no-print-directory -j"$(nproc)" "${TSAN[@]}"; }
# cppcheck 2.10 does not know that outputs are set whenever a call says OK: those two findings are left to clang and the sanitizers.
check_c() {
  cppcheck --enable=warning,performance,portability --inline-suppr --quiet -j"$(nproc)" -Isrc -Ibuild/gen --std=c11 --error-exitcode=1 \
    --suppress=missingIncludeSystem --suppress=invalidPointerCast --suppress=uninitStructMember --suppress=uninitvar --suppress=internalAstError src
}
tidy() {
  find src -name '*.c' ! -name '*_test.c' | xargs -P"$(nproc)" -I{} clang-tidy --quiet {} -- -std=gnu17 -D_GNU_SOURCE -Isrc -Ibuild/gen -Ibuild/deps "-I$(pg_config --includedir)"
}
slow=(["the build under ASan and UBSan"]=asan ["the binary under TSan"]=tsan [cppcheck]=check_c [clang-tidy]=tidy)

# The unit tests of one build (words for make): cmocka prints a line a test.
unit() {
  local name=$1 log="$work/unit.log"
  shift
  say "$name"
  make --no-print-directory -j"$(nproc)" "$@" check >"$log" 2>&1 || { failed=$((failed + 1)); grep -E 'FAILED|ERROR|error:|Sanitizer|\[  (ERROR|FAILED)' "$log" | head -40 || true; tail -5 "$log"; }
  local n; n=$(grep -c '^\[       OK \]' "$log" || true)
  passed=$((passed + n)); skipped=$((skipped + $(grep -c '^\[  SKIPPED \]' "$log" || true)))
  echo "ok      $n unit tests"
}

# node's test runner over files; its counts are added up.
node_tests() {
  local name=$1; shift
  say "$name"
  local log="$work/node.log" ok=0
  # The patterns are unfolded here, in tests/.
  (cd tests && timeout -k 10 900 node --test --test-reporter=spec --test-concurrency="${CONCURRENCY:-4}" $*) >"$log" 2>&1 || ok=1
  if ! grep -q '^ℹ pass ' "$log"; then
    failed=$((failed + 1)); echo "FAILED  $name did not run"; tail -20 "$log"
    return
  fi
  passed=$((passed + $(sed -n 's/^ℹ pass //p' "$log" | tail -1)))
  failed=$((failed + $(sed -n 's/^ℹ fail //p' "$log" | tail -1)))
  skipped=$((skipped + $(sed -n 's/^ℹ skipped //p' "$log" | tail -1)))
  if [ $ok = 0 ]; then
    sed -n 's/^ℹ \(tests\|pass\|fail\|skipped\|duration_ms\)/\1/p' "$log" | paste -sd' '
  else
    sed -n '/failing tests/,$p' "$log" | grep -vE '^ +at |^ +(actual|expected): ' | cut -c1-600 | head -150
  fi
}

postgres_start() {
  [ -n "$pg" ] && return
  pg=$(bash tools/pg_temp.sh start "$work/pg" "${ANTBALL_TEST_PG_PORT:-25432}")
}

# The API tests ask what is answered, not what outlives a power cut.
postgres_sync() {
  psql -X -q -v ON_ERROR_STOP=1 -c "ALTER SYSTEM SET fsync = $1" -c "SELECT pg_reload_conf()" "$pg" >/dev/null
}

if want unit; then
  postgres_start
  ANTBALL_TEST_PG=$pg unit "unit tests" B=build ${CC:+CC="$CC"}
fi

[ "$part" != all ] || aside_start "the build under ASan and UBSan" "the binary under TSan" cppcheck clang-tidy

if want lint; then
  say "lint"
  step "the floors" bash tools/check_floors.sh
  [ "$part" = all ] || { slow_step cppcheck; slow_step clang-tidy; }
  # Whether systemd understands the unit; the program itself is not installed here.
  unit_file() {
    sed 's#/usr/local/bin/antball#/bin/true#' deploy/antball.service >"$work/antball.service"
    systemd-analyze verify "$work/antball.service"
  }
  if command -v systemd-analyze >/dev/null; then
    step "the systemd unit" unit_file
  fi
fi

if want sql; then
  say "queries and descriptions"
  postgres_start
  step "every query on SQLite" build/antball check-sql --db "$work/check.db"
  step "every query on PostgreSQL" build/antball check-sql --db "$pg"
  step "docs/openapi.json is what the routes say" cmp docs/openapi.json <(build/antball describe --openapi)
  step "docs/api.md is what the routes say" cmp docs/api.md <(build/antball describe --md)
  step "web/desk/src/api/gen.ts is what the routes say" cmp web/desk/src/api/gen.ts <(build/antball describe --ts)
  step "the web front ends' types" bash -c 'cd web && npx --no-install tsc -p tsconfig.json'
fi

if want crash; then
  node_tests "crash on SQLite: nothing lost, nothing twice, nothing out of order" crash/*.test.mjs
  postgres_start
  ANTBALL_TEST_PG=$pg node_tests "crash on PostgreSQL" crash/crash.test.mjs
fi

if want api; then
  export ANTBALL_TEST_HITS="$work/hits"
  [ "$part" = all ] || node_tests "API on SQLite" api/*.test.mjs
  postgres_start
  # What the bytes on the line do has nothing to do with the database.
  postgres_sync off
  # Each server has a database of its own: a copy of one that is up to date is made faster than all migrations.
  psql -X -q -c "CREATE DATABASE ready TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'" "$pg"
  build/antball migrate --db "${pg%/*}/ready" >/dev/null
  ANTBALL_TEST_PG_TEMPLATE=ready ANTBALL_TEST_PG=$pg node_tests "API on PostgreSQL" $(cd tests && ls api/*.test.mjs | grep -v /http)
  postgres_sync on
  if [ "$part" = all ]; then # once is enough: with the sanitizers' eyes
    slow_step "the build under ASan and UBSan"
    ANTBALL_BIN=$PWD/build-asan/antball node_tests "API on SQLite, under ASan and UBSan" api/*.test.mjs
  fi
  step "every route was hit" node tests/lib/coverage.mjs "$work/hits"
  unset ANTBALL_TEST_HITS
fi

# Only the rounds of kill -9; ./run crash says how many.
if [ "$part" = kills ]; then
  node_tests "killed on SQLite" crash/crash.test.mjs
  postgres_start
  ANTBALL_TEST_PG=$pg node_tests "killed on PostgreSQL" crash/crash.test.mjs
fi

if want browser; then
  CONCURRENCY=2 node_tests "browser" e2e/*.test.mjs
fi

# Everything but the browser, which hears of the server only what the API tests hear.
if want sanitize; then
  [ "$part" = all ] || slow_step "the build under ASan and UBSan"
  unit "unit tests under ASan and UBSan" "${ASAN[@]}"
  [ "$part" = all ] || ANTBALL_BIN=$PWD/build-asan/antball node_tests "API under ASan and UBSan" api/*.test.mjs
  ANTBALL_BIN=$PWD/build-asan/antball ANTBALL_CRASH_ROUNDS=4 node_tests "crash under ASan and UBSan" crash/crash.test.mjs
  slow_step "the binary under TSan"
  # A race found makes the server end with 66, and so its test fail.
  export TSAN_OPTIONS="halt_on_error=0 exitcode=66"
  ANTBALL_BIN=$PWD/build-tsan/antball node_tests "chats and routing under TSan" api/chat.test.mjs api/routing.test.mjs api/board.test.mjs
  postgres_start
  ANTBALL_TEST_PG=$pg ANTBALL_BIN=$PWD/build-tsan/antball node_tests "chats under TSan on PostgreSQL" api/chat.test.mjs
fi

# What was kept is tried again, and a few seconds of what is new. ./run fuzz goes on for longer.
if want fuzz; then
  say "fuzzing"
  step "heads, bodies, frames, socket messages, interchange lines, query headers" bash tests/fuzz/run.sh 4
  cat "$work/log"
fi

if [ "$part" = all ]; then
  say "what went on beside"
  slow_step cppcheck
  slow_step clang-tidy
fi

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
