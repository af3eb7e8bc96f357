#include "kernel/os_park.h"

#include "pool/order.h"

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* DRD takes the call for a write of the word. */
static void ask(const volatile void *word, int operation, uint32_t value)
{
    order_hide();
    syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
    order_show();
}

void os_park(const volatile void *word, uint32_t value)
{
    ask(word, FUTEX_WAIT_PRIVATE, value);
}

void os_unpark_one(const volatile void *word)
{
    ask(word, FUTEX_WAKE_PRIVATE, 1);
}

void os_unpark_all(const volatile void *word)
{
    ask(word, FUTEX_WAKE_PRIVATE, INT_MAX);
}
