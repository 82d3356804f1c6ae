/*
 * s3_xml.c: the XML that S3 and STS answer with, read by Expat.
 */
#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "s3_xml.h"
#include "text.h"

/* Answers are four levels deep. */
#define DEPTH_MAX	16

/* No text of an answer is longer; keys have 1,024 bytes, encoded 3,072. */
#define TEXT_MAX	65536

typedef struct reader
{
	XML_Parser	parser;
	s3_xml_take take;
	void	   *arg;
	char	   *names[DEPTH_MAX];
	int			depth;
	char	   *text;
	size_t		length;
	bool		refused;
} reader;

/* Gives up. */
static void
refuse(reader *r)
{
	r->refused = true;
	XML_StopParser(r->parser, XML_FALSE);
}

/* An element begins. */
static void XMLCALL
begin_element(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	reader	   *r = arg;

	(void) attributes;
	if (r->depth == DEPTH_MAX)
	{
		refuse(r);
		return;
	}
	r->names[r->depth++] = copy_text(name);
	r->length = 0;
}

/* An element ends. */
static void XMLCALL
end_element(void *arg, const XML_Char *name)
{
	reader	   *r = arg;

	/* What was refused ends, too, if it is empty. */
	if (r->refused)
		return;
	r->text[r->length] = '\0';
	r->take(r->arg, name, r->depth > 1 ? r->names[r->depth - 2] : "", r->text);
	free(r->names[--r->depth]);
	r->length = 0;
}

/* A part of the text of an element. */
static void XMLCALL
handle_text(void *arg, const XML_Char *text, int length)
{
	reader	   *r = arg;

	if ((size_t) length > TEXT_MAX - r->length)
	{
		refuse(r);
		return;
	}
	memcpy(r->text + r->length, text, (size_t) length);
	r->length += (size_t) length;
}

/* A document type begins. */
static void XMLCALL
begin_doctype(void *arg, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id,
			  int has_internal_subset)
{
	(void) name, (void) system_id, (void) public_id, (void) has_internal_subset;
	refuse(arg);
}

bool
s3_xml_read(const char *xml, size_t length, s3_xml_take take, void *arg)
{
	reader		r = {.take = take, .arg = arg};
	bool		good;

	if (length > INT_MAX)
		return false;
	r.parser = XML_ParserCreate("UTF-8");
	if (r.parser == NULL)
		out_of_memory();
	r.text = get_memory(TEXT_MAX + 1);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, begin_element, end_element);
	XML_SetCharacterDataHandler(r.parser, handle_text);
	XML_SetStartDoctypeDeclHandler(r.parser, begin_doctype);
	good = XML_Parse(r.parser, xml, (int) length, XML_TRUE) == XML_STATUS_OK && !r.refused;
	XML_ParserFree(r.parser);
	while (r.depth > 0)
		free(r.names[--r.depth]);
	free(r.text);
	return good;
}
