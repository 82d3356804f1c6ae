# Stories for which views once said something false: each is told as CloudTrail
# would, and the views must answer as they should.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($app, $api) = (role('App', 's'), role('Api', 's'));
my ($ana, $eve, $mallory) = (user('ana'), user('eve'), user('mallory'));
my $partner = role('Partner', 's', account => $abroad);
my $db = secret('shop/db', 'AbCdEf');
my $NOT_FOUND = ['ResourceNotFoundException', "Secrets Manager can't find the specified secret."];

new_database('stories');

story('A caller chooses the encryption context of their own calls of the key service', '',
	created('05-01 08:00:00', $db),
	got('05-02 08:00:00', $app, 'shop/db'),
	failed(event('kms.amazonaws.com', 'GenerateDataKey', '05-03 08:00:00', $mallory,
		request => { keyId => 'alias/nothing', keySpec => 'AES_256', encryptionContext => { SecretARN => "$db->{partial}-FAKE00", SecretVersionId => 'x' } }),
		'NotFoundException', 'Alias is not found.'),
	event('kms.amazonaws.com', 'GenerateDataKey', '05-03 09:00:00', $mallory,
		request => { keyId => 'alias/own', keySpec => 'AES_256', encryptionContext => { SecretARN => "$db->{partial}-FAKE00", SecretVersionId => 'x' } }),
	got('05-04 08:00:00', $app, 'shop/db'));
answer('names still resolve to the true secret', 'SELECT event_time, secret_arn, resolve_method FROM secret_reads',
	'05-02 08|shop/db-AbCdEf|name', '05-04 08|shop/db-AbCdEf|name');
answer('the directory has the true one only', 'SELECT secret_arn, evidence, valid_from, valid_to FROM secrets', 'shop/db-AbCdEf|created|05-01 08|infinity');
answer('the calls are shown as claims', q{SELECT secret_arn, resolve_method, outcome FROM secret_events WHERE event_source = 'kms.amazonaws.com'},
	'shop/db-FAKE00|claimed|failed', 'shop/db-FAKE00|claimed|succeeded');

story('A batch succeeds though some of its secrets are refused or missing', '',
	created('01-01 08:00:00', $db),
	batch('05-02 08:00:00', $eve, 'shop/db', 'shop/admin'),
	batch('05-03 08:00:00', $app, 'shop/api', 'shop/db'),
	got('05-03 08:00:00', $app, 'shop/api'),
	decrypted(batch('05-04 08:00:00', $api, 'shop/db', 'shop/x'), $db, version => version(1)));
answer('what a batch names is not known to be read', 'SELECT event_time, actor, secret_name, via_batch, outcome, confirmed_by FROM secret_reads',
	'05-02 08|eve|shop/admin|t|unknown|', '05-02 08|eve|shop/db|t|unknown|', '05-03 08|App|shop/api|t|succeeded|event', '05-03 08|App|shop/db|t|unknown|',
	'05-04 08|Api|shop/db|t|succeeded|kms', '05-04 08|Api|shop/x|t|unknown|');
answer('nor used', 'SELECT secret_name, actor, reads, unknown FROM secret_last_access',
	'shop/admin|eve|0|1', 'shop/db|eve|0|1', 'shop/api|App|1|0', 'shop/db|App|0|1', 'shop/db|Api|1|0', 'shop/x|Api|0|1');
answer('nor is there a first reader', 'SELECT secret_name, actor FROM secret_first_time_reader', 'shop/api|App', 'shop/db|Api');

story('A role of another account reads once a day in a new session', 'bulk_secrets = 1, bulk_window = \'1000 days\'',
	created('01-01 08:00:00', $db),
	map { twins(got("05-0$_ 08:00:00", role('Partner', "task-$_", account => $abroad), $db->{arn}), $home) } 1 .. 5);
answer('one reader, by its role', 'SELECT actor, reads FROM secret_last_access', 'Partner|5');
answer('first seen once', 'SELECT event_time, actor, actor_type, prior_readers FROM secret_first_time_reader', '05-01 08|Partner|AWSAccount|0');
answer('the sessions are told', 'SELECT DISTINCT actor, session_name FROM secret_reads', map { "Partner|task-$_" } 1 .. 5);
answer('its reads count together', 'SELECT actor, secrets, reads FROM secret_bulk_reads', 'Partner|1|5');

story('The same, of which only the records of the secret\'s account are here', '',
	created('01-01 08:00:00', $db),
	map { (twins(got("05-0$_ 08:00:00", role('Partner', "task-$_", account => $abroad), $db->{arn}), $home))[1] } 1 .. 5);
answer('one reader, by the id of the role', 'SELECT actor, reads FROM secret_last_access', 'AROAPartner|5');

story('Calls across accounts have two records each', '',
	created('01-01 08:00:00', $db),
	twins(call('PutSecretValue', '05-01 08:00:00', $partner, $db, id => $db->{arn}, version => version(2)), $home),
	twins(denied(got('05-02 08:00:00', $partner, $db->{arn}), 'no resource-based policy allows the secretsmanager:GetSecretValue action'), $home),
	twins(call('DeleteSecret', '05-05 08:00:00', $partner, $db, id => $db->{arn}, request => { recoveryWindowInDays => 7 }, answer => { deletionDate => 'May 12, 2024, 8:00:00 AM' }), $home));
answer('one row a call, by the caller\'s ARN', 'SELECT event_name, account_id, actor FROM secret_events WHERE actor <> \'arn:aws:iam::111122223333:role/Deploy\'',
	"PutSecretValue|$home|Partner", "GetSecretValue|$home|Partner", "DeleteSecret|$home|Partner");
answer('refused once', 'SELECT actor, attempts, denied_by FROM secret_denied', 'Partner|1|resource policy');
answer('refused once, of any service', 'SELECT actor, attempts, policy_type FROM access_denied', 'Partner|1|resource policy');
answer('each is a call across accounts, once', 'SELECT event_name, actor_account, secret_account FROM secret_cross_account',
	map { "$_|$abroad|$home" } qw(PutSecretValue GetSecretValue DeleteSecret));

story('A record is delivered again with more data', '',
	created('01-01 08:00:00', $db),
	again(got('05-01 08:00:00', $ana, $db->{arn})),
	again(call('DeleteSecret', '05-05 08:00:00', $ana, $db, request => { recoveryWindowInDays => 7 })),
	again(denied(got('05-06 08:00:00', $eve, $db->{arn}), 'no identity-based policy allows the action')));
