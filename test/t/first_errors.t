# What a new user types wrongly: each error is one message that says what was
# expected and what helps, without the lines of our own functions.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('first_errors');
$ENV{PGDATABASE} = 'first_errors';
my $logs = "$ENV{SERVER_FILES}/logs";
mkdir "$logs$_" or die for '', '/empty', '/closed';
my $event = '{"eventTime":"2024-01-01T00:00:00Z","eventID":"00000000-0000-4000-8000-000000000001","eventName":"GetSecretValue","eventSource":"secretsmanager.amazonaws.com"}';
my $file = "$logs/a.json";
open my $out, '>', $file or die;
print $out $event;
close $out;
chmod 0755, $logs, "$logs/empty";
chmod 0700, "$logs/closed";
sql(q{SELECT cloudtrail_create_trail('audit'); CREATE ROLE newcomer; CREATE ROLE half_importer; GRANT USAGE ON SCHEMA audit TO half_importer; GRANT pg_read_server_files TO half_importer});

# All that psql writes to standard error.
sub said
{
	my ($typed) = @_;
	my $input = server_file('typed.sql', "SET client_min_messages = 'warning';\n$typed;\n");
	return `psql -XAqt -f '$input' 2>&1 >/dev/null` =~ s/^psql:[^ ]*: //gmr;
}

