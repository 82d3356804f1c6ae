# replica.t where files are imported by SQL alone.
use strict;
use warnings;

$ENV{IMPORT_BY_SQL} = 1;
exec $^X, '-Itest/lib', 'test/t/replica.t' or die;
