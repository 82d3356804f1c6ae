-- The auditor's page.

CREATE FUNCTION cloudtrail_check_report(trail regnamespace, "from" timestamptz, "to" timestamptz) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_check_report(regnamespace, timestamptz, timestamptz) IS
	'Part of cloudtrail_audit_report(): ends with an error if its arguments are wrong';

CREATE FUNCTION cloudtrail_audit_report(trail regnamespace, "from" timestamptz, "to" timestamptz) RETURNS text
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	SET timezone = 'UTC'
	SET datestyle = 'ISO, YMD'
	SET jit = off
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	checked boolean;
	period text;
	facts text;
	coverage record;
	reads record;
	rotations record;
	state record;
	deletions record;
	refusals record;
	account record;
BEGIN
	checked := @extschema@.cloudtrail_check_report(trail, "from", "to");
	PERFORM @extschema@.cloudtrail_enter_trail(trail);

	coverage := @extschema@.cloudtrail_report_coverage(trail, "from", "to");
	reads := @extschema@.cloudtrail_report_reads(trail, "from", "to", coverage.cover);
	refusals := @extschema@.cloudtrail_report_refusals(trail, "from", "to", coverage.cover);
	rotations := @extschema@.cloudtrail_report_rotations(trail, "from", "to", coverage.cover);
	state := @extschema@.cloudtrail_report_state(trail, coverage.cover);
	deletions := @extschema@.cloudtrail_report_deletions(trail, "from", "to", coverage.cover);
	account := @extschema@.cloudtrail_report_account(trail, "from", "to", coverage.cover);
	period := format('%s to %s UTC', to_char("from", minute), to_char("to", minute));
	SELECT string_agg('<div><dt>' || f.label || '</dt><dd>' || @extschema@.cloudtrail_html(f.value) || '</dd></div>',
		E'\n' ORDER BY f.n)
		INTO facts
		FROM pg_class AS c CROSS JOIN thresholds AS t CROSS JOIN settings AS s CROSS JOIN LATERAL (VALUES
			(1, 'Database', current_database()::text),
			(2, 'Trail', trail::text),
			(3, 'Owner of the trail', c.relowner::regrole::text),
			(4, 'Extension', 'cloudtrail ' || @extschema@.cloudtrail_version()),
			(5, 'Time of this report', to_char(now(), minute) || ' UTC'),
			(6, 'Judged as of', CASE WHEN s.as_of IS NULL THEN 'the time of this report'
				ELSE to_char(t.as_of, minute) || ' UTC (settings.as_of)' END),
			(7, 'Coverage of this period', coverage.cover ->> 'summary'),
			(8, 'Events shown', CASE WHEN row_security_active('raw_events'::regclass)
				THEN 'only those that row-level security shows to ' || current_user
				ELSE 'all' END)) AS f (n, label, value)
		WHERE c.oid = 'raw_events'::regclass;

	RETURN E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
		|| E'<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''; '
			'img-src data:; base-uri ''none''; form-action ''none''">\n'
		|| E'<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" '
			'content="light dark">\n<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">'
			'\n<title>Secrets audit, '
		|| @extschema@.cloudtrail_html(period) || E'</title>\n<style>' || @extschema@.cloudtrail_html_style()
			|| E'</style>\n</head>\n<body>\n<a class="skip" href="#main">Skip to the report</a>\n<header><h1>'
				'Secrets audit</h1>\n<p class="period">'
		|| @extschema@.cloudtrail_html(period) || E'</p>\n<dl class="facts">\n' || facts || E'\n</dl>\n'
		|| E'<nav aria-label="Sections"><ul><li><a href="#reads">Reads</a></li><li><a href="#refusals">Refused '
			'access and policies</a></li><li><a href="#rotations">Rotations</a></li><li><a href="#state">Unused and '
			'late</a></li>'
		|| E'<li><a href="#deletions">Deletions</a></li><li><a href="#account">Root users and sign-ins</a></li><li>'
			'<a href="#coverage">Coverage</a></li></ul></nav></header>\n'
		|| E'<main id="main">\n<dl class="tiles">\n' || reads.tiles || refusals.tiles || rotations.tiles
			|| deletions.tiles || account.tiles || coverage.tiles || E'</dl>\n'
		|| reads.html || refusals.html || rotations.html || state.html || deletions.html || account.html
			|| coverage.html
		|| E'</main>\n<footer><p>Made by the PostgreSQL extension cloudtrail from AWS CloudTrail events. All times '
			'are UTC. Every text of an event is shown as it stands in the log, control characters as \\uXXXX.</p>'
			'</footer>\n</body>\n</html>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_audit_report(regnamespace, timestamptz, timestamptz) IS
	'An HTML page for auditors, complete in itself, about what the views of a trail show of a period, from '
	'(inclusive) to (exclusive)';
