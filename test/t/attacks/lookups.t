# Roles ask for what C looks up by indexes and remembers: without the privilege
# on the schema, after another role asked the same, and from within a lookup.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Session;

sql('CREATE ROLE mallory LOGIN NOSUPERUSER; CREATE ROLE auditor LOGIN NOSUPERUSER; CREATE ROLE outsider LOGIN NOSUPERUSER');
new_database('attacked_lookups', 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext');
my $assumed = '{"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-000000000001","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","principalId":"AIDAALICE","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"AKIAALICE","userName":"alice"},"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/r","roleSessionName":"s"},"responseElements":{"credentials":{"accessKeyId":"ASIAKEY"},"assumedRoleUser":{"assumedRoleId":"AROAROLE:s","arn":"arn:aws:sts::111122223333:assumed-role/r/s"}}}';
sql(qq{GRANT CREATE, TEMP ON DATABASE attacked_lookups TO mallory; SELECT ext.cloudtrail_create_trail('audit'); SELECT ext.cloudtrail_import('audit', 'e', '$assumed');
	GRANT SELECT ON ALL TABLES IN SCHEMA audit TO outsider; SELECT ext.cloudtrail_grant_audit('audit', 'auditor')});

# SELECT on the tables without USAGE on the schema: an oid stands for the name.
my ($credentials, $events) = split /\|/, sql(q{SELECT 'audit.issued_credentials'::regclass::oid, 'audit.raw_events'::regclass::oid});
my $session = q{'2024-05-01 12:30Z', '111122223333', 'AROAROLE', 's', 'ASIAKEY', NULL, false, NULL, NULL};
for my $call ("cloudtrail_session_chain($credentials, $session)", "cloudtrail_session_origin($credentials, $session)",
	(map { "cloudtrail_${_}_event($events, '2024-05-01 12:00Z', '00000000-0000-4000-8000-000000000001')" } qw(raw has)))
{
	my $answer = eval { sql("SET ROLE outsider; SELECT * FROM ext.$call") } // $@;
	like($answer, qr/permission denied for schema audit/, "$call without USAGE on the schema");
}

use_database('postgres');
sql('DROP DATABASE attacked_lookups; DROP ROLE mallory, auditor, outsider');
done_testing();