answer('read once', 'SELECT reads FROM secret_last_access WHERE reads > 0', '1');
answer('each call once', 'SELECT event_name, count(*) FROM secret_events GROUP BY 1', 'CreateSecret|1', 'GetSecretValue|2', 'DeleteSecret|1');
answer('the newest stands', q{SELECT DISTINCT left(event_id, 1) FROM secret_events WHERE event_name <> 'CreateSecret'}, 'a');
answer('refused once', 'SELECT count(*) FROM access_denied', '1');
answer('both are kept', 'SELECT count(*) FROM raw_events', '7');

my $abroad_db = secret('shop/db', 'AbCdEf', region => 'eu-west-1');
story('A secret is replicated, and its replica read by name', '',
	created('01-01 08:00:00', $db),
	call('ReplicateSecretToRegions', '01-02 08:00:00', $deploy, $db, request => { addReplicaRegions => [ { region => 'eu-west-1' } ] },
		answer => { replicationStatus => [ { region => 'eu-west-1', status => 'InProgress' } ] }),
	got('05-01 08:00:00', $app, 'shop/db', region => 'eu-west-1'));
answer('the name is that of the replica', 'SELECT secret_arn, resolve_method FROM secret_reads', "$abroad_db->{arn}|replica");
answer('which is tied to its primary', 'SELECT aws_region, evidence, created_at, primary_arn, primary_region FROM secrets',
	'us-east-1|created|01-01 08||', 'eu-west-1|replica|01-02 08|shop/db-AbCdEf|us-east-1');

story('Replication fails in one Region, a replica is removed in another, promoted in a third', '',
	created('01-01 08:00:00', $db),
	call('ReplicateSecretToRegions', '01-02 08:00:00', $deploy, $db,
		request => { addReplicaRegions => [ map { { region => $_ } } qw(eu-west-1 ap-south-1 eu-central-1 sa-east-1) ] },
		answer => { replicationStatus => [ map { { region => $_, status => $_ eq 'sa-east-1' ? 'Failed' : 'InProgress' } } qw(eu-west-1 ap-south-1 eu-central-1 sa-east-1) ] }),
	notice('ReplicationFailed', '01-02 08:00:09', $db, replica => 'ap-south-1', message => 'Replication failed: Secret name conflict in region ap-south-1.'),
	got('01-03 08:00:00', $app, $abroad_db->{arn}, region => 'eu-west-1'),
	call('RemoveRegionsFromReplication', '02-02 08:00:00', $deploy, $db, request => { removeReplicaRegions => ['eu-west-1'] }, answer => { replicationStatus => [] }),
	got('03-01 08:00:00', $app, 'shop/db', region => 'eu-west-1'),
	call('StopReplicationToReplica', '02-03 08:00:00', $deploy, secret('shop/db', 'AbCdEf', region => 'eu-central-1')));
answer('each has its state', 'SELECT aws_region, evidence, ended_at, end_reason, promoted_at FROM secrets',
	'us-east-1|created|||', 'eu-west-1|replica|02-02 08|removed|', 'eu-central-1|seen|||02-03 08');
answer('a name is nobody\'s when the replica is gone', 'SELECT event_time, secret_arn IS NOT NULL, resolve_method FROM secret_reads',
	'01-03 08|t|given', '03-01 08|f|unresolved');

my $over = secret('shop/db', 'EuEuEu', region => 'eu-west-1');
for my $name (qw(CreateSecret ReplicateSecretToRegions))
{
	story("A replication by $name begins, and fails", '',
		call('CreateSecret', '01-01 08:00:00', $deploy, $over, version => version(1)),
		$name eq 'CreateSecret' ? () : created('01-02 07:00:00', $db),
		call($name, '01-02 08:00:00', $deploy, $db, version => version(2), request => { addReplicaRegions => [ { region => 'eu-west-1' } ] }),
		notice('ReplicationStarted', '01-02 08:00:01', $db, replica => 'eu-west-1'),
		notice('ReplicationFailed', '01-02 08:00:03', $db, replica => 'eu-west-1', message => 'Replication failed: Secret name conflict in region eu-west-1.'),
		got('05-01 08:00:00', $app, 'shop/db', region => 'eu-west-1'));
	answer("$name: the name is that of the secret that is there", 'SELECT secret_arn, resolve_method FROM secret_reads', "$over->{arn}|name");
	answer("$name: there is no other", 'SELECT secret_arn, replicas FROM secret_inventory', "$over->{arn}|", 'shop/db-AbCdEf|');
}

story('Replication overwrites the secret of that name in the other Region', '',
	call('CreateSecret', '01-01 08:00:00', $deploy, $over, version => version(1)),
	created('01-01 09:00:00', $db),
	got('01-15 08:00:00', $app, 'shop/db', region => 'eu-west-1'),
	call('ReplicateSecretToRegions', '02-01 08:00:00', $eve, $db, request => { addReplicaRegions => [ { region => 'eu-west-1' } ], forceOverwriteReplicaSecret => JSON::PP::true },
		answer => { replicationStatus => [ { region => 'eu-west-1', status => 'InProgress' } ] }),
	got('05-01 08:00:00', $app, 'shop/db', region => 'eu-west-1'));
answer('the name is then the replica\'s', 'SELECT event_time, secret_arn, resolve_method FROM secret_reads',
	"01-15 08|$over->{arn}|name", "05-01 08|$abroad_db->{arn}|replica");
answer('and the other one ended', q{SELECT secret_arn, ended_at, end_reason, valid_to FROM secrets WHERE aws_region = 'eu-west-1'},
	"$over->{arn}|02-01 08|overwritten|02-01 08", "$abroad_db->{arn}|||infinity");

my $copy = secret('copy/db', 'CoPyDb', account => $abroad);
my $partner_admin = user('pat', account => $abroad);
my @copied = (created('01-01 08:00:00', $db), call('CreateSecret', '01-02 08:00:00', $partner_admin, $copy, request => { crossAccountPrimaryARN => $db->{arn} }),
	call('AssociateCrossAccountReplica', '01-03 08:00:00', $ana, $db, request => { crossAccountReplicaARN => $copy->{arn} }),
	twins(call('AcceptCrossAccountReplication', '01-03 08:00:00', $ana, $copy, id => $copy->{arn}), $abroad), got('02-01 08:00:00', role('Copy', 's', account => $abroad), 'copy/db'));
