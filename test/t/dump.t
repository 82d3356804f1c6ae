# A database of trails, dumped and restored: every object comes back, as do the
# events, and answers and works as before.  The extension lies in a schema of
# its own, so that nothing can do without naming it.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
my $settings = q{SET jit = off; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1;};

# What a program of PostgreSQL writes, which must succeed.
sub run
{
	my ($command) = @_;
	my $output = `$command 2>$folder/program.errors`;
	die "$command: " . `cat $folder/program.errors` if $? != 0;
	return $output;
}

# The definition of every object of a database, as pg_dump writes it.
sub definitions
{
	my ($database) = @_;
	local $ENV{PGTZ} = 'UTC';
	return join '', grep { !/^(--|\\(un)?restrict|$)/ } split /^/, run("pg_dump -s $database");
}

# The first lines in which two texts differ; none, if they are the same.
sub difference
{
	my ($got, $expected) = @_;
	open my $one, '>', "$folder/got" or die;
	print $one ref $got ? join "\n", @$got : $got;
	close $one;
	open my $other, '>', "$folder/expected" or die;
	print $other ref $expected ? join "\n", @$expected : $expected;
	close $other;
	return `diff $folder/expected $folder/got | head -n 20`;
}

# Rows of every table and view of ours: how many, and a digest of them.
sub contents
{
	my ($database) = @_;
	use_database($database);
	my @relations = split /\n/, sql(q{SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace IN
		(SELECT oid FROM pg_namespace WHERE nspname IN ('Evidence', 'Audit', 'queries', 'old')) ORDER BY oid::regclass::text COLLATE "C"});
	return split /\n/, sql(join "\n", $settings, map { "SELECT '$_: ' || count(*), md5(string_agg(r, chr(10) ORDER BY r COLLATE \"C\")) FROM (SELECT t::text AS r FROM $_ AS t) AS x;" } @relations);
}

# The answer to each question: it must come from an index.
my %QUESTION = (
	'"Evidence".trail, by secret' => q{FROM "Evidence".trail WHERE event OPERATOR("Ext".@@) 'prod/db'},
	'"Evidence".trail, by action' => q{FROM "Evidence".trail WHERE event OPERATOR("Ext".@~) 'secretsmanager:Get*'},
	'"Evidence".trail, by content' => q{FROM "Evidence".trail WHERE event OPERATOR("Ext".@>) '{"awsRegion":"us-east-1"}'},
	'"Evidence".trail, by ARN' => q{FROM "Evidence".trail WHERE "Ext".secret_arn(event) LIKE 'arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-%'
		AND "Ext".secret_arn(event) >= 'arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db'},
	'old.logs, text' => q{FROM old.logs WHERE "Ext".event_name(raw) = 'GetSecretValue'},
	'old.logs, json' => q{FROM old.logs WHERE "Ext".event_time(j) < '2024-01-03'},
	'old.logs, jsonb' => q{FROM old.logs WHERE "Ext".secret_arn(jb) > ''},
	'old.events, btree' => q{FROM old.events WHERE event OPERATOR("Ext".>=) (SELECT event FROM old.events ORDER BY event LIMIT 1 OFFSET 5)},
	'old.events, hash' => q{FROM old.hashed WHERE event OPERATOR("Ext".=) (SELECT event FROM old.events LIMIT 1)},
	'old.watched, of patterns' => q{FROM old.watched WHERE action OPERATOR("Ext".=) 'iam:*'},
);

# Answers to all questions, and those that no index gave.
sub answers
{
	my ($database) = @_;
	use_database($database);
	my @answers;
	for (sort keys %QUESTION)
	{
		my $plan = sql("SET enable_seqscan = off; EXPLAIN (COSTS OFF) SELECT count(*) $QUESTION{$_}");
		push @answers, "$_: " . sql("$settings SET enable_seqscan = off; SELECT count(*) $QUESTION{$_}") . ($plan =~ /Index/ ? '' : ', without an index');
	}
	return @answers;
}

# Imports a further log file, whose month is new, and events that come alone.
sub import_more
{
	my ($database) = @_;
	use_database($database);
	sql(qq{SELECT "Ext".cloudtrail_import('"Evidence".trail', 'more', pg_read_binary_file('$folder/more.json'));
		COPY "Evidence".trail (event) FROM '$folder/alone.ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');
		UPDATE "Evidence".trail_files SET imported_at = '2024-01-01 00:00Z';
		SELECT "Ext".cloudtrail_create_audit_views('"Evidence".trail', 'Audit');
		REFRESH MATERIALIZED VIEW old.daily});
}

