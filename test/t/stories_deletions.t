# What became of a deletion whose end is not in the trail, by what succeeded
# since: by full ARN it shows a restore that was not recorded, by name it may
# have been another secret, and another ARN of the name shows that it is gone.
# All views of the state agree.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($app, $ana) = (role('App', 's'), user('ana'));
my $db = secret('shop/db', 'AbCdEf');
my $new = secret('shop/db', 'NEWNEW');
my $abroad_app = role('App', 's', account => $abroad);
my $marked = [ 'InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion." ];

new_database('stories_deletions');

# A secret that is scheduled for deletion within seven days, and what came after.
my @scheduled = (created('01-01 08:00:00', $db), call('DeleteSecret', '02-01 08:00:00', $ana, $db, request => { recoveryWindowInDays => 7 }, answer => { deletionDate => 'Feb 8, 2024, 8:00:00 AM' }));
my $states = q{SELECT 'deletions', secret_arn, state, conclusive FROM secret_deletions UNION ALL SELECT 'inventory', secret_arn, deletion_state, NULL FROM secret_inventory WHERE arn_known};
sub became
{
	my ($title, $state, $in_inventory, @more) = @_;
	answer($title, $states, "deletions|shop/db-AbCdEf|$state", "inventory|shop/db-AbCdEf|$in_inventory|", @more);
}
sub later { my ($title, @records) = @_; return story($title, q{coverage_gap = '200 days'}, @scheduled, @records, call('ListSecrets', '05-31 23:00:00', $ana)) }

later('Nothing more is heard of it');
became('it is due', 'due|t', 'due');
answer('and the name is not certainly its own', q{SELECT valid_to FROM secrets}, '02-08 08');
later('It is read by full ARN after its date', got('03-01 08:00:00', $app, $db->{arn}));
became('it was restored', 'restored|t', 'none');
answer('which was not recorded', 'SELECT restored_at, alive_at, maybe_alive_at FROM secret_deletions', '|03-01 08|');
answer('so it is there', 'SELECT secret_arn, valid_to FROM secrets', 'shop/db-AbCdEf|infinity');
answer('and claimed to be unused', q{SELECT secret_arn, last_read FROM unused_secrets}, 'shop/db-AbCdEf|03-01 08');
answer('and never rotated', q{SELECT secret_arn FROM secret_never_rotated}, 'shop/db-AbCdEf');
later('It is read by full ARN before its date', got('02-03 08:00:00', $app, $db->{arn}));
became('it was restored', 'restored|t', 'none');
for my $name (qw(PutSecretValue UpdateSecretVersionStage TagResource CancelRotateSecret PutResourcePolicy))
{
	later("$name by name, whose response has the ARN, or by ARN", call($name, '03-01 08:00:00', $ana, $db, $name eq 'TagResource' ? (id => $db->{arn}) : ()));
	became("$name shows a restore", 'restored|t', 'none');
}
later('It is rotated', notice('RotationSucceeded', '03-01 08:00:00', $db, token => version(2)));
became('it was restored', 'restored|t', 'none');
later('It is decrypted for a caller', (decrypted(got('03-01 08:00:00', $app, 'shop/db'), $db, version => version(1)))[1]);
became('it was restored', 'restored|t', 'none');
later('It is replicated to another Region and the trail has the success', notice('ReplicationSucceeded', '03-01 08:00:00', $db, replica => 'eu-west-1'));
answer('it was restored', q{SELECT state FROM secret_deletions}, 'restored');

# What does not show it.
later('A rotation that had begun fails', notice('RotationFailed', '02-01 08:00:20', $db, token => version(2)));
became('it is due', 'due|t', 'due');
answer('and the name is not certainly its own', q{SELECT valid_to FROM secrets}, '02-08 08');
later('It is described in its window', call('DescribeSecret', '02-03 08:00:00', $ana, $db, id => $db->{arn}));
became('it is due', 'due|t', 'due');
later('A read of it fails', failed(got('03-01 08:00:00', $app, $db->{arn}), @$marked));
became('it is due', 'due|t', 'due');
later('A batch names it', batch('03-01 08:00:00', $app, $db->{arn}, 'shop/x'));
became('it is due', 'due|t', 'due');
later('A service is told its ARN', event('rds.amazonaws.com', 'CreateDBProxy', '03-01 08:00:00', $ana, request => { auth => [ { secretArn => $db->{arn} } ], secretArn => $db->{arn} }));
became('it is due', 'due|t', 'due');
later('A read that had begun ends a second later', got('02-01 08:00:01', $app, $db->{arn}));
became('it is due', 'due|t', 'due');
later('A caller chooses its ARN as the context of their own key', event('kms.amazonaws.com', 'Decrypt', '03-01 08:00:00', $ana, request => { encryptionContext => { SecretARN => $db->{arn} } }));
became('it is due', 'due|t', 'due');

later('A read succeeds soon after the request, others are refused', got('02-01 08:00:05', $app, $db->{arn}), failed(got('02-02 08:00:00', $app, 'shop/db'), @$marked), failed(got('02-07 08:00:00', $app, $db->{arn}), @$marked));
became('it is due', 'due|t', 'due');
later('The same, and a read by name after its date', got('02-01 08:00:05', $app, $db->{arn}), failed(got('02-07 08:00:00', $app, $db->{arn}), @$marked), got('03-01 08:00:00', $app, 'shop/db'));
became('it may have been restored', 'in doubt|f', 'in doubt');
later('It is refused, and read later', failed(got('02-02 08:00:00', $app, 'shop/db'), @$marked), got('02-03 08:00:00', $app, $db->{arn}));
became('it was restored', 'restored|t', 'none');
answer('when it was read', 'SELECT alive_at FROM secret_deletions', '02-03 08');
later('It is read, and one that has its name later is to be deleted', got('02-03 08:00:00', $app, $db->{arn}), created('04-01 08:00:00', $new), call('DeleteSecret', '05-01 08:00:00', $ana, $new, request => { recoveryWindowInDays => 30 }),
	failed(got('05-02 08:00:00', $app, 'shop/db'), @$marked));
answer('the first was restored before', q{SELECT state, alive_at FROM secret_deletions WHERE secret_arn LIKE '%AbCdEf'}, 'restored|02-03 08');

# What may.
later('It is read by name after its date', got('03-01 08:00:00', $app, 'shop/db'));
became('it may have been restored', 'in doubt|f', 'in doubt');
answer('or another secret has the name', 'SELECT alive_at, maybe_alive_at, name_taken_at FROM secret_deletions', '|03-01 08|');
answer('who asks what is unused sees it, with the doubt', q{SELECT secret_arn, deletion_state, conclusive FROM unused_secrets WHERE secret_arn IS NOT NULL}, 'shop/db-AbCdEf|in doubt|f');
answer('who asks what was never rotated, too', q{SELECT secret_arn, deletion_state, conclusive FROM secret_never_rotated WHERE secret_arn IS NOT NULL}, 'shop/db-AbCdEf|in doubt|f');
later('Rotation was on, and a read by name leaves its deletion in doubt', call('RotateSecret', '01-02 08:00:00', $ana, $db, version => version(2), request => { rotationRules => { automaticallyAfterDays => 30 } }), notice('RotationSucceeded', '01-02 08:00:10', $db, token => version(2)),
	got('03-01 08:00:00', $app, 'shop/db'));
answer('it may be overdue', q{SELECT secret_arn, deletion_state, conclusive FROM secret_rotation_overdue}, 'shop/db-AbCdEf|in doubt|f');
later('Nothing leaves it in doubt');
answer('what is to be deleted is neither', q{SELECT secret_arn FROM unused_secrets UNION ALL SELECT secret_arn FROM secret_never_rotated UNION ALL SELECT secret_arn FROM secret_rotation_overdue});
later('It is read by partial ARN from another account', twins(got('03-01 08:00:00', $abroad_app, $db->{partial}), $home));
became('it may have been restored', 'in doubt|f', 'in doubt');
later('It is read by name in its window', got('02-03 08:00:00', $app, 'shop/db'));
became('it may have been restored', 'in doubt|f', 'in doubt');
later('It is described after its date', call('DescribeSecret', '03-01 08:00:00', $ana, $db, id => $db->{arn}));
became('it is still there, or was restored', 'in doubt|f', 'in doubt');
later('A rotation fails long after its date', notice('RotationFailed', '05-01 08:00:00', $db, token => version(2)));
became('it is still there, or was restored', 'in doubt|f', 'in doubt');
later('Read by name first, then by full ARN', got('03-01 08:00:00', $app, 'shop/db'), got('03-02 08:00:00', $app, $db->{arn}));
became('it was restored', 'restored|t', 'none');
sql(q{UPDATE audit.settings SET as_of = '2024-03-01 12:00Z'});
became('as of a time between, that is not known', 'in doubt|f', 'in doubt');
sql(q{UPDATE audit.settings SET as_of = '2024-02-10 12:00Z'});
answer('as of a time before, it is due', 'SELECT state FROM secret_deletions', 'due');

# Another secret of the name.
later('The name is given again', created('03-01 08:00:00', $new));
became('it is gone', 'deleted|t', 'deleted', 'inventory|shop/db-NEWNEW|none|');
answer('since when at the latest', 'SELECT name_taken_at FROM secret_deletions', '03-01 08');
later('Another suffix is read, whose creation is not in the trail', got('03-01 08:00:00', $app, $new->{arn}), got('03-02 08:00:00', $app, 'shop/db'));
became('it is gone', 'deleted|t', 'deleted', 'inventory|shop/db-NEWNEW|none|');
my $delete_new = sub { return call('DeleteSecret', '03-01 08:00:00', $ana, $new, request => $_[0]) };
later('The deletion of another suffix is requested', $delete_new->({ recoveryWindowInDays => 30 }));
became('it is gone', 'deleted|t', 'deleted', 'deletions|shop/db-NEWNEW|due|t', 'inventory|shop/db-NEWNEW|due|');
answer('since when at the latest', q{SELECT name_taken_at FROM secret_deletions WHERE secret_arn LIKE '%AbCdEf'}, '03-01 08');
later('Another suffix is deleted by force, which succeeds of what is gone, too', $delete_new->({ forceDeleteWithoutRecovery => JSON::PP::true }));
became('it is due', 'due|t', 'due', 'deletions|shop/db-NEWNEW|deleting|t', 'inventory|shop/db-NEWNEW|deleting|');
story('Nothing tells of a deletion, but another of its name is to be deleted', q{coverage_gap = '200 days'}, created('01-01 08:00:00', $db), $delete_new->({ recoveryWindowInDays => 30 }), call('ListSecrets', '05-31 23:00:00', $ana));
answer('the first is gone', 'SELECT secret_arn, deletion_state FROM secret_inventory', 'shop/db-AbCdEf|deleted', 'shop/db-NEWNEW|due');
later('Restored, then another has the name', got('03-01 08:00:00', $app, $db->{arn}), created('04-01 08:00:00', $new));
became('it was restored, and deleted later', 'restored|t', 'deleted', 'inventory|shop/db-NEWNEW|none|');
answer('what is gone is not unused, or never rotated', 'SELECT secret_arn FROM unused_secrets UNION ALL SELECT secret_arn FROM secret_never_rotated', 'shop/db-NEWNEW');
story('Nothing tells of a deletion, but the name is given again', q{coverage_gap = '200 days'}, created('01-01 08:00:00', $db), created('04-01 08:00:00', $new), call('ListSecrets', '05-31 23:00:00', $ana));
answer('the first is gone', 'SELECT secret_arn, deletion_state FROM secret_inventory', 'shop/db-AbCdEf|deleted', 'shop/db-NEWNEW|none');
later('A secret is named as the full ARN of this one ends', created('02-20 08:00:00', secret('shop/db-AbCdEf', 'ZzZzZz')));
answer('it is another name', q{SELECT state FROM secret_deletions}, 'due');

# Again and again.
story('A second request shows that the first was undone', '', @scheduled, got('03-01 08:00:00', $app, $db->{arn}), call('DeleteSecret', '05-20 08:00:00', $ana, $db, request => { recoveryWindowInDays => 30 }));
answer('of each its own', 'SELECT scheduled_at, state, alive_at, is_last FROM secret_deletions', '02-01 08|restored|03-01 08|f', '05-20 08|scheduled||t');
answer('the last decides', 'SELECT deletion_state FROM secret_inventory', 'scheduled');
story('It is restored, which was recorded, and read', '', @scheduled, call('RestoreSecret', '02-02 08:00:00', $ana, $db), got('03-01 08:00:00', $app, $db->{arn}));
answer('as before', 'SELECT restored_at, restored_by, state FROM secret_deletions', '02-02 08|ana|restored');
story('Its version ended, but it is read later', '', @scheduled, notice('EndSecretVersionDelete', '02-08 08:00:05', $db, due => '2024-02-08T08:00:00Z'), got('03-01 08:00:00', $app, $db->{arn}));
answer('the secret did not end', 'SELECT state, ended_at, alive_at FROM secret_deletions UNION ALL SELECT deletion_state, NULL, NULL FROM secret_inventory', 'restored|02-08 08:00:05+00|03-01 08', 'none||');

my $replica = secret('shop/db', 'AbCdEf', region => 'eu-west-1');
story('Deleted by force, and replicated there again', q{coverage_gap = '200 days'}, created('01-01 08:00:00', $replica), call('DeleteSecret', '02-01 08:00:00', $ana, $db, request => { forceDeleteWithoutRecovery => JSON::PP::true }),
	call('ReplicateSecretToRegions', '02-02 08:00:00', $ana, $replica, request => { addReplicaRegions => [ { region => 'us-east-1' } ] }, answer => { replicationStatus => [ { region => 'us-east-1', status => 'InProgress' } ] }), got('04-01 08:00:00', $app, 'shop/db'));
answer('it has the name; no date of the deletion is to come', q{SELECT valid_from, valid_to FROM secrets WHERE aws_region = 'us-east-1'}, '02-02 08|infinity');
answer('so a read by name is certain', 'SELECT secret_arn, resolve_method FROM secret_reads', 'shop/db-AbCdEf|name');
answer('it is there, and what it replaces is gone', 'SELECT state, conclusive, replicated_at, deletion_state FROM secret_deletions, secret_inventory AS i WHERE i.aws_region = \'us-east-1\'', 'deleted|t|02-02 08|none');
answer('its primary has it', 'SELECT aws_region, replicas FROM secret_inventory', 'eu-west-1|{us-east-1}', 'us-east-1|');
sql(q{UPDATE audit.settings SET as_of = '2024-02-01 12:00Z'});
answer('as of a time between, it is being deleted', 'SELECT state, replicated_at, deletion_state FROM secret_deletions, secret_inventory AS i WHERE i.aws_region = \'us-east-1\'', 'deleting||deleting');

# A replica has no recovery window: it is deleted at once, unless it had become a secret of its own.
my $at_once = q{SELECT d.state, d.forced, d.window_days, i.deletion_state FROM secret_deletions AS d JOIN secret_inventory AS i USING (secret_arn)};
my @replicated = (created('01-01 08:00:00', $db), call('ReplicateSecretToRegions', '02-01 08:00:00', $ana, $db, request => { addReplicaRegions => [ { region => 'eu-west-1' } ] }, answer => { replicationStatus => [ { region => 'eu-west-1', status => 'InProgress' } ] }));
my $delete_replica = sub { return call('DeleteSecret', '05-20 08:00:00', $ana, $replica, @_) };
my $replica_ends = sub { return map { notice("${_}SecretVersionDelete", '05-20 08:00:10', $replica, due => '2024-05-20T08:00:00Z') } qw(Start End) };
for my $date ([], [ answer => { deletionDate => 'May 20, 2024, 8:00:00 AM' } ])
{
	my $how = @$date ? 'with its date' : 'without a date';
	story("A replica is deleted, $how", q{coverage_gap = '200 days'}, @replicated, $delete_replica->(@$date), failed(got('05-21 08:00:00', $app, 'shop/db', region => 'eu-west-1'), 'ResourceNotFoundException', "Secrets Manager can't find the specified secret."));
	answer("$how, it cannot be restored", $at_once, 'deleting|t||deleting');
	answer("$how, its primary does not have it any more", 'SELECT aws_region, replicas FROM secret_inventory', 'eu-west-1|', 'us-east-1|');
	answer("$how, it ended then", q{SELECT ended_at, end_reason, valid_to > ended_at FROM secrets WHERE aws_region = 'eu-west-1'}, '05-20 08|deleted|t');
	answer("$how, who names it later gets nothing", 'SELECT resolve_method, error_kind FROM secret_probes', 'unresolved|not found');
	story("A replica is deleted, $how, and its end is in the trail", '', @replicated, $delete_replica->(@$date), $replica_ends->());
	answer("$how, it is gone", $at_once, 'deleted|t||deleted');
	story("A replica is deleted, $how, and made again", '', @replicated, $delete_replica->(@$date), call('ReplicateSecretToRegions', '05-21 08:00:00', $ana, $db, request => { addReplicaRegions => [ { region => 'eu-west-1' } ] }));
	answer("$how, it is there again", $at_once, 'deleted|t||none');
	answer("$how, its primary has it", 'SELECT aws_region, replicas FROM secret_inventory', 'eu-west-1|', 'us-east-1|{eu-west-1}');
	story("A replica that only its name and suffix show is deleted, $how", '', call('PutSecretValue', '04-01 08:00:00', $ana, $db, version => version(2)), got('05-01 08:00:00', $app, $replica->{arn}, region => 'eu-west-1'), $delete_replica->(@$date));
	answer("$how, it cannot be restored either", $at_once, 'deleting|t||deleting');
	story("A replica of which nothing but its deletion is seen, $how", '', call('PutSecretValue', '04-01 08:00:00', $ana, $db, version => version(2)), $delete_replica->(@$date));
	answer("$how, its name and suffix tell", "SELECT primary_arn IS NOT NULL, end_reason FROM secrets WHERE aws_region = 'eu-west-1'", 't|deleted');
}
my @replicate_again = (call('RemoveRegionsFromReplication', '03-01 08:00:00', $ana, $db, request => { removeReplicaRegions => ['eu-west-1'] }, answer => { replicationStatus => [] }),
	call('ReplicateSecretToRegions', '05-20 08:00:00', $ana, $db, request => { addReplicaRegions => [ { region => 'eu-west-1' } ] }, answer => { replicationStatus => [ { region => 'eu-west-1', status => 'InProgress' } ] }), notice('ReplicationSucceeded', '05-20 08:00:05', $db, replica => 'eu-west-1'));
my $of_replica = q{FROM secret_inventory WHERE aws_region = 'eu-west-1'};
for my $end ($replicate_again[0], call('DeleteSecret', '03-01 08:00:00', $ana, $replica))
{
	my $how = "ended by $end->{eventName}";
	story("A replica is made again, $how", q{coverage_gap = '200 days'}, @replicated, got('02-10 08:00:00', $app, 'shop/db', region => 'eu-west-1'), $end, @replicate_again[1, 2]);
	answer("$how, it is as old as its last replication", "SELECT created_at, deletion_state $of_replica", '05-20 08|none');
	answer("$how, it is too young to be unused", q{SELECT 1 FROM unused_secrets WHERE aws_region = 'eu-west-1'});
	answer("$how, the name was that of the first, too", 'SELECT event_time, secret_arn FROM secret_reads', "02-10 08|$replica->{arn}");
	story("Between, another has the name, $how", q{coverage_gap = '200 days'}, @replicated, $end, created('03-10 08:00:00', secret('shop/db', 'SoLoSo', region => 'eu-west-1')), got('03-20 08:00:00', $app, 'shop/db', region => 'eu-west-1'),
		call('DeleteSecret', '04-01 08:00:00', $ana, secret('shop/db', 'SoLoSo', region => 'eu-west-1'), request => { forceDeleteWithoutRecovery => JSON::PP::true }), @replicate_again[1, 2], got('05-21 08:00:00', $app, 'shop/db', region => 'eu-west-1'));
	answer("$how, each has its reads", 'SELECT event_time, right(secret_arn, 6) FROM secret_reads', '03-20 08|SoLoSo', '05-21 08|AbCdEf');
	answer("$how, there are no others", "SELECT right(secret_arn, 6), last_read $of_replica", 'AbCdEf|05-21 08', 'SoLoSo|03-20 08');
}

story('A replica becomes a secret of its own', q{coverage_gap = '200 days'}, @replicated, notice('RotationSucceeded', '02-15 08:00:00', $db, token => version(2)), call('PutSecretValue', '02-16 08:00:00', $ana, $db, version => version(3)),
	call('StopReplicationToReplica', '03-01 08:00:00', $ana, $replica), notice('RotationSucceeded', '04-01 08:00:00', $db, token => version(4)), call('PutSecretValue', '04-02 08:00:00', $ana, $db, version => version(5)));
answer('it keeps what it had as a replica', "SELECT created_at, created_by, last_value_change, last_rotated $of_replica", '02-01 08|Deploy|02-16 08|02-15 08');
answer('so it was rotated', 'SELECT aws_region FROM secret_never_rotated');
story('A replica becomes a secret of its own, and is deleted', '', @replicated, call('StopReplicationToReplica', '03-01 08:00:00', $ana, $replica), $delete_replica->());
answer('it can be restored', $at_once, 'scheduled|f|30|scheduled');
story('The same, of which the answer to the deletion tells', '', @replicated, $delete_replica->(answer => { deletionDate => 'Jun 19, 2024, 8:00:00 AM' }));
answer('it can be restored', $at_once, 'scheduled|f|30|scheduled');

# The window, if the request does not give it.
for my $given ([ 7, request => { recoveryWindowInDays => 7 } ], [ 9, answer => { deletionDate => 'May 29, 2024, 8:00:00 AM' } ], [30])
{
	my ($days, @with) = @$given;
	story("A secret is deleted within $days days", '', created('01-01 08:00:00', $db), call('DeleteSecret', '05-20 08:00:00', $ana, $db, @with));
	answer("it could be restored for $days days", 'SELECT window_days, forced FROM secret_deletions', "$days|f");
}

# Lists.
later('A list has it without a date of deletion');
listed('2024-03-01 00:00Z', [$db]);
became('it was restored', 'restored|t', 'none');
later('A list has it with one');
listed('2024-02-05 00:00Z', [ $db, DeletedDate => '2024-02-01T08:00:00Z' ]);
became('it is due', 'due|t', 'due');
tell('audit', got('03-01 08:00:00', $app, $db->{arn}));
became('read later, it was restored', 'restored|t', 'none');
story('Only a list shows that it was to be deleted, and it is read later', '', created('01-01 08:00:00', $db), got('03-01 08:00:00', $app, $db->{arn}));
listed('2024-02-05 00:00Z', [ $db, DeletedDate => '2024-02-01T08:00:00Z' ]);
answer('it was restored', 'SELECT deletion_state FROM secret_inventory', 'none');

# Who tries to delete or restore what is not there makes no secret.
my @not_found = ('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
my ($ghost, $ghost2, $ghost3) = map { secret("shop/ghost$_", 'GhOsT1') } '', 2, 3;
story('Deletions and restores fail', q{coverage_gap = '200 days'}, created('01-01 08:00:00', $db), failed(call('DeleteSecret', '02-01 08:00:00', $ana, $ghost, request => { recoveryWindowInDays => 7 }), @not_found),
	failed(call('RestoreSecret', '02-01 08:00:00', $ana, $ghost2, id => $ghost2->{arn}), @not_found), denied(call('DeleteSecret', '02-01 08:00:00', $ana, $ghost3), 'no identity-based policy allows the action'),
	denied(call('DeleteSecret', '02-01 08:00:00', $ana, $db), 'no identity-based policy allows the action'));
answer("a view has no other secret: $_", "SELECT secret_name FROM $_", 'shop/db') for qw(secret_inventory secret_never_rotated unused_secrets);
answer('nor was it seen', 'SELECT last_seen FROM secret_inventory', '01-01 08');
answer('nor deleted', 'SELECT secret_name FROM secret_deletions');
answer('the attempts are shown', 'SELECT secret_name, event_name FROM secret_probes UNION ALL SELECT secret_name, action FROM secret_denied', 'shop/ghost|DeleteSecret', 'shop/ghost2|RestoreSecret', map { "$_|secretsmanager:DeleteSecret" } 'shop/ghost3', 'shop/db');
done_testing();
