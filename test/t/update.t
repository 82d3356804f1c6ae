# ALTER EXTENSION UPDATE ends with the same catalogs as installing anew: from
# each version of which test/update holds the install script, as it was
# released, and between two made-up versions, which shows that the comparison
# finds what an update forgets.
use strict;
use warnings;
use File::Copy;
use Test::More;
use Catalog;
use CloudtrailTest;

my ($sharedir) = split /\n/, `pg_config --sharedir`;
my $extensions = "$sharedir/extension";
my ($current) = split /\n/, sql(q{SELECT default_version FROM pg_available_extensions WHERE name = 'cloudtrail'});

# A file's text.
sub text_of { my ($file) = @_; local (@ARGV, $/) = $file; return scalar <> }

# Writes a script of the extension.
sub put_script
{
	my ($name, $text) = @_;
	open my $out, '>', "$extensions/cloudtrail--$name.sql" or die "$extensions: $!";
	print $out $text;
	close $out;
}

# What the catalogs say after a database got the extension by some SQL.
sub catalog_after
{
	my ($sql) = @_;
	new_database('update', $sql);
	return join "\n", catalog_of('cloudtrail');
}

# The lines that only one of two catalogs has, shortened.
sub difference
{
	my ($got, $expected) = @_;
	my (%count, @lines);
	$count{$_}++ for split /\n/, $got;
	$count{$_}-- for split /\n/, $expected;
	push @lines, ($count{$_} > 0 ? 'too much: ' : 'missing: ') . substr($_, 0, 300) for grep { $count{$_} } sort keys %count;
	return join "\n", @lines;
}

my $fresh = catalog_after('CREATE EXTENSION cloudtrail');
cmp_ok(scalar(split /\n/, $fresh), '>', 1500, 'the catalogs have much to say of the extension');
is(difference(catalog_after('CREATE EXTENSION cloudtrail'), $fresh), '', 'and the same of each installation');
is(difference(catalog_after('CREATE SCHEMA s; CREATE EXTENSION cloudtrail SCHEMA s; ALTER EXTENSION cloudtrail SET SCHEMA public'), $fresh), '', 'and after it moved there and back');

# Released versions.
my %released = map { m{--([^/]*)\.sql$} ? ($1 => $_) : () } glob 'test/update/cloudtrail--*.sql';
for my $script (glob 'sql/cloudtrail--*--*.sql')
{
	my ($from) = $script =~ /cloudtrail--(.*)--/;
	ok($released{$from}, "$script: the install script of $from is in test/update");
}
for my $version (sort grep { $_ ne $current } keys %released)
{
	copy($released{$version}, "$extensions/cloudtrail--$version.sql") or die $!;
	is(difference(catalog_after("CREATE EXTENSION cloudtrail VERSION '$version'; ALTER EXTENSION cloudtrail UPDATE"), $fresh), '', "from $version");
	new_database('update', "CREATE EXTENSION cloudtrail VERSION '$version'");
	my $log = '{"Records":[{"eventTime":"2024-01-31T12:00:00Z","eventName":"x"}]}';
	sql(q{SELECT cloudtrail_create_trail('trail'); ALTER EXTENSION cloudtrail UPDATE; SELECT cloudtrail_renew_trail('trail'); SELECT cloudtrail_create_audit_views('trail', 'audit')});
	is(sql("SELECT cloudtrail_import('trail', 'x', '$log'::bytea); SELECT count(*) FROM audit.events"), "(log,1,1,0,0,f)\n1", "from $version: a trail works on");
}

