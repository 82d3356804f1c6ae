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
new_database('stories_policies');
my $n = 0;
story('Policies', '', map {
		my $who = $_->[1] =~ /^!(.*)/ ? qq("NotPrincipal":$1) : qq("Principal":$_->[1]);
		call('PutResourcePolicy', sprintf('05-01 08:%02d:00', $n++), $deploy, $db,
			request => { resourcePolicy => qq({"Statement":[{"Effect":"Allow",$who,"Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":$_->[2]}]}) })
	} @policies);
answer($policies[$_][0], sprintf("SELECT admits FROM secret_policy_changes WHERE event_time = '2024-05-01 08:%02d:00Z'", $_), $policies[$_][3]) for 0 .. $#policies;
done_testing();
