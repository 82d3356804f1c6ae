package Oracle::Auditor;

# What the views must answer about the entries of one history that are in the
# trail (Oracle::World): worked out from what the comments of the views claim,
# without SQL.  A view is a list of rows, each its columns joined by "|" as psql
# prints them.
use strict;
use warnings;
use Exporter 'import';
use List::Util qw(min max first sum0 uniq);
use Oracle::World qw(stamp);
our @EXPORT_OK = qw(%QUESTION %SETTINGS answers untrue judged_at);

# How long: a day, what is near, a gap, unused, overdue.
my ($DAY, $NEAR, $GAP, $UNUSED, $DUE) = (86400, 2, 15 * 86400, 40 * 86400, 60 * 86400);
my $AS_OF;
our %SETTINGS = ( same_call_window => "$NEAR seconds", coverage_gap => '15 days', unused_after => '40 days', rotation_due_after => '60 days', bulk_secrets => 3);

# The columns of each view that are compared; the first is the account.
our %QUESTION = (
	secrets => 'account_id, aws_region, secret_name, secret_arn, evidence, created_at, ended_at, end_reason, first_seen, last_seen, valid_from, valid_to, next_arn, primary_arn, promoted_at',
	secret_reads => 'coalesce(secret_account, account_id), event_time, secret_region, secret_name, secret_arn, resolve_method, actor, session_name, outcome, confirmed_by, version_id, version_stage, via_batch, via_rotation, invoked_by',
	secret_last_access => 'account_id, aws_region, secret_name, secret_arn, actor, invoked_by, first_read, last_read, reads, denied, unknown, days_idle',
	secret_first_time_reader => 'secret_account, event_time, secret_region, secret_name, secret_arn, actor, prior_readers, days_since_created, observed_from, conclusive',
	secret_rotations => 'account_id, aws_region, secret_name, secret_arn, token, requested_at, started_at, ended_at, outcome, is_test, requested_by, rotated_by, lambda_arn, rotation_role_arn, rotation_kind, failed_step, conclusive',
	secret_rotation_failures => 'account_id, aws_region, secret_name, secret_arn, token, started_at, ended_at, lambda_arn, failed_step, consecutive_failures, last_success',
	secret_never_rotated => 'account_id, aws_region, secret_name, secret_arn, created_at, last_value_change, rotation_configured, observed_from, deletion_state, conclusive',
	secret_rotation_overdue => 'account_id, aws_region, secret_name, secret_arn, last_rotated, due_by, due_at, days_overdue, rotation_cancelled_at, deletion_state, conclusive',
	secret_deletions => 'account_id, aws_region, secret_name, secret_arn, scheduled_at, scheduled_by, window_days, forced, restored_at, restored_by, started_at, ended_at, versions_deleted, versions_cancelled, alive_at, maybe_alive_at, name_taken_at, state, conclusive, is_last',
	secret_inventory => 'account_id, aws_region, secret_name, secret_arn, arn_known, created_at, created_by, last_value_change, last_rotated, last_read, readers, maybe_read, rotation_enabled, rotate_every, primary_arn, (SELECT array_agg(r ORDER BY r) FROM unnest(replicas) AS r), policy_present, deletion_state, observed_from',
	unused_secrets => 'account_id, aws_region, secret_name, secret_arn, created_at, last_read, observed_days, deletion_state, conclusive, maybe_read',
	secret_denied => 'coalesce(secret_account, account_id), event_time, action, secret_region, secret_name, secret_arn, actor, denied_by, attempts',
	secret_cross_account => 'secret_account, event_time, event_name, secret_region, secret_name, secret_arn, resolve_method, actor, actor_account, account_id, outcome',
	secret_policy_changes => 'account_id, event_time, event_name, secret_name, secret_arn, actor, is_public, foreign_accounts, admits, outcome',
	secret_replication => 'account_id, event_time, event_name, secret_name, secret_arn, source_region, replica_region, status, force_overwrite, outcome',
	secret_probes => 'coalesce(secret_account, account_id), event_time, event_name, secret_region, secret_name, secret_arn, actor, error_kind, attempts',
	secret_manual_changes => 'account_id, event_time, event_name, secret_name, secret_arn, actor, invoked_by, version_id, rotation_configured',
	secret_rotation_rules => 'account_id, aws_region, secret_name, secret_arn, changed_at, changed_by, rotation_enabled, lambda_arn, rotation_role_arn, rotate_every, token',
	secret_bulk_reads => 'account_id, actor, window_start, secrets, reads, regions, batch_calls, array_to_string(secret_names, $$,$$)',
	secret_multi_region_reads => 'lpad(substring(actor from $$[0-9]{11,12}$$), 12, $$1$$), actor, window_start, array_to_string(regions, $$,$$), secrets, reads',
	secret_batch_catchall => 'account_id, event_time, aws_region, actor, excludes, catches_all, secrets_returned, outcome',
	secret_kms_changes => 'account_id, event_time, event_name, effect, secret_arn, old_key, new_key, secrets_at_risk, outcome',
	observed => 'account_id, aws_region, observed_from, observed_to, reads_from, reads_to, secret_read_events, kms_events, gaps',
	secret_stage_moves => 'account_id, event_time, secret_name, secret_arn, actor, stage, to_version, via_rotation, outcome',
);

my $KINDS = 'created seen replica listed used named';
my %RANK = map { my $e = (split ' ', $KINDS)[$_]; $e => $_ } 0 .. 5;

# Sets the time of judgement.
sub judged_at { ($AS_OF) = @_; $SETTINGS{as_of} = stamp($AS_OF) }

