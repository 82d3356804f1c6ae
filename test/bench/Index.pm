# Index.pm: the default GIN index of events against jsonb_path_ops (P7), and
# what looking up events by it takes.
package Index;
use strict;
use warnings;
use Events;
use Measure;
use Report;

my %column = ('cloudtrail' => 'cloudtrail_event', 'jsonb_path_ops' => 'jsonb');
my %class = ('cloudtrail' => 'cloudtrail_event_ops', 'jsonb_path_ops' => 'jsonb_path_ops');

# A table filled with NDJSON.
sub load
{
	my ($table, $type, $ndjson) = @_;
	postgres("DROP TABLE IF EXISTS $table");
	postgres("CREATE TABLE $table (event $type)");
	postgres("COPY $table FROM '$ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')");
	postgres("VACUUM (FREEZE, ANALYZE) $table");
}

# Builds the index of a table.
sub build
{
	my ($kind) = @_;
	postgres('DROP INDEX IF EXISTS bench_index');
	postgres('CHECKPOINT');
	my ($seconds) = postgres("CREATE INDEX bench_index ON bench_$kind USING gin (event $class{$kind})");
	return $seconds;
}

# Inserts all events, one row at a time as COPY does, into an empty table.
sub insert
{
	my ($kind, $indexed) = @_;
	postgres('DROP TABLE IF EXISTS bench_insert');
	postgres("CREATE TABLE bench_insert (event $column{$kind})");
	postgres("CREATE INDEX ON bench_insert USING gin (event $class{$kind})") if $indexed;
	postgres('CHECKPOINT');
	my ($seconds) = postgres("INSERT INTO bench_insert SELECT event FROM bench_$kind");
	my ($flush) = $indexed ? postgres("SELECT gin_clean_pending_list(indexrelid) FROM pg_index WHERE indrelid = 'bench_insert'::regclass") : 0;
	return $seconds + $flush;
}

# Kinds of questions, each asked of a hundred things that few events concern:
# what to take from an event, its type, and how it is asked.
my %question = (
	'one secret' => {
		things => 'secret_arn(event)', type => 'cloudtrail_secret', condition => 'event @@ thing' },
	'one access key' => {
		things => "jsonb_build_object('userIdentity', jsonb_build_object('accessKeyId', nullif(access_key_id(event), '')))",
		type => 'jsonb', condition => 'event @> thing' },
	'one action of any service' => {
		things => "'*:' || event_name(event)", type => 'cloudtrail_action', condition => 'event @~ thing' });

# Asks a hundred questions of a kind by the index; returns seconds an answer.
sub look_up
{
	my ($kind, $table) = @_;
	my $name = "bench_things_$table";
	my ($seconds, $hits) = postgres("SELECT count(*) FROM $name JOIN $table ON $question{$kind}{condition}");
	die "$kind: nothing was found\n" unless $hits;
	return $seconds / $hits;
}

# Measures what an answer takes in a table and in one of five times the events.
sub grow
{
	my ($data, $larger) = @_;
	my %ndjson = (bench_small => $data->{ndjson}, bench_large => $larger);
	for my $table (keys %ndjson)
	{
		load($table, 'cloudtrail_event', $ndjson{$table});
		postgres("CREATE INDEX ON $table USING gin (event)");
	}
	postgres('SET enable_seqscan = off');
	for my $kind (sort keys %question)
	{
		for my $table (keys %ndjson)
		{
			my $name = "bench_things_$table";
			postgres("DROP TABLE IF EXISTS $name");
			postgres("CREATE TABLE $name (thing $question{$kind}{type})");
			postgres("INSERT INTO $name SELECT thing::$question{$kind}{type} FROM (SELECT $question{$kind}{things} AS thing, count(*) FROM $table
				GROUP BY 1 HAVING count(*) BETWEEN 3 AND 100) AS x WHERE thing IS NOT NULL ORDER BY md5(thing::text) LIMIT 100");
			postgres("ANALYZE $name");
		}
		my $measured = warm_rounds("look up $kind",
			'cloudtrail' => sub { look_up($kind, 'bench_large') },
			'a fifth of the events' => sub { look_up($kind, 'bench_small') });
		faster('P10', $data, "an answer to: events of $kind", $measured, 'a fifth of the events', 1 / 1.3);
	}
	postgres('RESET enable_seqscan');
	postgres("DROP TABLE $_") for map { ($_, "bench_things_$_") } keys %ndjson;
}

sub compare
{
	my ($data) = @_;
	my $larger = Events::more($data, 5);
	grow($data, $larger) if $larger;
	load("bench_$_", $column{$_}, $data->{ndjson}) for keys %column;

	my $what = 'build of the default GIN index';
	my $built = rounds($what, map { my $kind = $_; $kind => sub { build($kind) } } keys %column);
	times('P7', $data, $what, $built);
	faster('P7', $data, $what, $built, 'jsonb_path_ops', 10);
	my %bytes;
	for my $kind (keys %column)
	{
		build($kind);
		$bytes{$kind} = (postgres("SELECT pg_relation_size('bench_index')"))[1];
	}
	smaller('P7', $data, 'size of that index', \%bytes, 'jsonb_path_ops', 0.15);

	$what = 'INSERT of all events into a table';
	my $inserted = rounds($what,
		'cloudtrail' => sub { insert('cloudtrail', 1) },
		'the same without the index' => sub { insert('cloudtrail', 0) },
		'jsonb_path_ops' => sub { insert('jsonb_path_ops', 1) });
	times('P7', $data, $what, $inserted);
	faster('P7', $data, $what, $inserted, $_) for 'jsonb_path_ops', 'the same without the index';
	my @extra = map { ($inserted->{cloudtrail}[$_] - $inserted->{'the same without the index'}[$_]) / $data->{events} }
		0 .. $#{ $inserted->{cloudtrail} };
	note(sprintf '%s: the GIN index adds %.1f us to the insert of an event.', ucfirst $data->{name}, 1e6 * median(@extra));
	postgres("DROP TABLE IF EXISTS bench_insert, bench_$_") for keys %column;
}

1;
