# What a role needs for what, as the README's section on security has it: with
# these privileges it works, without any one of them it does not.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
system("rm -rf $folder/roles && mkdir -p $folder/roles && test/generator/generate --events 400 --seed 97 --stories 10 --format records | gzip > $folder/roles/x.json.gz && chmod -R a+rX $folder/roles") == 0 or die;
my $digest = q{'{"awsAccountId":"111122223333","digestStartTime":"2024-01-01T00:00:00Z","digestEndTime":"2024-01-01T01:00:00Z","digestS3Bucket":"b","digestS3Object":"o","logFiles":[]}'};
new_database('roles');
sql(q{CREATE ROLE r_role; CREATE ROLE r_owner; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO r_role, r_owner;
	GRANT CREATE ON DATABASE roles TO r_owner});

# Tests that a role with some privileges can do something, and that with any one of them less it cannot; all is rolled back.
sub needs
{
	my ($what, $statement, @privileges) = @_;
	my $try = sub {
		my $grants = join ' ', map { "$_;" } @_;
		return eval { sql("BEGIN; $grants SET SESSION AUTHORIZATION r_role; $statement; ROLLBACK"); 1 };
	};
	ok($try->(@privileges), $what) or diag($@);
	for my $without (0 .. $#privileges)
	{
		my @less = @privileges[ grep { $_ != $without } 0 .. $#privileges ];
		ok(!$try->(@less) && $@ =~ /permission denied|must be owner|no privilege|must be member|must be able to SET ROLE/, "$what: not without $privileges[$without]") or diag($@ || 'it works');
	}
}

# Privileges on tables of the trail.
sub on
{
	my ($privilege, @tables) = @_;
	return map { "GRANT $privilege ON lake.$_ TO r_role" } @tables;
}

needs('create a trail', q{SELECT public.cloudtrail_create_trail('own')}, 'GRANT CREATE ON DATABASE roles TO r_role');
ok(!eval { sql(q{BEGIN; REVOKE USAGE ON SCHEMA public FROM r_role; SET ROLE r_role; SELECT public.event_name('{}'::text); ROLLBACK}); 1 } && $@ =~ /permission denied for schema public/, 'types and functions take USAGE on their schema');
sql(q{SET ROLE r_owner; SELECT public.cloudtrail_create_trail('lake'); SELECT public.cloudtrail_create_partition('lake', '2024-01-01 00:00Z')});

my $usage = 'GRANT USAGE ON SCHEMA lake TO r_role';
my @imports = ($usage, on('SELECT', 'log_files'), on('INSERT', 'raw_events', 'log_files'));
needs('import', qq{SELECT public.cloudtrail_import('lake', 'x', '{"eventTime":"2024-01-01T00:00:00Z"}')}, @imports);
needs('import what is not an event', qq{SELECT public.cloudtrail_import('lake', 'x', '{"eventTime":"2024-01-01T00:00:00Z"}\n7')}, @imports, on('INSERT', 'rejects'));
needs('import a digest', qq{SELECT public.cloudtrail_import('lake', 'x', $digest)}, @imports, on('INSERT', 'digests'));
# A folder is imported in several transactions, so these privileges stay for a while.
sql(join ';', @imports, on('INSERT', 'rejects'));
for my $grant ('', 'GRANT pg_read_server_files TO r_role')
{
	sql($grant);
	eval { sql(qq{SET ROLE r_role; CALL public.cloudtrail_import_directory('lake', '$folder/roles')}) };
	is(sql('SELECT count(*) FROM lake.log_files'), $grant ? 1 : 0, 'import a folder' . ($grant ? '' : ': not without pg_read_server_files')) or diag($@);
}
sql('REVOKE pg_read_server_files FROM r_role; REVOKE ALL ON lake.raw_events, lake.log_files, lake.rejects FROM r_role; REVOKE USAGE ON SCHEMA lake FROM r_role');

# Daily sums are left alone by a role that may not write all of them.
my @sums = map { my $privilege = $_; on($privilege, qw(activity action_activity principal_activity changed_days)) } qw(SELECT INSERT DELETE);
my @all = (on('SELECT', 'raw_events'), @sums);
for my $without (-1 .. $#all)
{
	my $grants = join ' ', map { "$_;" } $usage, @all[ grep { $_ != $without } 0 .. $#all ];
	is(sql(qq{BEGIN; $grants SET ROLE r_role; SELECT public.cloudtrail_refresh_activity('lake') IS NULL; ROLLBACK}), $without < 0 ? 'f' : 't', 'sum up' . ($without < 0 ? '' : ": not without $all[$without]"));
}

# What is the owner's alone: a member of the role has to take it on.
my $member = 'GRANT r_owner TO r_role';
needs($_, "SET ROLE r_owner; SELECT public.$_", $member) for
	q{cloudtrail_create_partition('lake', '2024-07-01 00:00Z')}, q{cloudtrail_update_trail('lake')}, q{cloudtrail_drop_before('lake', '2025-01-01 00:00Z')}, q{cloudtrail_grant_audit('lake', 'r_role')};
needs('drop a trail', 'SET ROLE r_owner; DROP SCHEMA lake CASCADE', $member);

# Views: a role reads them with grants on the tables behind them.
ok(!eval { sql('SET ROLE r_role; SELECT count(*) FROM lake.events'); 1 } && $@ =~ /permission denied/, 'nobody reads the views without grants');
sql(q{SET ROLE r_owner; SELECT public.cloudtrail_grant_audit('lake', 'r_role')});
my @views = split /\n/, sql(q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'lake'::regnamespace AND relkind = 'v' ORDER BY 1});
cmp_ok(scalar @views, '>', 30, scalar(@views) . ' views');
is_deeply([ grep { !eval { sql("SET ROLE r_role; SELECT * FROM $_ LIMIT 0"); 1 } } @views ], [], 'are read by a role that was granted that');
ok(!eval { sql("SET ROLE r_role; $_"); 1 } && $@ =~ /permission denied|must be owner/, "which may not: $_") for
	'UPDATE lake.settings SET unused_after = interval \'1 day\'', 'INSERT INTO lake.raw_events (event) VALUES (\'{"eventTime":"2024-01-01T00:00:00Z"}\')', 'DELETE FROM lake.raw_events', 'DELETE FROM lake.log_files',
	'INSERT INTO lake.secret_facts SELECT * FROM lake.secret_facts', 'TRUNCATE lake.raw_events',
	'DELETE FROM lake.changed_days', q{SELECT public.cloudtrail_add_keys('lake', '{"PublicKeyList":[{"Value":"MAMCAQA=","ValidityStartTime":1,"ValidityEndTime":2,"Fingerprint":"a"}]}', 'us-east-1')};

use_database('postgres');
sql('DROP DATABASE roles');
sql('DROP ROLE r_role, r_owner');
done_testing();
