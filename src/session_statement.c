/*
 * session_statement.c: what is asked of a session's records.
 */
#include "session_statement.h"

#include "catalog/pg_type.h"

static const SessionColumn link_columns[] = {
#define LINK(column, TYPE, member) {#column, TYPE##OID},
#include "session_linklist.h"
};

static const SessionColumn fact_columns[] = {
#define LINK_FACT(column, TYPE, member) {#column, TYPE##OID},
#include "session_linklist.h"
};

const char *const cloudtrail_caller_columns[CALLER_COLUMNS] = {
	"caller_account", "caller_id", "caller_name", "caller_key", "origin", "origin_kind"
};

const StatementText cloudtrail_statements[SESSION_STATEMENTS] = {

	/*
	 * By the index of the key, whatever the planner knows: one role may have been assumed any
	 * number of times.  Not every event that has the key has the id.
	 */
	[BY_KEY] = {.conditions = {
			{"issued_key", IS, 0},
			{"issued_id", IS_IF_KNOWN, 1},
			{"account_id", IS, 2},
	}},
	[BY_ROOT_KEY] = {.conditions = {
			{"issued_key", IS, 0},
			{"issued_id", IS_OR_EMPTY, 1},
			{"event_name", IS_WORD, .other = "AssumeRoot"},
			{"account_id", IS_COLUMN, .other = "caller_account"},
			{"account_id", IS_NOT, 2},
	}},
	[BY_ID] = {.conditions = {
			{"issued_id", IS, 0},
			{"issued_name", IS_OR_EMPTY, 1},
			{"account_id", IS, 2},
			{"event_time", FROM, 3},
			{"event_time", TO, 4},
	}},
	/* Each caller once: a sign-in session is renewed four times an hour. */
	[BY_SIGN_IN] = {.by_caller = true, .conditions = {
			{"issued_sign_in", IS, 0},
			{"issued_id", IS, 1},
			{"account_id", IS, 2},
	}},
	[BY_PORTAL] = {.conditions = {
			{"issued_id", IS, 0},
			{"permission_set", IS, 1},
			{"event_name", IS_WORD, .other = "GetRoleCredentials"},
			{"event_time", FROM, 2},
			{"event_time", TO, 3},
	}},
	[BY_CALLER] = {.conditions = {
			{"issued_id", IS, 0},
			{"caller_id", IS, 1},
			{"account_id", IS, 2},
			{"caller_account", IS, 2},
			{"event_time", FROM, 3},
			{"event_time", TO, 4},
			{"caller_name", IS_OR_EMPTY, 5},
	}},
	[BY_OTHERS] = {.conditions = {
			{"issued_key", IS, 0},
			{"account_id", IS_NOT, 1},
	}},
	[BY_CALL] = {.of_facts = true, .conditions = {
			{"shared_event_id", IS, 0},
			{"account_id", IS, 1},
			{"actor_account", IS, 1},
			{"principal_id", IS, 2},
			{"access_key_id", IS_KNOWN},
			/* All facts of an event say the same of its caller, and a batch has many. */
			{"item", IS_FIRST},
	}},
};

const SessionColumn *
statement_columns(SessionStatement statement, int *count)
{
	bool		of_facts = cloudtrail_statements[statement].of_facts;

	*count = of_facts ? LINK_FACT_COLUMNS : LINK_COLUMNS;
	return of_facts ? fact_columns : link_columns;
}
