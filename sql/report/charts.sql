-- The charts of the auditor's page, as SVG.  Their coordinates are of a sheet
-- 960 wide, the first 250 of which are for names; a row is 28 high.

CREATE FUNCTION cloudtrail_svg_chart(id text, title text, description text, names text[], lower timestamptz,
	upper timestamptz, blanks jsonb, content text)
	RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	bottom CONSTANT integer := cardinality(names) * 28 + 4;
	per_second CONSTANT numeric := 700 / extract(epoch FROM upper - lower);
	axis text;
	labels text;
	hatched text;
BEGIN
	SELECT string_agg(format('<line class="grid" x1="%1$s" x2="%1$s" y1="0" y2="%2$s"/><text class="soft" x="%1$s" '
		'y="%3$s" text-anchor="%4$s">%5$s</text>',
			250 + i * 140, bottom, bottom + 16, CASE i WHEN 5 THEN 'end' ELSE 'middle' END,
			to_char((lower + (upper - lower) * i / 5) AT TIME ZONE 'UTC',
				CASE WHEN upper - lower < interval '3 days' THEN 'MM-DD HH24:MI' ELSE 'YYYY-MM-DD' END)), '' ORDER BY i)
		INTO axis
		FROM generate_series(0, 5) AS i;
	SELECT string_agg(format('<text x="240" y="%s" text-anchor="end">%s<title>%s</title></text>', n.n * 28 - 8,
			CASE WHEN length(n.name) > 26 THEN @extschema@.cloudtrail_html("left"(n.name, 13)) || '&#8230;'
				|| @extschema@.cloudtrail_html("right"(n.name, 12))
				ELSE @extschema@.cloudtrail_html(n.name) END, @extschema@.cloudtrail_html(n.name)), E'\n' ORDER BY n.n)
		INTO labels
		FROM unnest(names) WITH ORDINALITY AS n (name, n);
	-- What is narrower than a point is not seen.
	SELECT string_agg(format('<rect class="blank" x="%s" y="%s" width="%s" height="26" '
		'fill="url(#%s-hatch)"><title>%s: not in the trail</title></rect>',
			round(250 + x.at, 1), b.n * 28 - 27, round(x.width, 1), id, @extschema@.cloudtrail_html(names[b.n])), E'\n'
				ORDER BY b.n, x.at)
		INTO hatched
		FROM jsonb_to_recordset(blanks) AS b (n integer, spans tstzmultirange), unnest(b.spans) AS s,
			LATERAL (SELECT extract(epoch FROM pg_catalog.lower(s) - lower) * per_second AS at,
				extract(epoch FROM pg_catalog.upper(s) - pg_catalog.lower(s)) * per_second AS width) AS x
		WHERE x.width >= 1;
	RETURN format(E'<div class="wide" tabindex="0" role="group" aria-label="%1$s"><svg viewBox="0 0 960 %2$s" '
		'role="img" aria-labelledby="%3$s-title %3$s-desc"><title id="%3$s-title">%1$s</title><desc id="%3$s-desc">'
		'%4$s</desc>'
			|| E'<defs><pattern id="%3$s-hatch" width="7" height="7" patternUnits="userSpaceOnUse"><path '
				'class="hatch" d="M0 7L7 0"/></pattern></defs>\n%5$s\n%6$s\n%7$s\n%8$s</svg></div>\n',
		@extschema@.cloudtrail_html(title), bottom + 22, id, @extschema@.cloudtrail_html(description), axis, hatched,
		labels, content);
END
$$;
COMMENT ON FUNCTION cloudtrail_svg_chart(text, text, text, text[], timestamptz, timestamptz, jsonb, text) IS
	'Part of cloudtrail_audit_report(): a chart of some rows over time; blanks are the spans that the trail does not '
	'have, of rows by their numbers';

CREATE FUNCTION cloudtrail_svg_mark(outcome text, x numeric, y numeric, title text) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN format(CASE outcome
			WHEN 'succeeded' THEN '<circle class="ok" cx="%1$s" cy="%2$s" r="4.5"><title>%6$s</title></circle>'
			WHEN 'failed' THEN '<path class="fail" d="M%3$s %4$sl9 9m0 -9l-9 9"><title>%6$s</title></path>'
			WHEN 'abandoned' THEN '<path class="left" d="M%1$s %5$sl5.5 5.5l-5.5 5.5l-5.5 '
				'-5.5z"><title>%6$s</title></path>'
			WHEN 'cancelled' THEN '<path class="left" d="M%3$s %4$sl9 0l0 9l-9 0z"><title>%6$s</title></path>'
			ELSE '<circle class="open" cx="%1$s" cy="%2$s" r="4.5"><title>%6$s</title></circle>' END,
		x, y, x - 4.5, y - 4.5, y - 5.5, @extschema@.cloudtrail_html(title));
END
$$;
COMMENT ON FUNCTION cloudtrail_svg_mark(text, numeric, numeric, text) IS
	'Part of cloudtrail_audit_report(): how an attempt to rotate ended, as a shape and a colour';
