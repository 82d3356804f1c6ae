# 4 MB of gzip that expand to 4 GB: a backend takes neither gigabytes nor half a minute.
use strict;
use warnings;
use Compress::Zlib;
use Test::More;
use Time::HiRes qw(time);
use CloudtrailTest;
use Session;

new_database('bomb');
my $member = Compress::Zlib::memGzip("\0" x (10 * 1024 * 1024));
my $bomb = server_file('bomb.gz', $member x (4_200_000 / length $member));
my $session = Session->new('-d', 'bomb');
for my $statement ('SELECT kind || count(*) || min(error) FROM cloudtrail_parse(%s) GROUP BY kind', 'SELECT octet_length(cloudtrail_inflate(%s))', 'SELECT kind FROM cloudtrail_survey(%s)', q{SELECT rejects FROM cloudtrail_import('audit', 'bomb.gz', %s)})
{
	$session->ask(q{SELECT cloudtrail_create_trail('audit')}) if $statement =~ /import/;
	my $start = time;
	my $answer = $session->ask(sprintf $statement, "pg_read_binary_file('$bomb')");
	my $took = time - $start;
	unlike($answer, qr/ERROR/, sprintf '%s: %s, %.1f s', $statement, $answer, $took);
	cmp_ok($took, '<', 15, 'it does not take long');
}
like($session->ask("SELECT error FROM cloudtrail_parse(pg_read_binary_file('$bomb'))"), qr/expands to more than is plausible/, 'the reason is named');

# JSON of empty objects, of which a tree takes hundreds of times as much.
my $objects = '{},' x 10_000_000;
my %small = (
	'a digest' => qq({"awsAccountId":"111122223333","digestStartTime":"2024-05-01T00:00:00Z","digestEndTime":"2024-05-01T01:00:00Z","digestS3Bucket":"b","digestS3Object":"o","digestPublicKeyFingerprint":"f","digestSignatureAlgorithm":"SHA256withRSA","x":[${objects}1],"logFiles":[]}),
	'a row of a query' => qq([[{"eventTime":"2024-05-01T12:00:00Z"},{"eventName":"x"},{"x":[${objects}1]}]]),
	'an object of columns' => qq({"eventtime":"2024-05-01T12:00:00Z","eventname":"x","useridentity":[${objects}1]}),
	'a result of a query' => qq({"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventtime"}]},{"Data":[${objects}{}]}]}}),
	'a row of OCSF' => qq({"class_uid":6003,"time":1714564800000,"api":{"operation":"x"},"x":[${objects}1]}),
	'keys' => qq({"PublicKeyList":[${objects}{}]}));
for my $what (sort keys %small)
{
	my $file = server_file('objects.gz', Compress::Zlib::memGzip($small{$what}));
	my $start = time;
	my $answer = $session->ask(qq{SELECT events FROM cloudtrail_import('audit', '$what', pg_read_binary_file('$file'))}) . ' ' .
		$session->ask(qq{SELECT account_id FROM cloudtrail_digest(pg_read_binary_file('$file'))}) . ' ' .
		$session->ask(qq{SELECT count(*) FROM cloudtrail_public_keys(convert_from(cloudtrail_inflate(pg_read_binary_file('$file')), 'UTF8'))}) . ' ' .
		$session->ask(q{SELECT count(*) FROM audit.digest_status});
	cmp_ok(time - $start, '<', 20, "$what of objects: $answer");
}
is($session->ask(q{SELECT string_agg(DISTINCT link, ' ') FROM audit.digest_chain}), 'unreadable', 'such a digest cannot be read');
if (open my $in, '<', "/proc/$session->{backend}/status")
{
	my ($peak) = map { /^VmHWM:\s+(\d+) kB/ ? $1 / 1024 : () } <$in>;
	cmp_ok($peak, '<', 700, sprintf 'nor much memory: %d MB', $peak);
}
$session->end;

# A file of 50 MB, which is AWS's most, may still grow twentyfold; a small one a hundredfold.
is(sql(q{SELECT octet_length(cloudtrail_inflate(decode(repeat('00', 10), 'hex')))}), 10, 'what is not compressed is left alone');
my $small = server_file('small.gz', Compress::Zlib::memGzip('{"eventTime":"2024-05-01T12:00:00Z","a":"' . 'x' x 50_000_000 . '"}'));
is(sql("SELECT octet_length(cloudtrail_inflate(pg_read_binary_file('$small'))) > 50000000"), 't', 'a small file may grow a thousandfold');
done_testing();
