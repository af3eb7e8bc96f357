/* ob_callback.c - object callbacks, by altitude. A routine is called with no lock held; its
 * registration stays until the calls under way are over. */
#include "kernel/ob_callback.h"

#include "kernel/altitude.h"
#include "kernel/object.h"

#include "expool/process.h"
#include "pool/fork.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { OPERATIONS_MAX = 2 };

static const OB_OPERATION operations_known =
    OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE;

struct handle_watcher {
    struct altitude altitude;
    PVOID context;
    unsigned calls; /* under way */
    unsigned count;
    OB_OPERATION_REGISTRATION operations[OPERATIONS_MAX];
};

static struct {
    struct lock lock;
    struct handle_watcher *order[HANDLE_WATCHERS_MAX]; /* highest first */
    unsigned count;                                    /* read without the lock, too */
} watchers = {.lock = LOCK_INITIALIZER};

static void keep_own_calls(void)
{
    for (unsigned i = 0; i < watchers.count; i++)
        watchers.order[i]->calls = call_holds_of_thread(&watchers.order[i]->calls);
}
LOCK_OVER_FORK_AND(watchers.lock, keep_own_calls)

static NTSTATUS insert_locked(struct handle_watcher *made)
{
    unsigned at = 0;
    if (watchers.count == HANDLE_WATCHERS_MAX)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (; at < watchers.count; at++) {
        int order = altitude_compare(&watchers.order[at]->altitude, &made->altitude);
        if (order == 0)
            return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
        if (order < 0)
            break;
    }
    memmove(&watchers.order[at + 1], &watchers.order[at],
            (watchers.count - at) *
                sizeof watchers.order[0]); /* NOLINT(bugprone-sizeof-expression) */
    watchers.order[at] = made;
    __atomic_store_n(&watchers.count, watchers.count + 1, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

static bool operation_is_sound(const OB_OPERATION_REGISTRATION *operation)
{
    if (operation->ObjectType != PsProcessType && operation->ObjectType != PsThreadType)
        return false;
    if (operation->Operations == 0 || (operation->Operations & ~operations_known) != 0)
        return false;
    return operation->PreOperation != NULL || operation->PostOperation != NULL;
}

static bool registration_is_sound(const OB_CALLBACK_REGISTRATION *registration)
{
    if (registration->Version != OB_FLT_REGISTRATION_VERSION ||
        registration->OperationRegistrationCount == 0 ||
        registration->OperationRegistrationCount > OPERATIONS_MAX ||
        registration->Altitude.Length == 0)
        return false;
    for (unsigned i = 0; i < registration->OperationRegistrationCount; i++)
        if (!operation_is_sound(&registration->OperationRegistration[i]))
            return false;
    return true;
}

NTSTATUS ObRegisterCallbacks(POB_CALLBACK_REGISTRATION CallbackRegistration,
                             PVOID *RegistrationHandle)
{
    *RegistrationHandle = NULL;
    if (!registration_is_sound(CallbackRegistration))
        return STATUS_INVALID_PARAMETER;
    struct handle_watcher *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    altitude_set(&made->altitude, &CallbackRegistration->Altitude);
    made->context = CallbackRegistration->RegistrationContext;
    made->count = CallbackRegistration->OperationRegistrationCount;
    memcpy(made->operations, CallbackRegistration->OperationRegistration,
           made->count * sizeof(made->operations[0]));
    lock_take(&watchers.lock);
    NTSTATUS status = insert_locked(made);
    lock_drop(&watchers.lock);
    if (NT_SUCCESS(status))
        *RegistrationHandle = made;
    else
        free(made);
    return status;
}

VOID ObUnRegisterCallbacks(PVOID RegistrationHandle)
{
    struct handle_watcher *gone = NULL;
    lock_take(&watchers.lock);
    for (unsigned i = 0; i < watchers.count && gone == NULL; i++) {
        if (watchers.order[i] != RegistrationHandle)
            continue;
        gone = watchers.order[i];
        __atomic_store_n(&watchers.count, watchers.count - 1, __ATOMIC_RELAXED);
        memmove(&watchers.order[i], &watchers.order[i + 1],
                (watchers.count - i) *
                    sizeof watchers.order[0]); /* NOLINT(bugprone-sizeof-expression) */
    }
    while (gone != NULL && gone->calls != 0) {
        lock_drop(&watchers.lock);
        sched_yield();
        lock_take(&watchers.lock);
    }
    lock_drop(&watchers.lock);
    free(gone);
}

USHORT ObGetFilterVersion(VOID)
{
    return OB_FLT_REGISTRATION_VERSION;
}

/* What the watcher has registered for this handle; NULL: nothing. */
static const OB_OPERATION_REGISTRATION *operation_of(const struct handle_watcher *watcher,
                                                     const struct handle_wish *wish)
{
    POBJECT_TYPE type = ObGetObjectType(wish->body);
    for (unsigned i = 0; i < watcher->count; i++)
        if (*watcher->operations[i].ObjectType == type &&
            (watcher->operations[i].Operations & wish->operation) != 0)
            return &watcher->operations[i];
    return NULL;
}

static void hold(struct handle_audience *audience)
{
    lock_take(&watchers.lock);
    for (audience->count = 0; audience->count < watchers.count; audience->count++) {
        audience->held[audience->count] = watchers.order[audience->count];
        call_hold_begin(&audience->holds[audience->count], &watchers.order[audience->count]->calls);
    }
    lock_drop(&watchers.lock);
}

static void ask(const OB_OPERATION_REGISTRATION *operation, struct handle_wish *wish,
                struct handle_audience *audience, unsigned at)
{
    /* Both structures begin with what is wanted now, and what was at first. */
    OB_PRE_OPERATION_PARAMETERS parameters = {
        .DuplicateHandleInformation = {wish->access, wish->access, PsGetCurrentProcess(),
                                       PsGetCurrentProcess()}};
    OB_PRE_OPERATION_INFORMATION information = {.Operation = wish->operation,
                                                .KernelHandle =
                                                    (wish->attributes & OBJ_KERNEL_HANDLE) != 0,
                                                .Object = wish->body,
                                                .ObjectType = ObGetObjectType(wish->body),
                                                .Parameters = &parameters};
    operation->PreOperation(audience->held[at]->context, &information);
    wish->access &= parameters.CreateHandleInformation.DesiredAccess;
    audience->call_context[at] = information.CallContext;
}

void handle_ask(struct handle_wish *wish, struct handle_audience *audience)
{
    audience->count = 0;
    if (__atomic_load_n(&watchers.count, __ATOMIC_RELAXED) == 0)
        return;
    hold(audience);
    for (unsigned i = 0; i < audience->count; i++) {
        const OB_OPERATION_REGISTRATION *operation = operation_of(audience->held[i], wish);
        audience->call_context[i] = NULL;
        if (operation != NULL && operation->PreOperation != NULL)
            ask(operation, wish, audience, i);
    }
}

static void tell(const OB_OPERATION_REGISTRATION *operation, const struct handle_wish *wish,
                 const struct handle_audience *audience, unsigned at, NTSTATUS status)
{
    OB_POST_OPERATION_PARAMETERS parameters = {.CreateHandleInformation = {wish->access}};
    OB_POST_OPERATION_INFORMATION information = {
        .Operation = wish->operation,
        .KernelHandle = (wish->attributes & OBJ_KERNEL_HANDLE) != 0,
        .Object = wish->body,
        .ObjectType = ObGetObjectType(wish->body),
        .CallContext = audience->call_context[at],
        .ReturnStatus = status,
        .Parameters = NT_SUCCESS(status) ? &parameters : NULL};
    operation->PostOperation(audience->held[at]->context, &information);
}

void handle_tell(const struct handle_wish *wish, struct handle_audience *audience, NTSTATUS status)
{
    for (unsigned i = audience->count; i-- > 0;) {
        const OB_OPERATION_REGISTRATION *operation = operation_of(audience->held[i], wish);
        if (operation != NULL && operation->PostOperation != NULL)
            tell(operation, wish, audience, i, status);
        lock_take(&watchers.lock);
        call_hold_end(&audience->holds[i]);
        lock_drop(&watchers.lock);
    }
}
