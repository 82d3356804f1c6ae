-- A view of a trail with the column names of AWS's Athena table for CloudTrail
-- logs.  Types and functions that its queries need are made beside it, in the
-- user's schema; the extension owns none of them.

CREATE FUNCTION cloudtrail_create_athena_view(trail regnamespace, schema text,
	view_name text DEFAULT 'cloudtrail_logs') RETURNS regclass
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
	PERFORM @extschema@.cloudtrail_create_athena_types(schema);
	PERFORM @extschema@.cloudtrail_create_athena_functions(schema);

	-- A row constructor costs nothing where a query takes one field of it: the planner puts the field in its place.
	EXECUTE format($view$CREATE OR REPLACE VIEW %I WITH (security_invoker) AS SELECT
			event_version(t.event) AS eventversion,
			ROW(user_type(t.event), principal_id(t.event), user_arn(t.event), user_account_id(t.event),
				invoked_by(t.event),
				access_key_id(t.event), user_name(t.event),
				ROW(on_behalf_of_user_id(t.event), on_behalf_of_identity_store_arn(t.event))::athena_onbehalfof,
				ROW(ROW(t.event #>> '{userIdentity,sessionContext,attributes,mfaAuthenticated}',
						t.event #>> '{userIdentity,sessionContext,attributes,creationDate}')::athena_attributes,
					ROW(session_issuer_type(t.event), session_issuer_principal_id(t.event), session_issuer_arn(t.event),
						session_issuer_account_id(t.event), session_issuer_user_name(t.event))::athena_sessionissuer,
					ec2_role_delivery(t.event),
					ROW(federated_provider(t.event), web_id_federation_attributes(t.event))::athena_webidfederationdata
				)::athena_sessioncontext)::athena_useridentity AS useridentity,
			to_char(t.event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') COLLATE "C" AS eventtime,
			event_source(t.event) AS eventsource,
			event_name(t.event) AS eventname,
			aws_region(t.event) AS awsregion,
			source_ip_address(t.event) AS sourceipaddress,
			user_agent(t.event) AS useragent,
			error_code(t.event) AS errorcode,
			error_message(t.event) AS errormessage,
			request_parameters(t.event)::text AS requestparameters,
			response_elements(t.event)::text AS responseelements,
			additional_event_data(t.event)::text AS additionaleventdata,
			request_id(t.event) AS requestid,
			event_id(t.event) AS eventid,
			read_only(t.event)::text AS readonly,
			CASE WHEN jsonb_typeof(resources(t.event)) = 'array' THEN ARRAY(
				SELECT ROW(coalesce(r ->> 'ARN', r ->> 'arn'), r ->> 'accountId', r ->> 'type')::athena_resource
				FROM jsonb_array_elements(resources(t.event)) AS r) END AS resources,
			event_type(t.event) AS eventtype,
			api_version(t.event) AS apiversion,
			recipient_account_id(t.event) AS recipientaccountid,
			service_event_details(t.event)::text AS serviceeventdetails,
			shared_event_id(t.event) AS sharedeventid,
			vpc_endpoint_id(t.event) AS vpcendpointid,
			vpc_endpoint_account_id(t.event) AS vpcendpointaccountid,
			event_category(t.event) AS eventcategory,
			ROW(addendum_reason(t.event), addendum_updated_fields(t.event), addendum_original_request_id(t.event),
				addendum_original_event_id(t.event))::athena_addendum AS addendum,
			session_credential_from_console(t.event)::text AS sessioncredentialfromconsole,
			edge_device_details(t.event)::text AS edgedevicedetails,
			ROW(tls_version(t.event), cipher_suite(t.event),
				client_provided_host_header(t.event))::athena_tlsdetails AS tlsdetails,
			account_id(t.event) AS account,
			aws_region(t.event) AS region,
			to_char(t.event_time AT TIME ZONE 'UTC', 'YYYY/MM/DD') COLLATE "C" AS "timestamp",
			to_char(t.event_time AT TIME ZONE 'UTC', 'YYYY') COLLATE "C" AS year,
			to_char(t.event_time AT TIME ZONE 'UTC', 'MM') COLLATE "C" AS month,
			to_char(t.event_time AT TIME ZONE 'UTC', 'DD') COLLATE "C" AS day,
			t.event_time,
			t.event
		FROM %s AS t$view$, view_name, trail_name);
	EXECUTE format('COMMENT ON VIEW %I IS %L', view_name, 'The events of trail ' || trail
		|| ' with the column names of Athena''s table for CloudTrail logs');
	EXECUTE format('COMMENT ON COLUMN %I.eventtime IS %L', view_name,
		'Time as text, in ISO form; a condition on event_time is faster, since it chooses partitions');
	EXECUTE format('COMMENT ON COLUMN %I.requestparameters IS %L', view_name,
		'JSON, written as jsonb writes it: a space follows each colon and comma');
	EXECUTE format('COMMENT ON COLUMN %I.account IS %L', view_name, 'Partition column of tables for an organization');
	EXECUTE format('COMMENT ON COLUMN %I.region IS %L', view_name, 'Partition column: the Region of the event');
	EXECUTE format('COMMENT ON COLUMN %I."timestamp" IS %L', view_name,
		'Partition column: the day (UTC) as 2024/12/31');
	EXECUTE format('COMMENT ON COLUMN %I.event_time IS %L', view_name,
		'When the call completed: conditions on it choose the trail''s partitions');
	EXECUTE format('COMMENT ON COLUMN %I.event IS %L', view_name, 'The record, for this extension''s operators');
	RETURN format('%I.%I', schema, view_name)::regclass;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_athena_view(regnamespace, text, text) IS
	'Creates a view of a trail with the column names of Athena''s table for CloudTrail logs, and the types and '
	'functions its queries need, in a schema';

CREATE FUNCTION cloudtrail_create_athena_types(schema text) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	new_type text[];
BEGIN
	PERFORM set_config('search_path', format('%I, pg_temp', schema), true);
	FOREACH new_type SLICE 1 IN ARRAY ARRAY[
		['athena_onbehalfof', 'userid text, identitystorearn text',
			'The user of IAM Identity Center that a call was made for'],
		['athena_attributes', 'mfaauthenticated text, creationdate text', 'Attributes of a session, as written'],
		['athena_sessionissuer', 'type text, principalid text, arn text, accountid text, username text',
			'Who issued a session'],
		['athena_webidfederationdata', 'federatedprovider text, attributes jsonb',
			'What a web identity provider reported'],
		['athena_sessioncontext', 'attributes athena_attributes, sessionissuer athena_sessionissuer, ec2roledelivery '
			'text, webidfederationdata athena_webidfederationdata', 'The session of temporary credentials'],
		['athena_useridentity', 'type text, principalid text, arn text, accountid text, invokedby text, accesskeyid '
			'text, username text, onbehalfof athena_onbehalfof, sessioncontext athena_sessioncontext',
			'Who made a request'],
		['athena_resource', 'arn text, accountid text, type text', 'A resource that an event accessed'],
		['athena_addendum', 'reason text, updatedfields text, originalrequestid text, originaleventid text',
			'Why an event was delivered late or again'],
		['athena_tlsdetails', 'tlsversion text, ciphersuite text, clientprovidedhostheader text', 'TLS of a call']]
	LOOP
		IF to_regtype(format('%I.%I', schema, new_type[1])) IS NULL THEN
			EXECUTE format('CREATE TYPE %I AS (%s)', new_type[1], new_type[2]);
			EXECUTE format('COMMENT ON TYPE %I IS %L', new_type[1], new_type[3]);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_athena_types(text) IS
	'Part of cloudtrail_create_athena_view(): the types of nested columns';

CREATE FUNCTION cloudtrail_create_athena_functions(schema text) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM set_config('search_path', format('%I, @extschema@, pg_temp', schema), true);
	-- Strict paths find nothing where the text has another shape; lax ones would look into arrays.
	CREATE OR REPLACE FUNCTION json_extract(document text, path text) RETURNS jsonb
		LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
		RETURN jsonb_path_query_first(document::jsonb, ('strict ' || path)::jsonpath, '{}', true);
	COMMENT ON FUNCTION json_extract(text, text) IS
		'What a JSON path leads to in a text, as jsonb; null if there is nothing';
	CREATE OR REPLACE FUNCTION json_extract_scalar(document text, path text) RETURNS text
		LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
		RETURN (jsonb_path_query_first(document::jsonb, ('strict ' || path || ' ? (@.type() != "object" && @.type() '
			'!= "array")')::jsonpath, '{}', true)) #>> '{}';
	COMMENT ON FUNCTION json_extract_scalar(text, text) IS
		'The string, number or boolean that a JSON path leads to in a text, as text; null if there is none';
	CREATE OR REPLACE FUNCTION from_iso8601_timestamp(string text) RETURNS timestamptz
		LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
		RETURN cloudtrail_time(string);
	COMMENT ON FUNCTION from_iso8601_timestamp(text) IS
		'A time in ISO form; null if the text is not a time; Athena reports an error';
	CREATE OR REPLACE FUNCTION replace(string text, search text) RETURNS text
		LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
		RETURN pg_catalog.replace(string, search, '');
	COMMENT ON FUNCTION replace(text, text) IS 'A text without every occurrence of another';
	CREATE OR REPLACE FUNCTION element_at(elements anyarray, index integer) RETURNS anyelement
		LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
		'SELECT elements[CASE WHEN index OPERATOR(pg_catalog.<) 0 THEN pg_catalog.cardinality(elements) '
		'OPERATOR(pg_catalog.+) 1 OPERATOR(pg_catalog.+) index ELSE index END]';
	COMMENT ON FUNCTION element_at(anyarray, integer) IS
		'An element of an array, counted from 1, or from the end if negative; null beyond it';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_athena_functions(text) IS
	'Part of cloudtrail_create_athena_view(): functions of Athena that published queries of CloudTrail logs use';
