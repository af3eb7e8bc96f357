#include "tools/faults_state.h"

#include "tools/say.h"
#include "tools/verb.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEXADECIMAL = 16, DECIMAL = 10 };

static const char *const state_names[] = {"failed", "recorded", "excluded"};
static_assert(sizeof state_names / sizeof state_names[0] == STACK_STATES, "every state has a word");

const char *faults_state_name(enum faults_stack_state state)
{
    return state_names[state];
}

static struct faults_stack *find(const struct faults_state *state, uint32_t id)
{
    for (size_t i = 0; i < state->count; i++)
        if (state->stacks[i].id == id)
            return &state->stacks[i];
    return NULL;
}

static void *needed(void *memory)
{
    if (memory == NULL)
        die(EXIT_TROUBLE, "%s", strerror(ENOMEM));
    return memory;
}

/* A further line of an id changes what is known; frames stay where it has none. */
static void take(struct faults_state *state, const struct faults_stack *line)
{
    struct faults_stack *known = find(state, line->id);
    if (known == NULL) {
        state->stacks = needed(reallocarray(state->stacks, state->count + 1, sizeof *known));
        known = &state->stacks[state->count++];
        *known = *line;
        known->frames = needed(strdup(line->frames));
        return;
    }
    known->state = line->state;
    known->counter = line->counter;
    if (line->frames[0] == 0)
        return;
    free(known->frames);
    known->frames = needed(strdup(line->frames));
}

static void take_line(struct faults_state *state, char *text)
{
    char *rest = NULL;
    text[strcspn(text, "\n")] = 0;
    const char *word = strtok_r(text, " ", &rest);
    const char *second = word == NULL ? NULL : strtok_r(NULL, " ", &rest);
    if (second == NULL)
        return;
    if (strcmp(word, "counter") == 0) {
        state->counter = strtoul(second, NULL, DECIMAL);
        return;
    }
    const char *counter = strtok_r(NULL, " ", &rest);
    struct faults_stack line = {.id = (uint32_t)strtoul(word, NULL, HEXADECIMAL), .frames = rest};
    line.counter = counter == NULL ? 0 : strtoul(counter, NULL, DECIMAL);
    while (line.state < STACK_STATES && strcmp(state_names[line.state], second) != 0)
        line.state++;
    if (line.id != 0 && line.state < STACK_STATES)
        take(state, &line);
}

bool faults_state_read(const char *path, struct faults_state *state)
{
    *state = (struct faults_state){0};
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return errno == ENOENT;
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0)
        take_line(state, line);
    bool is_read = ferror(file) == 0;
    free(line);
    (void)fclose(file);
    return is_read;
}

void faults_state_free(struct faults_state *state)
{
    for (size_t i = 0; i < state->count; i++)
        free(state->stacks[i].frames);
    free(state->stacks);
    *state = (struct faults_state){0};
}

static bool add_line(const char *path, const char *line)
{
    FILE *file = fopen(path, "a");
    if (file == NULL)
        return false;
    bool is_written = fputs(line, file) >= 0;
    return fclose(file) == 0 && is_written;
}

bool faults_state_exclude(const char *path, uint32_t id)
{
    char line[64];
    struct faults_state state;
    if (!faults_state_read(path, &state))
        return false;
    (void)snprintf(line, sizeof line, "%08x excluded %lu\n", id, state.counter);
    faults_state_free(&state);
    return add_line(path, line);
}

bool faults_state_next_counter(const char *path)
{
    char line[64];
    struct faults_state state;
    if (!faults_state_read(path, &state))
        return false;
    (void)snprintf(line, sizeof line, "counter %lu\n", state.counter + 1);
    faults_state_free(&state);
    return add_line(path, line);
}

bool faults_state_forget(const char *path, unsigned states)
{
    struct faults_state state;
    if (!faults_state_read(path, &state))
        return false;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        faults_state_free(&state);
        return false;
    }
    (void)fprintf(file, "counter %lu\n", state.counter);
    for (size_t i = 0; i < state.count; i++) {
        const struct faults_stack *stack = &state.stacks[i];
        if ((states & 1u << stack->state) == 0)
            (void)fprintf(file, "%08x %s %lu %s\n", stack->id, state_names[stack->state],
                          stack->counter, stack->frames);
    }
    faults_state_free(&state);
    bool is_good = ferror(file) == 0;
    return fclose(file) == 0 && is_good;
}
