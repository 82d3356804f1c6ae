# Other roles of the database try to act as the owner of a trail, or as a
# superuser who calls functions of the extension.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

sql('CREATE ROLE mallory LOGIN NOSUPERUSER; CREATE ROLE importer LOGIN NOSUPERUSER; CREATE ROLE owner_role LOGIN NOSUPERUSER');
new_database('attacked', 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext');
sql(q{GRANT CREATE, TEMP ON DATABASE attacked TO mallory, owner_role;
	SELECT ext.cloudtrail_create_trail('audit'); GRANT USAGE ON SCHEMA audit TO importer;
	GRANT SELECT, INSERT ON audit.raw_events, audit.log_files, audit.rejects, audit.conflicts, audit.digests TO importer});
my $event = '{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000001","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"db"}}';

# Tests that a statement of a role fails with a message.
sub refused
{
	my ($role, $what, $statement, $message) = @_;
	my $worked = eval { sql("SET ROLE $role; $statement"); 1 };
	ok(!$worked && $@ =~ $message, $what) or diag($@ || 'it works');
}

# Tests that nobody became more than they were.
sub same_roles
{
	is(sql(q{SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolsuper AND rolname IN ('mallory', 'importer', 'owner_role')}), '', "$_[0]: nobody is a superuser");
}

# A trigger function of the extension on a table of somebody else, with a cast of its own.
refused('mallory', 'a temporary table with a trigger of the extension', q{
	CREATE TABLE public.x (a int);}, qr/permission denied/);
refused('mallory', "the extension's trigger on a table of one's own", qq{
	CREATE TEMP TABLE own (event_time text, event_key uuid, event ext.cloudtrail_event);
	CREATE TRIGGER t AFTER INSERT ON own REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION ext.cloudtrail_follow_events();
	INSERT INTO own VALUES ('x', gen_random_uuid(), '$event')}, qr/is not a trail/);
refused('mallory', 'the same after TRUNCATE', q{
	CREATE TEMP TABLE own (event_time text);
	CREATE TRIGGER t AFTER TRUNCATE ON own FOR EACH STATEMENT EXECUTE FUNCTION ext.cloudtrail_follow_events();
	TRUNCATE own}, qr/is not a trail/);
refused('mallory', 'with other names of transition tables', q{
	CREATE TEMP TABLE own (event_time text);
	CREATE TRIGGER t AFTER INSERT ON own REFERENCING NEW TABLE AS other FOR EACH STATEMENT EXECUTE FUNCTION ext.cloudtrail_follow_events();
	INSERT INTO own VALUES ('x')}, qr/is not one that/);
refused('mallory', 'as a trigger for each row', q{
	CREATE TEMP TABLE own (event_time text);
	CREATE TRIGGER t BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION ext.cloudtrail_follow_events();
	INSERT INTO own VALUES ('x')}, qr/is not one that/);
refused('mallory', 'the trigger that places events', q{
	CREATE TEMP TABLE own (event_time timestamptz, event_key uuid, event ext.cloudtrail_event);
	CREATE TRIGGER t BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION ext.cloudtrail_place_event();
	INSERT INTO own VALUES (NULL, NULL, '{"eventTime":"2024-01-01T00:00:00Z"}')}, qr/is not a trail/);

# A trail of mallory's, with traps in it, into which a superuser inserts.
sql(q{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('bait');
	CREATE FUNCTION bait.trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		BEGIN ALTER ROLE mallory SUPERUSER; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN NEW; END $$;
	CREATE TRIGGER trap BEFORE INSERT ON bait.changed_days FOR EACH ROW EXECUTE FUNCTION bait.trap();
	CREATE TRIGGER trap BEFORE INSERT ON bait.secret_facts FOR EACH ROW EXECUTE FUNCTION bait.trap()});
sql(qq{INSERT INTO bait.raw_events (event) VALUES ('$event')});
is(sql('SELECT count(*) FROM bait.secret_facts'), 1, 'triggers act as the owner of the trail');
same_roles('a superuser inserts into a trail of mallory');

# Each function on a trail, called by a superuser on it.
for my $call (split /\n/, sql(q{
	SELECT format('%s %s.%I(%s)', CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, n.nspname, p.proname,
		(SELECT string_agg(CASE t.n WHEN 1 THEN quote_literal('bait') || '::regnamespace' ELSE format('%s::%s',
			CASE t.type::regtype::text WHEN 'timestamp with time zone' THEN quote_literal('2024-01-0' || t.n) WHEN 'integer' THEN '1' WHEN 'bigint' THEN '1' WHEN 'boolean' THEN 'true' WHEN 'text[]' THEN quote_literal('{}') WHEN 'bigint[]' THEN quote_literal('{}') WHEN 'timestamp with time zone[]' THEN quote_literal('{}') WHEN 'date[]' THEN quote_literal('{2024-01-01}')
				WHEN 'jsonb' THEN quote_literal('[]') WHEN 'bytea' THEN quote_literal('x') WHEN 'bytea[]' THEN quote_literal('{}') WHEN 'name' THEN quote_literal('importer') WHEN 'regclass' THEN quote_literal('bait.raw_events') ELSE quote_literal('/nonexistent') END, t.type::regtype) END, ', ' ORDER BY t.n)
			FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type, n)))
	FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
	WHERE n.nspname = 'ext' AND p.proargtypes[0] = 'regnamespace'::regtype ORDER BY 1}))
{
	# What only says where a trail is, or what it has, runs nothing of its owner.
	next if $call =~ /cloudtrail_(check_report|digest_chain|file_status|partition_of)/ && eval { sql($call); 1 };
	ok(!eval { sql($call); 1 } && $@ =~ /a superuser cannot act on trail bait|must be owner of trail bait/, $call) or diag($@ || 'it works');
}
same_roles('functions on a trail of mallory');

