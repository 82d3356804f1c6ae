# Whether the logs are whole and unaltered: chains that OpenSSL's program has
# signed pass, and whatever is done to them is found and named, by the client
# in a folder and by SQL in a trail.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use File::Basename;
use File::Copy;
use File::Find;
use File::Path;
use JSON::PP;
use Test::More;
use CloudtrailTest;
use Digests;

my $files = "$ENV{SERVER_FILES}/evidence";
mkpath($files);
my $json = JSON::PP->new->canonical;
my $secret = "$files/secret";
mkpath($secret);
my ($key, $stranger, $old) = map { make_key($secret, $_) } qw(key stranger old);
$old->{to} = '2023-06-01T00:00:00+00:00';
write_file("$files/keys.json", key_list($key, $old));
new_database('evidence');
$ENV{PGDATABASE} = 'evidence';

# Runs the client; gives its status, standard output and standard error.
sub client
{
	my (@arguments) = @_;
	my ($out, $err) = ("$files/out", "$files/err");
	my $pid = fork // die;
	unless ($pid)
	{
		open STDOUT, '>', $out or die;
		open STDERR, '>', $err or die;
		exec 'cloudtrail-load', @arguments or die;
	}
	waitpid $pid, 0;
	return ($? >> 8, read_file($out), read_file($err));
}

# Makes log files of some events below a new folder.
sub new_logs
{
	my ($name, @options) = @_;
	my $folder = "$files/$name";
	rmtree($folder);
	system("test/generator/generate --seed 5 --format s3 @options --out $folder >/dev/null") == 0 or die;
	return $folder;
}

# The original: one account and Region, a whole day.
my $origin = new_logs('origin', '--events 300 --accounts 1 --regions 1 --days 1 --events-per-file 15 --service secretsmanager');
my ($chain) = values %{ write_chains($origin, key => $key, signature => 1) };
my @logs = map { @{ $_->{logs} } } @$chain;
cmp_ok(scalar @$chain, '>', 20, 'an hour has a digest: ' . @$chain);
cmp_ok(scalar @logs, '>', 15, 'log files: ' . @logs);

# D3 is the third digest, L5 the fifth log file.
my %short;
$short{ basename $chain->[$_]{path} } = 'D' . ($_ + 1) for 0 .. $#$chain;
$short{ basename $logs[$_] } = 'L' . ($_ + 1) for 0 .. $#logs;

