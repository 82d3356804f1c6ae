# No table or view depends on the locale of its database: two, of which one
# compares and sorts texts by their bytes and the other as English does, have the
# same rows of the same files.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Everything;

my $folder = $ENV{SERVER_FILES};
my %locale = (locale_bytes => q{LOCALE_PROVIDER libc LOCALE 'C'}, locale_english => q{LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'});
sql("DROP DATABASE IF EXISTS $_") for keys %locale;
plan skip_all => 'this server has no ICU' unless eval { sql("CREATE DATABASE $_ TEMPLATE template0 ENCODING 'UTF8' $locale{$_}") for sort keys %locale; 1 };

system("test/generator/generate --events 3000 --seed 61 --days 70 --accounts 3 --regions 3 --secrets 40 --stories 100 > $folder/english.ndjson") == 0 or die;
system("test/generator/generate --events 500 --seed 62 --days 5 --hostile 60 > $folder/hostile.ndjson") == 0 or die;
my $fill = qq{CREATE EXTENSION cloudtrail; CREATE SCHEMA queries;
	SELECT cloudtrail_create_trail('Evidence');
	SELECT cloudtrail_create_athena_view('"Evidence"', 'queries'), cloudtrail_create_steampipe_view('"Evidence"', 'queries');
	UPDATE "Evidence".settings SET as_of = '2024-06-01 00:00Z', bulk_secrets = 3;
	SELECT cloudtrail_import('"Evidence"', f, pg_read_binary_file('$folder/' || f)) FROM unnest('{english.ndjson, hostile.ndjson}'::text[]) AS f;
	UPDATE "Evidence".log_files SET imported_at = '2024-01-01 00:00Z'; ANALYZE};
my %rows;
for my $database (sort keys %locale)
{
	use_database($database);
	sql($fill);
	is(sql(q{SELECT 'a' < 'B'}), $database eq 'locale_english' ? 't' : 'f', "$database sorts as its name says");
	$rows{$database} = [ contents($database) ];
}
my @bytes = @{ $rows{locale_bytes} };
cmp_ok(scalar @bytes, '>', 60, @bytes . ' tables and views');
is($rows{locale_english}[$_], $bytes[$_], $bytes[$_] =~ s/:.*//r . ' has the same rows') for 0 .. $#bytes;

# Nor does an index depend on a library, which an upgrade of the system may change.
use_database('locale_english');
is(sql(q{SELECT string_agg(a.attrelid::regclass || '.' || a.attname, ' ') FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	WHERE c.relnamespace = '"Evidence"'::regnamespace AND c.relkind IN ('r', 'p', 'i', 'I') AND a.attcollation = 'pg_catalog."default"'::regcollation}), '', 'no column or index of a table sorts as the database does');
like(sql(qq{EXPLAIN (COSTS OFF) SELECT FROM "Evidence".secret_facts WHERE $_}), qr/Index .*secret_facts/, "an index is used: $_") for q{secret_name = 'prod/db'}, q{secret_name = (SELECT 'prod/db'::text)}, q{secret_arn = 'x' AND event_time > '2024-01-01'};
done_testing();
