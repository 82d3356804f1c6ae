# cloudtrail-load: log files reach a trail, each once, whatever happens on the way.
use strict;
use warnings;
use File::Find;
use File::Path;
use IO::Compress::Gzip qw(gzip);
use Test::More;
use CloudtrailTest;

new_database('load');
$ENV{PGDATABASE} = 'load';
my $files = "$ENV{SERVER_FILES}/load";
mkpath($files);

# Runs the client; gives its status, standard output and standard error.
sub load_files
{
	my (@arguments) = @_;
	my ($out, $err) = ("$files/out", "$files/err");
	my $pid = fork // die;
	unless ($pid)
	{
		open STDOUT, '>', $out or die;
		open STDERR, '>', $err or die;
		open STDIN, '<', '/dev/null' or die unless grep { $_ eq '-' } @arguments;
		exec 'cloudtrail-load', @arguments or die;
	}
	waitpid $pid, 0;
	return ($? >> 8, map { open my $in, '<', $_ or die; local $/; <$in> // '' } $out, $err);
}

# Starts the client and leaves it running.
sub start_load
{
	my (@arguments) = @_;
	my $pid = fork // die;
	return $pid if $pid;
	open STDOUT, '>', "$files/out" or die;
	open STDERR, '>', "$files/err" or die;
	exec 'cloudtrail-load', @arguments or die;
}

# Writes a file.
sub put_file
{
	my ($path, $bytes) = @_;
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out;
	return $path;
}

# Generated log files in S3's layout.
sub s3_folder
{
	my ($name, $events, $per_file) = @_;
	system("test/data/generate --events $events --seed 51 --format s3 --events-per-file $per_file --out $files/$name > /dev/null") == 0 or die;
	return "$files/$name";
}

# What is in a trail.
sub state_of
{
	my ($trail) = @_;
	return sql("SELECT count(*), count(DISTINCT event_key), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM $trail");
}

# Usage.
my ($status, $out, $err) = load_files('--help');
is($status, 0, '--help');
like($out, qr/usage: cloudtrail-load .*--dry-run.*Exit status/s, 'tells the options and the exit status');
($status, $out) = load_files('--version');
like($out, qr/^cloudtrail-load \d+\.\d+\.\d+\n$/, '--version');
is((load_files('trail'))[0], 3, 'a path is needed');
is((load_files('--nonsense', 'trail', 'x'))[0], 3, 'an unknown option');
is((load_files('-j', '0', 'trail', 'x'))[0], 3, 'a number out of range');
($status, $out, $err) = load_files('trail', 'test/data/sample');
is($status, 3, 'there is no trail');
like($err, qr/there is no trail "trail" in database "load"/, 'which is said');
($status, $out, $err) = load_files('-d', 'no_such_database', 'trail', 'test/data/sample');
is($status, 3, 'there is no database');
like($err, qr/database "no_such_database" does not exist/, 'which is said');
($status, $out, $err) = load_files('-d', 'postgres', 'trail', 'test/data/sample');
like($err, qr/does not have the extension cloudtrail/, 'there is no extension');

# The samples, once.
($status, $out, $err) = load_files('--create', 'trail', 'test/data/sample');
is($status, 0, 'the samples are loaded into a new trail');
like($err, qr/cloudtrail-load: (\d+) of \1 files loaded, 0 of them known already: (\d+) events, \2 inserted, 0 item\(s\) put aside, 0 file\(s\) failed/, 'and counted');
my $samples = state_of('trail');
is(sql(q{SELECT count(*) FROM trail_files WHERE source LIKE 'AWSLogs/%' AND account_id IS NOT NULL}), sql(q{SELECT count(*) FROM trail_files WHERE source ~ 'CloudTrail'}), 'a source is a key of S3');
($status, $out, $err) = load_files('trail', 'test/data/sample');
is($status, 0, 'again');
like($err, qr/0 of 0 files loaded/, 'there is nothing to do');
is(state_of('trail'), $samples, 'and nothing done');

# What would be done.
my $s3 = s3_folder('s3', 3_000, 10);
my @logs;
find({ no_chdir => 1, wanted => sub { push @logs, $_ if -f } }, $s3);
($status, $out, $err) = load_files('-n', 'trail', 'test/data/sample', $s3, $s3);
my $found = @logs + sql('SELECT count(*) FROM trail_files');
like($out, qr/^$found files found, \d+ of them loaded before, ${\ scalar @logs} to load, /, '--dry-run counts each file once');
is(state_of('trail'), $samples, 'and loads none');
is(() = (load_files('-n', '-v', 'trail', $s3))[1] =~ /^AWSLogs\//mg, scalar @logs, 'with --verbose it names them');

# One connection or four, the same.
for my $jobs (1, 4)
{
	sql("SELECT cloudtrail_create_trail('jobs$jobs')");
	is((load_files('-q', '-j', $jobs, "jobs$jobs", $s3))[0], 0, "$jobs connection(s)");
}
is(state_of('jobs4'), state_of('jobs1'), 'load the same');
is((split /\|/, state_of('jobs1'))[0], 3_000, 'which is all');
is((load_files('-q', 'jobs1', $s3))[2], '', '--quiet says nothing');
is(() = (load_files('-v', '--create', 'verbose', $s3))[2] =~ /\d+ events, \d+ inserted$/mg, scalar @logs, '--verbose has a line for each file');

# On a terminal a bar, and no escape of a file's name.
SKIP:
{
	skip 'there is no script(1)', 2 if system('command -v script >/dev/null') != 0;
	my $bar = `script -qec "stty cols 60; cloudtrail-load --create terminal ${\ s3_folder('bar', 20_000, 10)}" /dev/null </dev/null`;
	like($bar, qr/\r\[#*-*\]\s+\d+% \d+ of \d+ files/, 'a progress bar');
	unlike($bar, qr/\r[^\r\n\e]{61}/, 'no wider than the terminal');
}

# Standard input.
put_file("$files/in.ndjson", qq({"eventTime":"2024-01-01T00:00:00Z","eventName":"a"}\nnothing\n));
is(system("cloudtrail-load -q trail - < $files/in.ndjson 2> $files/err") >> 8, 1, 'standard input; an item put aside gives status 1');
is(sql(q{SELECT inserted, rejects FROM trail_files WHERE source = 'stdin'}), '1|1', 'is in the ledger');
like(do { local (@ARGV, $/) = "$files/err"; <> }, qr/^cloudtrail-load: -: 1 item\(s\) put aside/, 'and told');

# Odd names, damage, what cannot be read: named, and no reason to stop.
my $odd = "$files/odd";
mkpath($odd);
gzip(\'{"Records":[{"eventTime":"2024-01-02T00:00:00Z"}]}' => \my $zipped);
put_file("$odd/new\nline.json", '{"eventTime":"2024-01-03T00:00:00Z"}');
put_file("$odd/esc\e[31m.json", '7');
put_file("$odd/latin\xe9.json", '{"eventTime":"2024-01-04T00:00:00Z"}');
put_file("$odd/it's \"quoted\" \\.json", '{"eventTime":"2024-01-05T00:00:00Z"}');
put_file("$odd/cut.json.gz", substr $zipped, 0, 30);
put_file("$odd/good.json.gz", $zipped);
put_file("$odd/readme.txt", 'no log');
put_file("$odd/large.json", ' ' x 5000);
symlink $odd, "$odd/circle" or die;
symlink "$odd/nowhere", "$odd/dangling.json" or die;
($status, $out, $err) = load_files('--create', '--max-size', 4000, 'odd', $odd, "$files/missing");
is($status, 2, 'files that failed give status 2');
like($err, qr/^cloudtrail-load: \Q$odd\E\/esc\\x1b\[31m\.json: 1 item\(s\) put aside/m, 'an escape in a name does not reach the terminal');
unlike($err, qr/\e/, 'nor elsewhere');
like($err, qr/large\.json: larger than 4000 bytes/, 'a file beyond --max-size is named');
like($err, qr/cut\.json\.gz: 1 item\(s\) put aside/, 'so is a truncated one');
like($err, qr/dangling\.json: No such file/, 'so is a link to nowhere');
like($err, qr/missing: No such file/, 'so is what is missing');
like($err, qr/1 file\(s\) are not named as log files/, 'other files are left out, and counted');
is(sql('SELECT count(*) FROM odd'), 4, 'what is good is loaded');
is(sql(q{SELECT count(*) FROM odd_files WHERE source ~ 'latin%E9\.json$' OR source LIKE E'%new\nline.json' OR strpos(source, 'it''s "quoted" \.json') > 0}), 3, 'under their names');
($status, $out, $err) = load_files('odd', "$odd/good.json.gz", "$odd/latin\xe9.json", "$odd/it's \"quoted\" \\.json");
like($err, qr/0 of 0 files loaded/, 'odd names are found again in the ledger');
is((load_files('-q', '"Odd Schema"."The Trail"', $odd))[0], 3, 'a trail in a schema that is missing');
sql(q{CREATE SCHEMA "Odd Schema"; SELECT cloudtrail_create_trail('"Odd Schema"."The Trail"')});
is((load_files('-q', '"Odd Schema"."The Trail"', "$odd/good.json.gz"))[0], 0, 'a name that is quoted');

# Interrupted in whatever way, then run again: each event once.
my $many = s3_folder('many', 12_000, 10);
sql(q{SELECT cloudtrail_create_trail('expected')});
load_files('-q', 'expected', $many);
my $expected = state_of('expected');
my %interrupt = (
	'Ctrl-C' => sub { kill 'INT', $_[0]; waitpid $_[0], 0; is($? >> 8, 130, 'Ctrl-C: status 130') },
	'kill -9 of the client' => sub { kill 'KILL', $_[0]; waitpid $_[0], 0 },
	'connections terminated' => sub {
		for (1 .. 3)
		{
			sql(q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'cloudtrail-load'});
			select undef, undef, undef, 0.1;
		}
		waitpid $_[0], 0;
		is($? >> 8, 0, 'connections terminated: it goes on and loads everything');
	});
for my $how (sort keys %interrupt)
{
	for my $trial (1 .. 4)
	{
		sql('DROP TABLE IF EXISTS broken, broken_files, broken_rejects CASCADE; DROP FUNCTION IF EXISTS broken_place');
		sql(q{SELECT cloudtrail_create_trail('broken')});
		my $pid = start_load('-q', '-j', $trial % 2 + 1, 'broken', $many);
		select undef, undef, undef, 0.1 + rand 0.3;
		$interrupt{$how}->($pid);
		# What the server still does is over in a moment.
		sql(q{DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'cloudtrail-load') LOOP PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$});
		my $kept = sql('SELECT count(*) FROM broken');
		is(sql('SELECT count(*) FROM broken'), sql('SELECT coalesce(sum(inserted), 0) FROM broken_files'), "$how: whole files only");
		is((load_files('-q', 'broken', $many))[0], 0, "$how: run again after $kept events");
		is(state_of('broken'), $expected, "$how: each event once");
	}
}

SKIP:
{
	my $corpus = $ENV{CLOUDTRAIL_CORPUS};
	skip 'CLOUDTRAIL_CORPUS is unset, or another', 1 unless $corpus && -d "$corpus/trail";
	load_files('-q', '-j', 2, '--create', 'real', "$corpus/trail");
	is(sql('SELECT count(*), count(DISTINCT event_key) FROM real'), '2900|2900', 'the 55 real files have 2,900 events');
}
done_testing();
