# What the labels of functions promise is true: each function that is IMMUTABLE
# gives the same under any settings, with functions and operators of another
# schema before those of PostgreSQL; none that is LEAKPROOF fails, whatever its
# arguments; and none calls a function of a weaker label.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $server = $ENV{SERVER_FILES};
new_database('labels');
system("test/generator/generate --events 60 --seed 71 --hostile 60 > $server/labels.ndjson && test/generator/generate --events 20 --seed 72 --format lookup > $server/labels.lookup && chmod a+r $server/labels.*") == 0 or die;

# Arguments of each type, as text.  Those of one type are tried with all of the others, as far as there are few.
sql(<<"SQL");
	CREATE TABLE line (n int GENERATED ALWAYS AS IDENTITY, v text);
	COPY line (v) FROM '$server/labels.ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');
	CREATE TABLE argument (type text, n int GENERATED ALWAYS AS IDENTITY, v text);
	INSERT INTO argument (type, v) SELECT 'cloudtrail_event', v FROM line ORDER BY n;
	INSERT INTO argument (type, v) SELECT t, v FROM line, unnest('{text,json,cstring}'::text[]) AS t WHERE n % 5 = 0 ORDER BY n;
	INSERT INTO argument (type, v) SELECT 'jsonb', v::cloudtrail_event::jsonb::text FROM line WHERE n % 5 = 1 ORDER BY n;
	INSERT INTO argument (type, v) SELECT 'text', unnest(ARRAY['', ' ', '{', '{}', '[]', 'eventTime', 'requestParameters', 'no such', E'\\u00e9\\u20ac', '1', '2024-01-01T00:00:00Z', 'May 3, 2018 5:51:02 PM', '12/11/10', '01.02.2003 04:05',
		'1714561862', '1e9', 'infinity', 'now', 'AccessDenied', '111122223333', 'User: x is not authorized to perform: s3:GetObject because no resource-based policy allows it', '{"Statement":[{"Effect":"Allow","Principal":"*"}]}', '<&">']);
	INSERT INTO argument (type, v) SELECT t, v FROM unnest('{json,jsonb,cstring}'::text[]) AS t, unnest('{"{}",[],1,null,"\\"\\"","{\\"a\\":[{\\"b\\":1e400},{}]}","{\\"eventTime\\":\\"infinity\\"}","[{\\"eventTime\\":1}]","{\\"userIdentity\\":{\\"type\\":null}}"}'::text[]) AS v;
	INSERT INTO argument (type, v) SELECT 'jsonb', repeat('[', 3000) || repeat(']', 3000);
	INSERT INTO argument (type, v) SELECT 'text[]', unnest(ARRAY['{}', '{NULL}', '{requestParameters}', '{requestParameters,secretId}', '{resources,0,ARN}', '{resources,-1}', '{resources,99999999999999999999}', '{a,NULL,b}', '{{a,b},{c,d}}', '{"","","",""}', '{eventTime,x}']);
	INSERT INTO argument (type, v) SELECT 'text[]', array_fill('a'::text, '{3000}')::text;
	INSERT INTO argument (type, v) SELECT 'cloudtrail_action', unnest(ARRAY['*', 's3:*', '*:Delete*', '?*:?????*', 'secretsmanager:GetSecretValue', '*a*b*c*d*e*f*g*:*', repeat('*?', 200) || ':*']);
	INSERT INTO argument (type, v) SELECT 'cloudtrail_secret', unnest(ARRAY['db', 'prod/db', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf', repeat('x', 500)]);
	INSERT INTO argument (type, v) SELECT 'bytea', unnest(ARRAY['', '\\x00', '\\x1f8b', '\\x28b52ffd', encode(pg_read_binary_file('$server/labels.lookup'), 'escape'), pg_read_binary_file('$server/labels.ndjson')::text]);
	INSERT INTO argument (type, v) SELECT 'bigint', unnest('{0,-1,9223372036854775807}'::text[]);
	INSERT INTO argument (type, v) SELECT 'boolean', unnest('{t,f}'::text[]);
	INSERT INTO argument (type, v) SELECT 'oid', unnest('{0,4294967295}'::text[]);
	INSERT INTO argument (type, v) SELECT 'smallint', unnest('{0,-1}'::text[]);
	INSERT INTO argument (type, v) SELECT 'timestamp with time zone', unnest('{2024-01-31T12:00:00Z,2000-02-29T23:59:59.999Z,infinity,-infinity}'::text[]);
	INSERT INTO argument (type, v) SELECT 'cloudtrail_event[]', unnest(ARRAY['{}', '{NULL}', ARRAY(SELECT v::cloudtrail_event FROM line WHERE n < 20)::text]);

	-- What a call gives, to the last bit, or the error it ends with.
	CREATE FUNCTION outcome(call text) RETURNS text LANGUAGE plpgsql AS \$\$
	DECLARE
		result text;
	BEGIN
		EXECUTE pg_catalog.format('SELECT pg_catalog.string_agg(pg_catalog.encode(pg_catalog.record_send(ROW(r)), ''hex''), '','') FROM %s AS r', call) INTO result;
		RETURN result;
	EXCEPTION WHEN OTHERS THEN
		RETURN pg_catalog.format('ERROR %s %s', SQLSTATE, SQLERRM);
	END \$\$;

	-- What shadows PostgreSQL's own, for whoever names these without their schema.
	CREATE SCHEMA shadow;
	DO \$\$
	DECLARE
		f record;
	BEGIN
		FOR f IN SELECT DISTINCT proname, pg_catalog.pg_get_function_identity_arguments(oid) AS arguments, prorettype::regtype AS result
			FROM pg_catalog.pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND NOT proretset AND provariadic = 0
				AND proname IN ('lower', 'upper', 'replace', 'substr', 'substring', 'regexp_replace', 'regexp_match', 'starts_with', 'left', 'right', 'length', 'strpos', 'split_part', 'translate',
					'chr', 'ascii', 'array_to_string', 'cardinality', 'quote_ident', 'quote_literal', 'textcat', 'to_char', 'array_position', 'concat')
		LOOP
			EXECUTE pg_catalog.format('CREATE FUNCTION shadow.%I(%s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN RAISE ''''shadowed''''; END''', f.proname, f.arguments, f.result);
		END LOOP;
		FOR f IN SELECT oprname, oprleft::regtype AS l, oprright::regtype AS r, oprcode, oprresult::regtype AS result FROM pg_catalog.pg_operator
			WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprleft IN ('text'::regtype, 'text[]'::regtype, 'anyarray'::regtype) AND oprname IN ('=', '<>', '||', '~', '!~', '~~', '!~~', '\@>')
		LOOP
			EXECUTE pg_catalog.format('CREATE FUNCTION shadow.%I(%s, %s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN RAISE ''''shadowed''''; END''', 'operator ' || f.oprname, f.l, f.r, CASE WHEN f.result = 'anycompatiblearray'::regtype THEN 'text[]' ELSE f.result::text END);
			EXECUTE pg_catalog.format('CREATE OPERATOR shadow.%s (FUNCTION = shadow.%I, LEFTARG = %s, RIGHTARG = %s)', f.oprname, 'operator ' || f.oprname, f.l, f.r);
		END LOOP;
	END \$\$;
SQL

my %settings = (
	'other formats' => q{SET timezone = 'Asia/Kathmandu'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard'; SET bytea_output = 'escape'; SET extra_float_digits = -15; 
		SET xmloption = 'document'; SET lc_messages = 'C'; SET lc_numeric = 'C'; SET lc_time = 'C'; SET row_security = off; SET search_path = pg_catalog;},
	'American formats' => q{SET timezone = 'America/St_Johns'; SET datestyle = 'Postgres, MDY'; SET search_path = '';},
	'shadows before' => q{SET search_path = shadow, public, pg_catalog;},
);

my @functions = map { my ($name, $types, $leakproof, $strict, $variadic) = split /\|/; { name => $name, types => [ split /,/, $types ], leakproof => $leakproof eq 't', strict => $strict eq 't', variadic => $variadic eq 't' } } split /\n/, sql(q{
	SELECT quote_ident(p.proname), (SELECT string_agg(format_type(t, NULL), ',' ORDER BY n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)), p.proleakproof, p.proisstrict, p.provariadic <> 0
	FROM pg_depend AS d JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND d.deptype = 'e'
		AND p.provolatile = 'i' AND NOT 'internal'::regtype = ANY (p.proargtypes) ORDER BY p.oid::regprocedure::text});
cmp_ok(scalar @functions, '>', 150, 'immutable functions that SQL can call: ' . @functions);
my ($leakproof, $failing, $calls) = (0, 0, 0);
for my $function (@functions)
{
	my @types = @{ $function->{types} };
	my $signature = "$function->{name}(@types)";

	# Few values of each type, where there is more than one argument.
	my @rows = map { sprintf q{(SELECT * FROM (SELECT v FROM public.argument WHERE type = '%s' ORDER BY md5(v) LIMIT %s) AS x %s) AS a%d (v)},
		$types[$_], @types > 1 ? 14 : 'ALL', $function->{strict} ? '' : 'UNION ALL SELECT NULL', $_ } 0 .. $#types;
	my @arguments = map { "%L::" . (/^cloudtrail/ ? "public.$_" : $_) } @types;
	$arguments[-1] = "VARIADIC $arguments[-1]" if $function->{variadic};
	my $call = sprintf q{pg_catalog.format('public.%s(%s)'%s)}, $function->{name}, join(', ', @arguments), join('', map { ", a$_.v" } 0 .. $#types);
	sql(sprintf q{DROP TABLE IF EXISTS public.call; CREATE TABLE public.call AS SELECT %s AS call%s}, $call, @rows ? ' FROM ' . join ', ', @rows : '');
	my $outcomes = q{SELECT count(*), count(*) FILTER (WHERE pg_catalog.starts_with(o, 'ERROR ')), pg_catalog.md5(pg_catalog.string_agg(coalesce(o, '-'), '|' ORDER BY call COLLATE "C")), pg_catalog.min(o) FILTER (WHERE pg_catalog.starts_with(o, 'ERROR '))
		FROM (SELECT call, public.outcome(call) AS o FROM public.call OFFSET 0) AS x};
	my ($expected, @others) = split /\n/, sql(join ' ', map { "RESET ALL; $_; $outcomes;" } q{SET timezone = 'UTC'}, map { $settings{$_} } sort keys %settings);
	my ($count, $errors, undef, $error) = split /\|/, $expected;
	$calls += $count;
	$failing++ if $errors;
	ok(!$errors || !$function->{leakproof}, "$signature: leakproof, it fails for none of $count arguments") or diag($error);
	cmp_ok($count, '>', 0, "$signature: is called");
	is(shift @others, $expected, "$signature: the same with $_") for sort keys %settings;
	$leakproof++ if $function->{leakproof};
}
cmp_ok($leakproof, '>', 120, "$leakproof of them are leakproof");
cmp_ok($failing, '>', 10, "$failing others can fail, which is found out");
diag("$calls calls") if $ENV{VERBOSE};

# Functions whose body PostgreSQL knows do not rest on functions of weaker labels.
is(sql(q{SELECT p.oid::regprocedure, q.oid::regprocedure
	FROM pg_depend AS e JOIN pg_proc AS p ON e.classid = 'pg_proc'::regclass AND e.objid = p.oid
		JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass JOIN pg_proc AS q ON q.oid = d.refobjid
	WHERE e.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND e.deptype = 'e'
		AND (position(p.provolatile IN 'isv') < position(q.provolatile IN 'isv') OR position(p.proparallel IN 'sru') < position(q.proparallel IN 'sru') OR p.proleakproof > q.proleakproof)
		AND q.oid <> p.prosupport}),
	'', 'none calls a function of a weaker label');
done_testing();
