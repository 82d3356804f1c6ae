# Report.pm: the tables of what was measured.
package Report;
use strict;
use warnings;
use Exporter 'import';
use List::Util qw(min max);
use Measure qw(median progress);

our @EXPORT = qw(faster at_most ratio_within smaller bounded within times stored note);

my (@ratios, @times, @stored, @notes);

# Adds a row to a table, and prints it at once.
sub add
{
	my ($rows, $row) = @_;
	push @$rows, $row;
	progress('=> %s', join ' | ', grep { defined && length } @$row);
}

# Adds a row: how many times faster than a peer cloudtrail is.  Each round gives
# one ratio; without a target the row is for orientation.
sub faster
{
	my ($id, $data, $what, $times, $peer, $target) = @_;
	my ($ours, $theirs) = ($times->{cloudtrail}, $times->{$peer});
	my @ratio = map { $theirs->[$_] / $ours->[$_] } 0 .. $#$ours;
	my $ratio = median(@ratio);
	add(\@ratios, [
		$id, $what, $data->{name}, milliseconds(median(@$ours)), $peer, milliseconds(median(@$theirs)),
		sprintf('%.2f', $ratio), sprintf('%.2f-%.2f', min(@ratio), max(@ratio)),
		verdict(defined $target ? 0 + sprintf('%.2f', $target) : undef, '>=', $ratio >= ($target // 0))
	]);
}

# Adds a row: how many times as long as a peer cloudtrail takes, which should not be more than a target.
sub at_most
{
	my ($id, $data, $what, $times, $peer, $target) = @_;
	my ($ours, $theirs) = ($times->{cloudtrail}, $times->{$peer});
	my @ratio = map { $ours->[$_] / $theirs->[$_] } 0 .. $#$ours;
	my $ratio = median(@ratio);
	add(\@ratios, [
		$id, $what, $data->{name}, milliseconds(median(@$ours)), $peer, milliseconds(median(@$theirs)),
		sprintf('%.2f', $ratio), sprintf('%.2f-%.2f', min(@ratio), max(@ratio)), verdict($target, '<=', $ratio <= $target)
	]);
}

# Adds a row: a ratio that should not be more than a target.
sub ratio_within
{
	my ($id, $data, $what, $ratio, $peer, $target) = @_;
	add(\@ratios, [ $id, $what, $data->{name}, '', $peer, '', sprintf('%.1f', $ratio), '', verdict($target, '<=', $ratio <= $target) ]);
}

# Adds a row: which part of a peer's bytes cloudtrail takes.
sub smaller
{
	my ($id, $data, $what, $bytes, $peer, $target) = @_;
	my $ratio = $bytes->{cloudtrail} / $bytes->{$peer};
	add(\@ratios, [
		$id, $what, $data->{name}, megabytes($bytes->{cloudtrail}), $peer, megabytes($bytes->{$peer}),
		sprintf('%.3f', $ratio), '', verdict($target, '<=', $ratio <= ($target // 0))
	]);
}

# Adds a row: bytes that should not be more than a target.
sub bounded
{
	my ($id, $data, $what, $bytes, $target) = @_;
	add(\@ratios, [
		$id, $what, $data->{name}, megabytes($bytes), '', '', '', '', verdict(megabytes($target), '<=', $bytes <= $target)
	]);
}

# Adds a row: seconds that should not be more than a target.
sub within
{
	my ($id, $data, $what, $times, $target) = @_;
	add(\@ratios, [
		$id, $what, $data->{name}, milliseconds(median(@$times)), '', '', '',
		sprintf('%.1f-%.1f', 1e3 * min(@$times), 1e3 * max(@$times)), verdict("$target s", '<=', median(@$times) <= $target)
	]);
}

# Adds every way of a measure to the second table.
sub times
{
	my ($id, $data, $what, $times) = @_;
	for my $way (sort { $a eq 'cloudtrail' ? -1 : $b eq 'cloudtrail' ? 1 : $a cmp $b } keys %$times)
	{
		my @t = @{ $times->{$way} };
		add(\@times, [
			$id, $what, $data->{name}, $way, milliseconds(median(@t)),
			sprintf('%.1f-%.1f', 1e3 * min(@t), 1e3 * max(@t)),
			sprintf('%.0f', 1e-6 * $data->{bytes} / median(@t)),
			sprintf('%.0f', 1e9 * median(@t) / $data->{events})
		]);
	}
}

# Adds a row to the third table: how many bytes something takes.
sub stored
{
	my ($data, $what, $bytes) = @_;
	add(\@stored, [ $data->{name}, $what, megabytes($bytes), sprintf '%.1f', $bytes / $data->{events} ]);
}

# Adds a remark below the tables.
sub note
{
	push @notes, @_;
}

# A time or a size as it is printed.
sub milliseconds { return $_[0] < 1e-4 ? sprintf '%.2f us', 1e6 * $_[0] : sprintf '%.1f ms', 1e3 * $_[0] }
sub megabytes { return sprintf '%.1f MB', 1e-6 * $_[0] }

# The columns for a target and whether it is met.
sub verdict
{
	my ($target, $sign, $met) = @_;
	return defined $target ? ("$sign $target", $met ? 'met' : 'short') : ('', '');
}

# Rows as a table in Markdown, which reads well on a screen too.
sub table
{
	my (@rows) = @_;
	my @width = map { my $c = $_; max map { length $_->[$c] } @rows } 0 .. $#{ $rows[0] };
	my @lines = map { my $row = $_; join ' | ', map { sprintf '%-*s', $width[$_], $row->[$_] } 0 .. $#width } @rows;
	splice @lines, 1, 0, join '-|-', map { '-' x $_ } @width;
	return join '', map { /-\|-/ ? "|-$_-|\n" : "| $_ |\n" } @lines;
}

# Rows in the order of their numbers.
sub in_order
{
	return sort { $a->[2] cmp $b->[2] || substr($a->[0], 1) <=> substr($b->[0], 1) } @_;
}

# The whole report, where method says what was compared, and how.
sub text
{
	my ($method) = @_;
	return join "\n",
		"# Results of make bench\n",
		table([ '', 'measure', 'data', 'cloudtrail', 'peer', "peer's", 'ratio', 'least-most', 'target', '' ],
			in_order(@ratios)),
		@stored ? ("## Bytes an event\n", table([ 'data', 'what', 'size', 'bytes an event' ], @stored)) : (),
		$method . join('', map { "- $_\n" } @notes),
		"## All times\n",
		table([ '', 'measure', 'data', 'way', 'median', 'least-most', 'MB/s', 'ns an event' ], in_order(@times));
}

1;
