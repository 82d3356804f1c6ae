# Statements that end at any moment: cancelled, or out of memory at a random
# allocation.  The session goes on and gives right answers, nothing is imported
# by half, and memory is given back.  On a server of its own, in which malloc
# fails when it is told to.  ABORT_COUNT and ABORT_SEED say how often, and where.
use strict;
use warnings;
use File::Copy;
use Test::More;
use Time::HiRes qw(time sleep);
use CloudtrailTest;
use Digests;
use ImportWay;
use Servers;
use Session;

my $dir = $ENV{SERVER_FILES};
my $count = $ENV{ABORT_COUNT} // (by_sql() ? 40 : 120);
my $seed = $ENV{ABORT_SEED} // 3;
diag("seed $seed");
srand $seed;

# Says that in a process the n-th allocation from now fails, or all beyond so
# many bytes; 0 for none.
sub fail_allocation
{
	my ($process, $n, $bytes) = @_;
	open my $out, '+<:raw', "$dir/oom" or die;
	syswrite $out, pack 'LLL', $process, $n, $bytes;
	close $out;
}

# Without statistics: a session that had no memory for one of them crashes when it
# ends, in PostgreSQL itself (pgstat_detach_shmem).
my $server = new_server('abort', 5471, shared_buffers => '32MB', track_counts => 'off', import_settings());
server_file('oom', "\0" x 12);
copy('test/hostile/oom.so', "$dir/oom.so") or die;
chmod 0666, "$dir/oom";
chmod 0755, "$dir/oom.so";
{
	local ($ENV{LD_PRELOAD}, $ENV{OOM_FILE}) = ("$dir/oom.so", "$dir/oom");
	# What is freed goes back to the system: else malloc keeps more of it, the larger the pieces that it saw.
	local @ENV{qw(MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_)} = (131072, 131072);
	start_server($server);
}
sql_on($server, 'CREATE DATABASE abort');
my @connect = ('-p', 5471, '-d', 'abort');

# Logs: one imported, others to import, one large.
for ([ 's3', 7, 4000, 50 ], [ 'new', 8, 3000, 500 ])
{
	my ($name, $its_seed, $events, $per_file) = @$_;
	system("test/generator/generate --events $events --seed $its_seed --stories 30 --format s3 --events-per-file $per_file --out $dir/$name > /dev/null && chmod -R a+rX $dir/$name") == 0 or die;
}
my @new = split /\n/, `find $dir/new -type f | sort`;
system("test/generator/generate --events 3000 --seed 9 --hostile 20 > $dir/plain && gzip -k $dir/plain && chmod a+r $dir/plain*") == 0 or die;
my $gzip = "pg_read_binary_file('$dir/plain.gz')";
if (system('zstd --version > /dev/null 2>&1') == 0)
{
	system("zstd -q $dir/plain && chmod a+r $dir/plain.zst") == 0 or die;
}
my $zstd = -e "$dir/plain.zst" ? "pg_read_binary_file('$dir/plain.zst')" : $gzip;
system("test/generator/generate --events 40 --seed 10 --format lookup > $dir/lookup") == 0 or die;
server_file('csv', qq{eventtime,eventname,eventsource,requestparameters,resource name\n}
	. join '', map { sprintf qq{2024-05-01T12:00:%02dZ,Get%d,s3.amazonaws.com,"{""a"":[%d,{""b"":""c""}]}",x\n}, $_ % 60, $_, $_ } 1 .. 200);
server_file('rows', join "\n", map { sprintf '{"eventtime":"2024-05-01T12:00:%02dZ","eventname":"Get%d","eventsource":"s3.amazonaws.com","requestparameters":"{\"a\":%d}"}', $_ % 60, $_, $_ } 1 .. 200);
sql_on($server, qq{
	CREATE EXTENSION cloudtrail;
	SELECT cloudtrail_create_trail('trail');
	CALL cloudtrail_import_directory('trail', '$dir/s3');
	UPDATE trail.settings SET as_of = '2024-02-01 00:00Z';
	SELECT cloudtrail_create_trail('other');
	CREATE TABLE copy AS SELECT event FROM trail.raw_events;
	CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw;
	CREATE SCHEMA archive;
	IMPORT FOREIGN SCHEMA "$dir/new" FROM SERVER log_files INTO archive;
	CREATE TABLE control AS SELECT event FROM trail.raw_events LIMIT 20;
	VACUUM ANALYZE}, 'abort');
# A digest and its signature, which is not to be called invalid.
my $key = make_key($dir, 'key');
my %digest = (digestEndTime => '2024-05-01T12:00:00Z', digestS3Bucket => 'b', digestS3Object => 'o');
my $digest = '{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T11:00:00Z","digestEndTime":"2024-05-01T12:00:00Z","digestS3Bucket":"b","digestS3Object":"o","digestPublicKeyFingerprint":"ab","digestSignatureAlgorithm":"SHA256withRSA","previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[]}';
my $signature = sign_digest($key, \%digest, $digest);
my @digest_reads = (
	"SELECT * FROM cloudtrail_digest('$digest')",
	"SELECT cloudtrail_verify_signature('$digest', '\\x$signature', '\\x${\ unpack 'H*', $key->{der}}')",
	"SELECT * FROM cloudtrail_public_keys('${\ key_list($key)}')");
my @views = split /\n/, sql_on($server, q{SELECT viewname FROM pg_views WHERE schemaname = 'trail' ORDER BY 1}, 'abort');

# What only reads, and so gives the same answer each time it is not ended.
my @reads = (
	q{SELECT count(*), count(DISTINCT event_key), sum(hashtextextended(source, 0)), sum(length(event_name)) FROM archive.events},
	q{SELECT count(event), sum(hashtextextended(event::text, 0)) FROM archive.events WHERE event @~ '*:Get*' AND event_time > '2024-01-03'},
	"SELECT count(event), count(error), count(DISTINCT event_key(event)) FROM cloudtrail_parse($gzip)",
	"SELECT count(event), count(error), md5(string_agg(event::text, '' ORDER BY ordinal)) FROM cloudtrail_parse($zstd)",
	"SELECT count(*), count(event_name), count(secret_arn), count(resources) FROM cloudtrail_records($gzip)",
	"SELECT kind, events, rejects, others, md5(manifest) FROM cloudtrail_survey($gzip)",
	"SELECT md5(cloudtrail_inflate($zstd))",
	"SELECT count(*), md5(string_agg(event_key::text, '')) FROM cloudtrail_survey($gzip) s, cloudtrail_manifest(s.manifest)",
	q{SELECT count(*), count(DISTINCT secret_arn(event)), count(event -> 'requestParameters'), sum(length(event::jsonb::text)), count(resource_arns(event)) FROM copy},
	q{SELECT md5(string_agg(event::text, '' ORDER BY event)) FROM copy},
	q{SELECT count(*) FROM copy WHERE event @~ 'secretsmanager:*' OR event @> '{"eventName":"Decrypt"}' OR event @@ 'app/db'},
	q{SELECT count(*), count(*) FILTER (WHERE status = 'intact') FROM cloudtrail_event_status('trail')},
	q{SELECT * FROM cloudtrail_policy_access('{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":"*","Resource":"*"}]}', '111122223333')},
	(map { "SELECT count(event), count(error), md5(string_agg(event::text, '')) FROM cloudtrail_parse(pg_read_binary_file('$dir/$_'))" } 'csv', 'rows', 'lookup'),
	@digest_reads,
	q{SELECT '{"Records":[{"eventTime":"2024-05-01T12:00:00Z","requestParameters":{"a":"\u00e9"}}]}'::jsonb = '1', count(*) FROM cloudtrail_events('{"Records":[{"eventTime":"2024-05-01T12:00:00Z","requestParameters":{"a":"\u00e9"}}]}'::jsonb)},
	map { "SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM trail.$_ v" } @views);
my $control = q{SELECT md5(string_agg(concat_ws('|', event_name(event), event_time(event), secret_arn(event), principal_arn(event), event -> 'requestParameters', event::text), ',' ORDER BY event)) FROM control};

