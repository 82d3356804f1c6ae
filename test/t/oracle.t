# The views for auditors against an oracle that shares nothing with them: random
# histories of accounts (Oracle::World) are told to a trail that has all or part
# of their records (Oracle::Trail), and each view must give the rows that its
# comment promises of what is there (Oracle::Auditor); what it calls certain must
# be true of what happened.
#
# ORACLE_HISTORIES says how many, ORACLE_SEED which, ORACLE_FIRST with which to
# begin (1, 501, 1001 and so on).  Of a mismatch the shortest list of records that
# still shows it is printed.
use strict;
use warnings;
use Test::More;
use Time::HiRes 'time';
use JSON::PP ();
use POSIX 'strftime';
use CloudtrailTest;
use Oracle::World qw(live stamp);
use Oracle::Trail qw(kept delivery);
use Oracle::Auditor qw(%QUESTION %SETTINGS answers untrue judged_at);

my $HISTORIES = $ENV{ORACLE_HISTORIES} // 2000;
my $SEED = $ENV{ORACLE_SEED} // 1;
my $AT_ONCE = 500;	# in one trail
my @VIEWS = $ENV{ORACLE_VIEWS} ? split(' ', $ENV{ORACLE_VIEWS}) : sort keys %QUESTION;

new_database('oracle');

