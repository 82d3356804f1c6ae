# Who it really was: sessions, by every kind of sign-in and through chains of
# roles, back to whoever stands behind them; and forgers, who must not make
# anybody else stand there.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use CloudtrailTest;
use Story;
use Chains;

my ($home, $abroad, $evil) = qw(111122223333 444455556666 999900001111);
my $db = secret('shop/db', 'AbCdEf');

sub got { my ($time, $actor, %with) = @_; return call('GetSecretValue', $time, $actor, $db, %with) }

# Tells a story in a trail of its own.
sub story
{
	my ($title, @records) = @_;
	note($title);
	sql(q{DROP SCHEMA IF EXISTS audit CASCADE; SELECT cloudtrail_create_trail('audit')});
	tell('audit', @records);
}

# What a question must be answered: rows as psql prints them, in any order, with short words for long ones.
sub answer
{
	my ($title, $question, @rows) = @_;
	my $got = eval { scalar sql("SET search_path = audit, public; SET timezone = 'UTC'; $question") } // $@;
	$got =~ s/arn:aws:iam::\d+:(role|user)\/(\w+)/$2/g;
	$got =~ s/2024-//g;
	$got =~ s/(\d\d):00:00\+00/$1/g;
	is(join("\n", sort split /\n/, $got), join("\n", sort @rows), $title);
}

# Who stands behind each read.
sub origins
{
	my ($title, @rows) = @_;
	answer($title, 'SELECT event_time, origin_kind, origin, origin_method FROM secret_calls WHERE event_source = \'secretsmanager.amazonaws.com\'', @rows);
}

# How many links each session has, and where they end.
sub lineage
{
	my ($title, @rows) = @_;
	answer($title, q{SELECT session_name, string_agg(event_name || ' by ' || coalesce(caller, '?') || ' (' || method || ')', ', ' ORDER BY depth) FILTER (WHERE depth > 0), min(origin_kind), min(origin)
		FROM session_lineage GROUP BY access_key_id, principal_id, session_name, created_at}, @rows);
}

new_database('sessions');

my $ana = user('ana');
my $deploy = session('Deploy', 'ci', '05-01 08:00:00');
story('A user assumes a role', issued($ana, $deploy), got('05-01 09:00:00', $deploy));
origins('stands behind it', '05-01 09|human|ana|iam user');
lineage('by its key', 'ci|AssumeRole by ana (access key)|human|ana');
answer('and the row says where', 'SELECT depth, event_time, issuer_account_id, caller_access_key_id, missing_account_id, covered_regions FROM session_lineage', '0|||||', "1|05-01 08|$home|AKIAana||");

story('The event that issued the credentials comes last', got('05-01 09:00:00', $deploy), issued($ana, $deploy));
origins('order of arrival is nothing', '05-01 09|human|ana|iam user');
story('It has a later time than the first use', issued($ana, $deploy, time => '05-01 08:00:30'), got('05-01 08:00:29', $deploy));
origins('by some seconds', '05-01 08:00:29+00|human|ana|iam user');
story('A day later it is not the one', issued($ana, $deploy, time => '05-02 08:00:00'), got('05-01 09:00:00', $deploy));
origins('nothing is issued after it was used', '05-01 09|unknown||issuing event not in the trail');

my @chain = map { session("R$_", "s$_", "05-01 08:0$_:00") } 1 .. 5;
story('A chain of five roles', got('05-01 09:00:00', $chain[4]), issued($ana, $chain[0]), map { issued($chain[ $_ - 1 ], $chain[$_]) } 1 .. 4);
origins('ends at the user', '05-01 09|human|ana|iam user');
answer('by as many steps', q{SELECT depth, caller, caller_name FROM session_lineage WHERE session_name = 's5' AND depth > 0}, '1|R4|s4', '2|R3|s3', '3|R2|s2', '4|R1|s1', '5|ana|');
story('A chain with a link missing', got('05-01 09:00:00', $chain[4]), map { issued($chain[ $_ - 1 ], $chain[$_]) } 2 .. 4);
origins('ends there', '05-01 09|unknown||issuing event not in the trail');
answer('and says whose trail would have it', q{SELECT DISTINCT missing_account_id, covered_regions FROM session_lineage WHERE session_name = 's5'}, "$home|{}");
story('The account is covered at that time', got('05-01 07:00:00', $ana), got('05-01 09:00:00', $deploy));
answer('so it was elsewhere, or is lost', q{SELECT missing_account_id, covered_regions FROM session_lineage}, "$home|{us-east-1}");
answer('in a Region that nothing points to', 'SELECT missing_region, missing_regions FROM session_lineage', '|{}');
story('The session worked in another Region', got('05-01 07:00:00', $ana), got('05-01 10:00:00', $ana), got('05-01 09:00:00', $deploy, record => { awsRegion => 'eu-west-1' }));
answer('whose endpoint of STS it can have asked', 'SELECT missing_region, missing_regions FROM session_lineage', '|{eu-west-1}');
story('So did the caller of the first role', (map { issued($chain[ $_ - 1 ], $chain[$_], record => { awsRegion => "eu-west-$_" }) } 1, 2), got('05-01 09:00:00', $chain[2]));
answer('which may have asked the global one', q{SELECT DISTINCT missing_regions FROM session_lineage WHERE session_name = 's3'}, '{eu-west-1,us-east-1}');

