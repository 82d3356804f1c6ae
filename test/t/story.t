# The story of one secret, told as CloudTrail would tell it, and what every
# view for auditors makes of it: story.expected has each view, whole.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;

# Who is in it.
my ($home, $abroad) = qw(111122223333 444455556666);
my $ana = role('Admin', 'ana');
my $app = role('App', 'i-0abc');
my $lambda = role('Rotation', 'rotate-db');
my $dev = user('dev');
my $ci = user('ci');
my $eve = user('eve', ip => '192.0.2.66');
my $partner = role('Partner', 'batch', account => $abroad, ip => '172.16.0.9');
my $root = root_user($home);

# The secret; the one made later under its name; its replica; and one that is only read beside it.
my $first = secret('prod/db', 'AbCdEf');
my $second = secret('prod/db', 'GhIjKl');
my $replica = secret('prod/db', 'AbCdEf', region => 'eu-west-1');
my $beside = secret('prod/api', 'MnOpQr');
my $function = "arn:aws:lambda:us-east-1:$home:function:rotate-db";
my ($key1, $key2) = map { "arn:aws:kms:us-east-1:$home:key/$_" } qw(11111111-0000-4000-8000-000000000001 22222222-0000-4000-8000-000000000002);

# A rotation by its function, from its start to before its end; the second and third read are not of the version before.
sub rotation
{
	my ($minute, $token, $before) = @_;
	my $in = sub { sprintf '%s:%02d', $minute, $_[0] };
	return (
		notice('RotationStarted', $in->(1), $first, token => $token),
		call('DescribeSecret', $in->(2), $lambda, $first, id => $first->{arn}),
		decrypted(call('GetSecretValue', $in->(3), $lambda, $first, id => $first->{arn}, request => { versionStage => 'AWSCURRENT' }), $first, version => $before, key => $key1),
		failed(call('GetSecretValue', $in->(5), $lambda, $first, id => $first->{arn}, version => $token, request => { versionStage => 'AWSPENDING' }),
			'ResourceNotFoundException', "Secrets Manager can't find the specified secret value for VersionId: $token"),
		call('GetRandomPassword', $in->(6), $lambda, undef, request => { passwordLength => 32 }),
		decrypted(call('PutSecretValue', $in->(7), $lambda, $first, id => $first->{arn}, version => $token, request => { versionStages => ['AWSPENDING'] },
			answer => { versionStages => ['AWSPENDING'] }), $first, key => $key1),
		decrypted(call('GetSecretValue', $in->(10), $lambda, $first, id => $first->{arn}, version => $token, request => { versionStage => 'AWSPENDING' }), $first, key => $key1),
	);
}

# A resource policy that lets somebody read.
sub policy { return qq({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":$_[0],"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}) }

