# Parse.pm: strict parsing of NDJSON on one core (P1).
package Parse;
use strict;
use warnings;
use Measure;
use Report;

my $what = 'strict parse, nine fields looked up';

sub compare
{
	my ($data) = @_;
	my $times = rounds($what,
		'cloudtrail' => sub { program('parse', 'cloudtrail', $data->{ndjson}) },
		'json-c' => sub { program('parse', 'json-c', $data->{ndjson}) },
		'simdjson DOM' => sub { program('parse_simdjson', 'dom', $data->{ndjson}) },
		'simdjson parse_many' => sub { program('parse_simdjson', 'parse_many', $data->{ndjson}) },
		'simdjson on demand' => sub { program('parse_simdjson', 'ondemand', $data->{ndjson}) },
		'simdjson DOM, no lookup' => sub {
			my ($seconds, $events) = program('parse_simdjson', 'dom-alone', $data->{ndjson});
			die "simdjson counts $events events\n" if $events != $data->{events};
			return $seconds;
		});
	times('P1', $data, $what, $times);
	faster('P1', $data, $what, $times, 'json-c', 12);
	faster('P1', $data, $what, $times, 'simdjson DOM', 1.0);
	faster('P1', $data, $what, $times, $_)
		for 'simdjson DOM, no lookup', 'simdjson parse_many', 'simdjson on demand';
}

1;
