# Dictionary.pm: how small the dictionary makes events, beside dictionaries of
# other sizes and of fewer events, other levels of zstd, and none; on events
# like those it was trained on, on shapes it never saw, and on real ones.
package Dictionary;
use strict;
use warnings;
use Events;
use Measure;
use Report;

my $here = __FILE__ =~ s/[^\/]*$//r;
my $current = "$here../../src/core/store/dictionary-1.zdict";

# The ways that are compared: what it is called, the dictionary, the level.
sub ways
{
	my $trained = sub {
		my ($kilobytes, $worlds) = @_;
		my $file = "$ENV{SERVER_FILES}/$kilobytes-$worlds.zdict";
		unless (-e $file)
		{
			system("$here../../src/core/store/train_dictionary", 9, $kilobytes * 1024, $worlds, $file) == 0 or die "training failed\n";
		}
		return $file;
	};
	return (
		[ 'record, as it is stored', $current, 3 ],
		(map { [ "record, dictionary of $_ kB", $trained->($_, 60), 3 ] } 8, 16, 32, 110),
		(map { [ "record, 64 kB of a tenth of the events", $trained->(64, $_), 3 ] } 6),
		(map { [ "record, level $_", $current, $_ ] } -1, 1, 5, 9),
		[ 'record, no dictionary', '-', 3 ]);
}

# Events of the generator that an option chooses.
sub chosen
{
	my ($name, $option) = @_;
	my $file = "$ENV{SERVER_FILES}/" . ($name =~ tr/ /-/r) . ".ndjson";
	system("$here../generator/generate --events 20000 --seed 7 $option > $file") == 0 or die "the generator failed\n";
	return { name => $name, ndjson => $file };
}

sub compare
{
	my ($data) = @_;
	for my $set ($data, $data->{wanted} ? (chosen('shapes held out', '--only-holdout'), chosen('Secrets Manager', '--service secretsmanager')) : ())
	{
		for (ways())
		{
			my ($what, $dictionary, $level) = @$_;
			my ($seconds, $events, $before, $after) = Measure::program('compress', $dictionary, $level, $set->{ndjson});
			stored({ name => $set->{name}, events => $events }, sprintf('%s: %.1f times smaller, %.1f us', $what, $before / $after, 1e6 * $seconds / $events), $after);
		}
	}
}

1;