# The same text with short names, without folders and hashes.
sub shortened
{
	my ($text) = @_;
	$text =~ s{(?<![\w.-])(?:/|AWSLogs/)[^\s:;]*/([^/\s:;]+)}{$1}g;
	$text =~ s{\b(\d{12}_CloudTrail[\w.-]*?\.json(?:\.gz)?)}{$short{$1} // 'NEW'}ge;
	return $text;
}

# What the client complains of, and what it says at last.
sub by_client
{
	my ($folder, @options) = @_;
	my ($status, $out, $err) = client('verify', '-k', "$files/keys.json", @options, $folder);
	my @complaints = sort map { s/^cloudtrail-load: //r } split /\n/, shortened($err);
	my ($first) = shortened($out) =~ /^(first break: .*|no break.*|nothing is proven.*)$/m;
	return join "\n", "status $status", @complaints, $first // 'no summary';
}

# What the views say, but for what is in order.
sql(qq{SELECT cloudtrail_create_trail('audit'); SELECT cloudtrail_add_keys('audit', pg_read_file('$files/keys.json'))});
sub by_sql
{
	my ($folder) = @_;
	system("chmod -R a+rX $folder");
	sql(qq{SET client_min_messages = error; TRUNCATE audit.raw_events, audit.log_files, audit.digests, audit.rejects;
		CALL cloudtrail_import_directory('audit', '$folder')});
	return join "\n", sort split /\n/, shortened(sql(q{
		SELECT line FROM (
			SELECT regexp_replace(coalesce(source, s3_object), '.*/', '') || ': ' || status FROM audit.digest_status WHERE status <> 'verified'
			UNION ALL
			SELECT regexp_replace(source, '.*/', '') || ': ' || link || coalesce(' after ' || regexp_replace(previous, '.*/', ''), '')
			FROM audit.digest_chain WHERE link NOT IN ('start', 'whole')
			UNION ALL
			SELECT regexp_replace(source, '.*/', '') || ': signature ' || signature FROM audit.digest_chain WHERE signature <> 'valid'
		) AS x (line)}));
}

# Reads, changes and writes a digest or a log file, not signing it anew.
sub edit_json
{
	my ($path, $edit) = @_;
	my $content = $json->decode(read_log($path));
	$edit->($content);
	write_log($path, $json->encode($content));
}

# Changes digests from one to another, and signs them with a key.
sub sign_from
{
	my ($folder, $from, $to, $with, $edit) = @_;
	my $previous;
	for my $n ($from .. $to)
	{
		my $path = $chain->[ $n - 1 ]{path} =~ s{^\Q$origin\E}{$folder}r;
		my $digest = $json->decode(read_log($path));
		$edit->($digest) if $edit;
		@$digest{ grep { /^previous/ } keys %$previous } = @$previous{ grep { /^previous/ } keys %$previous } if $previous;
		$previous = write_digest($folder, $with, $digest);
		write_file("$path.sig", $previous->{previousDigestSignature}) if -e "$path.sig";
	}
}

# Edits L6, and its hash in D7.
sub edit_log_and_digest
{
	my ($folder) = @_;
	my ($l, $d) = map { $_ =~ s{^\Q$origin\E}{$folder}r } $logs[5], $chain->[6]{path};
	write_log($l, my $content = read_log($l) =~ s/"eventName":"\w/"eventName":"Z/r);
	edit_json($d, sub { $_[0]{logFiles}[0]{hashValue} = sha256_hex($content) });
}

# What coverage makes of that: what is not known contradicts nothing.
sub fine
{
	my ($found) = @_;
	my @lines = split /\n/, $found;
	return '' if @lines == grep { /: not covered$/ } @lines and @lines;
	return (grep { !/: (?:not covered|unsigned|signature (?:not known|key absent))$/ } @lines) ? 'f' : 't';
}

# Each kind of tampering: what is done to a copy, what SQL says, what the client
# says.  D7 lists L6, D8 lists L7; the functions give paths below the copy.
is($short{ basename $chain->[6]{logs}[0] } . ' ' . $short{ basename $chain->[7]{logs}[0] }, 'L6 L7', 'log files are where the table has them');
my $digest = sub { my ($folder, $n) = @_; return $folder . substr $chain->[ $n - 1 ]{path}, length $origin };
my $log = sub { my ($folder, $n) = @_; return $folder . substr $logs[ $n - 1 ], length $origin };
my ($amid) = read_log($logs[5]) =~ /"eventTime":"([^"]+)"/;
my $added = qq({"Records":[{"eventTime":"$amid"}]});

# The lines for digests, and for log files, from one to another.
sub for_digests
{
	my ($from, $to, $text) = @_;
	return join "\n", sort map { "D$_: $text" } $from .. $to;
}

sub for_logs
{
	my ($from, $to, $text) = @_;
	return join "\n", sort map { "L$_: $text" } $from .. $to;
}

# What the client says of one break, or of several, the first of which comes first.
sub breaks
{
	my (@breaks) = @_;
	return join "\n", 'status 4', (sort map { split /\n/ } @breaks), 'first break: ' . (split /\n/, $breaks[0])[0];
}
my $differs = 'L6: hash differs from that in D7';
my $invalid = 'D7: signature of the digest: invalid';
my $altered = 'D8: chain broken between D7 and D8: the former is not as the latter recorded it';
my $altered_next = 'D9: chain broken between D8 and D9: the former is not as the latter recorded it';
my $new = 'NEW: listed nowhere, though proven digests cover its time';

