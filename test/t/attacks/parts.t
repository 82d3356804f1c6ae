# Parts of a superuser's trail that belong to another role: a partition, a table
# that inherits from one of the trail's, a table that was given away.  What a
# superuser calls refuses such a trail before anything of that role's runs.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

sql('CREATE ROLE mallory LOGIN NOSUPERUSER; CREATE ROLE importer LOGIN NOSUPERUSER');
new_database('attacked_parts', 'CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION cloudtrail SCHEMA ext');
my $event = '{"eventTime":"2024-05-0%dT12:00:00Z","eventID":"00000000-0000-4000-8000-00000000000%d","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"db"}}';
sql(qq{GRANT CREATE ON DATABASE attacked_parts TO mallory; CREATE TABLE public.ran (who text, what text);
	CREATE FUNCTION public.note(what text) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO public.ran VALUES (current_user, what); RETURN true; END \$\$; GRANT ALL ON public.ran TO PUBLIC;
	SELECT ext.cloudtrail_create_trail('audit'); SELECT ext.cloudtrail_import('audit', 'e', '${\ sprintf $event, 1, 1}'); SELECT ext.cloudtrail_import('audit', 'x', 'not an event');
	GRANT USAGE ON SCHEMA audit TO importer, mallory; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO mallory; GRANT SELECT, INSERT ON audit.raw_events, audit.log_files, audit.rejects, audit.conflicts, audit.digests TO importer;
	SET ROLE mallory; CREATE SCHEMA theirs;
	CREATE FUNCTION theirs.trap() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN PERFORM public.note('a trigger of ' || TG_RELID::regclass); RETURN NEW; END \$\$;
	CREATE FUNCTION theirs.trap(what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN RETURN theirs.spring(what); END \$\$;
	CREATE FUNCTION theirs.trap(event ext.cloudtrail_event, what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN RETURN theirs.spring(what); END \$\$;
	CREATE FUNCTION theirs.spring(what text) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN RETURN public.note(what); END \$\$;
	GRANT ALL ON SCHEMA theirs TO PUBLIC});

# What mallory puts on a table of theirs.
my $traps = q{SET LOCAL ROLE mallory;
	CREATE TRIGGER a_trap BEFORE INSERT OR UPDATE OR DELETE ON %1$s FOR EACH ROW EXECUTE FUNCTION theirs.trap();
	ALTER TABLE %1$s ADD CHECK (theirs.trap('a check'));
	CREATE INDEX ON %1$s ((theirs.trap('an index')));
	CREATE STATISTICS theirs.s ON (theirs.trap('statistics')), (theirs.trap('more statistics')) FROM %1$s;
	ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY; ALTER TABLE %1$s FORCE ROW LEVEL SECURITY; CREATE POLICY trap ON %1$s USING (theirs.trap('a policy')) WITH CHECK (theirs.trap('a policy')); RESET ROLE; DELETE FROM public.ran};
my $columns = q{(event_time timestamptz NOT NULL, event_key uuid NOT NULL, event ext.cloudtrail_event NOT NULL,
	CONSTRAINT event_matches CHECK (event_time = ext.event_time(event) AND event_key = ext.event_key(event)))};

# How each part came to be mallory's.
my %parts = (
	'a partition' => [ "SET LOCAL ROLE mallory; CREATE TABLE theirs.june $columns; RESET ROLE; ALTER TABLE audit.raw_events ATTACH PARTITION theirs.june FOR VALUES FROM ('2024-06-01Z') TO ('2024-07-01Z')", 'theirs.june' ],
	'a partition that was given away' => [ "SELECT ext.cloudtrail_create_partition('audit', '2024-06-01Z'); ALTER TABLE audit.raw_events_2024_06 OWNER TO mallory; GRANT CREATE ON SCHEMA audit TO mallory", 'audit.raw_events_2024_06' ],
	'the default partition' => [ 'ALTER TABLE audit.raw_events_default OWNER TO mallory; GRANT CREATE ON SCHEMA audit TO mallory', 'audit.raw_events_default' ],
	'a partition of a partition' => [ "SET LOCAL ROLE mallory; CREATE TABLE theirs.first $columns; RESET ROLE; CREATE TABLE audit.year $columns PARTITION BY RANGE (event_time); ALTER TABLE audit.raw_events ATTACH PARTITION audit.year FOR VALUES FROM ('2024-06-01Z') TO ('2024-09-01Z'); ALTER TABLE audit.year ATTACH PARTITION theirs.first FOR VALUES FROM ('2024-06-01Z') TO ('2024-07-01Z')", 'theirs.first' ],
	(map { my $table = $_; ("a child of $table" => [ "SET LOCAL ROLE mallory; CREATE TABLE theirs.child (LIKE audit.$table INCLUDING CONSTRAINTS); RESET ROLE; ALTER TABLE theirs.child INHERIT audit.$table", 'theirs.child' ]) } qw(log_files secret_facts activity conflicts listed_secrets settings)),
	(map { my $table = $_; ("$table, given away" => [ "GRANT CREATE ON SCHEMA audit TO mallory; ALTER TABLE audit.$table OWNER TO mallory", "audit.$table" ]) } qw(log_files changed_days conflicts listed_secrets cis_conditions)));

# Each function of the extension that takes a trail.
my @calls = split /\n/, sql(q{
	SELECT format('%s ext.%I(%s)', CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, p.proname,
		(SELECT string_agg(CASE t.type::regtype::text WHEN 'regnamespace' THEN '''audit''::regnamespace' WHEN 'regclass' THEN '''audit.raw_events''::regclass' ELSE format('%s::%s',
			CASE t.type::regtype::text WHEN 'timestamp with time zone' THEN quote_literal('2024-06-01 12:00Z') WHEN 'integer' THEN '1' WHEN 'bigint' THEN '1' WHEN 'boolean' THEN 'true' WHEN 'text[]' THEN quote_literal('{}') WHEN 'bigint[]' THEN quote_literal('{}')
				WHEN 'jsonb' THEN quote_literal('[]') WHEN 'bytea' THEN quote_literal('{"eventTime":"2024-06-01T00:00:00Z","eventName":"x"}') WHEN 'bytea[]' THEN quote_literal('{}') WHEN 'name' THEN quote_literal('importer') ELSE quote_literal('/nonexistent') END, t.type::regtype) END, ', ' ORDER BY t.n)
			FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type, n)))
	FROM pg_proc AS p WHERE p.pronamespace = 'ext'::regnamespace AND p.proargtypes[0] = 'regnamespace'::regtype ORDER BY 1});
