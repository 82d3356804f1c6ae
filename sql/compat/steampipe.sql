-- Views of a trail with the column names of Steampipe's tables of CloudTrail
-- events.  Columns of Steampipe that only pass a parameter to AWS are missing:
-- a query that uses one should fail, not find nothing.

CREATE FUNCTION cloudtrail_create_steampipe_view(trail regnamespace, schema text,
	view_name text DEFAULT 'aws_cloudtrail_trail_event',
		log_group_name text DEFAULT 'aws-cloudtrail-log-group-name') RETURNS regclass
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	trail_name CONSTANT text := format('%s.raw_events', trail);
BEGIN
	IF trail IS NULL OR schema IS NULL OR view_name IS NULL OR log_group_name IS NULL THEN
		RAISE EXCEPTION 'trail, schema, view_name and log_group_name must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM @extschema@.cloudtrail_take_schema(schema);
	PERFORM set_config('search_path', format('%I, @extschema@, pg_temp', schema), true);
	SET LOCAL client_min_messages = warning;
	EXECUTE format($view$CREATE OR REPLACE VIEW %I WITH (security_invoker) AS SELECT
			%L::text AS log_group_name,
			t.event_time AS "timestamp",
			(extract(epoch FROM t.event_time) * 1000)::bigint AS timestamp_ms,
			access_key_id(t.event) AS access_key_id,
			aws_region(t.event) AS aws_region,
			error_code(t.event) AS error_code,
			error_message(t.event) AS error_message,
			event_category(t.event) AS event_category,
			event_id(t.event) AS event_id,
			event_name(t.event) AS event_name,
			event_source(t.event) AS event_source,
			t.event_time,
			event_type(t.event) AS event_type,
			event_version(t.event) AS event_version,
			read_only(t.event) AS read_only,
			recipient_account_id(t.event) AS recipient_account_id,
			request_id(t.event) AS request_id,
			shared_event_id(t.event) AS shared_event_id,
			source_ip_address(t.event) AS source_ip_address,
			user_agent(t.event) AS user_agent,
			user_type(t.event) AS user_type,
			user_name(t.event) AS username,
			coalesce(user_arn(t.event), session_issuer_arn(t.event),
				session_issuer_principal_id(t.event)) AS user_identifier,
			vpc_endpoint_id(t.event) AS vpc_endpoint_id,
			additional_event_data(t.event) AS additional_event_data,
			t.event::jsonb AS cloudtrail_event,
			request_parameters(t.event) AS request_parameters,
			response_elements(t.event) AS response_elements,
			resources(t.event) AS resources,
			tls_details(t.event) AS tls_details,
			user_identity(t.event) AS user_identity,
			CASE WHEN aws_region(t.event) LIKE 'cn-%%' THEN 'aws-cn' WHEN aws_region(t.event) LIKE 'us-gov-%%'
				THEN 'aws-us-gov' ELSE 'aws' END AS partition,
			aws_region(t.event) AS region,
			account_id(t.event) AS account_id,
			t.event
		FROM %s AS t$view$, view_name, log_group_name, trail_name);
	EXECUTE format('COMMENT ON VIEW %I IS %L', view_name, 'The events of trail ' || trail
		|| ' with the column names of Steampipe''s aws_cloudtrail_trail_event');
	EXECUTE format('COMMENT ON COLUMN %I.log_group_name IS %L', view_name,
		'The name given when the view was made, the same in all rows');
	EXECUTE format('COMMENT ON COLUMN %I."timestamp" IS %L', view_name,
		'event_time; Steampipe has the time of CloudWatch here, which CloudTrail sets to that of the event');
	EXECUTE format('COMMENT ON COLUMN %I.region IS %L', view_name,
		'The Region of the event; Steampipe has that of the log group here');
	EXECUTE format('COMMENT ON COLUMN %I.account_id IS %L', view_name,
		'The account of the event; Steampipe has that of the log group here');
	EXECUTE format('COMMENT ON COLUMN %I.event IS %L', view_name, 'The record, for this extension''s operators');
	RETURN format('%I.%I', schema, view_name)::regclass;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_steampipe_view(regnamespace, text, text, text) IS
	'Creates a view of a trail with the column names of Steampipe''s aws_cloudtrail_trail_event in a schema';

CREATE FUNCTION cloudtrail_create_steampipe_lookup_view(trail regnamespace, schema text,
	view_name text DEFAULT 'aws_cloudtrail_lookup_event') RETURNS regclass
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	trail_name CONSTANT text := format('%s.raw_events', trail);
BEGIN
	IF trail IS NULL OR schema IS NULL OR view_name IS NULL THEN
		RAISE EXCEPTION 'trail, schema and view_name must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM @extschema@.cloudtrail_take_schema(schema);
	PERFORM set_config('search_path', format('%I, @extschema@, pg_temp', schema), true);
	SET LOCAL client_min_messages = warning;
	EXECUTE format($view$CREATE OR REPLACE VIEW %I WITH (security_invoker) AS SELECT
			event_id(t.event) AS event_id,
			event_name(t.event) AS event_name,
			event_source(t.event) AS event_source,
			read_only(t.event)::text AS read_only,
			access_key_id(t.event) AS access_key_id,
			t.event_time,
			coalesce(user_name(t.event), session_name(t.event)) AS username,
			resources(t.event) AS resources,
			t.event::jsonb AS cloud_trail_event,
			event_name(t.event) AS title,
			CASE WHEN aws_region(t.event) LIKE 'cn-%%' THEN 'aws-cn' WHEN aws_region(t.event) LIKE 'us-gov-%%'
				THEN 'aws-us-gov' ELSE 'aws' END AS partition,
			aws_region(t.event) AS region,
			account_id(t.event) AS account_id,
			t.event
		FROM %s AS t$view$, view_name, trail_name);
	EXECUTE format('COMMENT ON VIEW %I IS %L', view_name, 'The events of trail ' || trail
		|| ' with the column names of Steampipe''s aws_cloudtrail_lookup_event');
	EXECUTE format('COMMENT ON COLUMN %I.resources IS %L', view_name,
		'The resources of the record; Steampipe has those that LookupEvents works out here');
	EXECUTE format('COMMENT ON COLUMN %I.event IS %L', view_name, 'The record, for this extension''s operators');
	RETURN format('%I.%I', schema, view_name)::regclass;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_steampipe_lookup_view(regnamespace, text, text) IS
	'Creates a view of a trail with the column names of Steampipe''s aws_cloudtrail_lookup_event in a schema';
