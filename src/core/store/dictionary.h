/*
 * dictionary.h: the compression dictionaries, made from dictionary-N.zdict.
 */
#ifndef CT_DICTIONARY_H
#define CT_DICTIONARY_H

#include <stddef.h>

extern const unsigned char ct_dictionary_1[];
extern const size_t ct_dictionary_1_size;

#endif							/* CT_DICTIONARY_H */
