# What a user may change of the views for auditors: settings, loaded lists,
# conditions; and what making the views again leaves alone.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;

my $home = '111122223333';
my $app = role('App', 'i-0abc');
my $eve = user('eve');

# What a query gives with settings that are undone afterwards.
sub with { my ($settings, $query) = @_; return sql("BEGIN; UPDATE audit.settings SET $settings; SET timezone = 'UTC'; $query") }

# Six secrets, read within ten minutes in two Regions; the first two are rotated and read again.
my @secret = map { secret("s$_", "AAAAA$_", region => $_ > 4 ? 'eu-west-1' : 'us-east-1') } 1 .. 6;
my @records = (
	(map { call('CreateSecret', '01-01 00:00:00', $app, $_) } @secret),
	(map { call('GetSecretValue', "01-10 12:0$_:00", $eve, $secret[$_], id => $secret[$_]{arn}) } 0 .. 5),
	call('GetSecretValue', '03-01 00:00:00', $app, $secret[0]),
	call('RotateSecret', '01-01 01:00:00', $app, $secret[0], version => version(1), request => { rotationRules => { automaticallyAfterDays => 10 } }),
	(map { notice('RotationSucceeded', '02-01 00:00:00', $_, token => version(2)) } @secret[ 0, 1 ]),
	batch('03-05 12:00:00', $app, 's1'),
	call('GetSecretValue', '03-05 12:00:04', $app, $secret[0]),
);
new_database('settings');
sql(q{SELECT cloudtrail_create_trail('audit')});
is(sql(q{SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0
		AND (obj_description(c.oid, 'pg_class') IS NULL OR coalesce(col_description(c.oid, a.attnum), '') = '')}), '', 'each view, table and column has a comment');
is(sql(q{SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend AS d JOIN pg_description AS c ON c.classoid = d.classid AND c.objoid = d.objid
	WHERE (d.refclassid, d.refobjid) = ('pg_namespace'::regclass, 'audit'::regnamespace) AND c.description ~ '[\n\t]'}), '', 'in one line');
tell('audit', @records);
sql(q{UPDATE audit.settings SET as_of = '2024-03-10 00:00Z'});

# As of when.
is(with("as_of = '2024-03-10'", q{SELECT days_idle FROM audit.secret_last_access WHERE secret_name = 's2'}), 59, 'idle for 59 days on March 10');
is(with("as_of = '2024-04-10'", q{SELECT days_idle FROM audit.secret_last_access WHERE secret_name = 's2'}), 90, 'for 90 a month later');
is(with('as_of = NULL', q{SELECT days_idle >= 90 FROM audit.secret_last_access WHERE secret_name = 's2'}), 't', 'null is now');
is(with("as_of = '2024-01-05'", q{SELECT last_read, last_rotated, readers FROM audit.secret_inventory WHERE secret_name = 's1'}), '||0', 'the inventory of January 5 knows nothing of later');
is(with("as_of = '2024-02-15'", q{SELECT last_read, last_rotated, readers FROM audit.secret_inventory WHERE secret_name = 's1'}), '2024-01-10 12:00:00+00|2024-02-01 00:00:00+00|1', 'that of February 15 does');

# What is unused, and whether that is sure.
my $unused = q{SELECT string_agg(secret_name, ' ' ORDER BY secret_name), bool_and(conclusive) FROM audit.unused_secrets};
is(with("unused_after = '60 days'", $unused), '|', 'none is unused for 60 days');
is(with("unused_after = '30 days'", $unused), 's2 s3 s4 s5 s6|f', 'five are for 30');
is(with("unused_after = '60 days', as_of = '2024-03-20'", $unused), 's2 s3 s4 s5 s6|f', 'and for 60 ten days later');
is(with("as_of = '2024-02-10', unused_after = '100 days'", $unused), '|', 'what is younger is not unused');

# When a rotation is due: by its rule, else by the setting.
my $overdue = q{SELECT string_agg(secret_name || ' ' || days_overdue, ', ' ORDER BY secret_name) FROM audit.secret_rotation_overdue};
is(with("rotation_due_after = '90 days'", $overdue), 's1 28', 'ten days by the rule');
is(with("rotation_due_after = '30 days'", $overdue), 's1 28, s2 8', 'thirty where there is none');

# How many secrets within how long are many.
my $bulk = q{SELECT secrets, reads, regions, window_start, window_end FROM audit.secret_bulk_reads ORDER BY window_start};
is(with('bulk_secrets = 7', $bulk), '', 'six are not seven');
is(with('bulk_secrets = 6', $bulk), '6|6|2|2024-01-10 12:00:00+00|2024-01-10 13:00:00+00', 'six within an hour are six');
is(with("bulk_secrets = 6, bulk_window = '5 minutes'", $bulk), '', 'within five minutes they are not');
is(with("bulk_secrets = 5, bulk_window = '5 minutes'", $bulk), '5|5|2|2024-01-10 12:00:00+00|2024-01-10 12:05:00+00', 'but five are');
my $regions = q{SELECT regions, secrets, window_start FROM audit.secret_multi_region_reads ORDER BY window_start};
is(with('multi_region_regions = 2', $regions), '{eu-west-1,us-east-1}|6|2024-01-10 12:00:00+00', 'two Regions within ten minutes');
is(with("multi_region_window = '4 minutes'", $regions), '', 'not within four');
is(with('multi_region_regions = 3', $regions), '', 'nor three');

# How far a batch and its reads may be apart.
my $batch = q{SELECT event_name(event), via_batch FROM audit.secret_reads WHERE event_time > '2024-03-02' ORDER BY event_time};
is(with("same_call_window = '2 seconds'", $batch), "BatchGetSecretValue|t\nGetSecretValue|f", 'a read four seconds after a batch is another');
is(with("same_call_window = '5 seconds'", $batch), 'GetSecretValue|t', 'or the same, if that is set');

ok(!eval { sql("UPDATE audit.settings SET $_"); 1 }, "not $_") for "bulk_secrets = 0", "bulk_window = '0'", "multi_region_regions = 1", "only_row = false", 'unused_after = NULL';
ok(!eval { sql('INSERT INTO audit.settings DEFAULT VALUES'); 1 }, 'nor a second row');

# A list of secrets fills in what events do not tell: as version 1 of the command line prints times, and as version 2.
my $listed = sub { my ($n, %with) = @_; return { ARN => secret("l$n", 'BBBBBB')->{arn}, Name => "l$n", %with } };
my $list = JSON::PP->new->canonical->encode({ SecretList => [
	$listed->(1, CreatedDate => 1672531200.5, LastChangedDate => 1704067200, LastRotatedDate => 1704067200.123, LastAccessedDate => 1704067200, RotationEnabled => JSON::PP::true),
	$listed->(2, CreatedDate => '2023-01-01T01:00:00+01:00', LastChangedDate => '2024-01-01T00:00:00.500000+00:00', DeletedDate => '2024-03-01T00:00:00+00:00', RotationEnabled => JSON::PP::false),
	{ ARN => $secret[1]{arn}, Name => 's2', LastRotatedDate => '2024-03-09T00:00:00+00:00', RotationEnabled => JSON::PP::true },
] });
is(sql("SELECT cloudtrail_load_secrets('audit', '$list')"), 3, 'three secrets are listed');
is(sql(q{SET timezone = 'UTC'; SELECT secret_name, created_at, last_changed_at, last_rotated_at, last_accessed_at, deletion_date, rotation_enabled FROM audit.listed_secrets ORDER BY secret_name}),
	join("\n", 'l1|2023-01-01 00:00:00.5+00|2024-01-01 00:00:00+00|2024-01-01 00:00:00.123+00|2024-01-01 00:00:00+00||t',
		'l2|2023-01-01 00:00:00+00|2024-01-01 00:00:00.5+00|||2024-03-01 00:00:00+00|f', 's2|||2024-03-09 00:00:00+00|||t'), 'with their times');
sql(q{UPDATE audit.listed_secrets SET listed_at = '2024-03-09 12:00Z'});
is(sql(q{SET timezone = 'UTC'; SELECT secret_name, created_at, last_rotated, last_read, rotation_enabled, deletion_state FROM audit.secret_inventory WHERE secret_name ~ '^l|s2' ORDER BY 1}),
	"l1|2023-01-01 00:00:00.5+00|2024-01-01 00:00:00.123+00|2024-01-01 00:00:00+00|t|none\nl2|2023-01-01 00:00:00+00|||f|scheduled\ns2|2024-01-01 00:00:00+00|2024-03-09 00:00:00+00|2024-01-10 12:01:00+00|t|none", 'the inventory has them');
