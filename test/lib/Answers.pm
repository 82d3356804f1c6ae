package Answers;

# What tests of the auditors' views share: a story in a trail of its own, and
# what questions about it must be answered.
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Test::More;
use CloudtrailTest;
use Story;
our @EXPORT = qw($home $abroad $deploy created got story answer listed);

our ($home, $abroad) = qw(111122223333 444455556666);
our $deploy = role('Deploy', 's');

# A secret's creation, by name.
sub created { my ($time, $secret, %with) = @_; return call('CreateSecret', $time, $with{by} // $deploy, $secret, version => version(1)) }

# A read: of a secret as it is given.
sub got { my ($time, $actor, $id, %with) = @_; return call('GetSecretValue', $time, $actor, undef, request => { secretId => $id, %{ $with{request} // {} } }, %with{qw(region record)}) }

# Tells a story in a trail of its own, and changes settings.
sub story
{
	my ($title, $settings, @records) = @_;
	note($title);
	sql('DROP SCHEMA IF EXISTS audit CASCADE; SELECT cloudtrail_create_trail(\'audit\')');
	tell('audit', @records);
	sql("UPDATE audit.settings SET " . join(', ', $settings =~ /\bas_of\b/ ? () : "as_of = '2024-06-01 00:00Z'", $settings || ()));
}

# What a question must be answered: rows as psql prints them, in any order, with short words for long ones.
sub answer
{
	my ($title, $question, @rows) = @_;
	my $got = eval { sql("SET search_path = audit, public; SET timezone = 'UTC'; $question") } // $@;
	$got =~ s/arn:aws:secretsmanager:us-east-1:$home:secret:(\S+?)-(\w{6})\b/$1-$2/g;
	$got =~ s/arn:aws:iam::\d+:(role|user)\/(\w+)/$2/g;
	$got =~ s/2024-//g;
	$got =~ s/(\d\d):00:00\+00/$1/g;
	is(join("\n", sort split /\n/, $got), join("\n", sort @rows), $title);
}

# Loads what list-secrets shows, at a time.
sub listed
{
	my ($at, @secrets) = @_;
	my $list = server_file('list.json', JSON::PP->new->canonical->encode({ SecretList => [ map { my ($secret, %with) = @$_; { ARN => $secret->{arn}, Name => $secret->{name}, %with } } @secrets ] }));
	sql("SELECT cloudtrail_load_secrets('audit', pg_read_file('$list')::jsonb); UPDATE audit.listed_secrets SET listed_at = '$at'");
}

1;
