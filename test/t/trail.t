# A trail: log files are imported once, completely, and nothing of them is lost.
use strict;
use warnings;
use File::Copy;
use File::Find;
use File::Path;
use IO::Compress::Gzip qw(gzip);
use IPC::Open3;
use Test::More;
use CloudtrailTest;

# A folder that the server can read, empty.
sub server_folder
{
	my ($name) = @_;
	my $folder = "$ENV{SERVER_FILES}/$name";
	rmtree($folder);
	mkpath($folder);
	return $folder;
}

# Writes a file below a folder, in folders that may be new.
sub put_file
{
	my ($path, $bytes) = @_;
	mkpath($path =~ s{/[^/]*$}{}r);
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out or die $!;
}

# A log file of some events, whose times are given.
sub log_of
{
	my (@events) = @_;
	return '{"Records":[' . join(',', map { qq({"eventTime":"$_->[0]","eventID":"$_->[1]","eventSource":"s3.amazonaws.com","eventName":"X","recipientAccountId":"111122223333"}) } @events) . ']}';
}

# An eventID that is a UUID, of a number.
sub id { return sprintf '00000000-0000-4000-8000-%012d', $_[0] }

# What a gzip file makes of bytes.
sub zipped
{
	my ($bytes, @options) = @_;
	gzip(\$bytes => \my $zipped, @options) or die;
	return $zipped;
}

# Runs psql in the background on a query; returns its process.
sub background
{
	my ($database, $query) = @_;
	my $pid = fork // die;
	return $pid if $pid;
	open STDOUT, '>', '/dev/null';
	open STDERR, '>', '/dev/null';
	$ENV{PGAPPNAME} = 'background';
	exec 'psql', '-XAqt', '-d', $database, '-c', $query;
}

new_database('trail');
sql(q{SELECT cloudtrail_create_trail('trail')});
my $import = sub {
	my ($source, $bytes) = @_;
	my $file = server_file('one.log', $bytes);
	return sql(qq{SELECT * FROM cloudtrail_import('trail', '$source', pg_read_binary_file('$file'))});
};
my $S3 = 'AWSLogs/111122223333/CloudTrail/us-east-2/2024/01/31/111122223333_CloudTrail_us-east-2_20240131T2355Z_Abc.json.gz';

# Partitions are those of the events, in UTC whatever the session's time zone.
my $two_months = log_of([ '2024-01-31T23:59:59Z', id(1) ], [ '2024-02-01T00:00:00Z', id(2) ]);
is(sql(qq{SET timezone = 'Asia/Kathmandu'; SET datestyle = 'SQL, DMY'; SELECT * FROM cloudtrail_import('trail', '$S3', pg_read_binary_file('${\ server_file('a.gz', zipped($two_months))}'))}),
	'log|2|2|0|0|f', 'a log file of two months');
is(sql('SELECT tableoid::regclass::text, count(*) FROM trail.raw_events GROUP BY 1 ORDER BY 1'), "trail.raw_events_2024_01|1\ntrail.raw_events_2024_02|1", 'in two partitions, by UTC');
is(sql(q{SELECT source, size, kind, account_id, aws_region, log_time AT TIME ZONE 'UTC', events, inserted, duplicates, rejects FROM trail.log_files}),
	"$S3|" . length(zipped($two_months)) . '|log|111122223333|us-east-2|2024-01-31 23:55:00|2|2|0|0', 'the ledger has what the name tells');
is(sql('SELECT encode(sha256, \'hex\') FROM trail.log_files'), sql("SELECT encode(sha256('$two_months'), 'hex')"), 'and the hash of the uncompressed content');

