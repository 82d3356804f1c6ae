# Servers that have Citus beside us: a trail works as on any other, on
# coordinator and workers; what would spread its tables is refused; workers are
# nodes and the coordinator the head of doc/scale.md; and a table of events
# that is distributed over nodes answers conditions on these nodes.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Nodes;
use Servers;

plan skip_all => 'the extension citus is not available here' unless sql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'});
my $folder = "$ENV{SERVER_FILES}/logs";
my @accounts = make_logs($folder);
new_database('one');
fill_one_server($folder);

my @servers = map { start_server(new_server($_->[0], $_->[1], shared_preload_libraries => 'citus', wal_level => 'logical', max_logical_replication_workers => 10, max_worker_processes => 20, wal_retrieve_retry_interval => '200ms')) } [ 'head', 5450 ], map { [ "node$_", 5450 + $_ ] } 1, 2;
sql_on($_, 'CREATE EXTENSION citus; CREATE EXTENSION cloudtrail') for @servers;
my ($head, @nodes) = @servers;
sql_on($head, "SELECT citus_set_coordinator_host('$ENV{PGHOST}', $head->{port})");
sql_on($head, "SELECT citus_add_node('$ENV{PGHOST}', $_->{port})") for @nodes;
note(sql_on($head, 'SELECT citus_version()'));

# What a statement fails with.
sub failure
{
	my ($statement) = @_;
	my $done = eval { sql_on($head, $statement); 1 };
	return $done ? 'no error' : $@;
}

# A trail on the coordinator, quietly, and what would spread it.
sql_on($head, q{SELECT cloudtrail_create_trail('trail')});
open my $errors, '<', "$ENV{SERVER_FILES}/errors" or die;
is(join('', <$errors>), '', 'a trail is made without warnings');
close $errors;
my $event = q{'{"eventTime":"2024-01-05T00:00:00Z","eventID":"11111111-2222-4333-8444-555555555555","eventSource":"secretsmanager.amazonaws.com","eventName":"ListSecrets"}'};
is(sql_on($head, "SELECT inserted FROM cloudtrail_import('trail', 'first', $event)"), 1, 'an import beside Citus');
is(sql_on($head, q{SELECT count(*) FROM trail.secret_facts}), 1, 'has its facts');
like(failure(q{SELECT create_distributed_table('trail.raw_events', 'event_key')}), qr/because it has triggers/, 'events are not distributed');
like(failure(q{SELECT create_distributed_table('trail.raw_events_2024_01', 'event_key')}), qr/because it has triggers/, 'nor a month of them');
like(failure(q{SELECT create_reference_table('trail.secret_facts')}), qr/Subqueries are not supported in policies/, 'nor are facts');
like(failure(q{SELECT citus_schema_distribute('trail')}), qr/Subqueries are not supported in policies/, 'nor is the schema');
is(sql_on($head, q{SELECT count(*) FROM pg_dist_partition}), 0, 'nothing was distributed');

# Nor are triggers that were dropped a way to lose facts.
sql_on($head, q{DO $$
	DECLARE
		t record;
	BEGIN
		FOR t IN SELECT tgname, tgrelid::regclass AS rel FROM pg_trigger WHERE tgname LIKE 'follow%' AND tgrelid = 'trail.raw_events'::regclass LOOP
			EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.rel);
		END LOOP;
		FOR t IN SELECT tgname, tgrelid::regclass AS rel FROM pg_trigger WHERE tgname ~ '^(follow|place)' AND tgrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'trail.raw_events'::regclass) LOOP
			EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.rel);
		END LOOP;
		FOR t IN SELECT polname, polrelid::regclass AS rel FROM pg_policy WHERE polrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'trail.raw_events'::regclass) LOOP
			EXECUTE format('DROP POLICY %I ON %s', t.polname, t.rel);
		END LOOP;
	END $$});
sql_on($head, q{SELECT create_distributed_table('trail.raw_events', 'event_key')});
my $distributed = qr/table "raw_events" of trail trail is distributed/;
like(failure("SELECT cloudtrail_import('trail', 'second', $event)"), $distributed, 'an import into distributed events is refused');
like(failure(q{SELECT cloudtrail_update_trail('trail')}), $distributed, 'so is an update of the trail');
like(failure(q{SELECT cloudtrail_drop_before('trail', '2024-02-01')}), $distributed, 'and retention');
sql_on($head, q{SELECT undistribute_table('trail.raw_events')});
sql_on($head, q{SELECT cloudtrail_update_trail('trail')});
is(sql_on($head, "SELECT inserted FROM cloudtrail_import('trail', 'second', " . ($event =~ s/1111-/1112-/r) . ')'), 1, 'undistributed and updated, it is a trail again');
is(sql_on($head, q{SELECT count(*) FROM trail.raw_events; SELECT count(*) FROM trail.secret_facts}), "2\n2", 'with all facts');

# Workers are nodes, the coordinator is the head.
my $here = 'SET citus.enable_ddl_propagation = off';
$nodes[0]{accounts} = [ @accounts[ 0, 1 ] ];
$nodes[1]{accounts} = [ $accounts[2] ];
make_node($_, $here) for @nodes;
import_by_server($nodes[0], map { "$folder/AWSLogs/$_" } @accounts[ 0, 1 ]);
make_head($head, $here, @nodes);
import_by_client($nodes[1], "$folder/AWSLogs/$accounts[2]");
import_real_logs($nodes[-1]);
same_everywhere('import', $head, @nodes);
my $secret = one_secret_on_head($head);
like(sql_on($head, "EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM node1.secret_reads WHERE secret_name = '$secret'"), qr/^Foreign Scan on node1\.secret_reads\n.*\n  Remote SQL: /, 'or by one node');
make_auditor($head, $here);
is(sql_on($head, 'SET ROLE auditor; SELECT count(event) FROM audit.secret_reads'), sql('SELECT count(event) FROM audit.secret_reads'), 'an auditor of the coordinator sees what there is');
lasting_changes($folder, $head, @nodes);

# A table of events of one's own can be distributed.
sql_on($head, q{CREATE TABLE spread (event_time timestamptz NOT NULL, event_key uuid NOT NULL, event cloudtrail_event NOT NULL, PRIMARY KEY (event_key, event_time));
	CREATE INDEX ON spread USING gin (event); SET citus.shard_count = 4; SELECT create_distributed_table('spread', 'event_key');
	INSERT INTO spread SELECT event_time, event_key, event FROM node1.raw_events});
my $all = sql_on($head, 'SELECT count(*) FROM node1.raw_events');
is(sql_on($head, 'SELECT count(*) FROM spread'), $all, 'events in a distributed table');
my @on_nodes = split /\n/, sql_on($head, q{SELECT result FROM run_command_on_shards('spread', 'SELECT count(*) FROM %s') ORDER BY 1});
cmp_ok(scalar(grep { $_ > 0 } @on_nodes), '>', 1, "shards have @on_nodes events");
like(sql_on($head, q{EXPLAIN (COSTS OFF, VERBOSE) SELECT count(*) FROM spread WHERE event @~ 'secretsmanager:*'}), qr/Custom Scan \(Citus Adaptive\).*@~/s, 'conditions are answered there');
is(sql_on($head, q{SELECT count(*) FROM spread WHERE event @~ 'secretsmanager:*'}), sql_on($head, q{SELECT count(*) FROM node1.raw_events WHERE event @~ 'secretsmanager:*'}), 'with the same answer');
stop_servers();
done_testing();
