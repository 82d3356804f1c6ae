# Roles plant all that can be planted: beside the extension's functions and
# operators, in public, in a trail of their own.  The database is dumped and
# restored by a superuser, who then uses its trails, before and after that.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
sql('CREATE ROLE mallory LOGIN NOSUPERUSER; CREATE ROLE auditor LOGIN NOSUPERUSER');
new_database('restore_from', 'CREATE SCHEMA ext; CREATE EXTENSION cloudtrail SCHEMA ext');
sql(q{GRANT CREATE, TEMP ON DATABASE restore_from TO mallory; GRANT USAGE ON SCHEMA ext TO PUBLIC; SELECT ext.cloudtrail_create_trail('audit'); SELECT ext.cloudtrail_grant_audit('audit', 'auditor')});
system("test/generator/generate --events 300 --seed 61 --days 40 --stories 20 > $folder/events.ndjson && chmod a+r $folder/events.ndjson") == 0 or die;
sql(qq{SELECT ext.cloudtrail_import('audit', 'events', pg_read_binary_file('$folder/events.ndjson')); SELECT ext.cloudtrail_refresh_activity('audit')});

# What gives mallory the rights of whoever runs it.
my $trap = q{BEGIN BEGIN ALTER ROLE mallory SUPERUSER; EXCEPTION WHEN OTHERS THEN NULL; END; %s END};

# Runs what a superuser may do, whatever comes of it, and tests that nobody became one.
sub safe
{
	my ($what, $statement) = @_;
	my $result = eval { sql("SET client_min_messages = error; SET statement_timeout = '60s'; $statement") };
	my $error = $@;
	my $super = sql(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'});
	is($super, 'f', "$what: mallory is no superuser") or sql('ALTER ROLE mallory NOSUPERUSER');
	return defined $result ? $result : $error;
}

# A trail of mallory's whose tables and views are full of traps.
sql(qq{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('bait'); SELECT ext.cloudtrail_import('bait', 'e', '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","requestParameters":{"secretId":"db"}}');
	CREATE FUNCTION bait.trap() RETURNS trigger LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'RETURN NEW;'} \$\$;
	CREATE FUNCTION bait.spring() RETURNS boolean LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'RETURN true;'} \$\$;
	CREATE FUNCTION bait.trap(anyelement) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN RETURN bait.spring(); END \$\$;
	CREATE FUNCTION bait.trap_text(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN PERFORM bait.spring(); RETURN \$1; END \$\$});
sql(q{SET ROLE mallory; DO $do$
	DECLARE
		t record;
	BEGIN
		FOR t IN SELECT oid::regclass AS name, relkind, relispartition FROM pg_class WHERE relnamespace = 'bait'::regnamespace AND relkind IN ('r', 'p') AND relname NOT LIKE '%raw_events_%' LOOP
			EXECUTE format('CREATE TRIGGER a_trap BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION bait.trap()', t.name);
			EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
			EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name);
			EXECUTE format('CREATE POLICY trap ON %s USING (bait.trap(1)) WITH CHECK (bait.trap(1))', t.name);
			IF t.relkind = 'r' THEN
				EXECUTE format('CREATE RULE trap AS ON UPDATE TO %s DO ALSO SELECT bait.trap(1)', t.name);
				EXECUTE format('CREATE INDEX ON %s ((bait.trap(1)))', t.name);
			END IF;
		END LOOP;
		ALTER TABLE bait.settings ADD COLUMN trap boolean DEFAULT bait.trap(1);
		ALTER TABLE bait.conflicts ADD CHECK (bait.trap(1));
		ALTER TABLE bait.rejects ADD CHECK (bait.trap(1));
		ALTER TABLE bait.rejects ALTER source SET DEFAULT bait.trap_text('x');
		FOR t IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'bait'::regnamespace AND relkind = 'v' LOOP
			EXECUTE format('CREATE OR REPLACE VIEW %s AS SELECT %s', t.name, (SELECT string_agg(format('%s%s AS %I', CASE atttypid WHEN 'text'::regtype THEN 'bait.trap_text(NULL)' ELSE format('NULL::%s', format_type(atttypid, atttypmod)) END, CASE attcollation WHEN 'pg_catalog."C"'::regcollation THEN ' COLLATE "C"' ELSE '' END, attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = t.name AND attnum > 0));
		END LOOP;
	END
	$do$});

# Each function of the extension that takes a trail, a table or its name; with arguments.
my $calls = q{
	SELECT format('%s ext.%I(%s)', CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, p.proname,
		(SELECT string_agg(CASE t.type::regtype::text WHEN 'regnamespace' THEN quote_literal('TRAIL') || '::regnamespace' WHEN 'regclass' THEN quote_literal('TRAIL.raw_events') || '::regclass' ELSE format('%s::%s',
			CASE t.type::regtype::text WHEN 'timestamp with time zone' THEN quote_literal('2024-05-01 12:00Z') WHEN 'integer' THEN '1' WHEN 'bigint' THEN '1' WHEN 'boolean' THEN 'true' WHEN 'text[]' THEN quote_literal('{}') WHEN 'bigint[]' THEN quote_literal('{}') WHEN 'uuid' THEN 'gen_random_uuid()'
				WHEN 'jsonb' THEN quote_literal('[]') WHEN 'bytea' THEN quote_literal('{"eventTime":"2024-06-01T00:00:00Z","eventName":"x"}') WHEN 'bytea[]' THEN quote_literal('{}') WHEN 'name' THEN quote_literal('auditor') WHEN 'date' THEN quote_literal('2024-05-01') ELSE quote_literal('/nonexistent') END, t.type::regtype) END, ', ' ORDER BY t.n)
			FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type, n)))
	FROM pg_proc AS p
	WHERE p.pronamespace = 'ext'::regnamespace AND p.proowner = (SELECT extowner FROM pg_extension WHERE extname = 'cloudtrail') AND p.prokind IN ('f', 'p') AND p.proargtypes::oid[] && '{regnamespace,regclass}'::regtype[]::oid[] ORDER BY 1};

