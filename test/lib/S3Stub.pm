package S3Stub;

# A server on loopback that answers as S3 does, and as the services that give
# credentials: STS, those of a container and of an instance.  It checks
# signatures by itself and records all requests.  What it has is a folder,
# ROOT/bucket/key; faults are rules.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256_hex);
use File::Find;
use File::Path;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Time::HiRes;

# Starts it; stop() ends it.
sub new
{
	my ($class, $dir, %control) = @_;
	my $self = bless { dir => $dir, control => { keys => {}, rules => [], metadata => {}, region => 'us-east-1', %control } }, $class;
	mkpath("$dir/buckets");
	$self->{listener} = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 128, ReuseAddr => 1) or die "stub: $!";
	$self->{port} = $self->{listener}->sockport;
	$self->{url} = "http://127.0.0.1:$self->{port}";
	$self->write_control;
	$self->forget;
	$self->{pid} = fork // die;
	unless ($self->{pid})
	{
		$SIG{INT} = 'DEFAULT';
		eval { $self->serve };
		print STDERR "stub: $@";
		POSIX::_exit(1);
	}
	close $self->{listener};
	return $self;
}

sub stop
{
	my ($self) = @_;
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
}

sub DESTROY
{
	my ($self) = @_;
	kill 'TERM', $self->{pid} if $self->{pid};
}

# Changes what it does: rules, keys, ...; also has it look for new objects.
sub set
{
	my ($self, %changes) = @_;
	$self->{control}{$_} = $changes{$_} for keys %changes;
	$self->write_control;
}

sub write_control
{
	my ($self) = @_;
	$self->{control}{generation}++;
	open my $out, '>', "$self->{dir}/control.new" or die;
	print $out encode_json($self->{control});
	close $out;
	rename "$self->{dir}/control.new", "$self->{dir}/control" or die;
}

# Puts an object into a bucket.
sub put
{
	my ($self, $bucket, $key, $bytes, %metadata) = @_;
	my $path = "$self->{dir}/buckets/$bucket/$key";
	mkpath($path =~ s{/[^/]*$}{}r);
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out;
	$self->{control}{metadata}{"$bucket/$key"} = \%metadata if %metadata;
	$self->write_control;
}

# The requests so far, as hashes: line, status, access_key, token, region, body.
sub requests
{
	my ($self) = @_;
	open my $in, '<', "$self->{dir}/requests" or return;
	return map { decode_json($_) } <$in>;
}

sub forget
{
	my ($self) = @_;
	open my $out, '>', "$self->{dir}/requests" or die;
}

# Everything below runs in the server's process.

sub serve
{
	my ($self) = @_;
	my $select = IO::Select->new($self->{listener});
	my %input;
	while (1)
	{
		for my $socket ($select->can_read)
		{
			if ($socket == $self->{listener})
			{
				my $client = $socket->accept or next;
				$client->autoflush(1);
				$select->add($client);
				$input{$client} = '';
				next;
			}
			my $got = sysread $socket, $input{$socket}, 1 << 16, length $input{$socket};
			my $keep = $got;
			while ($keep && $input{$socket} =~ /^(.*?)\r\n\r\n/s)
			{
				my ($head, $length) = ($1, 0);
				$length = $1 if $head =~ /^content-length: *(\d+)/mi;
				last if length($input{$socket}) < length($head) + 4 + $length;
				my $body = substr $input{$socket}, length($head) + 4, $length;
				substr($input{$socket}, 0, length($head) + 4 + $length) = '';
				$keep = $self->answer($socket, $head, $body);
			}
			next if $keep;
			$select->remove($socket);
			delete $input{$socket};
			close $socket;
		}
	}
}