# Once is enough.
is($import->($S3, zipped($two_months)), 'log|2|0|2|0|t', 'the same again changes nothing');
is($import->('other/key.json.gz', zipped($two_months, -Level => 1)), 'log|2|0|2|0|t', 'the same content under another key, compressed otherwise, is known');
is($import->('third', $two_months), 'log|2|0|2|0|t', 'and uncompressed');
is(sql('SELECT count(*) FROM trail.log_files'), 3, 'the ledger has all three');
is($import->('fourth', log_of([ '2024-01-31T23:59:59Z', id(1) ], [ '2024-01-15T00:00:00Z', id(3) ], [ '2024-01-15T00:00:00Z', id(3) ])),
	'log|3|1|2|0|f', 'an event that another file brought is a duplicate, as is one twice in a file');
is(sql('SELECT count(*) FROM trail.raw_events'), 3, 'three events');

# What is no event is kept aside, and named as what it is.
is($import->('bad', '{"Records":[{"eventTime":"2024-01-01T00:00:00Z","eventName":"a"},{"eventName":"b"},7,{"eventTime":"1999-12-31T23:59:59Z"}]}'),
	'log|2|2|0|2|f', 'two events, two rejects');
is(sql(q{SELECT tableoid::regclass FROM trail.raw_events WHERE event_time < '2000-01-01 00:00Z'}), 'trail.raw_events_default', 'events of impossible times are kept apart');
is(sql(q{SELECT ordinal, error, encode(raw, 'escape') FROM trail.rejects WHERE source = 'bad' ORDER BY 1}),
	qq(2|byte offset 0: expected a CloudTrail record, but it has no eventTime|{"eventName":"b"}\n3|byte offset 0: expected a JSON object|7),
	'the rejects have reason and text');
my %kind = (
	'empty' => ['{"Records":[]}', 'log|0|0|0|0|f'],
	'digest' => ['{"awsAccountId":"1","digestStartTime":"2024-01-01T00:00:00Z","digestEndTime":"2024-01-01T01:00:00Z","digestPublicKeyFingerprint":"a","logFiles":[]}', 'digest|0|0|0|0|f'],
	'notice' => ['{"s3Bucket":"b","s3ObjectKey":["k"]}', 'notice|0|0|0|0|f'],
	'aggregated' => ['{"Records":[{"eventVersion":"1.0","eventId":"x","accountId":"1","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","timeWindow":{},"summary":{}}]}', 'aggregated event|0|0|0|0|f'],
	'insight' => ['{"Records":[{"eventVersion":"1.07","eventTime":"2024-01-01T00:00:00Z","eventType":"AwsCloudTrailInsight","insightDetails":{"state":"Start","eventName":"RunInstances","insightType":"ApiCallRateInsight"}}]}', 'insight|1|1|0|0|f'],
	'damaged' => ["\x1f\x8b\x08garbage", 'damaged|0|0|0|1|f'],
	'nothing' => ['', 'damaged|0|0|0|1|f'],
	'blanks' => [" \n", 'damaged|0|0|0|1|f'],
	'gzip of nothing' => [zipped(''), 'damaged|0|0|0|1|f'],
);
is($import->($_, $kind{$_}[0]), $kind{$_}[1], "$_ is recorded as what it is") for sort keys %kind;
is(sql(q{SELECT r.error FROM trail.rejects AS r JOIN trail.log_files AS f USING (sha256) WHERE f.source = 'nothing'}), 'byte offset 0: the file is empty', 'with the reason');
is(sql(q{SELECT string_agg(m, ' ' ORDER BY m) FROM cloudtrail_files_missing('trail', '{empty,nothing,blanks}', '{14,0,2}') AS m}), 'blanks nothing',
	'an empty file is to be tried again');
is($import->('nothing', '{"Records":[]}'), 'log|0|0|0|0|t', 'once it is there, it is a log file');

# Half a file today, the whole tomorrow, under the same key.
my $whole = zipped(log_of(map { [ '2024-01-20T00:00:00Z', id(100 + $_) ] } 1 .. 2000));
like($import->('cut.json.gz', substr($whole, 0, length($whole) / 2)), qr/^log\|\d+\|\d+\|0\|[1-9]\d*\|f$/, 'a truncated file gives what it has');
like($import->('cut.json.gz', $whole), qr/^log\|2000\|\d+\|\d+\|0\|f$/, 'the whole one is another content');
is(sql(q{SELECT count(*) FROM trail.raw_events WHERE event_time = '2024-01-20 00:00Z'}), 2000, 'with which the trail is complete');

