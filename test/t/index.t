# Whatever is asked, the index finds what a sequential scan finds, and both
# what jsonb and regular expressions find: over generated events, hostile ones
# among them, and real ones where CLOUDTRAIL_CORPUS is set.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

# Questions of each kind, made of the events themselves, so that most have answers.
my %questions = (
	# A pattern: the action, some of its characters replaced by wildcards, cut, or in the other case.
	'@~' => q{SELECT DISTINCT q::cloudtrail_action AS q FROM (
		SELECT CASE trunc(random() * 8)
			WHEN 0 THEN action WHEN 1 THEN upper(action) WHEN 2 THEN split_part(action, ':', 1) || ':*'
			WHEN 3 THEN '*:' || substr(action, strpos(action, ':') + 1)
			WHEN 4 THEN overlay(action PLACING '?' FROM 1 + (random() * (length(action) - 1))::int FOR 1)
			WHEN 5 THEN overlay(action PLACING '*' FROM strpos(action, ':') + 1 + (random() * 8)::int FOR (random() * 6)::int)
			WHEN 6 THEN '*:' || substr(action, strpos(action, ':') + 1, (random() * 8)::int) || '*'
			ELSE '*:*' || right(action, (random() * 6)::int) END AS q
		FROM (SELECT action(event) AS action FROM trail ORDER BY random() LIMIT 4000) AS a) AS x
		WHERE q ~ '^[A-Za-z0-9.*?_-]+:[!-~]+$' AND length(q) < 200},
	# A secret: its ARN, cut at the suffix or behind it, elsewhere, or its name.
	'@@' => q{SELECT DISTINCT q::cloudtrail_secret AS q FROM (
		SELECT CASE trunc(random() * 8)
			WHEN 0 THEN arn WHEN 1 THEN regexp_replace(arn, '-[A-Za-z0-9]{6}$', '') WHEN 2 THEN arn || '-AbCdEf'
			WHEN 3 THEN regexp_replace(arn, '.{6}$', 'zzzzzz') WHEN 4 THEN regexp_replace(arn, '^(([^:]*:){3})[^:]*', '\1eu-central-2')
			WHEN 5 THEN regexp_replace(arn, '^(([^:]*:){4})[^:]*', '\1999999999999')
			WHEN 6 THEN split_part(arn, ':', 7) ELSE name END AS q
		FROM (SELECT arn, secret_name(event) AS name FROM trail, unnest(secret_arns(event)) AS arn ORDER BY random() LIMIT 4000) AS a) AS x
		WHERE (q ~ '^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+$' OR q ~ '^[A-Za-z0-9/_+=.@!-]+$') AND length(q) < 400},
	# A piece of the record: one or two fields that are in the index or not, sometimes changed.
	'@>' => q{SELECT DISTINCT q FROM (
		SELECT CASE WHEN random() < 0.2 THEN one WHEN random() < 0.9 THEN one || two ELSE replace((one || two)::text, '1', '2')::jsonb END AS q
		FROM (SELECT pieces[1 + trunc(random() * cardinality(pieces))] AS one, pieces[1 + trunc(random() * cardinality(pieces))] AS two
			FROM (SELECT array_remove(ARRAY[
					jsonb_build_object('eventName', j -> 'eventName'), jsonb_build_object('eventSource', j -> 'eventSource'),
					jsonb_build_object('awsRegion', j -> 'awsRegion'), jsonb_build_object('errorCode', j -> 'errorCode'),
					jsonb_build_object('recipientAccountId', j -> 'recipientAccountId'), jsonb_build_object('sourceIPAddress', j -> 'sourceIPAddress'),
					jsonb_build_object('userIdentity', jsonb_build_object('arn', j #> '{userIdentity,arn}')),
					jsonb_build_object('userIdentity', jsonb_build_object('accessKeyId', j #> '{userIdentity,accessKeyId}', 'accountId', j #> '{userIdentity,accountId}')),
					jsonb_build_object('userIdentity', jsonb_build_object('sessionContext', jsonb_build_object('sessionIssuer', jsonb_build_object('arn', j #> '{userIdentity,sessionContext,sessionIssuer,arn}')))),
					jsonb_build_object('requestParameters', jsonb_build_object('secretId', j #> '{requestParameters,secretId}')),
					jsonb_build_object('requestParameters', jsonb_build_object('encryptionContext', j #> '{requestParameters,encryptionContext}')),
					jsonb_build_object('requestParameters', j -> 'requestParameters'), jsonb_build_object('eventID', j -> 'eventID'),
					jsonb_build_object('resources', jsonb_build_array(j #> '{resources,0}')),
					jsonb_build_object('resources', jsonb_build_array(jsonb_build_object('ARN', j #> '{resources,-1,ARN}')))], NULL) AS pieces
				FROM (SELECT event::jsonb AS j FROM trail ORDER BY random() LIMIT 4000) AS a) AS b) AS c) AS d
		WHERE q IS NOT NULL AND length(q::text) < 2000},
);

# What else should find the same: a regular expression on the action, jsonb's own operator.
my %oracle = (
	'@~' => q{coalesce(action(event) COLLATE "C" ~* ('^' || replace(replace(regexp_replace(q::text, '([^A-Za-z0-9*?:])', '\\\\\1', 'g'), '*', '.*'), '?', '.') || '$'), false)
		AND (strpos(q::text, '*') = 0 OR event @~ q)},
	'@>' => 'event::jsonb @> q',
);

# Asks a thousand questions of each kind with the index and without.
sub ask
{
	my ($what) = @_;
	for my $operator (sort keys %questions)
	{
		sql("DROP TABLE IF EXISTS question; SELECT setseed(0.5);
			CREATE TABLE question AS SELECT row_number() OVER () AS number, q FROM ($questions{$operator}) AS x ORDER BY random() LIMIT 1000; ANALYZE question");
		my $asked = sql('SELECT count(*) FROM question');
		cmp_ok($asked, '>=', 100, "$what, $operator: $asked questions");
		my $answers = "SELECT number, n FROM question JOIN trail ON event $operator q";
		my $index = 'SET enable_seqscan = off; SET enable_material = off';
		my $none = 'SET enable_bitmapscan = off; SET enable_indexscan = off';
		like(sql("$index; SET enable_hashjoin = off; EXPLAIN $answers"), qr/Bitmap Index Scan on trail_event/, "$what, $operator: the index is used");
		unlike(sql("$none; EXPLAIN $answers"), qr/trail_event/, "$what, $operator: and is not");
		sql("DROP TABLE IF EXISTS found, expected; $index; CREATE TABLE found AS $answers; RESET ALL; $none; CREATE TABLE expected AS $answers");
		my $found = sql('SELECT count(*) FROM expected');
		cmp_ok(sql('SELECT count(DISTINCT number) FROM expected'), '>', $asked / 3, "$what, $operator: $found answers, to more than a third of them");
		is(sql('SELECT count(*) FROM (TABLE found EXCEPT ALL TABLE expected) AS x'), 0, "$what, $operator: the index finds no more");
		is(sql('SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE found) AS x'), 0, "$what, $operator: and no less");
		next unless $oracle{$operator};
		is(sql("SELECT count(*) FROM (SELECT number, n FROM question JOIN (SELECT n, event FROM trail WHERE n % 10 = 0 OFFSET 0) AS trail ON $oracle{$operator}
				EXCEPT ALL SELECT number, n FROM expected WHERE n % 10 = 0) AS x"), 0, "$what, $operator: nothing is missed");
		is(sql("SELECT count(*) FROM (SELECT number, n FROM expected WHERE n % 10 = 0
				EXCEPT ALL SELECT number, n FROM question JOIN (SELECT n, event FROM trail WHERE n % 10 = 0 OFFSET 0) AS trail ON $oracle{$operator}) AS x"), 0, "$what, $operator: nothing is made up");
	}
}

# Makes the table's index, so small in memory that it is built in several goes.
sub make_index
{
	sql("SET maintenance_work_mem = '1MB'; CREATE INDEX trail_event ON trail USING gin (event); ANALYZE trail");
}

new_database('indexed');
my $events = 4_000;
my $ndjson = "$ENV{SERVER_FILES}/indexed.ndjson";
system("test/generator/generate --events $events --seed 23 --hostile 20 --secrets 12 --accounts 3 > $ndjson") == 0 or die;
sql("CREATE TABLE trail (n int GENERATED ALWAYS AS IDENTITY, event cloudtrail_event); COPY trail (event) FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')");
make_index();
ask('generated events');

# The same where events came to the index one by one, through its pending list.
sql('CREATE TABLE other AS TABLE trail; DROP TABLE trail; CREATE TABLE trail (n int, event cloudtrail_event);
	CREATE INDEX trail_event ON trail USING gin (event); INSERT INTO trail TABLE other; DELETE FROM trail WHERE n % 7 = 0; VACUUM trail; INSERT INTO trail SELECT * FROM other WHERE n % 7 = 0; ANALYZE trail');
ask('events inserted');

# Parallel workers scan the same bitmap.
my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET enable_seqscan = off; SET max_parallel_workers_per_gather = 2';
my $count = q{SELECT count(*), count(DISTINCT event_key(event)) FROM trail WHERE event @~ '*:Get*'};
like(sql("$parallel; EXPLAIN $count"), qr/Parallel Bitmap Heap Scan/, 'a parallel scan of the index');
is(sql("$parallel; $count"), sql("SET max_parallel_workers_per_gather = 0; SET enable_bitmapscan = off; $count"), 'finds the same');

SKIP:
{
	skip 'CLOUDTRAIL_CORPUS is unset', 1 unless $ENV{CLOUDTRAIL_CORPUS};
	my $files = join ',', corpus_files();
	sql("DROP TABLE trail; CREATE TABLE trail AS SELECT row_number() OVER ()::int AS n, event
		FROM unnest('{$files}'::text[]) AS path, cloudtrail_parse(pg_read_binary_file(path)) WHERE event IS NOT NULL");
	make_index();
	ask('real events');
}
done_testing();
