#include "pool/bugcheck.h"

#include "expool/host.h"
#include "pool/bugcheck_fold.h"
#include "pool/checker.h"
#include "pool/counters.h"
#include "pool/options.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/pool.h"
#include "pool/report.h"
#include "pool/report_output.h"
#include "pool/suppress.h"
#include "pool/text.h"
#include "pool/util.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
    EXIT_BUGCHECK = 196,
    LINE_BYTES = 512,
    LOOKS_MAX = 4,
    WAIT_MS = 100,
    PROCESS_SHIFT = 32,
};

static _Atomic(expool_bugcheck_hook *) host_hook;
static _Atomic(void *) host_context;
static _Atomic(bugcheck_end_hook *) end_hook;
static _Atomic(bugcheck_last_look *) last_looks[LOOKS_MAX];
static _Atomic uint64_t reporter; /* process << 32 | thread; 0: nobody */

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

void bugcheck_at_exit(bugcheck_last_look *look)
{
    for (unsigned i = 0; i < LOOKS_MAX; i++) {
        bugcheck_last_look *free_place = NULL;
        if (atomic_compare_exchange_strong(&last_looks[i], &free_place, look) || free_place == look)
            return;
    }
}

uint64_t bugcheck_count(void)
{
    return COUNTED(violations);
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

static void say(const char *what, const struct stop *stop)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "==%u==expool: %s:\n", os_process_id(), what);
    report_stop_line(&text, stop);
    report_output_write(text.bytes, text.length);
}

static uint64_t self(void)
{
    return (uint64_t)os_process_id() << PROCESS_SHIFT | os_thread_id();
}

bool bugcheck_is_reporting(void)
{
    return atomic_load(&reporter) == self();
}

/* A child of fork inherits the word, not the thread. */
static bool is_gone(uint64_t other)
{
    return other >> PROCESS_SHIFT != os_process_id() || !os_thread_exists((uint32_t)other);
}

/* One report at a time; a thread that comes second waits for the first to end the program. */
static void begin_report(void)
{
    uint64_t nobody = 0;
    while (!atomic_compare_exchange_weak(&reporter, &nobody, self())) {
        if (nobody != 0 && is_gone(nobody))
            continue; /* takes its place: `nobody` is what stands there */
        nobody = 0;
        os_wait_ms(1);
    }
}

/* A child of fork must find no report under way: it would wait for a lock of the loader that its
 * parent's thread held. Registered last, so that it is the first to be taken: who reports may need
 * the others. A thread that forks while it reports itself takes its report along. */
static _Thread_local bool holds_over_fork TLS_FAST;

static void before_fork(void)
{
    holds_over_fork = !bugcheck_is_reporting();
    if (holds_over_fork)
        begin_report();
}

static void after_fork(void)
{
    if (holds_over_fork)
        atomic_store(&reporter, 0);
}

__attribute__((constructor)) static void bugcheck_start(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
}

/* Once: a callback may stop as well. */
static void run_at_end(void)
{
    bugcheck_end_hook *run = atomic_exchange(&end_hook, NULL);
    if (run != NULL)
        run();
}

static _Noreturn void pause_for_debugger(void)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    os_admit_debugger();
    text_add(&text,
             "==%u==expool: waiting for a debugger: gdb -p %u   (`continue` there goes on to the "
             "abort)\n",
             os_process_id(), os_process_id());
    report_output_write(text.bytes, text.length);
    while (!os_has_debugger())
        os_wait_ms(WAIT_MS);
    os_abort();
}

struct job {
    const struct violation *violation;
    const struct stop *stop;
    bool is_passed_over;
};

/* Nobody can say what a program would read that goes on behind a fault. */
static bool may_be_passed_over(const struct violation *violation)
{
    return violation->kind != VIOLATION_KIND_COUNT && violation->frame != NULL;
}

static void prepare_and_write(void *context)
{
    struct job *job = context;
    struct report *report = report_prepare(job->violation, job->stop);
    if (may_be_passed_over(job->violation) && suppress_finding(report)) {
        job->is_passed_over = true;
        return;
    }
    report->earlier = fold_count();
    bool is_new = fold_is_new(report->token);
    COUNT(reports);
    if (is_new || options.on_bugcheck != OPTION_CONTINUE)
        report_write(report);
}

