# The auditor's page: right, whole and harmless, whatever events hold, and as a
# browser shows it where one is installed.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Story;

# A page of a month.
sub page
{
	my ($schema, $before) = @_;
	return sql(($before // '') . qq{SELECT cloudtrail_audit_report('$schema', '2024-01-01 00:00Z', '2024-02-01 00:00Z')});
}

# What is wrong with a page as a document: tags that do not match, attributes without quotes, ids that are there twice.
sub faults
{
	my ($html) = @_;
	my (@open, @faults, %ids);
	my %void = map { $_ => 1 } qw(meta link);
	$html =~ s{<style>.*?</style>}{<style></style>}s;
	while ($html =~ m{<(/?)([A-Za-z0-9]+)((?:[^<>"]|"[^"]*")*?)(/?)>}g)
	{
		my ($end, $tag, $attributes, $closed) = ($1, $2, $3, $4);
		if ($end) { my $last = pop @open // 'nothing'; push @faults, "$tag ends $last" if $last ne $tag; next }
		push @faults, "attributes of $tag: $attributes" unless $attributes =~ /^(?:\s+[A-Za-z][\w:-]*="[^"<>]*")*\s*$/;
		push @faults, "$1 twice" if $attributes =~ /\bid="([^"]*)"/ && $ids{$1}++;
		push @open, $tag unless $closed || $void{$tag};
	}
	push @faults, "open: @open" if @open;
	(my $text = $html) =~ s{<!DOCTYPE html>|</?[A-Za-z0-9]+(?:[^<>"]|"[^"]*")*>}{}g;
	push @faults, "markup left: $1" if $text =~ /(.{0,20}[<>].{0,20})/;
	push @faults, "a bare ampersand: $1" if $html =~ /(&(?!amp;|lt;|gt;|quot;|#\d+;).{0,10})/;
	push @faults, 'loads something' if $html =~ /\b(?:src|href)="(?!#|data:,")/ || $html =~ /url\(|\@import/;
	return join '; ', @faults;
}

my ($mine, $other) = qw(111122223333 222233334444);
new_database('report');
sql(q{SELECT cloudtrail_create_trail('empty'); SELECT cloudtrail_create_audit_views('empty', 'nothing');
	SELECT cloudtrail_create_trail('trail'); SELECT cloudtrail_create_audit_views('trail', 'audit'); UPDATE audit.settings SET as_of = '2024-02-01 00:00Z'});

# Of no events it says that there are none at all.
my $html = page('nothing');
is(faults($html), '', 'the page of an empty trail');
like($html, qr{<strong>$_: none\.</strong> The trail has no events at all\.}, "nothing: $_")
	for 'Secrets by reads', 'Rotations that failed or were abandoned, the latest first', 'Calls of Secrets Manager that were refused, the most frequent first', 'Accounts and Regions';

# Texts that somebody else wrote.
my $evil = q{"><script>alert('1')</script><img src=x onerror=alert(2)>&amp;};
my $odd = "a\tb\x{1b}[31m\x{202e}gpj.exe\x{200b}\x{e0041}\x{e9}\x{4e2d}";
my ($app, $eve, $root) = (role('App', 'i-0abc'), user("eve"), root_user($mine));
my $evil_user = user(q{x'"<b>y});
my ($secret, $bad, $long) = (secret('prod/db', 'AbCdEf'), secret(q{<i>'"&x}, 'AbCdEf'), secret('l' x 500, 'AbCdEf'));
tell('trail',
	(map { call('GetSecretValue', "01-0$_ 08:00:00", $app, $secret, id => $secret->{arn}, record => { userAgent => $evil }) } 1 .. 9),
	(map { call('GetSecretValue', "01-1$_ 08:00:00", $evil_user, $_ % 2 ? $bad : $long, id => ($_ % 2 ? $bad : $long)->{arn}, record => { userAgent => $odd }) } 0 .. 5),
	denied(call('GetSecretValue', '01-20 08:00:00', $eve, $bad, id => $bad->{arn}, record => { userAgent => $evil }), "$evil no identity-based policy allows $odd"),
	denied(call('PutSecretValue', '01-20 09:00:00', $evil_user, $secret, id => $secret->{arn}, record => { userAgent => $odd }), 'no identity-based policy allows it'),
	notice('RotationStarted', '01-21 08:00:00', $secret, token => version(1)),
	notice('RotationSucceeded', '01-21 08:00:05', $secret, token => version(1)),
	notice('RotationStarted', '01-22 08:00:00', $bad, token => version(2)),
	notice('RotationFailed', '01-22 08:00:05', $bad, token => version(2), record => { errorMessage => $evil }),
	call('DeleteSecret', '01-23 08:00:00', $app, $bad, request => { recoveryWindowInDays => 30 }, response => { deletionDate => 'Feb 22, 2024, 8:00:00 AM' }),
	call('PutResourcePolicy', '01-24 08:00:00', $eve, $secret, request => { resourcePolicy => qq({"Statement":{"Effect":"Allow","Principal":"*","Action":"secretsmanager:*","Resource":"*"}}) }),
	call('DescribeSecret', '01-25 08:00:00', $root, $secret),
	sign_in('01-26 08:00:00', $eve),
	sign_in('01-27 08:00:00', $evil_user, failure => $evil),
	call('GetSecretValue', '02-01 00:00:00', user('later'), $secret, id => $secret->{arn}));
$html = page('audit');
is(faults($html), '', 'a page of texts that are markup');
unlike($html, qr/<(?:script|img|i|b)\b/i, 'none of which is');
like($html, qr/&lt;script&gt;alert\(&#39;1&#39;\)&lt;\/script&gt;/, 'it is shown');
unlike($html, qr/[\x00-\x08\x0b-\x1f\x7f]/, 'no control characters');
unlike($html, qr/[^\x09\x0a\x20-\x7e]/, 'nothing but ASCII, so nothing invisible nor what turns the direction');
like($html, qr/a\\u0009b\\u001b\[31m\\u202egpj\.exe\\u200b\\U000e0041&#233;&#20013;/, 'they are spelled, letters are references');
unlike($html, qr/l{301}/, 'long texts are cut');
unlike($html, qr/user\/later/, 'the end of the time is not in it');
unlike($html, qr{[\d:]/(?:32|128)<}, 'addresses have no masks');
my %tile = map { m{<dt>(.*?)</dt><dd>(.*?)</dd>} } $html =~ m{(<div class="tile.*?</div>)}g;
is_deeply(\%tile, {
	'reads of secret values' => 15, 'secrets read' => 3, 'readers' => 2, 'calls refused' => 2, 'policies made public' => 1, 'rotations that succeeded' => 1, 'rotations that failed' => 1,
	'deletions pending' => 1, 'deleted by force' => 0, 'events of a root user' => 1, 'sign-ins without MFA' => 1, 'sign-ins that failed' => 1,
	'hours without a log file' => $tile{'hours without a log file'}, 'accounts and Regions whose logs were altered' => 0 }, 'the numbers on top');
is(() = $html =~ /<circle class="ok"[^>]*>.*?prod\/db: succeeded at 2024-01-21 08:00/g, 1, 'a rotation that succeeded');
is(() = $html =~ /<path class="fail"[^>]*>.*?: failed at 2024-01-22 08:00/g, 1, 'one that failed');
is(() = $html =~ /<rect class="bar"/g, 9 + 6, 'a bar for each time of reading');
like($html, qr{<th scope="row">arn:aws:iam::$mine:role/App</th><td class="h1">9</td><td></td><td></td><td class="n"><strong>9}, 'the matrix');

# For those who do not see it.
my @tables = $html =~ m{<table.*?</table>}gs;
is(scalar(grep { /<caption>[^<]+<\/caption><thead>/ && /<th scope="col"/ } @tables), scalar @tables, 'each of ' . @tables . ' tables has a caption and headings');
is(scalar(() = $html =~ /<svg viewBox="[^"]*" role="img" aria-labelledby=/g), 2, 'charts have a title and a description');
is(join(' ', $html =~ /<h(\d)/g), '1 2 3 2 2 2 2 2', 'headings do not skip a level');
like($html, qr/<html lang="en">/, 'the language');

# Nobody's settings, rights or time zone change it.
my $same = sub { return $_[0] =~ s/read at [\d: -]+ UTC//r };
is($same->(page('audit', q{SET timezone = 'Pacific/Kiritimati'; SET datestyle = 'SQL, DMY'; SET search_path = ''; SET lc_time = 'C'; SET bytea_output = 'escape'; SET extra_float_digits = 0; SET standard_conforming_strings = on;} =~ s/SET search_path = '';//r)),
	$same->($html), 'settings do not change the page');
is($same->(page('audit', "SET client_encoding = 'LATIN1'; SET intervalstyle = 'iso_8601'; SET standard_conforming_strings = off; SET escape_string_warning = off; SET quote_all_identifiers = on; SET array_nulls = off;")),
	$same->($html), 'nor do the client encoding and others');
is($same->(sql(q{BEGIN READ ONLY; SET LOCAL search_path = ''; SELECT public.cloudtrail_audit_report('audit', '2024-01-01 00:00Z', '2024-02-01 00:00Z'); COMMIT})), $same->($html), 'in a transaction that only reads, with an empty search_path');
sql(q{CREATE ROLE report_auditor; SELECT cloudtrail_grant_audit('audit', 'report_auditor')});
is($same->(page('audit', 'SET ROLE report_auditor;')), $same->($html), 'for an auditor');
sql(qq{CREATE SCHEMA "My ""Views'"; SELECT cloudtrail_create_audit_views('trail', 'My "Views'''); UPDATE "My ""Views'".settings SET as_of = '2024-02-01 00:00Z'});
is($same->(page(q{My "Views''})) =~ s/My &quot;Views&#39;/audit/r, $same->($html), 'of views in a schema of an odd name');

# What cannot be asked.
my %wrong = (
	q{'audit', '2024-02-01 00:00Z', '2024-01-01 00:00Z'} => qr/invalid time: from 2024-02-01 00:00:00\+00 to 2024-01-01/,
	q{'audit', '2024-02-01 00:00Z', 'infinity'} => qr/invalid time/,
	q{'audit', '4713-01-01 00:00Z BC', '294276-12-30 00:00Z'} => qr/invalid time/,
	q{'audit', NULL, '2024-01-01 00:00Z'} => qr/must not be null/,
	q{'pg_catalog', '2024-01-01 00:00Z', '2024-01-02 00:00Z'} => qr/schema "pg_catalog" has no views/);
for (sort keys %wrong)
{
	ok(!eval { sql("SELECT cloudtrail_audit_report($_)"); 1 } && $@ =~ $wrong{$_}, "error: $_");
}

# However much there is, the page stays small.
my $many = server_file('report.ndjson', scalar `test/data/generate --events 30000 --seed 3 --hostile 20 --days 30 --secrets 900`);
sql(qq{SELECT cloudtrail_create_trail('many'); SELECT cloudtrail_import('many', 'many', pg_read_binary_file('$many')); SELECT cloudtrail_create_audit_views('many', 'many'); ANALYZE many});
my $large = page('many');
cmp_ok(length $large, '<', 1_000_000, 'a page of 30,000 events has ' . length($large) . ' bytes');
is(faults($large), '', 'and is whole');
like($large, qr/more are not shown/, 'and says what it leaves out');

SKIP:
{
	chomp(my $browser = `command -v chromium || command -v chromium-browser` // '');
	skip 'chromium is not installed, so no browser shows the page', 6 unless $browser;
	my $file = server_file('report.html', $large);
	my $chromium = "$browser --headless --no-sandbox --disable-gpu --user-data-dir=$ENV{SERVER_FILES}/chromium --disable-background-networking --disable-component-update --no-first-run"
		. " --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr";
	my $log = "$ENV{SERVER_FILES}/chromium.log";
	my $dom = `timeout 60 $chromium --dump-dom file://$file 2>$log`;
	is(scalar(() = $dom =~ /<table/g), scalar(() = $large =~ /<table/g), 'a browser finds every table');
	like($dom, qr{</html>\s*$}, 'and the end');
	my $console = do { open my $in, '<', $log or die; local $/; <$in> };
	is(join("\n", $console =~ /^(.*CONSOLE.*)$/gm), '', 'nothing to complain of, nothing was to be loaded');
	for my $how ('', '--blink-settings=preferredColorScheme=0')
	{
		system("timeout 60 $chromium $how --window-size=1280,1000 --screenshot=$ENV{SERVER_FILES}/page.png file://$file >/dev/null 2>&1");
		cmp_ok(-s "$ENV{SERVER_FILES}/page.png", '>', 20_000, "a picture of it $how");
	}
	system("timeout 60 $chromium --no-pdf-header-footer --print-to-pdf=$ENV{SERVER_FILES}/page.pdf file://$file >/dev/null 2>&1");
	my $pdf = do { open my $in, '<:raw', "$ENV{SERVER_FILES}/page.pdf" or die; local $/; <$in> };
	like($pdf, qr{/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]}, 'on A4');
}
done_testing();
