/* threads.h - a second thread for tests: started, given time, joined.
 *   pthread_t other = start(wait_for_gate, &gate);   pause_ms(20);   EXPECT_EQUAL(joined(other),
 * 7); */
#ifndef TESTS_THREADS_H
#define TESTS_THREADS_H

#include "expool/types.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

/* ThreadSanitizer ends a child that starts threads. */
#if defined(__SANITIZE_THREAD__)
#define CHILD_MAY_START_THREADS false
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CHILD_MAY_START_THREADS false
#endif
#endif
#ifndef CHILD_MAY_START_THREADS
#define CHILD_MAY_START_THREADS true
#endif

static inline pthread_t start(void *(*body)(void *), void *argument)
{
    pthread_t thread;
    pthread_create(&thread, NULL, body, argument);
    return thread;
}

static inline uintptr_t joined(pthread_t thread)
{
    void *result = NULL;
    pthread_join(thread, &result);
    return (uintptr_t)result;
}

static inline void pause_ms(unsigned ms)
{
    usleep(ms * 1000);
}

/* Milliseconds from now, as a relative timeout. */
static inline LARGE_INTEGER in_ms(LONGLONG ms)
{
    LARGE_INTEGER timeout = {.QuadPart = -ms * 10000};
    return timeout;
}

#endif
