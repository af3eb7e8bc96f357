/* build.h - the builds a target comes in, and what each needs. */
#ifndef FUZZ_CAMPAIGN_BUILD_H
#define FUZZ_CAMPAIGN_BUILD_H

#include "fuzz/campaign/settings.h"

#include <stdbool.h>

struct build_row {
    const char *word;      /* "asan": in tables and file names */
    const char *sanitizer; /* "address": behind --sanitizer */
    const char *preset;    /* build/PRESET/fuzz/fuzz_NAME */
    const char *runtime;   /* of clang's libclang_rt.*.a, what it links */
};

extern const struct build_row build_rows[BUILD_COUNT];

/* Where the program of a target lies; `path` has PATH_BYTES. */
void build_program(const struct settings *settings, enum build build, const char *target,
                   char *path);

/* Whether clang and its runtimes are there for this build; else one line says what installs it. */
bool build_can(enum build build);

/* Configures a preset and builds `goals` of it (NULL at the end), quietly unless that fails. */
bool build_make(const char *preset, const char *const *goals);

#endif
