#include "tools/run_cases.h"

#include "tools/say.h"
#include "tools/verb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 /* ids may come again: no chain goes on for ever */ };

static void *need(void *memory)
{
    if (memory == NULL)
        die(EXIT_RUN_FAILED, "%s", strerror(errno));
    return memory;
}

const char *run_case_name(const char *command)
{
    const char *name = command;
    for (const char *at = command; *at != 0 && *at != ' '; at++)
        if (*at == '/')
            name = at + 1;
    return name;
}

static void take(void *context, const struct run_process *process)
{
    struct run_cases *cases = context;
    if (cases->count == cases->capacity) {
        cases->capacity = cases->capacity * 2 + 64;
        cases->list = need(realloc(cases->list, cases->capacity * sizeof *cases->list));
    }
    const char *words = process->command[0] != 0 ? process->command : process->name;
    cases->list[cases->count++] = (struct run_case){.name = need(strdup(run_case_name(words))),
                                                    .program = need(strdup(process->name)),
                                                    .pid = process->pid,
                                                    .parent = process->parent,
                                                    .is_first = process->is_first,
                                                    .is_forked = process->is_forked,
                                                    .end = process->end,
                                                    .exit_status = process->exit_status,
                                                    .lasted_ms = process->lasted_ms,
                                                    .attempted = process->attempted,
                                                    .guarded = process->guarded};
}

void run_cases_add(struct run_cases *cases, const struct run_file *file)
{
    run_file_each(file, take, cases);
}

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct run_case *)one)->name, ((const struct run_case *)other)->name);
}

void run_cases_sort(struct run_cases *cases)
{
    if (cases->count > 1)
        qsort(cases->list, cases->count, sizeof *cases->list, by_name);
}

/* As what it was in the end. */
static const struct run_case *parent_of(const struct run_cases *cases,
                                        const struct run_case *process)
{
    for (size_t i = 0; i < cases->count; i++)
        if (cases->list[i].pid == process->parent && cases->list[i].end != RUN_END_GONE_ON)
            return &cases->list[i];
    return NULL;
}

bool run_case_is_excused(const struct run_cases *cases, const struct run_case *process)
{
    for (unsigned depth = 0; depth < DEPTH_MAX; depth++) {
        process = parent_of(cases, process);
        if (process == NULL || process->is_first)
            return false;
        if (process->end == RUN_END_STATUS && process->exit_status == 0)
            return true;
    }
    return false;
}

void run_cases_free(struct run_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        free(cases->list[i].name);
        free(cases->list[i].program);
    }
    free(cases->list);
    *cases = (struct run_cases){0};
}
