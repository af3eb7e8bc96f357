#include "verifier/inject_stacks.h"

#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_file.h"
#include "pool/stack.h"
#include "verifier/stack_id.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    PASSED_MAX = 1 << 20, /* stacks of this process; both powers of two */
    KNOWN_MAX = 1 << 16,  /* lasting ids */
    PROBES_MAX = 64,
    LINE_BYTES = 2048,
    HEXADECIMAL = 16,
    DECIMAL = 10,
};

enum stack_state { STATE_UNKNOWN, STATE_FAILED, STATE_RECORDED, STATE_EXCLUDED, STATE_COUNT };

static const char *const state_name[] = {"unknown", "failed", "recorded", "excluded"};
static_assert(COUNT_OF(state_name) == STATE_COUNT, "every state has its word");

struct known {
    uint32_t id; /* 0: free */
    enum stack_state state;
};

static struct {
    struct lock lock;          /* of `known` and what follows */
    _Atomic(stack_id) *passed; /* never asked again; 0: free */
    struct known *known;
    const struct inject_settings *settings;
    uint64_t counter;
    uint64_t counts[STATE_COUNT];
} stacks = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(stacks.lock)

/* True: `stack` has passed before, or there is no room to tell. It has now. */
static bool has_passed(stack_id stack)
{
    uint32_t at = stack * 0x9e3779b9u;
    for (unsigned i = 0; i < PROBES_MAX; i++) {
        _Atomic(stack_id) *place = &stacks.passed[(at + i) % PASSED_MAX];
        stack_id there = atomic_load_explicit(place, memory_order_relaxed);
        if (there == stack)
            return true;
        if (there == 0 && atomic_compare_exchange_strong(place, &there, stack))
            return false;
        if (there == stack)
            return true;
    }
    return true;
}

static struct known *find_locked(uint32_t id)
{
    for (unsigned i = 0; i < PROBES_MAX; i++) {
        struct known *known = &stacks.known[(id + i) % KNOWN_MAX];
        if (known->id == id || known->id == 0)
            return known;
    }
    return NULL;
}

static void set_state_locked(uint32_t id, enum stack_state state)
{
    struct known *known = find_locked(id);
    if (known == NULL)
        return;
    if (known->id != 0)
        stacks.counts[known->state]--;
    *known = (struct known){id, state};
    stacks.counts[state]++;
}

/* What is to become of an unknown stack. */
static enum stack_state next_state_locked(uint32_t id)
{
    if (inject_list_has_id(stacks.settings->exclude, id))
        return STATE_EXCLUDED;
    bool is_wanted = stacks.settings->only == 0 || stacks.settings->only == id;
    return stacks.settings->mode == INJECT_SYSTEMATIC && is_wanted ? STATE_FAILED : STATE_RECORDED;
}

/* By unwind tables, whichever way the quick stack was taken: unwind=auto may change it. */
static uint32_t lasting_id(const void *frame, struct text *text)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned count = stack_here(frame, frames);
    return stack_id_of(frames, count < options.stack_depth ? count : (unsigned)options.stack_depth,
                       text);
}

/* One line of the state file: "ID STATE COUNTER", with the frames behind. */
static void keep(uint32_t id, enum stack_state state, const void *frame)
{
    char bytes[LINE_BYTES];
    struct text line = TEXT_OVER(bytes);
    text_add(&line, "%08x %s %lu", id, state_name[state], stacks.counter);
    (void)lasting_id(frame, &line);
    if (line.length == line.capacity - 1)
        line.length--;
    text_add(&line, "\n");
    (void)os_file_append(stacks.settings->state, line.bytes, line.length);
}

/* Where one stack alone is asked for, the others are nobody's news. */
static bool is_to_keep(enum stack_state state)
{
    return stacks.settings->state[0] != 0 && (stacks.settings->only == 0 || state == STATE_FAILED);
}

bool inject_stacks_fail(const void *frame, uint32_t *id)
{
    stack_id stack = stack_record(frame);
    if (stack == 0 || has_passed(stack) || stack_is_loaders(frame))
        return false;
    *id = lasting_id(frame, NULL);
    lock_take(&stacks.lock);
    const struct known *known = find_locked(*id);
    bool is_new = known != NULL && known->id == 0;
    enum stack_state state = is_new ? next_state_locked(*id) : STATE_UNKNOWN;
    if (is_new)
        set_state_locked(*id, state);
    lock_drop(&stacks.lock);
    if (is_new && is_to_keep(state))
        keep(*id, state, frame);
    return state == STATE_FAILED;
}

uint32_t inject_stacks_keep(const void *frame)
{
    uint32_t id = lasting_id(frame, NULL);
    keep(id, STATE_FAILED, frame);
    return id;
}

static void read_line_locked(const char *line)
{
    char *end;
    if (strncmp(line, "counter ", strlen("counter ")) == 0) {
        stacks.counter = strtoull(line + strlen("counter "), NULL, DECIMAL);
        return;
    }
    uint32_t id = (uint32_t)strtoul(line, &end, HEXADECIMAL);
    for (unsigned state = STATE_FAILED; id != 0 && *end == ' ' && state < STATE_COUNT; state++)
        if (strncmp(end + 1, state_name[state], strlen(state_name[state])) == 0)
            set_state_locked(id, (enum stack_state)state);
}

static void read_lines_locked(const char *at, const char *end)
{
    char line[LINE_BYTES];
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        size_t kept = length < sizeof line - 1 ? length : sizeof line - 1;
        memcpy(line, at, kept);
        line[kept] = 0;
        read_line_locked(line);
        at += length + 1;
    }
}

/* A file that is not there yet says nothing. */
static bool read_file_locked(const char *path)
{
    size_t bytes = 0;
    bool exists = false;
    const char *start = os_file_map(path, &bytes, &exists);
    if (start == NULL)
        return exists || os_file_append(path, "", 0);
    read_lines_locked(start, start + bytes);
    os_release((void *)(uintptr_t)start, bytes);
    return true;
}

bool inject_stacks_set(const struct inject_settings *settings)
{
    lock_take(&stacks.lock);
    if (stacks.passed == NULL) {
        stacks.passed = os_needed_table(PASSED_MAX * sizeof stacks.passed[0]);
        stacks.known = os_needed_table(KNOWN_MAX * sizeof stacks.known[0]);
    } else {
        (void)os_discard((void *)(uintptr_t)stacks.passed, PASSED_MAX * sizeof stacks.passed[0]);
        (void)os_discard(stacks.known, KNOWN_MAX * sizeof stacks.known[0]);
    }
    memset(stacks.counts, 0, sizeof stacks.counts);
    stacks.settings = settings;
    stacks.counter = 0;
    bool is_read = settings->state[0] == 0 || read_file_locked(settings->state);
    lock_drop(&stacks.lock);
    return is_read;
}

void inject_stacks_count(struct inject_stacks_counts *counts)
{
    lock_take(&stacks.lock);
    *counts = (struct inject_stacks_counts){
        .failed = stacks.counts[STATE_FAILED],
        .recorded = stacks.counts[STATE_RECORDED],
        .excluded = stacks.counts[STATE_EXCLUDED],
    };
    counts->known = counts->failed + counts->recorded + counts->excluded;
    lock_drop(&stacks.lock);
}
