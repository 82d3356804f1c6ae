# What views call certain: by what the trail of that account and Region covers,
# with read events if the claim is about reads, and with nothing that may have
# been what the claim denies.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use CloudtrailTest;
use Story;
use Answers;

my ($app, $ana, $eve, $other) = (role('App', 's'), user('ana'), user('eve'), role('Other', 's', account => $abroad));
my $db = secret('shop/db', 'AbCdEf');
my $all = q{coverage_gap = '3 days', unused_after = '30 days', rotation_due_after = '30 days'};

new_database('stories_claims');

# A day of May after another.
sub daily { my ($what) = @_; return map { $what->(sprintf '05-%02d 12:00:00', $_) } 1 .. 31 }
sub described { my ($actor, %with) = @_; return sub { call('DescribeSecret', $_[0], $actor, undef, request => { secretId => 'x' }, %with) } }
sub tagged { my ($actor, %with) = @_; return sub { event('ec2.amazonaws.com', 'CreateTags', $_[0], $actor, %with) } }

# A secret of which everything claims something: unused, never rotated, scheduled, rotating, first read.
my ($idle, $doomed, $turning, $late) = map { secret("shop/$_", 'AbCdEf') } qw(idle doomed turning late);
sub life
{
	my ($region) = @_;
	my %r = (region => $region);
	my ($i, $d, $t, $l) = map { { %$_, %r, arn => $_->{arn} =~ s/us-east-1/$region/r } } $idle, $doomed, $turning, $late;
	return ((map { call('CreateSecret', '05-01 12:00:00', $deploy, $_, version => version(1)) } $i, $d, $t, $l),
		call('RotateSecret', '05-01 12:00:01', $deploy, $l, version => version(2), request => { rotationRules => { automaticallyAfterDays => 5 } }), notice('RotationSucceeded', '05-01 12:00:09', $l, token => version(2)),
		call('DeleteSecret', '05-20 08:00:00', $ana, $d, request => { recoveryWindowInDays => 30 }),
		call('RotateSecret', '05-20 08:00:00', $deploy, $t, version => version(3)),
		got('05-30 08:00:00', $eve, $t->{arn}, region => $region));
}
my @CLAIMS = (
	[ unused_secrets => q{secret_name IN ('shop/idle', 'shop/late')} ], [ secret_never_rotated => q{secret_name = 'shop/idle'} ], [ secret_rotation_overdue => q{secret_name = 'shop/late'} ],
	[ secret_deletions => 'true' ], [ secret_rotations => q{outcome = 'open'} ], [ secret_first_time_reader => q{true} ],
);
# What each view claims of a Region, by first letters: of the claims, those that rest on reads come second.
sub claimed
{
	my ($title, $region, $changes, $reads) = @_;
	answer("$title: $_->[0]", "SELECT conclusive FROM $_->[0] WHERE $_->[1] AND " . ($_->[0] =~ /first/ ? 'secret_region' : 'aws_region') . " = '$region' GROUP BY 1", $_->[0] =~ /unused|first/ ? $reads : $changes) for @CLAIMS;
}
my $as_of = "$all, unused_after = '20 days'" =~ s/unused_after = '30 days', //r;

story('A Region with all events', $as_of, life('us-east-1'), daily(described($app)));
claimed('all is certain', 'us-east-1', 't', 't');
story('A Region whose trail records no reads of others than the key service', $as_of, life('us-east-1'), daily(tagged($app)));
claimed('what rests on reads is not', 'us-east-1', 't', 'f');
story('Reads are recorded in another Region alone', $as_of, life('us-east-1'), daily(tagged($app)), daily(described($app, region => 'eu-west-1')));
claimed('which says nothing of this one', 'us-east-1', 't', 'f');
story('Reads are recorded in another account alone', $as_of, life('us-east-1'), daily(tagged($app)), daily(described($other)));
claimed('which says nothing of this one', 'us-east-1', 't', 'f');
story('Reads were recorded until the middle of the month', $as_of, life('us-east-1'), daily(tagged($app)), (daily(described($app)))[ 0 .. 14 ]);
sql(q{DELETE FROM audit.raw_events WHERE event_name(event) = 'GetSecretValue'});
answer('then none would be seen', 'SELECT DISTINCT conclusive FROM unused_secrets', 'f');
story('Reads are recorded since the middle of the month', $as_of, life('us-east-1'), daily(tagged($app)), (daily(described($app)))[ 15 .. 30 ]);
claimed('before, none would be seen', 'us-east-1', 't', 'f');
story('The Region of the secrets has no other events', $as_of, life('eu-west-1'), daily(described($app)));
claimed('nothing is certain', 'eu-west-1', 'f', 'f');
story('The trail of the Region ends before the end', $as_of, life('us-east-1'), (daily(described($app)))[ 0 .. 20 ]);
sql(q{UPDATE audit.settings SET as_of = '2024-06-20 00:00Z'});
answer('nothing is certain', "SELECT conclusive FROM (SELECT conclusive FROM unused_secrets UNION SELECT conclusive FROM secret_never_rotated UNION SELECT conclusive FROM secret_rotation_overdue
	UNION SELECT conclusive FROM secret_deletions UNION SELECT conclusive FROM secret_rotations WHERE outcome = 'open') AS c", 'f');

