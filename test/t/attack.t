# Random attacks on a folder of logs and on a trail, by client and SQL, of which
# the truth is known: what CloudTrail did not write is never proven, and what it
# wrote is never called altered.  test/core/test_verdict_random.c does the same
# to the core, many times faster.
#
# ATTACKS=1000 tries more, ATTACK_SEED=7 begins with another number.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use File::Basename;
use File::Copy;
use File::Find;
use File::Path;
use JSON::PP;
use POSIX qw(mkfifo);
use Test::More;
use CloudtrailTest;
use Digests;

my $files = "$ENV{SERVER_FILES}/attack";
mkpath("$files/secret");
my $json = JSON::PP->new->canonical;
my ($key, $stranger) = map { make_key("$files/secret", $_) } qw(key stranger);
write_file("$files/keys.json", key_list($key));
new_database('attack');
$ENV{PGDATABASE} = 'attack';

# The original: two accounts and Regions, two trails in one of them.
my $origin = "$files/origin";
system("test/generator/generate --seed 11 --format s3 --events 150 --accounts 2 --regions 2 --days 1 --events-per-file 12 --out $origin >/dev/null") == 0 or die;
write_chains($origin, key => $key, signature => 1);
my @origin_logs = grep { /_CloudTrail_/ } files_below($origin);
my %true = map { (basename($_) . ' ' . sha256_hex(read_log($_)) => 1) } @origin_logs;
sql(qq{SET client_min_messages = error; SELECT cloudtrail_create_trail('truth'); SELECT cloudtrail_create_trail('attacked');
	SELECT cloudtrail_add_keys('attacked', pg_read_file('$files/keys.json'))});
system("chmod -R a+rX $origin");
sql("SET client_min_messages = error; CALL cloudtrail_import_directory('truth', '$origin')");

# All files below a folder, in order.
sub files_below
{
	my ($folder) = @_;
	my @found;
	find({ no_chdir => 1, wanted => sub { push @found, $_ if -f } }, $folder);
	return sort @found;
}

# One of them at random whose name matches.
sub any_file
{
	my ($folder, $pattern) = @_;
	my @found = grep { basename($_) =~ $pattern } files_below($folder);
	return @found ? $found[ rand @found ] : undef;
}
my $log_name = qr/_CloudTrail(?:-Insight)?_.*gz$|^upload/;
my $digest_name = qr/_CloudTrail-Digest_.*gz$/;

# Changes an event in a log file's text.
sub alter
{
	my ($content) = @_;
	return $content =~ s/"eventName":"\w/"eventName":"Z/r;
}

# A name that a forged file may have.
sub forged_name
{
	my ($path) = @_;
	my $name = basename($path);
	my @ways = (
		sub { $name =~ s/_[^_]*$/sprintf '_%016x.json.gz', rand 2**31/er },
		sub { $name =~ s/_\d{8}T\d{4}Z_[^_]*$/sprintf '_2026%02d01T0000Z_%016x.json.gz', 1 + rand 12, rand 2**31/er },
		sub { $name =~ s/_CloudTrail_/_CloudTrail-Insight_/r },
		sub { $name =~ s/^\d{12}/999999999999/r },
		sub { sprintf 'upload-%d.json.gz', rand 2**31 });
	return dirname($path) . '/' . $ways[ rand @ways ]->();
}

# Writes digests again from one on, each with what the one before says of it, as far as they go.
sub rechain
{
	my ($path, $with, $edit) = @_;
	my $chain = basename($path) =~ s/_[^_]*$//r;
	my @later = grep { basename($_) =~ /^\Q$chain\E_[^_]*gz$/ && basename($_) ge basename($path) } files_below(dirname($path));
	my $previous;
	for my $file (@later)
	{
		my $digest = eval { $json->decode(read_log($file)) } or return;
		$edit->($digest) if $file eq $path;
		@$digest{ grep { /^previous/ } keys %$previous } = @$previous{ grep { /^previous/ } keys %$previous } if $previous;
		my $content = $json->encode($digest);
		write_log($file, $content);
		my $signature = sign_digest($with, $digest, $content);
		$previous = { previousDigestS3Bucket => $digest->{digestS3Bucket}, previousDigestS3Object => $digest->{digestS3Object},
			previousDigestHashValue => sha256_hex($content), previousDigestHashAlgorithm => 'SHA-256', previousDigestSignature => $signature };
		write_file("$file.sig", $signature) if -f "$file.sig";
		return if rand() < 0.3;
	}
}

