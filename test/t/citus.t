# A trail on Citus: it has no triggers, its rows lie on other servers.  What that
# asks of a trail is tested on any server; Citus itself where it is installed.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Servers;

my $folder = "$ENV{SERVER_FILES}/citus";
system("test/data/generate --events 3000 --seed 96 --days 50 --accounts 3 --secrets 20 --stories 40 --format s3 --out $folder > /dev/null && chmod -R a+rX $folder") == 0 or die;

# Events that are noted, sums, and what some views say.
my @contents = (
	q{SELECT count(*), md5(string_agg(event::text, chr(10) ORDER BY event_time, event_key)) FROM TRAIL},
	q{SELECT count(*), md5(string_agg(s::text, chr(10) ORDER BY s::text)) FROM TRAIL_secrets AS s},
	q{SELECT sum(events), md5(string_agg(s::text, chr(10) ORDER BY s::text)) FROM TRAIL_activity AS s},
	q{SELECT sum(events), md5(string_agg(s::text, chr(10) ORDER BY s::text)) FROM TRAIL_actions AS s},
	q{SELECT count(*) FROM TRAIL_days});
my @views = qw(events secret_events secret_reads secrets secret_deletions secret_rotations access_denied action_activity_daily coverage);

# What a trail holds, and what its views say.
sub told
{
	my ($trail) = @_;
	return (
		(map { sql(s/TRAIL/$trail/gr) } @contents),
		(map { "$_: " . sql("SET jit = off; SELECT count(*), md5(string_agg(v::text, chr(10) ORDER BY v::text)) FROM audit_$trail.$_ AS v") } @views));
}

new_database('citus');
sql(q{SELECT cloudtrail_create_trail('usual'); SELECT cloudtrail_create_trail('bare'); SELECT cloudtrail_create_audit_views('usual', 'audit_usual'); SELECT cloudtrail_create_audit_views('bare', 'audit_bare');
	SELECT cloudtrail_drop_triggers('bare')});
is(sql(q{SELECT count(*) FROM pg_trigger WHERE tgrelid IN (SELECT relid FROM pg_partition_tree('bare'))}), 0, 'no trigger is left');
sql("CALL cloudtrail_import_directory('$_', '$folder')") for qw(usual bare);
is_deeply([ told('bare') ], [ told('usual') ], 'without triggers an import leaves the same');
is(sql(q{SELECT count(*) > 20 FROM bare_secrets}), 't', 'of which there is some');
sql(q{SELECT cloudtrail_import('bare', 'again', convert_to(string_agg(event::text, chr(10)), 'UTF8')) FROM usual});
is(sql(q{SELECT count(*) FROM bare_days}), 0, 'known events mark no day');
sql(q{SELECT cloudtrail_renew_trail('bare')});
is(sql(q{SELECT count(*) FROM pg_trigger WHERE tgrelid IN (SELECT relid FROM pg_partition_tree('bare'))}), 0, 'renewing brings no trigger back');
sql(q{DELETE FROM bare WHERE event_name(event) = 'Decrypt'; DELETE FROM usual WHERE event_name(event) = 'Decrypt'; SELECT cloudtrail_summarize('bare', true); SELECT cloudtrail_summarize('usual')});
is(sql($contents[3] =~ s/TRAIL/bare/gr), sql($contents[3] =~ s/TRAIL/usual/gr), 'all sums made anew after a change');
sql(q{SELECT cloudtrail_drop_trail('bare', true)});

SKIP:
{
	skip 'the extension citus is not available here', 1 unless sql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'});
	my @nodes = map { start_server(new_server("node$_", 5450 + $_, 'shared_preload_libraries' => 'citus')) } 0 .. 2;
	sql_on($_, 'CREATE EXTENSION citus; CREATE EXTENSION cloudtrail') for @nodes;
	my ($coordinator) = @nodes;
	sql_on($coordinator, "SELECT citus_set_coordinator_host('$ENV{PGHOST}', $coordinator->{port})");
	sql_on($coordinator, "SELECT citus_add_node('$ENV{PGHOST}', $_->{port})") for @nodes[ 1, 2 ];
	local @ENV{qw(PGPORT PGDATABASE)} = ($coordinator->{port}, 'postgres');
	use_database('postgres');
	sql(q{SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_create_audit_views('trail', 'audit_trail'); SELECT cloudtrail_drop_triggers('trail');
		SET citus.shard_count = 4; SELECT create_distributed_table('trail', 'event_key')});
	sql("CALL cloudtrail_import_directory('trail', '$folder')");
	is(sql('SELECT count(*) FROM trail'), 3000, 'an import into the trail of all nodes');
	my @on_nodes = split /\n/, sql(q{SELECT result FROM run_command_on_shards('trail', 'SELECT count(*) FROM %s') ORDER BY 1});
	cmp_ok(scalar(grep { $_ > 0 } @on_nodes), '>', 1, "shards have @on_nodes events");
	like(sql(q{SELECT result FROM run_command_on_placements('trail_default', $$SELECT string_agg(indexdef, ' ') FROM pg_indexes WHERE tablename = '%s'$$) LIMIT 1}), qr/USING gin/, 'each with an index of its own');
	like(sql(q{EXPLAIN (COSTS OFF, VERBOSE) SELECT count(*) FROM trail WHERE event @~ 'secretsmanager:*'}), qr/Custom Scan \(Citus Adaptive\).*@~/s, 'conditions are answered there');
	sql("CALL cloudtrail_import_directory('trail', '$folder')");
	is(sql('SELECT count(*) FROM trail'), 3000, 'a second import adds nothing');
	is(system("cloudtrail-load -q -j 2 --create loaded $folder") >> 8, 0, 'the client loads a trail');
	sql(q{SELECT cloudtrail_drop_triggers('loaded'); SELECT create_distributed_table('loaded', 'event_key')});
	is(sql($contents[0] =~ s/TRAIL/loaded/gr), sql($contents[0] =~ s/TRAIL/trail/gr), 'which is then distributed, with the same events');
	is(system("cloudtrail-load -q -j 2 loaded $folder") >> 8, 0, 'and loads into what is distributed');
	my @here = told('trail');
	use_database('citus');
	local @ENV{qw(PGPORT PGDATABASE)} = (5432, 'citus');
	sql(q{SELECT cloudtrail_create_trail('again'); SELECT cloudtrail_create_audit_views('again', 'audit_again')});
	sql("CALL cloudtrail_import_directory('again', '$folder')");
	my @there = told('again');
	is($here[$_], $there[$_], "the same as on one server: $_") for 0 .. $#there;
	stop_servers();
}
done_testing();
