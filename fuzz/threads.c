#include "fuzz/threads.h"

#include "expool/host.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/disturb.h"
#include "fuzz/team.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS_MIN = 2, LEAVE_EVERY = 4, PAYING = 1 /* a process without limits */ };

struct team team;

/* The entries of the lists that everybody shares. */
static const struct list_model list_rows[PROGRAM_LISTS] = {
    {.is_initialized = true,
     .pool = PROGRAM_POOL_NX,
     .tag = 0x307a7546,
     .tag_index = 0,
     .size = 32},
    {.is_initialized = true,
     .pool = PROGRAM_POOL_PAGED,
     .tag = 0x317a7546,
     .tag_index = 1,
     .size = 200},
    {.is_initialized = true,
     .pool = PROGRAM_POOL_NX,
     .tag = 0x6d436d4d,
     .tag_index = 5,
     .size = 64},
    {.is_initialized = true,
     .pool = PROGRAM_POOL_PAGED,
     .tag = 0x7644794d,
     .tag_index = 6,
     .size = 1000},
};

static void *work(void *context)
{
    struct worker *worker = context;
    worker_enter(worker);
    (void)expool_process_attach(team.process);
    for (;;) {
        pthread_barrier_wait(&team.begin);
        if (worker->is_leaving)
            break;
        disturb_enter((unsigned)(worker - team.workers));
        worker_do(worker);
        disturb_leave();
        pthread_barrier_wait(&team.end);
    }
    disturb_end();
    if (KeGetCurrentIrql() > PASSIVE_LEVEL)
        KeLowerIrql(PASSIVE_LEVEL);
    (void)expool_process_attach(NULL);
    return NULL;
}

/* What the threads do until all of them are done. */
static void run_share(void)
{
    disturb_begin(WORKERS_MAX, team.course + team.phase);
    pthread_barrier_wait(&team.begin);
    pthread_barrier_wait(&team.end);
}

/* Not before the first program: an engine may fork until then. */
static void begin_team(void)
{
    team.process = expool_process_create(SIZE_MAX, SIZE_MAX);
    if (team.process == NULL) {
        (void)fprintf(stderr, "expool fuzz: no process for the threads\n");
        abort();
    }
    pthread_barrier_init(&team.begin, NULL, WORKERS_MAX + 1);
    pthread_barrier_init(&team.end, NULL, WORKERS_MAX + 1);
    worker_enter(&team.still);
}

static void hire(void)
{
    if (team.is_hired)
        return;
    if (team.process == NULL)
        begin_team();
    for (unsigned i = 0; i < WORKERS_MAX; i++) {
        team.workers[i].is_leaving = false;
        if (pthread_create(&team.threads[i], NULL, work, &team.workers[i]) != 0) {
            perror("expool fuzz: a thread");
            abort();
        }
    }
    team.is_hired = true;
}

/* All end, with what they have in their caches; others take over. */
static void dismiss(void)
{
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        team.workers[i].is_leaving = true;
    pthread_barrier_wait(&team.begin);
    for (unsigned i = 0; i < WORKERS_MAX; i++) {
        pthread_join(team.threads[i], NULL);
        team.workers[i].model.irql = PASSIVE_LEVEL;
    }
    team.is_hired = false;
}

static void begin(const struct program *program, struct worker *worker)
{
    memset(worker, 0, sizeof *worker);
    worker->program = program;
    worker->shared = &team.shared;
    worker->outcomes = team.outcomes;
    model_start(&worker->model, run_is_verifying(), program);
    worker->model.process = PAYING;
    for (unsigned i = 0; i < MODEL_CLASSES; i++) /* blocks change hands: not below zero */
        worker->model.processes[PAYING].used[i] = SIZE_MAX / 4;
    memcpy(worker->model.lists, list_rows, sizeof list_rows);
    execution_start(&worker->execution);
    worker->execution.is_shared = true;
}

static void begin_all(const struct program *program)
{
    team.count = WORKERS_MIN + program->verify % (WORKERS_MAX - WORKERS_MIN + 1);
    team.phase = 0;
    team.failure = NULL;
    team.shared.process = team.process;
    shared_start(&team.shared);
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        begin(program, &team.workers[i]);
    begin(program, &team.still);
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        ExInitializeLookasideListEx(&team.shared.lists[i], NULL, NULL,
                                    model_pool_is_paged(list_rows[i].pool) ? PagedPool
                                                                           : NonPagedPoolNx,
                                    0, list_rows[i].size, list_rows[i].tag, 0);
}

