package Story;

# Tells stories of secrets: CloudTrail records with the shape that each call to
# Secrets Manager and each of the service's own events has, from a time, an
# actor and what differs.
#
# Times are like '03-01 09:00:00', of the year 2024.  A record is a hash, which
# a test may change before it is told.
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Storable 'dclone';
use CloudtrailTest;
our @EXPORT = qw(secret version user role stranger root_user call batch decrypted denied failed notice event sign_in twins again log_file tell);

my $MANAGER = 'secretsmanager.amazonaws.com';
my $json = JSON::PP->new->canonical->utf8;
my $events = 0;

# What the calls to Secrets Manager have in common with themselves.  "by" is
# the member that names the secret, "token" the one that gives the version, if
# there is one, "answer" what responseElements holds; without, it is null.
my %CALL = (
	GetSecretValue => { by => 'secretId', token => 'versionId', read => 1 },
	BatchGetSecretValue => { read => 1 },
	DescribeSecret => { by => 'secretId', read => 1 },
	ListSecretVersionIds => { by => 'secretId', read => 1 },
	GetResourcePolicy => { by => 'secretId', read => 1 },
	ListSecrets => { read => 1 },
	GetRandomPassword => { read => 1 },
	ValidateResourcePolicy => { by => 'secretId', read => 1 },
	CreateSecret => { by => 'name', token => 'clientRequestToken', answer => [qw(arn name versionId)] },
	PutSecretValue => { by => 'secretId', token => 'clientRequestToken', answer => [qw(arn versionId)] },
	UpdateSecret => { by => 'secretId', token => 'clientRequestToken', answer => [qw(arn name versionId)] },
	UpdateSecretVersionStage => { by => 'secretId', answer => [qw(arn name)] },
	DeleteSecret => { by => 'secretId', answer => [qw(aRN name)] },
	RestoreSecret => { by => 'secretId', answer => [qw(arn name)] },
	RotateSecret => { by => 'secretId', token => 'clientRequestToken', answer => [qw(arn name versionId)] },
	CancelRotateSecret => { by => 'secretId', answer => [qw(arn name)] },
	PutResourcePolicy => { by => 'secretId', answer => [qw(arn name)] },
	DeleteResourcePolicy => { by => 'secretId', answer => [qw(arn name)] },
	TagResource => { by => 'secretId' },
	UntagResource => { by => 'secretId' },
	ReplicateSecretToRegions => { by => 'secretId', answer => ['arn'] },
	RemoveRegionsFromReplication => { by => 'secretId', answer => ['arn'] },
	StopReplicationToReplica => { by => 'secretId', answer => ['arn'] },
	AssociateCrossAccountReplica => { by => 'secretId', answer => ['arn'] },
	DisassociateCrossAccountReplica => { by => 'secretId', answer => ['arn'] },
	AcceptCrossAccountReplication => { by => 'secretId', answer => ['arn'] },
);

# A secret: its ARN, and the partial one, which lacks the suffix.
sub secret
{
	my ($name, $suffix, %with) = @_;
	my %secret = (name => $name, suffix => $suffix, account => '111122223333', region => 'us-east-1', %with);
	$secret{partial} = "arn:aws:secretsmanager:$secret{region}:$secret{account}:secret:$name";
	$secret{arn} = "$secret{partial}-$suffix";
	return \%secret;
}

# The id of a version, of a number.
sub version { return sprintf 'aaaaaaaa-0000-4000-8000-%012d', $_[0] }

# Somebody with an access key of their own.
sub user
{
	my ($name, %with) = @_;
	my %actor = (account => '111122223333', ip => '198.51.100.7', agent => 'aws-cli/2.15.0', %with);
	$actor{arn} = "arn:aws:iam::$actor{account}:user/$name";
	$actor{identity} = { type => 'IAMUser', principalId => "AIDA$name", arn => $actor{arn}, accountId => $actor{account}, accessKeyId => "AKIA$name", userName => $name };
	return \%actor;
}

# A session of a role.
sub role
{
	my ($name, $session, %with) = @_;
	my %actor = (account => '111122223333', ip => '10.0.0.5', agent => 'Boto3/1.34.0', %with);
	$actor{arn} = "arn:aws:iam::$actor{account}:role/$name";
	$actor{identity} = {
		type => 'AssumedRole', principalId => "AROA$name:$session", accountId => $actor{account}, accessKeyId => "ASIA$name",
		arn => "arn:aws:sts::$actor{account}:assumed-role/$name/$session",
		sessionContext => {
			sessionIssuer => { type => 'Role', principalId => "AROA$name", arn => $actor{arn}, accountId => $actor{account}, userName => $name },
			webIdFederationData => {}, attributes => { creationDate => '2024-01-01T00:00:00Z', mfaAuthenticated => 'false' },
		},
	};
	return \%actor;
}

