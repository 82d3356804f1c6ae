# Events.pm: makes the events to measure with.
package Events;
use strict;
use warnings;
use File::Basename;
use File::Copy;
use File::Find;
use List::Util qw(max sum0);
use Measure;
use Report;

# Fewer real events than this are repeated: less could not be timed well.
my $useful = 100_000;

# All files below a folder.
sub all_files
{
	my ($folder) = @_;
	my @files;
	find({ no_chdir => 1, wanted => sub { push @files, $_ if -f } }, $folder);
	return sort @files;
}

# Bytes in a gzip file once it is inflated, as its end tells.
sub inflated
{
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!";
	seek $in, -4, 2;
	read $in, my $size, 4;
	return unpack 'V', $size;
}

# What the benchmarks want to know of data: a name, the NDJSON, a folder with
# the same events as log files, sizes.
sub describe
{
	my (%data) = @_;
	open my $in, '<', $data{ndjson} or die "$data{ndjson}: $!";
	$data{events}++ while <$in>;
	$data{bytes} = -s $data{ndjson};
	my @logs = glob "$data{logs}/*";
	$data{gzip} = sum0 map { -s } @logs;
	$data{largest} = max map { inflated($_) } @logs;
	note(sprintf '%s: %s %d events, %.0f bytes each; %d log files of %.1f MB, %.0f bytes an event.',
		ucfirst $data{name}, $data{origin}, $data{events}, $data{bytes} / $data{events},
		scalar @logs, $data{gzip} * 1e-6, $data{gzip} / $data{events});
	return \%data;
}

# Events of the project's generator.  The log files lie in folders as S3 holds
# them, and once more in one folder, which both sides list the same way.
sub generated
{
	my ($folder, $events) = @_;
	my $generate = dirname(__FILE__) . "/../generator/generate --events $events --seed 7";
	progress('generating %d events', $events);
	system("$generate > $folder/generated.ndjson") == 0 or die "the generator failed\n";
	system("$generate --format s3 --out $folder/S3 > $folder/generated.log") == 0 or die "the generator failed\n";
	mkdir "$folder/generated" or die $!;
	link $_, "$folder/generated/" . basename($_) or die "$_: $!" for all_files("$folder/S3");
	return describe(
		name => 'generated', wanted => $events, ndjson => "$folder/generated.ndjson", logs => "$folder/generated",
		distinct => "$folder/generated", distinct_events => $events,
		origin => "`test/generator/generate --events $events --seed 7`,");
}

# NDJSON of generated events, so many times as there are; undefined of real ones.
sub more
{
	my ($data, $times) = @_;
	return unless $data->{wanted};
	my $ndjson = $data->{ndjson} =~ s/\.ndjson$/-more.ndjson/r;
	my $generate = dirname(__FILE__) . "/../generator/generate --seed 7 --events " . $times * $data->{wanted};
	system("$generate > $ndjson") == 0 or die "the generator failed\n";
	return $ndjson;
}

# A new folder with log files of generated events.
sub more_logs
{
	my ($name, $events, @options) = @_;
	my $folder = "$ENV{SERVER_FILES}/$name";
	my $generate = dirname(__FILE__) . "/../generator/generate --seed 7 --events $events --format s3 --out $folder";
	system("$generate @options > /dev/null && chmod -R a+rX $folder") == 0 or die "the generator failed\n";
	return $folder;
}

# The same in one folder, which both sides list the same way; and the bytes of the largest file once inflated.
sub flat_logs
{
	my ($name, $events, @options) = @_;
	my $flat = "$ENV{SERVER_FILES}/$name-flat";
	mkdir $flat or die "$flat: $!";
	link $_, "$flat/" . basename($_) or die "$_: $!" for all_files(more_logs($name, $events, @options));
	return ($flat, max map { inflated($_) } glob "$flat/*");
}

# Real events: all log files below a folder, over and over where they are few.
sub real
{
	my ($folder, $corpus) = @_;
	my @logs = grep { /_CloudTrail_[^\/]*\.json\.gz$/ } all_files($corpus);
	die "there are no log files of CloudTrail below $corpus\n" unless @logs;
	my $once = "$folder/once";
	mkdir $_ or die "$_: $!" for $once, "$folder/real";
	copy($logs[$_], sprintf '%s/%06d.json.gz', $once, $_) or die "$logs[$_]: $!" for 0 .. $#logs;
	chmod 0644, glob "$once/*";
	my (undef, @events) = postgres(
		"SELECT cloudtrail_events(pg_read_binary_file('$once/' || f)) FROM pg_ls_dir('$once') AS f ORDER BY f");
	die "there are no events below $corpus\n" unless @events;
	my $copies = 1 + int($useful / @events);
	open my $out, '>', "$folder/real.ndjson" or die $!;
	for my $copy (1 .. $copies)
	{
		print $out map { "$_\n" } @events;
		copy($_, sprintf '%s/real/%03d-%s', $folder, $copy, basename($_)) or die $! for glob "$once/*";
	}
	close $out or die $!;
	chmod 0644, glob "$folder/real/*";
	return describe(
		name => 'real', ndjson => "$folder/real.ndjson", logs => "$folder/real", distinct => $once, distinct_events => scalar @events,
		origin => sprintf '%d events of the %d log files in CLOUDTRAIL_CORPUS, %d times over,',
			scalar @events, scalar @logs, $copies);
}

1;
