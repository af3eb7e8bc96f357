#include "pool/bugcheck.h"

#include "expool/host.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/report.h"
#include "pool/text.h"

#include <stdatomic.h>
#include <stdio.h>

enum { EXIT_BUGCHECK = 196, STDERR = 2, LINE_BYTES = 256 };

static _Atomic(expool_bugcheck_hook *) host_hook;
static _Atomic(void *) host_context;
static _Atomic(bugcheck_end_hook *) end_hook;
static _Atomic uint64_t raised;
static _Atomic uint64_t reported;
static _Atomic uint32_t reporting_thread;

void expool_on_bugcheck(expool_bugcheck_hook *hook, void *context)
{
    atomic_store(&host_hook, NULL); /* nobody sees the new hook with the old context */
    atomic_store(&host_context, context);
    atomic_store(&host_hook, hook);
}

void bugcheck_at_end(bugcheck_end_hook *run)
{
    atomic_store(&end_hook, run);
}

uint64_t bugcheck_count(void)
{
    return atomic_load(&raised);
}

static const void *first_frame(stack_id id)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    return stack_frames(id, frames) > 0 ? (const void *)frames[0] : NULL;
}

static enum expool_action ask_host(const struct violation *violation, const struct stop *stop)
{
    expool_bugcheck_hook *hook = atomic_load(&host_hook);
    if (hook == NULL)
        return EXPOOL_STOP;
    const struct story *story = &violation->story;
    bool known = violation->kind != VIOLATION_KIND_COUNT;
    struct expool_bugcheck bugcheck = {
        .code = stop->code,
        .parameter = {stop->parameter[0], stop->parameter[1], stop->parameter[2],
                      stop->parameter[3]},
        .subcode = stop->subcode,
        .name = stop->name,
        .rule = known ? violation_rule(violation->kind) : "asked-for",
        .title = known ? violation_title(violation->kind) : "the program asked for it",
        .block = story->place != STORY_NOWHERE ? story->block : NULL,
        .block_bytes = story->size_bytes,
        .tag = story->tag,
        .allocated_by = first_frame(story->allocated_stack),
        .freed_by = first_frame(story->freed_stack),
    };
    return hook(&bugcheck, atomic_load(&host_context));
}

/* A second stop while the first is being written: the numbers, and out. */
static _Noreturn void stop_within_report(const struct stop *stop)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "\nexpool: a second stop while writing the report:\n");
    report_stop_line(&text, stop);
    os_write(STDERR, text.bytes, text.length);
    os_exit_now(EXIT_BUGCHECK);
}

/* One report at a time; a thread that comes second waits for the first to end the program. */
static void begin_report(const struct stop *stop)
{
    uint32_t self = os_thread_id();
    uint32_t nobody = 0;
    while (!atomic_compare_exchange_weak(&reporting_thread, &nobody, self)) {
        if (nobody == self)
            stop_within_report(stop);
        nobody = 0;
        os_yield();
    }
}

bool bugcheck_is_reporting(void)
{
    return atomic_load(&reporting_thread) == os_thread_id();
}

/* Once: a callback may stop as well. */
static void run_at_end(void)
{
    bugcheck_end_hook *run = atomic_exchange(&end_hook, NULL);
    if (run != NULL)
        run();
}

static void end_report(void)
{
    if (options.on_bugcheck != OPTION_CONTINUE)
        run_at_end();
    atomic_fetch_add(&reported, 1);
    if (options.on_bugcheck == OPTION_ABORT)
        os_abort();
    if (options.on_bugcheck == OPTION_EXIT)
        os_exit_now(EXIT_BUGCHECK);
    atomic_store(&reporting_thread, 0);
}

static void raise_stop(const struct violation *violation, const struct stop *stop)
{
    atomic_fetch_add(&raised, 1);
    if (ask_host(violation, stop) == EXPOOL_CONTINUE)
        return;
    begin_report(stop);
    report_write(violation, stop);
    end_report();
}

void violation_raise(const struct violation *violation)
{
    struct stop stop;
    if (violation_stop(violation, &stop))
        raise_stop(violation, &stop);
}

_Noreturn void bugcheck_stop(uint32_t code, const uint64_t parameter[4], const void *frame)
{
    struct violation violation = {.kind = VIOLATION_KIND_COUNT, .frame = frame};
    struct stop stop = {.code = code,
                        .parameter = {parameter[0], parameter[1], parameter[2], parameter[3]},
                        .name = stop_name(code)};
    raise_stop(&violation, &stop);
    run_at_end();
    os_abort(); /* KeBugCheckEx does not return, whatever the host said */
}

/* on_bugcheck=continue: a program with findings must not look like one without. */
__attribute__((destructor(102))) static void exit_with_findings(void)
{
    if (options.on_bugcheck != OPTION_CONTINUE || atomic_load(&reported) == 0)
        return;
    fflush(NULL);
    os_exit_now(EXIT_BUGCHECK);
}
