# The SQL, in the order in which it is read: each file may use what those before it made.

# The extension's own objects.
EXTENSION_SQL = $(addprefix sql/,$(addsuffix .sql, \
	guard/database guard/shadowing \
	type/event type/estimate type/compare type/json type/action.gen type/secret.gen operator/match \
	function/extract function/policy function/refusal function/schedule function/text \
	unpack/blob.gen unpack/unpack unpack/survey unpack/digest unpack/server_file type/fields.gen index/gin \
	trail/definition.gen trail/trail trail/partition trail/event_class trail/refresh trail/import trail/import_directory \
	trail/column_comments trail/evidence trail/grant trail/listed_secrets unpack/fdw trail/replica_regions trail/conclusive \
	trail/raw_event trail/lookup trail/session \
	compat/schema compat/athena compat/steampipe \
	report/style.gen report/html report/charts report/coverage report/access report/reads report/secrets report/page \
	guard/shadowed))

# The objects of a trail, with names that its schema completes: tables, then the auditors' views.
TRAIL_SQL = $(addprefix sql/,$(addsuffix .sql, \
	table/events table/ledger table/facts table/credentials table/events_view.gen table/activity \
	table/triggers table/policies table/activity_views \
	audit/settings audit/kinds audit/indexes audit/secrets audit/secret_events audit/observed \
	audit/writes audit/reads audit/sessions audit/refusals audit/rotations audit/changes audit/deletions audit/inventory audit/account \
	audit/evidence audit/coverage))

# A file that no list has would be missed by nobody.
UNLISTED_SQL := $(filter-out $(EXTENSION_SQL) $(TRAIL_SQL),$(wildcard sql/*/*.sql))
ifneq (,$(UNLISTED_SQL))
$(error sql/sql.mk lists no $(UNLISTED_SQL))
endif

$(DATA_built): $(EXTENSION_SQL) sql/sql.mk
	{ printf '%s\n' '\echo Use "CREATE EXTENSION cloudtrail" to load this file. \quit'; cat $(filter %.sql,$^); } > $@

# The two types of patterns differ in a few words.
sql/type/%.gen.sql: sql/type/pattern.sql.in sql/type/%.sed
	sed -f $(word 2,$^) $< > $@

# Blobs come as four types, of which jsonb is read by functions of its own.
sql/unpack/blob.gen.sql: sql/unpack/blob.sql.in
	for type in bytea text json jsonb; do \
		sed "s/@TYPE@/$$type/g;s/@SYMBOL@/$$([ $$type != jsonb ] || echo _jsonb)/" $<; \
	done > $@

sql/type/fields.gen.sql: sql/gen_fields.pl $(addprefix src/core/,event/fieldlist.h store/storelist.h secret/factlist.h event/credentiallist.h)
	perl $^ > $@

sql/table/events_view.gen.sql: sql/gen_fields.pl src/core/event/fieldlist.h
	perl $< --view src/core/event/fieldlist.h > $@

# The statements that make a trail are the text that a function returns.
sql/trail/definition.gen.sql: $(TRAIL_SQL) sql/sql.mk
	{ echo 'CREATE FUNCTION cloudtrail_trail_definition() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE'; \
	  echo 'RETURN $$definition$$'; cat $(filter %.sql,$^); echo '$$definition$$;'; \
	  echo "COMMENT ON FUNCTION cloudtrail_trail_definition() IS 'The statements that make the objects of a trail';"; } > $@

sql/report/style.gen.sql: sql/report/style.css
	{ echo 'CREATE FUNCTION cloudtrail_html_style() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE'; \
	  echo 'RETURN $$css$$'; cat $<; echo '$$css$$;'; \
	  echo "COMMENT ON FUNCTION cloudtrail_html_style() IS 'Part of cloudtrail_audit_report(): its style sheet, for light and dark screens and for A4';"; } > $@
