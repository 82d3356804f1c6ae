# Batches of several pages, of secrets of several accounts, and of callers
# without an ARN: each secret read counted once, of who read it.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($app, $ana) = (role('App', 's'), user('ana'));
my $partner = role('Partner', 's', account => $abroad);
my ($db, $api, $own) = (secret('shop/db', 'AbCdEf'), secret('shop/api', 'AbCdEf'), secret('their/own', 'AbCdEf', account => $abroad));

new_database('stories_batches');

# Pages of one batch: all name the same secrets, all but the first go on by a token.
sub pages
{
	my ($actor, $request, @times) = @_;
	my $page = 0;
	return map { call('BatchGetSecretValue', $_, $actor, undef, request => { %$request, maxResults => 1, $page++ ? (nextToken => "t$page") : () }) } @times;
}
my $both = { secretIdList => [ 'shop/db', 'shop/api' ] };
my $reads = 'SELECT secret_name, actor, outcome, confirmed_by FROM secret_reads';
my @known = map { created('01-01 08:00:00', $_) } $db, $api;

story('A batch of two pages', '', @known, pages($app, $both, '05-01 08:00:00', '05-01 08:00:10'));
answer('each secret once, of which nothing is known', $reads, map { "shop/$_|App|unknown|" } qw(db api));
answer('and counted once', 'SELECT secret_name, reads, unknown FROM secret_last_access', 'shop/db|0|1', 'shop/api|0|1');
story('Its pages got one secret each, as the key service shows', '', @known, pages($app, $both, '05-01 08:00:00', '05-01 08:00:10'),
	(map { (decrypted(got($_->[0], $app, $_->[1]{arn}), $_->[1], version => version(1)))[1] } [ '05-01 08:00:00', $db ], [ '05-01 08:00:10', $api ]));
answer('each once', $reads, map { "shop/$_|App|succeeded|kms" } qw(db api));
answer('and counted once', 'SELECT secret_name, reads, unknown FROM secret_last_access', 'shop/db|1|0', 'shop/api|1|0');
story('Single reads are beside its pages', 'bulk_secrets = 2', @known, pages($app, $both, '05-01 08:00:00', '05-01 08:00:10'), got('05-01 08:00:00', $app, $db->{arn}), got('05-01 08:00:10', $app, $api->{arn}));
answer('each once', 'SELECT secret_name, outcome, confirmed_by, via_batch FROM secret_reads', map { "shop/$_|succeeded|event|t" } qw(db api));
answer('in bulk', 'SELECT secrets, reads, batch_calls FROM secret_bulk_reads', '2|2|2');
story('A single read is between its pages, but beside none', '', @known, pages($app, $both, '05-01 08:00:00', '05-01 08:00:10'), got('05-01 08:00:05', $app, $db->{arn}));
answer('then it does not stand for the batch', 'SELECT secret_name, outcome, confirmed_by, via_batch FROM secret_reads', 'shop/db|unknown||t', 'shop/db|succeeded|event|f', 'shop/api|unknown||t');
story('Pages within one second', '', @known, pages($app, $both, ('05-01 08:00:00') x 3));
answer('each secret once', $reads, map { "shop/$_|App|unknown|" } qw(db api));
story('The first page is not in the trail', '', @known, (pages($app, $both, map { "05-01 08:00:0$_" } 0, 3, 6))[ 1, 2 ]);
answer('each secret once', $reads, map { "shop/$_|App|unknown|" } qw(db api));
story('The same a day later, without its first page', '', @known, pages($app, $both, '05-01 08:00:00', '05-01 08:00:03'), (pages($app, $both, '05-02 08:00:00', '05-02 08:00:03'))[1],
	(decrypted(got('05-02 08:00:03', $app, $db->{arn}), $db, version => version(1)))[1]);
