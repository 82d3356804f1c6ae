-- Classes of events that no single field names.

CREATE FUNCTION cloudtrail_is_management(event cloudtrail_event) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	-- Events before eventVersion 1.06 do not say; data events were those of objects and functions then.
	RETURN coalesce(@extschema@.management_event(event),
		@extschema@.event_category(event) OPERATOR(pg_catalog.=) 'Management',
		NOT (@extschema@.event_source(event) OPERATOR(pg_catalog.~~) 's3.amazonaws.com%'
				AND @extschema@.event_name(event) OPERATOR(pg_catalog.~) 'Object|Part|MultipartUpload'
			OR @extschema@.event_source(event) OPERATOR(pg_catalog.~~) 'lambda.amazonaws.com%'
				AND @extschema@.event_name(event) OPERATOR(pg_catalog.~~) 'Invoke%'), true);
COMMENT ON FUNCTION cloudtrail_is_management(cloudtrail_event) IS
	'Whether an event is a management event, by what it says or, before eventVersion 1.06, by its action';

CREATE FUNCTION cloudtrail_is_endpoint_event(event_type text) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN coalesce(event_type, '') OPERATOR(pg_catalog.~~) 'AwsVpceEvent%';
COMMENT ON FUNCTION cloudtrail_is_endpoint_event(text) IS
	'Whether an event with this eventType is a VPC endpoint''s record of a call, beside which the API has its own';
