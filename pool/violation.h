/* violation.h - the rules, the stop each broken rule ends in, and the words for it: one table. A
 * row has up to three columns, as Windows has three codes for one mistake: in normal pool without
 * the verifier, in normal pool under the verifier, in special pool. The parameters of a stop are
 * recipes over the facts that the check collected. Row order and codes: bugchecks.md, section
 * 12. */
#ifndef POOL_VIOLATION_H
#define POOL_VIOLATION_H

#include "pool/story.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum violation_kind {
    /* asking for memory */
    VIOLATION_ALLOCATE_ZERO_BYTES,
    VIOLATION_ALLOCATE_PAGED_IRQL,
    VIOLATION_ALLOCATE_NONPAGED_IRQL,
    VIOLATION_ALLOCATE_MUST_SUCCEED,
    VIOLATION_ALLOCATE_MUST_SUCCEED_BIG, /* more than a page */
    VIOLATION_ALLOCATE_EXECUTABLE,       /* under code integrity */
    VIOLATION_QUOTA_IN_DPC,
    VIOLATION_TAG_ZERO,
    VIOLATION_TAG_BIG,
    VIOLATION_TAG_UNREADABLE,
    VIOLATION_ALLOCATE_UNLOADING, /* by a driver that is being unloaded */
    VIOLATION_UNHANDLED_RAISE,    /* a status raised with nobody to catch it */
    /* giving it back */
    VIOLATION_FREE_NULL,
    VIOLATION_FREE_MISALIGNED,
    VIOLATION_FREE_OUTSIDE,
    VIOLATION_FREE_NEVER_ALLOCATED_PAGED,
    VIOLATION_FREE_NEVER_ALLOCATED_NONPAGED,
    VIOLATION_FREE_MIDDLE_SMALL,
    VIOLATION_FREE_MIDDLE_BIG_PAGED,
    VIOLATION_FREE_MIDDLE_BIG_NONPAGED,
    VIOLATION_FREE_TWICE,     /* a small block, or a special-pool slot */
    VIOLATION_FREE_TWICE_BIG, /* page-aligned address without a record */
    VIOLATION_FREE_WRONG_TAG,
    VIOLATION_FREE_WRONG_SIZE, /* ExFreePool2's size hint; verifier only */
    VIOLATION_FREE_PAGED_IRQL,
    VIOLATION_FREE_NONPAGED_IRQL,
    VIOLATION_FREE_NOT_CONTIGUOUS, /* MmFreeContiguousMemory and its like */
    VIOLATION_FREE_ABOVE_START,    /* special pool: pointer above the block's start */
    VIOLATION_FREE_BELOW_START,    /* special pool: below */
    /* headers and lists of the normal pool */
    VIOLATION_HEADER_PREVIOUS_TOO_LARGE, /* previous block would lie on another page */
    VIOLATION_HEADER_NEIGHBOURS,         /* two neighbours disagree */
    VIOLATION_HEADER_PREVIOUS_ZERO,
    VIOLATION_HEADER_SIZE_ZERO,
    VIOLATION_HEADER_SIZE_TOO_LARGE,
    VIOLATION_HEADER_NOT_IN_PAGE,
    VIOLATION_HEADER_SEAL,  /* everything fits but the CRC */
    VIOLATION_FREED_HEADER, /* header of a freed block changed */
    VIOLATION_FREE_LIST_LINKS,
    /* special pool */
    VIOLATION_DAMAGE_BEFORE,
    VIOLATION_DAMAGE_AFTER,
    VIOLATION_DAMAGE_ONE_BIT,
    VIOLATION_TRACKED_OVERRUN, /* normal pool: bytes behind a tracked block */
    VIOLATION_FREED_MODIFIED,  /* recycle policy: freed memory changed before its reuse */
    /* faults */
    VIOLATION_FAULT_FREED_DRIVER,
    VIOLATION_FAULT_FREED_KERNEL,
    VIOLATION_FAULT_BEYOND_DRIVER,
    VIOLATION_FAULT_BEYOND_KERNEL,
    VIOLATION_FAULT_IRQL_DRIVER,
    VIOLATION_FAULT_IRQL_KERNEL,
    VIOLATION_FAULT_SMALL_POOL_CODE,
    VIOLATION_FAULT_PAGE_POOL_CODE,
    VIOLATION_FAULT_DRIVER_IMAGE,   /* by a library routine, at DISPATCH_LEVEL or above */
    VIOLATION_FAULT_UNLOADED_IMAGE, /* the same, of a driver that was unloaded */
    VIOLATION_FAULT_BY_UNLOADED,    /* below */
    VIOLATION_FAULT_NO_EXECUTE,
    VIOLATION_FAULT_READ_ONLY,
    VIOLATION_FAULT_FREED_PAGE, /* of the ordinary pools, option protect_freed_pages */
    VIOLATION_FAULT_IN_POOL,    /* a pool address that holds nothing, IRQL below DISPATCH */
    /* IRQL and locks */
    VIOLATION_RAISE_TO_LOWER,
    VIOLATION_LOWER_TO_HIGHER,
    VIOLATION_SPIN_RELEASE_IRQL,
    VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH,
    VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH,
    VIOLATION_SPIN_RELEASE_BELOW_DISPATCH,
    VIOLATION_SPIN_ALREADY_OWNED,
    VIOLATION_SPIN_NOT_OWNED,
    VIOLATION_PAGED_CODE_IRQL,
    /* lookaside lists */
    VIOLATION_LOOKASIDE_REINITIALIZED,
    VIOLATION_LOOKASIDE_NOT_INITIALIZED,
    VIOLATION_LOOKASIDE_SIZE,
    /* waits, threads, locks of the kernel folder */
    VIOLATION_WAIT_AT_DISPATCH,
    VIOLATION_WAIT_ABOVE_DISPATCH,
    VIOLATION_WAIT_TOO_MANY,
    VIOLATION_OBJECT_NOT_INITIALIZED,
    VIOLATION_SET_EVENT_IRQL,
    VIOLATION_MUTEX_HELD_AT_EXIT,
    VIOLATION_REGION_ENTER_IRQL,
    VIOLATION_REGION_LEAVE_IRQL,
    VIOLATION_REGION_LEAVE,
    VIOLATION_QUEUED_SPIN_RELEASE_IRQL,
    VIOLATION_FAST_MUTEX_ACQUIRE_IRQL,
    VIOLATION_FAST_MUTEX_RELEASE_IRQL,
    VIOLATION_FAST_MUTEX_UNSAFE_ACQUIRE,
    VIOLATION_FAST_MUTEX_UNSAFE_RELEASE,
    VIOLATION_FAST_MUTEX_TWICE,
    VIOLATION_FAST_MUTEX_NOT_OWNED,
    VIOLATION_PUSH_LOCK_ACQUIRE,
    VIOLATION_PUSH_LOCK_RELEASE,
    VIOLATION_DPC_IRQL,
    VIOLATION_DPC_REGION,
    VIOLATION_RESOURCE_ACQUIRE_APCS,
    VIOLATION_RESOURCE_RELEASE_APCS,
    VIOLATION_RESOURCE_NOT_OWNED,
    VIOLATION_RESOURCE_DEADLOCK,
    VIOLATION_RESOURCE_REINITIALIZED,
    VIOLATION_RESOURCE_NOT_INITIALIZED,
    VIOLATION_THREAD_END,
    VIOLATION_API_IRQL,
    VIOLATION_FREED_TIMER,
    VIOLATION_FREED_DPC,
    VIOLATION_FREED_WORK_ITEM,
    VIOLATION_FREED_RESOURCE,
    VIOLATION_FREED_LOOKASIDE,
    VIOLATION_UNLOADED_TIMER,
    VIOLATION_UNLOADED_DPC,
    VIOLATION_UNLOADED_DPC_ROUTINE,
    VIOLATION_FREED_IRP,
    VIOLATION_OBJECT_PAGEABLE, /* something to synchronise by, in pageable memory */
    VIOLATION_WORK_ITEM_QUEUED_TWICE,
    VIOLATION_WORK_ITEM_IRQL,
    VIOLATION_WORK_ITEM_REGION,
    VIOLATION_LIST_ENTRY,
    /* callbacks and DDI compliance */
    VIOLATION_ZW_LEVEL,
    VIOLATION_DISPATCH_REGION,
    VIOLATION_ISR_IRQL,
    VIOLATION_DDI_IRQL,
    VIOLATION_DDI_PAIRING,
    /* deadlock detection */
    VIOLATION_LOCK_SELF_DEADLOCK,
    VIOLATION_LOCK_CYCLE,
    VIOLATION_LOCK_NOT_INITIALIZED,
    VIOLATION_LOCK_RELEASE_ORDER,
    VIOLATION_LOCK_WRONG_THREAD,
    VIOLATION_LOCK_INITIALIZED_TWICE,
    VIOLATION_LOCK_NOT_ACQUIRED,
    VIOLATION_LOCK_ACQUIRE_API,
    VIOLATION_LOCK_RELEASE_API,
    VIOLATION_LOCK_HELD_AT_EXIT,
    VIOLATION_LOCK_FREED,
    /* the I/O manager and the object manager */
    VIOLATION_OBJECT_OVER_RELEASED,
    VIOLATION_IRP_NO_LOCATION,
    VIOLATION_IRP_COMPLETED_TWICE,
    VIOLATION_MDL_NOT_LOCKED,
    VIOLATION_MDL_LEVEL,
    VIOLATION_MDL_FLAGS,
    VIOLATION_MDL_PAGED,
    VIOLATION_REMOVE_LOCK_TAG,
    VIOLATION_REMOVE_LOCK_WAIT_TAG,
    VIOLATION_REMOVE_LOCK_REINITIALIZED,
    VIOLATION_RESOURCE_UNALIGNED,
    VIOLATION_WORK_ITEM_PAGED,
    VIOLATION_WAIT_ON_STACK,
    VIOLATION_COPY_OVERLAP,
    VIOLATION_DPC_PROCESSOR,
    VIOLATION_PAGES_LEFT_LOCKED,
    /* the end */
    VIOLATION_LEAK,
    VIOLATION_LEAK_AT_UNLOAD,
    VIOLATION_KIND_COUNT
};