# Two made-up versions, which differ in all that versions differ in: what the
# install script of the later one has instead, and the statements that do it.
my $install = text_of("$extensions/cloudtrail--$current.sql");
my $later = $install;
my @update;
for (
	[ 'a comment', qr/COMMENT ON FUNCTION cloudtrail_html_style\(\) IS\s+'[^']*';/, q{COMMENT ON FUNCTION cloudtrail_html_style() IS 'Another comment';} ],
	[ 'a comment on a column', undef, q{COMMENT ON COLUMN cloudtrail_record.event_name IS 'Another comment';} ],
	[ 'a function', undef, q{CREATE FUNCTION cloudtrail_new(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';} ],
	[ 'its comment', undef, q{COMMENT ON FUNCTION cloudtrail_new(text) IS 'New';} ],
	[ 'its privileges', undef, q{REVOKE EXECUTE ON FUNCTION cloudtrail_new(text) FROM PUBLIC;} ],
	[ 'a label', undef, q{ALTER FUNCTION cloudtrail_html(text) STABLE;} ],
	[ 'a cost', undef, q{ALTER FUNCTION event_name(cloudtrail_event) COST 7;} ],
	[ 'a support function', undef, q{ALTER FUNCTION cloudtrail_missing(regclass, text[], bigint[]) ROWS 7;} ],
	[ 'a setting', undef, q{ALTER FUNCTION cloudtrail_summarize(regclass, boolean) SET work_mem = '1GB';} ],
	[ 'an operator', undef, q{CREATE OPERATOR @~~ (FUNCTION = cloudtrail_event_gt, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event);} ],
	[ 'its comment', undef, q{COMMENT ON OPERATOR @~~ (cloudtrail_event, cloudtrail_event) IS 'New';} ],
	[ 'its estimate', undef, q{ALTER OPERATOR @~~ (cloudtrail_event, cloudtrail_event) SET (RESTRICT = contsel);} ],
	[ 'a member less in an operator family', undef, q{ALTER OPERATOR FAMILY cloudtrail_event_ops USING btree DROP FUNCTION 4 (cloudtrail_event, cloudtrail_event);} ],
	[ 'how a type is stored', undef, q{ALTER TYPE cloudtrail_action SET (STORAGE = external);} ],
	[ 'a column of a row type', undef, q{ALTER TYPE cloudtrail_digest_record ADD ATTRIBUTE more text;} ],
	[ 'a type', undef, q{CREATE TYPE cloudtrail_kind AS ENUM ('event', 'insight');} ],
	[ 'a function less', undef, q{DROP FUNCTION cloudtrail_denied_by(text, text);} ],
	[ 'a cast', undef, q{CREATE CAST (cloudtrail_secret AS cloudtrail_action) WITH INOUT;} ],
	[ 'the code of a function', undef, q{CREATE OR REPLACE FUNCTION cloudtrail_html_style() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$SELECT ''$$;} ],
	)
{
	my ($what, $place, $statement) = @$_;
	die "no place for $what" unless !$place || $later =~ s/$place/$statement/;
	$later .= "$statement\n" unless $place;
	push @update, [ $what, $statement ];
}
put_script('later', $later);
put_script("$current--later", join "\n", map { $_->[1] } @update);
my $expected = catalog_after(q{CREATE EXTENSION cloudtrail VERSION 'later'});
isnt($expected, $fresh, 'a made-up later version is another');
is(difference(catalog_after(q{CREATE EXTENSION cloudtrail; ALTER EXTENSION cloudtrail UPDATE TO 'later'}), $expected), '', 'updated to, it is the same as installed');
for my $i (0 .. $#update)
{
	my ($what, $statement) = @{ $update[$i] };
	next if $what eq 'a function' || $what eq 'an operator';		# others need it
	put_script("$current--later", join "\n", map { $_->[1] } @update[ grep { $_ != $i } 0 .. $#update ]);
	isnt(difference(catalog_after(q{CREATE EXTENSION cloudtrail; ALTER EXTENSION cloudtrail UPDATE TO 'later'}), $expected), '', "an update that forgets $what is found out: $statement");
}
unlink "$extensions/cloudtrail--later.sql", "$extensions/cloudtrail--$current--later.sql";
done_testing();
