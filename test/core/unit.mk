# Unit tests of src/core: each test_*.c is a program that speaks TAP.  All run
# with sanitizers, and once more with the scanner's plain C path.

UNIT_NAMES = $(patsubst test/core/%.c,%,$(wildcard test/core/test_*.c))
UNIT_HELPERS = $(filter-out $(wildcard test/core/test_*.c),$(wildcard test/core/*.c))
UNIT_TESTS = $(UNIT_NAMES:%=test/core/build/%) $(UNIT_NAMES:%=test/core/build/%-plain)
UNIT_CFLAGS = -std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-Isrc/core $(CORE_CFLAGS) $(WARNINGS)

UNIT_OBJS = $(patsubst %.c,test/core/build/%.o,$(notdir $(CORE_SOURCES) $(UNIT_HELPERS)))
UNIT_PLAIN_OBJS = $(UNIT_OBJS:.o=.plain.o)

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS)

test/core/build/%.o: src/core/%.c $(HEADERS)
	@mkdir -p $(@D)
	gcc $(UNIT_CFLAGS) -c $< -o $@
test/core/build/%.o: test/core/%.c $(HEADERS) $(wildcard test/core/*.h)
	@mkdir -p $(@D)
	gcc $(UNIT_CFLAGS) -c $< -o $@
test/core/build/%.plain.o: src/core/%.c $(HEADERS)
	@mkdir -p $(@D)
	gcc $(UNIT_CFLAGS) -DCT_NO_SIMD -c $< -o $@
test/core/build/%.plain.o: test/core/%.c $(HEADERS) $(wildcard test/core/*.h)
	@mkdir -p $(@D)
	gcc $(UNIT_CFLAGS) -DCT_NO_SIMD -c $< -o $@

$(UNIT_NAMES:%=test/core/build/%): test/core/build/%: test/core/build/%.o $(UNIT_OBJS)
	gcc $(UNIT_CFLAGS) $^ $(CORE_LIBS) -o $@
$(UNIT_NAMES:%=test/core/build/%-plain): test/core/build/%-plain: test/core/build/%.plain.o $(UNIT_PLAIN_OBJS)
	gcc $(UNIT_CFLAGS) $^ $(CORE_LIBS) -o $@

.SECONDARY:
