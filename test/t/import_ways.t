# Log files are imported without SQL for each event where that makes no
# difference: whatever is imported, and into whatever tables, gives the same
# rows in every table of a trail, the same answers and the same errors as SQL.
use strict;
use warnings;
use File::Path;
use IO::Compress::Gzip qw(gzip);
use Test::More;
use CloudtrailTest;
use Session;

new_database('import_ways');
# Calls of functions in SQL are counted, to see which way a file went.
sql(q{ALTER DATABASE import_ways SET track_functions = 'pl'});
my @tables = split /\n/, sql(q{SELECT cloudtrail_create_trail('first');
	SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'first'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1});
shift @tables;
my %way = (fast => 'on', slow => 'off');
my $trails = 0;
my ($fast, $slow);

# Makes two trails of the same kind.
sub begin_trails
{
	my ($setup) = @_;
	$trails++;
	($fast, $slow) = ("fast$trails", "slow$trails");
	sql("SELECT cloudtrail_create_trail('$_')" . ($setup ? '; ' . $setup =~ s/TRAIL/$_/gr : '')) for $fast, $slow;
}

# Imports a file into a trail; the answer or error, what was noticed, and last whether SQL imported it.
sub import_one
{
	my ($trail, $setting, $source, $bytes, $before) = @_;
	my $file = server_file('one', $bytes);
	my ($answer, $messages) = eval { sql_file(server_file('import.sql', ($before // '') . qq{;
		SET cloudtrail.fast_import = $setting;
		BEGIN;
		SELECT * FROM cloudtrail_import('$trail', '$source', pg_read_binary_file('$file'));
		SELECT 'by SQL ' || coalesce(pg_stat_get_xact_function_calls('cloudtrail_import_by_sql'::regproc), 0);
		COMMIT;})) };
	($answer, $messages) = ('', $@ =~ s/ at \S+ line \d+\.$//r) if $@;
	my $by_sql = $answer =~ s/by SQL ([1-9]?).*//s ? $1 : undef;
	$messages =~ s/^CONTEXT:.*?(?=^[A-Z]+:|\z)//gms;
	$messages =~ s/^psql:[^ ]* //gm;
	$messages =~ s/$trail/TRAIL/g;
	$messages =~ s/^[^\n]*current transaction is aborted.*\n//gm;
	return ("$answer$messages", $by_sql);
}

# What a table of a trail has, as text: jsonb takes no \u0000.
sub content
{
	my ($trail, $table) = @_;
	my $columns = sql("SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '$trail.$table'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'imported_at'");
	return sql("SELECT ROW($columns)::text" . ($table eq 'raw_events' ? ", replace(tableoid::regclass::text, '$trail', '')" : '')
		  . " FROM $trail.$table" . ($table eq 'changed_days' ? " GROUP BY $columns" : '') . ' ORDER BY 1');
}

# Tests that the tables of both trails have the same rows.
sub same_tables
{
	my ($what) = @_;
	my @differing = grep { content($fast, $_) ne content($slow, $_) } @tables;
	is("@differing", '', "$what: the same rows in every table");
	my $search = q{SET enable_seqscan = off; SELECT count(*) FROM TRAIL.raw_events WHERE event @~ 'secretsmanager:*' OR event @~ 's3:*'};
	my $read = q{SET enable_bitmapscan = off; SELECT count(*) FROM TRAIL.raw_events WHERE event @~ 'secretsmanager:*' OR event @~ 's3:*'};
	is(sql($search =~ s/TRAIL/$fast/r), sql($read =~ s/TRAIL/$fast/r), "$what: the index finds them");
}

# Imports a file both ways; it should go the fast way, or not.
sub both
{
	my ($what, $expected, $source, $bytes, $before) = @_;
	my ($answer, $by_sql) = import_one($fast, 'on', $source, $bytes, $before && $before =~ s/TRAIL/$fast/gr);
	my ($slow_answer, $slow_by_sql) = import_one($slow, 'off', $source, $bytes, $before && $before =~ s/TRAIL/$slow/gr);
	is($answer, $slow_answer, "$what: the same answer");
	is($by_sql ? 'slow' : 'fast', $expected, "$what: $expected") if $expected && defined $by_sql;
	fail("$what: no answer") if $expected && !defined $by_sql;
	return $answer;
}

# Imports a folder both ways.
sub folder_both
{
	my ($what, $folder, $batch) = @_;
	my @said = map {
		my ($trail, $setting) = @$_;
		my ($answer, $messages) = sql_file(server_file('folder.sql', "SET cloudtrail.fast_import = $setting; CALL cloudtrail_import_directory('$trail', '$folder', $batch)"));
		$messages =~ s/^CONTEXT:.*\n//gm;
		$messages =~ s/, \d+ events\/s, [\d:]+ left//g;
		"$answer\n$messages";
	} [ $fast, 'on' ], [ $slow, 'off' ];
	is($said[0], $said[1], "$what: the same answer");
	return $said[0];
}

# Writes bytes to a file.
sub put_file
{
	my ($path, $bytes) = @_;
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out;
}

# An event; what is given replaces fields of it.
sub event
{
	my ($n, $time, %with) = @_;
	my $secret = $with{secret} // "app/$n";
	return sprintf '{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u%d"},'
	  . '"eventTime":"%s","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue",'
	  . '"awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.%d","requestParameters":{"secretId":"%s"},"responseElements":null,'
	  . '"eventID":"%08x-0000-4000-8000-000000000000","eventType":"AwsApiCall","recipientAccountId":"111122223333"}',
	  $n, $time // sprintf('2024-05-01T12:%02d:%02dZ', $n / 60 % 60, $n % 60), $n % 256, $secret, $n;
}
sub log_file { return '{"Records":[' . join(',', @_) . ']}' }
sub zipped { my ($bytes) = @_; gzip(\$bytes => \my $zipped) or die; return $zipped }

# Plain files, in the wrappings that they come in.
my $month = "SELECT cloudtrail_create_partition('TRAIL', '2024-05-01Z')";
begin_trails($month);
both('a log file', 'fast', 'one', log_file(map { event($_) } 1 .. 5));
both('compressed', 'fast', 'two.json.gz', zipped(log_file(map { event($_) } 11 .. 40)));
both('many events', 'fast', 'many', join "\n", map { event($_) } 1001 .. 4000);
both('more than are held', 'fast', 'more', join "\n", map { event($_) } 10_001 .. 22_500);
both('no events', 'fast', 'none', '{"Records":[]}');
both('an empty file', undef, 'empty', '');
both('events within strings', 'fast', 'message', '{"Message":"' . log_file(event(50), event(51)) =~ s/"/\\"/gr . '"}');
both('a month that has no partition', 'fast', 'june', log_file(event(60, '2024-06-01T00:00:00Z')));
both('which it has from then on', 'fast', 'june again', log_file(event(61, '2024-06-01T00:00:01Z')));
both('two months', 'fast', 'two months', log_file(event(62, '2024-06-30T00:00:01Z'), event(63, '2024-05-31T00:00:00Z')));
both('a year without partitions', 'slow', '1999', log_file(event(64, '1999-06-30T00:00:01Z')));
both('a source as CloudTrail names them', 'fast', 'AWSLogs/111122223333/CloudTrail/us-east-2/2024/01/31/111122223333_CloudTrail_us-east-2_20240131T2355Z_Abc.json.gz', log_file(event(65)));
same_tables('plain files');

# What is there already, in part or as a whole, or differs from what is there.
both('the content again', 'fast', 'one again', log_file(map { event($_) } 1 .. 5));
both('the same file', 'fast', 'one', log_file(map { event($_) } 1 .. 5));
both('some events again', 'slow', 'partly', log_file(map { event($_) } 4 .. 9));
both('the last of many again', 'slow', 'mostly', log_file(map { event($_) } 70 .. 90, 1));
both('an event twice in a file', 'slow', 'twice', log_file(event(101), event(102), event(101)));
both('twice with another content', 'slow', 'forged twice', log_file(event(103), event(103, undef, secret => 'other')));
both('another content under the same key', 'slow', 'forged', log_file(event(1, undef, secret => 'forged'), event(104)));
both('three contents under one key', 'slow', 'forged more', log_file(map { event(105, undef, secret => $_) } qw(one two three two)));
is(sql("SELECT string_agg(secret_id(event), ' ' ORDER BY secret_id(event)) FROM $fast.conflicts WHERE source = 'forged more'"), 'three two', 'a conflict for each other content');
both('twice, far apart', 'slow', 'far apart', join "\n", (map { event($_) } 30_001 .. 41_000), event(30_001));
same_tables('duplicates');

# What is not an event.
both('a reject among events', 'slow', 'reject', log_file(event(201), '7', event(202)));
both('a damaged file', 'slow', 'damaged', 'no log');
both('a damaged file again', 'slow', 'damaged', 'no log');
both('compressed data that breaks off', 'slow', 'broken.gz', substr zipped(log_file(map { event($_) } 301 .. 900)), 0, 3000);
my $digest = '{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T11:00:00Z","digestEndTime":"2024-05-01T12:00:00Z","digestPublicKeyFingerprint":"ab","digestSignatureAlgorithm":"SHA256withRSA","previousDigestHashValue":null,"logFiles":[]}';
both('a digest', 'fast', 'digest', $digest);
both('the digest under another name', 'fast', 'digest again', "$digest\n");
both('a digest beside events', 'slow', 'digest and events', "$digest\n" . event(203));
both('two digests', 'slow', 'digests', "$digest\n$digest ");
both('a test message', 'slow', 'message', '{"message":"CloudTrail validation message."}');
same_tables('what is not an event');

# Wrong calls.
both('a null source', undef, 'x', 'x', q{SELECT * FROM cloudtrail_import('TRAIL', NULL, 'x')});
both('a read-only transaction', undef, 'x', log_file(event(204)), 'SET default_transaction_read_only = on');
both('and of what is known', undef, 'one more', log_file(map { event($_) } 1 .. 5), 'SET default_transaction_read_only = on');

# Generated events, hostile and broken ones too, damaged files, and real ones.
begin_trails($month);
my $server = $ENV{SERVER_FILES};
for my $options ('--events 3000 --seed 81', '--events 400 --seed 82 --hostile 40', '--events 200 --seed 83 --format lookup', '--events 200 --seed 84 --format eventbridge', '--events 200 --seed 85 --format cwlogs',
	'--events 400 --seed 86 --hostile 20 --broken 30', '--events 200 --seed 87 --broken 30 --format records', '--events 200 --seed 88 --broken 30 --format cwlogs')
{
	my $bytes = `test/generator/generate $options`;
	both("generated $options", undef, $options, $bytes) for 1 .. 2;
	both("$options, cut off", undef, "$options cut", substr $bytes, 0, 100_000);
}
# Files in which a byte changed, that break off, that lack a part or have it twice, in all wrappings.
my $damaged = "$server/damaged";
mkpath($damaged);
srand 20;
for my $n (0 .. 199)
{
	my $bytes = `test/generator/generate --events 12 --seed ${\ (900 + $n)} --stories 50 --hostile 20 --format ${\ ('ndjson', 'records', 'lookup', 'eventbridge', 'cwlogs')[$n % 5]}`;
	$bytes = zipped($bytes) if $n % 3 == 0;
	my $at = int rand length $bytes;
	my $length = 1 + int rand 300;
	my ($head, $tail) = (substr($bytes, 0, $at), substr $bytes, $at);
	my @damaged = ($head . chr(rand 256) . substr($tail, 1), $head, $head . $tail =~ s/^.{1,$length}//sr, $head . substr($tail, 0, $length) . $tail);
	put_file(sprintf("$damaged/%03d", $n), $damaged[$n % 4]);
}
folder_both('damaged files', $damaged, 20);
my @real = $ENV{CLOUDTRAIL_CORPUS} && -d $ENV{CLOUDTRAIL_CORPUS} ? corpus_files('') : ();
both($_, undef, $_, do { local (@ARGV, $/) = $_; <> }) for @real;
same_tables('generated, broken and real files');

# Tables that are not as they were made.
my %changed = (
	'a row trigger' => q{CREATE FUNCTION TRAIL.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''noted''; RETURN NEW; END'; CREATE TRIGGER noted BEFORE INSERT ON TRAIL.raw_events FOR EACH ROW EXECUTE FUNCTION TRAIL.noted()},
	'a row trigger of a partition' => q{CREATE FUNCTION TRAIL.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER noted BEFORE INSERT ON TRAIL.raw_events_2024_05 FOR EACH ROW EXECUTE FUNCTION TRAIL.noted()},
	'a statement trigger' => q{CREATE FUNCTION TRAIL.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''noted''; RETURN NULL; END'; CREATE TRIGGER noted AFTER INSERT ON TRAIL.raw_events FOR EACH STATEMENT EXECUTE FUNCTION TRAIL.noted()},
	'our trigger is off' => q{ALTER TABLE TRAIL.raw_events DISABLE TRIGGER follow_insert},
	'the role of a replica' => undef,
	'a check that holds' => q{ALTER TABLE TRAIL.raw_events ADD CHECK (event_time > '2000-01-01Z')},
	'a check that fails' => q{ALTER TABLE TRAIL.raw_events ADD CHECK (event_time < '2001-01-01Z')},
	'a check of a partition' => q{ALTER TABLE TRAIL.raw_events_2024_05 ADD CHECK (event_name(event) <> 'GetSecretValue')},
	'a column more' => q{ALTER TABLE TRAIL.raw_events ADD COLUMN more int DEFAULT 7},
	'a generated column' => q{ALTER TABLE TRAIL.raw_events ADD COLUMN name text GENERATED ALWAYS AS (event_name(event)) STORED},
	'a column that went' => q{ALTER TABLE TRAIL.raw_events ADD COLUMN more int; ALTER TABLE TRAIL.raw_events DROP COLUMN more},
	'a unique index' => q{CREATE UNIQUE INDEX ON TRAIL.raw_events_2024_05 (event_time, event_name(event))},
	'a rule' => q{CREATE RULE nothing AS ON INSERT TO TRAIL.raw_events DO ALSO NOTIFY nothing},
	'a column more in secret_facts' => q{ALTER TABLE TRAIL.secret_facts ADD COLUMN more int DEFAULT 7},
	'a column of another type in secret_facts' => q{DROP VIEW TRAIL.x; ALTER TABLE TRAIL.secret_facts ALTER token TYPE varchar(500)},
	'a trigger of secret_facts' => q{CREATE FUNCTION TRAIL.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.token := current_user; RETURN NEW; END'; CREATE TRIGGER noted BEFORE INSERT ON TRAIL.secret_facts FOR EACH ROW EXECUTE FUNCTION TRAIL.noted()},
	'a trigger of the ledger' => q{CREATE FUNCTION TRAIL.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.kind := current_setting(''search_path'') ~ ''^pg_catalog''; RETURN NEW; END'; CREATE TRIGGER noted BEFORE INSERT ON TRAIL.log_files FOR EACH ROW EXECUTE FUNCTION TRAIL.noted()},
	'indexes' => q{CREATE INDEX ON TRAIL.raw_events USING brin (event_time); CREATE INDEX ON TRAIL.raw_events (event_name(event)) WHERE error_code(event) IS NULL; CREATE INDEX ON TRAIL.raw_events USING hash (event_key)},
	'no pending list' => q{ALTER INDEX TRAIL.raw_events_2024_05_event_idx SET (fastupdate = off)},
	'a partition of partitions' => q{DROP TABLE TRAIL.raw_events_2024_05; CREATE TABLE TRAIL.parts PARTITION OF TRAIL.raw_events FOR VALUES FROM ('2024-05-01Z') TO ('2024-06-01Z') PARTITION BY RANGE (event_time); CREATE TABLE TRAIL.part PARTITION OF TRAIL.parts DEFAULT},
	'an unlogged partition' => q{ALTER TABLE TRAIL.raw_events_2024_05 SET UNLOGGED},
	'an event that does not fit a page' => q{ALTER TABLE TRAIL.raw_events_2024_05 SET (toast_tuple_target = 128)});
my %still_fast = map { $_ => 1 } 'a trigger of secret_facts', 'a trigger of the ledger', 'indexes', 'no pending list', 'an unlogged partition', 'an event that does not fit a page';
delete $changed{'a column of another type in secret_facts'};
for my $change (sort keys %changed)
{
	begin_trails("$month; " . ($changed{$change} // 'SELECT'));
	my $before = $change eq 'the role of a replica' ? 'SET session_replication_role = replica' : undef;
	my $failing = $change =~ /that fails|of a partition$|unique|rule/ && $change !~ /trigger/;
	both($change, $failing ? undef : $still_fast{$change} ? 'fast' : 'slow', 'one', log_file(map { event($_, undef, secret => join '', map { chr(97 + rand 26) } 1 .. 30) =~ s/u$_/u$_/r } 1 .. 20), $before) if $change !~ /fit/;
	my $long = join '', map { chr(97 + rand 26) } 1 .. 20_000;
	both($change, 'fast', 'long', log_file(map { event($_, undef, secret => $long) } 1 .. 3), $before) if $change =~ /fit/;
	both("$change, many", undef, 'many', join("\n", map { event($_) } 1001 .. 3000), $before);
	same_tables($change);
}

# A partition in which the planner's way and ours must agree: all of its indexes are whole.
begin_trails($month);
sql("CREATE EXTENSION IF NOT EXISTS amcheck");
both('files to check', 'fast', "check $_", join "\n", map { event($_) } 5000 * $_ .. 5000 * $_ + ($_ % 2 ? 20 : 3000)) for 1 .. 6;
is(sql("SELECT bt_index_check('$fast.raw_events_2024_05_pkey', true)"), '', 'the primary key has every row');
is(sql(qq{SET enable_seqscan = off; SELECT count(*) FROM $fast.raw_events WHERE event \@\@ 'app/5003'}), 1, 'a secret is found');
is(sql(qq{VACUUM $fast.raw_events_2024_05; SET enable_seqscan = off; SELECT count(*) FROM $fast.raw_events WHERE event \@~ 'secretsmanager:GetSecretValue'}), sql("SELECT count(*) FROM $fast.raw_events"), 'all are found after VACUUM');

# A lock in the way: the default partition has the events for now.
begin_trails($month);
for my $trail ($fast, $slow)
{
	my $holder = Session->new('-d', 'import_ways');
	$holder->ask("BEGIN; LOCK TABLE $trail.raw_events_default IN ACCESS SHARE MODE");
	import_one($trail, $trail eq $fast ? 'on' : 'off', 'july', log_file(event(1, '2024-07-01T00:00:00Z')));
	$holder->ask('COMMIT');
	$holder->end;
}
is(sql("SELECT tableoid::regclass FROM $fast.raw_events"), "$fast.raw_events_default", 'in the default partition');
same_tables('a lock in the way');
both('the next file of that month', 'fast', 'july again', log_file(event(2, '2024-07-01T00:00:01Z')));
same_tables('the next file of that month');

# Two sessions import the same files, in whatever order they come.
begin_trails($month);
my %file = map { $_ => server_file("two$_", log_file(map { event($_) } 100 * $_ .. 100 * $_ + 50)) } 1 .. 4;
my @sessions = map { Session->new('-d', 'import_ways') } 1 .. 2;
$sessions[0]->ask("BEGIN; SELECT cloudtrail_import('$fast', 'file 1', pg_read_binary_file('$file{1}'))");
$sessions[1]->send("SELECT * FROM cloudtrail_import('$fast', 'file 1', pg_read_binary_file('$file{1}'))");
my $waits = "EXISTS (SELECT FROM pg_stat_activity WHERE pid = $sessions[1]{backend} AND wait_event_type = 'Lock')";
ok(wait_for($waits), 'the second session waits');
$sessions[0]->ask('COMMIT');
is($sessions[1]->answer, 'log|51|0|51|0|f', 'and then finds the events there');
$sessions[0]->ask("BEGIN; SELECT cloudtrail_import('$fast', 'file 2', pg_read_binary_file('$file{2}'))");
$sessions[1]->send("SELECT * FROM cloudtrail_import('$fast', 'file 2', pg_read_binary_file('$file{2}'))");
ok(wait_for($waits), 'it waits again');
$sessions[0]->ask('ROLLBACK');
is($sessions[1]->answer, 'log|51|51|0|0|f', 'or inserts them, if the first gave up');
$_->send(join ';', map { "SELECT inserted FROM cloudtrail_import('$fast', 'file ' || $_, pg_read_binary_file('$file{$_}'))" } 3, 4) for @sessions;
my %inserted = map { $_ => $sessions[$_]->answer } 0 .. 1;
is(sql("SELECT count(*), count(DISTINCT event_key) FROM $fast.raw_events"), '204|204', 'each event once, imported by two sessions at once') or diag(explain \%inserted);
is(sql("SELECT count(*) FROM $fast.secret_facts"), 204, 'each with its fact');
$_->end for @sessions;

# An error in the middle leaves nothing, and the session goes on.
begin_trails("$month; CREATE FUNCTION TRAIL.fails(cloudtrail_event) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 1 / (public.principal_arn(\$1) !~ ''u7\$'')::int; END'; CREATE INDEX ON TRAIL.raw_events (TRAIL.fails(event))");
like(both('an error in the middle', undef, 'fails', log_file(map { event($_) } 1 .. 9)), qr/division by zero/, 'the error is reported');
same_tables('an error in the middle');
my $session = Session->new('-d', 'import_ways');
my $good = server_file('good', log_file(map { event($_) } 20 .. 25));
my $bad = server_file('bad', log_file(map { event($_) } 1 .. 9));
is($session->ask(qq{DO \$\$BEGIN
	FOR n IN 1 .. 20 LOOP
		BEGIN
			PERFORM cloudtrail_import('$fast', 'bad', pg_read_binary_file('$bad'));
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
	END LOOP;
	PERFORM cloudtrail_import('$fast', 'good', pg_read_binary_file('$good'));
END\$\$}), '', 'errors that are caught');
is($session->ask("SELECT count(*) FROM $fast.raw_events"), 6, 'leave what comes after');
$session->end;

# A folder: small files go together, and one that does not takes no neighbour with it.
my $folder = "$server/folder";
mkpath($folder);
my %contents = (
	(map { sprintf('a%03d.json', $_) => log_file(map { event($_) } 10 * $_ .. 10 * $_ + 4) } 1 .. 30),
	'a008x.json' => log_file(event(5000), '7'), 'a012x.json.gz' => substr(zipped(log_file(map { event($_) } 6000 .. 6100)), 0, 700),
	'a015x.json' => log_file(map { event($_) } 150 .. 156), 'a015y.json' => log_file(map { event($_) } 150 .. 154),
	'a020x.json' => log_file(event(7100, '2024-06-01T00:00:00Z'), event(7101)), 'a020y.json' => log_file(event(7102, '2024-06-01T00:00:01Z')),
	'd.json' => $digest, 'd.json.sig' => 'abcdef', 'e.json' => $digest =~ s/11:00:00/10:00:00/r, 'e.json.sig' => 'no digits',
	'f.json' => '{"Message":"' . log_file(event(7000)) =~ s/"/\\"/gr . '"}', 'z1.json' => log_file(event(7001)), 'z2.json' => log_file(event(7002)),
	(map { sprintf('g%03d.json', $_) => log_file(map { event($_) } 10_000 + 10 * $_ .. 10_000 + 10 * $_ + 4) } 1 .. 120));
put_file("$folder/$_", $contents{$_}) for keys %contents;
for my $batch (100, 7, 1)
{
	begin_trails($month);
	my $said = folder_both("a folder in batches of $batch", $folder, $batch);
	like($said, qr/\|0$/m, 'no file failed: what lies beside a digest costs it nothing');
	like($said, qr/WARNING:  \S+\/e\.json: invalid signature of digest/, 'but is complained of');
	same_tables("a folder in batches of $batch");
}

# Files at once: what goes the fast way, and what is left out.
begin_trails($month);
my %at_once = (
	one => log_file(event(1), event(11)), two => log_file(event(2), event(12)), three => log_file(event(3)), known => log_file(event(4)),
	reject => log_file(event(21), '7'), june => log_file(event(22, '2024-06-01T00:00:00Z')), again => log_file(event(1)), digest => $digest);
sub at_once
{
	my (@names) = @_;
	my $logs = join ', ', map { sprintf q{pg_read_binary_file('%s')}, server_file("at_once_$_", $at_once{$_}) } @names;
	return sql("SELECT * FROM cloudtrail_import_files('$fast', '{@{[join ',', @names]}}', ARRAY[$logs]::bytea[])");
}
is(at_once('one', 'two'), "log|2|2|0|0|f\nlog|2|2|0|0|f", 'two files at once');
sql("SELECT cloudtrail_import('$fast', 'known', pg_read_binary_file('@{[server_file('known', $at_once{known})]}'))");
is(at_once('reject', 'three', 'known', 'digest'), "|||||\nlog|1|1|0|0|f\nlog|1|0|1|0|t\ndigest|0|0|0|0|f", 'those that take SQL are left out');
is(sql("SELECT string_agg(source, ' ' ORDER BY source) FROM $fast.log_files"), 'digest known one three two', 'and not in the ledger');
is(sql("SELECT count(*), (SELECT count(*) FROM $fast.secret_facts) FROM $fast.raw_events"), '6|6', 'nor are their events in the trail, or facts of them');
$at_once{"month $_"} = log_file(event(40 + $_, "2024-0$_-01T00:00:00Z"), event(60 + $_, "2024-0@{[$_ + 1]}-01T00:00:00Z")) for 7, 8;
is(at_once('june', 'month 7', 'reject', 'month 8'), "log|1|1|0|0|f\nlog|2|2|0|0|f\n|||||\nlog|2|2|0|0|f", 'new months get their partitions');
is(sql("SELECT string_agg(DISTINCT tableoid::regclass::text, ' ') FROM $fast.raw_events WHERE event_time > '2024-05-31'"),
	join(' ', map { "$fast.raw_events_2024_0$_" } 6 .. 9), 'which have the events');
$at_once{1999} = log_file(event(81, '1999-06-30T00:00:01Z'));
$at_once{october} = log_file(event(82, '2024-10-01T00:00:00Z'));
is(at_once('1999', 'october'), "|||||\nlog|1|1|0|0|f", 'a year that has no partitions keeps no other file from its own');
is(at_once('again', 'three'), "|||||\n|||||", 'all are left out, if one has an event that is there');
$at_once{$_} = log_file(event(30)) for 'first', 'second';
is(at_once('first', 'second'), "log|1|1|0|0|f\n|||||", 'one content twice');
is(at_once(), '', 'no files');
ok(!eval { sql("SELECT * FROM cloudtrail_import_files('$fast', '{a}', '{}')"); 1 } && $@ =~ /same number of elements/, 'arrays of different lengths');
ok(!eval { sql("SELECT * FROM cloudtrail_import_files('$fast', '{a}', '{NULL}')"); 1 } && $@ =~ /must not be null/, 'a null in an array');
ok(!eval { sql("SELECT * FROM cloudtrail_import_files('pg_catalog', '{}', '{}')"); 1 } && $@ =~ /not a trail/, 'a schema that is not a trail');

# Privileges.
sql('CREATE ROLE importer; GRANT pg_read_server_files TO importer; GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO importer');
my $as = 'SET ROLE importer';
for my $grant ('', 'INSERT ON TRAIL.raw_events', 'INSERT (event_time, event_key, event) ON TRAIL.raw_events', 'INSERT (event) ON TRAIL.raw_events')
{
	for my $ledger ('', 'SELECT ON TRAIL.log_files', 'SELECT, INSERT ON TRAIL.log_files')
	{
		begin_trails("$month; GRANT USAGE ON SCHEMA TRAIL TO importer" . join '', map { $_ ? "; GRANT $_ TO importer" : '' } $grant, $ledger);
		my $what = 'granted ' . join ', ', grep { $_ } $grant, $ledger;
		both($what, $grant =~ /^INSERT ON/ && $ledger =~ /INSERT/ ? 'fast' : undef, 'one', log_file(map { event($_) } 1 .. 5), $as);
		same_tables($what);
	}
}

# Row security.
for my $policy ('USING (true)', "USING (account_id(event) = '111122223333') WITH CHECK (event_name(event) <> 'GetSecretValue')")
{
	begin_trails("$month; GRANT USAGE ON SCHEMA TRAIL TO importer; GRANT SELECT, INSERT ON TRAIL.raw_events, TRAIL.log_files TO importer; ALTER TABLE TRAIL.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON TRAIL.raw_events $policy");
	both("row security $policy", undef, 'one', log_file(map { event($_) } 1 .. 5), $as);
	both('of which the owner is free', 'fast', 'two', log_file(map { event($_) } 11 .. 15));
	same_tables("row security $policy");
}
# What others did meanwhile is not a file's fault: it is tried again, but not for ever.
sql(q{CREATE SEQUENCE meetings;
	CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF nextval('public.meetings') <= TG_ARGV[0]::int THEN
			RAISE EXCEPTION 'met others' USING ERRCODE = CASE currval('public.meetings') % 2 WHEN 0 THEN '40001' ELSE '40P01' END;
		END IF;
		RETURN NEW;
	END $$});
mkpath("$ENV{SERVER_FILES}/meetings");
put_file("$ENV{SERVER_FILES}/meetings/$_.json", '{"Records":[' . event(9000 + $_, '2024-05-01T12:00:00Z') . ']}') for 1 .. 5;
for ([ 1, 5, 0 ], [ 7, 5, 0 ], [ 12, 4, 1 ])
{
	my ($conflicts, $files, $failed) = @$_;
	begin_trails(qq{CREATE TRIGGER meet BEFORE INSERT ON TRAIL.log_files FOR EACH ROW EXECUTE FUNCTION meet($conflicts); SELECT setval('meetings', 1, false)});
	my ($answer) = sql_file(server_file('folder.sql', "CALL cloudtrail_import_directory('$fast', '$ENV{SERVER_FILES}/meetings', 100)"));
	like($answer, qr/^$files\|$files\|$files\|0\|0\|$failed$/m, "an import that meets others $conflicts times");
	is(sql("SELECT count(*) FROM $fast.raw_events"), $files, 'has each event once');
}

done_testing();
