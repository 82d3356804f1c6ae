# Callers that no ARN names: users of IAM Identity Center, of SAML and web
# identity providers, federated users, and whole accounts.  Views about secrets
# name the person, never an account's number, and have one row a call.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my $db = secret('shop/db', 'AbCdEf');
my $other = secret('shop/api', 'AbCdEf');

new_database('stories_people');

# Somebody by their identity as the record has it, of an account.
sub known_by { my ($account, %identity) = @_; return { account => $account, ip => '198.51.100.3', agent => 'x', identity => { accountId => $account, %identity } } }
sub center { my ($account, $id, %more) = @_; return known_by($account, type => 'IdentityCenterUser', credentialId => 'c', $id ? (onBehalfOf => { userId => $id, identityStoreArn => 'x' }) : (), %more) }

my %people = (
	'identity center user, by id' => [ sub { center($_[0], "94-$_[1]") }, '94-%s' ],
	'identity center user, as before July 2025' => [ sub { center($_[0], undef, principalId => $_[0], userName => "$_[1]\@example.com") }, '%s@example.com' ],
	'identity center user, with both' => [ sub { center($_[0], "94-$_[1]", principalId => "94-$_[1]", userName => "$_[1]\@example.com") }, '94-%s' ],
	'saml user' => [ sub { known_by($_[0], type => 'SAMLUser', principalId => "q=:$_[1]\@example.com", userName => "$_[1]\@example.com", identityProvider => 'q=') }, 'q=:%s@example.com' ],
	'web identity user' => [ sub { known_by($_[0], type => 'WebIdentityUser', principalId => "accounts.google.com:app:$_[1]", userName => $_[1], identityProvider => 'accounts.google.com') }, 'accounts.google.com:app:%s' ],
);
# All calls of two people at once, who read, try, batch and write.
sub calls
{
	my ($who) = @_;
	return (got('05-01 08:00:00', $who, $db->{arn}), batch('05-02 08:00:00', $who, $db->{arn}, $other->{arn}), got('05-02 08:00:01', $who, $other->{arn}),
		denied(got('05-03 08:00:00', $who, $db->{arn}), 'no resource-based policy allows the action'), call('PutSecretValue', '05-04 08:00:00', $who, $db, id => $db->{arn}, version => version($who->{n} // 2)),
		failed(got('05-05 08:00:00', $who, secret('shop/none', 'AbCdEf')->{arn}), 'ResourceNotFoundException', 'not there'));
}
my @views = qw(secret_reads secret_last_access secret_first_time_reader secret_denied secret_probes secret_manual_changes secret_events access_denied);
for my $kind (sort keys %people)
{
	my ($make, $name) = @{ $people{$kind} };
	for my $where ('at home', 'abroad')
	{
		my ($pat, $kim) = map { $make->($where eq 'abroad' ? $abroad : $home, $_) } qw(pat kim);
		$kim->{n} = 3;
		my @records = map { $where eq 'abroad' ? twins($_, $home) : $_ } calls($pat), calls($kim);
		# The owner's record of who has no unique id names the account alone.
		for my $record (grep { ($_->{userIdentity}{type} // '') eq 'AWSAccount' } @records) { delete $record->{userIdentity}{principalId} if !defined $record->{userIdentity}{principalId} || $record->{userIdentity}{principalId} eq $abroad }
		story("$kind, $where", '', created('01-01 08:00:00', $db), created('01-01 08:00:00', $other), @records);
		my @names = map { sprintf $name, $_ } qw(kim pat);
		answer("$kind, $where: $_ names them", "SELECT DISTINCT actor FROM $_ WHERE actor NOT LIKE '%role/Deploy'", @names) for @views;
		answer("$kind, $where: each read once", 'SELECT actor, secret_name, outcome, via_batch FROM secret_reads',
			map { ("$_|shop/db|succeeded|f", "$_|shop/db|unknown|t", "$_|shop/api|succeeded|t", "$_|shop/db|denied|f", "$_|shop/none|failed|f") } @names);
		answer("$kind, $where: and counted once", 'SELECT actor, secret_name, reads, denied, unknown FROM secret_last_access', map { ("$_|shop/db|1|1|1", "$_|shop/api|1|0|0", "$_|shop/none|0|0|0") } @names);
		answer("$kind, $where: no account's number is a caller", q{SELECT DISTINCT caller FROM secret_reads WHERE caller ~ '^[0-9]{12}$|^account '});
		answer("$kind, $where: across accounts", 'SELECT DISTINCT actor FROM secret_cross_account', $where eq 'abroad' ? @names : ());
		answer("$kind, $where: refused once", 'SELECT actor, attempts FROM secret_denied', map { "$_|1" } @names);
		answer("$kind, $where: not found once", 'SELECT actor, attempts, distinct_ids FROM secret_probes', map { "$_|1|1" } @names);
	}
}

# A whole account as the caller of one call, and its root user as that of another.
my $nobody = known_by($abroad, type => 'AWSAccount', principalId => $abroad);
my $root = root_user($abroad);
my $rooted = got('05-02 08:00:00', $root, $db->{arn});
story('An account whose root user calls, too', '', created('01-01 08:00:00', $db), got('05-01 08:00:00', $nobody, $db->{arn}, record => { recipientAccountId => $home }), twins($rooted, $home));
answer('the call of which only the account is known is not root\'s', 'SELECT event_time, actor, actor_kind FROM secret_reads', "05-01 08|account $abroad|account", "05-02 08|arn:aws:iam::$abroad:root|root");

# Federated users act by the user who vouches for them, by their own names; sessions of roles by the role.
my $ana = user('ana');
sub federated { my ($name) = @_; return { %$ana, identity => { type => 'FederatedUser', principalId => "$home:$name", arn => "arn:aws:sts::$home:federated-user/$name", accountId => $home, accessKeyId => "ASIA$name",
	sessionContext => { sessionIssuer => { type => 'IAMUser', principalId => 'AIDAana', arn => $ana->{arn}, accountId => $home, userName => 'ana' }, attributes => { creationDate => '2024-05-01T07:00:00Z', mfaAuthenticated => 'false' } } } } }
story('Two federated users', '', created('01-01 08:00:00', $db), map { got('05-01 08:00:00', federated($_), $db->{arn}) } qw(pat kim));
answer('are told apart', 'SELECT actor, session_name, caller FROM secret_reads', map { "ana|$_|$home:$_" } qw(pat kim));
my @daily = map { call('DescribeSecret', sprintf('05-%02d 12:00:00', $_), role('App', 's'), $db) } 1 .. 31;
story('A batch that filters, of a federated user, before the first read of the user who vouches', q{coverage_gap = '3 days'}, @daily, created('05-01 08:00:00', $db),
	call('BatchGetSecretValue', '05-10 08:00:00', federated('pat'), undef, request => { filters => [ { key => 'name', values => ['shop'] } ] }), got('05-20 08:00:00', $ana, $db->{arn}));
answer('may have been a read of the same actor', 'SELECT actor, conclusive FROM secret_first_time_reader', 'ana|f');
done_testing();
