# The SQL tests: test/sql/*.sql against expected/*.out, by pg_regress.
use strict;
use warnings;
use File::Basename;
use Test::More;

my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
chomp(my $pgxs = `$pg_config --pgxs`);
my $pg_regress = dirname($pgxs) . '/../../src/test/regress/pg_regress';
my @tests = map { basename($_, '.sql') } sort glob 'test/sql/*.sql';

my @output = `$pg_regress --inputdir=test --load-extension=cloudtrail --dbname=regression @tests 2>&1`;
my %result;
for (@output)
{
	# "test event ... ok 12 ms" until 15, "ok 1 - event 12 ms" since 16
	$result{$1} = $2 if /^test (\w+)\s+\.\.\. (ok|FAILED)/;
	$result{$2} = $1 eq 'ok' ? 'ok' : 'FAILED' if /^(ok|not ok) \d+\s+[-+] (\w+)/;
}
is($result{$_} // 'not run', 'ok', $_) for @tests;
if (grep { ($result{$_} // '') ne 'ok' } @tests)
{
	diag(@output);
	diag(`head -c 20000 regression.diffs`) if -e 'regression.diffs';
}
done_testing();
