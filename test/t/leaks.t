# Memory of one session over many files: what an import takes, it gives back,
# also after errors.  Watched are PostgreSQL's memory contexts, and the memory
# of the process, which has the libraries' too.  CLOUDTRAIL_LARGE=1 imports
# 100,000 files.
use strict;
use warnings;
use Compress::Zlib;
use File::Basename;
use File::Copy;
use Test::More;
use CloudtrailTest;
use ImportWay;
use Digests;

my $files = $ENV{CLOUDTRAIL_LARGE} ? 100_000 : by_sql() ? 800 : 2_000;
new_import_database('leaks');
my $dir = $ENV{SERVER_FILES};
sql(q{SELECT cloudtrail_create_trail('trail')});

# A file that is like no other, of plain text, and one that is compressed.
my @good = split /\n/, `test/generator/generate --events 60 --seed 8 --stories 50`;
my $plain = server_file('plain', join "\n", map { s/"eventID":"[0-9a-f]{8}/"eventID":"NUMBER--/r } @good[0 .. 9]);
my $gzip = server_file('gzip', Compress::Zlib::memGzip('{"Records":[' . join(',', @good) . ']}'));
my $key = unpack 'H*', make_key($dir, 'key')->{der};
my $cut = server_file('cut', substr Compress::Zlib::memGzip(join "\n", @good), 0, 3000);
my $broken = server_file('broken', scalar `test/generator/generate --events 100 --seed 9 --hostile 30 --broken 30`);
my $zstd = system("zstd -q -k -f $gzip -o $gzip.zst 2>/dev/null && chmod 644 $gzip.zst") == 0 ? "$gzip.zst" : $gzip;

# A folder of files, whole and damaged, as a foreign table.
mkdir "$dir/archive" or die;
copy($_, "$dir/archive/" . basename($_) . ($_ eq $gzip || $_ eq $cut ? '.gz' : $_ eq $zstd ? '' : '.json')) or die for $plain, $gzip, $cut, $broken, $zstd eq $gzip ? () : $zstd;
system("chmod -R a+rX $dir/archive") == 0 or die;
sql(qq{CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw; CREATE SCHEMA archive; IMPORT FOREIGN SCHEMA "$dir/archive" FROM SERVER log_files INTO archive});

