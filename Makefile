# cloudtrail: AWS CloudTrail events in PostgreSQL.  "make help" lists the targets.

PG_CONFIG ?= pg_config
EXTVERSION := $(shell sed -n 's/^ *"version": "\(.*\)",*$$/\1/p' META.json | head -n 1)

EXTENSION = sql/cloudtrail
MODULE_big = cloudtrail
DATA = $(wildcard sql/cloudtrail--*--*.sql)
DATA_built = sql/cloudtrail--$(EXTVERSION).sql

OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
# What knows no PostgreSQL: the extension and the client are linked with it.
CORE = src/core/libcore.a
CORE_SOURCES = $(sort $(wildcard src/core/*/*.c) src/core/store/dictionary_1.c)
CORE_OBJS = $(CORE_SOURCES:.c=.o)

LIBRARIES = json-c libzstd libdeflate zlib libcrypto
CORE_LIBS := $(or $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null),-ljson-c -lzstd -ldeflate -lz -lcrypto)
CORE_CFLAGS := -D_GNU_SOURCE -fvisibility=hidden $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
WARNINGS = -Wall -Wextra -Wno-unused-parameter

# COVERAGE is for make coverage alone.
SHLIB_LINK = $(CORE) $(CORE_LIBS) $(COVERAGE)
# PostgreSQL's headers as -isystem may do what our warnings forbid; -MMD lists
# the headers that an object was made of, for the next make.
PG_CPPFLAGS = -Isrc -isystem $(shell $(PG_CONFIG) --includedir-server) -MMD -MP
# WERROR is -Werror in make check, and empty for users of other compilers.
PG_CFLAGS = $(CORE_CFLAGS) -DCLOUDTRAIL_VERSION='"$(EXTVERSION)"' $(WARNINGS) -Wno-declaration-after-statement $(WERROR) $(COVERAGE)
# Bitcode would let the JIT inline our functions, which makes no query faster;
# without it nobody needs clang.
override with_llvm = no

REGRESS = $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql))
REGRESS_OPTS = --inputdir=test --encoding=UTF8 --load-extension=cloudtrail

EXTRA_CLEAN = src/core/event/fields_gen.h src/core/store/dictionary_1.c sql/*/*.gen.sql \
	test/generator/shapes.gen.c src/built-with src/*.d $(CORE) src/core/*/*.o src/core/*/*.d src/load/*.o src/load/*.d cloudtrail-load test/core/build test/load/build test/fuzz/build $(TEST_PROGRAMS) test/bench/build dist demo.html

# What tests run beside the server.
TEST_PROGRAMS = test/generator/generate test/hostile/hostile test/hostile/oom.so

BUILD = @+scripts/building all
# What is missing on a new machine is installed, or only named.
SETUP = $(if $(findstring command,$(origin CC)),BUILD_CC='$(CC)') scripts/setup

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: check check-matrix check-upgrade check-asserts check-valgrind coverage indent lint demo bench dist deb help

# PGXS has a target "check" too, which only says that it has none: the two
# cannot be in one makefile, so ours reads this file again without itself.
ifneq (,$(filter check,$(MAKECMDGOALS)))

check:
	@$(SETUP) $(BROWSER)
	$(BUILD) unit-tests load-unit-tests fuzz-tests test-programs WERROR=-Werror
	@echo 'starting a throw-away server'
	@$(MAKE) -s run-tests WERROR=-Werror

$(filter-out check,$(MAKECMDGOALS)):
	$(MAKE) $@

else

# A new machine has no pg_config, or one without the server's headers: make
# check and make demo install them.
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
SERVER_HEADER := $(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h)
ifneq (,$(and $(SERVER_HEADER),$(wildcard $(PGXS))))
include $(PGXS)
include src/load/load.mk
include test/load/unit.mk
include doc/doc.mk
else
all install installdirs uninstall installcheck:
	@$(SETUP) --check
	@exit 1
clean:
	rm -rf $(OBJS) $(MODULE_big).so $(DATA_built) results regression.* $(EXTRA_CLEAN)
endif

include sql/sql.mk
include test/core/unit.mk
include test/generator/generate.mk
include test/fuzz/fuzz.mk
include test/hostile/hostile.mk

-include $(OBJS:.o=.d) $(CORE_OBJS:.o=.d)
$(OBJS) $(CORE_OBJS): src/built-with | src/core/event/fields_gen.h

$(MODULE_big).so: $(CORE)
$(CORE): $(CORE_OBJS)
	rm -f $@
	$(AR) rcs $@ $^

# Objects made for another PostgreSQL, or with other flags, are made again.
src/built-with: FORCE
	$(file >$@.new,$(VERSION) $(COMPILE.c))
	@if cmp -s $@ $@.new; then rm $@.new; else $(SETUP) --check && mv $@.new $@; fi
.PHONY: FORCE

src/core/event/fields_gen.h: src/core/event/gen_keys.pl src/core/event/fieldlist.h
	perl $^ > $@

src/core/store/dictionary_1.c: src/core/store/gen_dictionary.pl src/core/store/dictionary-1.zdict
	perl $^ > $@

# One argument of test/run is one part of the suite, and no part may be empty.
.PHONY: run-tests test-programs
test-programs: $(TEST_PROGRAMS)
run-tests:
	test/cluster test/run '$(UNIT_TESTS)' '$(LOAD_UNIT_TESTS)' '$(FUZZ_TESTS)' '$(sort $(wildcard test/t/*.t test/t/attacks/*.t test/t/by_sql/*.t))'

# LOGS reaches scripts/demo by the environment, whatever characters it has.
demo:
	@scripts/demo --check
	@$(SETUP)
	$(BUILD)
	@test/cluster scripts/demo

bench:
	@$(SETUP) g++ libsimdjson-dev zstd $$(command -v npm >/dev/null || echo nodejs npm)
	$(BUILD) bench-programs test/generator/generate
	cd test/bench && npm install --no-fund --no-audit --no-package-lock --loglevel=error
	test/cluster --conf shared_buffers=1GB --conf max_wal_size=8GB --conf fsync=on --conf autovacuum=off test/bench/run

# What make bench times outside of the server.
.PHONY: bench-programs
bench-programs: test/bench/build/parse test/bench/build/parse_simdjson test/bench/build/compress

# The very objects of the extension, so that its flags are the ones measured.
test/bench/build/parse: test/bench/parse.c $(CORE_SOURCES:.c=.o)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Isrc $^ $(CORE_LIBS) -o $@

test/bench/build/compress: test/bench/compress.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $< $(CORE_LIBS) -o $@

# On-demand is compiled in, and chooses its instructions as it is compiled.
test/bench/build/parse_simdjson: test/bench/parse_simdjson.cpp
	@mkdir -p $(@D)
	$(CXX) -O3 -march=native $< -lsimdjson -o $@

check-matrix:
	scripts/bare
	scripts/matrix

check-upgrade:
	scripts/matrix --upgrade

coverage:
	scripts/coverage $(PAGES)

lint:
	@$(SETUP) shellcheck codespell
	scripts/lint

# INDENT=--check only shows what would change.
indent:
	@$(SETUP)
	$(BUILD)
	PATH="$$($(PG_CONFIG) --bindir):$$PATH" scripts/indent $(INDENT)

# What PGXN takes, of the last commit; and Debian packages, of what lies here.
dist:
	@mkdir -p dist
	git archive --format=zip --prefix=cloudtrail-$(EXTVERSION)/ --output=dist/cloudtrail-$(EXTVERSION).zip HEAD
	@echo dist/cloudtrail-$(EXTVERSION).zip

deb:
	scripts/deb dist

check-asserts:
	scripts/asserts

check-valgrind:
	$(BUILD)
	test/cluster scripts/valgrind

help:
	@echo 'make                build the extension; PG_CONFIG=... chooses a PostgreSQL'
	@echo 'make install        install it there'
	@echo 'make uninstall      remove it again'
	@echo 'make installcheck   run the SQL tests in a server that has it installed'
	@echo 'make check          install what is missing, build, run all tests in a throw-away server'
	@echo 'make check-matrix   the same on PostgreSQL 15, 17, 18 and 19, in chroots (as root), its Debian packages, half-equipped machines'
	@echo 'make check-upgrade  pg_upgrade from 15 to 17 to 18 to 19, in these chroots'
	@echo 'make dist           a zip file for PGXN'
	@echo 'make deb            Debian packages'
	@echo 'make check-asserts  the same on a PostgreSQL with assertions, built from the source package'
	@echo 'make check-valgrind the SQL tests on a server under valgrind'
	@echo 'make unit           run only the tests of src/core, without PostgreSQL'
	@echo 'make coverage       lines and branches that the tests reach; PAGES=folder for pages with every line'
	@echo 'make lint           check shell scripts, spelling, and which layer includes which'
	@echo 'make indent         lay out the C files as pgindent does; INDENT=--check only shows what would change'
	@echo 'make fuzz           fuzz src/core by libFuzzer, or FUZZER=afl, FUZZ_SECONDS=60 for each harness'
	@echo 'make demo           show it on sample log files; LOGS=/path/to/AWSLogs for your own'
	@echo 'make bench          compare with json-c, simdjson, jsonb and DuckDB; BENCH_EVENTS=200000'
	@echo 'make clean          remove what was built'
	@echo
	@echo 'test/cluster psql                       a throw-away server with the extension'
	@echo 'test/cluster test/run test/t/regress.t  some of the tests'

endif
