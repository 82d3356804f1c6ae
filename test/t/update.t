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
		SELECT format('%s %s %s rls %s identity %s options %s %s', c.relkind, c.relname, obj_description(c.oid, 'pg_class'), c.relrowsecurity, c.relreplident, c.reloptions, pg_get_expr(c.relpartbound, c.oid)) FROM pg_class AS c WHERE c.relnamespace = '$trail'::regnamespace
		UNION ALL SELECT format('view %s %s', c.relname, replace(pg_get_viewdef(c.oid), E'\n', ' ')) FROM pg_class AS c WHERE c.relnamespace = '$trail'::regnamespace AND c.relkind = 'v'
		UNION ALL SELECT format('index %s', pg_get_indexdef(c.oid)) FROM pg_class AS c WHERE c.relnamespace = '$trail'::regnamespace AND c.relkind IN ('i', 'I')
		UNION ALL SELECT format('column %s.%s %s %s %s %s %s', c.relname, a.attname, a.attstorage, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
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
sql(q{CREATE ROLE update_auditor; CREATE ROLE update_clerk});
my $log = '{"eventTime":"2024-01-31T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","userAgent":"aws-cli","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/a"},"requestParameters":{"secretId":"db"}}';
my $other = $log =~ s/"db"/"other"/r;

# A trail with rows of the user's and privileges, in a database to be copied.
new_database('update_original', 'CREATE EXTENSION cloudtrail');
sql(qq{SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_import('trail', 'x', '$log'::bytea);
	UPDATE trail.settings SET unused_after = '7 days';
	UPDATE trail.log_files SET event_status = 'intact';
	INSERT INTO trail.secret_event_kinds (event_name, process, phase) VALUES ('Mine', 'rotation', 'started');
	SELECT cloudtrail_grant_audit('trail', 'update_auditor');
	GRANT SELECT, DELETE ON trail.secret_batch_catchall TO update_clerk WITH GRANT OPTION;
	GRANT SELECT (as_of), UPDATE (as_of) ON trail.thresholds TO update_clerk});

# Makes it again.
sub make_trail
{
	use_database('postgres');
	sql('DROP DATABASE IF EXISTS update');
	sql('CREATE DATABASE update TEMPLATE update_original STRATEGY file_copy');
	use_database('update');
}

# What is not in the definitions: facts, sums and what roles may do.
sub contents { return scalar sql(q{
	SELECT to_jsonb(f) FROM trail.secret_facts AS f ORDER BY event_time, event_key, item;
	SELECT to_jsonb(a) FROM trail.activity_daily AS a;
	SELECT to_jsonb(a) FROM trail.principal_activity_daily AS a;
	SELECT c.relname, a.privilege_type, a.is_grantable FROM pg_class AS c, aclexplode(c.relacl) AS a
		WHERE c.relnamespace = 'trail'::regnamespace AND a.grantee IN ('update_auditor'::regrole, 'update_clerk'::regrole) ORDER BY 1, 2, 3, a.grantee::regrole::text;
	SELECT c.relname, t.attname, a.privilege_type FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid, aclexplode(t.attacl) AS a
		WHERE c.relnamespace = 'trail'::regnamespace ORDER BY 1, 2, 3}) }
make_trail();
my ($model, $contents) = (trail_catalog('trail'), contents());
cmp_ok(scalar(split /\n/, $model), '>', 500, 'the catalogs have much to say of a trail');
like($contents, qr/"user_agent": "aws-cli".*\nsecret_batch_catchall\|DELETE\|t\n.*thresholds\|as_of\|UPDATE$/s, 'and there are facts and privileges');
# Schemas of others are not in the way, though they have the name of one that it makes.
sql(sprintf q{CREATE SCHEMA "cloudtrail %s of %2$s"}, $_, sql(q{SELECT 'trail'::regnamespace::oid})) for 'update', 'update 1', 'views', 'views 1';
sql(q{SELECT cloudtrail_update_trail('trail')});
is(difference(trail_catalog('trail'), $model), '', 'an update changes nothing of a trail that is up to date');
is(contents(), $contents, 'nor of its rows');
my $grants = 'GRANT SELECT, DELETE ON trail.secret_batch_catchall TO update_clerk WITH GRANT OPTION; GRANT SELECT ON trail.secret_batch_catchall TO update_auditor';
for my $case (
	[ 'columns of tables that are the user\'s', q{ALTER TABLE trail.settings DROP COLUMN bulk_secrets CASCADE; ALTER TABLE trail.secret_event_kinds DROP COLUMN is_test CASCADE} ],
	[ 'columns of facts', q{ALTER TABLE trail.secret_facts DROP COLUMN user_agent CASCADE, DROP COLUMN trusted CASCADE, DROP COLUMN secret_name CASCADE} ],
	[ 'columns of credentials', q{ALTER TABLE trail.issued_credentials DROP COLUMN issued_key CASCADE, DROP COLUMN caller_name CASCADE} ],
	[ 'the policy of a partition', q{DROP POLICY of_all_events ON trail.raw_events_2024_01; ALTER TABLE trail.raw_events_2024_01 DISABLE ROW LEVEL SECURITY} ],
	[ 'columns of sums, and of an empty table', q{ALTER TABLE trail.activity DROP COLUMN first_event CASCADE; ALTER TABLE trail.principal_activity DROP COLUMN errors CASCADE;
		ALTER TABLE trail.changed_days DROP COLUMN day CASCADE; ALTER TABLE trail.conflicts DROP COLUMN source CASCADE} ],
	[ 'tables and views', q{DROP TABLE trail.error_kinds CASCADE; DROP TABLE trail.conflicts CASCADE; DROP VIEW trail.observed CASCADE} ],
	[ 'a view with other columns, and those that depended on it', q{DROP VIEW trail.thresholds CASCADE; CREATE VIEW trail.thresholds AS SELECT 1 AS x, 2 AS as_of} ],
	[ 'views with fewer columns, more columns, and columns of other names', qq{DROP VIEW trail.secret_batch_catchall; CREATE VIEW trail.secret_batch_catchall AS SELECT event_time, event_key FROM trail.raw_events; $grants;
		CREATE OR REPLACE VIEW trail.events AS SELECT *, 1 AS gone FROM trail.events WHERE false; ALTER VIEW trail.secret_denied RENAME COLUMN action TO call} ],
	[ 'a view that depends on others than it did', qq{DROP VIEW trail.secret_batch_catchall; CREATE VIEW trail.secret_batch_catchall AS SELECT t.event_key, r.* FROM trail.raw_events AS t, trail.thresholds AS r; $grants} ],
	[ 'comments and options', q{CREATE OR REPLACE VIEW trail.events AS SELECT * FROM trail.events WHERE false; ALTER VIEW trail.secret_denied RESET (security_invoker);
		COMMENT ON VIEW trail.secret_denied IS 'x'; COMMENT ON COLUMN trail.secret_denied.action IS 'x'; COMMENT ON TABLE trail.settings IS NULL;
		COMMENT ON COLUMN trail.raw_events.event IS 'x'; COMMENT ON COLUMN trail.raw_events_2024_01.event IS 'x';
		ALTER TABLE trail.activity REPLICA IDENTITY DEFAULT; ALTER TABLE trail.log_files ALTER manifest SET STORAGE EXTENDED;
		DROP POLICY of_all_events ON trail.log_files; ALTER TABLE trail.log_files DISABLE ROW LEVEL SECURITY; ALTER POLICY of_visible_events ON trail.secret_facts USING (true)} ],
	[ 'indexes and statistics that are missing', q{DROP INDEX trail.secret_facts_secret_name_idx; DROP INDEX trail.raw_events_event_idx;
		DO $$ BEGIN EXECUTE (SELECT string_agg(format('DROP STATISTICS %s.%I', stxnamespace::regnamespace, stxname), ';') FROM pg_statistic_ext WHERE stxnamespace = 'trail'::regnamespace); END $$} ],
	[ 'indexes and statistics that are others', q{DROP INDEX trail.secret_facts_secret_name_idx; CREATE INDEX secret_facts_secret_name_idx ON trail.secret_facts (secret_name);
		DROP INDEX trail.raw_events_event_idx; CREATE INDEX raw_events_event_idx ON ONLY trail.raw_events USING gin (event);
		DROP STATISTICS trail.raw_events_kind; CREATE STATISTICS trail.raw_events_kind ON (event_source(event)), (event_name(event)) FROM trail.raw_events} ],
	[ 'triggers that are missing, and changes that they did not see', qq{DROP TRIGGER place ON trail.raw_events_default; DROP TRIGGER follow_insert ON trail.raw_events; DROP TRIGGER follow_delete ON trail.raw_events_2024_01;
		DELETE FROM trail.raw_events_2024_01; INSERT INTO trail.raw_events SELECT event_time(e), event_key(e), e FROM CAST('$log' AS cloudtrail_event) AS e} ],
	[ 'a trigger that is another', q{CREATE OR REPLACE TRIGGER follow_delete AFTER DELETE ON trail.raw_events_2024_01 FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events()} ],
	[ 'the default partition', q{ALTER TABLE trail.raw_events DETACH PARTITION trail.raw_events_default} ],
	[ 'constraints', q{ALTER TABLE trail.settings DROP CONSTRAINT settings_bulk_window_check, DROP CONSTRAINT settings_coverage_gap_check, ADD CONSTRAINT settings_coverage_gap_check CHECK (bulk_secrets > 1);
		ALTER TABLE trail.raw_events DROP CONSTRAINT event_matches; ALTER TABLE trail.listed_secrets DROP CONSTRAINT listed_secrets_pkey} ],
	[ 'defaults, nulls and types', q{ALTER TABLE trail.settings ALTER COLUMN bulk_window DROP NOT NULL, ALTER COLUMN bulk_window DROP DEFAULT, ALTER COLUMN as_of SET DEFAULT '2020-01-01';
		ALTER TABLE trail.log_files ALTER COLUMN event_status SET NOT NULL; ALTER TABLE trail.secret_facts ALTER COLUMN succeeded DROP NOT NULL; ALTER TABLE trail.conflicts ALTER COLUMN source TYPE varchar(9)} ],
)
{
	my ($what, $change) = @$case;
	make_trail();
	sql("SET client_min_messages = error; $change");
	isnt(trail_catalog('trail') . (eval { contents() } // ''), $model . $contents, "an older trail: $what");
	is(eval { sql(q{SELECT cloudtrail_update_trail('trail')}); difference(trail_catalog('trail'), $model) } // $@, '', "$what: updated, it is as a new one");
	is(eval { sql(q{SELECT unused_after FROM trail.settings; SELECT count(*) FROM trail.secret_event_kinds WHERE event_name = 'Mine'; SELECT count(*) FROM trail.raw_events}) } // $@, "7 days\n1\n1", "$what: the user's rows stay");
	# What the user dropped lost its privileges.
	my ($got, $expected) = map { $change =~ /CASCADE/ ? s/^(?!\{).*\n?//mgr : $_ } contents(), $contents;
	is($got, $expected, "$what: facts, sums and privileges are right");
	is(eval { sql("SELECT cloudtrail_import('trail', 'y', '$other'::bytea); SELECT count(*), min(user_agent), bool_or(succeeded) FROM trail.secret_reads WHERE secret_name = 'other'; SELECT count(*) FROM trail.log_files") } // $@, "(log,1,1,0,0,f)\n1|aws-cli|t\n2", "$what: and imports go on");
}

# What the user made stays, and does not lose what it stands on: a view of an unchanged view, a trigger that was switched to another mode.
make_trail();
sql(qq{CREATE VIEW reads AS SELECT actor, secret_name FROM trail.secret_reads;
	ALTER TABLE trail.raw_events_2024_01 ENABLE ALWAYS TRIGGER follow_insert;
	ALTER TABLE trail.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON trail.raw_events USING (true);
	ALTER TABLE trail.secret_facts ADD COLUMN note text DEFAULT 'mine'; CREATE INDEX mine ON trail.settings (as_of);
	DROP VIEW trail.secret_batch_catchall; CREATE VIEW trail.secret_batch_catchall AS SELECT t.* FROM trail.thresholds AS t; $grants});
is(sql(q{SELECT cloudtrail_update_trail('trail'); SELECT * FROM reads; SELECT note, user_agent FROM trail.secret_facts;
	SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'trail.raw_events_2024_01'::regclass AND tgname = 'follow_insert';
	SELECT relrowsecurity FROM pg_class WHERE oid = 'trail.raw_events'::regclass; SELECT polname FROM pg_policy WHERE polrelid = 'trail.raw_events'::regclass; SELECT 'trail.mine'::regclass}),
	"\narn:aws:iam::111122223333:user/a|db\nmine|aws-cli\nA\nt\nmine\ntrail.mine", 'what the user made stays');

# What cannot be done is named, with what to do, and nothing is changed.
for my $case (
	[ q{CREATE VIEW mine AS SELECT as_of FROM trail.thresholds}, qr/ERROR:  cannot update view "thresholds" of trail trail because view (?:public\.)?mine depends on it\n.*HINT:  Drop view public\.mine, call/s ],
	[ q{CREATE FUNCTION mine(trail.thresholds) RETURNS int LANGUAGE sql RETURN 1}, qr/ERROR:  cannot update view "thresholds" of trail trail because function public\.mine\(trail\.thresholds\) depends on it\n/ ],
	[ q{CREATE RULE mine AS ON UPDATE TO trail.thresholds DO INSTEAD NOTHING}, qr/ERROR:  cannot update view "thresholds" of trail trail because rule mine on view trail\.thresholds depends on it\n/ ],
	[ q{ALTER TABLE trail.log_files DROP COLUMN kind CASCADE}, qr/ERROR:  column "kind" of table trail\.log_files is missing and cannot be added\n.*HINT:  Use ALTER TABLE trail\.log_files ADD COLUMN kind text, give/s,
		q{ALTER TABLE trail.log_files ADD COLUMN kind text; UPDATE trail.log_files SET kind = 'log'} ],
	[ q{ALTER TABLE trail.settings ALTER bulk_window DROP NOT NULL; UPDATE trail.settings SET bulk_window = NULL}, qr/ERROR:  column "bulk_window" of table trail\.settings contains null values\nHINT:  Give each row/,
		q{UPDATE trail.settings SET bulk_window = DEFAULT} ])
{
	my ($change, $error, $remedy) = @$case;
	make_trail();
	sql("SET client_min_messages = error; ALTER VIEW trail.thresholds RENAME COLUMN coverage_gap TO gap; $change");
	my $before = trail_catalog('trail') . (eval { contents() } // '');
	eval { sql(q{SELECT cloudtrail_update_trail('trail')}) };
	like($@, $error, "an error: $change");
	is(trail_catalog('trail') . (eval { contents() } // ''), $before, 'and all is as it was');
	next unless $remedy;
	sql("$remedy; SELECT cloudtrail_update_trail('trail')");
	is(difference(trail_catalog('trail'), $model), '', 'until it is remedied');
}
done_testing();
