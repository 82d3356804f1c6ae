-- Texts of events reach no cast and no page but through these.

CREATE FUNCTION cloudtrail_integer(text) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_integer(text) IS
	'A number of one to nine ASCII digits, maybe behind a minus; null if the text is anything else';

CREATE FUNCTION cloudtrail_boolean(text) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_boolean(text) IS
	'True or false as they are written, in either case; null if the text is anything else';

CREATE FUNCTION cloudtrail_html(value text) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_html(text) IS
	'A text as HTML shows it, in attributes too: markup escaped, characters that do not show themselves or turn the '
	'direction of what follows as \uXXXX, others beyond ASCII as references, cut after 300 characters; empty for null';

CREATE FUNCTION cloudtrail_printable(text) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_printable(text) IS
	'Part of cloudtrail_import_directory(): a name or message as a warning shows it, with characters that do not show '
	'themselves or could drive a terminal as \xXX or \uXXXX';
