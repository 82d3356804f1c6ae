# Daily sums: activity_daily, action_activity_daily and principal_activity_daily
# say at any time what counting all events says, whatever was done to these, whoever sums up
# meanwhile, and whoever asks.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('activity');
sql(q{SELECT cloudtrail_create_trail('trail'); CREATE ROLE activity_auditor; CREATE ROLE activity_loader;
	GRANT USAGE ON SCHEMA trail TO activity_loader;
	GRANT SELECT, INSERT ON trail.raw_events, trail.log_files, trail.rejects TO activity_loader;
	GRANT pg_read_server_files TO activity_loader; GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO activity_loader});
sql("SELECT cloudtrail_grant_audit('trail', 'activity_auditor')");

# What each view is to say: its columns, and how they are counted.
my %view = (
	activity_daily => [ 'day, account_id, aws_region, event_source, event_name, error_code, read_only',
		q{(event_time AT TIME ZONE 'UTC')::date, account_id(event), aws_region(event), event_source(event), event_name(event), error_code(event), read_only(event)}, 'events, first_event, last_event', 'count(*), min(event_time), max(event_time)' ],
	action_activity_daily => [ 'day, event_source, event_name, error_code',
		q{(event_time AT TIME ZONE 'UTC')::date, event_source(event), event_name(event), error_code(event)}, 'events', 'count(*)' ],
	principal_activity_daily => [ 'day, account_id, principal_arn',
		q{(event_time AT TIME ZONE 'UTC')::date, account_id(event), principal_arn(event)}, 'events, errors', 'count(*), count(error_code(event))' ],
);

