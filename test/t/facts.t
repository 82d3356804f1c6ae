# The facts of secrets are always exactly those of the events that are there,
# whatever way events came in or went out.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('facts');
sql(q{SELECT cloudtrail_create_trail('trail')});

# Rows of one side that the other lacks, and whether there are any facts at all; the same of credentials.
sub difference
{
	my $facts = 'SELECT e.event_time, e.event_key, f.* FROM trail.raw_events AS e, cloudtrail_secret_facts(e.event) AS f';
	my $issued = 'SELECT e.event_time, e.event_key, f.* FROM trail.raw_events AS e, cloudtrail_issued_credential(e.event) AS f WHERE f IS DISTINCT FROM NULL AND cloudtrail_issues_credentials(e.event)';
	return join ' ', map { my ($table, $rows) = @$_; scalar sql(qq{SELECT (SELECT count(*) FROM (TABLE trail.$table EXCEPT ALL $rows) AS x),
		(SELECT count(*) FROM ($rows EXCEPT ALL TABLE trail.$table) AS x), (SELECT count(*) > 0 FROM trail.$table)}) } [ 'secret_facts', $facts ], [ 'issued_credentials', $issued ];
}

# Tests the facts after something was done; it must have changed something, unless told otherwise.
my $before = '';
sub exact
{
	my ($what, $done, %option) = @_;
	sql($done);
	is(difference(), $option{empty} ? '0|0|f 0|0|f' : '0|0|t 0|0|t', "$what: facts are those of the events");
	my $now = sql('SELECT count(*), md5(string_agg(f::text, chr(10) ORDER BY event_time, event_key, item)) FROM trail.secret_facts AS f;
		SELECT count(*), md5(string_agg(f::text, chr(10) ORDER BY event_time, event_key)) FROM trail.issued_credentials AS f');
	is($now eq $before, !!$option{same}, "$what: facts " . ($option{same} ? 'did not change' : 'changed'));
	$before = $now;
}

# Runs a statement that must fail.
sub fails
{
	my ($statement, $message) = @_;
	return !eval { sql($statement); 1 } && $@ =~ $message;
}

# A log file of generated stories that the server can read.
sub generated
{
	my ($name, @options) = @_;
	my $file = server_file($name, '');
	system("test/generator/generate @options > $file") == 0 or die;
	return $file;
}

# An event of Secrets Manager, as SQL.
sub event_of
{
	my ($time, $name, $key) = @_;
	return sprintf q('{"eventTime":"%s","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","eventID":"00000000-0000-4000-8000-%012d","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"%s"}}'), $time, $key, $name;
}

# The table has the function's columns, in their order, behind time and key.
is(sql(q{SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'trail.secret_facts'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('event_time', 'event_key')}),
	sql(q{SELECT string_agg(n || ' ' || format_type(t, NULL), ', ' ORDER BY i) FROM pg_proc, unnest(proargnames, proallargtypes, proargmodes) WITH ORDINALITY AS a (n, t, m, i)
		WHERE proname = 'cloudtrail_secret_facts' AND m <> 'i'}), 'secret_facts has the columns and types of cloudtrail_secret_facts()');
is(sql(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'trail.secret_facts'::regclass AND attnum > 0 AND col_description(attrelid, attnum) IS NULL}), 0, 'each of which has a comment');

is(sql(q{SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'trail.issued_credentials'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('event_time', 'event_key')}),
	sql(q{SELECT string_agg(n || ' ' || format_type(t, NULL), ', ' ORDER BY i) FROM pg_proc, unnest(proargnames, proallargtypes, proargmodes) WITH ORDINALITY AS a (n, t, m, i)
		WHERE proname = 'cloudtrail_issued_credential' AND m <> 'i'}), 'issued_credentials has the columns and types of cloudtrail_issued_credential()');
is(sql(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'trail.issued_credentials'::regclass AND attnum > 0 AND col_description(attrelid, attnum) IS NULL}), 0, 'each of which has a comment');

