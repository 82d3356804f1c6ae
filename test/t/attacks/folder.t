# Whoever can write into the folder of logs puts there what is no log: the
# server and the client read regular files below the folder alone, and do not wait.
use strict;
use warnings;
use File::Path;
use POSIX qw(mkfifo);
use Socket;
use Test::More;
use CloudtrailTest;

new_database('folder');
sql(q{SELECT cloudtrail_create_trail('audit'); DROP ROLE IF EXISTS folder_user; CREATE ROLE folder_user});
my $base = "$ENV{SERVER_FILES}/folder";
my $logs = "$base/logs";
mkpath("$logs/AWSLogs/111122223333/CloudTrail/us-east-1");
mkpath("$logs/closed");
mkpath("$base/private");

# Writes a file that the server can read.
sub put
{
	my ($path, $bytes) = @_;
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out;
	chmod 0644, $path;
}

# Runs a statement for at most some seconds; what it gives, or the error.
sub within
{
	my ($seconds, $statement) = @_;
	my ($result, $messages) = eval { local $SIG{ALRM} = sub { die "it hangs\n" }; alarm $seconds; server_file('within.sql', $statement); my @r = sql_file("$ENV{SERVER_FILES}/within.sql"); alarm 0; @r };
	alarm 0;
	return $@ ? ($@, '') : ($result, $messages);
}

my $n = 0;
sub event { $n++; return qq({"eventTime":"2024-05-01T12:00:00Z","eventID":"00000000-0000-4000-8000-00000000000$n","eventName":"Get"}) }
put("$logs/AWSLogs/111122223333/CloudTrail/us-east-1/a.json", event());
put("$logs/b.json", event());
put("$logs/closed/c.json", event());
put("$base/private/secret.json", '{"password":"hunter2"}');
mkfifo("$logs/fifo.json", 0666) or die;
socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die; bind($socket, pack_sockaddr_un("$logs/socket.json")) or die;
symlink '../private/secret.json', "$logs/link.json" or die;
symlink "$base/private", "$logs/out" or die;
symlink '/dev/zero', "$logs/zero.json" or die;
symlink '.', "$logs/loop$_" or die for 1, 2;
put("$logs/bad\xff\xfe.json", event());
chmod 0000, "$logs/closed";

# The server's user may be who runs the tests: then it can read everything.
my $closed = !eval { sql("SELECT pg_stat_file('$logs/closed/c.json')") };
my ($listed, $warnings) = within(20, "SELECT source, size FROM cloudtrail_list_files('$logs/') WHERE path NOT LIKE '%/c.json' ORDER BY source COLLATE \"C\"");
is($listed, join("\n", map { $_ . '|' . length(event()) } "$logs/b.json", 'AWSLogs/111122223333/CloudTrail/us-east-1/a.json'), 'regular files below the folder');
like($warnings, qr/WARNING:  skipped 5 symbolic links below "\Q$logs\E"/, 'links are counted');
like($warnings, qr/WARNING:  skipped 2 files below "\Q$logs\E" that are not regular files/, 'a FIFO and a socket, too');
like($warnings, qr/WARNING:  skipped a file in "\Q$logs\E" whose name is not UTF-8/, 'a name that is no text is a warning');
like($warnings, qr/WARNING:  could not open directory "\Q$logs\E\/closed": Permission denied/, 'so is a folder that cannot be read') if $closed;

my ($result, $messages) = within(60, "CALL cloudtrail_import_directory('audit', '$logs')");
like($result, qr/^\d/, 'the import ends') or diag($result);
is(sql(q{SELECT count(*) FROM audit.raw_events}), $closed ? 2 : 3, 'with the events of regular files');
is(sql(q{SELECT count(*) FROM audit.rejects}), 0, 'and nothing of any other file');
is(sql(q{SELECT count(*) FROM audit.log_files WHERE source LIKE '%loop%' OR source LIKE '%link%' OR source LIKE '%out/%'}), 0, 'nothing by a link');

# A file becomes something else between the list and the reading.
for (['fifo.json', 'is not a regular file'], ['link.json', 'is not a regular file'], ['zero.json', 'is not a regular file'], ['socket.json', 'is not a regular file'], ['out/secret.json', 'Not a directory|is not a regular file'],
	['loop1/b.json', 'Not a directory|is not a regular file'], ['closed/../../private/secret.json', 'Invalid argument|Permission denied'], ['', 'Invalid argument|No such file'], ['none.json', 'No such file'])
{
	my ($name, $error) = @$_;
	like((within(20, "SELECT cloudtrail_read_file('$logs', '$logs/$name')"))[0], qr/ERROR: .*(?:$error)/, "not read: $name");
}
like((within(20, "SELECT cloudtrail_read_file('$logs', '$_')"))[0], qr/is not below directory/, "not read: $_") for "$base/private/secret.json", "${logs}x/a", '/etc/passwd';
is(sql("SELECT cloudtrail_read_file('$logs', '$logs/none.json', missing_ok => true) IS NULL"), 't', 'what is missing may be');
like((within(20, "SELECT cloudtrail_read_file('$logs', '$logs/b.json', max_size => 10)"))[0], qr/ERROR:  file ".*b\.json" is too large/, 'what is too large is not read');
like((within(20, "SELECT * FROM cloudtrail_list_files('$logs/b.json')"))[0], qr/ERROR:  could not open directory ".*b\.json": Not a directory/, 'a file is not a folder');
like((within(20, q{CALL cloudtrail_import_directory('audit', NULL)}))[0], qr/ERROR:  directory must not be null/, 'null is not a folder');

