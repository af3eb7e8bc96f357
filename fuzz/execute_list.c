/* execute_list.c - lookaside lists of each form, their counters, and interlocked lists. */
#include "fuzz/execute.h"

/* A list's own routines: they see what the list was made with. */
static struct {
    unsigned allocations;
    unsigned frees;
    const void *list;
    POOL_TYPE type;
    SIZE_T size;
    ULONG tag;
    const void *block;
} own_seen;

EXECUTION_ALLOCATES static PVOID list_allocate(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                               PLOOKASIDE_LIST_EX Lookaside)
{
    own_seen.allocations++;
    own_seen.list = Lookaside;
    own_seen.type = PoolType;
    own_seen.size = NumberOfBytes;
    own_seen.tag = Tag;
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}

EXECUTION_FREES static VOID list_free(PVOID Buffer, PLOOKASIDE_LIST_EX Lookaside)
{
    own_seen.frees++;
    own_seen.list = Lookaside;
    own_seen.block = Buffer;
    ExFreePool(Buffer);
}

/* The older routines are not told of their list. */
EXECUTION_ALLOCATES static PVOID own_allocate(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return list_allocate(PoolType, NumberOfBytes, Tag, NULL);
}

EXECUTION_FREES static VOID own_free(PVOID Buffer)
{
    list_free(Buffer, NULL);
}

/* The counters are at the same place in all of them. */
static const GENERAL_LOOKASIDE_POOL *counters_of(const union any_list *list)
{
    return &list->ex.L;
}

/* Where time is the system's, nobody can foretell how deep a list is. */
void execution_note_lists(const struct execution *execution, struct model *model)
{
    for (unsigned i = 0; model->is_alone && i < PROGRAM_LISTS; i++)
        if (model->lists[i].is_initialized)
            model->lists[i].depth = counters_of(&execution->lists[i])->Depth;
}

static const char *check_depth(const union any_list *list, const struct list_model *wanted)
{
    return counters_of(list)->Depth == wanted->depth
               ? NULL
               : "a lookaside list keeps more entries, or less, than were asked for";
}

static void initialize_old(union any_list *list, uint8_t pool, const struct list_model *wanted,
                           SIZE_T size)
{
    PALLOCATE_FUNCTION allocate = wanted->has_own_allocate ? own_allocate : NULL;
    PFREE_FUNCTION release = wanted->has_own_free ? own_free : NULL;
    ULONG flags = wanted->bits;
    if (model_pool_is_paged(pool)) {
        ExInitializePagedLookasideList(&list->paged, allocate, release, flags, size, wanted->tag,
                                       0);
        return;
    }
    flags |= pool == PROGRAM_POOL_EXECUTE ? 0 : POOL_NX_ALLOCATION;
    ExInitializeNPagedLookasideList(&list->nonpaged, allocate, release, flags, size, wanted->tag,
                                    0);
}

static void initialize(struct execution *execution, const struct model *model, const struct op *op)
{
    union any_list *list = &execution->lists[op->handle % PROGRAM_LISTS];
    struct list_model wanted = model->lists[op->handle % PROGRAM_LISTS];
    SIZE_T size = wanted.size;
    if (!wanted.is_initialized) {
        wanted = model_list_wanted(op);
        size = model_entry_size(op);
    }
    if (wanted.form == LIST_OLD) {
        initialize_old(list, wanted.pool, &wanted, size);
        return;
    }
    ULONG flags = wanted.raises      ? EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL
                  : wanted.bits != 0 ? EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE
                                     : 0;
    if (ExInitializeLookasideListEx(&list->ex, wanted.has_own_allocate ? list_allocate : NULL,
                                    wanted.has_own_free ? list_free : NULL,
                                    execution_pool_type(wanted.pool), flags, size, wanted.tag,
                                    0) != STATUS_SUCCESS)
        execution->complaint = "a good lookaside list is refused";
}