# The table refuses an event under another's time or key.
ok(!eval { sql(qq{INSERT INTO trail.raw_events VALUES ('2024-01-02 00:00Z', '${\ id(9)}', '{"eventTime":"2024-01-01T00:00:00Z"}')}); 1 } && $@ =~ /event_matches/, 'time and key must be those of the event');

# COPY of NDJSON into the table itself, which finds time, key and partition.
my $ndjson = server_file('copy.ndjson', join '', map { qq({"eventTime":"2024-0$_-10T00:00:00Z","eventName":"copied"}\n) } 1, 3, 4, 4, 5);
my $placed = q{SELECT string_agg(tableoid::regclass::text, ' ' ORDER BY event_time) FROM trail.raw_events WHERE event_name(event) = 'copied'};
sql("COPY trail.raw_events (event) FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')");
is(sql($placed), 'trail.raw_events_2024_01 trail.raw_events_default trail.raw_events_default trail.raw_events_default', 'COPY fills in time and key, and leaves out duplicates');
sql("COPY trail.raw_events (event) FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'); INSERT INTO trail.raw_events (event) SELECT event FROM trail.raw_events WHERE event_name(event) = 'copied'");
is(sql($placed), 'trail.raw_events_2024_01 trail.raw_events_default trail.raw_events_default trail.raw_events_default', 'so it does again, and INSERT of events alone');
is(sql(q{SELECT cloudtrail_create_partitions('trail')}), "trail.raw_events_2024_03\ntrail.raw_events_2024_04\ntrail.raw_events_2024_05", 'months get their partitions');
is(sql($placed), 'trail.raw_events_2024_01 trail.raw_events_2024_03 trail.raw_events_2024_04 trail.raw_events_2024_05', 'and their events');

# Retention.
is(sql(q{SELECT cloudtrail_drop_before('trail', '2024-04-30 23:59:59Z')}), "trail.raw_events_2024_01\ntrail.raw_events_2024_02\ntrail.raw_events_2024_03", 'months that ended before are dropped');
is(sql('SELECT count(*) FROM trail.raw_events'), 2, 'the others stay');
is(sql('SELECT count(*) FROM trail.raw_events_default'), 0, 'of the default partition, events go that old');
is($import->($S3, zipped($two_months)), 'log|2|0|2|0|t', 'their files are not imported again');

# Two sessions that import the same files at the same moment end with one copy.
sql(q{SELECT cloudtrail_create_trail('race')});
my $folder = server_folder('race');
for my $file (1 .. 40)
{
	put_file("$folder/$file.json.gz", zipped(log_of(map { [ sprintf('2024-%02d-10T00:00:00Z', 1 + $_ % 3), id($_) ] } map { 50 * $file + $_ } 1 .. 200)));
}
my @sessions = map { background('trail', qq{CALL cloudtrail_import_directory('race', '$folder', $_)}) } 1, 3, 7;
waitpid $_, 0 for @sessions;
sql(qq{CALL cloudtrail_import_directory('race', '$folder')});
is(sql('SELECT count(*), count(DISTINCT event_key) FROM race.raw_events'), '2150|2150', 'three sessions at once: every event, each once');
is(sql('SELECT count(*), sum(inserted), count(DISTINCT sha256) FROM race.log_files'), '40|2150|40', 'and every file once in the ledger');

