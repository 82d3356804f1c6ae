package Session;

# A session that lasts: psql behind pipes, asked statement by statement.
use strict;
use warnings;
use IPC::Open2;

# Begins a session; options are psql's.
sub new
{
	my ($class, @options) = @_;
	my $pid = open2(my $out, my $in, 'sh', '-c', 'exec psql -XAqt -v VERBOSITY=verbose -v ON_ERROR_STOP=0 "$@" 2>&1', 'sh', @options);
	my $self = bless { out => $out, in => $in, process => $pid }, $class;
	$self->{backend} = $self->ask('SELECT pg_backend_pid()');
	return $self;
}

# Sends a statement without waiting for it.
sub send
{
	my ($self, $statement) = @_;
	local $SIG{PIPE} = 'IGNORE';
	my $in = $self->{in};
	print $in "$statement;\n\\echo :: end\n";
	$in->flush;
}

# What psql printed for the statement that was sent; its errors too.
sub answer
{
	my ($self) = @_;
	my $all = '';
	my $out = $self->{out};
	while (my $line = <$out>)
	{
		if ($line eq ":: end\n")
		{
			chomp $all;
			return $all;
		}
		$all .= $line;
	}
	return "the session is gone: $all";
}

# Runs a statement.
sub ask
{
	my ($self, $statement) = @_;
	$self->send($statement);
	return $self->answer;
}

# Ends the session.
sub end
{
	my ($self) = @_;
	close $self->{in};
	waitpid $self->{process}, 0;
}

1;
