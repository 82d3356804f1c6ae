# One small case of each event of Secrets Manager: in which views for auditors
# it appears, and with what; and every way in which its secret is known.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;

my ($home, $abroad) = qw(111122223333 444455556666);
my $app = role('App', 'i-0abc');
my $policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}';
my $lambda = "arn:aws:lambda:us-east-1:$home:function:f";

new_database('audit');
sql(q{SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_create_audit_views('trail', 'audit'); UPDATE audit.settings SET as_of = '2024-06-01 00:00Z'});

# A secret of each event's own, named by ARN.
sub own { return secret("case/$_[0]", 'AbCdEf') }
sub by_arn { my ($name, %with) = @_; return call($name, '05-01 12:00:00', $app, own($name), id => own($name)->{arn}, %with) }
sub told { my ($name, %with) = @_; return notice($name, '05-01 12:00:00', own($name), %with) }

# An event, how its secret is known, and each view that shows it beside
# secret_events, with some columns.  Those that show every secret are left out.
my $read = [ q{actor = '} . $app->{arn} . q{', via_batch, via_rotation, version_id, version_stage, outcome} ];
my @cases = (
	[ by_arn('GetSecretValue', version => version(1), request => { versionStage => 'AWSPENDING' }), 'exact',
		secret_reads => [ @$read, 't|f|f|' . version(1) . '|AWSPENDING|succeeded' ],
		secret_first_time_reader => [ 'prior_readers, days_since_created', '0|' ],
		secret_last_access => [ 'reads, denied, distinct_ips, days_idle', '1|0|1|30' ] ],
	[ call('BatchGetSecretValue', '05-01 12:00:00', $app, undef, request => { secretIdList => [ own('BatchGetSecretValue')->{arn}, 'case/missing' ] }), 'exact',
		secret_batch_items => [ 'by_arn, is_full', 't|t' ],
		secret_reads => [ @$read, 't|t|f|||succeeded' ],
		secret_first_time_reader => [ 'prior_readers', '0' ],
		secret_last_access => [ 'reads', '1' ] ],
	[ by_arn('DescribeSecret'), 'exact' ],
	[ by_arn('ListSecretVersionIds', request => { includeDeprecated => JSON::PP::true }), 'exact' ],
	[ by_arn('GetResourcePolicy'), 'exact' ],
	[ call('ListSecrets', '05-01 12:00:00', $app, undef, request => { maxResults => 100 }), undef ],
	[ call('GetRandomPassword', '05-01 12:00:00', $app, undef, request => { passwordLength => 32 }), undef ],
	[ by_arn('ValidateResourcePolicy', request => { resourcePolicy => $policy }), 'exact',
		secret_policy_changes => [ 'principals, is_public, foreign_accounts, policy_error, outcome', '{*}|t|{}||succeeded' ] ],
	[ call('CreateSecret', '05-01 12:00:00', $app, own('CreateSecret'), version => version(2)), 'response' ],
	[ by_arn('PutSecretValue', version => version(3)), 'response',
		secret_manual_changes => [ 'version_id, rotation_configured', version(3) . '|f' ] ],
	[ by_arn('UpdateSecret', request => { kmsKeyId => 'alias/new' }), 'response',
		secret_kms_changes => [ 'old_key, new_key, secrets_at_risk, outcome', '|alias/new||succeeded' ] ],
	[ by_arn('UpdateSecretVersionStage', request => { versionStage => 'AWSCURRENT', moveToVersionId => version(4), removeFromVersionId => version(5) }), 'response',
		secret_stage_moves => [ 'stage, from_version, to_version, via_rotation, outcome', 'AWSCURRENT|' . version(5) . '|' . version(4) . '|f|succeeded' ] ],
	[ by_arn('DeleteSecret', request => { recoveryWindowInDays => 14 }, answer => { deletionDate => 'May 15, 2024 12:00:00 PM' }), 'response',
		secret_deletions => [ q{window_days, deletion_date AT TIME ZONE 'UTC', forced, restored_at, state}, '14|2024-05-15 12:00:00|f||due' ] ],
	[ by_arn('RestoreSecret'), 'response',
		secret_deletions => [ 'scheduled_at, restored_by IS NOT NULL, state', '|t|restored' ] ],
	[ by_arn('RotateSecret', version => version(6), request => { rotationLambdaARN => $lambda, rotationRules => { scheduleExpression => 'rate(10 days)', duration => '2h' } }), 'response',
		secret_rotation_rules => [ 'rotation_enabled, lambda_arn, rotate_every, token', "t|$lambda|10 days|" . version(6) ],
		secret_rotation_overdue => [ q{last_rotated, due_at AT TIME ZONE 'UTC', days_overdue}, '|2024-05-11 12:00:00|20' ] ],
	[ by_arn('CancelRotateSecret'), 'response',
		secret_rotation_rules => [ 'rotation_enabled, lambda_arn, rotate_every', 'f||' ] ],
	[ by_arn('PutResourcePolicy', request => { resourcePolicy => '{"Statement":7}', blockPublicPolicy => 'true' }), 'response',
		secret_policy_changes => [ 'block_public_policy, policy_error IS NOT NULL', 't|t' ] ],
	[ by_arn('DeleteResourcePolicy'), 'response',
		secret_policy_changes => [ 'policy, is_public, outcome', '||succeeded' ] ],
	[ by_arn('TagResource', request => { tags => [ { key => 'team', value => 'a' } ] }), 'exact' ],
	[ by_arn('UntagResource', request => { tagKeys => ['team'] }), 'exact' ],
	[ by_arn('ReplicateSecretToRegions', request => { addReplicaRegions => [ { region => 'eu-west-1', kmsKeyId => 'alias/eu' } ] },
			answer => { replicationStatus => [ { region => 'eu-west-1', status => 'Failed', statusMessage => 'no' } ] }), 'response',
		secret_replication => [ 'source_region, replica_region, kms_key_id, status, status_message', 'us-east-1|eu-west-1|alias/eu|Failed|no' ] ],
	[ by_arn('RemoveRegionsFromReplication', request => { removeReplicaRegions => ['eu-west-1'] }), 'response',
		secret_replication => [ 'source_region, replica_region, status', 'us-east-1|eu-west-1|removed' ] ],
	[ by_arn('StopReplicationToReplica'), 'response',
		secret_replication => [ 'source_region, replica_region, status', '|us-east-1|stopped' ] ],

	[ told('RotationStarted', token => version(10)), 'service_event',
		secret_rotations => [ 'outcome, is_test, token, duration', 'open|f|' . version(10) . '|' ], secret_rotation_tokens => [ 'token', version(10) ] ],
	[ told('RotationSucceeded', token => version(11)), 'service_event',
		secret_rotations => [ 'outcome, is_test, started_at, ended_at IS NOT NULL', 'succeeded|f||t' ], secret_rotation_tokens => [ 'token', version(11) ] ],
	[ told('RotationFailed', token => version(12), message => "Error when executing lambda $lambda during finishSecret step"), 'service_event',
		secret_rotations => [ 'outcome, lambda_arn, failed_step', "failed|$lambda|finishSecret" ], secret_rotation_tokens => [ 'token', version(12) ],
		secret_rotation_failures => [ 'failed_step, consecutive_failures, last_success', 'finishSecret|1|' ] ],
	[ told('RotationAbandoned', token => version(13)), 'service_event',
		secret_rotations => [ 'outcome, is_test', 'abandoned|f' ], secret_rotation_tokens => [ 'token', version(13) ] ],
	[ told('TestRotationStarted', token => version(14)), 'service_event',
		secret_rotations => [ 'outcome, is_test', 'open|t' ], secret_rotation_tokens => [ 'token', version(14) ] ],
	[ told('TestRotationSucceeded', token => version(15)), 'service_event',
		secret_rotations => [ 'outcome, is_test', 'succeeded|t' ], secret_rotation_tokens => [ 'token', version(15) ] ],
	[ told('TestRotationFailed', token => version(16), message => "Error when executing lambda $lambda during testSecret step"), 'service_event',
		secret_rotations => [ 'outcome, is_test, failed_step', 'failed|t|testSecret' ], secret_rotation_tokens => [ 'token', version(16) ] ],
	[ told('StartSecretVersionDelete', due => '2024-05-01T00:00:00Z', forced => 1), 'service_event',
		secret_deletions => [ 'scheduled_at, forced, started_at IS NOT NULL, versions_deleted, state', '|t|t|0|deleting' ] ],
	[ told('CancelSecretVersionDelete', due => '2024-05-01T00:00:00Z'), 'service_event',
		secret_deletions => [ 'forced, versions_cancelled, state', 'f|1|restored' ] ],
	[ told('EndSecretVersionDelete', due => '2024-05-01T00:00:00Z'), 'service_event',
		secret_deletions => [ 'forced, ended_at IS NOT NULL, versions_deleted, state', 'f|t|1|deleted' ] ],
	[ told('SecretVersionDeletion', version => version(17)), 'service_event' ],
	[ told('ReplicationStarted', replica => 'eu-west-1'), 'service_event', secret_replication => [ 'replica_region, status', 'eu-west-1|started' ] ],
	[ told('ReplicationSucceeded', replica => 'eu-west-1'), 'service_event', secret_replication => [ 'replica_region, status', 'eu-west-1|succeeded' ] ],
	[ told('ReplicationFailed', replica => 'eu-west-1', message => 'no'), 'service_event', secret_replication => [ 'replica_region, status, status_message', 'eu-west-1|failed|no' ] ],
);
tell('trail', map { $_->[0] } @cases);

