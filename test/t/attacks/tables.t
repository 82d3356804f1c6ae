# Tables and views of another role, which a superuser gives to functions of the
# extension that take a table: nothing of that role's runs.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

sql('CREATE ROLE mallory LOGIN NOSUPERUSER');
new_database('attacked_tables', 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext');
my $event = '{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000001","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","requestParameters":{"secretId":"db"}}';
sql(qq{GRANT CREATE ON DATABASE attacked_tables TO mallory; SELECT ext.cloudtrail_create_trail('audit'); SELECT ext.cloudtrail_import('audit', 'e', '$event')});
my $trap = q{LANGUAGE plpgsql AS $$ BEGIN BEGIN ALTER ROLE mallory SUPERUSER; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN %s; END $$};
sql(qq{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('bait'); SELECT ext.cloudtrail_import('bait', 'e', '$event');
	CREATE SCHEMA theirs; CREATE FUNCTION theirs.trap() RETURNS boolean ${\ sprintf $trap, 'true'};
	CREATE VIEW theirs.of_events AS SELECT * FROM bait.raw_events WHERE theirs.trap();
	CREATE VIEW theirs.of_credentials AS SELECT * FROM bait.issued_credentials WHERE theirs.trap();
	CREATE VIEW theirs.of_facts AS SELECT * FROM bait.secret_facts WHERE theirs.trap();
	CREATE VIEW theirs.of_secrets AS SELECT * FROM bait.secrets WHERE theirs.trap(); CREATE VIEW theirs.of_lookalikes AS SELECT * FROM bait.secret_lookalikes WHERE theirs.trap();
	CREATE VIEW theirs.of_updates AS SELECT * FROM bait.secret_updates WHERE theirs.trap(); CREATE VIEW theirs.of_pages AS SELECT * FROM bait.secret_batch_pages WHERE theirs.trap();
	CREATE TYPE theirs.own AS (x text);
	CREATE FUNCTION theirs.to_time(theirs.own) RETURNS timestamptz ${\ sprintf $trap, 'now()'}; CREATE CAST (theirs.own AS timestamptz) WITH FUNCTION theirs.to_time AS IMPLICIT;
	CREATE FUNCTION theirs.to_text(theirs.own) RETURNS text ${\ sprintf $trap, q{'x'}}; CREATE CAST (theirs.own AS text) WITH FUNCTION theirs.to_text AS IMPLICIT;
	CREATE TABLE theirs.typed_events (event_time theirs.own, event_key uuid, event ext.cloudtrail_event); INSERT INTO theirs.typed_events VALUES (ROW('x'), '00000000-0000-4000-8000-000000000001', '$event');
	CREATE TABLE theirs.typed_credentials (LIKE bait.issued_credentials); CREATE TABLE theirs.typed_facts (LIKE bait.secret_facts)});
sql(q{SET ROLE mallory; DO $$ DECLARE c record; BEGIN
	FOR c IN SELECT attrelid::regclass AS t, attname FROM pg_attribute WHERE attrelid IN ('theirs.typed_credentials'::regclass, 'theirs.typed_facts'::regclass) AND attnum > 0 AND atttypid = 'text'::regtype LOOP
		EXECUTE format('ALTER TABLE %s ALTER %I DROP NOT NULL, ALTER %I TYPE theirs.own USING ROW(%I)', c.t, c.attname, c.attname, c.attname);
	END LOOP; END $$;
	INSERT INTO theirs.typed_credentials (event_time, event_key, issued_key, issued_id, account_id) VALUES ('2024-05-01 12:00Z', '00000000-0000-4000-8000-000000000001', ROW('k'), ROW('i'), ROW('1'))});

# Each function that takes a table, on each of them, beside a trail of the superuser's.
for my $call (split /\n/, sql(q{
	SELECT format('SELECT * FROM ext.%I(%s)', p.proname,
		(SELECT string_agg(format('%s::%s', CASE t.type::regtype::text WHEN 'regclass' THEN quote_literal('TABLE') WHEN 'regnamespace' THEN quote_literal('audit') WHEN 'timestamp with time zone' THEN quote_literal('2024-05-01 12:00Z') WHEN 'uuid' THEN quote_literal('00000000-0000-4000-8000-000000000001') WHEN 'boolean' THEN 'false' WHEN 'integer' THEN '1'
			ELSE quote_literal((ARRAY['1', 'AROAEXAMPLE:x', 'x', 'ASIAEXAMPLE', 'y', 'z', 'arn:aws:x'])[t.n % 7 + 1]) END, t.type::regtype), ', ' ORDER BY t.n) FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type, n)))
	FROM pg_proc AS p WHERE p.pronamespace = 'ext'::regnamespace AND 'regclass'::regtype = ANY (p.proargtypes::oid[]) ORDER BY 1}))
{
	for my $table (split /\n/, sql(q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'theirs'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1}))
	{
		(my $statement = $call) =~ s/TABLE/$table/;
		eval { sql("SET client_min_messages = error; BEGIN; $statement; COMMIT") };
		is(sql(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', $statement) or do { sql('ALTER ROLE mallory NOSUPERUSER') };
	}
}

# The chain of a session, in a schema whose two tables are views, with a trap that runs when they are planned.
sql(qq{SET ROLE mallory; CREATE FUNCTION theirs.trap(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN theirs.trap(); END';
	CREATE VIEW theirs.issued_credentials AS SELECT * FROM bait.issued_credentials WHERE theirs.trap(1); CREATE VIEW theirs.secret_facts AS SELECT * FROM bait.secret_facts WHERE theirs.trap(1)});
for my $credentials ('theirs.issued_credentials', 'theirs.typed_credentials')
{
	for my $function ('chain', 'origin')
	{
		my $statement = "SELECT * FROM ext.cloudtrail_session_$function('$credentials', '2024-05-01', '111122223333', 'AROAROLE:s', 's', 'ASIAKEY', '2024-05-01', false, 'shared', NULL)";
		eval { sql("SET client_min_messages = error; BEGIN; $statement; COMMIT") };
		is(sql(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', $statement) or do { sql('ALTER ROLE mallory NOSUPERUSER') };
	}
}
# Tables that C reads by their indexes and partitions: what is constant in a predicate or a key is evaluated where PostgreSQL's cache reads it.
sql(qq{SET ROLE mallory; CREATE SCHEMA traps; CREATE TABLE traps.issued_credentials (LIKE bait.issued_credentials); CREATE TABLE traps.secret_facts (LIKE bait.secret_facts);
	CREATE INDEX ON traps.issued_credentials (issued_key) WHERE issued_key IS NOT NULL AND theirs.trap(1); CREATE INDEX ON traps.issued_credentials (issued_id) WHERE theirs.trap(1);
	CREATE INDEX ON traps.secret_facts (shared_event_id) WHERE theirs.trap(1);
	CREATE TABLE traps.raw_events (LIKE bait.raw_events) PARTITION BY RANGE ((CASE WHEN theirs.trap(1) THEN event_time END));
	CREATE TABLE traps.of_time (LIKE bait.raw_events) PARTITION BY RANGE (event_time, (CASE WHEN theirs.trap(1) THEN event_time END))});
for my $statement (q{ext.cloudtrail_session_chain('traps.issued_credentials', '2024-05-01', '111122223333', 'AROAROLE:s', 's', 'ASIAKEY', '2024-05-01', false, NULL, NULL)},
	q{ext.cloudtrail_session_origin('traps.issued_credentials', '2024-05-01', '111122223333', 'AROAROLE:s', 's', NULL, '2024-05-01', false, 'shared', NULL)},
	(map { my $table = $_; map { "ext.cloudtrail_${_}_event('traps.$table', '2024-05-01', '00000000-0000-4000-8000-000000000001')" } qw(raw has) } qw(raw_events of_time)))
{
	eval { sql("SET client_min_messages = error; BEGIN; SELECT * FROM $statement; COMMIT") };
	is(sql(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', $statement) or do { sql('ALTER ROLE mallory NOSUPERUSER') };
}
eval { sql('BEGIN; SELECT * FROM theirs.issued_credentials; COMMIT') };
is(sql(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 't', 'who queries such a view by SQL runs the trap, as PostgreSQL says');
sql('ALTER ROLE mallory NOSUPERUSER');
# A superuser still reads what is as the extension made it.
is(sql(q{SELECT ext.cloudtrail_raw_event('bait.raw_events', '2024-05-01 12:00Z', '00000000-0000-4000-8000-000000000001') IS NOT NULL; SELECT count(*) FROM bait.secret_reads; SELECT count(*) FROM bait.sessions}), "t\n1\n0", 'a superuser reads the trail of another role');
use_database('postgres');
sql('DROP DATABASE attacked_tables; DROP ROLE mallory');
done_testing();
