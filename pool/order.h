/* order.h - what DRD is told, Valgrind's tool that looks for data races. It knows pthread's locks;
 * from here it hears of ours.
 *   order_before(lock)  what the thread has done until now comes before
 *   order_after(lock)   what a thread does from now on, of which a lock given up is the first
 *   order_hide ... order_show   what the thread does in between is nobody's race: the pool's own
 *                       data, whose order is another (relaxed counters, lists without a lock)
 * Locks for readers have two sides: readers are ordered with writers, not among each other.
 * Each line costs one test of a byte that is 0 in any other program. */
#ifndef POOL_ORDER_H
#define POOL_ORDER_H

#include "pool/checker.h"

#include <pthread.h>

/* Is DRD there? It alone answers. */
bool order_is_wanted(void);

/* The parts in order.c: called when there is DRD. */
void order_tell_before(const volatile void *object);
void order_tell_after(const volatile void *object);
void order_turn(bool hidden);
unsigned order_show_all(void);
unsigned order_depth_told(void);
void order_hide_again(unsigned depth);
void order_keep(void);
void order_tell_any(const volatile void *start, size_t bytes);
void order_tell_forgotten(const volatile void *start, size_t bytes);
void order_tell_inner(pthread_mutex_t *mutex);

static inline bool order_is_told(void)
{
    return UNLIKELY(checker_present == CHECKER_DRD);
}

static inline void order_before(const volatile void *object)
{
    if (order_is_told())
        order_tell_before(object);
}

static inline void order_after(const volatile void *object)
{
    if (order_is_told())
        order_tell_after(object);
}

/* A lock for readers and writers, of more than one byte. */
static inline void order_before_lock(const volatile void *lock, bool is_shared)
{
    if (order_is_told())
        order_tell_before((const volatile char *)lock + is_shared);
}

static inline void order_after_lock(const volatile void *lock, bool is_shared)
{
    order_after(lock);
    if (!is_shared && order_is_told())
        order_tell_after((const volatile char *)lock + 1);
}

/* Gives up a lock by a store. For DRD an exchange is no write, a store is one. */
#define ORDER_RELEASE(word, value)                                                                 \
    do {                                                                                           \
        if (order_is_told()) {                                                                     \
            order_tell_before(word);                                                               \
            __atomic_exchange_n(word, value, __ATOMIC_RELEASE);                                    \
        } else {                                                                                   \
            __atomic_store_n(word, value, __ATOMIC_RELEASE);                                       \
        }                                                                                          \
    } while (0)

/* May be nested. */
static inline void order_hide(void)
{
    if (order_is_told())
        order_turn(true);
}

static inline void order_show(void)
{
    if (order_is_told())
        order_turn(false);
}

/* DRD looks again after its own pthread_once, hidden or not. */
static inline void order_hide_still(void)
{
    if (order_is_told())
        order_keep();
}

/* Around code of the program's in the middle, which may not come back: how deep it was. */
static inline unsigned order_show_fully(void)
{
    return order_is_told() ? order_show_all() : 0;
}

static inline unsigned order_depth(void)
{
    return order_is_told() ? order_depth_told() : 0;
}

static inline void order_hide_to(unsigned depth)
{
    if (order_is_told())
        order_hide_again(depth);
}

/* Counters that one thread writes and any reads, whenever it likes. */
static inline void order_is_any(const volatile void *start, size_t bytes)
{
    if (order_is_told())
        order_tell_any(start, bytes);
}

/* What was known of the bytes, and of a lock there, is over. */
static inline void order_forget(const volatile void *start, size_t bytes)
{
    if (order_is_told())
        order_tell_forgotten(start, bytes);
}

/* What the mutex orders is hidden all of it: a program's threads are not in order because both
 * allocated. */
static inline void order_is_inner(pthread_mutex_t *mutex)
{
    if (order_is_told())
        order_tell_inner(mutex);
}

#endif
