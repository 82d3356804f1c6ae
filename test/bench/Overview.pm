# Overview.pm: questions about all events of a trail, which its daily sums
# answer, beside DuckDB on Parquet, where columns answer them (O1).
package Overview;
use strict;
use warnings;
use Events;
use Import;
use List::Util qw(max);
use Measure;
use Report;

# Questions: of the view, of Parquet.
my @questions = (
	[ 'events of each name', 'SELECT event_name, sum(events) FROM activity.activity_daily GROUP BY 1', 'SELECT eventName, count(*) FROM parquet GROUP BY 1' ],
	[ 'events of each day', 'SELECT day, sum(events) FROM activity.activity_daily GROUP BY 1', 'SELECT eventTime::DATE, count(*) FROM parquet GROUP BY 1' ],
	[ 'errors of each service', q{SELECT event_source, error_code, sum(events) FROM activity.activity_daily WHERE error_code IS NOT NULL GROUP BY 1, 2},
		q{SELECT eventSource, errorCode, count(*) FROM parquet WHERE errorCode IS NOT NULL GROUP BY 1, 2} ],
	[ 'events of each Region in a month', q{SELECT aws_region, sum(events) FROM activity.activity_daily WHERE day >= '2024-03-01' AND day < '2024-04-01' GROUP BY 1},
		q{SELECT awsRegion, count(*) FROM parquet WHERE eventTime >= '2024-03-01' AND eventTime < '2024-04-01' GROUP BY 1} ],
	[ 'principals that cause most events', q{SELECT principal_arn, sum(events) AS n FROM activity.principal_activity_daily WHERE principal_arn IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 10} ]);

sub compare
{
	my ($data) = @_;
	return unless $data->{wanted};
	my $events = $ENV{BENCH_AUDIT_EVENTS} // 5 * $data->{wanted};
	my $folder = Events::more_logs('overview', $events, '--days 365 --accounts 6 --regions 4 --events-per-file 4000');
	my %many = (name => "$events events", events => $events, bytes => $events * $data->{bytes} / $data->{events});
	my $parquet = "$ENV{SERVER_FILES}/overview.parquet";
	Import::to_parquet($folder . '/**', max(map { Events::inflated($_) } grep { /\.gz$/ } Events::all_files($folder)), $parquet, 2);
	postgres("SELECT cloudtrail_create_trail('overview'); CALL cloudtrail_import_directory('overview', '$folder')");
	postgres("SELECT cloudtrail_create_audit_views('overview', 'activity')");
	postgres('ANALYZE overview_activity, overview_principals');
	for (@questions)
	{
		my ($what, $ours, $theirs) = @$_;
		my $count = $ours =~ s/activity\.activity_daily/(SELECT *, (event_time AT TIME ZONE 'UTC')::date AS day, 1 AS events FROM activity.events) AS e/r;
		my %measure = ('cloudtrail' => sub { postgres($ours) });
		$measure{'counting all events'} = sub { postgres($count) } if $count ne $ours;
		for my $threads ($theirs ? (1, 2) : ())
		{
			$measure{"DuckDB, $threads thread" . ($threads > 1 ? 's' : '')} = sub { duckdb($threads, $theirs =~ s/\bparquet\b/'$parquet'/r) };
		}
		my $times = warm_rounds($what, %measure);
		times('O1', \%many, $what, $times);
		faster('O1', \%many, $what, $times, $_) for grep { $_ ne 'cloudtrail' } sort keys %$times;
	}
	postgres('DROP SCHEMA activity CASCADE');
	postgres("SELECT cloudtrail_drop_trail('overview')");
}

1;
