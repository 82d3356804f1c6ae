# Unit tests of the client: programs that print TAP, linked with its files but
# for main.c, and watched by sanitizers.

LOAD_UNIT_NAMES = $(basename $(notdir $(wildcard test/load/test_*.c)))
LOAD_UNIT_TESTS = $(LOAD_UNIT_NAMES:%=test/load/build/%)
LOAD_UNIT_OBJS = $(patsubst %.c,test/load/build/%.o,$(filter-out src/load/main.c,$(sort $(wildcard src/load/*.c))) \
	$(CORE_SOURCES))
LOAD_UNIT_CFLAGS = $(filter-out -O2,$(LOAD_CFLAGS)) -O1 -Wno-unused-parameter $(CORE_CFLAGS) -fsanitize=address,undefined \
	-fno-sanitize-recover=all

.PHONY: load-unit load-unit-tests
load-unit: load-unit-tests
	test/run '$(LOAD_UNIT_TESTS)'
load-unit-tests: $(LOAD_UNIT_TESTS)

test/load/build/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(LOAD_UNIT_CFLAGS) -c $< -o $@
test/load/build/src/core/event/scan.o: | src/core/event/fields_gen.h
test/load/build/test_%: test/load/build/test/load/test_%.o $(LOAD_UNIT_OBJS)
	$(CC) $(LOAD_UNIT_CFLAGS) $^ -L$(shell $(PG_CONFIG) --libdir) $(LOAD_LIBS) -o $@

# The whole client so, for the tests that run it.
test/load/build/cloudtrail-load: test/load/build/src/load/main.o $(LOAD_UNIT_OBJS)
	$(CC) $(LOAD_UNIT_CFLAGS) $^ -L$(shell $(PG_CONFIG) --libdir) $(LOAD_LIBS) -o $@

.PRECIOUS: test/load/build/%.o
-include $(wildcard test/load/build/*/*/*.d test/load/build/src/core/*/*.d)
