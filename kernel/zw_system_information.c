/* zw_system_information.c - ZwQuerySystemInformation: a table of classes; each writes what there is
 * room for and counts what it needs. */
#include "expool/system_information.h"

#include "expool/statistics.h"
#include "kernel/zw_system_information.h"
#include "pool/budget.h"
#include "pool/hook.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/pager.h"
#include "pool/util.h"

#include <string.h>

enum { GROUP_PROCESSORS = 64 };

void *answer_room(struct answer *answer, size_t bytes)
{
    size_t at = answer->needed;
    answer->needed += bytes;
    return answer->needed <= answer->capacity ? answer->bytes + at : NULL;
}

static void tell_basic(struct answer *answer)
{
    SYSTEM_BASIC_INFORMATION *basic = answer_room(answer, sizeof *basic);
    struct budget_reading memory;
    if (basic == NULL)
        return;
    budget_read(BUDGET_MEMORY, &memory);
    unsigned processors = os_processors();
    if (processors == 0 || processors > GROUP_PROCESSORS)
        processors = GROUP_PROCESSORS; /* of group 0 */
    *basic = (SYSTEM_BASIC_INFORMATION){
        .TimerResolution = 156250,
        .PageSize = PAGE_SIZE,
        .NumberOfPhysicalPages = (ULONG)memory.limit_pages,
        .LowestPhysicalPageNumber = 1,
        .HighestPhysicalPageNumber = (ULONG)memory.limit_pages,
        .AllocationGranularity = 0x10000,
        .MinimumUserModeAddress = 0x10000,
        .MaximumUserModeAddress = 0x7FFFFFFEFFFF,
        .ActiveProcessorsAffinityMask = ~(ULONG_PTR)0 >> (GROUP_PROCESSORS - processors),
        .NumberOfProcessors = (CCHAR)processors,
    };
}

static ULONG clipped(uint64_t pages)
{
    return pages > UINT32_MAX ? UINT32_MAX : (ULONG)pages;
}

static void add_pools(SYSTEM_PERFORMANCE_INFORMATION *performance)
{
    struct expool_class_statistics nonpaged;
    struct expool_class_statistics paged;
    expool_class_statistics_get(EXPOOL_CLASS_NONPAGED, &nonpaged);
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &paged);
    performance->NonPagedPoolAllocs = (ULONG)nonpaged.allocations; /* these wrap */
    performance->NonPagedPoolFrees = (ULONG)nonpaged.frees;
    performance->PagedPoolAllocs = (ULONG)paged.allocations;
    performance->PagedPoolFrees = (ULONG)paged.frees;
}

static void tell_performance(struct answer *answer)
{
    SYSTEM_PERFORMANCE_INFORMATION *performance = answer_room(answer, sizeof *performance);
    struct budget_reading reading[BUDGET_METERS];
    struct pager_statistics paging;
    if (performance == NULL)
        return;
    for (unsigned i = 0; i < BUDGET_METERS; i++)
        budget_read((enum budget_meter)i, &reading[i]);
    pager_read(&paging);
    const struct budget_reading *memory = &reading[BUDGET_MEMORY];
    *performance = (SYSTEM_PERFORMANCE_INFORMATION){
        .AvailablePages = clipped(memory->limit_pages - memory->used_pages),
        .CommittedPages = clipped(reading[BUDGET_COMMIT].used_pages),
        .CommitLimit = clipped(reading[BUDGET_COMMIT].limit_pages),
        .PeakCommitment =
            clipped(reading[BUDGET_NONPAGED].peak_pages + reading[BUDGET_PAGED].peak_pages),
        .PageFaultCount = (ULONG)paging.page_ins,
        .PageReadCount = (ULONG)paging.page_ins,
        .DirtyPagesWriteCount = (ULONG)paging.page_outs,
        .PagedPoolPages = clipped(reading[BUDGET_PAGED].used_pages),
        .NonPagedPoolPages = clipped(reading[BUDGET_NONPAGED].used_pages),
        .AvailablePagedPoolPages =
            clipped(reading[BUDGET_PAGED].limit_pages - reading[BUDGET_PAGED].used_pages),
        .ResidentPagedPoolPage = clipped(reading[BUDGET_PAGED].used_pages - paging.pages_out),
    };
    add_pools(performance);
}