is(sql(q{SELECT secret_name, evidence FROM audit.secrets WHERE secret_name ~ '^l|s2' ORDER BY 1}), "l1|listed\nl2|listed\ns2|created", 'so has the directory');
is(with("rotation_due_after = '60 days'", $overdue), 'l1 8', 'and what is overdue: not s1, which the newer list lacks');
is(sql(q{SELECT cloudtrail_load_secrets('audit', (SELECT listing FROM audit.listed_secrets WHERE secret_name = 'l1') || '{"LastAccessedDate": null}' || '[]')}), 1, 'one is listed anew, as an array');
is(sql(q{SELECT count(*), count(last_accessed_at) FROM audit.listed_secrets}), '1|0', 'and the list replaces the list');
for ('7', '{}', '{"SecretList":{}}', '[{"Name":"x"}]', '[7]', 'null')
{
	ok(!eval { sql("SELECT cloudtrail_load_secrets('audit', '$_')"); 1 } && $@ =~ /invalid list of secrets/, "$_ is no list");
}
is(sql(q{SELECT cloudtrail_load_secrets('audit', '{"SecretList":[]}')}), 0, 'an empty one is');

# A condition of one's own.
sql(q{INSERT INTO audit.cis_conditions (condition_id, title, action, principal_arn, contains, condition)
	VALUES ('mine', 'Eve reads s1', 'secretsmanager:Get*', '%/eve', '{"awsRegion": "us-east-1"}', '$.requestParameters.secretId like_regex ":secret:s1-"')});
is(sql(q{SELECT condition_id, control_v3_0, title, event_name, secret_name(event) FROM audit.cis_alerts}), 'mine||Eve reads s1|GetSecretValue|s1', 'a condition of one\'s own');
sql(q{UPDATE audit.cis_conditions SET action = '*:*' WHERE condition_id = 'mine'});
is(sql('SELECT count(*) FROM audit.cis_alerts'), 1, 'on any action');
sql(q{UPDATE audit.cis_conditions SET enabled = false WHERE condition_id = 'mine'});
is(sql('SELECT count(*) FROM audit.cis_alerts'), 0, 'and switched off');

# Made again, the views are the same, and what the user wrote stays.
sql(q{DELETE FROM audit.cis_conditions WHERE condition_id = '4.2'; UPDATE audit.cis_conditions SET error_code = 'Nope%' WHERE condition_id = '4.1 access';
	INSERT INTO audit.secret_event_kinds VALUES ('RotationPaused', 'rotation', 'abandoned'); UPDATE audit.settings SET bulk_secrets = 42;
	CREATE VIEW mine AS SELECT * FROM audit.secret_reads});
my $state = q{SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text)) FROM (TABLE audit.settings) AS v; SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text)) FROM audit.cis_conditions AS v WHERE condition_id <> '4.2';
	SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text)) FROM audit.secret_event_kinds AS v; SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text)) FROM audit.listed_secrets AS v;
	SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text)) FROM audit.secret_inventory AS v; SELECT count(*) FROM mine;
	SELECT md5(string_agg(pg_get_viewdef(oid), chr(10) ORDER BY relname)) FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v'};
my $before = sql($state);
sql(q{SELECT cloudtrail_update_trail('audit')});
is(sql($state), $before, 'made again, nothing is lost');
is(sql(q{SELECT enabled FROM audit.cis_conditions WHERE condition_id = '4.2'}), 't', 'a condition that was deleted comes back: enabled = false is the way');

# Two trails, two schemas, which know nothing of each other.
sql(q{SELECT cloudtrail_create_trail('other')});
tell('other', call('GetSecretValue', '02-01 00:00:00', $app, secret('s1', 'ZZZZZZ'), id => secret('s1', 'ZZZZZZ')->{arn}));
is(sql(q{SELECT count(*) FROM other.secret_events; SELECT secret_arn FROM other.secrets; SELECT bulk_secrets FROM other.settings; SELECT count(*) FROM other.listed_secrets}),
	"1\n" . secret('s1', 'ZZZZZZ')->{arn} . "\n10\n0", 'another trail has views, settings and lists of its own');
is(sql($state), $before, 'and leaves those of the first as they were');
ok(!eval { sql(q{SELECT cloudtrail_grant_audit('public', 'postgres')}); 1 } && $@ =~ /is not a trail/, 'a schema that is not a trail: an error');
done_testing();
