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

# What the catalogs say of a trail's objects: definitions as PostgreSQL prints them, without the order of columns.
sub trail_catalog
{
	my ($trail) = @_;
	my $catalog = sql(qq{
		SELECT format('%s %s %s rls %s identity %s options %s', c.relkind, c.relname, obj_description(c.oid, 'pg_class'), c.relrowsecurity, c.relreplident, c.reloptions) FROM pg_class AS c WHERE c.relnamespace = '$trail'::regnamespace
		UNION ALL SELECT format('view %s %s', c.relname, pg_get_viewdef(c.oid)) FROM pg_class AS c WHERE c.relnamespace = '$trail'::regnamespace AND c.relkind = 'v'
		UNION ALL SELECT format('index %s', pg_get_indexdef(c.oid)) FROM pg_class AS c WHERE c.relnamespace = '$trail'::regnamespace AND c.relkind IN ('i', 'I')
		UNION ALL SELECT format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
			FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
			WHERE c.relnamespace = '$trail'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
		UNION ALL SELECT format('constraint %s on %s %s', n.conname, n.conrelid::regclass, pg_get_constraintdef(n.oid)) FROM pg_constraint AS n WHERE n.connamespace = '$trail'::regnamespace
		UNION ALL SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = '$trail'::regnamespace
		UNION ALL SELECT format('policy %s on %s %s using %s check %s', p.polname, p.polrelid::regclass, p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid WHERE c.relnamespace = '$trail'::regnamespace
		UNION ALL SELECT format('statistics %s', pg_get_statisticsobjdef(s.oid)) FROM pg_statistic_ext AS s WHERE s.stxnamespace = '$trail'::regnamespace
		ORDER BY 1}) =~ s/\n\s+/ /gr;
	# Added columns come last, which shows in the definitions of views.
	return join "\n", sort map { /^view / ? join ' ', sort split /[,\s]+/ : $_ } split /\n/, $catalog;
}

my $fresh = catalog_after('CREATE EXTENSION cloudtrail');
cmp_ok(scalar(split /\n/, $fresh), '>', 1500, 'the catalogs have much to say of the extension');
is(difference(catalog_after('CREATE EXTENSION cloudtrail'), $fresh), '', 'and the same of each installation');

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
	sql(q{SELECT cloudtrail_create_trail('trail'); ALTER EXTENSION cloudtrail UPDATE; SELECT cloudtrail_update_trail('trail')});
	is(sql("SELECT cloudtrail_import('trail', 'x', '$log'::bytea); SELECT count(*) FROM trail.events"), "(log,1,1,0,0,f)\n1", "from $version: a trail works on");
}

