package CloudtrailTest;

# What the TAP tests share: queries through psql on the server that
# test/cluster started.
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(sql sql_file server_file new_database);

my $database = 'postgres';

# Makes a database with the extension in it and uses it from then on.
sub new_database
{
	my ($name) = @_;
	$database = 'postgres';
	sql("DROP DATABASE IF EXISTS $name");
	sql("CREATE DATABASE $name");
	$database = $name;
	sql('CREATE EXTENSION cloudtrail');
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

1;
