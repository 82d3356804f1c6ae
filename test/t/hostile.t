# Damaged values from all sides: parameters of every function and operator, in
# text and binary, files of binary COPY, and stored values.  Each is answered,
# or refused with a documented error, and the session goes on as before.
# HOSTILE_COUNT and HOSTILE_SEED say how many statements, and which.
use strict;
use warnings;
use Compress::Zlib;
use MIME::Base64;
use Test::More;
use CloudtrailTest;
use Digests;

my $seed = $ENV{HOSTILE_SEED} // 1;
srand $seed;
new_database('hostile');
my $seeds = "$ENV{SERVER_FILES}/seeds";
mkdir $seeds or die;
my %written;

# Adds a good value to begin with.
sub seed
{
	my ($type, $value) = @_;
	write_file("$seeds/$type." . $written{$type}++, $value);
}

# Events as text; invented ones, those meant to trip a reader up, and long ones.
sub events
{
	my (@options) = @_;
	return split /\n/, `test/generator/generate @options`;
}

my @plain = events('--events 40 --seed 3');
my @secrets = events('--events 40 --seed 4 --stories 100 --service secretsmanager');
my @odd = events('--events 40 --seed 5 --hostile 100');
my $long = $plain[0] =~ s/"eventTime"/join('', '"note":"', map({ sprintf '%08x', rand 2**32 } 1 .. 3000), '","eventTime"')/er;
seed('cloudtrail_event', $_) for @plain[0 .. 15], @secrets[0 .. 15], @odd, $long;
seed($_, $secrets[1]) for 'json', 'jsonb', 'text';
seed('json', '{"Records":[' . join(',', @plain[0 .. 3], @odd[0 .. 3]) . ']}');
seed($_, '{"Records":[' . join(',', @plain[0 .. 3]) . ']}') for 'jsonb', 'text';
seed('jsonb', '{"requestParameters":{"secretId":"a"},"resources":[{"type":null}],"readOnly":true,"eventVersion":"1.08"}');
seed('json', '[1,2.5e3,"\u00e9",{"a":[]},null,true]');
seed('text', $_) for join("\n", @plain[0 .. 3], @odd[0 .. 7]), encode_base64(join "\n", @secrets[0 .. 3]),
	'eventName', 'requestParameters', '2024-05-01T12:00:00.123456Z', '111122223333', 'secretsmanager:GetSecretValue',
	'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbCdEf',
	'{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root","111122223333"]},"Action":"secretsmanager:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-1","o-2"]},"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}',
	qq{eventTime,eventName,raw\n2024-05-01,GetSecretValue,"${\ $plain[1] =~ s/"/""/gr}"\n};
seed('text[]', $_) for '{requestParameters,secretId}', '{resources,0,ARN}', '{}', '{responseElements,-1,a,b,c,d,e,f}';
seed('cloudtrail_action', $_) for 'secretsmanager:GetSecretValue', 'secretsmanager:Get*', '*:Delete*', 'kms:?ecrypt', 's3:*';
seed('cloudtrail_secret', $_) for 'app/db', 'app/db-AbCdEf', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbCdEf', 'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a', 'x' x 512;
seed('bigint', $_) for 0, -1, 1234567890123456789;
seed('boolean', $_) for 't', 'f';
seed('regnamespace', $_) for 'hostile_trail', 'pg_catalog';
seed('date[]', $_) for '{2024-05-01,2024-05-02}', '{}', '{NULL}', '{infinity,-infinity}', '{4713-01-01 BC,5874897-12-31}';
seed('timestamp with time zone', $_) for '2024-05-01 12:00Z', 'infinity', '4714-11-24 00:00 BC';
seed('cloudtrail_event[]', sql("SELECT ARRAY[\$e\$$plain[2]\$e\$, \$e\$$plain[3]\$e\$]::cloudtrail_event[]"));