my @story = (
	# Created, and read: by name, by ARN, by ARN without suffix.
	decrypted(call('CreateSecret', '03-01 09:00:00', $ana, $first, version => version(1), request => { kmsKeyId => $key1 }), $first, key => $key1),
	decrypted(call('GetSecretValue', '03-01 10:00:00', $app, $first), $first, version => version(1), key => $key1),
	decrypted(call('GetSecretValue', '03-01 11:00:00', $app, $first, id => $first->{arn}), $first, version => version(1), key => $key1),
	decrypted(call('GetSecretValue', '03-01 12:00:00', $dev, $first, id => $first->{partial}, record => { vpcEndpointId => 'vpce-1', sessionCredentialFromConsole => 'true' }),
		$first, version => version(1), key => $key1),

	# Rotated well: on request, at once.
	call('RotateSecret', '03-02 08:00:00', $ana, $first, version => version(2), request => { rotationLambdaARN => $function, rotationRules => { automaticallyAfterDays => 30 } }),
	rotation('03-02 08:00', version(2), version(1)),
	call('UpdateSecretVersionStage', '03-02 08:00:12', $lambda, $first, id => $first->{arn},
		request => { versionStage => 'AWSCURRENT', removeFromVersionId => version(1), moveToVersionId => version(2) }),
	notice('RotationSucceeded', '03-02 08:00:13', $first, token => version(2)),

	# Rotated badly, twice; the next is abandoned, for a value came by hand; a test; one that is cancelled.
	rotation('04-01 08:00', version(3), version(2)),
	notice('RotationFailed', '04-01 08:00:20', $first, token => version(3), message => "Error when executing lambda $function during setSecret step"),
	notice('RotationStarted', '04-02 08:00:00', $first, token => version(4)),
	notice('RotationFailed', '04-02 08:00:20', $first, token => version(4), message => "Error when executing lambda $function during testSecret step"),
	notice('RotationStarted', '04-03 08:00:00', $first, token => version(5)),
	decrypted(call('PutSecretValue', '04-03 08:05:00', $dev, $first, version => version(6)), $first, key => $key1),
	notice('RotationAbandoned', '04-03 08:10:00', $first, token => version(5)),
	notice('TestRotationStarted', '04-04 08:00:00', $first, token => version(7)),
	notice('TestRotationSucceeded', '04-04 08:00:30', $first, token => version(7)),
	call('UpdateSecretVersionStage', '04-05 08:00:00', $ana, $first, request => { versionStage => 'AWSCURRENT', removeFromVersionId => version(6), moveToVersionId => version(2) }),
	notice('RotationStarted', '04-06 08:00:00', $first, token => version(8)),
	call('CancelRotateSecret', '04-07 08:00:00', $ana, $first),
	decrypted(call('PutSecretValue', '04-08 08:00:00', $dev, $first, version => version(9)), $first, key => $key1),

	# Its policy: public, for a foreign account, harmless, refused, tried out, deleted.
	call('PutResourcePolicy', '04-10 08:00:00', $dev, $first, request => { resourcePolicy => policy('"*"'), blockPublicPolicy => JSON::PP::false }),
	call('PutResourcePolicy', '04-10 08:10:00', $ana, $first, request => { resourcePolicy => policy(qq({"AWS":"$partner->{arn}"})), blockPublicPolicy => JSON::PP::true }),
	call('PutResourcePolicy', '04-10 08:20:00', $ana, $first, request => { resourcePolicy => policy(qq({"AWS":"$app->{arn}"})) }),
	failed(call('PutResourcePolicy', '04-10 08:30:00', $dev, $first, request => { resourcePolicy => policy('{"AWS":"*"}'), blockPublicPolicy => JSON::PP::true }),
		'PublicPolicyException', 'The BlockPublicPolicy parameter is set to true.'),
	call('ValidateResourcePolicy', '04-10 08:40:00', $ana, $first, request => { resourcePolicy => policy(qq({"AWS":"$abroad"})) }),
	call('DeleteResourcePolicy', '04-10 08:50:00', $ana, $first),

	# Replicated to two Regions: one fails and is removed, the other becomes a secret of its own.
	call('ReplicateSecretToRegions', '04-12 08:00:00', $ana, $first, request => { addReplicaRegions => [ { region => 'eu-west-1', kmsKeyId => 'alias/eu' }, { region => 'ap-south-1' } ] },
		answer => { replicationStatus => [ map { { region => $_, status => 'InProgress' } } qw(eu-west-1 ap-south-1) ] }),
	notice('ReplicationStarted', '04-12 08:00:01', $first, replica => 'eu-west-1'),
	notice('ReplicationSucceeded', '04-12 08:00:02', $first, replica => 'eu-west-1'),
	notice('ReplicationFailed', '04-12 08:00:03', $first, replica => 'ap-south-1', message => 'Replication failed: Secret name conflict in region ap-south-1.'),
	call('RemoveRegionsFromReplication', '04-12 09:00:00', $ana, $first, request => { removeReplicaRegions => ['ap-south-1'] }, answer => { replicationStatus => [] }),
	call('StopReplicationToReplica', '04-13 08:00:00', $ana, $replica),

	# Its key changed; the new one scheduled for deletion, and saved.
	call('UpdateSecret', '04-15 08:00:00', $ana, $first, request => { kmsKeyId => $key2 }),
	decrypted(call('GetSecretValue', '04-15 09:00:00', $app, $first), $first, version => version(9), key => $key2),
	event('kms.amazonaws.com', 'ScheduleKeyDeletion', '04-16 08:00:00', $eve, request => { keyId => '22222222-0000-4000-8000-000000000002', pendingWindowInDays => 7 },
		record => { resources => [ { accountId => $home, type => 'AWS::KMS::Key', ARN => $key2 } ] }),
	event('kms.amazonaws.com', 'CancelKeyDeletion', '04-16 09:00:00', $ana, request => { keyId => $key2 }, record => { resources => [ { accountId => $home, type => 'AWS::KMS::Key', ARN => $key2 } ] }),

	# Its deletion: scheduled, cancelled, forced; probed between and after.
	call('DeleteSecret', '04-20 08:00:00', $dev, $first, request => { recoveryWindowInDays => 7 }, answer => { deletionDate => 'Apr 27, 2024, 8:00:00 AM' }),
	failed(call('GetSecretValue', '04-20 09:00:00', $app, $first), 'InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion."),
	call('RestoreSecret', '04-21 08:00:00', $ana, $first),
	notice('CancelSecretVersionDelete', '04-21 08:00:05', $first, due => '2024-04-27T08:00:00Z'),
	call('DeleteSecret', '04-22 08:00:00', $dev, $first, id => $first->{arn}, request => { forceDeleteWithoutRecovery => JSON::PP::true }, answer => { deletionDate => 'Apr 22, 2024, 8:00:00 AM' }),
	(map { notice($_, '04-22 08:00:07', $first, due => '2024-04-22T08:00:00Z', forced => 1) } qw(StartSecretVersionDelete StartSecretVersionDelete EndSecretVersionDelete EndSecretVersionDelete)),
	failed(call('GetSecretValue', '04-22 09:00:00', $app, $first), 'ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
	failed(call('GetSecretValue', '04-22 10:00:00', $eve, undef, request => { secretId => 'prod/nothing' }), 'ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
	failed(call('DescribeSecret', '04-22 10:00:01', $eve, undef, request => { secretId => 'prod/nothing' }), 'ResourceNotFoundException', "Secrets Manager can't find the specified secret."),

	# Made again under its name, and read.
	decrypted(call('CreateSecret', '04-25 08:00:00', $ana, $second, version => version(10)), $second),
	decrypted(call('GetSecretValue', '04-26 08:00:00', $app, $second), $second, version => version(10)),

	# Batches: one with its single reads, one without them, and one that takes all.
	batch('04-27 08:00:00', $app, 'prod/db', $beside->{arn}),
	decrypted(call('GetSecretValue', '04-27 08:00:00', $app, $second), $second, version => version(10)),
	decrypted(call('GetSecretValue', '04-27 08:00:00', $app, $beside, id => $beside->{arn}), $beside, version => version(20)),
	batch('04-27 09:00:00', $dev, $second->{partial}, 'prod/api'),
	call('BatchGetSecretValue', '04-27 10:00:00', $eve, undef, request => { filters => [ { key => 'tag-key', values => ['!no-such-tag'] } ], maxResults => 20 }),

	# Refused: by policies of an identity, a VPC endpoint, the organization.
	(map { denied(call('GetSecretValue', "04-28 08:00:0$_", $eve, $second), 'no identity-based policy allows the secretsmanager:GetSecretValue action') } 0, 1),
	denied(call('GetSecretValue', '04-28 09:00:00', $dev, $second, id => $second->{arn}), 'no VPC endpoint policy allows the secretsmanager:GetSecretValue action', code => 'VpceAccessDenied'),
	denied(call('DeleteSecret', '04-28 10:00:00', $ci, $second), 'no service control policy allows the secretsmanager:DeleteSecret action'),
	denied(call('ListSecrets', '04-28 11:00:00', $ci, undef), 'no identity-based policy allows the secretsmanager:ListSecrets action'),

	# Tried in two Regions within minutes; a rotation that is set up, but not begun.
	denied(call('GetSecretValue', '04-28 08:05:00', $eve, $replica, id => $replica->{arn}), 'no identity-based policy allows the secretsmanager:GetSecretValue action'),
	call('RotateSecret', '04-28 12:00:00', $ana, $second, request => { rotationLambdaARN => $function, rotationRules => { scheduleExpression => 'rate(7 days)' }, rotateImmediately => JSON::PP::false }),

	# Read from another account: a record in each.
	(map { call('GetSecretValue', '04-29 08:00:00', $partner, $second, id => $second->{arn}, record => { recipientAccountId => $_, sharedEventID => 'eeeeeeee-0000-4000-8000-000000000001' }) } $home, $abroad),

	# The root user; sign-ins; what the controls of CIS watch.
	call('DescribeSecret', '04-30 08:00:00', $root, $second),
	sign_in('04-30 09:00:00', $dev, mfa => 1),
	sign_in('04-30 09:10:00', $dev),
	sign_in('04-30 09:20:00', $eve, failure => 'Failed authentication'),
	event('cloudtrail.amazonaws.com', 'StopLogging', '04-30 10:00:00', $root, request => { name => 'main' }),
	denied(event('iam.amazonaws.com', 'PutUserPolicy', '04-30 11:00:00', $eve, request => { userName => 'eve' }), 'no identity-based policy allows the iam:PutUserPolicy action'),
);

new_database('story');
sql(q{SELECT cloudtrail_create_trail('audit')});
tell('audit', @story);
sql(q{SELECT cloudtrail_import('audit', 'damaged.json', '{"Records":[7]}'); SELECT cloudtrail_refresh_activity('audit') IS NULL; ANALYZE;
	UPDATE audit.settings SET as_of = '2024-06-01 00:00Z', bulk_secrets = 2, bulk_window = '1 day', rotation_due_after = '30 days', unused_after = '30 days'});
is(sql('SELECT count(*) FROM audit.raw_events'), scalar @story, 'the story is told: ' . @story . ' records');

# Shorter words for what is long.
my %word = (
	$first->{arn} => 'first', $second->{arn} => 'second', $replica->{arn} => 'replica', $beside->{arn} => 'beside', $first->{partial} => 'partial', $beside->{partial} => 'partial beside',
	$home => 'home', $abroad => 'abroad', $function => 'lambda', $key1 => 'key1', $key2 => 'key2', $ana->{arn} => 'ana', $app->{arn} => 'app', $lambda->{arn} => 'rotator', $dev->{arn} => 'dev',
	$ci->{arn} => 'ci', $eve->{arn} => 'eve', $partner->{arn} => 'partner', $root->{arn} => 'root', 'secretsmanager.amazonaws.com' => 'service',
	(map { version($_) => "v$_" } 1 .. 20), "arn:aws:kms:us-east-1:$home:key/default" => 'default key', '00:00:00+00' => '00:00:00', '+00' => '', '2024-' => '',
);
my $long = join '|', map { quotemeta } sort { length $b <=> length $a } keys %word;

# Reads what is expected: sections "== view: columns; rest of the query", then rows.
my (%columns, %rest, %rows, $view);
open my $in, '<', 'test/t/story.expected' or die $!;
while (<$in>)
{
	chomp;
	next if /^#/ || !length;
	if (/^== (\w+): ([^;]*);?(.*)/) { ($view, $columns{$1}, $rest{$1}, $rows{$1}) = ($1, $2, $3, []) }
	else { push @{ $rows{$view} }, $_ }
}
# Views that have all events, or on which others stand.
my @others = qw(error_patterns events replaced_events secret_answered_batches secret_automatic_writes secret_batch_pages secret_blind_batches secret_call_kinds secret_calls secret_life_events secret_lives secret_lone_batches secret_lookalikes secret_mentions secret_refusals secret_rotation_steps secret_signs secret_states secret_unanswered_batches secret_updates seen_sessions thresholds unproven_events);
is_deeply([ sort(keys %rows, @others) ], [ split ' ', sql(q{SELECT string_agg(relname, ' ' ORDER BY relname COLLATE "C") FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND (relkind = 'v' OR relname IN ('log_files', 'rejects'))}) ],
	'every view is expected something of');
for (sort keys %rows)
{
	my $result = eval { sql("SET timezone = 'UTC'; SELECT $columns{$_} FROM audit.$_ $rest{$_}") } // $@;
	my @got = map { s/($long)/$word{$1}/gr } split /\n/, $result;
	is(join("\n", sort @got), join("\n", sort @{ $rows{$_} }), "$_: " . @{ $rows{$_} } . ' rows');
}

# Wherever an event is shown with a secret, it is the same one.
my @with_secret = split /\n/, sql(q{SELECT attrelid::regclass FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
	WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v' GROUP BY 1 HAVING count(*) FILTER (WHERE attname IN ('event_key', 'secret_arn', 'secret_name')) = 3 ORDER BY 1});
cmp_ok(scalar @with_secret, '>', 10, @with_secret . ' views show events with secrets');
is(sql("SELECT count(*) FROM (SELECT event_key, secret_arn, secret_name FROM $_ EXCEPT SELECT event_key, secret_arn, secret_name FROM audit.secret_events) AS x"), 0,
	"$_ has the secrets that secret_events has") for grep { !/events\b|secret_kms_changes|secret_calls|secret_mentions/ } @with_secret;
done_testing();