# Reads the control file again if it is another.
sub read_control
{
	my ($self) = @_;
	my $stamp = join ' ', (Time::HiRes::stat("$self->{dir}/control"))[1, 9];
	return if ($self->{stamp} // '') eq $stamp;
	$self->{stamp} = $stamp;
	open my $in, '<', "$self->{dir}/control" or die;
	local $/;
	$self->{control} = decode_json(<$in>);
	$self->{listed} = {};
	$self->{given} = {};
}

# Answers one request; false to close the connection.
sub answer
{
	my ($self, $socket, $head, $body) = @_;
	$self->read_control;
	my ($line, @lines) = split /\r\n/, $head;
	my ($method, $target) = split / /, $line;
	my %r = (line => "$method $target", method => $method, body => $body, headers => [ map { [ split /: */, $_, 2 ] } @lines ]);
	($r{path}, $r{query}) = split /\?/, $target, 2;
	$r{query} //= '';
	$r{header}{ lc $_->[0] } = $_->[1] for @{ $r{headers} };
	my ($status, $headers, $content) = $self->reply(\%r);
	open my $out, '>>', "$self->{dir}/requests" or die;
	print $out encode_json({ map { $_ => $r{$_} } qw(line body access_key token region) , }) =~ s/\}$/,"status":$status,"headers":${\ encode_json($r{header})}}/r, "\n";
	close $out;
	my $cut = delete $headers->{cut};
	Time::HiRes::sleep(delete $headers->{delay}) if $headers->{delay};
	my $text = "HTTP/1.1 $status X\r\nContent-Length: " . length($content) . "\r\n"
		. join('', map { "$_: $headers->{$_}\r\n" } sort keys %$headers) . "\r\n" . (defined $cut ? substr $content, 0, $cut : $content);
	local $SIG{PIPE} = 'IGNORE';
	while (length $text)
	{
		my $put = syswrite $socket, $text or return 0;
		substr($text, 0, $put) = '';
	}
	return !defined $cut;
}

