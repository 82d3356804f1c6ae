# What is proven of logs as they really lie: other places, other forms, parts
# of chains; and of the events in a trail, which are to make their files again.
use strict;
use warnings;
use File::Basename;
use File::Find;
use File::Path;
use JSON::PP;
use Test::More;
use CloudtrailTest;
use Digests;

my $files = "$ENV{SERVER_FILES}/proof";
mkpath("$files/secret");
my $key = make_key("$files/secret", 'key');
write_file("$files/keys.json", key_list($key));
new_database('proof');
$ENV{PGDATABASE} = 'proof';

# Runs the client; gives its status and all that it prints.
sub client
{
	my (@arguments) = @_;
	my $pid = open my $out, '-|' // die;
	unless ($pid)
	{
		open STDERR, '>&', \*STDOUT or die;
		exec 'cloudtrail-load', @arguments or die;
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8, $text);
}

# Makes log files below a new folder, and digests beside them.
sub new_logs
{
	my ($name, $options, %digests) = @_;
	my $folder = "$files/$name";
	rmtree($folder);
	system("test/generator/generate --seed 9 --format s3 $options --out $folder >/dev/null") == 0 or die;
	return ($folder, write_chains($folder, key => $key, signature => 1, %digests));
}

# Verifies a folder; gives the status and the three last lines, without numbers of bytes.
sub verify
{
	my ($folder) = @_;
	my ($status, $text) = client('verify', '-k', "$files/keys.json", $folder);
	return "status $status\n" . join "\n", map { s/; [\d,]+ bytes$//r } (split /\n/, $text)[ -3 .. -1 ];
}

# Imports a folder into a new trail; gives how many log files and digests have which status.
my $trails = 0;
sub status_of
{
	my ($folder) = @_;
	my $trail = 'trail' . ++$trails;
	system("chmod -R a+rX $folder");
	sql(qq{SET client_min_messages = error; SELECT cloudtrail_create_trail('$trail'); CALL cloudtrail_import_directory('$trail', '$folder');
		SELECT cloudtrail_add_keys('$trail', pg_read_file('$files/keys.json'))});
	return sql(qq{SELECT string_agg(n || ' ' || what, ', ' ORDER BY what) FROM (
		SELECT count(*) AS n, status || CASE WHEN proven THEN ', proven' ELSE '' END AS what FROM $trail.digest_status GROUP BY 2
		UNION ALL SELECT count(*), link || '/' || signature FROM $trail.digest_chain GROUP BY 2) AS s});
}

# The files below a folder whose names match.
sub find_files
{
	my ($folder, $pattern) = @_;
	my @found;
	find({ no_chdir => 1, wanted => sub { push @found, $_ if -f && /$pattern/ } }, $folder);
	return sort @found;
}

# Two accounts and Regions, an organization, a bucket and prefix that change, hours without events.
my ($folder, $chains) = new_logs('organization', '--events 400 --accounts 2 --regions 2 --days 1 --events-per-file 20',
	organization => 'o-exampleorgid', move_after => 5, least_hours => 20);
my $digests = map { @$_ } values %$chains;
my $logs = map { @{ $_->{logs} } } map { @$_ } values %$chains;
my $count = keys %$chains;
is(verify($folder), "status 0\n$logs log files, $logs verified\n$digests digests in $count chains; signatures: $digests valid\nno break",
	'several accounts and Regions, an organization trail, a new bucket and prefix, empty hours');
cmp_ok($digests, '>', $logs, "$digests digests for $logs log files");
is(status_of($folder), $count . " start/valid, $logs verified, proven, " . ($digests - $count) . ' whole/valid', 'in a trail');

# However the files are kept.
my $flat = "$files/flat";
mkpath($flat);
write_file("$flat/" . basename($_) =~ s/\.gz$//r, read_log($_)) for find_files($folder, '\.gz$');
system("cp $_ $flat/" . basename($_) =~ s/\.gz\.sig/.sig/r) for find_files($folder, '\.sig$');
rename $_, $_ =~ s/\.json\.gz\.sig$/.json.sig/r for find_files($flat, '\.sig$');
like(verify($flat), qr/^status 4\n.*first break: .*named otherwise/s, 'names without .gz are others');
rename $_, "$_.gz" for find_files($flat, '\.json$');
rename $_, $_ =~ s/\.json\.sig$/.json.gz.sig/r for find_files($flat, '\.sig$');
is(verify($flat), "status 0\n$logs log files, $logs verified\n$digests digests in $count chains; signatures: $digests valid\nno break",
	'uncompressed, all in one folder');

# Digests of files that came late.
($folder, $chains) = new_logs('late', '--events 100 --accounts 1 --regions 1 --days 1 --events-per-file 10 --service secretsmanager');
my ($chain) = values %$chains;
my @last = @$chain[ -6 .. -1 ];
my ($late_log) = map { @{ $_->{logs} } } reverse @$chain;
my $d = { %{ $chain->[0]{digest} }, logFiles => [ grep { $late_log =~ /\Q@{[basename $_->{s3Object}]}\E/ } map { @{ $_->{digest}{logFiles} } } @$chain ] };
$d->{digestS3Object} =~ s/\.json\.gz$/_backfill.json.gz/;
my $written = write_digest($folder, $key, $d);
write_file("$written->{path}.sig", $written->{previousDigestSignature});
is(status_of($folder), '2 start/valid, ' . (map { @{ $_->{logs} } } @$chain) . ' verified, proven, ' . (@$chain - 1) . ' whole/valid', 'a digest of late files');
is((split /\n/, verify($folder))[0], 'status 0', 'passes');

# A part of a chain is not proven as a whole, but no break either.
unlink map { $_->{path} } @$chain[ 0 .. 4 ];
unlink $written->{path};
unlink map { @{ $_->{logs} } } @$chain[ 0 .. 4 ];
like(verify($folder), qr/^status 1\n.* 1 earliest here;.*\nno break found, but not all can be proven$/s, 'the later part of a chain');
like(status_of($folder), qr/^1 earliest here\/valid, \d+ verified, proven, \d+ whole\/valid$/, 'in a trail');

# Validation that was switched off for some hours.
my ($first, $again) = map { new_logs("off$_", "--events 60 --accounts 1 --regions 1 --days 1 --start 2024-02-0$_ --events-per-file 10 --service secretsmanager") } 1, 2;
rmtree("$files/off");
my ($off) = "$files/off";
mkpath($off);
system("cp -r $files/off1/. $files/off2/. $off") == 0 or die;
like(verify($off), qr/^status 1\n.* 1 starts again; signatures: \d+ valid\nno break found, but not all can be proven$/s, 'a chain that begins again');
like(status_of($off), qr/1 start\/valid, 1 starts again\/valid/, 'in a trail');

# A copy elsewhere, of the same name and size, counts as well.
mkpath("$files/copies/one");
mkpath("$files/copies/two");
($folder) = new_logs('small', '--events 20 --accounts 1 --regions 1 --days 1 --events-per-file 20 --service secretsmanager');
like(verify($folder), qr/^status 0\n1 log file, 1 verified\n\d+ digests in 1 chain; /, 'one log file, one chain');
system("cp -r $folder $files/copies/one && cp -r $folder $files/copies/two") == 0 or die;
like(verify("$files/copies"), qr/^status 0\n/, 'two copies');
my ($changed) = find_files("$files/copies/two", '_CloudTrail_');
system("gunzip $_") for grep { -e } map { $_, $_ =~ s/two/one/r } $changed;
s/\.gz$// for $changed;
write_file($changed, read_file($changed) =~ s/"eventName":"\w/"eventName":"Z/r);
rename $_, "$_.gz" for $changed, $changed =~ s/two/one/r;
like(verify("$files/copies"), qr/^status 4\n.* 1 verified, 1 with another hash.*first break: \Q$changed.gz\E: hash differs/s, 'one of them changed');

# Verified before it is loaded, or not loaded.
($folder) = new_logs('load', '--events 200 --accounts 1 --regions 1 --days 1 --events-per-file 20 --service secretsmanager');
my ($status, $text) = client('-q', '--create', '--verify', '-k', "$files/keys.json", 'loaded', $folder);
is("$status $text", '0 ', '--verify of files in order');
sql(q{});
is(sql(q{SELECT DISTINCT status, proven FROM loaded.digest_status}), 'verified|t', 'loads them, with keys and signatures');
is(sql(q{SELECT DISTINCT signature FROM loaded.digest_chain}), 'valid', 'even of the newest');
my ($path) = find_files($folder, '_CloudTrail_');
write_log($path, read_log($path) . ' ');
($status, $text) = client('--create', '--verify', '-k', "$files/keys.json", 'refused', $folder);
is($status, 4, '--verify of a changed file');
like($text, qr/^cloudtrail-load: .*: hash differs from that in .*^first break: .*: hash differs/ms, 'names it');
is(sql(q{SELECT to_regnamespace('refused')}), '', 'and does nothing else');
is((client('verify', '-k', $path, $folder))[0], 3, 'what is no list of keys');
is((client('verify', '-k', "$files/nothing", $folder))[0], 3, 'no list of keys');
is((client('verify', '-'))[0], 3, 'standard input');
is((client('verify', "$files/nothing"))[0], 2, 'no files');
is((client('verify'))[0], 3, 'no path');

# The events of a trail make their files again.
$text = sql(q{SELECT status, count(*), sum(events), sum(missing), sum(differing) FROM loaded.event_status GROUP BY 1});
is($text, 'intact|' . sql('SELECT count(*) FROM loaded.log_files WHERE events > 0') . '|200|0|0', 'all events are there with their bytes');
is(sql(q{SELECT * FROM cloudtrail_record_event_status('loaded')}), $text =~ s/\|200.*//r, 'which is noted in the ledger');
is(sql(q{SELECT sum(intact_files) = sum(files), sum(altered_files) FROM loaded.coverage}), 't|0', 'and counted by coverage');
my ($source, $event_key) = split /\|/, sql(q{SELECT f.source, m.event_key FROM loaded.log_files f, cloudtrail_manifest(f.manifest) m WHERE f.events > 5 AND m.ordinal = 3 ORDER BY f.source LIMIT 1});
my $changes = sub {
	my ($change) = @_;
	return sql(qq{BEGIN; $change; SELECT source = '$source', status, missing, differing, missing_keys = '{$event_key}', differing_keys = '{$event_key}' FROM loaded.event_status WHERE status <> 'intact'; ROLLBACK});
};
is($changes->(qq{UPDATE loaded.raw_events SET event = replace(event::text, '"eventVersion":"1.', '"eventVersion":"2.')::cloudtrail_event WHERE event_key = '$event_key'}),
	't|events differ|0|1|f|t', 'an event with other bytes');
is($changes->(qq{UPDATE loaded.raw_events SET event = (' ' || event::text)::cloudtrail_event WHERE event_key = '$event_key'}), 't|events differ|0|1|f|t', 'be it a blank');
is($changes->(qq{DELETE FROM loaded.raw_events WHERE event_key = '$event_key'}), 't|events missing|1|0|t|f', 'an event removed');
like($changes->(qq{DELETE FROM loaded.raw_events WHERE event_key IN (SELECT m.event_key FROM loaded.log_files f, cloudtrail_manifest(f.manifest) m WHERE f.source = '$source')}), qr/^t\|gone\|\d+\|0\|f\|f$/, 'all events of a file');
is($changes->(qq{UPDATE loaded.log_files SET sha256 = sha256('x') WHERE source = '$source'}), 't|events differ|0|0|f|f', 'a ledger that says otherwise');

is(sql(qq{BEGIN; DELETE FROM loaded.raw_events WHERE event_key = '$event_key'; SELECT * FROM cloudtrail_record_event_status('loaded', '$source'); SELECT sum(altered_files), sum(files) - sum(intact_files) FROM loaded.coverage; ROLLBACK}),
	"events missing|1\n1|1", 'coverage counts what was found altered');

# The same event by another file: a duplicate if it is the same, else it differs.
sql(q{SELECT cloudtrail_create_trail('twice')});
my $event = '{"eventTime":"2024-01-01T00:00:00Z","eventID":"00000000-0000-4000-8000-000000000001","eventName":"%s"}';
my %log = (one => sprintf('{"Records":[%s]}', sprintf $event, 'A'), same => sprintf("%s\n", sprintf $event, 'A'), other => sprintf('{"Records":[%s]}', sprintf $event, 'B'));
sql("SELECT cloudtrail_import('twice', '$_', '$log{$_}')") for qw(one same other);
is(sql('SELECT source, status, differing FROM twice.event_status ORDER BY 1'), "one|intact|0\nother|events differ|1\nsame|intact|0", 'an event in several files');

# Whatever a log file is, its events make it again, or what was made of it.
my %form = (
	pretty => "{\n  \"Records\" : [\n    {\"eventTime\":\"2024-01-01T00:00:00Z\", \"a\": 1},\n    {\"eventTime\":\"2024-01-01T00:00:01.25Z\"}\n  ]\n}\n",
	'with rejects' => '{"Records":[{"eventTime":"2024-01-02T00:00:00Z"},7,{"eventName":"x"},{"eventTime":"2024-01-02T00:00:01Z"}],"more":[1]}',
	ndjson => qq({"eventTime":"2024-01-03T00:00:00Z"}\r\n{"eventTime":"2023-01-03T00:00:00Z"}\r\n\n),
	cut => '{"Records":[{"eventTime":"2024-01-04T00:00:00Z"},{"eventTime":"2024-01-04T00',
	text => '{"Events":[{"CloudTrailEvent":"{\"eventTime\":\"2024-01-05T00:00:00Z\"}"},{"CloudTrailEvent":"{\"eventTime\":\"2024-01-05T00:00:01Z\"}"}]}',
	envelope => '{"detail-type":"x","detail":{"eventTime":"2024-01-06T00:00:00Z"}}',
	'much garbage' => '{"eventTime":"2024-01-07T00:00:00Z"}' . ('garbage ' x 2000) . '{"eventTime":"2024-01-07T00:00:01Z"}',
	empty => '{"Records":[]}',
);
my $number = 0;
s/(\\?)"eventTime/sprintf '%s"eventID%s":%s"00000000-0000-4000-8000-%012d%s",%s"eventTime', ($1) x 3, $number++, $1, $1/ge for values %form;
sql(q{SELECT cloudtrail_create_trail('forms')});
sql("SELECT cloudtrail_import('forms', '$_', pg_read_binary_file('${\ server_file('form', $form{$_})}'))") for sort keys %form;
is(sql(q{SELECT string_agg(source, ', ' ORDER BY source) FROM forms.event_status WHERE status <> 'intact'}), 'much garbage, text', 'every form of file but two');
is(sql(q{SELECT DISTINCT status FROM forms.event_status WHERE status <> 'intact'}), 'as recorded', 'whose events have the hash that import recorded');
is(sql(q{SELECT string_agg(source, ', ' ORDER BY source) FROM forms.log_files WHERE events > 0 AND get_byte(manifest, 1) = 2}), 'much garbage, text', 'which stands in the manifest');
is(sql(q{UPDATE forms.raw_events SET event = (event::text || ' ')::cloudtrail_event; SELECT status, count(*) FROM forms.event_status GROUP BY 1}), 'events differ|7', 'and no change escapes');
is(sql(q{SELECT sum(differing) FROM forms.event_status}), sql('SELECT count(*) FROM forms.raw_events'), 'each is named');

SKIP:
{
	my $corpus = $ENV{CLOUDTRAIL_CORPUS};
	skip 'CLOUDTRAIL_CORPUS is unset, or another', 1 unless $corpus && -d "$corpus/trail";
	my $copy = "$files/real";
	system("cp -r $corpus/trail $copy && chmod -R a+rX $copy") == 0 or die;
	sql(qq{SELECT cloudtrail_create_trail('real'); CALL cloudtrail_import_directory('real', '$copy')});
	is(sql(q{SELECT status, sum(events) FROM real.event_status GROUP BY 1}), 'intact|2900', 'real log files are made again of their events, byte for byte');
}
done_testing();