# Log files show that the trail was on, not that it had read events.
story('Log files of each day, of which only one has a read', $as_of, life('us-east-1'), daily(tagged($app)), call('DescribeSecret', '05-15 12:00:00', $app, $db));
claimed('reads may not have been recorded all the time', 'us-east-1', 't', 'f');

# Reads that say nothing of reads of secrets: of data, and what an endpoint recorded; and reads that were not recorded for a time.
sub of_object { return event('s3.amazonaws.com', 'GetObject', $_[0], $app, request => { bucketName => 'b', key => 'k' }, record => { readOnly => JSON::PP::true, managementEvent => JSON::PP::false, eventCategory => 'Data' }) }
sub of_object_before { my $record = of_object(@_); delete @$record{qw(managementEvent eventCategory)}; return { %$record, eventVersion => '1.05' } }
sub by_endpoint { my $record = described($app)->(@_); delete @$record{qw(managementEvent requestParameters responseElements)}; return { %$record, eventType => 'AwsVpceEvents', eventCategory => 'NetworkActivity', vpcEndpointId => 'vpce-1' } }
for my $case ([ 'data events', \&of_object ], [ 'data events of 2018', \&of_object_before ], [ 'events of an endpoint', \&by_endpoint ])
{
	my ($which, $record) = @$case;
	story("Only $which show reads", $as_of, life('us-east-1'), daily(tagged($app)), daily($record));
	sql(q{DELETE FROM audit.raw_events WHERE event_name(event) = 'GetSecretValue'; SELECT cloudtrail_refresh_activity('audit')});
	answer("$which: not of secrets", 'SELECT DISTINCT conclusive FROM unused_secrets', 'f');
	answer("$which: nor are there read events", 'SELECT read_events_present, secret_read_events_present FROM coverage', 'f|f');
}
for my $refreshed (0, 1)
{
	my $how = $refreshed ? 'days that are summed up' : 'days that are not';
	story("Reads were not recorded for ten days, of $how", $as_of, life('us-east-1'), daily(tagged($app)), map { (daily($refreshed ? sub { event('ec2.amazonaws.com', 'DescribeInstances', $_[0], $app, record => { readOnly => JSON::PP::true }) } : described($app)))[$_] } 0 .. 9, 20 .. 30);
	sql(q{SELECT cloudtrail_refresh_activity('audit')}) if $refreshed;
	claimed("$how: then none would be seen", 'us-east-1', 't', 'f');
	answer("$how: which is shown", q{SELECT c.read_gaps = o.read_gaps, lower(o.read_gaps), upper(o.read_gaps), o.gaps IS NULL FROM observed AS o, coverage AS c}, 't|05-10 12|05-21 12|t') if !$refreshed;
	sql(q{UPDATE audit.settings SET coverage_gap = '11 days'});
	claimed("$how: unless so long a span is no gap", 'us-east-1', 't', 't');
}

