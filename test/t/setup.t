# The first hour on a machine: what is missing is named, all of it, by the names
# of its packages, and installed in sight of the user; what cannot be done is one
# sentence.  Stubs stand for apt, sudo and what is missing; scripts/matrix does the
# same in bare systems.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Path;
use File::Temp qw(tempdir);
use Test::More;

my $dir = tempdir("$ENV{SERVER_FILES}/setup.XXXXXX", CLEANUP => 1);
chmod 0755, $dir;
my $pg_config = $ENV{PG_CONFIG};
delete local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS PG_CONFIG BUILD_CC LOGS)};
my $own_path = $ENV{PATH};
my $count = 0;

# Programs that every system has.
my @base = qw(bash sh env sed awk grep tr cat rm mkdir mktemp test printf id tee head sleep touch dpkg-query);

# A folder of programs as the only PATH: links to the system's, and scripts.
sub path_of
{
	my ($programs, %scripts) = @_;
	my $path = "$dir/path" . $count++;
	mkpath($path);
	for my $program (@base, @$programs)
	{
		my ($found) = grep { -x } map { "$_/$program" } split /:/, $own_path;
		symlink $found, "$path/$program" if $found && !$scripts{$program};
	}
	while (my ($name, $text) = each %scripts)
	{
		open my $out, '>', "$path/$name" or die;
		print $out "#!/bin/sh\n$text\n";
		close $out;
		chmod 0755, "$path/$name";
	}
	return $path;
}

# Runs a command under a PATH; gives its status and all it said.
sub run_in
{
	my ($path, $command) = @_;
	local $ENV{PATH} = $path;
	my $said = `$command 2>&1`;
	return ($? >> 8, $said);
}

