-- The parts of the auditor's page: text made harmless, tables, tiles.
-- Nothing of an event gets into the page but through cloudtrail_html().

CREATE FUNCTION cloudtrail_html_count(number bigint, one text, many text) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN to_char(number, 'FM999,999,999,999,999,990') || ' ' || CASE number WHEN 1 THEN one ELSE many END;
END
$$;
COMMENT ON FUNCTION cloudtrail_html_count(bigint, text, text) IS
	'Part of cloudtrail_audit_report(): a number with its noun, singular or plural';

CREATE FUNCTION cloudtrail_html_table(caption text, kinds text, headings text[], cells jsonb, total bigint, doubt text)
	RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	name CONSTANT text := @extschema@.cloudtrail_html(caption);
	head text;
	body text;
BEGIN
	IF coalesce(jsonb_typeof(cells), 'null') = 'null' THEN
		RETURN '<p class="none"><strong>' || name || ':</strong> '
			|| CASE WHEN doubt IS NULL THEN 'none' ELSE '&#8211;, ' || @extschema@.cloudtrail_html(doubt) END
				|| E'.</p>\n';
	END IF;
	SELECT string_agg('<th scope="col"' || CASE substr(kinds, h.n::integer, 1) WHEN 'n' THEN ' class="n"'
		ELSE '' END || '>'
			|| @extschema@.cloudtrail_html(h.heading) || '</th>', '' ORDER BY h.n)
		INTO head
		FROM unnest(headings) WITH ORDINALITY AS h (heading, n);
	SELECT string_agg('<tr>' || r.cells || '</tr>', E'\n' ORDER BY r.n)
		INTO body
		FROM (
			SELECT r.n, string_agg(CASE substr(kinds, c.n::integer, 1)
					WHEN 'h' THEN '<th scope="row">' || @extschema@.cloudtrail_html(c.cell) || '</th>'
					WHEN 't' THEN '<td>' || @extschema@.cloudtrail_html(c.cell) || '</td>'
					ELSE '<td class="' || substr(kinds, c.n::integer, 1) || '">'
						|| @extschema@.cloudtrail_html(c.cell) || '</td>'
				END, '' ORDER BY c.n) AS cells
			FROM jsonb_array_elements(cells) WITH ORDINALITY AS r (cells, n),
				jsonb_array_elements_text(r.cells) WITH ORDINALITY AS c (cell, n)
			GROUP BY r.n
		) AS r;
	RETURN '<div class="wide" tabindex="0" role="group" aria-label="' || name || '"><table><caption>' || name
		|| '</caption><thead><tr>'
		|| head || E'</tr></thead><tbody>\n' || body || E'\n</tbody></table></div>\n'
		|| CASE WHEN total > jsonb_array_length(cells)
			THEN format(E'<p class="more">%s not shown.</p>\n',
				@extschema@.cloudtrail_html_count(total - jsonb_array_length(cells), 'more is', 'more are'))
			ELSE '' END;
END
$$;
COMMENT ON FUNCTION cloudtrail_html_table(text, text, text[], jsonb, bigint, text) IS
	'Part of cloudtrail_audit_report(): a table of an array of rows, each an array of texts; without rows that there '
	'are none, or why that is not known. kinds has a letter for each column: h heading, n number, d date or account, '
	't words, l long text, u what is not certain';

CREATE FUNCTION cloudtrail_html_tile(value bigint, label text, alarming boolean, doubt text) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN '<div class="tile' || CASE WHEN alarming AND value > 0 THEN ' bad'
		ELSE '' END || '"><dt>' || @extschema@.cloudtrail_html(label)
		|| '</dt><dd class="value">' || CASE WHEN value > 0 OR value = 0
			AND doubt IS NULL THEN to_char(value, 'FM999,999,999,999,999,990') ELSE '&#8211;' END || '</dd>'
		|| CASE WHEN doubt IS NULL THEN '' ELSE '<dd class="doubt">' || CASE WHEN value > 0 THEN 'at least; '
			ELSE '' END || @extschema@.cloudtrail_html(doubt) || '</dd>' END
		|| E'</div>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_html_tile(bigint, text, boolean, text) IS
	'Part of cloudtrail_audit_report(): a number with its label, marked where it deserves a look; none for which '
	'there is a doubt is a dash with the reason';