# What may have been a first read.
my $first = 'SELECT event_time, secret_name, conclusive FROM secret_first_time_reader WHERE actor LIKE \'%ana\'';
my @known = (created('05-01 12:00:00', $db), daily(described($app)));
story('A batch named the secret, and nothing shows what it got', $all, @known, batch('05-10 08:00:00', $ana, 'shop/db', 'shop/none'), got('05-20 08:00:00', $ana, $db->{arn}));
answer('the next read may not be the first', $first, '05-20 08|shop/db|f');
story('A batch that filters may have got it', $all, @known, call('BatchGetSecretValue', '05-10 08:00:00', $ana, undef, request => { filters => [ { key => 'name', values => ['shop'] } ] }), got('05-20 08:00:00', $ana, $db->{arn}));
answer('the next read may not be the first', $first, '05-20 08|shop/db|f');
story('The read is that of a batch', $all, @known, call('BatchGetSecretValue', '05-20 08:00:00', $ana, undef, request => { filters => [ { key => 'name', values => ['shop'] } ] }), got('05-20 08:00:00', $ana, $db->{arn}));
answer('it is the first', $first, '05-20 08|shop/db|t');
story('Another one\'s batch', $all, @known, batch('05-10 08:00:00', $eve, 'shop/db', 'shop/none'), got('05-20 08:00:00', $ana, $db->{arn}));
answer('is nothing to this one', $first, '05-20 08|shop/db|t');
story('A batch before the secret was made', $all, @known, batch('04-10 08:00:00', $ana, 'shop/db', 'shop/none'), got('05-20 08:00:00', $ana, $db->{arn}), (map { call('DescribeSecret', "04-$_ 08:00:00", $app, $db) } 10, 13, 16, 19, 22, 25, 28, 30));
answer('did not get it', $first, '05-20 08|shop/db|t');
my $new = secret('shop/db', 'NEWNEW');
story('A name that was deleted and made again within a second is read then', $all, @known, daily(described($ana)),
	call('DeleteSecret', '05-10 08:00:00', $eve, $db, request => { forceDeleteWithoutRecovery => JSON::PP::true }), created('05-10 08:00:00', $new),
	got('05-10 08:00:00', $ana, 'shop/db'), got('05-20 08:00:00', $ana, $new->{arn}));
answer('it may have been the new one\'s first read', $first, '05-10 08|shop/db|f', '05-20 08|shop/db|f');
answer('and either may be what was read', q{SELECT secret_arn, last_read, maybe_read, readers FROM secret_inventory WHERE secret_name = 'shop/db'}, 'shop/db-AbCdEf||05-10 08|0', 'shop/db-NEWNEW|05-20 08|05-10 08|1');

