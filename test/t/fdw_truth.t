# Conditions on foreign tables over log files against an oracle that shares
# nothing with them: events are made here, put into files under the names that
# AWS gives them, and written to a plain table as well.  Whatever is asked of
# times, accounts, Regions and sources, by one process or several, in whatever
# time zone, the foreign table answers as the plain one does.
#
# FDW_SEED says which files and conditions, FDW_CONDITIONS how many.
use strict;
use warnings;
use Compress::Zlib;
use File::Path;
use JSON::PP;
use POSIX qw(strftime);
use Test::More;
use CloudtrailTest;

my $CONDITIONS = $ENV{FDW_CONDITIONS} // 100;
srand($ENV{FDW_SEED} // 29);
my $dir = "$ENV{SERVER_FILES}/logs";
my @accounts = qw(111122223333 444455556666 777788889999 000000000001);
my @regions = qw(us-east-1 eu-west-1 us-gov-west-1 ap-southeast-2 us-east-2);
my @truth;

sub one { return $_[ rand @_ ] }

# Writes a file of events, which were delivered within a day: of its account and Region, or in 2019 of a global service.
sub write_file
{
	my ($n) = @_;
	my ($account, $region, $old) = (one(@accounts), one(@regions), $n % 3 == 0);
	my $delivered = ($old ? 1571000000 : 1678000000) + int rand 40 * 86400;
	my @named = gmtime($delivered - $delivered % 300);
	my $kind = one('', '', '', '-Insight', '-NetworkActivity');
	my $name = sprintf '%s_CloudTrail%s_%s_%s_%08x.json.gz', $account, $kind, $region, strftime('%Y%m%dT%H%MZ', @named), rand 2**31;
	$name = "renamed-$n.json" if $n % 10 == 0;
	my $folder = one('', '', 'logs/', '999988887777/', 'a/AWSLogs-x/') . 'AWSLogs/' . one('', '', 'o-abcd1234ef/') . "$account/CloudTrail$kind/$region/" . strftime('%Y/%m/%d', @named);
	$folder = 'flat' if $n % 21 == 0;
	my @events = map {
		{ eventVersion => '1.08', eventTime => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $delivered - int rand(rand() < 0.2 ? 86000 : 900)),
			eventID => sprintf('%08x-0000-4000-8000-%012x', $n, $_), eventName => one(qw(Get Put Describe)), eventSource => 'x.amazonaws.com',
			awsRegion => $old && $_ && rand() < 0.2 ? one('us-east-1', 'us-east-2') : $region, recipientAccountId => $account, userIdentity => { accountId => one(@accounts) } }
	} 0 .. int rand 15;
	my $text = encode_json({ Records => \@events });
	mkpath("$dir/$folder");
	open my $out, '>:raw', "$dir/$folder/$name" or die "$name: $!";
	print $out $name =~ /gz$/ ? Compress::Zlib::memGzip($text) : $text;
	close $out;
	my $source = "$dir/$folder/$name" =~ s{^.*?/(?=AWSLogs/)}{}r;
	push @truth, map { [ @$_{qw(eventTime eventID recipientAccountId awsRegion eventName)}, $source ] } @events;
}

# What events are compared with.
sub a_time
{
	my ($time) = one(@truth)->[0] =~ s/T/ /r =~ s/Z//r;
	my ($day, $seconds) = (substr($time, 0, 10), one(0, 0, 1, -1, 900, 3600, -3600, 86400, -86400));
	return one("timestamptz '${time}Z'", "(timestamptz '${time}Z' + interval '$seconds s')", "timestamp '$time'", "date '$day'", "(SELECT timestamptz '${time}Z' + interval '$seconds s')",
		"'${time}Z'::a_time", '(SELECT min(t) FROM known)', '(SELECT max(d) FROM known)', "date_trunc('day', timestamptz '${time}Z')", "timestamptz 'infinity'", "timestamp '-infinity'",
		"(timestamp '$time' AT TIME ZONE 'Asia/Kolkata')", "date '294276-12-31'", 'NULL::timestamptz', "('$day' || '')::text::timestamptz");
}
sub an_account
{
	my $account = one(@accounts, '123456789012');
	return one("'$account'", "'$account'", "'$account'::varchar", "'$account'::a_text", '(SELECT a FROM known WHERE n = 1)', '(SELECT v FROM known WHERE n = 2)', 'one_account()', "plain('$account')", 'any_account()', 'NULL', "'$account '::bpchar", "'$account'::name");
}
sub a_region
{
	my $region = one(@regions, 'xx');
	return one("'$region'", "'$region'", "'$region'::varchar", '(SELECT r FROM known WHERE n = 1)', '(SELECT m FROM known WHERE n = 1)', "'$region'::name", 'NULL', "lower('" . uc($region) . "')", "'$region'::char(20)");
}

