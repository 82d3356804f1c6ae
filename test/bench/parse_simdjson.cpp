/*
 * parse_simdjson.cpp: what parse.c does, by simdjson.
 *
 * usage: parse_simdjson dom|dom-alone|parse_many|ondemand FILE
 *        parse_simdjson implementation
 *
 * The parser is kept from line to line and the input is padded, as simdjson's
 * documentation advises.  dom-alone looks nothing up.  ondemand is no strict
 * parse: it skips over what it is not asked for without validating it.
 */
#include <simdjson.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

using namespace simdjson;

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

struct counts
{
	long		events = 0;
	long		fields = 0;
};

/* Besides userIdentity.arn; in the order in which CloudTrail writes them. */
static const char *const wanted_keys[] = {
	"eventTime", "eventSource", "eventName", "awsRegion",
	"sourceIPAddress", "errorCode", "eventID", "recipientAccountId"
};

/* Ends the program with a reason. */
[[noreturn]] static void
fail(const char *reason)
{
	std::fprintf(stderr, "parse_simdjson: %s\n", reason);
	std::exit(1);
}

/* Calls a function for each line, with the room there is up to the padding's end. */
template <typename Each>
static void
for_lines(const padded_string &json, Each each)
{
	const char *end = json.data() + json.size();

	for (const char *line = json.data(); line < end;)
	{
		const char *stop = (const char *) std::memchr(line, '\n', end - line);

		if (stop == nullptr)
			stop = end;
		each(line, stop - line, end + SIMDJSON_PADDING - line);
		line = stop + 1;
	}
}

/* Counts the wanted strings in a document of the DOM. */
static long
count_fields(dom::element record)
{
	long		found = record["userIdentity"]["arn"].is_string();

	for (const char *key : wanted_keys)
		found += record[key].is_string();
	return found;
}

/* Reads line by line into a DOM, whose memory is used again. */
static counts
read_dom(const padded_string &json, bool lookup)
{
	static dom::parser parser;
	counts		n;

	for_lines(json, [&](const char *line, size_t len, size_t) {
		dom::element record;

		/* What follows the line serves as its padding: nothing is copied. */
		if (parser.parse(line, len, false).get(record) != SUCCESS)
			fail("the DOM parser refuses an event");
		n.events++;
		if (lookup)
			n.fields += count_fields(record);
	});
	return n;
}

/* Reads the whole as a stream of documents. */
static counts
read_many(const padded_string &json)
{
	static dom::parser parser;
	dom::document_stream stream;
	counts		n;

#ifdef SIMDJSON_THREADS_ENABLED
	/* A second thread would find the structure of the next batch; this is about one core. */
	parser.threaded = false;
#endif
	if (parser.parse_many(json).get(stream) != SUCCESS)
		fail("parse_many refuses the file");
	for (auto document : stream)
	{
		dom::element record;

		if (std::move(document).get(record) != SUCCESS)
			fail("parse_many refuses an event");
		n.events++;
		n.fields += count_fields(record);
	}
	return n;
}

/* Reads the wanted fields alone. */
static counts
read_ondemand(const padded_string &json)
{
	static ondemand::parser parser;
	counts		n;

	for_lines(json, [&](const char *line, size_t len, size_t room) {
		ondemand::document record;
		std::string_view value;

		if (parser.iterate(padded_string_view(line, len, room)).get(record) != SUCCESS)
			fail("the on-demand parser refuses an event");
		n.events++;
		n.fields += record["userIdentity"]["arn"].get(value) == SUCCESS;
		for (const char *key : wanted_keys)
			n.fields += record[key].get(value) == SUCCESS;
	});
	return n;
}

/* Reads the file one way. */
static counts
read(const std::string &way, const padded_string &json)
{
	if (way == "dom" || way == "dom-alone")
		return read_dom(json, way == "dom");
	if (way == "parse_many")
		return read_many(json);
	if (way == "ondemand")
		return read_ondemand(json);
	fail("there is no such way");
}

/* Seconds that this process has spent computing, on all threads. */
static double
cpu_time()
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

int
main(int argc, char **argv)
{
	padded_string json;

	if (argc == 2 && std::strcmp(argv[1], "implementation") == 0)
	{
		/* What is in the library is chosen at run time, what is in the header as this is compiled. */
		std::printf("%s, on-demand %s\n", get_active_implementation()->name().c_str(),
					STRING(SIMDJSON_BUILTIN_IMPLEMENTATION));
		return 0;
	}
	if (argc != 3 || padded_string::load(argv[2]).get(json) != SUCCESS)
		fail("usage: parse_simdjson dom|dom-alone|parse_many|ondemand FILE");
	read(argv[1], json);

	double		start = cpu_time();
	counts		n = read(argv[1], json);

	std::printf("%.6f %ld %ld\n", cpu_time() - start, n.events, n.fields);
	return 0;
}