# Two made-up versions, which differ in all that versions differ in: what the
# install script of the later one has instead, and the statements that do it.
my $install = text_of("$extensions/cloudtrail--$current.sql");
my $later = $install;
my @update;
for (
	[ 'a comment', qr/COMMENT ON FUNCTION cloudtrail_version\(\) IS\s+'[^']*';/, q{COMMENT ON FUNCTION cloudtrail_version() IS 'Another comment';} ],
	[ 'a comment on a column', undef, q{COMMENT ON COLUMN cloudtrail_record.event_name IS 'Another comment';} ],
	[ 'a function', undef, q{CREATE FUNCTION cloudtrail_new(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';} ],
	[ 'its comment', undef, q{COMMENT ON FUNCTION cloudtrail_new(text) IS 'New';} ],
	[ 'its privileges', undef, q{REVOKE EXECUTE ON FUNCTION cloudtrail_new(text) FROM PUBLIC;} ],
	[ 'a label', undef, q{ALTER FUNCTION cloudtrail_html(text) STABLE;} ],
	[ 'a cost', undef, q{ALTER FUNCTION event_name(cloudtrail_event) COST 7;} ],
	[ 'a support function', undef, q{ALTER FUNCTION cloudtrail_files_missing(regnamespace, text[], bigint[]) ROWS 7;} ],
	[ 'a setting', undef, q{ALTER FUNCTION cloudtrail_refresh_activity(regnamespace, boolean) SET work_mem = '1GB';} ],
	[ 'an operator', undef, q{CREATE OPERATOR @~~ (FUNCTION = cloudtrail_event_gt, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event);} ],
	[ 'its comment', undef, q{COMMENT ON OPERATOR @~~ (cloudtrail_event, cloudtrail_event) IS 'New';} ],
	[ 'its estimate', undef, q{ALTER OPERATOR @~~ (cloudtrail_event, cloudtrail_event) SET (RESTRICT = contsel);} ],
	[ 'a member less in an operator family', undef, q{ALTER OPERATOR FAMILY cloudtrail_event_ops USING btree DROP FUNCTION 4 (cloudtrail_event, cloudtrail_event);} ],
	[ 'how a type is stored', undef, q{ALTER TYPE cloudtrail_action SET (STORAGE = external);} ],
	[ 'a column of a row type', undef, q{ALTER TYPE cloudtrail_digest_record ADD ATTRIBUTE more text;} ],
	[ 'a type', undef, q{CREATE TYPE cloudtrail_kind AS ENUM ('event', 'insight');} ],
	[ 'a function less', undef, q{DROP FUNCTION cloudtrail_refusing_policy(text, text);} ],
	[ 'a cast', undef, q{CREATE CAST (cloudtrail_secret AS cloudtrail_action) WITH INOUT;} ],
	[ 'the code of a function', undef, q{CREATE OR REPLACE FUNCTION cloudtrail_load_secrets(trail regnamespace, list jsonb) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN 0; END$$;} ],
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

# A trail that an older version made: cloudtrail_update_trail() ends with the
# objects of a new one, and leaves the user's rows alone.
new_database('update', 'CREATE EXTENSION cloudtrail');
sql(q{SELECT cloudtrail_create_trail('trail')});
my $log = '{"eventTime":"2024-01-31T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"db"}}';
sql("SELECT cloudtrail_import('trail', 'x', '$log'::bytea)");
my $model = trail_catalog('trail');
cmp_ok(scalar(split /\n/, $model), '>', 500, 'the catalogs have much to say of a trail');
sql(q{SELECT cloudtrail_update_trail('trail')});
is(difference(trail_catalog('trail'), $model), '', 'an update changes nothing of a trail that is up to date');
for my $change (
	'ALTER TABLE trail.settings DROP COLUMN bulk_secrets CASCADE',
	'ALTER TABLE trail.secret_event_kinds DROP COLUMN is_test CASCADE',
	'DROP TABLE trail.error_kinds CASCADE',
	'DROP TABLE trail.conflicts CASCADE',
	'DROP VIEW trail.secret_denied CASCADE',
	'CREATE OR REPLACE VIEW trail.events AS SELECT * FROM trail.events WHERE false',
	'ALTER VIEW trail.secret_denied RESET (security_invoker)',
	q{COMMENT ON VIEW trail.secret_denied IS 'x'; COMMENT ON COLUMN trail.secret_denied.action IS 'x'; COMMENT ON TABLE trail.settings IS NULL},
	'DROP INDEX trail.secret_facts_secret_name_idx',
	'DROP INDEX trail.raw_events_event_idx',
	'DROP STATISTICS trail.raw_events_kind',
	'DROP TRIGGER follow_insert ON trail.raw_events',
	'DROP TRIGGER place ON trail.raw_events_default',
	'DROP POLICY of_all_events ON trail.log_files; ALTER TABLE trail.log_files DISABLE ROW LEVEL SECURITY',
	'ALTER POLICY of_visible_events ON trail.secret_facts USING (true)',
	'ALTER TABLE trail.activity REPLICA IDENTITY DEFAULT',
	'ALTER TABLE trail.settings DROP CONSTRAINT settings_bulk_window_check',
)
{
	sql("SET client_min_messages = error; DROP SCHEMA trail CASCADE; SELECT cloudtrail_create_trail('trail')");
	sql("SELECT cloudtrail_import('trail', 'x', '$log'::bytea); UPDATE trail.settings SET unused_after = '7 days'; INSERT INTO trail.secret_event_kinds (event_name, process, phase) VALUES ('Mine', 'rotation', 'started')");
	sql("SET client_min_messages = error; $change");
	isnt(trail_catalog('trail'), $model, "an older trail: $change");
	is(eval { sql(q{SELECT cloudtrail_update_trail('trail')}); difference(trail_catalog('trail'), $model) } // $@, '', "$change: updated, it is as a new one");
	is(eval { sql(q{SELECT unused_after FROM trail.settings; SELECT count(*) FROM trail.secret_event_kinds WHERE event_name = 'Mine'; SELECT count(*) FROM trail.raw_events}) } // $@, "7 days\n1\n1", "$change: the user's rows stay");
}
done_testing();
