/* cm_callback.c - registry callbacks, by altitude. A callback is called with no lock held; it stays
 * until the calls under way are over. */
#include "kernel/cm_callback.h"

#include "kernel/altitude.h"
#include "kernel/object.h"

#include "pool/ddi.h"
#include "pool/fork.h"
#include "pool/util.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

struct callback {
    PEX_CALLBACK_FUNCTION function; /* NULL: free */
    PVOID context;
    LONGLONG cookie;
    unsigned calls; /* under way */
    struct altitude altitude;
};

/* What a driver has hung on a key object. */
struct key_context {
    struct key_context *next;
    struct key_object *object;
    LONGLONG cookie;
    PVOID context;
};

static struct {
    struct lock lock;
    struct callback *order[CALLBACKS_MAX]; /* highest first */
    unsigned count;
    LONGLONG last_cookie;
    struct key_context *contexts;
} callbacks = {.lock = LOCK_INITIALIZER};

static void keep_own_calls(void)
{
    for (unsigned i = 0; i < callbacks.count; i++)
        callbacks.order[i]->calls = call_holds_of_thread(&callbacks.order[i]->calls);
}
LOCK_OVER_FORK_AND(callbacks.lock, keep_own_calls)

static NTSTATUS insert_locked(struct callback *made)
{
    unsigned at = 0;
    if (callbacks.count == CALLBACKS_MAX)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (; at < callbacks.count; at++) {
        int order = altitude_compare(&callbacks.order[at]->altitude, &made->altitude);
        if (order == 0 && made->altitude.letters != 0)
            return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
        if (order < 0)
            break;
    }
    memmove(&callbacks.order[at + 1], &callbacks.order[at],
            (callbacks.count - at) * sizeof(struct callback *));
    callbacks.order[at] = made;
    callbacks.count++;
    made->cookie = ++callbacks.last_cookie;
    return STATUS_SUCCESS;
}

NTSTATUS CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION Function, PCUNICODE_STRING Altitude,
                              PVOID Driver, PVOID Context, PLARGE_INTEGER Cookie, PVOID Reserved)
{
    DDI_LEVEL(CmRegisterCallbackEx);
    (void)Driver;
    (void)Reserved;
    struct callback *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    made->function = Function;
    made->context = Context;
    altitude_set(&made->altitude, Altitude);
    lock_take(&callbacks.lock);
    NTSTATUS status = insert_locked(made);
    lock_drop(&callbacks.lock);
    if (NT_SUCCESS(status))
        Cookie->QuadPart = made->cookie;
    else
        free(made);
    return status;
}

NTSTATUS CmRegisterCallback(PEX_CALLBACK_FUNCTION Function, PVOID Context, PLARGE_INTEGER Cookie)
{
    DDI_LEVEL(CmRegisterCallback);
    return CmRegisterCallbackEx(Function, NULL, NULL, Context, Cookie, NULL);
}

static struct callback *find_locked(LONGLONG cookie, unsigned *at)
{
    for (*at = 0; *at < callbacks.count; (*at)++)
        if (callbacks.order[*at]->cookie == cookie)
            return callbacks.order[*at];
    return NULL;
}

/* The first context that is the object's, or (NULL) the cookie's, taken off the list. */
static struct key_context *take_context_locked(const struct key_object *object, LONGLONG cookie)
{
    struct key_context **link = &callbacks.contexts;
    while (*link != NULL &&
           (object != NULL ? (*link)->object != object : (*link)->cookie != cookie))
        link = &(*link)->next;
    struct key_context *found = *link;
    if (found != NULL)
        *link = found->next;
    return found;
}

static void give_back(const struct callback *callback, struct key_context *context)
{
    REG_CALLBACK_CONTEXT_CLEANUP_INFORMATION cleanup = {context->object, context->context, NULL};
    if (callback != NULL)
        callback->function(callback->context, (PVOID)(uintptr_t)RegNtCallbackObjectContextCleanup,
                           &cleanup);
    free(context);
}

/* Takes it out of the order; nobody calls it any more. NULL: there is none. */
static struct callback *withdraw_locked(LONGLONG cookie)
{
    unsigned at;
    struct callback *found = find_locked(cookie, &at);
    if (found == NULL)
        return NULL;
    callbacks.count--;
    memmove(&callbacks.order[at], &callbacks.order[at + 1],
            (callbacks.count - at) * sizeof(struct callback *));
    while (found->calls != 0) {
        lock_drop(&callbacks.lock);
        sched_yield();
        lock_take(&callbacks.lock);
    }
    return found;
}

