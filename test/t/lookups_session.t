# What a session keeps of what the auditors' views look up: as long as it sees
# the same rows, and where nothing but rows of local tables tells it.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Session;

new_database('lookups_session');
sql(q{SELECT cloudtrail_create_trail('audit')});
my $file = server_file('lookups.ndjson', '');
system("test/generator/generate --events 4000 --seed 93 --stories 60 --secrets 60 --days 90 --accounts 3 --regions 2 > $file") == 0 or die;
sql("SELECT cloudtrail_import('audit', 'lookups', pg_read_binary_file('$file')); ANALYZE");

# A session goes on with what it has found as long as it sees the same rows: blocks are read for no more than whether
# the view is a trail's.
my $name = sql(q{SELECT secret_name FROM audit.secrets GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1});
my $asks = sub {
	my ($asking, $what) = @_;
	return $asking->ask(qq{EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) SELECT $what}) =~ /\A(?:(?!Planning).)*?Buffers: shared hit=(\d+)/s ? $1 : 0;
};
my $of_name = sub { sprintf q{cloudtrail_secret_at('audit.secrets', '%s', '111122223333', 'us-east-1', now())}, shift };
my @looks = ($of_name->($name), q{cloudtrail_is_lookalike('audit.secret_lookalikes', 'arn')}, q{cloudtrail_is_replaced('audit.secret_updates', 'a', 'b', 'c')}, q{cloudtrail_page_at('audit.secret_batch_pages', now(), '00000000-0000-4000-8000-000000000001', 0)});
for my $look (@looks)
{
	my $asking = Session->new('-d', 'lookups_session');
	$asks->($asking, $look);
	$asks->($asking, $look);
	cmp_ok($asks->($asking, $look), '<=', 2, "$look does not read again");
	sql(q{INSERT INTO audit.listed_secrets (listing, secret_arn, secret_name) VALUES ('{}', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:listed-AbCdEf', 'listed'); DELETE FROM audit.listed_secrets});
	cmp_ok($asks->($asking, $look), '>', 2, 'until somebody has written');
	$asks->($asking, $look);
	$asking->end;
}

# However many names a session asks for, one by one, it reads no more than each takes.
my $asking = Session->new('-d', 'lookups_session');
my @names = split /\n/, sql(q{SELECT DISTINCT secret_name FROM audit.secrets ORDER BY 1 LIMIT 40});
my @blocks = map { $asks->($asking, $of_name->($_)) } @names;
my $all = $asks->(Session->new('-d', 'lookups_session'), q{count(cloudtrail_secret_at('audit.secrets', s.secret_name, s.account_id, s.aws_region, now())) FROM audit.secrets AS s});
is(scalar(grep { $_ > $all / 4 } @blocks[ 5 .. $#blocks ]), 0, "one name reads little (at most a quarter of $all blocks)");

# No session keeps more than work_mem.
my $kept = q{SELECT coalesce(sum(total_bytes), 0) FROM pg_backend_memory_contexts WHERE name = 'cloudtrail answers'};
$asking = Session->new('-d', 'lookups_session');
my $many = q{SELECT count(cloudtrail_secret_at('audit.secrets', s.secret_name, s.account_id, s.aws_region, now())) > 50 FROM audit.secrets AS s};
is($asking->ask($many), 't', 'many names');
cmp_ok($asking->ask($kept), '>', 65536, 'are kept');
is($asking->ask("SET work_mem = '64kB'; $many"), 't', 'also with a small work_mem');
cmp_ok($asking->ask($kept), '<', 65536, 'but not for the next query');
$asking->end;

# Two sessions write, roll back and ask in any order: what a session has kept is what the view says, at each step.
srand(17);
my $differs = q{SELECT count(*) FILTER (WHERE s.secret_arn IS DISTINCT FROM (f.found).secret_arn OR s.created_at IS DISTINCT FROM (f.found).created_at OR s.possible_to IS DISTINCT FROM (f.found).possible_to) || ' of ' || count(*)
	FROM (SELECT 'step-' || n AS secret_name, '2024-01-01'::timestamptz + m * interval '1 hour' AS at FROM generate_series(1, 4) AS n, generate_series(0, 12) AS m) AS a
		LEFT JOIN audit.secrets AS s ON s.secret_name = a.secret_name AND s.account_id = '111122223333' AND s.aws_region = 'us-east-1' AND s.valid_from <= a.at AND s.possible_to > a.at
		CROSS JOIN LATERAL (SELECT cloudtrail_secret_at('audit.secrets', a.secret_name, '111122223333', 'us-east-1', a.at) AS found OFFSET 0) AS f};
my $event = sub {
	my ($event_name, $n) = @_;
	my $arn = sprintf 'arn:aws:secretsmanager:us-east-1:111122223333:secret:step-%d-%s', $n, join '', map { chr(97 + int rand 26) } 1 .. 6;
	my ($request, $answer) = $event_name eq 'CreateSecret' ? (qq({"name":"step-$n"}), qq({"ARN":"$arn","name":"step-$n"})) : (qq({"secretId":"step-$n","forceDeleteWithoutRecovery":true}), qq({"aRN":"$arn","name":"step-$n"}));
	return sprintf q{INSERT INTO audit.raw_events (event) VALUES ('{"eventVersion":"1.08","eventTime":"2024-01-01T%02d:30:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"%s","awsRegion":"us-east-1","eventID":"%s","recipientAccountId":"111122223333","userIdentity":{"type":"AWSService"},"requestParameters":%s,"responseElements":%s}')},
		int rand 12, $event_name, join('-', map { join '', map { sprintf '%x', int rand 16 } 1 .. $_ } 8, 4, 4, 4, 12), $request, $answer;
};
my @pair = map { Session->new('-d', 'lookups_session') } 1, 2;
my @open = (0, 0);
my ($steps, $wrong) = (0, '');
for (1 .. 240)
{
	my $who = int rand 2;
	my $writes = $event->(rand() < .7 ? 'CreateSecret' : 'DeleteSecret', 1 + int rand 4);
	my $dice = int rand 10;
	if ($dice < 3) { $pair[$who]->ask($writes) }
	elsif ($dice == 3 && !$open[$who]) { $pair[$who]->ask('BEGIN ISOLATION LEVEL ' . (rand() < .5 ? 'READ COMMITTED' : 'REPEATABLE READ')); $open[$who] = 1 }
	elsif ($dice == 4 && $open[$who]) { $pair[$who]->ask(rand() < .5 ? 'COMMIT' : 'ROLLBACK'); $open[$who] = 0 }
	elsif ($dice == 5 && $open[$who]) { $pair[$who]->ask("SAVEPOINT s; $writes; $differs; ROLLBACK TO s") }
	my $answer = $pair[$who]->ask($differs);
	$steps++;
	$wrong .= "step $steps: $answer\n" if $answer ne '0 of 52';
}
is($wrong, '', "$steps steps of two sessions");
$_->end for @pair;

# Of a view that is not a trail's, nothing is kept, be it asked in the same place; nor where tables have children, which may
# be anywhere.
sql(q{CREATE VIEW public.by_setting AS SELECT current_setting('app.x') AS event_id, ''::text AS account_id, ''::text AS aws_region});
$asking = Session->new('-d', 'lookups_session');
my $both = q{SELECT string_agg(cloudtrail_is_replaced(v, 'one', '', '')::text, ' ' ORDER BY n) FROM (VALUES (1, 'audit.secret_updates'::regclass), (2, 'public.by_setting'), (3, 'audit.secret_updates'), (4, 'public.by_setting')) AS t (n, v)};
is($asking->ask("SET app.x = 'one'; $both; SET app.x = 'two'; $both") =~ tr/\n/,/r, 'false true false true,false false false false', 'another view in the same place');
sql('CREATE TABLE public.child () INHERITS (audit.secret_facts)');
$asks->($asking, $looks[2]) for 1 .. 2;
cmp_ok($asks->($asking, $looks[2]), '>', 2, 'a table with a child is read again');
$asking->end;
sql(q{DROP TABLE public.child});

# A question takes what room it takes for its query alone.
$asking = Session->new('-d', 'lookups_session');
is($asking->ask(q{SELECT cloudtrail_is_lookalike('audit.secret_lookalikes', repeat('x', 50000000))}), 'f', 'a long question');
cmp_ok($asking->ask(q{SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name IN ('TopMemoryContext', 'cloudtrail answers', 'cloudtrail lookup')}), '<', 2_000_000, 'leaves nothing');
$asking->end;

# Other transactions with many subtransactions, of which a snapshot does not have all.
my @open_ones = map { my $many = $_; my $other = Session->new('-d', 'lookups_session'); $other->ask('BEGIN; CREATE TEMP TABLE t (i int)'); $other->ask("SAVEPOINT s$_; INSERT INTO t VALUES ($_)") for 1 .. $many; $other } 3, 70, 4;
sql('SELECT pg_current_xact_id()');
is(sql("SELECT " . $looks[2]), 'f', 'a snapshot without the subtransactions that run');
$_->end for @open_ones;

# What a subtransaction wrote is forgotten with it, whatever the isolation.
sql(q{CREATE FUNCTION public.knows(n text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN (cloudtrail_secret_of('audit.secrets', n, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n || '-AbCdEf')).secret_arn IS NOT NULL; END $$;
	CREATE FUNCTION public.forgets() RETURNS text LANGUAGE plpgsql AS $$ DECLARE a boolean; b boolean; c boolean; BEGIN
		a := public.knows('new');
		BEGIN INSERT INTO audit.listed_secrets (listing, created_at, secret_arn, secret_name) VALUES ('{}', '2024-02-01', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:new-AbCdEf', 'new');
			b := public.knows('new'); RAISE EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN NULL; END;
		c := public.knows('new'); RETURN concat_ws(' ', a, b, c); END $$});
is(sql("BEGIN ISOLATION LEVEL $_; SELECT 1; SELECT public.forgets(); COMMIT"), "1\nf t f", "a subtransaction, $_") for 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE';

# Who holds a snapshot does not keep rights that are taken away.
sql(q{CREATE ROLE sees_all BYPASSRLS; GRANT USAGE ON SCHEMA audit TO sees_all; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO sees_all});
$asking = Session->new('-d', 'lookups_session');
$asking->ask("SET ROLE sees_all; SELECT $looks[2]; SELECT $looks[2]; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
sql(q{REVOKE SELECT ON ALL TABLES IN SCHEMA audit FROM sees_all});
like($asking->ask("SELECT $looks[2]; ROLLBACK"), qr/permission denied/, 'a right that was revoked');
$asking->end;

# Where a policy hides rows, a session keeps nothing: policies may ask for its settings.
sql(q{CREATE ROLE looks_up; GRANT USAGE ON SCHEMA audit TO looks_up; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO looks_up;
	CREATE POLICY tenant ON audit.listed_secrets AS RESTRICTIVE USING (secret_name = current_setting('app.tenant', true));
	INSERT INTO audit.listed_secrets (listing, created_at, secret_arn, secret_name) SELECT '{}', '2024-02-01', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n || '-AbCdEf', n FROM unnest('{tenant1,tenant2}'::text[]) AS n});
my $seen = q{SELECT count(cloudtrail_secret_of('audit.secrets', n, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n || '-AbCdEf')) FILTER (WHERE n = 'tenant1') || ' ' || count(cloudtrail_secret_of('audit.secrets', n, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n || '-AbCdEf')) FILTER (WHERE n = 'tenant2') FROM unnest('{tenant1,tenant2}'::text[]) AS n};
is(join(', ', map { Session->new('-d', 'lookups_session')->ask($_) =~ tr/\n/ /r } "$seen; SET app.tenant = 'tenant1'; $seen", "SET ROLE looks_up; SET app.tenant = 'tenant1'; $seen; SET app.tenant = 'tenant2'; $seen; RESET app.tenant; $seen",
	"$seen; SET ROLE looks_up; SET app.tenant = 'tenant2'; $seen; RESET ROLE; $seen"), '1 1 1 1, 1 0 0 1 0 0, 1 1 0 1 1 1', 'a policy that asks for a setting');
my $cursors = Session->new('-d', 'lookups_session');
$cursors->ask(q{SET ROLE looks_up; BEGIN; SET app.tenant = 'tenant1'});
my $declares = q{DECLARE %s CURSOR FOR SELECT (cloudtrail_secret_of('audit.secrets', n, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:' || n || '-AbCdEf')).secret_arn IS NOT NULL FROM unnest('{tenant1,tenant2,tenant1,tenant2}'::text[]) AS n};
$cursors->ask(sprintf $declares, 'one');
my $first = $cursors->ask('FETCH 2 FROM one') =~ tr/\n//dr;
$cursors->ask(q{SET app.tenant = 'tenant2'; } . sprintf $declares, 'other');
is($first . ' ' . $cursors->ask('FETCH 2 FROM other') =~ tr/\n//dr, 'tf ft', 'of two cursors each has what was found for it');
$cursors->end;
sql(q{CREATE ROLE owns_trail; ALTER SCHEMA audit OWNER TO owns_trail; ALTER TABLE audit.listed_secrets OWNER TO owns_trail; ALTER TABLE audit.listed_secrets FORCE ROW LEVEL SECURITY; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO owns_trail});
is(Session->new('-d', 'lookups_session')->ask("SET ROLE owns_trail; SET app.tenant = 'tenant1'; $seen; SET app.tenant = 'tenant2'; $seen") =~ tr/\n/ /r, '1 0 0 1', 'also if it is the owner to whom it applies');

# Whoever reads a trail of others with their rights is told what they see.
sql(q{CREATE ROLE owns_list; GRANT USAGE ON SCHEMA audit TO owns_list; ALTER TABLE audit.listed_secrets NO FORCE ROW LEVEL SECURITY; ALTER TABLE audit.listed_secrets OWNER TO owns_list; GRANT SELECT ON audit.listed_secrets TO owns_trail;
	SELECT format('ALTER %s audit.%I OWNER TO owns_trail', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname) FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('v', 'r', 'p') AND relname <> 'listed_secrets' \gexec});
is(Session->new('-d', 'lookups_session')->ask("SET app.tenant = 'tenant1'; $seen; $seen; SET app.tenant = 'tenant2'; $seen") =~ tr/\n/ /r, '1 0 1 0 0 1', 'a superuser, of the trail of a role whom a policy hides rows');
sql('DROP OWNED BY looks_up, sees_all; DROP ROLE looks_up, sees_all');

# What the trail's views look up must not depend on anything but rows.
is(sql(q{SELECT string_agg(c.relname, ', ') FROM pg_class AS c WHERE c.relnamespace = 'audit'::regnamespace AND c.relname IN ('secrets', 'secret_lives', 'secret_signs', 'secret_lookalikes', 'secret_updates', 'secret_batch_pages')
	AND pg_get_viewdef(c.oid) ~* '\m(now\(|current_(date|time|setting|user|role)|(clock|statement|transaction)_timestamp|local(time|timestamp)|random|as_of)'}), '', 'views that a session keeps do not ask for the time or settings');
done_testing();
