/*
 * parse_simdjson.cpp: strict parsing of NDJSON on one core, by simdjson.
 *
 * usage: parse_simdjson FILE; prints seconds for each way, best of the passes
 */
#include <simdjson.h>
#include <chrono>
#include <cstdio>
#include <cstring>

using namespace simdjson;

constexpr int PASSES = 3;

/* Times the passes of one way and prints the best. */
template <typename Way>
static void
measure(const char *name, Way way)
{
	double		best = 1e9;
	long		found = 0;

	for (int i = 0; i < PASSES; i++)
	{
		auto		start = std::chrono::steady_clock::now();

		found = way();
		std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
		if (time.count() < best)
			best = time.count();
	}
	std::printf("%s %.6f %ld\n", name, best, found);
}

/* Calls a function for each line. */
template <typename Each>
static long
for_lines(const padded_string &json, Each each)
{
	const char *end = json.data() + json.size();
	long		found = 0;

	for (const char *line = json.data(); line < end;)
	{
		const char *stop = (const char *) std::memchr(line, '\n', end - line);

		if (stop == nullptr)
			stop = end;
		found += each(line, stop - line, end + SIMDJSON_PADDING - line);
		line = stop + 1;
	}
	return found;
}

int
main(int argc, char **argv)
{
	padded_string json = padded_string::load(argv[argc - 1]).value();
	dom::parser dom_parser;
	ondemand::parser parser;

	std::printf("implementation %s\n", get_active_implementation()->name().c_str());
	measure("dom", [&] {
		return for_lines(json, [&](const char *line, size_t len, size_t) {
			dom::element name;

			/* The padding is there: the next line, or the string's own. */
			return dom_parser.parse(line, len, false)["eventName"].get(name) == SUCCESS;
		});
	});
	measure("parse_many", [&] {
		long		found = 0;

		for (auto document : dom_parser.parse_many(json, 1000000))
		{
			dom::element name;

			found += document["eventName"].get(name) == SUCCESS;
		}
		return found;
	});
	measure("ondemand", [&] {
		return for_lines(json, [&](const char *line, size_t len, size_t room) {
			ondemand::document document;
			ondemand::value name;

			if (parser.iterate(padded_string_view(line, len, room)).get(document) != SUCCESS)
				return false;
			return document["eventName"].get(name) == SUCCESS;
		});
	});
	return 0;
}
