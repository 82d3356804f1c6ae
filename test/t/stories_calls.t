# One row a call, whatever the number of its records: those of several accounts,
# those delivered again with more data, and both.  In every view that lists or
# counts calls.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($app, $ana, $eve) = (role('App', 's'), user('ana'), user('eve'));
my $partner = role('Partner', 's', account => $abroad);
my $db = secret('shop/db', 'AbCdEf');
my $version = 1;

new_database('stories_calls');

# The records of calls across accounts, each delivered again in each account with more data.
# Their ids come before those of the first records, and after.
my $again = 0;
sub all_again
{
	my ($theirs, $ours) = @_;
	return map {
		my $record = $_;
		map { { %$record, eventID => sprintf('%s-0000-4000-8000-%012d', (undef, 'aaaaaaaa', 'ffffffff')[$_], ++$again),
			addendum => { reason => 'UPDATED_DATA', updatedFields => 'tlsDetails', originalEventID => $record->{eventID} } } } 1 .. 2
	} $theirs, $ours;
}
# All records of calls of an actor: as they come, delivered again, across accounts, and both.
my @CALLS = qw(PutSecretValue UpdateSecretVersionStage GetSecretValue PutResourcePolicy RotateSecret ReplicateSecretToRegions UpdateSecret DeleteSecret);
sub request
{
	my ($name) = @_;
	return { PutResourcePolicy => { resourcePolicy => '{"Statement":[{"Effect":"Allow","Principal":"*"}]}' }, UpdateSecretVersionStage => { versionStage => 'AWSCURRENT', moveToVersionId => version(9) },
		ReplicateSecretToRegions => { addReplicaRegions => [ { region => 'eu-west-1' } ] }, UpdateSecret => { kmsKeyId => "arn:aws:kms:us-east-1:$home:key/k2" }, DeleteSecret => { recoveryWindowInDays => 7 } }->{$name} // {};
}
my %VIEWS = (
	PutSecretValue => ['secret_manual_changes'], UpdateSecretVersionStage => [qw(secret_stage_moves secret_manual_changes)], GetSecretValue => [qw(secret_reads secret_first_time_reader)],
	PutResourcePolicy => ['secret_policy_changes'], RotateSecret => ['secret_rotations'], ReplicateSecretToRegions => ['secret_replication'], UpdateSecret => ['secret_kms_changes'], DeleteSecret => ['secret_deletions'],
);
for my $how ('delivered again', 'across accounts', 'across accounts and delivered again', 'across accounts, of which one record is delivered again')
{
	my $actor = $how =~ /across/ ? $partner : $ana;
	my $told = sub {
		my ($record) = @_;
		return again($record) if $how eq 'delivered again';
		my @twins = twins($record, $home);
		return (@twins, $how =~ /and/ ? all_again(@twins) : $how =~ /one/ ? (all_again(@twins))[2] : ());
	};
	my $n = 1;
	story("Calls $how", '', created('01-01 08:00:00', $db),
		(map { $n++; $told->(call($_, sprintf('05-%02d 08:00:00', $n), $actor, $db, id => $db->{arn}, request => request($_), /^(Put|Rot)\w*Secret(Value)?$/ ? (version => version($n)) : ())) } @CALLS),
		$told->(denied(got('05-20 08:00:00', $actor, $db->{arn}), 'no resource-based policy allows the action')),
		$told->(failed(got('05-21 08:00:00', $actor, secret('shop/none', 'AbCdEf')->{arn}), 'ResourceNotFoundException', 'not there')),
		$told->(batch('05-22 08:00:00', $actor, $db->{arn}, secret('shop/api', 'AbCdEf')->{arn})));
	answer("$how: each call once", "SELECT event_name, count(*) FROM secret_events GROUP BY 1", 'CreateSecret|1', 'BatchGetSecretValue|2', 'GetSecretValue|3', map { "$_|1" } grep { $_ ne 'GetSecretValue' } @CALLS);
	for my $call (@CALLS)
	{
		for my $view (@{ $VIEWS{$call} })
		{
			my $where = $view =~ /reads|first_time/ ? "succeeded AND secret_name = 'shop/db'" : $view =~ /rotations|deletions|stage_moves/ ? 'true' : "event_name = '$call'";
			$where =~ s/succeeded AND // if $view =~ /first_time/;
			answer("$how: $view has one row of $call", "SELECT count(*) FROM $view WHERE $where", 1);
		}
	}
	answer("$how: refused once", 'SELECT attempts FROM secret_denied', 1);
	answer("$how: refused once, of any service", 'SELECT attempts FROM access_denied', 1);
	answer("$how: not found once", 'SELECT attempts, distinct_ids FROM secret_probes', '1|1');
	answer("$how: the alert is one", q{SELECT count(*) FROM cis_alerts WHERE control_v3_0 = '4.1'}, 1);
	answer("$how: who used it", q{SELECT secret_name, reads, denied, unknown FROM secret_last_access}, 'shop/db|1|1|1', 'shop/api|0|0|1', 'shop/none|0|0|0');
	answer("$how: calls of the origin", q{SELECT sum(events), sum(failed) FROM origins}, '13|2');
	answer("$how: across accounts", q{SELECT count(*) FROM secret_cross_account}, $how =~ /across/ ? 12 : 0);
	answer("$how: one state", 'SELECT deletion_state FROM secret_inventory WHERE arn_known AND secret_arn LIKE \'%shop/db%\' AND aws_region = \'us-east-1\'', 'due');
}