# Schemas in which others may create, or that belong to them.
sql('SET ROLE mallory; CREATE SCHEMA theirs; GRANT USAGE, CREATE ON SCHEMA theirs TO postgres');
refused('postgres', 'a trail in a schema of mallory', q{SELECT ext.cloudtrail_create_trail('theirs')}, qr/belongs to role "mallory"/);
sql('CREATE SCHEMA open; GRANT CREATE ON SCHEMA open TO mallory');
refused('postgres', 'a trail in a schema where others may create', q{SELECT ext.cloudtrail_create_trail('open')}, qr/other roles may create objects/);
refused('postgres', 'a schema that is not empty', q{CREATE SCHEMA full_one; CREATE TABLE full_one.t (); SELECT ext.cloudtrail_create_trail('full_one')}, qr/is not empty/);
sql(q{SET ROLE mallory; CREATE SCHEMA fake; CREATE TABLE fake.raw_events (event ext.cloudtrail_event, event_time text, event_key uuid)});
refused('postgres', 'a schema that only looks like a trail', q{SELECT ext.cloudtrail_refresh_facts('fake')}, qr/is not a trail/);

# Names that end quotes.
my $name = q{x$body$; ALTER ROLE mallory SUPERUSER; --' " $$ y};
(my $literal = $name) =~ s/'/''/g;
sql(qq{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('$literal')});
is(sql(qq{SET ROLE mallory; SELECT inserted FROM ext.cloudtrail_import(quote_ident('$literal')::regnamespace, 'x', '$event')}), 1, 'a trail of an odd name takes events');
is(sql(qq{SET ROLE mallory; SELECT cloudtrail_create_partitions IS NULL FROM ext.cloudtrail_create_partitions(quote_ident('$literal')::regnamespace)}), '', 'and gets its partitions');
same_roles('odd names');

# An importer with objects of pg_temp before PostgreSQL's.
sql(q{SET ROLE importer; CREATE TEMP TABLE ran (what text);
	CREATE FUNCTION pg_temp.boom(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE importer SUPERUSER; RETURN $1; EXCEPTION WHEN OTHERS THEN RETURN $1; END $$;
	CREATE DOMAIN pg_temp.date AS text CHECK (pg_temp.boom(VALUE) IS NOT NULL);
	CREATE DOMAIN pg_temp.timestamptz AS text CHECK (pg_temp.boom(VALUE) IS NOT NULL);
	SET search_path = pg_temp, pg_catalog;
	SELECT * FROM ext.cloudtrail_import('audit', 'temp', '{"Records":[{"eventTime":"2024-05-02T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue"}]}')});
same_roles('types of pg_temp');
is(sql('SELECT count(*) FROM audit.secret_facts'), 1, 'facts of what an importer brings are there');

# Facts and sums change only through the events.
refused('importer', "an importer's $_", "$_", qr/permission denied/) for
	'INSERT INTO audit.secret_facts SELECT * FROM audit.secret_facts', 'DELETE FROM audit.secret_facts', 'TRUNCATE audit.activity', 'DELETE FROM audit.changed_days', 'DELETE FROM audit.raw_events';

# GRANT reaches the trail's own objects alone.
sql(q{CREATE TABLE audit.private (x int); CREATE ROLE auditor_role; SELECT ext.cloudtrail_grant_audit('audit', 'auditor_role')});
is(sql(q{SELECT has_table_privilege('auditor_role', 'audit.private', 'SELECT'), has_table_privilege('auditor_role', 'audit.secret_reads', 'SELECT'), has_table_privilege('auditor_role', 'audit.raw_events', 'INSERT')}), 'f|t|f', 'an auditor reads what is the trail\'s');
sql('DROP TABLE audit.private');

# A table of a partition's name is not a partition.
sql(q{CREATE TABLE audit.raw_events_2031_03 (x int)});
is(sql(q{SELECT inserted FROM ext.cloudtrail_import('audit', 'later', '{"eventTime":"2031-03-01T00:00:00Z"}')}), 1, 'a table of the name of a partition does not stop imports');
is(sql(q{SELECT tableoid::regclass FROM audit.raw_events WHERE event_time > '2031-01-01 00:00Z'}), 'audit.raw_events_default', 'the default partition has the event');

# One event with identifiers of any length does not take its file with it.
my $long = join '', map { sprintf '%08x', $_ * 2654435761 % 4294967296 } 1 .. 600;
is(sql(qq{SELECT inserted FROM ext.cloudtrail_import('audit', 'long', '{"Records":[{"eventTime":"2024-05-03T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"BatchGetSecretValue","awsRegion":"$long","sharedEventID":"$long","recipientAccountId":"$long","userIdentity":{"principalId":"$long","type":"Role"},"requestParameters":{"secretIdList":["$long","db"],"clientRequestToken":"$long"},"errorCode":"$long"},{"eventTime":"2024-05-03T12:00:00Z","eventName":"beside"}]}')}), 2, 'identifiers that no index could hold');
is(sql(q{SELECT ext.cloudtrail_refresh_activity('audit') > 0}), 't', 'nor do sums fail');
is(sql(q{SELECT count(*) FROM audit.observed}) > 0 ? 1 : 0, 1, 'nor views');

# Two events with one time and eventID.
sql(qq{SELECT ext.cloudtrail_import('audit', 'true', '$event')});
(my $forged = $event) =~ s/"db"/"other"/;
is(sql(qq{SELECT inserted, duplicates FROM ext.cloudtrail_import('audit', 'forged', '$forged')}), '0|1', 'an event under the time and eventID of another');
is(sql(q{SELECT source, event OPERATOR(ext.#>>) '{requestParameters,secretId}' FROM audit.conflicts}), 'forged|other', 'is kept, and seen');
(my $spaced = $event) =~ s/":/": /g;
sql(qq{SELECT ext.cloudtrail_import('audit', 'spaced', '$spaced')});
is(sql('SELECT count(*) FROM audit.conflicts'), 1, 'the same written otherwise is a duplicate');

# What jsonb cannot hold does not make another content the same.
my $odd = 10;
for (['a\\u0000b', 'a\\ufffdb'], ['\\ud800', '\\ufffd'], ['\\udc00x', '\\ufffdx'], ['1', '1', 1, '1e131071', '"1e131071"'])
{
	my ($first, $second, undef, @numbers) = @$_;
	my @texts = map { sprintf '{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-0000000000%d","userAgent":"%s","n":%s}', $odd, $_->[0], $_->[1] // 1 } [$first, $numbers[0]], [$second, $numbers[1]];
	server_file("odd$_", $texts[$_]) for 0, 1;
	is(sql(qq{SELECT inserted FROM ext.cloudtrail_import('audit', 'odd$odd', pg_read_binary_file('$ENV{SERVER_FILES}/odd0')); SELECT duplicates FROM ext.cloudtrail_import('audit', 'other$odd', pg_read_binary_file('$ENV{SERVER_FILES}/odd1'));
		SELECT count(*) FROM audit.conflicts WHERE source = 'other$odd'}), "1\n1\n1", "$texts[0] and $texts[1] are in conflict");
	$odd++;
}
is(sql(q{SELECT inserted, duplicates FROM ext.cloudtrail_import('audit', 'emoji', convert_to('{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000030","a":"\\ud83d\\ude00 0e5"}', 'UTF8'))}), '1|0', 'a pair');
is(sql(q{SELECT duplicates FROM ext.cloudtrail_import('audit', 'emoji2', convert_to('{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000030","a":"' || chr(128512) || ' 0e5"}', 'UTF8')); SELECT count(*) FROM audit.conflicts WHERE source = 'emoji2'}), "1\n0", 'is the same written otherwise');

# Nor does what only looks so: digits before an e in an address, and a backslash before what is no escape then.
$odd = 40;
for ('2600:1f16:9e0::1', '[9e1', 'C:\\\\u0000')
{
	my $text = sprintf '{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-0000000000%d","sourceIPAddress":"%s"}', $odd, $_;
	is(sql(qq{SELECT inserted FROM ext.cloudtrail_import('audit', 'plain$odd', convert_to(\$e\$$text\$e\$, 'UTF8')); SELECT duplicates FROM ext.cloudtrail_import('audit', 'again$odd', convert_to(\$e\$ $text \$e\$ || chr(10), 'UTF8'));
		SELECT duplicates FROM ext.cloudtrail_import('audit', 'spaced$odd', convert_to(\$e\$${\ $text =~ s/","/", "/gr}\$e\$, 'UTF8')); SELECT count(*) FROM audit.conflicts WHERE source LIKE '%$odd'}), "1\n1\n1\n0", "$_ is the same written otherwise");
	$odd++;
}

# The whole catalog.
is(sql(q{SELECT string_agg(p.oid::regprocedure::text, ' ') FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension AS e ON e.oid = d.refobjid WHERE e.extname = 'cloudtrail' AND p.prosecdef}), '', 'no function is SECURITY DEFINER');
is(sql(q{SELECT string_agg(p.oid::regprocedure::text, ' ' ORDER BY p.oid::regprocedure::text) FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension AS e ON e.oid = d.refobjid JOIN pg_language AS l ON l.oid = p.prolang
	WHERE e.extname = 'cloudtrail' AND l.lanname IN ('plpgsql', 'sql') AND p.prosqlbody IS NULL AND p.prokind = 'f'
		AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)}), '', 'each function that looks names up has a search_path that ends in pg_temp');

is(sql(q{SELECT string_agg(p.oid::regprocedure::text, ' ') FROM pg_proc AS p WHERE p.prokind = 'p' AND p.pronamespace = 'ext'::regnamespace
		AND (p.prosrc !~ $re$\yBEGIN\s+(--[^\n]*\s+)?PERFORM pg_catalog\.set_config\('search_path', 'pg_catalog, pg_temp', true\);$re$
			OR p.prosrc ~ $re$COMMIT;(?!\s+PERFORM pg_catalog\.set_config\('search_path'|\s+END\s*$)$re$)}), '', 'each procedure sets it at the start of each of its transactions');

use_database('postgres');
sql('DROP DATABASE attacked; DROP ROLE mallory, importer, owner_role, auditor_role');
done_testing();
