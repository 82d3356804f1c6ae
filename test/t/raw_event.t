# cloudtrail_raw_event() gives what a query of the table gives, whatever the
# table is and whoever asks: most are read by the index, some by SQL.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('raw_event');
sql(q{SELECT cloudtrail_create_trail('trail');
	SELECT FROM cloudtrail_import('trail', 'log', (SELECT format('{"Records":[%s]}', string_agg(format('{"eventTime":"2024-%s-%sT08:00:00Z","eventName":"GetSecretValue","recipientAccountId":"11112222333%s"}', to_char(m, 'FM00'), to_char(d, 'FM00'), d % 2), ','))
		FROM generate_series(1, 6) AS m, generate_series(1, 9) AS d)::bytea);
	CREATE TABLE other (LIKE trail.raw_events INCLUDING ALL);
	INSERT INTO other SELECT * FROM trail.raw_events;
	CREATE TABLE keys AS SELECT event_time, event_key FROM trail.raw_events UNION ALL SELECT event_time, gen_random_uuid() FROM trail.raw_events
		UNION ALL VALUES ('infinity'::timestamptz, gen_random_uuid()), ('-infinity', gen_random_uuid()), ('2031-01-01', gen_random_uuid());
	CREATE ROLE raw_event_auditor; GRANT SELECT ON keys TO raw_event_auditor});

# What the function finds, and how often it differs from the query.
my $compared = q{SELECT count(f.event), count(*) FILTER (WHERE f.event::text IS DISTINCT FROM q.event::text)
	FROM keys AS k, LATERAL (SELECT cloudtrail_raw_event('%1$s'::regclass, k.event_time, k.event_key) AS event) AS f,
		LATERAL (SELECT (SELECT t.event FROM %1$s AS t WHERE t.event_time = k.event_time AND t.event_key = k.event_key) AS event) AS q};

# Tests that it finds so many events in a table after some SQL, which is undone.
sub finds
{
	my ($title, $count, $table, $before) = @_;
	my @lines = split /\n/, sql('BEGIN; ' . ($before // 'SELECT') . '; ' . sprintf($compared, $table) . '; ROLLBACK');
	is($lines[-1], "$count|0", $title);
}

finds('a partitioned table', 54, 'trail.raw_events');
finds('one partition', 9, 'trail.raw_events_2024_03');
finds('a table of its own', 54, 'other');
finds('a table without a key', 54, 'other', 'ALTER TABLE other DROP CONSTRAINT other_pkey');
finds('a key in another order', 54, 'other', 'ALTER TABLE other DROP CONSTRAINT other_pkey; ALTER TABLE other ADD PRIMARY KEY (event_key, event_time)');
finds('more columns', 54, 'other', 'ALTER TABLE other ADD note text');
finds('a table that has children', 54, 'other', 'CREATE TABLE child () INHERITS (other); WITH gone AS (DELETE FROM other WHERE event_time < $$2024-03-01$$ RETURNING *) INSERT INTO child SELECT * FROM gone');
finds('a partition whose columns are in another order', 54, 'moved', q{CREATE TABLE moved (event_time timestamptz, event_key uuid, event cloudtrail_event, PRIMARY KEY (event_time, event_key)) PARTITION BY RANGE (event_time);
	CREATE TABLE one (event cloudtrail_event, event_key uuid NOT NULL, event_time timestamptz NOT NULL); ALTER TABLE moved ATTACH PARTITION one FOR VALUES FROM (MINVALUE) TO ('2024-04-01');
	CREATE TABLE rest PARTITION OF moved DEFAULT; INSERT INTO moved SELECT * FROM other});
finds('partitions of partitions', 54, 'deep', q{CREATE TABLE deep (event_time timestamptz, event_key uuid, event cloudtrail_event, PRIMARY KEY (event_time, event_key)) PARTITION BY RANGE (event_time);
	CREATE TABLE half PARTITION OF deep FOR VALUES FROM (MINVALUE) TO ('2024-04-01') PARTITION BY HASH (event_key); CREATE TABLE half1 PARTITION OF half FOR VALUES WITH (MODULUS 1, REMAINDER 0);
	CREATE TABLE half2 PARTITION OF deep FOR VALUES FROM ('2024-04-01') TO (MAXVALUE); INSERT INTO deep SELECT * FROM other});
finds('a table that is divided otherwise', 54, 'hashed', q{CREATE TABLE hashed (event_time timestamptz, event_key uuid, event cloudtrail_event, PRIMARY KEY (event_time, event_key)) PARTITION BY HASH (event_key);
	CREATE TABLE hashed1 PARTITION OF hashed FOR VALUES WITH (MODULUS 1, REMAINDER 0); INSERT INTO hashed SELECT * FROM other});
finds('a view', 30, 'seen', q{CREATE VIEW seen AS SELECT * FROM other WHERE account_id(event) = '111122223331'});
finds('what this transaction deleted', 46, 'trail.raw_events', q{DELETE FROM trail.raw_events WHERE event_time BETWEEN '2024-02-03' AND '2024-03-02'});
finds('a month that was dropped', 45, 'trail.raw_events', q{SELECT * FROM cloudtrail_drop_before('trail', '2024-02-01')});
is(sql(q{CREATE TEMP TABLE none (event_time timestamptz, event_key uuid, event cloudtrail_event); SELECT cloudtrail_raw_event('none', now(), gen_random_uuid()) IS NULL}), 't', 'an empty table');

# Its own snapshot: a cursor does not see what was deleted after it began.
is(sql(qq{BEGIN; DECLARE c CURSOR FOR } . sprintf($compared, 'trail.raw_events') . q{; DELETE FROM trail.raw_events; FETCH c; ROLLBACK}), '54|0', 'a cursor sees the events of its beginning');

# Whoever asks sees what a query shows to them.
finds('row-level security', 24, 'other', q{GRANT SELECT ON other TO raw_event_auditor; ALTER TABLE other ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON other USING (account_id(event) = '111122223330'); SET LOCAL ROLE raw_event_auditor});
finds('columns that are granted one by one', 54, 'other', 'GRANT SELECT (event_time, event_key, event) ON other TO raw_event_auditor; SET LOCAL ROLE raw_event_auditor');
for ('SELECT 1', 'GRANT SELECT (event_time, event_key) ON other TO raw_event_auditor')
{
	ok(!eval { sql(qq{BEGIN; $_; SET LOCAL ROLE raw_event_auditor; SELECT cloudtrail_raw_event('other', event_time, event_key) FROM keys; ROLLBACK}); 1 } && $@ =~ /permission denied for table other/, "no privilege after $_");
}

# A plan that is kept is of whoever runs it.
is(sql(q{BEGIN; GRANT SELECT ON other TO raw_event_auditor; ALTER TABLE other ENABLE ROW LEVEL SECURITY;
	PREPARE ask AS SELECT count(cloudtrail_raw_event('other', event_time, event_key)) FROM keys; EXECUTE ask; SET LOCAL ROLE raw_event_auditor; EXECUTE ask; RESET ROLE; EXECUTE ask; ROLLBACK}), "54\n0\n54", 'a prepared statement of two roles');

# Workers read the same.
is(sql(q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SELECT count(cloudtrail_raw_event('trail.raw_events', event_time, event_key)) FROM keys}), 54, 'parallel workers');
is(sql(q{BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(cloudtrail_raw_event('trail.raw_events', event_time, event_key)) FROM keys; COMMIT}), 54, 'a serializable transaction');

use_database('postgres');
sql('DROP DATABASE raw_event; DROP ROLE raw_event_auditor');
done_testing();
