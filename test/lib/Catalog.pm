package Catalog;

# Everything that PostgreSQL's catalogs say of an extension, so that two
# installations can be compared: whatever makes a difference in a catalog makes
# one here, since the columns are asked for, not listed.
use strict;
use warnings;
use Exporter 'import';
use CloudtrailTest;
our @EXPORT = qw(catalog_of);

# Columns that may differ between installations that are the same: identities,
# files, statistics, and expressions as trees, of which the definition is told.
my $UNTOLD = q{'oid', 'relfilenode', 'reltuples', 'relpages', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid', 'extversion',
	'attoptions', 'prosqlbody', 'proargdefaults', 'typdefaultbin', 'adbin', 'conbin', 'ev_action', 'ev_qual', 'objoid', 'objid'};

# What is told of expressions instead.
my %DEFINITION = (
	pg_proc => q{CASE WHEN c.prokind IN ('f', 'p') THEN pg_get_functiondef(c.oid) END},
	pg_class => q{CASE WHEN c.relkind IN ('i', 'I') THEN pg_get_indexdef(c.oid) END},
	pg_rewrite => 'pg_get_ruledef(c.oid)',
	pg_attribute => q{array_to_string(ARRAY(SELECT o FROM unnest(c.attoptions) AS o WHERE o !~ '^pg_attver='), ' ')},	# without a number that some servers count up
	pg_attrdef => 'pg_get_expr(c.adbin, c.adrelid)',
	pg_constraint => 'pg_get_constraintdef(c.oid)',
);

# How the objects that a catalog's column refers to are told: by what they are.
my %TOLD = (
	plain => q{CASE WHEN %2$s = 0 THEN '-' ELSE (SELECT o.type || ' ' || o.identity FROM pg_identify_object(%1$L::regclass, %2$s, 0) AS o) END},
	array => q{(SELECT string_agg(CASE WHEN r = 0 THEN '-' ELSE (SELECT o.type || ' ' || o.identity FROM pg_identify_object(%1$L::regclass, r, 0) AS o) END, ', ' ORDER BY n)}
		. q{ FROM unnest(%2$s::oid[]) WITH ORDINALITY AS u (r, n))},
);

# A line for each row of each catalog that belongs to the extension.
sub catalog_of
{
	my ($extension) = @_;

	# What belongs to it, and what belongs to that: columns, members of operator families, array types.
	my $members = qq{WITH RECURSIVE member AS (
			SELECT 'pg_extension'::regclass::oid AS classid, oid AS objid FROM pg_extension WHERE extname = '$extension'
			UNION
			SELECT d.classid, d.objid FROM member AS m JOIN pg_depend AS d ON d.refclassid = m.classid AND d.refobjid = m.objid
			WHERE d.deptype IN ('e', 'i', 'a')) };
	my @lines;
	for my $catalog (split /\n/, sql("$members SELECT DISTINCT classid::regclass FROM member WHERE classid <> 'pg_extension'::regclass ORDER BY 1"))
	{
		push @lines, rows_of($catalog, "$members, object AS (SELECT objid FROM member WHERE classid = '$catalog'::regclass)", 'oid IN (SELECT objid FROM object)', 'oid', "'$catalog'::regclass");
	}

	# What lies in catalogs by the object that it is about.
	push @lines, rows_of('pg_attribute', $members, q{attrelid IN (SELECT objid FROM member WHERE classid = 'pg_class'::regclass) AND attnum > 0}, 'attrelid', q{'pg_class'::regclass});
	push @lines, rows_of('pg_description', $members, q{(classoid, objoid) IN (SELECT classid, objid FROM member)}, 'objoid', 'classoid');
	push @lines, rows_of('pg_depend', $members, q{(classid, objid) IN (SELECT classid, objid FROM member) AND refclassid <> 'pg_namespace'::regclass}, 'objid', 'classid');
	return @lines;
}

# The rows of one catalog that meet a condition, each with the identity of the
# object that it is about.
sub rows_of
{
	my ($catalog, $members, $condition, $object, $class) = @_;
	my @columns = split /\n/, sql(qq{
		SELECT quote_literal(a.attname) || ', ' || CASE
			WHEN a.attname = 'refobjid' THEN '(SELECT o.type || '' '' || o.identity FROM pg_identify_object(c.refclassid, c.refobjid, c.refobjsubid) AS o)'
			WHEN f.pktable IS NOT NULL AND NOT f.is_array THEN format(\$f\$$TOLD{plain}\$f\$, f.pktable, 'c.' || a.attname)
			WHEN f.is_array THEN format(\$f\$$TOLD{array}\$f\$, f.pktable, 'c.' || a.attname)
			ELSE 'c.' || a.attname || '::text' END
		FROM pg_attribute AS a LEFT JOIN pg_get_catalog_foreign_keys() AS f ON f.fktable = a.attrelid AND f.fkcols = ARRAY[a.attname::text]
		WHERE a.attrelid = '$catalog'::regclass AND a.attnum > 0 AND a.attname NOT IN ($UNTOLD)
		ORDER BY a.attname});
	push @columns, "'definition', $DEFINITION{$catalog}" if $DEFINITION{$catalog};
	return sort split /\n/, sql(qq{$members
		SELECT '$catalog ' || coalesce(o.type || ' ' || o.identity, '?') || ': ' || (SELECT string_agg(key || '=' || replace(coalesce(value, '-'), chr(10), ' '), '; ' ORDER BY key)
			FROM (VALUES ${\ join ', ', map { "($_)" } @columns}) AS v (key, value))
		FROM $catalog AS c, LATERAL pg_identify_object($class, c.$object, 0) AS o
		WHERE $condition});
}

1;