# A session in which OpenSSL is loaded, which never tries a second time.
sub new_session
{
	my $new = Session->new(@connect);
	$new->ask(q{SELECT md5('')});
	return $new;
}

my $session = new_session();
my %right;
my %seconds;
for my $read (@reads, $control)
{
	my $start = time;
	$right{$read} = $session->ask($read);
	$seconds{$read} = time - $start;
	fail("$read: $right{$read}") if $right{$read} =~ /ERROR/;
}
is($right{ $digest_reads[1] }, 't', 'the signature is valid');
my $writes = 5;

# A statement that writes; what it leaves is put right again.
sub write_statement
{
	my $kind = by_sql() ? 3 + int rand 2 : int rand $writes;
	return "CREATE INDEX copy_index ON copy USING gin (event)" if $kind == 0;
	return "CREATE INDEX copy_index ON copy (event)" if $kind == 1;
	return "ANALYZE copy" if $kind == 2;
	return "CALL cloudtrail_import_directory('other', '$dir/new', 2)" if $kind == 3;
	return "SELECT * FROM cloudtrail_import('other', 'new', pg_read_binary_file('$new[rand @new]'))";
}

# Rounds of statements that are ended by something; counts how they ended.
sub rounds
{
	my ($what, $expected_state, $begin, $end) = @_;
	my (%ended, $slowest, @wrong);
	my $gone = 0;
	$slowest = 0;
	for my $round (1 .. $count)
	{
		my $writes = rand() < 0.35;
		my $statement = $writes ? write_statement() : $reads[rand @reads];
		if (rand() < 0.1)
		{
			# What a session does only once can be ended, too.
			$session->end;
			$session = new_session();
		}
		my $answer = $begin->($statement);
		$end->();
		my $state = $answer =~ /(?:ERROR|FATAL): +(\w{5}):/ ? $1 : 'done';
		$ended{$state}++;

		# PostgreSQL's own regular expressions, hashes and loader have other words for it.
		$state = $expected_state if $answer =~ /ERROR: .*out of memory|LOCATION:  \w+, (?:cryptohash\w*|regexp|pg_locale)\.c|could not load library "[^"]*\/plpgsql\.so"|failed to initialize plpgsql/;

		# Where its language was half loaded, a session has to be a new one.
		if ($answer =~ /attempt to redefine parameter/)
		{
			$state = $expected_state;
			$session->end;
			$session = new_session();
		}
		push @wrong, "$statement: $answer" if $state ne 'done' && $state ne $expected_state;
		push @wrong, "$statement: $answer, not $right{$statement}" if $state eq 'done' && !$writes && $answer ne $right{$statement};
		if ($answer =~ /the session is gone|server closed the connection/)
		{
			push @wrong, "$statement: $answer" unless $answer =~ /FATAL: +$expected_state|failed to initialize plpgsql/;
			$session = new_session();
		}
		my $check = $session->ask($control);
		push @wrong, "after $statement: $check" if $check ne $right{$control};
		$session->ask('DROP INDEX IF EXISTS copy_index') if $statement =~ /copy_index/;
	}
	is(scalar @wrong, 0, "$what, $count times: " . join ', ', map { "$_ $ended{$_}" } sort keys %ended) or diag(join "\n", map { substr $_, 0, 1000 } @wrong[0 .. ($#wrong < 9 ? $#wrong : 9)]);
	cmp_ok($ended{$expected_state} // 0, '>', $count / 8, 'often enough it was so');
	is($session->ask('SELECT (SELECT count(*) FROM other.raw_events) = (SELECT coalesce(sum(inserted), 0) FROM other.log_files)'), 't', "$what: the ledger has what was imported");
}

# The memory that a session takes when it has done everything once: what is used
# of its contexts, for the block that one of them takes next can be of megabytes,
# and what its process has.
sub memory
{
	$session->end;
	$session = new_session();
	$session->ask($_) for @reads;
	return sub {
		return split /\|/, $session->ask(q{SELECT (SELECT sum(used_bytes) FROM pg_backend_memory_contexts), 1024 * substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+(\d+)')::bigint});
	};
}

my $late = 0;
my $late_statement = '';
rounds('cancelled', '57014',
	sub {
		my ($statement) = @_;
		my $timeout = 1 + int 1000 * rand($seconds{$statement} // 0.3);
		$session->ask("SET statement_timeout = $timeout");
		my $start = time;
		my $answer = $session->ask($statement);
		my $taken = time - $start - $timeout / 1000;
		($late, $late_statement) = ($taken, $statement) if $answer =~ /57014/ && $taken > $late;
		return $answer;
	},
	sub { $session->ask('RESET statement_timeout') });
cmp_ok($late, '<', 3, sprintf 'the slowest took %.2f s to end', $late) or diag($late_statement);

# Cancelled by others, in one session all along: its memory is watched.
my $measure = memory();
my @before = $measure->();
my $other = Session->new(@connect);
for my $round (1 .. $count)
{
	my $statement = $reads[rand @reads];
	$session->send($statement);
	sleep rand($seconds{$statement});
	$other->ask("SELECT pg_cancel_backend($session->{backend})");
	my $answer = $session->answer;
	fail("$statement: $answer") if $answer ne $right{$statement} && $answer !~ /57014/;

	# The cancellation may come late and meet this one.
	is($session->ask($control) =~ /57014/ ? $session->ask($control) : $right{$control}, $right{$control}, 'right after it') if $round % 20 == 0;
}
# As before the first of them: what the last one left to malloc is of no account.
$session->ask($_) for $control, @reads;
my @after = $measure->();
cmp_ok($after[0] - $before[0], '<', 2e6, sprintf 'cancelled: the contexts have grown by %d kB', ($after[0] - $before[0]) / 1024);
cmp_ok($after[1] - $before[1], '<', 8e6, sprintf 'cancelled: the process has grown by %d kB', ($after[1] - $before[1]) / 1024);

# Where malloc fails but once, json-c, which reads policies and rows of CSV, may
# end the process, which it does not where there is no memory at all.
rounds('out of memory', '53200',
	sub {
		my ($statement) = @_;
		fail_allocation($session->{backend}, 0, 1 + int(rand() < 0.3 ? rand 20_000 : 4e6 * rand() ** 3));
		return $session->ask($statement);
	},
	sub { fail_allocation(0, 0, 0) });
@reads = grep { !/policy|FROM trail\.|csv|rows|digest|public_keys|event_status/ } @reads;
rounds('a failed allocation', '53200',
	sub {
		my ($statement) = @_;
		fail_allocation($session->{backend}, 1 + int(rand() < 0.5 ? rand 40 : 4000 * rand() ** 2), 0);
		return $session->ask($statement);
	},
	sub { fail_allocation(0, 0, 0) });
$session->end;
$session = new_session();

# In the end everything is imported, once, and in one way.
is($session->ask("CALL cloudtrail_import_directory('other', '$dir/new')") =~ /ERROR/, '', 'the import is taken up again');
is($session->ask('SELECT count(*), count(DISTINCT event_key) FROM other.raw_events'), '3000|3000', 'with each event once');
is($session->ask("SELECT count(*) FROM cloudtrail_event_status('other') WHERE status <> 'intact'"), '0', 'and each file whole');
$session->ask("SET track_functions = 'pl'");
$session->ask("SELECT cloudtrail_create_trail('last')");
$session->ask("CALL cloudtrail_import_directory('last', '$dir/new')");
$session->ask('SELECT pg_stat_force_next_flush()');
is($session->ask(q{SELECT coalesce(pg_stat_get_function_calls('cloudtrail_import_by_sql'::regproc), 0)}), by_sql() ? scalar @new : 0, 'SQL imports ' . (by_sql() ? 'all files' : 'none'));
$session->end;
$other->end;
stop_servers();
open my $log, '<', "$ENV{PGHOST}/abort.log" or die;
my @log = <$log>;
is(scalar(grep { /terminated by signal|TRAP|PANIC/ } @log), 0, 'the server has never crashed') or diag(grep { /Failed process was running|terminated by signal|TRAP|PANIC|assert/i } @log);
done_testing();
