/* checker.h - what a memory checker that the program runs under is told of each block: found when
 * the pool starts, whatever libexpool was compiled with.
 *
 *   page of normal pool    | head | block ... slack | head | freed ...... |
 *   AddressSanitizer         ####   ............####  ####   ############     #: poisoned
 *   Valgrind                 ####   uuuuuuuuuuuu####  ####   ############     #: no access,
 *                                                                            u: undefined
 *
 * A block is open for exactly the bytes asked for, from its allocation to its free; all else is
 * closed from the day its page is used first. The pool's own code sees everything: its files are
 * compiled without ASan's checks (CMakeLists.txt), and under Valgrind it looks away meanwhile.
 * Each line costs one test of a byte that is 0 in any other program. */
#ifndef POOL_CHECKER_H
#define POOL_CHECKER_H

#include "pool/util.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum checker { CHECKER_NONE, CHECKER_ASAN, CHECKER_VALGRIND, CHECKER_DRD };

extern HIDDEN uint8_t checker_present; /* enum checker */

/* Looks which there is; `wanted` false: none is told, but DRD: what it does not hear of is a race
 * to it. Once, before the first page. */
void checker_start(bool wanted);

/* LeakSanitizer, which may be there alone, shall look for pointers in what can be read of it. */
bool checker_has_roots(void);
void checker_add_root(const void *start, size_t bytes);
void checker_remove_root(const void *start, size_t bytes);

/* Nothing of the program's runs any more. Memcheck takes memory that may be written to for a root,
 * and blocks that only a lost block points to for reachable: from here on `freeze` has what blocks
 * lie in for reading, until one is allocated or freed after all. With other threads about it is
 * left as it is. */
typedef void checker_freeze(bool on);
void checker_end(checker_freeze *freeze);

/* From now on ASan's reports of pool addresses tell of the block, too. */
void checker_report_start(void);

/* "AddressSanitizer", "Valgrind"; NULL: none. */
const char *checker_name(void);

/* A line in Valgrind's log, where its users look. */
void checker_log(const char *line);

/* The parts in checker.c: called when there is a checker. */
void checker_open_block(void *start, size_t bytes, bool is_zeroed);
void checker_close_block(void *start, size_t bytes);
void checker_open_bytes(const void *start, size_t bytes, bool is_defined);
void checker_close_bytes(const void *start, size_t bytes);
void checker_clear_bytes(void *start, size_t bytes);
void checker_turn(bool away);
/* ASan reports it, if it is closed. */
void checker_touch(const volatile void *start, size_t bytes);

static inline bool checker_is_there(void)
{
    return UNLIKELY(checker_present != CHECKER_NONE);
}

/* A block's life, as its user asked for it. */
static inline void checker_give(void *start, size_t bytes, bool is_zeroed)
{
    if (checker_is_there())
        checker_open_block(start, bytes, is_zeroed);
}

/* `bytes`: all there are, slack and all. */
static inline void checker_take(void *start, size_t bytes)
{
    if (checker_is_there())
        checker_close_block(start, bytes);
}

/* Memory that is nobody's, or part of a block that is not to be used meanwhile; and back. */
static inline void checker_close(const void *start, size_t bytes)
{
    if (checker_is_there() && bytes > 0)
        checker_close_bytes(start, bytes);
}

static inline void checker_open(const void *start, size_t bytes, bool is_defined)
{
    if (checker_is_there() && bytes > 0)
        checker_open_bytes(start, bytes, is_defined);
}

/* memset to 0 of what is closed. */
static inline void checker_clear(void *start, size_t bytes)
{
    if (checker_is_there())
        checker_clear_bytes(start, bytes);
    else
        __builtin_memset(start, 0, bytes);
}

/* From here to checker_look this thread's accesses are the pool's own. May be nested; nothing is
 * raised in between. */
static inline void checker_look_away(void)
{
    if (checker_is_there())
        checker_turn(true);
}

static inline void checker_look(void)
{
    if (checker_is_there())
        checker_turn(false);
}

#endif