# Whoever may not read files of the server is told what to do instead.
sql('GRANT USAGE ON SCHEMA audit TO folder_user; GRANT SELECT ON audit.log_files TO folder_user');
for my $call ("SELECT * FROM cloudtrail_list_files('$logs')", "SELECT cloudtrail_read_file('$logs', '$logs/b.json')", "CALL cloudtrail_import_directory('audit', '$logs')")
{
	like((within(20, "SET ROLE folder_user; $call"))[0], qr/ERROR:  permission denied to read files of the server.*HINT:  cloudtrail-load/s, 'not for every role');
}
is((within(20, "GRANT pg_read_server_files TO folder_user; SET ROLE folder_user; SELECT count(*) > 0 FROM cloudtrail_list_files('$logs')"))[0], 't', 'but for members of pg_read_server_files');

# The client.
sql(q{DROP SCHEMA audit CASCADE; SELECT cloudtrail_create_trail('audit')});
$ENV{PGDATABASE} = 'folder';
my $out = `timeout 60 cloudtrail-load --all --force -v audit '$logs' 2>&1`;
cmp_ok($? >> 8, '<', 3, 'the client ends') or diag($out);
is(sql(q{SELECT count(*) FROM audit.log_files WHERE source LIKE '%link%' OR source LIKE '%loop%' OR source LIKE '%out/%' OR source LIKE '%zero%'}), 0, 'and follows no link');
is(sql(q{SELECT count(*) FROM audit.rejects}), 0, 'nor puts other files aside');
$out = `timeout 60 cloudtrail-load --all --force --follow-links audit '$logs/out' '$logs/link.json' 2>&1`;
is(sql(q{SELECT count(*) > 0 FROM audit.log_files WHERE source LIKE '%secret%'}), 't', 'unless it is asked to');

# What lies beside a digest where its signature should be: it costs the digest nothing, nobody waits for it, and
# nothing of it leaves the folder.
my $digests = "$base/digests/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/05/01";
mkpath($digests);
put("$base/private/token", 'c0ffee' x 20);
my @beside = (sub { mkfifo($_[0], 0666) }, sub { symlink "$base/private/token", $_[0] }, sub { symlink '/dev/zero', $_[0] }, sub { mkdir $_[0] },
	sub { put($_[0], 'none') }, sub { put($_[0], 'ab' x 20000) }, sub { put($_[0], "\xff\0") }, sub { put($_[0], '') });
for my $hour (0 .. $#beside)
{
	my ($time, $name) = (sprintf('2024-05-01T%02d:00:00Z', $hour + 1), sprintf('111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_20240501T%02d0000Z.json', $hour + 1));
	put("$digests/$name", qq({"awsAccountId":"111122223333","digestStartTime":"2024-05-01T0$hour:00:00Z","digestEndTime":"$time","digestS3Bucket":"b","digestS3Object":"AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/05/01/$name","digestPublicKeyFingerprint":"f","digestSignatureAlgorithm":"SHA256withRSA","logFiles":[]}));
	$beside[$hour]->("$digests/$name.sig");
}
my $imported = 'SELECT count(*), count(signature) FROM audit.digests';
for my $way (['the server', sub { within(30, "SET client_min_messages = error; CALL cloudtrail_import_directory('audit', '$base/digests')") }], ['the client', sub { `timeout 30 cloudtrail-load audit '$base/digests' 2>&1` }])
{
	my ($who, $import) = @$way;
	sql(q{DROP SCHEMA audit CASCADE; SELECT cloudtrail_create_trail('audit')});
	$import->();
	is(sql($imported), @beside . '|0', "$who imports the digests, without a signature");
}
$out = `timeout 30 cloudtrail-load verify '$base/digests' 2>&1`;
like($out, qr/^@{[ scalar @beside ]} digests in 1 chain/m, 'the client verifies them') or diag($out);
sql(q{DROP SCHEMA audit CASCADE; SELECT cloudtrail_create_trail('audit')});
`timeout 30 cloudtrail-load --follow-links audit '$base/digests' 2>&1`;
is(sql($imported), @beside . '|1', 'a link is followed if that is asked for');
chmod 0755, "$logs/closed";
sql('DROP OWNED BY folder_user; DROP ROLE folder_user');
done_testing();
