# Overview.pm: questions about all events of a trail, which its daily sums
# answer, beside DuckDB on Parquet, where columns answer them (O1); the needle
# in that stack, the events of one secret in a month (P6); and who read secrets,
# by the auditors' view and by hand (V4).
package Overview;
use strict;
use warnings;
use Measure;
use Report;
use Year;

# Questions: of the view, of Parquet; and whether the answers may differ (who stands behind a session is more than that).
my @questions = (
	[ 'events of each name', 'SELECT event_name, sum(events) FROM year.action_activity_daily GROUP BY 1', 'SELECT eventName, count(*) FROM parquet GROUP BY 1' ],
	[ 'events of each day', 'SELECT day, sum(events) FROM year.action_activity_daily GROUP BY 1', 'SELECT eventTime::DATE, count(*) FROM parquet GROUP BY 1' ],
	[ 'errors of each service', q{SELECT event_source, error_code, sum(events) FROM year.action_activity_daily WHERE error_code IS NOT NULL GROUP BY 1, 2},
		q{SELECT eventSource, errorCode, count(*) FROM parquet WHERE errorCode IS NOT NULL GROUP BY 1, 2} ],
	[ 'events of each Region in a month', q{SELECT aws_region, sum(events) FROM year.activity_daily WHERE day >= '2024-03-01' AND day < '2024-04-01' GROUP BY 1},
		q{SELECT awsRegion, count(*) FROM parquet WHERE eventTime >= '2024-03-01' AND eventTime < '2024-04-01' GROUP BY 1} ],
	[ 'principals that cause most events', q{SELECT principal_arn, sum(events) AS n FROM year.principal_activity_daily WHERE principal_arn IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 10},
		q{SELECT coalesce(userIdentity ->> '$.sessionContext.sessionIssuer.arn', userIdentity ->> '$.arn') AS principal, count(*) FROM parquet WHERE principal IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 10}, 1 ]);

# All that concerns one secret in a month, newest first.  DuckDB looks for its name in what names secrets: by that
# it finds names that only begin alike, too, so the rows are counted, not compared.
sub one_secret
{
	my ($many, $parquet) = @_;
	my (undef, $secret) = postgres('SELECT secret_name FROM year.events WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET 9 LIMIT 1');
	my @range = ("'2024-03-01 00:00:00", "'2024-04-01 00:00:00");
	my $places = join ' OR ', map { "contains($_, '$secret')" } qw(requestParameters::VARCHAR responseElements::VARCHAR resources::VARCHAR serviceEventDetails::VARCHAR requestID);
	my (%rows, %measure);
	$measure{cloudtrail} = sub { (my $seconds, my @rows) = postgres("SELECT event_time, event FROM year.raw_events WHERE event \@\@ '$secret' AND event_time >= $range[0]Z' AND event_time < $range[1]Z' ORDER BY 1 DESC"); $rows{cloudtrail} = @rows; $seconds };
	for my $threads (1, 2)
	{
		$measure{"DuckDB, $threads thread" . ($threads > 1 ? 's' : '')} = sub {
			(my $seconds, my @rows) = duckdb($threads, "SELECT * FROM '$parquet' WHERE eventTime >= $range[0]' AND eventTime < $range[1]' AND ($places) ORDER BY eventTime DESC");
			$rows{DuckDB} = @rows;
			$seconds;
		};
	}
	my $what = 'events of one secret in a month';
	my $times = warm_rounds($what, %measure);
	times('P6', $many, $what, $times);
	faster('P6', $many, $what, $times, 'DuckDB, 1 thread', 100);
	faster('P6', $many, $what, $times, 'DuckDB, 2 threads');
	note("P6: $rows{cloudtrail} events concern the secret, the name stands in $rows{DuckDB}.");
}

# Who read one secret, and who read secrets in a month.  What is written by hand
# for DuckDB finds the calls that name a secret; the view also resolves names and
# batches, and says who stands behind a session, so the rows are counted, not compared.
sub readers
{
	my ($many, $parquet) = @_;
	my (undef, $secret) = postgres('SELECT secret_name FROM year.secret_facts WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET 2 LIMIT 1');
	my @range = map { "'2024-$_-01 00:00:00" } '03', '04';
	for ([ 'one secret', "secret_name = '$secret'", "contains(requestParameters::VARCHAR, '$secret')", 50 ],
		[ 'a month', "event_time >= $range[0]Z' AND event_time < $range[1]Z'", "eventTime >= $range[0]' AND eventTime < $range[1]'", 1 ])
	{
		my ($asked, $ours, $theirs, $target) = @$_;
		my (%rows, %measure);
		$measure{cloudtrail} = sub { (my $seconds, my @rows) = postgres("SELECT event_time, actor, source_ip, user_agent, error_code, version_id FROM year.secret_reads WHERE $ours ORDER BY 1"); $rows{cloudtrail} = @rows; $seconds };
		for my $threads (1, 2)
		{
			$measure{"DuckDB, $threads thread" . ($threads > 1 ? 's' : '')} = sub {
				(my $seconds, my @rows) = duckdb($threads, "SELECT eventTime, userIdentity ->> '\$.arn', sourceIPAddress, userAgent, errorCode, requestParameters ->> '\$.versionId' FROM '$parquet'
					WHERE eventSource = 'secretsmanager.amazonaws.com' AND eventName IN ('GetSecretValue', 'BatchGetSecretValue') AND $theirs ORDER BY 1");
				$rows{DuckDB} = @rows;
				$seconds;
			};
		}
		my $what = "who read secrets: $asked";
		my $times = warm_rounds($what, %measure);
		times('V4', $many, $what, $times);
		faster('V4', $many, $what, $times, 'DuckDB, 1 thread', $target);
		faster('V4', $many, $what, $times, 'DuckDB, 2 threads');
		note("V4, $asked: $rows{cloudtrail} rows of secret_reads, $rows{DuckDB} calls.");
	}
}

sub compare
{
	my ($data) = @_;
	return unless $data->{wanted};
	Year::fill($data);
	my $many = Year::many($data);
	my $parquet = Year::parquet($data);
	for (@questions)
	{
		my ($what, $ours, $theirs, $may_differ) = @$_;
		my $count = $ours =~ s/year\.(?:action_)?activity_daily/(SELECT *, (event_time AT TIME ZONE 'UTC')::date AS day, 1 AS events FROM year.events) AS e/r;
		my %measure = ('cloudtrail' => sub { postgres($ours) });
		$measure{'counting all events'} = sub { postgres($count) } if $count ne $ours;
		for my $threads (1, 2)
		{
			$measure{"DuckDB, $threads thread" . ($threads > 1 ? 's' : '')} = sub {
				my @found = duckdb($threads, $theirs =~ s/\bparquet\b/'$parquet'/r);
				return $may_differ ? $found[0] : @found;
			};
		}
		my $times = warm_rounds($what, %measure);
		times('O1', $many, $what, $times);
		faster('O1', $many, $what, $times, $_) for grep { $_ ne 'cloudtrail' } sort keys %$times;
	}
	one_secret($many, $parquet);
	readers($many, $parquet);
}

1;
