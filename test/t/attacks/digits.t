# A caller of AWS writes digits of another script, or nonsense, where a number or
# schedule is expected, in a database with an ICU locale.
use strict;
use warnings;
use utf8;
use Test::More;
use CloudtrailTest;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);
my $icu = eval { sql(q{DROP DATABASE IF EXISTS digits; CREATE DATABASE digits TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'}); 1 };
plan skip_all => 'this server has no ICU' unless $icu;
use_database('digits');
sql('CREATE EXTENSION cloudtrail');
sub ask
{
	my ($query) = @_;
	utf8::encode($query);
	return eval { sql($query) } // $@;
}
is(ask(q{SELECT '٣' ~ '^\d$'}), 't', 'this is a digit here');
is(ask(q{SELECT cloudtrail_integer('٣'), cloudtrail_integer('३'), cloudtrail_integer(''), cloudtrail_integer('-'), cloudtrail_integer('1e5'), cloudtrail_integer('1234567890'), cloudtrail_integer('-12'), cloudtrail_integer('0030')}), '||||||-12|30', 'numbers are of ASCII digits');
is(ask(q{SELECT cloudtrail_boolean('TRUE'), cloudtrail_boolean('FALSE'), cloudtrail_boolean('true '), cloudtrail_boolean('ſ'), cloudtrail_boolean('1')}), 't|f|||', 'truth values as well');
is(ask(qq{SELECT cloudtrail_rotation_interval('{"automaticallyAfterDays": "$_"}'::jsonb), cloudtrail_next_rotation('{"automaticallyAfterDays": "$_"}'::jsonb, '2024-05-01')}), '|', "not a number of days: $_") for '٣', '', '-1', '3.5', '99999', '1e3', '0';
is(ask(qq{SELECT cloudtrail_rotation_interval('$_'), cloudtrail_next_rotation('$_', '2024-05-01')}), '|', "not a schedule: $_") for 'rate(٣ days)', 'rate(3 days', 'cron(0 ٨ 1 * ? *)', 'cron(0 8 1 ocak ? *)', 'cron(0 8 1 * ? *) ', 'x', '';
is(ask(q{SET timezone = 'America/New_York'; SELECT cloudtrail_rotation_interval(r), cloudtrail_next_rotation(r, '2024-03-09 12:00+00') AT TIME ZONE 'UTC' FROM unnest(ARRAY['{"automaticallyAfterDays": 30}', '{"automaticallyAfterDays": "30", "duration": "3h"}', '{"scheduleExpression": "rate(4 hours)"}', '{"scheduleExpression": "cron(0 8 1 * ? *)"}', '{"automaticallyAfterDays": 1e131071}', '{}', '[]']::jsonb[]) AS r}),
	"30 days|2024-04-08 12:00:00\n30 days|2024-04-08 12:00:00\n04:00:00|2024-03-09 16:00:00\n31 days|2024-04-01 08:00:00\n|\n|\n|", 'rules that are understood, in UTC');
is(ask(q{SELECT cloudtrail_next_rotation('rate(1 day)', 'infinity'), cloudtrail_next_rotation('rate(9999 days)', '294276-12-31'), cloudtrail_next_rotation('cron(0 8 1 1 ? *)', '-infinity'), cloudtrail_next_rotation('cron(0 8 1 1 ? *)', '4000-01-01 BC')}), '|||1970-01-01 08:00:00+00', 'times without an end');

done_testing();
