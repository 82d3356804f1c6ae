# cloudtrail: AWS CloudTrail events in PostgreSQL.  "make help" lists the targets.

EXTENSION = sql/cloudtrail
EXTVERSION := $(shell perl -ne 'print $$1 and exit if /"version": "(.*?)"/' META.json)
MODULE_big = cloudtrail

GENERATED = src/core/fields_gen.h src/core/dictionary_1.c \
	sql/install/50-fields.gen.sql sql/cloudtrail--$(EXTVERSION).sql
DATA_built = sql/cloudtrail--$(EXTVERSION).sql
INSTALL_SQL = $(sort $(wildcard sql/install/*.sql) sql/install/50-fields.gen.sql)

CORE_SOURCES = $(sort $(wildcard src/core/*.c) src/core/dictionary_1.c)
OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c) $(CORE_SOURCES))
HEADERS = $(sort $(wildcard src/*.h src/core/*.h) src/core/fields_gen.h)

LIBRARIES = json-c libzstd libdeflate zlib libcrypto
CORE_CFLAGS = -D_GNU_SOURCE -fvisibility=hidden $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
CORE_LIBS = $(or $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null),-ljson-c -lzstd -ldeflate -lz -lcrypto)

# PostgreSQL's own flags warn of declarations after statements, which are fine
# in C99; its headers leave parameters unused.
WARNINGS = -Wall -Wextra -Wno-declaration-after-statement -Wno-unused-parameter \
	-Wno-missing-field-initializers -Wno-sign-compare $(WERROR)
PG_CFLAGS = $(CORE_CFLAGS) $(WARNINGS)
SHLIB_LINK = $(CORE_LIBS)

REGRESS = $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql))
REGRESS_OPTS = --inputdir=test --load-extension=cloudtrail

EXTRA_CLEAN = $(GENERATED) $(UNIT_TESTS) test/core/build test/install test/data/generate test/bench/work results

PG_CONFIG ?= pg_config

# Tasks begin with test/setup, which installs what is missing, and only then
# read this file again to build: on a new machine there is no PGXS before.
TASKS = check check-matrix demo bench help
.PHONY: $(TASKS)
ifneq ($(filter $(TASKS),$(MAKECMDGOALS)),)

check:
	test/setup
	@echo 'building ...'
	@$(MAKE) -s all unit-tests test/data/generate test-install WERROR=-Werror
	test/cluster test/run

demo:
	test/setup
	@echo 'building ...'
	@$(MAKE) -s all test-install
	test/cluster test/demo $(LOGS)

bench:
	test/setup g++ libsimdjson-dev $$(command -v npm >/dev/null || echo nodejs npm)
	@echo 'building ...'
	@$(MAKE) -s all test-install bench-programs
	cd test/bench && npm install --no-fund --no-audit --no-package-lock --loglevel=error
	test/cluster --conf shared_buffers=1GB --conf max_wal_size=8GB --conf fsync=on --conf autovacuum=off test/bench/run

check-matrix:
	test/matrix

help:
	@echo 'make                build the extension'
	@echo 'make install        install it where pg_config says (PG_CONFIG=... chooses a version)'
	@echo 'make uninstall      remove it again'
	@echo 'make installcheck   run the regression tests in a server that has it installed'
	@echo 'make check          install what is missing, build, run all tests in a throw-away server'
	@echo 'make check-matrix   the same on PostgreSQL 15, 17 and 18, in chroots (as root)'
	@echo 'make demo           show it on sample log files; LOGS=/path/AWSLogs for your own'
	@echo 'make bench          compare with json-c, simdjson, jsonb and DuckDB; BENCH_EVENTS=200000'
	@echo 'make clean          remove what was built'

else

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

include test/core/unit.mk
include test/data/generate.mk

$(OBJS) $(OBJS:.o=.bc): $(HEADERS)

src/core/fields_gen.h: src/core/gen_fields.pl src/core/fieldlist.h
	perl $^ > $@

src/core/dictionary_1.c: src/core/gen_dictionary.pl src/core/dictionary-1.zdict
	perl $^ > $@

sql/install/50-fields.gen.sql: sql/gen_fields.pl src/core/fieldlist.h
	perl $^ > $@

sql/cloudtrail--$(EXTVERSION).sql: $(INSTALL_SQL)
	(printf '%s\n' '\echo Use "CREATE EXTENSION cloudtrail" to load this file. \quit'; cat $^) > $@

# What make bench times outside of the server.
.PHONY: bench-programs
bench-programs: test/bench/work/parse test/bench/work/parse_simdjson test/data/generate

# The very objects of the extension, so that its flags are the ones measured.
test/bench/work/parse: test/bench/parse.c $(CORE_SOURCES:.c=.o)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(PG_CFLAGS) -Isrc/core $^ $(CORE_LIBS) -o $@

# On-demand is compiled in, and chooses its instructions as it is compiled.
test/bench/work/parse_simdjson: test/bench/parse_simdjson.cpp
	@mkdir -p $(@D)
	$(CXX) -O3 -march=native $< -lsimdjson -o $@

.PHONY: test-install
# An installation of PostgreSQL with this extension in it, apart from the
# system's own: see test/install-private.
test-install: all
	PG_CONFIG=$(PG_CONFIG) MAKE='$(MAKE)' test/install-private test/install

endif
