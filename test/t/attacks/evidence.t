# A role that may import writes evidence of its own: manifests that name one
# event over and over, and signatures before there is a key.  Nothing fails,
# nor takes long, nothing true becomes unproven, and nothing else proven.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use File::Basename;
use File::Path;
use Test::More;
use Time::HiRes qw(time);
use CloudtrailTest;
use Digests;

my $files = "$ENV{SERVER_FILES}/evidence";
mkpath("$files/secret");
my ($key, $stranger) = map { make_key("$files/secret", $_) } qw(key stranger);
write_file("$files/keys.json", key_list($key));
sql('CREATE ROLE evidence_importer LOGIN NOSUPERUSER');
new_database('attacked_evidence');
$ENV{PGDATABASE} = 'attacked_evidence';
sql(q{SELECT cloudtrail_create_trail('audit'); GRANT USAGE ON SCHEMA audit TO evidence_importer;
	GRANT SELECT, INSERT ON audit.raw_events, audit.log_files, audit.rejects, audit.conflicts TO evidence_importer; GRANT SELECT, INSERT, UPDATE ON audit.digests TO evidence_importer});

# Numbers of a manifest: seven bits a byte.
sub number { my ($n) = @_; my $bytes = ''; for (; $n >= 0x80; $n >>= 7) { $bytes .= chr($n & 0x7f | 0x80) } return $bytes . chr $n }

# A manifest of events of one second, by their keys.
sub manifest
{
	my ($time, @keys) = @_;
	my $first = 1;
	return chr(1) . chr(1) . pack('Q<', scalar @keys) =~ s/..$//sr . join('', map { ($first ? number(0) . number($time << 2 | 1) : chr(1) . number(1)) . pack('H*', $_ =~ s/-//gr) . ($first = 0, "\0" x 4)[1] } @keys) . number(0);
}

