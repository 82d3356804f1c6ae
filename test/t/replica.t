# A trail on replicas: a physical one, which is promoted in the middle of an
# import; logical ones, in text and binary, by partition and through the root;
# and a server brought back to a point in the middle of an import.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use ImportWay;
use Servers;

unless ($ENV{REPLICA_TEST})
{
	$ENV{REPLICA_TEST} = 1;
	exec 'test/cluster', '--conf', 'wal_level=logical', '--conf', 'max_wal_senders=20', '--conf', 'max_replication_slots=20', $^X, '-Itest/lib', $0 or die;
}

my $main = { name => 'main', port => $ENV{PGPORT} };
my $folder = $ENV{SERVER_FILES};

# What a trail and the views on it say.
sub contents
{
	my ($server, $database) = @_;
	my @relations = split /\n/, sql_on($server, q{SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND NOT relispartition AND relnamespace IN ('public'::regnamespace, 'trail'::regnamespace)
		AND relname NOT IN ('copied') ORDER BY oid::regclass::text COLLATE "C"}, $database);
	return sql_on($server, join("\n", sql_on($server, 'SELECT pg_is_in_recovery()') eq 't' ? '' : 'ANALYZE;', q{SET timezone = 'UTC'; SET search_path = public;},
		map { "SELECT '$_: ' || count(*), md5(string_agg(r, chr(10) ORDER BY r COLLATE \"C\")) FROM (SELECT t::text AS r FROM $_ AS t) AS x;" } @relations), $database);
}

# Starts a psql that runs a statement beside us; returns its process.
sub background
{
	my ($database, $statement) = @_;
	my $process = fork // die;
	return $process if $process;
	open STDERR, '>', '/dev/null';
	open STDOUT, '>', '/dev/null';
	exec 'psql', '-XAqt', '-d', $database, '-c', $statement;
}

# Waits until a standby has replayed all that the main server has written.
sub wait_for_replay
{
	my ($server) = @_;
	return wait_until($server, "SELECT pg_last_wal_replay_lsn() >= '" . sql_on($main, 'SELECT pg_current_wal_flush_lsn()') . "'", 't');
}

my $set_up = q{CREATE EXTENSION cloudtrail; SELECT cloudtrail_create_trail('trail'); UPDATE trail.settings SET as_of = '2024-06-01 00:00Z', bulk_secrets = 3};
system("test/generator/generate --events 800 --seed 91 --days 70 --secrets 20 --stories 60 > $folder/events.ndjson && mkdir -p $folder/s3 && "
	. "test/generator/generate --events 2000 --seed 92 --start 2024-04-01 --days 40 --format s3 --events-per-file 40 --out $folder/s3 > /dev/null && chmod -R a+rX $folder") == 0 or die;
new_import_database('replicated', $set_up);
sql(qq{SELECT cloudtrail_import('trail', 'events', pg_read_binary_file('$folder/events.ndjson')); CREATE TABLE copied (event cloudtrail_event, action cloudtrail_action, secret cloudtrail_secret);
	INSERT INTO copied SELECT event, 's3:*', 'prod/db' FROM trail.raw_events; CREATE INDEX ON copied USING hash (event); CREATE INDEX ON copied USING gin (event); ANALYZE});

# A physical replica.
my $standby = start_server(copy_server('standby', 5433, $main->{port}, '-R', '-X', 'stream'));
ok(wait_for_replay($standby), 'a replica follows');
is(sql_on($standby, 'SELECT pg_is_in_recovery()', 'replicated'), 't', 'and only reads');
is(contents($standby, 'replicated'), contents($main, 'replicated'), 'each table and view says the same there');
my $by_index = q{SET enable_seqscan = off; SELECT count(*), md5(string_agg(event::text, '|' ORDER BY event)) FROM %s WHERE event @~ 'secretsmanager:*'};
is(sql_on($standby, sprintf($by_index, 'copied'), 'replicated'), sql_on($main, sprintf($by_index, 'copied'), 'replicated'), 'so does an index');

