package Nodes;

# Nodes with a trail each and a head that asks over them, made by the very
# statements of doc/scale.md; and a trail on one server that has the same
# events, with whose rows theirs are compared.
use strict;
use warnings;
use Exporter 'import';
use Test::More;
use CloudtrailTest;
use Digests;
use Servers;
our @EXPORT = qw(make_logs fill_one_server make_node make_head make_auditor import_by_server import_by_client import_real_logs one_secret_on_head same_everywhere lasting_changes);

# Each fenced block of SQL in the chapter about nodes: of a node, of the head, of the head for each node, of the head for
# each auditor.
my ($chapter) = read_file('doc/scale.md') =~ /^### Nodes and a head\n(.*?)^### /ms;
my ($of_node, $of_head, $of_head_for_node, $of_auditor, @more) = $chapter =~ /^```sql no-test\n(.*?)^```/gms;
die 'doc/scale.md has other blocks of SQL than those that are run here' if @more || !$of_auditor;

# The tables that the head gets from all nodes.
my ($published) = $of_node =~ /^(CREATE PUBLICATION .*?);/ms;
my @replicated = $published =~ /\baudit\.(\w+)/g;

# How many events are generated: NODES_EVENTS=200000 TEST_TIMEOUT=7200 proves the same on more of them.
my $few = 700;
my $events = $ENV{NODES_EVENTS} || $few;

my $as_of = q{UPDATE audit.settings SET as_of = '2024-04-01 00:00Z'};
my $keys;

