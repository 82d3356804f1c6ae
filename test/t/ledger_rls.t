# The ledger of a trail under row-level security: who is shown some accounts'
# events is shown their files and rejects, and whoever may insert can import.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

# A log file's key in S3, of an account.
sub key_of { return "AWSLogs/$_[0]/CloudTrail/us-east-1/$_[0]_CloudTrail_us-east-1_20240131T2355Z_$_[1].json.gz" }

# A log file of one event of an account, and of something that is none.
sub log_of { return qq({"Records":[{"eventTime":"2024-01-31T12:00:00Z","eventName":"$_[1]","recipientAccountId":"$_[0]"},{"no event":"of $_[0]"}]}) }

# Imports a log file as a role; returns the counts.
sub import_as
{
	my ($role, $trail, $source, $log) = @_;
	return sql(qq{SET ROLE $role; SELECT * FROM cloudtrail_import('$trail', '$source', '$log')});
}

# What a role reads of the ledger.
sub ledger
{
	my ($role, $trail) = @_;
	return sql(qq{SET ROLE $role;
		SELECT coalesce(string_agg(coalesce(account_id, 'none'), ' ' ORDER BY source), '-') FROM ${trail}_files;
		SELECT coalesce(string_agg(substring(encode(raw, 'escape') FROM 'of (\\d+)'), ' ' ORDER BY source), '-') FROM ${trail}_rejects});
}

my ($mine, $other) = qw(111122223333 444455556666);
new_database('ledger');
sql(q{
	SELECT cloudtrail_create_trail('trail');
	CREATE ROLE ledger_auditor; CREATE ROLE ledger_loader; CREATE ROLE ledger_blind_loader;
	GRANT SELECT ON trail.raw_events, trail.log_files, trail.rejects TO ledger_auditor;
	GRANT SELECT, INSERT ON trail.raw_events, trail.log_files, trail.rejects TO ledger_loader, ledger_blind_loader});

# Without row-level security on the trail nothing changes for anybody.
is(import_as('ledger_loader', 'trail', key_of($mine, 'a'), log_of($mine, 'a')), 'log|1|1|0|1|f', 'who may insert imports');
is(import_as('ledger_loader', 'trail', key_of($mine, 'a'), log_of($mine, 'a')), 'log|1|0|1|0|t', 'and finds what is known');
is(import_as('postgres', 'trail', key_of($other, 'b'), log_of($other, 'b')), 'log|1|1|0|1|f', 'the owner imports');
is(import_as('postgres', 'trail', 'elsewhere.json', log_of($other, 'c')), 'log|1|1|0|1|f', 'a file whose name tells no account');
my $all = "$mine $other none\n$mine $other $other";
is(ledger($_, 'trail'), $all, "$_ reads the whole ledger") for qw(postgres ledger_loader ledger_auditor);

# With it, the ledger is shown as far as the events are.
sql(qq{
	ALTER TABLE trail.raw_events ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON trail.raw_events FOR SELECT TO ledger_auditor USING (account_id(event) = '$mine');
	CREATE POLICY loads ON trail.raw_events TO ledger_loader USING (true);
	CREATE POLICY loads_blindly ON trail.raw_events FOR INSERT TO ledger_blind_loader WITH CHECK (true)});
is(ledger('postgres', 'trail'), $all, 'the owner still reads it all');
is(ledger('ledger_auditor', 'trail'), "$mine\n$mine", 'who sees one account sees its files and rejects');
is(ledger('ledger_loader', 'trail'), "$mine $other\n$mine $other", 'who sees all accounts sees those of all, but none whose account is not known');
is(ledger('ledger_blind_loader', 'trail'), "-\n-", 'who sees no events sees none');
sql(q{ALTER ROLE ledger_auditor BYPASSRLS});
is(ledger('ledger_auditor', 'trail'), $all, 'who bypasses row-level security sees all');
sql(q{ALTER ROLE ledger_auditor NOBYPASSRLS});
ok(!eval { sql('SET ROLE ledger_auditor; SET row_security = off; SELECT * FROM trail.log_files'); 1 } && $@ =~ /row-level security/, 'row_security = off is no way around it');

