/*
 * s3_uri.c: addresses of objects, s3://bucket/key, and their encoding in URLs.
 */
#include <string.h>

#include "s3_uri.h"

bool
s3_is_uri(const char *path)
{
	return strncmp(path, "s3://", 5) == 0;
}

/* Whether a bucket may have this name: it becomes part of a host's name. */
static bool
is_bucket_name(const char *name, size_t length)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

	if (length < 3 || length > S3_BUCKET_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		bool		at_end = i == 0 || i == length - 1;

		if (memchr(inside, name[i], at_end ? sizeof(inside) - 3 : sizeof(inside) - 1) == NULL)
			return false;
	}
	return memmem(name, length, "..", 2) == NULL;
}

bool
s3_uri_read(const char *path, s3_uri *uri, char *reason, size_t room)
{
	const char *bucket = path + strlen("s3://");
	size_t		length = strcspn(bucket, "/");

	if (strncmp(bucket, "arn:", 4) == 0)
	{
		snprintf(reason, room, "access points are named by their alias, not by an ARN");
		return false;
	}
	if (!is_bucket_name(bucket, length))
	{
		snprintf(reason, room, "invalid name of a bucket");
		return false;
	}
	memcpy(uri->bucket, bucket, length);
	uri->bucket[length] = '\0';
	uri->key = bucket + length + (bucket[length] == '/');
	if (strlen(uri->key) > S3_KEY_MAX)
	{
		snprintf(reason, room, "key is longer than %d bytes", S3_KEY_MAX);
		return false;
	}
	return true;
}

/* Whether a byte stands for itself in a URL. */
static bool
is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		c == '-' || c == '.' || c == '_' || c == '~';
}

void
s3_put_encoded(FILE *out, const char *text, bool is_path)
{
	for (; *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if (is_unreserved(c) || (is_path && c == '/'))
			fputc(c, out);
		else
			fprintf(out, "%%%02X", c);
	}
}

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	if (p == NULL)
		return -1;
	return p - digits < 16 ? (int) (p - digits) : (int) (p - digits) - 6;
}

void
s3_decode(char *text)
{
	char	   *to = text;

	for (; *text != '\0'; text++)
	{
		int			high = text[0] == '%' ? hex_value(text[1]) : -1;
		int			low = high >= 0 ? hex_value(text[2]) : -1;

		if (low >= 0 && high + low > 0)
		{
			*to++ = (char) (high << 4 | low);
			text += 2;
		}
		else if (*text == '+')
			*to++ = ' ';
		else
			*to++ = *text;
	}
	*to = '\0';
}
