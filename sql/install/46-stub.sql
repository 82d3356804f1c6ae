CREATE FUNCTION cloudtrail_has_facts(cloudtrail_event) RETURNS boolean LANGUAGE sql AS 'SELECT false';
COMMENT ON FUNCTION cloudtrail_has_facts(cloudtrail_event) IS 'stub';
CREATE FUNCTION cloudtrail_secret_facts(e cloudtrail_event, OUT item integer, OUT event_id text) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, ''x'' WHERE false';
COMMENT ON FUNCTION cloudtrail_secret_facts(cloudtrail_event) IS 'stub';
