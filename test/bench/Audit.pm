# Audit.pm: what each view for auditors takes to answer for one secret and for a
# month, over a year of events.
package Audit;
use strict;
use warnings;
use Measure;
use Report;
use Year;

# Seconds to read all columns of what a view has under a condition, and how many rows that is.
sub answer
{
	my ($view, $condition) = @_;
	my ($seconds, $rows) = postgres("SELECT count(*), max(md5(v::text)) FROM (SELECT * FROM year.$view WHERE $condition) AS v");
	return ($seconds, $rows =~ s/\|.*//r);
}

sub compare
{
	my ($data) = @_;
	return unless $data->{wanted};
	Year::fill($data);
	my $many = Year::many($data);
	postgres('RESET max_parallel_workers_per_gather');

	# A secret of which there is much, but not the one that has most.
	my (undef, $secret) = postgres('SELECT secret_name FROM year.events WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET 2 LIMIT 1');
	my (undef, @views) = postgres(q{SELECT relname, string_agg(attname, ' ') FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
		WHERE relnamespace = 'year'::regnamespace AND relkind = 'v' AND attnum > 0 GROUP BY 1 ORDER BY 1});
	for (@views)
	{
		my ($view, $columns) = split /\|/;
		my %has = map { $_ => 1 } split ' ', $columns;
		my ($time) = grep { $has{$_} } qw(event_time window_start scheduled_at ended_at changed_at last_read due_at last_rotated created_at seen_at first_event log_time);
		my %asked = (
			$has{secret_name} ? ('one secret' => [ "secret_name = '$secret'", 1 ]) : (),
			$time ? ('a month' => [ "$time >= '2024-06-01 00:00:00Z' AND $time < '2024-07-01 00:00:00Z'", 10 ]) : ());
		for my $what (sort keys %asked)
		{
			my ($condition, $seconds) = @{ $asked{$what} };
			my $rows;
			my $times = warm_rounds("$view, $what", 'cloudtrail' => sub { (my $taken, $rows) = answer($view, $condition); $taken });
			within('A1', $many, "$view: $what, $rows rows", $times->{cloudtrail}, $seconds);
		}
	}
	postgres('SET max_parallel_workers_per_gather = 0');
}

1;