# Of two that may have had a name, nothing is certain of either.
my $old = secret('shop/db', 'OLDOLD');
for my $read (sub { got($_[0], $app, 'shop/db') }, sub { got($_[0], $app, $db->{partial}) }, sub { batch($_[0], $app, 'shop/db', 'shop/x') })
{
	story('One name of two secrets, neither\'s creation nor end known', $as_of, got('04-01 08:00:00', $app, $old->{arn}), $read->('05-28 08:00:00'),
		call('DescribeSecret', '05-30 02:00:00', $app, undef, request => { secretId => $new->{arn} }), daily(described($ana)), map { call('DescribeSecret', sprintf('04-%02d 12:00:00', $_), $ana, $a) } 1 .. 30);
	answer('of neither it is certain that it is unused', 'SELECT secret_arn, conclusive, maybe_read FROM unused_secrets WHERE secret_name = \'shop/db\'', 'shop/db-NEWNEW|f|05-28 08', 'shop/db-OLDOLD|f|05-28 08');
	answer('and there is no third', 'SELECT secret_arn, last_read, readers FROM secret_inventory WHERE secret_name = \'shop/db\'', 'shop/db-NEWNEW||0', 'shop/db-OLDOLD|04-01 08|1');
}
# Two Regions' secrets that share name and suffix by chance: neither is a replica, since replicas have no recovery window.
{
	my @both = map { secret('shop/twin', 'a1b2c3', region => $_) } qw(us-east-1 eu-west-1);
	story('Secrets of two Regions that share name and suffix', '', map { call('DeleteSecret', '05-20 08:00:00', $deploy, $_, request => { recoveryWindowInDays => 30 }) } @both);
	answer('neither is a replica', 'SELECT aws_region, primary_arn, replicas FROM secret_inventory', 'eu-west-1||', 'us-east-1||');
	# A replica whose promotion is not in the trail, and changes since.
	my ($primary, $other) = map { secret('shop/twin', 'a1b2c3', region => $_) } qw(us-east-1 ap-south-1);
	story('A replica that was promoted, which was not recorded', '', call('CreateSecret', '05-01 08:00:00', $deploy, $primary, version => version(1), request => { addReplicaRegions => [ { region => 'eu-west-1' }, { region => 'ap-south-1' } ] }),
		call('PutSecretValue', '05-20 08:00:00', $deploy, $both[1], version => version(2)));
	answer('it is on its own, and the other replica has its primary\'s value', 'SELECT aws_region, last_value_change, primary_arn IS NOT NULL, replicas FROM secret_inventory',
		'ap-south-1|05-01 08|t|', 'eu-west-1|05-20 08|f|', 'us-east-1|05-01 08|f|{ap-south-1}');
	sql("UPDATE audit.settings SET as_of = '2024-05-10 00:00Z'");
	answer('as of a time before that it was a replica', 'SELECT aws_region, primary_arn IS NOT NULL FROM secret_inventory', 'ap-south-1|t', 'eu-west-1|t', 'us-east-1|f');
	sql("UPDATE audit.settings SET as_of = '2024-04-01 00:00Z'");
	answer('before all of it there is nothing, and no view fails', 'SELECT 1 FROM secret_inventory UNION ALL SELECT 1 FROM secret_never_rotated UNION ALL SELECT 1 FROM unused_secrets');
	# A replication that fails, delivered twice, onto a name that another has.
	my $taken = secret('shop/twin', 'TaKeNx', region => 'eu-west-1');
	story('A replication that failed', '', created('05-01 08:00:00', $primary), created('05-01 08:01:00', $taken),
		again(call('ReplicateSecretToRegions', '05-02 08:00:00', $deploy, $primary, request => { addReplicaRegions => [ { region => 'eu-west-1' } ] })), notice('ReplicationFailed', '05-02 08:00:03', $primary, replica => 'eu-west-1'),
		got('05-03 08:00:00', role('App', 's'), 'shop/twin', region => 'eu-west-1'));
	answer('made no replica', 'SELECT aws_region, secret_arn FROM secrets', 'eu-west-1|arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/twin-TaKeNx', 'us-east-1|shop/twin-a1b2c3');
	answer('and the name is still the other\'s', 'SELECT resolve_method FROM secret_reads', 'name');
}

# One log file amid a gap breaks it; a claim that begins after the time of judgement is none.
{
	my $lone = secret('shop/lone', 'LoNeLy');
	story('A log file amid a gap', "coverage_gap = '20 days', unused_after = '20 days'", created('04-01 08:00:00', $lone), call('ListSecrets', '04-01 08:01:00', $deploy), call('ListSecrets', '05-31 23:00:00', $deploy));
	answer('two months without anything', 'SELECT gaps IS NOT NULL FROM observed', 't');
	sql(q{SELECT cloudtrail_import('audit', format('AWSLogs/111122223333/CloudTrail/us-east-1/111122223333_CloudTrail_us-east-1_2024%sT0800Z_lone.json.gz', d), '{"Records":[]}'::bytea) FROM unnest('{0420,0509}'::text[]) AS d});
	answer('a file each nineteen days', 'SELECT gaps IS NOT NULL FROM observed', 't');
	sql(q{UPDATE audit.settings SET coverage_gap = '23 days'});
	answer('of which none is longer than is allowed', 'SELECT gaps IS NOT NULL FROM observed', 'f');
}

