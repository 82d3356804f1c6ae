/*
 * module.c: what happens when the library is loaded.
 */
#include "cloudtrail.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/*
 * CloudTrail writes UTF-8, and records are kept byte for byte: a database in
 * another encoding cannot hold them.  CREATE EXTENSION loads the library, so
 * it is refused here.  A preloading postmaster has no database yet.
 */
void
_PG_init(void)
{
	if (OidIsValid(MyDatabaseId) && GetDatabaseEncoding() != PG_UTF8)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cloudtrail needs a database with encoding UTF8"),
				 errdetail("This database has encoding %s.", GetDatabaseEncodingName()),
				 errhint("Create a database with ENCODING 'UTF8' TEMPLATE template0.")));
}
