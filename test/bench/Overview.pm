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

# Asks both, DuckDB with one thread and with two, what may have more rows here
# than there: they are counted, not compared, and the numbers told in a remark.
# A statement may come before each time that is taken here.
sub counted
{
	my ($id, $many, $what, $target, $ours, $theirs, $remark, $before) = @_;
	my (%rows, %measure);
	$measure{cloudtrail} = sub {
		postgres($before) if defined $before;
		(my $seconds, my @rows) = postgres($ours);
		$rows{cloudtrail} = @rows;
		$seconds;
	};
	for my $threads (1, 2)
	{
		$measure{"DuckDB, $threads thread" . ($threads > 1 ? 's' : '')} = sub {
			(my $seconds, my @rows) = duckdb($threads, $theirs);
			$rows{DuckDB} = @rows;
			$seconds;
		};
	}
	my $times = warm_rounds($what, %measure);
	times($id, $many, $what, $times);
	faster($id, $many, $what, $times, 'DuckDB, 1 thread', $target);
	faster($id, $many, $what, $times, 'DuckDB, 2 threads');
	note(sprintf $remark, @rows{qw(cloudtrail DuckDB)}) unless defined $before;
}

# The name of a secret of which there is much, but not the most.
sub busy_secret
{
	my ($table, $offset) = @_;
	my (undef, $secret) = postgres("SELECT secret_name FROM year.$table WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET $offset LIMIT 1");
	return $secret;
}

# All that concerns one secret in a month, newest first.  DuckDB looks for its name in what names secrets: by that
# it finds names that only begin alike, too.
sub one_secret
{
	my ($many, $parquet) = @_;
	my $secret = busy_secret('events', 9);
	my @range = map { "'2024-$_-01 00:00:00" } '03', '04';
	my $places = join ' OR ', map { "contains($_, '$secret')" } qw(requestParameters::VARCHAR responseElements::VARCHAR resources::VARCHAR serviceEventDetails::VARCHAR requestID);
	counted('P6', $many, 'events of one secret in a month', 100,
		"SELECT event_time, event FROM year.raw_events WHERE event \@\@ '$secret' AND event_time >= $range[0]Z' AND event_time < $range[1]Z' ORDER BY 1 DESC",
		"SELECT * FROM '$parquet' WHERE eventTime >= $range[0]' AND eventTime < $range[1]' AND ($places) ORDER BY eventTime DESC",
		'P6: %d events concern the secret, the name stands in %d.');
}

# Who read one secret, and who read secrets in a month.  What is written by hand for DuckDB finds the calls that name
# a secret; the view also resolves names and batches, and says who stands behind a session.  What it looks up for that
# a session keeps until somebody writes: it is measured both ways.
sub readers
{
	my ($many, $parquet) = @_;
	my $secret = busy_secret('secret_facts', 2);
	my @range = map { "'2024-$_-01 00:00:00" } '03', '04';
	for ([ 'one secret', "secret_name = '$secret'", "contains(requestParameters::VARCHAR, '$secret')", 50 ],
		[ 'a month', "event_time >= $range[0]Z' AND event_time < $range[1]Z'", "eventTime >= $range[0]' AND eventTime < $range[1]'", 1 ])
	{
		my ($asked, $ours, $theirs, $target) = @$_;
		my @ask = ("SELECT event_time, actor, source_ip, user_agent, error_code, version_id FROM year.secret_reads WHERE $ours ORDER BY 1",
			"SELECT eventTime, userIdentity ->> '\$.arn', sourceIPAddress, userAgent, errorCode, requestParameters ->> '\$.versionId' FROM '$parquet'
				WHERE eventSource = 'secretsmanager.amazonaws.com' AND eventName IN ('GetSecretValue', 'BatchGetSecretValue') AND $theirs ORDER BY 1",
			"V4, $asked: %d rows of secret_reads, %d calls.");
		counted('V4', $many, "who read secrets: $asked", $target, @ask);
		counted('V4', $many, "who read secrets: $asked, after a write", undef, @ask, 'SELECT pg_current_xact_id()');
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
