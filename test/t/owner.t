# The owner of a database, who is not a superuser, installs the extension and uses all
# of it: the SQL of the documents works.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
sql(q{DROP DATABASE IF EXISTS owned});
sql(q{CREATE ROLE owner_of_database LOGIN NOSUPERUSER; CREATE ROLE owner_of_nothing LOGIN NOSUPERUSER});
sql(q{CREATE DATABASE owned OWNER owner_of_database});
use_database('owned');
sql(q{GRANT pg_read_server_files TO owner_of_database;
	GRANT EXECUTE ON FUNCTION pg_read_binary_file(text), pg_read_file(text), pg_ls_dir(text), pg_stat_file(text, boolean) TO owner_of_database});

$ENV{PGUSER} = 'owner_of_nothing';
ok(!eval { sql('CREATE EXTENSION cloudtrail'); 1 } && $@ =~ /permission denied/, 'not everybody installs the extension');
$ENV{PGUSER} = 'owner_of_database';
is(sql('SELECT rolsuper FROM pg_roles WHERE rolname = current_user'), 'f', 'the owner is not a superuser');
is(eval { sql('CREATE EXTENSION cloudtrail'); 'works' } // $@, 'works', 'and installs it');

# What only a superuser grants.
$ENV{PGUSER} = 'postgres';
sql('GRANT USAGE ON FOREIGN DATA WRAPPER cloudtrail_fdw TO owner_of_database');
$ENV{PGUSER} = 'owner_of_database';

# What the documents take to be there: log files, a table of events, one of who may see what.
system("cp -rL test/data/sample $folder/sample && mkdir -p $folder/logs && cp $folder/sample/seed/lookup-events.json $folder/logs && chmod -R a+rX $folder") == 0 or die;
sql('CREATE TABLE events (event cloudtrail_event); CREATE TABLE auditor (name text, account text)');
my $text = do { local (@ARGV, $/) = ('README.md', 'doc/trail.md', 'doc/evidence.md', 'doc/reference/events.md'); join '', <> };
my @blocks = $text =~ /^```sql\n(.*?)^```$/msg;
cmp_ok(scalar @blocks, '>', 10, @blocks . ' pieces of SQL in the documents');
for my $block (@blocks)
{
	my $here = $block =~ s{/srv/}{$folder/}gr =~ s/^CREATE EXTENSION cloudtrail;\n//r;
	my ($first) = $here =~ /^(.*)$/m;

	is(eval { sql($here); 'works' } // $@, 'works', $first);
}

# What the documents say in words.
is(sql(q{SELECT count(*) > 250 FROM audit.events}), 't', 'events are there');
is(eval { sql($_); 'works' } // $@, 'works', $_) for
	q{SELECT length(cloudtrail_audit_report('audit', '2024-01-01', '2024-02-01'))},
	q{SELECT cloudtrail_create_athena_view('audit', 'athena'); SELECT count(*) FROM athena.cloudtrail_logs},
	q{SELECT cloudtrail_create_steampipe_view('audit', 'steampipe'); SELECT count(*) FROM steampipe.aws_cloudtrail_trail_event},
	q{SELECT cloudtrail_load_secrets('audit', '{"SecretList":[{"ARN":"arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf","Name":"db"}]}')},
	q{SELECT cloudtrail_add_keys('audit', '{"PublicKeyList":[]}')},
	q{SELECT cloudtrail_refresh_facts('audit'); SELECT cloudtrail_refresh_activity('audit', whole => true)},
	q{SELECT cloudtrail_grant_audit('audit', 'owner_of_nothing')}, q{ANALYZE audit.raw_events},
	q{SELECT * FROM cloudtrail_drop_before('audit', '2024-01-01')},
	q{ALTER EXTENSION cloudtrail UPDATE},
	q{SELECT count(*) FROM cloudtrail_trails(), LATERAL cloudtrail_update_trail(trail)},
	q{ALTER SCHEMA audit RENAME TO audit_2024; SELECT count(*) FROM audit_2024.coverage},
	q{DROP SCHEMA audit_2024, athena, steampipe CASCADE},
	q{DROP EXTENSION cloudtrail CASCADE; CREATE EXTENSION cloudtrail};

$ENV{PGUSER} = 'postgres';
use_database('postgres');
sql('DROP DATABASE owned');
sql(q{DROP ROLE owner_of_nothing; REVOKE pg_read_server_files FROM owner_of_database; DROP ROLE owner_of_database});
done_testing();