# What to answer: status, headers, content.
sub reply
{
	my ($self, $r) = @_;
	$r->{access_key} = $1 if ($r->{header}{authorization} // '') =~ m{Credential=([^/]+)};
	$r->{token} = $r->{header}{'x-amz-security-token'};
	for my $rule (@{ $self->{control}{rules} })
	{
		next unless $r->{line} =~ /$rule->{match}/;
		next if defined $rule->{times} && $self->{used}{"$self->{control}{generation} $rule->{match}"}++ >= $rule->{times};
		my $content = $rule->{content} // error($rule->{code} // '', $rule->{message} // '', $rule->{more} // '');
		return ($rule->{status}, { %{ $rule->{headers} // {} } }, $content) unless $rule->{break};
		my ($status, $headers, $bytes) = $self->service($r);
		$headers->{cut} = int(length($bytes) / 2) if $rule->{break} eq 'cut';
		substr($bytes, length($bytes) / 2, 1) ^= "\1" if $rule->{break} eq 'flip';
		return ($status, { %$headers, %{ $rule->{headers} // {} } }, $bytes);
	}
	return $self->service($r);
}

sub error
{
	my ($code, $message, $more) = @_;
	return $code eq '' ? '' : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>$code</Code><Message>$message</Message>$more<RequestId>1</RequestId></Error>";
}

sub service
{
	my ($self, $r) = @_;
	return $self->instance($r) if $r->{path} =~ m{^/latest/};
	return $self->container($r) if $r->{path} =~ m{^/container};
	return $self->sts($r) if $r->{method} eq 'POST';
	return $self->s3($r);
}

# Credentials as the services give them.
sub credentials
{
	my ($self, $name) = @_;
	my $given = $self->{control}{given}{$name} or return;
	# Counts how often, so that a test can give others each time.
	my $set = $given->[ $self->{given}{$name}++ ] // $given->[-1];
	return { map { $_ => $set->{$_} } qw(AccessKeyId SecretAccessKey Token Expiration) };
}

sub instance
{
	my ($self, $r) = @_;
	if ($r->{path} eq '/latest/api/token')
	{
		return (405, {}, '') unless $r->{method} eq 'PUT' && ($r->{header}{'x-aws-ec2-metadata-token-ttl-seconds'} // '') =~ /^\d+$/;
		return (200, {}, 'TOKEN-OF-INSTANCE');
	}
	return (401, {}, '') unless ($r->{header}{'x-aws-ec2-metadata-token'} // '') eq 'TOKEN-OF-INSTANCE';
	return (200, {}, 'the-role') if $r->{path} eq '/latest/meta-data/iam/security-credentials/';
	my $set = $self->credentials('instance');
	return (404, {}, '') unless $set && $r->{path} eq '/latest/meta-data/iam/security-credentials/the-role';
	return (200, {}, encode_json({ Code => 'Success', Type => 'AWS-HMAC', %$set }));
}

sub container
{
	my ($self, $r) = @_;
	my $set = $self->credentials('container');
	return (401, {}, '') unless $set && ($r->{header}{authorization} // '') eq 'TOKEN-OF-CONTAINER';
	return (200, {}, encode_json($set));
}

sub sts
{
	my ($self, $r) = @_;
	my %form = map { s/%(..)/chr hex $1/ger } map { split /=/, $_, 2 } split /&/, $r->{body};
	if ($form{Action} eq 'AssumeRole')
	{
		my $wrong = $self->check($r, 'sts');
		return @$wrong if $wrong;
	}
	my $set = $self->credentials("$form{Action} $form{RoleArn} " . ($form{ExternalId} // $form{WebIdentityToken} // ''));
	return (403, {}, error('AccessDenied', "not authorized to perform sts:$form{Action}", '')) unless $set;
	return (200, {}, "<$form{Action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><$form{Action}Result><Credentials>"
		. "<AccessKeyId>$set->{AccessKeyId}</AccessKeyId><SecretAccessKey>$set->{SecretAccessKey}</SecretAccessKey>"
		. "<SessionToken>$set->{Token}</SessionToken><Expiration>$set->{Expiration}</Expiration></Credentials></$form{Action}Result></$form{Action}Response>");
}

sub encoded
{
	return $_[0] =~ s/([^A-Za-z0-9\-._~])/sprintf '%%%02X', ord $1/ger;
}

# The signature, version 4, of a request: method, path, query, header.
sub signature
{
	my ($r, $secret, $date, $region, $service, $names, $hash) = @_;
	my $day = substr $date, 0, 8;
	my $request = join "\n", $r->{method}, $r->{path}, join('&', sort split /&/, $r->{query}),
		(map { "$_:" . ($r->{header}{$_} // '') =~ s/^\s+|\s+$//gr } split /;/, $names), '', $names, $hash;
	my $key = "AWS4$secret";
	$key = hmac_sha256($_, $key) for $day, $region, $service, 'aws4_request';
	return hmac_sha256_hex(join("\n", 'AWS4-HMAC-SHA256', $date, "$day/$region/$service/aws4_request", sha256_hex($request)), $key);
}

# Checks the signature; the answer if it is wrong.
sub check
{
	my ($self, $r, $service) = @_;
	my ($id, $day, $region, $for, $names, $signature) = ($r->{header}{authorization} // '') =~
		m{^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$}
		or return [ 403, {}, error('AccessDenied', 'Access Denied', '') ];
	$r->{region} = $region;
	my $key = $self->{control}{keys}{$id} or return [ 403, {}, error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', "<AWSAccessKeyId>$id</AWSAccessKeyId>") ];
	my $date = $r->{header}{'x-amz-date'} // '';
	my $hash = $r->{header}{'x-amz-content-sha256'} // sha256_hex($r->{body});
	my %signed = map { $_ => 1 } split /;/, $names;
	my $complete = $signed{host} && !grep { !$signed{$_} } grep { /^x-amz-/ } keys %{ $r->{header} };
	my $expected = signature($r, $key->{secret}, $date, $region, $service, $names, $hash);
	return [ 403, {}, error('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.', "<StringToSign>$date</StringToSign>") ]
		if $signature ne $expected || $for ne $service || !$complete || substr($date, 0, 8) ne $day || $hash ne sha256_hex($r->{body});
	return [ 400, {}, error('InvalidToken', 'The provided token is malformed or otherwise invalid.', '') ] if ($r->{token} // '') ne ($key->{token} // '');
	return [ 400, {}, error('ExpiredToken', 'The provided token has expired.', "<Token-0>$key->{token}</Token-0>") ] if $key->{expired};
	my ($here, $there) = (time, eval { require Time::Local; $date =~ /^(....)(..)(..)T(..)(..)(..)Z$/ ? Time::Local::timegm($6, $5, $4, $3, $2 - 1, $1) : 0 });
	$here += $self->{control}{clock} // 0;
	return [ 403, { Date => POSIX::strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime $here) }, error('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', '') ]
		if abs($here - $there) > 900;
	return;
}

sub s3
{
	my ($self, $r) = @_;
	my $wrong = $self->check($r, 's3');
	return @$wrong if $wrong;
	my $path = $r->{path} =~ s/%(..)/chr hex $1/ger;
	my ($bucket, $key) = $path =~ m{^/([^/]+)/?(.*)$}s or return (405, {}, '');
	my $region = $self->{control}{regions}{$bucket} // $self->{control}{region};
	if ($r->{region} ne $region)
	{
		return (400, {}, error('AuthorizationHeaderMalformed', "The authorization header is malformed; the region '$r->{region}' is wrong; expecting '$region'", "<Region>$region</Region>"));
	}
	return (404, {}, error('NoSuchBucket', 'The specified bucket does not exist', "<BucketName>$bucket</BucketName>")) unless -d "$self->{dir}/buckets/$bucket";
	return $self->list($bucket, $r->{query}) if $key eq '';
	open my $in, '<:raw', "$self->{dir}/buckets/$bucket/$key" or return (404, {}, error('NoSuchKey', 'The specified key does not exist.', "<Key>$key</Key>"));
	local $/;
	my $bytes = <$in> // '';
	my $metadata = $self->{control}{metadata}{"$bucket/$key"} // {};
	return (200, { ETag => '"' . md5_hex($bytes) . '"', map { ($_ => $metadata->{$_}) } keys %$metadata }, $bytes);
}

sub list
{
	my ($self, $bucket, $query) = @_;
	my %q = map { my ($n, $v) = split /=/, $_, 2; ($n => ($v // '') =~ s/%(..)/chr hex $1/ger) } split /&/, $query;
	my $root = "$self->{dir}/buckets/$bucket";
	my $keys = $self->{listed}{$bucket} //= do {
		my %sizes;
		find({ no_chdir => 1, wanted => sub { $sizes{ substr $_, length($root) + 1 } = -s _ if -f } }, $root);
		{ sizes => \%sizes, names => [ sort keys %sizes ] };
	};
	my ($prefix, $delimiter) = ($q{prefix} // '', $q{delimiter} // '');
	my $after = $q{'continuation-token'} ? pack('H*', $q{'continuation-token'}) : $q{'start-after'} // '';
	my $max = $self->{control}{page} // 1000;
	my ($count, $content, $last, $more, %seen) = (0, '', '', 0);
	# Keys are sorted: the first that can count is found by halves.
	my $from = $after gt $prefix ? $after : $prefix;
	my ($low, $high) = (0, scalar @{ $keys->{names} });
	while ($low < $high)
	{
		my $middle = int(($low + $high) / 2);
		if ($keys->{names}[$middle] lt $from) { $low = $middle + 1 }
		else { $high = $middle }
	}
	for my $i ($low .. $#{ $keys->{names} })
	{
		my $name = $keys->{names}[$i];
		next if $name eq $after || $after ne '' && index($name, $after) == 0 && $after =~ m{/$} && $delimiter ne '';
		last if substr($name, 0, length $prefix) ne $prefix;
		my $end = $delimiter eq '' ? -1 : index $name, $delimiter, length $prefix;
		my $common = $end < 0 ? undef : substr $name, 0, $end + 1;
		next if defined $common && $seen{$common};
		if ($count == $max) { $more = 1; last }
		$count++;
		$last = $common // $name;
		if (defined $common)
		{
			$seen{$common} = 1;
			$content .= "<CommonPrefixes><Prefix>" . encoded_key($common) . "</Prefix></CommonPrefixes>";
		}
		else
		{
			$content .= "<Contents><Key>" . encoded_key($name) . "</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>&quot;x&quot;</ETag><Size>$keys->{sizes}{$name}</Size><StorageClass>STANDARD</StorageClass></Contents>";
		}
	}
	return (200, { 'Content-Type' => 'application/xml' }, qq(<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>$bucket</Name><Prefix>) . encoded_key($prefix) . "</Prefix><KeyCount>$count</KeyCount><MaxKeys>1000</MaxKeys>"
		. "<EncodingType>url</EncodingType><IsTruncated>" . ($more ? 'true' : 'false') . "</IsTruncated>$content"
		. ($more ? '<NextContinuationToken>' . unpack('H*', $last) . '</NextContinuationToken>' : '') . "</ListBucketResult>");
}

sub encoded_key
{
	return $_[0] =~ s{([^A-Za-z0-9\-._~/*])}{$1 eq ' ' ? '+' : sprintf '%%%02X', ord $1}ger;
}

1;
