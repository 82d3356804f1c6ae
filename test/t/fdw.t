# Foreign tables over log files: they give what unpacking the same files gives,
# whatever files their names exclude; damage is named and passed over; links and
# pipes are not followed; who may set a path, and who may read.
use strict;
use warnings;
use Compress::Zlib;
use File::Path;
use IO::Handle;
use Test::More;
use CloudtrailTest;

my $dir = $ENV{SERVER_FILES};
new_database('fdw');

# Writes a file below the folder of the server's files, compressed if its name says so.
sub write_log
{
	my ($path, $text) = @_;
	my ($folder) = $path =~ m{^(.*)/};
	mkpath("$dir/$folder");
	open my $out, '>:raw', "$dir/$path" or die "$path: $!";
	print $out $path =~ /\.gz$/ ? Compress::Zlib::memGzip($text) : $text;
	close $out;
}

# An event of a time, an account and a Region.
my $ids = 0;
sub event
{
	my ($time, $account, $region) = @_;
	return sprintf '{"eventVersion":"1.08","eventTime":"%s","eventID":"%08x-0000-4000-8000-000000000000","eventName":"GetSecretValue","eventSource":"secretsmanager.amazonaws.com","awsRegion":"%s","recipientAccountId":"%s"}', $time, ++$ids, $region, $account;
}
sub records { return '{"Records":[' . join(',', @_) . ']}' }

# The error that a statement ends with, or what it gives.
sub failure { my ($query) = @_; my $result = eval { sql($query) }; return $@ =~ /ERROR:  (.*)/ ? $1 : $result }

# What a statement gives, and what is said meanwhile.
sub complaints
{
	my ($query) = @_;
	my $file = server_file('complaints.sql', $query);
	my ($result, $messages) = sql_file($file);
	$messages =~ s/^psql:\S+ //mg;
	return ($result, $messages);
}

# The numbers of EXPLAIN (ANALYZE).
sub counts
{
	my ($query) = @_;
	my $plan = sql("SET max_parallel_workers_per_gather = 0; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $query");
	return { map { /^ *([A-Z][A-Za-z ]+): (\d+)$/ ? ($1 => $2) : () } split /\n/, $plan };
}

sql(q{CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw});
my $all_columns = join ', ', map { $_->{name} } columns();

# Makes a schema of a folder: table events, and all without names, and what unpacking gives.
sub archive
{
	my ($schema, $path, $late) = @_;
	$late //= '1 day';
	sql(qq{CREATE SCHEMA $schema;
		IMPORT FOREIGN SCHEMA "$path" FROM SERVER log_files INTO $schema OPTIONS (late '$late');
		IMPORT FOREIGN SCHEMA "$path" FROM SERVER log_files INTO $schema OPTIONS (table_name 'all_events', prune 'false');
		CREATE TABLE $schema.unpacked AS
			WITH RECURSIVE tree (path, is_folder) AS (SELECT '$path', true
				UNION ALL SELECT e.path, s.isdir FROM tree AS t, LATERAL (SELECT t.path || '/' || n AS path FROM pg_ls_dir(t.path) AS n) AS e, LATERAL pg_stat_file(e.path) AS s WHERE t.is_folder)
			SELECT r.*, coalesce(substring(path, '(?:^|/)(AWSLogs/.*)\$'), path) AS source
			FROM (SELECT path, pg_read_binary_file(path) AS log FROM tree WHERE NOT is_folder OFFSET 0) AS f, LATERAL (SELECT e AS event FROM (SELECT event AS e FROM cloudtrail_parse(f.log) WHERE event IS NOT NULL) AS x) AS e, LATERAL cloudtrail_records(e.event) AS r;});
}

# Tests that a folder's rows are those of unpacking it.
sub same_rows
{
	my ($schema, $name) = @_;
	my $rows = "count(*), md5(string_agg(r, '|' ORDER BY r)) FROM (SELECT ROW($all_columns, event::text, source)::text AS r FROM $schema";
	my ($expected) = sql("SELECT $rows.unpacked) AS x");
	my ($count) = split /\|/, $expected;
	cmp_ok($count, '>', 10, "$name: $count events");
	is(sql("SET client_min_messages = error; SELECT $rows.events) AS x"), $expected, "$name: rows are those of unpacking");
	is(sql("SET client_min_messages = error; SET max_parallel_workers_per_gather = 0; SELECT $rows.events) AS x"), $expected, "$name: by one process, too");
	is(sql("SELECT count(*) FROM $schema.unpacked AS u WHERE event IS NOT NULL AND (cloudtrail_compact(event))::text <> event::text"), 0, "$name: events are whole");
}

