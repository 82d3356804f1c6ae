# Year.pm: a trail of generated events over a year, which the auditors' views
# and the overviews are asked about, and the same events in Parquet by time.
package Year;
use strict;
use warnings;
use Events;
use Import;
use List::Util qw(max);
use Measure;
use Report;

my $folder;

# How many events there are.
sub events
{
	my ($data) = @_;
	return $ENV{BENCH_AUDIT_EVENTS} // 5 * $data->{wanted};
}

# What the report calls these events.
sub many
{
	my ($data) = @_;
	my $events = events($data);
	return { name => "$events events", events => $events, bytes => $events * $data->{bytes} / $data->{events} };
}

# Makes the trail "year", unless it is there.
sub fill
{
	my ($data) = @_;
	return if $folder;
	my $many = many($data);
	progress('generating and importing %d events of a year', $many->{events});
	$folder = Events::more_logs('year', $many->{events}, '--days 365 --accounts 6 --regions 4 --secrets 3000 --events-per-file 4000');
	postgres("SELECT cloudtrail_create_trail('year')");
	my ($early, $most) = Import::memory_of(sub {
		my ($seconds) = postgres("CALL cloudtrail_import_directory('year', '$folder')");
		times('P5', $many, 'import log files of a year', { cloudtrail => [$seconds] });
	});
	my $largest = max(map { Events::inflated($_) } grep { /\.gz$/ } Events::all_files($folder));
	bounded('P9', $many, 'memory of importing a year', $most, 64e6 + $largest);
	postgres(q{UPDATE year.settings SET as_of = '2025-01-01 00:00:00Z'});
	Import::stored_trail($many, 'year');
	stored($many, '.json.gz files', sum_of_sizes());
}

# Bytes of the log files.
sub sum_of_sizes
{
	my $bytes = 0;
	$bytes += -s for Events::all_files($folder);
	return $bytes;
}

# Writes the events to Parquet, by time; returns the file.
sub parquet
{
	my ($data) = @_;
	my $parquet = "$ENV{SERVER_FILES}/year.parquet";
	Import::to_parquet("$folder/**", max(map { Events::inflated($_) } grep { /\.gz$/ } Events::all_files($folder)), $parquet, 2, 'ORDER BY eventTime');
	stored(many($data), 'Parquet (zstd), by time', -s $parquet);
	return $parquet;
}

# Removes it all.
sub clear
{
	return unless $folder;
	postgres('DROP SCHEMA year CASCADE');
	$folder = undef;
}

1;
