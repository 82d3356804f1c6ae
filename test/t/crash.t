# A server that dies in the middle of an import, by kill -9, and comes back:
# a second run ends with every event once.  In a server of its own, whose
# crashes are not those that the suite looks for.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use ImportWay;

unless ($ENV{CRASH_TEST})
{
	$ENV{CRASH_TEST} = 1;
	exec 'test/cluster', $^X, '-Itest/lib', $0 or die;
}

# Starts psql with a statement beside us; returns its process.
sub session
{
	my ($name, $statement) = @_;
	my $process = fork // die;
	return $process if $process;
	open STDERR, '>', '/dev/null';
	open STDOUT, '>', '/dev/null';
	$ENV{PGAPPNAME} = $name;
	exec 'psql', '-XAqt', '-d', 'crash', '-c', $statement;
}

new_import_database('crash');
my $folder = "$ENV{SERVER_FILES}/s3";
my $events = by_sql() ? 6_000 : 20_000;
system("test/generator/generate --events $events --seed 41 --format s3 --events-per-file 50 --out $folder > /dev/null && chmod -R a+rX $folder") == 0 or die;
my $state = 'SELECT count(*), count(DISTINCT event_key), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM';
sql(q{SELECT cloudtrail_create_trail('expected')});
my @files = `find $folder -type f`;
goes_its_way(scalar @files, sub { sql(qq{CALL cloudtrail_import_directory('expected', '$folder')}) });
my $expected = sql("$state expected.raw_events");
my ($trials, $killed) = (by_sql() ? 4 : 10, 0);
for my $trial (1 .. $trials)
{
	sql(qq{SELECT cloudtrail_create_trail('trail$trial')});
	my $witness = session('witness', 'SELECT pg_sleep(600)');
	my $import = session('importer', "CALL cloudtrail_import_directory('trail$trial', '$folder', @{[1 + int rand 50]})");
	wait_for(q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'importer' AND query ~ '^CALL')});
	select undef, undef, undef, rand 0.5;
	my ($pid) = split /\n/, sql(q{SELECT pid FROM pg_stat_activity WHERE application_name = 'importer'});
	my $crashed = $pid && kill 'KILL', $pid;
	$killed += $crashed;
	waitpid $import, 0;

	# The server takes a moment to notice: then it ends all sessions.
	kill 'TERM', $witness unless $crashed;
	waitpid $witness, 0;
	ok(wait_for(sub { eval { sql('SELECT 1') } }), "trial $trial: the server is there");
	my $before = sql("SELECT count(*) FROM trail$trial.raw_events");
	sql("CALL cloudtrail_import_directory('trail$trial', '$folder')");
	is(sql("$state trail$trial.raw_events"), $expected, "trial $trial: $before events had been kept, in the end there is each once");
	is(sql("SELECT count(*), sum(inserted) FROM trail$trial.log_files"), sql('SELECT count(*), sum(inserted) FROM expected.log_files'), "trial $trial: and each file once");
}
cmp_ok($killed, '>', $trials / 3, "in $killed of $trials trials there was something to kill");
done_testing();
