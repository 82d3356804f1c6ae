package Oracle::World;

# The truth: one account lives with its secrets in three Regions for five months
# of 2024, at random, as AWS documents Secrets Manager.  What happened is a list of entries
# in order of time, each with the record that CloudTrail writes of it, and with
# what the record shows, as words that need no parsing:
#
#   t, name, id          when it happened, the event, its eventID
#   account, region      of the record
#   actor                who called: arn, id (unique, without session), session, account
#   ok, error            whether it succeeded; else denied, "not found", "marked for deletion", failed
#   items                the secrets that it names: name, account, region, form
#                        (name, partial, arn, response, service_event, kms), arn
#                        if the record has it, truth (the secret's ARN; undef: there is none)
#   version, stage, token and others, of some events
#
# An entry with a list has no record: it is what list-secrets showed of a Region.
use strict;
use warnings;
use Exporter 'import';
use JSON::PP ();
use POSIX 'strftime';
use Story;
our @EXPORT_OK = qw(live stamp);

my ($HOME_REGION, @AWAY) = qw(us-east-1 eu-west-1 ap-south-1);
my ($START, $END, $DAY) = (1704067200, 1717100000, 86400);
my @STEPS = qw(createSecret setSecret testSecret finishSecret);
my ($TRUE, $FALSE) = (JSON::PP::true, JSON::PP::false);

# A time as psql prints it.
sub stamp { return defined $_[0] ? $_[0] eq '-infinity' || $_[0] eq 'infinity' ? $_[0] : strftime('%Y-%m-%d %H:%M:%S+00', gmtime $_[0]) : '' }

sub pick { return $_[ rand @_ ] }
sub chance { return rand() < $_[0] }

# Somebody, as Story makes them, with the words of an entry.
sub person
{
	my ($actor, %with) = @_;
	my ($id, $session) = split /:/, $actor->{identity}{principalId};
	return { %$actor, id => $id, session => $session, %with };
}

# Somebody whom another vouches for: a federated user, one of IAM Identity Center, who has neither ARN nor unique id, or of a pod's identity provider.
sub federated
{
	my ($w) = @_;
	my $kind = pick(qw(FederatedUser IdentityCenterUser web));
	my $actor = role("Web$w->{n}", 'bob', account => $w->{home});
	if ($kind eq 'web')
	{
		$actor->{identity}{sessionContext}{webIdFederationData} = { federatedProvider => "arn:aws:iam::$w->{home}:oidc-provider/example.com", attributes => {} };
		return person($actor);
	}
	if ($kind eq 'FederatedUser')
	{
		my $user = user("ana$w->{n}", account => $w->{home});
		$actor->{arn} = $user->{arn};
		$actor->{identity} = { type => $kind, principalId => "$w->{home}:bob", arn => "arn:aws:sts::$w->{home}:federated-user/bob", accountId => $w->{home}, accessKeyId => "ASIAbob$w->{n}",
			sessionContext => { sessionIssuer => { type => 'IAMUser', principalId => $user->{identity}{principalId}, arn => $user->{arn}, accountId => $w->{home}, userName => "ana$w->{n}" } } };
		return person($actor, id => "$w->{home}:bob");
	}
	my $id = sprintf 'aaaaaaaa-1111-4000-8000-%012d', $w->{n};
	$actor->{identity} = { type => $kind, accountId => $w->{home}, onBehalfOf => { userId => $id, identityStoreArn => 'arn:aws:identitystore::111122223333:identitystore/d-1' }, credentialId => "c$w->{n}" };
	return { %$actor, id => $id, arn => undef, session => undef };
}