my $setup = <<'SQL';
	CREATE CAST (bytea AS cloudtrail_event) WITHOUT FUNCTION;
	CREATE CAST (cloudtrail_event AS bytea) WITHOUT FUNCTION;
	CREATE TABLE usage (place text, contexts bigint, top bigint, process bigint);
	-- One unlike file.
	CREATE FUNCTION file(n int) RETURNS bytea LANGUAGE sql AS $$
		SELECT convert_to(replace(pg_read_file('PLAIN'), 'NUMBER--', to_hex(n + 268435456)), 'UTF8') $$;
	-- Notes what the session takes: not what contexts have, whose next block can be
	-- of megabytes, but what is used of it.
	CREATE FUNCTION note(place text) RETURNS void LANGUAGE sql AS $$
		INSERT INTO usage
		SELECT place, sum(used_bytes), sum(used_bytes) FILTER (WHERE name = 'TopMemoryContext'),
			1024 * substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+(\d+)')::bigint
		FROM pg_backend_memory_contexts $$;
	-- Everything that takes memory of the libraries, once.
	CREATE PROCEDURE touch() LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM count(event), count(error) FROM cloudtrail_parse(pg_read_binary_file('GZIP'));
		PERFORM count(event_name(e)) FROM cloudtrail_events(pg_read_binary_file('ZSTD')) e;
		PERFORM count(event) FROM cloudtrail_parse(pg_read_binary_file('CUT'));
		PERFORM count(event) FROM cloudtrail_parse(pg_read_binary_file('BROKEN'));
		-- A query that does not read all of what it began to take apart.
		PERFORM * FROM (SELECT cloudtrail_unpack(pg_read_binary_file('GZIP'))) x LIMIT 1;
		PERFORM length(cloudtrail_inflate(pg_read_binary_file('GZIP')));
		PERFORM count(*), max(source) FROM archive.events;
		PERFORM event FROM archive.events WHERE event_name LIKE 'G%' AND event_time > '2020-01-01' LIMIT 3;
		PERFORM events FROM cloudtrail_survey(pg_read_binary_file('GZIP'));
		PERFORM * FROM cloudtrail_policy_access('{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"}}]}', '111122223333');
		PERFORM * FROM cloudtrail_policy_access('{"Statement":[{"Effect":', '111122223333');
		PERFORM cloudtrail_verify_signature('DIGEST', '\x00', '\xKEY');
	END $$;
	-- Every error that leaves something open.
	CREATE PROCEDURE fail(n int) LANGUAGE plpgsql AS $$
	DECLARE
		statement text;
	BEGIN
		FOREACH statement IN ARRAY ARRAY[
			'SELECT * FROM cloudtrail_events(''{"Records":[42]}''::text)',
			'SELECT 1 / (10 - row_number() OVER ()) FROM archive.events',
			'SELECT count(*) FROM archive.events WHERE 1 / (length(event_name) - 14) > 5',
			'SELECT 1 / (count(*) - 60) FROM cloudtrail_events(pg_read_binary_file(''GZIP''))',
			'SELECT event_name(e) || 1 / 0 FROM cloudtrail_events(pg_read_binary_file(''ZSTD'')) e',
			'SELECT 1 / (60 - row_number() OVER ()) FROM cloudtrail_unpack(pg_read_binary_file(''GZIP'')) e',
			'SELECT ''{"eventTime":"2024-05-01T12:00:00Z","a":''::cloudtrail_event',
			'SELECT event_name(set_byte(''{"eventTime":"2024-05-01T12:00:00Z","eventName":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}''::cloudtrail_event::bytea, 60, 7)::cloudtrail_event)::int',
			'SELECT error_message(substr(''{"eventTime":"2024-05-01T12:00:00Z"}''::cloudtrail_event::bytea, 1, 45)::cloudtrail_event)',
			'SELECT cloudtrail_verify_signature(''\x00'', ''\x00'', ''\x3000'')',
			'SELECT * FROM cloudtrail_digest(''{"awsAccountId":"111122223333","logFiles":[1]}'')',
			'SELECT * FROM cloudtrail_public_keys(''{"PublicKeyList":[{"Value":"AAAA"}]}'')',
			'SELECT inserted / 0 FROM cloudtrail_import(''trail'', ''failed' || n || ''', file(' || n || '))']
		LOOP
			BEGIN
				EXECUTE statement;
			EXCEPTION WHEN division_by_zero OR invalid_parameter_value OR data_corrupted OR invalid_text_representation THEN
				CONTINUE;
			END;
			RAISE 'no error: %', statement;
		END LOOP;
	END $$;
	-- So many files: each in a transaction of its own, or all in one.
	CREATE PROCEDURE many(place text, first int, last int, commits boolean, fails boolean) LANGUAGE plpgsql AS $$
	BEGIN
		FOR n IN first .. last LOOP
			PERFORM cloudtrail_import('trail', 'file' || n, file(n));
			IF n % 10 = 0 THEN
				CALL touch();
				IF fails THEN
					CALL fail(n);
				END IF;
			END IF;
			IF commits THEN
				COMMIT;
			END IF;
		END LOOP;
	END $$;
SQL
$setup =~ s/\b(PLAIN|GZIP|ZSTD|CUT|BROKEN)\b/{ PLAIN => $plain, GZIP => $gzip, ZSTD => $zstd, CUT => $cut, BROKEN => $broken }->{$1}/ge;
my $digest = '{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T11:00:00Z","digestEndTime":"2024-05-01T12:00:00Z","digestS3Bucket":"b","digestS3Object":"o","digestPublicKeyFingerprint":"ab","digestSignatureAlgorithm":"SHA256withRSA","previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[]}';
sql($setup =~ s/DIGEST/$digest/r =~ s/(?<=\\x)KEY/$key/r);

# One session; what comes first warms it up.  A transaction has locks for so many
# subtransactions only.
open my $script, '>', "$dir/leaks.sql" or die;
print $script "SET client_min_messages = error;\n";
my $next = 1;
my @parts = ([ 'warm', 200, 'true', 'true' ], [ 'commits', int($files / 2), 'true', 'false' ], [ 'errors', int($files / 4), 'true', 'true' ], [ 'one transaction', 500, 'false', 'true' ]);
for (@parts)
{
	my ($place, $count, $commits, $fails) = @$_;
	printf $script "CALL many('%s', %d, %d, %s, %s);\n", $place, $next, $next + $count - 1, $commits, $fails;
	$next += $count;
	print $script "SELECT note('$place') \\g /dev/null\n";
}
close $script;
goes_its_way($next - 1, sub {
	eval { sql_file("$dir/leaks.sql") };
	is($@, '', $next - 1 . ' files in one session') or BAIL_OUT('no figures');
});
is(sql('SELECT count(*) FROM trail.log_files'), $next - 1, 'each is there, and none of those that failed');
is(sql('SELECT count(*) FROM trail.raw_events'), 10 * ($next - 1), 'with all its events');

my %taken;
for (split /\n/, sql('SELECT * FROM usage'))
{
	my ($place, @bytes) = split /\|/;
	$taken{$place} = \@bytes;
	diag(sprintf '%-16s %6d kB in contexts, %6d kB in TopMemoryContext, %6d kB of the process', $place, map { $_ / 1024 } @bytes);
}
for my $place ('commits', 'errors', 'one transaction')
{
	# What PostgreSQL itself remembers of new tables is some hundred kilobytes.
	cmp_ok($taken{$place}[0] - $taken{warm}[0], '<', 2e6, "$place: no context has grown");
	cmp_ok($taken{$place}[1] - $taken{warm}[1], '<', 2e5, "$place: nor that which is never emptied");
	cmp_ok($taken{$place}[2] - $taken{warm}[2], '<', 16e6, "$place: nor the process");
}
done_testing();
