/*
 * s3_sign.c: AWS Signature Version 4 of a request, in its headers.
 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hex.h"
#include "core/base/sha256.h"
#include "core/base/slice.h"
#include "s3_sign.h"
#include "text.h"

#define ALGORITHM	"AWS4-HMAC-SHA256"

/* One header: its name in lower case, and where its value begins. */
typedef struct header
{
	char	   *name;
	const char *value;
	size_t		place;			/* among all, for equal names keep their order */
} header;

void
s3_date(time_t time, char text[S3_DATE_ROOM])
{
	struct tm	parts;

	gmtime_r(&time, &parts);
	strftime(text, S3_DATE_ROOM, "%Y%m%dT%H%M%SZ", &parts);
}

void
s3_hash(const char *bytes, size_t length, char digits[S3_HASH_ROOM])
{
	unsigned char hash[CT_SHA256_SIZE];

	ct_sha256(bytes, length, hash);
	ct_hex_encode(hash, CT_SHA256_SIZE, digits);
}

/* Writes a path without ".", ".." and empty parts. */
static void
put_normal_path(FILE *out, const char *path)
{
	size_t		length = strlen(path);
	char	   *normal = get_memory(length + 2);
	size_t		used = 0;

	for (const char *p = path; *p != '\0';)
	{
		size_t		part = strcspn(p, "/");

		if (part == 2 && strncmp(p, "..", 2) == 0)
		{
			while (used > 0 && normal[--used] != '/')
				;
		}
		else if (part > 0 && !(part == 1 && *p == '.'))
		{
			normal[used++] = '/';
			memcpy(normal + used, p, part);
			used += part;
		}
		p += part;
		p += *p == '/';
	}
	if (used == 0 || (length > 0 && path[length - 1] == '/'))
		normal[used++] = '/';
	fwrite(normal, 1, used, out);
	free(normal);
}

/* Compares two parameters of a query by name, then by value. */
static int
compare_parameters(const void *a, const void *b)
{
	const char *one = *(char *const *) a;
	const char *other = *(char *const *) b;
	ct_slice	one_name = {one, strcspn(one, "=")};
	ct_slice	other_name = {other, strcspn(other, "=")};
	int			order = ct_compare_slices(one_name, other_name);

	return order != 0 ? order : strcmp(one + one_name.len, other + other_name.len);
}

/* Writes a query in order, each parameter with an equals sign. */
static void
put_query(FILE *out, const char *query)
{
	char	   *copy = copy_text(query);
	char	  **parameters = get_memory((strlen(query) / 2 + 2) * sizeof(char *));
	char	   *rest = NULL;
	size_t		count = 0;

	for (char *p = strtok_r(copy, "&", &rest); p != NULL; p = strtok_r(NULL, "&", &rest))
		parameters[count++] = p;
	qsort(parameters, count, sizeof(char *), compare_parameters);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s%s", i > 0 ? "&" : "", parameters[i],
				strchr(parameters[i], '=') == NULL ? "=" : "");
	free(parameters);
	free(copy);
}

/* Writes a header's value, trimmed, runs of white space as one blank. */
static void
put_value(FILE *out, const char *value)
{
	bool		blank = false;

	value += strspn(value, " \t\r\n");
	for (; *value != '\0'; value++)
	{
		if (isspace((unsigned char) *value))
			blank = true;
		else
		{
			if (blank)
				fputc(' ', out);
			fputc(*value, out);
			blank = false;
		}
	}
}

/* Compares two headers by name, then by place. */
static int
compare_headers(const void *a, const void *b)
{
	const header *one = a;
	const header *other = b;
	int			order = strcmp(one->name, other->name);

	return order != 0 ? order : one->place < other->place ? -1 : one->place > other->place;
}

/* The headers in order. */
static header *
sort_headers(const s3_signed *request)
{
	header	   *headers = get_memory((request->header_count + 1) * sizeof(header));

	for (size_t i = 0; i < request->header_count; i++)
	{
		const char *text = request->headers[i];
		size_t		length = strcspn(text, ":");

		headers[i].name = strndup(text, length);
		if (headers[i].name == NULL)
			out_of_memory();
		for (char *p = headers[i].name; *p != '\0'; p++)
			*p = (char) tolower((unsigned char) *p);
		headers[i].value = text[length] == ':' ? text + length + 1 : "";
		headers[i].place = i;
	}
	qsort(headers, request->header_count, sizeof(header), compare_headers);
	return headers;
}