# A session of a role of another account, as the record of the secret's account has it.
sub stranger
{
	my ($role, %with) = @_;
	return { %$role, %with, identity => { type => 'AWSAccount', principalId => $role->{identity}{principalId}, accountId => $role->{account} } };
}

# The root user of an account, signed in with MFA.
sub root_user
{
	my ($account) = @_;
	my $arn = "arn:aws:iam::$account:root";
	return {
		account => $account, ip => '203.0.113.9', agent => 'Mozilla/5.0', arn => $arn,
		identity => {
			type => 'Root', principalId => $account, arn => $arn, accountId => $account, accessKeyId => 'ASIAroot',
			sessionContext => { attributes => { creationDate => '2024-01-01T00:00:00Z', mfaAuthenticated => 'true' } },
		},
	};
}

# A copy that can be changed without changing the original.
sub copy { return dclone($_[0]) }

# An event of any service.  With: request, response, region, record, whose members replace the record's.
sub event
{
	my ($source, $name, $time, $actor, %with) = @_;
	return {
		eventVersion => '1.08', eventTime => '2024-' . ($time =~ s/ /T/r) . 'Z', eventSource => $source, eventName => $name,
		awsRegion => $with{region} // 'us-east-1', userIdentity => copy($actor->{identity}), sourceIPAddress => $actor->{ip}, userAgent => $actor->{agent},
		requestParameters => $with{request}, responseElements => $with{response}, requestID => sprintf('bbbbbbbb-0000-4000-8000-%012d', ++$events),
		eventID => sprintf('cccccccc-0000-4000-8000-%012d', $events), readOnly => JSON::PP::false, eventType => 'AwsApiCall', managementEvent => JSON::PP::true,
		recipientAccountId => $actor->{account}, eventCategory => 'Management', %{ $with{record} // {} },
	};
}

# A call to Secrets Manager.  With: id, the secret as the caller names it
# instead of by name; version; request and answer, what else they hold.
sub call
{
	my ($name, $time, $actor, $secret, %with) = @_;
	my $shape = $CALL{$name} or die "no call: $name";
	my %known = $secret ? (arn => $secret->{arn}, aRN => $secret->{arn}, name => $secret->{name}) : ();
	my %request = %{ $with{request} // {} };
	my $response;
	$known{versionId} = $with{version} if defined $with{version};
	$request{ $shape->{by} } = $with{id} // $secret->{name} if $shape->{by} && $secret;
	$request{ $shape->{token} } = $with{version} if $shape->{token} && defined $with{version};
	$response = { (map { $_ => $known{$_} } grep { exists $known{$_} } @{ $shape->{answer} }), %{ $with{answer} // {} } } if $shape->{answer};
	return event($MANAGER, $name, $time, $actor, request => \%request, response => $response, region => $with{region} // ($secret && $secret->{region}),
		record => { readOnly => $shape->{read} ? JSON::PP::true : JSON::PP::false, %{ $with{record} // {} } });
}

# A batch that names secrets.
sub batch
{
	my ($time, $actor, @ids) = @_;
	return call('BatchGetSecretValue', $time, $actor, undef, request => { secretIdList => \@ids });
}

# A read or write and, a second later, what the key service did for it.
# With: key; version, if it is not that of the call.
sub decrypted
{
	my ($call, $secret, %with) = @_;
	my $version = $with{version} // $call->{requestParameters}{versionId} // $call->{requestParameters}{clientRequestToken};
	my $name = $call->{readOnly} ? 'Decrypt' : 'GenerateDataKey';
	my $record = copy($call);
	$record->{eventTime} =~ s/(\d\d)Z$/sprintf '%02dZ', $1 + 1/e;
	$record->{userIdentity}{invokedBy} = $MANAGER;
	return $call, {
		%$record, eventSource => 'kms.amazonaws.com', eventName => $name, eventID => $call->{eventID} =~ s/^c/d/r, requestID => $call->{requestID} =~ s/^b/d/r,
		sourceIPAddress => $MANAGER, userAgent => $MANAGER, readOnly => JSON::PP::true, responseElements => undef,
		requestParameters => {
			($name eq 'Decrypt' ? (encryptionAlgorithm => 'SYMMETRIC_DEFAULT') : (keyId => 'alias/aws/secretsmanager', keySpec => 'AES_256')),
			encryptionContext => { SecretARN => $secret->{arn}, SecretVersionId => $version },
		},
		resources => [ { accountId => $secret->{account}, type => 'AWS::KMS::Key', ARN => $with{key} // "arn:aws:kms:$secret->{region}:$secret->{account}:key/default" } ],
	};
}

# A call that fails with an error that tells no more than it says.
sub failed
{
	my ($record, $code, $message) = @_;
	return { %$record, errorCode => $code, errorMessage => $message, responseElements => undef };
}

# A call that is refused: requestParameters are null, and only the message
# names the secret, as the caller did.
sub denied
{
	my ($record, $because, %with) = @_;
	my $action = ($record->{eventSource} =~ s/\..*//r) . ":$record->{eventName}";
	my $given = $record->{requestParameters}{secretId} // $record->{requestParameters}{name};
	my $resource = defined $given ? " on resource: $given" : '';
	return {
		%$record, errorCode => $with{code} // 'AccessDenied', requestParameters => undef, responseElements => undef,
		errorMessage => "User: " . ($record->{userIdentity}{arn} // 'unknown') . " is not authorized to perform: $action$resource because $because",
	};
}

# One of Secrets Manager's own events.  With: token, of rotations; due and
# forced, of deletions; replica, of replications; version; message.
sub notice
{
	my ($name, $time, $secret, %with) = @_;
	my $about = $name =~ /SecretVersionDelete$/ ? { ARN => $secret->{arn}, Name => $secret->{name} } : { SecretId => $secret->{arn} };
	my %more;
	$about->{SecretVersionId} = $with{version} if $with{version};
	$about->{ReplicaRegion} = $with{replica} if $with{replica};
	$more{requestID} = "Rotation-$secret->{arn}-$with{token}" if $with{token};
	$more{requestID} = "SecretDeleteMessage:$secret->{arn}:$with{due}" . ($with{forced} ? ':Forced' : '') if $with{due};
	$more{errorMessage} = $with{message} if $with{message};
	my $service = { account => $secret->{account}, identity => { accountId => $secret->{account}, invokedBy => $MANAGER }, ip => $MANAGER, agent => $MANAGER };
	return event($MANAGER, $name, $time, $service, region => $secret->{region}, record => { eventType => 'AwsServiceEvent', additionalEventData => $about, %more });
}

# A sign-in to the console.  With: mfa, failure.
sub sign_in
{
	my ($time, $actor, %with) = @_;
	return event('signin.amazonaws.com', 'ConsoleLogin', $time, $actor, response => { ConsoleLogin => $with{failure} ? 'Failure' : 'Success' },
		record => {
			eventType => 'AwsConsoleSignIn',
			additionalEventData => { LoginTo => 'https://console.aws.amazon.com/console/home', MobileVersion => 'No', MFAUsed => $with{mfa} ? 'Yes' : 'No' },
			$with{failure} ? (errorMessage => $with{failure}) : (),
		});
}

# The two records of a call across accounts: the caller's, and that of the secret's account.
sub twins
{
	my ($record, $owner) = @_;
	my $shared = $record->{eventID} =~ s/^c/e/r;
	return { %$record, sharedEventID => $shared },
		{ %$record, sharedEventID => $shared, eventID => $record->{eventID} =~ s/^c/f/r, recipientAccountId => $owner,
			userIdentity => { type => 'AWSAccount', map { $_ => $record->{userIdentity}{$_} } qw(principalId accountId) } };
}

# A record, and the same delivered again with more data.
sub again
{
	my ($record) = @_;
	return $record, { %$record, eventID => $record->{eventID} =~ s/^c/a/r,
		addendum => { reason => 'UPDATED_DATA', updatedFields => 'tlsDetails', originalEventID => $record->{eventID} } };
}

# A log file of records.
sub log_file { return $json->encode({ Records => [@_] }) }

# Imports records into a trail as CloudTrail delivers them: log files of an
# account, Region and day.
sub tell
{
	my ($trail, @records) = @_;
	my %file;
	push @{ $file{ join '|', $_->{recipientAccountId}, $_->{awsRegion}, substr $_->{eventTime}, 0, 10 } }, $_ for @records;
	for (sort keys %file)
	{
		my ($account, $region) = split /\|/;
		my ($last) = sort { $b cmp $a } map { $_->{eventTime} =~ s/:\d\dZ$//r =~ s/[-:]//gr } @{ $file{$_} };
		my $log = server_file('story.json', log_file(@{ $file{$_} }));
		my $key = "AWSLogs/$account/CloudTrail/$region/${account}_CloudTrail_${region}_${last}Z_story.json.gz";
		sql("SELECT cloudtrail_import('$trail', '$key', pg_read_binary_file('$log'))");
	}
}

1;
