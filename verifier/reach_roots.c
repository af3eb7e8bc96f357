#include "verifier/reach_roots.h"

#include "pool/order.h"
#include "pool/os.h"
#include "pool/os_pager.h"
#include "pool/os_threads.h"
#include "pool/sanitizer.h"
#include "pool/symbol_module.h"
#include "pool/util.h"
#include "verifier/reach_heap.h"

#include <pthread.h>
#include <string.h>
#include <unwind.h>

enum {
    THREADS_MAX = 4096,
    RANGES_MAX = 1024,
    CHUNK_BYTES = 32 * 1024,
    TOP_BYTES = 8 * 1024, /* of a thread's stack: there its control block is */
    REGISTERS = 6,
};

struct range {
    uintptr_t start;
    uintptr_t end;
};

static struct {
    struct os_stopped *threads; /* the caller is the first */
    size_t count;
    bool has_all; /* threads */
    uintptr_t registers[REGISTERS];
    struct range ours[RANGES_MAX]; /* sorted */
    unsigned ours_count;
    struct range added[4];
    unsigned added_count;
    reach_word *take;
    _Alignas(8) unsigned char chunk[CHUNK_BYTES];
} roots;

/* The registers that a call leaves as they are, as the unwinder numbers them. */
#if defined(__x86_64__)
static const int kept_register[REGISTERS] = {3, 6, 12, 13, 14, 15};
#elif defined(__aarch64__)
static const int kept_register[REGISTERS] = {19, 20, 21, 22, 23, 24};
#endif

struct unwinding {
    uintptr_t after;  /* the frame to find begins above this address; 0: exit()'s caller's */
    bool was_runtime; /* of the frame before */
};

static void take_registers(struct _Unwind_Context *context)
{
    for (unsigned i = 0; i < REGISTERS; i++)
        roots.registers[i] = _Unwind_GetGR(context, kept_register[i]);
    roots.threads[0].sp = _Unwind_GetCFA(context);
}