enum violation_column { COLUMN_PLAIN, COLUMN_VERIFIED, COLUMN_SPECIAL, COLUMN_COUNT };

/* A stack beside that of the access: "Thread 12 held lock 0x.. when it acquired 0x..". */
struct side_stack {
    char caption[112];
    stack_id stack;
};

enum { VIOLATION_SIDES_MAX = 16 };

struct text;

/* The facts of one broken rule. Fill what the kind's row in violation.c uses; the rest stays 0. */
struct violation {
    enum violation_kind kind;
    enum violation_column column;
    const void *address; /* what the caller passed, or what was touched */
    const void *other;   /* first changed byte, the other header, the lock */
    const void *header;  /* header of the block */
    uint64_t contents;   /* first eight bytes of the header */
    size_t size_bytes;   /* asked for, or calculated */
    uint64_t expected;   /* fill byte, list link, requested IRQL ... as the row says */
    uint64_t found;
    const void *heap;   /* of the segment back end; NULL: no such */
    uint32_t pool_type; /* pool_type_of */
    uint32_t tag;
    uint32_t tag_given;
    uint32_t status;         /* NTSTATUS */
    unsigned irql;           /* current */
    unsigned access;         /* enum os_access */
    uintptr_t pc;            /* faulting instruction, or return address of the API call */
    const void *frame;       /* frame of the API routine; NULL for a fault */
    const void *fault_frame; /* frame pointer at a fault */
    const unsigned char *changed_first; /* damage: first and last changed byte, how many */
    const unsigned char *changed_last;
    size_t changed_count;
    const char *driver; /* at fault; NULL: the one whose code the stack shows */
    bool is_appended;   /* another tool has reported it, right above, and goes on or ends */
    bool in_sweep;      /* damage found while its block stays in use */
    uint32_t rule;      /* of DDI compliance, or a case of the kind; 0: as the kind says */
    const char *detail; /* one more sentence under the headline; NULL: none */
    const struct side_stack *sides;
    unsigned side_count;
    /* Adds lines of the rule's own behind the stacks; NULL: none. Async-signal-safe. */
    void (*more)(struct text *text, const struct violation *violation);
    struct story story; /* the block it is about */
};

/* A stop as Windows shows it. */
struct stop {
    uint32_t code;
    uint64_t parameter[4];
    uint32_t subcode;
    bool has_subcode;
    const char *name;
};

/* Works out code and parameters; false when the rule has no stop in that column (legal there). */
bool violation_stop(const struct violation *violation, struct stop *stop);

const char *violation_rule(enum violation_kind kind);   /* "damage-after-block" */
const char *violation_title(enum violation_kind kind);  /* "bytes past the end of ..." */
const char *violation_advice(enum violation_kind kind); /* what to look at */
const char *stop_name(uint32_t code);                   /* "BAD_POOL_CALLER"; "UNKNOWN" */

#endif
