# Whom resource policies admit, by the words of secret_policy_changes: kinds of
# principals and conditions, as IAM evaluates them.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my $db = secret('shop/db', 'AbCdEf');
my $lambda = '{"Service":"lambda.amazonaws.com"}';
# What it is, principal (of NotPrincipal with "!" before it), condition, what it admits.
my @policies = (
	[ 'a service', $lambda, '{}', '{service}' ],
	[ 'a service, for one\'s own account', $lambda, '{"StringEquals":{"aws:SourceAccount":"${aws:ResourceAccount}"}}', '{"own account"}' ],
	[ 'a service, for another account', $lambda, qq({"StringEquals":{"aws:SourceAccount":"$abroad"}}), '{accounts}' ],
	[ 'a service, for the accounts of an organization', $lambda, '{"StringEquals":{"aws:SourceOrgID":"o-1"}}', '{organization}' ],
	[ 'a service, for those of one\'s own', $lambda, '{"StringEquals":{"aws:SourceOrgID":"${aws:ResourceOrgID}"}}', '{"own organization"}' ],
	[ 'a service, for paths of an organization', $lambda, '{"ForAnyValue:StringLike":{"aws:SourceOrgPaths":"o-1/r-2/*"}}', '{organization}' ],
	[ 'a service, for any organization', $lambda, '{"StringLike":{"aws:SourceOrgID":"o-*"}}', '{service}' ],
	[ 'a service, for an organization if there is one', $lambda, '{"StringEqualsIfExists":{"aws:SourceOrgID":"o-1"}}', '{service}' ],
	[ 'all but one', qq(!{"AWS":"$abroad"}), '{}', '{public}' ],
	[ 'all but one, of an organization', qq(!{"AWS":"$abroad"}), '{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}', '{organization}' ],
	[ 'all values, of none', '"*"', '{"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-1/"}}', '{public}' ],
	[ 'anybody not of an organization', '"*"', '{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}', '{public}' ],
);
# Statements as they are, and what they admit together.
my $anybody = '{"Effect":"Allow","Principal":"*","Action":"secretsmanager:GetSecretValue","Resource":"*"}';
my $deny = sub { my ($condition, $who) = @_; return '{"Effect":"Deny",' . ($who // '"Principal":"*"') . ',"Action":"secretsmanager:*","Resource":"*"' . ($condition ? qq(,"Condition":$condition) : '') . '}' };
my $not_of = '{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}';
my @several = (
	[ 'anybody, but nobody outside an organization', [ $anybody, $deny->($not_of) ], '{organization}' ],
	[ 'nor AWS services', [ $anybody, $deny->('{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}') ], '{organization,service}' ],
	[ 'of one\'s own', [ $anybody, $deny->('{"StringNotEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}') ], '{"own organization"}' ],
	[ 'of one\'s own account', [ $anybody, $deny->('{"StringNotEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}') ], '{"own account"}' ],
	[ 'but for one account', [ $anybody, $deny->('', qq("NotPrincipal":{"AWS":"arn:aws:iam::$abroad:root"})) ], '{accounts}' ],
	[ 'through an endpoint alone', [ $anybody, $deny->('{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}') ], '{network}' ],
	[ 'from addresses, or by a service that somebody has call', [ $anybody, $deny->('{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"},"Bool":{"aws:ViaAWSService":"false"}}') ], '{network,undecided}' ],
	[ 'by TLS', [ $anybody, $deny->('{"Bool":{"aws:SecureTransport":"false"}}') ], '{public}' ],
	[ 'an organization, through an endpoint', [ $anybody, $deny->($not_of), $deny->('{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}') ], '{organization}' ],
	[ 'nobody at all', [ $anybody, $deny->('') ], '{}' ],
	[ 'the Deny first', [ $deny->($not_of), $anybody ], '{organization}' ],
	[ 'an account that is refused', [ qq({"Effect":"Allow","Principal":{"AWS":["$abroad","$home"]},"Action":"secretsmanager:GetSecretValue","Resource":"*"}), $deny->('', qq("Principal":{"AWS":"arn:aws:iam::$abroad:root"})) ], '{"own account"}' ],
	[ 'all but writes are refused', [ '{"Effect":"Allow","Principal":"*","Action":"secretsmanager:*","Resource":"*"}', '{"Effect":"Deny","Principal":"*","Action":"secretsmanager:Get*","Resource":"*"}' ], '{public}' ],
);
push @policies,
	[ 'an account, in a request that names one', '"*"', qq({"StringEqualsIfExists":{"aws:PrincipalAccount":"$abroad"}}), '{accounts}' ],
	[ 'the sessions of a role, by its id', '"*"', '{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}', '{undecided}' ],
	[ 'AWS services', '"*"', '{"Bool":{"aws:PrincipalIsAWSService":"true"}}', '{service}' ],
	[ 'AWS services, for one\'s own account', '"*"', '{"Bool":{"aws:PrincipalIsAWSService":"true"},"StringEquals":{"aws:SourceAccount":"${aws:ResourceAccount}"}}', '{"own account"}' ],
	[ 'a network', '"*"', '{"StringEquals":{"aws:SourceVpc":"vpc-1"}}', '{network}' ],
	[ 'a network, by its ARN', '"*"', qq({"ArnEquals":{"aws:SourceVpcArn":"arn:aws:ec2:us-east-1:$abroad:vpc/vpc-1"}}), '{network}' ],
	[ 'the endpoints of an account', '"*"', qq({"StringEquals":{"aws:VpceAccount":"$home"}}), '{network}' ],
	[ 'the endpoints of an organization', '"*"', '{"StringEquals":{"aws:VpceOrgID":"${aws:ResourceOrgID}"}}', '{network}' ],
	[ 'any endpoint', '"*"', '{"StringLike":{"aws:SourceVpce":"vpce-*"}}', '{public}' ],
	[ 'all values, of some', '"*"', '{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"},"Null":{"aws:PrincipalOrgPaths":"false"}}', '{organization}' ];

new_database('stories_policies');
my $n = 0;
story('Policies', '', map {
		my $who = $_->[1] =~ /^!(.*)/ ? qq("NotPrincipal":$1) : qq("Principal":$_->[1]);
		call('PutResourcePolicy', sprintf('05-01 08:%02d:00', $n++), $deploy, $db,
			request => { resourcePolicy => qq({"Statement":[{"Effect":"Allow",$who,"Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":$_->[2]}]}) })
	} @policies);
answer($policies[$_][0], sprintf("SELECT admits FROM secret_policy_changes WHERE event_time = '2024-05-01 08:%02d:00Z'", $_), $policies[$_][3]) for 0 .. $#policies;

$n = 0;
story('Policies that deny', '', map { call('PutResourcePolicy', sprintf('05-01 09:%02d:00', $n++), $deploy, $db, request => { resourcePolicy => '{"Statement":[' . join(',', @{ $_->[1] }) . ']}' }) } @several);
answer($several[$_][0], sprintf("SELECT admits, is_public FROM secret_policy_changes WHERE event_time = '2024-05-01 09:%02d:00Z'", $_), "$several[$_][2]|" . ($several[$_][2] eq '{public}' ? 't' : 'f')) for 0 .. $#several;
done_testing();
