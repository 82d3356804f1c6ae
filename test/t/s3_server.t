# cloudtrail-load from a server that others wrote and that checks signatures:
# OpenStack Swift with its API of S3, where Debian's packages swift-proxy,
# swift-account, swift-container and swift-object are installed.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use File::Find;
use File::Path;
use HTTP::Tiny;
use IO::Socket::INET;
use POSIX qw(strftime);
use Test::More;
use Time::HiRes;
use CloudtrailTest;
use Digests;
use S3Stub;

my $bin = '/usr/bin';
plan skip_all => 'OpenStack Swift is not installed'
	if grep { !-x "$bin/swift-$_" } qw(proxy-server account-server container-server object-server);
plan skip_all => 'there is no /etc/swift/swift.conf, which Swift reads' unless -r '/etc/swift/swift.conf';

my $files = "$ENV{SERVER_FILES}/s3_server";
mkpath([ map { "$files/$_" } qw(devices/d1 home rings) ]);
delete $ENV{$_} for grep { /^(AWS_|https?_proxy|all_proxy|no_proxy)/i } keys %ENV;
$ENV{HOME} = "$files/home";
new_database('s3_server');
$ENV{PGDATABASE} = 's3_server';

# A port that is free now.
sub free_port
{
	return IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)->sockport;
}

my %port = map { $_ => free_port() } qw(proxy account container object);
my $user = getpwuid $>;
my $common = "user = $user\nswift_dir = $files/rings\ndevices = $files/devices\nmount_check = false\nbind_ip = 127.0.0.1\nworkers = 0\nlog_address = $files/no-log\n";
for my $server (qw(account container object))
{
	write_file("$files/$server.conf", "[DEFAULT]\n${common}bind_port = $port{$server}\n[pipeline:main]\npipeline = $server-server\n[app:$server-server]\nuse = egg:swift#$server\n");
}
write_file("$files/rings.py", <<'END');
import sys
from swift.common.ring import RingBuilder
for argument in sys.argv[2:]:
    name, port = argument.split('=')
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'd1', 'weight': 1,
                     'replication_ip': '127.0.0.1', 'replication_port': int(port), 'meta': ''})
    builder.rebalance()
    builder.get_ring().save(sys.argv[1] + '/' + name + '.ring.gz')
END
system('/usr/bin/python3', "$files/rings.py", "$files/rings", map { "$_=$port{$_}" } qw(account container object)) == 0 or die;
write_file("$files/proxy.conf", <<"END");
[DEFAULT]
${common}bind_port = $port{proxy}
[pipeline:main]
pipeline = catch_errors cache s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:slo]
use = egg:swift#slo
[filter:tempauth]
use = egg:swift#tempauth
user_logs_reader = key-of-reader .admin
END

my @servers;
END { kill 'KILL', @servers if @servers }
for my $server (qw(account container object proxy))
{
	my $pid = fork // die;
	unless ($pid)
	{
		open STDOUT, '>', "$files/$server.log" or die;
		open STDERR, '>&', \*STDOUT or die;
		exec "$bin/swift-$server-server", "$files/$server.conf", '-v' or die;
	}
	push @servers, $pid;
}
my $url = "http://127.0.0.1:$port{proxy}";

# A signed request; gives the status.
my $http = HTTP::Tiny->new(timeout => 60);
sub request
{
	my ($secret, $method, $path, $content, %metadata) = @_;
	$content //= '';
	my $date = strftime('%Y%m%dT%H%M%SZ', gmtime);
	my $hash = sha256_hex($content);
	my %header = (%metadata, 'x-amz-date' => $date, 'x-amz-content-sha256' => $hash);
	my $names = join ';', sort keys %header, 'host';
	my $signature = S3Stub::signature({ method => $method, path => $path, query => '', header => { %header, host => "127.0.0.1:$port{proxy}" } },
		$secret, $date, 'us-east-1', 's3', $names, $hash);
	$header{Authorization} = "AWS4-HMAC-SHA256 Credential=logs:reader/" . substr($date, 0, 8) . "/us-east-1/s3/aws4_request, SignedHeaders=$names, Signature=$signature";
	return $http->request($method, "$url$path", { headers => \%header, content => $content })->{status};
}