/* At the end: the first frame of the program's own above the C library's exit(). */
static _Unwind_Reason_Code look_at_frame(struct _Unwind_Context *context, void *argument)
{
    struct unwinding *unwinding = argument;
    struct symbol_module module;
    uintptr_t pc = _Unwind_GetIP(context);
    if (pc == 0)
        return _URC_END_OF_STACK;
    if (unwinding->after != 0) {
        if (_Unwind_GetCFA(context) <= unwinding->after)
            return _URC_NO_REASON;
        take_registers(context);
        return _URC_END_OF_STACK;
    }
    bool is_runtime = symbol_module_find(pc - 1, &module) && module.is_runtime;
    if (is_runtime || unwinding->was_runtime)
        take_registers(context); /* of the last one when the C library itself ends the program */
    bool is_found = unwinding->was_runtime && !is_runtime;
    unwinding->was_runtime = is_runtime;
    return is_found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static void find_own_stack(const void *frame)
{
    struct unwinding unwinding = {.after = (uintptr_t)frame};
    memset(roots.registers, 0, sizeof roots.registers);
    roots.threads[0] = (struct os_stopped){.thread = os_thread_id(),
                                           .sp = (uintptr_t)__builtin_frame_address(0),
                                           .self = (uintptr_t)pthread_self()};
    (void)_Unwind_Backtrace(look_at_frame, &unwinding);
    order_hide_still(); /* it begins with pthread_once */
}

/* By insertion: they come nearly sorted. */
static void add_ours(uintptr_t start, uintptr_t end)
{
    unsigned at = roots.ours_count;
    if (at == RANGES_MAX || start == end)
        return; /* one too many is looked at: at worst a leak passes for reachable */
    for (; at > 0 && roots.ours[at - 1].start > start; at--)
        roots.ours[at] = roots.ours[at - 1];
    roots.ours[at] = (struct range){start, end};
    roots.ours_count++;
}

void reach_roots_add(uintptr_t start, uintptr_t end)
{
    if (roots.added_count < COUNT_OF(roots.added))
        roots.added[roots.added_count++] = (struct range){start, end};
}

bool reach_roots_open(const void *frame)
{
    uintptr_t start;
    uintptr_t end;
    roots.threads = os_table(THREADS_MAX * sizeof roots.threads[0]);
    if (roots.threads == NULL)
        return false;
    find_own_stack(frame);
    roots.ours_count = 0;
    add_ours((uintptr_t)&roots, (uintptr_t)(&roots + 1));
    for (unsigned i = 0; reach_heap_range(i, &start, &end); i++)
        add_ours(start, end);
    for (unsigned i = 0; os_table_range(i, &start, &end); i++)
        add_ours(start, end);
    size_t others = 0;
    roots.has_all = os_threads_stop(roots.threads + 1, THREADS_MAX - 1, &others);
    roots.count = others + 1;
    return true;
}

void reach_roots_close(void)
{
    os_threads_go();
    os_release(roots.threads, THREADS_MAX * sizeof roots.threads[0]);
    roots.threads = NULL;
}

READS_UNWRITTEN static void take_words(const unsigned char *bytes, size_t count, reach_word *take)
{
    for (size_t at = 0; at + sizeof(uintptr_t) <= count; at += sizeof(uintptr_t)) {
        uintptr_t word;
        memcpy(&word, bytes + at, sizeof word);
        if (word >= PAGE_BYTES)
            take(word);
    }
}

/* What cannot be read in one piece is read page by page. */
void reach_words(uintptr_t start, uintptr_t end, reach_word *take)
{
    while (start < end) {
        size_t bytes = end - start < CHUNK_BYTES ? end - start : CHUNK_BYTES;
        bool is_read = os_peek(roots.chunk, (const void *)start, bytes);
        if (!is_read) {
            size_t to_page = PAGE_BYTES - start % PAGE_BYTES;
            bytes = bytes < to_page ? bytes : to_page;
            is_read = os_peek(roots.chunk, (const void *)start, bytes);
        }
        if (is_read)
            take_words(roots.chunk, bytes, take);
        start += bytes;
    }
}

static void take_present(uintptr_t start, uintptr_t end)
{
    start = round_up(start, sizeof(uintptr_t));
    while (start < end) {
        uintptr_t stop = os_memory_present(&start, end);
        reach_words(start, stop, roots.take);
        start = stop;
    }
}

/* All of it but what is ours. */
static void take_stretch(uintptr_t start, uintptr_t end)
{
    for (unsigned i = 0; i < roots.ours_count && start < end; i++) {
        const struct range *ours = &roots.ours[i];
        if (ours->end <= start || ours->start >= end)
            continue;
        if (ours->start > start)
            take_present(start, ours->start);
        start = ours->end;
    }
    if (start < end)
        take_present(start, end);
}

static bool is_in(uintptr_t address, uintptr_t start, uintptr_t end)
{
    return address >= start && address < end;
}

/* glibc's control block of a thread begins with its own address and has it again as third word. */
static uintptr_t control_block(uintptr_t start, uintptr_t end)
{
    const size_t step = 64;
    uintptr_t words[3];
    for (uintptr_t at = end - step; at >= start && at + TOP_BYTES > end; at -= step)
        if (os_peek(words, (const void *)at, sizeof words) && words[0] == at && words[2] == at)
            return at;
    return 0;
}

/* A stack whose thread has ended; the C library keeps it for the next one. */
static bool is_dead_stack(uintptr_t start, uintptr_t end)
{
    uintptr_t self = roots.has_all ? control_block(start, end) : 0;
    for (size_t i = 0; i < roots.count; i++)
        if (roots.threads[i].self == self)
            return false;
    return self != 0;
}

/* Where the part in use begins, if this is a thread's own stack. */
static uintptr_t stack_top(uintptr_t start, uintptr_t end, enum os_memory kind)
{
    uintptr_t top = end;
    for (size_t i = 0; i < roots.count; i++) {
        const struct os_stopped *thread = &roots.threads[i];
        bool is_own = kind == OS_MEMORY_FIRST_STACK || is_in(thread->self, start, end);
        if (is_own && is_in(thread->sp, start, end) && thread->sp < top)
            top = thread->sp;
    }
    return top == end ? start : top;
}

static void take_mapping(uintptr_t start, uintptr_t end, enum os_memory kind, void *context)
{
    (void)context;
    if (kind == OS_MEMORY_BEHIND_GUARD && is_dead_stack(start, end))
        return;
    if (kind != OS_MEMORY_PLAIN)
        start = stack_top(start, end, kind);
    take_stretch(start, end);
}

bool reach_roots_each(reach_word *take)
{
    roots.take = take;
    for (unsigned i = 0; i < REGISTERS; i++)
        take(roots.registers[i]);
    for (unsigned i = 0; i < roots.added_count; i++)
        take_present(roots.added[i].start, roots.added[i].end);
    return os_memory_each(take_mapping, NULL);
}
