/* cm_callback.c - registry callbacks, by altitude. A callback is called with no lock held; it stays
 * until the calls under way are over. */
#include "kernel/cm_callback.h"

#include "kernel/object.h"
#include "kernel/wide.h"

#include "pool/util.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { CALLBACKS_MAX = 16, ALTITUDE_LETTERS = 32 };

struct callback {
    PEX_CALLBACK_FUNCTION function; /* NULL: free */
    PVOID context;
    LONGLONG cookie;
    unsigned calls; /* under way */
    bool is_leaving;
    size_t altitude_letters;
    WCHAR altitude[ALTITUDE_LETTERS];
};

struct key_context {
    struct key_context *next;
    LONGLONG cookie;
    PVOID context;
};

static struct {
    struct lock lock;
    struct callback *order[CALLBACKS_MAX]; /* highest first */
    unsigned count;
    LONGLONG last_cookie;
} callbacks = {.lock = LOCK_INITIALIZER};

/* Altitudes are decimal numbers as text: above zero when `one` is higher. */
static int compare(const struct callback *one, const WCHAR *text, size_t letters)
{
    size_t one_whole = 0;
    size_t two_whole = 0;
    while (one_whole < one->altitude_letters && one->altitude[one_whole] != '.')
        one_whole++;
    while (two_whole < letters && text[two_whole] != '.')
        two_whole++;
    if (one_whole != two_whole)
        return one_whole > two_whole ? 1 : -1;
    for (size_t i = 0; i < one->altitude_letters || i < letters; i++) {
        int a = i < one->altitude_letters ? one->altitude[i] : '0';
        int b = i < letters ? text[i] : '0';
        if (a != b)
            return a - b;
    }
    return 0;
}

static NTSTATUS insert_locked(struct callback *made)
{
    unsigned at = 0;
    if (callbacks.count == CALLBACKS_MAX)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (; at < callbacks.count; at++) {
        int order = compare(callbacks.order[at], made->altitude, made->altitude_letters);
        if (order == 0 && made->altitude_letters != 0)
            return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
        if (order < 0)
            break;
    }
    memmove(&callbacks.order[at + 1], &callbacks.order[at],
            (callbacks.count - at) * sizeof(callbacks.order[0]));
    callbacks.order[at] = made;
    callbacks.count++;
    made->cookie = ++callbacks.last_cookie;
    return STATUS_SUCCESS;
}

NTSTATUS CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION Function, PCUNICODE_STRING Altitude,
                              PVOID Driver, PVOID Context, PLARGE_INTEGER Cookie, PVOID Reserved)
{
    (void)Driver;
    (void)Reserved;
    struct callback *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    made->function = Function;
    made->context = Context;
    made->altitude_letters = min(wide_length(Altitude), (size_t)ALTITUDE_LETTERS);
    if (made->altitude_letters != 0)
        memcpy(made->altitude, Altitude->Buffer, made->altitude_letters * sizeof(WCHAR));
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
    return CmRegisterCallbackEx(Function, NULL, NULL, Context, Cookie, NULL);
}

static struct callback *find_locked(LONGLONG cookie, unsigned *at)
{
    for (*at = 0; *at < callbacks.count; (*at)++)
        if (callbacks.order[*at]->cookie == cookie)
            return callbacks.order[*at];
    return NULL;
}

NTSTATUS CmUnRegisterCallback(LARGE_INTEGER Cookie)
{
    unsigned at;
    lock_take(&callbacks.lock);
    struct callback *found = find_locked(Cookie.QuadPart, &at);
    if (found != NULL) {
        callbacks.count--;
        memmove(&callbacks.order[at], &callbacks.order[at + 1],
                (callbacks.count - at) * sizeof(callbacks.order[0]));
        found->is_leaving = true;
        while (found->calls != 0) {
            lock_drop(&callbacks.lock);
            sched_yield();
            lock_take(&callbacks.lock);
        }
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
        *Minor = 0;
}

/* Everyone there is now, each held until let_go. */
static unsigned hold(struct callback *held[CALLBACKS_MAX])
{
    lock_take(&callbacks.lock);
    unsigned count = callbacks.count;
    for (unsigned i = 0; i < count; i++) {
        held[i] = callbacks.order[i];
        held[i]->calls++;
    }
    lock_drop(&callbacks.lock);
    return count;
}

static void let_go(struct callback *const held[CALLBACKS_MAX], unsigned count)
{
    lock_take(&callbacks.lock);
    for (unsigned i = 0; i < count; i++)
        held[i]->calls--;
    lock_drop(&callbacks.lock);
}

static PVOID context_of(const struct key_object *object, LONGLONG cookie)
{
    const struct key_context *at = object != NULL ? object->contexts : NULL;
    while (at != NULL && at->cookie != cookie)
        at = at->next;
    return at != NULL ? at->context : NULL;
}

static NTSTATUS call(const struct callback *callback, REG_NOTIFY_CLASS class, void *information)
{
    return callback->function(callback->context, (PVOID)(uintptr_t) class, information);
}

NTSTATUS callbacks_ask(const struct notice *notice)
{
    struct callback *held[CALLBACKS_MAX];
    unsigned count = hold(held);
    NTSTATUS answer = STATUS_SUCCESS;
    for (unsigned i = 0; i < count && answer == STATUS_SUCCESS; i++) {
        if (notice->object_context != NULL)
            *notice->object_context = context_of(notice->object, held[i]->cookie);
        answer = call(held[i], notice->before, notice->information);
    }
    let_go(held, count);
    return answer;
}

NTSTATUS callbacks_tell(const struct notice *notice, NTSTATUS status)
{
    struct callback *held[CALLBACKS_MAX];
    unsigned count = hold(held);
    REG_POST_OPERATION_INFORMATION post = {.Object = notice->object,
                                           .Status = status,
                                           .PreInformation = notice->information,
                                           .ReturnStatus = status};
    for (unsigned i = count; i-- > 0;) {
        post.ObjectContext = context_of(notice->object, held[i]->cookie);
        if (call(held[i], notice->after, &post) == STATUS_CALLBACK_BYPASS)
            post.Status = post.ReturnStatus;
    }
    let_go(held, count);
    return post.Status;
}

void callbacks_forget(struct key_object *object)
{
    struct callback *held[CALLBACKS_MAX];
    unsigned count = object->contexts != NULL ? hold(held) : 0;
    while (object->contexts != NULL) {
        struct key_context *context = object->contexts;
        REG_CALLBACK_CONTEXT_CLEANUP_INFORMATION cleanup = {object, context->context, NULL};
        object->contexts = context->next;
        for (unsigned i = 0; i < count; i++)
            if (held[i]->cookie == context->cookie)
                call(held[i], RegNtCallbackObjectContextCleanup, &cleanup);
        free(context);
    }
    let_go(held, count);
}

NTSTATUS CmSetCallbackObjectContext(PVOID Object, PLARGE_INTEGER Cookie, PVOID NewContext,
                                    PVOID *OldContext)
{
    struct key_object *object = Object;
    struct key_context *at = object->contexts;
    while (at != NULL && at->cookie != Cookie->QuadPart)
        at = at->next;
    if (OldContext != NULL)
        *OldContext = at != NULL ? at->context : NULL;
    if (at == NULL) {
        at = calloc(1, sizeof(*at));
        if (at == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        at->cookie = Cookie->QuadPart;
        at->next = object->contexts;
        object->contexts = at;
    }
    at->context = NewContext;
    return STATUS_SUCCESS;
}