# What a second trail delivers, data events or those of endpoints alone, does not show that the first one was on.
{
	my $lone = secret('shop/lone', 'LoNeLy');
	my $deliver = sub {
		my ($day, @records) = @_;
		my $file = server_file("delivered-$day.json", JSON::PP->new->canonical->encode({ Records => \@records }));
		return sql("SELECT (cloudtrail_import('audit', 'AWSLogs/111122223333/CloudTrail/us-east-1/111122223333_CloudTrail_us-east-1_2024${day}T0800Z_0123456789abcdef.json.gz', pg_read_binary_file('$file'))).kind");
	};
	story('Data events amid a gap and after it', "coverage_gap = '23 days', unused_after = '20 days'", created('04-01 08:00:00', $lone), call('ListSecrets', '04-01 08:01:00', $deploy), call('ListSecrets', '05-25 23:00:00', $deploy));
	is($deliver->('0420', of_object('04-20 08:00:00')), 'data', 'a file of data events');
	is($deliver->('0509', of_object_before('05-09 08:00:00')), 'data', 'before events said so');
	is($deliver->('0510', by_endpoint('05-10 08:00:00')), 'data', 'a file of what an endpoint recorded');
	is($deliver->('0531', of_object('05-31 08:00:00')), 'data', 'a file of data events after all others');
	for my $how ('before', 'after')
	{
		answer("$how the sums: the gap is open", q{SELECT observed_from, observed_to, gaps IS NOT NULL FROM observed}, '04-01 08|05-25 23|t');
		answer("$how the sums: nothing is claimed over it", 'SELECT DISTINCT conclusive FROM unused_secrets', 'f');
		sql(q{SELECT cloudtrail_refresh_activity('audit')});
	}
	answer('each is a log file all the same', q{SELECT hours_missing < (extract(epoch FROM last_file - first_file) / 3600)::integer - 1, last_file, data_events_present FROM coverage}, 't|05-31 08|t');
	sql(q{DELETE FROM audit.raw_events WHERE NOT cloudtrail_is_management(event); SELECT cloudtrail_refresh_activity('audit')});
	answer('there are none', 'SELECT data_events FROM observed', 'f');
	$deliver->('0422', event('dynamodb.amazonaws.com', 'DeleteItem', '04-22 08:00:00', $app, record => { eventCategory => 'Data', managementEvent => JSON::PP::false }));
	sql(q{SELECT cloudtrail_refresh_activity('audit')});
	answer('an item is data, whatever was done to it', 'SELECT data_events FROM observed', 't');
	is($deliver->('0421', tagged($app)->('04-21 08:00:00'), of_object('04-21 08:00:01')), 'log', 'a file with a management event');
	is($deliver->('0512', tagged($app)->('05-12 08:00:00')), 'log', 'another one');
	answer('these close it', 'SELECT gaps IS NULL FROM observed', 't');
	sql(q{DELETE FROM audit.log_files WHERE kind = 'log'; DELETE FROM audit.raw_events WHERE cloudtrail_is_management(event); SELECT cloudtrail_refresh_activity('audit')});
	answer('of data events alone nothing is known', 'SELECT observed_from IS NULL, observed_to IS NULL, data_events FROM observed', 't|t|t');
}

# A rotation is late when its window has closed: of so many hours, of one hour of a schedule in hours, or the day (UTC).
for my $case (
	[ 'a number of days: to the end of the day', { automaticallyAfterDays => 7 }, '05-08 09:00:02', '05-08 23:59:59', '05-09 00:00:01' ],
	[ 'a rate in days', { scheduleExpression => 'rate(7 days)' }, '05-08 00', '05-08 23:59:59', '05-09 00:00:01' ],
	[ 'a rate in days, with a window, which opens at midnight', { scheduleExpression => 'rate(7 days)', duration => '3h' }, '05-08 00', '05-08 02:59:59', '05-08 03:00:01' ],
	[ 'a rate in hours: one hour', { scheduleExpression => 'rate(4 hours)' }, '05-01 13:00:02', '05-01 14:00:01', '05-01 14:00:03' ],
	[ 'a day of the month: to the end of the day', { scheduleExpression => 'cron(0 8 15 * ? *)' }, '05-15 08', '05-15 23:59:59', '05-16 00:00:01' ],
	[ 'with a window', { scheduleExpression => 'cron(0 8 15 * ? *)', duration => '3h' }, '05-15 08', '05-15 10:59:59', '05-15 11:00:01' ],
	[ 'by cron in hours: one hour', { scheduleExpression => 'cron(0 8/8 * * ? *)' }, '05-01 16', '05-01 16:59:59', '05-01 17:00:01' ],
	[ 'by cron in hours from midnight', { scheduleExpression => 'cron(0 /8 * * ? *)' }, '05-01 16', '05-01 16:59:59', '05-01 17:00:01' ],
	[ 'the last Sunday, among the days of a month', { scheduleExpression => 'cron(0 2 SUNL * ? *)', duration => '2h' }, '05-26 02', '05-26 03:59:59', '05-26 04:00:01' ],
	[ 'the first Sunday of a month', { scheduleExpression => 'cron(0 2 ? * SUN#1 *)', duration => '2h' }, '05-05 02', '05-05 03:59:59', '05-05 04:00:01' ],
	[ 'the last day of a month, a leap year', { scheduleExpression => 'cron(0 16 L * ? *)', duration => '1h' }, '05-31 16', '05-31 16:59:59', '05-31 17:00:01' ])
{
	my ($what, $rule, $due, $within, $late) = @$case;
	my $w = secret('shop/window', 'WiNdOw');
	story($what, "as_of = '2024-$within Z'", created('05-01 08:00:00', $w), call('RotateSecret', '05-01 09:00:00', $deploy, $w, version => version(2), request => { rotationRules => $rule }),
		notice('RotationSucceeded', '05-01 09:00:02', $w, token => version(2)));
	answer("$what: not late in its window", 'SELECT secret_name FROM secret_rotation_overdue');
	sql("UPDATE audit.settings SET as_of = '2024-$late Z'");
	for my $zone ('UTC', 'America/New_York', 'Pacific/Auckland')
	{
		is(sql("SET search_path = audit, public; SET timezone = '$zone'; SELECT secret_name, due_by, to_char(due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS') FROM secret_rotation_overdue"), 'shop/window|rule|' . (length $due == 8 ? "$due:00:00" : $due), "$what: late behind it, in $zone");
	}
}

