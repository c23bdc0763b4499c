#!/usr/bin/env bash
# Who may include whom: own floor or lower, never higher; the folders of floor 1 do not know each other; only app includes net; a folder of
# floor 3 may include an earlier one's faces. Also: base/banned.h is the last include of every .c outside base.
set -euo pipefail
cd "$(dirname "$0")/.."
order="team contact desk measure quality growth script workforce interchange"
bad=0
complain() { echo "check_floors: $*" >&2; bad=1; }
rank() { local i=0 f; for f in $order; do i=$((i + 1)); [ "$f" = "$1" ] && { echo $i; return; }; done; echo 0; }

may_include() { # FROM TO FILE
  local from=$1 to=$2
  [ "$from" = "$to" ] && return 0
  case "$to" in base) return 0 ;; esac
  case "$from" in
    base) return 1 ;;
    json|db|net|match|search) return 1 ;;
    app) case "$to" in json|db|net|match|search) return 0 ;; *) return 1 ;; esac ;;
  esac
  case "$to" in json|db|match|search|app) return 0 ;; net) return 1 ;; esac
  [ "$(rank "$to")" -gt 0 ] && [ "$(rank "$to")" -lt "$(rank "$from")" ]
}

while IFS=: read -r file target; do
  from=${file#src/}; from=${from%%/*}; to=${target%%/*}
  [ -d "src/$to" ] || continue
  may_include "$from" "$to" || complain "$file includes $target"
done < <(grep -Ho '^#include "[a-z_]*/[^"]*"' src/*/*.[ch] | sed 's/#include "//; s/"$//')

for file in src/*/*.c src/*.c; do
  case "$file" in src/base/* | *_test.c) continue ;; esac
  last=$(grep '^#include' "$file" | grep -v '[.]def"' | tail -1 || true)
  [ "$last" = '#include "base/banned.h"' ] || complain "$file: base/banned.h is not its last include"
done
for file in $(ls src/*/*.[ch] src/*.[ch] tools/*.c 2>/dev/null); do
  lines=$(wc -l <"$file")
  [ "$lines" -le 800 ] || complain "$file has $lines lines; 800 are the most"
done
exit $bad