my $copies = 'SELECT event_time, event_name, secret_name, source_region, replica_region, replica_account, status, outcome FROM secret_replication';
my @first = ("01-02 08|CreateSecret|copy/db|us-east-1|us-east-1|$abroad||succeeded", "01-03 08|AssociateCrossAccountReplica|shop/db|us-east-1|us-east-1|$abroad||succeeded", "01-03 08|AcceptCrossAccountReplication|copy/db||us-east-1|$abroad||succeeded");
story('A secret is replicated to another account', '', @copied);
answer('who lets it out, and whereto', $copies, @first);
answer('the replica has its primary, and no value of its own', 'SELECT account_id, secret_name, primary_arn, created_at, created_by, last_value_change FROM secret_inventory',
	"$home|shop/db||01-01 08|Deploy|01-01 08", "$abroad|copy/db|shop/db-AbCdEf|01-02 08|pat|");
answer('it rotates with that', 'SELECT secret_name FROM secret_never_rotated', 'shop/db');
answer('it is read as a secret of its own account', 'SELECT secret_account, secret_name, resolve_method FROM secret_reads', "$abroad|copy/db|name");
story('The primary\'s account ends that', '', @copied, call('DisassociateCrossAccountReplica', '03-01 08:00:00', $ana, $db, request => { crossAccountReplicaARN => $copy->{arn} }));
answer('the replica remains', "$copies WHERE event_time > '2024-02-01'", "03-01 08|DisassociateCrossAccountReplica|shop/db|us-east-1|us-east-1|$abroad|detached|succeeded");
answer('as one', 'SELECT secret_name, primary_arn, deletion_state FROM secret_inventory', 'shop/db||none', 'copy/db|shop/db-AbCdEf|none');
story('The replica\'s account makes it a secret of its own, and deletes it', '', @copied, call('StopReplicationToReplica', '03-01 08:00:00', $partner_admin, $copy), call('DeleteSecret', '05-20 08:00:00', $partner_admin, $copy));
answer('it is stopped', "$copies WHERE event_time > '2024-02-01'", '03-01 08|StopReplicationToReplica|copy/db||us-east-1||stopped|succeeded');
answer('it has no primary, and can be restored', 'SELECT secret_name, primary_arn, deletion_state FROM secret_inventory', 'shop/db||none', 'copy/db||scheduled');
story('Who may not replicate to another account', '', denied(call('AssociateCrossAccountReplica', '01-03 08:00:00', $ana, $db), 'no identity-based policy allows the secretsmanager:AssociateCrossAccountReplica action'));
answer('tries', 'SELECT event_name, secret_name, outcome FROM secret_replication', 'AssociateCrossAccountReplica|shop/db|denied');

story('An event tells of secrets that were taken out again', '',
	created('01-01 08:00:00', secret('theirs/db', 'AbCdEf')));
sql('DELETE FROM audit.raw_events');
tell('audit', got('05-20 08:00:00', $app, 'theirs/db'));
answer('the directory has no secret', 'SELECT secret_arn FROM secrets');
answer('and the name is not resolved', 'SELECT event_time, secret_arn, resolve_method FROM secret_reads', '05-20 08||unresolved');

