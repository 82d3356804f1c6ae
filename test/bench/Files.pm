# Files.pm: queries over .json.gz log files in place (P4).
package Files;
use strict;
use warnings;
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
	my %measure = ('cloudtrail' => sub { named(postgres(sprintf $ours{$query}, $data->{logs})) });
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

sub compare
{
	my ($data) = @_;
	my $what = 'filter .json.gz files in place';
	my $filter = query($data, 'filter', $what);
	faster('P4', $data, $what, $filter, fastest($filter, 1), 2);
	faster('P4', $data, $what, $filter, fastest($filter, 2));
	$what = 'count by event_name in .json.gz files';
	my $group = query($data, 'group', $what);
	faster('P4', $data, $what, $group, fastest($group, $_)) for 1, 2;
}

1;
