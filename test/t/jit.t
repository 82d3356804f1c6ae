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
done_testing();