answer('it is another batch', 'SELECT event_time, secret_name, outcome FROM secret_reads', (map { "05-01 08|shop/$_|unknown" } qw(db api)), '05-02 08:00:03+00|shop/db|succeeded', '05-02 08:00:03+00|shop/api|unknown');
story('Two batches, of two pages each, and another one\'s', '', @known, pages($app, $both, '05-01 08:00:00', '05-01 08:00:01'), pages($app, $both, '05-01 09:00:00', '05-01 09:00:01'), pages($ana, $both, '05-01 08:00:00', '05-01 08:00:01'));
answer('each by itself', 'SELECT event_time, actor, secret_name FROM secret_reads', map { ("05-01 08|App|shop/$_", "05-01 09|App|shop/$_", "05-01 08|ana|shop/$_") } qw(db api));
story('A page is refused', '', @known, pages($app, $both, '05-01 08:00:00'), denied((pages($app, $both, '05-01 08:00:00', '05-01 08:00:05'))[1], 'no identity-based policy allows the action'));
answer('and is told', 'SELECT secret_name, outcome FROM secret_reads', 'shop/db|unknown', 'shop/api|unknown', '|denied');
story('A batch names one secret twice', '', @known, batch('05-01 08:00:00', $app, 'shop/db', $db->{arn}));
answer('it is one', 'SELECT secret_name, outcome FROM secret_reads', 'shop/db|unknown');

# What is named twice, by names and ARNs that only look alike.
my $new = secret('shop/db', 'NEWNEW');
my ($my, $orders) = (secret('shop/my', 'AbCdEf'), secret('shop/my-orders', 'AbCdEf'));
my @alike = map { created('01-01 08:00:00', $_) } $my, $orders;
my @again = (@known, call('DeleteSecret', '02-01 08:00:00', $ana, $db, request => { forceDeleteWithoutRecovery => JSON::PP::true }), created('02-02 08:00:00', $new));
for my $case (
	[ 'two secrets that had one name, by full ARN', \@again, [ $db->{arn}, $new->{arn} ], 'shop/db-AbCdEf', 'shop/db-NEWNEW' ],
	[ 'the first of them, and the second by name', \@again, [ $db->{arn}, 'shop/db' ], 'shop/db-AbCdEf', 'shop/db-NEWNEW' ],
	[ 'the second by name, and the first', \@again, [ 'shop/db', $db->{arn} ], 'shop/db-AbCdEf', 'shop/db-NEWNEW' ],
	[ 'the second in three ways', \@again, [ 'shop/db', $new->{partial}, $new->{arn} ], 'shop/db-NEWNEW' ],
	[ 'both in all ways', \@again, [ $new->{arn}, 'shop/db', $db->{arn}, $new->{partial}, $db->{arn} ], 'shop/db-AbCdEf', 'shop/db-NEWNEW' ],
	[ 'a name that ends as an ARN does, by partial ARN and by name', \@alike, [ $orders->{partial}, 'shop/my-orders' ], 'shop/my-orders-AbCdEf' ],
	[ 'it by name and by partial ARN', \@alike, [ 'shop/my-orders', $orders->{partial} ], 'shop/my-orders-AbCdEf' ],
	[ 'it by partial and by full ARN', \@alike, [ $orders->{partial}, $orders->{arn} ], 'shop/my-orders-AbCdEf' ],
	[ 'it by partial ARN, and the secret whose full ARN that could be by name', \@alike, [ $orders->{partial}, 'shop/my' ], 'shop/my-orders-AbCdEf', 'shop/my-AbCdEf' ])
{
	my ($what, $before, $ids, @secrets) = @$case;
	story("A batch names $what", '', @$before, batch('05-01 08:00:00', $app, @$ids));
	answer("$what: each once", 'SELECT secret_arn, outcome FROM secret_reads', map { "$_|unknown" } @secrets);
	story("Pages of a batch that names $what", '', @$before, pages($app, { secretIdList => $ids }, '05-01 08:00:00', '05-01 08:00:09'));
	answer("$what: by several pages, too", 'SELECT secret_arn, outcome FROM secret_reads', map { "$_|unknown" } @secrets);
}

# The name that two secrets had one after the other, beside the full ARN of the first.
story('A batch names the first by full ARN, and the second is read by name', '', @again, batch('05-01 08:00:00', $app, $db->{arn}), got('05-01 08:00:01', $app, 'shop/db'));
answer('the read does not stand for it', 'SELECT event_time, secret_arn, outcome, via_batch FROM secret_reads', '05-01 08|shop/db-AbCdEf|unknown|t', '05-01 08:00:01+00|shop/db-NEWNEW|succeeded|f');
story('The first is asked for by full ARN, beside a batch that names the second', '', @again, failed(got('05-01 08:00:00', $app, $db->{arn}), 'ResourceNotFoundException', 'not there'), batch('05-01 08:00:01', $app, 'shop/db', 'shop/api'));
answer('which is nothing to it', 'SELECT secret_arn, outcome, via_batch FROM secret_reads', 'shop/db-AbCdEf|failed|f', 'shop/db-NEWNEW|unknown|t', 'shop/api-AbCdEf|unknown|t');
story('The second is named by name, and read by full ARN', '', @again, batch('05-01 08:00:00', $app, 'shop/db'), got('05-01 08:00:01', $app, $new->{arn}));
answer('that is one read', 'SELECT event_time, secret_arn, outcome, via_batch FROM secret_reads', '05-01 08:00:01+00|shop/db-NEWNEW|succeeded|t');

