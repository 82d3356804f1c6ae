# A trail of a role that is not a superuser receives rows through a subscription
# of a superuser: what runs there has the rights of no more than its owner, and
# looks names up nowhere else.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

unless ($ENV{REPLICATION_TEST})
{
	$ENV{REPLICATION_TEST} = 1;
	exec 'test/cluster', '--conf', 'wal_level=logical', $^X, '-Itest/lib', $0 or die;
}

sql('CREATE ROLE mallory LOGIN NOSUPERUSER; CREATE ROLE owner_role LOGIN NOSUPERUSER');
my $set_up = 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext; SET ROLE owner_role; SELECT ext.cloudtrail_create_trail(\'audit\')';
sql("CREATE DATABASE $_; GRANT CREATE ON DATABASE $_ TO owner_role, mallory") for 'published', 'subscribed';
for my $database ('published', 'subscribed')
{
	use_database($database);
	sql($set_up);
}

# Mallory, who may create objects in public, plants what fits the names that triggers use; each database has it in the
# search_path of all roles.
use_database('subscribed');
sql('GRANT CREATE ON SCHEMA public TO mallory; ALTER DATABASE subscribed SET search_path = public, pg_catalog');
my $trap = q{BEGIN INSERT INTO public.ran VALUES (current_user, session_user); RETURN %s; END};
sql(qq{SET ROLE mallory; CREATE TABLE public.ran (who text, session text); GRANT ALL ON public.ran TO PUBLIC;
	CREATE FUNCTION public.timezone(text, timestamptz) RETURNS timestamp LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'now()'} \$\$;
	CREATE FUNCTION public.event_time(ext.cloudtrail_event) RETURNS timestamptz LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'now()'} \$\$;
	CREATE FUNCTION public.event_key(ext.cloudtrail_event) RETURNS uuid LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'gen_random_uuid()'} \$\$;
	CREATE FUNCTION public.cloudtrail_has_facts(ext.cloudtrail_event) RETURNS boolean LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'true'} \$\$;
	CREATE FUNCTION public.same(timestamptz, timestamptz) RETURNS boolean LANGUAGE plpgsql AS \$\$ ${\ sprintf $trap, 'true'} \$\$;
	CREATE OPERATOR public.= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.same);
	CREATE TABLE public.inserted (event_time timestamptz, event_key uuid, event ext.cloudtrail_event); CREATE TABLE public.removed (LIKE public.inserted);
	CREATE TABLE public.raw_events (LIKE public.inserted); CREATE TABLE public.secret_facts (x int)});

# The owner of the trail has its triggers fire for replicated rows, too.
sql(q{SET ROLE owner_role; DO $$ DECLARE t record; BEGIN
	FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid WHERE c.relnamespace = 'audit'::regnamespace AND NOT tgisinternal AND tgparentid = 0 LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.name, t.tgname);
	END LOOP; END $$});
use_database('published');
my $event = '{"eventTime":"2024-05-0%dT12:00:00Z","eventID":"00000000-0000-4000-8000-00000000000%d","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"db"}}';
sql(q{CREATE PUBLICATION events FOR TABLE audit.raw_events, audit.log_files WITH (publish_via_partition_root = true); SELECT pg_create_logical_replication_slot('s', 'pgoutput')});
sql(sprintf "SET ROLE owner_role; SELECT ext.cloudtrail_import('audit', 'one', '$event')", 1, 1);
use_database('subscribed');
sql("CREATE SUBSCRIPTION s CONNECTION 'host=$ENV{PGHOST} port=$ENV{PGPORT} dbname=published' PUBLICATION events WITH (create_slot = false, slot_name = 's', copy_data = false)");
use_database('published');
sql(sprintf "SET ROLE owner_role; SELECT ext.cloudtrail_import('audit', 'two', '$event')", 2, 2);
sql(sprintf "SET ROLE owner_role; INSERT INTO audit.raw_events (event) VALUES ('$event')", 3, 3);
sql(q{SET ROLE owner_role; DELETE FROM audit.raw_events WHERE event_time = '2024-05-01 12:00Z'});
use_database('subscribed');
ok(wait_for(q{(SELECT count(*) FROM audit.raw_events) = 2}), 'rows arrive, by a worker of a superuser') or diag(`tail -n 5 $ENV{SERVER_LOG}`);
is(sql('SELECT count(*), string_agg(DISTINCT who, \' \') FROM public.ran'), '0|', 'nothing of mallory\'s ran');
is(sql('SELECT count(*) FROM audit.log_files'), 2, 'nor did anything keep the ledger back');
is(sql(q{SET ROLE owner_role; SELECT ext.cloudtrail_refresh_facts('audit') IS NOT NULL; SELECT count(*) FROM audit.secret_facts}), "t\n2", 'facts are made of what arrived');
is(sql('SELECT count(*) FROM public.ran'), 0, 'with nothing of mallory\'s');
sql('ALTER SUBSCRIPTION s DISABLE');
sql('ALTER SUBSCRIPTION s SET (slot_name = NONE)');
sql('DROP SUBSCRIPTION s');
done_testing();