my $others = join ',', map { sprintf $event =~ s/"2024-05/"2024-06/r, $_, $_ } 2 .. 4;
push @calls, qq{SELECT ext.cloudtrail_import('audit', 'f', '{"Records":[$others]}')}, q{SELECT ext.cloudtrail_import('audit', 'g', '} . (sprintf $event, 1, 1) =~ s/"db"/"other"/r . q{')},
	q{SELECT ext.cloudtrail_load_secrets('audit', '[{"ARN":"arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf","Name":"a"}]')}, q{SELECT ext.cloudtrail_refresh_activity('audit', true)};

# What ran of mallory's, by whom, while a superuser runs statements; all is as before then.
sub ran
{
	my (@statements) = @_;
	my $each = join '', map { "DO \$do\$ BEGIN IF NOT EXISTS (SELECT FROM public.ran WHERE who = 'postgres') THEN BEGIN EXECUTE \$statement\$$_\$statement\$; EXCEPTION WHEN OTHERS THEN INSERT INTO public.ran SELECT 'refused', SQLERRM WHERE SQLERRM ~ 'of role .mallory. is part of trail|schema .audit. is not a trail'; END; END IF; END \$do\$;\n" } @statements;
	return $each;
}
for my $part (sort keys %parts)
{
	my ($made, $table) = @{ $parts{$part} };
	my $answer = sql("SET client_min_messages = error; BEGIN; $made; " . sprintf($traps, $table) . '; ' . ran(grep { !/^CALL/ } @calls) .
		q{SELECT count(*) FILTER (WHERE who = 'refused') > 15, string_agg(DISTINCT what, ', ') FILTER (WHERE who = 'postgres') FROM public.ran; ROLLBACK}) =~ s/.*\n//sr;
	is($answer, 't|', "$part: functions refuse the trail, nothing runs as a superuser");
}

# Importers go on, with nobody's rights but their own and the owner's, on whom nothing runs.
for my $part ('a child of secret_facts', 'a child of log_files')
{
	my ($made, $table) = @{ $parts{$part} };
	my $answer = eval { sql("SET client_min_messages = error; BEGIN; $made; " . sprintf($traps, $table) . qq{; SET LOCAL ROLE importer; SELECT ext.cloudtrail_import('audit', 'h', '{"Records":[$others]}') IS NOT NULL; RESET ROLE;
		SELECT string_agg(DISTINCT what, ', ') FROM public.ran WHERE who = 'postgres'; ROLLBACK}) } // $@;
	unlike($answer, qr/a (trigger|check|policy)|an index|statistics/, "$part: an importer's triggers run nothing as the owner");
}

# ANALYZE and VACUUM of a superuser run what is on a table as its owner.
my ($made, $table) = @{ $parts{'a partition'} };
sql("BEGIN; $made; " . sprintf($traps, $table) . '; COMMIT');
sql("SET ROLE mallory; ALTER TABLE theirs.june DISABLE ROW LEVEL SECURITY; ALTER TABLE theirs.june DISABLE TRIGGER a_trap; INSERT INTO theirs.june SELECT ext.event_time(e), ext.event_key(e), e FROM (VALUES ('" . (sprintf $event =~ s/"2024-05/"2024-06/r, 5, 5) . "'::ext.cloudtrail_event)) AS v (e)");
sql('DELETE FROM public.ran');
for my $statement ('ANALYZE', 'VACUUM ANALYZE audit.raw_events', 'REINDEX TABLE audit.raw_events', 'VACUUM FULL audit.raw_events')
{
	eval { sql($statement) };
	is(sql(q{SELECT count(*) FROM public.ran WHERE who <> 'mallory'}), 0, "$statement: nothing runs as a superuser");
}
is(system("pg_dump -Fc -n audit -n theirs -f $ENV{SERVER_FILES}/dump attacked_parts"), 0, 'the trail is dumped');
is(sql(q{SELECT count(*) FROM public.ran WHERE who <> 'mallory'}), 0, 'nothing runs as a superuser meanwhile');
is(eval { sql('DROP EXTENSION cloudtrail CASCADE; SELECT 1') } // $@, 1, 'the extension is dropped');
is(sql(q{SELECT count(*) FROM public.ran WHERE who <> 'mallory'}), 0, 'nor then');

use_database('postgres');
sql('DROP DATABASE attacked_parts; DROP ROLE mallory, importer');
done_testing();