# What a superuser does.
sub use_trails
{
	my ($when) = @_;
	for my $call (split /\n/, sql($calls))
	{
		(my $on_bait = $call) =~ s/TRAIL/bait/g;
		(my $on_audit = $call) =~ s/TRAIL/audit/g;
		safe("$when, $on_bait", $on_bait);
		safe("$when, $on_audit", "BEGIN; $on_audit; ROLLBACK") unless $call =~ /^CALL/;
	}
	safe("$when, $_", $_) for 'ALTER EXTENSION cloudtrail UPDATE', 'SELECT ext.cloudtrail_trails()', q{SELECT ext.cloudtrail_create_trail('another'); DROP SCHEMA another CASCADE},
		q{INSERT INTO audit.raw_events (event) VALUES ('{"eventTime":"2024-07-01T12:00:00Z"}')}, 'ANALYZE audit.raw_events, audit.secret_facts';
	for my $view (split /\n/, sql(q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('v', 'r', 'p') ORDER BY 1}))
	{
		like(safe("$when, $view", "SELECT count(*), md5(string_agg(t::text, '')) IS NULL FROM $view AS t"), $when eq 'before' ? qr/^\d+\|[tf]$/ : qr/^\d+\|[tf]$|could be taken for another one/, "$when, $view can be read, or is refused");
	}
	is(sql(q{SELECT DISTINCT pg_describe_object(d.refclassid, d.refobjid, 0) FROM pg_depend AS d LEFT JOIN pg_proc AS p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid LEFT JOIN pg_operator AS o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
			JOIN pg_rewrite AS w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid JOIN pg_class AS c ON c.oid = w.ev_class AND c.relnamespace = 'audit'::regnamespace
			WHERE 'mallory'::regrole IN (p.proowner, o.oprowner)}), '', "$when: no view of the trail has anything of mallory's");
}
use_trails('before');
is(sql(q{SELECT count(*) FROM audit.raw_events}), 301, 'nor are they in the way of a trail of a superuser');

