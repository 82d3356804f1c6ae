# Where the postmaster loads the library, before there is any database, all is
# as elsewhere; also that a database of another encoding is refused.
use strict;
use warnings;
use Test::More;
use CloudtrailTest;
use Servers;

my $event = '{"eventTime":"2024-01-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject"}';

# The server of all tests loads it when it is needed.
sql(q{CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0});
use_database('latin');
ok(!eval { sql('CREATE EXTENSION cloudtrail'); 1 } && $@ =~ /needs a database with encoding UTF8.*This database has encoding LATIN1/s, 'a database with encoding LATIN1 is refused');
use_database('postgres');
sql('DROP DATABASE latin');

my $server = start_server(new_server('preloaded', 54371, shared_preload_libraries => 'cloudtrail'));
sql_on($server, 'CREATE EXTENSION cloudtrail');
is(sql_on($server, "SELECT event_name('$event')"), 'GetObject', 'preloaded, it works');
is(sql_on($server, "SELECT count(cloudtrail_create_trail('trail'))"), 1, 'and makes a trail');
sql_on($server, q{CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0});
ok(!eval { sql_on($server, 'CREATE EXTENSION cloudtrail', 'latin'); 1 } && $@ =~ /needs a database with encoding UTF8/, 'and refuses a database with encoding LATIN1');
done_testing();
