# A database of trails, dumped and restored: every object comes back, as do the
# events, and answers and works as before.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Everything;

my $folder = $ENV{SERVER_FILES};
# What a program of PostgreSQL writes, which must succeed.
sub run
{
	my ($command) = @_;
	my $output = `$command 2>$folder/program.errors`;
	die "$command: " . `cat $folder/program.errors` if $? != 0;
	return $output;
}

# The definition of every object of a database, as pg_dump writes it.
sub definitions
{
	my ($database) = @_;
	local $ENV{PGTZ} = 'UTC';
	return join '', grep { !/^(--|\\(un)?restrict|$)/ } split /^/, run("pg_dump -s $database");
}

# The first lines in which two texts differ; none, if they are the same.
sub difference
{
	my ($got, $expected) = @_;
	open my $one, '>', "$folder/got" or die;
	print $one ref $got ? join "\n", @$got : $got;
	close $one;
	open my $other, '>', "$folder/expected" or die;
	print $other ref $expected ? join "\n", @$expected : $expected;
	close $other;
	return `diff $folder/expected $folder/got | head -n 20`;
}

my $role = 'dump_auditor';
make_everything('dump_made', $role);

# PostgreSQL writes some expressions otherwise the first time, so what is to be
# compared has been restored once.
new_database('dump_from', '');
run('pg_dump dump_made | psql -XAqt -v ON_ERROR_STOP=1 -1 -d dump_from -f -');
sql('ANALYZE');
my $objects = q{SELECT string_agg(o.type || ' ' || o.identity, chr(10) ORDER BY o.type, o.identity COLLATE "C") FROM (
	SELECT DISTINCT classid, objid, objsubid FROM pg_depend
	UNION SELECT DISTINCT refclassid, refobjid, refobjsubid FROM pg_depend) AS d, pg_identify_object(d.classid, d.objid, d.objsubid) AS o
	WHERE o.schema IS DISTINCT FROM 'pg_toast' AND o.type NOT LIKE '%toast%'};
my ($made, $restored) = map { use_database($_); scalar sql($objects) } 'dump_made', 'dump_from';
is(difference($restored, $made), '', 'a restored database has the same objects');

my $definitions = definitions('dump_from');
my @contents = contents('dump_made');
is(difference([ contents('dump_from') ], \@contents), '', 'the same rows in each table and view');
my @answers = answers('dump_from');
cmp_ok(scalar @contents, '>', 80, @contents . ' tables and views');
ok((grep { /^\S*$_: [1-9]/ } @contents), "$_ has rows") for qw(raw_events raw_events_default secret_facts secret_reads error_kinds records found daily rows);
is(join("\n", grep { /: 0|without/ } @answers), '', 'every question has an answer, from an index');
my $visible = sql(qq{SET ROLE $role; SELECT count(*) FROM "Evidence".events});
cmp_ok($visible, '>', 0, "the auditor sees $visible of the events");

# Each way to bring a dump back, into a database whose settings are others.
my %way = (
	'custom format' => "pg_dump -Fc -f $folder/dump.custom dump_from && pg_restore --exit-on-error -d dump_to $folder/dump.custom",
	'two jobs, through the partitions\' root' => "pg_dump -Fd -j 2 --load-via-partition-root -f $folder/dump.folder dump_from && pg_restore --exit-on-error -j 2 -d dump_to $folder/dump.folder",
	'inserts by column' => 'pg_dump --column-inserts --rows-per-insert=100 dump_from | psql -XAqt -v ON_ERROR_STOP=1 -d dump_to -f -',
	'definitions first, data later' => "pg_dump -s dump_from | psql -XAqt -v ON_ERROR_STOP=1 -d dump_to -f - && pg_dump -a --disable-triggers dump_from | psql -XAqt -v ON_ERROR_STOP=1 -d dump_to -f -",
);
for my $way (sort keys %way)
{
	new_database('dump_to', q{ALTER DATABASE dump_to SET timezone = 'Asia/Kathmandu'; ALTER DATABASE dump_to SET datestyle = 'SQL, DMY'; ALTER DATABASE dump_to SET search_path = nowhere});
	run($way{$way});
	sql('REFRESH MATERIALIZED VIEW old.daily') if $way =~ /data later/;
	sql('ANALYZE');
	is(difference(definitions('dump_to'), $definitions), '', "$way: every object is as it was");
	is(difference([ contents('dump_to') ], \@contents), '', "$way: every table and view has the same rows");
	is(difference([ answers('dump_to') ], \@answers), '', "$way: every index gives the same answers");
	is(sql(qq{SET ROLE $role; SELECT count(*) FROM "Evidence".events}), $visible, "$way: and the policies show the same");
}

# The dump of the dump is imported into, as is the original: they go on alike.
import_more($_) for 'dump_from', 'dump_to';
my @more = contents('dump_from');
isnt(join("\n", @more), join("\n", @contents), 'an import changes the original');
is(difference([ contents('dump_to') ], \@more), '', 'and the restored one alike: triggers and views work on');
# Statistics of a new partition are numbered in the order of those of the whole, which a restore may make in another.
my ($to, $from) = map { join '', sort map { s/_expr_stat\d+/_expr_stat/r } split /^/, definitions($_) } 'dump_to', 'dump_from';
is(difference($to, $from), '', 'with the same partitions');
done_testing();
