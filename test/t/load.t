# cloudtrail-load: log files reach a trail, each once, whatever happens on the way.
use strict;
use warnings;
use File::Find;
use File::Path;
use IO::Compress::Gzip qw(gzip);
use IO::Select;
use Test::More;
use CloudtrailTest;
use ImportWay;

new_import_database('load');
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
	# A suite that a shell runs in the background was told to ignore Ctrl-C, and the client would, too.
	$SIG{INT} = 'DEFAULT';
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
	system("test/generator/generate --events $events --seed 51 --format s3 --events-per-file $per_file --out $files/$name > /dev/null") == 0 or die;
	return "$files/$name";
}

# What is in a trail.
sub state_of
{
	my ($trail) = @_;
	return sql("SELECT count(*), count(DISTINCT event_key), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM $trail.raw_events");
}

# Usage.
my ($status, $out, $err) = load_files('--help');
is($status, 0, '--help');
like($out, qr/Usage: cloudtrail-load .*--dry-run.*Exit status/s, 'tells the options and the exit status');
($status, $out) = load_files('--version');
like($out, qr/^cloudtrail-load \d+\.\d+\.\d+\n$/, '--version');
is_deeply([ load_files('-V') ], [ load_files('--version') ], '-V');
is_deeply([ load_files('-?') ], [ load_files('--help') ], '-?');
is((load_files('-X'))[0], 3, 'an unknown letter');
is((load_files('trail'))[0], 3, 'a path is needed');
is((load_files('--nonsense', 'trail', 'x'))[0], 3, 'an unknown option');
is((load_files('-j', '0', 'trail', 'x'))[0], 3, 'a number out of range');
like((load_files('--max-size', $_, 'trail', 'x'))[2], qr/^cloudtrail-load: --max-size must be a size/, "no size: $_") for '0', '2G', '1X', 'G', '1GG', '-1k', 'nan';
unlike((load_files('--max-size', $_, 'trail', 'x'))[2], qr/--max-size/, "a size: $_") for '1', '4096', '64k', '64K', '1.5MB', '1G', '1GB';
($status, $out, $err) = load_files('trail', 'test/data/sample');
is($status, 3, 'there is no trail');
like($err, qr/there is no trail trail in database load/, 'which is said');
($status, $out, $err) = load_files('-d', 'no_such_database', 'trail', 'test/data/sample');
is($status, 3, 'there is no database');
like($err, qr/database "no_such_database" does not exist/, 'which is said');
($status, $out, $err) = load_files('-d', 'postgres', 'trail', 'test/data/sample');
like($err, qr/database postgres does not have the extension/, 'there is no extension');

# What users type.
for my $create ([], ['--create'])
{
	($status, $out, $err) = load_files(@$create, 'test/data/sample', 'trail');
	is($status, 3, "arguments swapped: @$create");
	like($err, qr/^cloudtrail-load: the trail comes first: cloudtrail-load trail test\/data\/sample$/m, 'is what is said');
}
is(sql(q{SELECT count(*) FROM pg_namespace WHERE nspname = 'trail'}), 0, 'and nothing is made');

# The samples, once.
($status, $out, $err) = load_files('--create', 'trail', 'test/data/sample');
is($status, 0, 'the samples are loaded into a new trail');
like($out, qr/^(\d+) files loaded\n([\d,]+) events, \2 inserted; [\d,]+ bytes in /, 'and counted');
is($err, '', 'without a complaint');
my $samples = state_of('trail');
is(sql(q{SELECT count(*) FROM trail.log_files WHERE source LIKE 'AWSLogs/%' AND account_id IS NOT NULL}), sql(q{SELECT count(*) FROM trail.log_files WHERE source ~ 'CloudTrail'}), 'a source is a key of S3');
($status, $out, $err) = load_files('trail', 'test/data/sample');
is($status, 0, 'again');
like($out, qr/^0 files loaded, \d+ loaded before\n/, 'there is nothing to do');
is(state_of('trail'), $samples, 'and nothing done');

