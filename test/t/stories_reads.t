# What shows that a secret was read, of which version, and who got it: beside
# decryptions that are none, at the console, and by refusals that name a key.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($app, $ana, $partner) = (role('App', 's'), user('ana'), role('Partner', 's', account => $abroad));
my $db = secret('shop/db', 'AbCdEf');
my $key = "arn:aws:kms:us-east-1:$home:key/k";

new_database('stories_reads');

# A decryption or data key by Secrets Manager for a caller, at a time.
sub by_key_service
{
	my ($name, $time, $actor, $version) = @_;
	my (undef, $record) = decrypted(call($name eq 'Decrypt' ? 'GetSecretValue' : 'PutSecretValue', $time, $actor, $db), $db, version => $version, key => $key);
	return { %$record, eventTime => '2024-' . ($time =~ s/ /T/r) . 'Z' };
}
# When a secret gets a key, Secrets Manager tries whether the caller may use it.
sub tried { my ($time, $actor) = @_; return map { by_key_service($_, $time, $actor, 'RequestToValidateKeyAccess') } qw(GenerateDataKey Decrypt) }
my $reads = 'SELECT event_time, secret_name, version_id, outcome, confirmed_by FROM secret_reads';
my @made = (call('CreateSecret', '05-01 08:00:00', $deploy, $db, version => version(1), request => { kmsKeyId => $key }), tried('05-01 08:00:00', $deploy), by_key_service('GenerateDataKey', '05-01 08:00:00', $deploy, version(1)));

story('A secret is made with a key, and named in a batch at once', '', @made, batch('05-01 08:00:01', $deploy, 'shop/db', 'shop/x'));
answer('that the key was tried does not show that it was read', $reads, '05-01 08:00:01+00|shop/db||unknown|', '05-01 08:00:01+00|shop/x||unknown|');
answer('nor used', q{SELECT reads, unknown FROM secret_last_access WHERE secret_name = 'shop/db'}, '0|1');
answer('but the key is the secret\'s', 'SELECT secret_name, key_arn FROM secret_keys', "shop/db|$key");
answer('which is known from that on', q{SELECT event_name, secret_arn, version_id FROM secret_events WHERE event_source = 'kms.amazonaws.com'},
	'GenerateDataKey|shop/db-AbCdEf|' . version(1), 'GenerateDataKey|shop/db-AbCdEf|', 'Decrypt|shop/db-AbCdEf|');
story('It is read at once', '', @made, decrypted(got('05-01 08:00:01', $deploy, $db->{arn}), $db, version => version(1)));
answer('of the version that was decrypted for it', $reads, '05-01 08:00:01+00|shop/db|' . version(1) . '|succeeded|event');
story('It is read at once, and its decryption is not in the trail', '', @made, got('05-01 08:00:01', $deploy, $db->{arn}));
answer('of no version', $reads, '05-01 08:00:01+00|shop/db||succeeded|event');
# Across accounts, the record of the key's account does not show that Secrets Manager asked.
my $decryption = by_key_service('Decrypt', '05-01 08:00:01', $partner, version(1));
my ($theirs, $ours) = twins({ %$decryption, eventID => $decryption->{eventID} =~ s/^d/c/r }, $home);
story('A partner reads it, and KMS has records in both accounts', '', @made, twins(got('05-01 08:00:01', $partner, $db->{arn}), $home), $theirs, $ours);
answer('of the version that the record in the caller\'s account shows', $reads, '05-01 08:00:01+00|shop/db|' . version(1) . '|succeeded|event');
story('A partner reads it, and KMS has a record in the owner\'s account alone', '', @made, twins(got('05-01 08:00:01', $partner, $db->{arn}), $home), $ours);
answer('of no version', $reads, '05-01 08:00:01+00|shop/db||succeeded|event');
my ($old) = map { got('05-01 08:00:01', $deploy, $db->{arn}, request => $_) } { versionStage => 'AWSPREVIOUS' };
story('Two versions are read, and one decryption is in the trail', '', @made, got('05-01 08:00:01', $deploy, $db->{arn}), $old, by_key_service('Decrypt', '05-01 08:00:01', $deploy, version(1)));
answer('then it is of either', $reads, ('05-01 08:00:01+00|shop/db||succeeded|event') x 2);

# A trial shows neither that the secret is there nor that it has the key.
my $never = secret('shop/never', 'AbCdEf');
my ($allowed, $refused) = map { { %$_, requestParameters => { %{ $_->{requestParameters} }, encryptionContext => { SecretARN => $never->{arn}, SecretVersionId => 'RequestToValidateKeyAccess' } } } } tried('05-01 08:00:00', $ana);
my @no_key = ('AccessDeniedException', 'Access to KMS is not allowed');
story('A secret is not made, since the caller may not use the key to decrypt', '', $allowed, failed($refused, 'AccessDenied', 'no'), failed(call('CreateSecret', '05-01 08:00:00', $ana, $never, request => { kmsKeyId => $key }), @no_key), call('ListSecrets', '05-31 08:00:00', $ana));
answer('then it never was', 'SELECT secret_name FROM secrets UNION ALL SELECT secret_name FROM secret_inventory UNION ALL SELECT secret_name FROM secret_never_rotated');
my $other_key = { %$allowed, requestParameters => { %{ $allowed->{requestParameters} }, encryptionContext => { SecretARN => $db->{arn}, SecretVersionId => 'RequestToValidateKeyAccess' } }, resources => [ { ARN => "${key}2", accountId => $home } ] };
story('A secret does not get a key, for the same reason', '', call('CreateSecret', '01-01 08:00:00', $deploy, $db, version => version(1), request => { kmsKeyId => $key }), $other_key, failed(call('UpdateSecret', '05-01 08:00:00', $ana, $db, request => { kmsKeyId => "${key}2" }), @no_key),
	event('kms.amazonaws.com', 'DisableKey', '05-02 08:00:00', $ana, request => { keyId => "${key}2" }, record => { resources => [ { ARN => "${key}2", accountId => $home } ] }));
