# README.md, typed from top to bottom as its reader does: each statement of the
# quick start works after those before it, on the sample log files, and each
# query returns rows.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

open my $in, '<', 'README.md' or die;
my $text = do { local $/; <$in> };
my ($start) = $text =~ /^## Getting started\n(.*?)^## /ms;
ok($start, 'there is a quick start');

new_database('logs', 'SELECT');
my $sample = "$ENV{SERVER_FILES}/sample";
local $ENV{PGDATABASE} = 'logs';

my ($statements, $queries) = (0, 0);
while ($start =~ /^```(sql|sh)\n(.*?)^```$/gms)
{
	my ($language, $block) = ("$1", "$2");
	$block =~ s{/srv/sample}{$sample}g;
	my @typed = $language eq 'sh' ? split /\n/, $block : split /(?<=;)\n/, $block;
	for my $typed (@typed)
	{
		next unless $typed =~ s/^\s*(--.*\n)*//r;
		# The test's user may write to its folder, has the database, and types into one psql.
		my $command = $language eq 'sh' ? $typed =~ s/^sudo //r =~ s/^(createdb|psql) logs$/true/r
			: 'psql -XAqt -v ON_ERROR_STOP=1 -f ' . server_file('readme.sql', $typed);
		my $said = `$command 2>$ENV{SERVER_FILES}/readme.err`;
		is($?, 0, $typed) or diag(do { local (@ARGV, $/) = "$ENV{SERVER_FILES}/readme.err"; <> });
		system("chmod -R a+rX $sample") if $command =~ /^cp /;
		$statements++;
		next if $language eq 'sh' || $typed !~ /^\s*(--.*\n)*SELECT\b/;
		isnt($said, '', 'returns rows');
		$queries++;
	}
}
cmp_ok($statements, '>', 15, "$statements statements");
cmp_ok($queries, '>', 6, "$queries queries");
done_testing();