# Lives a history of its own account; the number is part of everybody's name.
sub live
{
	my ($n, $seed) = @_;
	srand(($seed * 1_000_003 + $n * 7919) % 2**31);
	my ($home, $abroad) = map { sprintf '%d%011d', $_, $n } 1, 2;
	my $w = { n => $n, home => $home, abroad => $abroad, t => $START + int rand 20 * $DAY, bearer => {}, log => [], serial => 0 };
	$w->{admin} = [ person(role("Deploy$n", 's', account => $home)), person(user("ana$n", account => $home)) ];
	$w->{reader} = [ @{ $w->{admin} }, person(role("App$n", 'pod-1', account => $home)), person(role("App$n", 'pod-2', account => $home, ip => '10.0.0.6')) ];
	$w->{rotator} = person(role("Rotator$n", 'fn', account => $home));
	$w->{partner} = person(role("Partner$n", 'p', account => $abroad));
	my $service = role("Service$n", 'rds', account => $home);
	$service->{identity}{invokedBy} = 'rds.amazonaws.com';
	$w->{service} = person($service, invoked_by => 'rds.amazonaws.com');
	push @{ $w->{reader} }, federated($w) if chance(.3);
	$w->{names} = [ "h$n/db", chance(.5) ? "h$n/api" : (), chance(.1) ? 'common/db' : (), chance(.15) ? "rds!h$n" : () ];

	my $steps = 4 + int rand 22;
	while ($steps-- > 0)
	{
		pass($w, chance(.1) ? 0 : chance(.15) ? 1 + int rand 4 : chance(.3) ? 60 + int rand $DAY : $DAY * (.2 + rand 11));
		last if $w->{t} > $END;
		step($w);
	}
	pass($w, $END + 20000 - $w->{t}) if $w->{t} <= $END;
	return sort { $a->{t} <=> $b->{t} } @{ $w->{log} };
}

# Time passes: what is due ends.  The record of a key is a second later than its call: no call is at the end of a minute.
sub pass
{
	my ($w, $seconds) = @_;
	my $until = $w->{t} + int $seconds;
	for my $s (sort { $a->{due} <=> $b->{due} } grep { defined $_->{due} && $_->{due} <= $until } map { values %$_ } values %{ $w->{bearer} })
	{
		$w->{t} = $s->{due};
		report($w, 'EndSecretVersionDelete', $s, due => 1);
		gone($w, $s);
	}
	$w->{t} = $until + ($until % 60 > 50 ? 10 : 0);
}

# What a secret's replicas are, in order of Regions.
sub replicas_of { my ($w, $s) = @_; return grep { $_ && $_->{primary} && $_->{primary} == $s } map { $w->{bearer}{$_}{ $s->{name} } } sort keys %{ $w->{bearer} } }

# A secret is no more.
sub gone
{
	my ($w, $s) = @_;
	delete $s->{due};
	delete $w->{bearer}{ $s->{region} }{ $s->{name} };
	$s->{gone} = 1;
}

# Adds what happened.
sub add
{
	my ($w, $record, %entry) = @_;
	my $e = { t => $w->{t}, id => $record->{eventID}, account => $record->{recipientAccountId}, region => $record->{awsRegion}, name => $record->{eventName},
		ok => 1, record => $record, items => [], n => $w->{n}, %entry };
	push @{ $w->{log} }, $e;
	return $e;
}

# A secret as a call names it.
sub item
{
	my ($s, $form, %with) = @_;
	return { name => $s->{name}, account => $s->{account}, region => $s->{region}, form => $form, truth => $s->{arn},
		given => $form eq 'name' ? $s->{name} : $form eq 'partial' ? $s->{partial} : $s->{arn}, ($form =~ /name|partial/ ? () : (arn => $s->{arn})), %with };
}