# Conditions on the source, by a whole one or its beginning.
sub on_source
{
	my $source = one(@truth)->[5];
	my $part = substr $source, 0, rand length $source;
	my ($escaped, $other) = ($part =~ s/([\\%_])/\\$1/gr, $part =~ s/([!%_])/!$1/gr);
	return one("source = '$source'", "source LIKE '$part%'", "source LIKE '$escaped%'", "source NOT LIKE '$escaped%'", "source ILIKE '" . uc($escaped) . "%'", "starts_with(source, '$part')", "source ^@ '$part'", "starts_with('$part', source)",
		"source LIKE '%$escaped%'", "source LIKE '$other%' ESCAPE '!'", "source ~ '^$part'", "source > '$part'", 'source LIKE NULL', "source = ANY (ARRAY['$source', NULL])", "source LIKE ANY (ARRAY['$escaped%', 'x'])", "source LIKE ALL (ARRAY['A%', '$escaped%'])",
		"'$source' LIKE source", "source COLLATE \"C\" = '$source'", "source LIKE 'AWSLogs/___________%'");
}

# Conditions that names of files answer in part or not at all.
sub on_several
{
	my $time = a_time();
	return one('event_time IS NULL', "account_id IS DISTINCT FROM '$accounts[0]'", "aws_region IS NOT DISTINCT FROM 'us-east-1'", "coalesce(account_id, '') = '$accounts[1]'", "CASE WHEN aws_region = 'us-east-1' THEN account_id = '$accounts[0]' ELSE event_time > $time END",
		"(account_id, aws_region) IN (('$accounts[0]', 'us-east-1'), ('$accounts[1]', 'eu-west-1'))", "(event_time, account_id) > ($time, '$accounts[0]')", "(account_id = '$accounts[0]') IS NOT TRUE", "(account_id = '$accounts[0]') = (aws_region = 'us-east-1')",
		"(event_time = $time) IS NOT FALSE", "nullif(account_id, '$accounts[0]') IS NULL", "event_time = ANY (ARRAY[${time}::timestamptz])", 'event_time IN (SELECT t FROM known)', 'EXISTS (SELECT FROM known WHERE known.a = e.account_id AND known.t <= e.event_time)',
		'account_id = (SELECT a FROM known WHERE known.r = e.aws_region ORDER BY n LIMIT 1)', 'account_id NOT IN (SELECT a FROM known WHERE n < 3)', "account_id = ANY ('{$accounts[0],NULL}'::texts)", "account_id <> ALL ('{$accounts[1],x}')", 'account_id = ANY (NULL::text[])',
		"'$accounts[1]' = ANY (ARRAY[account_id, aws_region])", "account_id = ANY (ARRAY[event_name, '$accounts[0]'])", "event_time AT TIME ZONE 'UTC' >= '2019-10-20'", "event_name = 'Get'");
}
sub simple
{
	my $pick = int rand 10;
	return 'event_time ' . one('=', '<', '<=', '>', '>=', '<>') . ' ' . a_time() if $pick < 2;
	return a_time() . ' ' . one('=', '<', '<=', '>', '>=') . ' event_time' if $pick == 2;
	return 'event_time ' . one('', 'NOT ') . 'BETWEEN ' . one('', 'SYMMETRIC ') . a_time() . ' AND ' . a_time() if $pick == 3;
	return 'account_id ' . one('=', '=', '<>', '<', '>=') . ' ' . an_account() if $pick == 4;
	return one("account_id ", "account_id NOT ") . 'IN (' . join(', ', map { an_account() } 0 .. rand 3) . ')' if $pick == 5;
	return 'aws_region ' . one('=', '=', '<>', '>') . ' ' . a_region() if $pick == 6;
	return one("account_id LIKE '1111%'", "account_id LIKE '1_11%'", "account_id LIKE ''", "aws_region LIKE 'us-_ast%'", "aws_region LIKE 'us-east\\-1'", 'aws_region IN (' . a_region() . ', ' . a_region() . ')', an_account() . ' = account_id') if $pick == 7;
	return $pick == 8 ? on_source() : on_several();
}
sub condition
{
	my ($depth) = @_;
	return simple() if $depth == 0 || rand() < 0.35;
	my @parts = map { condition($depth - 1) } 1 .. 2 + int rand 2;
	return one("NOT ($parts[0])", '(' . join(' AND ', @parts) . ')', '(' . join(' OR ', @parts) . ')');
}