# A folder in S3's layout, with damage of five kinds among good files.
sub s3_folder
{
	my ($name, $events, $per_file) = @_;
	my $s3 = server_folder($name);
	system("test/generator/generate --events $events --seed 31 --days 3 --format s3 --events-per-file $per_file --out $s3 > /dev/null") == 0 or die;
	my @files;
	find({ no_chdir => 1, wanted => sub { push @files, $_ if -f } }, $s3);
	chmod 0644, @files;
	return ($s3, sort @files);
}
my ($s3, @files) = s3_folder('s3', 20_000, 2);
my %damage = (
	'a truncated file' => sub { substr $_[0], 0, length($_[0]) / 2 },
	'an empty file' => sub { '' },
	'garbage behind gzip' => sub { $_[0] . 'garbage' },
	'a flipped bit' => sub { my $b = $_[0]; substr($b, length($b) / 2, 1) ^= "\x10"; $b },
	'no JSON' => sub { zipped('<html>not found</html>') },
	'a broken record' => sub { zipped('{"Records":[{"eventTime":"2024-01-01T00:00:00Z"},{"eventTime":}]}') },
);
my %harmed;
my $n = 0;
for my $how (sort keys %damage)
{
	my $file = $files[ 100 + 700 * $n++ ];
	open my $in, '<:raw', $file or die;
	my $bytes = do { local $/; <$in> };
	put_file($file, $damage{$how}->($bytes));
	$harmed{$how} = $file =~ s{.*/}{}r;
}
sql(q{SELECT cloudtrail_create_trail('lake')});
my ($row, $said) = sql_file(server_file('call.sql', "CALL cloudtrail_import_directory('lake', '$s3', 500);\n"));
my ($done, $events, $inserted, $duplicates, $rejects, $failed) = split /\|/, $row;
cmp_ok($done, '==', @files, "a folder of $done files is imported");
for my $how (sort keys %harmed)
{
	like($said, qr/WARNING:.*\Q$harmed{$how}\E: \d+ item/, "$how is named");
}
is(() = $said =~ /WARNING/g, scalar(keys %harmed), 'and nothing else is');
like($said, qr/NOTICE:.* $done of $done files, $events events, \d+ events\/s/, 'progress is told');
is(sql('SELECT count(*), sum(rejects) FROM lake.log_files'), "$done|$rejects", 'the ledger agrees');
is(sql('SELECT count(*) FROM lake.raw_events'), $inserted, 'so does the table');
($row, $said) = sql_file(server_file('call.sql', "CALL cloudtrail_import_directory('lake', '$s3');\n"));
is((split /\|/, $row)[0], sql(q{SELECT count(*) FROM lake.log_files WHERE kind = 'damaged'}), 'a second run tries the damaged ones again');
like($row, qr/^\d+\|0\|0\|0\|\d+\|0$/, 'and finds nothing new');

# A server process killed in the middle, again and again, loses nothing and doubles nothing.
my ($whole_folder, @whole) = s3_folder('kill', 6_000, 20);
sql(q{SELECT cloudtrail_create_trail('expected')});
sql("CALL cloudtrail_import_directory('expected', '$whole_folder')");
my $expected = sql('SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM expected.raw_events');
my $interrupted = 0;
for my $trial (1 .. 10)
{
	sql(qq{SELECT cloudtrail_create_trail('killed')});
	my $pid = background('trail', "CALL cloudtrail_import_directory('killed', '$whole_folder', @{[1 + int rand 30]})");
	wait_for(q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'background' AND query ~ '^CALL')});
	select undef, undef, undef, rand 0.2;
	$interrupted += sql(q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'background'}) ;
	waitpid $pid, 0;
	sql("CALL cloudtrail_import_directory('killed', '$whole_folder')");
	is(sql('SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM killed.raw_events'), $expected, "trial $trial: terminated and run again, the same events");
	sql(q{SET client_min_messages = warning; DROP SCHEMA killed CASCADE});
}
cmp_ok($interrupted, '>', 3, "in $interrupted of ten trials there was something to terminate");

