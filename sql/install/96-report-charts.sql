-- The charts of the auditor's page, as SVG.  Their coordinates are of a sheet
-- 960 wide, the first 250 of which are for names.

CREATE FUNCTION cloudtrail_svg_axis(lower timestamptz, upper timestamptz, height integer) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT string_agg(format('<line class="grid" x1="%1$s" x2="%1$s" y1="0" y2="%2$s"/><text class="soft" x="%3$s" y="%4$s" text-anchor="%5$s">%6$s</text>',
				250 + i * 140, height, 250 + i * 140, height + 16, CASE i WHEN 5 THEN 'end' ELSE 'middle' END,
				to_char((lower + (upper - lower) * i / 5) AT TIME ZONE 'UTC',
					CASE WHEN upper - lower < interval '3 days' THEN 'MM-DD HH24:MI' ELSE 'YYYY-MM-DD' END)), '' ORDER BY i)
		FROM generate_series(0, 5) AS i;
	END;
COMMENT ON FUNCTION cloudtrail_svg_axis(timestamptz, timestamptz, integer) IS
	'Part of cloudtrail_audit_report(): the lines and labels of time in a chart';

CREATE FUNCTION cloudtrail_svg_name(name text, y integer) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT format('<text x="240" y="%s" text-anchor="end">%s<title>%s</title></text>', y,
			CASE WHEN length(name) > 26 THEN cloudtrail_html("left"(name, 13)) || '&#8230;' || cloudtrail_html("right"(name, 12)) ELSE cloudtrail_html(name) END, cloudtrail_html(name));
	END;
COMMENT ON FUNCTION cloudtrail_svg_name(text, integer) IS
	'Part of cloudtrail_audit_report(): the name of a row in a chart, at some height; a long one without its middle';

CREATE FUNCTION cloudtrail_svg_chart(id text, title text, description text, rows integer, lower timestamptz, upper timestamptz, content text) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT format(E'<svg viewBox="0 0 960 %s" role="img" aria-labelledby="%s-title %s-desc"><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>\n%s\n%s</svg>\n',
			rows * 28 + 26, id, id, id, cloudtrail_html(title), id, cloudtrail_html(description), cloudtrail_svg_axis(lower, upper, rows * 28 + 4), content);
	END;
COMMENT ON FUNCTION cloudtrail_svg_chart(text, text, text, integer, timestamptz, timestamptz, text) IS
	'Part of cloudtrail_audit_report(): a chart of some rows over time';

CREATE FUNCTION cloudtrail_svg_mark(outcome text, x numeric, y numeric, title text) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT format(CASE outcome
				WHEN 'succeeded' THEN '<circle class="ok" cx="%1$s" cy="%2$s" r="4.5">'
				WHEN 'failed' THEN '<path class="fail" d="M%3$s %4$sl9 9m0 -9l-9 9">'
				WHEN 'abandoned' THEN '<path class="left" d="M%1$s %5$sl5.5 5.5l-5.5 5.5l-5.5 -5.5z">'
				ELSE '<circle class="open" cx="%1$s" cy="%2$s" r="4.5">' END || '<title>%6$s</title>' || CASE WHEN outcome IN ('failed', 'abandoned') THEN '</path>' ELSE '</circle>' END,
			x, y, x - 4.5, y - 4.5, y - 5.5, cloudtrail_html(title));
	END;
COMMENT ON FUNCTION cloudtrail_svg_mark(text, numeric, numeric, text) IS
	'Part of cloudtrail_audit_report(): how an attempt to rotate ended, as a shape and a colour';
