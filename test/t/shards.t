# A trail over three servers, by account: its partitions are foreign tables of
# postgres_fdw, whose option "extensions" lets conditions and groups be worked
# out where the events are.  What is sent is read in plans, and what comes back
# is compared with a table of all events.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Servers;

my $folder = $ENV{SERVER_FILES};
system("test/generator/generate --events 4000 --seed 95 --accounts 3 --secrets 20 --stories 40 > $folder/events.ndjson && chmod a+r $folder/events.ndjson") == 0 or die;
new_database('shards', q{CREATE EXTENSION cloudtrail; CREATE EXTENSION postgres_fdw});
sql(qq{CREATE TABLE here (event_time timestamptz, event_key uuid, event cloudtrail_event);
	INSERT INTO here SELECT event_time(e), event_key(e), e FROM cloudtrail_events(pg_read_binary_file('$folder/events.ndjson')) AS e;
	CREATE TABLE trail (event_time timestamptz NOT NULL, event_key uuid NOT NULL, event cloudtrail_event NOT NULL) PARTITION BY LIST (account_id(event));
	CREATE TABLE records (event_time timestamptz, account_id text, event_name text, event_source text, error_code text, source_ip inet, succeeded boolean, secret_arn text, event cloudtrail_event) PARTITION BY LIST (account_id)});
my @accounts = split /\n/, sql('SELECT account_id(event) FROM here GROUP BY 1 ORDER BY 1');
is(scalar @accounts, 3, "accounts: @accounts");

