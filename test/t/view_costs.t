# What the views about secrets cost: with PostgreSQL's own settings, a question
# about one secret costs less than what starts a JIT compilation (which
# cloudtrail.jit has to allow) and plans no partition of events, before
# statistics are there and after.  The gaps of a trail are worked out for each
# account and Region, of which the planner expects 33; here is one that has
# everything.  Nor does it know that few facts are looked up among the lookalikes.
# So what judges by these may be estimated at twenty times as much.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('view_costs');
sql(q{SELECT cloudtrail_create_trail('audit');
	SELECT cloudtrail_create_partition('audit', d) FROM generate_series('2014-01-15 00:00Z'::timestamptz, '2023-12-15 00:00Z', interval '1 month') AS d});

# Autovacuum would make a third state of the two that are tested, at any time.
sql("ALTER TABLE audit.$_ SET (autovacuum_enabled = off)") for qw(secret_facts issued_credentials);

# Facts of 500 secrets and of a busy one: reads by ARN and by name, decryptions, writes.
sql(q{
INSERT INTO audit.secret_facts (event_time, event_key, item, event_id, event_source, event_name, event_type, account_id, aws_region, actor, actor_kind,
	actor_account, principal_id, session_name, secret_source, id_given, secret_arn, partial_arn, secret_name, secret_account, secret_region,
	version_id, succeeded, error_code, read_only, trusted, detail, invoked_by, access_key_id, session_created_at)
SELECT '2014-01-01 00:00Z'::timestamptz + make_interval(secs => i * 7510), md5(i::text)::uuid, 0, md5(i::text),
	CASE k WHEN 1 THEN 'kms' ELSE 'secretsmanager' END || '.amazonaws.com', CASE k WHEN 1 THEN 'Decrypt' WHEN 2 THEN 'PutSecretValue' ELSE 'GetSecretValue' END,
	'AwsApiCall', '111122223333', 'us-east-1', 'arn:aws:iam::111122223333:role/App' || i % 7, 'role', '111122223333', 'AROA' || i % 7, 's' || i % 50,
	CASE k WHEN 1 THEN 'kms' WHEN 2 THEN 'response' WHEN 3 THEN 'name' ELSE 'request_arn' END, n,
	CASE WHEN k <> 3 THEN 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n || '-AbCdEf' END, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n, n,
	'111122223333', 'us-east-1', CASE k WHEN 1 THEN md5(n) END, i % 37 > 0, CASE WHEN i % 37 = 0 THEN 'AccessDenied' END, k <> 2, k IN (1, 2) AND i % 37 > 0, '{}',
	CASE k WHEN 1 THEN 'secretsmanager.amazonaws.com' END,
	CASE WHEN i % 20 = 0 THEN 'ASIA' || i / 20 END, CASE WHEN i % 20 = 0 THEN '2014-01-01 00:00Z'::timestamptz END
FROM (SELECT i, CASE WHEN i % 2 = 0 THEN 1 WHEN i % 101 = 0 THEN 2 WHEN i % 7 = 0 THEN 3 ELSE 4 END AS k, CASE WHEN i % 5 = 0 THEN 'busy' ELSE 'app/' || i / 2 % 500 END AS n
	FROM generate_series(1, 42000) AS i) AS x});

# Labels of the busy one that were moved, and calls that did not find it.
sql(q{
INSERT INTO audit.secret_facts (event_time, event_key, item, event_id, event_source, event_name, event_type, account_id, aws_region, actor, actor_kind,
	actor_account, principal_id, secret_source, id_given, secret_arn, partial_arn, secret_name, secret_account, secret_region, version_stage, succeeded, error_code, trusted, detail)
SELECT '2014-02-01 00:00Z'::timestamptz + make_interval(days => i), md5('more' || i)::uuid, 0, md5('more' || i), 'secretsmanager.amazonaws.com', n, 'AwsApiCall',
	'111122223333', 'us-east-1', 'arn:aws:iam::111122223333:role/App1', 'role', '111122223333', 'AROA1', 'response', 'busy',
	'arn:aws:secretsmanager:us-east-1:111122223333:secret:busy-AbCdEf', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:busy', 'busy', '111122223333', 'us-east-1',
	CASE n WHEN 'UpdateSecretVersionStage' THEN 'AWSCURRENT' END, n = 'UpdateSecretVersionStage', CASE n WHEN 'GetSecretValue' THEN 'ResourceNotFoundException' END,
	n = 'UpdateSecretVersionStage', CASE n WHEN 'UpdateSecretVersionStage' THEN jsonb_build_object('move_to_version_id', md5('busy')) ELSE '{}' END
FROM generate_series(1, 60) AS i CROSS JOIN LATERAL (SELECT CASE WHEN i % 2 = 0 THEN 'GetSecretValue' ELSE 'UpdateSecretVersionStage' END AS n) AS n});

