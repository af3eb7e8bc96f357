#include "fuzz/execute.h"

#include "expool/budget.h"
#include "expool/verifier.h"
#include "fuzz/settings.h"

#include <string.h>

void execution_start(struct execution *execution)
{
    memset(execution, 0, sizeof *execution);
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++)
        KeInitializeSpinLock(&execution->locks[i]);
    InitializeSListHead(&execution->entries_head);
    execution->processes[0] = PsInitialSystemProcess;
}

void execution_end(struct execution *execution)
{
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++)
        KeInitializeSpinLock(&execution->locks[i]);
    expool_process_attach(NULL);
    for (unsigned i = 1; i < PROGRAM_PROCESSES; i++)
        if (execution->processes[i] != NULL)
            expool_process_close(execution->processes[i]);
}

static void use_lock(struct execution *execution, const struct model *model, const struct op *op)
{
    unsigned index = op->handle % PROGRAM_LOCKS;
    KIRQL old = PASSIVE_LEVEL;
    if (op->kind == OP_RELEASE) {
        if (model->locks[index].is_held)
            old = execution->old_irqls[index];
        KeReleaseSpinLock(&execution->locks[index], old);
        return;
    }
    KeAcquireSpinLock(&execution->locks[index], &old);
    if (!model->locks[index].is_held)
        execution->old_irqls[index] = old;
}

/* A process is made when it is first attached to; the one before comes back. */
static void attach(struct execution *execution, const struct model *model, const struct op *op)
{
    unsigned index = op->handle % PROGRAM_PROCESSES;
    PEPROCESS *process = &execution->processes[index];
    if (*process == NULL)
        *process =
            expool_process_create(model_process_limit(index, 0), model_process_limit(index, 1));
    PEPROCESS before = expool_process_attach(*process);
    if (before != execution->processes[model->process] || PsGetCurrentProcess() != *process)
        execution->complaint = "another process is attached to than was asked for";
}

static NTSTATUS charge(PEPROCESS process, const struct op *op)
{
    enum { RAISING = 1, RETURN = 2 };
    POOL_TYPE type = execution_pool_type(op->pool);
    if ((op->aux & RETURN) != 0)
        PsReturnPoolQuota(process, type, op->size);
    else if ((op->aux & RAISING) != 0)
        PsChargePoolQuota(process, type, op->size);
    else
        return PsChargeProcessPoolQuota(process, type, op->size);
    return STATUS_SUCCESS;
}

static void execute_charge(struct execution *execution, const struct op *op)
{
    PEPROCESS process = execution->processes[op->handle % PROGRAM_PROCESSES];
    volatile NTSTATUS status = STATUS_SUCCESS;
    __try {
        status = charge(process, op);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        execution->raised = GetExceptionCode();
    }
    /* "a block" stands for success where an outcome is NULL otherwise */
    execution->result = status == STATUS_SUCCESS && execution->raised == 0 ? execution : NULL;
}

static void execute_rare(struct execution *execution, const struct model *model,
                         const struct op *op, const struct expectation *expected)
{
    switch (op->kind) {
    case OP_ATTACH: attach(execution, model, op); break;
    case OP_CHARGE: execute_charge(execution, op); break;
    case OP_QUERY: execute_query(execution, model, op); break;
    case OP_CHURN: execute_churn(execution, op, expected); break;
    case OP_CROWD: execute_crowd(execution, model, op, expected); break;
    case OP_BAD_CALL:
    case OP_BAD_MORE: execute_bad_call(execution, op); break;
    case OP_SCENE:
    case OP_SCENE_MORE: execute_scene(execution, model, op, expected); break;
    case OP_FORCE_IRQL: settings_force_irql((op->aux & 1) != 0); break;
    case OP_TOUCH: execute_owner_touch(execution, op, expected); break;
    case OP_RULES: settings_change_rules((op->aux & 1) == 0, (op->aux & 2) == 0); break;
    case OP_RESET: execution->swept = expool_verifier_reset(); break;
    case OP_PAGE_OUT: execute_page_out(execution); break;
    case OP_BAD_FLAGS:
    case OP_TAG_ZERO: execute_bad_flags(execution, op); break;
    case OP_AUDIT: break; /* the audit that follows is the operation */
    default: execute_free(execution, model, op, expected); break;
    }
}

/* Where nobody else uses the pools it is so still when the operation is done. */
void execution_note(const struct execution *execution, struct model *model)
{
    execution_note_lists(execution, model);
    for (int i = 0; i < EXPOOL_CLASS_COUNT && !execution->is_shared; i++) {
        struct expool_budget budget;
        if (model->classes[i].limit_pages == UINT64_MAX)
            continue;
        expool_budget_get((enum expool_class)i, &budget);
        model->classes[i].used_pages = budget.used_bytes / PAGE_SIZE;
    }
}

void execute(struct execution *execution, const struct model *model, const struct op *op,
             const struct expectation *expected)
{
    KIRQL old;
    execution->result = NULL;
    execution->raised = 0;
    execution->was_changed = false;
    execution->complaint = NULL;
    if (op->kind != OP_LIST_ALLOC && op_allocates(op->kind)) {
        execute_allocate(execution, op);
        return;
    }
    switch (op->kind) {
    case OP_TRIM: execute_trim(execution); break;
    case OP_CHECK: break;
    case OP_RAISE: KeRaiseIrql(op->irql, &old); break;
    case OP_LOWER: KeLowerIrql(op->irql); break;
    case OP_ACQUIRE:
    case OP_RELEASE: use_lock(execution, model, op); break;
    case OP_LIST_INIT:
    case OP_LIST_INIT_FORM:
    case OP_LIST_INIT_OWN:
    case OP_LIST_ALLOC:
    case OP_LIST_FREE:
    case OP_LIST_FLUSH:
    case OP_LIST_DELETE:
    case OP_SLIST: execute_list(execution, model, op); break;
    case OP_READ_GUARD:
    case OP_WRITE_GUARD:
    case OP_READ_FREED:
    case OP_WRITE_FREED:
    case OP_READ_SLACK:
    case OP_WRITE_SLACK:
    case OP_WRITE_BEFORE:
    case OP_FLIP_SLACK:
    case OP_PROBE_HEADER: execute_touch(execution, model, op, expected); break;
    case OP_SWEEP: execution->swept = expool_verifier_sweep(); break;
    default: execute_rare(execution, model, op, expected); break;
    }
}