EXECUTION_ALLOCATES static void *take_entry(union any_list *list, const struct list_model *wanted)
{
    if (wanted->form != LIST_OLD)
        return ExAllocateFromLookasideListEx(&list->ex);
    return model_pool_is_paged(wanted->pool) ? ExAllocateFromPagedLookasideList(&list->paged)
                                             : ExAllocateFromNPagedLookasideList(&list->nonpaged);
}

EXECUTION_ALLOCATES static void *take_entry_or_raise(struct execution *execution,
                                                     union any_list *list,
                                                     const struct list_model *wanted)
{
    void *volatile entry = NULL;
    __try {
        entry = take_entry(list, wanted);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        execution->raised = GetExceptionCode();
    }
    return entry;
}

/* A list's own routine is asked for each block that comes from its pool, and for nothing else. */
static const char *check_own_allocate(const union any_list *list, const struct list_model *wanted)
{
    bool is_asked = wanted->has_own_allocate && wanted->kept_count == 0;
    if (own_seen.allocations != is_asked || own_seen.frees != 0)
        return "a list's own routines were called otherwise than they should be";
    if (!is_asked)
        return NULL;
    ULONG type = (ULONG)execution_pool_type(wanted->pool) | wanted->bits;
    if (own_seen.list != (wanted->form == LIST_EX ? (const void *)&list->ex : NULL) ||
        own_seen.size != wanted->size || own_seen.tag != wanted->tag ||
        (ULONG)own_seen.type != type)
        return "a list's own routine was not asked for what the list was made with";
    return NULL;
}

EXECUTION_ALLOCATES static void allocate_entry(struct execution *execution,
                                               const struct model *model, const struct op *op)
{
    union any_list *list = &execution->lists[op->aux % PROGRAM_LISTS];
    const struct list_model *wanted = &model->lists[op->aux % PROGRAM_LISTS];
    const char *complaint = check_depth(list, wanted);
    own_seen.allocations = own_seen.frees = 0;
    execution->result =
        wanted->raises ? take_entry_or_raise(execution, list, wanted) : take_entry(list, wanted);
    execution->complaint = complaint != NULL ? complaint : check_own_allocate(list, wanted);
}

/* What the list keeps no routine is asked to free. */
static const char *check_own_free(const struct model *model, const struct list_model *wanted,
                                  const struct handle *handle)
{
    bool is_kept = !model->is_verifying && wanted->kept_count < wanted->depth;
    bool is_asked = wanted->has_own_free && !is_kept;
    if (own_seen.frees != is_asked || own_seen.allocations != 0)
        return "a list's own routines were called otherwise than they should be";
    return is_asked && own_seen.block != handle->address
               ? "a list's own routine was given another entry to free"
               : NULL;
}

EXECUTION_FREES static void free_entry(struct execution *execution, const struct model *model,
                                       const struct op *op)
{
    const struct handle *handle = &model->handles[op->handle];
    union any_list *list = &execution->lists[handle->list];
    const struct list_model *wanted = &model->lists[handle->list];
    execution->was_changed = !execution_contents_fit(handle);
    const char *complaint = check_depth(list, wanted);
    own_seen.allocations = own_seen.frees = 0;
    if (wanted->form != LIST_OLD)
        ExFreeToLookasideListEx(&list->ex, handle->address);
    else if (model_pool_is_paged(wanted->pool))
        ExFreeToPagedLookasideList(&list->paged, handle->address);
    else
        ExFreeToNPagedLookasideList(&list->nonpaged, handle->address);
    execution->complaint = complaint != NULL ? complaint : check_own_free(model, wanted, handle);
}

EXECUTION_FREES static void delete_list(struct execution *execution, const struct model *model,
                                        const struct op *op)
{
    union any_list *list = &execution->lists[op->handle % PROGRAM_LISTS];
    const struct list_model *wanted = &model->lists[op->handle % PROGRAM_LISTS];
    if (wanted->form != LIST_OLD)
        ExDeleteLookasideListEx(&list->ex);
    else if (model_pool_is_paged(wanted->pool))
        ExDeletePagedLookasideList(&list->paged);
    else
        ExDeleteNPagedLookasideList(&list->nonpaged);
}

