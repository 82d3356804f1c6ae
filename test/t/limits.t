# What is too deep, too large or too many: it is taken as documented or refused
# with an error, and what lies beside it is not lost.  CLOUDTRAIL_LARGE=1 adds
# what takes gigabytes and minutes.
use strict;
use warnings;
use Compress::Zlib;
use MIME::Base64;
use Test::More;
use Time::HiRes 'time';
use CloudtrailTest;

my $large = $ENV{CLOUDTRAIL_LARGE};
new_database('limits');

# What psql prints, or the SQLSTATE of the error.
sub outcome
{
	my ($query) = @_;
	my $result = eval { sql("\\set VERBOSITY verbose\nSET client_min_messages = error;\n$query") };
	return defined $result ? $result : $@ =~ /(?:ERROR|FATAL): +(\w{5}):/ ? $1 : $@;
}

# Tests the outcome of a query, which must not take longer than a time; where all
# is slower, TEST_PATIENCE says how many times as long.
sub gives
{
	my ($query, $expected, $name, $seconds) = @_;
	my $start = time;
	my $got = outcome($query);
	my $taken = time - $start;
	return ref $expected ? like($got, $expected, $name) : is($got, $expected, $name) if $taken < ($seconds // 20) * ($ENV{TEST_PATIENCE} // 1);
	return fail(sprintf '%s: took %.1f s', $name, $taken);
}

# A file for the server, as an expression.
sub file
{
	my ($bytes, $name) = @_;
	return "pg_read_binary_file('" . server_file($name // 'input', $bytes) . "')";
}

# The same file as text.
sub text
{
	return file(@_) =~ s/pg_read_binary_file/pg_read_file/r;
}

# A record with something more in it.
sub record
{
	my ($n, $more) = @_;
	return sprintf '{"eventVersion":"1.08","eventTime":"2024-05-01T12:00:00Z","eventSource":"s3.amazonaws.com","eventName":"Get%d","eventID":"%08x-0000-4000-8000-000000000000"%s}', $n, $n, $more // '';
}

my $counts = 'SELECT count(event), count(error) FROM cloudtrail_parse';

# Counts of events and of the others among bytes.
sub counted
{
	my ($bytes) = @_;
	return "$counts(" . file($bytes) . ')';
}

# Nesting.  A record's own braces are the first of its 2,000 levels.
for my $pair ([ '[', ']' ], [ '{"a":', '}' ])
{
	my ($open, $close) = @$pair;
	my $middle = $open eq '[' ? '' : 'null';
	for my $depth (1999, 2000, 100_000, 1_000_000)
	{
		my $deep = record(1, ',"requestParameters":' . $open x $depth . $middle . $close x $depth);
		my $cut = record(2, ',"requestParameters":' . $open x $depth);
		my $good = $depth < 2000 ? 1 : 0;
		gives("SELECT event_name(${\ text($deep)}::cloudtrail_event)", $good ? 'Get1' : '54000', "$depth times $open in a record");
		gives("SELECT length((request_parameters(${\ text($deep)}::cloudtrail_event))::text) > 1", $good ? 't' : '54000', "$depth times $open as jsonb");
		gives("SELECT e -> 'requestParameters' IS NOT NULL, e #> '{requestParameters,0,0,a}' IS NULL, e @> '{\"eventName\":\"Get1\"}', e::jsonb IS NOT NULL FROM (SELECT ${\ text($deep)}::cloudtrail_event) x(e)",
			$good ? 't|t|t|t' : '54000', "$depth times $open under operators");
		my @around = (record(3), $deep, record(4));
		gives(counted(join qq{\n}, @around), $good ? '3|0' : '2|1', "$depth times $open between neighbours, NDJSON");
		gives(counted('{"Records":[' . join(',', @around) . ']}'), $good ? '3|0' : '2|1', "$depth times $open between neighbours, log file");
		gives(counted(join qq{\n}, record(3), $cut, record(4)), '2|1', "$depth times $open that are never closed");
		gives(counted($open x $depth . $middle . $close x $depth), qr/^0\|\d+$/, "$depth times $open alone");
		gives(counted(qq({"Records":) x $depth), qr/^0\|\d+$/, "$depth times Records in one another");
		gives("SELECT error IS NOT NULL FROM cloudtrail_policy_access('{\"Statement\":' || ${\ text($open x $depth . $middle . $close x $depth)} || '}', '111122223333')", 't', "$depth times $open in a policy");
		gives("SELECT * FROM cloudtrail_digest(${\ file('{\"awsAccountId\":' . $open x $depth . $middle . $close x $depth . '}')})", qr/^(22P02|54000)$/, "$depth times $open in a digest");
		gives("SELECT count(*) FROM cloudtrail_public_keys(${\ text('{\"PublicKeyList\":' . $open x $depth . $middle . $close x $depth . '}')})", qr/^(22P02|54000)$/, "$depth times $open in a list of keys");
	}
}

# Containers in one another.
my $wrapped = record(1);
for my $level (1 .. 12)
{
	$wrapped = '{"Type":"Notification","Message":"' . $wrapped =~ s/([\\"])/\\$1/gr . '"}';
	last if length $wrapped > 30_000_000;
	gives(counted($wrapped), $level < 8 ? qr/^(1\|0|0\|1)$/ : '0|1', "messages in messages, $level levels");
}
my ($base64, $gzip) = (record(1)) x 2;
for my $level (1 .. 20)
{
	$base64 = encode_base64($base64, '');
	$gzip = Compress::Zlib::memGzip($gzip);
}
gives(counted($base64), '0|1', 'base64 in base64, 20 levels');
gives(counted($gzip), '0|1', 'gzip in gzip, 20 levels');

# Sizes: a record of 32 MB is the largest.
my $most = 32 * 1024 * 1024;
for my $over (-1, 0, 1, 1000)
{
	my $frame = length record(1, ',"x":""');
	my $big = record(1, ',"x":"' . 'y' x ($most + $over - $frame) . '"');
	my $good = $over <= 0 ? 1 : 0;
	gives("SELECT length((${\ text($big)}::cloudtrail_event)::text)", $good ? length $big : '54000', "a record of 32 MB and $over bytes");
	gives(counted(join qq{\n}, record(2), $big, record(3)), $good ? '3|0' : '2|1', "a record of 32 MB and $over bytes between neighbours");
}

# Many of something.
my $many = $large ? 3_000_000 : 300_000;
my $members = record(1, join '', map { qq(,"m$_":$_) } 1 .. $many / 2);
gives("SELECT e ->> 'm${\ ($many / 2)}', event_name(e), e @> '{\"m7\":7,\"eventName\":\"Get1\"}', e::text = t FROM (SELECT t, t::cloudtrail_event FROM (SELECT ${\ text($members)}) y(t)) x(t, e)",
	length $members > $most ? '54000' : $many / 2 . '|Get1|t|t', 'an object of ' . $many / 2 . ' members');
my $same = record(1, ',"eventName":"B"' x ($many / 10));
gives("SELECT event_name(${\ text($same)}::cloudtrail_event)", 'B', 'a member that comes ' . $many / 10 . ' times');
my $minimal = '{"eventTime":"2024-05-01T12:00:00Z"}';
gives(counted('{"Records":[' . join(',', ($minimal) x $many) . ']}'), "$many|0", "$many records of nothing but a time", 120);
gives(counted('{"Records":[' . join(',', ('{}') x $many) . ']}'), "0|$many", "$many empty records", 120);
gives(counted('[' . '1,' x $many . $minimal . ']'), "1|$many", "an event behind $many numbers", 120);
gives(counted(qq({\n) x $many . $minimal), qr/^[01]\|\d+$/, "an event behind $many braces", 120);
gives(counted('[' . '"' x $many . $minimal), qr/^[01]\|\d+$/, "an event behind $many quotation marks", 120);
my $arns = record(1, ',"resources":[' . join(',', map { qq({"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s$_-AbCdEf"}) } 1 .. $many / 10) . ']');
gives("SELECT cardinality(resource_arns(e)), cardinality(secret_arns(e)) > 0 FROM (SELECT ${\ text($arns)}::cloudtrail_event) x(e)", $many / 10 . '|t', 'an event of ' . $many / 10 . ' resources');

# Patterns that have to try again at each character.
my $name = record(1) =~ s/Get1/'a' x 1_000_000/er;
for my $pattern ("repeat('a*', 250) || 'b'", "'*' || repeat('a', 500) || 'b'", "'*' || repeat('?', 500) || 'b'")
{
	gives("SELECT e @~ ('s3:' || $pattern)::cloudtrail_action FROM (SELECT ${\ text($name)}::cloudtrail_event) x(e)", 'f', "$pattern over a long name", 10);
}

# Bombs.
my $dir = $ENV{SERVER_FILES};
my $zeros = $large ? '8G' : '1500M';
my $zstd = system('zstd --version > /dev/null 2>&1') == 0;
for my $program ($zstd ? ('gzip -1', 'zstd -1') : 'gzip -1')
{
	next if $program =~ /gzip/ && !$large && system("head -c 400M /dev/zero | $program > $dir/bomb") != 0;
	system("head -c $zeros /dev/zero | $program > $dir/bomb") == 0 or die if $large || $program =~ /zstd/;
	gives("$counts(pg_read_binary_file('$dir/bomb'))", qr/^0\|[1-9]\d*$/, "$program: zeros", 60);
	gives("SELECT length(cloudtrail_inflate(pg_read_binary_file('$dir/bomb'))) <= 1024 * 1024 * 1024", 't', "$program: zeros, inflated", 60);
	system("(printf '%s\\n' '$minimal'; head -c $zeros /dev/zero | tr '\\0' ' ') | $program > $dir/bomb") == 0 or die if $large || $program =~ /zstd/;
	gives("$counts(pg_read_binary_file('$dir/bomb'))", qr/^\d\|\d$/, "$program: an event, then blanks", 120) if $large || $program =~ /zstd/;
	system("$program -c $dir/bomb | $program > $dir/bomb2") == 0 or die;
	gives("$counts(pg_read_binary_file('$dir/bomb2'))", qr/^[01]\|\d+$/, "$program: a bomb in itself", 120);
}
my $zip = Compress::Zlib::memGzip(join "\n", map { record($_) } 1 .. 1000);
for my $size (0, 1, 1000, 0x7fffffff, 0xffffffff)
{
	substr $zip, -4, 4, pack('V', $size);
	gives(counted($zip), qr/^1000\|1$/, "gzip with $size as its declared size");
}
if ($zstd)
{
	my $text = join "\n", map { record($_) } 1 .. 100;

	# A frame of one raw block, of a single segment, that declares a size.
	for my $size (0, 1, length($text), length($text) + 1, 2**30, 2**31, 2**40, 2**62, ~0)
	{
		my $frame = "\x28\xb5\x2f\xfd\xe0" . pack('Q<', $size) . substr(pack('V', length($text) << 3 | 1), 0, 3) . $text;
		gives(counted($frame), $size == length $text ? '100|0' : qr/^\d+\|1$/, "zstd with $size as its declared size");
	}
}

# Files as large as a value can be.
my $mega = $large ? 1000 : 60;
my $line = record(1) . "\n";
my $lines = int($mega * 1024 * 1024 / length $line);
open my $out, '>:raw', "$dir/huge" or die;
print $out $line x 1000 for 1 .. $lines / 1000;
close $out;
$lines = int($lines / 1000) * 1000;
gives("SELECT count(*) FROM cloudtrail_events(pg_read_binary_file('$dir/huge'))", $lines, "a file of $mega MB", 300);
gives("SELECT count(*) FROM cloudtrail_events(pg_read_file('$dir/huge'))", $lines, "a text of $mega MB", 300);
gives("SELECT pg_read_file('$dir/huge')::cloudtrail_event", qr/^(54000|22P02)$/, "a text of $mega MB as an event", 60);
gives("SELECT events FROM cloudtrail_survey(pg_read_binary_file('$dir/huge'))", $lines, "survey of a file of $mega MB", 300);
if ($large)
{
	system("gzip -1 -k $dir/huge") == 0 or die;
	gives("SELECT count(*) FROM cloudtrail_events(pg_read_binary_file('$dir/huge.gz'))", $lines, "a compressed file of $mega MB", 300);
	gives("SELECT count(*) FROM cloudtrail_events(repeat('[', 1073741000 )::bytea)", qr/^(22P02|54000)$/, 'a gigabyte of brackets', 300);
	gives("SELECT count(*) FROM cloudtrail_events(repeat('\"', 1073741000)::bytea)", qr/^(22P02|54000)$/, 'a gigabyte of quotation marks', 300);
}
unlink glob("$dir/huge* $dir/bomb*");
is(sql("SELECT event_name('${\ record(5)}'::cloudtrail_event)"), 'Get5', 'the server goes on');
done_testing();
