/* checker_report.c - AddressSanitizer knows of an address in the pool that it is closed, and no
 * more. Behind its report we tell of the block: whose, where, who allocated, who freed. */
#include "pool/bugcheck.h"
#include "pool/checker.h"
#include "pool/hook.h"
#include "pool/kind.h"
#include "pool/os.h"
#include "pool/sanitizer.h"
#include "pool/witness.h"

#include <stdlib.h>
#include <string.h>

/* NOLINTBEGIN: ASan's names; each is NULL in a program without it */
void __asan_set_error_report_callback(void (*callback)(const char *)) __attribute__((weak));
void *__asan_get_report_address(void) __attribute__((weak));
void *__asan_get_report_pc(void) __attribute__((weak));
void *__asan_get_report_bp(void) __attribute__((weak));
int __asan_get_report_access_type(void) __attribute__((weak));
/* NOLINTEND */

struct asan {
    void (*call_back)(void (*callback)(const char *));
    void *(*address)(void);
    void *(*pc)(void);
    void *(*frame)(void);
    int (*is_write)(void);
};

static const struct asan *asan(void)
{
    static const struct asan routines = {__asan_set_error_report_callback,
                                         __asan_get_report_address, __asan_get_report_pc,
                                         __asan_get_report_bp, __asan_get_report_access_type};
    const struct asan *unseen = &routines;
    ASAN_UNSEEN(unseen);
    return unseen;
}

static bool tell(const void *address, struct story *story)
{
    const struct pool_hook *hook = hook_current();
    if (hook != NULL && hook->tell != NULL && hook->tell(address, story))
        return true;
    return witness_tell(address, story);
}

/* What the access would be in special pool. Inside a block in use: ASan minds something else. */
static enum violation_kind kind_of(const struct story *story, const unsigned char *address)
{
    if (!story->is_live)
        return VIOLATION_FAULT_FREED_DRIVER;
    bool is_inside = address >= story->block && address < story->block + story->size_bytes;
    return is_inside ? VIOLATION_KIND_COUNT : VIOLATION_FAULT_BEYOND_DRIVER;
}

/* Of free() of what malloc never gave it tells in words alone. */
static void *address_of(const char *text)
{
    static const char words[] = "not malloc()-ed: 0x";
    const char *at = strstr(text, words);
    void *address = asan()->address();
    return address != NULL || at == NULL ? address
                                         : (void *)strtoull(at + sizeof words - 1, NULL, 16);
}

static void append(const char *text)
{
    struct violation violation = {
        .column = COLUMN_SPECIAL,
        .address = address_of(text),
        .access = asan()->is_write() != 0 ? OS_WRITE : OS_READ,
        .pc = (uintptr_t)asan()->pc(),
        .fault_frame = asan()->frame(),
        .irql = irql_current,
        .is_appended = true,
    };
    if (!tell(violation.address, &violation.story))
        return;
    violation.kind = kind_of(&violation.story, violation.address);
    violation_append(&violation);
}

void checker_report_start(void)
{
    if (asan()->call_back != NULL)
        asan()->call_back(append);
}
