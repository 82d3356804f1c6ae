#!/usr/bin/perl
#
# Writes the SQL that lists CloudTrail's fields, from the field table: the
# accessors, whose costs follow from the list of what is stored beside a record,
# the row type cloudtrail_record and the functions that return it; and, from the
# lists of facts and of credentials, the functions that return those; or the view
# of a trail that has all fields.
#
# usage: gen_fields.pl fieldlist.h storelist.h factlist.h credentiallist.h > type/fields.gen.sql
#        gen_fields.pl --view fieldlist.h > table/events_view.gen.sql
use strict;
use warnings;

my $view = @ARGV && $ARGV[0] eq '--view' ? shift : undef;

my %sql_type = (text_array => 'text[]');

# Columns that the header of a stored event holds are cheap to read.
my %in_header;
my (@columns, @facts, @fact_names, @credentials, @credential_names);
while (<>)
{
	push(@facts, "OUT $1 $2"), push @fact_names, $1 if /^CT_FACT\((\w+), (\w+), ".*"\)$/;
	push(@credentials, "OUT $1 $2"), push @credential_names, $1 if /^CT_CREDENTIAL\((\w+), (\w+), ".*"\)$/;
	$in_header{$1} = 1 if /^CT_HEADER_\w+\((\w+)\b.*\)$/;
	next unless /^CT_(?:FIELD\((\w+), "([^"]+)", (\w+)|DERIVED\((\w+), (\w+)), "(.*)"\)$/;
	my ($name, $path, $type, $comment) = ($1 // $4, $2, $3 // $5, $6);
	$comment =~ s/'/''/g;
	$comment .= " ($path)" if defined $path;
	push @columns, { name => $name, path => $path, type => $sql_type{$type} // $type, comment => $comment };
}
die "no fields found\n" unless @columns;
die "no header found\n" unless defined $view || %in_header;

# Time and key are the table's columns, so that conditions on them choose partitions and use the primary key.
if (defined $view)
{
	my %stored = map { $_ => 1 } qw(event_time event_key);
	my @expressions = map { $stored{$_} ? "t.$_" : "$_(t.event) AS $_" } map { $_->{name} } @columns;
	print "CREATE VIEW events WITH (security_invoker) AS\n\tSELECT ", join(",\n\t\t", @expressions, 't.event'), "\n\tFROM raw_events AS t;\n";
	print "COMMENT ON VIEW events IS 'Every event of the trail with all its typed columns';\n";
	print "COMMENT ON COLUMN events.$_->{name} IS '$_->{comment}';\n" for @columns;
	print "COMMENT ON COLUMN events.event IS 'The record itself, compressed';\n";
	exit;
}

for my $c (@columns)
{
	my $cost = $in_header{ $c->{name} } ? 1 : $c->{type} eq 'jsonb' ? 50 : 10;
	# Making jsonb may fail: how deeply it nests depends on max_stack_depth.
	my $leakproof = $c->{type} eq 'jsonb' ? '' : ' LEAKPROOF';
	print <<"SQL";
CREATE FUNCTION $c->{name}(cloudtrail_event) RETURNS $c->{type}
	AS 'MODULE_PATHNAME', 'cloudtrail_$c->{name}' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE$leakproof COST $cost;
COMMENT ON FUNCTION $c->{name}(cloudtrail_event) IS '$c->{comment}';
SQL
}

print "\nCREATE TYPE cloudtrail_record AS (\n";
print "\t$_->{name} $_->{type},\n" for @columns;
print "\tevent cloudtrail_event\n);\n";
print "COMMENT ON TYPE cloudtrail_record IS 'Every documented field of a CloudTrail record, typed';\n";
print "COMMENT ON COLUMN cloudtrail_record.$_->{name} IS '$_->{comment}';\n" for @columns;
print "COMMENT ON COLUMN cloudtrail_record.event IS 'The record itself, compressed';\n";

# The body is inlined into the calling query, which then pays only for the
# columns that it names; the subquery unpacks row by row.
for my $blob (qw(bytea text json jsonb))
{
	print <<"SQL";

CREATE FUNCTION cloudtrail_records($blob) RETURNS SETOF cloudtrail_record
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
	BEGIN ATOMIC
		SELECT
SQL
	print "\t\t\t$_->{name}(unpacked.event),\n" for @columns;
	print <<"SQL";
			cloudtrail_compact(unpacked.event)
		FROM (SELECT cloudtrail_unpack(\$1) AS event) AS unpacked;
	END;
COMMENT ON FUNCTION cloudtrail_records($blob) IS
	'The events in a log file or another container, as typed rows; a warning counts what was left out, an error says that there are none';
SQL
}

print <<"SQL";

CREATE FUNCTION cloudtrail_records(event cloudtrail_event) RETURNS SETOF cloudtrail_record
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
	BEGIN ATOMIC
		SELECT
SQL
print "\t\t\t$_->{name}(event),\n" for @columns;
print <<"SQL";
			cloudtrail_compact(event)
		WHERE event IS NOT NULL;
	END;
COMMENT ON FUNCTION cloudtrail_records(cloudtrail_event) IS 'One event as a typed row; no row for null';
SQL

die "no facts found\n" unless @facts;
my $facts = join ",\n\t\t", @facts;
my $fact_names = join ', ', @fact_names;
print <<"SQL";

CREATE FUNCTION cloudtrail_has_facts(event cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 1;
COMMENT ON FUNCTION cloudtrail_has_facts(cloudtrail_event) IS
	'Whether cloudtrail_secret_facts() returns a row for an event';

CREATE FUNCTION cloudtrail_secret_facts(event cloudtrail_event,
		$facts)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 1;
COMMENT ON FUNCTION cloudtrail_secret_facts(cloudtrail_event) IS
	'What an event says of each secret that it names; no row for most events, one for an event of Secrets Manager that names none, or of KMS that changes a key';

CREATE FUNCTION cloudtrail_fact_columns() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN '$fact_names';
COMMENT ON FUNCTION cloudtrail_fact_columns() IS
	'Names of the columns that cloudtrail_secret_facts() returns, which a trail''s table secret_facts may have in another order';
SQL

die "no credentials found\n" unless @credentials;
my $credentials = join ",\n\t\t", @credentials;
my $credential_names = join ', ', @credential_names;
print <<"SQL";

CREATE FUNCTION cloudtrail_issues_credentials(event cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 1;
COMMENT ON FUNCTION cloudtrail_issues_credentials(cloudtrail_event) IS
	'Whether an event issued credentials: a call of STS, or a sign-in, that succeeded';

CREATE FUNCTION cloudtrail_issued_credential(event cloudtrail_event,
		$credentials)
	RETURNS record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION cloudtrail_issued_credential(cloudtrail_event) IS
	'What an event says of the credentials that it issued, and of who asked for them; null if it issued none';

CREATE FUNCTION cloudtrail_credential_columns() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN '$credential_names';
COMMENT ON FUNCTION cloudtrail_credential_columns() IS
	'Names of the columns that cloudtrail_issued_credential() returns, which a trail''s table issued_credentials may have in another order';
SQL