static struct worker *owner_of(unsigned handle)
{
    return &team.workers[(handle + team.phase) % team.count];
}

/* What a burst left goes to the next thread, unless that has not come to the last one yet. */
static void give_presents(void)
{
    for (unsigned i = 0; i < team.count; i++) {
        struct worker *next = &team.workers[(i + 1) % team.count];
        if (next->present.count > 0 || team.workers[i].left.count == 0)
            continue;
        next->present = team.workers[i].left;
        team.workers[i].left.count = 0;
    }
}

/* Every handle is one thread's until the next barrier. */
static void hand_out(void)
{
    team.phase++;
    for (unsigned i = 0; i < WORKERS_MAX; i++) {
        team.workers[i].count = 0;
        memset(team.workers[i].model.handles, 0, sizeof team.workers[i].model.handles);
    }
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        owner_of(i)->model.handles[i] = team.still.model.handles[i];
    give_presents();
}

static void collect(void)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        team.still.model.handles[i] = owner_of(i)->model.handles[i];
    for (unsigned i = 0; i < team.count; i++)
        if (team.workers[i].failure != NULL)
            team_fail(team.workers[i].failure, team.workers[i].failed_at, team.workers[i].text);
}

static void run_phase(unsigned end)
{
    hire();
    run_share();
    collect();
    if (team.failure == NULL)
        team_check_still(end);
    hand_out();
}

static bool ends_threads(const struct program *program, unsigned index)
{
    return index > 0 && program->ops[index - 1].kind == OP_FREE_FOREIGN;
}

static bool is_barrier(enum op_kind kind)
{
    return kind == OP_SWEEP || kind == OP_FREE_NULL || kind == OP_FREE_FOREIGN;
}

/* Up to the next barrier; returns the index behind it. */
static unsigned share_out(const struct program *program, unsigned index)
{
    for (; index < program->count; index++) {
        const struct op *op = &program->ops[index];
        team.outcomes[index] = (struct expectation){.outcome = OUTCOME_SKIP};
        if (is_barrier(op->kind))
            return index + 1;
        bool has_handle = (op_rows[op->kind].fields & FIELD_HANDLE) != 0;
        struct worker *worker =
            has_handle ? owner_of(op->handle) : &team.workers[index % team.count];
        worker->ops[worker->count++] = (uint16_t)index;
    }
    return index;
}

/* What is left is freed by a thread that did not allocate it. */
static void finish(const struct program *program)
{
    unsigned end = program->count;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        worker_step(&team.still, end, &(struct op){.kind = OP_FREE_TAG, .handle = (uint8_t)i});
    for (unsigned i = 0; i < team.count; i++)
        if (burst_free(&team.workers[i].left) != NULL ||
            burst_free(&team.workers[i].present) != NULL)
            team_fail(failure_result, end, "another thread wrote to a block");
    team_check_shared(end);
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        ExDeleteLookasideListEx(&team.shared.lists[i]);
    if (team.still.failure != NULL)
        team_fail(team.still.failure, end, team.still.text);
    if (team.failure != NULL)
        return;
    team_check_empty(end);
    if (team.seed % LEAVE_EVERY == 1) {
        dismiss();
        team_check_gone(end);
    }
}

/* The same for each, and nothing is noted of it. */
static void all_do(const struct program *program)
{
    static struct expectation nowhere[WORKERS_MAX][1];
    for (unsigned i = 0; i < WORKERS_MAX; i++) {
        struct worker *worker = &team.workers[i];
        worker->program = program;
        worker->shared = &team.shared;
        worker->outcomes = nowhere[i];
        worker->count = 1;
        worker->ops[0] = 0;
    }
    run_share();
}

/* The verifier lets one of them. Nobody allocates meanwhile: the address stays the dead block's. */
static void free_together(unsigned end)
{
    if (!run_is_verifying())
        return;
    shared_make_common(&team.shared);
    run_share();
    team.shared.common = NULL;
    team_check_common(end);
}

