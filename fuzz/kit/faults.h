/* faults.h - calls that ask for memory and are made to fail: one of an input's, or in turn one of
 * each stack. A stack fails the first time it is seen, then the second, fourth, eighth ... */
#ifndef FUZZ_KIT_FAULTS_H
#define FUZZ_KIT_FAULTS_H

#include <stdbool.h>

enum { KIT_FAULTS_TRIES = 32 };

void kit_faults_start(void);

/* Calls count from now on, and the `which`-th fails; 0: none does. */
void kit_faults_arm(unsigned which);
/* No call fails any more, none is counted. */
void kit_faults_disarm(void);

/* Of the calls counted last, those whose stack is to fail in a run of its own; their number. */
unsigned kit_faults_due(unsigned which[KIT_FAULTS_TRIES]);

/* Runs with a failure so far, and stacks known. */
unsigned long kit_faults_runs(void);
unsigned kit_faults_stacks(void);

#endif
