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

# What was found for one role is not told to another one in the same statement.
sql(qq{ALTER TABLE audit.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY other_account ON audit.raw_events TO auditor USING (ext.account_id(event) = '222233334444');
	CREATE FUNCTION public.look() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS \$\$ DECLARE found text[]; BEGIN found := ext.cloudtrail_session_origin('audit.issued_credentials', $session); RETURN true; END \$\$;
	GRANT CREATE ON SCHEMA public TO auditor; SET ROLE auditor;
	CREATE FUNCTION public.peek(boolean) RETURNS text[] LANGUAGE plpgsql AS \$\$ DECLARE found text[]; BEGIN found := ext.cloudtrail_session_origin('audit.issued_credentials', $session); RETURN found; END \$\$});
is(sql('SET ROLE auditor; SELECT public.peek(true)'), '{NULL,unknown,"issuing event not in the trail"}', 'a policy hides who stands behind a session');
is(sql('SET ROLE auditor; SELECT public.peek(public.look())'), '{NULL,unknown,"issuing event not in the trail"}', 'also after a function of the owner found it');

# A lookup in a view, whose function looks up others meanwhile.
is(sql(q{SET ROLE mallory; SELECT ext.cloudtrail_create_trail('bait'); CREATE SCHEMA theirs; CREATE TABLE theirs.records (LIKE bait.issued_credentials);
	INSERT INTO theirs.records (event_time, event_key, event_name, account_id, issued_key, issued_id, caller_id, caller_account, caller_key)
		SELECT '2024-05-01', gen_random_uuid(), 'AssumeRole', '111122223333', 'K' || i, 'AROAROLE', 'AROAROLE', '111122223333', 'K' || i + 1 FROM generate_series(1, 100) AS i;
	CREATE FUNCTION theirs.nested(key text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE found text[]; BEGIN
		FOR i IN 1 .. 3 LOOP
			found := ext.cloudtrail_session_origin('theirs.records', clock_timestamp(), '111122223333', 'AROAROLE', 's', NULL, clock_timestamp(), false, NULL, NULL);
		END LOOP;
		RETURN key; END $$;
	CREATE VIEW theirs.issued_credentials AS SELECT event_time, event_key, event_name, account_id, aws_region, theirs.nested(issued_key) AS issued_key, issued_id, issued_name, source_identity, shared_event_id, caller,
		caller_account, caller_id, caller_name, caller_key, caller_created_at, caller_in_console, origin, origin_kind, origin_method, issued_sign_in, caller_sign_in, permission_set FROM theirs.records;
	CREATE FUNCTION theirs.asks() RETURNS text[] LANGUAGE plpgsql AS $$ DECLARE found text[]; BEGIN
		found := ext.cloudtrail_session_origin('theirs.issued_credentials', '2024-05-02', '111122223333', 'AROAROLE', '', 'K1', NULL, false, NULL, NULL);
		RETURN found; END $$;
	SELECT theirs.asks(); SELECT theirs.asks()}), qq(bait\n{NULL,unknown,"the chain is too long"}\n{NULL,unknown,"the chain is too long"}), 'a lookup within a lookup');

# Records whose texts are long when they are not compressed: a lookup takes the memory of one.
SKIP:
{
	skip 'no /proc', 1 unless -r '/proc/self/status';
	sql(q{CREATE TABLE public.issued_credentials (LIKE audit.issued_credentials); CREATE INDEX ON public.issued_credentials (issued_key);
		INSERT INTO public.issued_credentials (event_time, event_key, account_id, issued_key, issued_id) SELECT '2024-05-01', gen_random_uuid(), '111122223333', 'ASIAKEY', repeat('a', 1000000) FROM generate_series(1, 300)});
	my $asking = Session->new('-d', 'attacked_lookups');
	is($asking->ask(qq{SELECT origin_kind FROM ext.cloudtrail_session_chain('public.issued_credentials', $session)}), 'unknown', 'long texts are compared');
	open my $status, '<', "/proc/$asking->{backend}/status" or die;
	my ($peak) = map { /^VmHWM:\s*(\d+) kB/ ? $1 : () } <$status>;
	cmp_ok($peak, '<', 150_000, 'their memory is released');
}

use_database('postgres');
sql('DROP DATABASE attacked_lookups; DROP ROLE mallory, auditor, outsider');
done_testing();
