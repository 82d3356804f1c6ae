-- Log files where they lie: the foreign data wrapper.  Nobody but a superuser
-- may make servers of it until they grant USAGE.

CREATE FUNCTION cloudtrail_fdw_handler() RETURNS fdw_handler
	AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION cloudtrail_fdw_handler() IS 'The routines of the foreign data wrapper cloudtrail_fdw';

CREATE FUNCTION cloudtrail_fdw_validator(text[], oid) RETURNS void
	AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION cloudtrail_fdw_validator(text[], oid) IS
	'Checks the options of foreign tables over log files, and that only roles with privileges of pg_read_server_files '
	'set a path';

CREATE FOREIGN DATA WRAPPER cloudtrail_fdw
	HANDLER @extschema@.cloudtrail_fdw_handler VALIDATOR @extschema@.cloudtrail_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER cloudtrail_fdw IS
	'CloudTrail log files of the server, compressed or not, as rows; columns are those of cloudtrail_record, and '
	'source';