static void tell_special_pool(struct answer *answer)
{
    SYSTEM_SPECIAL_POOL_INFORMATION *special = answer_room(answer, sizeof *special);
    if (special == NULL)
        return;
    bool is_on = hook_column() == COLUMN_VERIFIED && strcmp(options.special_pool, "all") == 0;
    special->PoolTag = is_on ? '*' : 0;
    special->Flags = options.verify != OPTION_VERIFY_START; /* overruns are caught [P] */
}

/* No tag has a limit of its own here. */
static void tell_limits(struct answer *answer)
{
    SYSTEM_POOL_LIMIT_INFORMATION *limits =
        answer_room(answer, FIELD_OFFSET(SYSTEM_POOL_LIMIT_INFORMATION, LimitEntries));
    if (limits == NULL)
        return;
    limits->Version = 1;
    limits->EntryCount = 0;
}

static void tell_zeroing(struct answer *answer)
{
    SYSTEM_POOL_ZEROING_INFORMATION *zeroing = answer_room(answer, sizeof *zeroing);
    if (zeroing != NULL)
        zeroing->PoolZeroingSupportPresent = TRUE;
}

/* There are no sessions, so the chain has no link. */
static void tell_session_tags(struct answer *answer)
{
    (void)answer;
}

static const struct {
    ULONG number;
    ULONG fixed_size; /* the length must be this; 0: at least what is needed */
    void (*tell)(struct answer *answer);
} classes[] = {
    {SystemBasicInformation, sizeof(SYSTEM_BASIC_INFORMATION), tell_basic},
    {SystemPerformanceInformation, 0, tell_performance},
    {SystemPagedPoolInformation, 0, tell_paged_pool},
    {SystemNonPagedPoolInformation, 0, tell_nonpaged_pool},
    {SystemPoolTagInformation, 0, tell_tags},
    {SystemLookasideInformation, 0, tell_lookasides},
    {SystemBigPoolInformation, 0, tell_big_pool},
    {SystemSessionPoolTagInformation, 0, tell_session_tags},
    {SystemSpecialPoolInformation, sizeof(SYSTEM_SPECIAL_POOL_INFORMATION), tell_special_pool},
    {SystemPoolLimitInformation, 0, tell_limits},
    {SystemPoolZeroingInformation, sizeof(SYSTEM_POOL_ZEROING_INFORMATION), tell_zeroing},
    {SystemPoolTagInformation2, 0, tell_wide_tags},
};

/* A length that is wrong whatever the contents gets the size that is right, and nothing written. */
static NTSTATUS answer_class(unsigned row, PVOID buffer, ULONG length, PULONG return_length)
{
    struct answer answer = {.bytes = buffer, .capacity = length};
    struct answer measure = {.bytes = NULL, .capacity = 0};
    ULONG fixed = classes[row].fixed_size;
    bool is_wrong_length = fixed != 0 && length != fixed;
    if (!is_wrong_length && buffer != NULL)
        classes[row].tell(&answer);
    else
        classes[row].tell(&measure);
    size_t needed = is_wrong_length || buffer == NULL ? measure.needed : answer.needed;
    if (return_length != NULL)
        *return_length = clipped(needed);
    return is_wrong_length || needed > length ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

NTSTATUS ZwQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                  PVOID SystemInformation, ULONG SystemInformationLength,
                                  PULONG ReturnLength)
{
    for (unsigned i = 0; i < COUNT_OF(classes); i++)
        if (classes[i].number == (ULONG)SystemInformationClass)
            return answer_class(i, SystemInformation, SystemInformationLength, ReturnLength);
    return STATUS_INVALID_INFO_CLASS;
}

NTSTATUS NtQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                  PVOID SystemInformation, ULONG SystemInformationLength,
                                  PULONG ReturnLength)
{
    return ZwQuerySystemInformation(SystemInformationClass, SystemInformation,
                                    SystemInformationLength, ReturnLength);
}
