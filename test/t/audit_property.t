# What must hold of the views for auditors whatever the trail holds: tried on
# generated events of many secrets that are made, read, rotated, deleted and
# made again; and on those of a trail of which two thirds are lost.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('audit_property');
my $log = server_file('property.ndjson', scalar `test/generator/generate --events 20000 --stories 40 --seed 7 --days 90 --secrets 80`);
sql(q{SELECT cloudtrail_create_trail('whole'); SELECT cloudtrail_create_trail('part')});
cmp_ok(sql("SELECT inserted FROM cloudtrail_import('whole', 'property', pg_read_binary_file('$log'))"), '>=', 20_000, '20,000 events');
sql(q{INSERT INTO part.raw_events (event) SELECT event FROM whole.raw_events WHERE hashtext(event_key::text) % 3 = 0;
	SELECT cloudtrail_create_partitions('part')});
holds('whole');
holds('part');
cmp_ok(sql(q{SELECT count(*) FROM found WHERE resolve_method = 'ambiguous'}), '>', 0, 'some of which could be either of two');
done_testing();

# Tests a trail as it is.
sub holds
{
	my ($trail) = @_;
	sql(qq{ANALYZE $trail.raw_events, $trail.secret_facts; DROP TABLE IF EXISTS directory, found, reads;
		CREATE TABLE directory AS TABLE $trail.secrets;
		CREATE TABLE found AS TABLE $trail.secret_calls;
		CREATE TABLE reads AS SELECT event_time, event_key, secret_arn, secret_name, id_given, outcome FROM $trail.secret_reads});
	is(sql(q{SELECT string_agg(DISTINCT resolve_method, ' ' ORDER BY resolve_method) FROM found WHERE resolve_method IN ('exact', 'kms', 'name', 'partial', 'response', 'service_event', 'unresolved')}),
		'exact kms name partial response service_event unresolved', "$trail: secrets known in many ways");

	# A name is certainly that of one secret at a time.
	cmp_ok(sql('SELECT count(*) FROM (SELECT FROM directory GROUP BY partial_arn HAVING count(*) > 1) AS x'), '>', 5, "$trail: names that several secrets had");
	is(sql(q{SELECT count(*) FROM directory AS a JOIN directory AS b ON a.partial_arn = b.partial_arn AND a.ctid < b.ctid
		AND greatest(a.valid_from, b.valid_from) < least(a.valid_to, b.valid_to)}), 0, "$trail: never two at a time");
	is(sql(q{SELECT count(*) FROM directory WHERE left(secret_arn, -7) <> partial_arn OR partial_arn NOT LIKE '%:secret:' || secret_name}), 0, "$trail: with its name");

	# Calls are events of the trail, none twice for one secret.
	is(sql(qq{SELECT count(*) FROM (SELECT event_key FROM found EXCEPT SELECT event_key FROM $trail.raw_events) AS x}), 0, "$trail: calls are events");
	is(sql(q{SELECT count(*) FROM (SELECT FROM found GROUP BY event_key, item HAVING count(*) > 1) AS x}), 0, "$trail: none twice");
	is(sql(q{SELECT count(*) FROM reads AS r WHERE NOT EXISTS (SELECT FROM found AS f WHERE f.event_key = r.event_key AND f.secret_arn IS NOT DISTINCT FROM r.secret_arn AND f.id_given IS NOT DISTINCT FROM r.id_given)}), 0, "$trail: reads are calls");

	# A secret shown for a name had it then.
	cmp_ok(sql(q{SELECT count(*) FROM found WHERE resolve_method IN ('name', 'partial')}), '>', 100, "$trail: calls by name");
	is(sql(q{SELECT count(*) FROM found AS f WHERE resolve_method IN ('name', 'partial') AND NOT EXISTS (
		SELECT FROM directory AS s WHERE s.secret_arn = f.secret_arn AND s.secret_name = f.secret_name AND s.valid_from <= f.event_time AND f.event_time < s.valid_to)}), 0, "$trail: the directory says so");
	is(sql(q{SELECT count(*) FROM found WHERE secret_name IS NOT NULL AND resolve_method IN ('ambiguous', 'unresolved') AND secret_arn IS NOT NULL}), 0, "$trail: what is not known has no ARN");

	# Rows for attempts and for secrets: none lost, none twice.
	is(sql(qq{SELECT count(*) FROM (SELECT FROM $trail.secret_inventory GROUP BY secret_arn, secret_name, account_id, aws_region HAVING count(*) > 1) AS x}), 0, "$trail: a secret is one row of the inventory");
	is(sql(qq{SELECT count(*) FILTER (WHERE started_at IS NOT NULL), count(*) FILTER (WHERE outcome = 'failed') FROM $trail.secret_rotations}),
		sql(q{SELECT count(*) FILTER (WHERE phase = 'started'), count(*) FILTER (WHERE phase = 'failed') FROM found WHERE process = 'rotation'}),
		"$trail: every start and every failure belongs to one rotation");
	is(sql(qq{SELECT count(*) FILTER (WHERE scheduled_at IS NOT NULL), sum(versions_deleted) FROM $trail.secret_deletions}),
		sql(q{SELECT count(*) FILTER (WHERE phase = 'scheduled' AND succeeded), count(*) FILTER (WHERE phase = 'ended') FROM found WHERE process = 'deletion' AND secret_name IS NOT NULL}), "$trail: every deletion is a row");
}
