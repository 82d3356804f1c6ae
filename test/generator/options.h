/*
 * options.h: what the command line asks for.
 */
#ifndef GEN_OPTIONS_H
#define GEN_OPTIONS_H

#include "catalog.h"

typedef enum format
{
	FORMAT_NDJSON, FORMAT_S3, FORMAT_RECORDS, FORMAT_LOOKUP, FORMAT_EVENTBRIDGE, FORMAT_CWLOGS
} format;

typedef struct options
{
	int64_t		events;
	int64_t		seed;
	int64_t		start;			/* milliseconds since 1970 */
	int64_t		days;
	int64_t		accounts;
	int64_t		regions;
	int64_t		secrets;
	int64_t		events_per_file;
	int64_t		chains;
	format		format;
	const char *out;			/* folder for the format s3 */
	const char *manifest;		/* file to list the records in */
	selection	selection;
	int			hostile;		/* of 10,000 records */
	int			broken;			/* of 10,000 records */
	bool		list_shapes;
} options;

extern options options_read(int argc, char **argv);

#endif							/* GEN_OPTIONS_H */
