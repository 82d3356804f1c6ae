# Tables and schemas go away while functions that were given them run: whoever
# may create a schema could try to crash the server so.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Session;

sql('CREATE ROLE mallory LOGIN NOSUPERUSER');
# Alone in its schema, the extension has nothing to look up that would keep a session from news of other sessions.
new_database('attacked_races', 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext');
sql('GRANT CREATE ON DATABASE attacked_races TO mallory');
my ($event, $key) = ('{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000001"}', q{'2024-05-01 12:00Z', '00000000-0000-4000-8000-000000000001'});
my ($first, $second, $third) = map { Session->new('-d', 'attacked_races', '-U', 'mallory') } 1 .. 3;
$_->ask(q{SET lock_timeout = '30s'}) for $first, $second, $third;
my $started = sql('SELECT pg_postmaster_start_time()');

# Waits until a session waits for a lock, or has been there a while.
sub wait_for_lock { my ($session) = @_; wait_for(sub { sql("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $session->{backend}") eq 't' }) }

# Makes the trail again.
sub new_trail { $first->ask(q{SET client_min_messages = error; DROP SCHEMA IF EXISTS gone CASCADE; SELECT ext.cloudtrail_create_trail('gone'); SELECT ext.cloudtrail_create_partition('gone', '2024-05-01Z')}) }

# A schema is dropped between two looks at it by a function, which locks nothing there. Whether it is seen in
# between is chance: ten times.
for my $round (1 .. 10)
{
	$first->ask('CREATE SCHEMA gone');
	my $oid = $first->ask(q{SELECT 'gone'::regnamespace::oid});
	$second->send("SET statement_timeout = '60s'; DO \$\$ BEGIN LOOP BEGIN PERFORM ext.cloudtrail_enter_trail($oid); EXCEPTION WHEN wrong_object_type THEN NULL; END; END LOOP; END \$\$");
	select undef, undef, undef, 0.2;
	$first->ask('DROP SCHEMA gone CASCADE');
	like($second->answer, qr/ERROR: +3F000: schema with OID \d+ does not exist/, "a schema is dropped, $round");
}
$second->ask('SET statement_timeout = 0');

# A partition that is being detached has no parent any more.
new_trail();
$first->ask('DROP TABLE gone.raw_events_default');
$third->ask('BEGIN; SELECT count(*) FROM gone.raw_events');
$second->send('ALTER TABLE gone.raw_events DETACH PARTITION gone.raw_events_2024_05 CONCURRENTLY');
wait_for_lock($second);
like($first->ask($_), qr/ERROR: +42809: table "raw_events_2024_05" is not the events' table of a trail/, "beside DETACH CONCURRENTLY: $_") for "INSERT INTO gone.raw_events_2024_05 VALUES ($key, '$event')", 'DELETE FROM gone.raw_events_2024_05';
$third->ask('COMMIT');
$second->answer;

# A table is dropped while a function waits for it.
for my $wait (['raw_events', "SELECT inserted FROM ext.cloudtrail_import('gone', 'x', '{\"Records\":[$event]}')"], ['secret_facts', "SELECT inserted FROM ext.cloudtrail_import('gone', 'x', '{\"Records\":[$event]}')"],
	['action_activity', q{SELECT count(*) FROM ext.cloudtrail_sum_events('gone', ARRAY['2024-05-01'::date])}],
	['raw_events', "SELECT ext.cloudtrail_raw_event('gone.raw_events'::regclass::oid, $key)"], ['issued_credentials', q{SELECT * FROM ext.cloudtrail_session_chain('gone.issued_credentials'::regclass::oid, '2024-05-01', '111122223333', 'AROAROLE:s', 's', 'ASIAKEY', '2024-05-01', false, NULL, NULL)}])
{
	my ($table, $statement) = @$wait;
	new_trail();
	$first->ask("BEGIN; DROP TABLE gone.$table CASCADE");
	$second->send($statement);
	wait_for_lock($second);
	$first->ask('COMMIT');
	like($second->answer, qr/ERROR: +42P01: /, "$table is dropped: $statement");
}
# An index that is being made concurrently, and one whose making failed, take no rows yet.
new_trail();
$third->ask('BEGIN; LOCK TABLE gone.raw_events_2024_05 IN ROW EXCLUSIVE MODE');
my $n = 1;
for my $index ('one ON gone.raw_events_2024_05 (event_key)', 'two ON gone.raw_events_2024_05 USING gin (event)', 'UNIQUE three ON gone.raw_events_2024_05 (event_key)')
{
	(my $what = $index) =~ s/^UNIQUE //;
	$second->send('CREATE ' . ($index =~ /^UNIQUE/ ? 'UNIQUE ' : '') . "INDEX CONCURRENTLY $what");
	wait_for_lock($second);
	is($first->ask(sprintf q{SELECT inserted FROM ext.cloudtrail_import('gone', 'concurrent%1$d', '{"Records":[{"eventTime":"2024-05-01T12:00:0%1$dZ"}]}')}, $n++), 1, "an import beside CREATE INDEX CONCURRENTLY $what");
	sql("SELECT pg_cancel_backend($second->{backend})");
	$second->answer;
	is($first->ask(sprintf q{SELECT inserted FROM ext.cloudtrail_import('gone', 'failed%1$d', '{"Records":[{"eventTime":"2024-05-01T12:00:0%1$dZ"}]}')}, $n++), 1, 'and after it was canceled');
}
$third->ask('COMMIT');
is($first->ask('REINDEX TABLE gone.raw_events_2024_05; SELECT count(*) FROM gone.raw_events; SET enable_seqscan = off; SELECT count(*) FROM gone.raw_events_2024_05 WHERE event_key IS NOT NULL'), "6\n6", 'all are in the index in the end');

# The columns of events change between the check of a trail and what reads them.
sub marked_day { new_trail(); $first->ask(q{SELECT ext.cloudtrail_import('gone', 'typed', '{"Records":[{"eventTime":"2024-05-01T12:00:00Z"}]}'); INSERT INTO gone.changed_days VALUES ('2024-05-01') ON CONFLICT DO NOTHING}) }
marked_day();
$first->ask('BEGIN; ALTER TABLE gone.raw_events RENAME COLUMN event TO other; ALTER TABLE gone.raw_events ADD COLUMN event bigint NOT NULL DEFAULT 81985529216486895');
$second->send(q{SELECT ext.cloudtrail_refresh_activity('gone')});
wait_for_lock($second);
$first->ask('COMMIT');
like($second->answer, qr/ERROR: +42804: columns of table "gone.raw_events"/, 'the column of events has another type');
# Nor need there be an event.
marked_day();
$first->ask(q{ALTER TABLE gone.raw_events ALTER COLUMN event DROP NOT NULL; ALTER TABLE gone.raw_events DISABLE TRIGGER USER;
	INSERT INTO gone.raw_events VALUES ('2024-05-01 13:00Z', '00000000-0000-4000-8000-000000000002', NULL)});
is($first->ask(q{SELECT ext.cloudtrail_refresh_activity('gone') IS NOT NULL; SELECT sum(events) FROM gone.activity}), "t\n2", 'an event that is null counts as one that says nothing');

is(sql('SELECT pg_postmaster_start_time()'), $started, 'the server has not restarted');
is(sql('SELECT 1'), 1, 'and runs');
$_->end for $first, $second, $third;
use_database('postgres');
sql('DROP DATABASE attacked_races; DROP ROLE mallory');
done_testing();