my @files = (join("\n", @plain), '{"Records":[' . join(',', @secrets[0 .. 9], @odd[0 .. 9]) . ']}');
my ($ndjson, $records) = map { server_file("plain$_", $files[$_]) } 0 .. 1;
seed('bytea', $_) for @files, (map { Compress::Zlib::memGzip($_) } @files), Compress::Zlib::memGzip($files[0]) . Compress::Zlib::memGzip($files[1]);
if (system('zstd --version > /dev/null 2>&1') == 0)
{
	seed('bytea', scalar `zstd -q -c $_`) for $ndjson, $records;
}
seed('bytea', read_file($_)) for glob('test/data/sample/AWSLogs/*/CloudTrail-Digest/*/*/*/*/*.gz');
seed('bytea', scalar `test/generator/generate --events 5 --format $_`) for 'lookup', 'eventbridge', 'cwlogs';
seed('bytea', '{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T11:00:00Z","digestEndTime":"2024-05-01T12:00:00Z","digestS3Bucket":"b","digestS3Object":"o","digestPublicKeyFingerprint":"ab","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":"2024-05-01T11:30:00Z","oldestEventTime":"2024-05-01T11:20:00Z","previousDigestS3Bucket":"b","previousDigestS3Object":"p","previousDigestHashValue":"00ff","previousDigestHashAlgorithm":"SHA-256","previousDigestSignature":"00ff","logFiles":[{"s3Bucket":"b","s3Object":"l","hashValue":"00ff","hashAlgorithm":"SHA-256","newestEventTime":"2024-05-01T11:30:00Z","oldestEventTime":"2024-05-01T11:20:00Z"}]}');
seed('bytea[]', $_) for '{}', '{NULL}', map { '{' . join(',', map { '"\\\\x' . unpack('H*', $_) . '"' } @$_) . '}' } [ '{"Records":[' . join(',', @secrets[0 .. 3]) . ']}' ],
	[ Compress::Zlib::memGzip($plain[0]), $plain[1], $odd[0], '' ];
seed('integer', $_) for 0, 1, 100, -1, 2**31 - 1;
my $key = make_key($ENV{SERVER_FILES}, 'key');
seed('bytea', $key->{der});
seed('text', key_list($key));
for my $file ($ndjson, $records)
{
	seed('bytea', pack 'H*', sql("SELECT encode(manifest, 'hex') FROM cloudtrail_survey(pg_read_binary_file('$file'))"));
}

my $count = $ENV{HOSTILE_COUNT} // 20000;
diag("seed $seed");
local $ENV{PGDATABASE} = 'hostile';
my @report = `test/hostile/hostile $seed $count $seeds`;
is($?, 0, "seed $seed, $count rounds: each statement was answered, or refused with a documented error") or diag(@report);
like($report[-1], qr/statements, errors:.*22P02.*XX001 [1-9]/, $report[-1]);

# Whatever reads whole tables meets damaged values and ends in an error of
# theirs, or in none.
for my $statement (
	'ANALYZE hostile_damaged',
	'CREATE INDEX ON hostile_damaged (event)',
	'CREATE INDEX ON hostile_damaged USING hash (event)',
	'CREATE INDEX ON hostile_damaged USING gin (event)',
	'CREATE INDEX ON hostile_damaged (event_time(event))',
	'SELECT DISTINCT event FROM hostile_damaged',
	'SELECT event_name(event), count(*) FROM hostile_damaged GROUP BY 1',
	'SELECT a.id FROM hostile_damaged a JOIN hostile_damaged b USING (event)',
	'COPY hostile_damaged TO STDOUT',
	'COPY hostile_damaged TO STDOUT BINARY',
	'VACUUM FULL hostile_damaged')
{
	my $done = eval { sql("\\set VERBOSITY verbose\n$statement"); 1 };
	ok($done || $@ =~ /ERROR:  XX001: invalid value of type cloudtrail_event|ERROR:  54000: index row/, $statement) or diag($@);
}
done_testing();