# A call about a secret.  With: form, how it is named; error and why; key, whether the key service's record is written, too; what else Story takes.
sub does
{
	my ($w, $name, $actor, $s, %with) = @_;
	my $foreign = $actor->{account} ne $s->{account};
	my $form = $with{form} // ($foreign ? pick(qw(arn arn partial)) : pick(qw(name name arn partial)));
	$form = 'name' if $name eq 'CreateSecret';
	my $item = item($s, $form);
	my $record = call($name, strftime('%m-%d %H:%M:%S', gmtime $w->{t}), $actor, $s, id => $item->{given}, version => $with{version}, request => $with{request}, answer => $with{answer});
	my $ok = !$with{error};
	$s->{accessed} = $w->{t} if $ok && $name eq 'GetSecretValue';
	my $shows = $ok && $name !~ /^(Get|Describe|List|Validate)/;
	$record = $with{error} eq 'denied' ? denied($record, $with{why}, code => $with{code}) : failed($record, $with{code}, $with{why}) if $with{error};
	my @words = (actor => $actor, ok => $ok, error => $with{error}, why => $with{why}, policy => $with{policy}, version => $with{version}, stage => $with{request}{versionStage},
		to => $with{request}{moveToVersionId}, admits => $with{admits}, detail => { %{ $with{request} // {} }, answer => $with{answer} }, kms_key => $with{kms_key},
		items => [ $shows ? item($s, 'response', given => $item->{given}) : $with{nothing} ? item($s, $form, truth => undef) : $item ]);
	if ($foreign)
	{
		my ($theirs, $ours) = twins($record, $s->{account});
		add($w, $theirs, @words, shared => $theirs->{sharedEventID});
		add($w, $ours, @words, shared => $theirs->{sharedEventID}, actor => { %$actor, arn => undef });
	}
	elsif ($ok && $with{key})
	{
		my ($call, $key) = decrypted($record, $s, version => $with{key});
		add($w, $call, @words);
		add($w, $key, t => $w->{t} + 1, actor => $actor, version => $with{key}, kms => 1, items => [ item($s, 'kms') ]);
	}
	elsif ($ok && chance(.04))
	{
		my ($old, $new) = again($record);
		add($w, $old, @words);
		add($w, $new, @words, original => $old->{eventID});
	}
	else { add($w, $record, @words) }
}

# One of Secrets Manager's own events.
sub report
{
	my ($w, $name, $s, %with) = @_;
	my $record = notice($name, strftime('%m-%d %H:%M:%S', gmtime $w->{t}), $s, %with{qw(token message replica forced)}, $with{due} ? (due => '2024-05-01T08:00:00Z') : ());
	add($w, $record, service => 1, token => $with{token}, step => $with{step}, function => $with{function}, replica => $with{replica}, items => [ item($s, 'service_event') ]);
	return;
}

# A new version's id.
sub fresh { my ($w) = @_; return chance(.1) ? sprintf 'terraform-%026d', $w->{n} * 1000 + ++$w->{serial} : version($w->{n} * 1000 + ++$w->{serial}) }

# Something happens.
sub step
{
	my ($w) = @_;
	my $name = pick(@{ $w->{names} });
	my $region = chance(.2) ? pick(@AWAY) : $HOME_REGION;
	my $s = $w->{bearer}{$region}{$name};
	return $region ne $HOME_REGION && chance(.6) ? () : chance(.12) && $name !~ /!/ ? nobody($w, $name, $region) : create($w, $name, $region) unless $s;
	return scheduled($w, $s) if $s->{due};
	return replica($w, $s) if $s->{primary};
	my $what = rand 100;
	return lists($w, $region) if chance(.04) && !$w->{listed}{$region}++;
	return $what < 30 ? reads($w, $s) : $what < 33 ? keys_of($w, $s) : $what < 34 ? nearby($w, $s) : $what < 40 ? batches($w, $region) : $what < 46 ? writes($w, $s) : $what < 62 ? rotates($w, $s) : $what < 70 ? deletes($w, $s)
		: $what < 75 ? refused($w, $s) : $what < 80 ? from_abroad($w, $s) : $what < 86 ? policy($w, $s) : $what < 94 ? replicas($w, $s)
		: $what < 96 ? does($w, 'DescribeSecret', pick(@{ $w->{reader} }), $s) : moves($w, $s);
}

sub create
{
	my ($w, $name, $region) = @_;
	my $s = secret($name, join('', map { pick('A' .. 'Z', 'a' .. 'z', 0 .. 9) } 1 .. 6), account => $w->{home}, region => $region // $HOME_REGION);
	$s->{versions} = [ fresh($w) ];
	$s->{created} = $w->{t};
	$w->{bearer}{ $s->{region} }{$name} = $s;
	my @to = chance(.1) && $name !~ /!/ ? pick(grep { $_ ne $s->{region} } $HOME_REGION, @AWAY) : ();
	my $forced = @to && chance(.3);
	my $key = chance(.15) ? a_key($w, $s->{region}) : undef;
	does($w, 'CreateSecret', $name =~ /!/ ? $w->{service} : pick(@{ $w->{admin} }), $s, version => $s->{versions}[-1], key => chance(.2) && $s->{versions}[-1], kms_key => $key,
		request => { $key ? (kmsKeyId => $key) : (), @to ? (addReplicaRegions => [ map { { region => $_ } } @to ]) : (), $forced ? (forceOverwriteReplicaSecret => $TRUE) : () });
	return replicate($w, $s, $forced, @to);
}

# A name that nobody has.
sub nobody
{
	my ($w, $name, $region) = @_;
	return does($w, pick(qw(GetSecretValue DescribeSecret)), pick(@{ $w->{reader} }), secret($name, 'NoNoNo', account => $w->{home}, region => $region), form => 'name', nothing => 1,
		error => 'not found', code => 'ResourceNotFoundException', why => "Secrets Manager can't find the specified secret.");
}

sub reads
{
	my ($w, $s) = @_;
	my $actor = pick(@{ $w->{reader} });
	for my $n (1 .. pick(1, 1, 1, 2, 3))
	{
		my @versions = @{ $s->{versions} };
		my $old = chance(.2) && @versions > 1;
		my $version = $versions[ $old ? -2 : -1 ];
		my $by_id = chance(.1);
		does($w, 'GetSecretValue', $actor, $s, key => chance(.4) && $version, $by_id ? (version => $version) : $old ? (request => { versionStage => 'AWSPREVIOUS' }) : ());
		$w->{t} += pick(0, 1, 1, 2, 7) if $n < 3;
	}
	$w->{t} += 12 if $w->{t} % 60 > 48;
}

# Batches: some of the secrets may be missing or refused, which the record does not show; single reads and decryptions may be beside it.
sub batches
{
	my ($w, $region) = @_;
	my $actor = pick(@{ $w->{reader} });
	my @there = grep { !$_->{due} } values %{ $w->{bearer}{$region} };
	@there = sort { $a->{arn} cmp $b->{arn} } @there;
	my $filter = chance(.25);
	my $time = strftime('%m-%d %H:%M:%S', gmtime $w->{t});
	my @items = map { item($_, pick(qw(name arn partial))) } @there;
	push @items, item(secret("h$w->{n}/none", 'NoNoNo', account => $w->{home}, region => $region), 'name', truth => undef) if chance(.3);
	return unless @items;
	my @filters = pick([ { key => 'name', values => ["h$w->{n}"] } ], [ { key => 'tag-key', values => ['!none'] } ], [ { key => 'name', values => [''] } ]);
	my $record = call('BatchGetSecretValue', $time, $actor, undef, region => $region, request => $filter ? { filters => @filters } : { secretIdList => [ map { $_->{given} } @items ] });
	return add($w, denied($record, 'no identity-based policy allows the action'), actor => $actor, ok => 0, error => 'denied', policy => 'identity policy', batch => 1) if chance(.1);
	add($w, $record, actor => $actor, batch => 1, filters => $filter ? @filters : undef, items => $filter ? [] : \@items, got => {});
	my $entry = $w->{log}[-1];
	my $singly = chance(.5);
	for my $s (grep { chance(.7) } @there)
	{
		$entry->{got}{ $s->{arn} } = 1;
		if ($singly) { does($w, 'GetSecretValue', $actor, $s, form => 'arn', key => chance(.5) && $s->{versions}[-1]) }
		elsif (chance(.5))
		{
			my (undef, $key) = decrypted(call('GetSecretValue', $time, $actor, $s), $s, version => $s->{versions}[-1]);
			add($w, $key, t => $w->{t} + 1, actor => $actor, version => $s->{versions}[-1], kms => 1, items => [ item($s, 'kms') ]);
		}
	}
}

sub writes
{
	my ($w, $s) = @_;
	my $v = fresh($w);
	push @{ $s->{versions} }, $v;
	return does($w, pick(qw(PutSecretValue PutSecretValue UpdateSecret)), pick(@{ $w->{admin} }), $s, version => $v, key => chance(.2) && $v);
}

# A key of the account, which secrets can have.
sub a_key { my ($w, $region) = @_; return sprintf 'arn:aws:kms:%s:%s:key/%08d-0000-4000-8000-%012d', $region, $w->{home}, 1 + rand 2, $w->{n} }

# Keys: the secret gets another, or a key is made unusable or usable again.
sub keys_of
{
	my ($w, $s) = @_;
	my $key = a_key($w, $s->{region});
	my $admin = pick(@{ $w->{admin} });
	return does($w, 'UpdateSecret', $admin, $s, kms_key => $key, request => { kmsKeyId => $key }) if chance(.5);
	my $name = pick(qw(DisableKey EnableKey ScheduleKeyDeletion PutKeyPolicy));
	my $record = event('kms.amazonaws.com', $name, strftime('%m-%d %H:%M:%S', gmtime $w->{t}), $admin, region => $s->{region}, request => { keyId => chance(.5) ? $key : $key =~ s/.*\///r },
		record => { resources => [ { accountId => $w->{home}, type => 'AWS::KMS::Key', ARN => $key } ] });
	return add($w, $record, actor => $admin, kms_key => $key, of_key => 1);
}

# Two changes in one second, which nothing puts in order.
sub nearby
{
	my ($w, $s) = @_;
	my @pair = pick([qw(RotateSecret CancelRotateSecret)], [qw(PutResourcePolicy DeleteResourcePolicy)]);
	for my $name (sort { rand() <=> .5 } @{ $pair[0] })
	{
		my $admin = pick(@{ $w->{admin} });
		if ($name =~ /^(RotateSecret|PutResource)/)
		{
			$s->{rotation} = 'function', $s->{days} = 30, does($w, $name, $admin, $s, request => { rotateImmediately => $FALSE, rotationRules => { automaticallyAfterDays => 30 } }), next if $name eq 'RotateSecret';
			does($w, $name, $admin, $s, admits => 'public', request => { resourcePolicy => '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}' });
		}
		else { delete $s->{rotation} if $name eq 'CancelRotateSecret'; does($w, $name, $admin, $s) }
	}
}

# A label moved by hand.
sub moves
{
	my ($w, $s) = @_;
	return if @{ $s->{versions} } < 2;
	@{ $s->{versions} }[ -2, -1 ] = @{ $s->{versions} }[ -1, -2 ];
	return does($w, 'UpdateSecretVersionStage', pick(@{ $w->{admin} }), $s,
		request => { versionStage => 'AWSCURRENT', moveToVersionId => $s->{versions}[-1], removeFromVersionId => $s->{versions}[-2] });
}

# Rotation is set up, asked for, done by schedule, tested, turned off.
sub rotates
{
	my ($w, $s) = @_;
	my $admin = pick(@{ $w->{admin} });
	return managed($w, $s) if $s->{name} =~ /!/;
	my $function = "arn:aws:lambda:$s->{region}:$w->{home}:function:rotate-$w->{n}";
	if (!$s->{rotation})
	{
		$s->{rotation} = chance(.2) ? 'external' : 'function';
		$s->{days} = pick(5, 30, 60);
		my %rule = (rotationRules => { automaticallyAfterDays => $s->{days} },
			$s->{rotation} eq 'external' ? (externalSecretRotationRoleArn => "arn:aws:iam::$w->{home}:role/Ext") : (rotationLambdaARN => $function));
		if (chance(.3))
		{
			does($w, 'RotateSecret', $admin, $s, request => { %rule, rotateImmediately => $FALSE });
			return if chance(.3);
			my $token = fresh($w);
			$w->{t}++;
			report($w, 'TestRotationStarted', $s, token => $token);
			$w->{t} += 2;
			return report($w, pick(qw(TestRotationSucceeded TestRotationFailed)), $s, token => $token) if chance(.8);
			return;
		}
		my $token = fresh($w);
		does($w, 'RotateSecret', $admin, $s, version => $token, request => \%rule);
		return attempt($w, $s, $token, $function);
	}
	if (chance(.15))
	{
		delete $s->{rotation};
		return does($w, 'CancelRotateSecret', $admin, $s);
	}
	my $token = fresh($w);
	does($w, 'RotateSecret', $admin, $s, version => $token) if chance(.3);
	return attempt($w, $s, $token, $function);
}

# An attempt to rotate, to its end, or not.
sub attempt
{
	my ($w, $s, $token, $function) = @_;
	my $by_function = $s->{rotation} eq 'function';
	my $fate = rand;
	$w->{t}++;
	report($w, 'RotationStarted', $s, token => $token);
	my $step = $fate < .6 ? 4 : int rand 4;
	if ($by_function)
	{
		$w->{t}++;
		does($w, 'GetSecretValue', $w->{rotator}, $s, form => 'arn', key => chance(.5) && $s->{versions}[-1]);
		$w->{t} += 4;
		does($w, 'PutSecretValue', $w->{rotator}, $s, form => 'arn', version => $token, key => chance(.3) && $token) if $step > 0;
		$w->{t} += 2;
		does($w, 'UpdateSecretVersionStage', $w->{rotator}, $s, form => 'arn', request => { versionStage => 'AWSCURRENT', moveToVersionId => $token, removeFromVersionId => $s->{versions}[-1] })
			if $step > 3;
		does($w, 'UpdateSecretVersionStage', $w->{rotator}, $s, form => 'arn', request => { versionStage => 'AWSPENDING', removeFromVersionId => $token }) if $step > 3 && chance(.2);
	}
	$w->{t}++;
	if ($fate < .6)
	{
		push @{ $s->{versions} }, $token;
		report($w, 'RotationSucceeded', $s, token => $token);
		$w->{log}[-1]{rotated} = $s->{arn};
		$s->{rotated} = $w->{t};
	}
	elsif ($fate < .8)
	{
		report($w, 'RotationFailed', $s, token => $token, $by_function ? (step => $STEPS[$step], function => $function, message => "Error when executing lambda $function during $STEPS[$step] step") : ());
		if (chance(.3))
		{
			$w->{t} += 10;
			$w->{t} += 12 if $w->{t} % 60 > 48;
			return attempt($w, $s, $token, $function);
		}
	}
	elsif ($fate < .9)
	{
		writes($w, $s);
		$w->{t} += 2;
		report($w, 'RotationAbandoned', $s, token => $token);
	}
	elsif ($fate < .95)
	{
		# It hangs, and somebody ends it.
		$w->{t} += 3;
		does($w, 'UpdateSecretVersionStage', pick(@{ $w->{admin} }), $s, request => { versionStage => 'AWSPENDING', removeFromVersionId => $token });
	}
	$w->{t} += 12 if $w->{t} % 60 > 48;
}

# A secret that a service owns is rotated by that service.
sub managed
{
	my ($w, $s) = @_;
	my $token = fresh($w);
	does($w, 'RotateSecret', $w->{service}, $s, form => 'arn', version => $token, request => { rotationRules => { automaticallyAfterDays => 7 } });
	return if chance(.15);
	$w->{t} += 2;
	push @{ $s->{versions} }, $token;
	does($w, 'PutSecretValue', $w->{service}, $s, form => 'arn', version => $token);
	$_->{rotated} = $s->{arn} for $w->{log}[-1];
	$s->{rotated} = $w->{t};
	$s->{days} = 7;
	$s->{rotation} = 'managed';
}

sub deletes
{
	my ($w, $s) = @_;
	return if replicas_of($w, $s);
	my $forced = chance(.4);
	my $days = chance(.3) ? undef : pick(7, 14, 30);
	does($w, 'DeleteSecret', pick(@{ $w->{admin} }), $s, request => $forced ? { forceDeleteWithoutRecovery => $TRUE } : { defined $days ? (recoveryWindowInDays => $days) : () });
	if ($forced)
	{
		$w->{t} += 2;
		report($w, $_, $s, due => 1, forced => 1) for qw(StartSecretVersionDelete EndSecretVersionDelete);
		gone($w, $s);
		$w->{t} += 2 if chance(.7);
	}
	else
	{
		$s->{due} = $w->{t} + ($days // 30) * $DAY;
		$s->{scheduled} = $w->{t};
		$w->{t} += 2;
		report($w, 'StartSecretVersionDelete', $s, due => 1) if chance(.5);
	}
}

# What happens to a secret that is to be deleted: it is restored, or tried in vain.
sub scheduled
{
	my ($w, $s) = @_;
	if (chance(.4))
	{
		delete @$s{qw(due scheduled)};
		does($w, 'RestoreSecret', pick(@{ $w->{admin} }), $s);
		$w->{t}++;
		report($w, 'CancelSecretVersionDelete', $s, due => 1) if chance(.5);
		return;
	}
	return does($w, 'GetSecretValue', pick(@{ $w->{reader} }), $s, error => 'marked for deletion', code => 'InvalidRequestException',
		why => "You can't perform this operation on the secret because it was marked for deletion.");
}

# Refused, by each kind of policy.
my @REFUSAL = (
	[ 'identity policy', 'no identity-based policy allows the action' ], [ 'resource policy', 'no resource-based policy allows the action' ],
	[ 'resource policy', 'of an explicit deny in a resource-based policy' ], [ 'service control policy', 'of an explicit deny in a service control policy' ],
	[ 'resource control policy', 'no resource control policy allows the action' ], [ 'permissions boundary', 'no permissions boundary allows the action' ],
	[ 'session policy', 'no session policy allows the action' ], [ 'VPC endpoint policy', 'no VPC endpoint policy allows the action', 'VpceAccessDenied' ],
);
sub refused
{
	my ($w, $s) = @_;
	my $refusal = pick(@REFUSAL);
	my $actor = pick(@{ $w->{reader} });
	my $call = pick(qw(GetSecretValue GetSecretValue DeleteSecret PutSecretValue));
	return does($w, $call, $actor, $s, error => 'denied', policy => $refusal->[0], why => $refusal->[1], code => $refusal->[2]) for 1 .. pick(1, 1, 2);
}

# Somebody of another account: two records.
sub from_abroad
{
	my ($w, $s) = @_;
	return does($w, 'GetSecretValue', $w->{partner}, $s, error => 'denied', policy => 'resource policy', why => 'no resource-based policy allows the action') if chance(.25);
	my $v = fresh($w);
	return does($w, 'PutSecretValue', $w->{partner}, $s, version => $v), push @{ $s->{versions} }, $v if chance(.1);
	return does($w, 'GetSecretValue', $w->{partner}, $s);
}

# A resource policy, of which it is known whom it admits.
my %PRINCIPAL = (public => '"*"', 'own account' => undef, accounts => undef);
sub policy
{
	my ($w, $s) = @_;
	my $admin = pick(@{ $w->{admin} });
	return does($w, 'DeleteResourcePolicy', $admin, $s) if chance(.3);
	my $admits = pick(sort keys %PRINCIPAL);
	my $principal = $PRINCIPAL{$admits} // sprintf '{"AWS":"arn:aws:iam::%s:root"}', $admits eq 'accounts' ? $w->{abroad} : $w->{home};
	return does($w, pick(qw(PutResourcePolicy PutResourcePolicy ValidateResourcePolicy)), $admin, $s, admits => $admits,
		request => { resourcePolicy => qq({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":$principal,"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}) });
}

# What list-secrets shows of a Region; of secrets that are to be deleted only if it is asked for.
sub lists
{
	my ($w, $region) = @_;
	my $planned = chance(.5);
	my @there = grep { $planned || !$_->{due} } map { $w->{bearer}{$region}{$_} // () } sort keys %{ $w->{bearer}{$region} };
	my @list = map {
		my $s = $_;
		my $lead = $s->{primary} // $s;
		{ name => $s->{name}, arn => $s->{arn}, created => $s->{created}, rotated => $lead->{rotated}, accessed => defined $s->{accessed} ? $s->{accessed} - $s->{accessed} % $DAY : undef, deleted => $s->{scheduled},
			rotation => $lead->{rotation} ? 1 : 0, days => $lead->{rotation} ? $lead->{days} : undef, primary => $s->{primary} ? $s->{primary}{region} : replicas_of($w, $s) ? $region : undef }
	} @there;
	$w->{t}++;
	push @{ $w->{log} }, { t => $w->{t}, n => $w->{n}, account => $w->{home}, region => $region, name => 'list', ok => 1, list => \@list, items => [] } if @list;
	$w->{t}++;
}

# A secret comes to Regions: where its name is taken, only by force.
sub replicate
{
	my ($w, $s, $forced, @to) = @_;
	return if !@to;
	$w->{t} += 3;
	for my $region (@to)
	{
		my $there = $w->{bearer}{$region}{ $s->{name} };
		if ($there && !$forced || $there && replicas_of($w, $there) || chance(.15)) { report($w, 'ReplicationFailed', $s, replica => $region) }
		else
		{
			gone($w, $there) if $there;
			$w->{bearer}{$region}{ $s->{name} } = { %{ secret($s->{name}, $s->{suffix}, account => $w->{home}, region => $region) }, primary => $s, versions => $s->{versions}, created => $w->{t} };
		}
	}
}

# A secret's replicas: made, or removed.
sub replicas
{
	my ($w, $s) = @_;
	my $admin = pick(@{ $w->{admin} });
	my @old = replicas_of($w, $s);
	if (@old && chance(.5))
	{
		my @gone = chance(.5) ? @old : $old[0];
		does($w, 'RemoveRegionsFromReplication', $admin, $s, request => { removeReplicaRegions => [ map { $_->{region} } @gone ] }, answer => { replicationStatus => [] });
		gone($w, $_) for @gone;
		return;
	}
	my %has = map { $_->{region} => 1 } $s, @old;
	my @to = grep { !$has{$_} && chance(.7) } $HOME_REGION, @AWAY;
	return if !@to;
	my $forced = chance(.3);
	does($w, 'ReplicateSecretToRegions', $admin, $s, request => { addReplicaRegions => [ map { { region => $_ } } @to ], $forced ? (forceOverwriteReplicaSecret => $TRUE) : () },
		answer => { replicationStatus => [ map { { region => $_, status => 'InProgress' } } @to ] });
	return replicate($w, $s, $forced, @to);
}

# A replica: read, described, refused, deleted at once, promoted.
sub replica
{
	my ($w, $r) = @_;
	my $what = rand;
	return refused($w, $r) if $what < .15;
	return does($w, 'DescribeSecret', pick(@{ $w->{reader} }), $r) if $what < .25;
	return does($w, 'GetSecretValue', pick(@{ $w->{reader} }, $w->{partner}), $r, key => chance(.3) && $r->{versions}[-1]) if $what < .75;
	if ($what < .85)
	{
		does($w, 'DeleteSecret', pick(@{ $w->{admin} }), $r, request => {});
		$w->{t} += 2;
		if (chance(.5)) { report($w, $_, $r, due => 1) for qw(StartSecretVersionDelete EndSecretVersionDelete) }
		return gone($w, $r);
	}
	delete $r->{primary};
	$r->{versions} = [ @{ $r->{versions} } ];
	return does($w, 'StopReplicationToReplica', pick(@{ $w->{admin} }), $r);
}

1;
