/*
 * test_sign.c: requests are signed as AWS's test vectors say.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/tap.h"
#include "load/s3_sign.h"
#include "load/s3_uri.h"
#include "load/text.h"

#define HEADERS_MAX	10
#define TOKEN_A \
	"6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
#define TOKEN_B \
	"AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8Y" \
	"UuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE" \
	"8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2" \
	"ICCR/oLxBA=="

typedef struct vector
{
	const char *name;
	bool		normalize;
	bool		hash_signed;
	const char *token;
	const char *request;
	const char *signature;
} vector;

static const vector vectors[] = {
#define VECTOR(...) {__VA_ARGS__},
#include "sigv4_vectors.h"
#undef VECTOR
};

/* What a vector's request is made of. */
typedef struct parts
{
	char	   *text;
	char	   *path;
	char	   *query;
	const char *headers[HEADERS_MAX];
	size_t		header_count;
	const char *body;
} parts;

/* Text encoded for a URL, unless it is: a query of the vectors may be either. */
static char *
encoded(const char *text, bool is_path)
{
	text_stream stream;
	FILE	   *out = open_text(&stream);

	for (; *text != '\0'; text++)
	{
		if (!is_path && strchr("=&%", *text) != NULL)
			fputc(*text, out);
		else
			s3_put_encoded(out, (char[2]) {*text, '\0'}, is_path);
	}
	return close_text(&stream);
}

/* Takes the first line: method, path, query. */
static void
take_target(parts *p, char *line, const char **method)
{
	char	   *path = strchr(line, ' ') + 1;
	char	   *end = strrchr(line, ' ');
	char	   *query;

	path[-1] = '\0';
	*method = line;
	*end = '\0';
	query = strchr(path, '?');
	if (query != NULL)
		*query++ = '\0';
	p->path = encoded(path, true);
	p->query = encoded(query == NULL ? "" : query, false);
}

/* Takes the headers; a line that begins with a blank belongs to the one before. */
static void
take_headers(parts *p, char *text)
{
	while (*text != '\0' && *text != '\n')
	{
		char	   *end = text;

		do
			end = strchr(end + 1, '\n');
		while (end != NULL && end[1] == ' ');
		p->headers[p->header_count++] = text;
		if (end == NULL)
			return;
		*end = '\0';
		text = end + 1;
	}
	if (*text == '\n')
		p->body = text + 1;
}

/* Signs the request of a vector; its Authorization. */
static char *
sign_vector(const vector *v, char **canonical)
{
	parts		p = {.text = copy_text(v->request), .body = ""};
	s3_signed	request = {.region = "us-east-1", .service = "service", .normalize = v->normalize,
		.time = 1440938160};
	s3_keys		keys = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
	char		hash[S3_HASH_ROOM];
	char		hash_header[100];
	char		token_header[1000];
	char	   *line_end = strchr(p.text, '\n');
	char	   *authorization;

	*line_end = '\0';
	take_target(&p, p.text, &request.method);
	take_headers(&p, line_end + 1);
	s3_hash(p.body, strlen(p.body), hash);
	p.headers[p.header_count++] = "X-Amz-Date:20150830T123600Z";
	snprintf(hash_header, sizeof(hash_header), "x-amz-content-sha256:%s", hash);
	if (v->hash_signed)
		p.headers[p.header_count++] = hash_header;
	snprintf(token_header, sizeof(token_header), "X-Amz-Security-Token:%s",
			 v->token == NULL ? "" : v->token);
	if (v->token != NULL)
		p.headers[p.header_count++] = token_header;
	request.path = p.path;
	request.query = p.query;
	request.headers = p.headers;
	request.header_count = p.header_count;
	request.body_hash = hash;
	*canonical = s3_canonical_request(&request);
	authorization = s3_authorization(&request, &keys);
	free(p.text);
	free(p.path);
	free(p.query);
	return authorization;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
	{
		char	   *canonical;
		char	   *authorization = sign_vector(&vectors[i], &canonical);
		const char *signature = strstr(authorization, "Signature=");

		if (!ok(signature != NULL && strcmp(signature + 10, vectors[i].signature) == 0, "%s",
				vectors[i].name))
			printf("# %s\n# %s\n", authorization, canonical);
		free(authorization);
		free(canonical);
	}
	return done_testing();
}
