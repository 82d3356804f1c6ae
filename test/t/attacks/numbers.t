# A caller of AWS writes 1e131071 nine thousand times into a record: nothing
# that reads it grows it, nor fails, and a reader under row-level security
# learns nothing of rows that are hidden.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('numbers');
my $numbers = join ',', ('1e131071') x 9000;
my $head = '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","recipientAccountId":"111122223333"';
my $hostile = "$head,\"requestParameters\":{\"secretId\":\"shop/db\",\"n\":[$numbers]},\"responseElements\":[$numbers],\"errorCode\":1e131071}";
cmp_ok(length $hostile, '<', 256 * 1024, 'AWS takes such a record');
server_file('record.json', $hostile);
sql(<<"SQL");
	CREATE TABLE event (id int, event cloudtrail_event);
	INSERT INTO event VALUES (1, pg_read_file('$ENV{SERVER_FILES}/record.json')::cloudtrail_event);
	INSERT INTO event VALUES (2, '$head,"requestParameters":{"a":1.0E5,"b":-0,"c":1e20,"d":1e21,"e":{"f":0.10}}}');
	ALTER TABLE event ENABLE ROW LEVEL SECURITY;
	CREATE POLICY visible ON event USING (id > 1);
	DROP ROLE IF EXISTS numbers_reader;
	CREATE ROLE numbers_reader;
	GRANT SELECT ON event TO numbers_reader;
SQL

# What reads the whole of it gives about as much as it is given.
for my $expression (
	q{event::text}, q{event::json::text}, q{event::jsonb::text}, q{(event -> 'responseElements')::text}, q{event ->> 'responseElements'},
	q{(event #> '{requestParameters,n}')::text}, q{event #>> '{requestParameters,n}'}, q{event #>> '{responseElements,-1}'}, q{event ->> 'errorCode'},
	q{request_parameters(event)::text}, q{response_elements(event)::text}, q{error_code(event)}, q{cloudtrail_compact(event)::text},
	q{(SELECT string_agg(r::text, '') FROM cloudtrail_records(event) AS r)}, q{(SELECT string_agg(r.event::text, '') FROM cloudtrail_records(event::jsonb) AS r)})
{
	my ($length, $limit) = split /\|/, sql("SELECT octet_length($expression), 4 * octet_length(event::text) FROM event WHERE id = 1");
	cmp_ok($length, '<', $limit, $expression);
}
is(sql(q{SELECT event @> '{"errorCode": "1e131071"}', event @> '{"responseElements": ["1e131071"]}', event @> jsonb_build_object('errorCode', 1e20), event @> '{"requestParameters":{"n":[1]}}' FROM event WHERE id = 1}),
	't|t|f|f', '@> takes such a number for a string, as jsonb does');

# jsonb that was made elsewhere holds the numbers as such.
sql(qq{CREATE TABLE raw AS SELECT pg_read_file('$ENV{SERVER_FILES}/record.json')::jsonb AS raw});
is(sql('SELECT event_name(raw), secret_arn(raw), event_time(raw) FROM raw'), 'GetSecretValue||2024-05-01 12:00:00+00', 'accessors on jsonb');
is(sql('SELECT octet_length(raw::cloudtrail_event::text) < 400000, (SELECT count(*) FROM cloudtrail_events(raw)) FROM raw'), 't|1', 'its cast to an event');
sql('CREATE INDEX ON raw (event_name(raw)); CREATE INDEX ON raw (secret_arn(raw)); INSERT INTO raw SELECT * FROM raw');
pass('an index on it');
is(sql(q{SELECT (('{"eventTime":"2024-05-01T12:00:00Z","a":[1,[],{},{"b":[true,null,"x\\u0001\\"",1.50]}],"n":' || n || '}')::jsonb::cloudtrail_event -> 'a')::text FROM unnest('{1,1e300}'::text[]) AS n}),
	join("\n", ('[1, [], {}, {"b": [true, null, "x\\u0001\\"", 1.50]}]') x 2), 'and the rest of it stays what it was');

# As they are written, whatever jsonb makes of them.
is(sql(q{SELECT string_agg(event #>> ARRAY['requestParameters', k], ' ' ORDER BY k) FROM event, unnest('{a,b,c,d,e}'::text[]) AS k WHERE id = 2}), '1.0E5 -0 1e20 1e21 {"f":0.10}', 'numbers as they are written');
is(sql(q{SELECT event -> 'requestParameters' FROM event WHERE id = 2}), '{"a": 100000, "b": 0, "c": 100000000000000000000, "d": "1e21", "e": {"f": 0.10}}', 'in jsonb those with a large exponent are strings');

# The hidden row is asked, if at all, by what cannot fail.
for my $condition (
	q{event ->> 'errorCode' = 'x'}, q{event #>> '{responseElements,0}' = 'x'}, q{(event -> 'responseElements')::text = 'x'}, q{event::jsonb::text = 'x'}, q{event @> '{"responseElements":[1]}'},
	q{length(event::text) = 1}, q{cloudtrail_integer(event ->> 'errorCode') = 1})
{
	is(eval { sql("SET ROLE numbers_reader; SELECT count(*) FROM event WHERE $condition") } // $@, 0, "a reader asks: $condition");
}
# A reader who has little stack left is told the same, deep or not, by what is leakproof.
is(sql(q{SELECT string_agg(p.oid::regprocedure::text, ' ') FROM pg_depend AS d JOIN pg_proc AS p ON p.oid = d.objid
	WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND d.classid = 'pg_proc'::regclass AND p.proleakproof AND p.prorettype = 'jsonb'::regtype}), '', 'nothing that makes jsonb is called leakproof');
is(sql(<<'SQL'), 'f|t', 'a query nests as deeply as any record');
	WITH deep AS (SELECT ('{"eventTime":"2024-05-01T12:00:00Z","a":' || repeat('[', 1900) || '1' || repeat(']', 1900) || '}')::cloudtrail_event AS event)
	SELECT event @> ('{"a":' || repeat('[', 1900) || '2' || repeat(']', 1900) || '}')::jsonb, event @> ('{"a":' || repeat('[', 1900) || '1' || repeat(']', 1900) || '}')::jsonb FROM deep
SQL
sql('RESET ROLE; DROP OWNED BY numbers_reader; DROP ROLE numbers_reader');
done_testing();