# Import, also of what is known.
my $log = generated('log.ndjson', qw(--events 3000 --stories 40 --seed 61 --days 70 --secrets 30 --hostile 50));
my $more = generated('more.ndjson', qw(--events 300 --stories 20 --seed 62 --days 5 --secrets 30 --start 2024-09-01));
my $import = q{SELECT cloudtrail_import('trail', '%s', pg_read_binary_file('%s'))};
exact('import', sprintf $import, 'log', $log);
cmp_ok(sql('SELECT count(DISTINCT secret_source) FROM trail.secret_facts'), '>=', 8, 'secrets are named in many ways');
cmp_ok(sql('SELECT max(item) FROM trail.secret_facts'), '>=', 2, 'also several by one event');
cmp_ok(sql('SELECT count(*) FROM trail.issued_credentials WHERE issued_key IS NOT NULL AND issued_id IS NOT NULL AND caller IS NOT NULL'), '>', 10, 'credentials were issued');
is(sql('SELECT count(*) FROM trail.raw_events AS e WHERE cloudtrail_issues_credentials(event) <> (cloudtrail_issued_credential(event) IS DISTINCT FROM NULL)'), 0, 'cloudtrail_issues_credentials() reports by which events');
is(sql('SELECT count(*) FROM trail.raw_events AS e WHERE cloudtrail_has_facts(event) <> EXISTS (SELECT FROM cloudtrail_secret_facts(event))'), 0, 'cloudtrail_has_facts() reports which events have any');
exact('import of a known file', sprintf($import, 'again', $log), same => 1);
my $overlap = server_file('overlap.ndjson', join '', map { scalar `tail -n $_ $log` } 40, 80);
exact('import of another file with known events', sprintf($import, 'overlap', $overlap), same => 1);
exact('import that is rolled back', sprintf("BEGIN; $import; ROLLBACK", 'more', $more), same => 1);
exact('import of other months', sprintf $import, 'more', $more);

# Events alone go by the default partition.
my $copied = generated('copied.ndjson', qw(--events 400 --stories 20 --seed 63 --days 40 --secrets 30 --start 2024-11-20));
my $copy = "COPY trail.raw_events (event) FROM '$copied' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')";
exact('COPY of events', $copy);
exact('COPY of known events', $copy, same => 1);
cmp_ok(sql('SELECT count(*) FROM trail.raw_events_default'), '>', 100, 'events of new months are in the default partition');
exact('months get their partitions', q{SELECT cloudtrail_create_partitions('trail')}, same => 1);
is(sql('SELECT count(*) FROM trail.raw_events_default'), 0, 'and their events');
exact('INSERT of an event', "INSERT INTO trail.raw_events (event) VALUES (${\ event_of('2024-11-21T00:00:00Z', 'one', 1)})");
exact('INSERT of a known event', "INSERT INTO trail.raw_events (event) VALUES (${\ event_of('2024-11-21T00:00:00Z', 'one', 1)})", same => 1);
exact('INSERT with time and key', "INSERT INTO trail.raw_events SELECT event_time(e), event_key(e), e FROM (VALUES (${\ event_of('2024-11-22T00:00:00Z', 'two', 2)}::cloudtrail_event)) AS v (e)");
exact('INSERT that conflicts', "INSERT INTO trail.raw_events SELECT event_time(e), event_key(e), e FROM (VALUES (${\ event_of('2024-11-22T00:00:00Z', 'three', 2)}::cloudtrail_event)) AS v (e) ON CONFLICT DO NOTHING", same => 1);
exact('INSERT that updates', "INSERT INTO trail.raw_events SELECT event_time(e), event_key(e), e FROM (VALUES (${\ event_of('2024-11-22T00:00:00Z', 'three', 2)}::cloudtrail_event)) AS v (e) ON CONFLICT (event_time, event_key) DO UPDATE SET event = EXCLUDED.event");
is(sql(q{SELECT secret_name FROM trail.secret_facts WHERE event_key = '00000000-0000-4000-8000-000000000002'}), 'three', 'the fact is that of the new event');
exact('INSERT into a partition', "INSERT INTO trail.raw_events_2024_11 SELECT event_time(e), event_key(e), e FROM (VALUES (${\ event_of('2024-11-23T00:00:00Z', 'four', 4)}::cloudtrail_event)) AS v (e)");
exact('COPY of a partition', qq{CREATE TEMP TABLE saved AS SELECT event FROM trail.raw_events_2024_11; DELETE FROM trail.raw_events_2024_11;
	INSERT INTO trail.raw_events_2024_11 SELECT event_time(event), event_key(event), event FROM saved}, same => 1);
