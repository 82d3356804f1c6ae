# A server that has Citus beside us: a trail works as on any other, and a table
# of events that is distributed over nodes answers conditions on these nodes.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Servers;

plan skip_all => 'the extension citus is not available here' unless sql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'});
my $folder = "$ENV{SERVER_FILES}/citus";
system("test/generator/generate --events 3000 --seed 96 --days 50 --accounts 3 --secrets 20 --stories 40 --format s3 --out $folder > /dev/null && chmod -R a+rX $folder") == 0 or die;

# What each table and view of a trail holds.
sub contents
{
	my @relations = split /\n/, sql(q{SELECT relation FROM cloudtrail_trail_relations() ORDER BY 1});
	return map { sql("SELECT '$_', count(*), md5(string_agg(r, chr(10) ORDER BY r)) FROM (SELECT (to_jsonb(v) - 'imported_at' - 'listed_at')::text AS r FROM trail.$_ AS v) AS x") } @relations;
}

my $fill = qq{SELECT cloudtrail_create_trail('trail'); UPDATE trail.settings SET as_of = '2024-04-01 00:00Z'; CALL cloudtrail_import_directory('trail', '$folder')};
new_database('citus');
sql($_) for split /; /, $fill;
my @expected = contents();

my @nodes = map { start_server(new_server("node$_", 5450 + $_, 'shared_preload_libraries' => 'citus')) } 0 .. 2;
sql_on($_, 'CREATE EXTENSION citus; CREATE EXTENSION cloudtrail') for @nodes;
my ($coordinator) = @nodes;
sql_on($coordinator, "SELECT citus_set_coordinator_host('$ENV{PGHOST}', $coordinator->{port})");
sql_on($coordinator, "SELECT citus_add_node('$ENV{PGHOST}', $_->{port})") for @nodes[ 1, 2 ];
local @ENV{qw(PGPORT PGDATABASE)} = ($coordinator->{port}, 'postgres');
use_database('postgres');
sql($_) for split /; /, $fill;
is_deeply([ contents() ], \@expected, 'a trail beside Citus holds and answers the same');

sql(q{CREATE TABLE spread (event_time timestamptz NOT NULL, event_key uuid NOT NULL, event cloudtrail_event NOT NULL, PRIMARY KEY (event_key, event_time));
	CREATE INDEX ON spread USING gin (event); SET citus.shard_count = 4; SELECT create_distributed_table('spread', 'event_key');
	INSERT INTO spread SELECT event_time, event_key, event FROM trail.raw_events});
is(sql('SELECT count(*) FROM spread'), 3000, 'events in a distributed table');
my @on_nodes = split /\n/, sql(q{SELECT result FROM run_command_on_shards('spread', 'SELECT count(*) FROM %s') ORDER BY 1});
cmp_ok(scalar(grep { $_ > 0 } @on_nodes), '>', 1, "shards have @on_nodes events");
like(sql(q{EXPLAIN (COSTS OFF, VERBOSE) SELECT count(*) FROM spread WHERE event @~ 'secretsmanager:*'}), qr/Custom Scan \(Citus Adaptive\).*@~/s, 'conditions are answered there');
is(sql(q{SELECT count(*) FROM spread WHERE event @~ 'secretsmanager:*'}), sql(q{SELECT count(*) FROM trail.raw_events WHERE event @~ 'secretsmanager:*'}), 'with the same answer');
stop_servers();
done_testing();
