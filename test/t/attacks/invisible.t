# Whoever names files, sessions or secrets writes characters that turn the
# direction of text or take no ink: the page and the terminal spell them.
use strict;
use warnings;
use File::Path;
use Test::More;
use CloudtrailTest;

new_database('invisible');
my @codes = (0x1b, 0x85, 0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x2800, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfffa, 0xe000, 0x1d173, 0xe0041, 0xe0100, 0xf0000);
for my $code (@codes)
{
	my $spelled = sprintf $code < 0x10000 ? '\u%04x' : '\U%08x', $code;
	is(sql("SELECT cloudtrail_html('a' || chr($code) || 'b')"), "a${spelled}b", sprintf 'U+%04X on the page', $code);
}
is(sql(q{SELECT cloudtrail_html(E'<a href="x">&\'\u00e9\u4e2d ~')}), '&lt;a href=&quot;x&quot;&gt;&amp;&#39;&#233;&#20013; ~', 'markup is escaped, letters are references');
is(sql(q{SELECT cloudtrail_html(repeat('é', 301)) = repeat('&#233;', 300) || '&#8230;', cloudtrail_html(repeat('<', 300)) = repeat('&lt;', 300), cloudtrail_html(NULL) = ''}), 't|t|t', 'long texts are cut, null is empty');
unlike(sql(q{SELECT string_agg(cloudtrail_html(chr(c)), '') FROM generate_series(1, 1114111, 7) AS c WHERE c NOT BETWEEN 55296 AND 57343}), qr/[^ -~]/, 'nothing but ASCII comes out');

# The client.
sql(q{SELECT cloudtrail_create_trail('audit')});
$ENV{PGDATABASE} = 'invisible';
my $folder = "$ENV{SERVER_FILES}/invisible";
mkpath($folder);
for my $code (@codes)
{
	my $name = "gnp" . chr($code) . "x.json";
	utf8::encode($name);
	open my $out, '>', "$folder/$name" or die "$name: $!";
	print $out 'x';
}
my $out = `cloudtrail-load --all --force -v audit '$folder' 2>&1`;
unlike($out, qr/[^\n -~]/, 'nothing but ASCII reaches the terminal');
like($out, qr/gnp\Q$_\Ex\.json/, "$_ is spelled") for '\x1b', '\u202e', '\u2066', '\u2800', '\ufeff', '\U000e0041';

# The server, whose messages psql prints as they are: of an import, of a folder that is read in place, of one file.
my %message = (import => "CALL cloudtrail_import_directory('audit', '$folder')", list => "SELECT count(*) FROM cloudtrail_list_files('$folder')", table => 'SELECT count(*) FROM archive.events');
sql(qq{CREATE SERVER invisible_logs FOREIGN DATA WRAPPER cloudtrail_fdw; CREATE SCHEMA archive; IMPORT FOREIGN SCHEMA "$folder" FROM SERVER invisible_logs INTO archive});
$out = join "\n", map { (sql($message{$_}))[1] } qw(import table);
unlike($out, qr/[^\n -~]/, 'nothing but ASCII is in warnings of the server');
like($out, qr/gnp\Q$_\Ex\.json.*gnp\Q$_\Ex\.json/s, "$_ is spelled there") for '\x1b', '\u202e', '\u2066', '\u2800', '\ufeff', '\U000e0041';
mkpath("$folder/\e]0;deep\a" . '/d' x 45);
symlink '/dev/null', "$folder/\e[2Jlink";
unlike((sql($message{list}))[1], qr/[^\n -~]/, 'nor when a folder is listed');
unlike(eval { sql("SELECT $_"); '' } // $@, qr/^$|[^\n -~]/, "nor in an error of $_") for "cloudtrail_read_file('$folder', '$folder/\e[2Jnone')", "cloudtrail_read_file('$folder', '$folder/\e[2Jlink')", "cloudtrail_read_file('$folder\e', '/\e')";
like(eval { sql(qq{SELECT E'{"eventTime":"2024-05-01T12:00:00Z"} x${_}y'::cloudtrail_event}); '' } // $@, qr/at "x"/, "an input error ends before $_") for '\x1b', '\u009b', '\u202e';
is(sql(q{SELECT cloudtrail_printable(E'a\u00e9\n\t\x1b\u009b\u202e ~')}), 'aé\x0a\x09\x1b\u009b\u202e ~', 'letters stay as they are');
done_testing();
