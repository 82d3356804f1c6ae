/*
 * chain_words.c: what was found in a chain of digests, in words.
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/evidence/chain.h"

/* Longer names are cut: those of S3 objects have 1,024 bytes with their folders. */
#define NAME_MAX_SHOWN	250

bool
ct_link_is_break(ct_link link)
{
	return link >= CT_LINK_MISSING;
}

bool
ct_sign_is_break(ct_sign sign)
{
	return sign == CT_SIGN_INVALID || sign == CT_SIGN_KEY_TIME || sign == CT_SIGN_ALGORITHM;
}

const char *
ct_link_name(ct_link link)
{
	static const char *const names[CT_LINK_COUNT] = {
		[CT_LINK_START] = "start",
		[CT_LINK_WHOLE] = "whole",
		[CT_LINK_EARLIEST] = "earliest here",
		[CT_LINK_RESTART] = "starts again",
		[CT_LINK_GAP] = "times do not meet",
		[CT_LINK_MISSING] = "previous digest missing",
		[CT_LINK_ALTERED] = "previous digest altered",
		[CT_LINK_RIVAL] = "another of its name",
		[CT_LINK_ALGORITHM] = "unknown hash algorithm",
		[CT_LINK_MISNAMED] = "not its own name",
		[CT_LINK_MISSTORED] = "stored with another hash",
		[CT_LINK_UNREADABLE] = "unreadable",
	};

	return names[link];
}

const char *
ct_sign_name(ct_sign sign)
{
	static const char *const names[CT_SIGN_COUNT] = {
		[CT_SIGN_VALID] = "valid",
		[CT_SIGN_INVALID] = "invalid",
		[CT_SIGN_UNKNOWN] = "not known",
		[CT_SIGN_NO_KEY] = "key absent",
		[CT_SIGN_KEY_TIME] = "key of another time",
		[CT_SIGN_ALGORITHM] = "unknown algorithm",
	};

	return names[sign];
}

/* A name as far as it is shown, cut between characters. */
static ct_slice
shown(ct_slice name)
{
	size_t		len = name.len < NAME_MAX_SHOWN ? name.len : NAME_MAX_SHOWN;

	while (len > 0 && len < name.len && ((unsigned char) name.ptr[len] & 0xc0) == 0x80)
		len--;
	return (ct_slice) {name.ptr, len};
}

#define TEXT(slice)		(int) (slice).len, (slice).ptr

void
ct_chain_describe(const ct_chain_digest *d, char description[CT_CHAIN_DESCRIPTION])
{
	ct_slice	name = d->name.ptr != NULL ? shown(d->name) : ((ct_slice) {"", 0});
	ct_slice	previous = d->previous_name.ptr != NULL ?
		shown(d->previous_name) : ((ct_slice) {"", 0});
	ct_slice	older = d->older != NULL ? shown(d->older->name) : ((ct_slice) {"", 0});
	int64_t		seconds = d->older != NULL ? (d->start_time - d->older->end_time) / 1000000 : 0;
	int64_t		hours = (seconds + 1800) / 3600;

	description[0] = '\0';
	switch (d->link)
	{
		case CT_LINK_EARLIEST:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "%.*s is not here, nor is any earlier digest", TEXT(previous));
			break;
		case CT_LINK_RESTART:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "chain broken between %.*s and %.*s: it starts again after %" PRId64 " hours",
					 TEXT(older), TEXT(name), hours);
			break;
		case CT_LINK_GAP:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "%" PRId64 " seconds lie between %.*s and %.*s",
					 seconds, TEXT(older), TEXT(name));
			break;
		case CT_LINK_MISSING:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "chain broken between %.*s and %.*s: %.*s is missing, %" PRId64 " hours lie between",
					 TEXT(older), TEXT(name), TEXT(previous), hours);
			break;
		case CT_LINK_ALTERED:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "chain broken between %.*s and %.*s: the former is not as the latter recorded it",
					 TEXT(older), TEXT(name));
			break;
		case CT_LINK_ALGORITHM:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "chain broken between %.*s and %.*s: the hash is not by SHA-256",
					 TEXT(older), TEXT(name));
			break;
		case CT_LINK_RIVAL:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "there is another digest of this name, and no newer one recorded this one");
			break;
		case CT_LINK_MISNAMED:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "the file is named otherwise, or its name has another account or time: it says that it is %.*s",
					 TEXT(name));
			break;
		case CT_LINK_MISSTORED:
			snprintf(description, CT_CHAIN_DESCRIPTION,
					 "the hash that it is stored with is not that of its content: it proves nothing");
			break;
		case CT_LINK_UNREADABLE:
			snprintf(description, CT_CHAIN_DESCRIPTION, "%s", ct_error_message(d->err.code));
			break;
		default:
			break;
	}
}
