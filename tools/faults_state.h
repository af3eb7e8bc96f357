/* faults_state.h - the state file of systematic low resources (docs/LOW_RESOURCES.md), as the
 * library writes it and the verbs `faults` and `verifier` read and change it.
 *   counter N          the test pass
 *   ID STATE N FRAMES  the last line of an id holds; STATE is failed, recorded or excluded */
#ifndef TOOLS_FAULTS_STATE_H
#define TOOLS_FAULTS_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum faults_stack_state { STACK_FAILED, STACK_RECORDED, STACK_EXCLUDED, STACK_STATES };

struct faults_stack {
    uint32_t id;
    enum faults_stack_state state;
    unsigned long counter;
    char *frames; /* "app!make+0x1c(make.c:7) app!main+0x20"; "" unknown */
};

struct faults_state {
    struct faults_stack *stacks; /* in the order of their first lines */
    size_t count;
    unsigned long counter;
};

/* False: the file cannot be read; errno tells. A file that is not there is an empty one. */
bool faults_state_read(const char *path, struct faults_state *state);
void faults_state_free(struct faults_state *state);

const char *faults_state_name(enum faults_stack_state state);

/* excludestack, incrementcounter: false when the file cannot be written. */
bool faults_state_exclude(const char *path, uint32_t id);
bool faults_state_next_counter(const char *path);

/* Leaves out every stack in one of the states whose bits (1 << STACK_FAILED ...) are set. */
bool faults_state_forget(const char *path, unsigned states);

#endif