# Pages whose secret is named as the full ARN of another one could be.
my $of_orders = { secretIdList => [ $orders->{partial}, 'shop/x' ] };
story('The second page got a secret whose partial ARN looks like a full one', '', @alike, pages($app, $of_orders, '05-01 08:00:00', '05-01 08:00:09'), (decrypted(got('05-01 08:00:09', $app, $orders->{arn}), $orders, version => version(1)))[1]);
answer('which counts', 'SELECT event_time, secret_name, outcome, confirmed_by FROM secret_reads', '05-01 08|shop/my-orders|succeeded|kms', '05-01 08|shop/x|unknown|');
story('Amid its pages another batch names the other secret', '', @alike, pages($app, $of_orders, '05-01 08:00:00', '05-01 08:00:10'), batch('05-01 08:00:05', $app, 'shop/my'), got('05-01 08:00:10', $app, 'shop/my'));
answer('the pages are nothing to it', 'SELECT event_time, secret_name, outcome, via_batch FROM secret_reads', '05-01 08|shop/my-orders|unknown|t', '05-01 08|shop/x|unknown|t', '05-01 08:00:05+00|shop/my|unknown|t', '05-01 08:00:10+00|shop/my|succeeded|f');

my $filter = { filters => [ { key => 'tag-key', values => ['!x'] } ] };
story('Pages of a batch that filters', 'bulk_secrets = 1', @known, pages($app, $filter, '05-01 08:00:00', '05-01 08:00:10', '05-01 08:00:20'));
answer('it is one batch, of which no secret is known', 'SELECT secret_name, via_batch FROM secret_reads', '|t');
answer('each of its calls is told', 'SELECT event_time, catches_all, is_next_page FROM secret_batch_catchall', '05-01 08|t|f', '05-01 08:00:10+00|t|t', '05-01 08:00:20+00|t|t');
answer('which shows no secret that was read in bulk', 'SELECT secrets FROM secret_bulk_reads');
story('Its last page got nothing', 'bulk_secrets = 2', @known, pages($app, $filter, '05-01 08:00:00', '05-01 08:00:10', '05-01 08:00:20'), got('05-01 08:00:00', $app, $db->{arn}), got('05-01 08:00:10', $app, $api->{arn}));
answer('the reads stand for it', 'SELECT secret_name, via_batch FROM secret_reads', 'shop/db|t', 'shop/api|t');
answer('two secrets', 'SELECT secrets, reads, batch_calls FROM secret_bulk_reads', '2|2|3');

# An endpoint records a batch, too, without what it names.
my @daily = map { call('DescribeSecret', sprintf('05-%02d 12:00:00', $_), $ana, $db) } 1 .. 31;
my $idle = secret('shop/idle', 'AbCdEf');
sub at_endpoint
{
	my ($record) = @_;
	my %shared = (%$record, sharedEventID => $record->{eventID} =~ s/^c/e/r, vpcEndpointId => 'vpce-1');
	my %endpoint = (%shared, eventID => $record->{eventID} =~ s/^c/f/r, eventType => 'AwsVpceEvents', eventCategory => 'NetworkActivity', vpcEndpointAccountId => $home);
	delete @endpoint{qw(managementEvent requestParameters responseElements readOnly)};
	return (\%shared, \%endpoint);
}
my @through = at_endpoint(batch('05-20 08:00:00', $app, $db->{arn}, $api->{arn}));
my $judged = q{coverage_gap = '3 days', unused_after = '20 days', bulk_secrets = 1, bulk_window = '10 days'};
story('A batch through an endpoint', $judged, created('05-01 08:00:00', $idle), @daily, @through, (map { got('05-20 08:00:00', $app, $_->{arn}) } $db, $api));
answer('got what it names alone', q{SELECT secret_name, conclusive FROM unused_secrets}, 'shop/idle|t');
answer('by one call', q{SELECT secrets, batch_calls FROM secret_bulk_reads WHERE actor LIKE '%App'}, '2|1');
story('Only the endpoint has a record of it', $judged, created('05-01 08:00:00', $idle), @daily, $through[1]);
answer('it may have got any', q{SELECT DISTINCT conclusive FROM unused_secrets}, 'f');

