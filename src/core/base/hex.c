/*
 * hex.c: bytes as hexadecimal digits.
 */
#include "core/base/hex.h"
#include "core/base/utf8.h"

void
ct_hex_encode(const uint8_t *bytes, size_t size, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++)
	{
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * size] = '\0';
}

bool
ct_hex_decode(ct_slice hex, uint8_t *bytes, size_t size)
{
	if (hex.len != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++)
	{
		int			high = ct_hex_digit(hex.ptr[2 * i]);
		int			low = ct_hex_digit(hex.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t) (high << 4 | low);
	}
	return true;
}