# Random conditions: what names exclude has nothing that would be found.
sub same_when_pruned
{
	my ($schema, $name, $times) = @_;
	my ($first, $last) = split /\|/, sql("SELECT extract(epoch FROM min(event_time))::bigint, extract(epoch FROM max(event_time))::bigint FROM $schema.unpacked");
	my @accounts = split /\n/, sql("SELECT DISTINCT account_id FROM $schema.unpacked WHERE account_id ~ '^[0-9]{12}\$' UNION SELECT '999999999999' UNION SELECT DISTINCT substring(source, 'AWSLogs/(?:o-[^/]*/)?([0-9]{12})/') FROM $schema.unpacked WHERE source ~ 'AWSLogs/(o-[^/]*/)?[0-9]{12}/'");
	my @regions = split /\n/, sql("SELECT DISTINCT aws_region FROM $schema.unpacked WHERE aws_region ~ '^[-a-z0-9]+\$' UNION SELECT 'xx-nowhere-1'");
	my @sources = split /\n/, sql("SELECT DISTINCT source FROM $schema.unpacked ORDER BY 1 LIMIT 30");
	my $time = sub {
		my $at = sprintf "to_timestamp(%d)", $first - 90000 + rand($last - $first + 180000);
		return (sub { $at }, sub { "($at AT TIME ZONE 'UTC')::date" }, sub { "(SELECT $at)" }, sub { "($at - interval '1 hour')" })[rand 4]->();
	};
	my $atom;
	$atom = sub {
		my ($depth) = @_;
		my $pick = int rand($depth > 0 ? 13 : 9);
		return "account_id = '$accounts[rand @accounts]'" if $pick == 0;
		return "aws_region IN ('$regions[rand @regions]', '$regions[rand @regions]')" if $pick == 1;
		return "'$regions[rand @regions]' = aws_region" if $pick == 2;
		return 'event_time >= ' . $time->() if $pick == 3;
		return $time->() . ' > event_time' if $pick == 4;
		return "event_time BETWEEN least(" . join(', ', map { $time->() . '::timestamptz' } 1, 2) . ") AND " . $time->() if $pick == 5;
		if ($pick == 6)
		{
			my $source = $sources[rand @sources];
			return "source = '$source'" if rand() < 0.3;
			my $part = substr($source, 0, rand length $source) =~ s/([\\%_])/\\$1/gr;
			return rand() < 0.5 ? "source LIKE '$part%'" : "starts_with(source, '" . substr($source, 0, rand length $source) . "')";
		}
		return "event_name LIKE 'G%'" if $pick == 7;
		return "account_id = ANY (ARRAY(SELECT '$accounts[rand @accounts]'))" if $pick == 8;
		my @parts = map { $atom->($depth - 1) } 1 .. 2 + int rand 2;
		return '(' . join($pick == 9 ? ' AND ' : ' OR ', @parts) . ')' if $pick < 12;
		return "NOT coalesce($parts[0], false)";
	};
	my ($pruned, @wrong) = (0);
	my $file = "$dir/random.sql";
	my @conditions = map { $atom->(2) } 1 .. $times;
	open my $out, '>', $file or die;
	print $out "SET client_min_messages = error; SET timezone = 'UTC'; SET max_parallel_workers_per_gather = 0;\n";
	print $out "SELECT count(*), coalesce(md5(string_agg(event_key::text || source, '|' ORDER BY event_key, source)), '') FROM $schema.$_->[0] WHERE $_->[1];\n" for map { my $c = $_; map { [ $_, $c ] } qw(events all_events) } @conditions;
	close $out;
	my @answers = split /\n/, scalar sql_file($file);
	is(scalar @answers, 2 * $times, "$name: every condition has an answer");
	for my $i (0 .. $#conditions)
	{
		push @wrong, "$conditions[$i]: $answers[2 * $i], not $answers[2 * $i + 1]" if $answers[2 * $i] ne $answers[2 * $i + 1];
		$pruned++ if $answers[2 * $i + 1] !~ /^0/;
	}
	is("@wrong[0 .. ($#wrong < 3 ? $#wrong : 3)]", '', "$name: $times conditions find the same whether names exclude files or not");
	cmp_ok($pruned, '>', $times / 10, "$name: $pruned find something");
}
srand($ENV{FDW_SEED} // 23);

# Generated logs, and hostile ones, of which some have times of other years.
system("test/generator/generate --events 1500 --seed 91 --days 60 --format s3 --events-per-file 20 --stories 20 --out $dir/year > /dev/null && chmod -R a+rX $dir/year") == 0 or die;
archive('year', "$dir/year");
same_rows('year', 'generated');
same_when_pruned('year', 'generated', 80);
system("test/generator/generate --events 600 --seed 92 --days 10 --hostile 40 --broken 20 --format s3 --events-per-file 30 --out $dir/hostile > /dev/null && chmod -R a+rX $dir/hostile") == 0 or die;
archive('hostile', "$dir/hostile", '1000 years');
same_rows('hostile', 'hostile and broken');
same_when_pruned('hostile', 'hostile and broken', 80);

# Names of another layout, and none: those tell nothing.
write_log('odd/x.json', records(map { event("2024-03-0${_}T10:00:00Z", '111122223333', 'eu-west-1') } 1 .. 9));
write_log('odd/AWSLogs/not-an-account/2024/01/01/y.json.gz', records(event('2024-05-01T10:00:00Z', '111122223333', 'eu-west-1')));
write_log('odd/AWSLogs/o-abcdefghij/111122223333/CloudTrail/eu-west-1/2024/13/45/z.ndjson', event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1') . "\n" . event('2024-05-01T10:00:02Z', '111122223333', 'eu-west-1'));
write_log('odd/111122223333/CloudTrail/us-east-1/2024/05/02/late.json.gz', records(event('2024-05-01T12:00:00Z', '111122223333', 'us-east-1')));
write_log('odd/111122223333/something/x.JSON', records(event('2024-05-01T10:00:03Z', '444455556666', 'us-west-2')));
write_log('odd/event_history.csv', join '', map { "$_\r\n" } 'Event ID,Event time,User name,Event name,Resource type,Resource name,AWS access key', map { "11111111-2222-4333-8444-00000000000$_,2024-05-01T10:00:0$_+00:00,alice,ListKeys,,," } 4 .. 6);
write_log('odd/CloudTrail/444455556666_CloudTrail-Insight_us-west-2_20240501T1010Z_abc.json.gz', records(event('2024-05-01T10:00:03Z', '444455556666', 'us-west-2')));
archive('odd', "$dir/odd");
same_rows('odd', 'names of other layouts');
same_when_pruned('odd', 'names of other layouts', 120);

# Real logs, in which names and events differ about the account.
if ($ENV{CLOUDTRAIL_CORPUS} && -d $ENV{CLOUDTRAIL_CORPUS})
{
	system("cp -rL '$ENV{CLOUDTRAIL_CORPUS}' $dir/real && find $dir/real -type f ! -name '*.json' ! -name '*.gz' ! -name '*.ndjson' ! -name '*.csv' -delete && chmod -R a+rX $dir/real") == 0 or die;
	archive('real', "$dir/real");
	same_rows('real', 'real logs');
	same_when_pruned('real', 'real logs', 60);
}
else
{
	SKIP: { skip 'CLOUDTRAIL_CORPUS names no folder of real logs', 1 }
}

# Copies of logs in which accounts or Regions were replaced: names that are wrong exclude nothing.
write_log("renamed/AWSLogs/111122223333/CloudTrail/eu-west-1/2024/05/01/111122223333_CloudTrail_eu-west-1_20240501T1000Z_$_.json.gz",
	records(map { event("2024-05-01T09:5$_:00Z", '999988887777', 'eu-west-1') } 0 .. 4)) for 'a', 'b';
write_log('renamed/AWSLogs/444455556666/CloudTrail/ap-south-1/2024/05/01/444455556666_CloudTrail_ap-south-1_20240501T1000Z_c.json.gz',
	records(map { event("2024-05-01T09:5$_:00Z", '444455556666', 'us-west-2') } 0 .. 4));
archive('renamed', "$dir/renamed");
is(sql(qq{SELECT count(*) FROM renamed.events WHERE account_id = '999988887777'}), 10, 'accounts that differ from the names are found');
is(sql(qq{SELECT count(*) FROM renamed.events WHERE aws_region = 'us-west-2'}), 5, 'Regions that differ from the names are found');
is(counts(q{SELECT FROM renamed.events WHERE account_id = '444455556666'})->{'Files Read'}, 3, 'for which files of wrong names are read');

# What has no events says nothing of names: the next file is asked.
for my $folder ('AWSLogs/111122223333/CloudTrail/eu-west-1/2024/05/01', 'flat')
{
	my @texts = ('', '{"Records":[]}', '7', records(map { event("2024-05-01T09:5$_:00Z", '999988887777', 'us-west-2') } 0 .. 4));
	write_log("unsaid/$folder/111122223333_CloudTrail_eu-west-1_20240501T09${_}0Z_a.json.gz", $texts[$_]) for 0 .. $#texts;
}
sql(q{CREATE SCHEMA unsaid});
sql(qq{IMPORT FOREIGN SCHEMA "$dir/unsaid/$_" FROM SERVER log_files INTO unsaid OPTIONS (table_name '$_')}) for 'AWSLogs', 'flat';
for my $table ('unsaid."AWSLogs"', 'unsaid.flat')
{
	is(sql("SET client_min_messages = error; SELECT count(*) FROM $table WHERE $_"), 5, "$table: found by $_, though the first files are empty") for "account_id = '999988887777'", "aws_region = 'us-west-2'";
}

# All events of the file that is asked count, and what an event without an account for it says nothing of.
my ($a, $b, $c) = qw(111122223333 444455556666 777788889999);
sub name_of { my ($account, $region, $name) = @_; return "AWSLogs/$account/CloudTrail/$region/2024/05/01/${account}_CloudTrail_${region}_$name.json.gz" }
sub caller_only { my ($account, $caller) = @_; return event('2024-05-01T09:58:00Z', $account, 'eu-west-1') =~ s/"recipientAccountId":"\d+"/"userIdentity":{"accountId":"$caller"}/r }
sub without_account { return event('2024-05-01T09:58:00Z', $a, 'eu-west-1') =~ s/,"recipientAccountId":"\d+"//r }
sub found { my ($schema, $condition) = @_; return scalar sql("SET client_min_messages = error; SELECT count(*) FROM $schema.events WHERE $condition") }
my @twelve = map { event('2024-05-01T09:58:00Z', $a, 'eu-west-1') } 1 .. 12;
write_log('thirteenth/' . name_of($a, 'eu-west-1', '20240501T1000Z_a'), records(@twelve, caller_only($a, $b)));
write_log('thirteenth/' . name_of($b, 'eu-west-1', '20240501T1000Z_b'), records(event('2024-05-01T09:58:00Z', $b, 'eu-west-1')));
archive('thirteenth', "$dir/thirteenth");
is(found('thirteenth', "account_id = '$b'"), 2, 'the thirteenth event of a file has the account of its caller');
write_log('same/' . name_of($a, 'eu-west-1', '20240501T1000Z_a'), records(caller_only($a, $a)));
write_log('same/' . name_of($a, 'eu-west-1', '20240501T1005Z_b'), records(caller_only($a, $b)));
archive('same', "$dir/same");
is(found('same', "account_id = '$b'"), 1, 'callers who are of the account by chance do not vouch for it');
write_log('eleventh/' . name_of($a, 'eu-west-1', '20240501T1000Z_a'), records(@twelve, event('2024-05-01T09:58:00Z', $a, 'us-east-1')));
archive('eleventh', "$dir/eleventh");
is(found('eleventh', "aws_region = 'us-east-1'"), 1, 'the thirteenth event of a file has another Region');
write_log('silent/' . name_of($a, 'eu-west-1', '20240501T1000Z_a'), records(map { without_account() } 1 .. 3));
write_log('silent/' . name_of($a, 'eu-west-1', '20240501T1005Z_b'), records(map { event('2024-05-01T09:58:00Z', $c, 'eu-west-1') } 1 .. 3));
archive('silent', "$dir/silent");
is(found('silent', "account_id = '$c'"), 3, 'events without an account say nothing, and the next file is asked');
write_log("mute/" . name_of($a, 'eu-west-1', sprintf '20240501T10%02dZ_a', $_), records(without_account())) for 0 .. 24;
write_log('mute/' . name_of($a, 'eu-west-1', '20240501T1100Z_b'), records(event('2024-05-01T09:58:00Z', $c, 'eu-west-1')));
archive('mute', "$dir/mute");
is(found('mute', "account_id = '$c'"), 1, 'nor is a name right if many files say nothing');

# One copy does not vouch for another below the same path.
write_log("copies/$_->[0]/" . name_of($a, 'eu-west-1', '20240501T1000Z_a'), records(event('2024-05-01T09:58:00Z', $_->[1], $_->[2]))) for ['b1', $a, 'eu-west-1'], ['b2', $c, 'eu-west-1'], ['b3', $a, 'ap-south-1'];
archive('copies', "$dir/copies");
is(found('copies', "account_id = '$c'"), 1, 'a copy with other accounts is found beside one with the right ones');
is(found('copies', "aws_region = 'ap-south-1'"), 1, 'and one with other Regions');
is(counts(qq{SELECT FROM copies.events WHERE account_id = '$b'})->{'Files Read'}, 1, 'while the others are left out');
for my $day (1 .. 3)
{
	write_log("flatter/logs/2024/05/0$day/${a}_CloudTrail_eu-west-1_2024050${day}T1000Z_a.json.gz", records(event("2024-05-0${day}T09:58:00Z", $a, 'eu-west-1')));
}
archive('flatter', "$dir/flatter");
is(counts(qq{SELECT FROM flatter.events WHERE account_id = '$b'})->{'Files Read'} // 0, 0, 'folders of days are one copy');

# Times as other tools write them into names say nothing.
write_log("merged/${a}_CloudTrail_eu-west-1_${_}_merged.json.gz", records(event('2024-05-01T09:58:00Z', $a, 'eu-west-1'))) for qw(20240501000000 202405011005 20240501T1000Z);
archive('merged', "$dir/merged");
is(found('merged', "event_time >= '2024-05-01' AND event_time < '2024-05-02'"), 3, 'names with a time of another form leave out nothing');

# Global services of old trails.
write_log('global/AWSLogs/111122223333/CloudTrail/eu-west-1/2019/05/01/111122223333_CloudTrail_eu-west-1_20190501T1000Z_a.json.gz',
	records(event('2019-05-01T09:58:00Z', '111122223333', 'eu-west-1'), event('2019-05-01T09:58:01Z', '111122223333', 'us-east-1')));
write_log('global/AWSLogs/111122223333/CloudTrail/eu-west-1/2024/05/01/111122223333_CloudTrail_eu-west-1_20240501T1000Z_a.json.gz',
	records(event('2024-05-01T09:58:00Z', '111122223333', 'eu-west-1')));
archive('global', "$dir/global");
is(sql(q{SELECT count(*) FROM global.events WHERE aws_region = 'us-east-1'}), 1, 'events of global services, which old trails kept in other Regions');
is(counts(q{SELECT FROM global.events WHERE aws_region = 'us-east-1'})->{'Files Read'}, 1, 'later ones did not');
my @elsewhere = qw(us-east-2 us-west-2 cn-north-1 us-gov-west-1);
write_log('elsewhere/AWSLogs/111122223333/CloudTrail/ap-south-1/2019/05/01/111122223333_CloudTrail_ap-south-1_20190501T1000Z_a.json.gz',
	records((map { event('2019-05-01T09:58:00Z', '111122223333', 'ap-south-1') } 1 .. 20), map { event('2019-05-01T09:58:01Z', '111122223333', $_) } @elsewhere));
archive('elsewhere', "$dir/elsewhere");
is(join(' ', map { scalar sql("SELECT count(*) FROM elsewhere.events WHERE aws_region = '$_'") } @elsewhere), '1 1 1 1', 'not all global services are in us-east-1');

# Which files are read, and which folders not even listed.
my $one = counts(q{SELECT FROM year.events WHERE event_time >= '2024-01-20' AND event_time < '2024-01-21'});
my $all = counts(q{SELECT FROM year.events});
cmp_ok($one->{'Files Read'}, '<', $all->{'Files Read'} / 15, "a day takes $one->{'Files Read'} of $all->{'Files Read'} files");
cmp_ok($one->{'Folders Left Out'}, '>', 100, "$one->{'Folders Left Out'} folders are not listed");
is($one->{'Files Read'} + $one->{'Files Left Out'}, $one->{'Files Found'}, 'files that were found were read or left out');
is(counts(q{SELECT FROM year.events WHERE account_id = NULL})->{'Files Read'} // 0, 0, 'a null excludes everything');
is(counts(q{SELECT FROM year.events WHERE event_time > (SELECT timestamptz '2030-01-01')})->{'Files Read'}, 0, 'conditions that are known as the query runs exclude files');
for my $far ("timestamptz '294260-01-01'", "timestamp '294260-01-01'", "date '294260-01-01'", "timestamptz 'infinity'", "timestamp 'infinity'", "date 'infinity'")
{
	is(sql("SELECT count(*) FROM year.events WHERE event_time < $far AND event_name <> ''"), 1500, "$far is later than all events");
	is(sql("SELECT count(*) FROM year.events WHERE event_time >= $far"), 0, "none is later than $far");
}
my $day = q{AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/05/};
is(counts(qq{SELECT FROM year.events WHERE source LIKE '$day%'})->{'Files Read'}, scalar(my @day = glob "$dir/year/$day*"), 'a folder by its source');
is(counts(q{SELECT FROM year.events WHERE source = 'AWSLogs/x'})->{'Files Found'}, 0, 'a source that is not there');
sql(q{PREPARE day(timestamptz) AS SELECT count(*) FROM year.events WHERE event_time BETWEEN $1 AND $1 + interval '1 day'});
is(sql(q{SET plan_cache_mode = force_generic_plan; PREPARE day(timestamptz) AS SELECT count(*) FROM year.events WHERE event_time BETWEEN $1 AND $1 + interval '1 day'; EXECUTE day('2024-01-20'); EXECUTE day('2024-02-10')}),
	sql(q{SELECT count(*) FROM year.unpacked WHERE event_time BETWEEN '2024-01-20' AND '2024-01-21'; SELECT count(*) FROM year.unpacked WHERE event_time BETWEEN '2024-02-10' AND '2024-02-11'}), 'parameters of a prepared statement');

# Joins.
my $join = q{FROM (VALUES (timestamptz '2024-01-10', '111122223333'), ('2024-01-20', '222233334444'), ('2024-02-10', '111122223333')) AS i (at, account) JOIN year.%s AS e ON e.event_time >= i.at AND e.event_time < i.at + interval '6 hours' AND e.account_id = i.account};
is(sql('SELECT count(*), sum(hashtext(event_key::text)) ' . sprintf $join, 'events'), sql('SELECT count(*), sum(hashtext(event_key::text)) ' . sprintf $join, 'unpacked'), 'a join');
my $nested = sql('SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*) ' . sprintf $join, 'events');
like($nested, qr/loops=3.*\n.*Filter: .*i?\.?at|"\*VALUES\*"/s, 'reads for each row of the other side');
my ($joined) = $nested =~ /Files Read: (\d+)/;
cmp_ok($joined, '<', $all->{'Files Read'} / 5, "only the files of its days: $joined");

# The option late.
write_log('late/AWSLogs/111122223333/CloudTrail/eu-west-1/2024/05/04/111122223333_CloudTrail_eu-west-1_20240504T1000Z_a.json.gz',
	records(event('2024-05-01T10:00:00Z', '111122223333', 'eu-west-1')));
archive('late', "$dir/late");
my $late = q{SELECT count(*) FROM late.events WHERE event_time < '2024-05-02'};
is(sql($late), 0, 'a file delivered three days late is not read');
is(sql("ALTER FOREIGN TABLE late.events OPTIONS (SET late '4 days'); $late"), 1, 'unless the option late allows for it');
is(failure(q{ALTER FOREIGN TABLE late.events OPTIONS (SET late '-1 day')}), 'option "late" must not be negative', 'late is not negative');
is(failure(q{ALTER FOREIGN TABLE late.events OPTIONS (SET late 'soon')}), 'invalid input syntax for type interval: "soon"', 'late is an interval');
is(sql("ALTER FOREIGN TABLE late.events OPTIONS (SET late '170000000 years'); $late"), 1, 'late can be very long');

# Damage is named, and passed over.
write_log('damage/AWSLogs/111122223333/CloudTrail/eu-west-1/2024/05/01/111122223333_CloudTrail_eu-west-1_20240501T100${_}Z_a.json.gz' =~ s/\$\{_\}/$_/r,
	records(event('2024-05-01T10:00:00Z', '111122223333', 'eu-west-1'), ($_ == 1 ? '{"eventTime":"never"}' : ()), event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1'))) for 0 .. 2;
my $gz = Compress::Zlib::memGzip(records(map { event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1') } 1 .. 100));
server_file('damage/cut.json.gz', substr $gz, 0, length($gz) / 2);
server_file('damage/empty.json', '');
server_file('damage/README', 'not a log file');
server_file("damage/\xff\n.json", records(event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1')));
system("chmod -R a+rX $dir/damage");
sql(qq{CREATE SCHEMA damage; IMPORT FOREIGN SCHEMA "$dir/damage" FROM SERVER log_files INTO damage});
my ($result, $messages) = complaints('SET max_parallel_workers_per_gather = 0; SELECT count(*) FROM damage.events');
cmp_ok($result, '>', 12, 'what is whole of damaged files is read');
like($messages, qr/WARNING:  log file "\Q$dir\E\/damage\/AWSLogs\/\S+1001Z_a\.json\.gz": skipped 1 record that is not a CloudTrail event\nDETAIL:  Item 2, byte offset 1?[0-9]+ in it: expected a date and time in eventTime/, 'a damaged record is named');
like($messages, qr/WARNING:  log file "\Q$dir\E\/damage\/cut\.json\.gz": skipped 1 record/, 'a damaged file is named');
like($messages, qr/WARNING:  log file "\Q$dir\E\/damage\/empty\.json": skipped 1 record/, 'so is an empty one');
is(() = $messages =~ /WARNING/g, 3, 'nothing else is complained of');
is(counts('SELECT FROM damage.events')->{'Records Skipped'}, 3, 'EXPLAIN counts records that were skipped');
is(sql('SELECT source FROM damage.events WHERE source ~ $$\\\\$$'), "$dir/damage/\\xff\\x0a.json", 'a name that is not text is made one');
is(sql(qq{SELECT count(*) FROM damage.events WHERE source = '$dir/damage/\\xff\\x0a.json'}), 1, 'and found by it');
sql(q{ALTER FOREIGN TABLE damage.events OPTIONS (ADD on_error 'stop')});
like(failure('SELECT count(*) FROM damage.events'), qr/^log file "\S+": skipped 1 record/, "on_error 'stop' ends the query");
is(failure(q{ALTER FOREIGN TABLE damage.events OPTIONS (SET on_error 'ignore')}), 'invalid value for option "on_error": "ignore"', 'on_error is one of two');

# Files that vanish, or cannot be read, or are no files; links.
mkpath("$dir/tree/a/b");
write_log('tree/a/b/one.json', records(event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1')));
write_log('outside/two.json', records(event('2024-05-01T10:00:02Z', '111122223333', 'eu-west-1')));
symlink "$dir/outside", "$dir/tree/link";
symlink "$dir/outside/two.json", "$dir/tree/a/link.json";
symlink '.', "$dir/tree/a/circle";
system("mkfifo $dir/tree/a/pipe.json && chmod a+rw $dir/tree/a/pipe.json && chmod -R a+rX $dir/outside $dir/tree") == 0 or die;
sql(qq{CREATE SCHEMA tree; IMPORT FOREIGN SCHEMA "$dir/tree" FROM SERVER log_files INTO tree});
is(sql('SELECT string_agg(source, $$,$$) FROM tree.events'), "$dir/tree/a/b/one.json", 'links and pipes are not opened');
symlink "$dir/tree/a", "$dir/way";
symlink "$dir/outside/two.json", "$dir/two.json";
sub path_gives
{
	my ($path) = @_;
	return failure(qq{ALTER FOREIGN TABLE tree.events OPTIONS (SET path '$path'); SELECT string_agg(replace(source, '$dir/', ''), ',' ORDER BY source) FROM tree.events});
}
is(path_gives("$dir/way"), 'way/b/one.json', 'the path itself may be a link');
is(path_gives("$dir/two.json"), 'two.json', 'and that of a file');
is(path_gives("$dir/outside/two.json"), 'outside/two.json', 'a file');
is(path_gives("$dir/tree/a/pipe.json"), qq{could not open directory "$dir/tree/a/pipe.json": Not a directory}, 'a pipe is not');
is(path_gives("$dir/t*/?/b"), 'tree/a/b/one.json', 'a pattern of folders');
is(path_gives("$dir/t*/?/b/[no]*.json"), 'tree/a/b/one.json', 'a pattern of files');
is(path_gives("$dir/*/two.json"), 'outside/two.json', 'a pattern does not match a link');
for my $folder ("$dir/tree [1]", "$dir/tree?")
{
	mkdir $folder or die;
	system('cp', "$dir/outside/two.json", "$folder/a[b].json") == 0 or die;
	chmod 0755, $folder;
}
is(path_gives("$dir/tree [1]"), 'tree [1]/a[b].json', 'a folder whose name looks like a pattern');
is(path_gives("$dir/tree?"), 'tree?/a[b].json', 'another, though the pattern matches nothing else');
is(path_gives("$dir/tree [1]/a[b].json"), 'tree [1]/a[b].json', 'a file whose name looks like a pattern');
is(path_gives("$dir/tree [1]/*.json"), '', 'in a path with a wildcard, all are');
is(path_gives("$dir/tree*/nothing*"), '', 'a pattern that matches nothing');
is(path_gives("$dir/tree/"), 'tree/a/b/one.json', 'a slash at the end');
is(path_gives("$dir/nowhere"), qq{could not open directory "$dir/nowhere": No such file or directory}, 'a path that is not there is an error');
is(path_gives('relative/path'), 'option "path" must be an absolute path', 'a relative path');

# Folders that are too deep.
write_log('deep/' . join('/', ('d') x 45) . '/a.json', '{"Records":[]}');
system("chmod -R a+rwX $dir/deep");
sql(qq{CREATE SCHEMA deep; IMPORT FOREIGN SCHEMA "$dir/deep" FROM SERVER log_files INTO deep});
($result, $messages) = complaints(q{SELECT count(*) FROM deep.events});
like($messages, qr{^WARNING:  skipped folder "\Q$dir\E/deep(/d)+": directories are nested too deeply$}m, 'a folder that is too deep is named, and why');
sql(qq{ALTER FOREIGN TABLE deep.events OPTIONS (ADD on_error 'stop')});
like(failure(q{SELECT count(*) FROM deep.events}), qr{^skipped folder .*: directories are nested too deeply$}, 'or an error');

# A file that goes away after it was listed: the first file's rows are fetched, the next is removed.
write_log("vanish/$_.json", records(map { event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1') } 1 .. 2)) for 1 .. 3;
system("chmod -R a+rwX $dir/vanish");
sql(qq{CREATE SCHEMA vanish; IMPORT FOREIGN SCHEMA "$dir/vanish" FROM SERVER log_files INTO vanish});
($result, $messages) = complaints(qq{BEGIN; SET LOCAL max_parallel_workers_per_gather = 0; DECLARE c CURSOR FOR SELECT source FROM vanish.events; FETCH 1 FROM c;\n\\! rm -f $dir/vanish/2.json\n\\! rm -f $dir/vanish/3.json; ln -s $dir/outside/two.json $dir/vanish/3.json\nFETCH ALL FROM c; COMMIT;});
is($result, "$dir/vanish/1.json\n$dir/vanish/1.json", 'files that vanish are skipped');
like($messages, qr/WARNING:  skipped log file "\S+\/vanish\/2.json": No such file or directory\n/, 'and named');
like($messages, qr/WARNING:  skipped log file "\S+\/vanish\/3.json": Too many levels of symbolic links\n/, 'one that became a link, too');

# Columns.
is(failure(qq{DROP FOREIGN TABLE IF EXISTS wrong; CREATE FOREIGN TABLE wrong (event_time timestamptz, eventname text) SERVER log_files OPTIONS (path '$dir/year'); SELECT * FROM wrong}),
	'column "eventname" of foreign table "wrong" is not a field of CloudTrail events', 'a column of another name');
($result) = eval { sql(qq{DROP FOREIGN TABLE IF EXISTS wrong; CREATE FOREIGN TABLE wrong (eventname text) SERVER log_files OPTIONS (path '$dir/year'); SELECT * FROM wrong}) };
like($@, qr/HINT:  There are: event_time timestamp with time zone, event_id text, .*, event cloudtrail_event, source text\./, 'what there is');
is(failure(qq{DROP FOREIGN TABLE IF EXISTS wrong; CREATE FOREIGN TABLE wrong (event_time timestamptz(0)) SERVER log_files OPTIONS (path '$dir/year'); SELECT * FROM wrong}),
	'column "event_time" of foreign table "wrong" must be of type timestamp with time zone', 'a column of another type');
is(failure(qq{DROP FOREIGN TABLE IF EXISTS wrong; CREATE FOREIGN TABLE wrong (event text) SERVER log_files OPTIONS (path '$dir/year'); SELECT * FROM wrong}),
	'column "event" of foreign table "wrong" must be of type cloudtrail_event', 'the event is an event');
is(sql(qq{CREATE FOREIGN TABLE few (source text, gone int, event_name text) SERVER log_files OPTIONS (path '$dir/year'); ALTER FOREIGN TABLE few DROP COLUMN gone; ALTER FOREIGN TABLE few ADD COLUMN event cloudtrail_event;
	SELECT count(*), count(few), count(DISTINCT source), min(tableoid::regclass::text) FROM few WHERE event_name LIKE 'G%' AND event @~ '*:Get*' AND tableoid = 'few'::regclass AND few IS NOT NULL}),
	sql(q{SELECT count(*), count(*), count(DISTINCT source), 'few' FROM year.unpacked WHERE event_name LIKE 'G%' AND event @~ '*:Get*'}), 'few columns, one of them dropped, the whole row, the table');
is(sql(q{SELECT count(*), bool_and(octet_length(event::text) > pg_column_size(event)) FROM (SELECT event FROM year.events WHERE event @~ 'secretsmanager:*' OFFSET 0) AS x}),
	sql(q{SELECT count(*), true FROM year.unpacked WHERE event @~ 'secretsmanager:*'}), 'events that a condition read come out compact');
is(sql(q{CREATE TABLE kept AS SELECT event, event_name(event) FROM year.events; CREATE INDEX ON kept USING gin (event); SELECT count(*), count(*) FILTER (WHERE event_name(event) = event_name) FROM kept}), '1500|1500', 'an import by SQL');
for my $command ('INSERT INTO few (event_name) VALUES (1)', 'UPDATE few SET event_name = 1', 'DELETE FROM few')
{
	like(failure($command), qr/^cannot \w+ (into|from )? ?foreign table "few"/, "$command is refused");
}
is(sql(q{BEGIN; CREATE TABLE o (k text); INSERT INTO o VALUES ('GetObject'); UPDATE o SET k = few.source FROM few WHERE o.k = few.event_name; SELECT count(*) FROM o WHERE k LIKE 'AWSLogs%'; ROLLBACK}), 1, 'an update of another table joined to it');

# Conditions in the order that barriers of security need.
sql(q{CREATE TABLE seen (name text); CREATE FUNCTION peep(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN INSERT INTO seen VALUES ($1); RETURN true; END $$;
	CREATE VIEW guarded WITH (security_barrier) AS SELECT event_name, request_parameters FROM year.events WHERE event_name = 'GetObject' AND request_parameters IS NOT NULL});
is(sql(q{SELECT count(*) > 0 FROM guarded WHERE peep(event_name); SELECT DISTINCT name FROM seen}), "t\nGetObject", 'a view that is a barrier shows nothing else to a function');
is(sql(q{SELECT count(*) FROM year.events AS a WHERE random() < 0.5}) < 1000 ? 'some' : 'most', 'some', 'a volatile condition is tested once');

# Queries that end before their end, cursors, scans in a loop.
is(sql('SELECT count(*) FROM (SELECT 1 FROM year.events LIMIT 3) AS x'), 3, 'a limit');
is(sql(q{SELECT count(*), sum(c) FROM generate_series(1, 3) AS n, LATERAL (SELECT count(*) AS c FROM year.events WHERE event_time > timestamptz '2024-01-01' + n * interval '10 days') AS x}),
	sql(q{SELECT count(*), sum(c) FROM generate_series(1, 3) AS n, LATERAL (SELECT count(*) AS c FROM year.unpacked WHERE event_time > timestamptz '2024-01-01' + n * interval '10 days') AS x}), 'scans in a loop');
is(sql(q{SELECT count(*) FROM year.events AS a JOIN year.events AS b USING (event_key)}), 1500, 'two scans at once');
is(failure('SELECT 1 / (count(*) - 1500) FROM year.events'), 'division by zero', 'an error') ;
like(failure(q{SET statement_timeout = '20ms'; SELECT count(*) FROM year.events AS a, year.events AS b, year.events AS c}), qr/canceling statement/, 'a query that takes long is ended');

# ANALYZE.
my $guess = sql(q{EXPLAIN SELECT FROM year.events}) =~ /rows=(\d+)/ ? $1 : 0;
ok($guess > 500 && $guess < 4500, "without statistics 1500 rows are taken for $guess");
sql('ANALYZE year.events');
is(sql(q{SELECT reltuples FROM pg_class WHERE oid = 'year.events'::regclass}), 1500, 'ANALYZE counts rows');
is(sql(q{SELECT count(*) > 40 FROM pg_stats WHERE schemaname = 'year' AND tablename = 'events'}), 't', 'and has statistics of columns');
my ($rows) = sql(q{EXPLAIN SELECT FROM year.events WHERE event_name = 'GetObject'}) =~ /rows=(\d+)/;
my $real = sql(q{SELECT count(*) FROM year.unpacked WHERE event_name = 'GetObject'});
ok($rows > $real / 3 && $rows < 3 * $real + 10, "by which $real rows are taken for $rows");
($rows) = sql(q{EXPLAIN SELECT FROM year.events WHERE event_time >= '2024-01-20' AND event_time < '2024-01-21'}) =~ /rows=(\d+)/;
cmp_ok($rows, '<', 150, "a day is taken for $rows rows");

# A partition: only what is within its bounds.
sql(qq{CREATE TABLE raw_events (event_time timestamptz NOT NULL, event_key uuid NOT NULL, event cloudtrail_event NOT NULL) PARTITION BY RANGE (event_time);
	CREATE INDEX ON raw_events USING gin (event); CREATE INDEX ON raw_events (event_time, event_key);
	CREATE TABLE raw_events_default PARTITION OF raw_events DEFAULT;
	INSERT INTO raw_events SELECT event_time, event_key, event FROM year.unpacked WHERE event_time >= '2024-02-01';
	CREATE FOREIGN TABLE january (event_time timestamptz NOT NULL, event_key uuid NOT NULL, event cloudtrail_event NOT NULL) SERVER log_files OPTIONS (path '$dir/year');
	ALTER TABLE raw_events ATTACH PARTITION january FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')});
is(sql('SELECT count(*), count(DISTINCT event_key), md5(string_agg(event_key::text, $$|$$ ORDER BY event_key)) FROM raw_events'),
	sql('SELECT count(*), count(*), md5(string_agg(event_key::text, $$|$$ ORDER BY event_key)) FROM year.unpacked'), 'a foreign partition and others give each event once');
is(sql(q{SELECT count(*) FROM january}), sql(q{SELECT count(*) FROM year.unpacked WHERE event_time < '2024-02-01'}), 'it gives what is within its bounds');
cmp_ok(counts('SELECT FROM january')->{'Folders Left Out'}, '>', 50, 'of whose files others are not even listed');
is(sql(q{SELECT count(*) FROM raw_events AS e, cloudtrail_records(e.event) AS r WHERE r.event_name = 'GetSecretValue'}), sql(q{SELECT count(*) FROM year.unpacked WHERE event_name = 'GetSecretValue'}), 'records of all partitions');
is(sql(q{SELECT count(*) FROM raw_events WHERE event @~ 'secretsmanager:*' AND event_time > '2024-01-15'}), sql(q{SELECT count(*) FROM year.unpacked WHERE event @~ 'secretsmanager:*' AND event_time > '2024-01-15'}), 'operators on all partitions');
like(failure(q{INSERT INTO raw_events SELECT event_time, event_key, event FROM year.unpacked WHERE event_time < '2024-02-01' LIMIT 1}), qr/^cannot insert into foreign table "january"/, 'nothing can be added to it');
sql('ANALYZE raw_events; ANALYZE january');
is(sql(q{SELECT reltuples FROM pg_class WHERE oid = 'january'::regclass}), sql(q{SELECT count(*) FROM year.unpacked WHERE event_time < '2024-02-01'}), 'ANALYZE counts what is within its bounds');
sql('ALTER TABLE raw_events DETACH PARTITION january');
is(sql(q{SELECT count(*) FROM january}), 1500, 'no longer a partition, it gives all');
is(failure(q{DELETE FROM raw_events; ALTER TABLE raw_events ADD PRIMARY KEY (event_time, event_key); ALTER TABLE raw_events ATTACH PARTITION january FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')}),
	'cannot attach foreign table "january" as partition of partitioned table "raw_events"', 'a table with a key has no foreign partitions');

# Files that are not in memory are read while those before them are unpacked.
sub in_memory { my ($file) = @_; return `fincore -nbo RES $file 2>&1` + 0 > 0 }
SKIP:
{
	my ($fadvise) = map { { x86_64 => 221, aarch64 => 223 }->{$_} } `uname -m` =~ /(\w+)/;
	my @files = map { sprintf 'ahead/%02d.json', $_ } 1 .. 20;
	skip 'no fincore', 2 unless $fadvise && grep { -x "$_/fincore" } split /:/, $ENV{PATH};
	write_log($_, records(event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1'))) for @files;
	sql(qq{CREATE SCHEMA ahead; IMPORT FOREIGN SCHEMA "$dir/ahead" FROM SERVER log_files INTO ahead});
	# What is still being written stays.
	for (1 .. 20)
	{
		for my $file (@files)
		{
			open my $in, '+<', "$dir/$file" or die "$file: $!";
			$in->sync;
			syscall($fadvise, fileno $in, 0, 0, 4);
		}
		last unless grep { in_memory("$dir/$_") } @files;
		select undef, undef, undef, 0.1;
	}
	skip 'files stay in memory', 2 if grep { in_memory("$dir/$_") } @files;
	is(sql('SELECT count(*) FROM (SELECT FROM ahead.events LIMIT 1) AS e'), 1, 'one file is read');
	for (1 .. 100)
	{
		last if in_memory("$dir/$files[-1]");
		select undef, undef, undef, 0.1;
	}
	ok(in_memory("$dir/$files[-1]"), 'and others are read ahead');
}

# IMPORT FOREIGN SCHEMA.
sql('CREATE SCHEMA imported');
sub import_of { my ($more, $path) = @_; return failure(sprintf 'IMPORT FOREIGN SCHEMA "%s" %s', $path // "$dir/year", $more) }
import_of('LIMIT TO (events) FROM SERVER log_files INTO imported');
is(sql(q{SELECT count(*) FROM information_schema.columns WHERE table_schema = 'imported'}), scalar(columns()) + 2, 'LIMIT TO: all columns, event and source');
import_of('LIMIT TO (nothing) FROM SERVER log_files INTO imported');
import_of('EXCEPT (events) FROM SERVER log_files INTO imported');
import_of(q{EXCEPT (events) FROM SERVER log_files INTO imported OPTIONS (table_name 'Other "one"', late '2 days', on_error 'stop')});
is(sql(q{SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'imported'::regnamespace}), 'Other "one",events', 'LIMIT TO and EXCEPT are respected');
is(sql(q{SELECT array_to_string(ftoptions[2:], ',') FROM pg_foreign_table WHERE ftrelid = 'imported."Other ""one"""'::regclass}), 'late=2 days,on_error=stop', 'options are passed on');
is(import_of('FROM SERVER log_files INTO imported', "$dir/nowhere"), qq{could not stat file "$dir/nowhere": No such file or directory}, 'a folder that is not there');
is(import_of('FROM SERVER log_files INTO imported', 'nowhere'), 'remote schema "nowhere" is not the absolute path of a folder or file', 'a name that is no path');
like(import_of(q{FROM SERVER log_files INTO imported OPTIONS (table_name 'x', lat '2 days')}), qr/^invalid option "lat"/, 'an option that is not known');
write_log("o'clock \\x/x.json", records(event('2024-05-01T10:00:01Z', '111122223333', 'eu-west-1')));
import_of(q{FROM SERVER log_files INTO imported OPTIONS (table_name 'quoted')}, "$dir/o'clock \\x");
is(sql('SELECT count(*) FROM imported.quoted'), 1, 'a name that has to be quoted');

# Privileges.
sql(qq{CREATE ROLE fdw_reader; CREATE ROLE fdw_maker; CREATE ROLE fdw_server_reader; GRANT pg_read_server_files TO fdw_server_reader; GRANT USAGE ON SCHEMA year TO fdw_reader; GRANT SELECT ON year.events TO fdw_reader;
	GRANT CREATE ON SCHEMA public TO fdw_maker, fdw_server_reader});
my $create = "CREATE FOREIGN TABLE mine (event_time timestamptz) SERVER log_files OPTIONS (path '$dir/year')";
is(sql(q{SET ROLE fdw_reader; SELECT count(*) FROM year.events}), 1500, 'who may select reads');
is(failure(q{SET ROLE fdw_maker; CREATE SERVER other FOREIGN DATA WRAPPER cloudtrail_fdw}), 'permission denied for foreign-data wrapper cloudtrail_fdw', 'nobody else makes a server');
is(failure("SET ROLE fdw_server_reader; $create"), 'permission denied for foreign server log_files', 'or a table, without USAGE');
sql(q{GRANT USAGE ON FOREIGN SERVER log_files TO fdw_maker, fdw_server_reader});
is(failure("SET ROLE fdw_maker; $create"), 'permission denied to set the option "path" of a foreign table', 'a path is set by who may read files of the server');
is(failure(qq{SET ROLE fdw_maker; IMPORT FOREIGN SCHEMA "$dir/nowhere" FROM SERVER log_files INTO public}), 'permission denied to set the option "path" of a foreign table', 'others are not told what is there');
is(sql("SET ROLE fdw_server_reader; $create; SELECT count(*) FROM mine"), 1500, 'who may, makes a table');
sql('ALTER FOREIGN TABLE mine OWNER TO fdw_maker');
is(failure(qq{SET ROLE fdw_maker; ALTER FOREIGN TABLE mine OPTIONS (SET path '/etc')}), 'permission denied to set the option "path" of a foreign table', 'its owner cannot point it elsewhere');
is(sql('SET ROLE fdw_maker; SELECT count(*) FROM mine'), 1500, 'but read it');
like(failure('CREATE FOREIGN TABLE pathless (event_time timestamptz) SERVER log_files'), qr/^option "path" is required/, 'a path is needed');
like(failure(q{CREATE SERVER wrong FOREIGN DATA WRAPPER cloudtrail_fdw OPTIONS (path '/')}), qr/^invalid option "path"/, 'servers have no options');
sql('DROP OWNED BY fdw_reader, fdw_maker, fdw_server_reader; DROP ROLE fdw_reader, fdw_maker, fdw_server_reader');
done_testing();
