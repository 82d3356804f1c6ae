# The views with Athena's and Steampipe's column names: every published query
# runs as doc/compat.md says, and finds what it should; every column of that
# page's table exists, and holds what ours does.
use strict;
use warnings;
use Test::More;
use JSON::PP;
use CloudtrailTest;

# Reads a whole file.
sub slurp
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!";
	local $/;
	return scalar <$in>;
}

# The published queries in a file: name, whether they run as published, text, and the text that runs where that one does not.
sub queries
{
	my ($file) = @_;
	my @queries = map { { name => $_->[0], runs => $_->[1], text => $_->[2] } }
		map { [ /\A(.*)\n-- runs: (as published|rewritten)\n(.*)/s ] } grep { !/\A--/ } split /^-- query: /m, slurp($file);
	($_->{text}, $_->{rewritten}) = split /^-- rewritten:\n/m, $_->{text} for @queries;
	return @queries;
}

# Rows of a published table in the page, below a heading: the cells, without the marks of code.
sub page_rows
{
	my ($page, $heading) = @_;
	my ($section) = $page =~ /^## \Q$heading\E\n(.*?)(?=^## |\z)/ms or die "no $heading";
	my @rows = map { [ map { s/^\s+|\s+$//gr } split /\|/, $_ =~ s/^\|//r, -1 ] } grep { /^\|/ } split /\n/, $section;
	return @rows[ 2 .. $#rows ];
}

my $json = JSON::PP->new->canonical;
my $now = time;
my $ids = 0;

# A time so many seconds ago, as CloudTrail writes it.
sub ago
{
	my ($s, $m, $h, $day, $month, $year) = gmtime($now - $_[0]);
	return sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $year + 1900, $month + 1, $day, $h, $m, $s;
}

# An event of a service.
sub told
{
	my ($time, $service, $name, $identity, %rest) = @_;
	return { eventVersion => '1.08', eventTime => $time, eventSource => "$service.amazonaws.com", eventName => $name, awsRegion => 'us-east-1',
		sourceIPAddress => '198.51.100.7', userAgent => 'cli', eventID => sprintf('00000000-0000-4000-8000-%012d', ++$ids), requestID => "R$ids",
		eventType => 'AwsApiCall', eventCategory => 'Data', recipientAccountId => '111122223333', userIdentity => $identity, %rest };
}

my ($alice, $bob, $steampipe) = map { { type => 'IAMUser', principalId => "AIDA$_", arn => "arn:aws:iam::111122223333:user/$_", accountId => '111122223333',
	accessKeyId => "AKIA$_", userName => $_ } } qw(alice bob steampipe);
my $role = { type => 'AssumedRole', principalId => 'AROA:s', arn => 'arn:aws:sts::111122223333:assumed-role/App/s', accountId => '111122223333', accessKeyId => 'ASIA',
	sessionContext => { attributes => { creationDate => '2019-02-19T00:30:00Z', mfaAuthenticated => 'false' }, ec2RoleDelivery => '2.0',
		webIdFederationData => { federatedProvider => 'idp', attributes => { a => 'b' } },
		sessionIssuer => { type => 'Role', principalId => 'AROA', arn => 'arn:aws:iam::111122223333:role/App', accountId => '111122223333', userName => 'App' } },
	onBehalfOf => { userId => 'u', identityStoreArn => 'arn:i' }, invokedBy => 'x.amazonaws.com', identityProvider => 'p' };
my $nobody = { type => 'AWSAccount', principalId => '', accountId => 'ANONYMOUS_PRINCIPAL' };
my %old = (additionalEventData => { SignatureVersion => 'SigV2' });
my $object = [ { type => 'AWS::S3::Object', ARN => 'arn:aws:s3:::b1/example/datafile.txt' },
	{ accountId => '111122223333', type => 'AWS::S3::Bucket', ARN => 'arn:aws:s3:::b1' } ];
my @events = map { $json->encode($_) } (
	told('2019-02-19T01:00:00Z', 's3', 'GetObject', $role, %old),
	told('2019-02-20T01:00:00Z', 's3', 'GetObject', $alice, %old, awsRegion => 'eu-west-1'),
	told('2019-07-05T10:00:00Z', 's3', 'PutObject', $alice, resources => $object, requestParameters => { bucketName => 'b1', key => 'example/datafile.txt' }),
	told('2019-07-05T11:00:00Z', 's3', 'GetObject', $role, %old, requestParameters => { bucketName => 'b1', key => 'k' }, tlsDetails => { tlsVersion => 'TLSv1.3', cipherSuite => 'c', clientProvidedHostHeader => 'h' }),
	told('2019-07-05T12:00:00Z', 's3', 'GetObject', $nobody, requestParameters => { bucketName => '[your bucket name ]' }, managementEvent => JSON::PP::false, apiVersion => '1', sharedEventID => 's',
		vpcEndpointId => 'v', vpcEndpointAccountId => 'w', sessionCredentialFromConsole => 'true', addendum => { reason => 'UPDATED_DATA' }, serviceEventDetails => { a => 1 }, edgeDeviceDetails => { b => 2 }),
	told('2019-07-06T00:00:01Z', 's3', 'PutObject', $alice),
	told('2019-07-07T00:00:00Z', 's3', 'DeleteBucket', $alice, resources => [ { accountId => '444455556666', type => 'AWS::S3::Bucket', ARN => 'arn:aws:s3:::gone' } ]),
	told(ago(60), 'iam', 'CreateUser', $steampipe, readOnly => JSON::PP::false, responseElements => { user => { userName => 'x' } }),
	told(ago(450), 'sts', 'GetCallerIdentity', $role, readOnly => JSON::PP::true),
	told(ago(1200), 's3', 'PutBucketPolicy', $bob, readOnly => JSON::PP::false, sourceIPAddress => '203.189.1.2', errorCode => 'AccessDenied', errorMessage => 'no'),
	told(ago(7200), 'iam', 'DeleteUser', $steampipe, readOnly => JSON::PP::false, sourceIPAddress => '203.189.1.2'),
);

# Shapes that nobody expects, which no query may stumble over.
my @odd = (
	q({"eventTime":"2018-01-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":"x","resources":{"ARN":1},"requestParameters":"plain","additionalEventData":{"SignatureVersion":{"a":"\u0000"}}}),
	q({"eventTime":"2018-01-01T00:00:01Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","userIdentity":[1],"resources":[1,null,[{}],{"ARN":{"x":"\ud800"}}],"additionalEventData":["SigV2"],"tlsDetails":7}),
	q({"eventTime":"2018-01-01T00:00:02Z","eventSource":"s3.amazonaws.com","requestParameters":1e999999,"additionalEventData":"\u0000","readOnly":"maybe"}),
);

my %expected = (
	'user guide, nested fields' => "s3.amazonaws.com|GetObject|2019-02-19T00:30:00Z|arn:aws:iam::111122223333:role/App\n" x 2
		. 'sts.amazonaws.com|GetCallerIdentity|2019-02-19T00:30:00Z|arn:aws:iam::111122223333:role/App',
	'user guide, resources of an object' => 'us-east-1|b1/example/datafile.txt|PutObject|2019-07-05T10:00:00Z|cli',
	'user guide, deleted buckets' => 'us-east-1|gone|2019-07-07T00:00:00Z|alice|444455556666',
	'user guide, anonymous requests' => qr/\A1\.08\|[^\n]*\|2019-07-05T12:00:00Z\|[^\n]*\z/,
	'user guide, tips' => qr/\A(?:[^\n|]*\|[^\n]*\n){13}[^\n]*\z/,
	'S3 guide, test of the table' => qr/\A[^\n]*\|s3\.amazonaws\.com\|[^\n]*\n[^\n]*\|s3\.amazonaws\.com\|[^\n]*\z/,
	'S3 guide, signature version 2' => "2019-02-19T01:00:00Z|GetObject||us-east-1|198.51.100.7|cli\n2019-02-20T01:00:00Z|GetObject||eu-west-1|198.51.100.7|cli\n"
		. '2019-07-05T11:00:00Z|GetObject|{"key": "k", "bucketName": "b1"}|us-east-1|198.51.100.7|cli',
	'S3 guide, requesters with signature version 2' => "arn:aws:iam::111122223333:user/alice|1\narn:aws:sts::111122223333:assumed-role/App/s|2",
	'S3 guide, the same of a partition' => 'arn:aws:sts::111122223333:assumed-role/App/s|1',
	'S3 guide, objects put' => '2019-07-05T10:00:00Z|PutObject|s3.amazonaws.com|198.51.100.7|cli|b1|example/datafile.txt|arn:aws:iam::111122223333:user/alice',
	'S3 guide, objects got' => "2019-07-05T11:00:00Z|GetObject|s3.amazonaws.com|198.51.100.7|cli|b1|k|arn:aws:sts::111122223333:assumed-role/App/s\n"
		. '2019-07-05T12:00:00Z|GetObject|s3.amazonaws.com|198.51.100.7|cli|[your bucket name ]||',
	'S3 guide, anonymous requesters' => '2019-07-05T12:00:00Z|GetObject|s3.amazonaws.com|198.51.100.7|cli|[your bucket name ]||ANONYMOUS_PRINCIPAL',
	'trail_event, the last five minutes' => 'CreateUser',
	'trail_event, five to ten minutes ago' => 'GetCallerIdentity',
	'trail_event, actions' => 'PutBucketPolicy CreateUser',
	'trail_event, a service' => 'CreateUser',
	'trail_event, an IAM user' => 'CreateUser',
	'trail_event, all IAM users' => 'PutBucketPolicy CreateUser',
	'trail_event, assumed roles' => 'GetCallerIdentity',
	'trail_event, failures' => 'PutBucketPolicy',
	'trail_event, a range of addresses' => 'PutBucketPolicy',
	'lookup_event, the last five minutes' => 'CreateUser',
	'lookup_event, actions' => 'GetCallerIdentity',
	'lookup_event, a service' => 'CreateUser',
);

new_database('compat');
sql(q{SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_create_partition('trail', '2019-07-05'), cloudtrail_create_partition('trail', '2019-02-19')});
my $make = q{SELECT cloudtrail_create_athena_view('trail', 'athena'); SELECT cloudtrail_create_athena_view('trail', 's3_cloudtrail_events_db', 'cloudtrail_myawsexamplebucket' || part || 'table' || rest)
		FROM (VALUES ('1_', ''), ('_', ''), ('1_', '_partitioned')) AS names (part, rest);
	SELECT cloudtrail_create_steampipe_view('trail', 'steampipe'); SELECT cloudtrail_create_steampipe_lookup_view('trail', 'steampipe')};
is(sql($make), join("\n", 'athena.cloudtrail_logs', (map { "s3_cloudtrail_events_db.cloudtrail_myawsexamplebucket$_" } '1_table', '_table', '1_table_partitioned'),
	'steampipe.aws_cloudtrail_trail_event', 'steampipe.aws_cloudtrail_lookup_event'), 'the views are made');
ok(eval { sql($make); 1 }, 'and made again');
sql(join "\n", map { "INSERT INTO trail.raw_events SELECT event_time(e), event_key(e), e FROM (SELECT \$event\$$_\$event\$::cloudtrail_event AS e) AS v;" } @events, @odd);
is(sql('SELECT count(*) FROM trail.raw_events'), 14, 'the story is told');

# Every published query.
my $page = slurp('doc/compat.md');
my ($rewriting) = $page =~ /^(sed -E '[^\n]*')$/m or die 'no rewriting';
my %said = map { $_->[0] => $_->[1] } page_rows($page, 'Athena'), page_rows($page, 'Steampipe');
my %runs;
for my $file ('athena', 'steampipe')
{
	for my $query (queries("test/data/$file-queries.sql"))
	{
		my ($name, $as_published) = ($query->{name}, $query->{runs} eq 'as published');
		$runs{ $query->{runs} }++;
		is(delete $said{$name}, $as_published ? 'yes' : 'no', "$name: what the page says");
		my $run = sub {
			my ($text) = @_;
			$text = "SELECT string_agg(event_name, ' ' ORDER BY event_time) FROM (" . $text =~ s/;\s*\z//r . ') AS q' if $file eq 'steampipe';
			return sql("SET search_path = public, athena, steampipe; SET timezone = 'UTC'; $text");
		};
		my $got = eval { $run->($query->{text}) };
		if (!$as_published)
		{
			ok(!defined $got, "$name: does not run as published");
			my $text = $query->{rewritten};
			if (!defined $text)
			{
				my $published = server_file('published.sql', $query->{text});
				$text = `$rewriting $published`;
			}
			$got = eval { $run->($text) };
		}
		my $want = delete $expected{$name};
		$got = join "\n", sort split /\n/, $got if defined $got && $name =~ /requesters with|objects|version 2/;
		ref $want ? like($got, $want, "$name: runs") : is($got, $want, "$name: runs") or diag $@;
	}
}
is_deeply([ sort keys %expected ], [], 'no query is missing');
is_deeply([ sort keys %said ], [], 'nor does the page have more');
like($page =~ s/\s+/ /gr, qr/Of these \Q@{[ $runs{'as published'} + $runs{rewritten} ]} queries, $runs{'as published'} run as published, $runs{rewritten} after\E/, 'nor other numbers');

# Every column of the page's table.  Values are compared where both are written alike.
my %otherwise = map { $_ => 1 } qw(event_time session_creation_date session_credential_from_console user_identity resources resource_arns addendum tls_details);
my %listed;
for my $row (page_rows($page, 'Columns'))
{
	my ($ours, @theirs) = map { [ /`([^`]+)`/g ] } @$row[ 0 .. 2 ];
	for my $n (0, 1)
	{
		my $view = (qw(athena.cloudtrail_logs steampipe.aws_cloudtrail_trail_event))[$n];
		for my $column (@{ $theirs[$n] })
		{
			$listed{$view}{$_} = 1 for $column =~ /(\w+)/;
			my $differs = eval { sql("SELECT count(*) FROM (SELECT ($column)::text AS theirs, $ours->[0](event)::text AS ours, event_time FROM $view) AS v
				WHERE theirs IS DISTINCT FROM ours AND event_time > '2019-01-01'") } // "an error: $@";
			$otherwise{ $ours->[0] } || $column eq 'user_identifier' ? like($differs, qr/\A\d+\z/, "$view: $column exists") : is($differs, 0, "$view: $column is $ours->[0]");
		}
	}
}
for my $view (sort keys %listed)
{
	my @missing = grep { !$listed{$view}{$_} && !/^(event|log_group_name|partition|cloudtrail_event)$/ }
		split /\n/, sql("SELECT attname FROM pg_attribute WHERE attrelid = '$view'::regclass AND attnum > 0");
	is_deeply(\@missing, [], "$view: the page has all columns");
}
is(sql("SELECT (useridentity).sessioncontext.sessionissuer.username, array_length(resources, 1), (athena.element_at(resources, -1)).type, \"timestamp\", year, month, day
	FROM athena.cloudtrail_logs WHERE eventname IN ('PutObject', 'GetObject') AND eventtime IN ('2019-07-05T10:00:00Z', '2019-07-05T11:00:00Z') ORDER BY eventtime"),
	"|2|AWS::S3::Bucket|2019/07/05|2019|07|05\nApp|||2019/07/05|2019|07|05", 'nested fields, resources, partition columns');
is(sql('SELECT count(t::text) FROM athena.cloudtrail_logs AS t'), 14, 'odd events are read, too');
is(sql("SELECT count(event_id), count(cloudtrail_event), count(user_identifier) FROM steampipe.aws_cloudtrail_trail_event"), '11|14|10', 'by the other views, too');

# The functions made beside the view.
is(sql(qq{SET search_path = athena; SELECT json_extract_scalar(v, p), json_extract(v, p) FROM (VALUES ('{"a":{"b":[1,"x"]}}', '\$.a.b[1]'), ('{"a":{"b":[1,"x"]}}', '\$.a.b'),
	('[{"a":1}]', '\$.a'), ('{"a":null}', '\$.a'), ('{"a":true}', '\$.a'), ('"s"', '\$'), (NULL, '\$')) AS t (v, p)}),
	"x|\"x\"\n|[1, \"x\"]\n|\n|null\ntrue|true\ns|\"s\"\n|", 'JSON paths');
is(sql(q{SET search_path = athena, public; SET timezone = 'UTC'; SELECT from_iso8601_timestamp('2019-07-05T12:00:00Z'), from_iso8601_timestamp('x') IS NULL, replace('abab', 'a'), element_at(ARRAY[1,2], 3) IS NULL}),
	'2019-07-05 12:00:00+00|t|bb|t', 'times, texts, arrays');

# Conditions reach the trail: a field of a row is the function, and a time chooses partitions.
my $plan = sql(q{EXPLAIN (COSTS OFF) SELECT eventname FROM athena.cloudtrail_logs WHERE (useridentity).sessioncontext.sessionissuer.arn = 'a' AND eventsource = 's' AND event_time < '2019-03-01'});
like($plan, qr/session_issuer_arn\(\w*\.?event\) = 'a'/, 'a nested field is a function of the event');
unlike($plan, qr/ROW\(|2019_07/, 'and partitions are left out');
unlike(sql(q{EXPLAIN (COSTS OFF) SELECT * FROM steampipe.aws_cloudtrail_trail_event WHERE timestamp < '2019-03-01' AND log_group_name = 'aws-cloudtrail-log-group-name'}), qr/2019_07|log-group/, 'by timestamp, too');
like(sql(q{SET enable_seqscan = off; EXPLAIN (COSTS OFF) SELECT * FROM athena.cloudtrail_logs WHERE event @~ 's3:PutObject'}), qr/Bitmap Index Scan/, 'the index is used');

# Who may not see an event does not see it here.
sql(q{CREATE ROLE compat_reader; GRANT USAGE ON SCHEMA athena, steampipe TO compat_reader; GRANT SELECT ON ALL TABLES IN SCHEMA athena, steampipe TO compat_reader; GRANT USAGE ON SCHEMA trail TO compat_reader; GRANT SELECT ON trail.raw_events TO compat_reader;
	ALTER TABLE trail.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY iam_only ON trail.raw_events TO compat_reader USING (event_source(event) = 'iam.amazonaws.com')});
is(sql(q{SET ROLE compat_reader; SELECT count(*) FROM athena.cloudtrail_logs; SELECT count(*) FROM steampipe.aws_cloudtrail_trail_event; SELECT count(*) FROM steampipe.aws_cloudtrail_lookup_event}), "2\n2\n2", 'row-level security holds');
sql(q{DROP OWNED BY compat_reader; DROP ROLE compat_reader});

# What is wrong is refused; odd names are no problem.
ok(!eval { sql("SELECT $_"); 1 } && $@ =~ /must not be null/, "$_: an error")
	for q{cloudtrail_create_athena_view(NULL, 'x')}, q{cloudtrail_create_athena_view('trail', NULL)}, q{cloudtrail_create_steampipe_view('trail', 'x', log_group_name => NULL)}, q{cloudtrail_create_steampipe_lookup_view('trail', 'x', NULL)};
is(sql(q{SELECT cloudtrail_create_trail('Other %s'); SELECT cloudtrail_create_athena_view('"Other %s"', 'A b', 'C''s %'); SELECT cloudtrail_create_steampipe_view('"Other %s"', 'A b', 'D"', 'it''s %')}),
	qq{"Other %s"\n"A b"."C's %"\n"A b"."D"""}, 'names are quoted');
done_testing();
