# Many chains of sessions at once, of every kind of sign-in, through accounts,
# with names that are used again, events that are missing or late and others
# that are forged: each read is told by its true origin, or by none, never by
# another, and what is missing is named.  The generator's manifest has the truth.
#
# SESSIONS_CHAINS says how many, SESSIONS_SEED which.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $seed = $ENV{SESSIONS_SEED} // 11;
my $chains = $ENV{SESSIONS_CHAINS} // 1500;
my $folder = $ENV{SERVER_FILES};
# What a missing record makes the reason.  Without the caller's own record of a call across accounts only a name is left, which none may
# have, or one, or several.
my %reasons = (event => qr/^issuing event not in the trail$/, owner => qr/^only another account's record shows it$/,
	caller => qr/^(only the session name is known|several callers fit|issuing event not in the trail)$/);

note("seed $seed");
system("test/generator/generate --seed $seed --events 1000 --chains $chains --manifest $folder/manifest > $folder/chains.ndjson") == 0 or die;
my (%truth, $records);
open my $manifest, '<', "$folder/manifest" or die;
while (<$manifest>)
{
	chomp;
	my ($number, undef, $kind, $id, $origin_kind, $origin, $missing, $account) = split /\t/, $_, -1;
	$records = $number;
	$truth{$id} = { kind => $origin_kind, origin => $origin, missing => $missing, account => $account } if $kind eq 'chain read';
}

# Delivered in files, so that some events come in long after the credentials were used.
new_database('sessions_truth');
sql(q{SELECT cloudtrail_create_trail('audit')});
open my $events, '<', "$folder/chains.ndjson" or die;
my @lines = <$events>;
for (my $n = 0; @lines; $n++)
{
	my $file = server_file("chains.$n", join '', splice @lines, 0, 4000);
	sql("SELECT cloudtrail_import('audit', 'chains.$n', pg_read_binary_file('$file'))");
	unlink $file;
}
is(sql('SELECT count(*) FROM audit.raw_events'), $records, "$records records");
sql('ANALYZE');
my (%found, %place);
for (split /\n/, sql('SELECT event_key, origin_kind, origin, origin_method FROM audit.secret_reads'))
{
	my ($id, $kind, $origin, $method) = split /\|/, $_, -1;
	$found{$id} = { kind => $kind, origin => $origin, method => $method } if $truth{$id};
}
is(scalar keys %found, $chains, 'a read for each chain');
my @named = grep { $found{$_}{origin} ne '' } keys %truth;
is_deeply([ map { "$_: $found{$_}{kind} $found{$_}{origin}, not $truth{$_}{kind} $truth{$_}{origin}" }
	grep { $found{$_}{origin} ne $truth{$_}{origin} || $found{$_}{kind} ne $truth{$_}{kind} } @named ], [], @named . ' origins, none of them wrong');
my @whole = grep { $truth{$_}{missing} eq '' } keys %truth;
is_deeply([ map { "$_: $found{$_}{method}, not $truth{$_}{origin}" } grep { $found{$_}{origin} eq '' } @whole ], [], 'all chains that are whole are resolved');
# Of a user who signed in twice in a second one event will do.
my @lucky = grep { $truth{$_}{missing} eq 'event' && $found{$_}{origin} ne '' } keys %truth;
cmp_ok(scalar @lucky, '<=', $chains / 1000, @lucky . ' for which another event of the same user stands in');
my @lost = grep { $truth{$_}{missing} ne '' && !($truth{$_}{missing} eq 'event' && $found{$_}{origin} ne '') } keys %truth;
is(@whole + @lost + @lucky, $chains, sprintf '%.1f %% are whole', 100 * @whole / $chains);
is_deeply([ map { "$_: $found{$_}{kind} $found{$_}{method}, but $truth{$_}{missing} is missing" }
	grep { $found{$_}{kind} ne 'unknown' || $found{$_}{method} !~ $reasons{ $truth{$_}{missing} } } @lost ], [], @lost . ' that are not have the reason');
$place{ (split /\|/)[0] } = $_ for split /\n/, sql(q{SET search_path = audit, public;
	SELECT f.event_key, l.missing_account_id, l.missing_region
	FROM secret_facts AS f JOIN session_lineage AS l
		ON coalesce(l.sign_in_session_arn, l.access_key_id) = coalesce(f.sign_in_session_arn, f.access_key_id)
	WHERE l.depth = 0 AND f.secret_name LIKE 'chains/%'});
is_deeply([ map { "$_: $place{$_}, not $truth{$_}{account}" } grep { $found{$_}{method} ne 'several callers fit' && $found{$_}{method} ne 'only the session name is known'
	&& (split /\|/, $place{$_})[1] ne $truth{$_}{account} } @lost ], [], 'and the account whose trail would have it');
is_deeply([ grep { $place{$_} !~ /\|\|$/ } @whole ], [], 'nothing is missing of the others');

# Who is shown every event has the records read by indexes, whoever a policy of the events holds for by SQL: both find the same.
my $origins = q{SELECT count(origin) || ' ' || md5(string_agg(c::text, ';' ORDER BY c::text)) FROM (SELECT event_key, origin, origin_kind, origin_method FROM audit.secret_calls) AS c};
my $links = q{SELECT count(*) || ' ' || md5(string_agg(l::text, ';' ORDER BY l::text)) FROM (SELECT access_key_id, principal_id, session_name, created_at, first_seen, depth, method, event_key, caller, origin, origin_kind, origin_method, missing_account_id, missing_region
	FROM audit.session_lineage) AS l};
my @by_index = map { scalar sql($_) } $origins, $links;
sql(q{CREATE ROLE chains_auditor; CREATE ROLE chains_shown; GRANT USAGE ON SCHEMA audit TO chains_auditor, chains_shown; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO chains_auditor, chains_shown});
is_deeply([ map { scalar sql("SET ROLE chains_auditor; $_") } $origins, $links ], \@by_index, 'an auditor is told the same');
sql(q{ALTER TABLE audit.raw_events ENABLE ROW LEVEL SECURITY; CREATE POLICY shown ON audit.raw_events TO chains_shown USING (true)});
is_deeply([ map { scalar sql("SET ROLE chains_shown; $_") } $origins, $links ], \@by_index, 'and who a policy shows every event');
is(sql('SET ROLE chains_auditor; SELECT count(*) FROM audit.session_lineage'), '0', 'whom it shows none, nothing');
sql(q{DROP POLICY shown ON audit.raw_events; CREATE POLICY shown ON audit.raw_events TO chains_shown USING ((event #>> '{eventName}') NOT LIKE 'AssumeRole%')});
is(sql(q{SET ROLE chains_shown; SELECT count(*) FROM audit.session_lineage WHERE event_name LIKE 'AssumeRole%'}), '0', 'of events that a policy hides, no link is told');
sql('DROP OWNED BY chains_auditor, chains_shown; DROP ROLE chains_auditor, chains_shown');
my %count;
$count{ $found{$_}{method} }++ for keys %found;
note(join ', ', map { "$_ $count{$_}" } sort keys %count);
done_testing();