static void write_plain(void *context)
{
    const struct job *job = context;
    struct report *report = report_prepare_plain(job->violation, job->stop);
    report->earlier = fold_count();
    COUNT(reports);
    report_write(report);
}

/* Whatever goes wrong in it, the numbers go out, in one piece. */
static void write_report(void *context)
{
    if (os_try(prepare_and_write, context))
        return;
    const struct job *job = context;
    if (!os_try(write_plain, context))
        say("a second stop while writing the report of", job->stop);
    os_exit_now(EXIT_BUGCHECK);
}

/* It reads what is closed to the program. */
static void report_by(os_work *work, struct job *job)
{
    checker_look_away();
    os_on_report_stack(work, job);
    checker_look();
}

static void end_report(const struct job *job)
{
    bool goes_on = job->is_passed_over || options.on_bugcheck == OPTION_CONTINUE;
    if (goes_on || options.on_bugcheck == OPTION_CALLBACK)
        atomic_store(&reporter, 0);
    if (goes_on || (options.on_bugcheck == OPTION_CALLBACK &&
                    ask_host(job->violation, job->stop) == EXPOOL_CONTINUE))
        return;
    run_at_end();
    if (options.on_bugcheck == OPTION_EXIT)
        os_exit_now(EXIT_BUGCHECK);
    if (options.on_bugcheck == OPTION_PAUSE)
        pause_for_debugger();
    os_abort();
}

static void raise_stop(const struct violation *violation, const struct stop *stop)
{
    struct job job = {violation, stop, false};
    if (violation->frame == NULL) /* a fault of ours, on the way through foreign memory? */
        os_try_caught();
    COUNT(violations);
    if (bugcheck_is_reporting()) {
        os_try_caught();
        say("a second stop behind the report", stop);
        os_exit_now(EXIT_BUGCHECK);
    }
    if (options.on_bugcheck != OPTION_CALLBACK && ask_host(violation, stop) == EXPOOL_CONTINUE)
        return;
    begin_report();
    report_by(write_report, &job);
    end_report(&job);
}

void violation_raise(const struct violation *violation)
{
    struct stop stop;
    unsigned depth = order_show_fully(); /* a host may leave by a jump */
    if (violation_stop(violation, &stop))
        raise_stop(violation, &stop);
    order_hide_to(depth);
}

static void append_report(void *context)
{
    (void)os_try(prepare_and_write, context);
}

void violation_append(const struct violation *violation)
{
    struct stop stop = {.name = "the block at this address"};
    struct job job = {violation, &stop, false};
    bool is_known = violation->kind != VIOLATION_KIND_COUNT;
    if ((is_known && !violation_stop(violation, &stop)) || bugcheck_is_reporting())
        return;
    COUNT(violations);
    begin_report();
    report_by(append_report, &job);
    atomic_store(&reporter, 0);
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

static int look_at_exit(void)
{
    int wanted = 0;
    for (unsigned i = 0; i < LOOKS_MAX; i++) {
        bugcheck_last_look *look = atomic_load(&last_looks[i]);
        int exit_code = look != NULL ? look() : 0;
        if (wanted == 0)
            wanted = exit_code;
    }
    return wanted;
}

int bugcheck_exit_code(void)
{
    int of_suppressions = suppress_end();
    if (options.on_bugcheck != OPTION_CONTINUE || fold_count() == 0)
        return of_suppressions;
    fold_tell();
    return EXIT_BUGCHECK;
}

/* A program with findings must not look like one without. After everything the program
 * registered. */
__attribute__((destructor(101))) static void exit_with_findings(void)
{
    int of_looks = look_at_exit();
    int wanted = bugcheck_exit_code();
    if (wanted != EXIT_BUGCHECK && of_looks != 0)
        wanted = of_looks;
    if (wanted != 0)
        fflush(NULL);
    checker_end(pool_freeze);
    if (wanted != 0)
        os_exit_now(wanted);
}
