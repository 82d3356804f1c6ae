package CloudtrailTest;

# What the TAP tests share: queries through psql on the server that
# test/cluster started.
use strict;
use warnings;
use Exporter 'import';
use File::Copy;
use File::Find;
use Test::More;
our @EXPORT = qw(sql sql_file wait_for server_file corpus_files new_database use_database columns accessors_agree);

my $database = 'postgres';

# A folder for each test: what one leaves there is in no other's way.
if (my ($name) = $0 =~ m{([^/]*)\.t$})
{
	$name = "attacks_$name" if $0 =~ m{/attacks/};
	$name .= '_by_sql' if $ENV{IMPORT_BY_SQL};
	$ENV{SERVER_FILES} .= "/$name";
	mkdir $ENV{SERVER_FILES};
}

# Makes a database with the extension in it, or with what other SQL makes, and
# uses it from then on.
sub new_database
{
	my ($name, $contents) = @_;
	$database = 'postgres';
	sql("DROP DATABASE IF EXISTS $name");
	sql("CREATE DATABASE $name");
	$database = $name;
	sql($contents // 'CREATE EXTENSION cloudtrail');
}

# Uses a database that is there.
sub use_database
{
	($database) = @_;
}

# Runs SQL and returns what psql prints, rows as a|b; dies where it fails.
sub sql
{
	my ($query) = @_;
	my $file = "$ENV{SERVER_FILES}/query.sql";
	open my $out, '>:raw', $file or die "$file: $!";
	print $out $query, "\n";
	close $out;
	return sql_file($file);
}

# Runs a file of SQL; the second result is what psql wrote to standard error.
sub sql_file
{
	my ($file) = @_;
	my $errors = "$ENV{SERVER_FILES}/errors";
	my $result = `psql -XAqt -v ON_ERROR_STOP=1 -d $database -f $file 2>$errors`;
	my $status = $?;
	open my $in, '<', $errors or die "$errors: $!";
	my $messages = do { local $/; <$in> } // '';
	die "psql failed: $messages" if $status != 0;
	chomp $result;
	return wantarray ? ($result, $messages) : $result;
}

# Waits until a condition of SQL holds, or a function gives true: a minute at
# most; false if that never comes.
sub wait_for
{
	my ($condition) = @_;
	for (1 .. 1200)
	{
		return 1 if ref $condition ? $condition->() : sql("SELECT $condition") eq 't';
		select undef, undef, undef, 0.05;
	}
	return 0;
}

# Writes bytes to a file that the server can read, and returns its path.
sub server_file
{
	my ($name, $bytes) = @_;
	my $file = "$ENV{SERVER_FILES}/$name";
	open my $out, '>:raw', $file or die "$file: $!";
	print $out $bytes;
	close $out;
	chmod 0644, $file;
	return $file;
}

# Copies the real logs in the folder CLOUDTRAIL_CORPUS, which the server may not
# be allowed into, and returns the copies' paths.
sub corpus_files
{
	my @files;
	find(
		{
			no_chdir => 1,
			wanted => sub {
				return unless -f && /\.(json|ndjson|gz|zst)$/;
				my $copy = sprintf '%s/corpus-%05d', $ENV{SERVER_FILES}, scalar @files;
				copy($_, $copy) or die "$_: $!";
				chmod 0644, $copy;
				push @files, $copy;
			}
		},
		$ENV{CLOUDTRAIL_CORPUS});
	return @files;
}

# The columns of cloudtrail_record: name, type, and the place in the record
# where they are read from one, which their comment names in parentheses.
sub columns
{
	return map {
		my ($name, $type, $place) = split /\|/;
		{ name => $name, type => $type, place => $place };
	} split /\n/, sql(q{
		SELECT attname, format_type(atttypid, atttypmod),
			replace(substring(col_description(attrelid, attnum) FROM '\(([A-Za-z0-9.]+)\)$'), '.', ',')
		FROM pg_attribute
		WHERE attrelid = 'cloudtrail_record'::regclass AND attnum > 0 AND attname <> 'event'
		ORDER BY attnum});
}

# Tests every accessor against the same place in jsonb, over the events of a
# table.  Where jsonb's text may be written otherwise (numbers, objects read as
# text, unusual forms of time), it is only tested that there is a value.
sub accessors_agree
{
	my ($table) = @_;
	my @read = grep { defined $_->{place} && length $_->{place} } columns();
	cmp_ok(scalar @read, '>', 70, "$table: columns that are read from one place: " . @read);

	# A string of JSON is read as what it says.
	my $opened = q(CREATE FUNCTION pg_temp.opened(value jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
		BEGIN
			RETURN CASE WHEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[{[]' THEN (value #>> '{}')::jsonb ELSE value END;
		EXCEPTION WHEN invalid_text_representation OR untranslatable_character OR program_limit_exceeded OR statement_too_complex THEN
			RETURN value;
		END $$;);
	for (@read)
	{
		my $value = "event::jsonb #> '{$_->{place}}'";
		my $text = "event::jsonb #>> '{$_->{place}}'";
		my $own = "$_->{name}(event)";
		my $expected = {
			'text' => "CASE WHEN jsonb_typeof($value) IN ('string', 'null') THEN $text ELSE $own END",
			'jsonb' => "nullif(pg_temp.opened($value), 'null')",
			'boolean' => "CASE WHEN lower($text) IN ('true', 'false') THEN ($text)::boolean END",
			'timestamp with time zone' => "CASE WHEN $text ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z\$' THEN ($text)::timestamptz ELSE $own END",
		}->{ $_->{type} };
		my $missing = $_->{type} eq 'text' ? "OR ($own IS NULL) <> (coalesce($value, 'null') = 'null')" : '';
		is(sql("$opened SET timezone = 'UTC'; SELECT count(*) FROM $table WHERE event IS NOT NULL AND ($own IS DISTINCT FROM $expected $missing)"),
			0, "$table: $_->{name} agrees with $_->{place}");
	}
}

1;
