# Any role keeps a backend busy, or its memory full, by what it passes to types,
# operators and the readers of log files: each ends by statement_timeout.
use strict;
use warnings;
use Test::More;
use Time::HiRes qw(time);
use CloudtrailTest;
use Session;

new_database('cpu', 'CREATE EXTENSION cloudtrail; CREATE ROLE cpu_user');
my $session = Session->new('-d', 'cpu');
$session->ask('SET ROLE cpu_user');

# The most memory that the backend has had, in MB.
sub memory
{
	open my $in, '<', "/proc/$session->{backend}/status" or return 0;
	return map { /^VmHWM:\s+(\d+) kB/ ? $1 / 1024 : () } <$in>;
}

# Tests that a statement ends within the time that it takes to notice a timeout, whatever it gives.
sub ends
{
	my ($name, $setup, $statement) = @_;
	my $made = $session->ask("CREATE TEMP TABLE input AS SELECT $setup AS v LIMIT 0; ALTER TABLE input ALTER v SET STORAGE external; INSERT INTO input SELECT $setup");
	$session->ask('SET statement_timeout = 1000');
	my $start = time;
	my $answer = $session->ask($statement);
	my $took = time - $start;
	$session->ask('SET statement_timeout = 0; DROP TABLE input');
	cmp_ok($took, '<', 4, sprintf '%s: %.1f s', $name, $took) or diag("$made $answer");
	unlike($answer, qr/out of memory|the session is gone/, "$name: $answer") if $answer !~ /57014/;
}

# Queries by containment: members at several places, elements, deep ones.
is($session->ask(q{SELECT count(*) FROM (SELECT format('{"eventTime":"2024-05-01T12:00:00Z","requestParameters":{"a":%s}}', n)::cloudtrail_event AS event FROM generate_series(1, 50) AS n) AS e
	WHERE event @> (SELECT jsonb_build_object('requestParameters', jsonb_object_agg('k' || n, n)) FROM generate_series(1, 20000) AS n)}), 0, '@> with 20,000 members');
is($session->ask(q{SELECT ('{"eventTime":"2024-05-01T12:00:00Z",' || string_agg(format('"k%s":%s', n, n), ',') || '}')::cloudtrail_event @> jsonb_object_agg('k' || n, n) FROM generate_series(1, 20000) AS n}), 't', 'that the event has');
is($session->ask(q{SELECT ('{"eventTime":"2024-05-01T12:00:00Z",' || string_agg(format('"k%s":%s', n, n), ',') || '}')::cloudtrail_event @> (jsonb_object_agg('k' || n, n) || '{"k20000":0}') FROM generate_series(1, 20000) AS n}), 'f', 'but for one');
cmp_ok(memory(), '<', 300, 'in little memory');
ends('@> with as many elements', q{('{"eventTime":"2024-05-01T12:00:00Z","x":[' || (SELECT string_agg(n::text, ',') FROM generate_series(1, 50000) AS n) || ']}')::cloudtrail_event},
	q{SELECT v @> jsonb_build_object('x', (SELECT jsonb_agg(n) FROM generate_series(50000, 1, -1) AS n)) FROM input});

# Patterns of actions.
for my $pattern ('?*' x 250, '*a' x 250 . 'b', '*' . 'a' x 500 . 'b', '*' . 'a?' x 250)
{
	ends('@~ ' . substr($pattern, 0, 12) . '...', q{(format('{"eventTime":"2024-05-01T12:00:00Z","eventSource":"s3.amazonaws.com","eventName":"%s"}', repeat('a', 30000000)))::cloudtrail_event}, "SELECT v \@~ 's3:$pattern' FROM input");
}

