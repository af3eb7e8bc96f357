#include "tools/doctor.h"

#include "tools/elf_file.h"
#include "tools/run_environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PERCENT = 100, FRAMES_ENOUGH = 50, LINE_BYTES = 512 };

enum diagnosis doctor_program(struct patient *patient, char *line)
{
    struct program *program = &patient->program;
    if (patient->name == NULL)
        return DIAGNOSIS_NONE;
    if (program_find(patient->name, program) != 0) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "'%s' cannot be executed", patient->name);
        patient->name = NULL;
        return DIAGNOSIS_PROBLEM;
    }
    const char *refusal = program_refusal(program);
    if (refusal != NULL) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "'%s' %s", patient->name, refusal);
        return DIAGNOSIS_PROBLEM;
    }
    (void)snprintf(line, DOCTOR_LINE_BYTES, "%.300s%s%.100s, %s", program->path,
                   program->is_script ? " by " : "", program->is_script ? program->judged : "",
                   program->has_expool ? "with libexpool inside: nothing is preloaded"
                                       : "dynamically linked");
    return DIAGNOSIS_OK;
}

enum diagnosis doctor_own_malloc(struct patient *patient, char *line)
{
    const struct program *program = &patient->program;
    if (patient->name == NULL || program->has_expool || !program->is_dynamic)
        return DIAGNOSIS_NONE;
    if (program->sanitizer[0] != 0) {
        (void)snprintf(line, DOCTOR_LINE_BYTES,
                       "%s serves malloc: build without the sanitizer to have it checked here",
                       program->sanitizer);
        return DIAGNOSIS_PROBLEM;
    }
    if (program->has_own_malloc) {
        (void)snprintf(line, DOCTOR_LINE_BYTES,
                       "it defines malloc itself, which nothing can come before: build it to use "
                       "the C library's");
        return DIAGNOSIS_PROBLEM;
    }
    (void)snprintf(line, DOCTOR_LINE_BYTES, "none: malloc can be served");
    return DIAGNOSIS_OK;
}

enum diagnosis doctor_preload(struct patient *patient, char *line)
{
    patient->preload = preload_path();
    (void)snprintf(line, DOCTOR_LINE_BYTES, "%.400s",
                   patient->preload != NULL ? patient->preload
                                            : "the library is missing: build or install expool");
    return patient->preload != NULL ? DIAGNOSIS_OK : DIAGNOSIS_PROBLEM;
}

/* What the loader would map; nothing of the program runs. */
static FILE *list_libraries(const struct patient *patient, pid_t *child)
{
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return NULL;
    *child = fork();
    if (*child == 0) {
        (void)dup2(pipe_ends[1], STDOUT_FILENO);
        (void)dup2(pipe_ends[1], STDERR_FILENO);
        (void)setenv("LD_PRELOAD", patient->preload, 1);
        (void)setenv("LD_TRACE_LOADED_OBJECTS", "1", 1);
        execl(patient->program.judged, patient->program.judged, (char *)NULL);
        _exit(1);
    }
    close(pipe_ends[1]);
    return fdopen(pipe_ends[0], "r");
}

enum diagnosis doctor_loads(struct patient *patient, char *line)
{
    char listed[LINE_BYTES];
    bool is_loaded = false;
    pid_t child = -1;
    if (patient->name == NULL || patient->preload == NULL || patient->program.has_expool ||
        !patient->program.is_dynamic)
        return DIAGNOSIS_NONE;
    FILE *list = list_libraries(patient, &child);
    while (list != NULL && fgets(listed, sizeof listed, list) != NULL)
        is_loaded = is_loaded || strstr(listed, patient->preload) != NULL;
    if (list != NULL)
        (void)fclose(list);
    if (child > 0)
        (void)waitpid(child, NULL, 0);
    (void)snprintf(line, DOCTOR_LINE_BYTES, "%s",
                   is_loaded ? "the loader takes the library in"
                             : "the loader does not take the library in (another C library?)");
    return is_loaded ? DIAGNOSIS_OK : DIAGNOSIS_PROBLEM;
}

enum diagnosis doctor_frames(struct patient *patient, char *line)
{
    const struct program *program = &patient->program;
    if (patient->name == NULL || program->function_count == 0)
        return DIAGNOSIS_NONE;
    unsigned long percent = program->frame_count * PERCENT / program->function_count;
    if (percent >= FRAMES_ENOUGH) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "%lu %% of its functions keep a frame pointer",
                       percent > PERCENT ? PERCENT : percent);
        return DIAGNOSIS_OK;
    }
    (void)snprintf(line, DOCTOR_LINE_BYTES,
                   "%lu %% of its functions keep a frame pointer: stacks come from unwind tables; "
                   "-fno-omit-frame-pointer makes that cheaper",
                   percent);
    return DIAGNOSIS_NOTE;
}

/* Where distributions put what they strip: /usr/lib/debug/.build-id/ab/cdef....debug */
static bool has_separate_file(const struct program *program)
{
    char path[LINE_BYTES];
    if (strlen(program->build_id) < 3)
        return false;
    (void)snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%.2s/%s.debug", program->build_id,
                   program->build_id + 2);
    return access(path, R_OK) == 0;
}

enum diagnosis doctor_debug_info(struct patient *patient, char *line)
{
    const struct program *program = &patient->program;
    if (patient->name == NULL || !program->is_elf)
        return DIAGNOSIS_NONE;
    if (program->has_debug_info || has_separate_file(program)) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "reports name file and line%s",
                       program->has_debug_info ? "" : " (a separate file)");
        return DIAGNOSIS_OK;
    }
    (void)snprintf(line, DOCTOR_LINE_BYTES, "none%s: reports name %s; compile with -g",
                   program->has_symbols ? "" : ", and no symbols",
                   program->has_symbols ? "functions, not lines" : "modules and offsets");
    return DIAGNOSIS_NOTE;
}