# Which views show an event, or else its secret: asked of all that have either column.
my %shows_all = map { $_ => 1 } qw(events secret_events secret_references secrets secret_spans secret_evidence secret_partial_arns secret_inventory secret_never_rotated unused_secrets secret_bulk_reads secret_multi_region_reads listed_secrets);
my %has;
for (split /\n/, sql(q{SELECT c.relname || ' ' || a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	WHERE c.relnamespace = 'audit'::regnamespace AND a.attname IN ('event_key', 'secret_name')}))
{
	my ($view, $column) = split;
	$has{$view}{$column} = 1;
}
for (@cases)
{
	my ($record, $method, %expected) = @$_;
	my ($name, $key) = @$record{qw(eventName eventID)};
	my $where = sub {
		my $of = $has{ $_[0] };
		return join ' AND ', $of->{event_key} ? "event_key = '$key'" : (), $of->{secret_name} && $method ? "secret_name = 'case/$name'" : ();
	};
	is(sql("SELECT event_name, secret_arn, secret_name, resolve_method FROM audit.secret_events WHERE " . $where->('secret_events')),
		join('|', $name, $method ? (own($name)->{arn}, "case/$name", $method) : ('', '', '')), "$name: its secret");
	my @shown = grep { sql("SELECT count(*) FROM audit.$_ WHERE " . $where->($_)) } grep { !$shows_all{$_} && $where->($_) } sort keys %has;
	is("@shown", join(' ', sort keys %expected), "$name: the views that show it");
	is(sql("SELECT $expected{$_}[0] FROM audit.$_ WHERE " . $where->($_)), $expected{$_}[1], "$name: $_") for sort keys %expected;
}