# Across accounts: the caller's record names secrets of both, the owner's too, or its own alone.
my $mixed = { secretIdList => [ $own->{arn}, $db->{arn} ] };
my ($theirs, $ours) = twins(call('BatchGetSecretValue', '05-01 08:00:00', $partner, undef, request => $mixed), $home);
my %alone = (%$ours, requestParameters => { secretIdList => [ $db->{arn} ] });
my @single = map { twins(got('05-01 08:00:00', $partner, $_->{arn}), $_->{account}) } $db;
my $single_own = got('05-01 08:00:00', $partner, $own->{arn});
my $where = 'SELECT secret_account, secret_name, account_id, actor, outcome, via_batch FROM secret_reads';
for my $case ([ 'both records name all', $theirs, $ours ], [ 'the owner\'s names its own', $theirs, \%alone ])
{
	my ($how, @records) = @$case;
	story("A batch of secrets of two accounts: $how", '', created('01-01 08:00:00', $db), @records);
	answer("$how: each once, by the owner's record", $where, "$abroad|their/own|$abroad|Partner|unknown|t", "$home|shop/db|$home|Partner|unknown|t");
	answer("$how: one across accounts", 'SELECT secret_account, secret_name, outcome FROM secret_cross_account', "$home|shop/db|unknown");
	story("With single reads: $how", '', created('01-01 08:00:00', $db), @records, @single, $single_own);
	answer("$how: each once, with its outcome", $where, "$abroad|their/own|$abroad|Partner|succeeded|t", "$home|shop/db|$home|Partner|succeeded|t");
	answer("$how: who used it", 'SELECT account_id, secret_name, actor, reads, unknown FROM secret_last_access', "$abroad|their/own|Partner|1|0", "$home|shop/db|Partner|1|0");
}
story('Of the batch only the caller\'s account has records', '', $theirs, (twins(got('05-01 08:00:00', $partner, $db->{arn}), $home))[0], $single_own);
answer('each once', $where, "$abroad|their/own|$abroad|Partner|succeeded|t", "$home|shop/db|$abroad|Partner|succeeded|t");
story('Of the batch only the owner\'s account has records', '', created('01-01 08:00:00', $db), $ours, (twins(got('05-01 08:00:00', $partner, $db->{arn}), $home))[1]);
answer('each once', $where, "$abroad|their/own|$home|AROAPartner|unknown|t", "$home|shop/db|$home|AROAPartner|succeeded|t");
story('Pages across accounts', '', created('01-01 08:00:00', $db), map { twins($_, $home) } pages($partner, $mixed, '05-01 08:00:00', '05-01 08:00:05'));
answer('each once', 'SELECT secret_name, actor FROM secret_reads', 'their/own|Partner', 'shop/db|Partner');

# What AWS says of a secret in a batch's record vouches for its ARN, though it is no sign of its life.
story('The resources of a batch have the ARN', '', call('BatchGetSecretValue', '05-01 08:00:00', $app, undef, request => { secretIdList => ['shop/db'] },
	record => { resources => [ { accountId => $home, type => 'AWS::SecretsManager::Secret', ARN => $db->{arn} } ] }), got('05-01 09:00:00', $app, $db->{arn}));
answer('which is one then', q{SELECT resolve_method FROM secret_events WHERE event_name = 'GetSecretValue'}, 'exact');

# A name that either of two secrets had then: a read stands for the batch, whichever it was of.
my $next = secret('shop/db', 'NeXtOn');
story('Which secret a batch named is not certain', '', created('03-01 08:00:00', $db), call('DeleteSecret', '03-02 08:00:00', $ana, $db, request => { recoveryWindowInDays => 7 }), created('05-01 08:00:00', $next),
	call('BatchGetSecretValue', '05-01 08:00:00', $app, undef, request => { secretIdList => ['shop/db'] }), got('05-01 08:00:01', $app, 'shop/db'));
answer('and there is one read', 'SELECT event_time, outcome FROM secret_reads', '05-01 08:00:01+00|succeeded');
done_testing();
