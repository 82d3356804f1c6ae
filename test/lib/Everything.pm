package Everything;

# A database with everything that can be made of ours: a trail with views,
# policies and grants, and tables with each type, index, constraint and kind of
# partition.  The extension lies in a schema of its own, so that nothing can do
# without naming it.
use strict;
use warnings;
use Exporter 'import';
use CloudtrailTest;
our @EXPORT = qw(make_everything contents answers import_more);

my $folder = $ENV{SERVER_FILES};
my $settings = q{SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1;};

# Rows of every table and view of ours in a database: how many, and a digest of them.
sub contents
{
	my ($database) = @_;
	use_database($database);
	my @relations = split /\n/, sql(q{SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace IN
		(SELECT oid FROM pg_namespace WHERE nspname IN ('Evidence', 'queries', 'old')) ORDER BY oid::regclass::text COLLATE "C"});
	return split /\n/, sql(join "\n", $settings, map { "SELECT '$_: ' || count(*), md5(string_agg(r, chr(10) ORDER BY r COLLATE \"C\")) FROM (SELECT t::text AS r FROM $_ AS t) AS x;" } @relations);
}

# The answer to each question: it must come from an index.
my %QUESTION = (
	'events, by secret' => q{FROM "Evidence".raw_events WHERE event OPERATOR("Ext".@@) 'prod/db'},
	'events, by action' => q{FROM "Evidence".raw_events WHERE event OPERATOR("Ext".@~) 'secretsmanager:Get*'},
	'events, by content' => q{FROM "Evidence".raw_events WHERE event OPERATOR("Ext".@>) '{"awsRegion":"us-east-1"}'},
	'facts, by name' => q{FROM "Evidence".secret_facts WHERE secret_name = 'prod/db'},
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
	sql(qq{SELECT "Ext".cloudtrail_import('"Evidence"', 'more', pg_read_binary_file('$folder/more.json'));
		COPY "Evidence".raw_events (event) FROM '$folder/alone.ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');
		UPDATE "Evidence".log_files SET imported_at = '2024-01-01 00:00Z';
		SELECT "Ext".cloudtrail_update_trail('"Evidence"');
		REFRESH MATERIALIZED VIEW old.daily});
}

# Makes all of it in a new database, with a role that may see some of it.
sub make_everything
{
	my ($database, $role) = @_;
	system("test/generator/generate --events 1500 --seed 51 --days 70 --secrets 20 --stories 60 > $folder/events.ndjson") == 0 or die;
	system("test/generator/generate --events 300 --seed 52 --start 2024-05-01 --days 5 --secrets 20 --stories 60 > $folder/more.json") == 0 or die;
	system("test/generator/generate --events 300 --seed 53 --start 2024-02-01 --days 5 --hostile 30 > $folder/alone.ndjson") == 0 or die;
	server_file('name.json', '{"eventTime":"2024-01-10T00:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf"}}');
	server_file('late.json', '{"eventTime":"2123-01-10T00:00:00Z","eventName":"Impossible"}');

	new_database($database, qq{
		CREATE SCHEMA "Ext"; CREATE EXTENSION cloudtrail SCHEMA "Ext";
		DROP ROLE IF EXISTS $role; CREATE ROLE $role;
		CREATE SCHEMA old; CREATE SCHEMA queries;
		SELECT "Ext".cloudtrail_create_trail('Evidence');
		SELECT "Ext".cloudtrail_create_athena_view('"Evidence"', 'queries');
		SELECT "Ext".cloudtrail_create_steampipe_view('"Evidence"', 'queries');
		SELECT "Ext".cloudtrail_grant_audit('"Evidence"', '$role');
		ALTER TABLE "Evidence".raw_events ENABLE ROW LEVEL SECURITY;
		CREATE POLICY own ON "Evidence".raw_events FOR SELECT TO $role USING ("Ext".account_id(event) = '111122223333');
		SELECT "Ext".cloudtrail_import('"Evidence"', f, pg_read_binary_file('$folder/' || f)) FROM unnest('{events.ndjson, name.json, late.json}'::text[]) AS f;
		UPDATE "Evidence".settings SET as_of = '2024-06-01 00:00Z', bulk_secrets = 3;
		INSERT INTO "Evidence".error_kinds (error_code, kind) VALUES ('OwnException', 'denied');
	
		CREATE TABLE old.logs (raw text, j json, jb jsonb, at timestamptz GENERATED ALWAYS AS ("Ext".event_time(raw)) STORED);
		INSERT INTO old.logs SELECT event::text, event::text::json, event::jsonb FROM "Evidence".raw_events;
		CREATE INDEX ON old.logs ("Ext".event_name(raw)); CREATE INDEX ON old.logs ("Ext".event_time(j)); CREATE INDEX ON old.logs ("Ext".secret_arn(jb));
	
		CREATE TABLE old.events (event "Ext".cloudtrail_event CHECK (event OPERATOR("Ext".@~) '*') DEFAULT '{"eventTime":"2024-01-01T00:00:00Z","eventSource":"a.amazonaws.com","eventName":"b"}');
		INSERT INTO old.events SELECT event FROM "Evidence".raw_events WHERE octet_length(event::text) < 2000 AND "Ext".action(event) IS NOT NULL;
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
		CREATE MATERIALIZED VIEW old.daily AS SELECT "Ext".action(event) AS action, count(*) FROM "Evidence".raw_events GROUP BY 1;
		ANALYZE});
}

1;
