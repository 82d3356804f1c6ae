#!/usr/bin/perl
#
# Writes the tables of shapes as C, from text files: see README.md.
#
# usage: gen_shapes.pl shapes/TOPIC.txt... > shapes.gen.c
use strict;
use warnings;

my @JSON = qw(request response additional resources details identity);
my @TEMPLATES = (@JSON, qw(subject invoker agent id));
my @NUMBERS = qw(weight denied minor);
my %is_json = map { $_ => 1 } @JSON;
my %is_number = map { $_ => 1 } @NUMBERS;
my %is_known = map { $_ => 1 } @TEMPLATES, @NUMBERS, qw(op flags by);
my %group = (
	human => 'BY_HUMAN', any_console => 'BY_CONSOLE', workload => 'BY_WORKLOAD',
	pipeline => 'BY_PIPELINE', rare => 'BY_RARE');

# A template as C; the generator's templates have ' for JSON's quotes.
sub template
{
	my ($key, $text) = @_;
	return 'NULL' unless defined $text;
	die "$ARGV:$.: an apostrophe, which stands for a quote\n" if $text =~ /'/;
	$text =~ tr/"/'/ if $is_json{$key};
	return '"' . $text =~ s/([\\"])/\\$1/gr . '"';
}

# One shape as an initializer.
sub initializer
{
	my ($shape) = @_;
	my @members = (".service = \U$shape->{service}\E", ".name = \"$shape->{name}\"");
	my @failures;

	for my $key (grep { defined $shape->{$_} } @NUMBERS, @TEMPLATES)
	{
		push @members, ".$key = " . ($is_number{$key} ? $shape->{$key} : template($key, $shape->{$key}));
	}
	push @members, '.flags = ' . join ' | ', map { uc } split ' ', $shape->{flags} if defined $shape->{flags};
	push @members, '.by = ' . join ' | ', map { $group{$_} // 'BY(' . uc . ')' } split ' ', $shape->{by} if defined $shape->{by};
	for my $failure (@{ $shape->{failures} })
	{
		my ($permille, $no_request) = split ' ', $failure->{fails};
		push @failures, '{' . join(', ', $permille, template('code', $failure->{code}),
			template('message', $failure->{message}), defined $no_request ? 'true' : 'false') . '}';
	}
	push @members, '.failure = {' . join(', ', @failures) . '}' if @failures;
	return (defined $shape->{op} ? "[OP_\U$shape->{op}\E] = " : '') . '{' . join(', ', @members) . '}';
}

my (%tables, @topics, $shape, $key);
while (<>)
{
	chomp;
	my ($topic) = $ARGV =~ /(\w+)\.txt$/ or die "$ARGV: not called TOPIC.txt\n";
	push @topics, $topic unless $tables{$topic};
	if (/^(\w+) (\w+)$/)
	{
		push @{ $tables{$topic} }, $shape = { service => $1, name => $2, failures => [] };
		$key = undef;
	}
	elsif (/^\t\t(.+)$/ && defined $key)
	{
		# What follows a comma; a failure's code and message are the last one's.
		$shape->{$key} .= $1;
	}
	elsif (/^\tfails (.+)$/)
	{
		push @{ $shape->{failures} }, { fails => $1 };
		$key = undef;
	}
	elsif (/^\t(code|message) (.+)$/ && @{ $shape->{failures} })
	{
		$shape->{failures}[-1]{$1} = $2;
		$key = undef;
	}
	elsif (/^\t(\w+)(?: (.+))?$/ && $is_known{$1})
	{
		die "$ARGV:$.: a second $1\n" if defined $shape->{$1};
		($key, $shape->{$1}) = ($1, $2 // '');
	}
	elsif ($_ ne '')
	{
		die "$ARGV:$.: not a shape, nor a property of one\n";
	}
	close ARGV if eof;
}

print "/* Generated from shapes by gen_shapes.pl. */\n#include \"stories.h\"\n";
for my $topic (@topics)
{
	print "\nstatic const shape rows_of_${topic}[] = {\n", map({ "\t" . initializer($_) . ",\n" } @{ $tables{$topic} }), "};\n",
		"const shape_table shapes_$topic = SHAPE_TABLE(rows_of_$topic);\n";
}