# The importer's row of the ledger with a manifest; what the views then say, and how long that takes.
sub forged_manifest
{
	my ($what, $bytes, $events, $status) = @_;
	my $file = server_file('manifest', $bytes);
	my $manifest = server_file('manifest', $bytes);
	sql(qq{DELETE FROM audit.log_files WHERE source = 'forged'; CREATE TEMP TABLE forged AS SELECT pg_read_binary_file('$manifest') AS m; GRANT SELECT ON forged TO evidence_importer; SET ROLE evidence_importer;
		INSERT INTO audit.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects, manifest) SELECT 'forged', sha256('x'), 1, 'log', $events, 0, 0, 0, m FROM forged});
	my $start = time;
	is(eval { sql(q{SET statement_timeout = '60s'; SELECT status, proven FROM audit.event_status WHERE source = 'forged'}) } // $@, "$status|f", "$what: $status");
	is(eval { sql(q{SET statement_timeout = '60s'; SELECT string_agg(DISTINCT status, ' ') FROM audit.event_status WHERE source <> 'forged'; SELECT count(*) FROM audit.unproven_events}) } // $@, "intact\n5", "$what: the others are intact");
	cmp_ok(time - $start, '<', 40, sprintf '%s: in %.1f s', $what, time - $start);
}

# An event of 16 MB that does not compress well, which one manifest names any number of times.
my $event = q{{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-0000000000%s","a":"%s"}};
my $noise = sql(q{SELECT string_agg(md5(i::text), '') FROM generate_series(1, 500000) AS i});
my $large = '00000000-0000-4000-8000-000000000001';
my $file = server_file('large.json', sprintf '{"Records":[%s,%s,%s,%s]}', (sprintf $event, '01', $noise) x 2, (sprintf $event, '02', 'x') x 2);
is(sql(qq{SELECT events, inserted FROM cloudtrail_import('audit', 'large.json', pg_read_binary_file('$file'))}), '4|2', 'a file that has a large event twice, and a small one');
is(sql(q{SELECT status FROM audit.event_status}), 'intact', 'is made again of the events');
sql(qq{SELECT cloudtrail_import('audit', 'small.json', '{"Records":[@{[ join ',', map { sprintf $event, $_, 'y' } 11 .. 13 ]}]}')});
my $time = 1714564800;
forged_manifest('a manifest that names it 200 times', manifest($time, ($large) x 200), 200, 'not checkable');
forged_manifest('a manifest that names it 200,000 times', manifest($time, ($large) x 200_000), 200_000, 'not checkable');
forged_manifest('a manifest that names a small one 200,000 times', manifest($time, ('00000000-0000-4000-8000-000000000011') x 200_000), 200_000, 'events differ');
sql(q{DELETE FROM audit.log_files WHERE source = 'forged'});
like(eval { sql(qq{SELECT cloudtrail_rebuild_file(f.manifest, f.sha256, ordinal, event) FROM audit.log_files AS f, cloudtrail_manifest(f.manifest) AS m (ordinal, event_time, event_key) JOIN audit.raw_events USING (event_time, event_key) WHERE ordinal > 1 AND f.source = 'small.json'}) } // $@,
	qr/events are not in the order of the manifest/, 'events in another order');

# Many rows of the ledger, each with a manifest of a few hundred bytes that names large events: each event is read for so
# many of them only, those that are proven come first, and the rows say what they cost.
my $megabytes = 8;
my @named = map { sprintf '00000000-0000-4000-8000-0000000001%02d', $_ } 1 .. $megabytes;
sql(qq{CREATE TABLE public.large (n int, event cloudtrail_event); INSERT INTO public.large SELECT n, format('{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-0000000001%s","a":"%s"}', lpad(n::text, 2, '0'), repeat('x', 1000000))::cloudtrail_event FROM generate_series(1, $megabytes) AS n});
is(sql(qq{SELECT count(*) FROM public.large AS l, LATERAL cloudtrail_import('audit', 'large' || l.n, convert_to(l.event::text, 'UTF8')) AS i WHERE i.inserted = 1}), $megabytes, 'events of a megabyte, each in a file');
my $cost = 'SET statement_timeout = \'100s\'; SELECT count(*), sum(bytes_read), count(*) FILTER (WHERE status = \'not checkable\') FROM audit.event_status';
my ($honest) = (split /\|/, sql($cost))[1];
cmp_ok($honest, '>', 1000000 * $megabytes, 'without them each is read once');
my $template = server_file('template', manifest($time, @named));
my $rows = 300;
sql(qq{CREATE TEMP TABLE forged AS SELECT n, pg_read_binary_file('$template') || decode(repeat('00', n), 'hex') AS m FROM generate_series(1, $rows) AS n; GRANT SELECT ON forged TO evidence_importer; SET ROLE evidence_importer;
	INSERT INTO audit.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects, manifest) SELECT 'many' || n, sha256(n::text::bytea), 1, 'log', $megabytes, 0, 0, 0, m FROM forged});
my $began = time;
my ($files_seen, $read, $left) = split /\|/, eval { sql($cost) } // $@;
my $limit = $honest + 33 * 1000100 * $megabytes;
cmp_ok($read, '<', $limit, sprintf "%d rows that name them: %d MB of events are read for %d files, in %.1f s", $rows, $read / 1e6, $files_seen, time - $began);
cmp_ok($left, '>', $rows - 40, "$left of them are not checkable");
is(sql(q{SELECT string_agg(DISTINCT status, ' ') FROM audit.event_status WHERE source ~ '^large\d'}), 'intact', 'files that were there before are');
is(sql(q{SELECT count(*) > 20 FROM audit.event_status WHERE source ~ '^many' AND bytes_read > 1000000}), 't', 'and the rows that cost much say so');
is(sql(qq{SET ROLE evidence_importer; INSERT INTO audit.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects, manifest) SELECT 'same' || n, sha256('s'), 1, 'log', 1, 0, 0, 0, decode(repeat('00', n), 'hex') FROM generate_series(1, 50) AS n; RESET ROLE; SELECT DISTINCT manifests, bytes_read FROM audit.event_status WHERE source ~ '^same'}), '50|0', 'as do those of one content');
sql(q{DELETE FROM audit.log_files WHERE source ~ '^(same|many|large\d)'; DELETE FROM audit.raw_events WHERE event_key::text ~ '^00000000-0000-4000-8000-00000000010'; DROP TABLE public.large});

# A log file and its digest, which an importer brings, as it does signatures before anybody added keys.
my $log = '{"Records":[{"eventTime":"2024-05-01T10:10:00Z","eventID":"00000000-0000-4000-8000-000000000031","eventName":"A"}]}';
my $log_name = 'AWSLogs/111122223333/CloudTrail/us-east-1/2024/05/01/111122223333_CloudTrail_us-east-1_20240501T1015Z_abcdefghijklmnop.json.gz';
my $object = 'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/05/01/111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T110000Z.json.gz';
my $digest = {
	awsAccountId => '111122223333', digestStartTime => '2024-05-01T10:00:00Z', digestEndTime => '2024-05-01T11:00:00Z', digestS3Bucket => 'b', digestS3Object => $object,
	digestPublicKeyFingerprint => $key->{fingerprint}, digestSignatureAlgorithm => 'SHA256withRSA', (map { $_ => undef } qw(newestEventTime oldestEventTime previousDigestS3Bucket previousDigestS3Object previousDigestHashValue previousDigestHashAlgorithm previousDigestSignature)),
	logFiles => [ { s3Bucket => 'b', s3Object => $log_name, hashValue => sha256_hex($log), hashAlgorithm => 'SHA-256' } ] };
my $written = write_digest("$files/bucket", $key, $digest);
my $true = $written->{previousDigestSignature};
my @wrong = map { unpack 'H*', chr($_) x 256 } 1 .. 20;
system("chmod -R a+rX $files/bucket") == 0 or die;

# A trail with the two, to which an importer adds signatures; then a person adds the keys.
sub signed
{
	my ($what, $role, $signatures, $changed, $expected) = @_;
	sql(qq{SET client_min_messages = error; DROP SCHEMA IF EXISTS signed CASCADE; SELECT cloudtrail_create_trail('signed'); GRANT USAGE ON SCHEMA signed TO evidence_importer;
		GRANT SELECT, INSERT ON signed.raw_events, signed.log_files, signed.rejects, signed.conflicts TO evidence_importer; GRANT SELECT, INSERT, UPDATE ON signed.digests TO evidence_importer;
		CREATE TEMP TABLE digest AS SELECT pg_read_binary_file('$written->{path}') AS d; GRANT SELECT ON digest TO evidence_importer; SET ROLE evidence_importer;
		SELECT cloudtrail_import('signed', '$log_name', '$log'); SELECT cloudtrail_import('signed', '$object', d) FROM digest;
		INSERT INTO signed.digests (source, sha256, content) VALUES ('$object', sha256('x'), 'x')});
	is(sql("SET ROLE $role; " . join ';', map { "SELECT cloudtrail_add_signature('signed', '$object', '$_')" } @$signatures), join("\n", @$changed), "$what: how many digests that changed");
	is(sql(q{SELECT DISTINCT signature, proven FROM signed.digest_chain WHERE link <> 'unreadable'}), 'key absent|f', "$what: without a key nothing is proven");
	sql(qq{SELECT cloudtrail_add_keys('signed', pg_read_file('$files/keys.json'))});
	is(sql(q{SELECT c.signature, c.proven, f.proven, e.proven FROM signed.digest_chain AS c, signed.digest_status AS f, signed.event_status AS e WHERE c.link <> 'unreadable' AND f.source LIKE '%_CloudTrail_%'}), $expected, "$what: then");
}
my $valid = 'valid|t|t|t';
my $invalid = 'invalid|f|f|f';
for my $role ('evidence_importer', 'postgres')
{
	# The row that is not a digest is of the same name.
	signed("$role: the true one", $role, [$true], [2], $valid);
	signed("$role: a wrong one behind the true one", $role, [ $true, $wrong[0], $wrong[0] ], [ 2, 2, 0 ], $valid);
	signed("$role: a wrong one before the true one", $role, [ $wrong[0], $true, $true ], [ 2, 2, 0 ], $valid);
	signed("$role: wrong ones all around it", $role, [ @wrong[0 .. 5], $true, @wrong[6 .. 19] ], [ (2) x 16, (0) x 5 ], $valid);
	signed("$role: wrong ones alone", $role, [@wrong], [ (2) x 16, (0) x 4 ], $invalid);
}
is(sql(q{SELECT 1 + cardinality(other_signatures) FROM signed.digests WHERE content <> 'x'}), 16, 'no more than sixteen are kept');
is(sql(qq{SELECT cloudtrail_add_signature('signed', '$object', '$true'); SELECT proven FROM signed.digest_chain WHERE link <> 'unreadable'; SELECT encode(signature, 'hex') = '$true', other_signatures FROM signed.digests WHERE content <> 'x'}), "1\nt\nt|",
	'once there is a key, the true one takes the place of all');
is(sql(qq{SET ROLE evidence_importer; SELECT cloudtrail_add_signature('signed', '$object', '$wrong[0]'); RESET ROLE; SELECT cloudtrail_add_signature('signed', '$object', '$wrong[1]'); SELECT signature, proven FROM signed.digest_chain WHERE link <> 'unreadable'}), "1\n0\nvalid|t", 'and wrong ones change nothing');
like(eval { sql(qq{SELECT cloudtrail_add_signature('signed', '$object', repeat('ab', 2049))}) } // $@, qr/invalid signature of digest/, 'one that no key could have made');
is(sql(q{UPDATE signed.digests SET signature = convert_to(repeat('x', 1000000), 'UTF8'), other_signatures = '{}' || array_fill(signature, '{100}'); SELECT signature FROM signed.digest_chain WHERE link <> 'unreadable'}), 'valid', 'nor does an array of any kind make the view fail');
is(sql(q{UPDATE signed.digests SET other_signatures = '{{NULL,""},{"\\\\x00",NULL}}'; SELECT signature FROM signed.digest_chain WHERE link <> 'unreadable'}), 'invalid', 'be it of two dimensions');

# The client, of copies of the digest with other signatures beside them.
write_file("$files/bucket/$log_name", '');
write_log("$files/bucket/$log_name", $log);
write_file("$written->{path}.sig", $wrong[0]);
my $copy = "$files/bucket/copy/" . basename($written->{path});
write_log($copy, read_log($written->{path}));
for my $beside ([ $wrong[1], qr/1 log file, 0 verified/ ], [ $true, qr/1 log file, 1 verified/ ])
{
	write_file("$copy.sig", $beside->[0]);
	like(`cloudtrail-load verify -k $files/keys.json $files/bucket 2>&1`, $beside->[1], 'the client says so of the same signatures');
}
# Rows of the ledger that no import writes: they are refused, or every view and the page do with them.
my %row = (source => q{'x' || random()}, sha256 => q{sha256('x')}, size => 1, kind => q{'log'}, account_id => q{'111122223333'}, aws_region => q{'us-east-1'}, log_time => q{'2024-05-01 10:00Z'}, events => 1, inserted => 1, duplicates => 0, rejects => 0,
	imported_at => 'now()', manifest => 'NULL', event_status => 'NULL', checked_at => 'NULL');
my @extremes = ((map { my $column = $_; map { [ $column, $_ ] } 9223372036854775807, -9223372036854775808 } qw(size events inserted duplicates rejects)),
	(map { my $column = $_; map { [ $column, "'$_'" ] } 'infinity', '-infinity', '294276-12-31 00:00Z', '4713-01-02 00:00Z BC' } qw(log_time imported_at checked_at)),
	(map { my $column = $_; map { [ $column, $_ ] } q{repeat('x', 200000000)}, q{''}, q{E'\\u202e<script>'} } qw(source kind account_id aws_region event_status)),
	(map { [ 'manifest', $_ ] } q{'\\x'}, q{'\\x0101ffffffffffff'}, q{'\\x0102ffffffffffff'}), [ sha256 => q{''} ], [ sha256 => q{'\\x00'} ]);
my $refused = 0;
for my $extreme (@extremes)
{
	my %with = (%row, $extreme->[0] => $extreme->[1]);
	my $columns = join ', ', sort keys %with;
	my $values = join ', ', map { $with{$_} } sort keys %with;
	my $error = eval { sql("SET ROLE evidence_importer; INSERT INTO audit.log_files ($columns) SELECT $values FROM generate_series(1, 2)"); '' } // $@;
	$refused++ if $error;
	like($error, qr/^$|log_files_plausible|index row (size|requires)|duplicate key/, "an importer's $extreme->[0] of " . substr($extreme->[1], 0, 30) . ': ' . ($error ? 'refused' : 'taken'));
}
sql(q{SET ROLE evidence_importer; INSERT INTO audit.rejects VALUES ('x', '', 9223372036854775807, 'x', ''), ('x', '\x00', -9223372036854775808, '', '\x00')});
like(eval { sql(qq{SET ROLE evidence_importer; $_}); '' } // $@, qr/_plausible/, "refused: $_") for q{INSERT INTO audit.rejects VALUES ('x', 'x', 1, repeat('x', 300000000), '')}, q{INSERT INTO audit.conflicts VALUES ('infinity', gen_random_uuid(), '{"eventTime":"2024-05-01T10:00:00Z"}', 'x', '', '')},
	q{INSERT INTO audit.conflicts VALUES ('2024-05-01 10:00Z', gen_random_uuid(), '{"eventTime":"2024-05-01T10:00:00Z"}', repeat('x', 300000000), '', '')};
cmp_ok($refused, '>', 15, "$refused are refused");
for my $view (split /\n/, sql(q{SELECT c.oid::regclass FROM pg_class AS c WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v' ORDER BY 1}))
{
	is(eval { sql("SET statement_timeout = '60s'; SELECT count(md5(t::text)) >= 0 FROM $view AS t") } // $@, 't', "$view can be read");
}
is(eval { sql(q{SELECT length(cloudtrail_audit_report('audit', '2024-01-01', '2024-12-31')) > 1000}) } // $@, 't', 'and the page is made');
is(eval { sql(q{SELECT sum(files) > 0 FROM cloudtrail_record_event_status('audit')}) } // $@, 't', 'and the state of events recorded');

use_database('postgres');
delete $ENV{PGDATABASE};
sql('DROP DATABASE attacked_evidence; DROP ROLE evidence_importer');
done_testing();
