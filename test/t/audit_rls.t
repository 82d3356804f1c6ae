# The views for auditors under row-level security: who may see the events of one
# account gets from every view and table exactly what a trail of that account
# alone would give.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;

# A log file's key in S3.
sub key_of { my ($account, $number) = @_; return "AWSLogs/$account/CloudTrail/us-east-1/${account}_CloudTrail_us-east-1_20240110T0000Z_$number.json.gz" }

# Generated events of three accounts, by account; and some that reach across.
my ($mine, $other) = qw(111122223333 222233334444);
my %lines;
new_database('audit_rls');
my $generated = server_file('rls.ndjson', scalar `test/data/generate --events 3000 --seed 11 --days 20 --accounts 3 --regions 2 --secrets 15 --stories 60`);
for (split /\n/, sql("SELECT account_id(e) || ' ' || e::text FROM cloudtrail_events(pg_read_binary_file('$generated')) AS e"))
{
	my ($account, $line) = split / /, $_, 2;
	push @{ $lines{$account} }, "$line\n";
}
cmp_ok(scalar @{ $lines{$_} }, '>', 100, "events of $_: " . @{ $lines{$_} }) for $mine, $other;
my ($partner, $shared, $theirs) = (role('Partner', 'x', account => $other), secret('shared/db', 'AbCdEf', account => $mine), secret('their/db', 'AbCdEf', account => $other));
my @across = (
	(map { call('GetSecretValue', '01-05 12:00:00', $partner, $shared, id => $shared->{arn}, record => { recipientAccountId => $_, sharedEventID => 'eeeeeeee-0000-4000-8000-000000000001' }) } $mine, $other),
	denied(call('GetSecretValue', '01-06 12:00:00', user('eve', account => $mine), $theirs, id => $theirs->{arn}), 'no resource-based policy allows it'),
);

# Imports the files of some accounts; each has something that is no event, and names it.
sub import_accounts
{
	my ($trail, @accounts) = @_;
	for my $account (@accounts)
	{
		my $log = server_file('rls.ndjson', join '', @{ $lines{$account} }, qq({"no event":"of $account"}\n));
		sql(qq{SELECT cloudtrail_import('$trail', '${\ key_of($account, 1)}', pg_read_binary_file('$log'))});
		tell($trail, grep { $_->{recipientAccountId} eq $account } @across);
	}
	sql("ANALYZE $trail");
}

sql(q{CREATE SCHEMA "Evidence"; SELECT cloudtrail_create_trail('"Evidence".trail'); SELECT cloudtrail_create_audit_views('"Evidence".trail', 'Audit');
	SELECT cloudtrail_create_trail('reference'); SELECT cloudtrail_create_audit_views('reference', 'reference_audit')});
import_accounts('"Evidence".trail', sort keys %lines);
import_accounts('reference', $mine);

# What users write into the tables is not of one account, but what is listed is.
for my $schema (qw(Audit reference_audit))
{
	my @accounts = $schema eq 'Audit' ? ($mine, $other) : ($mine);
	my $list = JSON::PP->new->canonical->encode([ map { { ARN => secret('listed/db', 'LlLlLl', account => $_)->{arn}, Name => 'listed/db', CreatedDate => '2023-01-01T00:00:00Z' } } @accounts ]);
	sql(qq{UPDATE "$schema".settings SET as_of = '2024-02-01 00:00Z', bulk_secrets = 2, unused_after = '5 days', rotation_due_after = '5 days';
		INSERT INTO "$schema".cis_conditions (condition_id, title, action) VALUES ('mine', 'Values read', 'secretsmanager:GetSecretValue');
		SELECT cloudtrail_load_secrets('$schema', '$list'); UPDATE "$schema".listed_secrets SET listed_at = '2024-01-20 00:00Z'});
}
sql(qq{
	CREATE ROLE view_auditor; CREATE ROLE view_stranger; CREATE ROLE view_all;
	ALTER TABLE "Evidence".trail ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON "Evidence".trail FOR SELECT TO view_auditor USING (account_id(event) = '$mine');
	CREATE POLICY every ON "Evidence".trail FOR SELECT TO view_all USING (true)});

