/* program_text.h - a program as lines a person reads, reviews and writes by hand:
 *   expool-program v1
 *   target: verifier_seq                 # which replay it is meant for
 *   verify: end
 *   reuse: recycle
 *   backend: segment                     # classic when not said
 *   limit: tight                         # none roomy tight tiny: pages a class may hold
 *   failing: 3                           # which request fails under the verifier; none
 *   special: none                        # all none tags sizes narrow wide
 *   seed: 2                              # 0 to 7
 *   alloc2 h=3 size=64 tag=1 pool=nx aux=1
 *   free_twice h=3                       # expect: BUGCHECK 0xC1/0x20
 * `# expect:` is written by replay --print and checked by every replay. */
#ifndef FUZZ_PROGRAM_TEXT_H
#define FUZZ_PROGRAM_TEXT_H

#include "fuzz/model.h"
#include "fuzz/program.h"

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_EXPECT_MAX = 48, TEXT_ERROR_MAX = 256, TEXT_TARGET_MAX = 32 };

struct program_text {
    struct program program;
    char target[TEXT_TARGET_MAX];                  /* "" when not said */
    char expect[PROGRAM_OPS_MAX][TEXT_EXPECT_MAX]; /* "" when not said */
    char error[TEXT_ERROR_MAX];                    /* "line 3: ..." after a failed parse */
};

/* False: `error` says where and what, and the nearest valid word. */
bool program_parse(struct program_text *text, const char *bytes, size_t length);

/* The canonical text, cut to `capacity`. */
void program_print(const struct program *program, char *bytes, size_t capacity);
size_t program_print_header(const struct program *program, char *bytes, size_t capacity);
size_t program_print_op(const struct op *op, char *bytes, size_t capacity);

/* "SUCCESS", "NULL", "SKIP", "BUGCHECK 0xC1/0x20" */
void expectation_print(const struct expectation *expected, char *bytes, size_t capacity);

#endif
