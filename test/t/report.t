# The auditor's page: complete in itself, without scripts, and harmless whatever
# the logs hold.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('report');
sql(q{SELECT cloudtrail_create_trail('empty'); SELECT cloudtrail_create_trail('audit')});
my $log = server_file('report.ndjson', scalar `test/generator/generate --events 3000 --stories 20 --seed 5 --days 40 --hostile 60`);
sql("SELECT cloudtrail_import('audit', 'report', pg_read_binary_file('$log'))");
my $evil = q{"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u202e\u0007};
sql(qq{SELECT cloudtrail_import('audit', 'evil', convert_to(\$json\${"eventTime":"2024-01-20T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","userAgent":"${\ ($evil =~ s/"/\\"/gr)}","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/${\ ($evil =~ s/"/\\"/gr)}"},"requestParameters":{"secretId":"${\ ($evil =~ s/"/\\"/gr)}"}}\$json\$, 'UTF8'))});

# The page of a trail for a period.
sub page
{
	my ($trail, $from, $to) = @_;
	return scalar sql("SELECT cloudtrail_audit_report('$trail', '$from', '$to')");
}

for my $html (page('empty', '2024-01-01', '2024-02-01'), page('audit', '2024-01-01', '2024-02-01'), page('audit', '1999-01-01', '1999-02-01'))
{
	like($html, qr/\A<!DOCTYPE html>.*<\/html>\s*\z/s, 'a page');
	like($html, qr/Content-Security-Policy" content="default-src 'none'/, 'that loads nothing');
	unlike($html, qr/<script/i, 'has no script');
	unlike($html, qr/<img/i, 'nor markup of an event');
	unlike($html, qr/[^\t\n -~]/, 'and is ASCII');
	my %open;
	$open{$1}++ while $html =~ /<(table|section|tr|td|th|dl|svg|main|div)\b/g;
	$open{$1}-- while $html =~ /<\/(table|section|tr|td|th|dl|svg|main|div)>/g;
	is(join(' ', grep { $open{$_} } sort keys %open), '', 'what is opened is closed');
}
like(page('audit', '2024-01-01', '2024-02-01'), qr{&lt;script&gt;}, "markup of an event is shown as text");
unlike(page('audit', '1999-01-01', '1999-02-01'), qr/<dd>0<\/dd>/, 'a period that the trail does not cover has no zeros');

# Who stands behind the reads, or why that is not known.
my $role = sub { my ($path, $session, $id) = @_; return qq{{"eventTime":"2024-01-20T12:00:00Z","eventID":"$id","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"111122223333","requestParameters":{"secretId":"behind"},"userIdentity":{"type":"AssumedRole","principalId":"AROAX:$session","arn":"arn:aws:sts::111122223333:assumed-role/R/$session","accountId":"111122223333","accessKeyId":"ASIAX$session","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAX","arn":"arn:aws:iam::111122223333:role/${path}R","accountId":"111122223333"},"attributes":{"creationDate":"2024-01-20T11:00:00Z","mfaAuthenticated":"false"}}}}} };
sql("SELECT cloudtrail_create_trail('behind')");
sql(sprintf q{SELECT cloudtrail_import('behind', 'x', convert_to($json$%s$json$, 'UTF8'))}, join "\n", $role->('aws-reserved/sso.amazonaws.com/', '<b>pat', 'aaaaaaaa-0000-4000-8000-000000000001'), $role->('', 'kim', 'aaaaaaaa-0000-4000-8000-000000000002'));
my $behind = page('behind', '2024-01-20', '2024-01-21');
like($behind, qr{Who read what, by the person, workload or service behind it.*<th scope="row">&lt;b&gt;pat</th><td[^>]*>human</td>}s, 'who stands behind reads, as text');
like($behind, qr{<th scope="row">\(issuing event not in the trail\)</th><td[^>]*>unknown</td>}, 'or why nobody is known');
unlike($behind, qr/<b>pat/, 'without markup of an event');
ok(!eval { page('audit', '2024-02-01', '2024-01-01'); 1 }, 'a period that ends before it begins is an error');
ok(!eval { page('public', '2024-01-01', '2024-02-01'); 1 } && $@ =~ /is not a trail/, 'a schema that is not a trail is one');
done_testing();
