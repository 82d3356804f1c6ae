# Parallel plans give what serial ones give: every function of an event, every
# operator, records of log files, and the views for auditors.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
my $many = 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0;
	SET parallel_leader_participation = off;';
my $none = 'SET max_parallel_workers_per_gather = 0;';

# Each plan, wherever it can be, is run in a worker.
my $forced = sql('SHOW server_version_num') >= 160000 ? 'debug_parallel_query' : 'force_parallel_mode';

new_database('parallel');
system("test/generator/generate --events 3000 --seed 81 --hostile 5 --stories 30 > $folder/events.ndjson && mkdir -p $folder/logs && test/generator/generate --events 400 --seed 82 --format s3 --events-per-file 40 --out $folder/logs > /dev/null && chmod -R a+rX $folder") == 0 or die;
sql(qq{CREATE TABLE events (event cloudtrail_event);
	COPY events FROM '$folder/events.ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');
	CREATE TABLE old (raw text, j json, jb jsonb); INSERT INTO old SELECT event::text, event::json, event::jsonb FROM events;
	CREATE TABLE secrets (secret cloudtrail_secret); INSERT INTO secrets SELECT DISTINCT secret_arn(event)::cloudtrail_secret FROM events WHERE secret_arn(event) ~ '^arn:aws:secretsmanager:[-a-z0-9]+:\\d{12}:secret:[-a-zA-Z0-9/]+\$';
	CREATE TABLE files (name text, log bytea); INSERT INTO files SELECT format('%s', n), pg_read_binary_file(f)
		FROM (WITH RECURSIVE tree (path) AS (SELECT '$folder/logs' UNION ALL SELECT path || '/' || f FROM tree, LATERAL pg_ls_dir(path, true, false) AS f WHERE path !~ '\\.gz\$')
			SELECT path, row_number() OVER (ORDER BY path) FROM tree WHERE path ~ '\\.gz\$') AS x (f, n);
	INSERT INTO files SELECT name || n, log FROM files, generate_series(1, 20) AS n;
	ANALYZE});

# How many values there are, and a sum over them, to which each worker can add
# its part: an ordered list would be made by the leader, of events.
sub sum_of { return "count($_[0]), sum(hashtextextended(($_[0])::text, 0))" }

# Tests that workers did a query, and that it gives the same without them.
sub same
{
	my ($name, $query) = @_;
	my $plan = sql("$many EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $query");
	my ($launched) = $plan =~ /Workers Launched: (\d+)/;
	is(sql("$many $query"), sql("$none $query"), "$name: the same from workers");
	is(sql("SET $forced = on; $query"), sql("$none $query"), "$name: and from a worker alone");
	ok($launched, "$name: there were some") or diag($plan);
}

same("$_(event)", "SELECT " . sum_of("$_(event)") . " FROM events")
	for split /\n/, sql(q{SELECT quote_ident(proname) FROM pg_proc WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'c') AND proparallel = 's' AND NOT proretset
		AND pronargs = 1 AND proargtypes[0] = 'cloudtrail_event'::regtype AND prorettype <> 'cstring'::regtype ORDER BY 1});