# Log files of three accounts with digests beside them; returns the folder and the accounts.
sub make_logs
{
	my ($folder) = @_;
	mkdir $folder;
	my $spread = $events > $few ? '--days 60 --regions 4 --secrets 1000 --events-per-file 4000' : '--days 5 --regions 1 --secrets 20 --stories 40 --events-per-file 100';
	system("test/generator/generate --events $events --seed 96 --start 2024-01-29 --accounts 3 $spread --format s3 --out $folder > /dev/null") == 0 or die;
	my @accounts = sort map { s/.*\///r } glob "$folder/AWSLogs/*";
	my $key = make_key($ENV{SERVER_FILES}, 'signing');
	write_chains($folder, key => $key);
	my $list = server_file('keys.json', key_list($key));
	system("chmod -R a+rX $folder") == 0 or die;
	$keys = qq{SELECT cloudtrail_add_keys('audit', pg_read_file('$list'))};
	return @accounts;
}

# The trail on the server of the test.
sub fill_one_server
{
	my ($folder) = @_;
	sql("SELECT cloudtrail_create_trail('audit'); $as_of; $keys");
	sql(qq{CALL cloudtrail_import_directory('audit', '$folder')});
}

# Lets the head's roles in by password only.
sub ask_passwords
{
	my ($node) = @_;
	open my $out, '>', "$node->{data}/pg_hba.conf" or die "$node->{name}: $!";
	print $out map { "local $_\n" } 'all reader,replicator scram-sha-256', 'replication replicator scram-sha-256', 'all all trust', 'replication all trust';
	close $out;
	sql_on($node, 'SELECT pg_reload_conf()');
}

# Makes a server a node; the statements before those of the document are of the server's kind.
sub make_node
{
	my ($node, $before) = @_;
	ask_passwords($node);
	sql_on($node, "$before; $of_node; $as_of; $keys");
}

# Makes a server the head of nodes; each has a list of its accounts, the last also what has none.
sub make_head
{
	my ($head, $before, @nodes) = @_;
	sql_on($head, "$before; $of_head; $as_of; $keys");
	for my $i (0 .. $#nodes)
	{
		my $node = $nodes[$i];
		my $values = $i == $#nodes ? 'DEFAULT' : 'FOR VALUES IN (' . join(', ', map { "'$_'" } @{ $node->{accounts} }) . ')';
		my $statements = $of_head_for_node =~ s/node1/$node->{name}/gr;
		$statements =~ s/FOR VALUES IN \([^)]*\)/$values/ or die;
		$statements =~ s/host 'db1', dbname 'logs'/host '$ENV{PGHOST}', port '$node->{port}', dbname 'postgres'/ or die;
		# Few events come in many parts, as many do.
		$statements =~ s/fetch_size '10000'/fetch_size '50'/ or die if $events == $few;
		$statements =~ s/host=db1 dbname=logs/host=$ENV{PGHOST} port=$node->{port} dbname=postgres/ or die;
		# A subscription makes its slot outside of a transaction.
		sql_on($head, $_) for $before, split /;\n/, $statements;
	}
}

# Makes an auditor on the head, who may ask node1, too.
sub make_auditor
{
	my ($head, $before) = @_;
	sql_on($head, "$before; $of_auditor");
}

# Imports the log files of a node's accounts, or those of a folder: by the server, or by the client.
sub import_by_server
{
	my ($node, @folders) = @_;
	sql_on($node, "CALL cloudtrail_import_directory('audit', '$_')") for @folders;
}

sub import_by_client
{
	my ($node, @folders) = @_;
	is(system("cloudtrail-load -q -h $ENV{PGHOST} -p $node->{port} -d postgres audit @folders > $ENV{SERVER_FILES}/load.log 2>&1"), 0, "$node->{name}: cloudtrail-load") or diag(`tail -5 $ENV{SERVER_FILES}/load.log`);
}

# Imports the real logs, if there are any: into the last node, whose accounts are not listed, and on one server.
sub import_real_logs
{
	my ($node) = @_;
	return unless $ENV{CLOUDTRAIL_CORPUS};
	my $folder = "$ENV{SERVER_FILES}/real";
	system("cp -r $ENV{CLOUDTRAIL_CORPUS} $folder && chmod -R a+rX $folder") == 0 or die;
	sql("CALL cloudtrail_import_directory('audit', '$folder')");
	import_by_server($node, $folder);
}

# What a relation holds, but when files came.
sub rows_of
{
	my ($from) = @_;
	return "SELECT count(*), sum(hashtextextended(r, 1)::numeric), sum(hashtextextended(r, 2)::numeric) FROM (SELECT (to_jsonb(v) - 'imported_at' - 'listed_at' - 'checked_at')::text AS r FROM ($from) AS v) AS x";
}

# Tests that tables and views say on the head what they say on one server, where the events are asked for evidence on
# the nodes: all of them, or those that need not fetch each event from its node.
sub same_everywhere { compare(0, @_) }
sub same_without_events { compare(1, @_) }

sub compare
{
	my ($without_events, $title, $head, @nodes) = @_;
	# Two nodes have a row each for an action of a day, and each marks the day.
	my %state = (action_activity => 'sum(events)', changed_days => 'count(DISTINCT day)');
	my $state = join '; ', map { 'SELECT ' . ($state{$_} // 'count(*)') . " FROM audit.$_" } @replicated;
	my $expected = sql($state);
	# Copies of large tables take longer than one wait.
	my $followed = 0;
	$followed ||= wait_until($head, $state, $expected) for 0 .. $events / 20_000;
	ok($followed, "$title: the head has followed");
	sql('ANALYZE audit.secret_facts, audit.issued_credentials');
	sql_on($head, 'ANALYZE audit.secret_facts, audit.issued_credentials');
	# A scan that waits for ever is named.
	my $patience = 'SET statement_timeout = ' . ($events > $few ? "'20min'; " : "'1min'; ");
	my (@differ, @same);
	for my $relation (grep { !$state{$_} } split /\n/, sql(q{SELECT relation FROM cloudtrail_trail_relations() } . ($without_events ? q{WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = ('audit.' || relation)::regclass AND attname = 'event') } : '') . 'ORDER BY 1'))
	{
		my $there = $relation =~ /^(event_status|unproven_events)$/ ? join ' UNION ALL ', map { "SELECT * FROM $_->{name}.$relation" } @nodes : "SELECT * FROM audit.$relation";
		# The sum of an action is that of the nodes' sums.
		my $rows = $relation eq 'action_activity_daily' ? 'SELECT day, event_source, event_name, error_code, sum(events) AS events FROM (%s) AS a GROUP BY 1, 2, 3, 4' : '%s';
		my $expected = sql(rows_of(sprintf $rows, "SELECT * FROM audit.$relation"));
		my $got = eval { sql_on($head, $patience . rows_of(sprintf $rows, $there)) } // $@;
		push @differ, "$relation: $expected, but $got" if $got ne $expected;
		push @same, "$relation " . $expected =~ s/\|.*//r if $got eq $expected;
	}
	note("$title: the same rows: " . join ', ', @same);
	is(join("\n", @differ), '', "$title: tables and views say on the head what they say on one server");
}

# Tests that views are answered for one secret by the head alone, but for their column "event", which is fetched by key,
# and cheaply enough that nothing is compiled; the view of all events asks the nodes.
sub one_secret_on_head
{
	my ($head) = @_;
	my ($secret) = split /\n/, sql(q{SELECT secret_name FROM audit.secret_reads WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1});
	my @views = split /\n/, sql(q{SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v' AND attname = 'secret_name' ORDER BY 1});
	my $plans = sql_on($head, join "\n", map { "\\echo = $_\nEXPLAIN SELECT * FROM audit.$_ WHERE secret_name = '$secret';" } @views);
	my %plan = $plans =~ /^= (\w+)\n(.*?)(?=^= |\z)/gms;
	is(join(' ', sort keys %plan), "@views", scalar(@views) . ' views have names of secrets');
	is(join(' ', grep { $plan{$_} =~ /Foreign Scan|Citus/ } @views), 'events', 'all but that of events are answered for one secret by the head alone');
	is(join(' ', grep { ($plan{$_} =~ /cost=[\d.]+?\.\.([\d.]+)/)[0] >= 100_000 } @views), '', 'none of them is so dear that it is compiled');
	return $secret;
}

# What happens to a trail in its life, on one server and on the nodes alike.
sub lasting_changes
{
	my ($folder, $head, @nodes) = @_;
	my ($first) = @nodes;

	# Everything again.
	my $known = join ' ', map { my $node = $_; map { sql_on($node, "CALL cloudtrail_import_directory('audit', '$folder/AWSLogs/$_')") } @{ $node->{accounts} } } @nodes;
	is($known =~ s/\b0\|0\|0\|0\|0\|0\b//gr =~ s/\s//gr, '', 'files that are there are not imported again') or diag($known);

	# A new month, with an event that the node has and one that is there with another content.
	my $account = $first->{accounts}[0];
	my ($old) = split /\n/, sql_on($first, qq{SELECT event::text FROM audit.raw_events WHERE account_id(event) = '$account' ORDER BY event_time, event_key LIMIT 1});
	my $forged = $old =~ s/"sourceIPAddress": ?"[^"]*"/"sourceIPAddress":"192.0.2.66"/r;
	isnt($forged, $old, 'one is forged');
	my $new = sprintf '{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::%s:user/late","accountId":"%1$s","userName":"late"},"eventTime":"2024-06-15T10:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","requestParameters":{"secretId":"late/secret"},"responseElements":null,"requestID":"r","eventID":"99999999-1111-4222-8333-444444444444","readOnly":true,"eventType":"AwsApiCall","recipientAccountId":"%1$s"}', $account;
	mkdir "$folder/late";
	for ([ 'again', $old ], [ 'forged', $forged ], [ 'new', $new ], [ 'broken', '{"eventTime":"never"}' ])
	{
		write_log("$folder/late/$_->[0].json.gz", qq({"Records":[$_->[1]]}));
	}
	system("chmod -R a+rX $folder/late") == 0 or die;
	sql("CALL cloudtrail_import_directory('audit', '$folder/late')");
	import_by_server($first, "$folder/late");
	is(sql_on($first, q{SELECT count(*) FROM audit.conflicts; SELECT count(*) FROM audit.rejects; SELECT to_regclass('audit.raw_events_2024_06')}), "1\n1\naudit.raw_events_2024_06", 'a conflict, a reject, a new month');
	same_without_events('a new month, duplicates, a forgery', $head, @nodes);

	# Whether files still agree with their events.
	sql(q{SELECT count(*) FROM cloudtrail_record_event_status('audit')});
	sql_on($_, q{SELECT count(*) FROM cloudtrail_record_event_status('audit')}) for @nodes;
	same_without_events('evidence', $head, @nodes);

	# Direct changes are followed.
	my $delete = q{DELETE FROM audit.raw_events WHERE event @~ 'secretsmanager:Describe*' AND event_time < '2024-02-01 12:00Z'};
	$_ eq 'here' ? sql($delete) : sql_on($_, $delete) for 'here', @nodes;
	same_without_events('deletions', $head, @nodes);

	# An update of the extension, and retention.
	sql(q{SELECT cloudtrail_update_trail('audit')});
	sql_on($_, q{SELECT cloudtrail_update_trail('audit')}) for @nodes;
	is(sql_on($first, q{SELECT count(*) FROM audit.secret_reads WHERE secret_name = 'late/secret'}), 1, 'views of a node after an update of its trail');
	my $drop = q{SELECT cloudtrail_drop_before('audit', '2024-02-01 00:00Z'); SELECT cloudtrail_refresh_activity('audit')};
	$_ eq 'here' ? sql($drop) : sql_on($_, $drop) for 'here', @nodes;
	is(sql_on($head, q{SELECT count(*) FROM audit.raw_events WHERE event_time < '2024-02-01 00:00Z'}), 0, 'a month is dropped');
	same_without_events('retention', $head, @nodes);

	# The head takes no events.
	my $file = server_file('head.json', qq({"Records":[) . ($new =~ s/99999999-/99999998-/r) . ']}');
	my $refused = eval { sql_on($head, qq{SELECT cloudtrail_import('audit', 'head', pg_read_binary_file('$file'))}); 1 } ? 'imported' : $@;
	like($refused, qr/does not allow inserts/, 'the head refuses imports');
}

1;