# Functions and operators beside those of the extension, which take other types that go for theirs.
sql('GRANT CREATE ON SCHEMA ext, public TO mallory');
my $planted = sql(qq{SET ROLE mallory; DO \$do\$
	DECLARE
		f record;
		types text;
	BEGIN
		CREATE TYPE public.mine AS (x text);
		FOR f IN SELECT p.proname, (SELECT array_agg(t::regtype::text ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY AS u (t, n)) AS args, CASE WHEN p.prorettype::regtype::text ~ '^pg_|record|any|internal|trigger|handler|void|"?cstring' THEN 'text' ELSE p.prorettype::regtype::text END AS result, v.map
			FROM pg_proc AS p, (VALUES (jsonb_build_object('text', 'varchar', 'timestamp with time zone', 'timestamp', 'bigint', 'integer', 'regnamespace', 'oid', 'regclass', 'oid', 'text[]', 'varchar[]', 'jsonb', 'json', 'bytea', 'text', 'integer', 'smallint', 'name', 'text')),
				(jsonb_build_object('text', 'name', 'timestamp with time zone', 'date', 'bigint', 'numeric', 'regnamespace', 'text', 'regclass', 'text', 'integer', 'bigint', 'cloudtrail_event', 'text', 'ext.cloudtrail_event', 'text', 'ext.cloudtrail_action', 'text', 'ext.cloudtrail_secret', 'text')),
				(jsonb_build_object('text', 'anyelement', 'ext.cloudtrail_event', 'anyelement', 'timestamp with time zone', 'anyelement')),
				(jsonb_build_object('text', 'public.mine', 'ext.cloudtrail_event', 'public.mine', 'timestamp with time zone', 'public.mine', 'regnamespace', 'public.mine'))) AS v (map)
			WHERE p.pronamespace = 'ext'::regnamespace AND p.prokind = 'f' AND p.pronargs > 0 AND NOT p.proargtypes::oid[] && '{internal,cstring}'::regtype[]::oid[] AND p.proowner <> 'mallory'::regrole
		LOOP
			types := (SELECT string_agg(coalesce(f.map ->> a, a), ', ' ORDER BY n) FROM unnest(f.args) WITH ORDINALITY AS u (a, n));
			BEGIN
				EXECUTE format('CREATE FUNCTION ext.%I(%s) RETURNS %s LANGUAGE plpgsql AS \$f\$ ${\ sprintf $trap, 'RETURN NULL;'} \$f\$', f.proname, types, f.result);
			EXCEPTION WHEN duplicate_function OR invalid_function_definition OR datatype_mismatch OR undefined_object OR feature_not_supported THEN NULL;
			END;
		END LOOP;
		FOR f IN SELECT n.s AS schema, o.name, l, r FROM unnest('{ext,public}'::text[]) AS n (s), (SELECT DISTINCT oprname AS name FROM pg_operator WHERE oprnamespace = 'ext'::regnamespace UNION SELECT unnest('{=,<>,<,>,<=,>=,||,~,~~,+,-}'::text[])) AS o,
				unnest('{text,varchar,name,ext.cloudtrail_event,timestamptz,date,int4,numeric,bytea,jsonb,"text[]","varchar[]",public.mine}'::text[]) AS l, unnest('{text,varchar,name,timestamp,date,int8,int4,ext.cloudtrail_event,public.mine,"text[]"}'::text[]) AS r
			WHERE NOT EXISTS (SELECT FROM pg_operator AS p WHERE p.oprname = o.name AND p.oprleft = l::regtype AND p.oprright = r::regtype)
		LOOP
			EXECUTE format('CREATE OR REPLACE FUNCTION %s.trap(%s, %s) RETURNS boolean LANGUAGE plpgsql AS \$f\$ ${\ sprintf $trap, 'RETURN false;'} \$f\$', f.schema, f.l, f.r);
			EXECUTE format('CREATE OPERATOR %s.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %1\$s.trap)', f.schema, f.name, f.l, f.r);
		END LOOP;
		FOR f IN SELECT unnest('{text,timestamptz,jsonb,ext.cloudtrail_event,regnamespace,regclass,int8}'::text[]) AS t LOOP
			EXECUTE format('CREATE FUNCTION public.to_mine(%s) RETURNS public.mine LANGUAGE plpgsql AS \$f\$ ${\ sprintf $trap, 'RETURN NULL;'} \$f\$', f.t);
			EXECUTE format('CREATE CAST (%s AS public.mine) WITH FUNCTION public.to_mine(%s) AS IMPLICIT', f.t, f.t);
		END LOOP;
	END \$do\$;
	RESET ROLE; SELECT count(*) FROM pg_proc WHERE proowner = 'mallory'::regrole});
cmp_ok($planted, '>', 300, "$planted functions are planted");
use_trails('among planted functions');

# The superuser dumps the database and restores it.
sql('DROP DATABASE IF EXISTS restore_to');
sql('CREATE DATABASE restore_to');
safe('a dump', 'SELECT');
is(system("pg_dump -Fc -f $folder/dump restore_from && pg_restore --exit-on-error -d restore_to $folder/dump 2>$folder/restore.errors"), 0, 'a dump is restored') or diag(`cat $folder/restore.errors`);
use_database('restore_to');
safe('the restore', 'SELECT');
use_trails('restored');
is(sql(q{SELECT count(*) FROM audit.raw_events}), 301, 'with all events');
use_database('postgres');
sql('DROP DATABASE restore_from; DROP DATABASE restore_to; DROP ROLE mallory, auditor');
done_testing();
