package Oracle::Trail;

# What a trail has of a history: it may begin late, end early, lack records;
# records come in any order, some of them twice.  Log files without records and
# damaged ones may be there, which are entries with a file.
use strict;
use warnings;
use Exporter 'import';
our @EXPORT_OK = qw(kept delivery);

# Of the entries of a history, those whose records are in the trail, and what the trail lacks:
# "from" and "to", before and after which it has nothing; "lost", whether single records are missing.
sub kept
{
	my ($n, $seed, @entries) = @_;
	srand(($seed * 7_368_787 + $n * 104_729) % 2**31);
	my ($first, $last) = ($entries[0]{t}, $entries[-1]{t});
	my ($kind, %lack) = (rand);
	$lack{from} = $first + int rand .7 * ($last - $first) if $kind < .25;
	$lack{to} = $last - int rand .5 * ($last - $first) if $kind > .2 && $kind < .4;
	$lack{lost} = 1 if $kind > .75;
	my @files = $kind > .4 && $kind < .6 ? files($n, $first, $last, @entries) : ();
	return \%lack, sort { $a->{t} <=> $b->{t} } @files, grep { $_->{t} >= ($lack{from} // 0) && $_->{t} <= ($lack{to} // $_->{t}) && !($lack{lost} && rand() < .15) } @entries;
}

# Log files of the places of a history, without records, some damaged, with minutes in their names.
sub files
{
	my ($n, $first, $last, @entries) = @_;
	my @places = do { my %seen; grep { !$seen{"$_->{account} $_->{region}"}++ } @entries };
	return map {
		my $place = $places[ rand @places ];
		my $t = $first - 10 * 86400 + int rand($last - $first + 30 * 86400);
		{ t => $t - $t % 60, n => $n, account => $place->{account}, region => $place->{region}, name => 'file', ok => 1, file => rand() < .2 ? 'damaged' : 'log', items => [] }
	} 1 .. 1 + rand 9;
}

# The records of entries as they are delivered.
sub delivery
{
	my @records = map { ($_->{record} // ()) x (rand() < .04 ? 2 : 1) } @_;
	for my $i (reverse 1 .. $#records)
	{
		my $j = int rand $i + 1;
		@records[ $i, $j ] = @records[ $j, $i ];
	}
	return @records;
}

1;
