/*
 * wraplist.h: what wraps CloudTrail's records.
 *
 * It has no include guard: each reader defines the macros it needs and
 * includes it.  The fields are rows of the field table.
 *
 * CT_WRAP_ARRAY(field, key, frame)	an array under that key holds records, or rows
 * CT_WRAP_TEXT(field, class)		a string holds JSON (STRING), or data as base64 (BASE64);
 *									the first that an object has counts
 * CT_WRAP_START(key)				a container whose first member is no array begins so
 */
#ifndef CT_WRAP_ARRAY
#define CT_WRAP_ARRAY(field, key, frame)
#endif
#ifndef CT_WRAP_TEXT
#define CT_WRAP_TEXT(field, class)
#endif
#ifndef CT_WRAP_START
#define CT_WRAP_START(key)
#endif

CT_WRAP_ARRAY(records, "Records", ARRAY)
CT_WRAP_ARRAY(lookup_events, "Events", ARRAY)
CT_WRAP_ARRAY(log_events, "logEvents", ARRAY)
CT_WRAP_ARRAY(log_output_events, "events", ARRAY)
CT_WRAP_ARRAY(firehose_records, "records", ARRAY)
CT_WRAP_ARRAY(sqs_messages, "Messages", ARRAY)
CT_WRAP_ARRAY(query_result_rows, "QueryResultRows", ROWS)
CT_WRAP_ARRAY(query_result_rows, "queryResultRows", ROWS)

CT_WRAP_TEXT(event_json, STRING)
CT_WRAP_TEXT(cloudtrail_event, STRING)
CT_WRAP_TEXT(kinesis_data, BASE64)
CT_WRAP_TEXT(logs_subscription_data, BASE64)
CT_WRAP_TEXT(sns_record_message, STRING)
CT_WRAP_TEXT(sqs_body, STRING)
CT_WRAP_TEXT(sns_message, STRING)
CT_WRAP_TEXT(message, STRING)
CT_WRAP_TEXT(firehose_data, BASE64)

CT_WRAP_START("messageType")
CT_WRAP_START("awslogs")
CT_WRAP_START("EventId")

#undef CT_WRAP_ARRAY
#undef CT_WRAP_TEXT
#undef CT_WRAP_START
