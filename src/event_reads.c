/*
 * event_reads.c: how often the large events of a trail were read in one query.
 */
#include "event_reads.h"

#include "utils/uuid.h"

/* By what an event is known again, and how often it was read. */
typedef struct EventReads
{
	struct EventPlace
	{
		int64		time;
		uint8		key[UUID_LEN];
	}			place;
	int			count;
} EventReads;

HTAB *
event_reads_begin(MemoryContext context)
{
	HASHCTL		control = {.keysize = sizeof(struct EventPlace), .entrysize = sizeof(EventReads),
	.hcxt = context};

	return hash_create("large events that were read", 64, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* The count of an event; if there is none yet, NULL or a new one. */
static EventReads *
find_reads(HTAB *reads, int64 time, const uint8 *key, HASHACTION action)
{
	struct EventPlace place = {.time = time};
	EventReads *entry;
	bool		found;

	memcpy(place.key, key, UUID_LEN);
	entry = hash_search(reads, &place, action, &found);
	if (entry != NULL && !found)
		entry->count = 0;
	return entry;
}

int
event_reads(HTAB *reads, int64 time, const uint8 *key)
{
	const EventReads *entry = find_reads(reads, time, key, HASH_FIND);

	return entry != NULL ? entry->count : 0;
}

int
event_reads_add(HTAB *reads, int64 time, const uint8 *key, Size length)
{
	if (length < LARGE_EVENT)
		return 0;
	return ++find_reads(reads, time, key, HASH_ENTER)->count;
}
