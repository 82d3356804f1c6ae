package Chains;

# Sessions, and the events that issue their credentials, as CloudTrail records
# them; on top of Story.
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Story;
our @EXPORT = qw(session issued issued_across aws_service vouched);

my $keys = 0;

# A session of a role: by key, name, time of creation; "path" before the role's name, "context" what else its sessionContext has.
sub session
{
	my ($role, $name, $created, %with) = @_;
	my $actor = role($role, $name, %{ { account => '111122223333', map { $_ => $with{$_} } grep { exists $with{$_} } qw(account ip) } });
	my $identity = $actor->{identity};
	my $path = $with{path} // '';
	$actor->{arn} = $identity->{sessionContext}{sessionIssuer}{arn} = "arn:aws:iam::$actor->{account}:role/$path$role";
	$identity->{accessKeyId} = exists $with{key} ? $with{key} : sprintf 'ASIA%012d', ++$keys;
	$identity->{sessionContext}{attributes}{creationDate} = '2024-' . ($created =~ s/ /T/r) . 'Z';
	$identity->{sessionContext}{$_} = $with{context}{$_} for keys %{ $with{context} // {} };
	$identity->{$_} = $with{identity}{$_} for keys %{ $with{identity} // {} };
	delete $identity->{accessKeyId} unless defined $identity->{accessKeyId};
	return $actor;
}

# The event that issued a session's credentials.  With: name, key in the response, time, record.
sub issued
{
	my ($caller, $session, %with) = @_;
	my $identity = $session->{identity};
	my ($role, $name) = $identity->{arn} =~ m{assumed-role/([^/]+)/(.*)};
	my $time = $with{time} // $identity->{sessionContext}{attributes}{creationDate} =~ s/^\d+-(.*)T(.*)Z$/$1 $2/r;
	return event('sts.amazonaws.com', $with{name} // 'AssumeRole', $time, $caller, request => { roleArn => $session->{arn}, roleSessionName => $name },
		response => { credentials => { accessKeyId => exists $with{key} ? $with{key} : $identity->{accessKeyId}, sessionToken => 'x', expiration => 'May 1, 2024, 9:00:00 PM' },
			assumedRoleUser => { assumedRoleId => $identity->{principalId}, arn => $identity->{arn} }, %{ $with{response} // {} } },
		record => { recipientAccountId => $session->{account}, readOnly => JSON::PP::true, %{ $with{record} // {} } });
}

# Both records of a call across accounts: the caller's account's, and that of the role's account, which has the caller's id only.
sub issued_across
{
	my ($caller, $session, %with) = @_;
	my $record = issued($caller, $session, %with);
	my $shared = sprintf 'eeeeeeee-0000-4000-8000-%012d', ++$keys;
	my $owner = { %$record, sharedEventID => $shared, eventID => $record->{eventID} =~ s/^c/e/r,
		userIdentity => { type => 'AWSAccount', principalId => $caller->{identity}{principalId}, accountId => $caller->{account} } };
	return ({ %$record, sharedEventID => $shared, recipientAccountId => $caller->{account} }, $owner);
}

# A service that calls.
sub aws_service { return { account => '111122223333', ip => $_[0], agent => $_[0], identity => { type => 'AWSService', invokedBy => $_[0] } } }

# Whom an identity provider vouches for.
sub vouched
{
	my ($type, $name, $provider) = @_;
	return { account => '111122223333', ip => '198.51.100.9', agent => 'x', identity => { type => $type, principalId => "$provider:$name", userName => $name, identityProvider => $provider } };
}

1;