# What would be done.
my $s3 = s3_folder('s3', 3_000, 10);
my @logs;
find({ no_chdir => 1, wanted => sub { push @logs, $_ if -f } }, $s3);
($status, $out, $err) = load_files('-n', 'trail', 'test/data/sample', $s3, $s3);
my $before = sql('SELECT count(*) FROM trail.log_files');
like($out, qr/^${\ scalar @logs} files of [\d,]+ bytes would be loaded, $before loaded before, ${\ scalar @logs} given twice\n$/, '--dry-run counts each file once');
is(state_of('trail'), $samples, 'and loads none');
is(() = (load_files('-n', '-v', 'trail', $s3))[1] =~ /AWSLogs\/.* would be loaded, \d+ bytes$/mg, scalar @logs, 'with --verbose it names them');

# One connection or four, the same.
for my $jobs (1, 4)
{
	sql("SELECT cloudtrail_create_trail('jobs$jobs')");
	is((load_files('-q', '-j', $jobs, "jobs$jobs", $s3))[0], 0, "$jobs connection(s)");
}
is(state_of('jobs4'), state_of('jobs1'), 'load the same');
is((split /\|/, state_of('jobs1'))[0], 3_000, 'which is all');
is(join('', (load_files('-q', 'jobs1', $s3))[1, 2]), '', '--quiet says nothing');
is(() = (load_files('-v', '--create', 'verbose', $s3))[1] =~ /\.gz: (?:log|data), \d+ events, \d+ inserted, 0 duplicates$/mg, scalar @logs, '--verbose has a line for each file');

