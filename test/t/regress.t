# The SQL tests, by pg_regress: test/sql/*.sql, whose output should be expected/*.out.
use strict;
use warnings;
use Test::More;

my @tests = map { m{([^/]+)\.sql$} } sort glob 'test/sql/*.sql';

# A make that started this test has nothing to say to this one.
delete local @ENV{qw(MAKEFLAGS MAKELEVEL)};
my @output = `make -s installcheck 2>&1`;

my %passed;
for (@output)
{
	# "test event ... ok 12 ms" in PostgreSQL 15, "ok 1 - event 12 ms" since
	$passed{$1} = 1 if /^test (\S+)\s+\.\.\. ok\b/ || /^ok \d+\s+[-+] (\S+)/;
}
ok($passed{$_}, $_) for @tests;

if (grep { !$passed{$_} } @tests)
{
	diag(@output);
	diag(`head -c 20000 regression.diffs`) if -e 'regression.diffs';
}
done_testing();