# Every way in which a secret is known.  Of these two the trail has neither's
# creation nor end: between the last sign of one and the first of the other a name may be either's.
my ($old, $new) = map { secret('app/shared', $_) } qw(AAAAAA BBBBBB);
my @at = map { "05-0$_ 12:00:00" } 1 .. 9;
my %case = (
	'before the first is seen' => [ call('GetSecretValue', $at[0], $app, $old), $old->{arn}, 'name' ],
	'as the first is seen' => [ call('GetSecretValue', $at[1], $app, $old, id => $old->{arn}), $old->{arn}, 'exact' ],
	'between the two' => [ call('GetSecretValue', $at[2], $app, $old), '', 'ambiguous' ],
	'between the two, by partial ARN' => [ call('GetSecretValue', $at[2], $app, $old, id => $old->{partial}), '', 'ambiguous' ],
	'between the two, in a batch' => [ batch($at[2], $app, 'app/shared', 'app/none'), '', 'ambiguous' ],
	'between the two, beside a decryption' => [ call('GetSecretValue', $at[3], $app, $new), $new->{arn}, 'kms' ],
	'the decryption' => [ (decrypted(call('GetSecretValue', $at[3], $app, $new), $new, version => version(1)))[1], $new->{arn}, 'kms' ],
	'beside a decryption for somebody else' => [ call('GetSecretValue', $at[2] =~ s/12:/13:/r, role('Other', 'x'), $new), '', 'ambiguous' ],
	'as the second is seen' => [ call('TagResource', $at[4], $app, $new, id => $new->{arn}), $new->{arn}, 'exact' ],
	'after the second is seen' => [ call('DescribeSecret', $at[5], $app, $new), $new->{arn}, 'name' ],
	'by partial ARN' => [ call('DescribeSecret', $at[5], $app, $new, id => $new->{partial}), $new->{arn}, 'partial' ],
	'in another Region' => [ call('DescribeSecret', $at[5], $app, $new, region => 'eu-west-1'), '', 'unresolved' ],
	'of another account' => [ call('DescribeSecret', $at[5], user('stranger', account => $abroad), $new), '', 'unresolved' ],
	'refused, and only claimed' => [ denied(call('GetSecretValue', $at[6], $app, undef, request => { secretId => secret('app/claimed', 'CCCCCC')->{arn} }), 'no'), secret('app/claimed', 'CCCCCC')->{arn}, 'exact' ],
	'by the name that was only claimed' => [ call('GetSecretValue', $at[7], $app, undef, request => { secretId => 'app/claimed' }), '', 'unresolved' ],
	'by requestID alone' => [ notice('RotationStarted', $at[7], $new, token => version(2)), $new->{arn}, 'service_event' ],
	'in resources' => [ event('secretsmanager.amazonaws.com', 'GetSecretValue', $at[7], $app, request => { secretId => 'app/shared' }, record => { resources => [ { ARN => $new->{arn} } ] }), $new->{arn}, 'exact' ],
	'a name that ends like a suffix' => [ call('CreateSecret', $at[7], $app, secret('app/my-orders', 'DDDDDD')), secret('app/my-orders', 'DDDDDD')->{arn}, 'response' ],
	'by its partial ARN' => [ call('GetSecretValue', $at[8], $app, secret('app/my-orders', 'DDDDDD'), id => secret('app/my-orders', 'DDDDDD')->{partial}), secret('app/my-orders', 'DDDDDD')->{arn}, 'partial' ],
	'by its partial ARN in a batch' => [ batch($at[8], $app, secret('app/my-orders', 'DDDDDD')->{partial}, 'app/none'), secret('app/my-orders', 'DDDDDD')->{arn}, 'partial' ],
	'refused by its partial ARN' => [ denied(call('GetSecretValue', $at[8], $app, undef, request => { secretId => secret('app/my-orders', 'DDDDDD')->{partial} }), 'no'), secret('app/my-orders', 'DDDDDD')->{arn}, 'partial' ],
	'by that name' => [ call('GetSecretValue', $at[8], $app, secret('app/my-orders', 'DDDDDD')), secret('app/my-orders', 'DDDDDD')->{arn}, 'name' ],
);
delete $case{'by requestID alone'}[0]{additionalEventData};
tell('trail', map { $_->[0] } values %case);
for (sort keys %case)
{
	my ($record, $arn, $method) = @{ $case{$_} };
	is(sql("SELECT secret_arn, resolve_method FROM audit.secret_events WHERE event_key = '$record->{eventID}' AND secret_name <> 'app/none'"), "$arn|$method", "known $_");
	is(sql("SELECT DISTINCT candidates FROM audit.secret_events WHERE event_key = '$record->{eventID}' AND secret_name <> 'app/none'"), "{$old->{arn},$new->{arn}}", 'with two candidates') if $method eq 'ambiguous';
}
is(sql(q{SELECT string_agg(DISTINCT resolve_method, ' ' ORDER BY resolve_method) FROM audit.secret_events}), 'ambiguous exact kms name partial response service_event unresolved', 'every method occurs');
done_testing();