system("test/data/generate --events 1500 --seed 51 --days 70 --secrets 20 --stories 60 > $folder/events.ndjson") == 0 or die;
system("test/data/generate --events 300 --seed 52 --start 2024-05-01 --days 5 --secrets 20 --stories 60 > $folder/more.json") == 0 or die;
system("test/data/generate --events 300 --seed 53 --start 2024-02-01 --days 5 --hostile 30 > $folder/alone.ndjson") == 0 or die;
server_file('name.json', '{"eventTime":"2024-01-10T00:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf"}}');
server_file('late.json', '{"eventTime":"2123-01-10T00:00:00Z","eventName":"Impossible"}');

my $role = 'dump_auditor';
new_database('dump_made', qq{
	CREATE SCHEMA "Ext"; CREATE EXTENSION cloudtrail SCHEMA "Ext";
	DROP ROLE IF EXISTS $role; CREATE ROLE $role;
	CREATE SCHEMA "Evidence"; CREATE SCHEMA old; CREATE SCHEMA queries;
	SELECT "Ext".cloudtrail_create_trail('"Evidence".trail');
	SELECT "Ext".cloudtrail_create_audit_views('"Evidence".trail', 'Audit');
	SELECT "Ext".cloudtrail_create_athena_view('"Evidence".trail', 'queries');
	SELECT "Ext".cloudtrail_create_steampipe_view('"Evidence".trail', 'queries');
	SELECT "Ext".cloudtrail_grant_audit('Audit', '$role');
	ALTER TABLE "Evidence".trail ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON "Evidence".trail FOR SELECT TO $role USING ("Ext".account_id(event) = '111122223333');
	SELECT "Ext".cloudtrail_import('"Evidence".trail', f, pg_read_binary_file('$folder/' || f)) FROM unnest('{events.ndjson, name.json, late.json}'::text[]) AS f;
	UPDATE "Audit".settings SET as_of = '2024-06-01 00:00Z', bulk_secrets = 3;
	INSERT INTO "Audit".cis_conditions (condition_id, title, action) VALUES ('mine', 'Values read', 'secretsmanager:GetSecretValue');

	CREATE TABLE old.logs (raw text, j json, jb jsonb, at timestamptz GENERATED ALWAYS AS ("Ext".event_time(raw)) STORED);
	INSERT INTO old.logs SELECT event::text, event::text::json, event::jsonb FROM "Evidence".trail;
	CREATE INDEX ON old.logs ("Ext".event_name(raw)); CREATE INDEX ON old.logs ("Ext".event_time(j)); CREATE INDEX ON old.logs ("Ext".secret_arn(jb));

	CREATE TABLE old.events (event "Ext".cloudtrail_event CHECK (event OPERATOR("Ext".@~) '*') DEFAULT '{"eventTime":"2024-01-01T00:00:00Z","eventSource":"a.amazonaws.com","eventName":"b"}');
	INSERT INTO old.events SELECT event FROM "Evidence".trail WHERE octet_length(event::text) < 2000 AND "Ext".action(event) IS NOT NULL;
	INSERT INTO old.events DEFAULT VALUES;
	CREATE INDEX ON old.events (event); ALTER TABLE old.events CLUSTER ON events_event_idx;
	CREATE STATISTICS old.kinds ON ("Ext".event_source(event)), ("Ext".event_name(event)) FROM old.events;
	CREATE TABLE old.hashed (event "Ext".cloudtrail_event) PARTITION BY HASH (event);
	CREATE TABLE old.hashed_0 PARTITION OF old.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE old.hashed_1 PARTITION OF old.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	INSERT INTO old.hashed SELECT event FROM old.events;
	CREATE INDEX ON old.hashed USING hash (event);
	CREATE TABLE old.ranges (event "Ext".cloudtrail_event) PARTITION BY RANGE ("Ext".action(event));
	CREATE TABLE old.ranges_a PARTITION OF old.ranges FOR VALUES FROM (MINVALUE) TO ('m'); CREATE TABLE old.ranges_m PARTITION OF old.ranges FOR VALUES FROM ('m') TO (MAXVALUE);
	INSERT INTO old.ranges SELECT event FROM old.events;
	CREATE TABLE old.watched (action "Ext".cloudtrail_action PRIMARY KEY, secret "Ext".cloudtrail_secret, actions "Ext".cloudtrail_action[]);
	INSERT INTO old.watched VALUES ('iam:*', 'prod/db', '{s3:Get*,kms:*}'), ('*:Delete*', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf', NULL);
	CREATE VIEW old.records AS SELECT r.* FROM old.events AS e, "Ext".cloudtrail_records(e.event) AS r;
	CREATE VIEW old.found AS SELECT e.* FROM old.events AS e JOIN old.watched AS w ON e.event OPERATOR("Ext".@~) w.action;
	CREATE TABLE old.rows (r "Ext".cloudtrail_record); INSERT INTO old.rows SELECT "Ext".cloudtrail_records(event) FROM old.events LIMIT 50;
	CREATE MATERIALIZED VIEW old.daily AS SELECT "Ext".action(event) AS action, count(*) FROM "Evidence".trail GROUP BY 1;
	ANALYZE});

# PostgreSQL writes some expressions otherwise the first time, so what is to be
# compared has been restored once.
new_database('dump_from', '');
run('pg_dump dump_made | psql -XAqt -v ON_ERROR_STOP=1 -1 -d dump_from -f -');
sql('ANALYZE');
my $objects = q{SELECT string_agg(o.type || ' ' || o.identity, chr(10) ORDER BY o.type, o.identity COLLATE "C") FROM (
	SELECT DISTINCT classid, objid, objsubid FROM pg_depend
	UNION SELECT DISTINCT refclassid, refobjid, refobjsubid FROM pg_depend) AS d, pg_identify_object(d.classid, d.objid, d.objsubid) AS o
	WHERE o.schema IS DISTINCT FROM 'pg_toast' AND o.type NOT LIKE '%toast%'};
my ($made, $restored) = map { use_database($_); scalar sql($objects) } 'dump_made', 'dump_from';
is(difference($restored, $made), '', 'a restored database has the same objects');

my $definitions = definitions('dump_from');
my @contents = contents('dump_made');
is(difference([ contents('dump_from') ], \@contents), '', 'the same rows in each table and view');
my @answers = answers('dump_from');
cmp_ok(scalar @contents, '>', 80, @contents . ' tables and views');
ok((grep { /^\S*$_: [1-9]/ } @contents), "$_ has rows") for qw(trail trail_default trail_secrets secret_reads secret_inventory records found daily rows);
is(join("\n", grep { /: 0|without/ } @answers), '', 'every question has an answer, from an index');
my $visible = sql(qq{SET ROLE $role; SELECT count(*) FROM "Audit".events});
cmp_ok($visible, '>', 0, "the auditor sees $visible of the events");

# Each way to bring a dump back, into a database whose settings are others.
my %way = (
	'custom format' => "pg_dump -Fc -f $folder/dump.custom dump_from && pg_restore --exit-on-error -d dump_to $folder/dump.custom",
	'two jobs, through the partitions\' root' => "pg_dump -Fd -j 2 --load-via-partition-root -f $folder/dump.folder dump_from && pg_restore --exit-on-error -j 2 -d dump_to $folder/dump.folder",
	'inserts by column' => 'pg_dump --column-inserts --rows-per-insert=100 dump_from | psql -XAqt -v ON_ERROR_STOP=1 -d dump_to -f -',
	'definitions first, data later' => "pg_dump -s dump_from | psql -XAqt -v ON_ERROR_STOP=1 -d dump_to -f - && pg_dump -a --disable-triggers dump_from | psql -XAqt -v ON_ERROR_STOP=1 -d dump_to -f -",
);
for my $way (sort keys %way)
{
	new_database('dump_to', q{ALTER DATABASE dump_to SET timezone = 'Asia/Kathmandu'; ALTER DATABASE dump_to SET datestyle = 'SQL, DMY'; ALTER DATABASE dump_to SET search_path = nowhere});
	run($way{$way});
	sql('REFRESH MATERIALIZED VIEW old.daily') if $way =~ /data later/;
	sql('ANALYZE');
	is(difference(definitions('dump_to'), $definitions), '', "$way: every object is as it was");
	is(difference([ contents('dump_to') ], \@contents), '', "$way: every table and view has the same rows");
	is(difference([ answers('dump_to') ], \@answers), '', "$way: every index gives the same answers");
	is(sql(qq{SET ROLE $role; SELECT count(*) FROM "Audit".events}), $visible, "$way: and the policies show the same");
}

# The dump of the dump is imported into, as is the original: they go on alike.
import_more($_) for 'dump_from', 'dump_to';
my @more = contents('dump_from');
isnt(join("\n", @more), join("\n", @contents), 'an import changes the original');
is(difference([ contents('dump_to') ], \@more), '', 'and the restored one alike: triggers and views work on');
is(difference(definitions('dump_to'), definitions('dump_from')), '', 'with the same partitions');
done_testing();
