# cloudtrail-load from a bucket: what reaches the trail, what goes wrong on the
# way, where credentials come from, and that they are told to nobody.
use strict;
use warnings;
use File::Find;
use File::Path;
use IO::Compress::Gzip qw(gzip);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;
use Time::HiRes;
use CloudtrailTest;
use Digests;
use S3Stub;

# CLIENT may be another build of it, as with sanitizers, or one under valgrind.
my @client = split / /, $ENV{CLIENT} // 'cloudtrail-load';
my $files = "$ENV{SERVER_FILES}/s3";
mkpath("$files/home");
new_database('s3');
$ENV{PGDATABASE} = 's3';

# No credentials or settings of who runs this test; none from this machine's services.
delete $ENV{$_} for grep { /^(AWS_|https?_proxy|all_proxy|no_proxy)/i } keys %ENV;
$ENV{HOME} = "$files/home";
$ENV{AWS_EC2_METADATA_DISABLED} = 'true';

# All that must never be printed, and all that was.
my %secrets = (
	AKIDSTATIC => { secret => 'static/SECRET+1' },
	AKIDSESSION => { secret => 'session/SECRET+2', token => 'SESSION-TOKEN-2=' },
	AKIDEXPIRED => { secret => 'expired/SECRET+3', token => 'EXPIRED-TOKEN-3=', expired => 1 },
	AKIDROLE => { secret => 'role/SECRET+4', token => 'ROLE-TOKEN-4/+=' },
	AKIDOTHER => { secret => 'other/SECRET+5', token => 'OTHER-TOKEN-5=' });
my $printed = '';

my $stub = S3Stub->new("$files/stub", keys => \%secrets);
my @static = (AWS_ACCESS_KEY_ID => 'AKIDSTATIC', AWS_SECRET_ACCESS_KEY => $secrets{AKIDSTATIC}{secret});

# Runs the client in an environment; gives its status, standard output and standard error.
sub run
{
	my ($environment, @arguments) = @_;
	my $pid = start($environment, @arguments);
	waitpid $pid, 0;
	return ended($?);
}

# Starts it.
sub start
{
	my ($environment, @arguments) = @_;
	my $pid = fork // die;
	return $pid if $pid;
	$ENV{AWS_ENDPOINT_URL} = $stub->{url};
	for (my $i = 0; $i < @$environment; $i += 2)
	{
		delete $ENV{ $environment->[$i] };
		$ENV{ $environment->[$i] } = $environment->[$i + 1] if defined $environment->[$i + 1];
	}
	open STDOUT, '>', "$files/out" or die;
	open STDERR, '>', "$files/err" or die;
	$SIG{INT} = 'DEFAULT';
	exec @client, @arguments or die;
}

# What it left behind.
sub ended
{
	my ($status) = @_;
	my @texts = map { read_file($_) } "$files/out", "$files/err";
	$printed .= join '', @texts;
	# Progress depends on how long it takes.
	$texts[1] =~ s/^cloudtrail-load: [\d,]+\/[\d,]+\+? files.*\n//mg;
	return ($status & 127 ? 128 + ($status & 127) : $status >> 8, @texts);
}

# A trail, its events and its files: the only places that name what is in the database.
sub events_of
{
	my ($trail) = @_;
	return sql("SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM $trail.raw_events");
}
sub files_of
{
	my ($trail) = @_;
	return sql("SELECT count(*), md5(string_agg(source || ' ' || size, chr(10) ORDER BY source)) FROM $trail.log_files");
}
sub signatures_of
{
	my ($trail) = @_;
	return sql("SELECT count(*) FROM $trail.digests WHERE signature IS NOT NULL");
}

# Objects that were fetched, and listings that were made.
sub fetched
{
	return grep { $_->{status} == 200 && $_->{line} =~ m{^GET /[^/?]+/[^?]} } $stub->requests;
}
sub listed
{
	return grep { $_->{line} =~ /list-type=2/ } $stub->requests;
}

# Log files below a bucket's folder.
sub new_bucket
{
	my ($bucket, $options) = @_;
	my $folder = "$files/stub/buckets/$bucket";
	system("test/generator/generate --seed 51 --format s3 $options --out $folder >/dev/null") == 0 or die;
	$stub->set;
	return $folder;
}