same("$_->[0]($_->[1])", "SELECT " . sum_of("$_->[0]($_->[1])") . " FROM old") for map { my $f = $_; map { [ $f, $_ ] } qw(raw j jb) } qw(event_name event_time secret_arn);
same($_, "SELECT " . sum_of($_) . " FROM events") for
	q{event -> 'userIdentity'}, q{event ->> 'eventName'}, q{event #> '{requestParameters,secretId}'}, q{event #>> '{userIdentity,arn}'},
	q{event::text}, q{event::json}, q{event::jsonb}, q{hashtextextended(event::text, 1)};
same($_, "SELECT " . sum_of('event') . " FROM events WHERE $_") for
	q{event @~ 'secretsmanager:*'}, q{event @~ '*:Get*'}, q{event @> '{"awsRegion":"us-east-1"}'}, q{event @@ (SELECT secret FROM secrets ORDER BY 1 LIMIT 1)},
	q{event > (SELECT e.event FROM events AS e ORDER BY 1 LIMIT 1 OFFSET 1500)}, q{'{"readOnly":true}' <@ event};
same('a hash join', 'SELECT count(*) FROM events AS a JOIN events AS b USING (event)');
same('a hash aggregate', 'SELECT count(*), sum(c) FROM (SELECT count(*) AS c FROM events GROUP BY event) AS x');
same('a sort', 'SELECT md5(string_agg(r::text, chr(10))) FROM (SELECT event::text AS r FROM events ORDER BY event) AS x');
same('a join by secret', 'SELECT count(*), count(DISTINCT s.secret) FROM events AS e JOIN secrets AS s ON e.event @@ s.secret');
same('rows of events', 'SELECT ' . sum_of('r') . ' FROM events AS e, cloudtrail_records(e.event) AS r');
same('rows of log files', 'SELECT count(*), sum(length(r.event_name)), count(DISTINCT r.event_key) FROM files, cloudtrail_records(files.log) AS r');
same('events of log files', 'SELECT ' . sum_of('e') . ' FROM files, cloudtrail_events(files.log) AS e');
same('items of log files', 'SELECT ' . sum_of('p') . ' FROM files, cloudtrail_parse(files.log) AS p');
same('made into a table', 'SELECT count(*) FROM (SELECT DISTINCT action(event), source_ip(event) FROM events) AS x');

# A foreign table over log files: workers share the list of files.
sql(qq{CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw; CREATE SCHEMA archive; IMPORT FOREIGN SCHEMA "$folder/logs" FROM SERVER log_files INTO archive});
same('columns of log files', 'SELECT count(*), sum(hashtextextended(event_key::text, 0)), sum(length(event_name)), sum(hashtextextended(source, 0)) FROM archive.events');
same('events of a foreign table', 'SELECT ' . sum_of('event') . q{ FROM archive.events WHERE event @~ '*:Get*'});
same('a condition that is known as the query runs', q{SELECT count(*), sum(hashtextextended(source, 0)) FROM archive.events WHERE event_time > (SELECT min(event_time) + interval '3 days' FROM archive.events)});
# Scans that begin again, of the same files, in the workers' second and third time.
my $loop = 'SELECT count(*), sum(hashtextextended(source, d)) FROM generate_series(1, 3) AS d LEFT JOIN archive.events AS e ON length(e.event_name) > d';
my $again = sql("$many SET enable_material = off; SET enable_hashjoin = off; SET enable_mergejoin = off; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $loop");
like($again, qr/Gather.*loops=3\)/, 'workers scan in a loop');
is(sql("$many SET enable_material = off; SET enable_hashjoin = off; SET enable_mergejoin = off; $loop"), sql("$none $loop"), 'and read each file each time');
my $shared = sql("$many EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*) FROM archive.events");
like($shared, qr/Parallel Foreign Scan/, 'files are shared by workers');
my ($found, $read) = $shared =~ /Files Found: (\d+)\n(?:.*\n)*? *Files Read: (\d+)/;
ok($found == $read && $read > 10, "each of $found files is read once") or diag($shared);

# An index made by workers, and one read by them.
sql("SET max_parallel_maintenance_workers = 2; SET min_parallel_table_scan_size = 0; ALTER TABLE events SET (parallel_workers = 2); CREATE INDEX by_event ON events (event) WHERE octet_length(event::text) < 2000; CREATE INDEX by_all ON events USING gin (event); ANALYZE events");
is(sql(q{SET enable_seqscan = off; SELECT md5(string_agg(event::text, '|')) FROM (SELECT event FROM events WHERE octet_length(event::text) < 2000 ORDER BY event) AS x}),
	sql(q{SET enable_indexscan = off; SET enable_bitmapscan = off; SELECT md5(string_agg(event::text, '|')) FROM (SELECT event FROM events WHERE octet_length(event::text) < 2000 ORDER BY event) AS x}), 'an index that workers made has the order');
same('a bitmap of the index', 'SELECT ' . sum_of('event') . q{ FROM events WHERE event @~ 'secretsmanager:Get*'});

# Views for auditors: workers do some of them, and all are the same.
sql(qq{SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_import('trail', 'x', pg_read_binary_file('$folder/events.ndjson')); UPDATE trail.settings SET as_of = '2024-02-01 00:00Z', bulk_secrets = 2; ANALYZE});
my $by_workers = 0;
for my $view (split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'trail'::regnamespace AND relkind = 'v' ORDER BY 1}))
{
	my $query = "SELECT count(*), md5(string_agg(r, chr(10) ORDER BY r)) FROM (SELECT v::text AS r FROM trail.$view AS v) AS x";
	$by_workers++ if sql("$many EXPLAIN (COSTS OFF) $query") =~ /Gather/;
	is(sql("$many $query"), sql("$none $query"), "trail.$view: the same from workers");
	is(sql("SET $forced = on; $query"), sql("$none $query"), "trail.$view: and from a worker alone");
}
cmp_ok($by_workers, '>', 20, "workers take part in $by_workers views");
done_testing();
