# Tables.pm: a table of events against tables of jsonb (P2, P3, P8).
package Tables;
use strict;
use warnings;
use Measure;
use Report;

my %column = (
	'cloudtrail' => 'cloudtrail_event',
	'jsonb pglz' => 'jsonb COMPRESSION pglz',
	'jsonb lz4' => 'jsonb COMPRESSION lz4',
	'text lz4' => 'text COMPRESSION lz4');

# How each asks for the name of an event; text is there for COPY alone.
my %name = (
	'cloudtrail' => 'event_name(event)',
	'jsonb pglz' => "event ->> 'eventName'",
	'jsonb lz4' => "event ->> 'eventName'");

# Table of a kind of column.
sub table
{
	return 'bench_' . $_[0] =~ tr/ /_/r;
}

# Loads NDJSON into an empty table.
sub load
{
	my ($kind, $ndjson) = @_;
	my $table = table($kind);
	postgres("DROP TABLE IF EXISTS $table");
	postgres("CREATE TABLE $table (event $column{$kind})");
	postgres('CHECKPOINT');
	my ($seconds) = postgres("COPY $table FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')");
	return ($seconds, (postgres("SELECT count(*) FROM $table"))[1]);
}

# The tables' sizes, with TOAST.
sub sizes
{
	my ($data) = @_;
	my %bytes = ('.json.gz files' => $data->{gzip});
	for my $kind (keys %column)
	{
		my $table = table($kind);
		postgres("VACUUM (FREEZE, ANALYZE) $table");
		$bytes{$kind} = (postgres("SELECT pg_table_size('$table')"))[1];
	}
	return \%bytes;
}

# Reads the tables to be queried into shared buffers, TOAST too: scans of large
# tables alone would leave them to the system's cache.
sub prewarm
{
	my ($data) = @_;
	my $tables = join ', ', map { "'" . table($_) . "'" } keys %name;
	postgres('CREATE EXTENSION IF NOT EXISTS pg_prewarm');
	my (undef, $resident) = postgres(<<"SQL");
		SELECT sum(pg_prewarm(oid)) * current_setting('block_size')::bigint
			< 0.9 * pg_size_bytes(current_setting('shared_buffers'))
		FROM pg_class WHERE oid IN (SELECT unnest(ARRAY[c.oid, c.reltoastrelid]) FROM pg_class c WHERE relname IN ($tables))
SQL
	note(ucfirst "$data->{name}: the tables of P8 are larger than shared_buffers, and come from the system's cache.")
		if $resident ne 't';
}

# Measures one query on every table, and what reading the rows alone takes: the
# last of so many times in a row.  After the other tables have passed through
# the processor's caches, a table comes from memory the first few times.
sub query
{
	my ($data, $what, $in_a_row, $query) = @_;
	my $rows = 'SELECT count(*) FROM ' . table('cloudtrail');
	my $last = sub {
		my ($statement) = @_;
		postgres($statement) for 2 .. $in_a_row;
		return postgres($statement);
	};
	my $times = warm_rounds($what,
		'count(*) alone' => sub { ($last->($rows))[0] },
		map { my $kind = $_; $kind => sub { $last->($query->($name{$kind}, table($kind))) } } keys %name);
	times('P8', $data, $what, $times);
	return $times;
}

sub compare
{
	my ($data) = @_;
	my $what = 'COPY of NDJSON into a table';
	my $copy = rounds($what, map { my $kind = $_; $kind => sub { load($kind, $data->{ndjson}) } } keys %column);
	times('P2', $data, $what, $copy);
	faster('P2', $data, $what, $copy, 'jsonb pglz', 3.5);
	faster('P2', $data, $what, $copy, 'jsonb lz4', 2.5);
	faster('P2', $data, $what, $copy, 'text lz4');

	my $bytes = sizes($data);
	smaller('P3', $data, 'size of the table', $bytes, 'jsonb pglz', 0.28);
	smaller('P3', $data, 'size of the table', $bytes, '.json.gz files', 1.5);
	smaller('P3', $data, 'size of the table', $bytes, $_) for 'jsonb lz4', 'text lz4';

	postgres('DROP TABLE ' . table('text lz4'));
	prewarm($data);
	my $filter = sub { "SELECT count(*) FROM $_[1] WHERE $_[0] = 'GetSecretValue'" };
	$what = 'filter on event_name, no index';
	my $warm = query($data, $what, 8, $filter);
	faster('P8', $data, $what, $warm, 'jsonb lz4', 3.5);
	faster('P8', $data, $what, $warm, 'jsonb pglz', 5.5);
	faster('P8', $data, $what, $warm, 'count(*) alone');
	$what = 'the same, from memory';
	my $once = query($data, $what, 1, $filter);
	faster('P8', $data, $what, $once, $_) for 'jsonb lz4', 'jsonb pglz';
	$what = 'count by event_name, no index';
	my $group = query($data, $what, 8, sub { "SELECT $_[0], count(*) FROM $_[1] GROUP BY 1" });
	faster('P8', $data, $what, $group, $_) for 'jsonb lz4', 'jsonb pglz';
	postgres('DROP TABLE ' . table($_)) for keys %name;
}

1;
