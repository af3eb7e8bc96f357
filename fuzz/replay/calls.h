/* calls.h - the calls that the harness makes of the library, written down as statements of C while
 * they are made: what --emit-c makes a reproducer of. Off until calls_start; then one thread only.
 *
 * The sources of fuzz/ are compiled once more for replay programs, with calls_macros.h in front:
 * there each routine of the library is a macro that tells this file its arguments, makes the call
 * where it stands, and tells what it returned.
 *
 *   p[0] = ExAllocatePool2(0x40, 100, 0x317a7546);    a pointer that came back has a number;
 *   ExFreePoolWithTag(p[0] + 16, 0x317a7546);         others lie behind one,
 *   KeLowerIrql(2);
 *   KeAcquireSpinLock((void *)object[0], ...);        or are objects of the harness
 *
 * What the harness itself writes into blocks is found by comparing them, before each call, with
 * what they held after the one before. */
#ifndef FUZZ_REPLAY_CALLS_H
#define FUZZ_REPLAY_CALLS_H

#include "expool/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CALLS_BLOCKS = 1024,
    CALLS_OBJECTS = 64,
    CALLS_OBJECT_BYTES = 16384,
    CALLS_TEXT_BYTES = 8 << 20,
};

/* Where the statements go: memory that outlives the process that records. */
struct calls {
    unsigned blocks;
    unsigned objects;
    const char *gap; /* why the statements are not all there is; NULL: they are */
    bool has_failed; /* calls_failure was called: the last statement says what must come again */
    size_t length;
    char text[CALLS_TEXT_BYTES];
};

extern _Thread_local bool calls_is_on; /* in the thread that records */

/* Memory for a record, shared with children; NULL: none, and one line says why. */
struct calls *calls_new(void);
void calls_delete(struct calls *record);

/* What is called before any program runs: every record begins with it. */
void calls_start_first(void);
void calls_stop(void);

/* Statements go there from now on. */
void calls_start(struct calls *record);

/* The program begins again: what came back before it is no longer compared. */
void calls_next_turn(void);

/* What has been recorded since the last time belonged to the operation before; `line` is the next,
 * written as a comment above its first statement. */
void calls_operation(const char *line);

/* An exception was caught: the call that raised it is over. */
void calls_left(void);

/* Something was wrong with the operation, or the accounts, under way: writes what sees it again. */
void calls_failure(const char *text);

/* For calls_macros.h only. */
void calls_begin(const char *name);
void calls_begin_look(const char *name);
void calls_number(uint64_t value);
void calls_signed(int64_t value);
void calls_pointer(const volatile void *value);
void calls_text(const char *value);
void calls_word(const char *word);
void calls_end(void);
void calls_done(void);
void calls_returned(uint64_t value);
void calls_returned_pointer(const void *value, uint64_t size);
void calls_returned_handle(const void *value);
void calls_returned_any(bool is_there);
void calls_parameters(const void *parameters, uint32_t count);
void calls_looked(const char *call, uint64_t value);
void calls_looked_text(const char *call, const char *value);
void calls_filled(const void *structure, size_t length);
void calls_gap(const char *why);
void calls_on_bugcheck(expool_bugcheck_hook *hook, void *context);

#endif
