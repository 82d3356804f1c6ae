# Files.pm: queries over .json.gz log files in place (P4).
package Files;
use strict;
use warnings;
use Events;
use List::Util qw(max reduce);
use Measure;
use Report;

# The ways that DuckDB's documentation offers for {"Records": [...]}, each with
# its own right to be the fastest; n is the event's name.
my %way = (
	# Declared columns, of which only the one that is needed is extracted.
	'columns' => q{(SELECT unnest(Records).eventName AS n
		FROM read_json('%s/*.json.gz', format = 'unstructured', maximum_object_size = %d,
			columns = {Records: 'STRUCT(eventName VARCHAR)[]'}))},
	# A JSON path with a wildcard.
	'path' => q{(SELECT unnest(json_extract_string(json, '$.Records[*].eventName')) AS n
		FROM read_json_objects('%s/*.json.gz', format = 'unstructured', maximum_object_size = %d))});

# A condition in WHERE would be pushed down and extract the path once more.
my %query = (
	filter => "SELECT count(*) FILTER (n = 'GetSecretValue') FROM ",
	group => 'SELECT n, count(*) FROM ');
my %rest = (filter => '', group => ' GROUP BY 1');

# The same by the extension, in one process.
my $records = q{(SELECT pg_read_binary_file('%1$s/' || f) AS blob FROM pg_ls_dir('%1$s') AS f OFFSET 0) AS file,
	cloudtrail_records(file.blob)};
my %ours = (
	filter => "SELECT count(*) FROM $records WHERE event_name = 'GetSecretValue'",
	group => "SELECT event_name, count(*) FROM $records GROUP BY 1");

# The same by a foreign table.
my %table = (
	filter => "SELECT count(*) FROM %s.events WHERE event_name = 'GetSecretValue'",
	group => "SELECT event_name, count(*) FROM %s.events GROUP BY 1");

# What people ask a year of logs, of the columns that all three need.
my $year = q{(SELECT unnest(Records) AS r FROM read_json('%s/**/*.json.gz', format = 'unstructured', maximum_object_size = 67108864,
	columns = {Records: 'STRUCT(eventTime VARCHAR, eventName VARCHAR, errorCode VARCHAR, requestParameters STRUCT(secretId VARCHAR))[]'}))};
my @questions = (
	[ "one secret's reads in a year of log files",
		"SELECT count(*) FROM %s.events WHERE event_name = 'GetSecretValue' AND request_parameters ->> 'secretId' = '%s'",
		"SELECT count(*) FROM $year WHERE r.eventName = 'GetSecretValue' AND r.requestParameters.secretId = '%s'", 4 ],
	[ 'count by event_name in a year of log files',
		'SELECT event_name, count(*) FROM %s.events GROUP BY 1',
		"SELECT r.eventName, count(*) FROM $year GROUP BY 1", 4 ],
	[ 'errors of a day among a year of log files',
		"SELECT error_code, count(*) FROM %s.events WHERE error_code IS NOT NULL AND event_time >= '2024-06-15 00:00Z' AND event_time < '2024-06-16 00:00Z' GROUP BY 1",
		"SELECT r.errorCode, count(*) FROM $year WHERE r.errorCode IS NOT NULL AND r.eventTime >= '2024-06-15T00:00:00Z' AND r.eventTime < '2024-06-16T00:00:00Z' GROUP BY 1", 50 ]);

# posix_fadvise(POSIX_FADV_DONTNEED), where its number is known.
my ($fadvise) = map { { x86_64 => 221, aarch64 => 223 }->{$_} } `uname -m` =~ /(\w+)/;

# Makes a foreign table of a folder, in a schema.
sub make_table
{
	my ($schema, $folder) = @_;
	postgres("CREATE SERVER IF NOT EXISTS log_files FOREIGN DATA WRAPPER cloudtrail_fdw; DROP SCHEMA IF EXISTS $schema CASCADE; CREATE SCHEMA $schema; "
		. qq{IMPORT FOREIGN SCHEMA "$folder" FROM SERVER log_files INTO $schema});
}

# Asks with PostgreSQL's defaults, but for the number of processes; then as the others are asked.
sub by_processes
{
	my ($processes, $query) = @_;
	my @answer = postgres(sprintf 'SET max_parallel_workers_per_gather = %d; %s', $processes - 1, $query);
	postgres('SET max_parallel_workers_per_gather = 0');
	return @answer;
}