my @relations = split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = '"Audit"'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1});
cmp_ok(scalar @relations, '>', 40, @relations . ' views and tables');

# Nothing without the grants; a grant on one view is not one on what is behind it.
ok(!eval { sql(qq{SET ROLE view_auditor; TABLE "Audit"."$_"}); 1 } && $@ =~ /permission denied/, "$_: permission denied without grants") for @relations;
sql(q{SELECT cloudtrail_grant_audit('Audit', 'view_auditor'); SELECT cloudtrail_grant_audit('Audit', 'view_all')});
ok(!eval { sql(qq{SET ROLE view_stranger; TABLE "Audit"."$_"}); 1 } && $@ =~ /permission denied/, "$_: nor for others") for qw(events secret_reads log_files rejects listed_secrets settings);

# Rows but for when they were written down: as many, and the same.
sub rows_of { my ($role, $schema, $relation) = @_; return sql(qq{SET ROLE $role; SELECT count(*), md5(coalesce(string_agg(r, chr(10) ORDER BY r), '')) FROM (SELECT (to_jsonb(v) - 'imported_at')::text AS r FROM "$schema"."$relation" AS v) AS x}) }
my ($with_rows, $hidden) = (0, 0);
for (@relations)
{
	my $expected = rows_of('postgres', 'reference_audit', $_);
	is(rows_of('view_auditor', 'Audit', $_), $expected, "$_: what a trail of one account would give, $expected");
	$with_rows++ if $expected !~ /^0\|/;
	$hidden++ if rows_of('postgres', 'Audit', $_) ne $expected;
}
cmp_ok($with_rows, '>', 35, "$with_rows of them have rows");
cmp_ok($hidden, '>', 30, "and $hidden would tell more to others");
is(rows_of('view_all', 'Audit', $_), rows_of('postgres', 'Audit', $_), "$_: all, for who may see all") for qw(events secret_events secret_inventory log_files rejects listed_secrets);

is(sql(q{SET ROLE view_auditor; SELECT DISTINCT account_id FROM "Audit".log_files; SELECT encode(raw, 'escape') FROM "Audit".rejects; SELECT secret_arn FROM "Audit".listed_secrets}),
	join("\n", $mine, qq({"no event":"of $mine"}), secret('listed/db', 'LlLlLl', account => $mine)->{arn}), 'files, rejects and lists are those of one account');

# The auditor may read only.
ok(!eval { sql("SET ROLE view_auditor; $_"); 1 } && $@ =~ /permission denied|row-level security/, "not $_") for q{DELETE FROM "Evidence".trail}, q{UPDATE "Audit".settings SET bulk_secrets = 1}, q{INSERT INTO "Evidence".trail_files DEFAULT VALUES},
	q{DELETE FROM "Audit".listed_secrets}, q{SELECT cloudtrail_load_secrets('Audit', '[{"ARN":"a","Name":"b"}]')}, q{SELECT cloudtrail_create_audit_views('"Evidence".trail', 'Audit')};

# Who may write lists, loads them, without being the owner.
sql(qq{CREATE ROLE list_keeper; SELECT cloudtrail_grant_audit('Audit', 'list_keeper'); GRANT INSERT, UPDATE ON "Audit".listed_secrets TO list_keeper;
	CREATE POLICY keeps ON "Evidence".trail FOR SELECT TO list_keeper USING (account_id(event) = '$mine')});
my $kept = JSON::PP->new->encode([ { ARN => secret('kept/db', 'KkKkKk', account => $mine)->{arn}, Name => 'kept/db' } ]);
is(sql("SET ROLE list_keeper; SELECT cloudtrail_load_secrets('Audit', '$kept')"), 1, 'a role with INSERT and UPDATE loads a list') for 1, 2;
is(sql(q{SET ROLE list_keeper; SELECT count(*) FROM "Audit".listed_secrets}), 2, 'and reads what is of the account that it may see');
done_testing();