# JSON of a record, in a tenth of the time that JSON::PP takes.
sub json
{
	my ($value, $key) = @_;
	return 'null' if !defined $value;
	my $kind = ref $value;
	return '{' . join(',', map { qq("$_":) . json($value->{$_}, $_) } keys %$value) . '}' if $kind eq 'HASH';
	return '[' . join(',', map { json($_) } @$value) . ']' if $kind eq 'ARRAY';
	return $value ? 'true' : 'false' if $kind;
	return $value if $key && $key =~ /Days$|^maxResults$/;
	return '"' . ($value =~ s/(["\\])/\\$1/gr) . '"';
}

# A trail with records, in two files.
sub tell_records
{
	my ($trail, @records) = @_;
	sql("DROP SCHEMA IF EXISTS $trail CASCADE; SELECT cloudtrail_create_trail('$trail');
		UPDATE $trail.settings SET " . join ', ', map { "$_ = '$SETTINGS{$_}'" } sort keys %SETTINGS);
	import_records($trail, @records);
}
sub import_records
{
	my ($trail, @records) = @_;
	return if !@records;
	my $half = int @records / 2;
	for ([ 1, @records[ 0 .. $half - 1 ] ], [ 2, @records[ $half .. $#records ] ])
	{
		my ($n, @part) = @$_;
		my $file = server_file("$trail-$n.json", json({ Records => \@part }));
		sql("SELECT cloudtrail_import('$trail', '$n', pg_read_binary_file('$file'))");
	}
}

# What of entries is no record: empty and damaged log files, and lists of secrets.
sub import_others
{
	my ($trail, @entries) = @_;
	my $serial = 0;
	my @files = map { my $name = strftime('%Y%m%dT%H%MZ', gmtime $_->{t}); sprintf q{SELECT cloudtrail_import('%s', 'AWSLogs/%s/CloudTrail/%s/%s_CloudTrail_%s_%s_%d.json.gz', %s)}, $trail, @$_{qw(account region account region)}, $name, $_->{n} * 100 + $serial++,
		$_->{file} eq 'log' ? q('{"Records":[]}') : q('\x1f8b0000') } grep { $_->{file} } @entries;
	my @listed = map { my $e = $_; map { my $s = $_; { ARN => $s->{arn}, Name => $s->{name}, ListedAt => stamp($e->{t}), RotationEnabled => $s->{rotation} ? JSON::PP::true : JSON::PP::false,
		$s->{days} ? (RotationRules => { AutomaticallyAfterDays => $s->{days} }) : (), defined $s->{primary} ? (PrimaryRegion => $s->{primary}) : (),
		map { my ($key, $t) = @$_; defined $t ? ($key => stamp($t)) : () } [ CreatedDate => $s->{created} ], [ LastRotatedDate => $s->{rotated} ], [ LastAccessedDate => $s->{accessed} ], [ DeletedDate => $s->{deleted} ] } } @{ $e->{list} } } grep { $_->{list} } @entries;
	my $list = server_file("$trail-list.json", json(\@listed));
	sql(join ';', 'SET client_min_messages = error', @files, "DELETE FROM $trail.listed_secrets", "SELECT cloudtrail_load_secrets('$trail', pg_read_file('$list')::jsonb)", "UPDATE $trail.listed_secrets SET listed_at = (listing ->> 'ListedAt')::timestamptz");
}

# What a view answers, by history: sorted rows.
sub asked
{
	my ($trail, $view, $rest) = @_;
	my %got;
	for (split /\n/, sql("SET search_path = $trail, public; SET timezone = 'UTC'; SELECT $QUESTION{$view} FROM $view " . ($rest // '')))
	{
		push @{ $got{ int substr $_, 1, 11 } }, $_;
	}
	@$_ = sort @$_ for values %got;
	return \%got;
}

# What the oracle says of one view.
sub expected { my ($view, @entries) = @_; my ($rows) = answers(@entries); return join "\n", sort @{ $rows->{$view} } }

# The shortest list of entries of which a view still says something else than the oracle.
sub shortest
{
	my ($view, @entries) = @_;
	my $differs = sub {
		sql('DELETE FROM small.raw_events; DELETE FROM small.log_files');
		import_records('small', map { $_->{record} // () } @_);
		import_others('small', @_);
		my ($got) = values %{ asked('small', $view) };
		return join("\n", @{ $got // [] }) ne expected($view, @_);
	};
	return @entries if !$differs->(@entries);
	for (my $size = int @entries / 2; $size; $size = int $size / 2)
	{
		for (my $i = 0; $i < @entries;)
		{
			my @fewer = @entries[ grep { $_ < $i || $_ >= $i + $size } 0 .. $#entries ];
			if (@fewer && $differs->(@fewer)) { @entries = @fewer }
			else { $i += $size }
		}
	}
	$differs->(@entries);
	return @entries;
}

# An entry in a line.
sub line
{
	my ($e) = @_;
	my $r = $e->{record};
	return join ' ', stamp($e->{t}), $e->{file} // (), (map { '{' . join(' ', map { $_ // '' } @$_{qw(arn created rotated accessed deleted rotation days primary)}) . '}' } @{ $e->{list} // [] }), $e->{account}, $e->{region}, $e->{name}, $e->{ok} ? () : $e->{error}, $e->{actor} ? $e->{actor}{arn} // $e->{actor}{id} : (),
		(map { "[$_->{form} $_->{given}]" } @{ $e->{items} }), map { defined $e->{$_} ? "$_=$e->{$_}" : () } qw(version token stage shared original);
}

my $smaller;
my ($told, $claims, $untrue, %mismatches) = (0, 0, 0);
for (my $first = $ENV{ORACLE_FIRST} // 1; $first <= $HISTORIES; $first += $AT_ONCE)
{
	my (%entries, %expected, @records);
	# At the end of the histories, or amid them.
	judged_at($first % 1000 == 1 ? 1717200000 : 1711022400 + $first);
	$smaller = 0;
	for my $n ($first .. ($first + $AT_ONCE > $HISTORIES ? $HISTORIES : $first + $AT_ONCE - 1))
	{
		my @past = live($n, $SEED);
		my ($lack, @kept) = kept($n, $SEED, @past);
		next unless @kept;
		$entries{$n} = \@kept;
		my ($rows, $model) = answers(@kept);
		$expected{$_}{$n} = join "\n", sort @{ $rows->{$_} } for @VIEWS;
		push @records, @kept;
		# Whoever loses single records can be wrong; that the trail begins late or ends early must be noticed.
		next if $lack->{lost};
		$claims += @{ $model->{claims} // [] };
		for my $claim (untrue($model, @past))
		{
			diag("untrue of history $n (seed $SEED): ", join(' ', map { "$_=" . ($claim->{$_} // '') } sort keys %$claim), "\n", map { '  ' . line($_) . "\n" } @past) if !$untrue++;
		}
	}
	$told += keys %entries;
	note(sprintf '%d records, foretold after %.1f s', scalar @records, time - $^T);
	tell_records('trail', delivery(@records));
	import_others('trail', @records);
	sql('ANALYZE trail.raw_events, trail.secret_facts');
	note(sprintf 'told after %.1f s', time - $^T);
	for my $view (@VIEWS)
	{
		my $begin = time;
		my $got = asked('trail', $view);
		note(sprintf '%s: %.1f s', $view, time - $begin);
		my @wrong = grep { join("\n", @{ $got->{$_} // [] }) ne $expected{$view}{$_} } sort { @{ $entries{$a} } <=> @{ $entries{$b} } } keys %entries;
		$mismatches{$view} += @wrong;
		next unless @wrong;
		tell_records('small') if !$smaller++;
		my ($n) = @wrong;
		my @short = shortest($view, @{ $entries{$n} });
		my ($small) = values %{ asked('small', $view) };
		diag("$view is wrong of " . @wrong . " histories, as of $n (seed $SEED):\n", map({ '  ' . line($_) . "\n" } @short), "columns: $QUESTION{$view}\nthe view says:\n", map({ "  $_\n" } @{ $small // [] }),
			"the oracle says:\n", map { "  $_\n" } split /\n/, expected($view, @short));
	}
}
is($mismatches{$_}, 0, "$_: as the oracle says") for @VIEWS;
cmp_ok($claims, '>', $told / 2, "$claims answers that are called certain");
is($untrue, 0, 'are true of what happened');
note("$told histories, " . @VIEWS . ' views');
done_testing();
