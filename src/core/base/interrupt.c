/*
 * interrupt.c: how long loops over input ask whether they should go on.
 */
#include "core/base/interrupt.h"

void		(*ct_interrupts) (void) = NULL;