EXECUTION_FREES static void flush_list(union any_list *list)
{
    ExFlushLookasideListEx(&list->ex);
}

/* Whoever looks into a list finds what happened to it so far. */
static const char *check_counters(const struct list_model *wanted, const union any_list *list)
{
    const GENERAL_LOOKASIDE_POOL *seen = counters_of(list);
    if (!wanted->is_initialized)
        return NULL;
    if (seen->TotalAllocates != wanted->allocates ||
        seen->AllocateMisses != wanted->allocate_misses || seen->TotalFrees != wanted->frees ||
        seen->FreeMisses != wanted->free_misses)
        return "a lookaside list counts other calls than were made";
    if (seen->Size != wanted->size || seen->Tag != wanted->tag)
        return "a lookaside list has another size or tag than it was given";
    if (ExQueryDepthSList(&((union any_list *)(uintptr_t)list)->ex.L.ListHead) !=
        wanted->kept_count)
        return "a lookaside list keeps other entries than it should";
    return check_depth(list, wanted);
}

/* What it kept goes back, one by one, by its own routine where it has one. */
static void empty_list(struct execution *execution, const struct model *model, const struct op *op)
{
    const struct list_model *wanted = &model->lists[op->handle % PROGRAM_LISTS];
    union any_list *list = &execution->lists[op->handle % PROGRAM_LISTS];
    const char *complaint = check_counters(wanted, list);
    own_seen.allocations = own_seen.frees = 0;
    if (op->kind == OP_LIST_FLUSH)
        flush_list(list);
    else
        delete_list(execution, model, op);
    bool is_asked = wanted->is_initialized && wanted->has_own_free;
    if (complaint == NULL && own_seen.frees != (is_asked ? wanted->kept_count : 0))
        complaint = "a list's own routine was not given all that the list kept";
    execution->complaint = complaint;
}

static void change_entries(struct execution *execution, const struct model *model,
                           const struct op *op)
{
    enum { POP = 2, FLUSH = 3 };
    unsigned count = model->entries_count;
    PSLIST_ENTRY entry = &execution->entries[op->handle % MODEL_ENTRIES];
    PSLIST_ENTRY top = count > 0 ? &execution->entries[model->entries[count - 1]] : NULL;
    PSLIST_HEADER head = &execution->entries_head;
    unsigned what = op->aux % 4;
    PSLIST_ENTRY got = what == FLUSH ? InterlockedFlushSList(head)
                       : what == POP ? InterlockedPopEntrySList(head)
                                     : InterlockedPushEntrySList(head, entry);
    unsigned left = what == FLUSH ? 0 : what == POP ? count - (count > 0) : count + 1;
    if (got != top || ExQueryDepthSList(head) != left)
        execution->complaint = "an interlocked list gives another entry, or another depth";
    unsigned left_to_see = what == FLUSH ? count : 0;
    for (; left_to_see > 0 && got != NULL; left_to_see--) {
        if (got != &execution->entries[model->entries[left_to_see - 1]])
            break;
        got = got->Next;
    }
    if (left_to_see > 0)
        execution->complaint = "a flushed list is in another order";
}

void execute_list(struct execution *execution, const struct model *model, const struct op *op)
{
    switch (op->kind) {
    case OP_LIST_ALLOC: allocate_entry(execution, model, op); break;
    case OP_LIST_FREE: free_entry(execution, model, op); break;
    case OP_LIST_FLUSH:
    case OP_LIST_DELETE: empty_list(execution, model, op); break;
    case OP_SLIST: change_entries(execution, model, op); break;
    default: initialize(execution, model, op); break;
    }
}
