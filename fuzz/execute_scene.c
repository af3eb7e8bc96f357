/* execute_scene.c - scenes that leave nothing behind, Force IRQL checking, and touches. */
#include "fuzz/execute.h"
#include "fuzz/scenes.h"

#include "expool/census.h"
#include "expool/verifier.h"

enum { RULE_DDI = 0x20000, RULE_CODE_INTEGRITY = 0x2000000, WORDS_BYTES = 8192 };

unsigned char scene_copied[SCENE_COPY_BYTES + SCENE_COPY_OFFSET];

static struct {
    struct execution *execution;
    const struct op *op;
} work;

EXECUTION_ALLOCATES static VOID ask_in_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(first);
    UNREFERENCED_PARAMETER(second);
    work.execution->result =
        ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_USE_QUOTA, work.op->size, model_tag(0));
}

static void ask_for_quota(struct execution *execution, const struct op *op)
{
    static KDPC dpc;
    work.execution = execution;
    work.op = op;
    KeInitializeDpc(&dpc, ask_in_dpc, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
}

EXECUTION_ALLOCATES static void ask_for_executable(struct execution *execution, const struct op *op)
{
    uint32_t before = expool_verifier_flags();
    expool_verifier_flags_set(before | RULE_CODE_INTEGRITY);
    execution->result = ExAllocatePoolWithTag(NonPagedPoolExecute, op->size, model_tag(op->tag));
    expool_verifier_flags_set(before);
}

static void break_ddi_rule(void)
{
    static KEVENT event;
    uint32_t before = expool_verifier_flags();
    if ((before & RULE_DDI) == 0) /* nobody minds while the rule is not in force */
        (void)KeReadStateEvent(&event);
    if (before != 0)
        expool_verifier_flags_set(before | RULE_DDI);
    (void)KeReadStateEvent(&event);
    if (before != 0)
        expool_verifier_flags_set(before);
}

static void raise_by(const struct op *op)
{
    switch (op->size % SCENE_RAISES) {
    case 0: ExRaiseStatus(STATUS_QUOTA_EXCEEDED); break;
    case 1: ExRaiseAccessViolation(); break;
    default: ExRaiseDatatypeMisalignment(); break;
    }
}

static void raise_and_catch(struct execution *execution, const struct op *op)
{
    static SLIST_HEADER heads[2];
    PUCHAR inside = (PUCHAR)heads + 1;
    __try {
        if (scene_of(op) == SCENE_RAISE_CAUGHT)
            raise_by(op);
        else
            InitializeSListHead((PSLIST_HEADER)(PVOID)inside);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        execution->raised = GetExceptionCode();
    }
}

/* Lines of printable letters, the last with its end. */
static bool is_text(const char *words, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((words[i] < ' ' && words[i] != '\n') || words[i] == 0x7f)
            return false;
    return length > 0 && words[length - 1] == '\n';
}

static void tell(struct execution *execution)
{
    static char words[WORDS_BYTES];
    static struct expool_census census;
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        expool_census_get((enum expool_class)i, &census);
        size_t length = expool_census_text(&census, words, sizeof words);
        if (length >= sizeof words || !is_text(words, length))
            execution->complaint = "the census in words is no text";
    }
}

static void raise_to_dpc(struct execution *execution, const struct model *model)
{
    if (KeRaiseIrqlToDpcLevel() != model->irql)
        execution->complaint = "another IRQL was in force than is said";
}

void execute_scene(struct execution *execution, const struct model *model, const struct op *op,
                   const struct expectation *expected)
{
    unsigned char byte;
    switch (scene_of(op)) {
    case SCENE_PAGED_CODE: PAGED_CODE(); break;
    case SCENE_COPY_OVERLAP: /* the copy itself is the compiler's */
        if (expected->outcome == OUTCOME_BUGCHECK)
            expool_copy_judge(scene_copied + SCENE_COPY_OFFSET, scene_copied, SCENE_COPY_BYTES);
        break;
    case SCENE_EXECUTABLE: ask_for_executable(execution, op); break;
    case SCENE_QUOTA_IN_DPC: ask_for_quota(execution, op); break;
    case SCENE_RAISE_CAUGHT:
    case SCENE_LIST_UNALIGNED: raise_and_catch(execution, op); break;
    case SCENE_UNUSED_POOL: expool_probe_read(expected->address, &byte); break;
    case SCENE_TELL: tell(execution); break;
    case SCENE_DDI_LEVEL: break_ddi_rule(); break;
    case SCENE_RAISE_TO_DPC: raise_to_dpc(execution, model); break;
    case SCENE_OBJECT_IN_BLOCK: execute_scene_object(execution, op); break;
    case SCENE_TOUCH_AWAY: execute_touch_away(execution, model, op, expected); break;
    case SCENE_FREE_FAR:
    case SCENE_FREE_BESIDE: execute_scene_beside(expected); break;
    case SCENE_LARGE: execute_scene_large(execution, model, op); break;
    default: execute_scene_alone(execution, op); break;
    }
}

/* What is written is what was there. */
void execute_owner_touch(struct execution *execution, const struct op *op,
                         const struct expectation *expected)
{
    enum { WRITES = 0x80 };
    unsigned char byte = 0;
    bool is_legal = expected->outcome == OUTCOME_SUCCESS;
    bool is_read =
        (is_legal || (op->aux & WRITES) == 0) && expool_probe_read(expected->address, &byte);
    bool is_done = is_read;
    if ((op->aux & WRITES) != 0)
        is_done = expool_probe_write(expected->address, byte);
    if (is_done != is_legal)
        execution->complaint =
            is_legal ? "an owner's own byte is out of reach" : "what is away can be touched";
}
