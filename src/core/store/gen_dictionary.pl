#!/usr/bin/perl
#
# Writes a compression dictionary as a C array.
#
# usage: gen_dictionary.pl dictionary-1.zdict > dictionary_1.c
use strict;
use warnings;

my ($file) = @ARGV;
my ($number) = $file =~ /dictionary-(\d+)\.zdict$/ or die "usage: $0 dictionary-N.zdict\n";

open my $in, '<:raw', $file or die "$file: $!\n";
my $bytes = do { local $/; <$in> };

print "/* Generated from dictionary-$number.zdict by gen_dictionary.pl. */\n\n";
print "#include \"dictionary.h\"\n\n";
printf "const size_t ct_dictionary_%d_size = %d;\n", $number, length $bytes;
printf "const unsigned char ct_dictionary_%d[%d] = {\n", $number, length $bytes;
for (my $i = 0; $i < length $bytes; $i += 24)
{
	print "\t", join(",", unpack "C*", substr $bytes, $i, 24), ",\n";
}
print "};\n";
