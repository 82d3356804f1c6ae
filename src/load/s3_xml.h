/*
 * s3_xml.h: the XML that S3 and STS answer with, read by Expat.
 */
#ifndef LOAD_S3_XML_H
#define LOAD_S3_XML_H

#include <stdbool.h>
#include <stddef.h>

/* Called at the end of an element: its name, its parent's, and its text. */
typedef void (*s3_xml_take) (void *arg, const char *name, const char *parent, const char *text);

/*
 * Reads a document, false if it is not well-formed.  A document type, with
 * which entities come, is refused; so is what is nested deeper than any answer.
 */
extern bool s3_xml_read(const char *xml, size_t length, s3_xml_take take, void *arg);

#endif							/* LOAD_S3_XML_H */
