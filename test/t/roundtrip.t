# Generated events, hostile ones among them: in and out byte for byte by every
# road, accessors as jsonb, and nothing that a setting could change.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('roundtrip');
my $events = 4_000;
my $ndjson = "$ENV{SERVER_FILES}/events.ndjson";
system("test/generator/generate --events $events --seed 11 --hostile 30 > $ndjson") == 0 or die;
my $format = q{(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')};
sql("CREATE TABLE line (n int GENERATED ALWAYS AS IDENTITY, t text); COPY line (t) FROM '$ndjson' $format");
sql("CREATE TABLE trail (n int GENERATED ALWAYS AS IDENTITY, event cloudtrail_event); COPY trail (event) FROM '$ndjson' $format");
is(sql('SELECT count(*) FROM trail'), $events, "$events events, a third of them hostile");
is(sql('SELECT count(*) FROM line JOIN trail USING (n) WHERE t = event::text'), $events, 'text out is text in');
is(sql('SELECT count(*) FROM line WHERE t::cloudtrail_event::text = t AND t::json::cloudtrail_event::json::text = t'),
	$events, 'the same by casts from text and json');
is(sql('SELECT count(*) FROM trail WHERE event::jsonb::cloudtrail_event::jsonb = event::jsonb'), $events, 'jsonb and back');
is(sql("SELECT count(*) FROM line, cloudtrail_parse(t) p WHERE p.event::text = btrim(t, E' \\t\\r\\n') AND p.error IS NULL"),
	$events, 'cloudtrail_parse of each line');

# COPY out and in, as text and as binary.
my $server = $ENV{SERVER_FILES};
system("chmod 777 $server") == 0 or die;
for my $how ('text', 'csv', 'binary')
{
	sql("COPY (SELECT event FROM trail ORDER BY n) TO '$server/copy.$how' (FORMAT $how); CREATE TABLE copy_$how (n int GENERATED ALWAYS AS IDENTITY, event cloudtrail_event); COPY copy_$how (event) FROM '$server/copy.$how' (FORMAT $how)");
	is(sql("SELECT count(*) FROM trail JOIN copy_$how c USING (n) WHERE trail.event::text = c.event::text"), $events, "COPY as $how");
}

# What is received is checked as what is typed in.
open my $in, '<:raw', "$server/copy.binary" or die;
my $binary = do { local $/; <$in> };
srand 5;
my %outcome;
for my $trial (1 .. 60)
{
	my $mutated = substr $binary, 0, 20_000;
	substr($mutated, 19 + int rand(19_900), 1) = chr int rand 256 for 1 .. 3;
	server_file('mutated', $mutated);
	my $ok = eval { sql("BEGIN; CREATE TEMP TABLE m (event cloudtrail_event); COPY m FROM '$server/mutated' (FORMAT binary); SELECT count(*) FROM m WHERE event::text::cloudtrail_event IS NOT NULL"); 1 };
	$outcome{ $ok ? 'accepted' : $@ =~ /server closed|terminat/ ? 'crash' : 'refused' }++;
}
ok(!$outcome{crash}, 'mutated binary input is refused or read, and crashes nothing: ' . join ' ', %outcome);

accessors_agree('trail');

# No setting changes a result.
my $digest = q{SELECT md5(string_agg(r::text, '' ORDER BY n)) FROM (SELECT n, extract(epoch FROM event_time(event)) || coalesce(extract(epoch FROM session_creation_date(event))::text, '')
	|| event_key(event) || coalesce(host(source_ip(event)), '') || coalesce(request_parameters(event)::text, '') || coalesce(secret_arn(event), '') AS r FROM trail) AS x};
my $reference = sql($digest);
for my $setting ("timezone = 'Asia/Kathmandu'", "datestyle = 'German, DMY'", "intervalstyle = 'sql_standard'", 'extra_float_digits = -15',
	"lc_numeric = 'C'", "client_encoding = 'LATIN1'", "bytea_output = 'escape'", "search_path = ''",
	# Strings have no escapes from PostgreSQL 19 on.
	sql('SHOW server_version_num') < 190000 ? 'standard_conforming_strings = off' : ())
{
	my $query = $setting =~ /search_path/ ? "SET search_path = public; $digest" : "SET $setting; $digest";
	is(sql($query), $reference, "the same under SET $setting");
}

# Parallel workers give what one process gives.
is(sql(q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
	SELECT count(*), count(DISTINCT event_key(event)), sum(length(user_agent(event))) FROM trail}),
	sql(q{SET max_parallel_workers_per_gather = 0; SELECT count(*), count(DISTINCT event_key(event)), sum(length(user_agent(event))) FROM trail}),
	'parallel workers');
like(sql(q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
	EXPLAIN SELECT count(*) FROM trail WHERE event_name(event) = 'GetSecretValue'}), qr/Parallel Seq Scan/, 'which are used');

# Dump and restore, with an index and a generated column of ours.
sql(q{CREATE TABLE logs (raw jsonb, at timestamptz GENERATED ALWAYS AS (event_time(raw)) STORED);
	INSERT INTO logs (raw) SELECT event::jsonb FROM trail WHERE n <= 100;
	CREATE INDEX ON logs (secret_arn(raw)); CREATE INDEX ON trail (event_name(event));
	CREATE VIEW reads AS SELECT r.event_time, r.secret_name FROM trail, cloudtrail_records(trail.event) r WHERE r.event_name = 'GetSecretValue'});
my $before = sql('SELECT md5(string_agg(event::text, chr(10) ORDER BY n)) FROM trail');
system("pg_dump -d roundtrip -f $server/dump.sql && createdb restored && psql -Xq -v ON_ERROR_STOP=1 -d restored -f $server/dump.sql >/dev/null") == 0
	or fail('pg_dump and restore');
is(sql('SELECT count(*) FROM reads'), `psql -XAqt -d restored -c 'SELECT count(*) FROM reads'` =~ s/\n//r, 'a view after dump and restore');
is($before, `psql -XAqt -d restored -c "SELECT md5(string_agg(event::text, chr(10) ORDER BY n)) FROM trail"` =~ s/\n//r, 'the events after dump and restore');

done_testing();