exact('an impossible time', "INSERT INTO trail.raw_events (event) VALUES (${\ event_of('1999-11-21T00:00:00Z', 'old', 5)})");

# Changes.
exact('UPDATE of an event', q{UPDATE trail.raw_events SET event = replace(event::text, '"four"', '"five"')::cloudtrail_event WHERE event_key = '00000000-0000-4000-8000-000000000004'});
exact('UPDATE that moves events to another partition', q{UPDATE trail.raw_events SET event_time = event_time(e), event = e
	FROM (SELECT event_key AS k, replace(event::text, '2024-11-2', '2024-12-0')::cloudtrail_event AS e FROM trail.raw_events WHERE event_key <= '00000000-0000-4000-8000-000000000004') AS x WHERE event_key = k});
exact('UPDATE that names no secret any more', q{UPDATE trail.raw_events SET event = replace(event::text, 'secretsmanager.', 's3.')::cloudtrail_event WHERE event_key = '00000000-0000-4000-8000-000000000001'});
exact('UPDATE that fails', q{BEGIN; SAVEPOINT s; UPDATE trail.raw_events SET event = replace(event::text, '"five"', '"six"')::cloudtrail_event; ROLLBACK TO s; COMMIT}, same => 1);
ok(fails(q{UPDATE trail.raw_events SET event_time = event_time + interval '1 second' WHERE event_key = '00000000-0000-4000-8000-000000000004'}, qr/event_matches/), 'time and key stay those of the event');
exact('MERGE', q{MERGE INTO trail.raw_events AS t USING (SELECT event_time, event_key, row_number() OVER (ORDER BY event_key) % 3 AS n FROM trail.raw_events WHERE event_time >= '2024-11-01') AS s
	ON t.event_time = s.event_time AND t.event_key = s.event_key
	WHEN MATCHED AND n = 0 THEN DELETE
	WHEN MATCHED AND n = 1 THEN UPDATE SET event = replace(t.event::text, 'us-east-1', 'eu-west-1')::cloudtrail_event
	WHEN MATCHED THEN DO NOTHING});
exact('MERGE that inserts', qq{MERGE INTO trail.raw_events AS t USING (SELECT ${\ event_of('2024-12-24T00:00:00Z', 'merged', 6)}::cloudtrail_event AS e) AS s
	ON t.event_time = event_time(e) AND t.event_key = event_key(e) WHEN NOT MATCHED THEN INSERT VALUES (event_time(e), event_key(e), e)});

