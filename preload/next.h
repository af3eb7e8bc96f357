/* next.h - the routine of the same name behind ours: what the program would have called without us.
 * Looked up before main, since some of these may be called where nothing may be looked up. */
#ifndef PRELOAD_NEXT_H
#define PRELOAD_NEXT_H

/* NULL when there is none. */
void *next_routine(const char *name);

/* Sets the pointer called `name` in the file's `next`. C knows no conversion between the two kinds
 * of pointer. */
#define FIND(name) (*(void **)(void *)&next.name = next_routine(#name))

#endif
