# A trail under row-level security: whatever policy hides events, a reader gets
# from every table and view what a trail of the visible events alone would give,
# and nothing of the ledger.  RLS_COUNT and RLS_SEED say how many policies, and
# which.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;

my $count = $ENV{RLS_COUNT} // 2;
my $seed = $ENV{RLS_SEED} // 7;
diag("seed $seed");
srand $seed;

new_database('audit_rls');
my ($mine, $other) = qw(111122223333 222233334444);
my $generated = server_file('rls.ndjson', scalar `test/generator/generate --events 250 --seed 11 --days 20 --accounts 3 --regions 2 --secrets 15 --stories 40` . qq({"no event":"of $other"}\n));

# Calls across accounts, of which one policy or another shows half.
my ($partner, $shared) = (role('Partner', 'x', account => $other), secret('shared/db', 'AbCdEf', account => $mine));
my @across = twins(call('GetSecretValue', '01-05 12:00:00', $partner, $shared, id => $shared->{arn}, record => { recipientAccountId => $other }), $mine);

# Settings that both trails have, so that much is found, and the same.
my $settings = q{UPDATE %1$s.settings SET as_of = '2024-02-01 00:00Z', bulk_secrets = 2, unused_after = '5 days', rotation_due_after = '5 days'};
my $list = JSON::PP->new->canonical->encode([ { ARN => secret('listed/db', 'LlLlLl', account => $mine)->{arn}, Name => 'listed/db', CreatedDate => '2023-01-01T00:00:00Z' } ]);
sql(q{SELECT cloudtrail_create_trail('evidence')});
sql("SELECT cloudtrail_import('evidence', 'AWSLogs/$mine/CloudTrail/us-east-1/${mine}_CloudTrail_us-east-1_20240110T0000Z_1.json.gz', pg_read_binary_file('$generated'))");
tell('evidence', @across);
sql(sprintf $settings, 'evidence');
sql(qq{SELECT cloudtrail_load_secrets('evidence', '$list'); SELECT cloudtrail_refresh_activity('evidence') IS NULL; ANALYZE;
	CREATE ROLE rls_auditor; CREATE ROLE rls_stranger; ALTER TABLE evidence.raw_events ENABLE ROW LEVEL SECURITY});
my @relations = split /\n/, sql(q{SELECT relation FROM cloudtrail_trail_relations() ORDER BY 1});
cmp_ok(scalar @relations, '>', 40, @relations . ' tables and views');

# Nothing without the grants; and reading only with them.
is_deeply([ grep { eval { sql(qq{SET ROLE rls_auditor; TABLE evidence.$_}); 1 } || $@ !~ /permission denied/ } @relations ], [], 'permission denied without grants');
sql(q{SELECT cloudtrail_grant_audit('evidence', 'rls_auditor')});
is_deeply([ grep { eval { sql(qq{SET ROLE rls_stranger; TABLE evidence.$_}); 1 } || $@ !~ /permission denied/ } @relations ], [], 'nor for others');
ok(!eval { sql("SET ROLE rls_auditor; $_"); 1 } && $@ =~ /permission denied|row-level security/, "a reader may not: $_") for q{DELETE FROM evidence.raw_events}, q{DELETE FROM evidence.secret_facts},
	q{UPDATE evidence.settings SET bulk_secrets = 1}, q{INSERT INTO evidence.log_files DEFAULT VALUES}, q{DELETE FROM evidence.listed_secrets}, q{SELECT cloudtrail_load_secrets('evidence', '[{"ARN":"a","Name":"b"}]')};

# How many rows each relation of a trail has for a role, and what they are.
sub rows_of
{
	my ($role, $trail) = @_;
	my $answer = sql(join "\n", "SET ROLE $role; SET timezone = 'UTC';", map {
		"SELECT '$_', count(*), md5(coalesce(string_agg(r, chr(10) ORDER BY r), '')) FROM (SELECT (to_jsonb(v) - '{imported_at,listed_at}'::text[])::text AS r FROM $trail.$_ AS v) AS x;" } @relations);
	return map { my ($relation, $rows) = split /\|/, $_, 2; $relation => $rows } split /\n/, $answer;
}

