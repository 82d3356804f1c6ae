# The root user: at the console, by keys, in sessions of sts:AssumeRoot of
# centralized root access, password recovery and MFA.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my $db = secret('shop/db', 'AbCdEf');
my $arn = "arn:aws:iam::$home:root";
my $root = root_user($home);
my $ops = role('Ops', 'pat', account => $abroad);

new_database('stories_root');

# Root by what differs in the identity.
sub root_as { my (%identity) = @_; my %all = (type => 'Root', principalId => $home, arn => $arn, accountId => $home, %identity); delete @all{ grep { !defined $all{$_} } keys %all }; return { %$root, identity => \%all } }
sub signin { my ($name, $time, $who, %with) = @_; return event('signin.amazonaws.com', $name, $time, $who, response => { $name => $with{outcome} // 'Success' }, record => { eventType => 'AwsConsoleSignIn', %{ $with{record} // {} } }) }
my %context = (sessionContext => { attributes => { creationDate => '2024-05-01T07:00:00Z', mfaAuthenticated => 'true' } });
my $console = root_as(accessKeyId => 'ASIAconsole', invokedBy => 'signin.amazonaws.com', %context);
my $key = root_as(accessKeyId => 'AKIAroot');
my $bare = root_as(arn => undef, principalId => undef, userName => 'my-alias');
my $null = root_as(accessKeyId => 'ASIAconsole', %context, invokedBy => 'x');
$null->{identity}{invokedBy} = undef;

story('Root at the console, by a key, of which the event has the account alone, and a service for it', '', created('01-01 08:00:00', $db),
	sign_in('05-01 07:00:00', root_as(accessKeyId => ''), mfa => 1),
	event('iam.amazonaws.com', 'CreateAccessKey', '05-01 08:00:00', $console),
	event('iam.amazonaws.com', 'ListUsers', '05-01 09:00:00', $key),
	signin('PasswordRecoveryRequested', '05-01 10:00:00', $bare), signin('PasswordRecoveryCompleted', '05-01 11:00:00', $bare), signin('PasswordUpdated', '05-01 12:00:00', root_as(accessKeyId => 'ASIAconsole', %context)),
	event('iam.amazonaws.com', 'DeactivateMFADevice', '05-01 13:00:00', root_as(userName => 'AWS ROOT USER', accessKeyId => 'ASIAconsole', %context), request => { userName => 'AWS ROOT USER', serialNumber => "arn:aws:iam::$home:mfa/root-account-mfa-device" }),
	event('ec2.amazonaws.com', 'DescribeRegions', '05-01 14:00:00', $null),
	event('kms.amazonaws.com', 'Decrypt', '05-01 15:00:00', root_as(invokedBy => 'rds.amazonaws.com', %context)),
	event('health.amazonaws.com', 'Notice', '05-01 16:00:00', $root, record => { eventType => 'AwsServiceEvent' }));
my @did = ('05-01 07|ConsoleLogin', '05-01 08|CreateAccessKey', '05-01 09|ListUsers', '05-01 10|PasswordRecoveryRequested', '05-01 11|PasswordRecoveryCompleted', '05-01 12|PasswordUpdated', '05-01 13|DeactivateMFADevice', '05-01 14|DescribeRegions');
answer('all that a person did is root\'s', 'SELECT event_time, event_name, actor, assumed_root FROM root_activity', map { "$_|$arn|f" } @did);
answer('and an alert', q{SELECT event_time, event_name, actor FROM cis_alerts WHERE control_v3_0 = '4.3'}, map { "$_|$arn" } @did);
answer('MFA and key as the events have them', q{SELECT event_name, mfa, access_key_id FROM root_activity WHERE event_source = 'iam.amazonaws.com' OR access_key_id = ''}, 'CreateAccessKey|t|ASIAconsole', 'ListUsers||AKIAroot', 'DeactivateMFADevice|t|ASIAconsole');
answer('what belongs to its sign-in is root\'s, not an alias\'s', 'SELECT event_name, actor, outcome FROM console_logins', map { "$_|$arn|succeeded" } qw(ConsoleLogin PasswordRecoveryRequested PasswordRecoveryCompleted PasswordUpdated));

sql(q{INSERT INTO audit.console_services VALUES ('rds.amazonaws.com')});
answer('what a service does counts if people act through it', q{SELECT event_name, 'root' FROM root_activity WHERE event_time = '2024-05-01 15:00Z' UNION ALL SELECT event_name, 'alert' FROM cis_alerts WHERE event_time = '2024-05-01 15:00Z'}, 'Decrypt|root', 'Decrypt|alert');
sql('DELETE FROM audit.console_services');
answer('and only then', q{SELECT 'root' FROM root_activity WHERE event_time = '2024-05-01 08:00Z' UNION ALL SELECT 'alert' FROM cis_alerts WHERE event_time = '2024-05-01 08:00Z'});

# Centralized root access: somebody of the management account gets a session of a member's root.
my @shapes = (
	[ 'as AWS writes it', root_as(accessKeyId => 'ASIAassumed', sessionContext => { assumedRoot => 'true', attributes => { creationDate => '2024-05-01T08:00:00Z', mfaAuthenticated => 'false' } }) ],
	[ 'as a role, by the issuer', root_as(type => 'AssumedRole', arn => "arn:aws:sts::$home:assumed-root", accessKeyId => 'ASIAassumed', sessionContext => { sessionIssuer => { type => 'Root', principalId => $home, arn => $arn, accountId => $home }, assumedRoot => 'true', attributes => { creationDate => '2024-05-01T08:00:00Z', mfaAuthenticated => 'false' } }) ],
	[ 'as a role, by its ARN', root_as(type => 'AssumedRole', arn => "arn:aws:sts::$home:assumed-root/s", accessKeyId => 'ASIAassumed', sessionContext => { assumedRoot => 'true', attributes => { creationDate => '2024-05-01T08:00:00Z', mfaAuthenticated => 'false' } }) ],
);
# Who assumed the role that asks for root's session.
sub issued_to_ops
{
	my ($time) = @_;
	return event('sts.amazonaws.com', 'AssumeRole', $time, user('ana', account => $abroad), request => { roleArn => $ops->{arn}, roleSessionName => 'pat' },
		response => { credentials => { accessKeyId => 'ASIAOps' }, assumedRoleUser => { assumedRoleId => 'AROAOps:pat', arn => "arn:aws:sts::$abroad:assumed-role/Ops/pat" } });
}
sub copy_of { return JSON::PP::decode_json(JSON::PP::encode_json($_[0])) }
for my $shape (@shapes)
{
	my ($how, $session) = @$shape;
	my $assume = event('sts.amazonaws.com', 'AssumeRoot', '05-01 08:00:00', $ops, request => { targetPrincipal => $home, taskPolicyArn => { arn => 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' } },
		response => { credentials => { accessKeyId => 'ASIAassumed', expiration => 'May 1, 2024, 8:15:00 AM' } });
	# The request for it is marked so, too, but is that of a role.
	$assume->{userIdentity}{sessionContext}{assumedRoot} = 'true';
	story("A session of AssumeRoot, $how", '', created('01-01 08:00:00', $db), twins($assume, $home), event('s3.amazonaws.com', 'DeleteBucketPolicy', '05-01 08:05:00', $session), got('05-01 08:06:00', $session, $db->{arn}));
	answer("$how: it is root's, and told to be assumed", 'SELECT event_name, actor, assumed_root, access_key_id FROM root_activity', map { "$_|$arn|t|ASIAassumed" } qw(DeleteBucketPolicy GetSecretValue));
	answer("$how: an alert", q{SELECT event_name, actor FROM cis_alerts WHERE control_v3_0 = '4.3'}, map { "$_|$arn" } qw(DeleteBucketPolicy GetSecretValue));
	answer("$how: root reads", 'SELECT actor, actor_kind FROM secret_reads', "$arn|root");
	answer("$how: in a session that somebody got", q{SELECT account_id, actor, issued_by, issued_to FROM sessions WHERE access_key_id = 'ASIAassumed'}, "$home|$arn|AssumeRoot|AROAOps");
	answer("$how: whose account is not root's", q{SELECT depth, caller_account FROM session_lineage WHERE access_key_id = 'ASIAassumed' AND depth = 1}, "1|$abroad");
	story("Only the management account has a record of the request, $how", '', created('01-01 08:00:00', $db), issued_to_ops('05-01 07:30:00'), $assume, got('05-01 08:06:00', $session, $db->{arn}));
	answer("$how: it leads to who asked", q{SELECT event_name, issuer_account_id, caller FROM session_lineage WHERE access_key_id = 'ASIAassumed' AND depth > 0}, "AssumeRoot|$abroad|Ops", "AssumeRole|$abroad|ana");
	answer("$how: and to the person", 'SELECT origin_kind, origin, origin_method FROM secret_reads', 'human|ana|iam user');
	# Not if the target is another account.
	my $elsewhere = copy_of($assume);
	$elsewhere->{requestParameters}{targetPrincipal} = '777788889999';
	story("The request was for another account, $how", '', created('01-01 08:00:00', $db), $elsewhere, got('05-01 08:06:00', $session, $db->{arn}));
	answer("$how: it is not this session's", 'SELECT origin_kind, origin_method FROM secret_reads', "unknown|only another account's record shows it");
}
done_testing();