# The views ask for single accounts and Regions, and get what the view observed says of them.
my $far = '%1$s.observed_from, %1$s.observed_to, %1$s.gaps, %1$s.reads_from, %1$s.reads_to, %1$s.read_gaps';
my $seen = secret('shop/seen', 'SeEnSe');
story('Places', '', created('05-01 08:00:00', $seen), got('05-01 09:00:00', $deploy, $seen), got('05-09 09:00:00', $deploy, $seen));
answer('each is found as observed has it', sprintf(q{SELECT count(*), bool_and((%s) IS NOT DISTINCT FROM (%s)), bool_and((f.observed_from, f.observed_to, f.gaps) IS NOT DISTINCT FROM (g.observed_from, g.observed_to, g.gaps)),
		bool_or(f.gaps IS NOT NULL)
	FROM observed AS o CROSS JOIN LATERAL cloudtrail_observed_reads('observed', o.account_id, o.aws_region) AS f CROSS JOIN LATERAL cloudtrail_observed('observed', o.account_id, o.aws_region) AS g},
	map { sprintf $far, $_ } 'o', 'f'), '1|t|t|t');
answer('also without the gaps', q{SELECT count(*), bool_and((f.observed_from, f.observed_to) IS NOT DISTINCT FROM (o.observed_from, o.observed_to)) FROM observed AS o CROSS JOIN LATERAL cloudtrail_observed_span('observed', o.account_id, o.aws_region) AS f}, '1|t');
answer('of another nothing is known', q{SELECT f IS NULL, g IS NULL FROM cloudtrail_observed('observed', '999999999999', 'us-east-1') AS f, cloudtrail_observed_reads('observed', NULL, 'us-east-1') AS g}, 't|t');
my $until = q{SELECT (cloudtrail_observed('observed', account_id, aws_region)).observed_to > '2024-05-20' FROM observed};
is(sql("SET search_path = audit, public; $until; INSERT INTO raw_events (event) SELECT replace(event::text, '2024-05-09T', '2024-05-25T')::cloudtrail_event FROM raw_events WHERE event_time > '2024-05-05'; $until"),
	"f\nt", 'what a statement found is not kept for the next');
like(eval { sql(q{SELECT cloudtrail_observed('pg_class', 'x', 'y')}) } // $@, qr/column .* does not exist/, 'of what is not such a view');
sql('CREATE ROLE observes_nothing');
like(eval { sql(q{SET ROLE observes_nothing; SELECT cloudtrail_observed(c.oid, 'x', 'y') FROM pg_class AS c WHERE relname = 'observed' AND relkind = 'v'}) } // $@, qr/permission denied/, 'who may not read a trail is told nothing of it');
done_testing();
