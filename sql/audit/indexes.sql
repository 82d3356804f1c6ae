-- Few facts have these, so these indexes are small, and what asks for them costs next to nothing.

CREATE INDEX secret_facts_shared_event_id_idx ON secret_facts (shared_event_id) WHERE shared_event_id IS NOT NULL;
CREATE INDEX secret_facts_original_event_id_idx ON secret_facts (original_event_id) WHERE original_event_id IS NOT NULL;
CREATE INDEX secret_facts_caller_idx ON secret_facts (principal_id, actor) WHERE shared_event_id IS NOT NULL
	AND actor LIKE 'arn:%';
CREATE INDEX secret_facts_shared_caller_idx ON secret_facts (shared_event_id) WHERE shared_event_id IS NOT NULL
	AND account_id = actor_account AND (actor NOT LIKE 'arn:%' OR actor_kind = 'root') AND actor_kind <> 'account';
CREATE INDEX secret_facts_trusted_idx ON secret_facts (secret_arn) WHERE trusted;
CREATE INDEX secret_facts_replication_idx ON secret_facts (secret_name)
	WHERE trusted AND detail ?| '{add_replica_regions,remove_replica_regions,replica_region}';
-- All that secret_lookalikes asks for by a name, so that it reads no facts; and by an ARN, mostly without result.
-- Nothing is known of an expression's values before ANALYZE but that an equality is rare; after it, how rare.
CREATE INDEX secret_facts_like_suffix_idx ON secret_facts (secret_name, partial_arn, secret_account, secret_region)
	INCLUDE (secret_arn, event_name, event_time, trusted)
	WHERE substring(secret_name, '(-)[A-Za-z0-9]{6}$') = '-'
		AND (trusted OR secret_source = 'name') AND succeeded;
CREATE INDEX secret_facts_like_arn_idx ON secret_facts (partial_arn)
	WHERE substring(secret_name, '(-)[A-Za-z0-9]{6}$') = '-'
		AND (trusted OR secret_source = 'name') AND succeeded;
CREATE STATISTICS secret_facts_like_suffix ON (substring(secret_name, '(-)[A-Za-z0-9]{6}$')) FROM secret_facts;