# IAM Identity Center.
my $sso = session('AWSReservedSSO_Admin_0123456789abcdef', 'pat@example.com', '05-01 08:00:00', path => 'aws-reserved/sso.amazonaws.com/us-east-1/');
my $pretender = session('AWSReservedSSO_Admin_0123456789abcdef', 'pat@example.com', '05-01 08:00:00');
my $by_saml = { record => { recipientAccountId => $home } };
story('A user of IAM Identity Center', got('05-01 09:00:00', $sso));
origins('is named by the role of AWS', '05-01 09|human|pat@example.com|identity center role');
story('A role that only looks like one', got('05-01 09:00:00', $pretender));
origins('names nobody', '05-01 09|unknown||issuing event not in the trail');
my $behalf = session('Quick', 'app', '05-01 08:00:00', identity => { onBehalfOf => { userId => '94-pat', identityStoreArn => 'x' } });
story('An application on behalf of a user', got('05-01 09:00:00', $behalf));
origins('is named by their id', '05-01 09|human|94-pat|identity center user');
my $center = { account => $home, ip => '198.51.100.3', agent => 'x', identity => { type => 'IdentityCenterUser', accountId => $home, onBehalfOf => { userId => '94-pat', identityStoreArn => 'x' }, credentialId => 'c' } };
story('A user of IAM Identity Center calls', got('05-01 09:00:00', $center));
origins('is named', '05-01 09|human|94-pat|identity center user');
answer('not the account', 'SELECT actor, actor_kind FROM secret_reads', '94-pat|identity center user');

my $center_old = { account => $home, ip => '198.51.100.3', agent => 'x', identity => { type => 'IdentityCenterUser', principalId => $home, userName => 'pat@example.com', accountId => $home, credentialId => 'c' } };
my $center_both = { account => $home, ip => '198.51.100.3', agent => 'x', identity => { %{ $center->{identity} }, principalId => '94-pat', userName => 'pat@example.com' } };
story('As it was logged before July 2025', got('05-01 09:00:00', $center_old), got('05-01 10:00:00', $center_both), failed(got('05-01 11:00:00', $center_old), 'AccessDeniedException', 'no'));
origins('by name, or by id if there is one', '05-01 09|human|pat@example.com|identity center user', '05-01 10|human|94-pat|identity center user', '05-01 11|human|pat@example.com|identity center user');
for my $view (qw(secret_reads secret_events secret_calls secret_facts secret_last_access secret_denied secret_first_time_reader secret_timeline principal_activity))
{
	next if sql("SELECT to_regclass('audit.$view') IS NULL OR NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('audit.$view') AND attname = 'actor')") eq 't';
	answer("the actor of $view is the user", "SELECT DISTINCT actor ~ '^(pat\@example.com|94-pat)\$' FROM $view", 't');
}

