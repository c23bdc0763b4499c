#!/bin/sh
# What sqlgen accepts and refuses, and where it says it is.   sqlgen_test.sh build/sqlgen
set -eu
sqlgen=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failures=0
cases=0

# The text in $2 (printf escapes) gives the message $1, or is accepted when $1 is empty.
gives() {
	cases=$((cases + 1))
	printf -- "$2" >in.sql
	got=$("$sqlgen" in.sql out.h out.c 2>&1) || true
	if [ "$got" != "$1" ]; then
		printf 'text:   %s\nwanted: %s\ngot:    %s\n' "$2" "$1" "$got"
		failures=$((failures + 1))
	fi
}

# The statement in $1 is printed as $2 for PostgreSQL.
becomes() {
	cases=$((cases + 1))
	printf '%s\n' '-- name: q' '-- in: a:int b:text? from_id:id' "$1" >in.sql
	"$sqlgen" in.sql out.h out.c
	got=$(sed -n '/DB_POSTGRES/,/,$/p' out.c | sed -n 's/^\t\t"\(.*\)",$/\1/p')
	if [ "$got" != "$2" ]; then
		printf 'text:   %s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$got"
		failures=$((failures + 1))
	fi
}

gives '' '-- name: q\nSELECT 1 AS n;\n'
gives '' '-- only a comment\n'
gives '' '-- shape: s\n-- out: a:int\n'
gives '' '-- name: q\n-- why it is there\n-- in: a:int(1..5)?\n--     b:text(..10)@server\n\nSELECT :a, :b'
gives '' '-- name: q\n-- in: a:int@unbound\nSELECT 1'
gives '' '-- name: q\n-- in: a:int\n-- sqlite:\nSELECT :a\n-- postgres:\nSELECT 1'
gives '' '-- name: q\n-- plan: values\n-- in: a:int\nSELECT :a'
gives 'in.sql:2: unknown key "plan:" (name, in, out, plan: values, sqlite, postgres)' '-- name: q\n-- plan: one\nSELECT 1'
gives 'in.sql:1: a statement before the first -- name:' 'SELECT 1;\n'
gives 'in.sql:2: a: there is no type "integer"' '-- name: q\n-- in: a:integer\nSELECT :a'
gives 'in.sql:3: b: there is no type "txt"' '-- name: q\n-- in: a:int\n--      b:txt\nSELECT :a'
gives 'in.sql:2: expected name:type at "Name:text" (a name is a-z 0-9 _)' '-- name: q\n-- in: Name:text\nSELECT 1'
gives 'in.sql:1: bad query name "default"' '-- name: default\n-- in: a:int\nSELECT :a'
gives 'in.sql:2: a is listed twice' '-- name: q\n-- in: a:int a:int\nSELECT :a'
gives 'in.sql:2: a: the range is not valid' '-- name: q\n-- in: a:int(5..1)\nSELECT :a'
gives 'in.sql:2: a: write the range as min..max' '-- name: q\n-- in: a:int(5)\nSELECT :a'
gives 'in.sql:2: a: this type has no range' '-- name: q\n-- in: a:bool(0..1)\nSELECT :a'
gives 'in.sql:2: a: ) is missing' '-- name: q\n-- in: a:int(0..1\nSELECT :a'
gives 'in.sql:2: a: write enum(word,word)' '-- name: q\n-- in: a:enum\nSELECT :a'
gives 'in.sql:2: a: bad word "b c"' '-- name: q\n-- in: a:enum(a,b c)\nSELECT :a'
gives 'in.sql:2: a: expected ?, @server, @unbound or a blank at "@sever"' '-- name: q\n-- in: a:int@sever\nSELECT :a'
gives 'in.sql:2: unknown key "inn:" (name, in, out, plan: values, sqlite, postgres)' '-- name: q\n-- inn: a:int\nSELECT :a'
gives 'in.sql:1: q uses :b, which its in: line does not have' '-- name: q\n-- in: a:int\nSELECT :a, :b'
gives 'in.sql:1: q uses :a, which its in: line does not bind' '-- name: q\n-- in: a:int@unbound\nSELECT :a'
gives 'in.sql:1: q does not use :a (mark it @unbound if only C reads it)' '-- name: q\n-- in: a:int\nSELECT 1'
gives 'in.sql:3: q is there already' '-- name: q\nSELECT 1\n-- name: q\nSELECT 1'
gives 'in.sql:1: bad query name "Q"' '-- name: Q\nSELECT 1'
gives 'in.sql:1: q holds more than one statement' '-- name: q\nSELECT 1; SELECT 2;'
gives 'in.sql:1: q: a query has a statement, a shape has none but fields' '-- name: q\n'
gives 'in.sql:1: q: a query has a statement, a shape has none but fields' '-- shape: q\n-- in: a:int\nSELECT 1'
gives 'in.sql:1: q: a query has a statement, a shape has none but fields' '-- shape: q\n'
gives 'in.sql:4: q has two texts for one database' '-- name: q\nSELECT 1\n-- sqlite:\n-- postgres:\nSELECT 2'
gives 'in.sql:1: q: this file has no query other with such fields of its own' '-- name: q\n-- out: = other\nSELECT 1'

becomes 'SELECT :b, :a, :b, :from_id;' 'SELECT $1, $2, $1, $3'
becomes "SELECT :a::bigint, ':b', \":b\", 'it''s :b', :b, :from_id" "SELECT \$1::bigint, ':b', \\\":b\\\", 'it''s :b', \$2, \$3"
becomes 'SELECT :from_id /* :b ; */ , :a, :b -- :nothing' 'SELECT $1  , $2, $3'

printf 'CREATE TABLE a (b TEXT);\n' >0001_start.sql
cp 0001_start.sql 0002_more.sql
cp 0001_start.sql more.sql
for args in '0001_start.sql 0002_more.sql:' '0002_more.sql 0001_start.sql:0001_start.sql: version 1 does not come after 2' \
	'more.sql:more.sql: a migration is called 0001_name.sql' '0003_absent.sql:0003_absent.sql: cannot open it'; do
	cases=$((cases + 1))
	got=$("$sqlgen" --migrations out.c ${args%%:*} 2>&1) || true
	[ "$got" = "${args#*:}" ] || {
		printf 'wanted: %s\ngot:    %s\n' "${args#*:}" "$got"
		failures=$((failures + 1))
	}
done

printf '%s\n' '-- name: q' 'SELECT 1;' >in.sql
cp in.sql again.sql
cases=$((cases + 1))
[ "$("$sqlgen" --registry out.c in.sql again.sql 2>&1)" = 'again.sql:1: q is there already' ] || failures=$((failures + 1))

echo "sqlgen: $cases cases, $failures failed"
[ $failures = 0 ]
