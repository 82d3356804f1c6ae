-- Secrets as Secrets Manager lists them, which a trail keeps beside its events.

CREATE FUNCTION cloudtrail_load_secrets(trail regnamespace, list jsonb) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	listed CONSTANT jsonb := coalesce(list -> 'SecretList', list);
	loaded bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF jsonb_typeof(listed) IS DISTINCT FROM 'array' OR EXISTS (
		SELECT FROM jsonb_array_elements(listed) AS s WHERE s ->> 'ARN' IS NULL OR s ->> 'Name' IS NULL)
	THEN
		RAISE EXCEPTION 'invalid list of secrets' USING ERRCODE = 'invalid_parameter_value',
			DETAIL = 'Expected what "aws secretsmanager list-secrets" prints: {"SecretList": [{"ARN": ..., "Name": '
				'...}, ...]}.';
	END IF;
	-- The list replaces the list, for each account and Region that it has.
	DELETE FROM listed_secrets AS l
		WHERE (split_part(l.secret_arn, ':', 5), split_part(l.secret_arn, ':', 4)) IN (
			SELECT split_part(s ->> 'ARN', ':', 5), split_part(s ->> 'ARN', ':', 4)
				FROM jsonb_array_elements(listed) AS s);
	INSERT INTO listed_secrets (secret_arn, secret_name, created_at, last_changed_at, last_rotated_at, last_accessed_at,
			deletion_date, rotation_enabled, primary_region, listing)
		SELECT DISTINCT ON (s ->> 'ARN') s ->> 'ARN', s ->> 'Name', @extschema@.cloudtrail_time(s ->> 'CreatedDate'),
			@extschema@.cloudtrail_time(s ->> 'LastChangedDate'), @extschema@.cloudtrail_time(s ->> 'LastRotatedDate'),
			@extschema@.cloudtrail_time(s ->> 'LastAccessedDate'), @extschema@.cloudtrail_time(s ->> 'DeletedDate'),
			CASE s ->> 'RotationEnabled' WHEN 'true' THEN true WHEN 'false' THEN false END,
			s ->> 'PrimaryRegion', s
		FROM jsonb_array_elements(listed) AS s;
	GET DIAGNOSTICS loaded = ROW_COUNT;
	RETURN loaded;
END
$$;
COMMENT ON FUNCTION cloudtrail_load_secrets(regnamespace, jsonb) IS
	'Loads what aws secretsmanager list-secrets prints into listed_secrets of a trail, in place of what was listed '
	'before for its accounts and Regions: the list has to be whole, since a secret that is missing in it counts as '
	'gone. Returns the number of secrets';
