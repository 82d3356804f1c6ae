# Keys of secrets: what an event of the key service does to which secrets, by
# the account and Region of the key, and while the secret has it.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($eve, $stranger) = (user('eve'), user('eve', account => $abroad));
my ($id, $id2) = ('11111111-2222-4000-8000-000000000001', '11111111-2222-4000-8000-000000000002');
my ($key, $key2) = map { "arn:aws:kms:us-east-1:$home:key/$_" } $id, $id2;
my ($a, $b) = map { secret("shop/$_", 'AbCdEf') } qw(a b);
my $question = 'SELECT event_time, event_name, effect, secret_name, secrets_at_risk FROM secret_kms_changes';

new_database('stories_keys');

# A secret made with a key, named in some way.
sub made { my ($time, $secret, $name) = @_; return call('CreateSecret', $time, $deploy, $secret, version => version(1), $name ? (request => { kmsKeyId => $name }) : ()) }
# An event of the key service about a key.
sub of_key { my ($name, $time, $key, %with) = @_; return event('kms.amazonaws.com', $name, $time, $with{by} // $eve, request => { keyId => $key }, region => $with{region}, record => { resources => [ { ARN => $key, accountId => $home, type => 'AWS::KMS::Key' } ] }) }
sub of_alias
{
	my ($name, $time, $alias, $target, %with) = @_;
	return event('kms.amazonaws.com', $name, $time, $with{by} // $eve, request => { aliasName => $alias, $target ? (targetKeyId => $target =~ s/.*\///r) : () }, region => $with{region},
		record => { resources => [ map { { ARN => $_, accountId => $home } } "arn:aws:kms:us-east-1:$home:$alias", $target // () ] });
}

for my $name ($id, $key, 'alias/app', "arn:aws:kms:us-east-1:$home:alias/app")
{
	story("A key that a secret names $name", '', of_alias('CreateAlias', '01-01 07:00:00', 'alias/app', $key), made('01-01 08:00:00', $a, $name), made('01-01 08:00:00', $b),
		of_key('DisableKey', '05-01 08:00:00', $key), of_key('EnableKey', '05-02 08:00:00', $key), of_key('DisableKey', '05-03 08:00:00', $key2));
	answer('is disabled and enabled', $question, '05-01 08|DisableKey|unusable|shop/a|1', '05-02 08|EnableKey|usable|shop/a|1');
}

story('A secret names an alias, another the key, and the key service shows the key of both', '', of_alias('CreateAlias', '01-01 07:00:00', 'alias/app', $key),
	(map { decrypted(made('01-01 08:00:00', @$_), $_->[0], key => $key) } [ $a, 'alias/app' ], [ $b, $key ]), made('01-01 08:00:00', secret('shop/a', 'AbCdEf', region => 'eu-west-1'), 'alias/app'),
	of_key('DisableKey', '05-01 08:00:00', $key), of_alias('UpdateAlias', '05-02 08:00:00', 'alias/app', $key2));
answer('each is affected once, and both count', $question =~ s/ FROM/, old_key FROM/r,
	map({ "05-01 08|DisableKey|unusable|$_->{name}|2|$key" } $a, $b), '05-02 08|UpdateAlias|changed|shop/a|1|alias/app');

story('An alias stands for another key', '', of_alias('CreateAlias', '01-01 07:00:00', 'alias/app', $key), made('01-01 08:00:00', $a, 'alias/app'), made('01-01 08:00:00', $b, $key2),
	of_alias('UpdateAlias', '05-01 08:00:00', 'alias/app', $key2), of_key('DisableKey', '05-02 08:00:00', $key), of_key('ScheduleKeyDeletion', '05-03 08:00:00', $key2), of_alias('DeleteAlias', '05-04 08:00:00', 'alias/app'));
answer('what happens to the old key is nothing to the secret, nor is the alias to others', $question,
	'05-01 08|UpdateAlias|changed|shop/a|1', '05-03 08|ScheduleKeyDeletion|unusable|shop/a|2', '05-03 08|ScheduleKeyDeletion|unusable|shop/b|2', '05-04 08|DeleteAlias|changed|shop/a|1');

story('The same alias in another account and Region', '', made('01-01 08:00:00', $a, 'alias/app'),
	of_alias('DeleteAlias', '05-01 08:00:00', 'alias/app', undef, by => $stranger), of_alias('DeleteAlias', '05-02 08:00:00', 'alias/app', undef, region => 'eu-west-1'),
	of_alias('DeleteAlias', '05-03 08:00:00', 'alias/other'));
answer('is another', $question);

story('A secret gets another key before its first is disabled', '', made('01-01 08:00:00', $a, $key),
	call('UpdateSecret', '02-01 08:00:00', $deploy, $a, request => { kmsKeyId => $key2 }),
	of_key('DisableKey', '01-15 08:00:00', $key2), of_key('EnableKey', '01-16 08:00:00', $key2), of_key('DisableKey', '05-01 08:00:00', $key), of_key('DisableKey', '05-02 08:00:00', $key2));
answer('each counts while the secret has it', $question, '02-01 08|UpdateSecret|changed|shop/a|', '05-02 08|DisableKey|unusable|shop/a|1');

story('A key is disabled before a secret is made with it, and after it is gone', '',
	of_key('DisableKey', '01-01 08:00:00', $key), of_key('EnableKey', '01-02 08:00:00', $key), made('02-01 08:00:00', $a, $key),
	call('DeleteSecret', '03-01 08:00:00', $eve, $a, request => { forceDeleteWithoutRecovery => JSON::PP::true }), of_key('DisableKey', '04-01 08:00:00', $key));
answer('neither concerns it', $question);

story('A trail begins after the secret was made', '', of_key('DisableKey', '01-01 08:00:00', $key), of_key('EnableKey', '01-02 08:00:00', $key), (decrypted(got('02-01 08:00:00', $eve, $a->{arn}), $a, key => $key, version => version(1)))[1]);
answer('it may have had the key before', $question, '01-01 08|DisableKey|unusable|shop/a|1', '01-02 08|EnableKey|usable|shop/a|1');

story('A secret goes back to the default key', '', made('01-01 08:00:00', $a, $id), call('UpdateSecret', '02-01 08:00:00', $eve, $a, request => { kmsKeyId => '' }), of_key('DisableKey', '03-01 08:00:00', $key));
answer('which is a change of its key', 'SELECT event_time, event_name, secret_name, old_key, new_key FROM secret_kms_changes', "02-01 08|UpdateSecret|shop/a|$key|alias/aws/secretsmanager");
story('A secret gets another key, and the first one again', '', made('01-01 08:00:00', $a, $id), call('UpdateSecret', '02-01 08:00:00', $eve, $a, request => { kmsKeyId => $key2 }), of_key('DisableKey', '02-02 08:00:00', $key), of_key('DisableKey', '02-03 08:00:00', $key2),
	(map { call('UpdateSecret', $_, $eve, $a, request => { kmsKeyId => $id }) } '03-01 08:00:00', '03-02 08:00:00'), of_key('DisableKey', '04-01 08:00:00', $key2), of_key('DisableKey', '04-02 08:00:00', $key));
answer('what happens to a key concerns it while it has that key', qq{$question WHERE event_name = 'DisableKey'}, '02-03 08|DisableKey|unusable|shop/a|1', '04-02 08|DisableKey|unusable|shop/a|1');
answer('which it had twice', 'SELECT key_id, used_from, used_to FROM secret_keys', "$id|01-01 08|02-01 08", "$id2|02-01 08|03-01 08", "$id|03-01 08|infinity");
story('It is described anew, and keeps its key', '', made('01-01 08:00:00', $a, $id), call('UpdateSecret', '02-01 08:00:00', $eve, $a, request => { description => '' }), of_key('DisableKey', '03-01 08:00:00', $key));
answer('which is none', $question, '03-01 08|DisableKey|unusable|shop/a|1');

# A deletion that is cancelled leaves the key disabled; imported material ends on its date, which is an event of the service's own.
my $itself = { account => $home, ip => 'AWS Internal', agent => 'AWS Internal', identity => { accountId => $home, invokedBy => 'AWS Internal' } };
sub of_service { my ($name, $time) = @_; my $record = of_key($name, $time, $key, by => $itself); return { %$record, requestParameters => undef, eventType => 'AwsServiceEvent', serviceEventDetails => { keyId => $id } } }
story('A key is to be deleted, which is cancelled; its material ends', '', made('01-01 08:00:00', $a, $key), of_key('ScheduleKeyDeletion', '02-01 08:00:00', $key), of_key('CancelKeyDeletion', '02-02 08:00:00', $key),
	of_key('EnableKey', '02-03 08:00:00', $key), of_service('DeleteExpiredKeyMaterial', '03-01 08:00:00'), of_key('ImportKeyMaterial', '03-02 08:00:00', $key));
answer('when it could be used', 'SELECT event_time, event_name, effect FROM secret_kms_changes', '02-01 08|ScheduleKeyDeletion|unusable', '02-02 08|CancelKeyDeletion|unusable', '02-03 08|EnableKey|usable',
	'03-01 08|DeleteExpiredKeyMaterial|unusable', '03-02 08|ImportKeyMaterial|usable');

# A replica has a key of its own, which the event that makes it names.
my $replica_key = "arn:aws:kms:eu-west-1:$home:key/$id2";
my $replicated = sub { my ($time, @keys) = @_; return call('ReplicateSecretToRegions', $time, $deploy, $a, request => { addReplicaRegions => [ map { { region => $_->[0], kmsKeyId => $_->[1] } } @keys ] },
	answer => { replicationStatus => [ map { { region => $_->[0], status => 'InProgress', kmsKeyId => $_->[1] } } @keys ] }) };
for my $named ($id2, $replica_key, 'alias/app')
{
	story("A replica's key, named $named, is disabled", '', made('01-01 08:00:00', $a, $key), of_alias('CreateAlias', '01-01 07:00:00', 'alias/app', $replica_key, region => 'eu-west-1'),
		$replicated->('02-01 08:00:00', [ 'eu-west-1', $named ], [ 'ap-south-1', "arn:aws:kms:ap-south-1:$home:key/$id2" ]),
		notice('ReplicationFailed', '02-01 08:00:05', $a, replica => 'ap-south-1'),
		of_key('DisableKey', '01-20 08:00:00', $replica_key, region => 'eu-west-1'), of_key('DisableKey', '03-01 08:00:00', $replica_key, region => 'eu-west-1'),
		of_key('DisableKey', '03-02 08:00:00', "arn:aws:kms:ap-south-1:$home:key/$id2", region => 'ap-south-1'), of_key('DisableKey', '03-03 08:00:00', $key),
		call('RemoveRegionsFromReplication', '04-01 08:00:00', $deploy, $a, request => { removeReplicaRegions => ['eu-west-1'] }), of_key('DisableKey', '04-02 08:00:00', $replica_key, region => 'eu-west-1'));
	answer("$named: the replica cannot be read", q{SELECT event_time, event_name, secret_arn, secrets_at_risk FROM secret_kms_changes WHERE event_name = 'DisableKey'},
		"03-01 08|DisableKey|arn:aws:secretsmanager:eu-west-1:$home:secret:shop/a-AbCdEf|1", '03-03 08|DisableKey|shop/a-AbCdEf|1');
}
done_testing();