# A bucket and a folder with the same objects give the same trail.
my $objects = $ENV{S3_OBJECTS} // 1500;
my $folder = new_bucket('logs', "--events $objects --accounts 3 --events-per-file 1 --days 90");
my @keys;
find({ no_chdir => 1, wanted => sub { push @keys, substr $_, length($folder) + 1 if -f } }, $folder);
my ($status, $out, $err) = run([], '-q', '-j', 2, '--create', 'folder', $folder);
is("$status $err", '0 ', 'a folder is loaded');
$stub->set(page => $objects >= 10_000 ? 1000 : int($objects / 50));
$stub->forget;
my $began = Time::HiRes::time();
($status, $out, $err) = run(\@static, '-j', 2, '--create', 'bucket', 's3://logs/');
note(sprintf '%d objects in %.1f s', scalar @keys, Time::HiRes::time() - $began);
is($status, 0, 'so is a bucket');
my $number = scalar(@keys) =~ s/(?<=\d)(?=\d{3}$)/,/r;
like($out, qr/^$number files?(?:\(s\))? loaded\n/m, "all $number objects");
is(events_of('bucket'), events_of('folder'), 'the same events');
is(files_of('bucket'), files_of('folder'), 'under the same names');
is(scalar fetched(), scalar @keys, 'each object was fetched once');
is(() = grep({ $_->{status} != 200 } $stub->requests), 0, 'no request was refused');
cmp_ok(scalar(grep { $_->{line} =~ /continuation-token/ } listed()), '>', 1, 'from more than one page');
is(() = grep({ ($_->{access_key} // '') ne 'AKIDSTATIC' } $stub->requests), 0, 'all are signed');
my @signed = $stub->requests;
$stub->set(page => 1000);
$stub->forget;
($status, $out) = run(\@static, 'bucket', 's3://logs');
like($out, qr/^0 files?(?:\(s\))? loaded, [\d,]+ loaded before\n/, 'a second time there is nothing to do');
is(scalar fetched(), 0, 'nothing is fetched');

# Another signer, of the same requests.
SKIP:
{
	my $python = $ENV{PYTHON} // '/usr/bin/python3';
	skip 'python3-botocore is not installed', 1 if system("$python -c 'import botocore' 2>/dev/null") != 0;
	splice @signed, 200;
	write_file("$files/requests.json", encode_json([ map { { line => $_->{line}, headers => $_->{headers} } } @signed ]));
	write_file("$files/sign.py", <<'END');
import json, re, sys, botocore.auth, botocore.awsrequest, botocore.credentials, datetime
wrong = 0
requests = json.load(open(sys.argv[1]))
for r in requests:
    method, target = r['line'].split(' ', 1)
    h = r['headers']
    stamp = h['x-amz-date']
    request = botocore.awsrequest.AWSRequest(method, 'http://' + h['host'] + target, headers={'x-amz-content-sha256': h['x-amz-content-sha256']})
    request.context['timestamp'] = stamp
    region = re.search(r'Credential=[^/]+/\d+/([^/]+)/', h['authorization']).group(1)
    auth = botocore.auth.S3SigV4Auth(botocore.credentials.Credentials(sys.argv[2], sys.argv[3]), 's3', region)
    request.headers['X-Amz-Date'] = stamp
    text = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, text), request)
    if not h['authorization'].endswith('Signature=' + signature):
        wrong += 1
        print('#', r['line'], file=sys.stderr)
print(len(requests) - wrong, wrong)
END
	is(`$python $files/sign.py $files/requests.json AKIDSTATIC $secrets{AKIDSTATIC}{secret}`, @signed . " 0\n", 'botocore signs the same requests alike');
}

# What would be loaded; one object; a folder without its slash; names with an odd look.
($status, $out) = run(\@static, '-n', '-v', '--create', 'nothing', 's3://logs');
like($out, qr/^s3:\/\/logs\/AWSLogs\S+\.gz: would be loaded, \d+ bytes$/m, '--dry-run names what would be loaded');
like($out, qr/^[\d,]+ files?(?:\(s\))? of [\d,]+ bytes would be loaded\n/m, 'counts it');
is(scalar fetched(), 0, 'fetches nothing');
is((run(\@static, '-q', '--create', 'one', "s3://logs/$keys[0]"))[0], 0, 'one object');
is(sql('SELECT source FROM one.log_files'), $keys[0], 'is loaded');
$stub->put('odd', "a b+c/%41&=?#;\xc3\xa9'\"()*!~/x y.json", '{"eventTime":"2024-01-03T00:00:00Z"}');
$stub->put('odd', 'a b+cd/other.json', '{"eventTime":"2024-01-05T00:00:00Z"}');
$stub->put('odd', 'a b+c/readme.txt', 'no log');
($status, $out, $err) = run(\@static, '--create', 'odd', 's3://odd/a b+c');
is($status, 0, 'keys with characters that URLs encode');
like($out, qr/^1 files?(?:\(s\))? loaded, 1 skipped\n/, 'are loaded; a longer name of a folder is another folder');
is(sql('SELECT source FROM odd.log_files'), "s3://odd/a b+c/%41&=?#;\xc3\xa9'\"()*!~/x y.json", 'under their address');
is((run(\@static, '-q', 'odd', 's3://odd/nowhere'))[0], 2, 'what is not there');
like(read_file("$files/err"), qr{^cloudtrail-load: s3://odd/nowhere: no such object or folder$}m, 'is named');
is((run(\@static, '-q', 'odd', 's3://Odd/x'))[0], 2, 'a name that no bucket has');

# Accounts, Regions and days.
my ($account, $region, $day) = $keys[10] =~ m{^AWSLogs/(\d+)/CloudTrail/([^/]+)/(\d+/\d+/\d+)/};
my ($date, $encoded) = ($day =~ s{/}{-}gr, $day =~ s{/}{%2F}gr);
for ([ 'account', $account, qr{/$account/} ], [ 'region', $region, qr{/$region/} ],
	[ 'since', $date, sub { (shift =~ m{/(\d{4}/\d\d/\d\d)/})[0] ge $day } ],
	[ 'until', $date, sub { (shift =~ m{/(\d{4}/\d\d/\d\d)/})[0] le $day } ])
{
	my ($option, $value, $test) = @$_;
	my $expected = grep { ref $test eq 'CODE' ? $test->($_) : /$test/ } @keys;
	for my $source ('s3://logs', $folder)
	{
		($status, $out) = run(\@static, '-n', '-v', '--create', 'nothing', "--$option=$value", $source);
		is(() = $out =~ /: would be loaded, /g, $expected, "--$option=$value of " . ($source eq $folder ? 'a folder' : 'a bucket'));
	}
}
$stub->forget;
run(\@static, '-n', '--create', 'nothing', "--since=$date", "--until=$date", "--account=$account", "--region=$region", 's3://logs');
my $all = () = listed();
ok(!(grep { $_->{line} =~ m{AWSLogs%2F(\d+)%2F} && $1 ne $account } listed()), "other accounts are not listed ($all requests)");
like(join(' ', map { $_->{line} } listed()), qr/start-after=AWSLogs%2F$account%2FCloudTrail%2F$region%2F$encoded/, 'a listing begins at the day');
is((run(\@static, '--since=yesterday', 'nothing', 's3://logs'))[0], 3, 'a day that is none');
is((run(\@static, '--follow', '-n', 'nothing', 's3://logs'))[0], 3, '--follow of a dry run');
is((run(\@static, '--follow', 'nothing', $folder))[0], 3, '--follow of a folder');

# What else lies in a bucket is not taken, and not listed.
$stub->put('mixed', "AWSLogs/$account/$_", "$_") for 'Config/us-east-1/2024/1/1/x.json.gz', 'vpcflowlogs/us-east-1/2024/01/01/y.gz', 'CloudTrail/us-east-1/2024/01/01/note.txt';
$stub->put('mixed', "AWSLogs/$account/CloudTrail/us-east-1/2024/01/01/${account}_CloudTrail_us-east-1_20240101T0000Z_a.json.gz", read_file("$folder/$keys[0]"));
$stub->forget;
($status, $out) = run(\@static, '-v', '--create', 'mixed', 's3://mixed');
like($out, qr/^1 files?(?:\(s\))? loaded, 3 skipped\n/m, 'logs of other services are left out');
ok(!(grep { $_->{line} =~ /Config%2F/ } listed()), 'and not listed');

# Evidence: the newest digest has its signature in its metadata only.
my $key = make_key($files, 'key');
write_file("$files/keys.json", key_list($key));
my $digested = new_bucket('digests', '--events 60 --accounts 1 --regions 1 --days 1 --events-per-file 20');
my ($chain) = values %{ write_chains($digested, key => $key, bucket => 'digests') };
my ($newest, $signature) = @{ $chain->[-1] }{qw(path signature)};
$stub->set;
($status, $out) = run(\@static, 'verify', '-k', "$files/keys.json", 's3://digests');
like($out, qr/signatures: @{[ @$chain - 1 ]} valid/, 'without it, the newest digest is not proven');
$stub->set(metadata => { substr($newest, length("$files/stub/buckets/")) => { 'x-amz-meta-signature' => $signature } });
($status, $out) = run(\@static, 'verify', '-k', "$files/keys.json", 's3://digests');
is($status, 0, 'verify of a bucket');
like($out, qr/signatures: @{[ scalar @$chain ]} valid\nno break/, 'proves all');
is((run(\@static, '-q', '--create', '--verify', '-k', "$files/keys.json", 'digests', 's3://digests'))[0], 0, 'a load that verifies first');
is(signatures_of('digests'), 1, 'brings the signature into the trail');
$stub->set(metadata => { substr($newest, length("$files/stub/buckets/")) => { 'x-amz-meta-signature' => 'x' x 600 } });
is((run(\@static, '-q', 'verify', '-k', "$files/keys.json", 's3://digests'))[0], 1, 'a signature that is none is as if it were not there');
$stub->set(metadata => {});

# What is refused: its message, and exit status.
sub refused
{
	my ($name, $environment, $bucket, $expected_status, $expected) = @_;
	my ($status, $out, $err) = run($environment, '--create', 'refused', "s3://$bucket");
	is($status, $expected_status, "$name: exit status");
	like($err, $expected, "$name: message");
}
refused('wrong key', [ @static, AWS_SECRET_ACCESS_KEY => 'wrong/SECRET+9' ], 'logs', 2, qr{^cloudtrail-load: s3://logs/: SignatureDoesNotMatch: }m);
refused('unknown key', [ @static, AWS_ACCESS_KEY_ID => 'AKIDUNKNOWN' ], 'logs', 2, qr{InvalidAccessKeyId: }m);
refused('expired token', [ AWS_ACCESS_KEY_ID => 'AKIDEXPIRED', AWS_SECRET_ACCESS_KEY => $secrets{AKIDEXPIRED}{secret}, AWS_SESSION_TOKEN => $secrets{AKIDEXPIRED}{token} ], 'logs', 2, qr{expired});
refused('no bucket', \@static, 'no-such-bucket', 2, qr{s3://no-such-bucket/: NoSuchBucket: The specified bucket does not exist$}m);
refused('no credentials', [], 'logs', 3, qr{^cloudtrail-load: no AWS credentials found: not in the environment, in profile default, nor from a service of this machine$}m);
refused('no server', [ @static, AWS_ENDPOINT_URL => 'http://127.0.0.1:1' ], 'logs', 2, qr{Failed to connect|Couldn't connect}) if $ENV{S3_SLOW};
refused('no endpoint', [ @static, AWS_ENDPOINT_URL => 'ftp://localhost' ], 'logs', 3, qr{endpoint must be});
refused('half of the credentials', [ AWS_ACCESS_KEY_ID => 'AKIDSTATIC' ], 'logs', 3, qr{AWS_SECRET_ACCESS_KEY is not});
$stub->set(rules => [ { match => "prefix=AWSLogs%2F$account", status => 403, code => 'AccessDenied', message => 'Access Denied' } ]);
($status, $out, $err) = run(\@static, '-n', '-v', '--create', 'nothing', 's3://logs');
is($status, 2, '403 on a prefix');
is($err, "cloudtrail-load: s3://logs/AWSLogs/$account/: AccessDenied: Access Denied\n", 'is named');
is(() = $out =~ /: would be loaded, /g, scalar(grep { !m{/$account/} } @keys), 'and the rest goes on');
$stub->set(rules => [ { match => 'prefix=', status => 403, code => 'AccessDenied', message => "echo $secrets{AKIDSTATIC}{secret}" } ]);
run(\@static, '-v', '--create', 'nothing', 's3://logs');
$stub->set(rules => [ { match => 'prefix=', status => 403, code => 'AccessDenied', message => 'x' x 286 . $secrets{AKIDSTATIC}{secret} } ]);
unlike((run(\@static, '-v', '--create', 'nothing', 's3://logs'))[2], qr/static\/SEC/, 'nor is what is left of a secret where a message is cut off');
$stub->set(rules => [ { match => 'list-type', status => 200, content => '<html><body>hello</body></html>' } ]);
refused('no listing', \@static, 'logs', 2, qr{the answer is not a listing of a bucket});
$stub->set(rules => [ { match => 'list-type', status => 200, content => '<!DOCTYPE x [<!ENTITY a "aaaa">]><ListBucketResult><Contents><Key>&a;.json</Key></Contents></ListBucketResult>' } ]);
refused('entities', \@static, 'logs', 2, qr{the answer is not a listing of a bucket});
$stub->set(rules => [ { match => 'list-type', status => 200, content => '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>' } ]);
refused('a circle of pages', \@static, 'logs', 2, qr{the listing does not go on});

# What passes: a burst of 503, bodies that break off or are altered.
my @few = ("--since=$date", "--until=$date", 's3://logs');
my $few = grep { m{/$day/} } @keys;
for (
	[ '503 SlowDown', { match => 'GET', status => 503, code => 'SlowDown', message => 'Please reduce your request rate.', times => 6 } ],
	[ '500', { match => 'GET', status => 500, times => 4 } ],
	[ 'bodies that break off', { match => '\.json\.gz$', break => 'cut', times => 5 } ],
	[ 'bodies that are altered', { match => '\.json\.gz$', break => 'flip', times => 5 } ],
	[ 'listings that break off', { match => 'list-type', break => 'cut', times => 3 } ])
{
	my ($name, $rule) = @$_;
	$stub->set(rules => [$rule]);
	$stub->forget;
	($status, $out, $err) = run(\@static, 'verify', @few);
	like($out, qr/^$few log files?(?:\(s\))?/, "$name: all files come");
	is($err, '', "$name: without a complaint");
	cmp_ok(scalar(grep { $_->{line} } $stub->requests), '>', $few + 3, "$name: after some attempts more");
}
my $encryption = { 'x-amz-server-side-encryption' => 'aws:kms', ETag => '"00000000000000000000000000000000"' };
$stub->set(rules => [ { match => '\.json\.gz$', break => 'keep', headers => $encryption } ]);
is((run(\@static, '-q', 'verify', @few))[2], '', 'the ETag of an object that KMS encrypted is not its MD5');
if ($ENV{S3_SLOW})
{
	$stub->set(rules => [ { match => '\.json\.gz$', break => 'flip' } ]);
	($status, $out, $err) = run(\@static, 'verify', @few);
	is($status, 2, 'a body that stays altered fails');
	like($err, qr/: content is not what its ETag says$/m, 'and is named');
}
$stub->set(rules => []);
($status, $out, $err) = run(\@static, '--create', '--max-size=100', 'nothing', @few);
is($status, 2, 'an object beyond --max-size fails');
like($err, qr/: is larger than 100 bytes \(--max-size\)$/m, 'and is named');

# A clock that is wrong.
$stub->set(clock => 7200);
is((run(\@static, '-q', 'verify', @few))[2], '', 'a clock that is two hours late is set right');
$stub->set(clock => 0);

# Another Region; redirects, which are not followed to other hosts.
my $other = S3Stub->new("$files/foreign", keys => \%secrets);
$stub->set(region => 'eu-west-1');
is((run(\@static, '-q', 'verify', @few))[2], '', 'a bucket in another Region');
$stub->set(region => 'us-east-1', rules => [ { match => 'GET', status => 301, code => 'PermanentRedirect', headers => { 'x-amz-bucket-region' => 'eu-west-1', Location => $other->{url} }, times => 1 } ], regions => { logs => 'eu-west-1' });
is((run(\@static, '-q', 'verify', @few))[2], '', 'a redirect that names the Region');
$stub->set(rules => [ { match => 'GET', status => 307, code => 'TemporaryRedirect', headers => { Location => "$other->{url}/logs" } } ], regions => {});
refused('a redirect to another host', \@static, 'logs', 2, qr{TemporaryRedirect});
$stub->set(rules => [ { match => 'GET', status => 301, code => 'PermanentRedirect', more => '<Region>evil.example.org/</Region><Endpoint>logs.evil.example.org</Endpoint>', headers => { 'x-amz-bucket-region' => 'evil.example.org/' } } ]);
refused('a Region that is none', \@static, 'logs', 2, qr{PermanentRedirect});
is(() = $other->requests, 0, 'no request went to another host');
$other->stop;
$stub->set(rules => [], regions => {});

# A certificate is verified; AWS_CA_BUNDLE holds.
SKIP:
{
	system("openssl req -x509 -newkey rsa:2048 -nodes -keyout $files/tls.key -out $files/tls.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null") == 0
		or skip 'openssl req failed', 2;
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die;
	my $port = $socket->sockport;
	close $socket;
	my $server = fork // die;
	exec "exec openssl s_server -quiet -accept $port -key $files/tls.key -cert $files/tls.pem -www >/dev/null 2>&1 </dev/null" unless $server;
	Time::HiRes::sleep(0.05) until IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
	refused('an unknown certificate', [ @static, AWS_ENDPOINT_URL => "https://localhost:$port" ], 'logs', 2, qr{certificate});
	refused('a certificate of AWS_CA_BUNDLE', [ @static, AWS_ENDPOINT_URL => "https://localhost:$port", AWS_CA_BUNDLE => "$files/tls.pem" ], 'logs', 2, qr{not a listing of a bucket});
	kill 'KILL', $server;
	waitpid $server, 0;
}

# Credentials, from each place where AWS's tools look.
my $expires = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 3600));
my @instance = (AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $stub->{url});
sub set_of
{
	my ($id, $until) = @_;
	return { AccessKeyId => $id, SecretAccessKey => $secrets{$id}{secret}, Token => $secrets{$id}{token}, Expiration => $until // $expires };
}
sub comes_from
{
	my ($name, $id, $environment, $given, $home) = @_;
	rmtree("$files/home");
	write_file("$files/home/$_", $home->{$_}) for keys %{ $home // {} };
	$stub->set(given => $given // {});
	$stub->forget;
	my ($status, $out, $err) = run($environment, '-v', 'verify', @few);
	my %used = map { ($_->{access_key} // '') => 1 } grep { $_->{line} =~ /^GET .*(list-type|\.gz)/ } $stub->requests;
	$err =~ s/^.*: not covered: .*\n//mg;
	is(join(' ', keys %used) . $err, $id, $name);
}
my $keys_of = sub { my ($id) = @_; "aws_access_key_id = $id\naws_secret_access_key=$secrets{$id}{secret}\n" . ($secrets{$id}{token} ? "aws_session_token = $secrets{$id}{token}\n" : '') };
write_file("$files/token", "TOKEN-OF-IDENTITY\n");
write_file("$files/container-token", "TOKEN-OF-CONTAINER\n");
comes_from('the environment', 'AKIDSESSION', [ AWS_ACCESS_KEY_ID => 'AKIDSESSION', AWS_SECRET_ACCESS_KEY => $secrets{AKIDSESSION}{secret}, AWS_SESSION_TOKEN => $secrets{AKIDSESSION}{token} ],
	undef, { '.aws/credentials' => "[default]\n" . $keys_of->('AKIDSTATIC') });
comes_from('the shared credentials file', 'AKIDSESSION', [], undef, { '.aws/credentials' => "# comment\n[other]\nregion = x\n\n[default]\n" . $keys_of->('AKIDSESSION') });
comes_from('a profile of the config file', 'AKIDOTHER', [ AWS_PROFILE => 'the one' ], undef,
	{ '.aws/config' => "[default]\nregion=us-east-1\n[profile the one]\ns3 =\n  aws_access_key_id = nested\n" . $keys_of->('AKIDOTHER'), '.aws/credentials' => "[default]\n" . $keys_of->('AKIDSTATIC') });
comes_from('the credentials file before the config file', 'AKIDSESSION', [ AWS_CONFIG_FILE => "$files/home/c", AWS_SHARED_CREDENTIALS_FILE => "$files/home/s" ], undef,
	{ c => "[default]\n" . $keys_of->('AKIDOTHER'), s => "[default]\n" . $keys_of->('AKIDSESSION') });
comes_from('credential_process', 'AKIDROLE', [], undef,
	{ '.aws/config' => "[default]\ncredential_process = cat '$files/home/printed file'\n", 'printed file' => encode_json({ Version => 1, %{ set_of('AKIDROLE') }, SessionToken => $secrets{AKIDROLE}{token} }) });
comes_from('web identity', 'AKIDROLE', [ AWS_ROLE_ARN => 'arn:aws:iam::111122223333:role/web', AWS_WEB_IDENTITY_TOKEN_FILE => "$files/token" ],
	{ 'AssumeRoleWithWebIdentity arn:aws:iam::111122223333:role/web TOKEN-OF-IDENTITY' => [ set_of('AKIDROLE') ] }, { '.aws/credentials' => "[default]\n" . $keys_of->('AKIDSTATIC') });
comes_from('web identity of a profile', 'AKIDROLE', [],
	{ 'AssumeRoleWithWebIdentity arn:aws:iam::1:role/p TOKEN-OF-IDENTITY' => [ set_of('AKIDROLE') ] },
	{ '.aws/config' => "[default]\nrole_arn = arn:aws:iam::1:role/p\nweb_identity_token_file = $files/token\n" });
comes_from('a role by another profile', 'AKIDROLE', [ AWS_PROFILE => 'r' ], { 'AssumeRole arn:aws:iam::1:role/r x,y' => [ set_of('AKIDROLE') ] },
	{ '.aws/config' => "[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = x,y\n", '.aws/credentials' => "[base]\n" . $keys_of->('AKIDSESSION') });
is((grep { $_->{line} =~ /^POST/ } $stub->requests)[0]{access_key}, 'AKIDSESSION', 'which signs the request for it');
comes_from('a role by a role of the instance', 'AKIDOTHER', [ AWS_PROFILE => 'b', @instance ],
	{ 'AssumeRole arn:aws:iam::1:role/a ' => [ set_of('AKIDROLE') ], 'AssumeRole arn:aws:iam::1:role/b ' => [ set_of('AKIDOTHER') ], instance => [ set_of('AKIDSESSION') ] },
	{ '.aws/config' => "[profile a]\nrole_arn = arn:aws:iam::1:role/a\ncredential_source = Ec2InstanceMetadata\n[profile b]\nrole_arn=arn:aws:iam::1:role/b\nsource_profile=a\n" });
comes_from('a role by the environment', 'AKIDROLE', [ AWS_PROFILE => 'e', AWS_CONTAINER_CREDENTIALS_FULL_URI => "$stub->{url}/container", AWS_CONTAINER_AUTHORIZATION_TOKEN => 'TOKEN-OF-CONTAINER' ],
	{ 'AssumeRole arn:aws:iam::1:role/e ' => [ set_of('AKIDROLE') ], container => [ set_of('AKIDSESSION') ] },
	{ '.aws/config' => "[profile e]\nrole_arn = arn:aws:iam::1:role/e\ncredential_source = EcsContainer\n" });
comes_from('a container', 'AKIDROLE', [ AWS_CONTAINER_CREDENTIALS_FULL_URI => "$stub->{url}/container", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => "$files/container-token" ],
	{ container => [ set_of('AKIDROLE') ] });
comes_from('an instance, by version 2 of its service', 'AKIDROLE', \@instance, { instance => [ set_of('AKIDROLE') ] });

# They are taken again before they expire, and when they did.
comes_from('credentials that expire soon', 'AKIDROLE', \@instance, { instance => [ set_of('AKIDROLE', strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 60))) ] });
cmp_ok(scalar(grep { $_->{line} =~ m{/security-credentials/the-role} } $stub->requests), '>', 1, 'are taken again');
$stub->set(given => { instance => [ set_of('AKIDEXPIRED'), set_of('AKIDROLE') ] });
$stub->forget;
is((run(\@instance, '-q', 'verify', @few))[2], '', 'ExpiredToken');
is(scalar(grep { $_->{line} =~ m{/security-credentials/the-role} } $stub->requests), 2, 'has others taken, once');

# What is set up and fails.
sub fails
{
	my ($name, $expected, $environment, $home) = @_;
	rmtree("$files/home");
	write_file("$files/home/$_", $home->{$_}) for keys %{ $home // {} };
	my ($status, $out, $err) = run($environment, '-v', 'verify', @few);
	is($status, 3, $name);
	like($err, $expected, "$name: message");
}
fails('a profile that is not there', qr/^cloudtrail-load: there is no profile none$/m, [ AWS_PROFILE => 'none' ]);
fails('a circle of profiles', qr/in a circle/, [], { '.aws/config' => "[default]\nrole_arn=arn:x\nsource_profile=b\n[profile b]\nrole_arn=arn:y\nsource_profile=default\n" });
fails('a role that may not be assumed', qr/cannot assume role arn:aws:iam::1:role\/no: AccessDenied: /, [], { '.aws/config' => "[default]\nrole_arn=arn:aws:iam::1:role/no\nsource_profile=b\n", '.aws/credentials' => "[b]\n" . $keys_of->('AKIDSTATIC') });
fails('a process that fails', qr/credential_process failed/, [], { '.aws/config' => "[default]\ncredential_process = echo $secrets{AKIDROLE}{secret} >&2; exit 1\n" });
fails('a process that prints something else', qr/did not print credentials as JSON/, [], { '.aws/config' => "[default]\ncredential_process = echo $secrets{AKIDROLE}{secret}\n" });
fails('a token file that is not there', qr/cannot read the token file/, [ AWS_ROLE_ARN => 'arn:x', AWS_WEB_IDENTITY_TOKEN_FILE => "$files/nowhere" ]);
fails('a container elsewhere', qr/neither https nor of this machine/, [ AWS_CONTAINER_CREDENTIALS_FULL_URI => 'http://example.org/container', AWS_CONTAINER_AUTHORIZATION_TOKEN => 'TOKEN-OF-CONTAINER' ]);
fails('a line break in a key', qr/blanks or control characters/, [ @static, AWS_SESSION_TOKEN => "x\r\nEvil: y" ]);
fails('Identity Center', qr/uses IAM Identity Center/, [], { '.aws/config' => "[default]\nsso_session = x\n" });
rmtree("$files/home");

# Following: new objects, a late one, a new Region's, one that fails at first; until it is stopped.
sub put_log
{
	my ($region, $time, $name, $text) = @_;
	my $path = strftime("AWSLogs/$account/CloudTrail/$region/%Y/%m/%d/${account}_CloudTrail_${region}_%Y%m%dT%H%MZ_$name.json.gz", gmtime $time);
	gzip(\$text => \my $zipped);
	$stub->put('follow', $path, $zipped);
	return $path;
}
sub record
{
	my ($n) = @_;
	return sprintf '{"Records":[{"eventTime":"2024-02-01T00:00:%02dZ","eventID":"%d"}]}', $n, $n;
}
my $now = time;
put_log('us-east-1', $now - 40 * 86400, 'old', record(1));
put_log('us-east-1', $now - 60, 'now', record(2));
$stub->forget;
my $pid = start([@static], '--create', '--follow=1', 'follow', 's3://follow/');
ok(wait_for(sub { (eval { sql('SELECT count(*) FROM follow.raw_events') } // 0) == 2 }), 'following loads what is there');
put_log('us-east-1', $now, 'new', record(3));
put_log('us-east-1', $now - 3600, 'late', record(4));
put_log('us-east-1', $now - 86400, 'later', record(5));
ok(wait_for(sub { sql('SELECT count(*) FROM follow.raw_events') == 5 }), 'new and late objects');
$stub->set(rules => [ { match => 'GET', status => 404, code => 'NoSuchKey', message => 'x', times => 2 } ]);
put_log('us-east-1', $now, 'fails', record(6));
ok(wait_for(sub { sql('SELECT count(*) FROM follow.raw_events') == 6 }), 'an object that failed is tried again');
$stub->set(rules => []);
sql(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cloudtrail-load'});
put_log('us-east-1', $now, 'lost', record(7));
ok(wait_for(sub { sql('SELECT count(*) FROM follow.raw_events') == 7 }), 'after connections were lost');
kill 'TERM', $pid;
waitpid $pid, 0;
($status, $out, $err) = ended($?);
is($status, 143, 'stopped by SIGTERM');
like($err, qr/^cloudtrail-load: up to date: \d+ files?(?:\(s\))? loaded, 0 loaded before, \d failed; \d+ events?$/m, 'with lines of state');
my %count;
$count{ $_->{line} }++ for fetched();
is(join(' ', grep { $count{$_} > 1 && !/fails|lost/ } keys %count), '', 'nothing is fetched twice');
unlike(join(' ', map { $_->{line} } (listed())[ -3 .. -1 ]), qr/prefix=&|delimiter/, 'later looks list recent days only');

# Nothing of the credentials was printed.
is(join(' ', grep { index($printed, $_) >= 0 } map { ($_, grep { defined } @{ $secrets{$_} }{qw(secret token)}) } keys %secrets), '', 'no credentials in ' . length($printed) . ' bytes of output');
is(join(' ', grep { index($printed, $_) >= 0 } 'TOKEN-OF', 'wrong/SECRET', 'AKIDUNKNOWN'), '', 'nor what gave them');

$stub->stop;
done_testing();
