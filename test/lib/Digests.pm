package Digests;

# Writes digests beside log files as CloudTrail does, one an hour for each
# account and Region, signed by OpenSSL's own program.  None of our code has a
# part in it, so that it can be tested by what comes out.
use strict;
use warnings;
use Digest::MD5;
use Digest::SHA qw(sha256_hex);
use Exporter 'import';
use File::Find;
use File::Path;
use IO::Compress::Gzip qw(gzip $GzipError);
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use JSON::PP;
use MIME::Base64;
use Time::Local;
our @EXPORT = qw(make_key key_list sign read_file write_file read_log write_log digest_path write_digest sign_digest write_chains stamp);

# Bytes of a file.
sub read_file
{
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!";
	local $/;
	return <$in> // '';
}

# Writes a file, in folders that may be new.
sub write_file
{
	my ($path, $bytes) = @_;
	mkpath($1) if $path =~ m{^(.*)/};
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out or die "$path: $!";
}

# What a gzip file holds, and the other way round.
sub read_log
{
	my ($path) = @_;
	gunzip($path => \my $content) or die "$path: $GunzipError";
	return $content;
}

sub write_log
{
	my ($path, $content) = @_;
	gzip(\$content => \my $zipped) or die $GzipError;
	write_file($path, $zipped);
}

# Makes a key pair below a folder; gives its private file, public key and fingerprint.
sub make_key
{
	my ($folder, $name) = @_;
	my ($private, $public) = ("$folder/$name.pem", "$folder/$name.der");
	system("openssl genrsa -out $private 2048 2>/dev/null && openssl rsa -in $private -RSAPublicKey_out -outform DER -out $public 2>/dev/null") == 0
		or die "openssl failed\n";
	my $der = read_file($public);
	return { private => $private, der => $der, fingerprint => Digest::MD5::md5_hex($der) };
}

# Keys as aws cloudtrail list-public-keys prints them.
sub key_list
{
	my (@keys) = @_;
	return JSON::PP->new->canonical->encode(
		{
			PublicKeyList => [
				map +{
					Value => encode_base64($_->{der}, ''),
					ValidityStartTime => $_->{from} // '2023-01-01T00:00:00+00:00',
					ValidityEndTime => $_->{to} // '2026-01-01T00:00:00+00:00',
					Fingerprint => $_->{fingerprint}
				}, @keys
			]
		});
}

# Signature of a text, in hexadecimal digits.
sub sign
{
	my ($key, $text) = @_;
	my $file = "$key->{private}.text";
	write_file($file, $text);
	my $signature = `openssl dgst -sha256 -sign $key->{private} $file`;
	die "openssl failed\n" if $? != 0;
	return unpack 'H*', $signature;
}

# A time as digests have it in the text, and in names.
sub stamp
{
	my ($time, $compact) = @_;
	my ($s, $m, $h, $day, $month, $year) = gmtime $time;
	my @parts = ($year + 1900, $month + 1, $day, $h, $m, $s);
	return sprintf($compact ? '%04d%02d%02dT%02d%02d%02dZ' : '%04d-%02d-%02dT%02d:%02d:%02dZ', @parts);
}

# Where a digest lies, from AWSLogs/ on.
sub digest_path
{
	my ($o, $account, $region, $end, $backfill) = @_;
	my ($date) = stamp($end) =~ s{-}{/}gr =~ m{^(.{10})};
	my $organization = $o->{organization} ? "$o->{organization}/" : '';
	return "AWSLogs/$organization$account/CloudTrail-Digest/$region/$date/${account}_CloudTrail-Digest_${region}_$o->{trail}_$o->{home}_"
		. stamp($end, 1) . ($backfill ? '_backfill' : '') . '.json.gz';
}

