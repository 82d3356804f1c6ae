# The directory of secrets is the same in whatever way and order, and by
# whichever role, events come in.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('secrets');
my $ndjson = "$ENV{SERVER_FILES}/secrets.ndjson";
system("test/generator/generate --events 20000 --seed 11 --days 60 --secrets 60 --stories 60 > $ndjson") == 0 or die;
chmod 0644, $ndjson;
sql(qq{CREATE TABLE event AS
	SELECT event_time(e) AS event_time, event_key(e) AS event_key, e AS event, (row_number() OVER (ORDER BY event_time(e)) - 1) / 500 AS file
	FROM (SELECT cloudtrail_events(pg_read_binary_file('$ndjson')) AS e) AS x});

# Makes a trail with views, and fills it.
sub filled
{
	my ($name, @statements) = @_;
	sql("SELECT cloudtrail_create_trail('$name')");
	sql($_) for @statements;
	return $name;
}

# What the directory says: spans, and how each event's secret is known.  The time
# of a sighting that is noted is exact to a day, which decides in no span that has a creation.
sub directory
{
	my ($name) = @_;
	return sql("SET timezone = 'UTC'; SELECT secret_arn, evidence, created_at, ended_at, first_seen, last_seen, next_arn FROM $name.secrets ORDER BY 1;
		SELECT resolve_method, secret_arn, count(*) FROM $name.secret_events WHERE resolve_method <> 'ambiguous' GROUP BY 1, 2 ORDER BY 1, 2");
}

my $insert = sub { "INSERT INTO $_[0].raw_events SELECT event_time, event_key, event FROM event WHERE file = $_[1] ON CONFLICT DO NOTHING" };
my $files = sql('SELECT max(file) FROM event');
filled('at_once', 'INSERT INTO at_once.raw_events SELECT event_time, event_key, event FROM event ON CONFLICT DO NOTHING');
my $expected = directory('at_once');
cmp_ok(() = $expected =~ /^arn:.*\|created\|/mg, '>', 10, 'secrets were created');
cmp_ok(() = $expected =~ /^(?:name|partial)\|arn:/mg, '>', 10, 'names were resolved');

is(directory(filled('by_file', map { $insert->('by_file', $_) } 0 .. $files)), $expected, 'file by file');
is(directory(filled('backwards', map { $insert->('backwards', $_) } reverse 0 .. $files)), $expected, 'the last file first');
is(directory(filled('by_copy', qq{COPY by_copy.raw_events (event) FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')},
	'SELECT cloudtrail_create_partitions(\'by_copy\')')), $expected, 'by COPY of events alone, and with months made later');
is(directory(filled('imported', "SELECT cloudtrail_import('imported', 'x', pg_read_binary_file('$ndjson'))")), $expected, 'by import');
is(sql('SELECT count(*) FROM at_once.secret_facts'), sql('SELECT count(*) FROM imported.secret_facts'), 'as many facts');
sql("SELECT cloudtrail_import('imported', 'y', decode('00', 'hex') || pg_read_binary_file('$ndjson'))");
is(sql('SELECT count(*) FROM imported.secret_facts'), sql('SELECT count(*) FROM at_once.secret_facts'), 'no fact is there twice');
is(sql(q{SELECT count(*) FROM at_once.secret_facts AS s WHERE NOT EXISTS (SELECT FROM at_once.raw_events AS t WHERE (t.event_time, t.event_key) = (s.event_time, s.event_key)
	AND (s.item > 0 OR secret_name(t.event) IS NOT DISTINCT FROM s.secret_name))}), 0, 'each fact is of an event that names the secret');

# Who may insert needs no more, and reads no facts.
sql(q{CREATE ROLE secrets_writer});
filled('written', 'GRANT USAGE ON SCHEMA written TO secrets_writer; GRANT INSERT, SELECT ON written.raw_events TO secrets_writer', 'GRANT SELECT ON event TO secrets_writer',
	'SET ROLE secrets_writer; INSERT INTO written.raw_events SELECT event_time, event_key, event FROM event ON CONFLICT DO NOTHING');
is(directory('written'), $expected, 'by a role that may only insert');
ok(!eval { sql('SET ROLE secrets_writer; SELECT * FROM written.secret_facts'); 1 } && $@ =~ /permission denied/, 'which may not read the facts');
done_testing();
