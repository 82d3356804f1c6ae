# Fuzzing of src/core, and of what the client reads of S3, without PostgreSQL:
# each fuzz_*.c is a harness.  make
# check runs them under the driver here, built by the compiler that there is;
# make fuzz under libFuzzer, or with FUZZER=afl under AFL++.

FUZZ_TARGETS = $(patsubst test/fuzz/fuzz_%.c,%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
FUZZ_HELPERS = test/core/oracle.c
FUZZ_CLIENT = $(addprefix src/load/,s3_layout.c s3_page.c s3_uri.c s3_xml.c select.c text.c)
FUZZ_SOURCES = $(CORE_SOURCES) $(FUZZ_CLIENT) $(FUZZ_HELPERS)
FUZZ_LIBS = $(CORE_LIBS) -lexpat
FUZZ_FLAGS = -std=gnu11 -g -O1 -Isrc -Wno-unused-function -Wno-unused-parameter $(CORE_CFLAGS)
FUZZ_SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all

# How long make fuzz spends on each harness, and make check on all of them.
FUZZ_SECONDS ?= 60
CHECK_FUZZ_SECONDS ?= 60

# The driver here.
FUZZ_BUILD = test/fuzz/build/driver
FUZZ_TESTS = $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/fuzz_%.sh)
FUZZ_OBJS = $(FUZZ_SOURCES:%.c=$(FUZZ_BUILD)/%.o)

.PHONY: fuzz fuzz-tests fuzz-seeds
fuzz-tests: $(FUZZ_TESTS)

$(FUZZ_BUILD)/src/core/%.o: src/core/%.c | src/core/event/fields_gen.h
	@mkdir -p $(@D)
	$(CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZERS) -fsanitize-coverage=trace-pc -c $< -o $@
$(FUZZ_BUILD)/src/load/%.o: src/load/%.c
	@mkdir -p $(@D)
	$(CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZERS) -fsanitize-coverage=trace-pc -c $< -o $@
$(FUZZ_BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZERS) -c $< -o $@
$(FUZZ_OBJS): $(wildcard src/core/*/*.h src/load/*.h)

$(FUZZ_BUILD)/fuzz_%: $(FUZZ_BUILD)/test/fuzz/fuzz_%.o $(FUZZ_BUILD)/test/fuzz/driver.o $(FUZZ_OBJS)
	$(CC) $(FUZZ_SANITIZERS) $^ $(FUZZ_LIBS) -o $@
.PRECIOUS: $(FUZZ_BUILD)/%.o $(FUZZ_BUILD)/fuzz_%
$(FUZZ_BUILD)/test/fuzz/%.o: test/fuzz/fuzz.h

# What test/run starts: a harness with its inputs, for its part of the time.
$(FUZZ_BUILD)/fuzz_%.sh: $(FUZZ_BUILD)/fuzz_% | fuzz-seeds
	@printf '#!/bin/sh\nFUZZ_SECONDS=$${FUZZ_SECONDS:-%s} exec $(FUZZ_BUILD)/fuzz_$* test/fuzz/regress/$* test/fuzz/seeds/$* test/fuzz/build/seeds/$* test/fuzz/words.dict\n' \
		$$(( ($(CHECK_FUZZ_SECONDS) + $(words $(FUZZ_TARGETS)) - 1) / $(words $(FUZZ_TARGETS)) )) > $@
	@chmod +x $@

# Inputs to begin with come from the generator, in every wrapping.
fuzz-seeds: test/fuzz/build/seeds/made
test/fuzz/build/seeds/made: test/fuzz/make_seeds test/generator/generate
	test/fuzz/make_seeds $(@D)
	@touch $@

# The others' builds, and what they are called with.
fuzz: fuzz-seeds src/core/event/fields_gen.h src/core/store/dictionary_1.c
	scripts/setup $(if $(filter afl,$(FUZZER)),afl++,clang libclang-rt-dev)
	test/fuzz/run $(or $(FUZZER),libfuzzer) $(FUZZ_SECONDS) '$(FUZZ_SOURCES)' '$(FUZZ_FLAGS)' '$(FUZZ_LIBS)' $(FUZZ_TARGETS)