my $root = root_user($home);
story('Root signs in and acts, all delivered again', '',
	again(sign_in('05-01 08:00:00', $root)), again(event('iam.amazonaws.com', 'CreateAccessKey', '05-01 08:01:00', $root)));
answer('root acted once', 'SELECT event_name, count(*) FROM root_activity GROUP BY 1', 'ConsoleLogin|1', 'CreateAccessKey|1');
answer('and signed in once', 'SELECT count(*) FROM console_logins', 1);
answer('each alert is one', 'SELECT control_v3_0, count(*) FROM cis_alerts GROUP BY 1', '4.3|2');

# An endpoint records what it lets through or refuses, too, without parameters.
sub at_endpoint
{
	my ($record, %more) = @_;
	my %shared = (%$record, sharedEventID => $record->{eventID} =~ s/^c/e/r, vpcEndpointId => 'vpce-1');
	my %endpoint = (%shared, eventID => $record->{eventID} =~ s/^c/f/r, eventType => 'AwsVpceEvents', eventCategory => 'NetworkActivity', vpcEndpointAccountId => $home, %more);
	delete @endpoint{qw(managementEvent requestParameters responseElements readOnly)};
	return (\%shared, \%endpoint);
}
for my $owner ($home, $abroad)
{
	my $whose = $owner eq $home ? 'own' : 'another\'s';
	my @theirs = $owner eq $home ? () : (recipientAccountId => $owner, userIdentity => stranger($app)->{identity});
	story("Calls through an endpoint, $whose", '', created('01-01 08:00:00', $db), at_endpoint(got('05-01 08:00:00', $app, $db->{arn}), @theirs),
		at_endpoint(denied(got('05-02 08:00:00', $app, $db->{arn}), 'no VPC endpoint policy allows the secretsmanager:GetSecretValue action'), errorCode => 'VpceAccessDenied', errorMessage => 'The request was denied due to a VPC endpoint policy', @theirs));
	answer("$whose: each once, by the record of the API", 'SELECT event_time, actor, secret_name, outcome, error_code FROM secret_reads', '05-01 08|App|shop/db|succeeded|', '05-02 08|App|shop/db|denied|AccessDenied');
	answer("$whose: refused once, with what was refused", 'SELECT actor, resource, policy_type, attempts FROM access_denied', 'App|shop/db-AbCdEf|VPC endpoint policy|1');
	answer("$whose: an alert", 'SELECT event_time, control_v3_0, error_code FROM cis_alerts', '05-02 08|4.1|AccessDenied');
	answer("$whose: in one session", q{SELECT actor, events FROM sessions WHERE actor LIKE '%App'}, 'App|2');
}

my $key = "arn:aws:kms:us-east-1:$home:key/11111111-2222-4000-8000-000000000001";
story('A key of another account is disabled by its owner, told again', '',
	decrypted(created('01-01 08:00:00', $db), $db, key => $key),
	again(event('kms.amazonaws.com', 'DisableKey', '05-01 08:00:00', $eve, request => { keyId => $key }, record => { resources => [ { ARN => $key, accountId => $home, type => 'AWS::KMS::Key' } ] })),
	twins(event('kms.amazonaws.com', 'EnableKey', '05-02 08:00:00', $partner, request => { keyId => $key }, record => { resources => [ { ARN => $key, accountId => $home, type => 'AWS::KMS::Key' } ] }), $home));
answer('each is one change', 'SELECT event_name, count(*) FROM secret_kms_changes GROUP BY 1', 'DisableKey|1', 'EnableKey|1');

story('Batches that filter are delivered again', 'bulk_secrets = 1', created('01-01 08:00:00', $db),
	again(call('BatchGetSecretValue', '05-01 08:00:00', $app, undef, request => { filters => [ { key => 'name', values => ['shop'] } ] })),
	again(got('05-01 08:00:01', $app, $db->{arn})));
answer('one batch', 'SELECT secrets_returned FROM secret_batch_catchall', 1);
answer('with one read', 'SELECT secrets, reads, batch_calls FROM secret_bulk_reads', '1|1|1');
answer('in one session', 'SELECT sum(events) FROM sessions WHERE actor LIKE \'%App\'', 2);
done_testing();