# Has files read from the disk again.
sub cool
{
	for my $file (@_)
	{
		open my $in, '<', $file or die "$file: $!";
		syscall($fadvise, fileno $in, 0, 0, 4) == 0 or die "fadvise: $!";
	}
}

# A time and the rows, without the row of what has no name: a path leaves out
# what is not there.
sub named
{
	my ($seconds, @rows) = @_;
	return ($seconds, grep { !/^\|/ } @rows);
}

# Measures one query; DuckDB's fastest way with so many threads stands for it.
sub query
{
	my ($data, $query, $what) = @_;
	# DuckDB's default, which is faster than more, unless a file does not fit.
	my $object_size = max(16 * 1024 * 1024, $data->{largest});
	make_table('bench_files', $data->{logs});
	my %measure = ('cloudtrail' => sub { named(postgres(sprintf $ours{$query}, $data->{logs})) },
		map { my $n = $_; "foreign table, $n process" . ($n > 1 ? 'es' : '') => sub { named(by_processes($n, sprintf $table{$query}, 'bench_files')) } } 1, 2);
	for my $threads (1, 2)
	{
		for my $way (keys %way)
		{
			my $sql = $query{$query} . sprintf($way{$way}, $data->{logs}, $object_size) . $rest{$query};
			$measure{"DuckDB, $way, $threads thread" . ($threads > 1 ? 's' : '')} = sub { named(duckdb($threads, $sql)) };
		}
	}
	my $times = warm_rounds($what, %measure);
	times('P4', $data, $what, $times);
	return $times;
}

# DuckDB's fastest way with so many threads.
sub fastest
{
	my ($times, $threads) = @_;
	return reduce { median(@{ $times->{$a} }) < median(@{ $times->{$b} }) ? $a : $b }
		sort grep { /, $threads thread/ } keys %$times;
}

# How one and two processes compare with as many threads.
sub tables_faster
{
	my ($data, $what, $times, $target) = @_;
	for my $n (1, 2)
	{
		my $ours = "foreign table, $n process" . ($n > 1 ? 'es' : '');
		faster('P4', $data, "$what, $ours", { %$times, cloudtrail => $times->{$ours} }, fastest($times, $n), $target);
	}
}

# Compares the questions of a year, from memory or from the disk.
sub questions
{
	my ($data, $folder, $cold) = @_;
	my @files = Events::all_files($folder);
	my ($secret) = (postgres(q{SELECT secret_id FROM bench_year.events WHERE event_name = 'GetSecretValue' AND secret_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1}))[1];
	for (@questions)
	{
		my ($what, $ours, $theirs, $target) = @$_;
		$what .= ', cold' if $cold;
		my %measure;
		for my $n (1, 2)
		{
			my ($our_name, $their_name) = ("foreign table, $n process" . ($n > 1 ? 'es' : ''), "DuckDB, $n thread" . ($n > 1 ? 's' : ''));
			$measure{$our_name} = sub { cool(@files) if $cold; named(by_processes($n, sprintf $ours, 'bench_year', $secret)) };
			$measure{$their_name} = sub { cool(@files) if $cold; named(duckdb($n, sprintf $theirs, $folder, $secret)) };
		}
		my $times = $cold ? rounds($what, %measure) : warm_rounds($what, %measure);
		times('P4', $data, $what, $times);
		tables_faster($data, $what, $times, $target);
	}
}

sub year
{
	my ($data) = @_;
	return unless $data->{wanted};
	my $folder = Events::more_logs('files-year', $data->{wanted}, '--days', 365);
	make_table('bench_year', $folder);
	questions($data, $folder, 0);
	system('sync');
	questions($data, $folder, 1) if $fadvise;
}

sub compare
{
	my ($data) = @_;
	my $what = 'filter .json.gz files in place';
	my $filter = query($data, 'filter', $what);
	faster('P4', $data, $what, $filter, fastest($filter, 1), 2);
	faster('P4', $data, $what, $filter, fastest($filter, 2));
	tables_faster($data, $what, $filter, 4);
	$what = 'count by event_name in .json.gz files';
	my $group = query($data, 'group', $what);
	faster('P4', $data, $what, $group, fastest($group, $_)) for 1, 2;
	tables_faster($data, $what, $group, 4);
	year($data);
}

1;