# What is signed of a digest.
sub sign_digest
{
	my ($key, $digest, $content) = @_;
	return sign($key, "$digest->{digestEndTime}\n$digest->{digestS3Bucket}/$digest->{digestS3Object}\n" . sha256_hex($content)
		. "\n" . ($digest->{previousDigestSignature} // 'null'));
}

# Writes a digest, and gives what the next one says of it.
sub write_digest
{
	my ($folder, $key, $digest) = @_;
	my $content = JSON::PP->new->canonical->encode($digest);
	my $path = "$folder/" . $digest->{digestS3Object} =~ s{^.*?(AWSLogs/)}{$1}r;
	write_log($path, $content);
	return {
		path => $path,
		end => $digest->{digestEndTime},
		previousDigestS3Bucket => $digest->{digestS3Bucket},
		previousDigestS3Object => $digest->{digestS3Object},
		previousDigestHashValue => sha256_hex($content),
		previousDigestHashAlgorithm => 'SHA-256',
		previousDigestSignature => sign_digest($key, $digest, $content)
	};
}

# The log files below a folder, by account and Region: paths and times.
sub logs_below
{
	my ($folder) = @_;
	my %logs;
	find({ no_chdir => 1, wanted => sub {
		my $path = $_;
		my ($account, $region, $y, $mo, $d, $h, $mi) = $path =~ m{(\d{12})_CloudTrail(?:-NetworkActivity|-Insight)?_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[^/]*$} or return;
		push @{ $logs{"$account $region"} }, { path => $path, time => timegm(0, $mi, $h, $d, $mo - 1, $y) };
	} }, $folder);
	return \%logs;
}

# A log file as a digest lists it.
sub listed
{
	my ($o, $folder, $log) = @_;
	my $content = read_log($log->{path});
	my @times = sort $content =~ /"eventTime":"([^"]+)"/g;
	my $object = substr $log->{path}, length($folder) + 1;
	return {
		s3Bucket => $o->{bucket},
		s3Object => ($o->{prefix} ? "$o->{prefix}/" : '') . $object,
		hashValue => sha256_hex($content),
		hashAlgorithm => 'SHA-256',
		oldestEventTime => $times[0],
		newestEventTime => $times[-1]
	};
}

# Writes the digests of all log files below a folder.  Options: key, bucket,
# prefix, trail, home, organization; hours after which bucket and prefix are
# others (move_after); signatures of the newest (signature => 1).  Gives the
# digests of each account and Region, from the oldest on.
sub write_chains
{
	my ($folder, %given) = @_;
	my $o = { bucket => 'example-logs', trail => 'main_trail', home => 'us-east-1', %given };
	my $logs = logs_below($folder);
	my %chains;
	for my $place (sort keys %$logs)
	{
		my ($account, $region) = split ' ', $place;
		my @logs = sort { $a->{time} <=> $b->{time} || $a->{path} cmp $b->{path} } @{ $logs->{$place} };
		my $start = $logs[0]{time} - $logs[0]{time} % 3600 - 1789;
		my $previous;
		for (my $hour = 0; @logs || $hour < ($o->{least_hours} // 0) || $start + 3600 < ($o->{until} // 0); $hour++, $start += 3600)
		{
			my $end = $start + 3600;
			my @delivered;
			push @delivered, shift @logs while @logs && $logs[0]{time} < $end;
			my $moved = $o->{move_after} && $hour >= $o->{move_after};
			my $here = { %$o, $moved ? (bucket => "$o->{bucket}-new", prefix => 'moved/here') : () };
			my @files = map { listed($here, $folder, $_) } @delivered;
			my $digest = {
				awsAccountId => $account,
				digestStartTime => stamp($start),
				digestEndTime => stamp($end),
				digestS3Bucket => $here->{bucket},
				digestS3Object => ($here->{prefix} ? "$here->{prefix}/" : '') . digest_path($here, $account, $region, $end),
				digestPublicKeyFingerprint => $o->{key}{fingerprint},
				digestSignatureAlgorithm => 'SHA256withRSA',
				newestEventTime => @files ? (sort map { $_->{newestEventTime} } @files)[-1] : undef,
				oldestEventTime => @files ? (sort map { $_->{oldestEventTime} } @files)[0] : undef,
				(map { $_ => $previous ? $previous->{$_} : undef }
					qw(previousDigestS3Bucket previousDigestS3Object previousDigestHashValue previousDigestHashAlgorithm previousDigestSignature)),
				logFiles => \@files
			};
			$previous = write_digest($folder, $o->{key}, $digest);
			push @{ $chains{$place} }, { path => $previous->{path}, digest => $digest, logs => [ map { $_->{path} } @delivered ], signature => $previous->{previousDigestSignature} };
		}
		write_file("$chains{$place}[-1]{path}.sig", "$previous->{previousDigestSignature}\n") if $o->{signature};
	}
	return \%chains;
}

1;
