# What is released says the same version everywhere: META.json is its place.
use strict;
use warnings;
use JSON::PP;
use Test::More;

sub content
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	local $/;
	return <$in>;
}

my $meta = decode_json(content('META.json'));
my $version = $meta->{version};
my ($control) = content('sql/cloudtrail.control') =~ /^default_version = '(.*)'$/m;
my ($change) = content('CHANGELOG.md') =~ /^## (\S+)/m;

like($version, qr/^\d+\.\d+\.\d+$/, 'META.json: a semantic version');
is($meta->{provides}{cloudtrail}{version}, $version, 'META.json: the same version for the extension');
is($control, $version, 'sql/cloudtrail.control: default_version');
is($change, $version, 'CHANGELOG.md: the newest version');

# PGXN refuses a release without these.
ok($meta->{$_}, "META.json: $_") for qw(name abstract maintainer license provides meta-spec);
is($meta->{license}, 'postgresql', 'META.json: the license of LICENSE');
is($meta->{'meta-spec'}{version}, '1.0.0', 'META.json: version of the specification');
my $file = $meta->{provides}{cloudtrail}{file};
ok(-e $file, "META.json: $file exists");

# PGXN's specification of the rest.
like($meta->{name}, qr/^[^\s\/\\]{2,}$/, 'META.json: a name');
ok(ref $meta->{tags} eq 'ARRAY' && !grep({ ref || !length } @{ $meta->{tags} }), 'META.json: tags are words');
like($meta->{release_status}, qr/^(stable|testing|unstable)$/, 'META.json: release_status');
like($meta->{prereqs}{runtime}{requires}{PostgreSQL}, qr/^\d+\.\d+\.\d+$/, 'META.json: which PostgreSQL');
ok(-e $meta->{provides}{cloudtrail}{docfile}, 'META.json: docfile exists');
my ($debian) = content('packaging/debian/changelog') =~ /^cloudtrail \((\S+)-\d+\)/;
is($debian, $version, 'packaging/debian/changelog: the newest version');
is(content('packaging/debian/pgversions'), $meta->{prereqs}{runtime}{requires}{PostgreSQL} =~ s/\..*/+\n/r, 'packaging/debian/pgversions: from the same PostgreSQL on');

# The zip file has what builds and tests, and nothing else.
SKIP:
{
	skip 'this is no clone of a repository', 3 if system('git rev-parse --git-dir >/dev/null 2>&1') != 0;
	my @files = map { s/^cloudtrail-\Q$version\E\///r =~ s/\n//r } `git archive --format=tar --prefix=cloudtrail-$version/ HEAD | tar -t`;
	my %has = map { $_ => 1 } @files;
	is(join(' ', grep { !$has{$_} } qw(META.json Makefile README.md LICENSE CHANGELOG.md sql/cloudtrail.control src/module.c src/core/event/scan.c scripts/setup expected/event.out doc/reference.md)), '', 'the release has what it needs');
	is(join(' ', grep { /^\.|\.(o|so|d|zip|log)$|^(results|dist)\/|build\// } @files), '', 'and nothing that was built');
	is(join(' ', sort keys %{ { map { s/\/.*//r => 1 } grep { length } @files } }), 'CHANGELOG.md CONTRIBUTING.md LICENSE META.json Makefile README.md SECURITY.md doc expected packaging scripts sql src test', 'its top level is a few files and folders');
}
done_testing();
