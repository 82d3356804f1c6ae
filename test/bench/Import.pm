# Import.pm: log files into a trail (P5; P5s of small files), and what that takes in memory (P9) and
# as the trail grows (P10).
package Import;
use strict;
use warnings;
use Events;
use List::Util qw(max sum0);
use Time::HiRes qw(time);
use Measure;
use Report;

# The columns of a record as published recipes for DuckDB declare them: typed
# where all records are alike, JSON where they differ.
my $record = 'STRUCT(' . join(', ',
	(map { "$_ VARCHAR" } qw(eventVersion eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage
		requestID eventID eventType apiVersion recipientAccountId sharedEventID vpcEndpointId eventCategory)),
	'eventTime TIMESTAMP', 'readOnly BOOLEAN', 'managementEvent BOOLEAN',
	(map { "$_ JSON" } qw(userIdentity requestParameters responseElements additionalEventData resources serviceEventDetails
		tlsDetails insightDetails))) . ')[]';

# Makes a new trail.
sub new_trail
{
	postgres("DROP SCHEMA IF EXISTS bench_trail CASCADE");
	postgres("SELECT cloudtrail_create_trail('bench_trail')");
	postgres('CHECKPOINT');
}

# How many rows a table has.
sub count_of
{
	return (postgres("SELECT count(*) FROM $_[0]"))[1];
}

# Imports a folder into a new trail; returns seconds and the events it has then.
sub ours
{
	my ($logs) = @_;
	new_trail();
	my ($seconds) = postgres("CALL cloudtrail_import_directory('bench_trail', '$logs')");
	return ($seconds, count_of('bench_trail.raw_events'));
}

# Reads a folder, the largest file of which is so large, and writes Parquet, maybe in an order; returns seconds and how many events.
sub to_parquet
{
	my ($logs, $largest, $parquet, $threads, $order) = @_;
	$order //= '';
	my $object_size = max(16 * 1024 * 1024, $largest);
	my ($seconds) = duckdb($threads, "COPY (SELECT * FROM (SELECT unnest(Records, max_depth := 2)
		FROM read_json('$logs/*.json.gz', format = 'unstructured', maximum_object_size = $object_size, columns = {Records: '$record'})) $order)
		TO '$parquet' (FORMAT parquet, COMPRESSION zstd)");
	return ($seconds, (duckdb($threads, "SELECT count(*) FROM '$parquet'"))[1]);
}