my $import = q{CALL cloudtrail_import_directory('audit', '%s')};
my $of_server = "HINT:  The path is one of the server's, which reads it as its own user; cloudtrail-load imports files from any machine.\n";
my $no_trail = qq{ERROR:  schema "public" is not a trail\nDETAIL:  Table "raw_events" is missing.\nHINT:  Use cloudtrail_create_trail() to create a trail.\n};
my $a_path = qq{ERROR:  log is a path, not the bytes of a log file\nHINT:  Use cloudtrail_import(trail, source, pg_read_binary_file(path)), or cloudtrail-load.\n};
my $no_events = qq{ERROR:  no CloudTrail events found in input\nDETAIL:  Item 1, byte offset 0 in it: expected CloudTrail JSON: an event, a log file or another known container.\n};
my @errors = (
	['a folder that is not there', sprintf($import, '/no/such'), qq{ERROR:  could not open directory "/no/such": No such file or directory\n$of_server}],
	['a relative path', sprintf($import, 'AWSLogs'), qq{ERROR:  could not open directory "AWSLogs": No such file or directory\n$of_server}],
	['a file for a folder', sprintf($import, $file), qq{ERROR:  could not open directory "$file": Not a directory\nHINT:  To import one file, use cloudtrail_import(trail, source, pg_read_binary_file(path)).\n}],
	['no folder', q{CALL cloudtrail_import_directory('audit', NULL)}, "ERROR:  directory must not be null\n"],
	['no trail', qq{CALL cloudtrail_import_directory(NULL, '$logs')}, "ERROR:  trail must not be null\n"],
	['no file at a time', qq{CALL cloudtrail_import_directory('audit', '$logs', 0)}, "ERROR:  batch must be at least 1\n"],
	['a schema that is not a trail', qq{CALL cloudtrail_import_directory('public', '$logs')}, $no_trail],
	['a transaction', 'BEGIN; ' . sprintf($import, $logs), "ERROR:  cloudtrail_import_directory() cannot run inside a transaction block\nHINT:  It commits after every batch of files: call it by itself, with autocommit on.\n"],
	['a role that has no privilege', 'SET ROLE newcomer; ' . sprintf($import, $logs), "ERROR:  permission denied for schema audit\n"],
	['a role that has too few', 'SET ROLE half_importer; ' . sprintf($import, $logs), "ERROR:  permission denied for table log_files\n"],
	['a role that may create no schema', q{SET ROLE newcomer; SELECT cloudtrail_create_trail('own')}, "ERROR:  permission denied for database first_errors\nHINT:  A trail is a schema: it takes the privilege CREATE on the database, or an empty schema that you own.\n"],
	['a trail of a reserved name', q{SELECT cloudtrail_create_trail('pg_trail')}, qq{ERROR:  invalid name for a trail: "pg_trail"\nDETAIL:  A trail is a schema, and "pg_" begins the names of PostgreSQL's own.\n}],
	['a trail that is there', q{SELECT cloudtrail_create_trail('audit')}, qq{ERROR:  trail "audit" already exists\n}],
	['a path for the bytes of a log', q{SELECT cloudtrail_import('audit', 'x', '/srv/x.json.gz')}, $a_path],
	['a name for the bytes of a log', q{SELECT cloudtrail_import('audit', 'x', 'x.json')}, $a_path],
	['a path for the bytes of a blob', q{SELECT count(*) FROM cloudtrail_records('/srv/x.json.gz')}, $no_events . "HINT:  The input is a path; pg_read_binary_file() reads a file of the server.\n"],
	['a blob of something else', q{SELECT count(*) FROM cloudtrail_records('hello')}, $no_events . "HINT:  cloudtrail_parse() returns each skipped item with its text and the reason.\n"],
	['a report of another schema', q{SELECT cloudtrail_audit_report('public', '2024-01-01', '2024-02-01')}, $no_trail],
	map({ my ($from, $to) = @$_; ["a report from $from to $to", "SELECT cloudtrail_audit_report('audit', '${from}', '$to')",
		"ERROR:  invalid time: from ${\ scalar sql(qq{SET timezone = 'UTC'; SELECT '$from'::timestamptz})} to ${\ scalar sql(qq{SET timezone = 'UTC'; SELECT '$to'::timestamptz})}\nDETAIL:  Expected two finite times, the earlier first, at most 1000 years apart.\n"] }
		['2024-02-01', '2024-01-01'], ['2024-02-01', '2024-02-01'], ['-infinity', '2024-02-01'], ['2024-02-01', 'infinity'], ['0900-01-01', '2024-02-01'], ['4714-11-24 00:00Z BC', '294276-12-31 00:00Z'], ['294276-12-31 00:00Z', '4714-11-24 00:00Z BC']),
	['a report without a time', q{SELECT cloudtrail_audit_report('audit', NULL, now())}, "ERROR:  trail, from and to must not be null\n"],
);
is(said($_->[1]), $_->[2], $_->[0]) for @errors;
like(said("\\set VERBOSITY verbose\n" . sprintf($import, 'x' x 300)), qr/^ERROR:  22023: could not open directory "x{300}": File name too long$/m, 'a path that is too long');

# The server's user may be who runs the tests: then it can read everything.
SKIP: {
	skip 'the server can read everything', 1 if eval { sql("SELECT pg_ls_dir('$logs/closed')"); 1 };
	is(said(sprintf($import, "$logs/closed")), qq{ERROR:  could not open directory "$logs/closed": Permission denied\n$of_server}, 'a folder that the server cannot read');
}

# Whoever calls from a function of their own still learns from which.
sql(q{CREATE FUNCTION mine() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN cloudtrail_audit_report(''public'', ''2024-01-01'', ''2024-02-01''); END'});
is(said('SELECT mine()'), $no_trail . "CONTEXT:  PL/pgSQL function mine() line 1 at RETURN\n", 'a function of the user\'s is named');
like(said(q{DO $$ BEGIN BEGIN PERFORM cloudtrail_audit_report('audit', '2024-02-01', '2024-01-01'); EXCEPTION WHEN invalid_parameter_value THEN NULL; END; PERFORM 1/0; END $$}),
	qr/^ERROR:  division by zero\nCONTEXT:  .*inline_code_block/s, 'and errors after one that was caught have their context');

# What is right is imported, and the second time there is nothing to do.
is(sql(sprintf $import, $logs), '1|1|1|0|0|0', 'the right call imports');
like(`psql -Xc "${\ sprintf $import, $logs}" 2>&1`, qr/^NOTICE:  1 of 1 files are in the ledger already\nHINT:  To import files again, delete their rows from log_files first\.$/m, 'again: why nothing is imported');
sql('DELETE FROM audit.log_files; TRUNCATE audit.raw_events');
is(sql(sprintf $import, $logs), '1|1|1|0|0|0', 'and what is said helps');
done_testing();
