# Real logs, where CLOUDTRAIL_CORPUS names a folder of them: every record comes
# out as it went in, and every accessor agrees with jsonb.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

my $corpus = $ENV{CLOUDTRAIL_CORPUS};
plan skip_all => 'CLOUDTRAIL_CORPUS is unset' unless $corpus;

new_database('corpus');

my @files = corpus_files();
ok(@files > 0, 'the folder has log files: ' . @files);

sql(<<"SQL");
CREATE TABLE file AS
	SELECT path, pg_read_binary_file(path) AS blob FROM unnest('{@{[join ',', @files]}}'::text[]) AS path;
CREATE TABLE item AS SELECT path, item.* FROM file, cloudtrail_parse(blob) AS item;
SQL
cmp_ok(sql('SELECT count(event) FROM item'), '>', 0, 'there are events');
note(sql('SELECT error, count(*) FROM item WHERE event IS NULL GROUP BY 1'));
is(sql('SELECT count(*) FROM item WHERE (event IS NULL) <> (error IS NOT NULL AND raw IS NOT NULL)'),
	0, 'each item is an event, or has its error and its bytes');
is(sql(q{SELECT count(*) FROM item WHERE event::text::cloudtrail_event::text <> event::text}),
	0, 'a record goes in and comes out the same');
is(sql(q{SELECT count(*) FROM item WHERE position(convert_to(event::text, 'UTF8') IN
	(SELECT CASE WHEN get_byte(blob, 0) = 31 THEN convert_to(event::text, 'UTF8') ELSE blob END FROM file WHERE file.path = item.path)) = 0
	AND path NOT IN (SELECT path FROM file WHERE position('"CloudTrailEvent"'::bytea IN blob) > 0)}),
	0, 'a record stands in its file byte for byte');
is(sql(q{SELECT count(*) FROM item WHERE event IS NOT NULL AND event::jsonb <> event::text::jsonb}),
	0, 'jsonb of an event is jsonb of its text');

accessors_agree('item');

# All ways to reach a value give the same.
sql(q{CREATE TABLE stored AS SELECT r.* FROM item, cloudtrail_records(item.event) r});
for my $name (map { $_->{name} } columns())
{
	is(sql("SELECT count(*) FROM (SELECT event::text, $name FROM stored EXCEPT ALL SELECT event::text, $name(event) FROM (SELECT cloudtrail_unpack(blob) AS event FROM file OFFSET 0) AS unpacked) AS difference"),
		0, "$name is the same unpacked and stored");
}

# The samples of AWS's page, and the trail, where this is the corpus they are in.
SKIP:
{
	skip 'another corpus', 2 unless -e "$corpus/trail" && -e "$corpus/seed";
	is(sql(q{SELECT count(*) FROM item WHERE event_time(event) BETWEEN '2023-07-10' AND '2023-07-11'}), 2900,
		'the trail of 2023-07-10 has 2,900 events');
	is(sql(q{SELECT count(DISTINCT secret_arn(event)) FROM item WHERE event_name(event) = 'CreateSecret' AND account_id(event) = '123837392027'}),
		20, 'in which 20 secrets were created');
}

# The views for auditors over all of it: every event of Secrets Manager is in them, and a secret is the same in each.
sql(q{SELECT cloudtrail_create_trail('trail'); 
	SELECT cloudtrail_import('trail', path, blob) FROM file});
is(sql(q{SELECT count(*) FROM trail.events AS e WHERE event_source = 'secretsmanager.amazonaws.com'
	AND NOT EXISTS (SELECT FROM trail.secret_events AS s WHERE s.event_key = e.event_key AND s.event_time = e.event_time)}), 0, 'secret_events has every event of Secrets Manager');
for my $view (split /\n/, sql(q{SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'trail'::regnamespace AND c.relkind = 'v' ORDER BY 1}))
{
	is(sql("SELECT count(*) - count(v::text) FROM trail.$view AS v"), 0, "$view: no row of it fails");
}
SKIP:
{
	skip 'another corpus', 10 unless -e "$corpus/trail" && -e "$corpus/seed";
	my $ours = q{secret_arn LIKE 'arn:aws:secretsmanager:us-east-1:123837392027:secret:stratus-red-team-retrieve-secret-%'};
	my $expected = sql("SELECT md5(string_agg(secret_arn || secret_name, ' ' ORDER BY secret_arn)) FROM trail.secrets WHERE $ours");
	is(sql("SELECT count(*) FROM trail.secrets WHERE $ours AND evidence = 'created' AND ended_at IS NOT NULL"), 20, '20 secrets were created and deleted');
	for (['secret_events', q{event_name = 'CreateSecret'}], ['secret_events', q{event_name = 'PutSecretValue'}], ['secret_events', q{resolve_method = 'kms'}],
		['secret_reads', q{outcome = 'succeeded'}], ['secret_last_access', 'reads = 3'], ['secret_first_time_reader', 'prior_readers = 0'], ['secret_manual_changes', 'true'],
		['secret_deletions', q{forced AND state = 'deleted' AND versions_deleted = 1}], ['secret_inventory', q{deletion_state = 'deleted' AND readers = 1}])
	{
		my ($view, $condition) = @$_;
		is(sql("SELECT md5(string_agg(DISTINCT secret_arn || secret_name, ' ' ORDER BY secret_arn || secret_name)) FROM trail.$view WHERE $ours AND $condition"), $expected, "$view: all of them where $condition");
	}
}
done_testing();