# Import goes on as before, for those that see nothing too: what they cannot know of is imported again, to no effect.
is(import_as('ledger_loader', 'trail', key_of($other, 'd'), log_of($other, 'd')), 'log|1|1|0|1|f', 'who may insert imports');
is(import_as('ledger_loader', 'trail', key_of($other, 'd'), log_of($other, 'd')), 'log|1|0|1|0|t', 'and finds what is known');
is(import_as('ledger_blind_loader', 'trail', key_of($mine, 'e'), log_of($mine, 'e')), 'log|1|1|0|1|f', 'so does who sees nothing');
is(import_as('ledger_blind_loader', 'trail', key_of($mine, 'e'), log_of($mine, 'e')), 'log|1|0|1|0|f', 'for whom nothing is known, and nothing comes twice');
is(sql(q{SELECT count(*) FROM trail.raw_events; SELECT count(*) FROM trail.log_files; SELECT count(*) FROM trail.rejects}), "5\n5\n5", 'five files, events, rejects');
ok(!eval { import_as('ledger_auditor', 'trail', 'x', log_of($mine, 'x')); 1 } && $@ =~ /permission denied/, 'who may only read does not import');

# Digests are shown as their files are.
for my $account ($mine, $other)
{
	my $name = "${account}_CloudTrail-Digest_us-east-1_all_us-east-1_20240131T100000Z.json.gz";
	is(import_as('postgres', 'trail', "AWSLogs/$account/CloudTrail-Digest/us-east-1/2024/01/31/$name", qq({"awsAccountId":"$account","digestStartTime":"2024-01-31T09:00:00Z","digestEndTime":"2024-01-31T10:00:00Z","digestS3Bucket":"logs","digestS3Object":"AWSLogs/$account/CloudTrail-Digest/us-east-1/2024/01/31/$name","digestPublicKeyFingerprint":"00","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[]})),
		'digest|0|0|0|0|f', "a digest of $account");
}
sql(q{SELECT cloudtrail_grant_audit('audit', 'ledger_auditor')});
is(sql(q{SET ROLE ledger_auditor; SELECT account_id FROM audit.digest_chain}), $mine, "the chain of the account that is seen");
is(sql(q{SELECT count(*) FROM audit.digest_chain}), 2, 'of both');
sql(q{DROP SCHEMA audit CASCADE});

# Privileges decide who forgets a file, and only of what is shown.
sql(q{GRANT DELETE ON trail.log_files, trail.rejects TO ledger_auditor});
sql(q{SET ROLE ledger_auditor; DELETE FROM trail.rejects; DELETE FROM trail.log_files});
is(ledger('postgres', 'trail'), "$other $other $other none\n$other $other $other", 'who may delete deletes what is shown');

# A name that must be quoted, the extension and the trail in schemas that no path names.
sql(q{CREATE SCHEMA "Ext 'q"; CREATE SCHEMA "My ""Trails"; ALTER EXTENSION cloudtrail SET SCHEMA "Ext 'q"});
sql(q{SELECT "Ext 'q".cloudtrail_create_trail('"My ""Trails"."It''s %1$s"')});
sql(qq{SELECT "Ext 'q".cloudtrail_import('"My ""Trails"."It''s %1\$s"', '${\ key_of($_, 'f')}', '${\ log_of($_, 'f')}')}) for $mine, $other;
sql(qq{
	GRANT USAGE ON SCHEMA "Ext 'q", "My ""Trails" TO ledger_auditor;
	GRANT SELECT ON ALL TABLES IN SCHEMA "My ""Trails" TO ledger_auditor;
	ALTER TABLE "My ""Trails"."It's %1\$s" ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON "My ""Trails"."It's %1\$s" USING ("Ext 'q".account_id(event) = '$other')});
is(sql(q{SET search_path = ''; SET ROLE ledger_auditor; SELECT account_id FROM "My ""Trails"."It's %1$s_files"; SELECT count(*) FROM "My ""Trails"."It's %1$s_rejects"}),
	"$other\n1", 'odd names');
done_testing();
