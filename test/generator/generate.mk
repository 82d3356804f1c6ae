# generate.mk: builds the event generator, test/generator/generate.

GEN_DIR ?= test/generator
GEN_CC ?= $(or $(CC),cc)
GEN_CFLAGS ?= -std=c11 $(or $(CFLAGS),-O2 -Wall -Wextra)
GEN_LIBS ?= -lz
GEN_SOURCES := $(sort $(wildcard $(GEN_DIR)/*.c) $(GEN_DIR)/shapes.gen.c)
GEN_HEADERS := $(sort $(wildcard $(GEN_DIR)/*.h))

$(GEN_DIR)/shapes.gen.c: $(GEN_DIR)/gen_shapes.pl $(sort $(wildcard $(GEN_DIR)/shapes/*.txt))
	perl $^ > $@

$(GEN_DIR)/generate: $(GEN_SOURCES) $(GEN_HEADERS)
	$(GEN_CC) $(GEN_CFLAGS) $(LDFLAGS) -o $@ $(GEN_SOURCES) $(GEN_LIBS)
