/*
 * interrupt.h: how long loops over input ask whether they should go on.
 */
#ifndef CT_INTERRUPT_H
#define CT_INTERRUPT_H

#include <stddef.h>

/*
 * Called now and then by loops over input of any length, unless NULL.  It may
 * leave by longjmp: whoever calls it holds no memory but what a splitter owns,
 * and leaves that splitter fit to be freed.
 */
extern void (*ct_interrupts) (void);

/* Asks whether to go on. */
static inline void
ct_check_interrupts(void)
{
	if (ct_interrupts != NULL)
		ct_interrupts();
}

/* The same in a loop over bytes, for one byte in many. */
static inline void
ct_check_interrupts_at(size_t pos)
{
	if ((pos & 0xffff) == 0)
		ct_check_interrupts();
}

#endif							/* CT_INTERRUPT_H */
