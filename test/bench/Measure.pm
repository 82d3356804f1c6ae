# Measure.pm: takes times, in turn and several times over.
package Measure;
use strict;
use warnings;
use Exporter 'import';
use File::Basename;
use IPC::Open2;

our @EXPORT = qw(postgres new_process duckdb program rounds warm_rounds median progress $runs);

# How often each measure is taken.
our $runs = $ENV{BENCH_RUNS} // 5;

my $here = dirname(__FILE__);
my %session;

# psql says Time in English only here; a session that died is told by its silence.
$ENV{LC_ALL} = 'C';
$SIG{PIPE} = 'IGNORE';

# Asks a session one statement; returns its seconds and its rows.  After an error
# the session ends, so that nothing is said to be done.
sub ask
{
	my ($name, $statement) = @_;
	my ($in, $out) = @{ $session{$name} };
	my ($seconds, @rows);
	$statement =~ s/\s+/ /g;
	print {$in} $statement, "\n\\echo done\n";
	while (my $line = <$out>)
	{
		chomp $line;
		return ($seconds, @rows) if $line eq 'done';
		if ($line =~ /^Time: ([0-9.]+) ms/) { $seconds = $1 / 1000 }
		else { push @rows, $line }
	}
	die "$name failed at: $statement\n";
}

# Starts a program that answers statements.
sub start
{
	my ($name, @command) = @_;
	my $pid = open2(my $out, my $in, @command);
	$in->autoflush;
	$session{$name} = [ $in, $out ];
}

# Runs a statement in PostgreSQL, always in the same process.
sub postgres
{
	my ($statement) = @_;
	unless ($session{PostgreSQL})
	{
		start('PostgreSQL', qw(psql -XAqt -v ON_ERROR_STOP=1 -P pager=off));
		print { $session{PostgreSQL}[0] } "\\timing on\n";
		ask('PostgreSQL', "SET $_;")
			for 'max_parallel_workers_per_gather = 0', 'client_min_messages = warning';	# one process, as its peer has one thread
	}
	return ask('PostgreSQL', "$statement;");
}

# Lets the next statement run in a new process.
sub new_process
{
	my $session = delete $session{PostgreSQL} or return;
	close $_ for @$session;
}

# Runs a statement in DuckDB with so many threads.
sub duckdb
{
	my ($threads, $statement) = @_;
	my $name = "DuckDB, $threads thread" . ($threads > 1 ? 's' : '');
	start($name, 'node', "$here/duckdb.mjs", $threads) unless $session{$name};
	return ask($name, $statement);
}

# Runs a program of this folder that prints seconds and what it counted.
sub program
{
	my ($name, @arguments) = @_;
	open my $pipe, '-|', "$here/build/$name", @arguments or die "$name: $!";
	my ($seconds, @counts) = split ' ', <$pipe> // '';
	close $pipe or die "failed: $name @arguments\n";
	return ($seconds, @counts);
}

# Prints what is done, and how it came out, while the rest goes on.
my $began = time;
sub progress
{
	my ($format, @values) = @_;
	my $past = time - $began;
	local $| = 1;
	printf "%3d:%02d  $format\n", $past / 60, $past % 60, @values;
}

# Takes every measure once a round, each round beginning with another one, so
# that neither a slow spell of the machine nor the order favours any.  A measure
# is a function that returns seconds and what it found, on which all must agree;
# one that finds something else returns the seconds alone.
sub rounds
{
	my ($what, %measure) = @_;
	my @names = sort keys %measure;
	my (%times, $first, $expected);
	for my $round (1 .. $runs)
	{
		for my $name (@names)
		{
			my ($seconds, @found) = $measure{$name}->();
			push @{ $times{$name} }, $seconds;
			progress('%s, %d of %d, %s: %.4g ms', $what, $round, $runs, $name, 1e3 * $seconds);
			next unless @found;
			my $found = join "\n", sort @found;
			($first, $expected) = ($name, $found) unless defined $expected;
			die "$what: $name finds\n$found\nbut $first finds\n$expected\n" if $found ne $expected;
		}
		push @names, shift @names;
	}
	return \%times;
}

# The same after a round that does not count.
sub warm_rounds
{
	my ($what, %measure) = @_;
	for my $name (sort keys %measure)
	{
		progress('%s, warming up, %s', $what, $name);
		$measure{$name}->();
	}
	return rounds($what, %measure);
}

# The middle one, or the mean of the middle two.
sub median
{
	my @sorted = sort { $a <=> $b } @_;
	return ($sorted[ $#sorted / 2 ] + $sorted[ @sorted / 2 ]) / 2;
}

1;