# Readers of log files: rows of empty cells, damage that is read again and again.
my $csv = q~'eventTime,eventName' || repeat(',c', 508) || E'\n' || repeat(repeat(',', 509) || E'\n', 200000)~;
my @blobs = (
	'rows of 510 empty cells' => $csv,
	'a record without an end' => q~'{"eventTime":"2024-05-01T12:00:00Z","x":' || repeat('{"eventTime":', 20000000)~,
	'another' => q~'{"Records":[{"eventTime":"2024-05-01T12:00:00Z","x":"' || repeat('x', 100000000)~,
	'brackets' => q~'{"eventTime":1,"x":[' || repeat('{"a":[{', 12000000)~,
	'garbage' => q~repeat('x{', 40000000)~,
	'half a string' => q~'"' || repeat('\\"', 40000000)~,
	'envelopes' => q~repeat('{"Records":[', 8000000)~);
while (my ($name, $blob) = splice @blobs, 0, 2)
{
	ends("$name, parsed", $blob, 'SELECT count(*) FROM cloudtrail_parse((SELECT v FROM input))');
	ends("$name, surveyed", "convert_to($blob, 'UTF8')", 'SELECT kind FROM cloudtrail_survey((SELECT v FROM input))') if $name =~ /rows|without/;
}

# Many records of one eventID.
my $same = q~'{"Records":[' || (SELECT string_agg(format('{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000000","n":%s}', n), ',') FROM generate_series(1, 40000) AS n) || ']}'~;
$session->ask("CREATE TEMP TABLE same AS SELECT cloudtrail_events($same) AS event");
for my $statement ('SELECT count(DISTINCT event) FROM same', 'SELECT count(*) FROM (SELECT event FROM same GROUP BY 1) AS x', 'SELECT count(*) FROM same AS a JOIN same AS b USING (event)')
{
	$session->ask('SET statement_timeout = 2000');
	my $start = time;
	my $answer = $session->ask($statement);
	cmp_ok(time - $start, '<', 6, "40,000 of one eventID: $statement: $answer");
	$session->ask('RESET statement_timeout');
}
$session->ask('DROP TABLE same');

# One role that was assumed many times, of which the planner does not know yet.
$session->ask('RESET ROLE');
$session->ask(q{SELECT cloudtrail_create_trail('sessions'); ALTER TABLE sessions.issued_credentials SET (autovacuum_enabled = off)});
$session->ask(q{INSERT INTO sessions.issued_credentials (event_time, event_key, event_name, account_id, aws_region, issued_key, issued_id, issued_name, caller, caller_account, caller_id, caller_name, caller_key)
	SELECT '2024-05-01 00:00Z'::timestamptz + n * interval '1 second', gen_random_uuid(), 'AssumeRole', '111122223333', 'us-east-1', 'ASIAKEY' || n, 'AROAROLE', 's', 'role', '111122223333', 'AROAROLE', 's', 'ASIAKEY' || n - 1
	FROM generate_series(1, 30000) AS n});
my $asked = time;
is($session->ask(q{SELECT count(DISTINCT depth) FROM generate_series(29001, 29100) AS n, LATERAL cloudtrail_session_chain('sessions.issued_credentials', '2024-05-01 09:00Z', '111122223333', 'AROAROLE', 's', 'ASIAKEY' || n, NULL, false, NULL, NULL)}) > 10 ? 1 : 0, 1, 'the chains of 100 sessions of a role that was assumed 30,000 times');
cmp_ok(time - $asked, '<', 3, sprintf 'take %.1f s', time - $asked);

# Many log files: each is held against the digests once.
$session->ask(q{SELECT cloudtrail_create_trail('files')});
$session->ask(q{INSERT INTO files.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects) SELECT 'AWSLogs/' || n, sha256(n::text::bytea), 1, 'log', 1, 1, 0, 0 FROM generate_series(1, 30000) AS n});
my $began = time;
is($session->ask(q{SELECT count(*) FROM files.event_status}), 30000, 'the status of 30,000 files');
cmp_ok(time - $began, '<', 20, sprintf 'takes %.1f s', time - $began);
$session->end;
sql('DROP ROLE cpu_user');
done_testing();