# An import runs, slowly; the replica becomes a server of its own meanwhile.
sql(q{CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NULL; END'; CREATE TRIGGER slow AFTER INSERT ON trail.log_files FOR EACH ROW EXECUTE FUNCTION wait()});
my $import = background('replicated', "CALL cloudtrail_import_directory('trail', '$folder/s3', 5)");
ok(wait_until($standby, 'SELECT count(*) > 5 FROM trail.log_files', 't', 'replicated'), 'it follows an import');
sql_on($standby, 'SELECT pg_promote()');
waitpid $import, 0;
my $kept = sql_on($standby, 'SELECT count(*) FROM trail.log_files', 'replicated');
my $all = sql('SELECT count(*) FROM trail.log_files');
cmp_ok($kept, '<', $all, "promoted in the middle of it, with $kept of $all files");
is(sql_on($standby, q{SELECT sum(inserted) = (SELECT count(*) FROM trail.raw_events) FROM trail.log_files}, 'replicated'), 't', 'what its ledger counts is there');
sql_on($standby, 'DROP TRIGGER slow ON trail.log_files', 'replicated');
sql_on($standby, "CALL cloudtrail_import_directory('trail', '$folder/s3')", 'replicated');
my $state = q{SELECT count(*), count(DISTINCT event_key), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM trail.raw_events; SELECT count(*), sum(inserted), sum(events) FROM trail.log_files};
is(sql_on($standby, $state, 'replicated'), sql($state), 'importing again there ends with every event and file once');
stop_server($standby);

# Back to a point in the middle of an import, from a backup and the log.
new_import_database('recovered', $set_up);
my $restored = copy_server('restored', 5434, $main->{port}, '-X', 'none');
my $archive = "$folder/archive";
sql(qq{SELECT cloudtrail_import('trail', 'events', pg_read_binary_file('$folder/events.ndjson'))});
my ($before, $point) = split /\|/, sql('SELECT (SELECT count(*) FROM trail.log_files), pg_create_restore_point(\'here\')');
my @files = `find $folder/s3 -type f`;
goes_its_way(scalar @files, sub { sql("CALL cloudtrail_import_directory('trail', '$folder/s3', 5)") });
sql(q{SELECT cloudtrail_drop_before('trail', '2024-03-01'); SELECT pg_switch_wal()});
system("cp -r $ENV{PGHOST}/data/pg_wal $archive && chmod -R a+rX $archive") == 0 or die;
Servers::configure($restored, restore_command => "cp $archive/%f %p", recovery_target_name => 'here', recovery_target_action => 'promote', archive_mode => 'off');
open my $signal, '>', "$restored->{data}/recovery.signal" or die;
close $signal;
start_server($restored);
ok(wait_until($restored, 'SELECT pg_is_in_recovery()', 'f'), 'a backup is brought back to a point before an import');
is(sql_on($restored, 'SELECT count(*) FROM trail.log_files', 'recovered'), $before, "with $before file, that of before");
is(sql_on($restored, 'SELECT count(*) > 500 FROM trail.raw_events', 'recovered'), 't', 'and its events');
sql_on($restored, "CALL cloudtrail_import_directory('trail', '$folder/s3')", 'recovered');
is(sql_on($restored, $state, 'recovered'), sql_on($main, $state, 'replicated'), 'the import is made up for');
stop_server($restored);

# Logical replicas: a publication of all there is, received in each way.
use_database('postgres');
sql('DROP DATABASE recovered');
my %publication = ('by partition' => 'false', 'through the root' => 'true');
my $subscriber = start_server(new_server('subscriber', 5435, wal_receiver_status_interval => 1));
my $n = 0;
for my $way (by_sql() ? 'through the root' : sort keys %publication)
{
	for my $binary (by_sql() ? 'false' : ('false', 'true'))
	{
		$n++;
		my $name = "$way, " . ($binary eq 'true' ? 'binary' : 'text');
		new_import_database("published$n", $set_up);
		sql(qq{CREATE TABLE copied (event cloudtrail_event PRIMARY KEY, action cloudtrail_action, secret cloudtrail_secret);
			INSERT INTO copied VALUES ('{"eventTime":"2024-01-01T00:00:00Z","eventSource":"a.amazonaws.com","eventName":"b"}', 's3:*', 'prod/db');
			SELECT cloudtrail_import('trail', 'events', pg_read_binary_file('$folder/events.ndjson'));
			CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = $publication{$way})});
		sql_on($subscriber, "CREATE DATABASE subscribed$n");
		sql_on($subscriber, "$set_up; DO \$\$BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(oid::regclass::text, ', ') FROM pg_class WHERE relnamespace = 'trail'::regnamespace AND relkind = 'r' AND NOT relispartition); END\$\$; CREATE TABLE copied (event cloudtrail_event PRIMARY KEY, action cloudtrail_action, secret cloudtrail_secret)", "subscribed$n");
		# The other side needs a partition for each that is published; through the root it needs none.
		sql_on($subscriber, "SELECT cloudtrail_create_partition('trail', m) FROM generate_series('2024-01-01 00:00Z'::timestamptz, '2024-05-01 00:00Z', '1 month') AS m", "subscribed$n") if $way eq 'by partition';
		sql_on($subscriber, "CREATE SUBSCRIPTION s$n CONNECTION 'host=$ENV{PGHOST} port=$main->{port} user=postgres dbname=published$n' PUBLICATION everything WITH (binary = $binary)", "subscribed$n");
		ok(wait_until($subscriber, "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate <> 'r'", 't', "subscribed$n"), "$name: what there is is copied")
			or diag(`tail -n 5 $ENV{PGHOST}/subscriber.log`);

		# Everything that changes a trail goes on at the origin, and arrives.
		is(eval { sql($_); 'works' } // $@, 'works', "$name: $_") for
			"CALL cloudtrail_import_directory('trail', '$folder/s3', 30)",
			q{SELECT cloudtrail_refresh_activity('trail')},
			q{SELECT cloudtrail_load_secrets('trail', '{"SecretList":[{"ARN":"arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf","Name":"db"}]}'); SELECT cloudtrail_load_secrets('trail', '{"SecretList":[]}')},
			q{UPDATE trail.settings SET bulk_secrets = 4},
			q{INSERT INTO copied SELECT event, 'kms:*', 'x' FROM trail.raw_events WHERE octet_length(event::text) < 1500 ON CONFLICT DO NOTHING},
			q{UPDATE copied SET action = 'iam:*' WHERE event @~ '*:Get*'; DELETE FROM copied WHERE event @~ '*:List*'},
			q{DELETE FROM trail.raw_events WHERE event @~ 's3:*'; SELECT cloudtrail_refresh_activity('trail')},
			q{};
		# Partitions that are new at the origin are new tables, which a subscription has to be told of.
		sql_on($subscriber, "ALTER SUBSCRIPTION s$n REFRESH PUBLICATION", "subscribed$n") if $way eq 'by partition';
		ok(wait_until($subscriber, "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate <> 'r'", 't', "subscribed$n"), "$name: new tables are copied");
		my $position = sql('SELECT pg_current_wal_flush_lsn()');
		ok(wait_until($main, "SELECT coalesce(bool_and(confirmed_flush_lsn >= '$position'), false) FROM pg_replication_slots WHERE slot_name = 's$n'", 't'), "$name: changes arrive")
			or diag(`tail -n 5 $ENV{PGHOST}/subscriber.log`);
		is(contents($subscriber, "subscribed$n"), contents($main, "published$n"), "$name: each table and view says the same");
		is(sql_on($subscriber, q{SELECT count(*), md5(string_agg(c::text, '|' ORDER BY event)) FROM copied AS c}, "subscribed$n"), sql(q{SELECT count(*), md5(string_agg(c::text, '|' ORDER BY event)) FROM copied AS c}), "$name: a table of all three types too");

		# Months that are new get partitions there too, and what comes later finds them.
		sql_on($subscriber, "SELECT cloudtrail_create_partitions('trail')", "subscribed$n");
		sql(q{SELECT cloudtrail_import('trail', 'late', '{"eventTime":"2024-05-05T00:00:00Z","eventName":"late"}'::bytea)});
		ok(wait_until($subscriber, q{SELECT tableoid::regclass FROM trail.raw_events WHERE event @> '{"eventName":"late"}'}, 'trail.raw_events_2024_05', "subscribed$n"), "$name: with partitions that it makes itself");
		sql_on($subscriber, "DROP SUBSCRIPTION s$n", "subscribed$n");
	}
}
stop_servers();
done_testing();
