package Servers;

# Further servers beside the one that test/cluster started: in its folder, of
# its user, gone with it.  A test that starts some ends them with stop_servers.
use strict;
use warnings;
use CloudtrailTest;
use Exporter 'import';
our @EXPORT = qw(new_server copy_server start_server stop_server stop_servers sql_on wait_until);

my $dir = $ENV{PGHOST};
my %running;

# Runs a program as the user of the servers, as PostgreSQL's must be.
sub run_as_server
{
	my (@command) = @_;
	my ($user, $group) = (stat $dir)[ 4, 5 ];
	unshift @command, 'setpriv', "--reuid=$user", "--regid=$group", '--clear-groups' if $> == 0;
	my $process = fork // die;
	if (!$process)
	{
		chdir $dir;
		$ENV{HOME} = $dir;
		open STDOUT, '>>', "$dir/programs.log";
		open STDERR, '>&', *STDOUT;
		exec @command or die;
	}
	waitpid $process, 0;
	return $? == 0;
}

# A server as start_server takes it.  Its folder is of this test only: others may give the same name.
sub described
{
	my ($name, $port) = @_;
	return { name => $name, port => $port, data => "$dir/$name.$$" };
}

# A server of its own, on a port of its own, with settings; not started.
sub new_server
{
	my ($name, $port, %settings) = @_;
	my $server = described($name, $port);
	run_as_server('initdb', '-D', $server->{data}, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', "--locale=$ENV{TEST_LOCALE}", '--no-sync', '--no-instructions') or die "initdb $name";
	configure($server, port => $port, listen_addresses => '', unix_socket_directories => $dir, fsync => 'off', %settings);
	return $server;
}

# A copy of a running server, as a replica has it; not started.
sub copy_server
{
	my ($name, $port, $from_port, @options) = @_;
	my $server = described($name, $port);
	run_as_server('pg_basebackup', '-h', $dir, '-p', $from_port, '-U', 'postgres', '-D', $server->{data}, '-c', 'fast', '--no-sync', @options) or die "pg_basebackup $name";
	configure($server, port => $port);
	return $server;
}

# Adds settings to those of a server.
sub configure
{
	my ($server, %settings) = @_;
	open my $out, '>>', "$server->{data}/postgresql.conf" or die "$server->{name}: $!";
	print $out "$_ = '$settings{$_}'\n" for sort keys %settings;
	close $out;
}

# Starts a server and waits until it answers; options are pg_ctl's.
sub start_server
{
	my ($server, @options) = @_;
	run_as_server('pg_ctl', '-D', $server->{data}, '-l', "$dir/$server->{name}.log", '-s', '-w', @options, 'start') or die "$server->{name}: " . `tail -n 20 $dir/$server->{name}.log`;
	$running{ $server->{name} } = $server;
	return $server;
}

# Stops a server: smart, fast or immediate.
sub stop_server
{
	my ($server, $mode) = @_;
	delete $running{ $server->{name} };
	return run_as_server('pg_ctl', '-D', $server->{data}, '-s', '-w', '-m', $mode // 'fast', 'stop');
}

# Stops all servers that this test started.
sub stop_servers
{
	stop_server($_, 'immediate') for values %running;
}
END { my $status = $?; stop_servers(); $? = $status }

# Runs SQL on a server; returns what psql prints, or dies.
sub sql_on
{
	my ($server, $query, $database) = @_;
	my ($file, $errors) = map { "$ENV{SERVER_FILES}/$_" } 'query.sql', 'errors';
	open my $out, '>:raw', $file or die "$file: $!";
	print $out $query, "\n";
	close $out;
	my $result = `psql -XAqt -v ON_ERROR_STOP=1 -p $server->{port} -d ${\ ($database // 'postgres')} -f $file 2>$errors`;
	die "psql failed: " . `cat $errors` if $? != 0;
	chomp $result;
	return $result;
}

# Waits until a query gives something, a minute at most; false if it never does.
sub wait_until
{
	my ($server, $query, $expected, $database) = @_;
	return wait_for(sub { (eval { sql_on($server, $query, $database) } // '') eq $expected });
}

1;
