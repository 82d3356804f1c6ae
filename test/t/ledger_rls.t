# The ledger of a trail under row-level security: whoever does not see every
# event sees no row of it and cannot import; whoever sees every event because no
# policy restricts them can do both.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

# A log file's key in S3, of an account.
sub key_of { return "AWSLogs/$_[0]/CloudTrail/us-east-1/$_[0]_CloudTrail_us-east-1_20240131T2355Z_$_[1].json.gz" }

# A log file of one event of an account, and of something that is not one.
sub log_of { return qq({"Records":[{"eventTime":"2024-01-31T12:00:00Z","eventName":"$_[1]","recipientAccountId":"$_[0]"},{"no event":"of $_[0]"}]}) }

# Imports a log file as a role; returns the counts.
sub import_as
{
	my ($role, $source, $log) = @_;
	return sql(qq{SET ROLE $role; SELECT * FROM cloudtrail_import('trail', '$source', '$log')});
}

# What a role reads of the ledger.
sub ledger
{
	my ($role) = @_;
	return sql(qq{SET ROLE $role; SELECT count(*) FROM trail.log_files; SELECT count(*) FROM trail.rejects; SELECT count(*) FROM trail.digests;
		SELECT count(*) FROM trail.activity; SELECT count(*) FROM trail.action_activity; SELECT count(*) FROM trail.principal_activity; SELECT count(*) FROM trail.changed_days}) =~ tr/\n/ /r;
}

# How an attempt fails.
sub fails
{
	my ($title, $attempt, $message) = @_;
	my $done = eval { $attempt->(); 1 };
	ok(!$done && $@ =~ $message, $title) or diag($done ? 'it works' : $@);
}

my ($mine, $other) = qw(111122223333 444455556666);
new_database('ledger');
sql(q{
	SELECT cloudtrail_create_trail('trail');
	CREATE ROLE ledger_auditor; CREATE ROLE ledger_loader; CREATE ROLE ledger_blind_loader;
	GRANT USAGE ON SCHEMA trail TO ledger_auditor, ledger_loader, ledger_blind_loader;
	GRANT SELECT ON ALL TABLES IN SCHEMA trail TO ledger_auditor;
	GRANT SELECT, INSERT ON trail.raw_events, trail.log_files, trail.rejects, trail.digests, trail.conflicts TO ledger_loader, ledger_blind_loader;
	GRANT SELECT ON ALL TABLES IN SCHEMA trail TO ledger_loader, ledger_blind_loader});

# Without row-level security on the events nothing changes for anybody.
is(import_as('ledger_loader', key_of($mine, 'a'), log_of($mine, 'a')), 'log|1|1|0|1|f', 'a role that may insert imports');
is(import_as('ledger_loader', key_of($mine, 'a'), log_of($mine, 'a')), 'log|1|0|1|0|t', 'and finds what is known');
is(import_as('postgres', key_of($other, 'b'), log_of($other, 'b')), 'log|1|1|0|1|f', 'the owner imports');
my $digest = "${mine}_CloudTrail-Digest_us-east-1_all_us-east-1_20240131T100000Z.json.gz";
is(import_as('postgres', "AWSLogs/$mine/CloudTrail-Digest/us-east-1/2024/01/31/$digest", qq({"awsAccountId":"$mine","digestStartTime":"2024-01-31T09:00:00Z","digestEndTime":"2024-01-31T10:00:00Z","digestS3Bucket":"logs","digestS3Object":"AWSLogs/$mine/CloudTrail-Digest/us-east-1/2024/01/31/$digest","digestPublicKeyFingerprint":"00","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[]})),
	'digest|0|0|0|0|f', 'a digest');
sql(q{SELECT cloudtrail_refresh_activity('trail'); INSERT INTO trail.changed_days VALUES ('2024-01-31')});
my $all = ledger('postgres');
unlike($all, qr/\b0\b/, "there is something of each kind: $all");
is(ledger($_), $all, "$_ reads the whole ledger") for qw(ledger_loader ledger_auditor);

# With it, only those see the ledger that no policy restricts.
sql(qq{
	ALTER TABLE trail.raw_events ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON trail.raw_events FOR SELECT TO ledger_auditor USING (account_id(event) = '$mine');
	CREATE POLICY loads ON trail.raw_events TO ledger_loader USING (true);
	CREATE POLICY loads_blindly ON trail.raw_events FOR INSERT TO ledger_blind_loader WITH CHECK (true)});
my $nothing = '0 0 0 0 0 0 0';
is(ledger('postgres'), $all, 'the owner reads it all');
is(ledger($_), $nothing, "$_ reads nothing of it") for qw(ledger_auditor ledger_loader ledger_blind_loader);
sql(q{ALTER ROLE ledger_auditor BYPASSRLS});
is(ledger('ledger_auditor'), $all, 'a role that bypasses row-level security reads all');
sql(q{ALTER ROLE ledger_auditor NOBYPASSRLS});
fails('row_security = off is no way around it', sub { sql('SET ROLE ledger_auditor; SET row_security = off; SELECT * FROM trail.log_files') }, qr/row-level security/);

# A role that is not shown the whole ledger does not write to it: it could keep files of others out.
fails('a role that sees all events by a policy does not import', sub { import_as('ledger_loader', key_of($other, 'd'), log_of($other, 'd')) }, qr/row-level security policy/);
fails('nor one that sees none', sub { import_as('ledger_blind_loader', key_of($mine, 'e'), log_of($mine, 'e')) }, qr/row-level security policy/);
fails('nor one that may only read', sub { import_as('ledger_auditor', 'x', log_of($mine, 'x')) }, qr/permission denied|row-level security policy/);
fails('nor is a row of the ledger put there by hand', sub { sql(q{SET ROLE ledger_loader; INSERT INTO trail.log_files SELECT * FROM trail.log_files; INSERT INTO trail.log_files (source, sha256, size, kind, events, inserted, duplicates, rejects) VALUES ('x', sha256('x'), 1, 'log', 0, 0, 0, 0)}) }, qr/row-level security policy/);
is(ledger('postgres'), $all, 'the ledger is as it was');
is(sql('SELECT count(*) FROM trail.raw_events'), 2, 'so are the events');

# Privileges decide who removes rows, and only of what is shown.
sql(q{GRANT DELETE ON trail.log_files, trail.rejects TO ledger_auditor});
sql(q{SET ROLE ledger_auditor; DELETE FROM trail.rejects; DELETE FROM trail.log_files});
is(ledger('postgres'), $all, 'what is not shown is not deleted');

# A trail whose name must be quoted, restored or renamed, is no different.
sql(q{ALTER SCHEMA trail RENAME TO "My ""Trail"" 's"});
is(sql(q{SET search_path = ''; SET ROLE ledger_auditor; SELECT count(*) FROM "My ""Trail"" 's".log_files}), 0, 'an odd name');
is(sql(q{SET search_path = ''; SELECT count(*) FROM "My ""Trail"" 's".log_files}), 3, 'of which the owner sees all');
use_database('postgres');
sql('DROP DATABASE ledger');
sql('DROP ROLE ledger_auditor, ledger_loader, ledger_blind_loader');
done_testing();
