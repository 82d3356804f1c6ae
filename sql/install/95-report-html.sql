-- The parts of the auditor's page: text made harmless, rows, tables, style.
-- Nothing of an event gets into the page but through cloudtrail_html().

CREATE FUNCTION cloudtrail_html_row(kinds text, VARIADIC cells text[]) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT '<tr>' || string_agg(CASE substr(kinds, n::integer, 1)
				WHEN 'h' THEN '<th scope="row">' || cloudtrail_html(cell) || '</th>'
				WHEN 'n' THEN '<td class="n">' || cloudtrail_html(cell) || '</td>'
				WHEN 'd' THEN '<td class="d">' || cloudtrail_html(cell) || '</td>'
				WHEN 'l' THEN '<td class="l">' || cloudtrail_html(cell) || '</td>'
				ELSE '<td>' || cloudtrail_html(cell) || '</td>' END, '' ORDER BY n) || E'</tr>\n'
		FROM unnest(cells) WITH ORDINALITY AS t (cell, n);
	END;
COMMENT ON FUNCTION cloudtrail_html_row(text, text[]) IS
	'Part of cloudtrail_audit_report(): a row of a table; kinds has a letter for each cell: h heading, n number, d date or account, t words, l long text';

CREATE FUNCTION cloudtrail_html_table(caption text, kinds text, headings text[], body text, more bigint, absent text) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT CASE WHEN body IS NULL THEN '<p class="none"><strong>' || cloudtrail_html(caption) || ': none.</strong> ' || cloudtrail_html(absent) || E'</p>\n'
			ELSE '<div class="wide" tabindex="0" role="group" aria-label="' || cloudtrail_html(caption) || '"><table><caption>' || cloudtrail_html(caption) || '</caption><thead><tr>'
				|| (SELECT string_agg('<th scope="col"' || CASE substr(kinds, n::integer, 1) WHEN 'n' THEN ' class="n"' ELSE '' END || '>' || cloudtrail_html(heading) || '</th>', '' ORDER BY n)
					FROM unnest(headings) WITH ORDINALITY AS t (heading, n))
				|| E'</tr></thead><tbody>\n' || body || E'</tbody></table></div>\n'
				|| CASE WHEN more > 0 THEN '<p class="more">' || to_char(more, 'FM999,999,999,999') || E' more are not shown.</p>\n' ELSE '' END END;
	END;
COMMENT ON FUNCTION cloudtrail_html_table(text, text, text[], text, bigint, text) IS
	'Part of cloudtrail_audit_report(): a table with its caption, or a sentence that there is none, with what that means';

CREATE FUNCTION cloudtrail_html_tile(value text, label text, alarming boolean) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT '<div class="tile' || CASE WHEN alarming THEN ' bad' ELSE '' END || '"><dt>' || cloudtrail_html(label) || '</dt><dd>' || cloudtrail_html(value) || E'</dd></div>\n';
	END;
COMMENT ON FUNCTION cloudtrail_html_tile(text, text, boolean) IS
	'Part of cloudtrail_audit_report(): a number with its label, marked where it deserves a look';

CREATE FUNCTION cloudtrail_html_style() RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN $css$
:root { color-scheme: light dark; --back: #ffffff; --text: #1b2026; --soft: #57606a; --line: #d4dae0; --panel: #f5f7f9; --blue: #0b57d0; --red: #b3261e; --green: #146c2e; --amber: #7a4b00 }
@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e6e9ec; --soft: #a9b2bb; --line: #38414b; --panel: #1c2229; --blue: #8ab4f8; --red: #f4a9a3; --green: #86d39c; --amber: #efc46f } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; background: var(--back); color: var(--text); font: 1rem/1.45 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif }
a { color: var(--blue) }
.skip { position: absolute; left: -999rem }
.skip:focus { left: 1rem; top: .5rem; padding: .3rem .6rem; background: var(--back) }
h1 { margin: 0; font-size: 1.7rem }
h2 { margin: 2.5rem 0 .6rem; padding-top: .6rem; border-top: 2px solid var(--line); font-size: 1.3rem }
h3 { margin: 1.6rem 0 .4rem; font-size: 1.05rem }
header p, .more, .none, .legend { color: var(--soft) }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 1rem 0; padding: 0; list-style: none }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .7rem; margin: 1rem 0 }
.tile { display: flex; flex-direction: column-reverse; padding: .7rem .9rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--panel) }
.tile dt { color: var(--soft); font-size: .88rem }
.tile dd { margin: 0; font-size: 1.55rem; font-variant-numeric: tabular-nums }
.tile.bad { border-color: var(--red) }
.tile.bad dd { color: var(--red); font-weight: 600 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem }
caption { padding: .3rem 0; text-align: left; font-weight: 600 }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word }
thead th { background: var(--panel); border-bottom-width: 2px }
tbody th { font-weight: 500; min-width: 9rem }
tbody th, .l { overflow-wrap: anywhere }
.l { min-width: 8rem }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
thead .n { white-space: normal }
.d { white-space: nowrap; font-variant-numeric: tabular-nums }
.matrix { width: auto }
.matrix thead th:not(:first-child) { height: 11rem; padding: .4rem .2rem; text-align: left; vertical-align: bottom; font-weight: 500 }
.matrix thead span { display: inline-block; max-height: 10.5rem; overflow: hidden; writing-mode: vertical-rl; transform: rotate(180deg) }
.matrix tbody th { min-width: 19rem }
.matrix td { min-width: 2.9rem; white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums }
.h1 { background: color-mix(in srgb, var(--blue) 8%, transparent) } .h2 { background: color-mix(in srgb, var(--blue) 16%, transparent) }
.h3 { background: color-mix(in srgb, var(--blue) 26%, transparent) } .h4 { background: color-mix(in srgb, var(--blue) 38%, transparent) }
svg { display: block; width: 100%; height: auto; margin: .5rem 0 }
svg text { fill: var(--text); font-size: 14px } svg .soft { fill: var(--soft); font-size: 13px }
svg .grid { stroke: var(--line) } svg .bar { fill: var(--blue) }
svg .ok { fill: var(--green) } svg .fail { stroke: var(--red); stroke-width: 2.5; fill: none } svg .left { fill: var(--amber) } svg .open { stroke: var(--soft); stroke-width: 1.5; fill: none }
.legend svg { display: inline; width: 1rem; height: 1rem; margin: 0 .2rem 0 1rem; vertical-align: -.15rem }
footer { margin-top: 3rem; border-top: 2px solid var(--line); color: var(--soft); font-size: .88rem }
@media print {
	@page { size: A4; margin: 12mm }
	:root { --back: #ffffff; --text: #000000; --soft: #444444; --line: #bbbbbb; --panel: #f2f2f2; --blue: #0b57d0; --red: #b3261e; --green: #146c2e; --amber: #7a4b00 }
	body { max-width: none; padding: 0; font-size: 9.5pt; print-color-adjust: exact }
	nav, .skip { display: none }
	.wide { overflow: visible }
	table { font-size: 8pt }
	th, td { padding: .15rem .3rem }
	tbody th { min-width: 7.5rem }
	.l { min-width: 6.5rem }
	.matrix td, .matrix tbody th { min-width: 0 }
	thead { display: table-header-group }
	tr, svg, .tile { break-inside: avoid }
	h2, h3, caption { break-after: avoid }
}
$css$;
COMMENT ON FUNCTION cloudtrail_html_style() IS
	'Part of cloudtrail_audit_report(): its style sheet, for light and dark screens and for A4';
