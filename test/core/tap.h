/*
 * tap.h: the few words a unit test needs to speak TAP.
 */
#ifndef CT_TAP_H
#define CT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int	tap_count;
static int	tap_failed;

/* Reports one test; the format names it. */
__attribute__((format(printf, 2, 3)))
static inline bool
ok(bool passed, const char *format,...)
{
	va_list		args;

	printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	if (!passed)
		tap_failed++;
	return passed;
}

/* Ends the program: the plan, and its exit status. */
static inline int
done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif							/* CT_TAP_H */
