# Unit tests of src/core: each test_*.c is a program that prints TAP, linked
# with the core and nothing of PostgreSQL.  Sanitizers watch every run; the
# second build has the core's plain C instead of SIMD.

UNIT_NAMES = $(basename $(notdir $(wildcard test/core/test_*.c)))
UNIT_TESTS = $(UNIT_NAMES:%=test/core/build/simd/%) $(UNIT_NAMES:%=test/core/build/plain/%)
UNIT_OBJS = $(patsubst src/core/%.c,%.o,$(CORE_SOURCES)) \
	$(patsubst test/core/%.c,%.o,$(filter-out test/core/test_%,$(wildcard test/core/*.c)))
UNIT_CFLAGS = -std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-Isrc -MMD -MP $(CORE_CFLAGS) $(WARNINGS) -Werror $(COVERAGE)
UNIT_COMPILE = mkdir -p $(@D) && $(CC) $(UNIT_CFLAGS)

.PHONY: unit unit-tests
unit: unit-tests
	test/run '$(UNIT_TESTS)'
unit-tests: $(UNIT_TESTS)

test/core/build/simd/%.o: src/core/%.c
	$(UNIT_COMPILE) -c $< -o $@
test/core/build/simd/%.o: test/core/%.c
	$(UNIT_COMPILE) -c $< -o $@
test/core/build/plain/%.o: src/core/%.c
	$(UNIT_COMPILE) -DCT_NO_SIMD -c $< -o $@
test/core/build/plain/%.o: test/core/%.c
	$(UNIT_COMPILE) -DCT_NO_SIMD -c $< -o $@
test/core/build/simd/event/scan.o test/core/build/plain/event/scan.o: | src/core/event/fields_gen.h

test/core/build/simd/test_%: test/core/build/simd/test_%.o $(UNIT_OBJS:%=test/core/build/simd/%)
	$(CC) $(UNIT_CFLAGS) $^ $(CORE_LIBS) -o $@
test/core/build/plain/test_%: test/core/build/plain/test_%.o $(UNIT_OBJS:%=test/core/build/plain/%)
	$(CC) $(UNIT_CFLAGS) $^ $(CORE_LIBS) -o $@

# Objects of the tests would be deleted after linking.
.PRECIOUS: test/core/build/simd/%.o test/core/build/plain/%.o
-include $(wildcard test/core/build/*/*.d test/core/build/*/*/*.d)