# A query that reads for long does not keep an import from going on.
sql(q{SELECT cloudtrail_create_trail('busy')});
my $reader = background('trail', 'SELECT pg_sleep(6) FROM (SELECT count(*) FROM busy.raw_events) AS x');
wait_for(q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'background' AND wait_event = 'PgSleep')});
my $busy = server_file('busy.json', log_of([ '2024-06-01T00:00:00Z', id(1) ]));
is(sql("SELECT inserted FROM cloudtrail_import('busy', 'busy.json', pg_read_binary_file('$busy'))"), 1, 'an import beside a long query');
is(sql('SELECT tableoid::regclass FROM busy.raw_events'), 'busy.raw_events_default', 'puts events of a new month in the default partition');
waitpid $reader, 0;
$busy = server_file('busy2.json', log_of([ '2024-06-02T00:00:00Z', id(2) ]));
sql("SELECT cloudtrail_import('busy', 'busy2.json', pg_read_binary_file('$busy'))");
is(sql('SELECT DISTINCT tableoid::regclass FROM busy.raw_events'), 'busy.raw_events_2024_06', 'from where the next import moves them');

# The typed view: all columns, partitions chosen by time, the indexes used.
sql(q{ANALYZE lake.raw_events});
is(sql(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'lake.events'::regclass AND attnum > 0}),
	sql(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'cloudtrail_record'::regclass AND attnum > 0}), 'the view has every column');
is(sql(q{SELECT count(*) FROM (SELECT attname, atttypid, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'cloudtrail_record'::regclass AND attnum > 0
	EXCEPT SELECT attname, atttypid, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'lake.events'::regclass AND attnum > 0) AS x}), 0, 'of the same name, type and comment');
$import = sql(q{SELECT cloudtrail_create_partition('lake', '2023-05-05'); SELECT cloudtrail_create_partition('lake', '2023-05-31 23:59:59.999999Z')});
is($import, "lake.raw_events_2023_05\nlake.raw_events_2023_05", 'a partition made by hand, once');
my $plan = sql(q{EXPLAIN (COSTS OFF) SELECT principal_arn FROM lake.events WHERE event_time >= '2023-05-01 00:00Z' AND event_time < '2023-06-01 00:00Z'});
like($plan, qr/raw_events_2023_05/, 'a condition on event_time');
unlike($plan, qr/raw_events_2024/, 'reads the partitions of that time alone');
like(sql(q{EXPLAIN (COSTS OFF) SELECT event_name FROM lake.events WHERE event @@ 'no/such/secret' AND event_time > '2024-01-01 00:00Z'}), qr/Bitmap Index Scan on raw_events_2024_\d\d_event_idx/, 'a condition on event uses the index');
like(sql(q{EXPLAIN (COSTS OFF) SELECT event_name FROM lake.events WHERE event_time = '2024-01-01 10:00Z' AND event_key = '00000000-0000-4000-8000-000000000001'}), qr/Index Scan using raw_events_2024_01_pkey/, 'time and key use the primary key');
is(sql('SELECT count(*), count(DISTINCT event_key), min(event_time), max(event_time) FROM lake.events'), sql('SELECT count(*), count(DISTINCT event_key), min(event_time), max(event_time) FROM lake.raw_events'), 'the view has what the table has');

# A name that must be quoted, the extension in another schema.
sql(q{CREATE DATABASE "other place"});
system(q(psql -Xq -v ON_ERROR_STOP=1 -d 'other place' -c 'CREATE SCHEMA ext' -c 'CREATE EXTENSION cloudtrail SCHEMA ext')) == 0 or die;
my $odd = server_file('odd.sql', <<"SQL");
SELECT ext.cloudtrail_create_trail('Trail '' "1"');
SELECT (ext.cloudtrail_import('"Trail '' ""1"""', 'x', pg_read_binary_file('$whole[0]'))).inserted > 0;
CALL ext.cloudtrail_import_directory('"Trail '' ""1"""', '$whole_folder');
COPY "Trail ' ""1""".raw_events (event) FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');
SET search_path = '';
SELECT count(*) FROM "Trail ' ""1""".events;
SQL
my $answer = `psql -XAqt -v ON_ERROR_STOP=1 -d 'other place' -f $odd 2>&1`;
my $count = 4 + (split /\|/, $expected)[0];
like($answer, qr/\n$count\n\z/, 'odd names, nothing in the search path') or diag($answer);