/* Writes the headers, values of one name joined by commas, or their names only. */
static void
put_headers(FILE *out, const s3_signed *request, bool names_only)
{
	header	   *headers = sort_headers(request);

	for (size_t i = 0; i < request->header_count; i++)
	{
		bool		repeated = i > 0 && strcmp(headers[i].name, headers[i - 1].name) == 0;

		if (names_only && !repeated)
			fprintf(out, "%s%s", i > 0 ? ";" : "", headers[i].name);
		else if (!names_only)
		{
			if (repeated)
				fputc(',', out);
			else
				fprintf(out, "%s%s:", i > 0 ? "\n" : "", headers[i].name);
			put_value(out, headers[i].value);
		}
	}
	for (size_t i = 0; i < request->header_count; i++)
		free(headers[i].name);
	free(headers);
}

char *
s3_canonical_request(const s3_signed *request)
{
	text_stream stream;
	FILE	   *out = open_text(&stream);

	fprintf(out, "%s\n", request->method);
	if (request->normalize)
		put_normal_path(out, request->path);
	else
		fputs(request->path, out);
	fputc('\n', out);
	put_query(out, request->query);
	fputc('\n', out);
	put_headers(out, request, false);
	fputs("\n\n", out);
	put_headers(out, request, true);
	fprintf(out, "\n%s", request->body_hash);
	return close_text(&stream);
}

/* HMAC-SHA256 of a text. */
static void
sign(const void *key, size_t key_length, const char *text, unsigned char mac[CT_SHA256_SIZE])
{
	unsigned	length = CT_SHA256_SIZE;

	if (HMAC(EVP_sha256(), key, (int) key_length, (const unsigned char *) text, strlen(text),
			 mac, &length) == NULL)
		out_of_memory();
}

/* The signature of a text by a key that is made of the secret one, the day, Region and service. */
static void
sign_for(const s3_signed *request, const s3_keys *keys, const char *day, const char *text,
		 char digits[S3_HASH_ROOM])
{
	unsigned char mac[CT_SHA256_SIZE];
	size_t		room = strlen(keys->secret_access_key) + 5;
	char	   *key = get_memory(room);

	snprintf(key, room, "AWS4%s", keys->secret_access_key);
	sign(key, room - 1, day, mac);
	OPENSSL_cleanse(key, room);
	free(key);
	sign(mac, sizeof(mac), request->region, mac);
	sign(mac, sizeof(mac), request->service, mac);
	sign(mac, sizeof(mac), "aws4_request", mac);
	sign(mac, sizeof(mac), text, mac);
	ct_hex_encode(mac, CT_SHA256_SIZE, digits);
}

char *
s3_authorization(const s3_signed *request, const s3_keys *keys)
{
	char	   *canonical = s3_canonical_request(request);
	char		hash[S3_HASH_ROOM];
	char		signature[S3_HASH_ROOM];
	char		date[S3_DATE_ROOM];
	char		scope[200];
	char		text[sizeof(ALGORITHM) + S3_DATE_ROOM + sizeof(scope) + S3_HASH_ROOM];
	text_stream stream;
	FILE	   *out = open_text(&stream);

	s3_hash(canonical, strlen(canonical), hash);
	free(canonical);
	s3_date(request->time, date);
	snprintf(scope, sizeof(scope), "%.8s/%.60s/%.60s/aws4_request", date, request->region,
			 request->service);
	snprintf(text, sizeof(text), ALGORITHM "\n%s\n%s\n%s", date, scope, hash);
	date[8] = '\0';
	sign_for(request, keys, date, text, signature);
	fprintf(out, "Authorization: " ALGORITHM " Credential=%s/%s, SignedHeaders=",
			keys->access_key_id, scope);
	put_headers(out, request, true);
	fprintf(out, ", Signature=%s", signature);
	return close_text(&stream);
}
