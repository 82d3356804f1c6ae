# What make install installs is where it is looked for, and make uninstall takes all of it away.
use strict;
use warnings;
use File::Find;
use File::Temp qw(tempdir);
use Test::More;

my $root = tempdir("$ENV{SERVER_FILES}/install.XXXXXX", CLEANUP => 1);
delete local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};

# Files below the root.
sub files
{
	my @files;
	find({ no_chdir => 1, wanted => sub { push @files, s/^\Q$root\E//r if -f } }, $root);
	return sort @files;
}

is(system("make -s install DESTDIR='$root' PG_CONFIG='$ENV{PG_CONFIG}'"), 0, 'make install');
my %has = map { $_ => 1 } files();
my %folder = map { $_ => `'$ENV{PG_CONFIG}' --$_` =~ s/\n//r } qw(bindir mandir docdir);

# Programs of a distribution that keeps several PostgreSQLs are not on the PATH.
my ($bin, $man) = $folder{bindir} =~ m{^/usr/(lib/postgresql/|pgsql-)} ? ('/usr/local/bin', '/usr/local/share/man') : @folder{qw(bindir mandir)};
ok($has{"$bin/cloudtrail-load"}, "the client is in $bin");
ok($has{"$man/man1/cloudtrail-load.1"}, "its manual page below $man");
like(`'$root$bin/cloudtrail-load' --version`, qr/^cloudtrail-load \d/, 'it runs');

# Documents, whose links lead to documents.
my $doc = "$folder{docdir}/cloudtrail";
my @documents = grep { m{^\Q$doc\E/.*\.md$} } sort keys %has;
ok($has{"$doc/$_"}, "document $_") for 'README.md', 'CHANGELOG.md', glob 'doc/*.md';
for my $document (@documents)
{
	open my $in, '<', $root . $document or die;
	my $text = do { local $/; <$in> };
	my ($folder) = $document =~ m{^(.*)/};
	my @links = grep { !/^(https?:|#)/ } $text =~ /\]\(([^)\s]+)\)/g;
	is(join(' ', grep { !-e "$root$folder/" . s/#.*//r } @links), '', "$document: its links lead somewhere");
}

is(system("make -s uninstall DESTDIR='$root' PG_CONFIG='$ENV{PG_CONFIG}'"), 0, 'make uninstall');
is(join(' ', files()), '', 'leaves nothing');
done_testing();
