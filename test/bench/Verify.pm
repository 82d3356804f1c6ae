# Verify.pm: verification of log files against their digests, by the client and
# one thread, beside hashing alone of the same bytes uncompressed (E1).
package Verify;
use strict;
use warnings;
use File::Basename;
use Time::HiRes qw(time);
use Events;
use Measure;
use Report;

# Seconds that a command takes as a whole.
sub seconds_of
{
	my ($command) = @_;
	my $start = time;
	system($command) == 0 or die "failed: $command\n";
	return time - $start;
}

# The files as they are uncompressed, in a folder of their own.
sub uncompress
{
	my ($folder, @files) = @_;
	mkdir $folder or die "$folder: $!";
	my $number = 0;
	for (@files)
	{
		my $plain = sprintf '%s/%06d.json', $folder, $number++;
		system("gzip -dc '$_' > $plain") == 0 or die "$_: cannot be uncompressed\n";
	}
}

sub compare
{
	my ($data) = @_;
	return unless $data->{wanted};
	my $what = 'verify log files and digests';
	my $folder = Events::more_logs('verify', $data->{wanted});
	my $keys = "$folder.keys";
	system(dirname(__FILE__) . "/../data/digests $folder $keys > /dev/null") == 0 or die "digests failed\n";
	uncompress("$folder.plain", grep { /\.gz$/ } Events::all_files($folder));
	my $hash = "find $folder.plain -type f -print0 | xargs -0";
	my $times = warm_rounds($what,
		'cloudtrail' => sub { seconds_of("cloudtrail-load verify -q -j 1 -k $keys $folder") },
		'sha256sum' => sub { seconds_of("$hash sha256sum > /dev/null") },
		'openssl dgst' => sub { seconds_of("$hash openssl dgst -sha256 > /dev/null") });
	faster('E1', $data, $what, $times, 'sha256sum', 0.6);
	faster('E1', $data, $what, $times, 'openssl dgst');
	times('E1', $data, $what, $times);
}

1;