# A row as psql prints it: undef is empty, a boolean t or f.
sub yes { return !defined $_[0] ? undef : $_[0] ? 't' : 'f' }
# Columns as a row.
sub row { return join '|', map { $_ // '' } @_ }
# The times of entries.
sub moments { return map { $_->{t} } @_ }

# The Regions of replicas that an entry names.
sub replica_regions { my ($e) = @_; return $e->{replica} // (map({ $_->{region} } @{ $e->{detail}{addReplicaRegions} // [] }), @{ $e->{detail}{removeReplicaRegions} // [] }) }

# What answers are worked out from.
sub new
{
	my (@entries) = @_;
	my $m = bless { entries => \@entries };
	$m->place;
	$m->directory;
	$m->calls;
	return $m;
}

# Whether an entry shows that the secret it names was neither deleted nor to be: a service's own events only if they tell of a success.
sub proves_life { my ($e) = @_; return $e->{ok} && $e->{name} !~ /^(BatchGetSecretValue|DescribeSecret|DeleteSecret|(Start|End)SecretVersionDelete)$/ && (!$e->{service} || $e->{name} =~ /Succeeded$|^Cancel/) }

# How far the trail reaches, by account and Region of the records.
sub place
{
	my ($m) = @_;
	my %at;
	push @{ $at{"$_->{account} $_->{region}"} }, $_ for grep { !$_->{list} && ($_->{file} // '') ne 'damaged' } @{ $m->{entries} };
	for my $place (keys %at)
	{
		my @t = sort { $a <=> $b } moments(@{ $at{$place} });
		my @gaps = map { $t[$_] - $t[ $_ - 1 ] > $GAP ? [ $t[ $_ - 1 ], $t[$_] ] : () } 1 .. $#t;
		my @events = grep { !$_->{file} } @{ $at{$place} };
		$m->{observed}{$place} = { secret_reads => scalar(grep { !$_->{kms} && $_->{name} =~ /^(Get|Batch|Describe|Validate)/ } @events), kms => scalar(grep { $_->{kms} } @events), from => $t[0], to => $t[-1], gaps => \@gaps, reads => [ sort { $a <=> $b } moments(grep { $_->{kms} || $_->{name} =~ /^(Get|Batch|Describe|Validate)/ } @{ $at{$place} }) ] };
	}
}

# Whether all of a span was observed.
sub conclusive
{
	my ($m, $account, $region, $from, $to) = @_;
	my $o = $m->{observed}{"$account $region"} or return 0;
	return 0 if !defined $from || $from > $to || $o->{from} > $from || $o->{to} < $to - $GAP;
	return !grep { $_->[0] < $to && $_->[1] > $from } @{ $o->{gaps} };
}

# The same of reads: the trail may have recorded writes alone for a time.
sub conclusive_of_reads
{
	my ($m, $account, $region, $from, $to) = @_;
	my $reads = ($m->{observed}{"$account $region"} // return 0)->{reads};
	return $m->conclusive($account, $region, $from, $to) && @$reads && $reads->[0] <= $from + $GAP && $reads->[-1] >= $to - $GAP
		&& !grep { $reads->[$_] - $reads->[ $_ - 1 ] > $GAP && $reads->[ $_ - 1 ] < $to && $reads->[$_] > $from } 1 .. $#$reads;
}

# Every full ARN that the trail shows: since when, until when, what for.
sub directory
{
	my ($m) = @_;
	my %of;
	my $sign = sub {
		my ($item, $arn, $region, $t, $evidence, $sign, %more) = @_;
		my $s = $of{$arn} //= { arn => $arn, name => $item->{name}, account => $item->{account}, region => $region, signs => [] };
		push @{ $s->{signs} }, { t => $t, evidence => $evidence, sign => $sign, %more };
	};
	for my $e (@{ $m->{entries} })
	{
		for my $l (@{ $e->{list} // [] })
		{
			my $i = { name => $l->{name}, account => $e->{account} };
			push @{ $m->{active}{"$e->{account} $e->{region} $l->{name}"} }, { t => $l->{created}, arn => $l->{arn}, list => 1 }, defined $l->{deleted} ? () : { t => $e->{t}, arn => $l->{arn}, list => 1 };
			my %more = (primary => defined $l->{primary} && $l->{primary} ne $e->{region} ? $l->{arn} =~ s/:$e->{region}:/:$l->{primary}:/r : undef, leads => defined $l->{primary} && $l->{primary} eq $e->{region} ? 1 : 0);
			$sign->($i, $l->{arn}, $e->{region}, $e->{t}, 'listed', defined $l->{deleted} ? '' : 'alive', %more);
			$sign->($i, $l->{arn}, $e->{region}, $l->{created}, 'listed', 'created', %more);
		}
		for my $i (grep { $_->{arn} } @{ $e->{items} })
		{
			my $shown = $i->{form} =~ /response|service_event|kms/;
			next unless $shown || $e->{ok};
			my $forced = $e->{name} eq 'DeleteSecret' && $e->{detail}{forceDeleteWithoutRecovery};
			push @{ $m->{active}{"$i->{account} $i->{region} $i->{name}"} }, { t => $e->{t}, arn => $i->{arn} } if proves_life($e);
			# Whose deletion is scheduled has its name; a forced one succeeds of what is gone, too.
			push @{ $m->{to_be_deleted}{"$i->{account} $i->{region} $i->{name}"} }, { t => $e->{t}, arn => $i->{arn} } if $shown && $e->{ok} && $e->{name} eq 'DeleteSecret' && !$forced;
			$sign->($i, $i->{arn}, $i->{region}, $e->{t}, $e->{batch} ? 'named' : !$shown ? 'used' : $e->{name} eq 'CreateSecret' ? 'created' : 'seen',
				$e->{batch} || $e->{name} =~ /^(DescribeSecret|StartSecretVersionDelete)$/ ? '' : $e->{name} eq 'StopReplicationToReplica' ? 'promoted'
				: $e->{name} eq 'EndSecretVersionDelete' || $forced ? 'deleted' : $e->{name} eq 'DeleteSecret' ? 'scheduled' : 'alive',
				at_once => $e->{name} eq 'DeleteSecret' && !defined $e->{detail}{recoveryWindowInDays},
				no_window => $e->{name} eq 'DeleteSecret' && !$forced && !defined $e->{detail}{recoveryWindowInDays},
				due => $e->{name} eq 'DeleteSecret' && !$forced ? $e->{t} + $DAY * ($e->{detail}{recoveryWindowInDays} // 30) : undef,
				leads => $e->{name} eq 'DeleteSecret' && defined $e->{detail}{recoveryWindowInDays} || $e->{name} =~ /^(CreateSecret|PutSecretValue|UpdateSecretVersionStage|RestoreSecret|RotateSecret|CancelRotateSecret|ReplicateSecretToRegions|RemoveRegionsFromReplication|(Test)?Rotation\w+)$/ ? 1 : 0);
			next unless $shown;
			for my $region (replica_regions($e))
			{
				$sign->($i, $i->{arn} =~ s/:$i->{region}:/:$region:/r, $region, $e->{t}, 'replica', $e->{name} eq 'ReplicationFailed' ? 'failed' : $e->{name} eq 'RemoveRegionsFromReplication' ? 'removed'
					: $e->{detail}{forceOverwriteReplicaSecret} ? 'overwrote' : 'replicated', primary => $i->{arn});
			}
		}
	}
	for my $s (values %of)
	{
		# A replication that failed made no replica, whatever is removed later.
		my (%once, %void);
		my @replica = sort { $a->{t} <=> $b->{t} || ($a->{sign} eq 'failed' ? 1 : 0) <=> ($b->{sign} eq 'failed' ? 1 : 0) } grep { $_->{evidence} eq 'replica' && !$once{"$_->{t} $_->{sign}"}++ } @{ $s->{signs} };
		for my $k (0 .. $#replica)
		{
			my ($sign, $before, $after) = ($replica[$k]{sign}, $k ? $replica[ $k - 1 ]{sign} : '', $k < $#replica ? $replica[ $k + 1 ]{sign} : '');
			$void{"$replica[$k]{t} $sign"} = 1 if $sign eq 'failed' || ($sign eq 'removed' ? $before : $after) eq 'failed';
		}
		my @signs = grep { $_->{evidence} ne 'replica' || !$void{"$_->{t} $_->{sign}"} } @{ $s->{signs} };
		$s->{sound} = \@signs;
		if (!@signs) { delete $of{ $s->{arn} }; next }
		my $of = sub { my (@kinds) = @_; return map { my $k = $_; map { $_->{t} } grep { $_->{sign} eq $k } @signs } @kinds };
		my $best = min map { $RANK{ $_->{evidence} } } @signs;
		$s->{evidence} = (split ' ', $KINDS)[$best];
		my @made = $of->(qw(replicated overwrote));
		$s->{first_created} = min(map { $_->{t} } grep { $_->{evidence} eq 'created' } @signs) // min($of->('created'), @made);
		# A replica that had been gone is made again.
		my $gone = @made ? max(map { $_->{t} } grep { ($_->{sign} eq 'removed' || $_->{at_once}) && $_->{t} <= max(@made) } @signs) : undef;
		$s->{created} = defined $gone ? min(grep { $_ >= $gone } @made) : $s->{first_created};
		my @shown = grep { $_->{evidence} ne 'listed' } @signs;
		($s->{first}, $s->{last}, $s->{known_from}) = (min(moments(@shown)), max(moments(@shown)), min(moments(@signs)));
		$s->{alive} = max($of->(qw(alive created promoted replicated overwrote)));
		$s->{overwrote} = max($of->('overwrote'));
		$s->{end} = max($of->(qw(deleted removed)));
		$s->{removed} = max($of->('removed'));
		$s->{scheduled} = max($of->('scheduled'));
		$s->{active} = max(map { $_->{t} } grep { $_->{arn} eq $s->{arn} } @{ $m->{active}{"$s->{account} $s->{region} $s->{name}"} // [] });
		$s->{due} = max(grep { defined } map { $_->{due} } @signs);
		# What replicas do not allow shows that it had been promoted.
		my $replica_at = max(map { $_->{t} } grep { $_->{primary} && $_->{sign} ne 'removed' } @signs);
		$s->{promoted} = min(map { $_->{t} } grep { $_->{sign} eq 'promoted' ? $_->{t} >= ($replica_at // 0) : $_->{leads} && defined $replica_at && $_->{t} > $replica_at } @signs);
		$s->{primary} = (map { $_->{primary} } sort { $a->{t} <=> $b->{t} || $a->{primary} cmp $b->{primary} } grep { defined $_->{primary} } @signs)[0];
		$s->{leads} = !defined $s->{promoted} && grep { $_->{leads} } @signs;
	}
	# Of those that share name and suffix in several Regions, the one that does what replicas cannot is the primary.
	my %family;
	push @{ $family{"$_->{account} $_->{name} " . substr $_->{arn}, -6} }, $_ for values %of;
	for my $family (values %family)
	{
		my @leaders = grep { $_->{leads} } @$family;
		for my $s (@$family) { $s->{primary} //= $leaders[0]{arn} if @leaders == 1 && $s != $leaders[0] && $s->{evidence} !~ /created|named/ }
	}
	for my $s (values %of)
	{
		# A replica is deleted at once.
		my $deleted = max(map { $_->{t} } grep { $_->{no_window} } @{ $s->{sound} });
		$s->{end} = max(grep { defined } $s->{end}, $deleted) if defined $deleted && replica_at($s, $deleted);
		$s->{ended} = $s->{end} if defined $s->{end} && $s->{end} >= ($s->{alive} // 0);
	}
	# Who bore a name one after the other.
	my %bearers;
	push @{ $bearers{"$_->{account} $_->{region} $_->{name}"} }, $_ for values %of;
	for my $bearers (values %bearers)
	{
		my @known = grep { $_->{evidence} ne 'named' } @$bearers;
		@$bearers = @known if @known;
		$_->{begin} = $_->{created} // $_->{known_from} for @$bearers;
		@$bearers = sort { $a->{begin} <=> $b->{begin} || $a->{arn} cmp $b->{arn} } @$bearers;
		# A replica forced on a name ends the secret that had it.
		for my $k (1 .. $#$bearers)
		{
			my ($s, $by) = @$bearers[ $k - 1, $k ];
			next if !defined $by->{overwrote} || $by->{overwrote} < max(grep { defined } $s->{alive}, $s->{known_from});
			$s->{ended} = min(grep { defined } $s->{ended}, $by->{overwrote});
			$s->{overwritten} = 1 if $s->{ended} == $by->{overwrote};
		}
		$_->{reason} = !defined $_->{ended} ? undef : $_->{overwritten} ? 'overwritten' : defined $_->{removed} && $_->{removed} == $_->{ended} ? 'removed' : 'deleted' for @$bearers;
		for my $k (0 .. $#$bearers)
		{
			my ($s, $next) = @$bearers[ $k, $k + 1 ];
			my $before = $k && $bearers->[ $k - 1 ];
			my $last = max(grep { defined } $s->{alive}, $s->{known_from});
			my $gone = defined $s->{ended} ? $s->{ended} + .1 : undef;
			# Until when it certainly has the name, and from when on it cannot have it; .1 is the end of that second's instant.
			if (!$next) { $s->{certain} = $s->{possible} = $gone // 9**9**9 }
			elsif (defined $gone && $s->{ended} < $next->{begin}) { $s->{certain} = min($gone, $next->{begin}); $s->{possible} = $gone }
			elsif (defined $gone && $s->{ended} == $next->{begin}) { $s->{certain} = $next->{begin}; $s->{possible} = defined $next->{created} ? $next->{begin} + 1 : max($next->{begin}, $last + .1) }
			else
			{
				$s->{certain} = min($next->{created} // $last + .1, $next->{begin});
				$s->{possible} = defined $next->{created} ? max($next->{created}, $last) + 1 : max($next->{begin}, $last + .1);
			}
			$s->{next} = $next && $next->{arn};
			$s->{from} = !$before ? $s->{first_created} // -9**9**9 : $before->{possible} > $before->{certain} ? $before->{possible} : $s->{created} // $before->{possible};
			$s->{to} = min($s->{certain}, defined $s->{scheduled} && ($s->{active} // 0) <= $s->{scheduled} + $NEAR && ($s->{created} // 0) <= $s->{scheduled} ? $s->{due} : 9**9**9);
		}
	}
	$m->{bearers} = \%bearers;
	$m->{secret} = { map { $_->{arn} => $_ } map { @$_ } values %bearers };
	$m->{known} = { map { $_->{arn} => 1 } grep { $_->{form} =~ /response|service_event|kms/ } map { @{ $_->{items} } } @{ $m->{entries} } };
	$m->{known}{ $_->{arn} } = 1 for map { @{ $_->{list} // [] } } @{ $m->{entries} };
}

# The secret that an item of a call is about: its ARN, how that is known, and those between which it is not.
sub resolve
{
	my ($m, $i, $t) = @_;
	return ($i->{arn}, $i->{form} =~ /response|service_event|kms/ ? $i->{form} : $m->{known}{ $i->{arn} } ? 'exact' : 'given') if $i->{arn};
	for my $s (@{ $m->{bearers}{"$i->{account} $i->{region} $i->{name}"} // [] })
	{
		next unless $s->{from} <= $t && $t < $s->{possible};
		return (undef, 'ambiguous', $s->{arn}, grep { defined } $s->{next}) if $s->{to} <= $t;
		return ($s->{arn}, $s->{evidence} eq 'replica' ? 'replica' : $i->{form});
	}
	return (undef, 'unresolved');
}

# The calls, one for each secret named: records that a newer one replaces are left out, and the caller's record where the owner's is there.
sub calls
{
	my ($m) = @_;
	my @entries = grep { !$_->{list} && !$_->{file} } @{ $m->{entries} };
	my %replaced = map { $_->{original} ? ($_->{original} => 1) : () } @entries;
	my %owner = map { $_->{shared} && $_->{account} eq $_->{items}[0]{account} ? ($_->{shared} => 1) : () } @entries;
	my %arn = map { $_->{shared} && $_->{actor}{arn} ? ($_->{actor}{id} => $_->{actor}{arn}) : () } @entries;
	for my $e (sort { $a->{t} <=> $b->{t} } grep { !$_->{of_key} } @entries)
	{
		next if $replaced{ $e->{id} } || $e->{shared} && $owner{ $e->{shared} } && $e->{account} ne $e->{items}[0]{account};
		for my $i (@{ $e->{items} } ? @{ $e->{items} } : undef)
		{
			my %c = (e => $e, t => $e->{t}, name => $e->{name}, ok => $e->{ok}, i => $i, place => $i ? "$i->{account} $i->{region}" : undef);
			$c{outcome} = $e->{batch} && $i ? 'unknown' : $e->{ok} ? 'succeeded' : $e->{error} eq 'denied' ? 'denied' : 'failed';
			$c{outcome} = 'failed' if $e->{service} && $c{name} =~ /Failed$/;
			$c{ok} = undef if $c{outcome} eq 'unknown';
			($c{arn}, $c{how}, @{ $c{candidates} }) = $m->resolve($i, $e->{t}) if $i;
			$c{actor} = $e->{actor}{arn} // $arn{ $e->{actor}{id} } // $e->{actor}{id} if $e->{actor};
			$c{actor} //= 'secretsmanager.amazonaws.com' if $e->{service};
			push @{ $m->{calls} }, \%c;
		}
	}
	$m->{calls} //= [];
}

# Calls by name.
sub named { my ($m, $names, $all) = @_; return grep { $_->{name} =~ /^($names)$/ && ($all || $_->{e}{ok}) } @{ $m->{calls} } }

# What identifies a secret, known by ARN or by name alone.
sub key { my ($c) = @_; return join ' ', map { $_ // '' } $c->{place}, $c->{i} && $c->{i}{name}, $c->{arn} }

# Which calls are rotations': no person's, while an attempt to make the version is under way.  Who puts versions so.
sub rotators
{
	my ($m) = @_;
	my (%attempt, %changed, %who, %user);
	my $place = sub { my ($i) = @_; return "$i->{account} $i->{region} $i->{name}" };
	for my $e (@{ $m->{entries} })
	{
		my $request = $e->{name} eq 'RotateSecret' && $e->{ok} && !exists $e->{detail}{rotateImmediately};
		my $version = $e->{token} // $e->{version};
		for my $i (@{ $e->{items} })
		{
			push @{ $changed{ $place->($i) } }, { t => $e->{t}, of => $request ? $version : undef } if $request || $e->{name} eq 'CancelRotateSecret' && $e->{ok};
			next unless defined $version && ($request || $e->{service} && $e->{name} =~ /^(Test)?Rotation/);
			push @{ $attempt{ $place->($i) . " $version" } }, { t => $e->{t}, begins => $e->{name} =~ /Started|RotateSecret/ ? 1 : 0, test => $e->{name} =~ /^Test/ ? 1 : 0 };
		}
		$user{ $e->{shared} } = 1 if $e->{shared} && ($e->{actor}{arn} // '') =~ /:user\//;
	}
	for my $e (grep { $_->{ok} && $_->{name} =~ /^(PutSecretValue|UpdateSecret|UpdateSecretVersionStage)$/ && @{ $_->{items} } } @{ $m->{entries} })
	{
		my ($i, $label) = ($e->{items}[0], $e->{name} eq 'UpdateSecretVersionStage');
		my $version = $label ? $e->{to} // $e->{detail}{removeFromVersionId} : $e->{token} // $e->{version} // next;
		my $owned = $i->{name} =~ /^rds!/ && ($e->{actor}{invoked_by} // '') eq 'rds.amazonaws.com';
		$e->{of_owner} = $owned;
		next if !$owned && (($e->{actor}{arn} // '') =~ /:user\// || $e->{actor}{id} =~ /^AIDA/ || $e->{shared} && $user{ $e->{shared} });
		my @about = grep { !($label && $_->{test}) } @{ $attempt{ $place->($i) . " $version" } // [] };
		my ($begun, $ended) = (max(map { $_->{t} } grep { $_->{begins} && $_->{t} <= $e->{t} + $NEAR } @about), max(map { $_->{t} } grep { !$_->{begins} && $_->{t} < $e->{t} - $NEAR } @about));
		my ($begins, $ends) = (min(map { $_->{t} } grep { $_->{begins} && $_->{t} > $e->{t} + $NEAR } @about), min(map { $_->{t} } grep { !$_->{begins} && $_->{t} >= $e->{t} - $NEAR } @about));
		$e->{by_rotation} = defined $ends && $ends < ($begins // 9**9**9)
			|| defined $begun && $begun > ($ended // -9**9**9) && !grep { $_->{t} > $begun && $_->{t} < $e->{t} - $NEAR && ($_->{of} // '') ne $version } @{ $changed{ $place->($i) } // [] };
		$who{ $place->($i) . " $e->{actor}{id} " . ($e->{actor}{invoked_by} // '') } = 1 if $e->{by_rotation} && $e->{name} eq 'PutSecretValue';
	}
	return \%who;
}

# secret_reads.
sub reads
{
	my ($m) = @_;
	my $rotators = $m->rotators;
	my $with = sub { my ($c) = @_; return join ' ', $c->{e}{actor}{id}, $c->{e}{actor}{session} // '' };
	my (@reads, %near);
	# These may decrypt what they write, or replicate.
	my $writes = sub { my ($c) = @_; return $c->{ok} && ($c->{name} =~ /^(PutSecretValue|UpdateSecret|ReplicateSecretToRegions)$/ || $c->{name} eq 'CreateSecret' && $c->{e}{detail}{addReplicaRegions}) };
	push @{ $near{ key($_) . ' ' . $with->($_) } }, $_ for grep { $_->{i} && ($_->{name} =~ /GetSecretValue$/ || $_->{name} eq 'Decrypt' || $writes->($_)) } @{ $m->{calls} };
	my @filters = grep { $_->{ok} && $_->{e}{batch} && !$_->{i} } @{ $m->{calls} };
	for my $c ($m->named('(Batch)?GetSecretValue', 1))
	{
		my $single = $c->{name} eq 'GetSecretValue';
		my $e = $c->{e};
		if (!$c->{i})
		{
			# The single reads of a batch stand for it.
			next if $c->{ok} && grep { $_->{name} eq 'GetSecretValue' && $_->{e}{region} eq $e->{region} && abs($_->{t} - $c->{t}) <= $NEAR && $with->($_) eq $with->($c) } @{ $m->{calls} };
			push @reads, { %$c, batch => 1, confirmed => 'event' };
			# It may have got any secret there.
			$m->{blind}{"$e->{account} $e->{region}"} = max($c->{t}, $m->{blind}{"$e->{account} $e->{region}"} // 0) if $c->{ok};
			next;
		}
		my @near = grep { abs($_->{t} - $c->{t}) <= $NEAR } @{ $near{ key($c) . ' ' . $with->($c) } };
		next if !$single && grep { $_->{name} eq 'GetSecretValue' } @near;
		my @decrypted = map { $_->{e}{version} } grep { $_->{name} eq 'Decrypt' } @near;
		my @keys = uniq @decrypted;
		my @singles = map { $_->{e}{version} // $_->{e}{stage} // 'AWSCURRENT' } grep { $_->{name} eq 'GetSecretValue' && $_->{ok} } @near;
		my @asked = uniq @singles;
		my %r = (%$c, version => $e->{version}, stage => $e->{stage});
		my $shown = $c->{outcome} eq 'unknown' && @keys && !grep { $writes->($_) } @near;
		$r{version} //= $keys[0] if @keys == 1 && (@asked <= 1 || @decrypted >= @singles) && ($c->{outcome} eq 'succeeded' || $shown);
		$r{how} = 'kms' if @keys && $c->{how} =~ /^(name|partial|replica)$/;
		$r{confirmed} = $c->{outcome} ne 'unknown' ? 'event' : $shown ? 'kms' : undef;
		@r{qw(outcome ok)} = ('succeeded', 1) if $shown;
		$r{batch} = !$single || grep({ $_->{e}{batch} } @near) || grep { abs($_->{t} - $c->{t}) <= $NEAR && $with->($_) eq $with->($c) && $_->{e}{region} eq $e->{region} } @filters;
		$r{rotation} = $rotators->{"$c->{place} $c->{i}{name} $e->{actor}{id} " . ($e->{actor}{invoked_by} // '')};
		push @reads, \%r;
	}
	return $m->{reads} = \@reads;
}

# secret_rotations.
sub rotations
{
	my ($m) = @_;
	my (%steps, @rotations);
	push @{ $steps{ key($_) } }, $_ for grep { $_->{i} && ($_->{e}{service} && $_->{name} =~ /Rotation(?!.*plication)/ || $_->{ok} && $_->{name} =~ /^(RotateSecret|PutSecretValue|UpdateSecret|CancelRotateSecret|UpdateSecretVersionStage)$/) } @{ $m->{calls} };
	for my $steps (values %steps)
	{
		my ($function, $role, %attempts, %version);
		for my $c (sort { $a->{t} <=> $b->{t} || ($a->{name} eq 'RotateSecret' ? 0 : 1) <=> ($b->{name} eq 'RotateSecret' ? 0 : 1) } @$steps)
		{
			my $e = $c->{e};
			my $test = $c->{name} =~ /^Test/ ? 1 : 0;
			my $token = $e->{token} // $e->{version};
			my ($named, $named_role) = ($e->{function} // $e->{detail}{rotationLambdaARN}, $e->{detail}{externalSecretRotationRoleArn});
			($function, $role) = ($named, $named_role) if defined $named || defined $named_role;
			my $later = exists $e->{detail}{rotateImmediately};
			my $v = defined $token ? $version{$token} //= {} : {};
			if ($c->{name} =~ /^(PutSecretValue|UpdateSecret)$/)
			{
				next if !writes($c) || !$e->{by_rotation};
				$v->{put} //= $c->{t};
				$v->{by} = min_text($v->{by}, $e->{actor}{invoked_by} // $c->{actor});
				$v->{managed} = 1 if $e->{actor}{invoked_by};
				next;
			}
			if ($c->{name} eq 'UpdateSecretVersionStage')
			{
				push @{ $version{ $e->{detail}{removeFromVersionId} // '' }{aborts} }, $c if ($e->{detail}{versionStage} // $e->{stage} // '') eq 'AWSPENDING';
				next;
			}
			next if $c->{name} eq 'CancelRotateSecret' || $later || !defined $token;
			my $phase = $c->{name} eq 'RotateSecret' ? 'requested' : lc $c->{name} =~ s/^(Test)?Rotation//r;
			if ($phase eq 'requested')
			{
				$v->{asked} = min_text($v->{asked}, $c->{actor});
			}
			# A request begins an attempt, so does a start that none precedes, and what follows an end.
			my $list = $attempts{"$token $test"} //= [];
			my $last = @$list ? $list->[-1]{phase} : 'none';
			push @$list, { c => $c, token => $token, test => $test, v => $v, ended => undef } if $last eq 'requested' ? $phase eq 'requested' : $last eq 'started' ? $phase =~ /requested|started/ : 1;
			my $a = $list->[-1];
			$a->{phase} = $phase;
			$a->{last} = $c->{t};
			$a->{$phase} //= $c->{t} if $phase =~ /requested|started/;
			@$a{qw(ended outcome)} = ($c->{t}, $phase) if $phase !~ /requested|started/;
			$a->{step} = $e->{step} if $phase eq 'failed';
			$a->{other} = 1 if $phase ne 'requested';
			$a->{function} = max_text($a->{function}, $function);
			$a->{role} = max_text($a->{role}, $role);
		}
		for my $a (map { @$_ } values %attempts)
		{
			my ($i, $v) = ($a->{c}{i}, $a->{v});
			my $owned = $v->{managed} || $i->{name} =~ /!/;
			my $managed = !$a->{other} && $owned;
			my $kind = $owned ? 'managed' : defined $a->{role} ? 'external role' : defined $a->{function} ? 'function' : undef;
			@$a{qw(ended outcome)} = ($v->{put}, 'succeeded') if $managed && defined $v->{put};
			# Turning rotation off ends what is under way, and so does who takes the label from the version that another one puts.
			my $off = min(grep { $_ > $a->{last} } map { $_->{t} } grep({ $_->{name} eq 'CancelRotateSecret' } @$steps), grep { ($_->{e}{actor}{invoked_by} // $_->{actor}) ne ($v->{by} // '') } @{ $v->{aborts} // [] });
			@$a{qw(ended outcome)} = ($off, 'cancelled') if !defined $a->{outcome} && defined $off;
			$a->{outcome} //= 'open';
			push @rotations, { %$a, i => $i, arn => $a->{c}{arn}, place => $a->{c}{place}, kind => $kind,
				conclusive => $a->{outcome} !~ /^(open|cancelled)$/ || $m->conclusive($i->{account}, $i->{region}, $a->{started} // $a->{requested}, $a->{ended} // $AS_OF) };
		}
	}
	# None begins while another is under way.
	for my $r (grep { $_->{outcome} eq 'open' } @rotations)
	{
		my $begun = $r->{requested} // $r->{started};
		$r->{conclusive} &&= !grep { !$_->{test} && ($_->{requested} // $_->{started} // 0) > $begun && key($_->{c}) eq key($r->{c}) } @rotations;
	}
	return $m->{rotations} = \@rotations;
}
# The lesser and the greater of two texts that may be undef.
sub min_text { my ($x, $y) = @_; return !defined $x ? $y : !defined $y ? $x : $x lt $y ? $x : $y }
sub max_text { my ($x, $y) = @_; return !defined $x ? $y : !defined $y ? $x : $x gt $y ? $x : $y }

# Whether a secret was, as far as is known, a replica then.
sub replica_at { my ($s, $t) = @_; return $s && defined $s->{primary} && !(defined $s->{promoted} && $s->{promoted} <= $t) }

# secret_deletions.
sub deletions
{
	my ($m) = @_;
	my (%of, @rows);
	push @{ $of{ key($_) } }, $_ for grep { $_->{i} && ($_->{ok} || $_->{e}{service}) && $_->{t} <= $AS_OF } $m->named('DeleteSecret|RestoreSecret|\w+SecretVersionDelete');
	for my $events (values %of)
	{
		my @episodes = ({});
		for my $c (sort { $a->{t} <=> $b->{t} || ($a->{name} eq 'DeleteSecret' ? 0 : 1) <=> ($b->{name} eq 'DeleteSecret' ? 0 : 1) } @$events)
		{
			if ($c->{name} eq 'DeleteSecret')
			{
				my ($days, $forced) = @{ $c->{e}{detail} }{qw(recoveryWindowInDays forceDeleteWithoutRecovery)};
				$forced ||= !defined $days && replica_at($m->{secret}{ $c->{arn} // '' }, $c->{t});
				push @episodes, { scheduled => $c->{t}, by => $c->{actor}, days => $forced ? $days : $days // 30, forced => $forced };
			}
			my $d = $episodes[-1];
			$d->{c} = $c;
			if ($c->{name} eq 'RestoreSecret') { $d->{restored} //= $c->{t}; $d->{restorer} //= $c->{actor} }
			$d->{started} //= $c->{t} if $c->{name} eq 'StartSecretVersionDelete';
			$d->{cancelled}++ if $c->{name} eq 'CancelSecretVersionDelete';
			if ($c->{name} eq 'EndSecretVersionDelete') { $d->{ended} = $c->{t}; $d->{versions}++ }
			$d->{forced} = 1 if $c->{e}{service} && !$d->{forced} && $c->{e}{record}{requestID} =~ /:Forced$/;
		}
		shift @episodes if !$episodes[0]{c};
		for my $k (0 .. $#episodes)
		{
			my ($d, $next) = @episodes[ $k, $k + 1 ];
			my $begun = $d->{scheduled} // $d->{started};
			my $name = "$d->{c}{place} $d->{c}{i}{name}";
			my $later = sub { my ($t) = @_; return defined $begun && $t > $begun + $NEAR && $t <= $AS_OF };
			my $meanwhile = sub { return grep { $later->($_->{t}) && (!$next || $_->{t} < $next->{scheduled}) } @{ $_[0]{$name} // [] } };
			my @active = $meanwhile->($m->{active});
			# Only a replica can come again with the same ARN.
			my $again = min(map { $_->{t} } grep { $later->($_->{t}) && (!$next || $_->{t} < $next->{scheduled}) && $_->{sign} =~ /^(replicated|overwrote)$/ } @{ ($m->{secret}{ $d->{c}{arn} } // {})->{sound} // [] }) // 9**9**9;
			$d->{replicated} = $again < 9**9**9;
			my $s = $m->{secret}{ $d->{c}{arn} // '' };
			# Whoever is refused because of the deletion shows that it still is to be deleted.
			my $refused = max(map { $_->{t} } grep { $_->{t} <= $AS_OF && $_->{t} > ($begun // 9**9**9) && (!$next || $_->{t} < $next->{scheduled}) && ($_->{error} // '') eq 'marked for deletion'
				&& grep { "$_->{account} $_->{region} $_->{name}" eq $name } @{ $_->{items} } } grep { my $e = $_;
				grep { defined $_->{arn} ? $_->{arn} eq ($d->{c}{arn} // '') : $e->{t} < ($s ? $s->{possible} : 9**9**9) } @{ $e->{items} // [] } } @{ $m->{entries} }) // 0;
			my @own = map { $_->{t} } grep { $_->{arn} eq $d->{c}{arn} && $_->{t} > $refused } @active;
			$d->{alive} = min(grep { $_ < $again } @own);
			$d->{again} = max(grep { $_ >= $again } @own);
			$d->{taken} = min(map { $_->{t} } grep { $_->{arn} ne $d->{c}{arn} } @active, $meanwhile->($m->{to_be_deleted}));
			my $last = $d == $episodes[-1];
			my $due = defined $d->{scheduled} ? $d->{scheduled} + $DAY * ($d->{days} // 30) : undef;
			# A list that shows it as to be deleted answers what was doubtful before.
			my $listed = max(map { $_->{t} } grep { $_->{t} <= $AS_OF && grep { $_->{arn} eq $d->{c}{arn} && defined $_->{deleted} } @{ $_->{list} // [] } } @{ $m->{entries} });
			$d->{maybe} = max(grep { defined } $d->{again}, grep { $later->($_) && $_ > ($listed // 0) } map { my $c = $_; my $described = $c->{name} eq 'DescribeSecret' || $c->{e}{service} && $c->{name} !~ /SecretVersionDelete$/;
				!$c->{ok} || $c->{e}{kms} || $c->{e}{batch} ? () : $described ? (defined $due && $c->{t} > $due && ($c->{i}{arn} // $d->{c}{arn}) eq $d->{c}{arn} ? $c->{t} : ()) : defined $c->{i}{arn} ? () : $c->{t} }
				grep { $_->{i} && "$_->{place} $_->{i}{name}" eq $name } @{ $m->{calls} });
			$d->{maybe} = undef if defined $d->{maybe} && $d->{maybe} <= $refused;
			my $state = defined $d->{ended} && $last && (!$s || defined $s->{ended} && $s->{ended} <= $AS_OF || $d->{forced}) ? 'deleted'
				: defined $d->{restored} || $d->{cancelled} ? 'restored'
				: !defined $d->{scheduled} && (defined $d->{ended} || defined $d->{alive}) ? 'version only'
				: defined $d->{alive} && !$d->{forced} ? 'restored' : !$last ? 'superseded' : defined $d->{ended} || defined $d->{taken} ? 'deleted'
				: $d->{forced} ? $d->{replicated} ? 'deleted' : 'deleting' : defined $d->{maybe} ? 'in doubt' : !defined $d->{scheduled} ? 'deleting' : $due <= $AS_OF ? 'due' : 'scheduled';
			push @rows, { %$d, i => $d->{c}{i}, arn => $d->{c}{arn}, place => $d->{c}{place}, state => $state, last => $last,
				conclusive => $state ne 'in doubt' && ($state !~ /^(scheduled|due|deleting)$/ || $m->conclusive($d->{c}{i}{account}, $d->{c}{i}{region}, $d->{scheduled} // $d->{started}, $AS_OF)) };
		}
	}
	return $m->{deletions} = \@rows;
}

# Whether a call writes a value: an UpdateSecret that makes no version does not.
sub writes { my ($c) = @_; return $c->{name} eq 'PutSecretValue' || $c->{name} eq 'UpdateSecret' && defined $c->{e}{version} }

# secret_kms_changes.
sub keys_changed
{
	my ($m, $add) = @_;
	my %set;
	for my $c (sort { $a->{t} <=> $b->{t} } grep { $_->{ok} && ($_->{name} eq 'CreateSecret' || $_->{name} eq 'UpdateSecret' && defined $_->{e}{kms_key}) } @{ $m->{calls} })
	{
		my $before = $set{ key($c) };
		$set{ key($c) } = $c;
		$add->('secret_kms_changes', $c->{e}{account}, stamp($c->{t}), $c->{name}, 'changed', $c->{arn}, $before && $before->{e}{kms_key}, $c->{e}{kms_key}, undef, 'succeeded') if $c->{name} eq 'UpdateSecret';
	}
	# Which secret had which key when: the first that is seen since its creation, others since they are seen, until an update sets another.
	my (%seen, @uses);
	for my $e (grep { $_->{ok} && ($_->{kms} || defined $_->{kms_key}) && !$_->{of_key} } @{ $m->{entries} })
	{
		my $key = $e->{kms} ? "arn:aws:kms:$e->{region}:$e->{items}[0]{account}:key/default" : $e->{kms_key};
		push @{ $seen{ $_->{arn} }{$key} }, $e for grep { $_->{arn} } @{ $e->{items} };
	}
	for my $arn (keys %seen)
	{
		my $of = $seen{$arn};
		my $begin = min(map { moments(@$_) } values %$of);
		for my $key (keys %$of)
		{
			# It has the key anew after each time that another one was set.
			my @set = sort { $a <=> $b } map { $_->{t} } grep { $_->{name} eq 'UpdateSecret' } map { @{ $of->{$_} } } grep { $_ ne $key } keys %$of;
			my %turn;
			for my $t (moments(@{ $of->{$key} })) { push @{ $turn{ scalar grep { $_ <= $t } @set } }, $t }
			for my $turn (values %turn)
			{
				my ($from, $last) = (min(@$turn), max(@$turn));
				my $s = $m->{secret}{$arn};
				my $next = min(grep { $_ >= $last } @set);
				push @uses, { arn => $arn, key => $key, from => $from == $begin ? $s && $s->{created} // -9**9**9 : $from, to => min(grep { defined } 9**9**9, $s && $s->{ended}, $next) };
			}
		}
	}
	my %effect = (DisableKey => 'unusable', ScheduleKeyDeletion => 'unusable', EnableKey => 'usable', PutKeyPolicy => 'changed');
	for my $e (grep { $_->{of_key} } @{ $m->{entries} })
	{
		my @now = grep { $_->{key} eq $e->{kms_key} && $_->{from} <= $e->{t} && $_->{to} > $e->{t} } @uses;
		$add->('secret_kms_changes', $e->{account}, stamp($e->{t}), $e->{name}, $effect{ $e->{name} }, $_->{arn}, $_->{key}, undef, scalar @now, 'succeeded') for @now;
	}
}

# The state of each secret, as secret_inventory and the views of absences have it.
sub inventory
{
	my ($m) = @_;
	my %of;
	my $note = sub {
		my ($place, $name, $arn, $t, $what, %more) = @_;
		my ($account, $region) = split ' ', $place;
		my $s = $of{"$place $name " . ($arn // '')} //= { account => $account, region => $region, name => $name, arn => $arn, notes => [] };
		push @{ $s->{notes} }, { t => $t, what => $what, %more } if defined $t && $t <= $AS_OF;
		return $s;
	};
	for my $c (grep { $_->{i} && ($_->{ok} || $_->{e}{service}) } @{ $m->{calls} })
	{
		next if !defined $c->{arn} && $c->{how} ne 'unresolved';
		my $what = writes($c) ? 'value' : $c->{name} =~ /^(CreateSecret|RotateSecret|CancelRotateSecret|PutResourcePolicy|DeleteResourcePolicy)$/ ? $1 : 'seen';
		$note->($c->{place}, $c->{i}{name}, $c->{arn}, $c->{t}, $what, actor => $c->{actor}, days => ($c->{e}{detail}{rotationRules} // {})->{automaticallyAfterDays});
	}
	for my $r (grep { $_->{i} && ($_->{ok} || $_->{outcome} eq 'unknown') } @{ $m->{reads} })
	{
		my @arns = defined $r->{arn} ? $r->{arn} : @{ $r->{candidates} // [] };
		$note->($r->{place}, $r->{i}{name}, $_, $r->{t}, $r->{ok} && (defined $r->{arn} || !@{ $r->{candidates} // [] }) ? 'read' : 'maybe', actor => $r->{actor}) for @arns ? @arns : undef;
	}
	$note->($_->{place}, $_->{i}{name}, $_->{arn}, $_->{ended}, 'rotated') for grep { $_->{outcome} eq 'succeeded' && !$_->{test} } @{ $m->{rotations} };
	for my $d (grep { $_->{last} } @{ $m->{deletions} })
	{
		$note->($d->{place}, $d->{i}{name}, $d->{arn}, $d->{scheduled} // $d->{started} // $d->{ended} // next, 'deletion', deletion => 1)->{deletion} = $d->{replicated} && $d->{state} =~ /^(deleting|deleted)$/ ? undef : $d->{state};
	}
	for my $s (values %{ $m->{secret} })
	{
		next if min(grep { defined } $s->{first}, $s->{known_from}, $s->{created}) > $AS_OF;
		my $known = $note->("$s->{account} $s->{region}", $s->{name}, $s->{arn}, $s->{first} // $s->{created} // $s->{known_from}, 'directory');
		@$known{qw(end primary)} = (defined $s->{ended} && $s->{ended} <= $AS_OF ? $s->{reason} : undef, defined $s->{promoted} && $s->{promoted} <= $AS_OF ? undef : $s->{primary});
	}
	my %list_at;
	for my $e (grep { $_->{list} } @{ $m->{entries} })
	{
		my $before = $e->{t} <= $AS_OF;
		$list_at{"$e->{account} $e->{region}"} = $e->{t} if $before;
		for my $l (@{ $e->{list} })
		{
			# What it says of earlier times was so, whenever it was loaded.
			my @who = ("$e->{account} $e->{region}", $l->{name}, $l->{arn});
			$note->(@who, @$_) for [ $l->{rotated}, 'rotated' ], [ $l->{accessed}, 'listed read' ];
			my $s = $note->(@who, $l->{created}, 'listed creation');
			$s->{listing} = { t => $e->{t}, %$l } if $before;
			$note->(@who, $e->{t}, 'listed', days => $l->{rotation} ? $l->{days} : undef);
		}
	}
	delete @of{ grep { !@{ $of{$_}{notes} } } keys %of };
	for my $s (values %of)
	{
		my $at = sub { my ($what) = @_; return map { $_->{t} } grep { $_->{what} =~ /^($what)$/ } @{ $s->{notes} } };
		my $l = $s->{listing} // {};
		$s->{created} = min($at->('CreateSecret|listed creation'));
		$s->{creator} = (sort map { $_->{actor} } grep { $_->{what} eq 'CreateSecret' } @{ $s->{notes} })[0];
		$s->{changed} = max($at->('CreateSecret|value|listed creation'));
		$s->{rotated} = max($at->('rotated'));
		$s->{read} = max($at->('read|listed read'));
		$s->{readers} = scalar uniq map { $_->{actor} } grep { $_->{what} eq 'read' } @{ $s->{notes} };
		$s->{maybe} = max($at->('maybe'));
		my ($on, $off) = (max($at->('RotateSecret')), max($at->('CancelRotateSecret')));
		$s->{rotation} = !defined $on && !defined $off ? undef : ($on // 0) == ($off // 0) ? undef : ($on // 0) > ($off // 0) ? 1 : 0;
		$s->{turned} = max(grep { defined } $on, $off);
		$s->{on_since} = min(grep { $_ > ($off // 0) } $at->('RotateSecret')) // $l->{t};
		# The newer source wins.
		if (defined $l->{t} && $l->{t} > ($s->{turned} // 0))
		{
			$s->{turned} = $l->{t} if !defined $s->{turned} || ($s->{rotation} // 0) != $l->{rotation};
			$s->{rotation} = $l->{rotation};
		}
		my ($rule) = sort { $b->{t} <=> $a->{t} } grep { defined $_->{days} } @{ $s->{notes} };
		$s->{days} = $rule && $rule->{days};
		my ($put, $deleted) = (max($at->('PutResourcePolicy')), max($at->('DeleteResourcePolicy')));
		$s->{policy} = ($put // 0) == ($deleted // 0) ? undef : ($put // 0) > ($deleted // 0) ? 1 : 0;
		my ($deletion) = grep { $_->{deletion} } @{ $s->{notes} };
		$s->{deletion} = undef if ($s->{deletion} // '') =~ /^(scheduled|due|in doubt)$/ && defined $l->{t} && $l->{t} > $deletion->{t} && !defined $l->{deleted};
		# Another secret has had its name since.
		my @active = grep { $_->{t} <= $AS_OF } @{ $m->{active}{"$s->{account} $s->{region} $s->{name}"} // [] };
		my $there = max(map { $_->{t} } grep { $_->{what} !~ /^(directory|deletion)$/ } @{ $s->{notes} });
		my $known = $m->{secret}{ $s->{arn} // '' };
		$there = max(grep { defined && $_ <= $AS_OF } $there, $known->{promoted}, defined $known->{primary} && $known->{evidence} ne 'created' ? $known->{created} : undef) if $known;
		my $taken = defined $s->{arn} && max(map { $_->{t} } grep { $_->{arn} ne $s->{arn} } @active, grep { $_->{t} <= $AS_OF } @{ $m->{to_be_deleted}{"$s->{account} $s->{region} $s->{name}"} // [] }) // 0;
		my $active = max(map { $_->{t} } grep { defined $s->{arn} && $_->{arn} eq $s->{arn} } @active) // 0;
		$s->{state} = ($s->{end} // '') =~ /^(removed|overwritten)$/ ? $1 : ($s->{deletion} // '') =~ /^(deleting|deleted)$/ ? $1 : defined $there && $taken > $there ? 'deleted'
			: ($s->{deletion} // '') =~ /^(scheduled|due|in doubt)$/ ? $1
			: defined $l->{deleted} && $l->{t} > ($deletion ? $deletion->{t} : 0) ? $active > $l->{t} ? 'none' : 'scheduled'
			: !defined $l->{t} && defined $s->{arn} && ($list_at{"$s->{account} $s->{region}"} // 0) > max(moments(@{ $s->{notes} })) ? 'not listed' : 'none';
	}
	# What became a secret of its own has what it had as a replica.
	for my $s (values %of)
	{
		my $known = $m->{secret}{ $s->{arn} // '' } or next;
		next unless defined $known->{primary} && defined $known->{promoted} && $known->{promoted} <= $AS_OF && $known->{primary} =~ /:$s->{account}:/;
		for my $e (grep { $_->{t} <= $known->{promoted} && !$_->{list} && grep { ($_->{arn} // '') eq $known->{primary} && $_->{form} =~ /response|service_event|kms/ } @{ $_->{items} } } @{ $m->{entries} })
		{
			$s->{rotated} = max(grep { defined } $s->{rotated}, $e->{t}) if $e->{name} eq 'RotationSucceeded';
			next unless $e->{ok} && $e->{name} =~ /^(CreateSecret|PutSecretValue|UpdateSecret)$/ && ($e->{name} eq 'PutSecretValue' || defined $e->{version});
			$s->{changed} = max(grep { defined } $s->{changed}, $e->{t});
			$s->{creator} = $e->{actor}{arn} // $e->{actor}{id} if $e->{name} eq 'CreateSecret';
		}
	}
	# A replica's value is its primary's.
	for my $s (grep { defined $_->{primary} } values %of)
	{
		$s->{changed} = undef;
		my $p = first { ($_->{arn} // '') eq $s->{primary} && !defined $_->{primary} } values %of or next;
		$s->{creator} = $p->{creator} // $s->{creator};
		$s->{$_} = max(grep { defined } $s->{$_}, $p->{$_}) for qw(changed rotated);
		push @{ $p->{replicas} }, $s->{region} if !$s->{end};
	}
	return $m->{inventory} = [ values %of ];
}

# The rows of all views.
sub answers
{
	my (@entries) = @_;
	my $m = new(@entries);
	my %row = map { $_ => [] } keys %QUESTION;
	my $add = sub { my ($view, @columns) = @_; push @{ $row{$view} }, row(@columns) };
	my $from = sub { my ($x) = @_; my $o = $m->{observed}{"$x->{account} $x->{region}"}; return $o ? stamp($o->{from}) : undef };
	my $until = sub { my ($place) = @_; return min($AS_OF, $m->{observed}{$place}{to}) };
	my $claim = sub { my ($what, %of) = @_; push @{ $m->{claims} }, { what => $what, %of } };
	my $instant = sub { my ($t) = @_; return $t == 9**9**9 ? 'infinity' : $t == -9**9**9 ? '-infinity' : $t == int $t ? stamp($t) : stamp(int $t) =~ s/\+/.000001+/r };

	$add->('secrets', @$_{qw(account region name arn evidence)}, stamp($_->{created}), stamp($_->{ended}), $_->{reason}, stamp($_->{first}), stamp($_->{last}),
		$instant->($_->{from}), $instant->($_->{to}), $_->{next}, $_->{primary}, stamp($_->{promoted})) for values %{ $m->{secret} };

	# Who reads much at once, or in several Regions.
	my (%bulk, %regions);
	for my $r (@{ $m->reads })
	{
		push @{ $bulk{"$r->{e}{account}|$r->{actor}|" . window($r->{t}, 3600) } }, $r if $r->{ok};
		push @{ $regions{"$r->{actor}|" . window($r->{t}, 600) } }, $r;
	}
	for my $of (sort keys %bulk)
	{
		my ($account, $actor, $from) = split /\|/, $of;
		my @reads = @{ $bulk{$of} };
		my @secrets = uniq map { key($_) } grep { $_->{i} } @reads;
		my %who = map { ($_->{e}{actor}{id} => 1) } @reads;
		my %batches = map { ($_->{e}{original} // $_->{e}{id} => 1) } grep { $_->{e}{batch} && $_->{e}{ok} && $who{ $_->{e}{actor}{id} } && $_->{e}{account} eq $account && window($_->{t}, 3600) == $from } @{ $m->{calls} };
		$add->('secret_bulk_reads', $account, $actor, stamp($from), scalar @secrets, scalar @reads, scalar(uniq map { $_->{e}{region} } @reads), scalar keys %batches,
			join ',', sort(uniq(map { $_->{i} ? $_->{i}{name} : () } @reads))) if @secrets >= 3;
	}
	for my $of (sort keys %regions)
	{
		my ($actor, $from) = split /\|/, $of;
		my @reads = @{ $regions{$of} };
		my @regions = sort(uniq(map { $_->{e}{region} } @reads));
		$add->('secret_multi_region_reads', ($actor =~ /(\d{11,12})/)[0] =~ s/^(\d{11})$/1$1/r, $actor, stamp($from), join(',', @regions), scalar(uniq map { key($_) } grep { $_->{i} } @reads), scalar @reads) if @regions >= 2;
	}
	for my $c (grep { $_->{e}{batch} && !$_->{i} } @{ $m->{calls} })
	{
		my $value = $c->{e}{filters} && $c->{e}{filters}[0]{values}[0];
		my @beside = grep { $_->{name} eq 'GetSecretValue' && $_->{e}{ok} && $_->{e}{region} eq $c->{e}{region} && abs($_->{t} - $c->{t}) <= $NEAR && $_->{e}{actor}{id} eq $c->{e}{actor}{id} && ($_->{e}{actor}{session} // '') eq ($c->{e}{actor}{session} // '') } @{ $m->{calls} };
		$add->('secret_batch_catchall', $c->{e}{account}, stamp($c->{t}), $c->{e}{region}, $c->{actor}, $c->{ok} ? (yes($value =~ /^!/ ? 1 : 0), yes($value =~ /^(!.*)?$/ ? 1 : 0)) : (undef, undef),
			scalar(uniq map { "$_->{place} $_->{i}{name}" } @beside), $c->{outcome});
	}
	for my $c ($m->named('RotateSecret|CancelRotateSecret'))
	{
		my $on = $c->{name} eq 'RotateSecret';
		my $d = $c->{e}{detail};
		$add->('secret_rotation_rules', @{ $c->{i} }{qw(account region name)}, $c->{arn}, stamp($c->{t}), $c->{actor}, yes($on ? 1 : 0), @$d{qw(rotationLambdaARN externalSecretRotationRoleArn)},
			$d->{rotationRules} && "$d->{rotationRules}{automaticallyAfterDays} days", $on ? $c->{e}{version} : undef);
	}
	$m->keys_changed($add);
	for my $place (keys %{ $m->{observed} })
	{
		my $o = $m->{observed}{$place};
		$add->('observed', split(' ', $place), stamp($o->{from}), stamp($o->{to}), stamp($o->{reads}[0]), stamp($o->{reads}[-1]), yes($o->{secret_reads} ? 1 : 0), yes($o->{kms} ? 1 : 0),
			@{ $o->{gaps} } ? '{' . join(',', map { '("' . stamp($_->[0]) . '","' . stamp($_->[1]) . '")' } @{ $o->{gaps} }) . '}' : undef);
	}

	my (%access, %first);
	for my $r (@{ $m->reads })
	{
		my ($i, $e) = @$r{qw(i e)};
		my $invoked = $e->{actor}{invoked_by};
		$add->('secret_reads', $i ? $i->{account} : $e->{account}, stamp($r->{t}), $i && $i->{region}, $i && $i->{name}, @$r{qw(arn how actor)}, $e->{actor}{session}, @$r{qw(outcome confirmed version stage)},
			yes($r->{batch} ? 1 : 0), yes($r->{rotation} ? 1 : 0), $invoked);
		next unless $i;
		$claim->('is of', arn => $r->{arn}, truth => $i->{truth}) if defined $r->{arn} && $r->{how} ne 'given';
		my $a = $access{ join '|', key($r), $r->{actor}, $invoked // '' } //= { r => $r, invoked => $invoked };
		$a->{first} //= $r->{t} if $r->{ok};
		$a->{last} = $r->{t} if $r->{ok};
		$a->{idle} = $r->{t} if $r->{ok} && $r->{t} <= $AS_OF;
		$a->{ $r->{outcome} }++;
		push @{ $first{ key($r) } }, $r if $r->{ok};
	}
	$add->('secret_last_access', split(' ', $_->{r}{place}), $_->{r}{i}{name}, $_->{r}{arn}, $_->{r}{actor}, $_->{invoked}, stamp($_->{first}), stamp($_->{last}),
		map({ $_ // 0 } @$_{qw(succeeded denied unknown)}), defined $_->{idle} ? floor(($AS_OF - $_->{idle}) / $DAY) : undef) for values %access;
	for my $reads (values %first)
	{
		my %seen;
		my @new = grep { !$seen{ $_->{actor} }++ } @$reads;
		for my $r (@new)
		{
			my $s = $m->{secret}{ $r->{arn} // '' };
			my $born = $s && $s->{created};
			# What the same actor did before may have been a read of it: a batch, or a name that another may have had.
			my $maybe = defined $born && grep { $_->{t} >= $born && $_->{t} <= $r->{t} && ($_->{ok} || $_->{outcome} eq 'unknown')
				&& ($_->{i} ? $_->{actor} eq $r->{actor} && $_->{i}{name} eq $r->{i}{name} && $_->{place} eq $r->{place} && (!defined $_->{arn} || $_->{outcome} eq 'unknown' && $_->{arn} eq ($r->{arn} // ''))
					: ($_->{e}{actor}{id} eq $r->{e}{actor}{id} || $_->{actor} eq $r->{actor}) && "$_->{e}{account} $_->{e}{region}" eq $r->{place}) } @{ $m->{reads} };
			my $certain = defined $born && $born <= $r->{t} && $m->conclusive_of_reads(split(' ', $r->{place}), $born, $r->{t}) && !$maybe ? 1 : 0;
			$claim->('first read', arn => $r->{arn}, actor => $r->{actor}, t => $r->{t}) if $certain;
			$add->('secret_first_time_reader', $r->{i}{account}, stamp($r->{t}), $r->{i}{region}, $r->{i}{name}, $r->{arn}, $r->{actor}, scalar(grep { $_->{t} < $r->{t} } @new),
				defined $born ? floor(($r->{t} - $born) / $DAY) : undef, $from->($r->{i}), yes($certain));
		}
	}

	my %of;
	for my $a (@{ $m->rotations })
	{
		my $i = $a->{i};
		$claim->('open', token => $a->{token}, from => $a->{started} // $a->{requested}, to => $until->($a->{place})) if $a->{outcome} eq 'open' && $a->{conclusive};
		$add->('secret_rotations', @$i{qw(account region name)}, $a->{arn}, $a->{token}, stamp($a->{requested}), stamp($a->{started}), stamp($a->{ended}), $a->{outcome}, yes($a->{test}),
			$a->{v}{asked}, $a->{v}{by}, $a->{function}, $a->{role}, $a->{kind}, $a->{step}, yes($a->{conclusive} ? 1 : 0));
		push @{ $of{ key($a) } }, $a unless $a->{test};
	}
	for my $all (values %of)
	{
		for my $a (grep { $_->{outcome} eq 'failed' } @$all)
		{
			my $success = max(map { $_->{ended} } grep { $_->{outcome} eq 'succeeded' && $_->{ended} <= $a->{ended} } @$all);
			$add->('secret_rotation_failures', @{ $a->{i} }{qw(account region name)}, $a->{arn}, $a->{token}, stamp($a->{started}), stamp($a->{ended}), $a->{function}, $a->{step},
				scalar(grep { $_->{outcome} eq 'failed' && $_->{ended} <= $a->{ended} && $_->{ended} > ($success // 0) } @$all), stamp($success));
		}
	}

	$claim->('was restored', arn => $_->{arn}, from => $_->{scheduled}, to => $_->{alive}) for grep { $_->{state} eq 'restored' && defined $_->{alive} } @{ $m->{deletions} };
	$claim->('is gone', arn => $_->{arn}, to => $_->{taken}) for grep { $_->{state} eq 'deleted' && defined $_->{taken} } @{ $m->{deletions} };
	$claim->('to be deleted', arn => $_->{arn}, from => $_->{scheduled} // $_->{started}, to => $until->($_->{place})) for grep { $_->{state} =~ /^(scheduled|due|deleting)$/ && $_->{conclusive} } @{ $m->{deletions} };
	$add->('secret_deletions', @{ $_->{i} }{qw(account region name)}, $_->{arn}, stamp($_->{scheduled}), $_->{by}, $_->{days}, yes($_->{forced} ? 1 : 0), stamp($_->{restored}), $_->{restorer},
		stamp($_->{started}), stamp($_->{ended}), $_->{versions} // 0, $_->{cancelled} // 0, stamp($_->{alive}), stamp($_->{state} eq 'in doubt' ? $_->{maybe} : undef), stamp($_->{taken}), $_->{state}, yes($_->{conclusive} ? 1 : 0), yes($_->{last} ? 1 : 0)) for @{ $m->deletions };

	for my $s (@{ $m->inventory })
	{
		my @who = @$s{qw(account region name arn)};
		my $born = $s->{created} // ($s->{arn} && $m->{secret}{ $s->{arn} } ? $m->{secret}{ $s->{arn} }{created} : undef);
		$born = undef if defined $born && $born > $AS_OF;
		my $o = $m->{observed}{"$s->{account} $s->{region}"};
		$add->('secret_inventory', @who, yes(defined $s->{arn} ? 1 : 0), stamp($born), $s->{creator}, stamp($s->{changed}), stamp($s->{rotated}), stamp($s->{read}), $s->{readers}, stamp($s->{maybe}),
			yes($s->{rotation}), $s->{days} && "$s->{days} days", $s->{primary}, $s->{replicas} && '{' . join(',', sort @{ $s->{replicas} }) . '}', yes($s->{policy}), $s->{state}, $from->($s));
		next if $s->{state} !~ /^(none|in doubt)$/;
		my $there = $s->{state} eq 'none';
		my $unused = $AS_OF - $UNUSED;
		my $certain = $there && $m->conclusive_of_reads(@who[ 0, 1 ], max($unused, $born // 0), $AS_OF) && ($s->{maybe} // 0) < $unused && ($m->{blind}{"$s->{account} $s->{region}"} // 0) < $unused ? 1 : 0;
		my $quiet = ($s->{read} // 0) < $unused && ($born // 0) < $unused;
		$claim->('unused', arn => $s->{arn}, from => $unused, to => $until->("$s->{account} $s->{region}")) if $quiet && $certain;
		$add->('unused_secrets', @who, stamp($born), stamp($s->{read}), $o ? max(0, floor((min($o->{to}, $AS_OF) - max($born // 0, $o->{from})) / $DAY)) : undef,
			$s->{state}, yes($certain), stamp($s->{maybe})) if $quiet;
		next if defined $s->{primary};
		my $since_birth = $there && $m->conclusive(@who[ 0, 1 ], $born, $AS_OF) ? 1 : 0;
		$claim->('never rotated', arn => $s->{arn}, to => $until->("$s->{account} $s->{region}")) if !defined $s->{rotated} && $since_birth;
		$add->('secret_never_rotated', @who, stamp($born), stamp($s->{changed}), yes($s->{rotation} ? 1 : 0), $from->($s), $s->{state}, yes($since_birth)) if !defined $s->{rotated};
		my $since = $s->{rotated} // ($s->{rotation} ? $s->{on_since} : undef) // next;
		my $rule = $s->{rotation} && defined $s->{days};
		# By a number of days, a value that was written by hand counts as a rotation.
		$since = max($since, map { $_->{t} } grep { $_->{t} <= $AS_OF && $_->{ok} && $_->{name} ne 'CreateSecret' && writes($_) && defined $_->{arn} && $_->{arn} eq ($s->{arn} // '')
			&& ($_->{e}{detail}{versionStages} // ['AWSCURRENT'])->[0] eq 'AWSCURRENT' && !$_->{e}{by_rotation} } @{ $m->{calls} }) if $rule;
		my $due = $since + ($rule ? $s->{days} * $DAY : $DUE);
		$add->('secret_rotation_overdue', @who, stamp($s->{rotated}), $rule ? 'rule' : 'default', stamp($due), floor(($AS_OF - $due) / $DAY),
			defined $s->{rotation} && !$s->{rotation} ? stamp($s->{turned}) : undef, $s->{state}, yes($there && $m->conclusive(@who[ 0, 1 ], $since, $AS_OF) ? 1 : 0)) if $due < $AS_OF && (!$rule || $due - $due % $DAY + $DAY <= $AS_OF);
	}

	my (%attempts, %probes);
	$attempts{ join ' ', key($_), @$_{qw(actor name)} }++ for grep { $_->{outcome} eq 'denied' } @{ $m->{calls} };
	my $probe = sub { my ($c) = @_; return join ' ', key($c), $c->{i}{given}, $c->{actor} };
	my @probes = grep { ($_->{e}{error} // '') =~ /^(not found|marked for deletion)$/ } @{ $m->{calls} };
	$probes{ $probe->($_) }++ for @probes;
	$add->('secret_probes', $_->{i}{account}, stamp($_->{t}), $_->{name}, @{ $_->{i} }{qw(region name)}, $_->{arn}, $_->{actor}, $_->{e}{error}, $probes{ $probe->($_) }) for @probes;
	for my $c (grep { !$_->{e}{kms} && !$_->{e}{of_key} } @{ $m->{calls} })
	{
		my ($i, $e) = @$c{qw(i e)};
		$add->('secret_denied', $i ? $i->{account} : $e->{account}, stamp($c->{t}), "secretsmanager:$c->{name}", $i ? @$i{qw(region name)} : (undef, undef), $c->{arn}, $c->{actor}, $e->{policy}, $attempts{ join ' ', key($c), @$c{qw(actor name)} }) if $c->{outcome} eq 'denied';
		next if !$i;
		$add->('secret_cross_account', $i->{account}, stamp($c->{t}), $c->{name}, @$i{qw(region name)}, $c->{arn}, $c->{how}, $c->{actor}, $e->{actor}{account}, $e->{account}, $c->{outcome})
			if $e->{actor} && $e->{actor}{account} ne $i->{account};
		$add->('secret_policy_changes', $e->{account}, stamp($c->{t}), $c->{name}, $i->{name}, $c->{arn}, $c->{actor}, $e->{admits} ? (yes($e->{admits} eq 'public' ? 1 : 0), $e->{admits} eq 'accounts' ? "{2" . substr($e->{account}, 1) . '}' : '{}', "{" . ($e->{admits} =~ / / ? qq("$e->{admits}") : $e->{admits}) . '}') : ('', '', ''), $c->{outcome})
			if $c->{name} =~ /ResourcePolicy$/;
		$add->('secret_replication', $e->{account}, stamp($c->{t}), $c->{name}, $i->{name}, $c->{arn}, $c->{name} eq 'StopReplicationToReplica' ? undef : $i->{region}, $_,
			{ ReplicateSecretToRegions => 'InProgress', RemoveRegionsFromReplication => 'removed', StopReplicationToReplica => 'stopped', ReplicationFailed => 'failed' }->{ $c->{name} },
			yes($e->{detail}{forceOverwriteReplicaSecret} ? 1 : 0), $c->{outcome}) for $c->{name} eq 'StopReplicationToReplica' ? $e->{region} : replica_regions($e);
		my $version = $c->{name} eq 'UpdateSecretVersionStage' ? $e->{to} // $e->{detail}{removeFromVersionId} : $e->{version};
		my $place = "$c->{place} $i->{name}";
		next unless writes($c) || $c->{name} eq 'UpdateSecretVersionStage';
		$add->('secret_stage_moves', $e->{account}, stamp($c->{t}), $i->{name}, $c->{arn}, $c->{actor}, $e->{stage}, $e->{to}, yes($e->{by_rotation} ? 1 : 0), $c->{outcome}) if $c->{name} eq 'UpdateSecretVersionStage';
		my $by_hand = !$e->{by_rotation} && !$e->{of_owner} && ($c->{name} ne 'UpdateSecretVersionStage' || $e->{stage} eq 'AWSCURRENT');
		next unless $by_hand && $c->{ok};
		my @turns = sort { $b->{t} <=> $a->{t} } grep { $_->{ok} && $_->{name} =~ /^(RotateSecret|CancelRotateSecret)$/ && $_->{t} <= $c->{t} && "$_->{place} $_->{i}{name}" eq $place && ($_->{arn} // '') eq ($c->{arn} // '') } @{ $m->{calls} };
		$add->('secret_manual_changes', $e->{account}, stamp($c->{t}), $c->{name}, $i->{name}, $c->{arn}, $c->{actor}, $e->{actor}{invoked_by}, $version, grep({ $_->{t} == $turns[0]{t} && $_->{name} ne $turns[0]{name} } @turns) ? undef : yes(@turns && $turns[0]{name} eq 'RotateSecret' ? 1 : 0));
	}
	return (\%row, $m);
}
# A window of so many seconds that a time is in.
sub window { my ($t, $length) = @_; return $t - ($t - 946684800) % $length }

# Of what the views call certain, what is not true of all that happened.
sub untrue
{
	my ($m, @past) = @_;
	my $about = sub { my ($e, $arn) = @_; return scalar grep { ($_->{truth} // '') eq $arn } @{ $e->{items} } };
	my $who = sub { my ($e) = @_; return $e->{actor} ? $e->{actor}{arn} // $e->{actor}{id} : '' };
	# A single read beside a batch that is refused stands for it; that both happen by themselves at once nobody can tell.
	my $refused = sub { my ($e, $arn) = @_; return scalar grep { $_->{name} eq 'GetSecretValue' && !$_->{ok} && abs($_->{t} - $e->{t}) <= $NEAR && $who->($_) eq $who->($e) && $about->($_, $arn) } @past };
	my $got = sub { my ($e, $arn) = @_; return $e->{batch} ? $e->{got}{$arn} && !$refused->($e, $arn) : $e->{name} eq 'GetSecretValue' && $e->{ok} && $about->($e, $arn) };
	my %false = (
		'is of' => sub { my ($c) = @_; return ($c->{truth} // $c->{arn}) ne $c->{arn} },
		# A batch so near that the read can stem from it is the same call.
		'first read' => sub { my ($c) = @_; return grep { $_->{t} < $c->{t} - ($_->{batch} ? $NEAR : 0) && $who->($_) eq $c->{actor} && $got->($_, $c->{arn}) } @past },
		unused => sub { my ($c) = @_; return grep { $_->{t} >= $c->{from} && $_->{t} <= $c->{to} && $got->($_, $c->{arn} // '') } @past },
		'never rotated' => sub { my ($c) = @_; return grep { $_->{t} <= $c->{to} && ($_->{rotated} // '') eq $c->{arn} } @past },
		open => sub { my ($c) = @_; return grep { $_->{service} && ($_->{token} // '') eq $c->{token} && $_->{name} =~ /(Succeeded|Failed|Abandoned)$/ && $_->{t} > $c->{from} && $_->{t} <= $c->{to} } @past },
		'was restored' => sub { my ($c) = @_; return !grep { $_->{t} >= $c->{from} && $_->{t} <= $c->{to} && $_->{ok} && $_->{name} eq 'RestoreSecret' && $about->($_, $c->{arn}) } @past },
		'is gone' => sub { my ($c) = @_; return grep { $_->{t} > $c->{to} && $_->{ok} && !$_->{service} && $about->($_, $c->{arn}) } @past },
		'to be deleted' => sub { my ($c) = @_; return grep { $_->{t} > $c->{from} && $_->{t} <= $c->{to} && $_->{name} =~ /^(RestoreSecret|EndSecretVersionDelete)$/ && $about->($_, $c->{arn}) } @past },
	);
	return grep { $false{ $_->{what} }->($_) } @{ $m->{claims} };
}

# The greatest whole number that is not greater.
sub floor { my $x = int $_[0]; return $x > $_[0] ? $x - 1 : $x }

1;
