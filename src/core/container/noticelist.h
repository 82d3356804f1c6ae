/*
 * noticelist.h: what lies beside logs and is neither an event nor damaged.
 *
 * It has no include guard: each reader defines CT_NOTICE and includes it.
 *
 * CT_NOTICE(name, kind, text)	CT_NOTICE_name; kind is the word that SQL returns
 */
CT_NOTICE(DIGEST, "digest", "a CloudTrail digest file, not an event")
CT_NOTICE(AGGREGATED, "aggregated event", "an aggregated event (a summary without eventTime), not an event")
CT_NOTICE(S3_OBJECTS, "notice", "a notice that names S3 objects, without events")
CT_NOTICE(NOTIFICATION, "message", "a notification of another service (eventSource aws:...), without events")
CT_NOTICE(CONTROL_MESSAGE, "message", "a CloudWatch Logs control message, without events")
CT_NOTICE(MESSAGE, "message", "a message without CloudTrail data")
