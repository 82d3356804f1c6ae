# What a role needs for what, as the README's section on security has it: with
# these privileges it works, without any one of them it does not.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $folder = $ENV{SERVER_FILES};
system("rm -rf $folder/roles && mkdir -p $folder/roles && test/data/generate --events 400 --seed 97 --stories 10 --format records | gzip > $folder/roles/x.json.gz && chmod -R a+rX $folder/roles") == 0 or die;
my $digest = q{'{"awsAccountId":"111122223333","digestStartTime":"2024-01-01T00:00:00Z","digestEndTime":"2024-01-01T01:00:00Z","digestS3Bucket":"b","digestS3Object":"o","logFiles":[]}'};
new_database('roles');
sql(q{CREATE ROLE r_role; CREATE ROLE r_owner; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO r_role, r_owner;
	CREATE SCHEMA lake AUTHORIZATION r_owner; GRANT USAGE ON SCHEMA lake TO r_role});

# Tests that a role with some privileges can do something, and that with any one of them less it cannot; all is rolled back.
sub needs
{
	my ($what, $statement, @privileges) = @_;
	my $try = sub {
		my $grants = join ' ', map { "$_;" } @_;
		return eval { sql("BEGIN; $grants SET ROLE r_role; $statement; ROLLBACK"); 1 };
	};
	ok($try->(@privileges), $what) or diag($@);
	for my $without (0 .. $#privileges)
	{
		my @less = @privileges[ grep { $_ != $without } 0 .. $#privileges ];
		ok(!$try->(@less) && $@ =~ /permission denied|must be owner|no privilege|must be member/, "$what: not without $privileges[$without]") or diag($@ || 'it works');
	}
}

# Privileges on tables of the trail.
sub on
{
	my ($privilege, @suffixes) = @_;
	return map { "GRANT $privilege ON lake.trail$_ TO r_role" } @suffixes;
}

needs('create a trail', q{SELECT public.cloudtrail_create_trail('lake.own')}, 'GRANT CREATE ON SCHEMA lake TO r_role');
ok(!eval { sql(q{BEGIN; REVOKE USAGE ON SCHEMA public FROM r_role; SET ROLE r_role; SELECT public.event_name('{}'::text); ROLLBACK}); 1 } && $@ =~ /permission denied for schema public/, 'types and functions take USAGE on their schema');
sql(q{SET ROLE r_owner; SELECT public.cloudtrail_create_trail('lake.trail'); SELECT public.cloudtrail_create_partition('lake.trail', '2024-01-01 00:00Z')});

my @imports = (on('SELECT', '', '_files'), on('INSERT', '', '_files'));
needs('import', qq{SELECT public.cloudtrail_import('lake.trail', 'x', '{"eventTime":"2024-01-01T00:00:00Z"}')}, @imports);
needs('import what is no event', qq{SELECT public.cloudtrail_import('lake.trail', 'x', '{"eventTime":"2024-01-01T00:00:00Z"}\n7')}, @imports, on('INSERT', '_rejects'));
needs('import a digest', qq{SELECT public.cloudtrail_import('lake.trail', 'x', $digest)}, @imports, on('INSERT', '_digests'));
# A folder is imported in several transactions, so these privileges stay for a while.
sql(join ';', @imports, on('INSERT', '_rejects'), 'GRANT pg_read_server_files TO r_role');
my @functions = ('pg_ls_dir(text)', 'pg_stat_file(text, boolean)', 'pg_read_binary_file(text)');
for my $without (@functions, '')
{
	$_ eq $without or sql("GRANT EXECUTE ON FUNCTION $_ TO r_role") for @functions;
	# A file that cannot be read is a warning, and the next one is read.
	eval { sql(qq{SET ROLE r_role; CALL public.cloudtrail_import_directory('lake.trail', '$folder/roles')}) };
	is(sql('SELECT count(*) FROM lake.trail.log_files'), $without ? 0 : 1, 'import a folder' . ($without ? ": not without $without" : '')) or diag($@);
	sql("REVOKE EXECUTE ON FUNCTION $_ FROM r_role") for @functions;
}
sql('REVOKE pg_read_server_files FROM r_role; REVOKE ALL ON lake.trail, lake.trail.log_files, lake.trail.rejects FROM r_role');

# Daily sums are left alone by who may not write all of them.
my @sums = map { my $privilege = $_; on($privilege, qw(_activity _actions _principals _days)) } qw(SELECT INSERT DELETE);
my @all = (on('SELECT', ''), @sums);
for my $without (-1 .. $#all)
{
	my $grants = join ' ', map { "$_;" } @all[ grep { $_ != $without } 0 .. $#all ];
	is(sql(qq{BEGIN; $grants SET ROLE r_role; SELECT public.cloudtrail_refresh_activity('lake.trail') IS NULL; ROLLBACK}), $without < 0 ? 'f' : 't', 'sum up' . ($without < 0 ? '' : ": not without $all[$without]"));
}

# What is the owner's alone.
my $member = 'GRANT r_owner TO r_role';
needs($_, "SELECT public.$_", $member) for
	q{cloudtrail_create_partition('lake.trail', '2024-07-01 00:00Z')}, q{cloudtrail_renew_trail('lake.trail')}, q{cloudtrail_drop_before('lake.trail', '2025-01-01 00:00Z')}, q{cloudtrail_drop_trail('lake.trail')};

# Views: whoever makes them must be able to read the trail, and whoever reads them, too.
needs('create the views', q{SELECT public.cloudtrail_create_audit_views('lake.trail', 'audit'); SELECT count(*) FROM audit.events}, 'GRANT CREATE ON DATABASE roles TO r_role', on('SELECT', ''));
sql(q{SELECT public.cloudtrail_create_audit_views('lake.trail', 'audit')});
ok(!eval { sql('SET ROLE r_role; SELECT count(*) FROM audit.events'); 1 } && $@ =~ /permission denied/, 'nobody reads the views by himself');
sql(q{SELECT public.cloudtrail_grant_audit('audit', 'r_role')});
my @views = split /\n/, sql(q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v' ORDER BY 1});
cmp_ok(scalar @views, '>', 40, scalar(@views) . ' views');
is_deeply([ grep { !eval { sql("SET ROLE r_role; SELECT * FROM $_ LIMIT 1"); 1 } } @views ], [], 'are read by who was granted that');
ok(!eval { sql("SET ROLE r_role; $_"); 1 } && $@ =~ /permission denied/, "who may not: $_") for
	'UPDATE audit.settings SET unused_after = interval \'1 day\'', 'INSERT INTO lake.trail (event) VALUES (\'{"eventTime":"2024-01-01T00:00:00Z"}\')', 'DELETE FROM lake.trail', 'DELETE FROM lake.trail.log_files', 'INSERT INTO lake.trail_secrets SELECT * FROM lake.trail_secrets',
	'DELETE FROM lake.trail.changed_days', q{SELECT public.cloudtrail_add_keys('lake.trail', '{"PublicKeyList":[{"Value":"MAMCAQA=","ValidityStartTime":1,"ValidityEndTime":2,"Fingerprint":"a"}]}', 'us-east-1')};

use_database('postgres');
sql('DROP DATABASE roles');
sql('DROP ROLE r_role, r_owner');
done_testing();
