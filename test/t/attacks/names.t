# Foreign tables over log files as partitions, read by an auditor under
# row-level security: damaged files of accounts that are hidden are not named.
use strict;
use warnings;
use File::Path;
use Test::More;
use CloudtrailTest;
use Session;

new_database('attacked_names');
my @accounts = qw(111122223333 444455556666 777788889999);
for my $account (@accounts)
{
	my $folder = "$ENV{SERVER_FILES}/logs/AWSLogs/$account/CloudTrail/us-east-1/2024/06/01";
	mkpath($folder);
	open my $out, '>', "$folder/${account}_CloudTrail_us-east-1_20240601T1200Z_abcdefghijklmnop.json" or die;
	print $out $account eq $accounts[2] ? 'no log' : qq({"Records":[{"eventTime":"2024-06-01T12:00:00Z","eventName":"of$account","recipientAccountId":"$account"},{"broken":1}]});
	close $out;
}
sql(qq{CREATE ROLE names_auditor; CREATE SERVER logs FOREIGN DATA WRAPPER cloudtrail_fdw; SELECT cloudtrail_create_trail('audit'); SELECT cloudtrail_grant_audit('audit', 'names_auditor');
	ALTER TABLE audit.raw_events DROP CONSTRAINT raw_events_pkey;
	CREATE FOREIGN TABLE audit.june (event_time timestamptz NOT NULL, event_key uuid NOT NULL, event cloudtrail_event NOT NULL, CONSTRAINT event_matches CHECK (event_time = event_time(event) AND event_key = event_key(event)))
		SERVER logs OPTIONS (path '$ENV{SERVER_FILES}/logs');
	ALTER TABLE audit.raw_events ATTACH PARTITION audit.june FOR VALUES FROM ('2024-06-01Z') TO ('2024-07-01Z')});
my $session = Session->new('-d', 'attacked_names');
my $question = 'SELECT event_name(event) FROM audit.raw_events ORDER BY 1';
my $answer = $session->ask($question);
like($answer, qr/WARNING.*$_/, "a reader of all events is told of a damaged file of $_") for @accounts;

sql(qq{ALTER TABLE audit.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON audit.raw_events TO names_auditor USING (account_id(event) = '$accounts[0]')});
$session->ask('SET ROLE names_auditor');
for my $asked ($question, "SELECT event_name(cloudtrail_raw_event('audit.raw_events', event_time, event_key)) FROM audit.raw_events", 'SELECT event_name FROM audit.events')
{
	$answer = $session->ask($asked);
	is(join(',', $answer =~ /^(of\d+)$/mg), "of$accounts[0]", "$asked: events that a policy shows");
	unlike($answer, qr/$accounts[1]|$accounts[2]|AWSLogs/, 'no file is named');
	like($answer, qr/WARNING.*skipped log files or records that cannot be read/, 'but that there are damaged ones');
}
sql(q{ALTER FOREIGN TABLE audit.june OPTIONS (ADD on_error 'stop')});
$answer = $session->ask($question);
like($answer, qr/ERROR.*skipped log files or records that cannot be read/, 'an error names none either');
unlike($answer, qr/AWSLogs/, 'nor its detail');
$session->end;

use_database('postgres');
sql('DROP DATABASE attacked_names; DROP ROLE names_auditor');
done_testing();
