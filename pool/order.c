#include "pool/order.h"

#include <valgrind/drd.h>

static _Thread_local unsigned hidden_depth TLS_FAST;

bool order_is_wanted(void)
{
    return DRD_GET_VALGRIND_THREADID != 0;
}

void order_tell_before(const volatile void *object)
{
    ANNOTATE_HAPPENS_BEFORE(object);
}

void order_tell_after(const volatile void *object)
{
    ANNOTATE_HAPPENS_AFTER(object);
}

static void record(bool on)
{
    VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DRD_RECORD_LOADS, on, 0, 0, 0, 0);
    VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DRD_RECORD_STORES, on, 0, 0, 0, 0);
}

void order_turn(bool hidden)
{
    if (hidden && hidden_depth++ == 0)
        record(false);
    else if (!hidden && --hidden_depth == 0)
        record(true);
}

unsigned order_depth_told(void)
{
    return hidden_depth;
}

unsigned order_show_all(void)
{
    unsigned depth = hidden_depth;
    order_hide_again(0);
    return depth;
}

void order_hide_again(unsigned depth)
{
    hidden_depth = depth;
    record(depth == 0);
}

void order_keep(void)
{
    record(hidden_depth == 0);
}

void order_tell_any(const volatile void *start, size_t bytes)
{
    ANNOTATE_BENIGN_RACE_SIZED(start, bytes, "");
}

void order_tell_forgotten(const volatile void *start, size_t bytes)
{
    VALGRIND_DISABLE_ERROR_REPORTING; /* sleepers of another process, say */
    ANNOTATE_NEW_MEMORY(start, bytes);
    VALGRIND_ENABLE_ERROR_REPORTING;
}

void order_tell_inner(pthread_mutex_t *mutex)
{
    pthread_mutex_lock(mutex); /* it knows a mutex from its first use */
    pthread_mutex_unlock(mutex);
    VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DRD_IGNORE_MUTEX_ORDERING, mutex, 0, 0, 0, 0);
}
