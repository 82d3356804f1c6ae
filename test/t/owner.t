# Who owns a database, and is no superuser, installs the extension and uses all
# of it: the SQL of the README and of the reference works.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
sql(q{DROP DATABASE IF EXISTS owned});
sql(q{CREATE ROLE owner_of_database LOGIN NOSUPERUSER; CREATE ROLE owner_of_nothing LOGIN NOSUPERUSER});
sql(q{CREATE DATABASE owned OWNER owner_of_database});
use_database('owned');
sql(q{CREATE EXTENSION postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO owner_of_database;
	GRANT pg_read_server_files TO owner_of_database;
	GRANT EXECUTE ON FUNCTION pg_read_binary_file(text), pg_read_file(text), pg_ls_dir(text), pg_stat_file(text, boolean) TO owner_of_database});

$ENV{PGUSER} = 'owner_of_nothing';
ok(!eval { sql('CREATE EXTENSION cloudtrail'); 1 } && $@ =~ /permission denied/, 'not everybody installs the extension');
$ENV{PGUSER} = 'owner_of_database';
is(sql('SELECT rolsuper FROM pg_roles WHERE rolname = current_user'), 'f', 'the owner is no superuser');
is(eval { sql('CREATE EXTENSION cloudtrail'); 'works' } // $@, 'works', 'and installs it');

# What the README takes to be there: log files, a table of old, one of who may see what, a scheduler.
system("mkdir -p $folder/AWSLogs $folder/logs && test/data/generate --events 2000 --seed 61 --format records | gzip > $folder/AWSLogs/x.json.gz && cp $folder/AWSLogs/x.json.gz $folder/logs && chmod -R a+rX $folder") == 0 or die;
sql(q{CREATE TABLE old_logs (raw jsonb); CREATE TABLE auditor (name text, account text);
	CREATE SCHEMA cron; CREATE FUNCTION cron.schedule(text, text, text) RETURNS int LANGUAGE sql AS 'SELECT 1'});
server_file('keys.json', '{"PublicKeyList":[]}');
my $text = do { local (@ARGV, $/) = ('README.md', 'doc/reference/events.md'); join '', <> };
my @blocks = $text =~ /^```sql\n(.*?)^```$/msg;
cmp_ok(scalar @blocks, '>', 10, @blocks . ' pieces of SQL in the README and the reference');
for my $block (@blocks)
{
	my $here = $block =~ s{/srv/}{$folder/}gr;
	my ($first) = $block =~ /^(.*)$/m;

	# Two pieces tell of two ways to have a relation "trail".
	next if $block =~ /^CREATE EXTENSION/;
	sql('DROP VIEW trail') if $block =~ /cloudtrail_create_trail/;
	is(eval { sql($here); 'works' } // $@, 'works', $first);
}

# What the README tells in words.
is(sql(q{SELECT count(*) > 1000 FROM audit.events}), 't', 'events are there');
is(eval { sql($_); 'works' } // $@, 'works', $_) for
	q{SELECT cloudtrail_refresh_activity('trail')}, q{SELECT cloudtrail_create_partitions('trail')}, q{SELECT cloudtrail_renew_trail('trail')},
	q{SELECT length(cloudtrail_audit_report('audit', '2024-01-01', '2024-02-01'))},
	q{SELECT cloudtrail_create_athena_view('trail', 'athena'); SELECT count(*) FROM athena.cloudtrail_logs},
	q{SELECT cloudtrail_create_steampipe_view('trail', 'steampipe'); SELECT count(*) FROM steampipe.aws_cloudtrail_trail_event},
	q{SELECT cloudtrail_load_secrets('audit', '{"SecretList":[{"ARN":"arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf","Name":"db"}]}')},
	q{SELECT cloudtrail_grant_audit('audit', 'owner_of_nothing')}, q{ANALYZE trail.raw_events},
	q{SELECT * FROM cloudtrail_drop_before('trail', '2024-03-01')},
	q{ALTER EXTENSION cloudtrail UPDATE},
	q{DROP SCHEMA audit, athena, steampipe CASCADE; SELECT cloudtrail_drop_trail('trail')},
	q{DROP EXTENSION cloudtrail CASCADE; CREATE EXTENSION cloudtrail};

$ENV{PGUSER} = 'postgres';
use_database('postgres');
sql('DROP DATABASE owned');
sql(q{DROP ROLE owner_of_nothing; REVOKE pg_read_server_files FROM owner_of_database; DROP ROLE owner_of_database});
done_testing();
