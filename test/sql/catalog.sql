-- Every object has a comment, and the labels of functions are those promised.
SELECT p.oid::regprocedure AS without_comment
FROM pg_depend d JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND d.deptype = 'e'
	AND obj_description(p.oid, 'pg_proc') IS NULL;

SELECT pg_describe_object(d.classid, d.objid, 0) AS without_comment
FROM pg_depend d
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND d.deptype = 'e'
	AND d.classid <> 'pg_proc'::regclass
	AND obj_description(d.objid, d.classid::regclass::name) IS NULL
	AND NOT EXISTS (SELECT FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid AND t.typelem <> 0)
	AND NOT EXISTS (SELECT FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind = 'c');

-- And that in one line.
SELECT pg_describe_object(c.classoid, c.objoid, c.objsubid) AS comment_of_several_lines
FROM pg_depend d JOIN pg_description c ON c.classoid = d.classid AND c.objoid = d.objid
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND d.deptype = 'e'
	AND c.description ~ '[\n\t]';

SELECT p.provolatile, p.proparallel, p.proisstrict, p.proleakproof, l.lanname, count(*) > 0 AS some,
	CASE WHEN count(*) < 20 THEN string_agg(p.oid::regprocedure::text, ' ' ORDER BY p.oid::regprocedure::text COLLATE "C") END AS functions
FROM pg_depend d JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	JOIN pg_language l ON l.oid = p.prolang
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail') AND d.deptype = 'e'
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5;

-- The row type has a column, and the column a comment, for each accessor.
SELECT a.attname AS column_without_accessor
FROM pg_attribute a
WHERE a.attrelid = 'cloudtrail_record'::regclass AND a.attname <> 'event'
	AND NOT EXISTS (SELECT FROM pg_proc p
		WHERE p.proname = a.attname AND p.proargtypes[0] = 'cloudtrail_event'::regtype AND p.pronargs = 1
			AND p.prorettype = a.atttypid AND (p.proleakproof OR a.atttypid = 'jsonb'::regtype));
SELECT a.attname AS column_without_comment
FROM pg_attribute a
WHERE a.attrelid = 'cloudtrail_record'::regclass AND col_description(a.attrelid, a.attnum) IS NULL;
SELECT count(*) AS columns FROM pg_attribute WHERE attrelid = 'cloudtrail_record'::regclass;
