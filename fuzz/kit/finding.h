/* finding.h - the end of an input that found something: the program as text with a mark at the
 * operation that ran, then a bug check's own report, or what the kit itself has to say. */
#ifndef FUZZ_KIT_FINDING_H
#define FUZZ_KIT_FINDING_H

#include "fuzz/kit/input.h"

#include <stdbool.h>

/* What runs now. `at`: index of the call; below 0 and above the last the stages around them. */
enum { KIT_STAGE_LOAD = -1, KIT_STAGE_UNLOAD = KIT_RECORDS_MAX };

struct kit_place {
    const struct kit_input *input;
    int at;
    unsigned failing; /* the how-manieth call that asks for memory fails; 0: none */
};

extern struct kit_place kit_place;

/* Asks the library to ask us at each bug check. */
void kit_finding_start(void);

/* Writes the program once. Async-signal-safe. */
void kit_finding_program(void);

/* Another input, or the same one with another failure. */
void kit_finding_begin(struct kit_place place);

/* A bug check of this input was passed over (the option known=): what it left is no news. */
bool kit_is_passed_over(void);

/* A finding when it is wrong, unless a bug check of this input was passed over. */
void kit_judge(bool is_wrong, const char *name, const char *sentence);

/* Ends the process by abort(). */
_Noreturn void kit_finding(const char *name, const char *sentence);

#endif
