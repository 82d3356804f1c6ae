#!/usr/bin/perl
#
# Writes the scanner's key table from the field table.
#
# The scanner asks, for each key of an object it knows, "which field is this?".
# The answer is one probe of a hash table without collisions: this script
# searches the multiplier that makes it so.
#
# usage: gen_keys.pl fieldlist.h > fields_gen.h
use strict;
use warnings;

my $BITS = 12;

# Read the rows that have a path, and give each its number in the enum.
my (@fields, %by_path);
while (<>)
{
	next unless /^CT_(FIELD|INNER)\((\w+), "([^"]+)"/;
	my ($name, $path) = ($2, $3);
	my ($parent, $keys) = $path =~ /^(?:(.*)\.)?([^.]+)$/;
	my $field = { name => $name, path => $path, number => scalar @fields, last => scalar @fields };
	if (defined $parent)
	{
		$field->{parent} = $by_path{$parent}
		  or die "$path: its parent must come before it\n";
		# Forgetting a repeated key forgets the numbers up to parent->{last}.
		for (my $up = $field->{parent}; $up; $up = $up->{parent})
		{
			die "$path: must follow the other fields under $up->{path}\n"
			  if $up->{last} != $field->{number} - 1;
			$up->{last} = $field->{number};
			$up->{is_node} = 1;
		}
	}
	$field->{keys} = [ split /\|/, $keys ];
	$by_path{$path} = $field;
	push @fields, $field;
}

# Number the objects whose keys are looked up: 0 is the record itself.
my $nodes = 1;
$_->{node} = $nodes++ for grep { $_->{is_node} } @fields;

my @keys;
for my $field (@fields)
{
	my $node = $field->{parent} ? $field->{parent}{node} : 0;
	push @keys, { key => $_, node => $node, field => $field } for @{ $field->{keys} };
}
die "too many keys for one byte\n" if @keys > 254;
die "too many objects for five bits\n" if $nodes > 31;
die "too many keys and objects for one byte\n" if @keys + $nodes > 254;

# The hash of scan.c's find_key: four bytes, the length and the object.
my $MIX = 0x85ebca6b;
sub key_bits
{
	my ($key, $node) = @_;
	my $len = length $key;
	my @c = map { ord } split //, $key;
	my $bits = $c[0] | $c[ $len - 1 ] << 8 | $c[ $len * 5 >> 3 ] << 16 | $c[ $len * 3 >> 2 ] << 24;
	return ($bits + ($len << 5 | $node) * $MIX) & 0xffffffff;
}

my %seen;
for my $key (@keys)
{
	my $bits = $key->{bits} = key_bits($key->{key}, $key->{node});
	die "$key->{key} and $seen{$bits}: no hash can tell them apart, choose other bytes\n" if $seen{$bits};
	$seen{$bits} = $key->{key};
}

# Search a multiplier without collisions; the sequence is fixed, so is the result.
my ($found, $multiplier, @table) = (0, 1);
SEARCH: for (1 .. 100_000)
{
	# xorshift: a linear congruence forced odd would soon go in circles
	$multiplier ^= ($multiplier << 13) & 0xffffffff;
	$multiplier ^= $multiplier >> 17;
	$multiplier ^= ($multiplier << 5) & 0xffffffff;
	@table = ();
	for my $i (0 .. $#keys)
	{
		my $slot = (($keys[$i]{bits} * ($multiplier | 1)) & 0xffffffff) >> (32 - $BITS);
		next SEARCH if $table[$slot];
		$table[$slot] = $i + 1;
	}
	$found = 1;
	last;
}
die "no hash without collisions found\n" unless $found;

my ($longest) = sort { $b <=> $a } map { length $_->{key} } @keys;
my ($shortest) = sort { $a <=> $b } map { length $_->{key} } @keys;

print "/* Generated from fieldlist.h by gen_keys.pl. */\n\n";
printf "#define CT_KEY_HASH_BITS\t%d\n#define CT_KEY_HASH_MIX\t0x%08xU\n#define CT_KEY_HASH_MULTIPLIER\t0x%08xU\n",
  $BITS, $MIX, $multiplier | 1;
printf "#define CT_KEY_SHORTEST\t%d\n#define CT_KEY_LONGEST\t%d\n#define CT_NODE_COUNT\t%d\n\n",
  $shortest, $longest, $nodes;

print "static const struct ct_key ct_keys[] = {\n\t{\"\", 0, 0, 0},\n";
printf "\t{\"%s\\\"\", %d, %d, %d},\t/* %s */\n", $_->{key}, length $_->{key}, $_->{node},
  $_->{field}{number}, $_->{field}{path}
  for @keys;
print "};\n\n";

print "/* Key of a slot, counted from 1; 0 is none. */\n";
print "static const uint8_t ct_key_slots[1 << CT_KEY_HASH_BITS] = {\n";
my @row = map { $table[$_] || 0 } 0 .. (1 << $BITS) - 1;
print "\t", join(", ", splice @row, 0, 32), ",\n" while @row;
print "};\n\n";

print "/* Last field under a field, the node its object is (0: none is looked up), its key's spellings. */\n";
print "static const struct ct_subtree ct_subtrees[] = {\n";
printf "\t{%d, %d, %d},\t/* %s */\n", $_->{last}, $_->{node} || 0, scalar @{ $_->{keys} }, $_->{path}
  for @fields;
print "};\n";