# On a terminal a bar, in one line.
SKIP:
{
	skip 'there is no script(1), or no pseudo-terminal for it', 2
		if system('script -qec true /dev/null </dev/null >/dev/null 2>&1') != 0;
	my $bar = `script -qec "stty cols 60; cloudtrail-load --create terminal ${\ s3_folder('bar', 20_000, 10)}" /dev/null </dev/null`;
	like($bar, qr/\r\[#*-*\] [\d,]+\/2,\d+ files/, 'a progress bar');
	unlike($bar, qr/\r[^\r\n\e]{61}/, 'no wider than the terminal');
}

# Standard input.
put_file("$files/in.ndjson", qq({"eventTime":"2024-01-01T00:00:00Z","eventName":"a"}\nnothing\n));
is(system("cloudtrail-load -q trail - < $files/in.ndjson 2> $files/err") >> 8, 1, 'standard input; an item put aside gives status 1');
is(sql(q{SELECT inserted, rejects FROM trail.log_files WHERE source = 'stdin'}), '1|1', 'is in the ledger');
like(do { local (@ARGV, $/) = "$files/err"; <> }, qr/^cloudtrail-load: -: 1 item put aside/, 'and told');

# Odd names, damage, what cannot be read: named, and no reason to stop.
my $odd = "$files/odd";
mkpath($odd);
gzip(\'{"Records":[{"eventTime":"2024-01-02T00:00:00Z"}]}' => \my $zipped);
put_file("$odd/new\nline.json", '{"eventTime":"2024-01-03T00:00:00Z"}');
put_file("$odd/esc\e[31m.json", '7');
put_file("$odd/latin\xe9.json", '{"eventTime":"2024-01-04T00:00:00Z"}');
put_file("$odd/it's \"quoted\" \\.json", '{"eventTime":"2024-01-05T00:00:00Z"}');
put_file("$odd/cut.json.gz", substr $zipped, 0, 34);
put_file("$odd/good.json.gz", $zipped);
put_file("$odd/no\xc0\xafutf\xed\xa0\x80.json", '{"eventTime":"2024-01-06T00:00:00Z"}');
put_file("$odd/readme.txt", 'no log');
put_file("$odd/large.json", ' ' x 5000);
symlink $odd, "$odd/circle" or die;
symlink "$odd/nowhere", "$odd/dangling.json" or die;
($status, $out, $err) = load_files('--create', '--all', '--follow-links', '--max-size', 4000, 'odd', $odd, "$files/missing");
is($status, 2, 'files that failed give status 2');
like($err, qr/^cloudtrail-load: \Q$odd\E\/esc\\x1b\[31m\.json: 1 item put aside/m, 'an escape in a name does not reach the terminal');
unlike($err, qr/\e/, 'nor elsewhere');
like($err, qr/large\.json: is larger than 4000 bytes/, 'a file beyond --max-size is named');
like($err, qr/cut\.json\.gz: 1 item put aside/, 'so is a truncated one');
like($err, qr/dangling\.json: No such file/, 'so is a link to nowhere');
like($err, qr/missing: No such file/, 'so is what is missing');
like($out, qr/ 2 skipped, 3 failed/, 'other files, and links round in a circle, are left out and counted');
is(sql('SELECT count(*) FROM odd.raw_events'), 5, 'what is good is loaded');
is(sql(q{SELECT count(*) FROM odd.log_files WHERE source ~ 'latin%E9\.json$' OR source LIKE E'%new\nline.json' OR strpos(source, 'it''s "quoted" \.json') > 0 OR source LIKE '%no\%C0\%AFutf\%ED\%A0\%80.json'}), 4, 'under their names');
($status, $out, $err) = load_files('odd', "$odd/good.json.gz", "$odd/latin\xe9.json", "$odd/it's \"quoted\" \\.json");
like($out, qr/^0 files loaded, 3 loaded before\n/, 'odd names are found again in the ledger');
is((load_files('-q', 'The "Trail"', $odd))[0], 3, 'a trail that is missing');
sql(q{SELECT cloudtrail_create_trail('The "Trail"')});
is((load_files('-q', 'The "Trail"', "$odd/good.json.gz"))[0], 0, 'a name that SQL must quote is given as it is');

like((load_files('-n', '-v', '--all', '--create', 'new', $odd))[1], qr/esc\\x1b\[31m\.json: would be loaded/, '--dry-run does not let escapes through either');
is(sql(q{SELECT to_regnamespace('new')}), '', 'nor makes a trail');
is((load_files('-w', '-h', '/nonexistent', 'trail', $odd))[0], 3, 'no server');
sql('CREATE SCHEMA no_trail');
is((load_files('no_trail', $odd))[0], 3, 'a schema that is not a trail');

# A pipe has no size before it is read; named twice, it is read once.
system("mkfifo $files/pipe") == 0 or die;
system("(sleep 0.3; echo '{\"eventTime\":\"2024-01-07T00:00:00Z\"}') > $files/pipe &");
is((load_files('-q', 'odd', "$files/pipe", "$files/pipe"))[0], 0, 'a pipe');
is(sql(q{SELECT inserted FROM odd.log_files WHERE source LIKE '%/pipe'}), 1, 'is loaded');

# A file that ends its connection each time is given up after some tries; a
# deadlock and the like are tried again; no file can be loaded without privileges.
sql(q{SELECT cloudtrail_create_trail('fatal'); SELECT cloudtrail_create_trail('conflict'); CREATE SEQUENCE tries;
	CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.source LIKE '%good.json.gz' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$;
	CREATE TRIGGER die BEFORE INSERT ON fatal.log_files FOR EACH ROW EXECUTE FUNCTION die();
	CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF nextval('public.tries') < 4 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;
	CREATE TRIGGER conflict BEFORE INSERT ON conflict.log_files FOR EACH ROW EXECUTE FUNCTION conflict()});
($status, $out, $err) = load_files('fatal', "$odd/good.json.gz", "$odd/latin\xe9.json");
is($status, 2, 'a file that ends its connection each time');
like($err, qr/good\.json\.gz: .*terminating connection.*\(5 times\)$/m, 'is named in the end');
is(sql('SELECT count(*) FROM fatal.raw_events'), 1, 'and the next file is loaded');
is((load_files('-q', 'conflict', "$odd/good.json.gz"))[0], 0, 'a deadlock is tried again');
is(sql('SELECT last_value FROM tries'), 4, 'until it is none');
sql(q{CREATE ROLE poor LOGIN; GRANT USAGE ON SCHEMA odd TO poor; GRANT SELECT ON odd.raw_events, odd.log_files TO poor});
($status, $out, $err) = load_files('-U', 'poor', 'odd', $s3);
is($status, 2, 'no privileges');
is(() = $err =~ /^/mg, 1, 'are complained about once');
like($out, qr/ 1 failed, ${\ (@logs - 1)} not loaded$/m, 'and no other file is tried');
sql('DROP OWNED BY poor; DROP ROLE poor');

# Small files go together, and one that fails takes no neighbour with it.
my $together = "$files/together";
mkpath($together);
put_file(sprintf("$together/%03d.json", $_), sprintf '{"Records":[{"eventTime":"2024-03-01T00:00:00Z","eventID":"a%d"},{"eventTime":"2024-03-02T00:00:00Z","eventID":"b%d"}]}', $_, $_) for 1 .. 300;
put_file("$together/050x.json", '{"Records":[{"eventTime":"2024-03-01T00:00:00Z","eventID":"a400"},7]}');
put_file("$together/150x.json", '{"Records":[{"eventTime":"2024-03-01T00:00:00Z","eventID":"a401"}]}');
put_file("$together/250x.json", '{"Records":[{"eventTime":"2024-03-01T00:00:00Z","eventID":"a7"}]}');
sql(q{SELECT cloudtrail_create_trail('together'); SELECT cloudtrail_create_partition('together', '2024-03-01Z')});
($status, $out, $err) = load_files('together', $together);
is($status, 1, 'small files together, one of them with a reject');
is($err =~ s/\(the last of them .*//r, "cloudtrail-load: $together/050x.json: 1 item put aside as not an event\n", 'which is named');
is(sql('SELECT count(*), sum(events), sum(inserted), sum(rejects) FROM together.log_files'), '303|603|602|1', 'each file is loaded');
is(sql('SELECT count(*), count(DISTINCT event_key) FROM together.raw_events'), '602|602', 'with its events');
sql(q{SELECT cloudtrail_create_trail('mostly'); SELECT cloudtrail_create_partition('mostly', '2024-03-01Z');
	CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.source LIKE '%150x.json' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$;
	CREATE TRIGGER refuse BEFORE INSERT ON mostly.log_files FOR EACH ROW EXECUTE FUNCTION refuse()});
unlink "$together/050x.json", "$together/250x.json";
($status, $out, $err) = load_files('mostly', $together);
is($status, 2, 'a file that fails among others');
is($err, "cloudtrail-load: $together/150x.json: not this one\n", 'is named');
is(sql('SELECT count(*), sum(inserted) FROM mostly.log_files'), '300|600', 'and its neighbours are loaded');
unlink "$together/150x.json";
sql(q{SELECT cloudtrail_create_trail('fewer'); SELECT cloudtrail_create_partition('fewer', '2024-03-01Z')});
goes_its_way(300, sub { is((load_files('-q', 'fewer', $together))[0], 0, 'without those') });
my $transactions = sql('SELECT count(DISTINCT xmin::text) FROM fewer.log_files');
ok(by_sql() ? $transactions == 300 : $transactions <= 3, "three hundred files take few transactions, by SQL one each: $transactions");

# Told to go on when the terminal is gone, as nohup does.
sql(q{SELECT cloudtrail_create_trail('slow');
	CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.6); RETURN NEW; END $$;
	CREATE TRIGGER slow BEFORE INSERT ON slow.log_files FOR EACH ROW EXECUTE FUNCTION slow()});
{
	local $SIG{HUP} = 'IGNORE';
	my $pid = start_load('-q', 'slow', "$odd/good.json.gz");
	wait_for(q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'cloudtrail-load' AND wait_event = 'PgSleep')});
	kill 'HUP', $pid;
	waitpid $pid, 0;
	is($?, 0, 'SIGHUP that was ignored stays ignored');
}

# Interrupted while standard input gives no more: it waits once it has read what there was.
pipe my $begun, my $writer or die;
syswrite $writer, '{"Records":[';
open my $old_in, '<&', \*STDIN or die;
open STDIN, '<&', $begun or die;
my $waiting = start_load('trail', '-');
wait_for(sub { !IO::Select->new($begun)->can_read(0) });
kill 'TERM', $waiting;
waitpid $waiting, 0;
is($? >> 8, 143, 'SIGTERM while standard input gives no more: status 143');
like(do { local (@ARGV, $/) = "$files/out"; <> }, qr/^interrupted: 0 files loaded, 1 not loaded\n/, 'and a summary');
open STDIN, '<&', $old_in or die;

# Interrupted in whatever way, then run again: each event once.
my $events = by_sql() ? 4_000 : 12_000;
my $many = s3_folder('many', $events, 10);
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
	for my $trial (1 .. (by_sql() ? 1 : 4))
	{
		sql(q{SET client_min_messages = warning; DROP SCHEMA IF EXISTS broken CASCADE});
		# It takes two seconds at least, so that it is not over when it is to be interrupted.
		sql(q{SELECT cloudtrail_create_trail('broken');
			CREATE FUNCTION broken.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.003); RETURN NEW; END $$;
			CREATE TRIGGER slow BEFORE INSERT ON broken.log_files FOR EACH ROW EXECUTE FUNCTION broken.slow()});
		my $pid = start_load('-q', '-j', $trial % 2 + 1, 'broken', $many);
		wait_for(q{EXISTS (SELECT FROM pg_locks WHERE relation = 'broken.log_files'::regclass AND mode = 'RowExclusiveLock')});
		select undef, undef, undef, rand 0.5;
		$interrupt{$how}->($pid);
		# What the server still does is over in a moment.
		sql(q{DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'cloudtrail-load') LOOP PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$});
		my $kept = sql('SELECT count(*) FROM broken.raw_events');
		is(sql('SELECT count(*) FROM broken.raw_events'), sql('SELECT coalesce(sum(inserted), 0) FROM broken.log_files'), "$how: whole files only");
		sql('DROP TRIGGER slow ON broken.log_files');
		is((load_files('-q', 'broken', $many))[0], 0, "$how: run again after $kept events");
		is(state_of('broken'), $expected, "$how: each event once");
	}
}

