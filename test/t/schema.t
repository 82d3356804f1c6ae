# The extension moves to another schema, with trails that are there already.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

# A log file with one event that tells of a secret, by number.
sub log_of
{
	my ($number) = @_;
	return sprintf '{"Records":[{"eventTime":"2024-01-%02dT12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","eventID":"%s",'
		. '"awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:db-%06d"}}]}',
		$number, sprintf('00000000-0000-4000-8000-%012d', $number), $number;
}

# Imports into a trail with the extension in a schema; what came of it, and of its triggers.
sub import_log
{
	my ($schema, $number, $trail) = @_;
	my $file = server_file('one.json', log_of($number));
	my $alone = server_file('alone.json', log_of($number + 1) =~ s/^\{"Records":\[|\]\}$//gr);
	return eval {
		sql(qq{SELECT $schema.cloudtrail_import('$trail', '$number', pg_read_binary_file('$file'));
			COPY $trail (event) FROM '$alone' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')});
		sql("SELECT count(*), (SELECT count(*) FROM ${trail}_secrets), (SELECT count(DISTINCT day) FROM ${trail}_days), (SELECT count(*) FROM ${trail}_default) FROM $trail");
	} // $@;
}

new_database('schema', 'CREATE SCHEMA one; CREATE SCHEMA "Two"; CREATE SCHEMA evidence; CREATE EXTENSION cloudtrail SCHEMA one');
sql(q{SELECT one.cloudtrail_create_trail('evidence.trail'); SELECT one.cloudtrail_create_audit_views('evidence.trail', 'audit');
	CREATE TABLE plain (event one.cloudtrail_event, raw text); CREATE INDEX ON plain USING gin (event); CREATE INDEX ON plain (one.event_name(raw))});
is(import_log('one', 1, 'evidence.trail'), '2|2|2|0', 'a trail');

# What names the extension's objects by their identity moves with it.
sql('ALTER EXTENSION cloudtrail SET SCHEMA "Two"');
is(sql('SELECT count(*), count(DISTINCT secret_arn) FROM audit.secret_reads'), '2|2', 'views answer after the extension has moved');
is(sql(q{INSERT INTO plain SELECT e, e::text FROM "Two".cloudtrail_events('{"eventTime":"2024-01-01T00:00:00Z","eventName":"x","eventSource":"s3.amazonaws.com"}'::text) AS e;
	SET enable_seqscan = off; SELECT count(*) FROM plain WHERE event OPERATOR("Two".@~) 's3:x'}), 1, 'and indexes');

# Triggers refuse, rather than leave events unnoted, until they are told.
like(import_log('"Two"', 3, 'evidence.trail'), qr/does not exist/, 'triggers refuse to work with what is gone');
is(sql('SELECT count(*) FROM evidence.trail'), 2, 'and nothing is imported');
sql(q{SELECT "Two".cloudtrail_renew_trail('evidence.trail')});
is(import_log('"Two"', 3, 'evidence.trail'), '4|4|4|0', 'renewed, they work');
sql(q{SELECT "Two".cloudtrail_create_audit_views('evidence.trail', 'audit')});
is(sql('SELECT count(*), count(DISTINCT secret_arn) FROM audit.secret_reads'), '4|4', 'and views are made again in place');

# Renewing keeps owners, and whoever owns a function of that name beforehand does not get a hand in the trail.
sql(q{CREATE ROLE schema_owner; CREATE ROLE schema_stranger; GRANT USAGE, CREATE ON SCHEMA evidence TO schema_owner, schema_stranger; GRANT USAGE ON SCHEMA "Two" TO schema_owner});
sql(q{SET ROLE schema_owner; SELECT "Two".cloudtrail_create_trail('evidence.own')});
sql(q{SELECT "Two".cloudtrail_renew_trail('evidence.own')});
is(sql(q{SELECT DISTINCT proowner::regrole FROM pg_proc WHERE proname ~ '^own_'}), 'schema_owner', 'renewed by another, functions stay those of the owner');
ok(!eval { sql(q{SET ROLE schema_stranger; SELECT "Two".cloudtrail_renew_trail('evidence.own')}); 1 } && $@ =~ /must be owner|permission denied/, 'a stranger cannot renew them');
for my $name (qw(theirs_note theirs_place theirs_mark))
{
	sql(qq{SET ROLE schema_stranger; CREATE FUNCTION evidence.$name() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'});
	ok(!eval { sql(q{SELECT "Two".cloudtrail_create_trail('evidence.theirs')}); 1 } && $@ =~ /already exists/, "a function $name that is there is in the way of a trail");
	sql(qq{DROP FUNCTION evidence.$name()});
}
sql('DROP OWNED BY schema_owner, schema_stranger CASCADE; DROP ROLE schema_owner, schema_stranger');
done_testing();
