# A caller of AWS, or who writes to the bucket, puts long texts where indexes
# look: no event makes an insert fail, or takes its file with it.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('keys');

# Text that no compression makes short.
my @letters = ('a' .. 'z', 0 .. 9);
srand 5;
sub text
{
	my ($length) = @_;
	return join '', map { $letters[rand @letters] } 1 .. $length;
}

# An event with one of its texts made long.
sub event
{
	my (%with) = @_;
	my %field = (
		region => 'us-east-1', account => '111122223333', name => 'GetSecretValue', secret => 'shop/db', source => 'secretsmanager.amazonaws.com', arn => 'arn:aws:iam::111122223333:user/pat',
		error => '', agent => 'aws-cli', %with);
	return qq({"eventTime":"2024-05-01T12:00:00Z","eventID":"${\ sprintf '%08x-0000-4000-8000-000000000000', rand 2**32}","eventSource":"$field{source}","eventName":"$field{name}","awsRegion":"$field{region}","recipientAccountId":"$field{account}","userAgent":"$field{agent}","errorCode":"$field{error}","userIdentity":{"arn":"$field{arn}","accessKeyId":"$field{agent}"},"requestParameters":{"secretId":"$field{secret}","secretIdList":["$field{secret}","$field{secret}x"]},"resources":[{"ARN":"$field{arn}"}]});
}

my $arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:';
my @events = (
	event(), event(region => text(4000)), event(account => text(4000)), event(name => text(4000)), event(secret => text(4000)), event(secret => text(2040)), event(secret => text(513)), event(secret => $arn . text(4000)), event(secret => $arn . text(1900)), event(source => 'secretsmanager.' . text(4000)),
	event(arn => 'arn:' . text(4000)), event(arn => 'arn:aws' . text(4000) . ':iam::111122223333:user/pat'), event(error => text(4000)), event(agent => text(4000)), event(region => text(1500), account => text(1500), secret => text(500)));
server_file('events.json', '{"Records":[' . join(',', @events) . ']}');
my $file = "pg_read_binary_file('$ENV{SERVER_FILES}/events.json')";
sql(<<"SQL");
	CREATE TABLE event (event cloudtrail_event);
	CREATE INDEX ON event (secret_arn(event), event_time(event));
	CREATE INDEX ON event (secret_name(event), event_time(event));
	CREATE INDEX ON event USING gin (event);
	CREATE INDEX ON event USING hash (event);
	CREATE TABLE raw_text (raw text);
	CREATE TABLE raw_json (raw json);
	CREATE TABLE raw_jsonb (raw jsonb);
	CREATE INDEX ON raw_text (event_name(raw), event_time(raw), secret_arn(raw));
	CREATE INDEX ON raw_json (event_name(raw), event_time(raw), secret_arn(raw));
	CREATE INDEX ON raw_jsonb (event_name(raw), event_time(raw), secret_arn(raw));
SQL
is(eval { sql("INSERT INTO event SELECT cloudtrail_events($file); SELECT count(*) FROM event") } // $@, @events, 'all events, with indexes on their secrets');
is(eval { sql("INSERT INTO raw_$_ SELECT event::$_ FROM event; SELECT count(*) FROM raw_$_") } // $@, @events, "all events as $_, with an index on name and secret") for qw(text json jsonb);
is(sql('SELECT max(octet_length(secret_arn(event))) <= 2048, max(octet_length(secret_name(event))) <= 512, max(octet_length(a)) <= 2048 FROM event LEFT JOIN LATERAL unnest(secret_arns(event)) AS a ON true'), 't|t|t', 'ARNs and names of secrets are no longer than the service lets them be');
is(sql("SELECT max(octet_length(event_name(raw))) <= 256, count(event_name(raw)) FROM raw_$_"), 't|14', "names of actions in $_ likewise") for qw(text json jsonb);
is(sql(q{SELECT secret_arn(event), secret_name(event) FROM event WHERE secret_name(event) = 'shop/db' AND secret_arn(event) IS NOT NULL AND octet_length(event::text) < 1000}), "${arn}shop/db|shop/db", 'what is in order is there');

# A trail takes the file, every event of it.
sql(q{SELECT cloudtrail_create_trail('audit')});
is(eval { sql("SELECT events, inserted, rejects FROM cloudtrail_import('audit', 'events.json', $file)") } // $@, @events . '|' . @events . '|0', 'a trail takes the file');
is(eval { sql("SELECT count(*) > 0 FROM cloudtrail_refresh_activity('audit'); SELECT sum(events) FROM audit.activity") } // $@, "t\n" . @events, 'and sums it up');
is(sql(q{SELECT count(*) FROM event WHERE event @@ 'shop/db'}) > 0, 1, 'the index answers');
done_testing();