# What the planner must know is there after a load, by one connection or several, and is not asked for again.
for my $jobs (1, 2)
{
	sql(qq{SELECT cloudtrail_create_trail('planned$jobs')});
	is((load_files('-q', '-j', $jobs, "planned$jobs", $many))[0], 0, "$jobs connections");
	is(sql(qq{SELECT count(DISTINCT tablename) FROM pg_stats WHERE schemaname = 'planned$jobs' AND tablename IN ('secret_facts', 'issued_credentials')}), 2, 'the facts are analyzed');
	is(sql(qq{SELECT sum(events) FROM planned$jobs.activity}), $events, 'and days summed up');
	is(sql(qq{SELECT cloudtrail_refresh_statistics('planned$jobs')}), 'f', 'once');
}
sql(q{CREATE ROLE load_reader; GRANT USAGE ON SCHEMA planned1 TO load_reader; DELETE FROM pg_statistic WHERE starelid = 'planned1.secret_facts'::regclass});
is(sql(q{SET ROLE load_reader; SELECT cloudtrail_refresh_statistics('planned1')}), 'f', 'by their owner only');
is(sql(q{SELECT cloudtrail_refresh_statistics('planned1')}), 't', 'who does');
sql(q{DROP OWNED BY load_reader; DROP ROLE load_reader});

