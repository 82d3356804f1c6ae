/*
 * generate.c: writes CloudTrail events of an invented organization, for tests,
 * benchmarks and the training of compression dictionaries.
 */
#include <stdio.h>

#include "hostile.h"
#include "options.h"
#include "output.h"
#include "source.h"

/* Spoils some of the records; says in what way, and whether it is still an event. */
static const char *
spoil(text *record, scene *s, const options *o, rng *r, bool *good)
{
	/* Random numbers of its own leave the other events as they would have been. */
	rng		   *usual = s->rng;
	const char *kind = "plain";
	int			draw = (int) rng_below(r, 10000);

	s->rng = r;
	s->event++;
	*good = draw >= o->broken;
	if (!*good)
		kind = broken_apply(record, s);
	else if (draw < o->broken + o->hostile)
		kind = hostile_apply(record, s);
	s->rng = usual;
	return kind;
}

/* Does what the command line says. */
int
main(int argc, char **argv)
{
	static options o;
	static source src;
	text		record = {0};
	rng			spoiler;
	FILE	   *manifest = NULL;

	o = options_read(argc, argv);
	spoiler = rng_fork((uint64_t) o.seed, 6);
	if (o.list_shapes)
	{
		catalog_print(stdout);
		return 0;
	}
	if (o.manifest != NULL && (manifest = fopen(o.manifest, "w")) == NULL)
		die("cannot create %s", o.manifest);
	source_open(&src, &o);
	output_open(&o, &src.world);
	while (src.count < o.events)
	{
		const char *kind = "plain";
		bool		good = true;

		record.len = 0;
		source_next(&src, &record);
		if (o.hostile || o.broken)
			kind = spoil(&record, &src.scene, &o, &spoiler, &good);
		output_record(&record, &src.scene);
		if (manifest != NULL)
			fprintf(manifest, "%lld\t%s\t%s\n", (long long) src.count, good ? "good" : "broken", kind);
	}
	output_close();
	if (manifest != NULL && fclose(manifest) != 0)
		die("cannot write %s", o.manifest);
	text_free(&record);
	return 0;
}