# What can be done to a folder.
my %attacks = (
	'alter a log file' => sub { my $f = any_file($_[0], $log_name) // return; write_log($f, alter(read_log($f))) },
	'forge a log file' => sub { my $f = any_file($_[0], $log_name) // return; write_log(forged_name($f), alter(read_log($f))) },
	'rename a log file' => sub { my $f = any_file($_[0], $log_name) // return; rename $f, forged_name($f) },
	'drop a log file' => sub { my $f = any_file($_[0], $log_name) // return; unlink $f },
	'drop a digest' => sub { my $f = any_file($_[0], $digest_name) // return; unlink $f },
	'swap log files' => sub {
		my ($x, $y) = map { any_file($_[0], $log_name) } 1, 2;
		return unless defined $y && $x ne $y;
		rename $x, "$files/swap"; rename $y, $x; rename "$files/swap", $y },
	'copy a log file' => sub { my $f = any_file($_[0], $log_name) // return; mkpath("$_[0]/copy"); copy($f, "$_[0]/copy/" . basename($f)) },
	'copy a log file under another name' => sub { my $f = any_file($_[0], $log_name) // return; mkpath("$_[0]/0"); copy($f, "$_[0]/0/" . basename(forged_name($f))) },
	'copy and alter a log file' => sub { my $f = any_file($_[0], $log_name) // return; write_log("$_[0]/copy/" . basename($f), alter(read_log($f))) },
	'strip signatures' => sub { unlink grep { /\.sig$/ } files_below($_[0]) },
	'spoil signatures' => sub {
		for my $d (grep { basename($_) =~ $digest_name && rand() < 0.3 } files_below($_[0]))
		{
			next if -e "$d.sig";
			my @ways = (sub { write_file("$d.sig", 'no signature') }, sub { mkpath("$d.sig") }, sub { mkfifo("$d.sig", 0666) },
				sub { symlink '/dev/zero', "$d.sig" }, sub { write_file("$d.sig", 'ab' x 20000) }, sub { write_file("$d.sig", "\0") });
			$ways[ rand @ways ]->();
		} },
	'exchange signatures' => sub {
		my ($x, $y) = map { any_file($_[0], qr/\.sig$/) } 1, 2;
		copy($x, $y) if defined $y && $x ne $y },
	'list an altered file' => sub {
		my $f = any_file($_[0], $log_name) // return;
		my $d = any_file($_[0], $digest_name) // return;
		write_log($f, my $content = alter(read_log($f)));
		rechain($d, $stranger, sub {
			push @{ $_[0]{logFiles} }, { s3Bucket => 'example-logs', s3Object => basename($f), hashValue => sha256_hex($content), hashAlgorithm => 'SHA-256' };
			$_[0]{digestPublicKeyFingerprint} = $stranger->{fingerprint} if rand() < 0.5 }) },
	'unlist a file' => sub { my $d = any_file($_[0], $digest_name) // return; rechain($d, $stranger, sub { shift @{ $_[0]{logFiles} } }) },
	'shift a digest' => sub {
		my $d = any_file($_[0], $digest_name) // return;
		rechain($d, $stranger, sub { s/T(\d\d)/sprintf 'T%02d', ($1 + 1) % 24/e for @{ $_[0] }{qw(digestStartTime digestEndTime)} }) },
	'a trail that never was' => sub {
		my $f = any_file($_[0], $log_name) // return;
		my $new = "$files/never";
		rmtree($new);
		my $forged = $origin_logs[0] =~ s/^\Q$origin\E/$new/r =~ s/_[^_]*$/_forgedForged0000.json.gz/r;
		write_log($forged, alter(read_log($f)));
		write_chains($new, key => $stranger, trail => 'never', signature => rand() < 0.5);
		system("cp -r $new/. $_[0]") },
	'everything anew, each hour a chain' => sub {
		unlink grep { /CloudTrail-Digest/ } files_below($_[0]);
		write_log($_, alter(read_log($_))) for grep { basename($_) =~ /_CloudTrail_/ } files_below($_[0]);
		my $n = 0;
		for my $f (grep { basename($_) =~ /_CloudTrail_/ } files_below($_[0]))
		{
			my $one = "$files/one";
			rmtree($one);
			my $copy = $f =~ s/^\Q$_[0]\E/$one/r;
			mkpath(dirname($copy));
			copy($f, $copy);
			write_chains($one, key => $stranger, trail => 'hour' . $n++);
			system("cp -r $one/. $_[0]");
			last if $n == 4;
		} },
);

# Runs the client; gives its exit status and the numbers of files that its summary has.
sub by_client
{
	my ($folder) = @_;
	my $text = `timeout 60 cloudtrail-load verify -k $files/keys.json $folder 2>/dev/null`;
	my $status = $? >> 8;
	my %name = ('verified' => 'verified', 'with another hash' => 'hash differs', 'missing' => 'missing', 'listed nowhere' => 'listed nowhere',
		'without a signature' => 'unsigned', 'not covered' => 'not covered');
	my ($line) = $text =~ /^\d+ log files?, (.*);/m;
	my %count = map { /^(\d+) (.*)/ && $1 > 0 ? ($name{$2} // $2 => $1) : () } split /, /, $line // '';
	return ($status, join ', ', map { "$count{$_} $_" } sort keys %count);
}

# Imports a folder into the trail, emptied.
sub import_folder
{
	my ($folder) = @_;
	system("chmod -R a+rX $folder");
	sql(qq{SET client_min_messages = error; TRUNCATE attacked.raw_events, attacked.log_files, attacked.digests, attacked.rejects;
		CALL cloudtrail_import_directory('attacked', '$folder')});
}

# What SQL says of the files, and of which of them it is wrong.
sub by_sql
{
	my (%count, @wrong);
	for (split /\n/, sql(q{SELECT status, proven, regexp_replace(s.source, '.*/', ''), encode(sha256, 'hex') FROM cloudtrail_file_status('attacked') AS s}))
	{
		my ($status, $proven, $name, $hash) = split /\|/;
		$count{$status}++;
		next if $status eq 'missing';
		push @wrong, "$name is proven" if $proven eq 't' && !$true{"$name $hash"};
		push @wrong, "$name is called altered" if $status eq 'hash differs' && $true{"$name $hash"};
	}
	return (\@wrong, join ', ', map { "$count{$_} $_" } sort keys %count);
}

# Events that are proven, but that CloudTrail did not write.
my $false_events = q{SELECT count(*) FROM attacked.raw_events AS t
	WHERE NOT EXISTS (SELECT FROM unproven AS u WHERE u.event_time = t.event_time AND u.event_key = t.event_key)
	AND NOT EXISTS (SELECT FROM truth.raw_events AS w WHERE w.event_time = t.event_time AND w.event_key = t.event_key AND w.event::text = t.event::text)};
my $unproven = 'CREATE TEMP TABLE unproven AS SELECT event_time, event_key FROM attacked.unproven_events';

my $tries = $ENV{ATTACKS} // 40;
my $seed = $ENV{ATTACK_SEED} // 1;
my @names = sort keys %attacks;
for my $try (0 .. $tries)
{
	srand($seed + $try);
	my $folder = "$files/copy";
	rmtree($folder);
	system("cp -r $origin $folder") == 0 or die;
	my @chosen = $try == 0 ? () : map { $names[ rand @names ] } 1 .. 1 + rand 3;
	$attacks{$_}->($folder) for @chosen;
	my $what = @chosen ? join ', ', @chosen : 'nothing is done';
	my $altered = grep { basename($_) =~ $log_name && !$true{ basename($_) . ' ' . sha256_hex(read_log($_)) } } files_below($folder);
	my ($status, $client) = by_client($folder);
	import_folder($folder);
	my ($wrong, $sql) = by_sql();
	ok(!@$wrong && !($altered && $status == 0) && ($try > 0 || $status == 0), "$what: " . join ', ', "status $status", @$wrong);
	is($client, $sql, 'client and SQL agree');
	is(sql("$unproven; $false_events"), 0, 'no false event is proven');
}

# What a role may do to the tables that may import, none of which proves anything.
my $proven = q{SELECT count(*) FILTER (WHERE proven) || ' of ' || count(*) FROM attacked.event_status};
import_folder($origin);
my $all = sql($proven);
is($all, "@{[ scalar @origin_logs ]} of @{[ scalar @origin_logs ]}", 'before, all rows are proven');
is(sql('SELECT count(*) FROM attacked.unproven_events'), 0, 'and no event is unproven');
my ($source) = split /\n/, sql('SELECT source FROM attacked.log_files WHERE events > 3 ORDER BY source');
my $event = "(SELECT m.event_key FROM attacked.log_files AS f, cloudtrail_manifest(f.manifest) AS m WHERE f.source = '$source' AND m.ordinal = 2)";
my $less = sprintf '%d of %d', @origin_logs - 1, scalar @origin_logs;

# What is proven after a change, of files; and how many events are not; then all is as before.
sub after
{
	my ($change) = @_;
	return join ' ', split /\n/, sql("BEGIN; $change; $proven; SELECT count(*) FROM attacked.unproven_events; ROLLBACK");
}
my $in_file = sql("SELECT events FROM attacked.log_files WHERE source = '$source'");
is(after(qq{UPDATE attacked.raw_events SET event = replace(event::text, '"eventVersion"', '"eventVersiom"')::cloudtrail_event WHERE event_key = $event}),
	"$less $in_file", 'an event altered');
is(after("DELETE FROM attacked.raw_events WHERE event_key = $event"), "$less " . ($in_file - 1), 'an event deleted');
is(after(qq{INSERT INTO attacked.raw_events (event_time, event_key, event) SELECT event_time(e), event_key(e), e
		FROM (VALUES ('{"eventTime":"2024-01-01T00:00:00Z","eventID":"00000000-0000-4000-8000-000000000009"}'::cloudtrail_event)) AS v (e)}),
	"$all 1", 'an event that no file brought');

# Files that are made again of other bytes than those of rows.
sub number { my ($n) = @_; my $bytes = ''; for (; $n >= 0x80; $n >>= 7) { $bytes .= chr($n & 0x7f | 0x80) } return $bytes . chr $n }
my $bytes = read_log((grep { /\Q$source\E$/ } @origin_logs)[0]);
my $gap = unpack 'H*', chr(1) . chr(1) . "\0" x 6 . number(length $bytes) . $bytes;
like(after("DELETE FROM attacked.raw_events WHERE event_key = $event; UPDATE attacked.log_files SET manifest = decode('$gap', 'hex') WHERE source = '$source'"),
	qr/^$less /, 'a manifest whose gap holds the whole file');
is(sql(qq{SELECT intact FROM cloudtrail_rebuild(decode('$gap', 'hex'), sha256(pg_read_binary_file('${\ server_file('whole', $bytes)}')), '{}')}), 'f', 'is not intact');
is(sql(qq{BEGIN; DELETE FROM attacked.raw_events WHERE event_key = $event;
		UPDATE attacked.log_files SET manifest = decode('0102000000000000' || encode(sha256(''), 'hex'), 'hex') WHERE source = '$source';
		SELECT status, proven FROM attacked.event_status WHERE source = '$source'; ROLLBACK}), 'events missing|f', 'a manifest of no events, by their hash');

# What is not a manifest, or not a hash, is said of its file, and keeps nobody from reading the rest.
is(after("UPDATE attacked.log_files SET manifest = '\\x00' WHERE source = '$source'"), "$less $in_file", 'what is not a manifest');
is(sql("BEGIN; UPDATE attacked.log_files SET manifest = '\\x00' WHERE source = '$source'; SELECT status FROM attacked.event_status WHERE source = '$source'; ROLLBACK"),
	'not checkable', 'which is named');
is(after("INSERT INTO attacked.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects, manifest) VALUES ('x', '\\x00', 1, 'log', 1, 1, 0, 0, '\\x00')"),
	"@{[ scalar @origin_logs ]} of @{[ 1 + @origin_logs ]} 0", 'what is not a hash');

# A copy of each file under another name comes first, or an importer says that it did: what is true stays proven.
my $n = 0;
my $copies = "$files/copies";
rmtree($copies);
system("cp -r $origin $copies") == 0 or die;
mkpath("$copies/0");
copy($_, "$copies/0/" . basename($_) =~ s/_[^_]*$/_copyCopyCopyCopy.json.gz/r . '.' . $n++ . '.gz') for @origin_logs;
import_folder($copies);
is(sql($proven), sprintf('%d of %d', scalar @origin_logs, 2 * @origin_logs), 'copies that came first are not proven, the files are');
is(sql('SELECT count(*) FROM attacked.unproven_events'), 0, 'nor is an event unproven');
import_folder($origin);
is(after("INSERT INTO attacked.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects, manifest) SELECT '0' || source, sha256, size, kind, events, inserted, duplicates, rejects, '\\x0101000000000000' FROM attacked.log_files WHERE kind = 'log'"),
	sprintf('%d of %d 0', 2 * @origin_logs, 2 * @origin_logs), 'a wrong manifest beside the right one');

# A wrong signature of the newest digest, whose own is valid, and which none follows.
my ($newest) = split /\n/, sql("SELECT source FROM attacked.digests WHERE signature IS NOT NULL ORDER BY source");
is(sql(qq{SELECT cloudtrail_add_signature('attacked', '$newest', repeat('ab', 256)); SELECT signature, proven FROM attacked.digest_chain WHERE source = '$newest'}), "0\nvalid|t", 'a wrong signature does not replace a valid one');
is(sql(qq{BEGIN; CREATE TEMP TABLE own AS SELECT encode(signature, 'hex') AS digits FROM attacked.digests WHERE source = '$newest'; UPDATE attacked.digests SET signature = '\\xabab' WHERE source = '$newest';
	SELECT cloudtrail_add_signature('attacked', '$newest', digits) FROM own; SELECT signature FROM attacked.digest_chain WHERE source = '$newest'; ROLLBACK}), "1\nvalid", 'a valid one replaces a wrong one');

# Digests and ledger rows that say what is not so.
is(after("UPDATE attacked.log_files SET sha256 = sha256('x') WHERE source = '$source'"), "$less $in_file", 'another hash in the ledger');
is(after("UPDATE attacked.log_files SET kind = 'digest' WHERE source = '$source'"), "$all 0", 'another kind in the ledger');
like(after("UPDATE attacked.digests SET sha256 = sha256('x')"), qr/^0 of /, 'digests with hashes that are not theirs');
is(sql("BEGIN; UPDATE attacked.digests SET sha256 = sha256('x'); SELECT DISTINCT link, link_broken, proven FROM attacked.digest_chain; ROLLBACK"),
	'stored with another hash|t|f', 'which is named');
my $forged = '{"Records":[{"eventTime":"2024-01-01T05:00:00Z","eventID":"00000000-0000-4000-8000-000000000008"}]}';
my ($digest) = grep { basename($_) =~ $digest_name } files_below($origin);
my $content = $json->decode(read_log($digest));
$content->{logFiles} = [ { s3Bucket => 'b', s3Object => 'forged.json', hashValue => sha256_hex($forged), hashAlgorithm => 'SHA-256' } ];
my $hex = unpack 'H*', $json->encode($content);
is(sql(qq{BEGIN; SELECT cloudtrail_import('attacked', 'forged.json', '$forged') IS NULL;
		UPDATE attacked.digests SET content = decode('$hex', 'hex') WHERE source LIKE '%${\ basename($digest)}';
		SELECT status, proven FROM attacked.digest_status WHERE source = 'forged.json';
		SELECT proven FROM attacked.event_status WHERE source = 'forged.json';
		UPDATE attacked.digests SET sha256 = sha256(content);
		SELECT status, proven FROM attacked.digest_status WHERE source = 'forged.json'; ROLLBACK}) =~ s/^f\n//r =~ s/\n/ /gr,
	'unsigned|f f unsigned|f', 'a digest whose content is forged, under the hash of the true one or its own');
done_testing();