# Queries around a condition, in which TABLE stands for either table.
sub query
{
	my $condition = condition(3);
	my $rows = q{count(*), md5(string_agg(e.event_id || e.source, ',' ORDER BY e.event_id, e.source))};
	my $join = one('e.event_time >= k.t AND e.account_id = k.a', 'e.source = k.s', 'e.account_id = k.a AND e.aws_region = k.r', "e.event_time BETWEEN k.ts AND k.t + interval '1 day'", 'e.event_time < k.d', 'e.account_id = k.v', 'e.aws_region = k.m', 'e.account_id = ANY (k.both)', "e.source LIKE left(k.s, 30) || '%'", 'starts_with(e.source, left(k.s, 33)) OR e.account_id = k.a');
	return one("SELECT $rows FROM TABLE AS e WHERE $condition", "SELECT $rows FROM TABLE AS e WHERE $condition", "SELECT $rows, sum(k.n) FROM known AS k JOIN TABLE AS e ON $join WHERE $condition",
		"SELECT string_agg(n || ' ' || c, ',' ORDER BY n) FROM known AS k LEFT JOIN LATERAL (SELECT count(*) AS c FROM TABLE AS e WHERE ($join) AND ($condition)) AS x ON true",
		"SELECT $rows FROM (SELECT event_id, source FROM TABLE AS e WHERE $condition EXCEPT SELECT event_id, source FROM TABLE AS e WHERE aws_region = 'us-east-1' AND ($condition)) AS e");
}

new_database('fdw_truth');
write_file($_) for 1 .. 120;
system("chmod -R a+rX $dir") == 0 or die;
my $csv = server_file('truth', join '', map { join("\t", @$_) . "\n" } @truth);
sql(qq{CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw; IMPORT FOREIGN SCHEMA "$dir" FROM SERVER log_files INTO public;
	CREATE TABLE truth (event_time timestamptz, event_id text, account_id text, aws_region text, event_name text, source text); COPY truth FROM '$csv';
	CREATE TABLE known AS SELECT row_number() OVER () AS n, event_time AS t, event_time AT TIME ZONE 'UTC' AS ts, event_time::date AS d, account_id AS a, account_id::varchar AS v, aws_region AS r, aws_region::name AS m, source AS s, ARRAY[account_id, aws_region] AS both
		FROM (SELECT * FROM truth ORDER BY md5(event_id) LIMIT 4) AS x; ANALYZE;
	CREATE DOMAIN texts AS text[]; CREATE DOMAIN a_time AS timestamptz; CREATE DOMAIN a_text AS text;
	CREATE FUNCTION one_account() RETURNS text STABLE LANGUAGE sql AS \$\$SELECT '$accounts[0]'\$\$; CREATE FUNCTION plain(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN \$1; END';
	CREATE FUNCTION any_account() RETURNS text VOLATILE LANGUAGE plpgsql AS \$\$BEGIN RETURN '$accounts[0]'; END\$\$});
is(sql('SELECT count(*) FROM (TABLE truth EXCEPT ALL SELECT event_time, event_id, account_id, aws_region, event_name, source FROM events) AS x'), 0, 'the foreign table has every event');
is(sql('SELECT count(*) FROM events'), scalar @truth, 'and no other');

# All in one session, a third of them as the planner is by default.
my @queries = map { query() } 1 .. $CONDITIONS;
my $script = 'SET client_min_messages = error;';
my $n = 0;
for my $query (@queries)
{
	my $settings = "SET timezone = '" . one('UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Etc/GMT+12') . "';"
	  . one('', '', 'SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_tuple_cost = 0;')
	  . one('', '', 'SET enable_hashjoin = off; SET enable_mergejoin = off;', 'SET enable_material = off; SET enable_nestloop = off;', 'SET enable_memoize = off; SET enable_hashjoin = off;');
	$script .= "\nBEGIN; " . $settings =~ s/SET /SET LOCAL /gr . join(' ', map { my $table = $_; "SELECT $n, x.*::text FROM (" . $query =~ s/TABLE/$table/gr . ') AS x;' } qw(events truth)) . ' COMMIT;';
	$n++;
}
my @answers = split /\n/, scalar sql_file(server_file('queries.sql', $script));
is(scalar @answers, 2 * $CONDITIONS, 'every query has an answer');
my @wrong = grep { $answers[ 2 * $_ ] ne $answers[ 2 * $_ + 1 ] } 0 .. $#queries;
is(join("\n", map { "$queries[$_]: $answers[2 * $_], not $answers[2 * $_ + 1]" } @wrong[ 0 .. ($#wrong < 2 ? $#wrong : 2) ]), '', "$CONDITIONS queries are answered as over a plain table");
my $found = grep { !/\|\(0,/ } map { $answers[ 2 * $_ + 1 ] } 0 .. $#queries;
cmp_ok($found, '>', $CONDITIONS / 2, "$found of them find something");
done_testing();
