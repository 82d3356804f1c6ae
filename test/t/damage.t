# Damaged, odd and foreign input: no neighbour is lost, and what is no event
# says what it is.
use strict;
use warnings;
use Compress::Zlib;
use Test::More;
use CloudtrailTest;

new_database('damage');

# A good record, the n-th.
sub record
{
	my ($n) = @_;
	return sprintf '{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u%d"},'
	  . '"eventTime":"2024-05-01T12:%02d:%02dZ","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue",'
	  . '"awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.%d","requestParameters":{"secretId":"app/%d"},"responseElements":null,'
	  . '"eventID":"%08x-0000-4000-8000-000000000000","eventType":"AwsApiCall","recipientAccountId":"111122223333"}',
	  $n, $n / 60 % 60, $n % 60, $n % 256, $n, $n;
}

# Counts of events and of the others in a file.
sub counts
{
	my ($file) = @_;
	return sql("SELECT count(event), count(error) FROM cloudtrail_parse(pg_read_binary_file('$file'))");
}

# One truncated, one that is no object, one without eventTime, one that is no
# UTF-8 among 1,000 good ones, in each wrapping that has no structure of its own.
my $truncated = substr record(5000), 0, 150;
my $no_time = '{"eventVersion":"1.08","eventName":"NoTime"}';
my $bad_utf8 = record(5001) =~ s/u5001/u\xff\xfe/r;
my @records = map { record($_) } 1 .. 1000;
splice @records, 900, 0, $bad_utf8;
splice @records, 600, 0, $no_time;
splice @records, 300, 0, '42';
splice @records, 100, 0, $truncated;
my %wrapped = (
	'log file' => '{"Records":[' . join(',', @records) . ']}',
	'NDJSON' => join("\n", @records) . "\n",
	'array' => '[' . join(",\n", @records) . ']');
for my $wrapping (sort keys %wrapped)
{
	for my $file (
		server_file('damaged', $wrapped{$wrapping}),
		server_file('damaged.gz', Compress::Zlib::memGzip($wrapped{$wrapping})))
	{
		is(counts($file), '1000|4', "$wrapping: 1,000 events, four rejects");
		is(sql("SELECT count(DISTINCT event_key(event)) FROM cloudtrail_parse(pg_read_binary_file('$file'))"),
			1000, "$wrapping: each event once");
		is(sql("SELECT encode(raw, 'escape') || '|' || error FROM cloudtrail_parse(pg_read_binary_file('$file')) WHERE raw = '42'"),
			'42|byte offset 0: expected a JSON object', "$wrapping: the number is a reject with its text");
		is(sql("SELECT count(*) FROM cloudtrail_parse(pg_read_binary_file('$file')) WHERE error LIKE '%invalid UTF-8%' AND octet_length(raw) = ${\ length $bad_utf8}"),
			1, "$wrapping: the record with invalid UTF-8 is a reject, whole");
		is(sql("SELECT count(*) FROM cloudtrail_parse(pg_read_binary_file('$file')) WHERE error LIKE '%no eventTime%'"),
			1, "$wrapping: the record without eventTime is a reject");
		is(sql("SELECT count(*) FROM cloudtrail_parse(pg_read_binary_file('$file')) WHERE position('0000138' IN encode(raw, 'escape')) = 0 AND octet_length(raw) BETWEEN 149 AND 152"),
			1, "$wrapping: the truncated record is a reject");
		my (undef, $messages) = sql_file(server_file('count.sql', "SELECT count(*) FROM cloudtrail_events(pg_read_binary_file('$file'));"));
		like($messages, qr/WARNING:.*skipped 4 items/, "$wrapping: cloudtrail_events warns");
	}
}

# Truncated gzip: what was whole is there, and the rest is said to be missing.
# The text must be long enough that zlib has flushed some of it.
my $gzip = Compress::Zlib::memGzip(join "\n", map { record($_) =~ s/app/join '', map { chr(97 + rand 26) } 1 .. 40/er } 1 .. 3000);
for my $part (0.2, 0.5, 0.9, 0.999)
{
	my $file = server_file('truncated.gz', substr $gzip, 0, int($part * length $gzip));
	my ($events, $others) = split /\|/, counts($file);
	ok($events > 2000 * $part && $events < 3000, "$part of a gzip file: $events events");
	is($others, 1, 'and one reject');
	like(sql("SELECT error FROM cloudtrail_parse(pg_read_binary_file('$file')) WHERE error IS NOT NULL"),
		qr/gzip data is truncated/, 'which says that the rest is missing');
}

