# The documents: every query of doc/*.md runs over the sample log files and gives
# the answer that stands below it; the dashboard's queries run; the reference is
# what the extension says of itself.  With DOC_UPDATE set, answers and the
# reference are written anew.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use CloudtrailTest;

# Reads a file whole.
sub content_of { my ($path) = @_; open my $in, '<', $path or die "$path: $!"; local $/; return <$in> }

# Writes a file.
sub write_to { my ($path, $text) = @_; open my $out, '>', $path or die "$path: $!"; print $out $text; close $out or die "$path: $!" }

# What psql shows for a query, or the error; without blanks at the ends of lines.
sub answer
{
	my ($query) = @_;
	my $file = server_file('doc.sql', "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET client_min_messages = warning;\n\\pset null '-'\n\\pset footer off\n\\pset border 2\n$query\n");
	my $shown = `psql -Xq -v ON_ERROR_STOP=1 -d doc -f $file 2>&1`;
	$shown =~ s/^psql:\S+ //mg;
	# A table as Markdown has it.
	$shown =~ s/^\+[-+]*\+\n(\|.*\n)\+([-+]*)\+\n/"$1|" . $2 =~ tr{+}{|}r . "|\n"/meg;
	$shown =~ s/^\+[-+]*\+\n//mg;
	$shown =~ s/^ \n//mg;
	$shown =~ s/[ \t]+$//mg;
	$shown =~ s/\n+$/\n/;
	return $shown;
}

new_database('doc');
my $logs = "$ENV{SERVER_FILES}/doc-logs";
system("cp -rL test/data/sample $logs && chmod -R a+rX $logs") == 0 or die;
sql(qq{CREATE SERVER log_files FOREIGN DATA WRAPPER cloudtrail_fdw; CREATE SCHEMA archive; IMPORT FOREIGN SCHEMA "$logs/AWSLogs" FROM SERVER log_files INTO archive});
sql(qq{SET client_min_messages = error; SELECT cloudtrail_create_trail('audit'); CALL cloudtrail_import_directory('audit', '$logs'); ANALYZE});

# Questions and answers.
for my $document (sort glob 'doc/*.md')
{
	next if $document =~ /reference|compat/;
	my $text = content_of($document);
	my $title = '';
	my $queries = 0;
	my $new = '';
	# Blocks of SQL in turn, each with the table that follows it.
	while ($text =~ /\G(.*?)(^```sql\n(.*?)^```\n)((?:\n(?:\|[^\n]*\n)+)*)/gcms)
	{
		my ($before, $block, $query, $expected) = ($1, $2, $3, $4);
		($title) = $before =~ /.*^#+ (.*?)$/ms if $before =~ /^#/m;
		my $got = answer($query);
		$got = "\n$got" if length $got;
		if ($ENV{DOC_UPDATE}) { $new .= $before . $block . $got } else { is($got, $expected, "$document: $title") }
		unlike($got, qr/ERROR/, "$document: $title: runs");
		$queries++;
	}
	$new .= substr $text, pos($text) // 0;
	write_to($document, $new) if $ENV{DOC_UPDATE};
	cmp_ok($queries, '>', 25, "$document: $queries queries") if $document =~ /audit/;
}