story('A name that ends as an ARN does, of which nothing shows the full ARN', '',
	got('05-01 08:00:00', $app, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/my-orders'),
	got('05-02 08:00:00', $api, 'shop/my-orders'),
	got('05-03 08:00:00', $api, 'shop/my'));
answer('nothing is certain', 'SELECT event_time, secret_name, secret_arn, resolve_method FROM secret_reads',
	'05-01 08|shop/my-orders||ambiguous', '05-02 08|shop/my-orders||unresolved', '05-03 08|shop/my||unresolved');
my $orders = secret('shop/my-orders', 'AbCdEf');
story('The same, of which the full ARN is known', '', created('01-01 08:00:00', $orders), got('05-01 08:00:00', $app, $orders->{partial}));
answer('the partial ARN leads to it', 'SELECT secret_name, secret_arn, resolve_method FROM secret_reads', 'shop/my-orders|shop/my-orders-AbCdEf|partial');

story('One application reads by full ARN in batches, another by name', '',
	batch('01-01 08:00:00', $app, $db->{arn}, secret('shop/api', 'AbCdEf')->{arn}),
	got('05-20 08:00:00', $api, 'shop/db'));
answer('it is one secret', 'SELECT event_time, secret_name, secret_arn, resolve_method FROM secret_reads',
	'01-01 08|shop/api|shop/api-AbCdEf|given', '01-01 08|shop/db|shop/db-AbCdEf|given', '05-20 08|shop/db|shop/db-AbCdEf|name');
answer('known by a batch alone', 'SELECT secret_arn, evidence FROM secrets', 'shop/db-AbCdEf|named', 'shop/api-AbCdEf|named');

story('Batches that filter', '',
	map { call('BatchGetSecretValue', "05-01 08:0$_->[0]:00", $eve, undef, request => { filters => $_->[1] }) }
		[ 0, [ { key => 'description', values => ['!zz'] } ] ], [ 1, [ { key => 'primary-region', values => ['!zz'] } ] ],
		[ 2, [ { key => 'owning-service', values => ['!zz'] } ] ], [ 3, [ { key => 'name', values => [''] } ] ],
		[ 4, [ { key => 'name', values => ['!zz'] } ] ], [ 5, [ { key => 'all', values => ['!zz'] } ] ], [ 6, [ { key => 'tag-value', values => ['a', '!zz'] } ] ],
		[ 7, [ { key => 'name', values => ['shop'] } ] ], [ 8, [ { key => 'name', values => ['!zz'] }, { key => 'tag-key', values => ['shop'] } ] ]);
answer('by what the filters do', 'SELECT event_time, excludes, catches_all FROM secret_batch_catchall',
	'05-01 08|t|t', (map { "05-01 08:0$_:00+00|t|t" } 1, 2, 4, 5, 6), '05-01 08:03:00+00|f|t', '05-01 08:07:00+00|f|f', '05-01 08:08:00+00|t|f');

story('A secret of another account is named by ARN without suffix', '',
	got('05-01 08:00:00', $partner, $db->{partial}),
	twins(got('05-02 08:00:00', $partner, secret('shop/api', 'AbCdEf')->{partial}), $home));
answer('calls across accounts', 'SELECT event_time, secret_account, secret_name FROM secret_cross_account', "05-01 08|$home|shop/db", "05-02 08|$home|shop/api");
answer('read once each', 'SELECT event_time, account_id, actor, secret_account, secret_name FROM secret_reads',
	"05-01 08|$abroad|Partner|$home|shop/db", "05-02 08|$home|Partner|$home|shop/api");
answer('in the account of the secret', 'SELECT account_id, secret_name FROM secret_last_access', "$home|shop/db", "$home|shop/api");

my ($a, $b, $lost) = map { secret($_, 'AbCdEf') } qw(a b lost);
my $foreign = stranger($partner);
my $here = { record => { recipientAccountId => $home } };
story('A batch across accounts, whose caller has no ARN', '',
	created('01-01 08:00:00', $a), created('01-01 08:00:00', $b),
	call('BatchGetSecretValue', '05-01 08:00:00', $foreign, undef, request => { secretIdList => [ $a->{arn}, $b->{arn} ] }, %$here),
	got('05-01 08:00:00', $foreign, $a->{arn}, %$here), got('05-01 08:00:00', $foreign, $b->{arn}, %$here),
	failed(got('05-02 08:00:00', $foreign, secret('c', 'AbCdEf')->{arn}, %$here), @$NOT_FOUND));
answer('each read once, via the batch', 'SELECT secret_name, via_batch, outcome FROM secret_reads', 'a|t|succeeded', 'b|t|succeeded', 'c|f|failed');
answer('probes are counted', 'SELECT actor, attempts, distinct_ids FROM secret_probes', 'AROAPartner|1|1');

story('Two sessions read two versions in one second', '',
	created('01-01 08:00:00', $db),
	(map { decrypted(got('05-01 08:00:00', role('App', "pod-$_->[0]"), $db->{arn}, request => $_->[2]), $db, version => version($_->[1])) } [ 'a', 10, {} ], [ 'b', 11, { versionStage => 'AWSPREVIOUS' } ]),
	decrypted(got('05-02 08:00:00', $ana, $db->{arn}), $db, version => version(12)), decrypted(got('05-02 08:00:00', $ana, $db->{arn}, request => { versionStage => 'AWSPREVIOUS' }), $db, version => version(13)));
answer('each its own; of one session, neither', 'SELECT session_name, version_stage, version_id FROM secret_reads',
	'pod-a||' . version(10), 'pod-b|AWSPREVIOUS|' . version(11), '||', '|AWSPREVIOUS|');

my @twice = map { [ decrypted(got("05-01 08:00:0$_->[0]", $ana, $db->{arn}, request => $_->[1]), $db, version => version(10)) ] } [ 0, { versionId => version(10) } ], [ 2, {} ];
story('One session reads a version by its id, and then the current one', '', created('01-01 08:00:00', $db), map { @$_ } @twice);
answer('as many decryptions, all of one version', 'SELECT event_time, version_id FROM secret_reads', '05-01 08|' . version(10), '05-01 08:00:02+00|' . version(10));
story('One of the decryptions is not in the trail', '', created('01-01 08:00:00', $db), @{ $twice[0] }, $twice[1][0]);
answer('the other may be of either', 'SELECT event_time, version_id FROM secret_reads', '05-01 08|' . version(10), '05-01 08:00:02+00|');

my $for_ana = got('05-01 08:00:00', $ana, $db->{arn});
$for_ana->{userIdentity} = { %{ $for_ana->{userIdentity} }, invokedBy => 'rds-data.amazonaws.com' };
story('A service reads on a user\'s behalf', '', created('01-01 08:00:00', $db), $for_ana, got('05-02 08:00:00', $eve, $db->{arn}));
answer('who got the value', 'SELECT actor, invoked_by, received_by FROM secret_reads', 'ana|rds-data.amazonaws.com|rds-data.amazonaws.com', 'eve||eve');
answer('and who uses it', 'SELECT actor, invoked_by, reads FROM secret_last_access', 'ana|rds-data.amazonaws.com|1', 'eve||1');

story('One name in two Regions', '',
	(map { denied(got("05-01 08:00:0$_->[0]", $eve, 'shop/db', region => $_->[1]), 'no identity-based policy allows the action') } [ 0, 'us-east-1' ], [ 1, 'eu-west-1' ]),
	map { failed(got("05-01 08:00:0$_->[0]", $eve, 'shop/x', region => $_->[1]), @$NOT_FOUND) } [ 2, 'us-east-1' ], [ 3, 'eu-west-1' ]);
answer('refused once each', 'SELECT aws_region, secret_name, attempts FROM secret_denied', 'us-east-1|shop/db|1', 'eu-west-1|shop/db|1');
answer('not found once each', 'SELECT aws_region, id_given, attempts, distinct_ids FROM secret_probes', 'us-east-1|shop/x|1|2', 'eu-west-1|shop/x|1|2');

story('The China partition', '', got('05-01 08:00:00', user('li'), 'shop/db', region => 'cn-north-1', record => { eventSource => 'secretsmanager.amazonaws.com.cn' }));
answer('is seen', 'SELECT actor, secret_name, outcome FROM secret_reads', 'li|shop/db|succeeded');

story('A version ends while the secret lives on', '',
	created('01-01 08:00:00', $db),
	notice('EndSecretVersionDelete', '05-01 08:00:05', $db, due => '2024-05-01T08:00:00Z'),
	got('05-21 08:00:00', $app, 'shop/db'),
	call('PutSecretValue', '05-22 09:00:03', $ana, $db, version => version(3)));
answer('it is not gone', 'SELECT ended_at, valid_to FROM secrets', '|infinity');
answer('its name still resolves', 'SELECT event_time, secret_arn, resolve_method FROM secret_reads', '05-21 08|shop/db-AbCdEf|name');

story('A new kind of service event is entered', '', created('01-01 08:00:00', $db),
	notice('SecretPurged', '05-02 08:00:05', $db, due => '2024-05-01T08:00:00Z'));
sql(q{INSERT INTO audit.secret_event_kinds VALUES ('SecretPurged', 'deletion', 'ended')});
answer('the directory knows it', 'SELECT ended_at, end_reason FROM secrets', '05-02 08:00:05+00|deleted');
answer('and the events', q{SELECT process, phase FROM secret_events WHERE event_name = 'SecretPurged'}, 'deletion|ended');

story('Refusals by other codes', '',
	failed(got('05-01 08:00:00', $partner, $db->{arn}), 'InvalidRequestException', "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key."),
	failed(got('05-01 08:00:01', $app, $db->{arn}), 'DecryptionFailure', "Secrets Manager can't decrypt the protected secret text using the provided KMS key."),
	failed(got('05-01 08:00:02', $app, $db->{arn}), 'AccessDeniedException', 'Access to KMS is not allowed'),
	failed(event('sns.amazonaws.com', 'GetTopicAttributes', '05-01 08:00:03', $eve), 'AuthorizationError', 'User: x is not authorized to perform: SNS:GetTopicAttributes on resource: t'),
	failed(event('apigateway.amazonaws.com', 'GetRestApis', '05-01 08:00:04', $eve), 'ForbiddenException', 'User: x is not authorized to perform: apigateway:GET'),
	failed(event('ec2.amazonaws.com', 'RunInstances', '05-01 08:00:05', $eve), 'Client.AuthFailure', 'AWS was not able to validate the provided access credentials'),
	failed(event('ec2.amazonaws.com', 'RunInstances', '05-01 08:00:06', $eve), 'Client.InvalidParameterValue', 'Invalid'));
answer('are refusals', 'SELECT actor, error_code, denied_by FROM secret_denied',
	'Partner|InvalidRequestException|key policy', 'App|DecryptionFailure|', 'App|AccessDeniedException|KMS');
answer('of any service', 'SELECT event_source, count(*) FROM access_denied GROUP BY 1',
	'secretsmanager.amazonaws.com|3', 'sns.amazonaws.com|1', 'apigateway.amazonaws.com|1', 'ec2.amazonaws.com|1');

my @by_kms = ('AccessDenied', 'Access to KMS is not allowed');
my $asked_kms = sub { (decrypted(got($_[0], $_[1], $db->{arn}), $db, version => version(1)))[1] };
my $may_not = sub { failed($asked_kms->(@_), 'AccessDenied', "User: x is not authorized to perform: kms:Decrypt on resource: y because no $_[2] policy allows the kms:Decrypt action") };
story('KMS refuses', '', created('01-01 08:00:00', $db),
	failed(got('05-01 08:00:00', $app, $db->{arn}), @by_kms), $may_not->('05-01 08:00:00', $app, 'identity-based'),
	failed(got('05-02 08:00:00', $app, $db->{arn}), @by_kms), $may_not->('05-02 08:00:00', $eve, 'identity-based'), $may_not->('05-02 08:05:00', $app, 'identity-based'),
	failed(got('05-03 08:00:00', $app, $db->{arn}), @by_kms), $may_not->('05-03 08:00:00', $app, 'identity-based'), $may_not->('05-03 08:00:00', $app, 'resource-based'),
	failed(got('05-04 08:00:00', $app, $db->{arn}), @by_kms), $asked_kms->('05-04 08:00:00', $app),
	denied(got('05-05 08:00:00', $app, 'x Access to KMS is not allowed'), 'no'), denied(got('05-05 08:00:01', $app, 'x default KMS service key'), 'no'),
	(map { failed(got("05-06 08:00:0$_->[0]", $app, $db->{arn}), $_->[1], 'arn:aws:kms:us-east-1:111122223333:key/x is disabled.') } [ 0, 'DecryptionFailure' ], [ 1, 'EncryptionFailure' ]));
answer('the event of KMS says why, if it is that of this call, and only one', 'SELECT event_time, denied_by FROM secret_denied', '05-01 08|identity policy', '05-02 08|KMS', '05-03 08|KMS', '05-04 08|KMS',
	'05-05 08|', '05-05 08:00:01+00|', '05-06 08|', '05-06 08:00:01+00|');
answer('each event by itself', q{SELECT event_source, policy_type, count(*) FROM access_denied GROUP BY 1, 2}, 'secretsmanager.amazonaws.com|KMS|4', 'secretsmanager.amazonaws.com||4',
	'kms.amazonaws.com|identity policy|4', 'kms.amazonaws.com|resource policy|1');

my @deleted = ("You tried to perform the operation on a secret that's currently marked deleted.", "You can't perform this operation on the secret because it was marked for deletion.",
	"You can\x{2019}t create this secret because a secret with this name is already scheduled for deletion.", "You can't perform this operation on the secret because it was deleted.");
utf8::encode($_) for @deleted;
story('Answers that say a secret is deleted', '',
	map { failed(got("05-01 08:00:0$_", $eve, 'shop/old'), 'InvalidRequestException', $deleted[$_]) } 0 .. $#deleted);
answer('are answers to probes', 'SELECT error_kind, attempts FROM secret_probes', ('marked for deletion|4') x 4);

story('Two secrets had a name one after the other; neither creation nor end is known', '',
	got('01-01 08:00:00', $app, secret('shop/db', 'OLDOLD')->{arn}),
	got('05-28 08:00:00', $app, 'shop/db'),
	call('DescribeSecret', '05-30 02:00:00', $app, undef, request => { secretId => secret('shop/db', 'NEWNEW')->{arn} }));
answer('a read between may be of either', q{SELECT secret_arn, resolve_method, array_to_string(candidates, ' ') FROM secret_reads WHERE id_given = 'shop/db'},
	'|ambiguous|shop/db-OLDOLD shop/db-NEWNEW');

my $lookalike = secret('shop/db-AbCdEf', 'ZzZzZz');
story('Somebody makes a secret named as another\'s full ARN ends', '',
	created('01-01 08:00:00', $db),
	got('02-01 08:00:00', $app, $db->{arn}),
	created('03-01 08:00:00', $lookalike, by => $mallory),
	got('04-01 08:00:00', $eve, $db->{arn}),
	batch('04-02 08:00:00', $eve, $db->{arn}),
	denied(got('04-03 08:00:00', $eve, $db->{arn}), 'no identity-based policy allows the action'),
	got('04-04 08:00:00', $eve, 'shop/db-AbCdEf'));
answer('the full ARN stays one', 'SELECT event_time, actor, secret_arn, resolve_method FROM secret_reads',
	(map { "$_|shop/db-AbCdEf|exact" } '02-01 08|App', '04-01 08|eve', '04-02 08|eve', '04-03 08|eve'), '04-04 08|eve|shop/db-AbCdEf-ZzZzZz|name');
story('The same, of a secret of which only calls by its full ARN show that it is there', '',
	got('02-01 08:00:00', $app, $db->{arn}),
	created('03-01 08:00:00', $lookalike, by => $mallory),
	got('04-01 08:00:00', $eve, $db->{arn}));
answer('what was a full ARN before stays one', 'SELECT event_time, secret_arn, resolve_method FROM secret_reads',
	'02-01 08|shop/db-AbCdEf|given', '04-01 08|shop/db-AbCdEf|given');

story('A name looks like the end of a full ARN, and only decryptions show the full one', q{unused_after = '10 days', coverage_gap = '20 days'},
	map { decrypted(got("05-$_ 08:00:00", $app, $lookalike->{partial}), $lookalike, version => version(1)) } qw(01 10 20 30));
answer('it is read by its partial ARN', 'SELECT DISTINCT secret_arn, resolve_method, version_id FROM secret_reads', "shop/db-AbCdEf-ZzZzZz|kms|${\ version(1)}");
answer('so it is not unused', 'SELECT secret_arn FROM unused_secrets');
answer('and no other is there', 'SELECT secret_name FROM secret_inventory', 'shop/db-AbCdEf');

story('A secret is created without a value', '',
	call('CreateSecret', '01-01 08:00:00', $deploy, $db, token => version(9), answer => { arn => $db->{arn}, name => 'shop/db' }));
answer('nothing was written to it', 'SELECT created_at, created_by, last_value_change FROM secret_inventory', '01-01 08|Deploy|');

story('A name is made again within the second in which its predecessor is deleted', '',
	created('01-01 08:00:00', $db),
	call('DeleteSecret', '02-01 08:00:00', $ana, $db, request => { forceDeleteWithoutRecovery => JSON::PP::true }),
	created('02-01 08:00:00', secret('shop/db', 'NEWNEW')),
	map { got("$_:00", $app, 'shop/db') } '01-15 08:00', '02-01 08:00', '02-02 08:00');
answer('that second may be either\'s', q{SELECT event_time, secret_arn, resolve_method FROM secret_reads},
	'01-15 08|shop/db-AbCdEf|name', '02-01 08||ambiguous', '02-02 08|shop/db-NEWNEW|name');

story('A deletion is due, but its end is not in the trail', '',
	created('01-01 08:00:00', $db),
	call('DeleteSecret', '02-01 08:00:00', $ana, $db, request => { recoveryWindowInDays => 7 }),
	map { got("$_ 08:00:00", $app, 'shop/db') } '02-03', '05-01');
answer('then the name may be another\'s', q{SELECT event_time, secret_arn, resolve_method, array_to_string(candidates, ' ') FROM secret_reads},
	'02-03 08|shop/db-AbCdEf|name|', '05-01 08||ambiguous|shop/db-AbCdEf');

story('Three hourly files, one of them damaged', '');
sql(sprintf(q{SELECT cloudtrail_import('audit', 'AWSLogs/111122223333/CloudTrail/us-east-1/111122223333_CloudTrail_us-east-1_20240501T%s00Z_x.json.gz', pg_read_binary_file('%s'))},
	$_, server_file("hour-$_", $_ eq '09' ? "\x1f\x8b\x08" : log_file(got("05-01 $_:00:00", $app, 'a'))))) for qw(08 09 10);
answer('its hour is missing', 'SELECT files, hours_missing, damaged_files FROM coverage', '3|1|1');
answer('in what was observed, too', 'SELECT observed_from, observed_to, hours_missing FROM observed', '05-01 08|05-01 10|1');

story('One account is logged for years until May, another since yesterday', '',
	(map { call('DescribeSecret', "$_ 08:00:00", $app, $db) } '01-01', '02-01', '05-01'),
	call('DescribeSecret', '05-31 08:00:00', role('Api', 's', account => $abroad), secret('b/db', 'AbCdEf', account => $abroad)));
answer('each is observed for itself', 'SELECT account_id, observed_from, observed_to, read_events, gaps IS NOT NULL FROM observed',
	"$home|01-01 08|05-01 08|t|t", "$abroad|05-31 08|05-31 08|t|f");

story('A newer list of secrets is loaded', q{as_of = '2024-06-02 00:00Z', unused_after = '30 days'},
	created('01-01 08:00:00', $a), created('01-01 08:00:00', $lost),
	call('RotateSecret', '01-01 09:00:00', $deploy, $a, version => version(2), request => { rotationRules => { automaticallyAfterDays => 30 } }),
	notice('RotationSucceeded', '01-01 09:00:06', $a, token => version(2)),
	got('03-01 08:00:00', $app, 'a'), got('03-01 08:00:00', $app, 'lost'));
listed('2024-06-01 00:00Z', [ $a, RotationEnabled => JSON::PP::false, LastChangedDate => '2024-05-20T00:00:00Z', CreatedDate => '2024-01-01T08:00:00Z' ],
	[ $b, RotationEnabled => JSON::PP::true, RotationRules => { AutomaticallyAfterDays => 10 }, LastRotatedDate => '2024-04-01T00:00:00Z', LastChangedDate => '2024-05-29T00:00:00Z', CreatedDate => '2023-01-01T08:00:00Z' ]);
answer('the newer word decides, field by field', 'SELECT secret_name, last_value_change, rotation_enabled, rotate_every, deletion_state FROM secret_inventory',
	'a|01-01 08|f|30 days|none', 'b|2023-01-01 08|t|10 days|none', 'lost|01-01 08|||not listed');
answer('b is overdue by its rule, a by the default since rotation is off', 'SELECT secret_name, due_by, due_at, rotation_cancelled_at FROM secret_rotation_overdue',
	'a|default|03-31 09:00:06+00|06-01 00', 'b|rule|04-11 00|');
answer('what the list lacks is not unused, but gone', 'SELECT secret_name FROM unused_secrets', 'a', 'b');
answer('nor never rotated', 'SELECT secret_name FROM secret_never_rotated');
listed('2024-06-01 12:00Z', [$a]);
answer('a list replaces the list', 'SELECT secret_name, deletion_state FROM secret_inventory', 'a|none', 'lost|not listed');
tell('audit', got('06-01 18:00:00', $app, 'lost'));
answer('an event later than the list shows that it is there', q{SELECT secret_name, deletion_state FROM secret_inventory WHERE secret_name = 'lost'}, 'lost|none');

story('A newer list says what events say', q{as_of = '2024-06-02 00:00Z'},
	created('01-01 08:00:00', $a), call('RotateSecret', '01-01 09:00:00', $deploy, $a, version => version(2), request => { rotationRules => { automaticallyAfterDays => 30 } }));
listed('2024-06-01 00:00Z', [ $a, RotationEnabled => JSON::PP::true ]);
answer('the rule is overdue since it was set', 'SELECT secret_name, due_at, days_overdue FROM secret_rotation_overdue', 'a|01-31 09|122');

story('A trail begins after a secret was replicated', q{as_of = '2024-06-02 00:00Z'},
	call('PutSecretValue', '05-01 08:00:00', $deploy, $db, version => version(2)),
	notice('RotationSucceeded', '05-20 09:00:06', $db, token => version(3)),
	got('05-20 08:00:00', $app, $abroad_db->{arn}, region => 'eu-west-1'),
	got('05-20 08:00:00', $app, secret('shop/db', 'AbCdEf', region => 'eu-central-1')->{arn}, region => 'eu-central-1'),
	call('StopReplicationToReplica', '05-21 08:00:00', $deploy, secret('shop/db', 'AbCdEf', region => 'eu-central-1')),
	got('05-20 08:00:00', $app, secret('shop/db', 'ZyXwVu', region => 'ap-south-1')->{arn}, region => 'ap-south-1'),
	batch('05-20 08:00:00', $eve, secret('shop/db', 'AbCdEf', region => 'sa-east-1')->{arn}));
answer('name and suffix show the primary', 'SELECT aws_region, evidence, created_at, primary_region, promoted_at FROM secrets',
	'us-east-1|seen|||', 'eu-west-1|used||us-east-1|', 'eu-central-1|seen||us-east-1|05-21 08', 'ap-south-1|used|||', 'sa-east-1|named|||');
answer('which rotates its replica', 'SELECT aws_region, last_rotated, replicas FROM secret_inventory',
	'us-east-1|05-20 09:00:06+00|{eu-west-1}', 'eu-west-1|05-20 09:00:06+00|', 'eu-central-1|05-20 09:00:06+00|', 'ap-south-1||', 'sa-east-1||');
answer('never rotated are those that never were its replicas', 'SELECT aws_region FROM secret_never_rotated', 'ap-south-1', 'sa-east-1');
sql('DELETE FROM audit.raw_events');
tell('audit', (map { got('05-20 08:00:00', $app, $_->{arn}, region => $_->{region}) } $db, $abroad_db));
answer('of two that are only read, neither is known to be', 'SELECT aws_region, primary_region FROM secrets', 'us-east-1|', 'eu-west-1|');
listed('2024-06-01 00:00Z', map { [ $_, PrimaryRegion => 'us-east-1' ] } $db, $abroad_db);
answer('a list shows it', 'SELECT aws_region, primary_region FROM secrets', 'us-east-1|', 'eu-west-1|us-east-1');

story('A rule that does not rotate at once names the function', '',
	created('01-01 08:00:00', $db),
	call('RotateSecret', '05-01 08:00:00', $deploy, $db, request => { rotationLambdaARN => "arn:aws:lambda:us-east-1:$home:function:f", rotationRules => { automaticallyAfterDays => 5 }, rotateImmediately => JSON::PP::false }),
	notice('RotationStarted', '05-06 08:00:00', $db, token => version(2)),
	notice('RotationSucceeded', '05-06 08:00:09', $db, token => version(2)));
answer('which rotates later', 'SELECT rotation_kind, lambda_arn, outcome FROM secret_rotations', "function|arn:aws:lambda:us-east-1:$home:function:f|succeeded");

story('Requests to rotate fail again and again', q{rotation_due_after = '60 days'},
	created('01-01 08:00:00', $db),
	call('RotateSecret', '01-02 08:00:00', $deploy, $db, version => version(2), request => { rotationRules => { automaticallyAfterDays => 30 } }),
	map { call('RotateSecret', "0$_-20 08:00:00", $deploy, $db, version => version(2 + $_)), notice('RotationFailed', "0$_-20 08:00:30", $db, token => version(2 + $_)) } 2 .. 5);
answer('it is overdue since rotation was turned on', 'SELECT last_rotated, due_by, due_at FROM secret_rotation_overdue', '|rule|02-01 08');

story('A secret was replicated ten days ago to a Region that the trail does not have', '',
	created('01-01 08:00:00', $db), got('05-20 08:00:00', $app, 'shop/db'),
	call('ReplicateSecretToRegions', '05-22 08:00:00', $deploy, $db, request => { addReplicaRegions => [ { region => 'eu-west-1' } ] }, answer => { replicationStatus => [ { region => 'eu-west-1', status => 'InProgress' } ] }));
answer('the replica began then', 'SELECT aws_region, created_at, last_value_change FROM secret_inventory', 'us-east-1|01-01 08|01-01 08', 'eu-west-1|05-22 08|01-01 08');
answer('so it is not unused for 90 days', 'SELECT aws_region FROM unused_secrets');
sql(q{UPDATE audit.settings SET unused_after = '5 days'});
answer('for five it is, but nothing was observed', 'SELECT aws_region, observed_days, conclusive FROM unused_secrets', 'eu-west-1||f', 'us-east-1|142|f');

story('Deletions by force and by window', q{as_of = '2024-05-10 00:00Z'},
	(map { created('01-01 08:00:00', secret($_, 'AbCdEf')) } qw(forced begun due same)),
	call('DeleteSecret', '05-01 08:00:00', $ana, secret('forced', 'AbCdEf'), request => { forceDeleteWithoutRecovery => JSON::PP::true }),
	call('DeleteSecret', '05-01 08:00:00', $ana, secret('begun', 'AbCdEf'), request => { recoveryWindowInDays => 30 }),
	notice('StartSecretVersionDelete', '05-01 08:00:04', secret('begun', 'AbCdEf'), due => '2024-05-31T08:00:00Z'),
	call('DeleteSecret', '02-01 08:00:00', $ana, secret('due', 'AbCdEf'), request => { recoveryWindowInDays => 7 }),
	call('RestoreSecret', '02-02 08:00:00', $ana, secret('due', 'AbCdEf')),
	call('DeleteSecret', '02-03 08:00:00', $ana, secret('due', 'AbCdEf'), request => { recoveryWindowInDays => 7 }),
	call('DeleteSecret', '05-03 08:00:00', $ana, secret('same', 'AbCdEf'), request => { recoveryWindowInDays => 30 }),
	call('RestoreSecret', '05-04 08:00:00', $ana, secret('same', 'AbCdEf')),
	call('DeleteSecret', '05-04 08:00:00', $ana, secret('same', 'AbCdEf'), request => { recoveryWindowInDays => 30 }),
	(map { call($_, '05-02 08:00:00', $ana, secret('same', 'AbCdEf'), request => $_ eq 'PutResourcePolicy' ? { resourcePolicy => '{}' } : {}) } qw(DeleteResourcePolicy PutResourcePolicy CancelRotateSecret RotateSecret)));
answer('one state, of deletions', 'SELECT secret_name, forced, state FROM secret_deletions', 'forced|t|deleting', 'begun|f|scheduled', 'due|f|restored', 'due|f|due', 'same|f|restored', 'same|f|scheduled');
answer('and of the inventory; within a second nothing is certain', 'SELECT secret_name, deletion_state, policy_present, rotation_enabled FROM secret_inventory',
	'forced|deleting||', 'begun|scheduled||', 'due|due||', 'same|scheduled||');

my $owned = secret('rds!db-1', 'AbCdEf');
my $rds = role('Rds', 's');
$rds->{identity}{invokedBy} = 'rds.amazonaws.com';
my $terraform = 'terraform-20240501080000000000000001';
story('Rotations without functions, by any token, of which the end or the rest is missing, and a label moved back by hand', q{rotation_due_after = '10 days'},
	created('01-01 08:00:00', $owned, by => $rds), (map { created('01-01 08:00:00', $_) } $db, $b, $a),
	(map { call('RotateSecret', "05-0$_ 08:00:00", $rds, $owned, version => version($_)), call('PutSecretValue', "05-0$_ 08:00:02", $rds, $owned, version => version($_)) } 2, 9),
	call('RotateSecret', '05-01 08:00:00', $deploy, $db, version => $terraform), notice('RotationStarted', '05-01 08:00:01', $db, token => $terraform),
	call('PutSecretValue', '05-01 08:00:03', $app, $db, version => $terraform), notice('RotationSucceeded', '05-01 08:00:05', $db, token => $terraform),
	call('UpdateSecretVersionStage', '05-11 08:00:00', $app, $db, request => { versionStage => 'AWSCURRENT', moveToVersionId => $terraform }),
	call('RotateSecret', '05-31 23:59:50', $deploy, $b, version => version(7)), call('PutSecretValue', '05-31 23:59:55', $app, $b, version => version(7)),
	call('RotateSecret', '01-01 09:00:00', $deploy, $a, version => version(8), request => { rotationRules => { scheduleExpression => 'cron(0 8 1 * ? *)' } }),
	notice('RotationSucceeded', '02-11 08:00:06', $a, token => version(8)));
answer('each is a rotation', 'SELECT secret_name, token, outcome, requested_by, rotated_by, rotation_kind FROM secret_rotations',
	(map { 'rds!db-1|' . version($_) . '|succeeded|Rds|rds.amazonaws.com|managed' } 2, 9), "shop/db|$terraform|succeeded|Deploy|App|", 'b|' . version(7) . '|open|Deploy|App|', 'a|' . version(8) . '|succeeded|Deploy||');
answer('by hand is what was moved ten days later', 'SELECT event_time, event_name, secret_name, version_id FROM secret_manual_changes', "05-11 08|UpdateSecretVersionStage|shop/db|$terraform");
answer('the rule has its own interval', 'SELECT secret_name, due_by, due_at FROM secret_rotation_overdue', 'a|rule|03-01 08', 'rds!db-1|default|05-19 08:00:02+00', 'shop/db|default|05-11 08:00:05+00');
answer('none but one was never rotated', 'SELECT secret_name FROM secret_never_rotated', 'b');

story('A deletion that was scheduled before the trail begins is restored twice', '',
	call('RestoreSecret', '05-01 08:00:00', $eve, $db), call('RestoreSecret', '05-09 08:00:00', $ana, $db));
answer('who restored it first is named with the time', 'SELECT secret_name, restored_at, restored_by, state FROM secret_deletions', 'shop/db|05-01 08|eve|restored');

story('A batch by filters, without single reads beside it, may have read every secret of its account and Region', q{unused_after = '10 days'},
	created('05-01 08:00:00', $db), got('05-02 08:00:00', $app, $db->{arn}),
	call('BatchGetSecretValue', '05-25 08:00:00', $ana, undef, request => { filters => [ { key => 'tag-key', values => ['app'] } ] }),
	call('DescribeSecret', '05-31 23:00:00', $ana, $db));
answer('so that no secret is unused for certain', 'SELECT secret_name, last_read, conclusive FROM unused_secrets', 'shop/db|05-02 08|f');

story('Of read events the trail shows those of the key service alone', '',
	decrypted(created('05-01 08:00:00', $db), $db), got('05-02 08:00:00', $partner, $db->{arn}));
answer('they are recorded there, then', 'SELECT account_id, read_events, secret_read_events FROM observed WHERE account_id = \'111122223333\'', '111122223333|t|f');

# Row-level security that shows the last month only: what visible events show is known.
story('Row-level security by time', '', created('01-01 08:00:00', $db), got('05-10 08:00:00', $api, $db->{arn}), got('05-20 08:00:00', $app, 'shop/db'));
sql(q{CREATE ROLE may_reader; SELECT cloudtrail_grant_audit('audit', 'may_reader'); ALTER TABLE audit.raw_events ENABLE ROW LEVEL SECURITY;
	CREATE POLICY may ON audit.raw_events FOR SELECT TO may_reader USING (event_time >= '2024-05-01 00:00Z')});
answer('resolves by visible events', 'SET ROLE may_reader; SELECT event_time, secret_arn, resolve_method FROM secret_reads',
	'05-10 08|shop/db-AbCdEf|given', '05-20 08|shop/db-AbCdEf|name');
answer('and knows no more', 'SET ROLE may_reader; SELECT secret_arn, evidence, created_at FROM secrets', 'shop/db-AbCdEf|used|');
answer('observed is what is visible', 'SET ROLE may_reader; SELECT observed_from, observed_to FROM observed', '05-10 08|05-20 08');
sql('DROP SCHEMA audit CASCADE; DROP OWNED BY may_reader; DROP ROLE may_reader');

# The same answers in all time zones; settings that cannot be used are refused.
story('Time zones', q{bulk_secrets = 1, bulk_window = '1 day', unused_after = '1 day'}, created('01-01 08:00:00', $db), map { got("$_:00", $app, $db->{arn}) } '03-10 04:30', '03-31 00:30', '03-31 23:30');
my @changes = (
	call('RotateSecret', '01-01 09:00:00', $deploy, $db, version => version(2), request => { rotationRules => { scheduleExpression => 'cron(30 1 ? * SUN *)' } }), notice('RotationSucceeded', '01-01 09:00:06', $db, token => version(2)),
	call('DeleteSecret', '03-30 23:30:00', $ana, $db, request => { recoveryWindowInDays => 7 }, answer => { deletionDate => 'Apr 6, 2024, 11:30:00 PM' }), call('RestoreSecret', '03-31 00:30:00', $ana, $db),
	denied(got('03-31 01:30:00', $eve, $db->{arn}), 'no identity-based policy allows the action'), sign_in('03-31 02:30:00', $ana), batch('03-10 07:30:00', $ana, 'shop/db', 'shop/x'));
tell('audit', @changes);
for my $view (split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'v' AND relname <> 'thresholds' ORDER BY 1}))
{
	my @text = map { scalar sql("SET timezone = '$_'; CREATE TEMP TABLE t AS SELECT * FROM audit.$view; SET timezone = 'UTC'; SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM t") } 'UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe';
	is(join("\n", @text), join("\n", ($text[0]) x 4), "$view: the same in four time zones");
}
for my $bad (q{unused_after = '3 months'}, q{bulk_window = '1 month'}, q{bulk_window = '0'}, q{rotation_due_after = '-1 day'}, q{as_of = 'infinity'}, q{same_call_window = '2 days'}, q{multi_region_window = '1 year'})
{
	eval { sql("UPDATE audit.settings SET $bad") };
	like($@, qr/violates check constraint/, "$bad is refused");
}
done_testing();
