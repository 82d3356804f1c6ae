/*
 * queue.c: the events to come, in the order of their time.
 */
#include <stdlib.h>

#include "stories.h"

/* Whether a comes before b. */
static bool
is_earlier(const moment *a, const moment *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

/* Adds an event to come. */
void
queue_push(queue *q, moment m)
{
	int			i = q->count++;

	if (q->count > q->size)
	{
		q->size = q->size ? 2 * q->size : 64;
		q->heap = realloc(q->heap, (size_t) q->size * sizeof(moment));
		if (q->heap == NULL)
			die("out of memory");
	}
	m.order = q->order++;
	while (i > 0 && is_earlier(&m, &q->heap[(i - 1) / 2]))
	{
		q->heap[i] = q->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	q->heap[i] = m;
}

/* Takes the earliest event; there must be one. */
moment
queue_pop(queue *q)
{
	moment		first = q->heap[0];
	moment		last = q->heap[--q->count];
	int			i = 0;

	for (int child = 1; child < q->count; child = 2 * i + 1)
	{
		if (child + 1 < q->count && is_earlier(&q->heap[child + 1], &q->heap[child]))
			child++;
		if (!is_earlier(&q->heap[child], &last))
			break;
		q->heap[i] = q->heap[child];
		i = child;
	}
	if (q->count > 0)
		q->heap[i] = last;
	return first;
}