my $up = 0;
for (1 .. 1200)
{
	$up = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port{proxy}") ? 1 : 0;
	last if $up;
	Time::HiRes::sleep(0.1);
}
my $object_folder = "$files/logs";
my $count = $ENV{S3_OBJECTS} // 300;
system("test/generator/generate --events $count --seed 52 --format s3 --accounts 2 --events-per-file 1 --days 30 --out $object_folder >/dev/null") == 0 or die;
my $key = make_key($files, 'key');
write_file("$files/keys.json", key_list($key));
my $made = request('key-of-reader', 'PUT', '/logs');
is($made, 200, 'Swift is up, and has a bucket') or do
{
	diag(`tail -n 5 $files/*.log`);
	done_testing();
	exit;
};

# It does refuse: else it would prove nothing.
is(request('wrong-key', 'GET', '/logs'), 403, 'a wrong signature is refused');

my @keys;
find({ no_chdir => 1, wanted => sub { push @keys, substr $_, length($object_folder) + 1 if -f } }, $object_folder);
is(scalar(grep { request('key-of-reader', 'PUT', "/logs/$_", read_file("$object_folder/$_")) == 200 } @keys), scalar @keys,
	@keys . ' objects are put there');

$ENV{AWS_ENDPOINT_URL} = $url;
$ENV{AWS_ACCESS_KEY_ID} = 'logs:reader';
$ENV{AWS_EC2_METADATA_DISABLED} = 'true';

# Runs the client; gives its status and all that it prints.
sub run
{
	my ($secret, @arguments) = @_;
	local $ENV{AWS_SECRET_ACCESS_KEY} = $secret;
	my $pid = open my $out, '-|' // die;
	unless ($pid)
	{
		open STDERR, '>&', \*STDOUT or die;
		exec 'cloudtrail-load', @arguments or die;
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8, $text);
}
sub events_of
{
	my ($trail) = @_;
	return sql("SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM $trail.raw_events");
}

my ($status, $text) = run('key-of-reader', '--create', 'bucket', 's3://logs/');
is($status, 0, 'the bucket is loaded');
is((run('', '-q', '--create', 'folder', $object_folder))[0], 0, 'so is the folder');
is(events_of('bucket'), events_of('folder'), 'the trails are equal');
like((run('key-of-reader', 'bucket', 's3://logs/'))[1], qr/^0 files?(?:\(s\))? loaded, @{[ scalar @keys ]} loaded before$/m, 'nothing is loaded twice');
my ($day) = $keys[5] =~ m{/(\d{4}/\d\d/\d\d)/};
my $date = $day =~ s{/}{-}gr;
my $since = grep { m{/(\d{4}/\d\d/\d\d)/} && $1 ge $day } @keys;
like((run('key-of-reader', '-n', '--create', 'nothing', "--since=$date", 's3://logs'))[1], qr/^$since files?(?:\(s\))? of .* would be loaded/m, "--since=$date");
($status, $text) = run('wrong-key', '--create', 'nothing', 's3://logs');
is($status, 2, 'a wrong key');
like($text, qr{^cloudtrail-load: s3://logs/: SignatureDoesNotMatch: }m, 'is named');
($status, $text) = run('key-of-reader', '--create', 'nothing', 's3://no-such-bucket');
is($status, 2, 'no bucket');
like($text, qr{NoSuchBucket}, 'is named');

# Digests; Swift takes no metadata as long as a signature, so the newest one is not proven.
my $digested = "$files/digested";
system("test/generator/generate --seed 9 --format s3 --events 40 --accounts 1 --regions 1 --days 1 --events-per-file 20 --out $digested >/dev/null") == 0 or die;
my ($chain) = values %{ write_chains($digested, key => $key, bucket => 'digests') };
request('key-of-reader', 'PUT', '/digests');
find({ no_chdir => 1, wanted => sub {
	request('key-of-reader', 'PUT', '/digests/' . substr($_, length($digested) + 1), read_file($_)) if -f;
} }, $digested);
($status, $text) = run('key-of-reader', 'verify', '-k', "$files/keys.json", 's3://digests');
like($text, qr/signatures: @{[ @$chain - 1 ]} valid/, 'verify of a bucket');

done_testing();
