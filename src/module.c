/*
 * module.c: what makes the library one that PostgreSQL loads.
 */
#include "cloudtrail.h"

PG_MODULE_MAGIC_EXT(.name = "cloudtrail", .version = CLOUDTRAIL_VERSION);
