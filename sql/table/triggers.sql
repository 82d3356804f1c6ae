-- Facts and sums follow every change of the events.  The functions belong to
-- the extension, check that the table is a trail's, and act as its owner.

CREATE TRIGGER place BEFORE INSERT ON raw_events_default
	FOR EACH ROW EXECUTE FUNCTION cloudtrail_place_event();

CREATE TRIGGER follow_insert AFTER INSERT ON raw_events
	REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events();
CREATE TRIGGER follow_update AFTER UPDATE ON raw_events
	REFERENCING OLD TABLE AS removed NEW TABLE AS inserted FOR EACH STATEMENT
	EXECUTE FUNCTION cloudtrail_follow_events();
CREATE TRIGGER follow_delete AFTER DELETE ON raw_events
	REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events();
CREATE TRIGGER follow_truncate AFTER TRUNCATE ON raw_events
	FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events();

CREATE TRIGGER follow_insert AFTER INSERT ON raw_events_default
	REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events();
CREATE TRIGGER follow_update AFTER UPDATE ON raw_events_default
	REFERENCING OLD TABLE AS removed NEW TABLE AS inserted FOR EACH STATEMENT
	EXECUTE FUNCTION cloudtrail_follow_events();
CREATE TRIGGER follow_delete AFTER DELETE ON raw_events_default
	REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events();
CREATE TRIGGER follow_truncate AFTER TRUNCATE ON raw_events_default
	FOR EACH STATEMENT EXECUTE FUNCTION cloudtrail_follow_events();
