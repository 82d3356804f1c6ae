-- Files of the server, for those who may read them: whoever may write into the folder must not make the server read
-- anything else.

CREATE FUNCTION cloudtrail_list_files(directory text, OUT path text, OUT source text, OUT size bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_list_files(text) IS
	'The regular files below a folder of the server, and the source of each: its key in S3, which begins with '
	'AWSLogs, else its path; links are not followed, and what cannot be read is a warning; for roles with privileges '
	'of pg_read_server_files';

CREATE FUNCTION cloudtrail_read_file(directory text, path text, missing_ok boolean DEFAULT false,
	max_size bigint DEFAULT 1073741819)
	RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_read_file(text, text, boolean, bigint) IS
	'The bytes of a regular file below a folder of the server, without following links; null if it is missing and '
	'missing_ok; for roles with privileges of pg_read_server_files';
