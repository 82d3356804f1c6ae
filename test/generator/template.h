/*
 * template.h: texts with blanks, compiled once and filled in for each event.
 *
 * In a template an apostrophe stands for a quotation mark and a backquote for
 * an apostrophe, so that JSON can be written in C without backslashes.  A
 * blank is written <name> or <name:argument>:
 *
 *	<a|b|c>				one of the texts, at random
 *	<nth|a|b|c>			one of the texts, by the principal's number
 *	<maybe:30>...<end>	there in 30 cases of 100
 *	<since:9>...<end>	there where eventVersion is 1.09 or later
 *	<until:8>...<end>	there where eventVersion is 1.08 or earlier
 *	<hex:8> <digits:8> <alnum:8> <lower:8> <upper:8> <key:8> <base64:8>
 *						so many random characters
 *	<int:1:99>			a number from 1 to 99
 *	<uuid> <UUID>		a random UUID
 *	<time:60> <date:60> <epoch:60> <epochms:60> <day>
 *						the event's time plus so many seconds (0 if left out)
 *	<account> <region> <zone> <other>
 *						the account, Region, an availability zone of it, another account
 *	<prefix>			what the identifiers and keys of the account's principals share
 *	<roleid>			what follows it in the identifier of the event's <role>
 *	<arn> <user> <p.x>	the caller's ARN, its name, a fact about it
 *	<s.x>				the secret's x
 *	<invoker>			the AWS service that calls
 *	<requestid>			the event's requestID
 *	<lt>				the character itself
 *	<bucket> <bucket:2>	a name from that pool, the same throughout the event;
 *						with a number another one
 *
 * <blank#3> and <keep:3>...<end> remember what they wrote; a later <#3> writes
 * it again.
 */
#ifndef GEN_TEMPLATE_H
#define GEN_TEMPLATE_H

#include "text.h"

struct scene;

typedef struct slice
{
	const char *data;
	size_t		len;
} slice;

typedef struct step
{
	uint8_t		code;
	uint8_t		slot;			/* to remember the text in, or 0 */
	uint16_t	count;			/* of choices; of steps to skip */
	int32_t		first;			/* the arguments */
	int32_t		second;
	union
	{
		slice		literal;
		slice	   *choices;
	}			u;
} step;

typedef struct template
{
	step	   *steps;
	int			count;
} template;

extern template template_compile(const char *source);
extern void template_free(template *t);
extern void template_expand(text *out, const template *t, struct scene *s);
extern char *template_string(const char *source, struct scene *s);

#endif							/* GEN_TEMPLATE_H */
