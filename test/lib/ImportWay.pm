package ImportWay;

# Tests of imports that run twice: as files are imported by default, without SQL
# where that makes no difference, and, from test/t/by_sql, by SQL alone.  In that
# run they are shorter.
use strict;
use warnings;
use CloudtrailTest;
use Exporter 'import';
use Test::More;
our @EXPORT = qw(by_sql import_settings new_import_database goes_its_way);

# Whether files are imported by SQL alone.
sub by_sql
{
	return $ENV{IMPORT_BY_SQL} // 0;
}

# The settings of a server or database that make it so.
sub import_settings
{
	return by_sql() ? ('cloudtrail.fast_import' => 'off') : ();
}

# Makes a database as new_database does, with these settings, which counts calls of functions in SQL.
sub new_import_database
{
	my ($name, $contents) = @_;
	my %settings = (track_functions => 'pl', import_settings());
	new_database($name, join ";\n", (map { "ALTER DATABASE $name SET $_ = $settings{$_}" } sort keys %settings), $contents // 'CREATE EXTENSION cloudtrail');
}

# How many files were imported by SQL in a database, as its sessions have told that ended.
sub count_by_sql
{
	return sql(q{SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE funcname = 'cloudtrail_import_by_sql'});
}

# Imports so many files into the database in use, and tests that SQL imported all of them, or none.
sub goes_its_way
{
	my ($files, $import) = @_;
	my $before = count_by_sql();
	$import->();
	if (by_sql())
	{
		ok(wait_for(sub { count_by_sql() >= $before + $files }), "SQL imports all $files files");
	}
	else
	{
		is(count_by_sql(), $before, "SQL imports none of $files files");
	}
}

1;
