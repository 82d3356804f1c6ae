# cloudtrail-load, the client: a program of its own, on libpq and what of the core it needs to verify.

LOAD_OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/load/*.c)))
# Those of S3: HTTP, and the XML of its answers.
LOAD_LIBS := -lpq $(or $(shell pkg-config --libs libcurl expat 2>/dev/null),-lcurl -lexpat) $(CORE_LIBS) -pthread
LOAD_CFLAGS = -std=gnu11 -D_GNU_SOURCE -O2 -g -Isrc -isystem $(shell $(PG_CONFIG) --includedir) -DLOAD_VERSION='"$(EXTVERSION)"' \
	-MMD -MP -pthread -Wall -Wextra $(WERROR) $(COVERAGE)

all: cloudtrail-load
cloudtrail-load: $(LOAD_OBJS) $(CORE)
	$(CC) $(LDFLAGS) $(COVERAGE) $^ -L$(shell $(PG_CONFIG) --libdir) $(LOAD_LIBS) -o $@

$(LOAD_OBJS): %.o: %.c src/built-with META.json
	$(CC) $(LOAD_CFLAGS) -c $< -o $@
-include $(LOAD_OBJS:.o=.d)

# Where distributions keep several PostgreSQLs, their programs are not on the PATH.
is_apart := $(filter /usr/lib/postgresql/% /usr/pgsql-%,$(bindir))
client_bindir = $(if $(is_apart),/usr/local/bin,$(bindir))
client_mandir = $(if $(is_apart),/usr/local/share/man,$(mandir))

.PHONY: install-load uninstall-load
install: install-load
install-load: cloudtrail-load
	$(MKDIR_P) '$(DESTDIR)$(client_bindir)' '$(DESTDIR)$(client_mandir)/man1'
	$(INSTALL_PROGRAM) cloudtrail-load '$(DESTDIR)$(client_bindir)'
	$(INSTALL_DATA) doc/cloudtrail-load.1 '$(DESTDIR)$(client_mandir)/man1'
	@case "$(DESTDIR)::$$PATH:" in :*:'$(client_bindir)':*|[!:]*) ;; \
		*) echo 'cloudtrail-load is in $(client_bindir), which is not on the PATH' ;; esac

uninstall: uninstall-load
uninstall-load:
	rm -f '$(DESTDIR)$(client_bindir)/cloudtrail-load' '$(DESTDIR)$(client_mandir)/man1/cloudtrail-load.1'
