# Rotations as Secrets Manager makes them: what is tried again, cancelled, or
# asked for by a service, and which labels a rotation moves.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($rotator, $ana) = (role('Rotator', 'f'), user('ana'));
my $db = secret('shop/db', 'AbCdEf');
my $function = "arn:aws:lambda:us-east-1:$home:function:rotate";
my $failure = "Error when executing lambda $function during testSecret step";

new_database('stories_rotations');

# The beginning of a rotation, up to the value that the function puts.
sub begun
{
	my ($day, $version, %with) = @_;
	return (call('RotateSecret', "$day 08:00:00", $with{by} // $deploy, $db, version => $version, request => { rotationLambdaARN => $function, rotationRules => { automaticallyAfterDays => 30 } }),
		notice('RotationStarted', "$day 08:00:00", $db, token => $version),
		call('PutSecretValue', "$day 08:00:03", $rotator, $db, id => $db->{arn}, version => $version, request => { versionStages => ['AWSPENDING'] }));
}
sub moved { my ($time, $who, $label, %to) = @_; return call('UpdateSecretVersionStage', $time, $who, $db, id => $db->{arn}, request => { versionStage => $label, %to }) }
my $moves = 'SELECT event_time, actor, stage, via_rotation FROM secret_stage_moves';
my $by_hand = 'SELECT event_time, event_name, actor FROM secret_manual_changes';
my $attempts = 'SELECT coalesce(requested_at, started_at), outcome, ended_at, rotation_kind FROM secret_rotations';
my @known = created('01-01 08:00:00', $db);

my $new = version(2);
story('The function moves AWSCURRENT to its version, and takes AWSPENDING from it', '', @known, begun('05-01', $new),
	moved('05-01 08:00:08', $rotator, 'AWSCURRENT', moveToVersionId => $new, removeFromVersionId => version(1)), moved('05-01 08:00:09', $rotator, 'AWSPENDING', removeFromVersionId => $new),
	notice('RotationSucceeded', '05-01 08:00:10', $db, token => $new),
	moved('05-02 08:00:00', $ana, 'AWSPENDING', removeFromVersionId => $new));
answer('the rotation moves both, a person what they move', $moves, '05-01 08:00:08+00|Rotator|AWSCURRENT|t', '05-01 08:00:09+00|Rotator|AWSPENDING|t', '05-02 08|ana|AWSPENDING|f');
answer('nothing is changed by hand', $by_hand);

my @failed = (@known, begun('05-01', $new), notice('RotationFailed', '05-01 08:00:30', $db, token => $new, message => $failure));
my $move = sub { moved($_[0], $_[1] // $rotator, 'AWSCURRENT', moveToVersionId => $new, removeFromVersionId => version(1)) };
story('A rotation that failed is tried again with the same version', '', @failed, notice('RotationStarted', '05-01 08:10:00', $db, token => $new), $move->('05-01 08:10:08'), notice('RotationSucceeded', '05-01 08:10:09', $db, token => $new));
answer('which the rotation makes current', $moves, '05-01 08:10:08+00|Rotator|AWSCURRENT|t');
answer('so that it is not changed by hand', $by_hand);
answer('each attempt has its end', $attempts, '05-01 08|failed|05-01 08:00:30+00|function', '05-01 08:10:00+00|succeeded|05-01 08:10:09+00|function');
story('It is tried again, and the trail has no start of that', '', @failed, $move->('05-01 08:10:08'), notice('RotationSucceeded', '05-01 08:10:09', $db, token => $new));
answer('its end shows the same', $by_hand);
story('It is tried again, and the trail ends', '', @failed, notice('RotationStarted', '05-01 08:10:00', $db, token => $new), $move->('05-01 08:10:08'));
answer('its start shows the same', $by_hand);
story('It is not tried again', '', @failed, $move->('05-02 08:00:00'));
answer('then somebody had the function\'s role do it', $by_hand, '05-02 08|UpdateSecretVersionStage|Rotator');
story('A person makes the failed version current, while it is tried again', '', @failed, notice('RotationStarted', '05-01 08:10:00', $db, token => $new), $move->('05-01 08:10:08', $ana), notice('RotationAbandoned', '05-01 08:10:09', $db, token => $new));
answer('by hand', $by_hand, '05-01 08:10:08+00|UpdateSecretVersionStage|ana');

sub cancelled { return call('CancelRotateSecret', $_[0], $ana, $db, answer => { versionId => $new }) }
my $wide = q{coverage_gap = '100 days'};
my @seen = call('ListSecrets', '05-31 23:00:00', $ana);
story('Rotation is turned off while one is under way, which cancels it', $wide, @known, begun('05-01', $new), cancelled('05-01 08:05:00'), @seen);
answer('it is not open', $attempts, '05-01 08|cancelled|05-01 08:05:00+00|function');
answer('for certain', 'SELECT conclusive FROM secret_rotations', 't');
sql(q{UPDATE audit.settings SET coverage_gap = '1 hour'});
answer('since the trail has no gap up to then', 'SELECT conclusive FROM secret_rotations', 't');
story('It is turned off a month later, and what was between is not in the trail', '', @known, begun('04-01', $new), cancelled('05-01 08:05:00'));
answer('whether it was still under way is not certain', 'SELECT outcome, conclusive FROM secret_rotations', 'cancelled|f');
story('It ends all the same', $wide, @known, begun('05-01', $new), cancelled('05-01 08:05:00'), notice('RotationSucceeded', '05-01 08:05:03', $db, token => $new), @seen);
answer('which counts', $attempts, '05-01 08|succeeded|05-01 08:05:03+00|function');
story('Rotation was turned off before, and in the second of the request', $wide, @known, cancelled('04-30 08:00:00'), begun('05-01', $new), cancelled('05-01 08:00:00'), @seen);
answer('it is open', $attempts, '05-01 08|open||function');

# What CloudFormation asks for, it asks for with the rights of a user.
my $stack = role('Deploy', 's');
$stack->{identity}{invokedBy} = 'cloudformation.amazonaws.com';
my $console = user('kim');
$console->{identity}{invokedBy} = 'signin.amazonaws.com';
for my $case ([ 'CloudFormation', $stack ], [ 'a user at the console', $console ])
{
	my ($who, $actor) = @$case;
	story("A rotation that $who asks for, of which the trail has no end", '', @known, (begun('05-31', $new, by => $actor))[ 0, 2 ]);
	answer("$who: it is not over when the value is put", $attempts, '05-31 08|open||function');
}
my $owned = secret('rds!db-1', 'AbCdEf');
my $rds = role('Rds', 's');
$rds->{identity}{invokedBy} = 'rds.amazonaws.com';
for my $case ([ 'by its name', $owned ], [ 'since the service puts its value', $db ])
{
	my ($how, $secret) = @$case;
	story("A secret that a service manages, $how", '', created('01-01 08:00:00', $secret), call('RotateSecret', '05-01 08:00:00', $rds, $secret, version => $new), call('PutSecretValue', '05-01 08:00:05', $rds, $secret, version => $new));
	answer("$how: is rotated by it", $attempts, '05-01 08|succeeded|05-01 08:00:05+00|managed');
}
story('A service rotates its secret, and Secrets Manager writes events of it', '', created('01-01 08:00:00', $owned), call('RotateSecret', '05-01 08:00:00', $rds, $owned, version => $new),
	notice('RotationStarted', '05-01 08:00:01', $owned, token => $new), call('PutSecretValue', '05-01 08:00:02', $rds, $owned, version => $new), notice('RotationSucceeded', '05-01 08:00:05', $owned, token => $new),
	notice('RotationStarted', '05-08 08:00:01', $owned, token => version(9)), notice('RotationFailed', '05-08 08:00:04', $owned, token => version(9), message => 'the instance is not available'));
answer('it is managed all the same', $attempts, '05-01 08|succeeded|05-01 08:00:05+00|managed', '05-08 08:00:01+00|failed|05-08 08:00:04+00|managed');

# A rotation that hangs is ended by taking AWSPENDING from its version; a rotation function may do so, too, and goes on.
story('Somebody takes AWSPENDING from the version', $wide, @known, begun('05-01', $new), moved('05-02 08:00:00', $ana, 'AWSPENDING', removeFromVersionId => $new), @seen);
answer('which ends the rotation', $attempts, '05-01 08|cancelled|05-02 08|function');
answer('for certain', 'SELECT conclusive FROM secret_rotations', 't');
answer('and is no other value', 'SELECT event_name FROM secret_manual_changes');
story('It ended before', $wide, @known, begun('05-01', $new), notice('RotationSucceeded', '05-01 08:00:09', $db, token => $new), moved('05-02 08:00:00', $ana, 'AWSPENDING', removeFromVersionId => $new), @seen);
answer('then it had succeeded', $attempts, '05-01 08|succeeded|05-01 08:00:09+00|function');
story('Of another version', $wide, @known, begun('05-01', version(9)), moved('05-02 08:00:00', $ana, 'AWSPENDING', removeFromVersionId => $new), @seen);
answer('it is nothing to this one', $attempts, '05-01 08|open||function');
story('The function takes it', $wide, @known, begun('05-01', $new), moved('05-01 08:00:05', $rotator, 'AWSPENDING', removeFromVersionId => $new), @seen);
answer('and may still be at work', $attempts, '05-01 08|open||function');
story('Another rotation begins', $wide, @known, begun('05-01', $new), begun('05-02', version(9)), notice('RotationSucceeded', '05-02 08:00:09', $db, token => version(9)), @seen);
answer('so that the first had ended, which was not recorded', 'SELECT token, outcome, conclusive FROM secret_rotations', "$new|open|f", version(9) . '|succeeded|t');

# The words of a failure end with the function's ARN, as a sentence does.
story('A rotation fails, and the function ends the sentence', $wide, @known, begun('05-01', $new), notice('RotationFailed', '05-01 08:00:09', $db, token => $new, message => "Pending secret version $new for Secret $db->{arn} was not created by Lambda $function."),
	notice('RotationStarted', '05-02 08:00:00', $db, token => version(3)), notice('RotationFailed', '05-02 08:00:09', $db, token => version(3), message => "Lambda $function:live: error during setSecret step"), notice('RotationSucceeded', '05-03 08:00:00', $db, token => version(4)));
answer('it is the function alone', 'SELECT outcome, lambda_arn, failed_step FROM secret_rotations', "failed|$function|", "failed|$function:live|setSecret", "succeeded|$function:live|");

# By a number of days, Secrets Manager counts from a value that a person writes, too; by a schedule it does not.
my $late = 'SELECT last_rotated, due_at FROM secret_rotation_overdue';
my @rotated = (@known, begun('02-01', $new), notice('RotationSucceeded', '02-01 08:00:09', $db, token => $new));
sub put { my ($time, $version, %with) = @_; return call('PutSecretValue', $time, $ana, $db, version => $version, request => \%with) }
story('A value is written by hand after the last rotation', '', @rotated, put('05-10 08:00:00', version(5)));
answer('then it is not late', $late);
answer('but was not rotated', 'SELECT last_rotated FROM secret_inventory', '02-01 08:00:09+00');
sql(q{UPDATE audit.settings SET as_of = '2024-06-12 00:00Z'});
answer('until so many days later', $late, '02-01 08:00:09+00|06-09 08');
sql(q{UPDATE audit.settings SET as_of = '2024-05-09 00:00Z'});
answer('it was late before', $late, '02-01 08:00:09+00|03-02 08:00:09+00');
story('It is not made current', '', @rotated, put('05-10 08:00:00', version(5), versionStages => ['DRAFT']));
answer('then it is late', $late, '02-01 08:00:09+00|03-02 08:00:09+00');
story('It was put by a rotation that failed', '', @rotated, begun('05-10', version(5)), notice('RotationFailed', '05-10 08:00:09', $db, token => version(5), message => $failure));
answer('then it is late', $late, '02-01 08:00:09+00|03-02 08:00:09+00');
story('The rule is a schedule', '', @rotated, call('RotateSecret', '02-01 08:00:09', $deploy, $db, request => { rotationRules => { scheduleExpression => 'rate(30 days)' }, rotateImmediately => JSON::PP::false }), put('05-10 08:00:00', version(5)));
answer('then it is late', $late, '02-01 08:00:09+00|03-02 00');

# A rotation's token in somebody's hand makes no rotation.
my ($mallory, $other, $sso) = (user('mallory'), role('Other', 'f'), role('AWSReservedSSO_Admin_0123456789abcdef', 'kim'));
$_ =~ s/role\/AWSReserved/role\/aws-reserved\/sso.amazonaws.com\/AWSReserved/ for $sso->{identity}{sessionContext}{sessionIssuer}{arn};
my $false = JSON::PP::false;
my $listed = 'SELECT event_time, event_name, actor, invoked_by FROM secret_manual_changes';
my $reads = 'SELECT event_time, actor, via_rotation FROM secret_reads';
my $rotators = q{SELECT secret_name, caller, rotator FROM secret_rotators};
sub by { my ($time, $who, $version, %with) = @_; return call('PutSecretValue', $time, $who, $db, version => $version, request => \%with) }
story('Somebody gives a token to a change of the rule, and writes a value with it', '', @known, call('RotateSecret', '05-20 08:00:00', $mallory, $db, version => $new, request => { rotateImmediately => $false }),
	by('05-20 08:05:00', $mallory, $new), got('05-21 08:00:00', $mallory, $db->{arn}));
answer('it is written by hand', $listed, '05-20 08:05:00+00|PutSecretValue|mallory|');
answer('and nobody rotates', $rotators);
answer('nor reads as one who does', $reads, '05-21 08|mallory|f');
story('A role does so', '', @known, call('RotateSecret', '05-20 08:00:00', $mallory, $db, version => $new, request => { rotateImmediately => $false }), by('05-20 08:05:00', $other, $new));
answer('by hand, since nothing was under way', $listed, '05-20 08:05:00+00|PutSecretValue|Other|');
my @tried = (notice('RotationStarted', '02-01 08:00:01', $db, token => $new), notice('RotationFailed', '02-01 08:00:05', $db, token => $new, message => $failure));
for my $who ($ana, $other, $sso)
{
	my ($name) = $who->{arn} =~ /(\w+)$/;
	story("After a rotation failed, $name writes a value with its token", '', @known, @tried, by('05-20 08:05:00', $who, $new), got('05-21 08:00:00', $who, $db->{arn}));
	answer("$name: by hand", 'SELECT event_time, event_name FROM secret_manual_changes', '05-20 08:05:00+00|PutSecretValue');
	answer("$name: it is not the rotation's", 'SELECT outcome, rotated_by FROM secret_rotations', 'failed|');
	answer("$name: nor are the reads", 'SELECT via_rotation FROM secret_reads', 'f');
}
for my $end (qw(RotationSucceeded RotationAbandoned))
{
	story("A role writes after $end", '', @known, begun('05-01', $new), notice($end, '05-01 08:00:10', $db, token => $new), by('05-01 08:00:11', $rotator, $new), by('05-01 08:00:14', $other, $new));
	answer("$end: by hand, but for the two seconds in which events of one call may be", $listed, '05-01 08:00:14+00|PutSecretValue|Other|');
}
for my $case ([ 'turned off', cancelled('05-01 08:00:10') ], [ 'requested again', call('RotateSecret', '05-01 08:00:10', $deploy, $db, version => version(9)) ])
{
	my ($how, @then) = @$case;
	story("A role writes after rotation was $how, of which no end is in the trail", '', @known, (begun('05-01', $new))[0], @then, by('05-01 08:05:00', $rotator, $new));
	answer("$how: by hand", $listed, '05-01 08:05:00+00|PutSecretValue|Rotator|');
}
my @hijacked = (call('RotateSecret', '05-20 08:00:00', $mallory, $db, version => $new, request => { rotationLambdaARN => $function }), notice('RotationStarted', '05-20 08:00:00', $db, token => $new));
my @finished = (moved('05-20 08:00:08', $rotator, 'AWSCURRENT', moveToVersionId => $new, removeFromVersionId => version(1)), notice('RotationSucceeded', '05-20 08:00:10', $db, token => $new));
for my $who ($mallory, $sso)
{
	my ($name) = $who->{arn} =~ /(\w+)$/;
	story("While a rotation is under way, $name writes its version first", '', @known, @hijacked, by('05-20 08:00:01', $who, $new, versionStages => ['AWSPENDING']), @finished, got('05-21 08:00:00', $who, $db->{arn}));
	answer("$name: chose the value, and the function only made it current", 'SELECT event_time, event_name FROM secret_manual_changes', '05-20 08:00:01+00|PutSecretValue');
	answer("$name: does not rotate", 'SELECT outcome, rotated_by FROM secret_rotations', 'succeeded|');
	answer("$name: nor reads so", 'SELECT via_rotation FROM secret_reads', 'f');
}
my $chained = role('Rotator', 'by-hand', key => 'x');
$chained->{identity}{accessKeyId} = 'ASIAchained';
story('A person takes the function\'s role to do so', '', @known, @hijacked,
	event('sts.amazonaws.com', 'AssumeRole', '05-20 07:59:00', $mallory, request => { roleArn => $chained->{arn}, roleSessionName => 'by-hand' },
		response => { credentials => { accessKeyId => 'ASIAchained' }, assumedRoleUser => { assumedRoleId => 'AROARotator:by-hand', arn => $chained->{identity}{arn} } }),
	by('05-20 08:00:01', $chained, $new, versionStages => ['AWSPENDING']), @finished);
answer('which the trail shows', 'SELECT m.event_time, e.origin_kind FROM secret_manual_changes AS m JOIN secret_events AS e USING (event_key)', '05-20 08:00:01+00|human');
story('A person of another account does, of whom only the owner\'s record is here', '', @known, @hijacked, by('05-20 08:00:01', { %{ user('zoe', account => $abroad) }, account => $home, identity => { type => 'AWSAccount', principalId => 'AIDAzoe', accountId => $abroad } }, $new), @finished);
answer('by hand', 'SELECT event_time, event_name FROM secret_manual_changes', '05-20 08:00:01+00|PutSecretValue');
story('Only calls are in the trail', '', @known, call('RotateSecret', '05-20 08:00:00', $mallory, $db, version => $new), by('05-20 08:00:03', $rotator, $new, versionStages => ['AWSPENDING']),
	moved('05-20 08:00:08', $rotator, 'AWSCURRENT', moveToVersionId => $new, removeFromVersionId => version(1)), got('05-20 08:00:02', $rotator, $db->{arn}));
answer('nothing is by hand', $listed);
answer('a role puts what is asked for', $rotators, 'shop/db|AROARotator|AROARotator');
answer('and reads so', $reads, '05-20 08:00:02+00|Rotator|t');
story('Only the end is', '', @known, by('05-20 08:00:03', $rotator, $new), notice('RotationSucceeded', '05-20 08:00:10', $db, token => $new));
answer('it had begun, and the function makes its value current itself', $listed);
story('Only a test is', '', @known, notice('TestRotationStarted', '05-20 08:00:00', $db, token => $new), by('05-20 08:00:03', $rotator, $new, versionStages => ['AWSPENDING']), notice('TestRotationSucceeded', '05-20 08:00:10', $db, token => $new),
	moved('05-20 08:00:10', $rotator, 'AWSCURRENT', moveToVersionId => $new, removeFromVersionId => version(1)));
answer('what it puts is not by hand, but it makes nothing current', $by_hand, '05-20 08:00:10+00|UpdateSecretVersionStage|Rotator');
story('A script rotates as an IAM user', '', @known, call('RotateSecret', '05-20 08:00:00', $mallory, $db, version => $new), by('05-20 08:00:03', $mallory, $new));
answer('by hand', $listed, '05-20 08:00:03+00|PutSecretValue|mallory|');
story('The function\'s role is another when a rotation is tried again', '', @failed, notice('RotationStarted', '05-03 08:00:01', $db, token => $new), moved('05-03 08:00:08', $other, 'AWSCURRENT', moveToVersionId => $new, removeFromVersionId => version(1)), notice('RotationSucceeded', '05-03 08:00:10', $db, token => $new));
answer('nothing is by hand', $by_hand);
answer('the rotation moves it', $moves, '05-03 08:00:08+00|Other|AWSCURRENT|t');
story('A value is written with the token of a rotation that failed, and counts from then on', '', @rotated,
	notice('RotationStarted', '03-03 08:00:01', $db, token => version(8)), notice('RotationFailed', '03-03 08:00:05', $db, token => version(8), message => $failure), put('05-10 08:00:00', version(8)));
answer('it is not late', $late);

# What a service does with its own secret, in somebody's name or not.
sub by_way_of { my ($service, $who) = @_; return { %$who, ip => $service, identity => { %{ $who->{identity} }, invokedBy => $service } } }
my ($anas, $linked) = (by_way_of('rds.amazonaws.com', $ana), by_way_of('rds.amazonaws.com', role('AWSServiceRoleForRDS', 'rds')));
my $alone = role('AWSServiceRoleForRDS', 'rds');
$alone->{identity}{sessionContext}{sessionIssuer}{arn} =~ s/role\//role\/aws-service-role\/rds.amazonaws.com\//;
my $itself = { account => $home, ip => 'rds.amazonaws.com', agent => 'rds.amazonaws.com', arn => 'rds.amazonaws.com', identity => { type => 'AWSService', invokedBy => 'rds.amazonaws.com' } };
sub of { my ($secret, $name, $time, $who, $version) = @_; return call($name, $time, $who, $secret, id => $secret->{arn}, version => $version, record => { recipientAccountId => $home }) }
story('A service rotates its secret in a person\'s name, who later reads it', '', of($owned, 'RotateSecret', '05-02 08:00:00', $anas, $new), of($owned, 'PutSecretValue', '05-02 08:00:05', $anas, $new), got('05-02 09:00:00', $anas, $owned->{arn}), got('05-10 21:00:00', $ana, $owned->{arn}));
answer('the service rotates', 'SELECT requested_by, rotated_by, rotation_kind FROM secret_rotations', 'ana|rds.amazonaws.com|managed');
answer('in her name', $rotators, 'rds!db-1|AIDAana|rds.amazonaws.com');
answer('she does not', 'SELECT event_time, invoked_by, via_rotation FROM secret_reads', '05-02 09|rds.amazonaws.com|t', '05-10 21||f');
answer('nothing is by hand', $listed);
my ($connection, $discovery) = (secret('events!connection/Crm/1b2c', 'AbCdEf'), secret('ecs-sc!1b2c', 'AbCdEf'));
story('Services write values into their secrets', '', of($owned, 'PutSecretValue', '05-08 08:00:00', $linked, version(3)), of($owned, 'PutSecretValue', '05-09 08:00:00', $itself, version(4)), of($owned, 'PutSecretValue', '05-09 09:00:00', $alone, version(5)),
	of($connection, 'UpdateSecret', '05-10 09:00:00', by_way_of('events.amazonaws.com', $ana), version(2)), of($discovery, 'PutSecretValue', '05-11 09:00:00', by_way_of('ecs.amazonaws.com', $other), version(2)));
answer('no value is by hand', $listed);
answer('nor by a rotation', 'SELECT count(*), bool_or(by_rotation) FROM secret_automatic_writes', '5|f');
my ($stacks, $made_up) = (by_way_of('cloudformation.amazonaws.com', $ana), role('AWSServiceRoleForRDS', 'x'));
story('Others do, or services into others\' secrets', '', @known, call('UpdateSecret', '05-10 08:00:00', $stacks, $db, version => version(2)), call('UpdateSecret', '05-10 09:00:00', $console, $db, version => version(3)),
	of($owned, 'PutSecretValue', '05-10 10:00:00', $stacks, version(4)), of($owned, 'PutSecretValue', '05-10 11:00:00', $ana, version(5)), of($owned, 'PutSecretValue', '05-10 12:00:00', $made_up, version(6)), of($db, 'PutSecretValue', '05-10 13:00:00', $anas, version(7)));
answer('each is by hand, and shows the service', $listed, '05-10 08|UpdateSecret|ana|cloudformation.amazonaws.com', '05-10 09|UpdateSecret|kim|', '05-10 10|PutSecretValue|ana|cloudformation.amazonaws.com', '05-10 11|PutSecretValue|ana|', '05-10 12|PutSecretValue|AWSServiceRoleForRDS|', '05-10 13|PutSecretValue|ana|rds.amazonaws.com');
story('A service that does not own the secret writes in a person\'s name what they ask to rotate', '', @known, @hijacked, by('05-20 08:00:01', by_way_of('ssm.amazonaws.com', $mallory), $new), @finished);
answer('by hand', $listed, '05-20 08:00:01+00|PutSecretValue|mallory|ssm.amazonaws.com');
done_testing();
