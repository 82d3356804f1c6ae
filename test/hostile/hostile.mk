# hostile.mk: builds test/hostile/hostile, which sends damaged values to a server.

HOSTILE_DIR ?= test/hostile
HOSTILE_SOURCES := $(sort $(wildcard $(HOSTILE_DIR)/*.c))

$(HOSTILE_DIR)/hostile: $(HOSTILE_SOURCES) $(wildcard $(HOSTILE_DIR)/*.h) test/generator/rng.h
	$(CC) -std=gnu11 -O2 -g -Wall -Wextra $(WERROR) -isystem $(shell $(PG_CONFIG) --includedir) $(LDFLAGS) \
		-o $@ $(HOSTILE_SOURCES) -L$(shell $(PG_CONFIG) --libdir) -lpq

$(HOSTILE_DIR)/oom.so: $(HOSTILE_DIR)/preload/oom.c
	$(CC) -std=gnu11 -O2 -g -Wall -Wextra $(WERROR) -shared -fPIC $(LDFLAGS) -o $@ $<
