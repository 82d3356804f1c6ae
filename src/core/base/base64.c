/*
 * base64.c: base64 as AWS's services wrap log data in it.
 *
 * OpenSSL does the work in blocks; looking for what is wrong, for white space
 * and for the padding is ours, since OpenSSL would not say where.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "core/base/base64.h"

#define BLOCK		4096		/* a multiple of four */

/* Decodes a block whose last characters may be padding, and returns its length. */
static size_t
decode_block(char *out, char *block, size_t n)
{
	size_t		missing = (4 - n % 4) % 4;

	memset(block + n, '=', missing);
	/* OpenSSL counts the padding as zero bytes. */
	return (size_t) EVP_DecodeBlock((unsigned char *) out, (const unsigned char *) block,
									(int) (n + missing)) - missing;
}

bool
ct_base64_decode(const char *in, size_t len, char **out, size_t *out_len, ct_error *err)
{
	char		block[BLOCK + 4];
	size_t		n = 0;
	size_t		pos = 0;
	bool		whole = true;

	err->code = CT_ERR_NONE;
	err->offset = 0;
	*out_len = 0;
	*out = malloc(len / 4 * 3 + 8);
	if (*out == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, 0);
	for (; pos < len && whole; pos++)
	{
		char		c = in[pos];

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
			continue;
		if (c == '=')
			break;
		if (ct_base64_digit(c) < 0)
			whole = ct_fail(err, CT_ERR_BASE64, pos);
		else
		{
			block[n++] = c;
			if (n == BLOCK)
			{
				*out_len += decode_block(*out + *out_len, block, n);
				n = 0;
			}
		}
	}
	while (whole && pos < len && strchr("= \n\r\t", in[pos]) != NULL && in[pos] != '\0')
		pos++;
	if (whole && pos < len)
		whole = ct_fail(err, CT_ERR_BASE64, pos);
	if (n % 4 == 1)
	{
		/* One character alone is not a byte. */
		n--;
		if (whole)
			whole = ct_fail(err, CT_ERR_BASE64, pos);
	}
	if (n > 0)
		*out_len += decode_block(*out + *out_len, block, n);
	return whole;
}
