# Many chains of sessions at once, of every kind of sign-in, through accounts,
# with names that are used again, events that are missing and others that are
# forged: each read is told by its true origin, or by none, never by another.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use CloudtrailTest;
use Story;
use Chains;

my $seed = $ENV{SESSIONS_SEED} // 11;
my $chains = $ENV{SESSIONS_CHAINS} // 1500;
note("seed $seed");
srand $seed;

my @accounts = qw(111122223333 444455556666 777788889999);
my $evil = '999900001111';
my $db = secret('shop/db', 'AbCdEf');

# A time in an hour of a day, by second; few enough that some are the same.
sub at { my ($second) = @_; return sprintf '05-01 %02d:%02d:%02d', int($second / 3600), int($second / 60) % 60, $second % 60 }
sub one_of { return $_[ int rand @_ ] }

# How a chain begins: its first session, the events that issued it, and who stands behind it.
sub beginning
{
	my ($kind, $second, $account) = @_;
	my $name = one_of(qw(deploy ci ana app));
	my $role = sprintf '%s%d%s', ucfirst $kind, int rand 4, substr $account, 0, 1;
	my $time = at($second);
	if ($kind eq 'user')
	{
		my $user = user(one_of(qw(ana bob eve)) . substr($account, 0, 1), account => $account);
		my $first = session($role, $name, $time, account => $account);
		return ($first, $user->{arn}, issued($user, $first));
	}
	if ($kind eq 'sso')
	{
		my $person = one_of('pat', 'kim') . '@example.com';
		return (session("AWSReservedSSO_$role", $person, $time, account => $account, path => 'aws-reserved/sso.amazonaws.com/'), $person);
	}
	if ($kind eq 'instance')
	{
		my $instance = sprintf 'i-%017x', int rand 1000;
		return (session($role, $instance, $time, account => $account, context => { ec2RoleDelivery => '2.0' }), "ec2.amazonaws.com/$instance");
	}
	my $first = session($role, $name, $time, account => $account);
	if ($kind eq 'saml')
	{
		my $person = one_of('lee', 'max') . '@corp.example';
		return ($first, $person, issued(vouched('SAMLUser', $person, 'corp='), $first, name => 'AssumeRoleWithSAML', key => 'ASIAOTHER' . int rand 1e6));
	}
	if ($kind eq 'lambda')
	{
		return ($first, "lambda.amazonaws.com/$name", issued(aws_service('lambda.amazonaws.com'), $first));
	}
	my $pod = 'system:serviceaccount:pay:' . one_of('api', 'worker');
	return ($first, "oidc.eks.us-east-1.amazonaws.com/id/E1:$pod", issued(vouched('WebIdentityUser', $pod, "arn:aws:iam::$account:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/E1"), $first, name => 'AssumeRoleWithWebIdentity'));
}

# Tells a chain: its records, the read's id, its true origin, and whether all of it is there.
sub chain
{
	my ($second, $account) = (int rand 4000, one_of(@accounts));
	my $kind = one_of(qw(user user sso instance saml lambda pod));
	my ($session, $origin, @first) = beginning($kind, $second, $account);
	my @steps = @first ? [@first] : ();
	for (1 .. int rand 5)
	{
		my $next_account = rand() < 0.3 ? one_of(@accounts) : $account;
		$second += int rand 3;
		my $next = session('Step' . int(rand 3) . substr($next_account, 0, 1), one_of(qw(deploy ci)), at($second), account => $next_account);
		push @steps, $next_account eq $account ? [ issued($session, $next) ] : [ issued_across($session, $next) ];
		($session, $account) = ($next, $next_account);
	}
	my $read = call('GetSecretValue', at($second + int rand 7200), $session, $db, id => $db->{arn}, record => { recipientAccountId => $account });
	my $whole = 1;
	# Something is missing: an event, or one account's record of it.
	if (@steps && rand() < 0.2)
	{
		my $step = $steps[ int rand @steps ];
		splice @$step, int rand @$step, 1;
		$whole = 0;
	}
	# Another account's log claims to have issued the session.
	my @forged = rand() < 0.1 ? issued(user('mallory', account => $evil), $session, record => { recipientAccountId => $evil }) : ();
	return { records => [ (map { @$_ } @steps), @forged, $read ], read => $read->{eventID}, origin => $origin, whole => $whole, by_name => $kind eq 'saml' };
}

new_database('sessions_truth');
sql(q{SELECT cloudtrail_create_trail('audit')});
my @chains = map { chain() } 1 .. $chains;
my @records = map { @{ $_->{records} } } @chains;
tell('audit', sort { rand() < 0.5 ? -1 : 1 } @records);
is(sql('SELECT count(*) FROM audit.raw_events'), scalar @records, scalar(@records) . ' records');
sql('ANALYZE');
my %found = map { my ($key, $kind, $origin, $method) = split /\|/, $_, -1; $key => { kind => $kind, origin => $origin, method => $method } }
	split /\n/, sql('SELECT event_key, origin_kind, origin, origin_method FROM audit.secret_reads');
is(scalar keys %found, $chains, 'a read for each chain');
my @named = grep { $found{ $_->{read} }{origin} ne '' } @chains;
is_deeply([ map { "$_->{read}: $found{ $_->{read} }{origin}, not $_->{origin}" } grep { $found{ $_->{read} }{origin} ne $_->{origin} } @named ], [], scalar(@named) . ' origins, none of them wrong');
is_deeply([ grep { $_->{kind} eq 'unknown' xor $_->{origin} eq '' } values %found ], [], 'all others are unknown');
my @whole = grep { $_->{whole} } @chains;
my @unresolved = grep { $found{ $_->{read} }{origin} eq '' } @whole;
is_deeply([ map { $found{ $_->{read} }{method} } grep { !$_->{by_name} } @unresolved ], [], scalar(@whole) . ' chains that are whole are resolved');
is_deeply([ grep { $_ ne 'several callers fit' } map { $found{ $_->{read} }{method} } @unresolved ], [], 'but those by SAML of which several fit: ' . @unresolved);
cmp_ok(scalar @named, '<', $chains, $chains - @named . ' are not');
my %reason;
$reason{ $_->{method} }++ for grep { $_->{kind} eq 'unknown' } values %found;
is_deeply([ grep { !/^(issuing event not in the trail|only another account's record shows it|only the session name is known|several callers fit)$/ } keys %reason ], [], 'with a reason each: ' . join ', ', map { "$_ $reason{$_}" } sort keys %reason);
done_testing();
