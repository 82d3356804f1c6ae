/*
 * fuzz_stored.c: bytes in a table that nobody wrote there are an error, never
 * more: the header, and what should be compressed behind it.
 */
#include "core/store/codec.h"
#include "fuzz.h"
#include "core/store/stored.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static ct_codec *codec;
	char	   *value = exact_copy((const char *) data, size);
	char		buf[CT_STORED_DECODED_MAX];
	ct_identity identity;
	ct_stored	stored;
	ct_slice	text;
	ct_error	err;
	bool		opened = ct_stored_open(value, size, &stored, &err);
	unsigned	touched = 0;

	if (codec == NULL)
		codec = ct_codec_new();
	require(opened || err.offset <= size, "an error has a place");
	for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
	{
		bool		peeked = ct_stored_peek(value, size, (ct_stored_text) i, &text);

		for (size_t at = 0; peeked && at < text.len; at++)
			touched += (unsigned char) text.ptr[at];
		if (!opened)
			continue;
		require(!peeked || same_slice(text, stored.text[i]), "a text is found alike with and without the rest");
		text = ct_stored_text_of(&stored, (ct_stored_text) i, buf);
		for (size_t at = 0; at < text.len; at++)
			touched += (unsigned char) text.ptr[at];
	}
	if (opened)
	{
		size_t		room = stored.record_length < 1024 * 1024 ? stored.record_length : 1024 * 1024;
		char	   *record = malloc(room);

		ct_stored_secret_name(&stored, buf, &text);
		require(ct_stored_identity(value, size, &identity) && identity.event_time == stored.event_time &&
				identity.record_length == stored.record_length, "what tells events apart is what the header says");
		require(stored.header_length <= size, "the header ends within the value");
		ct_codec_decompress(codec, stored.codec, record, room, value + stored.header_length, size - stored.header_length);
		free(record);
	}
	free(value);
	return touched == 1 ? -1 : 0;
}