# Ways out.
exact('DELETE', q{DELETE FROM trail.raw_events WHERE event_time >= '2024-09-01' AND event_key::text < '8'});
exact('DELETE that is rolled back', q{BEGIN; DELETE FROM trail.raw_events; ROLLBACK}, same => 1);
exact('DELETE from a partition', q{DELETE FROM trail.raw_events_2024_09 WHERE event_key::text < 'a'});
exact('TRUNCATE of a partition', q{TRUNCATE trail.raw_events_2024_09});
exact('DELETE from the default partition', q{DELETE FROM trail.raw_events_default});
my ($first) = sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'trail'::regnamespace AND relname ~ '^raw_events_20.._..$' ORDER BY 1}) =~ /(\S+)/;
my ($year, $month) = $first =~ /(\d+)_(\d+)$/;
exact('retention', sprintf q{SELECT cloudtrail_drop_before('trail', date '%d-%02d-01' + interval '1 month')}, $year, $month);
exact('facts made again', q{SELECT cloudtrail_refresh_facts('trail')}, same => 1);
exact('facts made again after they were lost', q{DELETE FROM trail.secret_facts; SELECT cloudtrail_refresh_facts('trail')}, same => 1);
exact('facts made again after they were altered', q{UPDATE trail.secret_facts SET secret_name = 'x'; SELECT cloudtrail_refresh_facts('trail')}, same => 1);
exact('credentials made again after they were lost', q{DELETE FROM trail.issued_credentials; SELECT cloudtrail_refresh_facts('trail')}, same => 1);
exact('TRUNCATE that is rolled back', q{BEGIN; TRUNCATE trail.raw_events; ROLLBACK}, same => 1);
exact('TRUNCATE', q{TRUNCATE trail.raw_events}, empty => 1);
exact('import after TRUNCATE', qq{DELETE FROM trail.log_files; ${\ sprintf $import, 'log', $log}});

# By roles that may write events, not facts.
sql(q{CREATE ROLE facts_loader; GRANT USAGE ON SCHEMA trail TO facts_loader; GRANT SELECT, INSERT, DELETE, UPDATE ON trail.raw_events TO facts_loader;
	GRANT SELECT, INSERT ON trail.log_files, trail.rejects TO facts_loader});
exact('INSERT of another role', "SET ROLE facts_loader; INSERT INTO trail.raw_events (event) VALUES (${\ event_of('2024-01-21T00:00:00Z', 'theirs', 7)})");
exact('DELETE of another role', q{SET ROLE facts_loader; DELETE FROM trail.raw_events WHERE event_key = '00000000-0000-4000-8000-000000000007'});
ok(fails("SET ROLE facts_loader; DELETE FROM trail.$_", qr/permission denied/), "who may write events may not write $_") for qw(secret_facts issued_credentials);
exact('row-level security that shows a role some events', q{ALTER TABLE trail.raw_events ENABLE ROW LEVEL SECURITY;
	CREATE POLICY half ON trail.raw_events TO facts_loader USING (event_key::text < '8') WITH CHECK (true);
	SET ROLE facts_loader; DELETE FROM trail.raw_events});
cmp_ok(sql('SELECT count(*) FROM trail.raw_events'), '>', 100, 'the other events are there');
sql(q{DROP OWNED BY facts_loader; DROP ROLE facts_loader});

# Sums of days that changed bring the planner's statistics of facts up to date where these grew, not for each event.
sql(q{SELECT cloudtrail_create_trail('grown'); ALTER TABLE grown.secret_facts SET (autovacuum_enabled = off); ALTER TABLE grown.issued_credentials SET (autovacuum_enabled = off)});
my $facts_of = sub {
	my ($first, $last) = @_;
	sql(sprintf q{INSERT INTO grown.raw_events (event) SELECT format('{"eventTime":"2024-01-02T00:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","eventID":"%%s","requestParameters":{"secretId":"app/%%s"}}', lpad(n::text, 8, '0') || '-0000-4000-8000-000000000000', n)::cloudtrail_event FROM generate_series(%d, %d) AS n}, $first, $last);
	sql(q{SELECT cloudtrail_refresh_activity('grown')});
	return sql(q{SELECT reltuples FROM pg_class WHERE oid = 'grown.secret_facts'::regclass});
};
is($facts_of->(1, 2000), 2000, 'the first facts: there are statistics');
is($facts_of->(2001, 2001), 2000, 'one more: they stay');
is($facts_of->(2002, 3000), 3000, 'many more: they are new');
done_testing();
