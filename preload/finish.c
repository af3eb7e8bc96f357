/* finish.c - when the program ends: every block still in use is looked at, since most programs
 * never free their last ones and an overwrite into such a block would go unseen. Programs end by
 * exit, or past all that by _exit and quick_exit: signal handlers do, and children of shells. */
#include "expool/verifier.h"
#include "pool/bugcheck.h"
#include "pool/os.h"
#include "preload/engine.h"
#include "preload/plain.h"
#include "verifier/control.h"
#include "verifier/lane.h"
#include "verifier/special.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PUBLIC    __attribute__((visibility("default")))
#define OWN_FRAME __builtin_frame_address(0)

/* Blocks up to this number are the parent's to look at. */
static uint64_t inherited;

/* Whose memory this is: a child of vfork has only borrowed it. */
static uint32_t owner;
static bool has_looked;

static bool is_inherited(uint32_t unit)
{
    struct story story;
    if (inherited == 0)
        return false;
    special_tell_unit(unit, &story);
    return story.number <= inherited;
}

static void look(uint32_t unit, void *context)
{
    if (!is_inherited(unit) && special_is_damaged(unit))
        special_judge_pattern(unit, context);
}

/* reuse=recycle: freed blocks that nobody has asked for again hold a pattern. */
static void look_at_resting(struct lane *lane, void *context)
{
    for (uint32_t i = 0; i < lane->resting_count; i++) {
        uint32_t unit = lane->resting[(lane->resting_first + i) % LANE_RESTING_MAX];
        if (!is_inherited(unit))
            special_judge_resting(unit, context);
    }
}

/* Other threads may take theirs again at any moment. */
static void look_at_all_resting(void *frame)
{
    struct lanes *mine = lanes_mine();
    if (os_is_single_threaded()) {
        lanes_each(look_at_resting, frame);
    } else if (mine != NULL) {
        look_at_resting(&mine->lane[false], frame);
        look_at_resting(&mine->lane[true], frame);
    }
}

__attribute__((destructor(104))) static void finish(void)
{
    bool is_needed = !has_looked && owner == os_process_id() && expool_verifier_is_on();
    if (!is_needed || !engine_enter())
        return;
    has_looked = true;
    if (atomic_load(&special.numbers) > inherited)
        special_each_live(look, OWN_FRAME);
    look_at_all_resting(OWN_FRAME);
    plain_sweep(OWN_FRAME);
    engine_leave();
}

static void note_inherited(void)
{
    inherited = atomic_load(&special.numbers);
    owner = os_process_id();
    has_looked = false;
}

static void begin_as_child(void)
{
    note_inherited();
    plain_after_fork_in_child();
}

/* Leaks are not looked for: who leaves this way has skipped the cleaning up on purpose. */
static int finish_quickly(int status)
{
    bool was_past_exit = has_looked; /* what was to be said has been */
    if (owner != os_process_id())
        return status;
    finish();
    int wanted = was_past_exit ? 0 : bugcheck_exit_code();
    return wanted != 0 ? wanted : status;
}

static _Noreturn void leave(int status)
{
    for (;;)
        syscall(SYS_exit_group, status);
}

static _Noreturn void leave_quickly(int status)
{
    int wanted = finish_quickly(status);
    control_end_with(wanted);
    leave(wanted);
}

PUBLIC _Noreturn void _exit(int status)
{
    leave_quickly(status);
}

PUBLIC _Noreturn void _Exit(int status) /* NOLINT: the C library's name */
{
    leave_quickly(status);
}

/* The last of what quick_exit runs. The status is not told here. */
static void finish_quick_exit(void)
{
    int wanted = finish_quickly(0);
    if (wanted != 0)
        leave(wanted);
}

__attribute__((constructor(106))) static void finish_start(void)
{
    note_inherited();
    inherited = 0;
    pthread_atfork(NULL, NULL, begin_as_child);
    (void)at_quick_exit(finish_quick_exit);
}

/* What the engine itself calls under this name (the linker's --wrap). */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__exit(int status)
{
    leave(status);
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
