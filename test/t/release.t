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

done_testing();