# Dump and restore into an empty database gives the same answers.
my $server = $ENV{SERVER_FILES};
system("chmod 777 $server; pg_dump -d trail -f $server/trail.sql && createdb trail_restored && psql -Xq -v ON_ERROR_STOP=1 -d trail_restored -f $server/trail.sql >/dev/null 2>$server/restore.log") == 0
	or diag(`tail -5 $server/restore.log`);
my $question = q{SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)), (SELECT md5(string_agg(f::text, chr(10) ORDER BY source)) FROM lake.log_files f) FROM lake.events WHERE event @~ 'secretsmanager:*'};
is(`psql -XAqt -d trail_restored -c "$question"` =~ s/\n\z//r, sql($question), 'after dump and restore');
like(`psql -XAqt -d trail_restored -c "CALL cloudtrail_import_directory('lake', '$s3')" 2>&1`, qr/^\d+\|0\|0\|/m, 'the ledger too: nothing to import');

# Who may insert can import; partitions are made by who owns the trail.
sql(q{SELECT cloudtrail_create_trail('shared'); CREATE ROLE loader; GRANT USAGE ON SCHEMA shared TO loader; GRANT SELECT, INSERT ON shared.raw_events, shared.log_files, shared.rejects TO loader});
my $july = q{'{"Records":[{"eventTime":"2024-07-01T00:00:00Z"},{"eventTime":"2024-07-02T00:00:00Z"},7]}'};
is(sql("SET ROLE loader; SELECT * FROM cloudtrail_import('shared', 'july', $july)"), 'log|2|2|0|1|f', 'a role that may insert');
is(sql("SET ROLE loader; SELECT * FROM cloudtrail_import('shared', 'july again', $july)"), 'log|2|0|2|0|t', 'twice');
is(sql(q{SELECT DISTINCT tableoid::regclass FROM shared.raw_events}), 'shared.raw_events_default', 'has no partition made');
is(sql(q{SELECT cloudtrail_create_partitions('shared'); SELECT DISTINCT tableoid::regclass FROM shared.raw_events}), "shared.raw_events_2024_07\nshared.raw_events_2024_07", 'which the owner does');

# Privileges are those of the functions that read files, and of the tables.
sql(q{GRANT pg_read_server_files TO loader; CREATE ROLE reader; GRANT USAGE ON SCHEMA lake TO reader; GRANT SELECT ON lake.events TO reader});
ok(!eval { sql(qq{SET ROLE reader; SELECT count(*) FROM lake.events}); 1 } && $@ =~ /permission denied for table raw_events/, 'the view asks for the privileges of who reads it');
ok(!eval { sql(qq{SET ROLE reader; CALL cloudtrail_import_directory('lake', '$s3')}); 1 } && $@ =~ /permission denied/, 'no files without privileges');

SKIP:
{
	my $corpus = $ENV{CLOUDTRAIL_CORPUS};
	skip 'CLOUDTRAIL_CORPUS is unset, or another', 2 unless $corpus && -d "$corpus/trail";
	my $copy = server_folder('real');
	system("cp -r $corpus/trail $copy/ && chmod -R a+rX $copy") == 0 or die;
	sql(q{SELECT cloudtrail_create_trail('real')});
	like(sql("CALL cloudtrail_import_directory('real', '$copy')"), qr/^55\|2900\|2900\|0\|0\|0$/, 'the 55 real files have 2,900 events');
	like(sql("CALL cloudtrail_import_directory('real', '$copy')"), qr/^0\|0\|0\|/, 'of which a second run inserts none');
}
done_testing();
