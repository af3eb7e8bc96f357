/* settings.h - what a program's header asks for, put in force: back end, limits, the verifier's
 * settings and rules. */
#ifndef FUZZ_SETTINGS_H
#define FUZZ_SETTINGS_H

#include "fuzz/program.h"

#include <stdbool.h>
#include <stdint.h>

/* What time it is at operation `index`, in seconds since the program began, which is at a full one:
 * the pool does things by the clock, and is to do the same each time. */
uint32_t settings_tick(unsigned index);

/* Before the program's first operation; the pools are empty. `backend` as run_backend. */
void settings_prepare(const struct program *program, bool is_verifying, int backend);
/* After its last: limits are off again. */
void settings_end(void);

/* Whether what is paged out is ciphertext: a process has one kind of store, chosen before its first
 * program. */
void settings_encrypt(bool is_on);
bool settings_encrypts(void);

/* A memory checker is told of each block, which then ends with the last byte asked for. */
bool settings_are_checked(void);

/* What guards are made of, where the system has it, in a process in which the verifier did not run
 * yet; EXPOOL_OPTIONS wins. A process has one kind: targets differ, so that each kind is used. */
void settings_prefer_tier(const char *word);

/* The verifier ran in this process. */
bool settings_has_verified(void);

/* The verifier's rules in the middle of a program. */
void settings_change_rules(bool is_special, bool is_tracking);
void settings_force_irql(bool is_on);
/* More rules than the model knows, if the options in force let them be. */
void settings_add_rules(uint32_t rules);

#endif