# The dashboard: Grafana's macros and variables as its documentation describes them.
my $dashboard = decode_json(content_of('doc/grafana-dashboard.json'));
sql(q{CREATE ROLE doc_auditor_all; CREATE POLICY everything ON audit.raw_events FOR SELECT TO doc_auditor_all USING (true); SELECT cloudtrail_grant_audit('audit', 'doc_auditor_all')});
my $from = "'2024-01-01T00:00:00Z'";
my $to = "'2024-01-03T00:00:00Z'";
sub expanded
{
	my ($query) = @_;
	$query =~ s/\$__timeFilter\(([^()]+)\)/$1 BETWEEN $from AND $to/g;
	$query =~ s/\$__timeGroupAlias\(([^(),]+),\s*'?(?:\$__interval|\w+)'?\)/floor(extract(epoch from $1)\/3600)*3600 AS "time"/g;
	$query =~ s/\$__timeFrom\(\)/$from/g;
	$query =~ s/\$__timeTo\(\)/$to/g;
	$query =~ s/\$\{secret:sqlstring\}/'prod\/search\/db-credentials','other'/g;
	$query =~ s/\$\{account:sqlstring\}/'111122223333','222233334444'/g;
	return $query;
}
my @panels = grep { $_->{type} ne 'row' } @{ $dashboard->{panels} };
cmp_ok(scalar @panels, '>=', 10, 'panels: ' . @panels);
my %ids;
for my $panel (@panels)
{
	is($panel->{datasource}{uid}, '${DS_CLOUDTRAIL}', "$panel->{title}: asks the data source that is chosen on import");
	ok(!$ids{ $panel->{id} }++, "$panel->{title}: an id of its own");
	for my $target (@{ $panel->{targets} })
	{
		my $query = expanded($target->{rawSql});
		unlike($query, qr/\$/, "$panel->{title}: no macro that is not known");
		my ($rows) = eval { sql("SET ROLE doc_auditor_all; SELECT count(*) FROM ($query) AS panel") } // $@;
		like($rows, qr/^\d+$/, "$panel->{title}: runs");
		like($query, qr/as "?time"?\b/i, "$panel->{title}: has a time") if $target->{format} eq 'time_series';
	}
}
for my $variable (@{ $dashboard->{templating}{list} })
{
	like(eval { sql("SELECT count(*) FROM ($variable->{query}) AS v") } // $@, qr/^[1-9]\d*$/, "variable $variable->{name}") if $variable->{type} eq 'query';
}
is(join(' ', sort map { $_->{name} } @{ $dashboard->{__inputs} }), 'DS_CLOUDTRAIL', 'the data source is asked for on import');

# The reference.
my $reference = `doc/reference/make doc`;
is($?, 0, 'the reference can be made');
write_to('doc/reference.md', $reference) if $ENV{DOC_UPDATE};
ok(content_of('doc/reference.md') eq $reference, 'doc/reference.md is what the extension says of itself; DOC_UPDATE=1 test/cluster test/run test/t/doc.t makes it anew');

# Each error of the core is explained, and each notice.
my $errors = content_of('doc/reference/errors.md');
for (content_of('src/core/base/errorlist.h') =~ /^CT_ERROR\(\w+,\s*"((?:[^"\\]|\\.)*)"\)/mg,
	content_of('src/core/container/noticelist.h') =~ /^CT_NOTICE\(.*, "(.*)"\)$/mg)
{
	my $message = s/\\(.)/$1/gr;
	ok(index($errors, $message) >= 0 || $message eq 'no error', "explained: $message");
}

# Each message of the tables about trails and files of the server is one of the code, or PostgreSQL's.
my $messages = join "\n", map { my $text = content_of($_); /\.c$/ ? $text =~ s/"\s*\n\s*"//gr =~ s/\\"/"/gr : $text } glob 'src/*.c sql/*/*.sql';
$messages =~ s/"%\w*"|%\w*/.../g;
my ($last_tables) = $errors =~ /^### Of the functions on trails\n(.*)/ms;
my $quoted = 0;
for my $message (map { /^\| (.*?) \| / && $1 !~ /^(?:error|---)$/ ? split /; /, $1 : () } split /\n/, $last_tables)
{
	$quoted++;
	# The code may have a name in quotes as an argument.
	ok(index($messages, $message) >= 0 || index($messages, $message =~ s/"\w+"/.../r) >= 0 || $message =~ /^permission denied for (?:database|table) \.\.\.$/, "a message of the code: $message");
}
cmp_ok($quoted, '>', 25, "messages: $quoted");

# What documents for contributors name is there.
for my $document (qw(CONTRIBUTING.md doc/architecture.md))
{
	my %paths = map { $_ => 1 } content_of($document) =~ m{`((?:doc|packaging|scripts|sql|src|test)/[\w./-]+)`}g;
	ok(-e, "$document: $_ is there") for grep { !/OLD|^sql\/\w+$/ } sort keys %paths;
}

# Each view is said to claim something, and one that reports an absence to say if that is not certain.
my ($listed, $claims) = content_of('doc/audit.md') =~ /^\| view \| a row is \|\n(.*?)\n\n.*^\| view \| claim \|[^\n]*\n(.*?)\n\n/ms;
my %claim = map { my ($views, @cells) = (split /\s*\|\s*/)[ 1 .. 4 ]; map { $_ => \@cells } $views =~ /`(\w+)`/g } split /\n/, $claims;
my @views = map { ((split /\|/)[1]) =~ /`(\w+)`/g } split /\n/, $listed;
cmp_ok(scalar @views, '>', 30, @views . ' views are listed');
is(join(' ', grep { !$claim{$_} && $_ ne 'events' } @views), '', 'doc/audit.md has the claim of each');
my @conclusive = split /\n/, sql(q{SELECT attrelid::regclass FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attname = 'conclusive' AND relnamespace = 'audit'::regnamespace AND relkind = 'v' ORDER BY 1});
is(join(' ', grep { my $name = s/.*\.//r; ($claim{$name} // [''])->[-1] !~ /`conclusive` false/ } @conclusive), '', 'and of those with a column conclusive what is not: ' . @conclusive);

# What documents link to is there.
for my $document (qw(README.md CONTRIBUTING.md SECURITY.md), sort glob 'doc/*.md')
{
	my $text = content_of($document);
	my ($folder) = $document =~ m{^(.*/)?};
	for my $link ($text =~ /\]\(([^()#: ]+)(?:#[\w-]*)?\)/g)
	{
		ok(-e ($folder // '') . $link, "$document: $link is there");
	}
}
done_testing();
