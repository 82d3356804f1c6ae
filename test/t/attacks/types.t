# Any role that has a table of its own gives its columns other types than C takes
# them for: a number would be read as an address, and the server's memory with it.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

sql('CREATE ROLE mallory LOGIN NOSUPERUSER');
new_database('attacked', 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext');
sql('GRANT CREATE, TEMP ON DATABASE attacked TO mallory');
my $event = '{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000001"}';
my $key = q{'2024-05-01 12:00Z', '00000000-0000-4000-8000-000000000001'};

# Tests that a statement of mallory fails with a message.
sub refused
{
	my ($what, $statement, $message) = @_;
	my $worked = eval { sql("SET ROLE mallory; $statement"); 1 };
	ok(!$worked && $@ =~ $message, $what) or diag($@ || 'it works');
}

# The lookup of an event by its key, in a table of anything.
for my $type (qw(bigint text bytea integer numeric), 'double precision')
{
	my $value = $type =~ /int|double|numeric/ ? 4096 : "'{}'";
	refused("an event of type $type",
		"CREATE TEMP TABLE own (event_time timestamptz, event_key uuid, event $type); INSERT INTO own VALUES ($key, $value); SELECT ext.cloudtrail_raw_event('own', $key)",
		qr/column "event" is of type $type, not ext.cloudtrail_event/);
}
is(sql("SET ROLE mallory; CREATE TEMP TABLE own (event_time timestamptz, event_key uuid, event ext.cloudtrail_event); INSERT INTO own VALUES ($key, '$event'); SELECT ext.cloudtrail_raw_event('own', $key)"),
	$event, 'an event is found');

# A name changes while a lookup runs, and another one comes.
is(sql(q{SET ROLE mallory; CREATE SCHEMA moving;
	CREATE FUNCTION moving.ask() RETURNS ext.cloudtrail_event LANGUAGE plpgsql AS $$ DECLARE view regclass := current_setting('mallory.view')::oid; BEGIN
		IF to_regnamespace('moving') IS NOT NULL THEN
			ALTER SCHEMA moving RENAME TO moved;
			PERFORM ext.cloudtrail_raw_event(view, '2024-01-01', gen_random_uuid());
			FOR i IN 1 .. 200 LOOP PERFORM set_config('mallory.filler' || i, repeat(md5(i::text), 20 * i), false); END LOOP;
		END IF;
		RETURN NULL; END $$;
	CREATE VIEW moving.own AS SELECT '2024-01-01'::timestamptz AS event_time, '00000000-0000-4000-8000-000000000001'::uuid AS event_key, moving.ask() AS event;
	DO $$ BEGIN PERFORM set_config('mallory.view', 'moving.own'::regclass::oid::text, false); END $$;
	SELECT ext.cloudtrail_raw_event('moving.own', '2024-01-01', '00000000-0000-4000-8000-000000000001') IS NULL;
	SELECT ext.cloudtrail_raw_event('moved.own', '2024-01-01', '00000000-0000-4000-8000-000000000001') IS NULL}),
	"t\nt", 'a view gets another name while it is asked');

# The tables of a trail, made again with other types.
sql(q{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('bait')});
for my $table (['signing_keys', 'fingerprint bigint, public_key bytea, valid_from timestamptz, valid_to timestamptz', q{4096, 'x', now(), now()}],
	['signing_keys', 'fingerprint text, public_key bigint, valid_from timestamptz, valid_to timestamptz', q{'x', 4096, now(), now()}],
	['signing_keys', 'fingerprint text, public_key bytea, valid_from text, valid_to timestamptz', q{'x', 'x', 'x', now()}],
	['digests', 'source bigint, content bytea, signature bytea, sha256 bytea, other_signatures bytea[]', q{4096, 'x', 'x', 'x', NULL}],
	['digests', 'source text, content bigint, signature bytea, sha256 bytea, other_signatures bytea[]', q{'x', 4096, 'x', 'x', NULL}],
	['digests', 'source text, content bytea, signature bytea, sha256 bigint, other_signatures bytea[]', q{'x', 'x', 'x', 4096, NULL}],
	(map { ['digests', "source text, content bytea, signature bytea, sha256 bytea, other_signatures $_->[0]", "'x', 'x', 'x', 'x', $_->[1]"] } [ 'bigint', 4096 ], [ 'bytea', q{'x'} ], [ 'bigint[]', q{'{4096}'} ], [ 'text[]', q{'{x}'} ]),
	['log_files', 'source bigint, sha256 bytea, kind text, manifest bytea', q{4096, 'x', 'x', 'x'}],
	['log_files', 'source text, sha256 bytea, kind bigint, manifest bytea', q{'x', 'x', 4096, 'x'}])
{
	my ($name, $columns, $values) = @$table;

	refused("$name ($columns)", "BEGIN; DROP TABLE bait.$name CASCADE; CREATE TABLE bait.$name ($columns); INSERT INTO bait.$name VALUES ($values); SELECT * FROM ext.cloudtrail_file_status('bait')",
		qr/column "\w+" is of type \w+(\[\])?, not \w+/);
}

# A partition with its columns in another order.
is(sql(qq{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('turned'); DROP TABLE turned.raw_events_default;
	CREATE TABLE turned.raw_events_default (event ext.cloudtrail_event NOT NULL, event_key uuid NOT NULL, event_time timestamptz NOT NULL,
		CONSTRAINT event_matches CHECK (event_time = ext.event_time(event) AND event_key = ext.event_key(event)));
	ALTER TABLE turned.raw_events ATTACH PARTITION turned.raw_events_default DEFAULT;
	CREATE TRIGGER place BEFORE INSERT ON turned.raw_events_default FOR EACH ROW EXECUTE FUNCTION ext.cloudtrail_place_event();
	INSERT INTO turned.raw_events_default VALUES ('$event', NULL, '2024-05-01');
	SELECT event, event_time = '2024-05-01 12:00Z' FROM turned.raw_events}), "turned\n$event|t", 'columns are found by name');
refused('the trigger on other types', q{CREATE TEMP TABLE own (event_time text, event_key uuid, event bigint);
	CREATE TRIGGER place BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION ext.cloudtrail_place_event();
	INSERT INTO own VALUES (NULL, NULL, 4096)}, qr/is missing or of another type|is not a trail/);

# The chain of a session, in a table of anything.
my $columns = join ', ', map { "$_ text" } qw(event_name account_id aws_region issued_key issued_id issued_name issued_sign_in caller_sign_in permission_set source_identity shared_event_id caller caller_account caller_id caller_name caller_key origin origin_kind origin_method);
for my $other ('event_key bigint', 'caller_created_at text', 'caller_in_console text')
{
	my %type = (event_time => 'timestamptz', event_key => 'uuid', caller_created_at => 'timestamptz', caller_in_console => 'boolean', split / /, $other);
	my $value = $other =~ /bigint/ ? '4096' : 'NULL';
	refused("a chain with $other", 'CREATE TEMP TABLE own (' . join(', ', map { "$_ $type{$_}" } sort keys %type) . qq{, $columns);
		INSERT INTO own (event_time, event_key, account_id, issued_key, issued_id) VALUES ('2024-05-01', $value, '111122223333', 'ASIAKEY', 'AROAROLE');
		SELECT * FROM ext.cloudtrail_session_chain('own', '2024-05-01', '111122223333', 'AROAROLE:s', 's', 'ASIAKEY', '2024-05-01', false, NULL, NULL)},
		qr/column "\w+" is of type \w+, not/);
}

# A table that is divided by something else than times.
for my $type (['text', q{'a'}, q{'b'}], ['bytea', q{'a'}, q{'b'}], ['numeric', 1, 2], ['inet', q{'10.0.0.1'}, q{'10.0.0.9'}], ['date', q{'2024-01-01'}, q{'2025-01-01'}])
{
	my ($name, $from, $to) = @$type;
	is(sql("SET ROLE mallory; CREATE TEMP TABLE own (event_time $name, event_key uuid, event ext.cloudtrail_event) PARTITION BY RANGE (event_time);
		CREATE TEMP TABLE own_first PARTITION OF own FOR VALUES FROM ($from) TO ($to);
		DO \$\$ BEGIN PERFORM ext.cloudtrail_raw_event('own', $key); EXCEPTION WHEN undefined_function THEN NULL; END \$\$; SELECT 'alive'"), 'alive', "an event in a table that is divided by $name");
}

# Nulls where a trail has none: in the records of a session, read by an index and by SQL.
for my $index ('', 'CREATE INDEX ON own (issued_id, event_time); CREATE INDEX ON own (issued_sign_in); ')
{
	my %type = (event_time => 'timestamptz', event_key => 'uuid', caller_created_at => 'timestamptz', caller_in_console => 'boolean');
	my $made = 'SET ROLE mallory; CREATE TEMP TABLE own (' . join(', ', map { "$_ $type{$_}" } sort keys %type) . ", $columns); $index";
	my $insert = 'INSERT INTO own (event_time, event_key, account_id, issued_key, issued_id, issued_sign_in) VALUES';
	my $how = $index eq '' ? 'SQL' : 'an index';
	is(sql("$made $insert ('2024-05-01', '00000000-0000-4000-8000-000000000001', '111122223333', 'ASIAOTHER', 'AROAROLE', NULL);
		SELECT origin_method FROM ext.cloudtrail_session_chain('own', '2024-05-01', '111122223333', 'AROAROLE', '', 'ASIAKEY', '2024-05-01', false, NULL, NULL)"),
		'issuing event not in the trail', "a record without a name, by $how");
	is(sql("$made $insert " . join(', ', map { "($_, '111122223333', NULL, 'AROAROLE', 'arn')" } q{'2024-05-01', NULL}, q{NULL, NULL}, q{'2024-05-01', NULL}, q{'2024-05-01', '00000000-0000-4000-8000-000000000001'}, q{NULL, '00000000-0000-4000-8000-000000000001'}, q{NULL, NULL}) . ";
		SELECT event_key, origin_method FROM ext.cloudtrail_session_chain('own', '2024-05-01', '111122223333', 'AROAROLE', '', NULL, NULL, false, NULL, 'arn')"),
		"|the session has no id\n00000000-0000-4000-8000-000000000001|the session has no id", "records without time and key, by $how");
}

# Imports: a ledger of other types, and a trigger that renames the trail while one of its plans runs.
my $log = qq{{"Records":[$event]}};
refused('the ledger of an import', qq{SELECT ext.cloudtrail_create_trail('ledger'); DROP TABLE ledger.log_files CASCADE;
	CREATE TABLE ledger.log_files (source text, sha256 bytea, kind text, events text); INSERT INTO ledger.log_files VALUES ('x', sha256('$log'), 'log', 'x');
	SELECT ext.cloudtrail_import('ledger', 'x', '$log')}, qr/operator does not exist|is of type|column "\w+"/);
is(sql(qq{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('first'); SELECT ext.cloudtrail_create_partition('first', '2024-05-01Z');
	CREATE FUNCTION first.again() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
		IF NEW.source = 'one' THEN
			EXECUTE format('ALTER SCHEMA %I RENAME TO second', TG_TABLE_SCHEMA);
			PERFORM ext.cloudtrail_import('second', 'two', '{"Records":[]}');
		END IF;
		RETURN NEW; END \$\$;
	CREATE TRIGGER again AFTER INSERT ON first.log_files FOR EACH ROW EXECUTE FUNCTION first.again();
	SELECT inserted FROM ext.cloudtrail_import('first', 'zero', '{"Records":[ ]}');
	SELECT inserted FROM ext.cloudtrail_import('first', 'one', '$log');
	SELECT source FROM second.log_files ORDER BY 1}) =~ s/^(first\n|.*raw_events.*\n|\n)//mgr, "0\n1\none\ntwo\nzero", 'a trigger renames the trail and imports again');

# What a superuser reads of mallory's trail runs functions of mallory's, if only when it is planned.
sql(q{SET ROLE mallory;
	CREATE FUNCTION bait.spring() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
		BEGIN ALTER ROLE mallory SUPERUSER; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN true; END $$;
	CREATE FUNCTION bait.trap(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN bait.spring(); END';
	CREATE TABLE bait.own (CHECK (bait.trap(1))) INHERITS (bait.log_files)});
for my $function (qw(digest_chain file_status))
{
	ok(!eval { sql("SELECT * FROM ext.cloudtrail_$function('bait')"); 1 } && $@ =~ /a superuser cannot act on trail bait/, "a superuser asks $function") or diag($@ || 'it works');
}
is(sql(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', 'mallory is no superuser');

use_database('postgres');
sql('DROP DATABASE attacked; DROP ROLE mallory');
done_testing();
