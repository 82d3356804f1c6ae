/*
 * test_container.c: every container of CloudTrail's, alone and one after another.
 */
#include <dirent.h>

#include "split_util.h"

/* Formats a text. */
__attribute__((format(printf, 1, 2)))
static buffer
format(const char *fmt,...)
{
	char		line[4096];
	va_list		args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	return make(line);
}

/* Puts a text, which is released, for the %s of a format. */
static buffer
put_in(const char *fmt, buffer inner)
{
	const char *place = strstr(fmt, "%s");
	buffer		t = {0};

	put(&t, fmt, (size_t) (place - fmt));
	put(&t, inner.ptr, inner.len);
	put(&t, place + 2, strlen(place + 2));
	free(inner.ptr);
	return t;
}

static buffer
message(const char *s)
{
	return quoted(make(s));
}

static void
test_plain(void)
{
	splits("", "?EMPTY@0:", "an empty file is damaged");
	splits(" \n\t\r\n", "?EMPTY@0:", "so is one of white space");
	splits("\xef\xbb\xbf", "?EMPTY@0:\xef\xbb\xbf", "and one of a byte order mark");
	splits("{\"Records\":[]}", "", "one without records is not");
	splits(E("A"), "A", "a bare record");
	splits("\xef\xbb\xbf" E("A"), "A", "behind a byte order mark");
	splits(E("A") "\n" E("B") "\r\n\n" E("C") "\n", "A|B|C", "NDJSON");
	splits(E("A") E("B") E("C"), "A|B|C", "records without anything between them (Firehose)");
	splits(E("A") ",\n" E("B") ",", "A|B", "records with commas between them");
	splits("[" E("A") ", " E("B") "]", "A|B", "a bare array");
	splits("[[" E("A") "],[" E("B") "]]", "A|B", "an array of arrays");
	splits("{\n  \"eventVersion\" : \"1.08\",\n  \"eventTime\" : \"2024-05-01T10:00:00Z\",\n  \"eventName\" : \"A\"\n}\n"
		   "{\n  \"eventName\": \"B\",\n  \"eventTime\": 1525106994.0\n}\n", "A|B", "pretty-printed records");
	splits("{\"Records\":[" E("A") "," E("B") "]}", "A|B", "a log file");
	splits("{\"Records\":[" E("A") "]}\n{\"Records\":[" E("B") "]}{\"Records\":[]}[]", "A|B", "log files one after another");
	splits("{ \"Records\" : [\n" E("A") "\n,\n" E("B") "\n]\n}\n", "A|B", "a log file with white space");
	splits("{\"x\":{\"y\":[1]},\"Records\":[" E("A") "],\"z\":null}", "A", "a log file with other keys");
	splits("{\"Records\":[" E("A") "],\"Records\":[" E("B") "]}", "A|B", "a repeated key loses nothing");
	splits("[{\"Records\":[" E("A") "]},{\"Records\":[" E("B") "]}]", "A|B", "an array of log files");
	splits("{\"Records\":[{\"eventVersion\":\"1.07\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventType\":\"AwsCloudTrailInsight\","
		   "\"insightDetails\":{\"state\":\"Start\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"X\"},\"eventCategory\":\"Insight\"}]}",
		   "-", "an Insights file: its records are events");
	splits("\"" "{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"A\\\"}" "\"", "A", "a record encoded as a string");
	splits("[\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"A\\\"}\",\"x\"]", "A|?NOT_OBJECT@0:\"x\"",
		   "an array of records encoded as strings");
}

