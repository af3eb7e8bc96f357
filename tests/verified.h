/* verified.h - what tests of verifier mode share: starting it, and touching memory without dying.
 *   verified("tier=guard:verify=start");
 *   EXPECT_EQUAL(touch(block + 96, 0), 0xD6);      0: the access was made */
#ifndef TESTS_VERIFIED_H
#define TESTS_VERIFIED_H

#include "tests/expect.h"
#include "tests/kernel_version.h"

#include "expool/irql.h"
#include "expool/pool.h"
#include "expool/verifier.h"

enum { TAG = 'tseT' };

/* The bug checks that were passed over since the last `verified` or `forget`. */
static struct {
    unsigned count;
    struct expool_bugcheck last;
} passed __attribute__((unused));

static enum expool_action pass_hook(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    passed.count++;
    passed.last = *bugcheck;
    return EXPOOL_CONTINUE;
}

static inline void forget(void)
{
    passed.count = 0;
    passed.last = (struct expool_bugcheck){.code = 0};
}

/* Every bug check is passed over and counted from here on. Where the kernel has no guards, mprotect
 * takes their place, as it does for users. */
static inline void verified(const char *options_text)
{
    static const char guard[] = "tier=guard";
    char text[256];
    const char *at = strstr(options_text, guard);
    bool is_other = at != NULL && !kernel_has_guards();
    (void)snprintf(text, sizeof text, "%.*s%s%s", is_other ? (int)(at - options_text) : 0,
                   options_text, is_other ? "tier=mprotect" : "",
                   is_other ? at + sizeof guard - 1 : options_text);
    EXPECT_EQUAL(expool_options_set(text), 0);
    EXPECT(expool_verifier_start());
    expool_on_bugcheck(pass_hook, NULL);
    forget();
}

/* The stop an access meets; 0 when it was made. */
static inline uint32_t touch(const void *address, bool writes)
{
    unsigned char byte;
    forget();
    bool made = writes ? expool_probe_write((void *)(uintptr_t)address, 0x77)
                       : expool_probe_read(address, &byte);
    EXPECT(made == (passed.last.code == 0));
    return passed.last.code;
}

/* A write that a sanitizer does not see, as by code that was not compiled with it. The patterns are
 * 0x80 and up. */
static inline void poke(void *address, unsigned char value)
{
    EXPECT(expool_probe_write(address, value));
}

static inline unsigned char *nonpaged(size_t size_bytes)
{
    return ExAllocatePoolWithTag(NonPagedPoolNx, size_bytes, TAG);
}

static const char *const tier_options[]
    __attribute__((unused)) = {"tier=uffd", "tier=guard", "tier=mprotect"};

#endif
