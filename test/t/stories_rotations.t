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
done_testing();