static void
test_no_events(void)
{
	splits("{\"awsAccountId\":\"111122223333\",\"digestStartTime\":\"2024-05-01T10:00:00Z\",\"digestEndTime\":\"2024-05-01T11:00:00Z\","
		   "\"digestPublicKeyFingerprint\":\"ab\",\"logFiles\":[{\"s3Bucket\":\"b\",\"s3Object\":\"o\",\"hashValue\":\"h\"}]}",
		   "!DIGEST", "a digest file");
	splits("{\"Records\":[{\"eventVersion\":\"1.0\",\"accountId\":\"111122223333\",\"eventId\":\"e\",\"eventCategory\":\"Aggregated\","
		   "\"eventType\":\"AwsAggregatedEvent\"},{\"eventId\":\"e\",\"timeWindow\":{\"windowSize\":\"PT5M\"},\"summary\":{}}," E("A") "]}",
		   "!AGGREGATED|!AGGREGATED|A", "aggregated events");
	splits("{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"AWSLogs/1.json.gz\"]}", "!S3_OBJECTS", "a notice of delivery");
	splits("{\"Type\":\"Notification\",\"MessageId\":\"m\",\"Message\":\"{\\\"s3Bucket\\\":\\\"b\\\",\\\"s3ObjectKey\\\":[\\\"k\\\"]}\"}",
		   "!S3_OBJECTS", "a notice of delivery from SNS");
	splits("{\"Type\":\"Notification\",\"Message\":\"CloudTrail validation message.\"}", "!MESSAGE", "a validation message");
	splits("CloudTrail validation message.", "!MESSAGE", "a validation message alone");
	splits("{\"Type\":\"SubscriptionConfirmation\",\"Message\":\"You have chosen ...\",\"Token\":\"t\"}", "!MESSAGE",
		   "a confirmation of a subscription");
	splits("{\"messageType\":\"CONTROL_MESSAGE\",\"owner\":\"CloudwatchLogs\",\"logGroup\":\"\",\"logEvents\":[{\"id\":\"\",\"timestamp\":1,"
		   "\"message\":\"CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.\"}]}",
		   "!CONTROL_MESSAGE", "a control message");
	splits("{\"logEvents\":[],\"messageType\":\"CONTROL_MESSAGE\"}", "!CONTROL_MESSAGE", "a control message, other order");
	splits("{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"awsRegion\":\"us-east-1\",\"eventTime\":\"2024-05-01T10:00:00.000Z\","
		   "\"eventName\":\"ObjectCreated:Put\",\"s3\":{}},{\"eventID\":\"1\",\"eventName\":\"INSERT\",\"eventVersion\":\"1.1\","
		   "\"eventSource\":\"aws:dynamodb\",\"awsRegion\":\"us-east-1\",\"dynamodb\":{}}]}",
		   "!NOTIFICATION|!NOTIFICATION", "notifications of S3 and DynamoDB");
	splits("{\"detail-type\":\"Scheduled Event\",\"detail\":{}}", "!MESSAGE", "an EventBridge envelope of another service");
	splits("{\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":{\"a\":1}}", "?NO_EVENT_TIME@0:{\"a\":1}",
		   "an EventBridge envelope without a record");
	splits("hello", "?NO_CONTAINER@0:hello", "text");
	splits(" 42\n", "?NOT_OBJECT@0:42", "a number");
	splits("{\"a\":1}", "?NO_EVENT_TIME@0:{\"a\":1}", "another object");
	splits("{\"Records\":" E("A") "}", "?RECORDS@11:{\"Records\":" E("A") "}", "an object for an array of records");
	splits("{\"Records\":" E("A"), "?EOF@85:{\"Records\":" E("A"), "and cut");
	splits("{\"level\":\"info\",\"message\":\"started\"}", "?NO_EVENT_TIME@0:{\"level\":\"info\",\"message\":\"started\"}",
		   "an object with a message that is no JSON stays whole");
	splits_blob("\xff\xfe{\0}\0", 6, "?UTF16@0:\xff\xfe{", "UTF-16 is named");
	splits_blob("{\0\"\0x\0", 6, "?UTF16@0:{", "without a byte order mark");
	splits_blob("\0[\0{", 4, "?UTF16@0:", "in the other byte order");
}

static void
test_services(void)
{
	splits_text(put_in("{\"Events\":[{\"EventId\":\"e\",\"EventName\":\"A\",\"ReadOnly\":\"true\",\"EventTime\":1525106994.0,\"Username\":\"u\","
					   "\"Resources\":[{\"ResourceType\":\"t\",\"ResourceName\":\"n\"}],\"CloudTrailEvent\":%s},{\"EventId\":\"f\"}],\"NextToken\":\"t\"}",
					   message(E("A"))), "A|?NO_EVENT_TIME@0:{\"EventId\":\"f\"}", "lookup-events");
	splits_text(put_in("{\"EventId\":\"e\",\"CloudTrailEvent\":%s}", message(E("A"))), "A", "an item of lookup-events");
	splits("{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"B\",\"CloudTrailEvent\":{\"a\":1}}", "B", "a column without a record");
	splits("{\"Events\":[{\"CloudTrailEvent\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"\\\\u0000\\\\\\\"\\u00e9\\/\\\"}\"}]}",
		   "\\u0000\\\"\xc3\xa9/", "its string is unescaped, once");
	splits("{\"version\":\"0\",\"id\":\"i\",\"detail-type\":\"AWS API Call via CloudTrail\",\"source\":\"aws.s3\",\"detail\": " E("A") " }\n"
		   "{\"detail-type\":\"AWS Service Event via CloudTrail\",\"detail\":" E("B") "}", "A|B", "EventBridge");
	splits("[{\"detail\":" E("A") "},{\"detail\":" E("B") "}]", "A|B", "an array of EventBridge envelopes");
	splits_text(put_in("{\"detail-type\":\"x\",\"detail\":%s}", message(E("A"))), "A", "EventBridge, the record as a string");
	splits_text(put_in("{\"events\":[{\"logStreamName\":\"s\",\"timestamp\":1,\"message\":%s,\"eventId\":\"1\"},"
					   "{\"message\":\"START RequestId\"}],\"nextToken\":\"t\"}", message(E("A"))),
				"A|?NO_EVENT_TIME@0:{\"message\":\"START RequestId\"}", "filter-log-events");
	splits_text(put_in("{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"o\",\"logGroup\":\"g\",\"logStream\":\"s\",\"subscriptionFilters\":[\"f\"],"
					   "\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,\"message\":%s}]}", message(E("A"))), "A", "a log subscription");
	splits("2024-05-01T10:00:01.123Z " E("A") "\n2024-05-01T10:00:02.000Z " E("B") "\n", "A|B", "a log group exported to S3");
	splits("2024-05-01T10:00:01.123000+00:00 111122223333_CloudTrail_us-east-2 " E("A") "\r\n"
		   "2024-05-01T10:00:02 " E("B"), "A|B", "what aws logs tail prints");
	splits("yesterday " E("A") "\n2024-05-01T10:00:02.000Z hello\n", "?NO_CONTAINER@0:yesterday|A|?NO_CONTAINER@0:2024-05-01T10:00:02.000Z hello",
		   "lines of other logs");
	splits_text(put_in("{\"logEvents\":[{\"id\":\"1\",\"message\":%s}],\"messageType\":\"DATA_MESSAGE\"}", message(E("A"))), "A",
				"a log subscription, other order");
	splits_text(put_in("{\"awslogs\":{\"data\":\"%s\"}}", base64(gzipped(put_in("{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"id\":\"1\",\"message\":%s}]}",
																			message(E("A"))))))
				, "A", "a log subscription as Lambda gets it");
	splits_text(put_in("{\"Records\":[{\"kinesis\":{\"partitionKey\":\"p\",\"data\":\"%s\"},\"eventSource\":\"aws:kinesis\",\"eventID\":\"i\"}]}",
					   base64(gzipped(put_in("{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"id\":\"1\",\"message\":%s}]}", message(E("A")))))),
				"A", "a Kinesis batch as Lambda gets it");
	splits_text(put_in("{\"invocationId\":\"i\",\"records\":[{\"recordId\":\"r\",\"data\":\"%s\"}]}", base64(make(E("A") "\n" E("B")))),
				"A|B", "a batch of Firehose");
	splits_text(put_in("{\"Records\":[{\"SequenceNumber\":\"1\",\"Data\":\"%s\"}]}", base64(zstded(make(E("A"))))), "A", "Kinesis get-records");
	splits("{\"records\":[{\"recordId\":\"r\",\"data\":\"!!\"},{\"recordId\":\"s\",\"data\":\"\"}]}",
		   "?BASE64@0:{\"recordId\":\"r\",\"data\":\"!!\"}|?NO_EVENT_TIME@0:{\"recordId\":\"s\",\"data\":\"\"}", "a batch with no base64 in it");
	splits_text(put_in("{\"Messages\":[{\"MessageId\":\"m\",\"Body\":%s}]}",
					   quoted(put_in("{\"Type\":\"Notification\",\"Message\":%s}", message("{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}")))),
				"!S3_OBJECTS", "SQS receive-message with SNS notices");
	splits_text(put_in("{\"Records\":[{\"messageId\":\"m\",\"eventSource\":\"aws:sqs\",\"body\":%s}]}",
					   quoted(put_in("{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":%s}", make(E("A"))))),
				"A", "SQS with EventBridge, as Lambda gets it");
	splits_text(put_in("{\"Records\":[{\"EventSource\":\"aws:sns\",\"EventVersion\":\"1.0\",\"Sns\":{\"Type\":\"Notification\",\"Message\":%s}}]}",
					   message("{\"Records\":[" E("A") "]}")), "A", "SNS, as Lambda gets it");
	splits_text(put_in("{\"Type\":\"Notification\",\"Message\":%s}",
					   message("{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"x\"}]}")),
				"!NOTIFICATION", "a notification of S3 through SNS");
}

/* A record whose eventTime Logstash's codec moved. */
#define TIMELESS(name, time) \
	"{\"eventVersion\":\"1.08\",\"eventName\":\"" name "\",\"@timestamp\":\"" time "\"}"

/* What people export from a search engine, or from CloudWatch Logs Insights. */
static void
test_search(void)
{
	splits_text(put_in("{\"preview\":false,\"offset\":0,\"result\":{\"_raw\":%s,\"_time\":\"t\"}}\n"
					   "{\"preview\":false,\"result\":{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"B\"}}", message(E("A"))),
				"A|B", "Splunk's results, one a line");
	splits_text(put_in("{\"preview\":false,\"results\":[{\"eventTime\":\"2024-05-01T10:00:00.000+00:00\",\"eventName\":\"x\",\"_raw\":%s}]}",
					   message(E("A"))), "A", "an array of them, whose fields do not stand for the record");
	splits_text(put_in("{\"time\":1,\"event\":%s}{\"time\":2,\"event\":" E("B") "}", message(E("A"))), "A|B", "events of Splunk's collector");
	splits("_time,_raw,host\n1,\"{\"\"eventTime\"\":\"\"2024-05-01T10:00:00Z\"\",\"\"eventName\"\":\"\"A\"\"}\",h\n1,other,h\n",
		   "A|?NO_EVENT_TIME@0:1,other,h", "Splunk's CSV");
	splits_text(put_in("{\"_index\":\"i\",\"_id\":\"1\",\"_source\":{\"message\":\"m\",\"event\":{\"action\":\"x\",\"original\":%s}}}\n"
					   "{\"_index\":\"i\",\"_source\":" E("B") "}", message(E("A"))), "A|B", "documents of Elasticsearch");
	splits_text(put_in("{\"took\":1,\"hits\":{\"total\":{\"value\":1},\"hits\":[{\"_index\":\"i\",\"_source\":{\"@timestamp\":\"t\",\"message\":%s}}]}}",
					   message(E("A"))), "A", "a page of them");
	splits_text(put_in("{\"took\":1,\"hits\":{\"hits\":[{\"_index\":\"i\",\"_source\":{\"event\":{\"original\":%s}}},{\"_index\":\"i\",\"_source\":{\"x\"}},"
					   "{\"_index\":\"i\",\"_source\":" E("B") "}]}}", message(E("A"))),
				"?COLON@26:{\"took\":1,\"hits\":{\"hits\":[|A|?COLON@28:{\"_index\":\"i\",\"_source\":{\"x\"}}|B", "a damaged page");
	splits_text(put_in("{\"@timestamp\":\"t\",\"event\":{\"original\":%s},\"aws\":{\"cloudtrail\":{}}}", message(E("A"))), "A",
				"a document alone");
	splits("\"@timestamp\",\"event.original\"\n\"t\",\"{\"\"eventTime\"\":\"\"2024-05-01T10:00:00Z\"\",\"\"eventName\"\":\"\"A\"\"}\"\n",
		   "A", "a CSV of them");
	splits_text(put_in("{\"results\":[[{\"field\":\"@timestamp\",\"value\":\"t\"},{\"field\":\"@message\",\"value\":%s},"
					   "{\"field\":\"@ptr\",\"value\":\"p\"}],[{\"field\":\"@message\",\"value\":\"START\"},{\"field\":\"n\",\"value\":\"1\"}]],"
					   "\"status\":\"Complete\"}", message(E("A"))),
				"!MESSAGE|A|!MESSAGE|?NO_EVENT_TIME@0:{\"field\":\"@message\",\"value\":\"START\"}|?NO_EVENT_TIME@0:{\"field\":\"n\",\"value\":\"1\"}",
				"results of CloudWatch Logs Insights");
	splits_text(put_in("[{\"@timestamp\":\"t\",\"@message\":%s},{\"@timestamp\":\"t\",\"@message\":" E("B") "}]", message(E("A"))),
				"A|B", "as its console exports them");
	splits("@timestamp,@message\nt,\"{\"\"eventTime\"\":\"\"2024-05-01T10:00:00Z\"\",\"\"eventName\"\":\"\"A\"\"}\"\n", "A", "and as CSV");
	splits(TIMELESS("A", "2024-05-01T10:00:00.000Z") "\n" TIMELESS("B", "2024-05-01T10:00:01.000Z"), "A|B",
		   "records that have eventTime as @timestamp");
	splits("{\"took\":1,\"hits\":{\"total\":{\"value\":2},\"hits\":[{\"_index\":\"i\",\"_source\":" TIMELESS("A", "2024-05-01T10:00:00.000Z")
		   "},{\"_index\":\"i\",\"_source\":" TIMELESS("B", "2024-05-01T10:00:00.000Z") "}]}}", "A|B", "and a page of such documents");
	splits(TIMELESS("A", "t") "{\"@timestamp\":\"2024-05-01T10:00:00Z\",\"eventName\":\"A\"}",
		   "?EVENT_TIME@0:" TIMELESS("A", "t") "|?NO_EVENT_TIME@0:{\"@timestamp\":\"2024-05-01T10:00:00Z\",\"eventName\":\"A\"}",
		   "not one without a time, nor a document of something else");
	splits("{\"result\":{\"a\":1}}{\"results\":[{\"_raw\":\"{\\\"a\\\":1}\"}]}{\"event\":\"{\\\"a\\\":1}\"}",
		   "?NO_EVENT_TIME@0:{\"result\":{\"a\":1}}|?NO_EVENT_TIME@0:{\"results\":[{\"_raw\":\"{\\\"a\\\":1}\"}]}"
		   "|?NO_EVENT_TIME@0:{\"event\":\"{\\\"a\\\":1}\"}", "results of other searches stay whole");
}

/* Tells whether a blob is one reject for a reason. */
static bool
splits_first(buffer blob, ct_error_code code)
{
	ct_splitter *s = ct_splitter_new(blob.ptr, blob.len);
	ct_item		item;
	bool		found = ct_splitter_next(s, &item) && item.kind == CT_ITEM_REJECT && item.error.code == code;

	found = found && !ct_splitter_next(s, &item);
	ct_splitter_free(s);
	return found;
}

static void
test_compressed(void)
{
	buffer		t;

	splits_text(gzipped(make("{\"Records\":[" E("A") "]}")), "A", "gzip");
	splits_text(zstded(make("{\"Records\":[" E("A") "]}")), "A", "zstd");
	splits_text(gzipped(zstded(gzipped(make(E("A"))))), "A", "gzip of zstd of gzip");
	{
		buffer		nothing = gzipped(make(""));
		buffer		blanks = gzipped(make(" \n"));
		buffer		both = {0};

		ok(splits_first(nothing, CT_ERR_EMPTY), "gzip of nothing is damaged");
		ok(splits_first(blanks, CT_ERR_EMPTY), "gzip of blanks is, too");
		put(&both, nothing.ptr, nothing.len);
		free(nothing.ptr);
		nothing = gzipped(make(E("A")));
		put(&both, nothing.ptr, nothing.len);
		splits_text(both, "A", "an empty member beside others is nothing");
		free(nothing.ptr);
		free(blanks.ptr);
		nothing = zstded(make(""));
		ok(splits_first(nothing, CT_ERR_EMPTY), "zstd of nothing is damaged");
		free(nothing.ptr);
	}
	splits_text(base64(gzipped(make(E("A")))), "A", "base64 of gzip as text");
	splits_text(base64(zstded(make(E("A")))), "A", "base64 of zstd as text");

	t = gzipped(make(E("A")));
	for (int i = 0; i < 2; i++)
	{
		buffer		more = i == 0 ? gzipped(make(E("B"))) : zstded(make(E("C")));

		put(&t, more.ptr, more.len);
		free(more.ptr);
	}
	put(&t, "\n" E("D") "\n", strlen("\n" E("D") "\n"));
	splits_text(t, "A|B|C|D", "gzip, gzip, zstd and text one after another");

	t = make(E("A") "\n");
	{
		buffer		b = base64(gzipped(make(E("B"))));
		buffer		c = gzipped(make(E("C")));

		addf(&t, "%s\n%s\n", b.ptr, b.ptr);
		put(&t, c.ptr, c.len);
		free(b.ptr);
		free(c.ptr);
	}
	splits_text(t, "A|B|B|C", "text, base64 and gzip one after another");

	t = gzipped(make(E("A")));
	put(&t, "\0\0\0\0", 4);
	splits_text(t, "A", "gzip with padding");
	t = gzipped(make(E("A")));
	put(&t, "junk", 4);
	splits_text(t, "A|?GZIP_TRAILING@0:junk", "gzip with something after it");

	t = base64(gzipped(make("{\"Records\":[" E("A") "," E("B") "],\"pad\":\"qpwoeirutyalskdjfhgzmxncbv0918273645\"}")));
	{
		buffer		wrapped = {0};

		for (size_t i = 0; i < t.len; i += 76)
		{
			put(&wrapped, t.ptr + i, t.len - i < 76 ? t.len - i : 76);
			put(&wrapped, "\r\n", 2);
		}
		free(t.ptr);
		put(&wrapped, E("C"), strlen(E("C")));
		splits_text(wrapped, "A|B|C", "base64 in lines");
	}
	splits_text(base64(gzipped(make("hello"))), "?NO_CONTAINER@0:hello", "what is in base64 of gzip is rejected as it is");
}

static void
test_query_results(void)
{
	splits("{\"QueryStatus\":\"FINISHED\",\"QueryResultRows\":[[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"A\"},{\"n\":\"1\"}],"
		   "[{\"eventTime\":\"2024-05-01 10:00:01.000\"},{\"eventName\":\"B\"},{\"n\":\"null\"}],[{\"n\":\"2\"}]],\"NextToken\":\"t\"}",
		   "A|B|?NO_EVENT_TIME@0:[{\"n\":\"2\"}]", "a Lake query's result");
	splits_text(put_in("{\"QueryResultRows\":[[{\"eventName\":\"x\"},{\"eventJson\":%s}],[{\"eventjson\":\"\"}]]}", message(E("A"))),
				"A|?NO_EVENT_TIME@0:[{\"eventjson\":\"\"}]", "a Lake query's result with the events themselves");
	splits("[[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"A\"}],[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"B\"}]]",
		   "A|B", "the rows alone");
	splits("[[" E("A") "," E("B") "],[" E("C") "," E("D") "]]", "A|B|C|D", "arrays of records, which are not rows");
	splits("{\"Records\":[[" E("A") "," E("B") "]]}", "A|B", "one of a log file");
	splits_text(put_in("[{\"eventJson\":%s},", message(E("A"))), "A|?EOF@0:", "an array of columns of events, cut");
	splits("[{\"eventTime\":\"2024-05-01T10:00:00Z\"},{\"eventTime\":\"2024-05-01T10:00:00Z\"}]", "-|-",
		   "objects of one key, which are not a row");
	splits_text(put_in("[{\"CloudTrailEvent\":%s},{\"CloudTrailEvent\":\"" "{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"B\\\"}" "\"}]",
					   message(E("A"))), "A|B", "an array of columns of events");
	splits_text(put_in("[{\"eventID\":\"x\"},{\"eventJson\":%s},{\"eventjson\":\"" "{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"B\\\"}" "\"}]",
					   message(E("A"))), "?NO_EVENT_TIME@0:{\"eventID\":\"x\"}|A|B", "two events in what looks like a row");
	splits("{\"queryStatus\":\"FINISHED\",\"queryResultRows\":[[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"A\"}]]}", "A",
		   "of a client that begins keys in lower case");
	splits("{\"eventtime\":\"2024-05-01T10:00:00Z\",\"eventname\":\"A\"}", "A", "a row with names in lower case");
	splits("{\"QueryResultRows\":[[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"A\"},{\"requestParameters\":\"{a=b, a=c}\"}],"
		   "[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"B\"},{\"requestParameters\":\"{a=b}\"}]]}",
		   "?NOT_CERTAIN@0:[{\"eventTime\":\"2024-05-01 10:00:00.000\"},{\"eventName\":\"A\"},{\"requestParameters\":\"{a=b, a=c}\"}]|B",
		   "a row that can be read in several ways is rejected");
	splits("eventTime,eventName,userIdentity\n2024-05-01 10:00:00.000,A,{type=Root\n2024-05-01 10:00:00.000,B,{type=Root}\n",
		   "?NOT_CERTAIN@0:2024-05-01 10:00:00.000,A,{type=Root|B", "so is one of a CSV");

	splits("eventTime,eventName,eventSource\n2024-05-01 10:00:00.000,A,s3.amazonaws.com\n\"2024-05-01 10:00:00.000\",\"B\",\"s\"\n",
		   "A|B", "Lake's CSV");
	splits_text(gzipped(make("\"Event ID\",\"Event time\",\"User name\",\"Event name\",\"Resource type\",\"Resource name\",\"AWS access key\"\r\n"
							 "1,2024-05-01T10:00:00Z,\"u\n\"\"v\"\"\",A,AWS::SecretsManager::Secret,x,\r\n"
							 "2,2024-05-01T10:00:00Z,u,B,,,AKIA\r\n")), "A|B", "the console's CSV, compressed");
	splits("eventjson\n\"{\"\"eventTime\"\":\"\"2024-05-01T10:00:00Z\"\",\n\"\"eventName\"\":\"\"A\"\"}\"\n", "A", "a CSV of events");
	splits("eventTime,eventName\n2024-05-01T10:00:00Z,A\n" E("B") "\neventTime,eventName\n2024-05-01T10:00:00Z,C\n"
		   "eventName,eventTime\nD,2024-05-01T10:00:00Z\n",
		   "A|B|C|D", "CSV, JSON and CSV one after another");
	splits("eventTime,eventName\n2024-05-01T10:00:00Z\nx,A\n2024-05-01T10:00:00Z,\"B\n2024-05-01T10:00:00Z,C\n",
		   "?CSV@20:2024-05-01T10:00:00Z|?EVENT_TIME@0:x,A|?CSV@23:2024-05-01T10:00:00Z,\"B|C", "bad rows of a CSV");
	splits("a,b\n1,2\n", "?NO_CONTAINER@0:a,b\n1,2", "another CSV");
	splits("eventTime,eventName\n2024-05-01T10:00:00Z,A", "A", "a CSV whose last row lacks a newline");
	splits("eventTime,eventName\n2024-05-01T10:00:00Z", "?EOF@20:2024-05-01T10:00:00Z", "one whose last row lacks cells");
	splits("eventTime,eventName,requestParameters\n2024-05-01T10:00:00Z,A,\"{\"\"a\"\":\"\"b\"\"}\"", "A", "or ends with JSON");
	splits("eventTime,eventName,requestParameters\n2024-05-01T10:00:00Z,A,\"{\"\"a\"\":\"",
		   "?EOF@32:2024-05-01T10:00:00Z,A,\"{\"\"a\"\":\"", "one that is cut in JSON");
	splits("eventTime,eventName,requestParameters\n2024-05-01T10:00:00Z,A,\"{\"\"a\"\":\"\"}\"",
		   "?EOF@35:2024-05-01T10:00:00Z,A,\"{\"\"a\"\":\"\"}\"", "even behind a brace");
	splits("eventTime,eventName,requestParameters\n2024-05-01T10:00:00Z,A,\"{a=b}\"", "A", "or with what queries print");
	splits("eventTime,eventName,requestParameters\n2024-05-01T10:00:00Z,A,\"{a=b, c\"", "?EOF@32:2024-05-01T10:00:00Z,A,\"{a=b, c\"", "one cut in that");
	splits("eventTime,eventName,awsRegion2024-05-01T10:00:00Z,A,r\n", "?CSV_HEADER@0:eventTime,eventName,awsRegion2024-05-01T10:00:00Z,A,r", "a header and a row run together");
	splits("eventName,eventTime,eventID7e2f0d1c-0000-4000-8000-000000000000,A,2024-05-01T10:00:00Z\nB,2024-05-01T10:00:00Z,x\n",
		   "?CSV_HEADER@0:eventName,eventTime,eventID7e2f0d1c-0000-4000-8000-000000000000,A,2024-05-01T10:00:00Z|?CSV@24:B,2024-05-01T10:00:00Z,x",
		   "and others behind it");
}

#define CELL(text) "{\"VarCharValue\":\"" text "\"}"
#define NAMES "{\"Data\":[" CELL("eventtime") "," CELL("eventname") "," CELL("useridentity") "]}"
#define COLUMNS "\"ResultSetMetadata\":{\"ColumnInfo\":[{\"Name\":\"eventtime\",\"Type\":\"varchar\"},{\"Name\":\"eventname\"},{\"Name\":\"useridentity\"}]}"
#define CELLS(name, who) "{\"Data\":[" CELL("2024-05-01T10:00:00Z") "," CELL(name) "," who "]}"

/* What aws athena get-query-results prints. */
static void
test_athena_pages(void)
{
	splits("{\"UpdateCount\":0,\"ResultSet\":{\"Rows\":[" NAMES "," CELLS("A", CELL("{type=Root}")) "," CELLS("B", "{}") "]," COLUMNS "},\"NextToken\":\"t\"}",
		   "A|B", "the first page of Athena's results");
	splits("{\"ResultSet\":{\"Rows\":[" CELLS("A", "{}") "]," COLUMNS "}}{\"ResultSet\":{\"Rows\":[" CELLS("B", CELL("{type=Root, x}")) "]," COLUMNS "}}" E("C"),
		   "A|B|C", "later ones");
	splits("{\"ResultSet\":{\"Rows\":[" NAMES "," CELLS("A\\\"\\n", "{}") "]}}", "A\\\"\\n", "its rows alone");
	splits("{\"ResultSet\":{\"Rows\":[" NAMES "," CELLS("A", CELL("{type")) "," CELLS("B", "{}") "]}}",
		   "?NOT_CERTAIN@0:\"2024-05-01T10:00:00Z\",\"A\",\"{type\"|B", "a row that cannot be read");
	splits("{\"ResultSet\":{\"Rows\":[{\"Data\":[" CELL("x") "]},7,{\"Data\":[" CELL("1") "]}]}}", "?NO_CONTAINER@0:\"x\"\n\n\"1\"", "another query's");
	splits("{\"ResultSet\":{\"Rows\":[]," COLUMNS "}}", "", "no rows");
	splits("{\"ResultSet\":{\"Rows\":7}}", "?NO_EVENT_TIME@0:{\"ResultSet\":{\"Rows\":7}}", "nothing of the kind");
}

/* Splits a text, which is released, and returns a copy of its first item's text. */
static char *
first_text(buffer blob)
{
	ct_splitter *s = ct_splitter_new(blob.ptr, blob.len);
	ct_item		item;
	char	   *copy = NULL;

	if (ct_splitter_next(s, &item))
		copy = strndup(item.text.ptr, item.text.len);
	ct_splitter_free(s);
	free(blob.ptr);
	return copy ? copy : strdup("");
}

/* Tests that the first item of a blob is a text. */
static void
gives(buffer blob, const char *expected, const char *name)
{
	char	   *found = first_text(blob);

	if (!ok(strcmp(found, expected) == 0, "%s", name))
		printf("# got      %s\n# expected %s\n", found, expected);
	free(found);
}

/* Whatever fields of an event are strings, and whatever its time looks like, its bytes stay. */
static void
keeps_bytes(void)
{
	static const char *const fields[] = {
		"userIdentity", "requestParameters", "responseElements", "additionalEventData", "resources",
		"serviceEventDetails", "addendum", "tlsDetails", "edgeDeviceDetails", "eventContext", "insightDetails", "unknown"
	};
	static const char *const values[] = {"{\\n \\\"a\\\" : 1}", "[]", "[ {} ]", "{a=b}", "{", "x"};
	static const char *const times[] = {"2024-05-01T10:00:00Z", "2024-05-01 10:00:00.000", "1714557600"};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) * 18; i++)
	{
		buffer		event = format("{\"eventTime\":\"%s\", \"eventName\":\"A\", \"%s\": \"%s\"}",
								   times[i % 3], fields[i / 18], values[i / 3 % 6]);

		gives(make(event.ptr), event.ptr, "an event keeps its bytes");
		gives(put_in("{\"Records\":[%s]}", make(event.ptr)), event.ptr, "in a log file, too");
		gives(put_in("[[%s]]", make(event.ptr)), event.ptr, "and in arrays of arrays");
		free(event.ptr);
	}
}

static void
test_bytes(void)
{
	gives(make("{\"Records\":[ {\"eventTime\" : \"2024-05-01T10:00:00Z\" , \"x\":1e2} ]}"),
		  "{\"eventTime\" : \"2024-05-01T10:00:00Z\" , \"x\":1e2}", "a record of a log file keeps its bytes");
	gives(make("{\"detail\":{ \"eventTime\":\"2024-05-01T10:00:00Z\"} }"),
		  "{ \"eventTime\":\"2024-05-01T10:00:00Z\"}", "so does one of EventBridge");
	gives(put_in("{\"CloudTrailEvent\":%s}", message(" {\"eventTime\":\"2024-05-01T10:00:00Z\", \"a\":\"\\\\\\u0041\"}\n")),
		  "{\"eventTime\":\"2024-05-01T10:00:00Z\", \"a\":\"\\\\\\u0041\"}", "so does one of lookup-events");
	gives(make("[[{\"eventTime\":\"2024-05-01 10:00:00\"},{\"userIdentity\":\"{\\\"type\\\":\\\"Root\\\"}\"},"
			   "{\"requestParameters\":\"{a=b}\"},{\"errorCode\":\"null\"},{\"useridentity.arn\":\"arn:x\"},{\"n\":7}]]"),
		  "{\"eventTime\":\"2024-05-01 10:00:00\",\"userIdentity\":{\"type\":\"Root\",\"arn\":\"arn:x\"},"
		  "\"requestParameters\":{\"a\":\"b\"},\"errorCode\":null,\"n\":7}", "a Lake row is built");
	gives(make("\"eventtime\",\"useridentity\",\"eventname\",\"requestparameters\",\"resources\",\"errorcode\"\n"
			   "\"2024-05-01T10:00:00Z\",\"{type=IAMUser, principalid=AIDAEXAMPLE, arn=arn:aws:iam::1:user/pat, accountid=1, sessioncontext=null}\",\"A\","
			   "\"{\"\"secretId\"\":\"\"shop/db\"\"}\",\"[{arn=arn:x, accountid=1, type=t}]\",\n"),
		  "{\"eventTime\":\"2024-05-01T10:00:00Z\",\"userIdentity\":{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLE\",\"arn\":\"arn:aws:iam::1:user/pat\","
		  "\"accountId\":\"1\",\"sessionContext\":null},\"eventName\":\"A\",\"requestParameters\":{\"secretId\":\"shop/db\"},"
		  "\"resources\":[{\"ARN\":\"arn:x\",\"accountId\":\"1\",\"type\":\"t\"}]}", "Athena's CSV");
	gives(make("{\"eventtime\":\"2024-05-01T10:00:00Z\",\"useridentity\":{\"accountid\":\"1\",\"sessioncontext\":{\"attributes\":{\"mfaauthenticated\":\"true\"}}}}"),
		  "{\"eventTime\":\"2024-05-01T10:00:00Z\",\"userIdentity\":{\"accountId\":\"1\",\"sessionContext\":{\"attributes\":{\"mfaAuthenticated\":\"true\"}}}}",
		  "a row as UNLOAD writes it");
	gives(put_in("{\"events\":[{\"eventId\":\"e\",\"eventTime\":1525106994.0,\"username\":\"u\",\"cloudTrailEvent\":%s}]}", message(E("A"))),
		  E("A"), "one of a client that begins keys in lower case has an eventTime of its own");
	gives(put_in("{\"eventTime\":\"soon\",\"cloudTrailEvent\":%s}", message(E("A"))), E("A"), "be it in a form of its own");
	gives(put_in("{\"event_time\":\"2024-05-01T10:00:00Z\",\"cloud_trail_event\":%s}", message(E("A"))), E("A"), "one of a table");
	gives(put_in("{\"event_time\":\"2024-05-01T10:00:00Z\",\"event_name\":\"B\",\"cloudtrail_event\":%s}", make(E("A"))), E("A"),
		  "a record in a column of jsonb");
	gives(make("[{\"event_time\":\"2024-05-01T10:00:00+00:00\",\"event_key\":\"k\",\"event\":" E("A") "}]"), E("A"), "one of a trail's table");
	gives(make("{\"eventTime\":\"2024-05-01T10:00:00Z\",\"event\":{\"a\":1}}"), "{\"eventTime\":\"2024-05-01T10:00:00Z\",\"event\":{\"a\":1}}",
		  "another thing of that name");
	gives(make("event_time,event_key,event\n2024-05-01 10:00:00+00,k,\"{\"\"eventTime\"\":\"\"2024-05-01T10:00:00Z\"\"}\"\n"),
		  "{\"eventTime\":\"2024-05-01T10:00:00Z\"}", "a trail's table as CSV");
	gives(make("event_time,event_name,event\n2024-05-01T10:00:00Z,A,\"{\"\"a\"\":1}\"\n"),
		  "{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"A\",\"event\":\"{\\\"a\\\":1}\"}", "another column of that name");
	gives(make("{\"eventTime\":\"2024-05-01 10:00:00.000\",\"eventName\":\"A\",\"userIdentity\":\"{type=IAMUser, accountid=1, username=null}\","
			   "\"requestParameters\":\"{secretId=shop/db}\"}"),
		  "{\"eventTime\":\"2024-05-01 10:00:00.000\",\"eventName\":\"A\",\"userIdentity\":{\"type\":\"IAMUser\",\"accountId\":\"1\",\"userName\":null},"
		  "\"requestParameters\":{\"secretId\":\"shop/db\"}}", "a row of Lake that was made one object is built as any row");
	gives(make("{\"EventId\":\"e\",\"CloudTrailEvent\":" E("A") "}"), E("A"), "an item whose text was parsed");
	gives(make("{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventJson\":" E("A") "}"), E("A"), "a row whose text was");
	keeps_bytes();
	gives(make("Event ID,Event time,User name,Event name,Resource type,Resource name,AWS access key,AWS region,Error code,"
			   "Source IP address,Request ID,Event source,Read-only\ne,2024-05-01T10:00:00Z,u,A,t,arn:x,AKIA,r,,1.2.3.4,q,s,true\n"),
		  "{\"eventID\":\"e\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"userIdentity\":{\"userName\":\"u\",\"accessKeyId\":\"AKIA\"},"
		  "\"eventName\":\"A\",\"awsRegion\":\"r\",\"sourceIPAddress\":\"1.2.3.4\",\"requestID\":\"q\",\"eventSource\":\"s\",\"readOnly\":\"true\","
		  "\"resources\":[{\"ARN\":\"arn:x\",\"type\":\"t\"}]}", "a row of the console's CSV is built");
	gives(make("Event time,Event name,Resources\n2024-05-01T10:00:00Z,A,\"[{\"\"resourceType\"\":\"\"t\"\",\"\"resourceName\"\":\"\"n\"\"}]\"\n"),
		  "{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"A\",\"resources\":[{\"resourceName\":\"n\",\"type\":\"t\"}]}",
		  "its resources become those of a record");
}

/* Tests what is built of a row of Security Lake, but for the row itself in it; ' stands for ". */
static void
ocsf(const char *row, const char *built, const char *name)
{
	buffer		blob = make(row);
	buffer		expected = format("%s,'ocsf':%s}", built, row);
	buffer		both[] = {blob, expected};

	for (int i = 0; i < 2; i++)
	{
		for (char *p = both[i].ptr; *p; p++)
		{
			if (*p == '\'')
				*p = '"';
		}
	}
	gives(blob, expected.ptr, name);
	free(expected.ptr);
}

static void
test_ocsf(void)
{
	static const char row[] =
		"{\"metadata\":{\"uid\":\"e\",\"product\":{\"version\":\"1.08\"}},\"time\":1714557600123,\"cloud\":{\"region\":\"us-east-1\",\"account\":{\"uid\":\"1\"}},"
		"\"api\":{\"operation\":\"A\",\"service\":{\"name\":\"s3.amazonaws.com\"},\"request\":{\"uid\":\"q\",\"data\":\"{\\\"secretId\\\":\\\"x\\\"}\"},"
		"\"response\":{\"error\":\"AccessDenied\",\"message\":\"no\"}},\"src_endpoint\":{\"ip\":\"1.2.3.4\",\"uid\":\"vpce-1\"},"
		"\"http_request\":{\"user_agent\":\"cli\"},\"actor\":{\"user\":{\"type\":\"AssumedRole\",\"uid\":\"arn:aws:x\",\"uid_alt\":\"AROA:s\",\"name\":\"n\","
		"\"credential_uid\":\"ASIA\",\"account\":{\"uid\":\"2\"}},\"session\":{\"issuer\":\"arn:aws:i\",\"is_mfa\":false,\"created_time\":1714557000000}},"
		"\"resources\":[{\"uid\":\"arn:r\",\"type\":\"t\",\"owner\":{\"account\":{\"uid\":\"3\"}}}],\"class_uid\":6003, \"big\":123456789012345678901234567890}";
	static const char built[] =
		"{\"eventTime\":\"2024-05-01T10:00:00.123Z\",\"eventVersion\":\"1.08\",\"eventID\":\"e\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"A\","
		"\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"1.2.3.4\",\"userAgent\":\"cli\",\"errorCode\":\"AccessDenied\",\"errorMessage\":\"no\","
		"\"requestID\":\"q\",\"vpcEndpointId\":\"vpce-1\",\"recipientAccountId\":\"1\",\"requestParameters\":{\"secretId\":\"x\"},"
		"\"userIdentity\":{\"type\":\"AssumedRole\",\"userName\":\"n\",\"accountId\":\"2\",\"accessKeyId\":\"ASIA\","
		"\"sessionContext\":{\"sessionIssuer\":{\"arn\":\"arn:aws:i\"},\"attributes\":{\"creationDate\":\"2024-05-01T09:50:00Z\",\"mfaAuthenticated\":\"false\"}},"
		"\"arn\":\"arn:aws:x\",\"principalId\":\"AROA:s\"},"
		"\"resources\":[{\"ARN\":\"arn:r\",\"accountId\":\"3\",\"type\":\"t\"}],\"ocsf\":%s}";

	buffer		expected = put_in(built, make(row));

	gives(make(row), expected.ptr, "a row of Security Lake is built, and kept");
	free(expected.ptr);
	splits_text(put_in("[%s]", make(row)), "A", "an array of such rows");
	ocsf("{'class_uid':3005,'metadata':{'uid':'e','version':'1.0.0-rc.2','product':{'version':'1.08'}},'time':1714557600000,'cloud':{'region':'us-east-1'},"
		 "'api':{'operation':'A','service':{'name':'secretsmanager.amazonaws.com'},'request':{'uid':'q'},'response':{}},'src_endpoint':{'ip':'1.2.3.4'},"
		 "'identity':{'user':{'type':'AssumedRole','uid':'AROA:s','uuid':'arn:aws:sts::1:assumed-role/R/s','account_uid':'1','credential_uid':'ASIA'},"
		 "'session':{'issuer':'arn:aws:iam::1:role/R','mfa':false,'created_time':1714557000000},'invoked_by':'x.amazonaws.com','idp':{'name':'p'}},"
		 "'resources':[{'uid':'arn:r','account_uid':'1','type':'t'}],'status':'Success','status_id':1,"
		 "'unmapped':{'requestParameters.secretId':'shop/db','requestParameters.versionStage':'AWSCURRENT','recipientAccountId':'2','readOnly':'true',"
		 "'eventType':'AwsApiCall','userIdentity.sessionContext.sessionIssuer.userName':'R','userIdentity.arn':'other','additionalEventData.policy':'{}',"
		 "'responseElements':'{\\'x\\':[1]}','sessionCredentialFromConsole':'true','nonsense.x':'1'}}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventVersion':'1.08','eventID':'e','eventSource':'secretsmanager.amazonaws.com','eventName':'A','awsRegion':'us-east-1',"
		 "'sourceIPAddress':'1.2.3.4','requestID':'q','recipientAccountId':'2','eventType':'AwsApiCall','userIdentity':{'type':'AssumedRole','accountId':'1','accessKeyId':'ASIA',"
		 "'invokedBy':'x.amazonaws.com','identityProvider':'p','sessionContext':{'sessionIssuer':{'arn':'arn:aws:iam::1:role/R','userName':'R'},"
		 "'attributes':{'creationDate':'2024-05-01T09:50:00Z','mfaAuthenticated':'false'}},'principalId':'AROA:s','arn':'arn:aws:sts::1:assumed-role/R/s'},"
		 "'resources':[{'ARN':'arn:r','accountId':'1','type':'t'}],'requestParameters':{'secretId':'shop/db','versionStage':'AWSCURRENT'},'readOnly':'true',"
		 "'additionalEventData':{'policy':'{}'},'responseElements':{'x':[1]},'sessionCredentialFromConsole':'true'", "a row of source version 1 is built");
	ocsf("{'class_uid':6003,'time':1714557600000,'api':{'operation':'A','request':{'data':'{\\'secretId\\':\\'s\\'}'}},"
		 "'unmapped':[['requestParameters.secretId','other'],['requestParameters.versionId','v'],['readOnly','true'],['x'],7]}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventName':'A','requestParameters':{'secretId':'s','versionId':'v'},'readOnly':'true'", "its rest as pairs");
	ocsf("{'class_uid':6003,'time':1714557600000,'api':{'operation':'A'},'unmapped':{'key_value':[{'key':'requestParameters','value':'x'},{'key':'requestParameters.secretId','value':'s'}]}}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventName':'A','requestParameters':'x'", "as Parquet has a map, and one value in the way of another");
	ocsf("{'class_uid':3002,'time':1714557600000,'api':{'operation':'ConsoleLogin','service':{'name':'signin.amazonaws.com'}},'status_id':2,'is_mfa':false,'dst_endpoint':{'svc_name':'https://x'}}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventSource':'signin.amazonaws.com','eventName':'ConsoleLogin','responseElements':{'ConsoleLogin':'Failure'},"
		 "'additionalEventData':{'MFAUsed':'No','LoginTo':'https://x'}", "a sign-in that failed");
	ocsf("{'class_uid':3002,'time':1714557600000,'api':{'operation':'ConsoleLogin','service':{'name':'signin.amazonaws.com'}},'status':'Success','mfa':true,'unmapped':{'additionalEventData.MFAUsed':'No'}}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventSource':'signin.amazonaws.com','eventName':'ConsoleLogin','additionalEventData':{'MFAUsed':'No'},'responseElements':{'ConsoleLogin':'Success'}",
		 "one that did not, with what the record said itself");
	ocsf("{'class_uid':3002,'time':1714557600000,'api':{'operation':'AssumeRole','service':{'name':'sts.amazonaws.com'}},'status_id':2,'is_mfa':true}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventSource':'sts.amazonaws.com','eventName':'AssumeRole','errorMessage':'Failure'", "a call of STS that failed");
	ocsf("{'class_uid':6003,'time':1714557600000,'api':{'operation':'A','response':{'error':'E'}},'status_id':2,'status_detail':'d'}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventName':'A','errorCode':'E'", "an error is not told twice");
	ocsf("{'class_uid':6003,'time':1714557600000.5,'api':{'operation':'A'},'actor':{'session':{'created_time_dt':'2024-05-01 09:50:00.000'}}}",
		 "{'eventTime':1714557600000.5,'eventName':'A','userIdentity':{'sessionContext':{'attributes':{'creationDate':'2024-05-01 09:50:00.000'}}}",
		 "times as numbers with a fraction, and of the datetime profile");
	ocsf("{'class_uid':3002,'time':1714557600000,'api':{'operation':'CredentialChallenge','service':{'name':'signin.amazonaws.com'}},"
		 "'metadata':{'product':{'feature':{'name':'Management'}}},'actor':{'idp':{'uid':'arn:aws:identitystore::1:identitystore/d'},"
		 "'user':{'account':{'uid':'1'},'credential_uid':'c','name':'n','type':'IdentityCenterUser','uid_alt':'u'}},"
		 "'unmapped':{'additionalEventData.CredentialType':'PASSWORD','serviceEventDetails.CredentialChallenge':'Success'}}",
		 "{'eventTime':'2024-05-01T10:00:00Z','eventSource':'signin.amazonaws.com','eventName':'CredentialChallenge','userIdentity':{'type':'IdentityCenterUser',"
		 "'accountId':'1','onBehalfOf':{'identityStoreArn':'arn:aws:identitystore::1:identitystore/d','userId':'u'},'credentialId':'c'},"
		 "'eventCategory':'Management','additionalEventData':{'UserName':'n','CredentialType':'PASSWORD'},'serviceEventDetails':{'CredentialChallenge':'Success'}",
		 "a user of Identity Center, and the category");
	splits("{\"class_uid\":4001,\"time\":1}", "!MESSAGE", "a row of another source");
	splits("{\"class_uid\":6003,\"api\":{\"operation\":\"A\"}}",
		   "?NO_EVENT_TIME@0:{\"class_uid\":6003,\"api\":{\"operation\":\"A\"}}", "a row without a time");
}

/* Any container may follow any other. */
static void
test_concatenated(void)
{
	static const struct
	{
		const char *blob;
		const char *story;
	}			parts[] = {
		{E("A"), "A"},
		{"[" E("B") "," E("C") "]", "B|C"},
		{"{\"Records\":[" E("D") "]}", "D"},
		{"{\"detail-type\":\"x\",\"detail\":" E("E") "}", "E"},
		{"{\"Events\":[{\"CloudTrailEvent\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"F\\\"}\"}]}", "F"},
		{"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}", "!S3_OBJECTS"},
		{"{\"QueryResultRows\":[[{\"eventTime\":\"2024-05-01 10:00:00\"},{\"eventName\":\"G\"}]]}", "G"},
		{"{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"H\\\"}\"}]}", "H"},
		{"\neventTime,eventName\n2024-05-01T10:00:00Z,I\n", "I"},
		{"{\"a\":1}", "?NO_EVENT_TIME@0:{\"a\":1}"},
	};
	int			wrong = 0;
	const int	n = sizeof(parts) / sizeof(parts[0]);

	for (int i = 0; i < n * n * n; i++)
	{
		int			of[3] = {i % n, i / n % n, i / n / n};
		buffer		blob = {0};
		buffer		story = {0};
		result		r;

		for (int j = 0; j < 3; j++)
		{
			addf(&blob, "%s%s", parts[of[j]].blob, i % 2 ? "\n" : "");
			addf(&story, "%s%s", j ? "|" : "", parts[of[j]].story);
		}
		r = split(blob.ptr, blob.len);
		if (!r.sound || strcmp(r.story.ptr, story.ptr) != 0)
		{
			if (wrong++ < 3)
				printf("# %s\n# gives    %s\n# expected %s\n", blob.ptr, r.story.ptr, story.ptr);
		}
		free(r.story.ptr);
		free(blob.ptr);
		free(story.ptr);
	}
	ok(wrong == 0, "any three of %d containers one after another", n);
}

static void
test_limits(void)
{
	buffer		t = make(E("A"));

	for (int i = 0; i < 5; i++)
		t = put_in("{\"message\":%s}", quoted(t));
	splits_text(t, "A", "strings within strings, five deep");
	t = make(E("A"));
	for (int i = 0; i < 9; i++)
		t = put_in("{\"message\":%s}", quoted(t));
	{
		result		r = split(t.ptr, t.len);

		ok(r.sound && r.events == 0 && r.rejects == 1 && strncmp(r.story.ptr, "?NESTING@0:", 11) == 0, "nine deep are too many");
		free(r.story.ptr);
		free(t.ptr);
	}
	t = format("%s", "");
	for (int i = 0; i < 100000; i++)
		put(&t, "[", 1);
	{
		result		r = split(t.ptr, t.len);

		ok(r.sound && r.rejects == 1 && strncmp(r.story.ptr, "?NESTING@0:", 11) == 0, "nor may arrays nest without end");
		free(r.story.ptr);
		free(t.ptr);
	}
}

/* Splits a file and adds up what is in it. */
static void
split_file(const char *path, result *sum)
{
	FILE	   *file = fopen(path, "rb");
	buffer		t = {0};
	char		buf[65536];
	size_t		n;
	result		r;

	if (file == NULL)
		return;
	while ((n = fread(buf, 1, sizeof(buf), file)) > 0)
		put(&t, buf, n);
	fclose(file);
	r = split(t.ptr, t.len);
	sum->events += r.events;
	sum->notices += r.notices;
	sum->rejects += r.rejects;
	sum->sound &= r.sound;
	free(r.story.ptr);
	free(t.ptr);
}

/* Splits the .gz files of a folder and of those in it. */
static void
split_folder(const char *path, result *sum)
{
	DIR		   *dir = opendir(path);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
	{
		char		inner[4096];
		size_t		n = strlen(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		if (n > 3 && strcmp(entry->d_name + n - 3, ".gz") == 0)
			split_file(inner, sum);
		else
			split_folder(inner, sum);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
test_corpus(void)
{
	const char *path = getenv("CLOUDTRAIL_CORPUS");
	result		sum = {.sound = true};

	if (path == NULL)
	{
		printf("# CLOUDTRAIL_CORPUS is not set, real log files are not read\n");
		return;
	}
	split_folder(path, &sum);
	ok(sum.sound && sum.events == 2900 && sum.notices == 0 && sum.rejects == 0,
	   "real log files: %zu events, %zu rejects", sum.events, sum.rejects);
}

int
main(void)
{
	test_plain();
	test_no_events();
	test_services();
	test_search();
	test_compressed();
	test_query_results();
	test_athena_pages();
	test_bytes();
	test_ocsf();
	test_concatenated();
	test_limits();
	test_corpus();
	return done_testing();
}
