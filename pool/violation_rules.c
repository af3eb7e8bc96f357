#include "pool/violation_rules.h"

#include "pool/util.h"

#define STOP(code, subcode, ...)                                                                   \
    {                                                                                              \
        (code), (subcode),                                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define EVERYWHERE(...)                                                                            \
    {                                                                                              \
        __VA_ARGS__, __VA_ARGS__, __VA_ARGS__                                                      \
    }
#define UNCHECKED                                                                                  \
    {                                                                                              \
        0, 0,                                                                                      \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

const struct rule_row violation_rules[] = {
    /* asking for memory */
    [VIOLATION_ALLOCATE_ZERO_BYTES] =
        {"allocate-zero-bytes",
         "zero bytes were asked for",
         "the size passed to this call: often a count or length that was never checked",
         {UNCHECKED, STOP(0xC4, 0x00, SUBCODE, IRQL, POOL_TYPE, SIZE),
          STOP(0xC4, 0x00, SUBCODE, IRQL, POOL_TYPE, SIZE)}},
    [VIOLATION_ALLOCATE_PAGED_IRQL] =
        {"allocate-paged-irql",
         "paged pool was asked for at an IRQL too high for it",
         "the spin lock or raise in effect at this call; ask for non-paged pool, or before it",
         {STOP(0xC2, 0x08, SUBCODE, IRQL, POOL_TYPE, SIZE),
          STOP(0xC4, 0x01, SUBCODE, IRQL, POOL_TYPE, SIZE),
          STOP(0xC1, 0x30, IRQL, POOL_TYPE, SIZE, SUBCODE)}},
    [VIOLATION_ALLOCATE_NONPAGED_IRQL] =
        {"allocate-nonpaged-irql",
         "pool was asked for above DISPATCH_LEVEL",
         "the raise in effect at this call: no pool routine may be called above DISPATCH_LEVEL",
         {STOP(0xC2, 0x08, SUBCODE, IRQL, POOL_TYPE, SIZE),
          STOP(0xC4, 0x02, SUBCODE, IRQL, POOL_TYPE, SIZE),
          STOP(0xC1, 0x30, IRQL, POOL_TYPE, SIZE, SUBCODE)}},
    [VIOLATION_ALLOCATE_MUST_SUCCEED] =
        {"allocate-must-succeed", "a must-succeed pool type was asked for; there is none",
         "the pool type of this call: use NonPagedPoolNx and handle NULL",
         EVERYWHERE(STOP(0xC2, 0x9A, SUBCODE, POOL_TYPE, SIZE, TAG))},
    [VIOLATION_ALLOCATE_MUST_SUCCEED_BIG] =
        {"allocate-must-succeed-big",
         "more than a page of a must-succeed pool type was asked for",
         "the pool type of this call: use NonPagedPoolNx and handle NULL",
         {STOP(0xC2, 0x9A, SUBCODE, POOL_TYPE, SIZE, TAG),
          STOP(0xC4, 0x03, SUBCODE, IRQL, POOL_TYPE, SIZE),
          STOP(0xC4, 0x03, SUBCODE, IRQL, POOL_TYPE, SIZE)}},
    [VIOLATION_ALLOCATE_EXECUTABLE] =
        {"allocate-executable",
         "executable pool was asked for",
         "the pool type or flags of this call: NonPagedPoolNx, POOL_FLAG_NON_PAGED",
         {UNCHECKED, STOP(0xC4, 0x2000, SUBCODE, PC, POOL_TYPE, TAG),
          STOP(0xC4, 0x2000, SUBCODE, PC, POOL_TYPE, TAG)}},
    [VIOLATION_QUOTA_IN_DPC] =
        {"quota-in-dpc",
         "a DPC asked for pool that a process should pay for",
         "the quota routine or flag of this call: a DPC runs in whatever process there is",
         {UNCHECKED, STOP(0xC4, 0x10B, SUBCODE, ZERO, ZERO, ZERO),
          STOP(0xC4, 0x10B, SUBCODE, ZERO, ZERO, ZERO)}},
    [VIOLATION_TAG_ZERO] = {"tag-zero", "an allocation with tag 0",
                            "the tag of this call: four printable characters, as in 'Tag1'",
                            EVERYWHERE(STOP(0xC2, 0x9B, SUBCODE, POOL_TYPE, SIZE, PC))},
    [VIOLATION_TAG_BIG] = {"tag-big", "an allocation with the reserved tag 'BIG'",
                           "the tag of this call: 'BIG ' belongs to the pool itself",
                           EVERYWHERE(STOP(0xC2, 0x9C, SUBCODE, POOL_TYPE, SIZE, PC))},
    [VIOLATION_TAG_UNREADABLE] = {"tag-unreadable",
                                  "an allocation with a tag that has no letter and no digit",
                                  "the tag of this call: often a number passed in its place",
                                  {UNCHECKED, STOP(0xC2, 0x9D, SUBCODE, TAG, POOL_TYPE, PC),
                                   STOP(0xC2, 0x9D, SUBCODE, TAG, POOL_TYPE, PC)}},
    [VIOLATION_ALLOCATE_UNLOADING] =
        {"allocate-unloading",
         "a driver that is being unloaded asked for memory",
         "the thread, timer or work item that still runs while the driver goes",
         {UNCHECKED, STOP(0xC4, 0x61, SUBCODE, EXPECTED, FOUND, CONTENTS),
          STOP(0xC4, 0x61, SUBCODE, EXPECTED, FOUND, CONTENTS)}},
    [VIOLATION_UNHANDLED_RAISE] =
        {"unhandled-raise", "a status was raised and nobody caught it",
         "this call asks for an exception instead of NULL: catch it, or drop the flag",
         EVERYWHERE(STOP(0x1E, 0, STATUS, PC, ACCESS, ADDRESS))},
    /* giving it back */
    [VIOLATION_FREE_NULL] = {"free-null",
                             "NULL was freed",
                             "the pointer passed to this call: test it first, Windows does not",
                             {STOP(0xC2, 0x46, SUBCODE, ADDRESS, ZERO, ZERO),
                              STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
                              STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_MISALIGNED] =
        {"free-misaligned",
         "an address was freed that no block can have",
         "the pointer passed to this call: blocks begin at multiples of 16; was it moved on?",
         {STOP(0xC2, 0x46, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x16, SUBCODE, ZERO, ADDRESS, ZERO),
          STOP(0xC4, 0x16, SUBCODE, ZERO, ADDRESS, ZERO)}},
    [VIOLATION_FREE_OUTSIDE] =
        {"free-outside-pool",
         "an address was freed that never belonged to any pool",
         "the pointer passed to this call: memory of the stack, static or mapped is not pool",
         {STOP(0xC2, 0x42, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_NEVER_ALLOCATED_PAGED] =
        {"free-never-allocated-paged",
         "a paged pool address was freed that is no block",
         "the pointer passed to this call: where it came from, and who wrote to it since",
         {STOP(0xC2, 0x48, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_NEVER_ALLOCATED_NONPAGED] =
        {"free-never-allocated-nonpaged",
         "a non-paged pool address was freed that is no block",
         "the pointer passed to this call: where it came from, and who wrote to it since",
         {STOP(0xC2, 0x44, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_MIDDLE_SMALL] =
        {"free-middle",
         "an address in the middle of a block was freed",
         "the pointer passed to this call: it was moved on, or points at a member",
         {STOP(0xC2, 0x99, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_MIDDLE_BIG_PAGED] =
        {"free-middle-big-paged",
         "an address in the middle of a big paged block was freed",
         "the pointer passed to this call: it was moved on, or points at a member",
         {STOP(0xC2, 0x41286, SUBCODE, ZERO, ZERO, EXPECTED),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_MIDDLE_BIG_NONPAGED] =
        {"free-middle-big-nonpaged",
         "an address in the middle of a big non-paged block was freed",
         "the pointer passed to this call: it was moved on, or points at a member",
         {STOP(0xC2, 0x44, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_TWICE] =
        {"free-twice",
         "a block was freed twice, or was never handed out",
         "the two frees: which of them owns the block, and who kept a copy of the pointer",
         {STOP(0xC2, 0x07, SUBCODE, ZERO, CONTENTS, ADDRESS),
          STOP(0xC4, 0x13, SUBCODE, ZERO, HEADER, CONTENTS),
          STOP(0xC1, 0x20, ADDRESS, ZERO, ZERO, SUBCODE)}},
    [VIOLATION_FREE_TWICE_BIG] =
        {"free-twice-big",
         "a big block was freed twice, or was never handed out",
         "the two frees: which of them owns the block, and who kept a copy of the pointer",
         {STOP(0x19, 0x22, SUBCODE, ADDRESS, POOL_TYPE, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO),
          STOP(0xC4, 0x10, SUBCODE, ADDRESS, ZERO, ZERO)}},
    [VIOLATION_FREE_WRONG_TAG] =
        {"free-wrong-tag", "a block was freed with another tag than it has",
         "the tag of this call against the tag of the allocation; or the wrong block is freed",
         EVERYWHERE(STOP(0xC2, 0x0A, SUBCODE, ADDRESS, TAG, TAG_GIVEN))},
    [VIOLATION_FREE_WRONG_SIZE] =
        {"free-wrong-size",
         "a block was freed with another size than it has",
         "the size of this call against the size of the allocation; or the wrong block is freed",
         {UNCHECKED, STOP(0xC4, 0x13F, SUBCODE, ADDRESS, FOUND, EXPECTED),
          STOP(0xC4, 0x13F, SUBCODE, ADDRESS, FOUND, EXPECTED)}},
    [VIOLATION_FREE_PAGED_IRQL] =
        {"free-paged-irql",
         "a paged block was freed at an IRQL too high for it",
         "the spin lock or raise in effect at this call: free after it, or use non-paged pool",
         {STOP(0xC2, 0x09, SUBCODE, IRQL, POOL_TYPE, ADDRESS),
          STOP(0xC4, 0x11, SUBCODE, IRQL, POOL_TYPE, ADDRESS),
          STOP(0xC1, 0x31, IRQL, POOL_TYPE, ADDRESS, SUBCODE)}},
    [VIOLATION_FREE_NONPAGED_IRQL] =
        {"free-nonpaged-irql",
         "a block was freed above DISPATCH_LEVEL",
         "the raise in effect at this call: no pool routine may be called above DISPATCH_LEVEL",
         {STOP(0xC2, 0x09, SUBCODE, IRQL, POOL_TYPE, ADDRESS),
          STOP(0xC4, 0x12, SUBCODE, IRQL, POOL_TYPE, ADDRESS),
          STOP(0xC1, 0x31, IRQL, POOL_TYPE, ADDRESS, SUBCODE)}},
    [VIOLATION_FREE_ABOVE_START] =
        {"free-above-start", "an address behind the start of a block was freed",
         "the pointer passed to this call: it was moved on, or points at a member",
         EVERYWHERE(STOP(0xC1, 0x21, ADDRESS, EXPECTED, FOUND, SUBCODE))},
    [VIOLATION_FREE_BELOW_START] =
        {"free-below-start", "an address in front of the start of a block was freed",
         "the pointer passed to this call: an offset was subtracted once too often",
         EVERYWHERE(STOP(0xC1, 0x22, ADDRESS, EXPECTED, FOUND, SUBCODE))},
    [VIOLATION_FREE_NOT_CONTIGUOUS] =
        {"free-not-contiguous", "an address was freed as contiguous memory that is none",
         "the pointer passed to this call: pool goes back with ExFreePool, to each its own",
         EVERYWHERE(STOP(0xC2, 0x60, SUBCODE, ADDRESS, ZERO, ZERO))},
    /* headers and lists of the normal pool */
    [VIOLATION_HEADER_PREVIOUS_TOO_LARGE] =
        {"header-previous-too-large", "a block header was damaged: previous block off the page",
         "whoever wrote in front of this block, most often the block before it",
         EVERYWHERE(STOP(0x19, 0x06, SUBCODE, OTHER, ZERO, HEADER))},
    [VIOLATION_HEADER_NEIGHBOURS] =
        {"header-neighbours", "two block headers that lie side by side disagree",
         "the block in front of the damaged header: a write past its end",
         EVERYWHERE(STOP(0x19, 0x05, SUBCODE, OTHER, ZERO, HEADER))},
    [VIOLATION_HEADER_PREVIOUS_ZERO] =
        {"header-previous-zero", "a block header was damaged: no block before it",
         "whoever wrote in front of this block, most often the block before it",
         EVERYWHERE(STOP(0x19, 0x07, SUBCODE, ZERO, ZERO, HEADER))},
    [VIOLATION_HEADER_SIZE_ZERO] =
        {"header-size-zero", "a block header was damaged: its size is zero",
         "whoever wrote in front of this block, most often the block before it",
         EVERYWHERE(STOP(0x19, 0x08, SUBCODE, ZERO, ZERO, HEADER))},
    [VIOLATION_HEADER_SIZE_TOO_LARGE] =
        {"header-size-too-large", "a block header was damaged: next block off the page",
         "whoever wrote in front of this block, most often the block before it",
         EVERYWHERE(STOP(0x19, 0x09, SUBCODE, OTHER, ZERO, HEADER))},
    [VIOLATION_HEADER_NOT_IN_PAGE] = {"header-not-in-page",
                                      "a walk through the page's blocks does not meet this one",
                                      "a block further up in the page: its header was damaged",
                                      EVERYWHERE(STOP(0x19, 0x0A, SUBCODE, HEADER, ZERO, OTHER))},
    [VIOLATION_HEADER_SEAL] = {"header-seal", "a block header was damaged: its seal does not fit",
                               "the block in front of the damaged header: a write past its end",
                               EVERYWHERE(STOP(0x19, 0x20, SUBCODE, HEADER, OTHER, CONTENTS))},
    [VIOLATION_FREED_HEADER] =
        {"freed-header", "the header of a freed block was changed",
         "the block in front of it wrote past its end, or the freed block was used again",
         EVERYWHERE(STOP(0x19, 0x0D, SUBCODE, HEADER, ZERO, CONTENTS))},
    [VIOLATION_FREE_LIST_LINKS] =
        {"free-list-links", "a freed block was written to: its list links are damaged",
         "who used this block after it was freed; the verifier would stop at the write",
         EVERYWHERE(STOP(0x19, 0x03, SUBCODE, HEADER, EXPECTED, FOUND))},
    /* special pool */
    [VIOLATION_DAMAGE_BEFORE] =
        {"damage-before-block", "bytes in front of a pool block were overwritten",
         "indexes below 0 and pointers moved back, between the allocation and this free",
         EVERYWHERE(STOP(0xC1, 0x23, ADDRESS, OTHER, EXPECTED, SUBCODE))},
    [VIOLATION_DAMAGE_AFTER] = {"damage-after-block",
                                "bytes past the end of a pool block were overwritten",
                                "the copy into this block: its length against the block's size",
                                EVERYWHERE(STOP(0xC1, 0x24, ADDRESS, OTHER, EXPECTED, SUBCODE))},
    [VIOLATION_DAMAGE_ONE_BIT] =
        {"damage-one-bit", "a single bit next to a pool block was flipped",
         "a flag set through a wrong pointer; on real machines also failing memory",
         EVERYWHERE(STOP(0xC1, 0x32, ADDRESS, OTHER, ZERO, SUBCODE))},
    [VIOLATION_TRACKED_OVERRUN] = {"overrun-in-normal-pool",
                                   "bytes past the end of a block in normal pool were overwritten",
                                   "the copy into this block: its length against the block's size",
                                   {UNCHECKED, STOP(0xC4, 0x51, SUBCODE, ADDRESS, OTHER, SIZE),
                                    STOP(0xC4, 0x51, SUBCODE, ADDRESS, OTHER, SIZE)}},
    [VIOLATION_FREED_MODIFIED] =
        {"freed-modified", "freed memory was written to before it was handed out again",
         "who used this block after it was freed; reuse=protect would stop at the write",
         EVERYWHERE(STOP(0xC6, 0, OTHER, ACCESS, ZERO, ZERO))},
/* faults */
#include "pool/violation_rules_fault.def"
    /* IRQL and locks */
    [VIOLATION_RAISE_TO_LOWER] = {"raise-to-lower",
                                  "KeRaiseIrql was asked for a lower level, or none that exists",
                                  "the raises and locks in effect at this call",
                                  {STOP(0x09, 0, EXPECTED, IRQL, ZERO, PC),
                                   STOP(0xC4, 0x30, SUBCODE, IRQL, EXPECTED, ZERO),
                                   STOP(0xC4, 0x30, SUBCODE, IRQL, EXPECTED, ZERO)}},
    [VIOLATION_LOWER_TO_HIGHER] =
        {"lower-to-higher",
         "KeLowerIrql was asked for a higher level, or none that exists",
         "the value passed: it must be the one that the matching raise returned",
         {STOP(0x0A, 0, EXPECTED, IRQL, ZERO, PC), STOP(0xC4, 0x31, SUBCODE, IRQL, EXPECTED, ZERO),
          STOP(0xC4, 0x31, SUBCODE, IRQL, EXPECTED, ZERO)}},
    [VIOLATION_SPIN_RELEASE_IRQL] = {"spin-release-irql",
                                     "a spin lock was released away from DISPATCH_LEVEL, or twice",
                                     "the lowers between acquire and release",
                                     {UNCHECKED, STOP(0xC4, 0x32, SUBCODE, IRQL, OTHER, ZERO),
                                      STOP(0xC4, 0x32, SUBCODE, IRQL, OTHER, ZERO)}},
    [VIOLATION_SPIN_ACQUIRE_ABOVE_DISPATCH] = {"spin-acquire-above-dispatch",
                                               "a spin lock was acquired above DISPATCH_LEVEL",
                                               "the raise in effect at this call",
                                               {UNCHECKED,
                                                STOP(0xC4, 0x42, SUBCODE, IRQL, OTHER, ZERO),
                                                STOP(0xC4, 0x42, SUBCODE, IRQL, OTHER, ZERO)}},
    [VIOLATION_SPIN_ACQUIRE_BELOW_DISPATCH] =
        {"spin-acquire-below-dispatch",
         "the AtDpcLevel form acquired a spin lock below DISPATCH_LEVEL",
         "use KeAcquireSpinLock here, or raise first",
         {UNCHECKED, STOP(0xC4, 0x40, SUBCODE, IRQL, OTHER, ZERO),
          STOP(0xC4, 0x40, SUBCODE, IRQL, OTHER, ZERO)}},
    [VIOLATION_SPIN_RELEASE_BELOW_DISPATCH] =
        {"spin-release-below-dispatch",
         "the FromDpcLevel form released a spin lock below DISPATCH_LEVEL",
         "use KeReleaseSpinLock here, or lower afterwards",
         {UNCHECKED, STOP(0xC4, 0x41, SUBCODE, IRQL, OTHER, ZERO),
          STOP(0xC4, 0x41, SUBCODE, IRQL, OTHER, ZERO)}},
    [VIOLATION_SPIN_ALREADY_OWNED] = {"spin-already-owned",
                                      "a spin lock was acquired by the thread that holds it",
                                      "the two acquires: the second would spin for ever",
                                      EVERYWHERE(STOP(0x0F, 0, OTHER, ZERO, ZERO, ZERO))},
    [VIOLATION_SPIN_NOT_OWNED] = {"spin-not-owned", "a spin lock was released that nobody holds",
                                  "the releases: one of them is too many",
                                  EVERYWHERE(STOP(0x10, 0, OTHER, ZERO, ZERO, ZERO))},
    [VIOLATION_PAGED_CODE_IRQL] = {"paged-code-irql",
                                   "pageable code ran above APC_LEVEL",
                                   "the raise or lock in effect where this routine was called",
                                   {UNCHECKED, STOP(0xC4, 0xE5, SUBCODE, IRQL, ZERO, ZERO),
                                    STOP(0xC4, 0xE5, SUBCODE, IRQL, ZERO, ZERO)}},
    /* lookaside lists */
    [VIOLATION_LOOKASIDE_REINITIALIZED] = {"lookaside-reinitialized",
                                           "a lookaside list was initialised again while in use",
                                           "the two initialisations: delete the list in between",
                                           {UNCHECKED, STOP(0xC4, 0xCA, SUBCODE, OTHER, ZERO, ZERO),
                                            STOP(0xC4, 0xCA, SUBCODE, OTHER, ZERO, ZERO)}},
    [VIOLATION_LOOKASIDE_NOT_INITIALIZED] =
        {"lookaside-not-initialized",
         "a lookaside list was deleted that was never initialised",
         "the order of initialise and delete; deleting twice looks the same",
         {UNCHECKED, STOP(0xC4, 0xCB, SUBCODE, OTHER, ZERO, ZERO),
          STOP(0xC4, 0xCB, SUBCODE, OTHER, ZERO, ZERO)}},
    [VIOLATION_LOOKASIDE_SIZE] = {"lookaside-size",
                                  "a lookaside list was given entries that are too small",
                                  "the size of an entry: at least LOOKASIDE_MINIMUM_BLOCK_SIZE",
                                  {UNCHECKED, STOP(0xC4, 0xCD, SUBCODE, OTHER, SIZE, EXPECTED),
                                   STOP(0xC4, 0xCD, SUBCODE, OTHER, SIZE, EXPECTED)}},
#include "pool/violation_rules_ddi.def"
#include "pool/violation_rules_io.def"
#include "pool/violation_rules_ke.def"
#include "pool/violation_rules_lock.def"
    /* the end */
    [VIOLATION_LEAK] = {"leak",
                        "pool blocks were not freed",
                        "the allocations listed: who should have freed them",
                        {UNCHECKED, STOP(0xC4, 0x62, SUBCODE, ZERO, ZERO, FOUND),
                         STOP(0xC4, 0x62, SUBCODE, ZERO, ZERO, FOUND)}},
    [VIOLATION_LEAK_AT_UNLOAD] =
        {"leak-at-unload",
         "a driver was unloaded and left pool blocks behind",
         "the oldest of them: the way out that forgot it, or the unload routine",
         {UNCHECKED, STOP(0xC4, 0x62, SUBCODE, ADDRESS, ZERO, FOUND),
          STOP(0xC4, 0x62, SUBCODE, ADDRESS, ZERO, FOUND)}},
};

#define HEAP_CORRUPTION(type)                                                                      \
    {                                                                                              \
        0x13A, (type),                                                                             \
        {                                                                                          \
            SUBCODE, HEAP, HEADER, ZERO                                                            \
        }                                                                                          \
    }

/* What it looks like, as the segment heap numbers it. */
const struct stop_row violation_segment_stops[VIOLATION_KIND_COUNT] = {
    [VIOLATION_FREE_TWICE] = HEAP_CORRUPTION(0x08),
    [VIOLATION_HEADER_PREVIOUS_TOO_LARGE] = HEAP_CORRUPTION(0x06),
    [VIOLATION_HEADER_NEIGHBOURS] = HEAP_CORRUPTION(0x06),
    [VIOLATION_HEADER_PREVIOUS_ZERO] = HEAP_CORRUPTION(0x03),
    [VIOLATION_HEADER_SIZE_ZERO] = HEAP_CORRUPTION(0x03),
    [VIOLATION_HEADER_SIZE_TOO_LARGE] = HEAP_CORRUPTION(0x03),
    [VIOLATION_HEADER_NOT_IN_PAGE] = HEAP_CORRUPTION(0x04),
    [VIOLATION_HEADER_SEAL] = HEAP_CORRUPTION(0x03),
    [VIOLATION_FREED_HEADER] = HEAP_CORRUPTION(0x12),
    [VIOLATION_FREE_LIST_LINKS] = HEAP_CORRUPTION(0x0D),
};

static_assert(COUNT_OF(violation_rules) == VIOLATION_KIND_COUNT, "every violation has its row");