# The portal: nothing but account, permission set and time ties its event to the call that it makes.
my $portal = sub { my ($time, %with) = @_; return event('sso.amazonaws.com', 'GetRoleCredentials', $time, { %$center, account => $abroad, identity => { %{ $center->{identity} }, accountId => $abroad, %{ $with{identity} // {} } } },
	record => { recipientAccountId => $abroad, eventType => 'AwsServiceEvent', serviceEventDetails => { role_name => 'Admin', account_id => $home, %{ $with{details} // {} } } }) };
my $by_center = sub { return issued(vouched('SAMLUser', 'pat@example.com', 'idc='), $sso, name => 'AssumeRoleWithSAML', key => 'ASIAother') };
story('The portal gives credentials', got('05-01 09:00:00', $sso), $by_center->(), $portal->('05-01 08:00:01'));
origins('to a user', '05-01 09|human|pat@example.com|identity center role');
lineage('whose request is above', 'pat@example.com|AssumeRoleWithSAML by idc=:pat@example.com (id and time), GetRoleCredentials by 94-pat (permission set and time)|human|pat@example.com');
story('At another time, for another permission set, for another account', got('05-01 09:00:00', $sso), $by_center->(), $portal->('05-01 08:00:05'),
	$portal->('05-01 08:00:00', details => { role_name => 'ReadOnly' }), $portal->('05-01 08:00:00', details => { account_id => $evil }));
lineage('it was for something else', 'pat@example.com|AssumeRoleWithSAML by idc=:pat@example.com (id and time)|human|pat@example.com');
story('Two users at once', got('05-01 09:00:00', $sso), $by_center->(), $portal->('05-01 08:00:01'), $portal->('05-01 08:00:01', identity => { onBehalfOf => { userId => '94-kim', identityStoreArn => 'x' } }));
lineage('nobody knows which request it was', 'pat@example.com|AssumeRoleWithSAML by idc=:pat@example.com (id and time)|human|pat@example.com');

# A sign-in session: its ARN tells it, whatever keys it takes.
my $arn = "arn:aws:signin:us-west-2:$home:session/daff060f-7871-4ab6-92cd-a07bbdabe61a";
my $web = session('Admin', 'ana', '05-01 08:00:00', key => undef);
my @tool = map { session('Admin', 'ana', '05-01 08:10:00', context => { signInSessionArn => $arn }) } 1 .. 2;
my $renewing = session('Admin', 'ana', '05-01 08:10:00', key => undef, context => { signInSessionArn => $arn });
sub token { my ($time, $caller, %with) = @_; return event('signin.amazonaws.com', 'CreateOAuth2Token', $time, $caller, response => undef, record => { awsRegion => 'us-west-2', additionalEventData => { signInSessionArn => $arn, success => 'true' }, %{ $with{record} // {} } }) }
my @renewals = map { token(sprintf('05-01 %02d:%02d:00', 8 + $_ / 4, 15 * ($_ % 4) + 12), $renewing) } 0 .. 30;
my @used = (got('05-01 09:00:00', $tool[0]), got('05-01 15:00:00', $tool[1]));
story('A tool that was signed in to', issued($ana, $web, key => 'ASIAforms'), token('05-01 08:09:59', $web), @renewals, @used);
origins('acts for who signed it in', '05-01 09|human|ana|iam user', '05-01 15|human|ana|iam user');
answer("in one session", q{SELECT access_key_id, string_agg(event_name || ' by ' || caller || ' (' || method || ')', ', ' ORDER BY depth) FILTER (WHERE depth > 0), min(origin) FROM session_lineage WHERE sign_in_session_arn IS NOT NULL GROUP BY access_key_id}, "|CreateOAuth2Token by Admin (sign-in session), AssumeRole by ana (id and time)|ana");
answer('with either key', 'SELECT sign_in_session_arn, access_key_id, events FROM sessions WHERE sign_in_session_arn IS NOT NULL', "$arn||33");
story('Without the token\'s event', issued($ana, $web, key => 'ASIAforms'), got('05-01 07:00:00', $ana), @used);
origins('it is not known', '05-01 07|human|ana|iam user', map { "05-01 $_|unknown||issuing event not in the trail" } '09', '15');
answer('but which account and Region would have it', 'SELECT missing_account_id, missing_region, missing_regions, covered_regions FROM session_lineage WHERE sign_in_session_arn IS NOT NULL', "$home|us-west-2|{us-west-2}|{us-east-1}");
answer('at psql too', sprintf('SELECT missing_account_id, missing_region FROM public.cloudtrail_who(\'audit\', \'%s\')', $tool[0]{identity}{accessKeyId}), "$home|us-west-2");
story('Another sign-in session in the second of this one\'s', issued($ana, $web, key => 'ASIAforms'), token('05-01 08:00:01', session('Admin', 'ana', '05-01 07:00:00', key => undef), record => { additionalEventData => { signInSessionArn => 'arn:other' } }), token('05-01 08:09:59', $web), @used);
origins('does not make it doubtful', map { "05-01 $_|human|ana|iam user" } '09', '15');
story('Another role\'s token of that ARN', issued($ana, $web, key => 'ASIAforms'), token('05-01 08:09:59', session('Other', 'eve', '05-01 08:00:00', key => undef)), @used);
origins('is not of this session', map { "05-01 $_|unknown||issuing event not in the trail" } '09', '15');
story('Nor another account\'s', issued($ana, $web, key => 'ASIAforms'), token('05-01 08:09:59', $web, record => { recipientAccountId => $evil }), @used);
origins('whoever it names', map { "05-01 $_|unknown||issuing event not in the trail" } '09', '15');

# The console takes a key for each request.
my @request = map { session('Ops', 'ana', '05-01 08:00:00') } 1 .. 3;
story('A console session', issued($ana, $request[0], key => 'ASIAforms'), map { got("05-01 09:0$_:00", $request[$_], record => { sessionCredentialFromConsole => 'true' }) } 0 .. 2);
answer('is one, whatever keys it takes', 'SELECT access_key_id, events, issued_to, origin FROM sessions', '|3|ana|ana');

# A service that calls with a user's rights makes credentials for that.
my $forwarded = user('ana');
$forwarded->{identity} = { %{ $forwarded->{identity} }, accessKeyId => 'ASIAforwarded', invokedBy => 'athena.amazonaws.com', sessionContext => { attributes => { creationDate => '2024-05-01T09:00:00Z', mfaAuthenticated => 'false' } } };
story('A call for a user', got('05-01 09:00:00', $forwarded));
origins('is theirs', '05-01 09|human|ana|iam user');
answer('but no session', 'SELECT count(*) FROM sessions', '0');

# SAML: the key in the response is not the one that is used.
my $saml = session('Corp', 'lee@example.com', '05-01 08:00:00');
story('A sign-in by SAML', got('05-01 09:00:00', $saml), issued(vouched('SAMLUser', 'lee@example.com', 'corp='), $saml, name => 'AssumeRoleWithSAML', key => 'ASIAother'));
origins('by role and time', '05-01 09|human|lee@example.com|saml');
lineage('not by its key', 'lee@example.com|AssumeRoleWithSAML by corp=:lee@example.com (id and time)|human|lee@example.com');
story('Another role in the same second, by another key', got('05-01 09:00:00', $saml), issued($ana, session('Corp', 'lee@example.com', '05-01 08:00:00')));
origins('is not the session', '05-01 09|unknown||issuing event not in the trail');
story('Two sign-ins in the same second', got('05-01 09:00:00', $saml),
	map { issued(vouched('SAMLUser', $_, 'corp='), $saml, name => 'AssumeRoleWithSAML', key => 'ASIAother') } 'lee@example.com', 'kim@example.com');
origins('nobody knows which', '05-01 09|unknown||several callers fit');

# The console.
my $console = session('Ops', 'ana', '05-01 08:00:00', key => undef);
story('A role switched to in the console has no key', got('05-01 09:00:00', $console), issued($ana, $console, key => 'ASIAforms'));
origins('by role and time', '05-01 09|human|ana|iam user');
my $browser = session('Ops', 'ana', '05-01 08:00:00');
story('Or another one', got('05-01 09:00:00', $browser, record => { sessionCredentialFromConsole => 'true' }), issued($ana, $browser, key => 'ASIAforms'));
origins('by role and time too', '05-01 09|human|ana|iam user');

# Pods, pipelines, instances, functions, services.
my ($pod, $pipeline, $partner) = map { session($_, 'session', '05-01 08:00:00') } qw(Pod Pipeline Partner);
my $eks = "arn:aws:iam::$home:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/E1";
story('Web identities',
	issued(vouched('WebIdentityUser', 'system:serviceaccount:pay:api', $eks), $pod, name => 'AssumeRoleWithWebIdentity'), got('05-01 09:00:00', $pod),
	issued(vouched('WebIdentityUser', 'repo:o/r:ref:refs/heads/main', "arn:aws:iam::$home:oidc-provider/token.actions.githubusercontent.com"), $pipeline, name => 'AssumeRoleWithWebIdentity'), got('05-01 10:00:00', $pipeline),
	issued(vouched('WebIdentityUser', 'somebody', "arn:aws:iam::$home:oidc-provider/idp.example"), $partner, name => 'AssumeRoleWithWebIdentity'), got('05-01 11:00:00', $partner));
origins('by provider and subject', '05-01 09|workload|oidc.eks.us-east-1.amazonaws.com/id/E1:system:serviceaccount:pay:api|web identity',
	'05-01 10|workload|token.actions.githubusercontent.com:repo:o/r:ref:refs/heads/main|web identity', '05-01 11|unknown|idp.example:somebody|web identity');
my $instance = session('Web', 'i-0123456789abcdef0', '05-01 08:00:00', context => { ec2RoleDelivery => '2.0' });
my $after = session('Next', 'x', '05-01 08:30:00');
my ($function, $config) = (session('Fn', 'pay-api', '05-01 08:00:00'), session('Rec', 'Recorder', '05-01 08:00:00'));
my $linked = session('AWSServiceRoleForConfig', 'x', '05-01 08:00:00', path => 'aws-service-role/config.amazonaws.com/');
story('Machines', got('05-01 09:00:00', $instance), issued($instance, $after), got('05-01 10:00:00', $after), issued(aws_service('lambda.amazonaws.com'), $function), got('05-01 11:00:00', $function),
	issued(aws_service('config.amazonaws.com'), $config), got('05-01 12:00:00', $config), got('05-01 13:00:00', $linked));
origins('are named by AWS', '05-01 09|workload|ec2.amazonaws.com/i-0123456789abcdef0|workload', '05-01 10|workload|ec2.amazonaws.com/i-0123456789abcdef0|workload',
	'05-01 11|workload|lambda.amazonaws.com/pay-api|workload', '05-01 12|service|config.amazonaws.com|service', '05-01 13|service|config.amazonaws.com|service-linked role');
# Of one session some events show for what its credentials were issued, others do not.
my $silent = session('Web', 'i-0123456789abcdef0', '05-01 08:00:00', key => $instance->{identity}{accessKeyId});
my ($here, $there) = map { got(sprintf('05-01 %02d:00:00', 8 + $_), $_ == 1 ? $silent : $instance, record => { sourceIPAddress => "10.0.0.$_", awsRegion => "eu-west-$_" }) } 1, 2;
my $whole = q{SELECT access_key_id, first_seen, last_seen, events, array_to_string(source_ips, ' '), origin_kind, origin FROM sessions WHERE session_name LIKE 'i-0%'};
story('Not all events of a machine show it', $here, $there);
answer('it is one session', $whole, "$instance->{identity}{accessKeyId}|05-01 09|05-01 10|2|10.0.0.1 10.0.0.2|workload|ec2.amazonaws.com/i-0123456789abcdef0");
answer('with one chain, of all Regions', q{SELECT count(*) FROM session_lineage}, 1);
answer('which it used', q{SELECT array_to_string(aws_regions, ' ') FROM seen_sessions}, 'eu-west-1 eu-west-2');
story('Another service asks for credentials with it', $there, issued($silent, $after));
answer('it is one session', $whole, "$instance->{identity}{accessKeyId}|05-01 08:30:00+00|05-01 10|2|10.0.0.2 10.0.0.5|workload|ec2.amazonaws.com/i-0123456789abcdef0");
# One key may serve several people, by whom each call is made.
my @for = map { my $who = $_; session('Quick', 'app', '05-01 08:00:00', key => 'ASIAquick', identity => { onBehalfOf => { userId => "94-$who", identityStoreArn => 'x' } }) } qw(pat kim);
story('Calls on behalf of two people, and one of neither', (map { got('05-01 09:00:00', $_) } @for), got('05-01 10:00:00', session('Quick', 'app', '05-01 08:00:00', key => 'ASIAquick')));
answer('stay apart', q{SELECT events, origin FROM sessions}, '1|94-pat', '1|94-kim', '1|');
story('A name like that of an instance', got('05-01 09:00:00', session('Web', 'i-0123456789abcdef0', '05-01 08:00:00')));
origins('is only the name that somebody chose', '05-01 09|unknown||issuing event not in the trail');

# Across accounts: only the caller's own account knows its key.
my ($middle, $far) = (session('Middle', 'm', '05-01 08:00:00'), session('Far', 'f', '05-01 08:10:00', account => $abroad));
my @read = got('05-01 09:00:00', $far, id => $db->{arn}, record => { recipientAccountId => $abroad });
story('A role of another account', issued($ana, $middle), issued_across($middle, $far), @read);
origins('by both records', '05-01 09|human|ana|iam user');
story('Only the role\'s account has a record', issued($ana, $middle), (issued_across($middle, $far))[1], @read);
origins('which has the id and name of the caller, who may be another one of that name', '05-01 09|unknown||only the session name is known');
answer('a trace is there', q{SELECT depth, method FROM session_lineage WHERE account_id = '444455556666' AND depth > 0}, '1|access key', '2|session name');
story('Only the caller\'s account has a record', issued($ana, $middle), (issued_across($middle, $far))[0], @read);
origins('which is not believed', "05-01 09|unknown||only another account's record shows it");
answer('but says whose trail is needed', q{SELECT DISTINCT missing_account_id FROM session_lineage WHERE account_id = '444455556666'}, $abroad);
story('A user of another account', issued_across(user('eve', account => $abroad), $middle), got('05-01 09:00:00', $middle));
origins('has a name in their own account', '05-01 09|human|eve|iam user');
story('A user of another account, whose records are not here', (issued_across(user('eve', account => $abroad), $middle))[1], got('05-01 09:00:00', $middle));
origins('has an id', '05-01 09|human|AIDAeve|iam user of another account');
story('A read across accounts', issued($ana, $far), twins(@read, $home));
origins('is told by the caller\'s record', '05-01 09|human|ana|iam user');
my $other_far = session('Far', 'f', '05-01 08:20:00', account => $abroad);
my ($callers, $owners) = twins(@read, $home);
my $contradicting = { %$callers, eventID => $callers->{eventID} =~ s/^c/d/r, userIdentity => $other_far->{identity} };
for my $order ([ $callers, $contradicting ], [ $contradicting, $callers ])
{
	story('Two records of the caller\'s account contradict one another', issued($ana, $far), issued(user('bob'), $other_far), $owners, @$order);
	answer('and tell nothing, in either order', qq{SELECT origin_kind, origin, origin_method FROM secret_reads WHERE event_id = '$owners->{eventID}'}, 'unknown||several callers fit');
}
my @batch = map { "shop/$_" } 1 .. 20;
my $batch_read = call('BatchGetSecretValue', '05-01 09:00:00', $far, undef, request => { secretIdList => \@batch }, record => { recipientAccountId => $abroad });
story('A batch of more secrets than records are looked at', issued($ana, $far), twins($batch_read, $home));
answer('is one call', q{SELECT DISTINCT origin_kind, origin FROM secret_calls WHERE event_name = 'BatchGetSecretValue'}, 'human|ana');

# Names are used again.
my ($first, $second) = map { session('Deploy', 'ci', "05-0$_ 08:00:00") } 1, 2;
my $expired = failed(got('05-03 09:00:00', $first), 'ExpiredTokenException', 'expired');
story('A session name is used again', issued($ana, $first), issued(user('bob'), $second), got('05-01 09:00:00', $first), got('05-02 09:00:00', $second), $expired);
origins('but not a key', '05-01 09|human|ana|iam user', '05-02 09|human|bob|iam user', '05-03 09|human|ana|iam user');
my $stranger = stranger(session('Deploy', 'ci', '05-01 08:00:00', account => $abroad));
story('A call of another account, of which its own has no record', issued(user('ana', account => $abroad), session('Deploy', 'ci', '05-01 08:00:00', account => $abroad)),
	got('05-01 09:00:00', $stranger, record => { recipientAccountId => $home }));
origins('the name alone proves nothing', '05-01 09|unknown||only the session name is known');
answer('but shows a trace', q{SELECT caller, method FROM session_lineage WHERE depth > 0}, 'ana|session name');
story('Of whom there are two', (map { issued(user($_, account => $abroad), session('Deploy', 'ci', '05-01 08:00:00', account => $abroad)) } 'ana', 'bob'),
	got('05-01 09:00:00', $stranger, record => { recipientAccountId => $home }));
origins('nobody knows which', '05-01 09|unknown||several callers fit');

# Forgers.
my $mallory = user('mallory', account => $evil);
my $framed = { %$ana, account => $evil };
story('Another account\'s log claims to have issued the key',
	got('05-01 09:00:00', $deploy), issued($framed, $deploy, record => { recipientAccountId => $evil }), issued($mallory, $deploy, record => { recipientAccountId => $evil }));
origins('and is not believed', "05-01 09|unknown||only another account's record shows it");
story('Beside the true event', got('05-01 09:00:00', $deploy), issued($ana, $deploy), issued($mallory, $deploy, record => { recipientAccountId => $evil }),
	map { issued($mallory, $deploy, time => '05-01 08:00:01', record => { recipientAccountId => $evil }) } 1 .. 30);
origins('it changes nothing', '05-01 09|human|ana|iam user');
story('It names another role under the key', got('05-01 09:00:00', $deploy), issued($mallory, session('Other', 'ci', '05-01 08:00:00', key => $deploy->{identity}{accessKeyId})));
origins('which is not the session\'s', '05-01 09|unknown||issuing event not in the trail');
my ($left, $right) = (session('Left', 'l', '05-01 08:00:00'), session('Right', 'r', '05-01 08:00:00'));
story('A loop', issued($left, $right), issued($right, $left), got('05-01 09:00:00', $left));
origins('ends', '05-01 09|unknown||the chain is a loop');
my @long = map { session("L$_", 'l', '05-01 08:00:00') } 0 .. 20;
story('A chain without end', (map { issued($long[$_], $long[ $_ - 1 ]) } 1 .. 20), got('05-01 09:00:00', $long[0]));
origins('is left', '05-01 09|unknown||the chain is too long');
answer('after sixteen steps', q{SELECT max(depth) FROM session_lineage WHERE principal_id = 'AROAL0'}, '16');
story('A key that two callers got', got('05-01 09:00:00', $deploy), issued($ana, $deploy), issued(user('bob'), $deploy));
origins('is nobody\'s', '05-01 09|unknown||several callers fit');
my $claimed = session('Deploy', 'ci', '05-01 08:00:00', context => { sourceIdentity => 'root' });
story('A source identity', got('05-01 09:00:00', $claimed), issued($ana, $claimed, response => { sourceIdentity => 'root' }));
origins('is the caller\'s word', '05-01 09|human|ana|iam user');
answer('and shown as such', q{SELECT source_identity FROM session_lineage WHERE depth = 1}, 'root');
story('A refused call issues nothing', got('05-01 09:00:00', $deploy), failed(issued($ana, $deploy), 'AccessDenied', 'x'));
origins('even with a response', '05-01 09|unknown||issuing event not in the trail');
my $early = session('Early', 'early', '05-01 08:00:00');
story('A key that was used before the only record of its issue', got('05-01 09:00:00', $early), got('05-01 13:00:00', $early), issued($ana, $early, time => '05-01 12:00:00'));
for my $order ('ASC', 'DESC')
{
	answer("is another's then, whichever call is looked at first: $order", qq{SELECT event_time, (cloudtrail_session_origin('issued_credentials', event_time, actor_account, principal_id, session_name,
			access_key_id, session_created_at, from_console, shared_event_id, sign_in_session_arn))[1]
		FROM (SELECT * FROM secret_facts WHERE event_source = 'secretsmanager.amazonaws.com' ORDER BY event_time $order) AS f ORDER BY 1},
		'05-01 09|', '05-01 13|ana');
}

# Root, federation, session tokens.
my $root = root_user($home);
my $token = user('ana');
$token->{identity}{accessKeyId} = 'ASIAtoken';
$token->{identity}{sessionContext} = { attributes => { creationDate => '2024-05-01T08:00:00Z', mfaAuthenticated => 'true' } };
my $federated = { account => $home, ip => '198.51.100.4', agent => 'x', identity => { type => 'FederatedUser', principalId => "$home:broker", arn => "arn:aws:sts::$home:federated-user/broker", accountId => $home, accessKeyId => 'ASIAfed',
	sessionContext => { sessionIssuer => { type => 'IAMUser', principalId => 'AIDAana', arn => $ana->{arn}, accountId => $home, userName => 'ana' }, attributes => { creationDate => '2024-05-01T08:00:00Z', mfaAuthenticated => 'false' } } } };
story('Root, tokens, federation', got('05-01 09:00:00', $root), got('05-01 10:00:00', $token), got('05-01 11:00:00', $federated),
	event('sts.amazonaws.com', 'GetSessionToken', '05-01 08:00:00', $ana, response => { credentials => { accessKeyId => 'ASIAtoken' } }));
origins('are told by AWS', "05-01 09|human|arn:aws:iam::$home:root|root user", '05-01 10|human|ana|iam user', '05-01 11|human|ana|federated by');
lineage('with the token\'s issue', "||human|arn:aws:iam::$home:root", '|GetSessionToken by ana (access key)|human|ana', 'broker||human|ana');

# A provider acts by access that a customer delegated: with the customer's identity, of whom it was the consent.
my $provider = '999988887777';
sub by_delegate { my ($actor) = @_; return { %$actor, identity => { %{ $actor->{identity} }, invokedByDelegate => { accountId => $provider } } } }
sub traded_in { my ($session, %with) = @_; return event('sts.amazonaws.com', 'GetDelegatedAccessToken', '05-01 08:00:00', { account => $provider, ip => '198.51.100.5', agent => 'x', identity => { type => 'AWSAccount', principalId => 'AROAvendor:x', accountId => $provider } },
	request => { tradeInToken => 'HIDDEN' }, response => { credentials => { accessKeyId => $session->{identity}{accessKeyId} }, assumedPrincipal => $session->{identity}{arn} }, record => { recipientAccountId => $home, %with }) }
my $admin = session('AWSReservedSSO_Admin_0123456789abcdef', 'jane', '05-01 08:00:00', path => 'aws-reserved/sso.amazonaws.com/');
my $setup = session('Setup', 'sess', '05-01 08:00:00');
my $onward = session('Onward', 'on', '05-01 08:30:00');
story('A provider acts by delegated access', got('05-01 07:00:00', session('AWSReservedSSO_Admin_0123456789abcdef', 'jane', '05-01 06:00:00', path => 'aws-reserved/sso.amazonaws.com/')), got('05-01 07:30:00', $ana),
	(map { got("05-01 09:0$_->[0]:00", by_delegate($_->[1])) } [ 1, $admin ], [ 2, $setup ], [ 3, $ana ], [ 4, $root ]), issued(by_delegate($setup), $onward), got('05-01 09:05:00', $onward));
my @delegated = map { "05-01 09:0$_|unknown|$provider|delegated access" } 1 .. 5;
origins('not the customer', '05-01 07|human|jane|identity center role', '05-01 07:30:00+00|human|ana|iam user', map { s/(09:\d\d)/$1:00+00/r } @delegated);
answer('in every view', 'SELECT DISTINCT origin, origin_kind, origin_method FROM secret_reads WHERE origin_kind = \'unknown\'', "$provider|unknown|delegated access");
answer('by one row', "SELECT origin_kind, events FROM origins WHERE origin = '$provider'", 'unknown|5');
answer('of sessions too', q{SELECT session_name, origin, origin_kind, origin_method FROM sessions}, 'jane|jane|human|identity center role', map { "$_|$provider|unknown|delegated access" } qw(jane sess on), '');
answer('and of one question', sprintf(q{SELECT depth, origin, origin_method FROM public.cloudtrail_who('audit', '%s')}, $onward->{identity}{accessKeyId}), "0|$provider|delegated access", "1|$provider|delegated access");
story('The provider gets credentials', traded_in($setup), got('05-01 09:00:00', by_delegate($setup)));
lineage('by an event that has their key', "sess|GetDelegatedAccessToken by AROAvendor (access key)|unknown|$provider");
story('It alone says who uses them', traded_in($setup), got('05-01 09:00:00', $setup));
origins('the provider', "05-01 09|unknown|$provider|delegated access");
answer('also before they are used', sprintf(q{SELECT depth, identity, event_name, origin FROM public.cloudtrail_who('audit', '%s')}, $setup->{identity}{accessKeyId}), "0|Setup|GetSecretValue|$provider", "1|AROAvendor|GetDelegatedAccessToken|$provider");
story('Nothing is done with them', traded_in($setup));
answer('who got them is known', sprintf(q{SELECT depth, identity, event_name, origin FROM public.cloudtrail_who('audit', '%s')}, $setup->{identity}{accessKeyId}), "0|$setup->{identity}{arn}||$provider", "1|AROAvendor|GetDelegatedAccessToken|$provider");
story('Another account\'s record', traded_in($setup, recipientAccountId => $evil), got('05-01 09:00:00', $setup));
origins('is not believed', "05-01 09|unknown||only another account's record shows it");
my $nameless = { account => $home, ip => '198.51.100.5', agent => 'x', identity => { type => 'AWSAccount', principalId => 'AROASetup:sess', accountId => $home } };
story('Another account knows a session by name alone', map { got("05-01 09:0$_->[0]:00", $_->[1], record => { recipientAccountId => $abroad }) } [ 0, $nameless ], [ 1, by_delegate($nameless) ]);
answer('and not all that have it are the provider\'s', 'SELECT first_seen, origin FROM sessions', '05-01 09|', "05-01 09:01:00+00|$provider");

# A certificate is traded for a session: by an event of the service's own, by its call to STS, or by both.
my $server = session('RA', '0abc', '05-01 08:00:00');
my $traded = event('rolesanywhere.amazonaws.com', 'CreateSession', '05-01 08:00:00', { account => $home, ip => '198.51.100.6', agent => 'x', identity => { type => 'Unknown', principalId => '', arn => '', accountId => $home, accessKeyId => '', userName => '' } },
	request => { cert => 'MIIC', roleArn => $server->{arn} }, response => { credentialSet => [ { assumedRoleUser => { assumedRoleId => $server->{identity}{principalId}, arn => $server->{identity}{arn} }, credentials => { accessKeyId => $server->{identity}{accessKeyId} },
		sourceIdentity => 'CN=build01' } ], subjectArn => "arn:aws:rolesanywhere:us-east-1:$home:subject/x" });
my $asked = issued(aws_service('rolesanywhere.amazonaws.com'), $server, response => { sourceIdentity => 'CN=build01' });
for my $case ([ 'its event', $traded ], [ 'its call', $asked ], [ 'both', $traded, $asked ])
{
	my ($which, @records) = @$case;
	story("A certificate: $which", @records, got('05-01 09:00:00', $server));
	origins("$which: a workload", '05-01 09|workload|rolesanywhere.amazonaws.com/0abc|workload');
	answer("$which: of this certificate", 'SELECT issued_to, method, source_identity FROM sessions', 'rolesanywhere.amazonaws.com|access key|CN=build01');
}

# One question at psql.
my ($one, $two) = (session('One', 'one', '05-01 08:00:00'), session('Two', 'two', '05-01 08:30:00'));
my $idle = session('Idle', 'idle', '05-01 08:00:00');
my ($key_of_one, $key_of_two) = map { $_->{identity}{accessKeyId} } $one, $two;
my $read_by_two = got('05-01 09:00:00', $two);
story('Who was it', issued($ana, $one), issued($one, $two), $read_by_two, issued($ana, $idle), event('s3.amazonaws.com', 'ListBuckets', '05-01 08:10:00', $one));
my $steps = q{SELECT depth, identity, event_name, method, origin, origin_kind FROM public.cloudtrail_who('audit', '%s')};
my @of_two = ('0|Two|GetSecretValue||ana|human', '1|One|AssumeRole|access key|ana|human', '2|ana|AssumeRole|access key|ana|human');
answer('by access key', sprintf($steps, $key_of_two), @of_two);
answer('by ARN', sprintf($steps, $two->{identity}{arn}), @of_two);
answer('by the key of an event', sprintf($steps, $read_by_two->{eventID}), @of_two);
answer('by session name', sprintf($steps, 'two'), '0|Two|||ana|human', @of_two[1, 2]);
answer('of a session that did nothing', sprintf($steps, $idle->{identity}{accessKeyId}), "0|arn:aws:sts::$home:assumed-role/Idle/idle|||ana|human", '1|ana|AssumeRole|access key|ana|human');
answer('of what is nobody', sprintf($steps, 'nobody'));
answer('of what is no name at all', sprintf($steps, q{'' OR true --}));
answer('sessions', 'SELECT actor, session_name, first_seen, events, source_ips, issued_by, issued_to, method, origin FROM sessions',
	'One|one|05-01 08:30:00+00|1|{10.0.0.5}|AssumeRole|ana|access key|ana', 'Two|two|05-01 09|1|{10.0.0.5}|AssumeRole|One|access key|ana');
answer('origins', 'SELECT origin, origin_kind, events, succeeded, failed, actions_succeeded, secret_names, actors, source_ips FROM origins', 'ana|human|1|1|0|{GetSecretValue}|{shop/db}|{Two}|{10.0.0.5}');
# Not every service says what a session was issued to.
my $job = session('Job', 'job', '05-01 08:00:00');
my $named = got('05-01 09:00:00', $job);
$named->{userIdentity} = { %{ $named->{userIdentity} }, inScopeOf => { issuerType => 'AWS::Lambda::Function', credentialsIssuedTo => "arn:aws:lambda:us-east-1:$home:function:job" } };
my $workload = "arn:aws:lambda:us-east-1:$home:function:job|workload";
story('A function whose records do not all name it', map({ event('s3.amazonaws.com', 'ListBuckets', "05-01 $_:30:00", $job) } '08', '09'), $named);
answer("of a session, one of whose events tells: by $_->[0]", sprintf(q{SELECT DISTINCT origin, origin_kind FROM public.cloudtrail_who('audit', '%s')}, $_->[1]), $workload)
	for [ 'access key', $job->{identity}{accessKeyId} ], [ 'ARN', $job->{identity}{arn} ], [ 'session name', 'job' ];
like(eval { sql(q{SELECT cloudtrail_who('public', 'x')}) } // $@, qr/not a trail/, 'of a schema that is not a trail');
done_testing();