# A folder without log files, and one in which most files are something else.
my $home = "$files/home";
mkpath("$home/empty");
for my $verify ([], ['verify'])
{
	($status, $out, $err) = load_files(@$verify ? 'verify' : 'trail', "$home/empty");
	is($status, 3, "an empty folder: @$verify");
	like($err, qr/^cloudtrail-load: there are no files whose names end in \.json, /m, 'which is said');
}
put_file("$home/settings.json", '{"token":"none of your business"}');
($status, $out, $err) = load_files('trail', $home);
is($status, 3, 'one file of something else');
like($err, qr/none of 1 file looks like one of CloudTrail's \(--all loads them\)/, 'which is said');
is(sql(q{SELECT count(*) FROM trail.log_files WHERE source ~ 'settings'}), 0, 'and not loaded');
my %looks = (
	plain => '{"Records":[{"eventTime":"2024-02-01T00:00:00Z"}]}',
	csv => "Event ID,Event time,User name\n1,2024-02-02T00:00:00Z,x\n",
	base64 => '{"records":[{"data":"H4sIAAAAAAAA"}]}',
	utf16 => join('', map { "$_\0" } split //, '{"eventTime":"2024-02-03T00:00:00Z"}'),
	escaped => '{"message":"{\"eventTime\":\"2024-02-04T00:00:00Z\"}"}',
	notice => '{"s3Bucket":"b","s3ObjectKey":["AWSLogs/1/CloudTrail/x.json.gz"]}',
	ocsf => '{"class_uid":6003,"time":1}');
mkpath("$home/looks");
put_file("$home/looks/$_." . ($_ eq 'csv' ? 'csv' : 'json'), $looks{$_}) for keys %looks;
gzip(\$looks{plain} => \my $member);
gzip(\'' => \my $nothing_zipped);
put_file("$home/looks/members.json.gz", $nothing_zipped . $member);
# Firehose compresses what CloudWatch Logs has compressed.
gzip(\$member => \my $twice);
put_file("$home/looks/twice.json.gz", $twice);
put_file("$home/looks/111122223333_CloudTrail_us-east-1_20240201T0000Z_abc.json.gz", '');
like((load_files('-n', 'trail', $home))[1], qr/^10 files of [\d,]+ bytes would be loaded, 1 skipped as not CloudTrail's$/, 'each wrapping looks right, and so does a name');
put_file("$home/notes$_.json", "{\"eventTime\":\"not a time $_\"}") for 0 .. 9;
put_file("$home/other$_.json", "{\"token\":$_}") for 0 .. 99;
like((load_files('-n', '-v', 'trail', $home))[1], qr/other17\.json: skipped, does not look like a file of CloudTrail's$/m, '--verbose names them');
sql(q{SELECT cloudtrail_create_trail('home')});
($status, $out, $err) = load_files('home', $home);
is($status, 2, 'most files are something else');
like($err, qr/20 of the first \d+ files, this one the last, are not CloudTrail's: stopped \(--force goes on\)$/m, 'which stops it');
is(sql(q{SELECT count(*) FROM home.log_files WHERE source ~ 'other'}), 0, 'and none of them is loaded');
($status, $out, $err) = load_files('--force', 'home', $home);
is(sql(q{SELECT sum(rejects) FROM home.log_files WHERE source ~ 'notes'}), 10, 'what looked right and was not is put aside');
like($out, qr/, 101 skipped as not CloudTrail's\n/, '--force goes on');
rmtree("$home/looks");
unlink glob "$home/notes*";
put_file("$home/log$_.json", "{\"eventTime\":\"2024-02-05T00:00:00Z\",\"eventID\":\"$_\"}") for 0 .. 199;
is((load_files('--force', 'home', $home))[0], 0, 'log files come');
is((load_files('home', $home))[0], 0, 'where most files are known, nothing stops it');

SKIP:
{
	skip 'there is no script(1), or no pseudo-terminal for it', 1
		if system('script -qec true /dev/null </dev/null >/dev/null 2>&1') != 0;
	my $said = `printf '\\004' | script -qec "cloudtrail-load trail -" /dev/null`;
	like($said, qr/waiting for log files from the terminal; Ctrl-D ends them/, 'a terminal as standard input');
}

SKIP:
{
	my $corpus = $ENV{CLOUDTRAIL_CORPUS};
	skip 'CLOUDTRAIL_CORPUS is unset, or another', 1 unless $corpus && -d "$corpus/trail";
	load_files('-q', '-j', 2, '--create', 'real', "$corpus/trail");
	is(sql('SELECT count(*), count(DISTINCT event_key) FROM real.raw_events'), '2900|2900', 'the 55 real files have 2,900 events');
}
done_testing();