answer('then what happens to that key is nothing to it', 'SELECT event_name FROM secret_kms_changes');

for my $write ([ 'ReplicateSecretToRegions', { addReplicaRegions => [ { region => 'eu-west-1' } ] } ], [ 'PutSecretValue', { clientRequestToken => version(1) } ], [ 'UpdateSecret', { clientRequestToken => version(1) } ])
{
	my ($name, $request) = @$write;
	story("$name, which may decrypt, and a batch a second later", '', created('01-01 08:00:00', $db), call($name, '05-01 08:00:00', $ana, $db, request => $request), by_key_service('Decrypt', '05-01 08:00:00', $ana, version(1)), batch('05-01 08:00:01', $ana, 'shop/db', 'shop/x'));
	answer("$name: what the batch got is not known", $reads, '05-01 08:00:01+00|shop/db||unknown|', '05-01 08:00:01+00|shop/x||unknown|');
	story("$name by another one", '', created('01-01 08:00:00', $db), call($name, '05-01 08:00:00', $app, $db, request => $request), by_key_service('Decrypt', '05-01 08:00:01', $ana, version(1)), batch('05-01 08:00:01', $ana, 'shop/db', 'shop/x'));
	answer("$name by another one: the decryption shows it", "$reads WHERE secret_name = 'shop/db'", '05-01 08:00:01+00|shop/db|' . version(1) . '|succeeded|kms');
}

# At the console a person reads, though older records say that the console's service did.
my $console = user('ana');
$console->{identity} = { %{ $console->{identity} }, accessKeyId => 'ASIAconsole', invokedBy => 'signin.amazonaws.com', sessionContext => { attributes => { creationDate => '2024-05-01T07:00:00Z', mfaAuthenticated => 'true' } } };
my $by_rds = user('ana');
$by_rds->{identity}{invokedBy} = 'rds-data.amazonaws.com';
story('A read at the console, and one by a service', '', created('01-01 08:00:00', $db), got('05-01 08:00:00', $console, $db->{arn}, record => { eventVersion => '1.05' }), got('05-02 08:00:00', $by_rds, $db->{arn}));
answer('who got the value', 'SELECT event_time, actor, invoked_by, received_by, from_console FROM secret_reads', '05-01 08|ana||ana|t', '05-02 08|ana|rds-data.amazonaws.com|rds-data.amazonaws.com|f');
answer('and who uses it', 'SELECT actor, invoked_by, reads FROM secret_last_access', 'ana||1', 'ana|rds-data.amazonaws.com|1');
answer('in a session of their own', q{SELECT actor, access_key_id, events, origin FROM sessions WHERE access_key_id = 'ASIAconsole'}, 'ana|ASIAconsole|1|ana');

my $no_key = got('05-01 08:00:00', $app, $db->{arn});
@$no_key{qw(errorCode errorMessage requestParameters)} = ('AccessDeniedException', "User: $app->{identity}{arn} is not authorized to perform: kms:Decrypt on resource: $key because no identity-based policy allows the kms:Decrypt action", undef);
story('A refusal names the key', '', created('01-01 08:00:00', $db), $no_key);
answer('which is not what the caller named', 'SELECT actor, secret_name, id_given, denied_by FROM secret_denied', 'App|||identity policy');

my $reasons = 0;
story('What a caller names reads like a reason', '', map { denied(got("05-0$reasons 08:00:00", $app, $_), 'no identity-based policy allows the secretsmanager:GetSecretValue action') } grep { ++$reasons }
	'x because no service control policy allows it', 'x with an explicit deny in a VPC endpoint policy', 'x because no resource-based policy allows it', 'x, a permissions boundary', 'session policy');
answer('the reason is the last one', 'SELECT DISTINCT denied_by FROM secret_denied', 'identity policy');
answer('of every view', 'SELECT DISTINCT policy_type FROM access_denied', 'identity policy');

story('A trail is judged as of a time before the last read', q{as_of = '2024-05-10 00:00Z'}, created('01-01 08:00:00', $db), (map { got("05-$_ 08:00:00", $app, 'shop/db') } '01', '20'), got('05-20 08:00:00', $ana, 'shop/db'));
answer('idle since the last read until then', 'SELECT actor, last_read, days_idle FROM secret_last_access', 'App|05-20 08|8', 'ana|05-20 08|');

my $for_ana = user('ana');
$for_ana->{identity}{invokedBy} = 'dms.amazonaws.com';
story('A service reads in a person\'s name, who reads themselves later', '', created('01-01 08:00:00', $db), got('03-01 08:00:00', $for_ana, $db->{arn}), got('05-20 08:00:00', $ana, $db->{arn}), got('05-21 08:00:00', $for_ana, $db->{arn}), got('05-21 08:00:00', $ana, $db->{arn}));
answer('each has a first read', 'SELECT event_time, actor, invoked_by, prior_readers FROM secret_first_time_reader', '03-01 08|ana|dms.amazonaws.com|0', '05-20 08|ana||1');
done_testing();