my @kinds = (
	[ 'untouched', sub { }, '', "status 0\nno break" ],
	[ 'compressed anew', sub { my $path = $log->($_[0], 6); write_log($path, read_log($path)) }, '', "status 0\nno break" ],
	[ 'event edited', sub { my $path = $log->($_[0], 6); write_log($path, read_log($path) =~ s/"eventName":"\w/"eventName":"Z/r) },
		'L6: hash differs', breaks($differs) ],
	[ 'event removed', sub { edit_json($log->($_[0], 6), sub { shift @{ $_[0]{Records} } }) }, 'L6: hash differs', breaks($differs) ],
	[ 'events put in another order', sub { edit_json($log->($_[0], 6), sub { @{ $_[0]{Records} } = reverse @{ $_[0]{Records} } }) },
		'L6: hash differs', breaks($differs) ],
	[ 'log file cut', sub { my $path = $log->($_[0], 6); write_file($path, substr read_file($path), 0, 200) },
		'L6: hash differs', breaks($differs) ],
	[ 'log file emptied', sub { write_file($log->($_[0], 6), '') }, 'L6: hash differs', breaks($differs, 'L6: the file is empty') ],
	[ 'events appended as another gzip member', sub { my $path = $log->($_[0], 6); write_log("$files/more", $added); write_file($path, read_file($path) . read_file("$files/more")) },
		'L6: hash differs', breaks($differs) ],
	[ 'bytes appended to the gzip data', sub { my $path = $log->($_[0], 6); write_file($path, read_file($path) . 'more') },
		'L6: hash differs', breaks($differs) ],
	[ 'log file removed', sub { unlink $log->($_[0], 6) or die }, 'L6: missing', breaks('L6: missing, though listed in D7') ],
	[ 'log file added', sub { write_log($log->($_[0], 6) =~ s/_[^_]*$/_addedAddedAdded0.json.gz/r, $added) },
		'NEW: listed nowhere', breaks($new) ],
	[ 'log file of no known name added', sub { write_log(dirname($log->($_[0], 6)) . '/added.json.gz', $added) },
		'added.json.gz: listed nowhere', breaks('added.json.gz: listed nowhere, though proven digests cover its time') ],
	[ 'log file renamed', sub { my $path = $log->($_[0], 6); rename $path, $path =~ s/_[^_]*$/_renamedRenamed00.json.gz/r or die },
		"L6: missing\nNEW: listed nowhere", breaks($new, 'L6: missing, though listed in D7; the same bytes are in NEW') ],
	[ 'two log files swapped', sub { my ($x, $y) = map { $log->($_[0], $_) } 6, 7; rename $x, "$files/swap"; rename $y, $x; rename "$files/swap", $y },
		"L6: hash differs\nL7: hash differs", breaks($differs, 'L7: hash differs from that in D8') ],
	[ 'log file and its entry removed', sub { unlink $log->($_[0], 6) or die; edit_json($digest->($_[0], 7), sub { shift @{ $_[0]{logFiles} } }) },
		"D7: signature invalid\nD8: previous digest altered after D7", breaks($invalid, $altered) ],
	[ 'log file edited, and its hash in the digest', sub { edit_log_and_digest($_[0]) },
		"D7: signature invalid\nD8: previous digest altered after D7\nL6: unsigned", breaks($invalid, $altered) ],
	[ 'the same, and the digest\'s hash in the next', sub {
			edit_log_and_digest($_[0]);
			my $hash = sha256_hex(read_log($digest->($_[0], 7)));
			edit_json($digest->($_[0], 8), sub { $_[0]{previousDigestHashValue} = $hash }) },
		"D7: signature invalid\nD8: signature invalid\nD9: previous digest altered after D8\nL6: unsigned\nL7: unsigned", breaks($invalid, 'D8: signature of the digest: invalid', $altered_next) ],
	[ 'digest removed', sub { unlink $digest->($_[0], 8) or die },
		"D7: signature not known\nD9: previous digest missing after D7\nL6: unsigned\nL7: not covered",
		breaks('D9: chain broken between D7 and D9: D8 is missing, 1 hours lie between') ],
	[ 'two digests in a row removed', sub { unlink map { $digest->($_[0], $_) } 8, 9 },
		"D10: previous digest missing after D7\nD7: signature not known\nL6: unsigned\nL7: not covered",
		breaks('D10: chain broken between D7 and D10: D9 is missing, 2 hours lie between') ],
	[ 'digest replaced and signed by another key', sub { sign_from($_[0], 7, 7, $stranger, sub { $_[0]{logFiles} = [] }) },
		"D7: signature invalid\nD8: previous digest altered after D7\nL6: not covered", breaks($invalid, $altered) ],
	[ 'chain from there signed by another key, which it names', sub { sign_from($_[0], 7, 24, $stranger, sub { $_[0]{digestPublicKeyFingerprint} = $stranger->{fingerprint} }) },
		join("\n", for_digests(7, 24, 'signature key absent'), for_logs(6, 21, 'unsigned')), "status 1\nD7: signed with key $stranger->{fingerprint}, which was not given\nno break found, but not all can be proven" ],
	[ 'chain from there signed by another key than it names', sub { sign_from($_[0], 7, 24, $stranger) },
		join("\n", for_digests(7, 24, 'signature invalid'), for_logs(6, 21, 'unsigned')), breaks($invalid, for_digests(8, 24, 'signature of the digest: invalid')) ],
	[ 'chain from there signed by a key of another time', sub { sign_from($_[0], 7, 24, $old, sub { $_[0]{digestPublicKeyFingerprint} = $old->{fingerprint} }) },
		join("\n", for_digests(7, 24, 'signature key of another time'), for_logs(6, 21, 'unsigned')), breaks('D7: signature of the digest: key of another time', for_digests(8, 24, 'signature of the digest: key of another time')) ],
	[ 'signature cut', sub { edit_json($digest->($_[0], 8), sub { $_[0]{previousDigestSignature} = substr $_[0]{previousDigestSignature}, 0, 100 }) },
		"D7: signature invalid\nD8: signature invalid\nD9: previous digest altered after D8\nL6: unsigned\nL7: unsigned", breaks($invalid, 'D8: signature of the digest: invalid', $altered_next) ],
	[ 'signature changed', sub { edit_json($digest->($_[0], 8), sub { $_[0]{previousDigestSignature} =~ tr/0-9/1-90/ }) },
		"D7: signature invalid\nD8: signature invalid\nD9: previous digest altered after D8\nL6: unsigned\nL7: unsigned", breaks($invalid, 'D8: signature of the digest: invalid', $altered_next) ],
	[ 'signature of the newest digest changed', sub { write_file($digest->($_[0], 24) . '.sig', $chain->[0]{signature}) },
		"D24: signature invalid\nL21: unsigned", breaks('D24: signature of the digest: invalid') ],
	[ 'signature of the newest digest removed', sub { unlink $digest->($_[0], 24) . '.sig' or die },
		"D24: signature not known\nL21: unsigned", "status 1\nno break found, but not all can be proven" ],
	[ 'times shifted', sub { edit_json($digest->($_[0], 7), sub { s/T(\d\d)/sprintf 'T%02d', $1 + 1/e for @{ $_[0] }{qw(digestStartTime digestEndTime)} }) },
		"D7: not its own name after D6\nD7: signature invalid\nD8: previous digest altered after D7\nL6: unsigned",
		breaks($altered, $invalid, 'D7: the file is named otherwise, or its name has another account or time: it says that it is D7') ],
	[ 'hash algorithm of a log file changed', sub { edit_json($digest->($_[0], 7), sub { $_[0]{logFiles}[0]{hashAlgorithm} = 'MD5' }) },
		"D7: signature invalid\nD8: previous digest altered after D7\nL6: unknown hash algorithm", breaks($invalid, $altered, 'L6: its hash in D7 is not by SHA-256') ],
	[ 'hash algorithm of the previous digest changed', sub { edit_json($digest->($_[0], 8), sub { $_[0]{previousDigestHashAlgorithm} = 'MD5' }) },
		"D8: signature invalid\nD8: unknown hash algorithm after D7\nD9: previous digest altered after D8\nL7: unsigned",
		breaks('D8: chain broken between D7 and D8: the hash is not by SHA-256', 'D8: signature of the digest: invalid', $altered_next) ],
	[ 'signature algorithm changed', sub { edit_json($digest->($_[0], 7), sub { $_[0]{digestSignatureAlgorithm} = 'none' }) },
		"D7: signature unknown algorithm\nD8: previous digest altered after D7\nL6: unsigned", breaks('D7: signature of the digest: unknown algorithm', $altered) ],
	[ 'chain cut, as if it began there', sub { edit_json($digest->($_[0], 8), sub { $_[0]{$_} = undef for grep { /^previous/ } keys %{ $_[0] } }) },
		"D7: signature not known\nD8: signature invalid\nD8: starts again after D7\nD9: previous digest altered after D8\nL6: unsigned\nL7: unsigned",
		breaks('D8: signature of the digest: invalid', 'D8: chain broken between D7 and D8: it starts again after 0 hours', $altered_next) ],
	[ 'digest put under the name of another', sub { rename $digest->($_[0], 8), $digest->($_[0], 9) or die },
		"D10: previous digest missing after D9\nD9: not its own name after D7\nD9: signature not known\nL7: unsigned",
		breaks('D9: the file is named otherwise, or its name has another account or time: it says that it is D8',
			'D10: chain broken between D8 and D10: D9 is missing, 1 hours lie between') ],
	[ 'altered digest beside the true one', sub { my $path = $digest->($_[0], 8); write_log(dirname($path) . '/copy/' . basename($path), read_log($path) =~ s/"logFiles":\[/"logFiles":[ /r) },
		"D8: another of its name after D7\nD8: signature not known",
		breaks('D8: there is another digest of this name, and no newer one recorded this one') ],
	[ 'digest made unreadable', sub { my $path = $digest->($_[0], 8); write_log($path, substr read_log($path), 0, 300) },
		"D7: signature not known\nD8: unreadable digest\nD9: previous digest missing after D7\nL6: unsigned\nL7: not covered",
		breaks('D9: chain broken between D7 and D9: D8 is missing, 1 hours lie between', 'D8: expected a CloudTrail digest, one JSON object') ],
	[ 'hash of a log file made unreadable', sub { edit_json($digest->($_[0], 7), sub { $_[0]{logFiles}[0]{hashValue} = 'x' }) },
		"D6: signature not known\nD7: signature not known\nD7: unreadable\nD8: previous digest missing after D6\nL5: unsigned\nL6: not covered",
		breaks('D8: chain broken between D6 and D8: D7 is missing, 1 hours lie between', 'D7: expected bucket, object, hash and hash algorithm in each of a digest\'s logFiles') ],
	[ 'bucket changed', sub { edit_json($digest->($_[0], 7), sub { $_[0]{digestS3Bucket} = 'other' }) },
		"D7: signature invalid\nD8: previous digest altered after D7\nL6: unsigned", breaks($invalid, $altered) ],
	[ 'newest digest edited', sub { edit_json($digest->($_[0], 24), sub { $_[0]{logFiles} = [] }) },
		"D24: signature invalid\nL21: not covered", breaks('D24: signature of the digest: invalid') ],
	[ 'newest digest edited, its signature removed', sub { edit_json($digest->($_[0], 24), sub { $_[0]{logFiles} = [] }); unlink $digest->($_[0], 24) . '.sig' },
		"D24: signature not known\nL21: not covered", "status 1\nno break found, but not all can be proven" ],
	[ 'all digests removed', sub { rmtree((glob "$_[0]/AWSLogs/*/CloudTrail-Digest")[0]) },
		join("\n", sort map { "L$_: not covered" } 1 .. 21), "status 1\nnothing is proven: there are no digests" ],
);
for (@kinds)
{
	my ($what, $tamper, $sql, $client) = @$_;
	my $folder = "$files/copy";
	rmtree($folder);
	system("cp -r $origin $folder") == 0 or die;
	$tamper->($folder);
	is(by_sql($folder), $sql, "$what: by SQL");
	is(by_client($folder), $client, "$what: by the client");
	is(sql('SELECT bool_and(digests_ok) FROM audit.coverage'), fine($sql), "$what: coverage");
}
done_testing();