# What is no event but known is said to be what it is, and is no error.
my %known = (
	'digest' => '{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T11:00:00Z","digestEndTime":"2024-05-01T12:00:00Z","digestPublicKeyFingerprint":"ab","digestSignatureAlgorithm":"SHA256withRSA","previousDigestHashValue":null,"logFiles":[]}',
	'aggregated' => '{"Records":[{"eventVersion":"1.0","accountId":"111122223333","eventId":"7e2f0d1c-0000-4000-8000-000000000000","awsRegion":"eu-west-1","eventSource":"s3.amazonaws.com","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","timeWindow":{"windowStart":"2024-05-01T12:00:00Z","windowEnd":"2024-05-01T12:05:00Z","windowSize":"PT5M"},"summary":{"primaryDimension":{"dimension":"eventName","statistics":[{"name":"GetObject","value":7}],"aggregationType":"count"},"details":[]}}]}',
	'S3 objects' => '{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","Message":"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}"}',
	'control message' => '{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}',
	'notification' => '{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2024-05-01T12:00:00Z","eventName":"ObjectCreated:Put","s3":{}}]}');
for my $what (sort keys %known)
{
	my $file = server_file('known', $known{$what});
	is(counts($file), '0|1', "$what: one item, no event");
	like(sql("SELECT error FROM cloudtrail_parse(pg_read_binary_file('$file'))"), qr/$what/, "$what: named");
	my ($rows, $messages) = sql_file(server_file('count.sql', "SELECT count(*) FROM cloudtrail_records(pg_read_binary_file('$file'));"));
	is("$rows$messages", '0', "$what: no row, no error, no warning");
}

# An Insights event is an event, with what it has.
is(sql(q{SELECT event_type, insight_state, insight_event_name, insight_type, event_name IS NULL FROM cloudtrail_records('{"Records":[{"eventVersion":"1.07","eventTime":"2024-05-01T12:00:00Z","awsRegion":"us-east-1","eventID":"7e2f0d1c-0000-4000-8000-000000000000","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"7e2f0d1c-0000-4000-8000-000000000001","insightDetails":{"state":"Start","eventSource":"ssm.amazonaws.com","eventName":"UpdateInstanceInformation","insightType":"ApiCallRateInsight","insightContext":{"statistics":{"baseline":{"average":85.4},"insight":{"average":664}}}},"eventCategory":"Insight"}]}'::text)}),
	'AwsCloudTrailInsight|Start|UpdateInstanceInformation|ApiCallRateInsight|t', 'an Insights event is typed as one');

# Nothing but damage is an error.
for my $nothing ('hello', '{"Records":[42]}', '{"a":1}', "\x1f\x8b\x08\x00")
{
	my $file = server_file('nothing', $nothing);
	ok(!eval { sql("SELECT * FROM cloudtrail_records(pg_read_binary_file('$file'))"); 1 }, 'nothing but damage is an error');
	like($@, qr/no CloudTrail events found in input.*DETAIL:.*HINT:.*cloudtrail_parse/s, 'with detail and hint');
	is(counts($file), '0|1', 'and one reject');
}
ok(!eval { sql(q{SELECT count(*) FROM cloudtrail_records(''::text)}); 1 }, 'nothing at all is an error, too');

# The generator's hostile and broken records, with its own account of them.
my $generate = 'test/generator/generate';
for my $seed (1 .. 3)
{
	my $file = "$ENV{SERVER_FILES}/hostile";
	system("$generate --events 5000 --seed $seed --hostile 30 --broken 5 --manifest $file.manifest > $file") == 0 or die;
	open my $in, '<', "$file.manifest" or die;
	my @kinds = <$in>;
	# Where only text stands around a record, the record is still an event.
	my $good = grep { /\bgood\b|\btext-(before|after)\b/ } @kinds;
	is(sql("SELECT count(event) FROM cloudtrail_parse(pg_read_binary_file('$file'))"), $good,
		"seed $seed: all $good good records among " . (@kinds - $good) . ' broken ones');
	sql("DROP TABLE IF EXISTS hostile; CREATE TABLE hostile AS SELECT r.* FROM cloudtrail_records(pg_read_binary_file('$file')) r");
	is(sql('SELECT count(*) FROM hostile'), $good, 'each has all its columns');
}
done_testing();