# Rows that a view has and counting does not, or the other way round; and how many there are.
sub difference
{
	my ($name, $role) = @_;
	my ($columns, $expressions, $sums, $counts) = @{ $view{$name} };
	my @groups = 1 .. 1 + ($columns =~ tr/,//);
	return sql(qq{SET ROLE $role;
		WITH said AS (SELECT $columns, $sums FROM trail.$name), counted AS (SELECT $expressions, $counts FROM trail.raw_events GROUP BY ${\ join ', ', @groups}),
			more AS (TABLE said EXCEPT ALL TABLE counted), less AS (TABLE counted EXCEPT ALL TABLE said)
		SELECT (SELECT count(*) FROM more), (SELECT count(*) FROM less), (SELECT count(*) > 0 FROM said)});
}

# Tests all views after something was done; there may be nothing to say.
sub exact
{
	my ($what, %option) = @_;
	is(difference($_, $option{role} // 'postgres'), $option{empty} ? '0|0|f' : '0|0|t', "$what: $_") for sort keys %view;
}

# A session beside this one; statements go in one by one.
sub begin_session
{
	open my $session, '|-', 'psql -XAqt -v ON_ERROR_STOP=1 -d activity > /dev/null' or die;
	$session->autoflush;
	return $session;
}

# Generated events, by files.
sub new_log
{
	my ($seed, $options) = @_;
	return server_file("activity-$seed.ndjson", scalar `test/generator/generate --events 800 --seed $seed --days 40 --accounts 3 $options`);
}
my $import = sub { my ($seed) = @_; return "SELECT cloudtrail_import('trail', 'file $seed', pg_read_binary_file('${\ new_log($seed, '')}'))" };

exact('an empty trail', empty => 1);
sql($import->(1));
exact('imported');
is(sql(q{SELECT count(*) > 30 FROM trail.changed_days}), 't', 'days are marked');
my $days = sql(q{SELECT cloudtrail_refresh_activity('trail')});
cmp_ok($days, '>', 30, "$days days are summed up");
is(sql(q{SELECT (SELECT count(*) FROM trail.changed_days), (SELECT sum(events) FROM trail.activity), (SELECT sum(events) FROM trail.action_activity), (SELECT sum(events) FROM trail.principal_activity)}), '0|800|800|800', 'and held');
exact('summed up');
is(sql(q{SELECT cloudtrail_refresh_activity('trail')}), 0, 'nothing more to do');
sql($import->(1));
is(sql(q{SELECT count(*) FROM trail.changed_days}), 0, 'known events mark no day');
sql($import->(2));
exact('more events on days that are summed up');
like(sql(q{EXPLAIN (COSTS OFF, ANALYZE, TIMING OFF, SUMMARY OFF) SELECT cloudtrail_refresh_activity('trail'); EXPLAIN (COSTS OFF, ANALYZE, TIMING OFF, SUMMARY OFF) SELECT sum(events) FROM trail.activity_daily}),
	qr/never executed/, 'where all is summed up no event is read');

# Whatever changes events.
my @changes = (
	'moved in time' => q{UPDATE trail.raw_events SET event_time = event_time('{"eventTime":"2024-03-03T00:00:00Z","eventName":"Moved"}'), event = '{"eventTime":"2024-03-03T00:00:00Z","eventName":"Moved"}', event_key = event_key('{"eventTime":"2024-03-03T00:00:00Z","eventName":"Moved"}')
		WHERE event_key = (SELECT min(event_key::text)::uuid FROM trail.raw_events)},
	'deleted' => q{DELETE FROM trail.raw_events WHERE event_name(event) = 'Decrypt'},
	'inserted one by one' => q{INSERT INTO trail.raw_events (event) VALUES ('{"eventTime":"2024-03-04T23:59:59.999999Z","eventName":"A","errorCode":"X"}'), ('{"eventTime":"2024-03-05T00:00:00Z","eventName":"A"}')},
	'of other centuries' => q{INSERT INTO trail.raw_events (event) VALUES ('{"eventTime":"0001-01-01T00:00:00Z"}'), ('{"eventTime":"9999-12-31T23:59:59Z"}')},
	'given partitions' => q{SELECT cloudtrail_create_partitions('trail')},
	'dropped before a time' => q{SELECT cloudtrail_drop_before('trail', '2024-01-15 00:00Z')},
	'dropped before a month' => q{SELECT cloudtrail_drop_before('trail', '2024-02-01 00:00Z')},
	'rolled back' => q{BEGIN; DELETE FROM trail.raw_events; ROLLBACK},
	'merged' => q{BEGIN; DELETE FROM trail.raw_events WHERE event_name(event) = 'AssumeRole'; INSERT INTO trail.raw_events (event) VALUES ('{"eventTime":"2024-03-04T00:00:00Z","eventName":"A"}'); COMMIT});
while (my ($what, $change) = splice @changes, 0, 2)
{
	sql($change);
	exact($what);
	sql(q{SELECT cloudtrail_refresh_activity('trail')}) if @changes % 4 == 0;
	exact("$what, summed up or not") if @changes % 4 == 0;
}
sql("SET timezone = 'Pacific/Kiritimati'; SET datestyle = 'SQL, DMY'; " . $import->(3) . "; SELECT cloudtrail_refresh_activity('trail')");
exact('summed up elsewhere on earth');

# Sums do not hold for events that were changed behind the trail's back; then all are made anew.
sql(q{DELETE FROM trail.activity; DELETE FROM trail.action_activity WHERE event_name = 'A'; UPDATE trail.principal_activity SET events = 7});
is(difference('activity_daily', 'postgres') =~ /^0\|0/ ? 'exact' : 'wrong', 'wrong', 'sums that somebody altered are wrong');
sql(q{SELECT cloudtrail_refresh_activity('trail', true)});
exact('all made anew');

# Texts that a header has no room for; and an ARN of which it leaves out the Region, as events of two Regions have it.
my ($name, $source, $error, $user) = map { $_ x 300 } 'N', 's', 'E', 'u';
my $secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x';
my @long = map { my ($region, $arn) = @$_; map {
	qq{('{"eventTime":"2024-03-06T0$_:00:00Z","eventName":"$name","eventSource":"$source.amazonaws.com","errorCode":"$error","awsRegion":"$region","recipientAccountId":"111122223333","readOnly":true,"userIdentity":{"type":"IAMUser","arn":"$arn","accountId":"111122223333"}}')} } 1, 2 }
	[ 'eu-west-1', "arn:aws:iam::111122223333:user/$user" ], [ 'eu-west-1', $secret ], [ 'eu-west-2', $secret ], [ 'r' x 300, $secret ];
sql('INSERT INTO trail.raw_events (event) VALUES ' . join(', ', @long) . q{; SELECT cloudtrail_refresh_activity('trail')});
exact('of long texts');
is(sql(q{SELECT count(*), sum(events) FROM trail.principal_activity WHERE day = '2024-03-06'}), '2|8', 'each principal has one sum');
is(sql(q{SELECT count(*), sum(events) FROM trail.activity WHERE day = '2024-03-06'}), '3|8', 'each kind has one');
is(sql(q{SELECT count(*), sum(events) FROM trail.action_activity WHERE day = '2024-03-06'}), '1|8', 'and each action');

# Sums that INSERT has to write: for a trigger of somebody's, and those that do not fit into memory.
sql(q{CREATE SEQUENCE trail.fired; CREATE FUNCTION trail.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''trail.fired''); RETURN NEW; END';
	CREATE TRIGGER noted BEFORE INSERT ON trail.activity FOR EACH ROW EXECUTE FUNCTION trail.noted();
	SELECT cloudtrail_refresh_activity('trail', true)});
exact('written by INSERT');
is(sql(q{SELECT count(*) = (SELECT last_value FROM trail.fired) FROM trail.activity}), 't', 'with its triggers');
sql('DROP SEQUENCE trail.fired; DROP FUNCTION trail.noted() CASCADE');
sql("SELECT cloudtrail_import('trail', 'many', pg_read_binary_file('${\ server_file('many.ndjson', scalar `test/generator/generate --events 8000 --seed 5 --days 25`)}'))");
my $days_of = q{SELECT count(*) > 0 FROM cloudtrail_sum_events('trail', ARRAY(SELECT '2024-01-01'::date + d FROM generate_series(0, 30) AS d))};
is(sql("BEGIN; $days_of; ROLLBACK; SET maintenance_work_mem = '1MB'; BEGIN; $days_of; ROLLBACK"), "f\nt", 'sums that do not fit into memory are returned');
sql(q{SET maintenance_work_mem = '1MB'; SELECT cloudtrail_refresh_activity('trail', true)});
exact('in little memory');
is(sql(q{SELECT count(*) - count(DISTINCT (a.day, a.account_id, a.principal_arn)) FROM trail.principal_activity AS a}), 0, 'each with one sum');

# A transaction that is open while others sum up.
my $open = begin_session();
print {$open} 'BEGIN; ' . $import->(4) . "; SELECT pg_advisory_lock(4711);\n";
ok(wait_for(q{EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND granted)}), 'an import has done its work, but is open');
exact('before it commits');
sql(q{INSERT INTO trail.raw_events (event) VALUES ('{"eventTime":"2024-02-05T00:00:00Z","eventName":"Beside"}'); SELECT cloudtrail_refresh_activity('trail')});
exact('summed up beside it');
print {$open} "COMMIT;\n";
close $open or die;
is(sql(q{SELECT count(*) > 0 FROM trail.changed_days}), 't', 'its days are marked still');
exact('once it has committed');
my @sessions = map { begin_session() } 1 .. 4;
for my $round (1 .. 8)
{
	print { $sessions[0] } $import->(10 + $round), ";\n";
	print { $sessions[1] } "DELETE FROM trail.raw_events WHERE abs(hashtext(event_key::text)) % 100 = $round;\n";
	print { $sessions[$_] } "SELECT cloudtrail_refresh_activity('trail');\n" for 2, 3;
}
exact('while others load, delete and sum up');
close $_ or die for @sessions;
exact('afterwards');
sql(q{SELECT cloudtrail_refresh_activity('trail')});
exact('and summed up');

# Who may not write the sums loads all the same; who is not shown all events gets the counts of those shown.
is(sql('SET ROLE activity_loader; ' . $import->(30)), '(log,800,800,0,0,f)', 'a role loads that may not sum up');
is(sql(q{SET ROLE activity_loader; SELECT cloudtrail_refresh_activity('trail') IS NULL}), 't', 'which it does not');
exact('loaded by it');
exact('as an auditor sees it', role => 'activity_auditor');
sql(q{SELECT cloudtrail_refresh_activity('trail');
	ALTER TABLE trail.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON trail.raw_events FOR SELECT TO activity_auditor USING (account_id(event) = '111122223333')});
exact('under row-level security', role => 'activity_auditor');
exact('for its owner');
is(sql(qq{SET ROLE activity_auditor; SELECT count(*) FROM $_}), 0, "$_ shows nothing to who is not shown all") for qw(trail.activity trail.action_activity trail.principal_activity trail.changed_days);
is(sql(q{SET ROLE activity_auditor; SELECT string_agg(DISTINCT account_id, ' ') FROM trail.activity_daily}), '111122223333', 'nor does the view');

# The client and the import of a folder sum up what they load.
my $folder = "$ENV{SERVER_FILES}/activity";
system("test/generator/generate --events 500 --seed 40 --format s3 --out $folder > /dev/null && chmod -R a+rX $folder") == 0 or die;
is(system("PGDATABASE=activity cloudtrail-load -q --create loaded $folder") >> 8, 0, 'the client loads');
is(sql(q{SELECT (SELECT count(*) FROM loaded.changed_days), (SELECT sum(events) FROM loaded.activity)}), '0|500', 'and sums up');
sql("SELECT cloudtrail_create_trail('imported'); CALL cloudtrail_import_directory('imported', '$folder')");
is(sql(q{SELECT (SELECT count(*) FROM imported.changed_days), (SELECT sum(events) FROM imported.activity)}), '0|500', 'so does the import of a folder');
is(sql(q{SELECT count(*) FROM (TABLE loaded.activity EXCEPT ALL TABLE imported.activity) AS x}), 0, 'alike');

# The days of a month are not joined: the planner would take a table that grew in the same transaction for empty,
# and read all days of the month for each of its rows.
{
	my $input = server_file('plans.sql', q{SET client_min_messages = log; LOAD 'auto_explain';
		SET auto_explain.log_nested_statements = on; SET auto_explain.log_min_duration = 0;
		SELECT cloudtrail_refresh_activity('loaded', true)});
	my @plans = grep { /Delete on activity/ } split /duration: /, `psql -XAqt -d activity -f '$input' 2>&1`;
	cmp_ok(scalar @plans, '>', 0, 'months were summed up');
	is_deeply([ grep { /Join|Nested Loop/ } @plans ], [], 'without joins');
}

sql('TRUNCATE trail.raw_events');
exact('emptied', empty => 1);
sql(q{SET client_min_messages = warning; DROP SCHEMA trail CASCADE});
is(sql(q{SELECT to_regnamespace('trail')}), '', 'dropped with all that belongs to it');
done_testing();
