CREATE TABLE settings (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	as_of timestamptz
);
INSERT INTO settings DEFAULT VALUES ON CONFLICT DO NOTHING;
COMMENT ON TABLE settings IS 'What the views take for much, late or unused: one row, which you may update';
COMMENT ON COLUMN settings.only_row IS 'There is one row';
COMMENT ON COLUMN settings.as_of IS 'The time at which inventory, idleness and overdue rotations are judged; null is now';
