-- Row-level security of raw_events holds in what is made of it.  A reader who
-- is not shown every event gets the facts of those that are shown, and no row
-- of the ledger, the rejects, the digests or the sums, which speak of others.
-- The same holds for writing: whoever may not see the whole ledger may not
-- write to it what would keep files of others out.

ALTER TABLE secret_facts ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_visible_events ON secret_facts FOR SELECT
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass))
		-- By a function, so that a question does not plan every partition of the events.
		OR cloudtrail_raw_event('raw_events'::regclass, event_time, event_key) IS NOT NULL);

ALTER TABLE issued_credentials ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_visible_events ON issued_credentials FOR SELECT
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass))
		OR cloudtrail_raw_event('raw_events'::regclass, event_time, event_key) IS NOT NULL);

ALTER TABLE log_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON log_files
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE rejects ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON rejects
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE conflicts ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON conflicts
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE digests ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON digests
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE activity ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON activity
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE action_activity ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON action_activity
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE principal_activity ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON principal_activity
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
ALTER TABLE changed_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON changed_days
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));

-- A partition that is read by its own name has no policy of raw_events.
ALTER TABLE raw_events_default ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON raw_events_default
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
