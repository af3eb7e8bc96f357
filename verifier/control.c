#include "verifier/control.h"

#include "expool/host.h"
#include "expool/verifier.h"

#include "pool/counters.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_share.h"
#include "pool/rules.h"
#include "pool/text.h"
#include "pool/words.h"
#include "verifier/inject.h"
#include "verifier/space.h"
#include "verifier/special.h"

#include <string.h>

enum { EXIT_STATUS_MASK = 0xff };

struct expool_control control_page;
uint32_t control_seen;

static_assert(sizeof control_page == EXPOOL_CONTROL_BYTES, "whole pages, mapped as such");
static_assert(sizeof(struct expool_directory) == PAGE_BYTES, "the same");

/* A note in every program that has the verifier inside, stripped or not: `expool run` preloads
 * nothing there. */
__asm__(".pushsection .note.expool, \"a\", @note\n"
        ".balign 4\n"
        ".long 7, 4, 1\n" /* length of the owner's name, of the content; type */
        ".asciz \"expool\"\n"
        ".balign 4\n"
        ".long 1\n"
        ".popsection\n");

static struct {
    struct os_share share;
    bool is_started;
} control = {.share = {.descriptor = -1}};

void control_tell(void)
{
    struct expool_verifier_counters counted;
    expool_verifier_counters_get(
        &counted); /* brings what is only worked out when asked up to date */
    control_page.tier = space.tier == NULL ? EXPOOL_TIER_NONE : (uint32_t)space.tier->number;
    control_page.rules = atomic_load(&rules_in_force);
    control_page.seed = special.seed;
    struct text text = TEXT_OVER(control_page.options);
    options_text(&text);
    struct text drivers = TEXT_OVER(control_page.drivers);
    text_add(&drivers, "%s", options.drivers);
    control_page.driver_count =
        (uint32_t)expool_verifier_drivers_list(control_page.driver, EXPOOL_CONTROL_DRIVERS);
}

/* Its words as the system has them: each ends with 0. */
static void tell_command(void)
{
    char *command = control_page.command;
    ptrdiff_t length = os_read_file("/proc/self/cmdline", command, sizeof control_page.command - 1);
    for (ptrdiff_t i = 0; i + 1 < length; i++)
        if (command[i] == 0)
            command[i] = ' ';
}

static void introduce(void)
{
    control_page.version = EXPOOL_CONTROL_VERSION;
    control_page.bytes = EXPOOL_ENTRY_BYTES;
    control_page.pid = os_process_id();
    control_page.parent = os_parent_process_id();
    control_page.started_s = os_wall_clock_s();
    control_page.started_ms = os_clock_ms();
    struct text name = TEXT_OVER(control_page.name);
    text_add(&name, "%s", os_program_name());
    tell_command();
    control_tell();
    __atomic_store_n(&control_page.state, EXPOOL_CONTROL_RUNNING, __ATOMIC_RELAXED);
    __atomic_store_n(&control_page.magic, EXPOOL_CONTROL_MAGIC, __ATOMIC_RELEASE);
}

/* The next free place in the file of expool run; 0: it has none. */
static uint64_t take_place(const struct os_share *share)
{
    struct expool_directory *directory = os_share_map(share, 0, sizeof *directory);
    uint64_t offset = 0;
    if (directory == NULL)
        return 0;
    if (directory->magic == EXPOOL_DIRECTORY_MAGIC &&
        directory->version == EXPOOL_CONTROL_VERSION &&
        directory->entry_bytes == EXPOOL_ENTRY_BYTES) {
        uint32_t taken = __atomic_fetch_add(&directory->taken, 1, __ATOMIC_RELAXED);
        if (taken < directory->room)
            offset = sizeof *directory + (uint64_t)taken * EXPOOL_ENTRY_BYTES;
    }
    os_release(directory, sizeof *directory);
    return offset;
}

static bool move_into(struct os_share *share, uint64_t offset)
{
    if (!os_share_page(share, offset, &control_page, sizeof control_page) ||
        !os_share_page(share, offset + sizeof control_page, &process_counters,
                       sizeof process_counters)) {
        os_share_close(share);
        return false;
    }
    /* Without the bytes between them: copying what was not written takes a lock of clang 14's
     * MemorySanitizer, and in a child it is held until this handler has ended. */
    control.share.descriptor = share->descriptor;
    control.share.device = share->device;
    control.share.inode = share->inode;
    return true;
}

/* Into the file of expool run, when there is one. */
static bool join_run(void)
{
    bool is_refused;
    struct os_share share;
    const char *path = os_environment(EXPOOL_RUN_VARIABLE, &is_refused);
    if (path == NULL || *path == 0 || !os_share_open(path, &share))
        return false;
    uint64_t offset = take_place(&share);
    if (offset == 0) {
        os_share_close(&share);
        return false;
    }
    return move_into(&share, offset);
}

/* exit tells its handlers. */
static void note_status(int status, void *unused)
{
    (void)unused;
    if (control_page.pid == os_process_id())
        control_page.exit_status = (uint32_t)status & EXIT_STATUS_MASK;
}

