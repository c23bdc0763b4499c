# make            build/antball           make check        unit tests
# make B=build-asan SAN=address,undefined      make B=build-tsan SAN=thread
B      ?= build
CC     ?= gcc
OPT    ?= -O2 -g
SAN    ?=
WARN   := -Wall -Wextra -Werror $(if $(findstring clang,$(CC)),,-Wno-format-truncation) -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla
LIBS   := libuv jansson yajl libsodium libpq icu-i18n icu-uc zlib openssl libzip expat xlsxwriter libcurl libpcre2-8
CFLAGS := -std=gnu17 $(WARN) $(OPT) -fno-strict-aliasing -D_GNU_SOURCE -Isrc -I$(B)/gen -I$(B)/deps $(shell pkg-config --cflags $(LIBS))
LDFLAGS += -Wl,--compress-debug-sections=zlib
LDLIBS := $(shell pkg-config --libs $(LIBS)) -lpthread -lm -ldl
ifneq ($(SAN),)
CFLAGS  += -O1 -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
# Nothing added to a null pointer, an empty list's end, is nothing: clang alone minds.
CFLAGS  += $(if $(findstring clang,$(CC)),-fno-sanitize=pointer-overflow)
LDFLAGS += -fsanitize=$(SAN)
endif

# SQLite comes as its amalgamation out of the better-sqlite3 npm package (deps/package-lock.json pins it): Debian's is too old.
SQLITE_SRC   := deps/node_modules/better-sqlite3/deps/sqlite3
SQLITE_FLAGS := -O2 -g -w -DSQLITE_THREADSAFE=2 -DSQLITE_DEFAULT_WAL_SYNCHRONOUS=2 -DSQLITE_ENABLE_FTS5 -DSQLITE_OMIT_LOAD_EXTENSION \
	-DSQLITE_OMIT_DEPRECATED -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS \
	-DSQLITE_MAX_EXPR_DEPTH=200 -DSQLITE_USE_URI=0 -DSQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_MATH_FUNCTIONS \
	-DHAVE_FDATASYNC=1

# Under sanitizers SQLite is watched for memory and threads; the check for undefined behaviour is for our own code (six times the compile time).
SQLITE_SAN   := $(if $(findstring address,$(SAN)),-O1 -fsanitize=address)$(if $(findstring thread,$(SAN)),-O1 -fsanitize=thread)

