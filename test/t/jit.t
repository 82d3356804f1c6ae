# Queries that PostgreSQL compiles just in time give what they give otherwise.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('jit');
if (sql('SELECT pg_jit_available()') ne 't')
{
	plan skip_all => 'this server cannot compile';
}
my $always = 'SET jit = on; SET jit_above_cost = 0; SET jit_inline_above_cost = 0; SET jit_optimize_above_cost = 0;';
sql(q{CREATE TABLE trail (event cloudtrail_event);
	INSERT INTO trail VALUES ('{"eventTime":"2024-01-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","readOnly":true}')});

# A symbol that is also one of the server's own is confused with it, and the server dies.
for my $function (split /\n/, sql(q{SELECT proname FROM pg_proc WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')
	AND pronargs = 1 AND proargtypes[0] = 'cloudtrail_event'::regtype AND NOT proretset ORDER BY 1}))
{
	my $query = "SELECT event::text, $function(event)::text FROM trail WHERE $function(event) IS NULL OR $function(event) IS NOT NULL";
	is(eval { sql("$always $query") } // $@, sql("SET jit = off; $query"), "$function, compiled");
}

# Statements over a trail are not compiled, whatever they cost, be they the first of their session.
sql(q{SELECT cloudtrail_create_trail('audit');
	CREATE TABLE numbers AS SELECT i FROM generate_series(1, 10) AS i});
my $compiled = qr/^JIT:/m;
for my $view (split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v' ORDER BY 1}))
{
	my $functions = sql("$always EXPLAIN SELECT * FROM audit.$view") =~ /^ *Functions: (\d+)/m ? $1 : 0;
	cmp_ok($functions, '<', 60, "$view in a new session: $functions functions compiled");
	unlike(sql("$always SELECT cloudtrail_version(); EXPLAIN SELECT * FROM audit.$view"), $compiled, "$view: not compiled");
	next if $view eq 'secret_call_kinds';	# has nothing to compile
	like(sql("$always SET cloudtrail.jit = on; SELECT cloudtrail_version(); EXPLAIN SELECT * FROM audit.$view"), $compiled, "$view: compiled on demand");
}
unlike(sql("$always SELECT cloudtrail_version(); EXPLAIN SELECT * FROM numbers, audit.secret_facts"), $compiled, 'nor is a join of another table with one of a trail');
like(sql("$always SELECT cloudtrail_version(); EXPLAIN SELECT * FROM numbers WHERE i > 1"), $compiled, 'other statements are');
is(sql("$always SELECT cloudtrail_version(); PREPARE facts AS SELECT count(*) FROM audit.secret_facts; SET plan_cache_mode = force_generic_plan; "
	. "EXPLAIN EXECUTE facts; SET cloudtrail.jit = on; EXPLAIN EXECUTE facts") =~ tr/J//, 1, 'a plan that is kept is compiled if it is asked for later');

# Nor are those over log files, be they the first of their session.
mkdir "$ENV{SERVER_FILES}/jit" or die $!;
sql(qq{CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw; CREATE SCHEMA files;
	IMPORT FOREIGN SCHEMA "$ENV{SERVER_FILES}/jit" FROM SERVER log_files INTO files});
my $files = 'EXPLAIN SELECT event_name, count(*) FROM files.events GROUP BY 1';
unlike(sql("$always $files"), $compiled, 'a statement over log files: not compiled');
like(sql("$always SET cloudtrail.jit = on; $files"), $compiled, 'a statement over log files: compiled on demand');
like(sql("$always SELECT cloudtrail_version(); DROP EXTENSION cloudtrail CASCADE; CREATE TABLE raw_events (event text); EXPLAIN SELECT * FROM raw_events WHERE event > ''"),
	$compiled, 'a library whose extension is gone leaves all alone');
done_testing();