# A condition on events, of several kinds.
sub condition
{
	my ($depth) = @_;
	my $kind = int rand($depth > 0 ? 7 : 5);
	return sprintf q{event_time >= '2024-01-%02d 00:00Z'}, 3 + rand 14 if $kind == 0;
	return sprintf q{event_name(event) %s ('GetSecretValue', 'Decrypt', 'CreateSecret')}, rand() < 0.5 ? 'IN' : 'NOT IN' if $kind == 1;
	return sprintf q{hashtext(event_key::text) %% 3 %s 0}, rand() < 0.5 ? '=' : '<>' if $kind == 2;
	return sprintf q{account_id(event) = '%s'}, rand() < 0.5 ? $mine : $other if $kind == 3;
	return sprintf q{coalesce(hashtext(secret_name(event)) %% 2, 0) = 0} if $kind == 4;
	return '(' . condition($depth - 1) . ($kind == 5 ? ' AND ' : ' OR ') . condition($depth - 1) . ')';
}

# What speaks of other events than the visible ones, and so has no row.
my @ledger = qw(log_files rejects conflicts digests activity action_activity principal_activity changed_days listed_secrets);
my %is_ledger = map { $_ => 1 } @ledger;
my %all = rows_of('postgres', 'evidence');
unlike($all{$_}, qr/^0\|/, "$_ has rows") for qw(raw_events secret_facts log_files rejects activity listed_secrets secret_reads);
for my $n (1 .. $count)
{
	my $condition = $n == 1 ? "account_id(event) = '$mine'" : condition(2);
	# One that hides everything shows nothing of what is wrong.
	redo unless sql("SELECT count(*) FROM evidence.raw_events WHERE $condition");
	sql(qq{SET client_min_messages = error; DROP POLICY IF EXISTS visible ON evidence.raw_events; DROP SCHEMA IF EXISTS reference CASCADE;
		CREATE POLICY visible ON evidence.raw_events FOR SELECT TO rls_auditor USING ($condition);
		SELECT cloudtrail_create_trail('reference');
		SELECT cloudtrail_create_partition('reference', t) FROM (SELECT DISTINCT date_trunc('month', event_time, 'UTC') FROM evidence.raw_events) AS m (t);
		INSERT INTO reference.raw_events SELECT * FROM evidence.raw_events WHERE $condition; ANALYZE});
	sql(sprintf $settings, 'reference');
	my $shown = sql('SELECT count(*) FROM reference.raw_events');
	cmp_ok($shown, '>', 0, "policy $n shows $shown events: $condition");
	my %expected = rows_of('postgres', 'reference');
	my %got = rows_of('rls_auditor', 'evidence');
	is_deeply([ map { "$_: $got{$_}, not $expected{$_}" } grep { !$is_ledger{$_} && $got{$_} ne $expected{$_} } @relations ], [], "policy $n: what a trail of these events would give");
	is_deeply([ grep { $got{$_} !~ /^0\|/ } @ledger ], [], "policy $n: nothing of the ledger");
	my $less = grep { $got{$_} ne $all{$_} } @relations;
	cmp_ok($less, '>', $n == 1 ? 20 : 0, "policy $n: $less tables and views say more to others");
}

# Settings are no way around a policy.
ok(!eval { sql("SET ROLE rls_auditor; SET row_security = off; TABLE evidence.$_"); 1 } && $@ =~ /row-level security/, "row_security = off: $_ is refused") for qw(raw_events log_files secret_facts activity);
use_database('postgres');
sql('DROP DATABASE audit_rls');
sql('DROP ROLE rls_auditor, rls_stranger');
done_testing();