/* A thread's cache is emptied by itself, and the pools have to be empty for another back end. */
static void prepare(const struct program *program)
{
    static const struct program trim = {.count = 1, .ops = {{.kind = OP_TRIM}}};
    static unsigned last;
    unsigned wanted = program->backend | (unsigned)program->seed << 1;
    if (wanted != last)
        all_do(&trim);
    last = wanted;
    run_verify(program->reuse == PROGRAM_REUSE_PROTECT);
    run_prepare(program);
}

/* Of what the program is: who runs when is drawn from it. */
static uint64_t course_of(const struct program *program)
{
    uint64_t hash = program->seed;
    for (unsigned i = 0; i < program->count; i++) {
        const struct op *op = &program->ops[i];
        uint64_t word = (uint64_t)op->size << 32 | (uint64_t)op->aux << 16 |
                        (uint64_t)op->handle << 8 | (uint64_t)op->kind;
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
    }
    return hash >> 16;
}

/* ThreadSanitizer's builds count no edges, which threads would race for: what a program did is what
 * the engine learns of it. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_NO_EDGES 1
#endif
#endif

#ifdef HAS_NO_EDGES
enum { KINDS_OF_RUN = 4 };
static uint8_t seen[OP_KIND_COUNT * KINDS_OF_RUN]
    __attribute__((used, section("__libfuzzer_extra_counters")));

static void tell_engine(const struct program *program)
{
    unsigned run = (run_is_verifying() ? 2 : 0) + (program->special != PROGRAM_SPECIAL_ALL);
    for (unsigned i = 0; i < program->count; i++) {
        uint8_t *count = &seen[program->ops[i].kind * KINDS_OF_RUN + run];
        *count += team.outcomes[i].outcome != OUTCOME_SKIP && *count < UINT8_MAX;
    }
}
#else
static void tell_engine(const struct program *program)
{
    (void)program;
}
#endif

static uint64_t hash_outcomes(const struct program *program)
{
    uint64_t hash = team.count;
    for (unsigned i = 0; i < program->count; i++)
        hash = (hash ^ team.outcomes[i].outcome) * UINT64_C(0x100000001b3);
    return hash;
}

static void tell(const struct program *program, run_observer *observer, void *context)
{
    struct expectation none = {.outcome = OUTCOME_SKIP};
    if (observer == NULL && team.failure != NULL)
        team.failure(program, team.failed_at, team.text);
    if (observer == NULL)
        return;
    for (unsigned i = 0; i <= program->count; i++)
        observer(i, i < program->count ? &team.outcomes[i] : &none,
                 team.failure != NULL && team.failed_at == i ? team.text : NULL, context);
}

/* Under the verifier all blocks lie in special pool or none does: those are tracked. */
static const struct program *usual_of(const struct program *program)
{
    static struct program usual;
    usual = *program_usual(program);
    if (program->special != PROGRAM_SPECIAL_ALL)
        usual.special = PROGRAM_SPECIAL_NONE;
    team.is_tracked = usual.special == PROGRAM_SPECIAL_NONE && usual.reuse == PROGRAM_REUSE_PROTECT;
    return &usual;
}

uint64_t threads_run(const struct program *program, run_observer *observer, void *context)
{
    static const struct program lower = {.count = 1, .ops = {{.kind = OP_LOWER}}};
    team.seed = program->seed;
    team.course = course_of(program);
    program = usual_of(program);
    hire();
    prepare(program);
    expool_on_bugcheck(worker_hook, NULL);
    begin_all(program);
    hand_out();
    for (unsigned index = 0; index < program->count && team.failure == NULL;) {
        index = share_out(program, index);
        run_phase(program->count);
        if (ends_threads(program, index))
            dismiss();
    }
    hire();
    uint64_t hash = hash_outcomes(program);
    tell_engine(program);
    all_do(&lower);
    collect();
    free_together(program->count);
    finish(program);
    for (unsigned i = 0; i < team.count; i++)
        run_counts.operations += team.workers[i].done;
    run_counts.programs++;
    expool_on_bugcheck(NULL, NULL);
    tell(program, observer, context);
    return hash;
}
