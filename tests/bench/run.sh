#!/usr/bin/env bash
# ./run bench [chat|routing]: each prints ratios against a baseline of the same run; nothing here passes or fails by a time.
set -euo pipefail
cd "$(dirname "$0")/../.."
what=${1:-all}
[ "$what" = all ] || shift
if [ "$what" = all ] || [ "$what" = chat ]; then node tests/bench/chat.mjs "$@"; fi