# The same table with jsonb, and the index that jsonb has.  It gets the files inflated.
sub jsonb
{
	my ($data) = @_;
	postgres('DROP TABLE IF EXISTS bench_jsonb');
	postgres('CREATE TABLE bench_jsonb (event_time timestamptz, event_key uuid, event jsonb, PRIMARY KEY (event_time, event_key))');
	postgres('CREATE INDEX ON bench_jsonb USING gin (event jsonb_path_ops)');
	postgres('CHECKPOINT');
	my ($seconds) = postgres("INSERT INTO bench_jsonb
		SELECT (r ->> 'eventTime')::timestamptz, CASE WHEN r ->> 'eventID' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\$' THEN (r ->> 'eventID')::uuid ELSE md5(r::text)::uuid END, r
		FROM pg_ls_dir('$data->{distinct}') AS f, LATERAL (SELECT convert_from(cloudtrail_inflate(pg_read_binary_file('$data->{distinct}/' || f)), 'UTF8')::jsonb AS j OFFSET 0) AS file,
			jsonb_array_elements(j -> 'Records') AS r
		ON CONFLICT DO NOTHING");
	return ($seconds, count_of('bench_jsonb'));
}

# Loads a folder into a new trail by the client, over some connections.
sub client
{
	my ($logs, $jobs) = @_;
	new_trail();
	my $start = time;
	system('cloudtrail-load', '-q', '-j', $jobs, 'bench_trail', $logs) == 0 or die "cloudtrail-load failed\n";
	return (time - $start, count_of('bench_trail.raw_events'));
}

# Adds how many bytes a trail's tables and indexes take.
sub stored_trail
{
	my ($data, $trail) = @_;
	my $index = "WHERE am.amname = '%s' AND (c.relname %s '%%_pkey')";
	my $sum = "SELECT coalesce(sum(pg_relation_size(c.oid)), 0) FROM pg_partition_tree('$trail.raw_events') AS t JOIN pg_index AS i ON i.indrelid = t.relid
		JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS am ON am.oid = c.relam";
	stored($data, 'trail: events', (postgres("SELECT sum(pg_table_size(relid)) FROM pg_partition_tree('$trail.raw_events')"))[1]);
	stored($data, 'trail: primary key', (postgres(sprintf "$sum $index", 'btree', 'LIKE'))[1]);
	stored($data, 'trail: GIN index', (postgres(sprintf "$sum $index", 'gin', 'NOT LIKE'))[1]);
	stored($data, 'trail: indexes of secrets', (postgres(sprintf "$sum $index", 'btree', 'NOT LIKE'))[1]);
	stored($data, 'trail: facts of secrets', (postgres("SELECT pg_total_relation_size('$trail.secret_facts')"))[1]);
	stored($data, 'trail: sums, ledger', (postgres("SELECT sum(pg_total_relation_size(format('$trail.%I', relation)::regclass))
		FROM unnest('{log_files, rejects, digests, signing_keys, activity, action_activity, principal_activity, changed_days}'::text[]) AS t (relation)"))[1]);
}

# The most memory of its own that the server process has while something is
# done in it, in the first tenth of the time and in all.
sub memory_of
{
	my ($work) = @_;
	# The process so far has memory of other questions, and of their compilation.
	new_process();
	my (undef, $process) = postgres('SELECT pg_backend_pid()');
	pipe my $in, my $out or die $!;
	my $watcher = fork // die;
	unless ($watcher)
	{
		my @seen;
		my $over = 0;
		local $SIG{TERM} = sub { $over = 1 };
		until ($over)
		{
			open my $status, '<', "/proc/$process/status" or last;
			push @seen, map { /^RssAnon:\s+(\d+)/ ? 1024 * $1 : () } <$status>;
			select undef, undef, undef, 0.01;
		}
		print $out join(' ', max(@seen[ 0 .. $#seen / 10 ]), max(@seen)), "\n";
		close $out;
		exec 'true';
	}
	close $out;
	$work->();
	kill 'TERM', $watcher;
	my ($early, $all) = split ' ', <$in>;
	waitpid $watcher, 0;
	return ($early, $all);
}

sub compare
{
	my ($data) = @_;
	my $what = 'import log files, key and index included';
	my $imported = my $times = rounds($what,
		'cloudtrail' => sub { ours($data->{distinct}) },
		'DuckDB to Parquet, 1 thread' => sub { to_parquet($data->{distinct}, $data->{largest}, "$ENV{SERVER_FILES}/duckdb.parquet", 1) },
		'DuckDB to Parquet, 2 threads' => sub { to_parquet($data->{distinct}, $data->{largest}, "$ENV{SERVER_FILES}/duckdb.parquet", 2) },
		'jsonb, jsonb_path_ops' => sub { jsonb($data) });
	times('P5', { %$data, events => $data->{distinct_events}, bytes => $data->{bytes} * $data->{distinct_events} / $data->{events} }, $what, $times);
	faster('P5', $data, $what, $times, 'DuckDB to Parquet, 1 thread', 1);
	faster('P5', $data, $what, $times, 'DuckDB to Parquet, 2 threads');
	faster('P5', $data, $what, $times, 'jsonb, jsonb_path_ops', 5);
	my $distinct = { %$data, events => $data->{distinct_events} };
	stored_trail($distinct, 'bench_trail');
	stored($distinct, 'jsonb: events', (postgres("SELECT pg_table_size('bench_jsonb')"))[1]);
	stored($distinct, 'jsonb: primary key', (postgres("SELECT pg_relation_size('bench_jsonb_pkey')"))[1]);
	stored($distinct, 'jsonb: jsonb_path_ops', (postgres("SELECT pg_relation_size('bench_jsonb_event_idx')"))[1]);
	stored($distinct, 'Parquet (zstd)', -s "$ENV{SERVER_FILES}/duckdb.parquet");
	stored($distinct, '.json.gz files', sum0(map { -s } glob "$data->{distinct}/*"));
	return unless $data->{wanted};

	$what = 'cloudtrail-load over two connections';
	$times = rounds($what, 'cloudtrail' => sub { client($data->{distinct}, 2) }, 'over one' => sub { client($data->{distinct}, 1) });
	faster('P5', $data, $what, $times, 'over one', 1.7);

	# As S3 delivers them in small accounts.
	$what = 'import files of 15 events';
	my ($small, $largest) = Events::flat_logs('of15', $data->{wanted} / 5, '--events-per-file 15');
	$times = rounds($what,
		'cloudtrail' => sub { ours($small) },
		'DuckDB to Parquet, 1 thread' => sub { to_parquet($small, $largest, "$ENV{SERVER_FILES}/small.parquet", 1) },
		'DuckDB to Parquet, 2 threads' => sub { to_parquet($small, $largest, "$ENV{SERVER_FILES}/small.parquet", 2) });
	faster('P5s', $data, $what, $times, 'DuckDB to Parquet, 1 thread', 1);
	faster('P5s', $data, $what, $times, 'DuckDB to Parquet, 2 threads');

	# As S3 delivers them in quiet accounts.
	my $folder = Events::more_logs('small', 20_000, '--events-per-file 2');
	new_trail();
	my ($early, $all) = memory_of(sub { postgres("CALL cloudtrail_import_directory('bench_trail', '$folder')") });
	bounded('P9', $data, 'memory of importing 10,000 files', $all, 64e6);
	bounded('P9', $data, 'growth of it after the first tenth', max(0, $all - $early), 8e6);

	my $events = 5 * $data->{wanted};
	my ($seconds) = ours(Events::more_logs('more', $events));
	my @small = map { $_ / $data->{distinct_events} } @{ $imported->{cloudtrail} };
	faster('P10', $data, "import of an event among $events", { 'cloudtrail' => [ map { $seconds / $events } @small ], 'a fifth of the events' => \@small },
		'a fifth of the events', 1 / 1.3);
	postgres('DROP TABLE IF EXISTS bench_jsonb');
}

1;