# Chains of credentials, with which some facts' calls were made.
sql(q{INSERT INTO audit.issued_credentials (event_time, event_key, event_source, event_name, account_id, aws_region, issued_key, issued_id, issued_name, caller, caller_account, caller_id, caller_key, caller_created_at)
SELECT '2014-01-01 00:00Z'::timestamptz + make_interval(secs => i * 7510), md5(i::text)::uuid, 'sts.amazonaws.com', 'AssumeRole', '111122223333', 'us-east-1', 'ASIA' || i, 'AROA' || i % 7, 's' || i % 50,
	'arn:aws:iam::111122223333:role/App' || i % 3, '111122223333', 'AROA' || i % 3, 'ASIA' || i / 2, '2014-01-01 00:00Z' FROM generate_series(1, 30000) AS i});

my @views = split /\n/, sql(q{SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind = 'v' AND c.relname <> 'events' AND a.attname = 'secret_name' ORDER BY 1});
cmp_ok(scalar @views, '>', 25, scalar(@views) . ' views are about secrets');
for my $state ('without statistics', 'with statistics')
{
	my $jit = 'SET cloudtrail.jit = on' . ($state eq 'with statistics' ? '; SET jit_above_cost = 2000000' : '');
	for my $view (@views)
	{
		for my $name ('app/7', 'busy')
		{
			my $plan = sql("SET search_path = audit, public; $jit; EXPLAIN SELECT * FROM $view WHERE secret_name = '$name'");
			unlike($plan, qr/JIT/, "$view of $name, $state: no JIT");
			unlike($plan, qr/raw_events_\d/, "$view of $name, $state: no partition is planned");
		}
	}
	for my $view (grep { /session/ } split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v'}))
	{
		my $plan = sql("SET search_path = audit, public; $jit; EXPLAIN SELECT * FROM $view WHERE access_key_id = 'ASIA42'");
		unlike($plan, qr/JIT/, "$view of a key, $state: no JIT");
		unlike($plan, qr/raw_events_\d/, "$view of a key, $state: no partition is planned");
		like($plan, qr/issued_credentials_caller_key_idx/, "$view of a key, $state: by indexes");
		like($plan, qr/secret_facts_access_key_idx/, "$view of a key, $state: also of facts");
	}
	sql('ANALYZE audit.secret_facts, audit.issued_credentials');
}

# No row of an answer reads all facts of its secret, or of its caller, anew.
my $facts = sql('SELECT count(*) FROM audit.secret_facts');
for my $view (@views)
{
	my ($loops, $discarded) = (0, 0);
	for (split /\n/, sql("SET search_path = audit, public; EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT * FROM $view WHERE secret_name = 'busy'"))
	{
		$loops = $1 if /\(actual rows=\d+ loops=(\d+)\)/;
		$discarded += $1 * $loops if /Rows Removed by (?:Join )?Filter: (\d+)/ && $loops > 10;
	}
	cmp_ok($discarded, '<', $facts, "$view of busy: reads little again and again");
}

# A condition on the time of reads chooses facts by their time.
my $day = sql(q{SET search_path = audit, public; EXPLAIN SELECT * FROM secret_reads WHERE event_time >= '2015-01-01 00:00Z' AND event_time < '2015-01-02 00:00Z'});
like($day, qr/secret_facts_pkey on secret_facts f.*\n\s*Index Cond: \(\(event_time >= '2015/, 'reads of a day: by time');

# The event of a row is found by its key, by whichever name the trail goes.
sql(q{INSERT INTO audit.raw_events_default (event) VALUES ('{"eventTime": "2024-05-01T08:00:00Z", "eventID": "cccccccc-0000-4000-8000-000000000001", "eventSource": "secretsmanager.amazonaws.com", "eventName": "GetSecretValue", "awsRegion": "us-east-1", "recipientAccountId": "111122223333", "requestParameters": {"secretId": "one"}}')});
for my $trail ('audit', 'other')
{
	sql("ALTER SCHEMA audit RENAME TO $trail") if $trail ne 'audit';
	is(sql("SELECT event ->> 'eventID' FROM $trail.secret_reads WHERE secret_name = 'one'"), 'cccccccc-0000-4000-8000-000000000001', "the event is shown in $trail");
}
is(sql(q{SELECT cloudtrail_raw_event('other.raw_events', '2024-05-01 08:00Z', 'cccccccc-0000-4000-8000-000000000002') IS NULL}), 't', 'no event has that key');
sql('CREATE ROLE nobody_special');
eval { sql(q{SET ROLE nobody_special; SELECT cloudtrail_raw_event(c.oid, '2024-05-01 08:00Z', 'cccccccc-0000-4000-8000-000000000001') FROM pg_class AS c WHERE c.relname = 'raw_events'}) };
like($@, qr/permission denied/, 'who may not read the events is not shown one');
sql('DROP ROLE nobody_special');
done_testing();