static void find_place(void)
{
    struct os_share share;
    if (options.monitor == 0 || join_run())
        return;
    if (os_share_new(EXPOOL_CONTROL_FILE, EXPOOL_ENTRY_BYTES, &share))
        (void)move_into(&share, 0);
}

void control_start(void)
{
    if (control.is_started) {
        control_tell();
        return;
    }
    control.is_started = true;
    os_at_exit(note_status);
    introduce();
    find_place();
}

void control_after_fork_in_child(void)
{
    struct expool_verifier_counters inherited;
    if (!control.is_started)
        return;
    os_share_close(&control.share); /* the parent's */
    expool_verifier_counters_get(&inherited);
    static struct expool_control own; /* one thread there is in a child */
    static struct expool_counters counted;
    own = control_page;
    counted = process_counters;
    own.inherited_attempted = inherited.allocations_attempted;
    own.inherited_special_pool = inherited.allocations_special_pool;
    own.inherited_reports = COUNTED(reports);
    own.inherited_leaks = COUNTED(leaked_blocks);
    own.pid = os_process_id();
    own.parent = os_parent_process_id();
    own.started_s = os_wall_clock_s();
    own.started_ms = os_clock_ms();
    own.is_forked = 1;
    own.asked = own.answered = control_seen;
    own.asking = 0;
    if (!os_private_page(&control_page, sizeof control_page) ||
        !os_private_page(&process_counters, sizeof process_counters))
        return; /* seen as its parent */
    control_page = own;
    process_counters = counted;
    find_place();
}

/* A child of vfork has only borrowed the page. */
static void turn(enum expool_control_state state)
{
    if (control_page.pid != os_process_id())
        return;
    control_page.ended_ms = os_clock_ms();
    __atomic_store_n(&control_page.state, state, __ATOMIC_RELAXED);
}

void control_end(void)
{
    turn(EXPOOL_CONTROL_ENDED);
}

void control_end_with(int status)
{
    note_status(status, NULL);
    control_end();
}

void control_go(void)
{
    turn(EXPOOL_CONTROL_REPLACED);
}

void control_stay(void)
{
    turn(EXPOOL_CONTROL_RUNNING);
}

static bool refuse(const char *why)
{
    struct text text = TEXT_OVER(control_page.answer_text);
    text_add(&text, "%s", why);
    return false;
}

/* 0 leaves what is always checked. */
static bool change_rules(uint32_t wanted)
{
    if (wanted == 0 && expool_verifier_is_on()) {
        rules_set(0);
        return true;
    }
    return expool_verifier_flags_set(wanted);
}

/* Low resources are simulated anew, by the words that hold now. */
static bool change_options(const char *text)
{
    uint32_t rules = expool_verifier_flags() & ~(uint32_t)(RULE_LOW_RESOURCES | RULE_SYSTEMATIC);
    if (expool_options_set(text) != 0)
        return false;
    if (expool_verifier_is_on() && !inject_set(options.low_resources, special.seed, &rules))
        return false;
    rules_set(expool_verifier_is_on() ? rules : 0);
    return true;
}

/* Names with blanks between, each to `take`. */
static bool each_name(const char *names, bool (*take)(const char *name))
{
    char name[sizeof control_page.driver[0].name];
    bool is_done = true;
    for (struct word word; words_next(&names, " ", &word);) {
        bool is_short = word.length < sizeof name;
        memcpy(name, word.start, is_short ? word.length : 0);
        name[is_short ? word.length : 0] = 0;
        is_done = is_short && take(name) && is_done;
    }
    return is_done;
}

static bool do_it(uint32_t ask)
{
    char text[sizeof control_page.ask_text];
    memcpy(text, control_page.ask_text, sizeof text); /* whoever asks may go on writing */
    text[sizeof text - 1] = 0;
    if ((ask & EXPOOL_ASK_OPTIONS) != 0 && !change_options(text))
        return refuse("the process refused the option; its stderr says why");
    if ((ask & EXPOOL_ASK_RULES) != 0 && !change_rules(control_page.ask_rules))
        return refuse("the verifier is off in that process, or has no such rule");
    if ((ask & EXPOOL_ASK_ADD_DRIVER) != 0 && !each_name(text, expool_verifier_driver_add))
        return refuse("there is no room for more drivers");
    if ((ask & EXPOOL_ASK_REMOVE_DRIVER) != 0 && !each_name(text, expool_verifier_driver_remove))
        return refuse("no driver of that name is verified");
    if ((ask & EXPOOL_ASK_SWEEP) != 0)
        control_page.swept = expool_verifier_sweep();
    return true;
}

NOINLINE void control_act(void)
{
    uint32_t seen = __atomic_load_n(&control_seen, __ATOMIC_RELAXED);
    uint32_t asked = __atomic_load_n(&control_page.asked, __ATOMIC_ACQUIRE);
    /* One thread does it; the requests it makes itself find it seen. */
    if (asked == seen || !__atomic_compare_exchange_n(&control_seen, &seen, asked, false,
                                                      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return;
    control_page.answer_text[0] = 0;
    control_page.answer = do_it(control_page.ask) ? EXPOOL_ANSWER_DONE : EXPOOL_ANSWER_REFUSED;
    control_tell();
    __atomic_store_n(&control_page.answered, asked, __ATOMIC_RELEASE);
}
