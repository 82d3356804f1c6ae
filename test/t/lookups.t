# What the auditors' views look up by functions: the same that a join of the view
# behind the function finds, be it looked up singly or among all; and found once
# for a query.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Session;

new_database('lookups');
sql(q{SELECT cloudtrail_create_trail('audit')});
my $file = server_file('lookups.ndjson', '');
system("test/generator/generate --events 6000 --seed 91 --stories 60 --secrets 60 --days 90 --accounts 3 --regions 2 > $file") == 0 or die;
sql("SELECT cloudtrail_import('audit', 'lookups', pg_read_binary_file('$file'))");
# Some events come again with more data, twice; batches have more pages.
sql(q{INSERT INTO audit.raw_events (event) SELECT jsonb_set(jsonb_set(event::jsonb, '{eventID}', to_jsonb(n || substr(event_id, 2))), '{addendum}',
		jsonb_build_object('reason', 'UPDATED_DATA', 'updatedFields', 'tlsDetails', 'originalEventID', event_id))::text::cloudtrail_event
	FROM (SELECT DISTINCT e.event, f.event_id FROM audit.raw_events AS e JOIN audit.secret_facts AS f USING (event_time, event_key) WHERE f.event_id ~ '^[0-9a-f]{8}-' ORDER BY f.event_id LIMIT 60) AS e,
		generate_series(1, 2) AS n;
	SET timezone = 'UTC';
	INSERT INTO audit.raw_events (event) SELECT ((e.event::jsonb - 'sharedEventID') || jsonb_build_object('eventID', gen_random_uuid(), 'requestID', gen_random_uuid(), 'eventTime', to_char(e.event_time + n * interval '20 seconds', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'requestParameters', e.event::jsonb -> 'requestParameters' || '{"nextToken": "t"}'))::text::cloudtrail_event
		FROM audit.raw_events AS e, generate_series(1, 2) AS n WHERE event_name(e.event) = 'BatchGetSecretValue' AND jsonb_typeof(e.event::jsonb -> 'requestParameters') = 'object';
	ANALYZE});
my $in_trail = 'SET search_path = audit, public;';

# Times at which what has a name changes, and times of events; and what there is not.
sql(qq{$in_trail CREATE TABLE public.asked AS
	SELECT DISTINCT s.secret_name, s.account_id, s.aws_region, t.at + d.step AS at
	FROM secrets AS s CROSS JOIN LATERAL (VALUES (s.valid_from), (s.valid_to), (s.possible_to), (s.created_at), (s.ended_at)) AS t (at)
		CROSS JOIN (VALUES (interval '0'), (interval '1 microsecond'), (interval '-1 microsecond')) AS d (step)
	WHERE t.at IS NOT NULL
	UNION SELECT secret_name, secret_account, secret_region, event_time FROM secret_facts
	UNION SELECT secret_name, '999999999999', secret_region, event_time FROM secret_facts WHERE item = 0
	UNION SELECT secret_name || 'x', secret_account, secret_region, event_time FROM secret_facts WHERE item = 0});

# Counts what is asked, what is found, and what differs from a join.
my $by_time = q{SELECT count(*) || ' asked, ' || count(s.secret_arn) || ' found, ' || count(*) FILTER (WHERE (s.secret_arn, s.valid_from, s.possible_to, s.valid_to, s.evidence, s.next_arn, s.created_at, s.ended_at, s.primary_arn, s.promoted_at)
		IS DISTINCT FROM ((f.found).secret_arn, (f.found).valid_from, (f.found).possible_to, (f.found).valid_to, (f.found).evidence, (f.found).next_arn, (f.found).created_at, (f.found).ended_at, (f.found).primary_arn, (f.found).promoted_at)) || ' differ'
	FROM public.asked AS a LEFT JOIN audit.secrets AS s ON s.secret_name = a.secret_name AND s.account_id = a.account_id AND s.aws_region = a.aws_region AND s.valid_from <= a.at AND s.possible_to > a.at
		CROSS JOIN LATERAL (SELECT cloudtrail_secret_at('audit.secrets', a.secret_name, a.account_id, a.aws_region, a.at) AS found OFFSET 0) AS f};
like(sql($by_time), qr/^[1-9]\d+ asked, [1-9]\d+ found, 0 differ$/, 'secrets by name and time, many in a query');
is(sql(q{SELECT count(*) FROM audit.secrets AS a JOIN audit.secrets AS b ON b.secret_name = a.secret_name AND b.account_id = a.account_id AND b.aws_region = a.aws_region AND b.secret_arn <> a.secret_arn
	WHERE a.valid_from < b.possible_to AND b.valid_from < a.possible_to}), 0, 'no two secrets can have had a name at once');

# The same for a name in each query.
sql(q{CREATE FUNCTION public.each_name(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
	DECLARE
		one text;
		said text;
	BEGIN
		FOR one IN SELECT DISTINCT secret_name FROM public.asked LOOP
			EXECUTE query || format(' WHERE a.secret_name = %L', one) INTO said;
			RETURN NEXT said;
		END LOOP;
	END $$});
my @single = split /\n/, sql(sprintf q{SELECT each_name FROM public.each_name(%s)}, "\$query\$$by_time\$query\$");
cmp_ok(scalar @single, '>', 40, 'names');
is(scalar(grep { !/ 0 differ$/ } @single), 0, 'each looked up singly');
cmp_ok(scalar(grep { !/ 0 found/ } @single), '>', 20, 'most are found');

# The same for an account in each query, of which there are too many names to look up singly.
is(join("\n", map { sql("$by_time WHERE a.account_id = '$_'") =~ /^[1-9]\d+ asked, [1-9]\d* found, 0 differ$/ ? 'right' : $_ } split /\n/, sql('SELECT DISTINCT account_id FROM audit.secrets')), "right\nright\nright", 'an account in a query');

my $by_arn = q{SELECT count(*) || ' asked, ' || count(s.secret_arn) || ' found, ' || count(*) FILTER (WHERE (s.secret_arn, s.valid_from, s.primary_arn) IS DISTINCT FROM ((f.found).secret_arn, (f.found).valid_from, (f.found).primary_arn)) || ' differ'
	FROM (SELECT secret_name, secret_arn FROM audit.secret_facts UNION SELECT s.secret_name, n.next_arn FROM audit.secrets AS s, audit.secrets AS n UNION SELECT secret_name || 'x', secret_arn FROM audit.secrets) AS a
		LEFT JOIN audit.secrets AS s ON s.secret_name = a.secret_name AND s.secret_arn = a.secret_arn
		CROSS JOIN LATERAL (SELECT cloudtrail_secret_of('audit.secrets', a.secret_name, a.secret_arn) AS found OFFSET 0) AS f};
like(sql($by_arn), qr/^[1-9]\d+ asked, [1-9]\d+ found, 0 differ$/, 'secrets by name and ARN, many in a query');
@single = split /\n/, sql(sprintf q{SELECT each_name FROM public.each_name(%s)}, "\$query\$$by_arn\$query\$");
is(scalar(grep { !/ 0 differ$/ } @single), 0, 'each looked up singly');
is(join("\n", map { sql("$by_arn WHERE split_part(a.secret_arn, ':', 5) = '$_'") =~ /^[1-9]\d+ asked, [1-9]\d* found, 0 differ$/ ? 'right' : $_ } split /\n/, sql('SELECT DISTINCT account_id FROM audit.secrets')), "right\nright\nright", 'an account in a query');

is(sql(q{SELECT count(*) > 20, count(cloudtrail_secret_of('audit.secrets', secret_name, 'x')), count(cloudtrail_secret_of('audit.secrets', secret_name, '')) FROM audit.secrets}), 't|0|0', 'what is no ARN is none of a secret');

# What looks like a full ARN: generated names that end as one does have theirs.
my $lookalikes = q{SELECT count(*) || ' asked, ' || count(*) FILTER (WHERE f.is) || ' are, ' || count(*) FILTER (WHERE f.is IS DISTINCT FROM EXISTS (SELECT FROM audit.secret_lookalikes AS l WHERE l.partial_arn = a.arn AND coalesce(l.secret_arn = a.secret_arn, a.secret_arn IS NULL))) || ' differ'
	FROM (SELECT secret_name, unnest(ARRAY[secret_arn, partial_arn, left(secret_arn, -7)]) AS arn, NULL AS secret_arn FROM audit.secret_facts UNION SELECT secret_name, unnest(ARRAY[partial_arn, left(secret_arn, -7)]), secret_arn FROM audit.secret_facts WHERE secret_arn IS NOT NULL
			UNION SELECT secret_name, partial_arn, 'arn:none' FROM audit.secret_facts) AS a
		CROSS JOIN LATERAL (SELECT cloudtrail_is_lookalike('audit.secret_lookalikes', a.arn, a.secret_arn) AS is OFFSET 0) AS f};
like(sql($lookalikes), qr/^[1-9]\d+ asked, [1-9]\d* are, 0 differ$/, 'lookalikes, many in a query');
@single = split /\n/, sql(sprintf q{SELECT each_name FROM public.each_name(%s)}, "\$query\$$lookalikes\$query\$");
is(scalar(grep { !/ 0 differ$/ } @single), 0, 'each looked up singly');
like(sql(q{SELECT count(*) || ' asked, ' || count(*) FILTER (WHERE f.is) || ' are, ' || count(*) FILTER (WHERE f.is IS DISTINCT FROM EXISTS (SELECT FROM audit.secret_updates AS u WHERE u.event_id = a.event_id AND u.account_id = a.account_id AND u.aws_region = a.aws_region)) || ' differ'
	FROM audit.secret_facts AS a CROSS JOIN LATERAL (SELECT cloudtrail_is_replaced('audit.secret_updates', a.event_id, a.account_id, a.aws_region) AS is OFFSET 0) AS f}), qr/^[1-9]\d+ asked, (?:[2-9]\d|1\d\d) are, 0 differ$/, 'records that a newer one replaces');

like(sql(q{SELECT count(*) || ' asked, ' || count(p.event_key) || ' are, ' || count(*) FILTER (WHERE (p.first_time, p.first_key, p.is_first, p.last_time) IS DISTINCT FROM ((f.found).first_time, (f.found).first_key, (f.found).is_first, (f.found).last_time)) || ' differ'
	FROM (SELECT event_time, event_key, item FROM audit.secret_facts UNION SELECT event_time, event_key, item + 1 FROM audit.secret_facts UNION SELECT event_time + interval '1 second', event_key, item FROM audit.secret_facts) AS a
		LEFT JOIN audit.secret_batch_pages AS p ON p.event_time = a.event_time AND p.event_key = a.event_key AND p.item = a.item
		CROSS JOIN LATERAL (SELECT cloudtrail_page_at('audit.secret_batch_pages', a.event_time, a.event_key, a.item) AS found OFFSET 0) AS f}), qr/^[1-9]\d+ asked, [1-9]\d* are, 0 differ$/, 'pages of batches');

# What is null is not found.
is(sql(q{SELECT cloudtrail_secret_at('audit.secrets', NULL, 'a', 'b', now()) IS NULL, cloudtrail_secret_of('audit.secrets', 'a', NULL) IS NULL, cloudtrail_is_lookalike('audit.secret_lookalikes', NULL), cloudtrail_is_lookalike(NULL, 'a'), cloudtrail_is_replaced('audit.secret_updates', NULL, 'a', 'b'),
	cloudtrail_is_replaced('audit.secret_updates', '', '', '')}), 't|t|f|f|f|f', 'of nulls nothing is known');
sql(q{CREATE VIEW public.updates AS SELECT NULL::text AS event_id, ''::text AS account_id, ''::text AS aws_region UNION ALL SELECT 'b', NULL, '' UNION ALL SELECT 'c', '', ''});
is(sql(q{SELECT string_agg(cloudtrail_is_replaced('updates', e, '', '')::text, ' ' ORDER BY e) FROM unnest('{"",a,b,c,d}'::text[]) AS e}), 'false false false true false', 'nor is a null an empty text');

# What is not such a view is refused.
for my $call (q{cloudtrail_secret_at('pg_class', 'a', 'b', 'c', now())}, q{cloudtrail_secret_of('pg_class', 'a', 'b')}, q{cloudtrail_is_lookalike('pg_class', 'a')}, q{cloudtrail_is_replaced('pg_class', 'a', 'b', 'c')},
	q{cloudtrail_page_at('pg_class', now(), '00000000-0000-4000-8000-000000000001', 0)})
{
	like(eval { sql("SELECT $call") } // $@, qr/column .* does not exist/, "$call is an error");
}
sql(q{CREATE VIEW public.numbers AS SELECT 1 AS event_id, 2 AS account_id, 3 AS aws_region, 4 AS partial_arn, 'a'::text AS secret_arn});
like(eval { sql(q{SELECT cloudtrail_is_replaced('numbers', 'a', 'b', 'c')}) } // $@, qr/column "event_id" is of type integer, not text/, 'columns of other types are an error');
sql('CREATE ROLE looks_up');
like(eval { sql(q{SET ROLE looks_up; SELECT cloudtrail_is_replaced(c.oid, 'x', 'y', 'z') FROM pg_class AS c WHERE relname = 'secret_updates'}) } // $@, qr/permission denied/, 'who may not read a trail is told nothing of it');
sql('DROP ROLE looks_up');

# A cursor is one query, however its rows are fetched; what it found is not kept for another.
sql(q{CREATE SEQUENCE public.times; CREATE VIEW public.counted AS SELECT event_id, account_id, aws_region FROM updates, nextval('times') AS n});
my $session = Session->new('-d', 'lookups');
$session->ask(q{BEGIN; DECLARE reading CURSOR FOR SELECT cloudtrail_is_replaced('counted', 'c', '', i::text) FROM generate_series(1, 100) AS i});
$session->ask('FETCH 10 FROM reading') for 1 .. 5;
my $once = sql(q{SELECT last_value FROM times});
cmp_ok($once, '<=', 3, 'a cursor looks once');
$session->ask(q{COMMIT; SELECT cloudtrail_is_replaced('counted', 'c', '', i::text) FROM generate_series(1, 100) AS i});
is(sql(q{SELECT last_value FROM times}), 2 * $once, 'another query looks again');
is($session->ask(q{CREATE FUNCTION public.changes() RETURNS text LANGUAGE plpgsql AS $$ DECLARE a boolean; b boolean; BEGIN
		a := cloudtrail_is_replaced('kept', 'n', '', ''); INSERT INTO kept VALUES ('n', '', ''); b := cloudtrail_is_replaced('kept', 'n', '', ''); RETURN a || ' ' || b; END $$;
	CREATE TABLE public.kept (event_id text, account_id text, aws_region text); SELECT public.changes(); DELETE FROM kept; SELECT public.changes()}) =~ tr/\n/ /r, 'false true false true', 'what a function has changed is seen');
done_testing();