FLOORS := base json db net search match app team contact desk measure interchange quality growth script workforce
SRC    := $(wildcard $(FLOORS:%=src/%/*.c))
TESTS  := $(filter %_test.c,$(SRC))
LIBSRC := $(filter-out %_test.c,$(SRC))
SQL    := $(wildcard src/*/*.sql)
MIG    := $(sort $(wildcard sql/migrations/*.sql))
GEN    := $(SQL:src/%.sql=$(B)/gen/%_sql.c) $(B)/gen/queries.c $(B)/gen/migrations.c
OBJ    := $(LIBSRC:src/%.c=$(B)/obj/%.o) $(GEN:$(B)/gen/%.c=$(B)/obj/gen/%.o) $(B)/obj/sqlite3.o
MAIN   := $(wildcard src/*.c)
ASSETS := $(if $(wildcard tools/assetgen.c),$(B)/obj/gen/assets.o)

.PHONY: all tests check clean
all: $(if $(MAIN),$(B)/antball $(B)/sqlrun)

# The tests' own look into an embedded database.
$(B)/sqlrun: tests/tools/sqlrun.c $(B)/obj/sqlite3.o $(B)/deps/sqlite3.h
	$(CC) $(CFLAGS) $(LDFLAGS) $< $(B)/obj/sqlite3.o -lpthread -lm -ldl -o $@

$(B)/deps/sqlite3.h: $(SQLITE_SRC)/sqlite3.h
	@mkdir -p $(@D) && cp $< $@
deps/node_modules/better-sqlite3/deps/sqlite3/sqlite3.c deps/node_modules/better-sqlite3/deps/sqlite3/sqlite3.h &: deps/package-lock.json
	cd deps && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $(SQLITE_SRC)/sqlite3.c $(SQLITE_SRC)/sqlite3.h
$(B)/obj/sqlite3.o: $(SQLITE_SRC)/sqlite3.c
	@mkdir -p $(@D)
	$(CC) $(SQLITE_FLAGS) $(SQLITE_SAN) -c $< -o $@

$(B)/sqlgen: tools/sqlgen.c $(B)/libbase.a
	$(CC) $(CFLAGS) $(LDFLAGS) $< $(B)/libbase.a -lsodium -lm -lpthread -o $@
$(B)/assetgen: tools/assetgen.c $(B)/libbase.a
	$(CC) $(CFLAGS) $(LDFLAGS) $< $(B)/libbase.a -lz -lsodium -lm -lpthread -o $@
BASEOBJ := $(patsubst src/%.c,$(B)/obj/%.o,$(filter-out %_test.c,$(wildcard src/base/*.c)))
$(B)/libbase.a: $(BASEOBJ)
	@rm -f $@ && ar rcsP $@ $^

$(B)/gen/%_sql.c $(B)/gen/%_sql.h &: src/%.sql $(B)/sqlgen
	@mkdir -p $(@D)
	$(B)/sqlgen $< $(B)/gen/$*_sql.h $(B)/gen/$*_sql.c
$(B)/gen/queries.c: $(filter-out %_test.sql,$(SQL)) $(B)/sqlgen
	@mkdir -p $(@D)
	$(B)/sqlgen --registry $@ $(filter-out %_test.sql,$(SQL))
$(B)/gen/migrations.c: $(MIG) $(B)/sqlgen
	@mkdir -p $(@D)
	$(B)/sqlgen --migrations $@ $(MIG)
$(B)/gen/assets.c: $(B)/assetgen $(shell find web/dist -type f 2>/dev/null)
	@mkdir -p $(@D)
	$(B)/assetgen $@ web/dist widget.js=19999
$(B)/obj/gen/assets.o: $(B)/gen/assets.c
	@mkdir -p $(@D)
	@echo "  cc $<" && $(CC) $(CFLAGS) -MMD -MP -c $< -o $@

NONBASE := $(filter-out $(BASEOBJ),$(patsubst src/%.c,$(B)/obj/%.o,$(LIBSRC) $(TESTS) $(MAIN)))
# Generated headers exist before anything that may include them is compiled.
$(NONBASE): | $(SQL:src/%.sql=$(B)/gen/%_sql.h) $(B)/deps/sqlite3.h
$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  cc $<" && $(CC) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	@echo "  cc $<" && $(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/libantball.a: $(OBJ)
	@rm -f $@ && ar rcsP $@ $^
$(B)/antball: $(MAIN:src/%.c=$(B)/obj/%.o) $(ASSETS) $(B)/libantball.a
	$(CC) $(LDFLAGS) -rdynamic $(MAIN:src/%.c=$(B)/obj/%.o) $(ASSETS) $(B)/libantball.a $(LDLIBS) -o $@
$(B)/test/%: $(B)/obj/%.o $(B)/libantball.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $< $(B)/libantball.a -lcmocka $(LDLIBS) -o $@

# Fuzz targets: make CC=clang SAN=address,undefined,fuzzer-no-link B=build-asan build-asan/fuzz/net ...
$(B)/fuzz/%: tests/fuzz/%.c $(B)/libantball.a $(B)/obj/features.o $(B)/sqlgen
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wno-missing-prototypes -fsanitize=fuzzer $(LDFLAGS) $< $(if $(filter queries,$*),$(B)/libbase.a,$(B)/obj/features.o $(B)/libantball.a) $(LDLIBS) -o $@

tests: $(TESTS:src/%.c=$(B)/test/%) $(B)/sqlgen

check: tests
	@set -e; for t in $(TESTS:src/%.c=$(B)/test/%); do echo "== $$t"; $$t; done
	@tools/sqlgen_test.sh $(B)/sqlgen

clean:
	rm -rf $(B)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.SECONDARY:
.DELETE_ON_ERROR:
