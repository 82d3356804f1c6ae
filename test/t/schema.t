# A trail is a schema: it can be renamed, dropped, dumped alone and owned by any
# role; two of them do not know each other, and a schema that is not one is
# refused.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};

# A log file with one event of a secret, by number.
sub log_of
{
	my ($number) = @_;
	return sprintf '{"Records":[{"eventTime":"2024-01-%02dT12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","eventID":"%s",'
		. '"awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:db-%06d"}}]}',
		$number, sprintf('00000000-0000-4000-8000-%012d', $number), $number;
}

# Imports an event, and copies another, in a trail of a schema called "Ext"; what came of it: events, facts, days to be summed up, reads in a view.
sub fill
{
	my ($trail, $number, $role) = @_;
	my $file = server_file('one.json', log_of($number));
	my ($event) = log_of($number + 1) =~ /^\{"Records":\[(.*)\]\}$/;
	my $alone = server_file('alone.json', $event);
	my $as = $role ? "SET ROLE $role;" : '';
	return eval {
		sql(qq{SELECT "Ext".cloudtrail_import('$trail', '$number', pg_read_binary_file('$file')) IS NOT NULL; COPY $trail.raw_events (event) FROM '$alone' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')}) unless $role;
		sql(qq{$as SELECT "Ext".cloudtrail_import('$trail', '$number', '${\ log_of($number)}') IS NOT NULL; INSERT INTO $trail.raw_events (event) VALUES ('$event')}) if $role;
		sql("$as SELECT (SELECT count(*) FROM $trail.raw_events), (SELECT count(*) FROM $trail.secret_facts), (SELECT count(DISTINCT day) FROM $trail.changed_days), (SELECT count(*) FROM $trail.secret_reads), (SELECT count(*) FROM $trail.raw_events_default)");
	} // $@;
}

# Tests that a statement fails with a message.
sub refused
{
	my ($title, $statement, $message) = @_;
	my $done = eval { sql($statement); 1 };
	ok(!$done, "$title: refused");
	like($@, $message, "$title: with its reason") unless $done;
}

# What the catalogs know in a schema, or of it.
sub objects_of
{
	my ($schema) = @_;
	return scalar sql(qq{SELECT o.type || ' ' || o.identity FROM (SELECT DISTINCT classid, objid, objsubid FROM pg_depend) AS d, pg_identify_object(d.classid, d.objid, d.objsubid) AS o
		WHERE o.schema = '$schema' OR o.identity ~ '\\m$schema\\.' ORDER BY 1});
}

new_database('schema', 'CREATE SCHEMA "Ext"; CREATE EXTENSION cloudtrail SCHEMA "Ext"');
refused('the extension is not moved', 'ALTER EXTENSION cloudtrail SET SCHEMA public', qr/does not support SET SCHEMA/);
is(sql(q{SELECT "Ext".cloudtrail_create_trail('audit')}), 'audit', 'a trail');
is(fill('audit', 1), '2|2|2|2|0', 'works');
is(sql(q{SELECT trail, owner, partitions FROM "Ext".cloudtrail_trails()}), 'audit|postgres|2', 'and is listed');

# Renamed.
sql('ALTER SCHEMA audit RENAME TO a2');
is(fill('a2', 3), '4|4|4|4|0', 'renamed, imports, triggers and views work');
is(sql(q{SELECT "Ext".cloudtrail_refresh_activity('a2') IS NULL; SELECT count(*) FROM a2.changed_days; SELECT sum(events) FROM a2.activity_daily}), "f\n0\n4", 'sums');
is(sql(q{SELECT "Ext".cloudtrail_create_partition('a2', '2024-02-01 00:00Z')}), 'a2.raw_events_2024_02', 'partitions');
is(sql(q{SELECT "Ext".cloudtrail_update_trail('a2'); SELECT count(*) FROM a2.secret_reads}), "\n4", 'updates');
sql(q{CREATE ROLE schema_reader; SELECT "Ext".cloudtrail_grant_audit('a2', 'schema_reader')});
is(sql(q{SET ROLE schema_reader; SELECT count(*) FROM a2.secret_reads}), 4, 'and grants');
is(sql(q{SELECT DISTINCT schemaname FROM pg_indexes WHERE indexdef ~ 'raw_events'}), 'a2', 'nothing is left under the old name');
sql('ALTER SCHEMA a2 RENAME TO "My ""Trail"" %I"');
is(fill('"My ""Trail"" %I"', 5), '6|6|2|6|0', 'a name that must be quoted');
sql('ALTER SCHEMA "My ""Trail"" %I" RENAME TO audit');

# Two trails, one name the beginning of another's.
is(sql(q{SELECT "Ext".cloudtrail_create_trail('audit_2024_01')}), 'audit_2024_01', 'a second trail');
is(fill('audit_2024_01', 1), '2|2|2|2|0', 'has its own events, facts and views');
is(sql('SELECT count(*) FROM audit.raw_events; SELECT count(*) FROM audit.secret_reads; SELECT count(*) FROM audit.log_files'), "6\n6\n3", 'those of the first stay');
sql(q{UPDATE audit_2024_01.settings SET bulk_secrets = 3});
is(sql('SELECT bulk_secrets FROM audit.settings'), 10, 'each has its settings');
is(sql(q{SELECT string_agg(trail::text, ' ' ORDER BY trail::text) FROM "Ext".cloudtrail_trails()}), 'audit audit_2024_01', 'both are listed');

# What is there already.
refused('a trail twice', q{SELECT "Ext".cloudtrail_create_trail('audit')}, qr/ERROR:  trail "audit" already exists$/m);
is(sql(q{SELECT "Ext".cloudtrail_create_trail('audit', if_not_exists => true)}), 'audit', 'unless it may exist');
sql('CREATE SCHEMA full_schema; CREATE TABLE full_schema.t (x int); CREATE SCHEMA empty_schema; CREATE SCHEMA shared; GRANT CREATE ON SCHEMA shared TO schema_reader');
refused('a schema with other objects', q{SELECT "Ext".cloudtrail_create_trail('full_schema')}, qr/schema "full_schema" is not empty/);
refused('a schema in which others may create', q{SELECT "Ext".cloudtrail_create_trail('shared')}, qr/other roles may create objects in schema "shared"/);
is(sql(q{SELECT "Ext".cloudtrail_create_trail('empty_schema')}), 'empty_schema', 'an empty schema is taken');
refused('null', q{SELECT "Ext".cloudtrail_create_trail(NULL)}, qr/trail must not be null/);
refused('an empty name', q{SELECT "Ext".cloudtrail_create_trail('')}, qr/invalid name for a trail/);
refused('a name that is too long', q{SELECT "Ext".cloudtrail_create_trail(repeat('x', 64))}, qr/invalid name for a trail/);
for (q{cloudtrail_import('full_schema', 'x', '')}, q{cloudtrail_create_partition('full_schema', now())}, q{cloudtrail_create_partitions('full_schema')}, q{cloudtrail_drop_before('full_schema', now())},
	q{cloudtrail_refresh_activity('full_schema')}, q{cloudtrail_refresh_statistics('full_schema')}, q{cloudtrail_refresh_facts('full_schema')}, q{cloudtrail_update_trail('full_schema')}, q{cloudtrail_files_missing('full_schema', '{}', '{}')},
	q{cloudtrail_load_secrets('full_schema', '[]')}, q{cloudtrail_grant_audit('full_schema', 'postgres')})
{
	refused($_, qq{SELECT "Ext".$_}, qr/schema "full_schema" is not a trail/);
}
sql('ALTER TABLE empty_schema.rejects RENAME TO r');
refused('a trail that lacks a table', q{SELECT "Ext".cloudtrail_import('empty_schema', 'x', '')}, qr/is not a trail\nDETAIL:  Table "rejects" is missing/);
sql('ALTER TABLE empty_schema.r RENAME TO rejects; ALTER TABLE empty_schema.rejects OWNER TO schema_reader');
refused('a table of another owner', q{SELECT "Ext".cloudtrail_import('empty_schema', 'x', '')}, qr/is not a trail\nDETAIL:  Table "rejects" does not belong to the owner of the schema/);
sql('SET client_min_messages = error; DROP SCHEMA empty_schema, full_schema, shared CASCADE');

# A role that is not a superuser.
sql(q{CREATE ROLE schema_owner; GRANT CREATE ON DATABASE schema TO schema_owner; GRANT USAGE ON SCHEMA "Ext" TO schema_owner; SET ROLE schema_owner; SELECT "Ext".cloudtrail_create_trail('own')});
is(sql(q{SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = 'own'::regnamespace}), 'schema_owner', 'everything in it belongs to the role');
is(fill('own', 1, 'schema_owner'), '2|2|2|2|0', 'the role works with it');
for (q{cloudtrail_import('own', 'x', '')}, q{cloudtrail_create_partition('own', now())}, q{cloudtrail_create_partitions('own')}, q{cloudtrail_drop_before('own', now())}, q{cloudtrail_refresh_activity('own')}, q{cloudtrail_refresh_statistics('own')},
	q{cloudtrail_refresh_facts('own')}, q{cloudtrail_update_trail('own')}, q{cloudtrail_files_missing('own', '{}', '{}')}, q{cloudtrail_load_secrets('own', '[]')}, q{cloudtrail_grant_audit('own', 'schema_reader')})
{
	refused("a superuser's $_", qq{SELECT "Ext".$_}, qr/HINT:  Connect as role schema_owner, or use SET ROLE schema_owner first if you trust it/);
	ok(eval { sql(qq{SET ROLE schema_owner; SELECT "Ext".$_}); 1 }, "as its owner: $_") or diag($@);
}
is(sql(q{SET ROLE schema_owner; SELECT count(*) FROM own.raw_events; SELECT count(*) FROM own.secret_facts}), "0\n0", 'by which its months are gone');
refused('a role without rights on the schema', q{GRANT USAGE ON SCHEMA "Ext" TO schema_reader; SET ROLE schema_reader; SELECT "Ext".cloudtrail_import('own', 'x', '')}, qr/permission denied for (schema own|table)/);

# Dumped alone, restored elsewhere.
sql(q{SELECT "Ext".cloudtrail_refresh_activity('audit')});
my @relations = split /\n/, sql(q{SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'p', 'v') ORDER BY 1});
my $contents = join ' ', q{SET timezone = 'UTC';}, map { "SELECT '$_', count(*), md5(string_agg(r, chr(10) ORDER BY r)) FROM (SELECT t::text AS r FROM audit.$_ AS t) AS x;" } @relations;
sql(q{UPDATE audit.settings SET as_of = '2024-06-01 00:00Z'});
my $before = sql($contents);
my $objects = objects_of('audit');
cmp_ok(scalar @relations, '>', 40, @relations . ' tables and views');
system("pg_dump -n audit -f $folder/audit.sql schema && chmod a+r $folder/audit.sql") == 0 or die;
new_database('schema_to', 'CREATE SCHEMA "Ext"; CREATE EXTENSION cloudtrail SCHEMA "Ext"');
eval { sql_file("$folder/audit.sql") };
is($@, '', 'a trail is dumped by pg_dump -n and restored into another database with the extension');
is(sql($contents), $before, 'each table and view holds the same');
is(objects_of('audit'), $objects, 'with all objects');
is(fill('audit', 7), '8|8|2|8|0', 'and works on');
is(sql(q{SELECT "Ext".cloudtrail_update_trail('audit'); SELECT count(*) FROM audit.secret_reads}), "\n8", 'and can be updated');
use_database('schema');

# Dropped.
sql('SET client_min_messages = error; DROP SCHEMA audit CASCADE');
is(objects_of('audit'), '', 'DROP SCHEMA CASCADE leaves nothing');
is(sql('SELECT count(*) FROM audit_2024_01.secret_reads'), 2, 'but the other trail');
is(sql(q{SELECT "Ext".cloudtrail_create_trail('audit')}), 'audit', 'and a trail of that name can be made again');
refused('the extension under trails', 'DROP EXTENSION cloudtrail', qr/other objects depend on it/);

use_database('postgres');
sql("DROP DATABASE $_") for qw(schema schema_to);
sql('DROP ROLE schema_owner, schema_reader');
done_testing();
