# What must hold of the views for auditors whatever the trail holds: tried on
# generated events of many secrets that are made, read, rotated, deleted and
# made again; and on those of a trail of which two thirds are lost.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('audit_property');
sql(q{SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_create_audit_views('trail', 'audit')});
my $log = server_file('property.ndjson', scalar `test/data/generate --events 20000 --stories 40 --seed 7 --days 90 --secrets 80`);
cmp_ok(sql("SELECT inserted FROM cloudtrail_import('trail', 'property', pg_read_binary_file('$log'))"), '>=', 20_000, '20,000 events');
holds('all', 'trail');
sql(q{DROP SCHEMA audit CASCADE; SELECT cloudtrail_create_trail('part'); SELECT cloudtrail_create_audit_views('part', 'audit');
	INSERT INTO part (event) SELECT event FROM trail WHERE hashtext(event_key::text) % 3 = 0;
	SELECT cloudtrail_create_partitions('part')});
holds('a third', 'part');
cmp_ok(sql(q{SELECT count(*) FROM found WHERE resolve_method = 'ambiguous'}), '>', 0, 'some of which could be either of two');
done_testing();

# Tests the trail as it is.
sub holds
{
	my ($part, $trail) = @_;
	sql(qq{ANALYZE $trail; DROP TABLE IF EXISTS spans, found, reads;
		CREATE TABLE spans AS TABLE audit.secret_spans;
		CREATE TABLE found AS SELECT event_time, event_key, event_name, secret_arn, secret_name, id_given, resolve_method, candidates, account_id, aws_region, event FROM audit.secret_events;
		CREATE TABLE reads AS SELECT event_time, event_key, secret_arn, secret_name, id_given, outcome, via_batch FROM audit.secret_reads});
	is(sql(q{SELECT string_agg(DISTINCT resolve_method, ' ' ORDER BY resolve_method) FROM found WHERE resolve_method IN ('exact', 'kms', 'name', 'partial', 'response', 'service_event', 'unresolved')}),
		'exact kms name partial response service_event unresolved', "$part: secrets known in many ways");

	# Nothing holds of spans that overlap.
	cmp_ok(sql('SELECT count(*) FROM (SELECT FROM spans GROUP BY partial_arn HAVING count(secret_arn) > 1) AS x'), '>', 5, "$part: names that several secrets bore");
	is(sql(q{SELECT count(*) FROM spans AS a JOIN spans AS b ON a.partial_arn = b.partial_arn AND a.ctid < b.ctid AND a.valid_from < b.valid_to AND b.valid_from < a.valid_to}), 0, "$part: never two at a time");
	is(sql('SELECT count(*) FROM spans WHERE valid_from >= valid_to OR (secret_arn IS NULL) <> (cardinality(candidates) = 2)'), 0, "$part: each of somebody, or of two");
	is(sql(q{SELECT count(*) FROM spans WHERE left(secret_arn, -7) <> partial_arn OR partial_arn NOT LIKE '%:secret:' || secret_name}), 0, "$part: with its name");

	# Every event once, a batch once for each secret that it names.
	is(sql(qq{SELECT count(*) FROM (
		SELECT event_key, CASE WHEN event_name(event) = 'BatchGetSecretValue' THEN greatest(1, coalesce(cardinality(secret_arns(event)), 0)) ELSE 1 END
		FROM $trail WHERE event @~ 'secretsmanager:*' OR secret_source(event) = 'kms'
		EXCEPT SELECT event_key, count(*) FROM found GROUP BY 1) AS x}), 0, "$part: every event as often as it should be");
	is(sql(qq{SELECT count(*) FROM (SELECT event_key FROM found EXCEPT SELECT event_key FROM $trail WHERE event @~ 'secretsmanager:*' OR secret_source(event) = 'kms') AS x}), 0, "$part: and none else");
	is(sql(q{SELECT count(*) FROM (SELECT FROM found WHERE event_name = 'BatchGetSecretValue' GROUP BY event_key, secret_arn, id_given HAVING count(*) > 1) AS x}), 0, "$part: a batch names each once");
	is(sql(q{SELECT count(*) FROM reads AS r WHERE NOT EXISTS (SELECT FROM found AS f WHERE f.event_key = r.event_key AND f.secret_arn IS NOT DISTINCT FROM r.secret_arn AND f.id_given IS NOT DISTINCT FROM r.id_given)}), 0, "$part: reads are events");
	is(sql(q{SELECT count(*) FROM (SELECT FROM reads GROUP BY event_key, secret_arn, id_given HAVING count(*) > 1) AS x}), 0, "$part: each read once");

	# A secret shown for a name bore it then.
	cmp_ok(sql(q{SELECT count(*) FROM found WHERE resolve_method IN ('name', 'partial')}), '>', 100, "$part: events by name");
	is(sql(q{SELECT count(*) FROM found AS f WHERE resolve_method IN ('name', 'partial') AND NOT EXISTS (
		SELECT FROM spans AS s WHERE s.secret_arn = f.secret_arn AND s.secret_name = f.secret_name AND s.valid_from <= f.event_time AND f.event_time < s.valid_to)}), 0, "$part: the directory says so");
	is(sql(q{SELECT count(*) FROM found AS f WHERE resolve_method = 'ambiguous' AND NOT EXISTS (
		SELECT FROM spans AS s WHERE s.candidates = f.candidates AND s.secret_name = f.secret_name AND s.valid_from <= f.event_time AND f.event_time < s.valid_to)}), 0, "$part: or that it is one of two");
	is(sql(q{SELECT count(*) FROM found AS f WHERE resolve_method = 'unresolved' AND EXISTS (
		SELECT FROM spans AS s WHERE s.partial_arn = secret_arn(f.event) AND s.secret_name = f.secret_name AND s.valid_from <= f.event_time AND f.event_time < s.valid_to)}), 0, "$part: or nobody");
	is(sql(q{SELECT count(*) FROM found AS f WHERE resolve_method IN ('name', 'partial') AND (split_part(secret_arn, ':', 5), split_part(secret_arn, ':', 4)) <> (split_part(secret_arn(event), ':', 5), split_part(secret_arn(event), ':', 4))}), 0,
		"$part: in the account and Region of the call");
	is(sql(q{SELECT count(*) FROM found WHERE (resolve_method IS NULL) <> (secret_name IS NULL) OR (resolve_method IN ('ambiguous', 'unresolved')) <> (secret_arn IS NULL AND secret_name IS NOT NULL)}), 0, "$part: and every name is accounted for");

	# What is the decryption of a read by name is of the secret that the directory tells.
	is(sql(qq{SELECT count(*) FROM found AS f JOIN $trail AS k ON secret_source(k.event) = 'kms' AND event_name(k.event) = 'Decrypt' AND secret_name(k.event) = f.secret_name
			AND k.event_time BETWEEN f.event_time AND f.event_time + interval '2 seconds' AND principal_arn(k.event) = principal_arn(f.event) AND aws_region(k.event) = f.aws_region AND account_id(k.event) = f.account_id
		WHERE f.event_name = 'GetSecretValue' AND f.resolve_method IN ('name', 'partial') AND succeeded(f.event) AND secret_arn(k.event) <> f.secret_arn}), 0, "$part: the key service agrees");

	# Rows for attempts and for secrets: none lost, none twice.
	is(sql(q{SELECT count(*) FROM (SELECT FROM audit.secret_inventory GROUP BY secret_arn, secret_name, account_id, aws_region HAVING count(*) > 1) AS x}), 0, "$part: a secret is one row of the inventory");
	is(sql(q{SELECT count(*) FROM (SELECT secret_arn FROM found WHERE secret_arn IS NOT NULL AND resolve_method NOT IN ('exact') EXCEPT SELECT secret_arn FROM audit.secret_inventory) AS x}), 0, "$part: that has all");
	is(sql(q{SELECT count(*) FILTER (WHERE started_at IS NOT NULL), count(*) FILTER (WHERE outcome = 'succeeded'), count(*) FILTER (WHERE outcome = 'failed') FROM audit.secret_rotations}),
		sql(q{SELECT count(*) FILTER (WHERE event_name IN ('RotationStarted', 'TestRotationStarted')), count(*) FILTER (WHERE event_name IN ('RotationSucceeded', 'TestRotationSucceeded')), count(*) FILTER (WHERE event_name IN ('RotationFailed', 'TestRotationFailed')) FROM found}),
		"$part: every start and every end belongs to one rotation");
	is(sql(q{SELECT count(*) FILTER (WHERE scheduled_at IS NOT NULL), sum(versions_deleted) FROM audit.secret_deletions}),
		sql(q{SELECT count(*) FILTER (WHERE event_name = 'DeleteSecret' AND succeeded(event)), count(*) FILTER (WHERE event_name = 'EndSecretVersionDelete') FROM found}), "$part: every deletion is a row");
}
