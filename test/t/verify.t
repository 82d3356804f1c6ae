# What --verify loads is what it verified, and what it takes of memory does not
# grow with what files expand to.
use strict;
use warnings;
use File::Basename;
use File::Path;
use POSIX qw(mkfifo);
use Test::More;
use CloudtrailTest;
use Digests;

my $files = "$ENV{SERVER_FILES}/verify";
mkpath("$files/secret");
my $key = make_key("$files/secret", 'key');
write_file("$files/keys.json", key_list($key));
new_database('verify');

# A folder of three log files and their digests.
my $folder = "$files/logs";
system("test/generator/generate --seed 3 --format s3 --events 30 --accounts 1 --regions 1 --days 1 --events-per-file 10 --service secretsmanager --out $folder >/dev/null") == 0 or die;
my ($chain) = values %{ write_chains($folder, key => $key, signature => 1) };
my ($log) = map { @{ $_->{logs} } } @$chain;

# The client reads how to connect from a pipe, after it has verified: so what
# is done before it gets that comes in between.  For its other connections a
# file stands in the pipe's place.
my $service = "$files/service";
sub load
{
	my ($between, @options) = @_;
	mkfifo($service, 0600) or die;
	my $pid = fork // die;
	unless ($pid)
	{
		$ENV{PGSERVICEFILE} = $service;
		open STDOUT, '>', "$files/out" or die;
		open STDERR, '>', "$files/err" or die;
		exec 'cloudtrail-load', '--create', '--verify', '-k', "$files/keys.json", '-d', 'service=here', @options, $folder or die;
	}
	open my $out, '>', $service or die;
	$between->();
	write_file("$service.rest", "[here]\ndbname=verify\n");
	rename "$service.rest", $service or die;
	print $out "[here]\ndbname=verify\n";
	close $out;
	waitpid $pid, 0;
	my $status = $? >> 8;
	unlink $service;
	return ($status, read_file("$files/err"));
}

my ($status, $err) = load(sub { }, 'whole');
is("$status $err", '0 ', 'nothing happens in between');
my $right = read_file($log);
($status, $err) = load(sub { write_log($log, read_log($log) =~ s/"eventName":"\w/"eventName":"Z/r) }, 'changed');
is($status, 2, 'a file is changed after it was verified');
like($err, qr/\Q@{[ basename($log) ]}\E: was changed after it was verified/, 'it is named');
is(sql(q{SELECT count(*) FROM changed.log_files WHERE kind = 'log'}), 2, 'and not loaded, but the others are');
write_file($log, $right);
($status, $err) = load(sub { write_log("$folder/new.json.gz", read_log($log)) }, 'added');
is($status, 2, 'a file is added after the others were verified');
like($err, qr/new\.json\.gz: was changed after it was verified/, 'it is named');
is(sql(q{SELECT count(*) FROM added.log_files WHERE source LIKE '%new%'}), 0, 'and not loaded');
unlink "$folder/new.json.gz";

# Five megabytes that expand to more than a gigabyte, eight times, by four threads.
my $bombs = "$files/bombs";
mkpath($bombs);
system("head -c 400M /dev/zero | gzip -1 > $bombs/part") == 0 or die;
system("cat $bombs/part $bombs/part $bombs/part > $bombs/bomb0.json.gz && rm $bombs/part") == 0 or die;
link "$bombs/bomb0.json.gz", "$bombs/bomb$_.json.gz" for 1 .. 7;
my $bytes = -s "$bombs/bomb0.json.gz";
my $summary = `bash -c 'ulimit -v 700000; exec cloudtrail-load verify -j 4 -k $files/keys.json $bombs' 2>&1`;
is($? >> 8, 1, "files of $bytes bytes that expand to 1.2 GB, with 700 MB for four threads");
like($summary, qr/^8 log files, 0 verified, 8 not covered/m, 'are hashed as they are');
done_testing();