NTSTATUS CmUnRegisterCallback(LARGE_INTEGER Cookie)
{
    DDI_LEVEL(CmUnRegisterCallback);
    struct key_context *context;
    lock_take(&callbacks.lock);
    struct callback *found = withdraw_locked(Cookie.QuadPart);
    while (found != NULL && (context = take_context_locked(NULL, Cookie.QuadPart)) != NULL) {
        lock_drop(&callbacks.lock);
        give_back(found, context);
        lock_take(&callbacks.lock);
    }
    lock_drop(&callbacks.lock);
    if (found == NULL)
        return STATUS_INVALID_PARAMETER;
    free(found);
    return STATUS_SUCCESS;
}

VOID CmGetCallbackVersion(PULONG Major, PULONG Minor)
{
    if (Major != NULL)
        *Major = 1;
    if (Minor != NULL)
        *Minor = 1;
}

static struct key_context *find_context_locked(const struct key_object *object, LONGLONG cookie)
{
    struct key_context *at = callbacks.contexts;
    while (at != NULL && (at->object != object || at->cookie != cookie))
        at = at->next;
    return at;
}

static PVOID context_of(const struct key_object *object, const struct callback *callback)
{
    lock_take(&callbacks.lock);
    const struct key_context *found = find_context_locked(object, callback->cookie);
    PVOID context = found != NULL ? found->context : NULL;
    lock_drop(&callbacks.lock);
    return context;
}

/* Everyone there is now, each held until callbacks_tell. */
static void hold(struct audience *audience)
{
    lock_take(&callbacks.lock);
    audience->count = callbacks.count;
    for (unsigned i = 0; i < audience->count; i++) {
        audience->held[i] = callbacks.order[i];
        call_hold_begin(&audience->holds[i], &audience->held[i]->calls);
    }
    lock_drop(&callbacks.lock);
}

static void let_go(struct audience *audience)
{
    lock_take(&callbacks.lock);
    for (unsigned i = audience->count; i-- > 0;)
        call_hold_end(&audience->holds[i]);
    lock_drop(&callbacks.lock);
}

static NTSTATUS call(const struct callback *callback, REG_NOTIFY_CLASS class, void *information)
{
    return callback->function(callback->context, (PVOID)(uintptr_t) class, information);
}

NTSTATUS callbacks_ask(const struct notice *notice, struct audience *audience)
{
    hold(audience);
    audience->agreed = 0;
    for (unsigned i = 0; i < audience->count; i++) {
        if (notice->object_context != NULL)
            *notice->object_context = context_of(notice->object, audience->held[i]);
        if (notice->call_context != NULL)
            *notice->call_context = NULL;
        NTSTATUS answer = call(audience->held[i], notice->before, notice->information);
        if (answer != STATUS_SUCCESS)
            return answer;
        audience->call_context[i] = notice->call_context != NULL ? *notice->call_context : NULL;
        audience->agreed++;
    }
    return STATUS_SUCCESS;
}

NTSTATUS callbacks_tell(const struct notice *notice, struct audience *audience, NTSTATUS status)
{
    REG_POST_OPERATION_INFORMATION post = {.Object = notice->object,
                                           .Status = status,
                                           .PreInformation = notice->information,
                                           .ReturnStatus = status};
    for (unsigned i = audience->agreed; i-- > 0;) {
        post.ObjectContext = context_of(notice->object, audience->held[i]);
        post.CallContext = audience->call_context[i];
        if (call(audience->held[i], notice->after, &post) == STATUS_CALLBACK_BYPASS)
            post.Status = post.ReturnStatus;
    }
    let_go(audience);
    return post.Status;
}

void callbacks_forget(struct key_object *object)
{
    struct key_context *context;
    lock_take(&callbacks.lock);
    while ((context = take_context_locked(object, 0)) != NULL) {
        unsigned at;
        struct callback *owner = find_locked(context->cookie, &at);
        struct call_hold hold;
        if (owner != NULL)
            call_hold_begin(&hold, &owner->calls);
        lock_drop(&callbacks.lock);
        give_back(owner, context);
        lock_take(&callbacks.lock);
        if (owner != NULL)
            call_hold_end(&hold);
    }
    lock_drop(&callbacks.lock);
}

NTSTATUS CmSetCallbackObjectContext(PVOID Object, PLARGE_INTEGER Cookie, PVOID NewContext,
                                    PVOID *OldContext)
{
    struct key_context *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    lock_take(&callbacks.lock);
    struct key_context *context = find_context_locked(Object, Cookie->QuadPart);
    if (OldContext != NULL)
        *OldContext = context != NULL ? context->context : NULL;
    if (context != NULL) {
        context->context = NewContext;
    } else {
        *fresh = (struct key_context){callbacks.contexts, Object, Cookie->QuadPart, NewContext};
        callbacks.contexts = fresh;
        fresh = NULL;
    }
    lock_drop(&callbacks.lock);
    free(fresh);
    return STATUS_SUCCESS;
}