# Each account has a server with a trail and views for auditors, of which the first server sees the trail and the view "events".
my @shards;
for my $i (0 .. $#accounts)
{
	my $shard = start_server(new_server("shard$i", 5440 + $i));
	push @shards, $shard;
	sql_on($shard, q{CREATE EXTENSION cloudtrail; SELECT cloudtrail_create_trail('trail'); 
		SELECT cloudtrail_create_partition('trail', m) FROM generate_series('2024-01-01 00:00Z'::timestamptz, '2024-02-01 00:00Z', '1 month') AS m});
	sql(qq{CREATE SERVER shard$i FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$ENV{PGHOST}', port '$shard->{port}', dbname 'postgres', extensions 'cloudtrail', use_remote_estimate 'true', fdw_tuple_cost '1', async_capable 'true');
		CREATE USER MAPPING FOR CURRENT_USER SERVER shard$i OPTIONS (user 'postgres');
		CREATE FOREIGN TABLE trail_$i PARTITION OF trail FOR VALUES IN ('$accounts[$i]') SERVER shard$i OPTIONS (schema_name 'trail', table_name 'raw_events');
		CREATE FOREIGN TABLE records_$i PARTITION OF records FOR VALUES IN ('$accounts[$i]') SERVER shard$i OPTIONS (schema_name 'trail', table_name 'events')});
}

# Events are inserted through the first server, and each goes to its account's.
sql('INSERT INTO trail SELECT event_time, event_key, event FROM here');
is(sql_on($shards[$_], 'SELECT DISTINCT account_id(event) FROM trail.raw_events'), $accounts[$_], "events of $accounts[$_] are on a server of their own") for 0 .. $#accounts;
is(sql('SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event)) FROM trail'), sql('SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event)) FROM here'), 'and come back byte for byte');
is(sql_on($shards[0], 'SELECT count(*) > 0 FROM trail.secret_facts'), 't', 'triggers of the trails have worked');
sql_on($_, 'ANALYZE') for @shards;
sql('ANALYZE here; ANALYZE trail; ANALYZE records');

# What is sent to servers, and what is left to be filtered here.
sub plan_of
{
	my ($query) = @_;
	my $plan = sql("SET enable_partitionwise_aggregate = on; EXPLAIN (VERBOSE, COSTS OFF) $query");
	return ($plan, [ $plan =~ /Remote SQL: (.*)/g ], [ $plan =~ /^\s*(Filter: .*)/mg ]);
}

# Tests that a condition is sent, as a whole unless a rest is expected, to as many servers, and that the answer is that of the table here.
sub shipped
{
	my ($table, $condition, $sent, $servers, $rest) = @_;
	my ($plan, $remote, $filters) = plan_of("SELECT event FROM $table WHERE $condition");
	is(scalar(grep { /$sent/ } @$remote), $servers, "$table: sent to $servers server(s): $condition") or diag($plan);
	is(scalar @$remote, $servers, "$table: and no other is asked");
	like("@$filters", $rest // qr/^$/, "$table: " . ($rest ? 'the rest is filtered here' : 'nothing is left to filter'));
	my $local = $table eq 'trail' ? 'here' : '(SELECT r.* FROM here, cloudtrail_records(here.event) AS r) AS x';
	my $sum = 'SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event)) FROM';
	my $expected = sql("$sum $local WHERE $condition");
	unlike($expected, qr/^0\|/, "$table: there are such events: " . $expected =~ s/\|.*//sr);
	is(sql("$sum $table WHERE $condition"), $expected, "$table: the answer is that of a table here");
}
my ($secret) = split /\n/, sql(q{SELECT secret_name(event) FROM here WHERE event @~ 'secretsmanager:GetSecretValue' AND secret_name(event) IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1});
my ($event) = split /\n/, sql(q{SELECT event::text FROM here WHERE event::text NOT LIKE '%''%' ORDER BY length(event::text) LIMIT 1});
shipped('trail', @$_) for
	[ q{event @~ 'secretsmanager:Get*'}, q{WHERE \(\(event OPERATOR\(public\.@~\) 'secretsmanager:Get\*'}, 3 ],
	[ qq{event \@\@ '$secret'}, q{WHERE \(\(event OPERATOR\(public\.@@\) '}, 3 ],
	[ q{event @> '{"awsRegion":"us-east-1"}'}, q{WHERE \(\(event OPERATOR\(public\.@>\) '}, 3 ],
	[ q{'{"readOnly":true}' <@ event}, q{OPERATOR\(public\.<@\)}, 3 ],
	[ qq{event = '$event'}, q{OPERATOR\(public\.=\)}, 3 ],
	[ qq{event >= '$event'}, q{OPERATOR\(public\.>=\)}, 3 ],
	[ q{event_time(event) >= '2024-01-10 00:00Z'}, q{public\.event_time\(event\) >= '2024-01-10}, 3 ],
	[ q{event_time >= '2024-01-10 00:00Z' AND event_time < '2024-01-11 00:00Z'}, q{event_time >= .* AND .*event_time < }, 3 ],
	[ q{NOT succeeded(event)}, q{NOT public\.succeeded\(event\)}, 3 ],
	[ q{source_ip(event) << '10.0.0.0/8'}, q{public\.source_ip\(event\) << }, 3 ],
	[ q{secret_arn(event) IS NOT NULL}, q{public\.secret_arn\(event\) IS NOT NULL}, 3 ],
	[ qq{account_id(event) = '$accounts[1]' AND event \@~ '*:Get*'}, q{OPERATOR\(public\.@~\)}, 1, qr/^Filter: \(account_id\(trail.event\) = '\d+'::text\)$/ ],
	[ q{event @~ '*:Get*' AND error_code(event) = 'AccessDenied'}, q{OPERATOR\(public\.@~\)}, 3, qr/^(Filter: \(error_code\(trail_\d.event\) = 'AccessDenied'::text\) ?){3}$/ ];

# Texts that functions return are compared here: postgres_fdw sends comparisons of texts only where a column gives the
# collation.  On the view they are columns, so all of it is sent.
shipped('records', @$_) for
	[ q{event_name = 'GetSecretValue'}, q{event_name = 'GetSecretValue'}, 3 ],
	[ q{event_name LIKE 'Get%' AND error_code IS NOT NULL}, q{event_name ~~ 'Get%'}, 3 ],
	[ qq{account_id = '$accounts[0]' AND event \@~ 'kms:*'}, q{OPERATOR\(public\.@~\)}, 1 ],
	[ q{source_ip << '0.0.0.0/0' AND NOT succeeded}, q{source_ip <<}, 3 ];

# Groups and counts: of what contains the partition key, each server counts its own.
sub grouped
{
	my ($table, $columns, $sent, $rest) = @_;
	my $query = "SELECT $columns, count(*), min(event_time), count(DISTINCT event_key) FROM %s $rest GROUP BY $columns ORDER BY $columns";
	$query =~ s/, count\(DISTINCT event_key\)// if $table eq 'records';
	my ($plan, $remote) = plan_of(sprintf $query, $table);
	is(scalar(grep { /^SELECT .*count\(\*\).* GROUP BY / && /$sent/ } @$remote), 3, "$table: grouped by each server: $columns $rest") or diag($plan);
	is(sql(sprintf $query, $table), sql(sprintf $query, $table eq 'trail' ? 'here' : '(SELECT r.* FROM here, cloudtrail_records(here.event) AS r) AS x'), "$table: with the right counts");
}
grouped('trail', 'account_id(event)', q{public\.account_id\(event\)}, '');
grouped('trail', 'account_id(event), event_name(event)', q{public\.event_name\(event\)}, q{WHERE event @~ 'secretsmanager:*'});
grouped('trail', 'account_id(event), succeeded(event)', q{public\.succeeded\(event\)}, qq{WHERE event \@\@ '$secret'});
grouped('records', 'account_id, event_source, event_name', q{event_source, event_name}, 'WHERE NOT succeeded');

# A single server also counts what is not grouped by the key.
my ($plan, $remote) = plan_of(q{SELECT count(*) FROM trail_1 WHERE event @~ 's3:*'});
like($remote->[0] // '', qr/^SELECT count\(\*\) FROM trail\.raw_events WHERE \(\(event OPERATOR\(public\.\@~\) 's3:\*'/, 'the count of one server is sent') or diag($plan);
is(sql(q{SELECT count(*) FROM trail_1 WHERE event @~ 's3:*'}), sql(qq{SELECT count(*) FROM here WHERE event @~ 's3:*' AND account_id(event) = '$accounts[1]'}), 'and right');

# There the condition is answered by the index.
like(sql_on($shards[0], qq{SET enable_seqscan = off; EXPLAIN SELECT event FROM trail.raw_events WHERE ((event OPERATOR(public.\@\@) '$secret'::public.cloudtrail_secret))}), qr/Bitmap Index Scan on raw_events_2024_01_event_idx/, 'what is sent uses the index of the shard');

# Without the option nothing of ours is sent, and the answers stay the same.
sql("ALTER SERVER shard$_ OPTIONS (DROP extensions)") for 0 .. $#shards;
($plan, $remote) = plan_of(qq{SELECT event FROM trail WHERE event \@\@ '$secret'});
is(scalar(grep { /OPERATOR/ } @$remote), 0, 'without the option "extensions" conditions are not sent');
is(sql(qq{SELECT count(*) FROM trail WHERE event \@\@ '$secret'}), sql(qq{SELECT count(*) FROM here WHERE event \@\@ '$secret'}), 'though right');
stop_servers();
done_testing();
