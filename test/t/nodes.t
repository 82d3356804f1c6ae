# Servers with a trail each for their accounts, and a head that asks over them,
# as doc/scale.md describes: every table and view says there what it says on
# one server, through all that happens to a trail.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Nodes;
use Servers;

my $folder = "$ENV{SERVER_FILES}/logs";
my @accounts = make_logs($folder);
is(scalar @accounts, 3, "accounts: @accounts");
new_database('one');
fill_one_server($folder);

my @servers = map { start_server(new_server($_->[0], $_->[1], wal_level => 'logical', max_logical_replication_workers => 10, max_worker_processes => 20, wal_retrieve_retry_interval => '200ms')) } [ 'head', 5460 ], map { [ "node$_", 5460 + $_ ] } 1 .. 3;
sql_on($_, 'CREATE EXTENSION cloudtrail') for @servers;
my ($head, @nodes) = @servers;
$nodes[$_]{accounts} = [ $accounts[$_] ] for 0 .. 2;
make_node($_, 'SELECT') for @nodes;
import_by_server($nodes[0], "$folder/AWSLogs/$accounts[0]");
make_head($head, 'SELECT', @nodes);
import_by_client($nodes[1], "$folder/AWSLogs/$accounts[1]");
import_by_server($nodes[2], "$folder/AWSLogs/$accounts[2]");
import_real_logs($nodes[-1]);
same_everywhere('import', $head, @nodes);

# What is asked of one secret is answered on one server.
my ($secret) = split /\n/, sql(q{SELECT secret_name FROM audit.secret_reads WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1});
for my $view (qw(secret_last_access secret_rotations unused_secrets secret_inventory secret_bulk_reads))
{
	my $plan = sql_on($head, "EXPLAIN SELECT * FROM audit.$view" . ($view eq 'secret_bulk_reads' ? '' : " WHERE secret_name = '$secret'"));
	unlike($plan, qr/Foreign Scan/, "$view of one secret is answered by the head alone");
}
my $reads = sql_on($head, "EXPLAIN SELECT * FROM audit.secret_reads WHERE secret_name = '$secret'");
unlike($reads, qr/Foreign Scan/, 'so is secret_reads, but for the events, by key');
like(sql_on($head, "EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM node2.secret_reads WHERE secret_name = '$secret'"), qr/^Foreign Scan on node2\.secret_reads\n.*\n  Remote SQL: SELECT .* FROM audit\.secret_reads WHERE \(\(secret_name = '\Q$secret\E'\)\)$/, 'or a node is asked, for the answer only');

# Events of an account are asked of its node.
my $plan = sql_on($head, "EXPLAIN (VERBOSE, COSTS OFF) SELECT event FROM audit.events WHERE account_id = '$accounts[1]' AND event \@~ 'secretsmanager:*'");
like($plan, qr/Remote SQL: SELECT event FROM audit\.raw_events WHERE \(\(event OPERATOR\(public\.\@~\) 'secretsmanager:\*'/, 'conditions on events are sent');
is(scalar(() = $plan =~ /Foreign Scan/g), 1, 'to the node of the account') or diag($plan);

# A view of all nodes.
sql_on($head, 'CREATE VIEW all_events WITH (security_invoker) AS ' . join ' UNION ALL ', map { "SELECT * FROM $_->{name}.events" } @nodes);
my $where = q{WHERE event_name LIKE 'Get%' AND NOT succeeded AND event_time >= '2024-01-30 00:00Z'};
my @sent = sql_on($head, "EXPLAIN (VERBOSE, COSTS OFF) SELECT event_key FROM all_events $where") =~ /Remote SQL: .* WHERE .*NOT succeeded.*event_name ~~ 'Get%'/g;
is(scalar @sent, 3, 'conditions on a view of all nodes are sent to each');
is(sql_on($head, "SELECT count(*), md5(string_agg(event_key::text, ' ' ORDER BY event_key)) FROM all_events $where"), sql("SELECT count(*), md5(string_agg(event_key::text, ' ' ORDER BY event_key)) FROM audit.events $where"), 'with the right answer');

lasting_changes($folder, $head, @nodes);
stop_servers();
done_testing();
