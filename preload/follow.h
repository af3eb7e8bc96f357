/* follow.h - what puts us into the next program: three variables of `expool run`, which a program
 * may leave out when it makes an environment for its child (env -i, a test runner). */
#ifndef PRELOAD_FOLLOW_H
#define PRELOAD_FOLLOW_H

#include <stddef.h>

/* Room that the environment with what is missing takes; 0: nothing is missing, or the child is to
 * be left alone: EXPOOL_RUN is there and empty, or this is no child of `expool run`. */
size_t follow_bytes(char *const *environment);

/* Writes it into `room`; returns `environment` itself where that is NULL. No malloc: a child of
 * vfork comes this way. */
char *const *follow_into(char *const *environment, void *room);

/* On the caller's stack, for as long as the caller runs. */
#define FOLLOW(environment)                                                                        \
    follow_into((environment), follow_bytes(environment) == 0                                      \
                                   ? NULL                                                          \
                                   : __builtin_alloca(follow_bytes(environment)))

#endif
