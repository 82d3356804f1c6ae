/*
 * generate.c: writes CloudTrail events of an invented organization, for tests,
 * benchmarks and the training of compression dictionaries.
 */
#include <stdio.h>

#include "chains.h"
#include "hostile.h"
#include "options.h"
#include "output.h"
#include "source.h"

/* The chains of sessions, and how far they are written. */
typedef struct chains
{
	chain_record *records;
	int64_t		count;
	int64_t		done;
	int64_t		written;		/* records in all, those of others too */
} chains;

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

/* Writes the records of chains that are delivered up to a time, and what the manifest says of them. */
static void
write_chains(chains *c, int64_t until, FILE *manifest)
{
	for (; c->done < c->count && c->records[c->done].due <= until; c->done++)
	{
		const chain_record *r = &c->records[c->done];
		text		record = {r->json, r->len, r->len};

		output_record(&record, NULL);
		c->written++;
		if (manifest != NULL)
			fprintf(manifest, "%lld\tgood\tchain%s%s\n", (long long) c->written, r->truth != NULL ? " read\t" : "",
					r->truth != NULL ? r->truth : "");
	}
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
	chains		chains = {0};

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
	if (o.chains > 0)
		chains.records = chains_create(&src.world, o.chains, &chains.count);
	while (src.count < o.events)
	{
		const char *kind = "plain";
		bool		good = true;

		record.len = 0;
		source_next(&src, &record);
		if (o.hostile || o.broken)
			kind = spoil(&record, &src.scene, &o, &spoiler, &good);
		write_chains(&chains, src.scene.time, manifest);
		output_record(&record, &src.scene);
		chains.written++;
		if (manifest != NULL)
			fprintf(manifest, "%lld\t%s\t%s\n", (long long) chains.written, good ? "good" : "broken", kind);
	}
	write_chains(&chains, INT64_MAX, manifest);
	output_close();
	if (manifest != NULL && fclose(manifest) != 0)
		die("cannot write %s", o.manifest);
	text_free(&record);
	return 0;
}