# A pg_config that answers as one of a version does.
sub pg_config
{
	my ($version, %answers) = @_;
	mkpath("$dir/$version/bin");
	%answers = (version => "PostgreSQL $version.1", bindir => "$dir/$version/bin", pgxs => "$dir/pgxs.mk", 'includedir-server' => "$dir/$version/server",
		map({ $_ => `$pg_config --$_` =~ s/\n//r } qw(includedir libdir)), %answers);
	return join "\n", 'case $1 in', map({ "--$_) echo '$answers{$_}' ;;" } grep { defined $answers{$_} } sort keys %answers), 'esac';
}
open my $pgxs, '>', "$dir/pgxs.mk" or die;
close $pgxs;

my @tools = qw(gcc cc make perl openssl pkg-config as ld timeout);
my $apt = "echo \"\$*\" >> $dir/apt.log";
my $answers = 'exit 0';

# apt-get's arguments since the last call.
sub apt_log
{
	my $log = -e "$dir/apt.log" ? do { local (@ARGV, $/) = "$dir/apt.log"; <> } : '';
	unlink "$dir/apt.log";
	return $log;
}

is_deeply([ run_in($own_path, "PG_CONFIG='$pg_config' scripts/setup $_") ], [ 0, '' ], "nothing is missing: nothing is said $_") for '', '--check';

# postgresql-client-15 has pgxs.mk, but not the headers that it is for.
my $client = path_of(\@tools, pg_config => pg_config(15), 'apt-get' => $apt, 'apt-cache' => $answers);
is((run_in($own_path, 'scripts/setup --help'))[0], 2, 'an option that there is not is no package');
my ($status, $said) = run_in($client, 'scripts/setup --check');
is($status, 1, 'pgxs.mk without headers: --check fails');
is($said, "scripts/setup: missing, by the names of Debian's packages: postgresql-server-dev-15; scripts/setup installs them\n", 'and names the package of the headers');
is(apt_log(), '', 'and installs nothing');
($status, $said) = run_in($client, 'make all PG_CONFIG=' . "$client/pg_config");
is($status, 2, 'make fails');
like($said, qr/missing, by the names of Debian's packages: postgresql-server-dev-15; scripts\/setup installs them/, 'and names it too');
($status, $said) = run_in($client, 'scripts/setup');
is($status, 0, 'set-up installs it');
is($said, "scripts/setup: installing postgresql-server-dev-15 postgresql-15\n", 'and says so, with the server');
like(apt_log(), qr/ install -y --no-install-recommends postgresql-server-dev-15 postgresql-15$/m, 'through apt-get');

# Headers of another version are no use.
mkpath("$dir/17/server");
open my $header, '>', "$dir/17/server/postgres.h" or die;
close $header;
is((run_in($client, 'scripts/setup --check'))[0], 1, 'the headers of another version do not count');
is((run_in(path_of(\@tools, pg_config => pg_config(17)), 'scripts/setup --check'))[0], 0, 'those of the version do');

# A compiler of another kind only, or none; libraries without pkg-config.
my $header_of_17 = pg_config(17, cc => 'gcc');
like((run_in(path_of([ grep { !/^g?cc$/ } @tools ], pg_config => $header_of_17, clang => 'exit 0', cc => 'exit 0'), 'scripts/setup --check'))[1], qr/packages: gcc; /, 'only clang: gcc is what PostgreSQL was built with');
is((run_in(path_of([ grep { !/^g?cc$/ } @tools ], pg_config => $header_of_17, clang => "exec gcc \"\$@\""), "PATH=\$PATH:$own_path BUILD_CC=clang scripts/setup --check"))[0], 0, 'make CC=clang takes that');
is((run_in(path_of([ grep { $_ ne 'pkg-config' } @tools ], pg_config => $header_of_17, 'pkg-config' => '[ "$1" = --version ]'), 'scripts/setup --check'))[0], 0, 'libraries without files for pkg-config');
like((run_in(path_of([ grep { $_ ne 'gcc' } @tools ], pg_config => $header_of_17, gcc => 'case "$*" in *json-c*) exit 1 ;; *--version*) exit 0 ;; *) cat >/dev/null ;; esac'), 'scripts/setup --check'))[1],
	qr/packages: libjson-c-dev; /, 'a header that does not compile');

# A bare system, where apt does not know yet which PostgreSQL there is.
my $bare = path_of([], 'apt-get' => "$apt; [ ! -e $dir/fail ] || { echo 'W: no'; echo 'E: The server  does not answer'; exit 100; }; case \$* in *update*) touch $dir/updated ;; esac; echo noise; echo more noise >&2",
	'apt-cache' => "[ ! -e $dir/updated ] || echo '  Depends: postgresql-17'");
my $all = qr/gcc( libc6-dev)? make perl pkg-config (libjson-c-dev libzstd-dev libdeflate-dev zlib1g-dev libssl-dev )?libpq-dev postgresql-server-dev-17 postgresql-17 openssl/;
($status, $said) = run_in($bare, 'scripts/setup');
is($status, 0, 'a bare system');
like($said, qr/\Ascripts\/setup: fetching the lists of packages\nscripts\/setup: installing $all\n\z/, 'a line for each thing that is done, and none of apt\'s');
like(apt_log(), qr/ update\n.* install -y --no-install-recommends $all$/s, 'in this order');
unlink "$dir/updated";

# What cannot be done is one sentence, and names all that is missing.
my $names = qr/gcc( libc6-dev)? make perl pkg-config (libjson-c-dev libzstd-dev libdeflate-dev zlib1g-dev libssl-dev )?libpq-dev postgresql-server-dev-all postgresql openssl/;
open my $fail, '>', "$dir/fail" or die;
close $fail;
($status, $said) = run_in($bare, 'scripts/setup');
is($status, 1, 'no network');
like($said, qr/\A.*fetching the lists of packages\nscripts\/setup: apt-get cannot fetch the lists of packages \(The server does not answer\); missing are: $names\n\z/, 'is one sentence');
($status, $said) = run_in(path_of([], id => 'echo 1000', 'apt-get' => $apt, 'apt-cache' => $answers), 'scripts/setup');
is($status, 1, 'neither root nor sudo');
like($said, qr/\Ascripts\/setup: it takes root, or sudo, to install what is missing: $names\n\z/, 'is one sentence');
($status, $said) = run_in(path_of([], id => 'echo 1000', sudo => 'exec "$@"', 'apt-get' => $apt, 'apt-cache' => "echo '  Depends: postgresql-17'"), 'scripts/setup');
is($status, 0, 'sudo does');
($status, $said) = run_in(path_of([]), 'scripts/setup');
is($status, 1, 'no apt');
like($said, qr/\Ascripts\/setup: there is no apt-get to install what is missing, by the names of Debian's packages: $names\n\z/, 'is one sentence');
($status, $said) = run_in($own_path, 'PG_CONFIG=wrong scripts/setup');
is($status, 1, 'PG_CONFIG=wrong');
like($said, qr/\Ascripts\/setup: PG_CONFIG=wrong is not a program that runs: give the path of a pg_config, .*or leave it out\n\z/, 'is one sentence');
like((run_in($own_path, 'make PG_CONFIG=wrong install'))[1], qr/PG_CONFIG=wrong is not a program/, 'from make, too');
apt_log();
unlink "$dir/fail";

# While apt works there is something to see.
($status, $said) = run_in(path_of(\@tools, pg_config => pg_config(15), 'apt-cache' => $answers,
	'apt-get' => 'for i in 1 2 3 4 5; do echo "pmstatus:p$i:${i}0.5:Unpacking p$i (amd64)" >&9; echo noise; sleep 1; done'), 'scripts/setup');
like($said, qr/\A.*installing .*\n(  [345]0 %: Unpacking p[345] \(amd64\)\n){1,2}\z/, 'apt\'s progress, every few seconds');

# What needs no PostgreSQL.
($status, $said) = run_in($own_path, 'make -n clean PG_CONFIG=/nonexistent');
is($status, 0, 'make clean without pg_config');
like($said, qr/^rm -rf src\/.* cloudtrail-load /m, 'removes what was built');
unlike($said, qr/ (src|doc|test)\/? /, 'and nothing else');

# The log files of the demonstration are looked at before anything is built.
mkpath("$dir/$_") for 'empty', "it's \"a\" \$(touch $dir/run) folder", 'unreadable';
sub has_logs
{
	local $ENV{LOGS} = $_[0];
	return run_in($own_path, 'scripts/demo --check');
}
is_deeply([ has_logs("$dir/empty") ], [ 1, "make demo: LOGS=$dir/empty has no files whose names end in .json, .jsonl, .ndjson, .csv, .gz or .zst\n" ], 'LOGS: an empty folder');
is_deeply([ has_logs("$dir/none") ], [ 1, "make demo: LOGS=$dir/none does not exist\n" ], 'LOGS: nothing');
is_deeply([ has_logs('/dev/null') ], [ 1, "make demo: LOGS=/dev/null is neither a file nor a folder\n" ], 'LOGS: a device');
for my $name ('plain.json', "it's \"a\" \$(touch $dir/run) folder/x.json")
{
	open my $out, '>', "$dir/$name" or die "$name: $!";
	print $out '{"Records":[{"eventTime":"2024-01-01T00:00:00Z","eventName":"GetSecretValue","eventSource":"secretsmanager.amazonaws.com"}]}';
	close $out;
}
is_deeply([ has_logs("$dir/plain.json") ], [ 0, '' ], 'LOGS: a file');
{
	local $ENV{HOME} = $dir;
	is_deeply([ has_logs('~/plain.json') ], [ 0, '' ], 'LOGS: ~');
}
my $odd = "$dir/it's \"a\" \$(touch $dir/run) folder";
is_deeply([ has_logs($odd) ], [ 0, '' ], 'LOGS: quotes and blanks');
open my $eventless, '>', "$dir/eventless.json" or die;
print $eventless '{"Records":[]}';
close $eventless;
for my $logs ("$dir/plain.json", $odd, "$dir/eventless.json")
{
	local @ENV{qw(LOGS PGDATABASE)} = ($logs, 'postgres');
	`psql -XAqt -c 'DROP DATABASE IF EXISTS demo' -c 'CREATE DATABASE demo'`;
	$ENV{PGDATABASE} = 'demo';
	rename "$ENV{SERVER_FILES}/logs", "$dir/logs$count" if -e "$ENV{SERVER_FILES}/logs";
	$count++;
	($status, $said) = run_in($own_path, 'scripts/demo </dev/null');
	is($status, 0, "the demonstration of $logs") or diag($said);
	like($said, qr/secretsmanager:GetSecretValue/, 'shows its event') if $logs !~ /eventless/;
}
ok(!-e "$dir/run", 'and runs none of its name');
my @left = grep { !/cloudtrail\./ } glob '/tmp/tmp.*.html';
is("@left", '', 'nothing is left in /tmp');

done_testing();
