# Servers with a trail each for their accounts, and a head that asks over them,
# as doc/scale.md describes: every table and view says there what it says on
# one server, through all that happens to a trail.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Digests;
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

# The document says of each table where it is.
my ($chapter) = read_file('doc/scale.md') =~ /^### Nodes and a head\n(.*?)^```/ms;
is(join(' ', grep { $chapter !~ /^\|.*`$_`/m } split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition})), '', 'doc/scale.md names all tables');

# What is asked of one secret is answered on one server.
my $secret = one_secret_on_head($head);
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

# An auditor of the head, with the rights that the document gives.
make_auditor($head, 'SELECT');
my $reads = 'SELECT count(*), count(event), md5(string_agg(event::text, chr(10) ORDER BY event)) FROM audit.secret_reads';
is(sql_on($head, "SET ROLE auditor; $reads"), sql($reads), 'an auditor of the head sees what there is');
is(sql_on($head, 'SET ROLE auditor; SELECT count(*) FROM node1.root_activity'), sql_on($nodes[0], 'SELECT count(*) FROM audit.root_activity'), 'and asks a node');
my $denied = eval { sql_on($head, 'SET ROLE auditor; SELECT count(*) FROM audit.raw_events_node1'); 1 } ? 'no error' : $@;
like($denied, qr/permission denied for (foreign )?table raw_events_node1/, 'but not the events behind the trail');

# One who sees one account sees on the head what one server shows them.
my $policy = "ALTER TABLE audit.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY own_account ON audit.raw_events FOR SELECT TO auditor USING (account_id(event) = '$accounts[1]')";
my $no_policy = 'DROP POLICY own_account ON audit.raw_events; ALTER TABLE audit.raw_events DISABLE ROW LEVEL SECURITY';
sql("CREATE ROLE auditor; SELECT cloudtrail_grant_audit('audit', 'auditor'); $policy");
sql_on($head, $policy);
for my $view (qw(secret_reads secret_inventory secret_last_access))
{
	my $some = "SET ROLE auditor; SELECT count(*), md5(string_agg(to_jsonb(v)::text, chr(10) ORDER BY to_jsonb(v)::text)) FROM audit.$view AS v";
	is(sql_on($head, $some), sql($some), "$view of an auditor who sees one account");
}
sql_on($head, $no_policy);
sql("$no_policy; DROP OWNED BY auditor; DROP ROLE auditor");

lasting_changes($folder, $head, @nodes);
stop_servers();
done_testing();
