# Who writes to the bucket puts there a small file with an event of each month of
# a century: it costs neither the partitions of a century nor their time and locks,
# and no event is lost.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;

new_database('attacked');
sql(q{SELECT cloudtrail_create_trail('audit')});
my @events = map { sprintf '{"eventTime":"%04d-%02d-03T00:00:00Z","eventName":"x"}', 2000 + int($_ / 12), 1 + $_ % 12 } 0 .. 1199;
my $file = server_file('century', join "\n", @events);
is(sql(qq{SELECT inserted FROM cloudtrail_import('audit', 'century', pg_read_binary_file('$file'))}), 1200, 'each event is there');
is(sql(q{SELECT count(*), max(event_time) < '2100-01-01', count(DISTINCT tableoid) FROM audit.raw_events}), '1200|t|37', 'the newest months have partitions, the default partition has the others');
is(sql(q{SELECT count(DISTINCT tableoid) FROM audit.raw_events WHERE event_time >= '2097-01-01'}), 36, 'each of them its own');
is(sql(q{SELECT cardinality(months), months[1] < months[2] FROM cloudtrail_survey(convert_to((SELECT string_agg(format('{"eventTime":"20%s-05-03T00:00:00Z"}', lpad(n::text, 2, '0')), '') FROM generate_series(0, 20) AS n), 'UTF8'))}), '21|t', 'a file of some years has all its months');

use_database('postgres');
sql('DROP DATABASE attacked');
done_testing();
