# Order, equality and hash of events against the columns they are made of:
# event_time, event_key and the record's bytes.  Generated events, hostile ones
# among them, and real logs where CLOUDTRAIL_CORPUS names a folder of them.
use strict;
use warnings;
use File::Copy;
use File::Find;
use Test::More;
use CloudtrailTest;

my $server = $ENV{SERVER_FILES};
my $csv = q{(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')};
my $casts = 'CREATE CAST (bytea AS cloudtrail_event) WITHOUT FUNCTION; CREATE CAST (cloudtrail_event AS bytea) WITHOUT FUNCTION;';
my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;';

# Makes the table trail of the events in the table source: with copies that
# are stored otherwise, with records that differ in nothing but their bytes,
# with keys that differ in nothing but their last digit, against the order of
# the records, and with many events of one time.  Every other row is so wide that its event
# is out of line.  The rank is what the order should be.
sub make_trail
{
	sql(<<"SQL");
$casts
CREATE FUNCTION plain(cloudtrail_event) RETURNS cloudtrail_event LANGUAGE sql AS \$\$
	SELECT (set_byte(substr(\$1::bytea, 1, h::int), 1, 0) || convert_to(\$1::text, 'UTF8'))::cloudtrail_event
	FROM (SELECT 40 + get_byte(\$1::bytea, 39) + sum(get_byte(\$1::bytea, i)) FILTER (WHERE get_byte(\$1::bytea, i) < 254) FROM generate_series(32, 38) i) AS header(h)
\$\$;
CREATE TABLE made (n int GENERATED ALWAYS AS IDENTITY, event cloudtrail_event);
INSERT INTO made (event) SELECT t::cloudtrail_event FROM source ORDER BY n;
INSERT INTO made (event) SELECT t::cloudtrail_event FROM source WHERE n % 4 = 1 ORDER BY n;
INSERT INTO made (event) SELECT cloudtrail_unpack(t) FROM source WHERE n % 5 = 1 ORDER BY n;
INSERT INTO made (event) SELECT plain(t::cloudtrail_event) FROM source WHERE n % 3 = 1 ORDER BY n;
INSERT INTO made (event) SELECT replace(v, '#', t)::cloudtrail_event FROM source, unnest('{" #","# ","#  "}'::text[]) AS v WHERE n % 7 = 1 ORDER BY n;
INSERT INTO made (event) SELECT plain(regexp_replace(t, '\\}\\s*\$', ',"tie":' || v || '}')::cloudtrail_event)
	FROM source, unnest('{1,2,10,"null","{}"}'::text[]) AS v WHERE n % 7 = 2 ORDER BY n;
INSERT INTO made (event) SELECT regexp_replace(regexp_replace(t, '"eventTime":"[^"]*"', '"eventTime":"2024-01-15T00:00:00Z"', 'g'), '\\}\\s*\$', ',"tie":' || v || '}')
	FROM source, unnest('{1,2}'::text[]) AS v WHERE n % 6 = 1 AND t ~ '"eventTime":"[^"]*"' ORDER BY n;
INSERT INTO made (event) SELECT (repeat(' ', v) || regexp_replace(t, '"eventID":"(.{35}).', '"eventID":"\\1' || v))::cloudtrail_event
	FROM source, generate_series(1, 3) v WHERE n % 7 = 3 AND t ~ '"eventID":"[-0-9A-Fa-f]{36}"' ORDER BY n;
CREATE TABLE trail (n int, rank int, pad text, event cloudtrail_event);
ALTER TABLE trail ALTER pad SET STORAGE plain;
INSERT INTO trail
	SELECT n, dense_rank() OVER (ORDER BY event_time(event), event_key(event), event::text COLLATE "C"),
		CASE WHEN n % 2 = 1 THEN repeat(' ', 2500) END, event
	FROM made ORDER BY md5(n::text);
ANALYZE trail;
SQL
	my $toast = sql(q{SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'trail'});
	my ($rows, $ranks, $keys, $same_time, $outside) =
	  split /\|/, sql(qq{SELECT count(*), max(rank), count(DISTINCT event_key(event)), count(DISTINCT event_key(event)) FILTER (WHERE event_time(event) = '2024-01-15Z'), (SELECT count(DISTINCT chunk_id) FROM $toast) FROM trail});
	note("$rows events, $ranks different ones, $keys keys, $same_time of them of one time, $outside out of line");
	cmp_ok($ranks, '<', $rows * 0.8, 'many events are equal');
	cmp_ok($keys, '<', $ranks * 0.9, 'many have the same key');
	cmp_ok($same_time, '>', $keys * 0.1, 'many have the same time');
	cmp_ok($outside, '>=', $rows * 0.4, 'many are out of line');
}

# Pairs and triples: half of them at random, half near one another in the order.
sub operators_agree
{
	sql(q{SELECT setseed(0.25);
		CREATE TABLE place AS SELECT row_number() OVER (ORDER BY rank, n) AS p, rank, event FROM trail;
		CREATE UNIQUE INDEX ON place (p); ANALYZE place;
		CREATE TABLE triple AS
			SELECT a, least(greatest(CASE WHEN near THEN a + (random() * 12)::int - 6 ELSE (random() * m)::int END, 1), m) AS b,
				least(greatest(CASE WHEN near THEN a + (random() * 12)::int - 6 ELSE (random() * m)::int END, 1), m) AS c
			FROM (SELECT m, ceil(random() * m)::int AS a, random() < 0.5 AS near FROM (SELECT count(*) AS m FROM place) x, generate_series(1, 20000)) y;
		CREATE VIEW compared AS
			SELECT a.event AS a, b.event AS b, c.event AS c, sign(a.rank - b.rank) AS ab, sign(b.rank - c.rank) AS bc
			FROM triple t JOIN place a ON a.p = t.a JOIN place b ON b.p = t.b JOIN place c ON c.p = t.c});
	cmp_ok(sql('SELECT count(*) FROM compared WHERE ab = 0 AND a::bytea <> b::bytea'), '>', 100, 'pairs of equal events in different bytes');
	is(sql('SELECT count(*) FROM compared WHERE sign(cloudtrail_event_cmp(a, b)) IS DISTINCT FROM ab'),
		0, 'cmp is the order of time, key and record');
	is(sql('SELECT count(*) FROM compared WHERE sign(cloudtrail_event_cmp(a, b)) + sign(cloudtrail_event_cmp(b, a)) <> 0'),
		0, 'cmp is antisymmetric');
	is(sql('SELECT count(*) FROM compared WHERE cloudtrail_event_cmp(a, b) <= 0 AND cloudtrail_event_cmp(b, c) <= 0 AND cloudtrail_event_cmp(a, c) > 0'),
		0, 'cmp is transitive');
	for my $op ('=', '<>', '<', '<=', '>', '>=')
	{
		is(sql("SELECT count(*) FROM compared WHERE (a $op b) IS DISTINCT FROM (ab $op 0) OR (b $op c) IS DISTINCT FROM (bc $op 0)"),
			0, "$op agrees");
	}
	is(sql('SELECT count(*) FROM compared WHERE a = b AND (cloudtrail_event_hash(a) <> cloudtrail_event_hash(b)
			OR cloudtrail_event_hash_extended(a, 7) <> cloudtrail_event_hash_extended(b, 7))'),
		0, 'equal events have equal hashes');
	is(sql('SELECT count(*) FROM trail WHERE cloudtrail_event_hash(event) <> uuid_hash(event_key(event)) OR cloudtrail_event_hash_extended(event, n) <> uuid_hash_extended(event_key(event), n)'),
		0, 'which are those of their keys');
}

# The ranks of a table's events in an order, digested, after some settings; the
# plan must match.
sub is_sorted
{
	my ($table, $how, $settings, $plan, $name) = @_;
	my $query = "SELECT rank FROM $table ORDER BY event $how";
	like(sql("$settings EXPLAIN $query"), $plan, "$name: the plan");
	is(sql("$settings SELECT md5(string_agg(coalesce(rank::text, 'null'), ' ')) FROM ($query) x"),
		sql("SELECT md5(string_agg(coalesce(rank::text, 'null'), ' ')) FROM (SELECT rank FROM $table ORDER BY rank $how) x"), $name);
}

# Sorts of all kinds, of values in and out of line, with nulls among them.
sub sorts_agree
{
	sql('CREATE TABLE gaps AS SELECT rank, event FROM trail UNION ALL SELECT NULL, NULL FROM generate_series(1, 50); ANALYZE gaps');
	my $serial = 'SET max_parallel_workers_per_gather = 0;';
	for my $how ('', 'DESC', 'NULLS FIRST', 'DESC NULLS LAST')
	{
		is_sorted('gaps', $how, $serial, qr/^Sort/, "sort $how");
		is_sorted('gaps', $how, "$serial SET work_mem = '64kB';", qr/^Sort/, "sort on disk $how");
		is_sorted('gaps', $how, $parallel, qr/^Gather Merge/, "parallel sort $how");
	}
	is(sql('SELECT md5(string_agg(rank::text, chr(32))) FROM (SELECT rank FROM gaps ORDER BY event LIMIT 300) x'),
		sql('SELECT md5(string_agg(rank::text, chr(32))) FROM (SELECT rank FROM gaps ORDER BY rank LIMIT 300) x'), 'the first ones');
	is(sql('SELECT md5(string_agg(n::text, chr(32))) FROM (SELECT n FROM trail ORDER BY event, n DESC) x'),
		sql('SELECT md5(string_agg(n::text, chr(32))) FROM (SELECT n FROM trail ORDER BY rank, n DESC) x'), 'first of two columns');
	is(sql('SELECT md5(string_agg(n::text, chr(32))) FROM (SELECT n FROM trail ORDER BY n % 3, event, n) x'),
		sql('SELECT md5(string_agg(n::text, chr(32))) FROM (SELECT n FROM trail ORDER BY n % 3, rank, n) x'), 'second of three');
	my $ranks = sql('SELECT max(rank) FROM trail');
	is(sql('SELECT count(DISTINCT event) FROM trail'), $ranks, 'count(DISTINCT)');
	for ([ 'enable_hashagg', qr/Group/ ], [ 'enable_sort', qr/HashAggregate/ ])
	{
		my $query = 'SELECT event FROM trail GROUP BY event';
		like(sql("$serial SET $_->[0] = off; EXPLAIN $query"), $_->[1], "$_->[0] = off: the plan");
		is(sql("$serial SET $_->[0] = off; SELECT count(*) FROM ($query) x"), $ranks, 'groups');
		is(sql("$serial SET $_->[0] = off; SELECT count(*) FROM (SELECT event FROM trail GROUP BY event HAVING min(rank) <> max(rank)) x"),
			0, 'each of equal events');
	}
}

# Indexes of the events that fit a btree: order and conditions are as without.
sub indexes_agree
{
	sql("$parallel CREATE TABLE small AS SELECT n, rank, event FROM trail WHERE pg_column_size(event) < 2500;
		SET maintenance_work_mem = '1MB'; CREATE INDEX small_event ON small (event); ANALYZE small");
	my $by_index = 'SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off;';
	is_sorted('small', '', $by_index, qr/^Index Scan using small_event/, 'by index');
	is_sorted('small', 'DESC', $by_index, qr/^Index Scan Backward using small_event/, 'by index, backward');

	# Rows that come one by one, some of them gone again.
	sql('INSERT INTO small SELECT n, rank, event FROM trail WHERE pg_column_size(event) < 2500 AND n % 3 = 0; DELETE FROM small WHERE n % 5 = 0; VACUUM small');
	is_sorted('small', '', $by_index, qr/^Index Scan using small_event/, 'by index after changes');
	my $conditions = q{SELECT p.n, count(*) FILTER (WHERE s.c = 1), sum(s.rank) FROM (SELECT n, rank, event FROM small WHERE n %% 197 = 1) p,
		LATERAL (SELECT 1 AS c, rank FROM small WHERE event %s p.event) s GROUP BY p.n ORDER BY p.n};
	for my $op ('=', '<', '<=', '>', '>=')
	{
		my $query = sprintf $conditions, $op;
		like(sql("$by_index EXPLAIN $query"), qr/Index Cond: \(event \Q$op\E /, "$op by index: the plan");
		is(sql("$by_index $query"), sql('SET enable_indexscan = off; SET enable_bitmapscan = off; ' . $query), "$op by index and without");
		is(sql("$by_index $query"), sql($query =~ s/event \Q$op\E p\.event/rank $op p.rank/r), "$op by index and by rank");
	}
	SKIP:
	{
		skip 'no amcheck', 1 unless sql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'});
		is(eval { sql(q{CREATE EXTENSION amcheck; SELECT bt_index_parent_check('small_event', true)}) } // $@, '', 'amcheck finds no fault');
	}
	sql('DROP INDEX small_event; CREATE INDEX trail_hash ON trail USING hash (event)');
	my $query = 'SELECT p.n, count(*) FROM (SELECT n, event FROM trail WHERE n % 29 = 1 OFFSET 0) p JOIN trail t ON t.event = p.event GROUP BY p.n ORDER BY p.n';
	my $nested = "SET enable_hashjoin = off; SET enable_mergejoin = off;";
	like(sql("$nested $by_index EXPLAIN $query"), qr/using trail_hash/, 'by hash index: the plan');
	is(sql("$nested $by_index $query"), sql($query =~ s/(t|p)\.event/$1.rank/gr =~ s/n, event/n, rank/r), 'by hash index and by rank');
	sql('DROP INDEX trail_hash');
}

# Each kind of join finds what a join of the ranks finds.
sub joins_agree
{
	my %off = ('Nested Loop' => 'nestloop', 'Hash Join' => 'hashjoin', 'Merge Join' => 'mergejoin');
	sql('CREATE TABLE quarter AS SELECT n, rank, event FROM trail WHERE n % 4 = 0; ANALYZE quarter');
	my $expected = sql('SELECT count(*), sum(a.n::bigint * b.n) FROM trail a JOIN quarter b ON a.rank = b.rank WHERE a.n % 40 = 0');
	my $query = 'SELECT count(*), sum(a.n::bigint * b.n) FROM trail a JOIN quarter b ON a.event = b.event WHERE a.n % 40 = 0';
	for my $join (sort keys %off)
	{
		my $settings = join '', map { "SET enable_$off{$_} = off; " } grep { $_ ne $join } sort keys %off;
		like(sql("SET max_parallel_workers_per_gather = 0; $settings EXPLAIN $query"), qr/$join/, "$join: the plan");
		is(sql("SET max_parallel_workers_per_gather = 0; $settings $query"), $expected, $join);
	}
	is(sql("$parallel SET work_mem = '64kB'; $query"), $expected, 'a join in parallel, in little memory');
	is(sql('SELECT count(*) FROM (SELECT event FROM trail EXCEPT SELECT event FROM quarter) x'),
		sql('SELECT count(*) FROM (SELECT rank FROM trail EXCEPT SELECT rank FROM quarter) x'), 'EXCEPT');
	sql(q{CREATE TABLE part (n int, rank int, event cloudtrail_event) PARTITION BY HASH (event);
		SELECT format('CREATE TABLE part_%s PARTITION OF part FOR VALUES WITH (MODULUS 4, REMAINDER %s)', i, i) FROM generate_series(0, 3) i \gexec
		INSERT INTO part SELECT n, rank, event FROM trail});
	is(sql('SELECT count(*) FROM (SELECT FROM part GROUP BY rank HAVING count(DISTINCT tableoid) > 1) x'), 0, 'equal events share a partition');
	is(sql("SET enable_partitionwise_join = on; SELECT count(*) FROM part a JOIN part b ON a.event = b.event"),
		sql('SELECT count(*) FROM part a JOIN part b ON a.rank = b.rank'), 'a join by partitions');
}

# Damaged values are compared or refused as corrupted, and nothing else.
sub damage_is_refused
{
	my $result = sql(<<'SQL');
CREATE TEMP TABLE outcome (refused int, compared int);
DO $$
DECLARE
	refused int := 0;
	compared int := 0;
	damaged bytea;
	one record;
BEGIN
	PERFORM setseed(0.75);
	FOR one IN SELECT event, event::bytea AS bytes, i FROM trail, generate_series(1, 3) i WHERE n % 11 = 0 LIMIT 3000 LOOP
		damaged := substr(one.bytes, 1, CASE WHEN random() < 0.3 THEN (random() * 80)::int ELSE 1000000 END);
		FOR k IN 1 .. (random() * 3)::int LOOP
			CONTINUE WHEN length(damaged) = 0;
			damaged := set_byte(damaged, floor(length(damaged) * power(random(), 2))::int, (random() * 255)::int);
		END LOOP;
		BEGIN
			PERFORM cloudtrail_event_cmp(damaged::cloudtrail_event, one.event), cloudtrail_event_cmp(one.event, damaged::cloudtrail_event),
				damaged::cloudtrail_event = one.event, cloudtrail_event_hash(damaged::cloudtrail_event);
			compared := compared + 1;
		EXCEPTION WHEN data_corrupted THEN
			refused := refused + 1;
		END;
	END LOOP;
	INSERT INTO outcome VALUES (refused, compared);
END
$$;
SELECT refused > 100 AND compared > 100, refused, compared FROM outcome;
SQL
	like($result, qr/^t\|/, "damaged values are refused or compared: $result");
}

# All of it, over the table source of the current database.
sub order_agrees
{
	make_trail();
	operators_agree();
	sorts_agree();
	indexes_agree();
	joins_agree();
	damage_is_refused();
}

new_database('order_generated');
my $ndjson = "$server/order.ndjson";
system("test/generator/generate --events 4000 --seed 23 --days 1 --hostile 30 > $ndjson") == 0 or die;
sql("CREATE TABLE source (n int GENERATED ALWAYS AS IDENTITY, t text); COPY source (t) FROM '$ndjson' $csv");
subtest 'generated events' => \&order_agrees;

SKIP:
{
	my $corpus = $ENV{CLOUDTRAIL_CORPUS};
	skip 'CLOUDTRAIL_CORPUS is unset', 1 unless $corpus;

	# The server may not be allowed into the folder, so it gets copies.
	my @files;
	find(
		{
			no_chdir => 1,
			wanted => sub {
				return unless -f && /\.(json|ndjson|gz|zst)$/;
				my $copy = sprintf '%s/order-%05d', $server, scalar @files;
				copy($_, $copy) or die "$_: $!";
				chmod 0644, $copy;
				push @files, $copy;
			}
		},
		$corpus);
	new_database('order_corpus');
	sql("CREATE TABLE source (n int GENERATED ALWAYS AS IDENTITY, t text);
		INSERT INTO source (t) SELECT p.event::text FROM unnest('{@{[join ',', @files]}}'::text[]) WITH ORDINALITY AS f(path, i),
			cloudtrail_parse(pg_read_binary_file(path)) p WHERE p.event IS NOT NULL ORDER BY f.i, p.ordinal");
	subtest 'real logs' => \&order_agrees;
}
done_testing();
