# Views.pm: what PostgreSQL's defaults cost the auditors' views: one secret in
# trails of as many events in 12 and in 120 monthly partitions, with jit as it
# is by default and off, and how long planning takes.
package Views;
use strict;
use warnings;
use Events;
use List::Util qw(sum);
use Measure;
use Report;

# The trails: how many days their events are spread over.
my %days = (months12 => 365, months120 => 3650);

# Seconds to read all columns of what a view has of a secret.
sub answer
{
	my ($trail, $view, $secret) = @_;
	my ($seconds, $rows) = postgres("SELECT count(*), max(md5(v::text)) FROM (SELECT * FROM $trail.$view WHERE secret_name = '$secret') AS v");
	return ($seconds, $rows);
}

# Milliseconds that planning takes.
sub planning
{
	my ($statement) = @_;
	my ($least) = sort { $a <=> $b } map {
		my (undef, @lines) = postgres("EXPLAIN (SUMMARY) $statement");
		map { /^Planning Time: ([0-9.]+) ms/ ? $1 : () } @lines;
	} 1 .. 3;
	return $least;
}

# Makes a trail of generated events.
sub fill
{
	my ($trail, $events) = @_;
	progress('generating and importing %d events over %d days', $events, $days{$trail});
	my $folder = Events::more_logs($trail, $events, "--days $days{$trail} --accounts 6 --regions 4 --secrets 3000 --events-per-file 4000");
	postgres("SELECT cloudtrail_create_trail('$trail')");
	postgres("CALL cloudtrail_import_directory('$trail', '$folder')");
}

# A secret of each trail: one has much in its trail, but not the most; the other is nearest to it by ARNs and facts.
sub alike
{
	my %of = map { $_ => "SELECT secret_name, count(*) AS facts, count(DISTINCT secret_arn) AS arns FROM $_.secret_facts WHERE secret_name IS NOT NULL GROUP BY 1" } keys %days;
	my $one = "SELECT * FROM ($of{months12}) AS s ORDER BY facts DESC, 1 OFFSET 2 LIMIT 1";
	my (undef, $secret) = postgres("SELECT secret_name FROM ($one) AS s");
	my (undef, $other) = postgres("SELECT s.secret_name FROM ($of{months120}) AS s, ($one) AS o ORDER BY abs(s.arns - o.arns), abs(s.facts - o.facts), 1 LIMIT 1");
	return (months12 => $secret, months120 => $other);
}

sub compare
{
	my ($data) = @_;
	return unless $data->{wanted};
	my $events = $ENV{BENCH_AUDIT_EVENTS} // 5 * $data->{wanted};
	my $many = { name => "$events events", events => $events, bytes => $events * $data->{bytes} / $data->{events} };
	fill($_, $events) for sort keys %days;
	postgres('RESET ALL');
	my (undef, @views) = postgres(q{SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
		WHERE relnamespace = 'months12'::regnamespace AND relkind = 'v' AND attname = 'secret_name' ORDER BY 1});
	my %secret = alike();
	for my $view (grep { !/^events$/ } @views)
	{
		my %times;
		for my $trail (sort keys %days)
		{
			my $secret = $secret{$trail};
			$times{$trail} = warm_rounds("$view, $trail",
				'defaults' => sub { answer($trail, $view, $secret) },
				'jit off' => sub { postgres('SET jit = off'); my @answer = answer($trail, $view, $secret); postgres('RESET jit'); @answer });
			at_most('V1', $many, "$view: one secret, $trail", { cloudtrail => $times{$trail}{defaults}, 'jit off' => $times{$trail}{'jit off'} }, 'jit off', 1.1);
			my $ratio = planning("SELECT * FROM $trail.$view WHERE secret_name = '$secret'") / planning("SELECT count(*) FROM $trail.secret_facts");
			ratio_within('V3', $many, "$view: planning, $trail", $ratio, 'count(*) of facts', 20);
		}
		at_most('V2', $many, "$view: one secret, 120 months", { cloudtrail => $times{months120}{defaults}, '12 months' => $times{months12}{defaults} }, '12 months', 1.2);
	}
	postgres("DROP SCHEMA $_ CASCADE") for sort keys %days;
	postgres('SET max_parallel_workers_per_gather = 0; SET client_min_messages = warning');
}

1;
