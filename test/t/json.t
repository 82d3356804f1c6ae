# The operators on events give what they give on event::jsonb, and as text what
# the record has there: over generated events, hostile ones among them, and real
# ones where CLOUDTRAIL_CORPUS names a folder of logs.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('json');

# Wraps a value so that a record which has it at a path contains the result.
sql(q{
CREATE FUNCTION wrap(doc jsonb, path text[], value jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	FOR i IN REVERSE cardinality(path) .. 1 LOOP
		value := CASE jsonb_typeof(doc #> path[: i - 1]) WHEN 'array' THEN jsonb_build_array(value)
			ELSE jsonb_build_object(path[i], value) END;
	END LOOP;
	RETURN value;
END $$;

-- Another value that may or may not be contained where the first is.
CREATE FUNCTION altered(value jsonb, way int) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE way
		WHEN 0 THEN '{}'
		WHEN 1 THEN '[]'
		WHEN 2 THEN 'null'
		WHEN 3 THEN to_jsonb(value #>> '{}')
		WHEN 4 THEN to_jsonb(upper(value #>> '{}'))
		WHEN 5 THEN to_jsonb((value #>> '{}') || 'x')
		WHEN 6 THEN jsonb_build_array(value)
		WHEN 7 THEN jsonb_build_object('x', value)
		WHEN 8 THEN CASE WHEN value #>> '{}' ~ '^-?[0-9]{1,20}(\.[0-9]{1,20})?$' THEN to_jsonb((value #>> '{}')::numeric + 0.000) ELSE '0' END
		WHEN 9 THEN CASE jsonb_typeof(value) WHEN 'object' THEN (SELECT jsonb_object_agg(key, v) FROM (SELECT key, value FROM jsonb_each(value) LIMIT 2) AS e(key, v))
			WHEN 'array' THEN jsonb_build_array(value -> 0, value -> -1) ELSE 'true' END
		WHEN 10 THEN to_jsonb(left(value #>> '{}', -1))
		ELSE value
	END
$$;

-- How many events answer a query otherwise than their jsonb, by both operators.
CREATE FUNCTION differing(source regclass, query jsonb, OUT differing bigint, OUT contained bigint) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT count(*) FILTER (WHERE event @> $1 IS DISTINCT FROM doc @> $1 OR $1 <@ event IS DISTINCT FROM doc @> $1),
		count(*) FILTER (WHERE event @> $1) FROM %s', source) INTO differing, contained USING query;
END $$;
});

# Whether a text is what a record has where its jsonb has a value.
sql(q{
CREATE FUNCTION is_written(text text, value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE jsonb_typeof(value)
		WHEN 'string' THEN text = value #>> '{}'
		WHEN 'number' THEN text::numeric = (value #>> '{}')::numeric
		WHEN 'object' THEN (('{"eventTime":"2024-05-01T12:00:00Z","x":' || text || '}')::cloudtrail_event -> 'x')::text = value::text
		WHEN 'array' THEN (('{"eventTime":"2024-05-01T12:00:00Z","x":' || text || '}')::cloudtrail_event -> 'x')::text = value::text
		WHEN 'boolean' THEN text = value::text
		ELSE text IS NULL
	END
$$});

# Tests all operators over a table of (n, event, doc), doc being event::jsonb.
sub operators_agree
{
	my ($table) = @_;

	# Every place in every record, with its subscripts from both ends.
	sql(qq{
CREATE TABLE ${table}_node AS
	WITH RECURSIVE node (n, path, backwards, value) AS (
		SELECT n, '{}'::text[], '{}'::text[], doc FROM $table
	UNION ALL
		SELECT node.n, node.path || member.key, node.backwards || member.backwards, member.value
		FROM node, LATERAL (
			SELECT key, key AS backwards, e.value FROM jsonb_each(CASE jsonb_typeof(node.value) WHEN 'object' THEN node.value ELSE '{}' END) AS e
		UNION ALL
			SELECT (o - 1)::text, (o - 1 - jsonb_array_length(node.value))::text, e.value
			FROM jsonb_array_elements(CASE jsonb_typeof(node.value) WHEN 'array' THEN node.value ELSE '[]' END) WITH ORDINALITY AS e (value, o)
			WHERE o <= 10 OR o > jsonb_array_length(node.value) - 3) AS member
		WHERE cardinality(node.path) < 25)
	SELECT n, path, backwards FROM node;
ANALYZE ${table}_node});
	cmp_ok(sql("SELECT count(*) FROM ${table}_node"), '>', 10 * sql("SELECT count(*) FROM $table"), "$table: places in records");
	for my $path ('path', 'backwards', q{path || '0'::text}, q{path || '-1'::text}, q{path || 'x'::text}, q{path || ''::text},
		q{path[: cardinality(path) - 1] || '1'::text}, q{path[: cardinality(path) - 1] || upper(path[cardinality(path)])},
		q{path[: cardinality(path) - 1] || (' +' || path[cardinality(path)])}, q{path[2 :]}, q{path || NULL::text})
	{
		is(sql("SELECT count(*) FROM ${table}_node JOIN $table USING (n) WHERE (event #> ($path))::text IS DISTINCT FROM (doc #> ($path))::text OR is_written(event #>> ($path), doc #> ($path)) IS NOT true"),
			0, "$table: #> and #>> by $path");
	}

	# Paths of one record in others, and every member's name in all records.
	is(sql("SELECT count(*) FROM (SELECT DISTINCT path FROM ${table}_node ORDER BY path LIMIT 100000) AS p, LATERAL (SELECT * FROM $table WHERE n % 97 = abs(hashtext(path::text)) % 97) AS t
			WHERE (event #> path)::text IS DISTINCT FROM (doc #> path)::text OR is_written(event #>> path, doc #> path) IS NOT true"),
		0, "$table: #> and #>> by paths of other records");
	sql("CREATE TABLE ${table}_key AS SELECT DISTINCT unnest(path) AS key FROM ${table}_node ORDER BY 1 LIMIT 20000");
	is(sql("SELECT count(*) FROM ${table}_node JOIN $table USING (n) WHERE cardinality(path) = 1
			AND ((event -> path[1])::text IS DISTINCT FROM (doc -> path[1])::text OR is_written(event ->> path[1], doc -> path[1]) IS NOT true)"),
		0, "$table: -> and ->> by each member");
	is(sql("SELECT count(*) FROM ${table}_key, LATERAL (SELECT * FROM $table WHERE n % 53 = abs(hashtext(key)) % 53) AS t
			WHERE (event -> key)::text IS DISTINCT FROM (doc -> key)::text OR is_written(event ->> key, doc -> key) IS NOT true"),
		0, "$table: -> and ->> by any key");

	# Queries made of the records: single places as they are and altered, and
	# several of one record together.
	sql(qq{
CREATE TABLE ${table}_query AS
	WITH sampled AS (
		SELECT n, doc, path, abs(hashtext(n || path::text)) AS h
		FROM ${table}_node JOIN $table USING (n) WHERE cardinality(path) > 0 ORDER BY hashtext(path::text || n) LIMIT 1600),
	single AS (SELECT n, h, wrap(doc, path, altered(doc #> path, h % 14)) AS query FROM sampled)
	SELECT query FROM single
	UNION SELECT wrap(doc, path, doc #> path) FROM sampled
	UNION SELECT (doc -> 'userIdentity') || single.query FROM single JOIN $table USING (n) WHERE jsonb_typeof(doc -> 'userIdentity') = 'object' AND h % 7 = 0
	UNION SELECT jsonb_build_object('userIdentity', doc #> '{userIdentity}', 'eventName', doc -> 'eventName') || single.query FROM single JOIN $table USING (n) WHERE h % 3 = 0
	UNION SELECT jsonb_build_object('awsRegion', doc -> 'awsRegion', 'eventSource', doc -> 'eventSource') || single.query FROM single JOIN $table USING (n) WHERE h % 3 = 1
	UNION SELECT doc - single.query FROM (SELECT n, ARRAY(SELECT jsonb_object_keys(query)) AS query FROM single WHERE h % 11 = 0) AS single JOIN $table USING (n)
	UNION SELECT jsonb_build_object('resources', jsonb_build_array(jsonb_build_object('ARN', doc #> '{resources,0,ARN}'))) FROM $table WHERE doc #> '{resources,0,ARN}' IS NOT NULL
	UNION VALUES ('{}'::jsonb), ('[]'), ('1'), ('"eventName"'), ('null'), ('[{}]');
CREATE TABLE ${table}_some AS SELECT * FROM $table ORDER BY hashint4(n) LIMIT 400;
CREATE TABLE ${table}_result AS SELECT query, d.* FROM ${table}_query, differing('${table}_some', query) AS d});
	my ($queries, $contained) = split /\|/, sql("SELECT count(*), count(*) FILTER (WHERE contained > 0) FROM ${table}_result");
	cmp_ok($contained, '>', 100, "$table: $queries queries, $contained of them contained in some of the events asked");
	is(sql("SELECT query FROM ${table}_result WHERE differing > 0 LIMIT 5"), '', "$table: @> and <@ agree");
	is(sql("SELECT count(*) FROM ${table}_some AS t, LATERAL (SELECT query FROM ${table}_query WHERE abs(hashtext(query::text)) % 41 = n % 41) AS q WHERE event @> query IS DISTINCT FROM doc @> query"),
		0, "$table: the same where the query changes from row to row");
}

my $ndjson = "$ENV{SERVER_FILES}/events.ndjson";
system("test/generator/generate --events 2000 --seed 23 --hostile 30 > $ndjson") == 0 or die;
sql("CREATE TABLE line (n int GENERATED ALWAYS AS IDENTITY, event cloudtrail_event);
	COPY line (event) FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');
	CREATE TABLE generated AS SELECT n, event, event::jsonb AS doc FROM line");
operators_agree('generated');

# Values that were never stored take no header.
is(sql("SELECT count(*) FROM (SELECT cloudtrail_unpack(pg_read_binary_file('$ndjson')) AS event OFFSET 0) AS t,
		(SELECT query FROM generated_query ORDER BY hashtext(query::text) LIMIT 50) AS q
		WHERE event @> query IS DISTINCT FROM event::jsonb @> query"), 0, 'transient events');

# Records of odd parts: repeated keys at every depth, texts that read like
# other values, numbers written in several ways.
sql(q{
CREATE TABLE odd_line AS
	WITH part AS (SELECT ARRAY['"12"', '12', '12.0', '1.2E1', 'true', '"true"', 'null', '""', '{"a":1}', '"{\\"a\\":1}"', '"{\\"a\\": 1}"', '[1]', '"[1]"', '"x\u0000"', '"x\\ufffd"',
		'{"b":1,"b":{"c":[1,2]}}', '{"b":{"c":3},"b":2}', '{"b":{"c":{"d":1}},"\u0062":{"c":{"e":"f"}}}', '[[1],{"b":-0.0,"b":0}]', '1e999999', '"1e999999"', '-0', '1E5', '100000', '1e21', '1E-21', '"1e21"', '1e20', '100000000000000000000',
		'{"ARN":"q","arn":"r"}', '{"arn":"q"}', '{"type":"q","type":"r","a":{}}', '{"\u0074ype":"r"}', '{}', '[]', '[{},{"ARN":"q"}]', '-1e-999999', '"-1e-999999"', '0.10'] AS parts)
	SELECT n, format('{"eventTime":"2024-05-01T12:00:00Z","x":%s,"awsRegion":%s,"x":%s,"errorCode":%s,"userIdentity":%s,"eventName":%s,"userIdentity":{"type":%s,"sessionContext":%s},"x":{"y":%s,"z":%s,"y":%s},"resources":[%s,%s]}',
		VARIADIC ARRAY(SELECT parts[abs(hashint8(n * 100 + i)) % cardinality(parts) + 1] FROM generate_series(1, 13) AS i ORDER BY i))::cloudtrail_event AS event
	FROM part, generate_series(1, 500) AS n;
CREATE TABLE odd AS SELECT n, event, event::jsonb AS doc FROM odd_line});
operators_agree('odd');

SKIP:
{
	skip 'CLOUDTRAIL_CORPUS is unset', 1 unless $ENV{CLOUDTRAIL_CORPUS};
	my $files = join ',', corpus_files();
	sql("CREATE TABLE real AS SELECT row_number() OVER ()::int AS n, event, event::jsonb AS doc
		FROM unnest('{$files}'::text[]) AS path, cloudtrail_parse(pg_read_binary_file(path)) AS item WHERE event IS NOT NULL");
	operators_agree('real');
}

done_testing();
