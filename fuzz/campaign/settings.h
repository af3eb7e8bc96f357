/* settings.h - what `./build.sh fuzz` was asked for. */
#ifndef FUZZ_CAMPAIGN_SETTINGS_H
#define FUZZ_CAMPAIGN_SETTINGS_H

#include <stdbool.h>

enum build { BUILD_PLAIN, BUILD_ADDRESS, BUILD_UNDEFINED, BUILD_MEMORY, BUILD_THREAD, BUILD_COUNT };
enum engine { ENGINE_LIBFUZZER, ENGINE_GENERATOR, ENGINE_COUNT };

enum { PATH_BYTES = 512, TARGETS_MAX = 32, NAME_BYTES = 48 };

enum { EXIT_FOUND_NOTHING = 0, EXIT_FOUND = 1, EXIT_TROUBLE = 2 };

struct settings {
    const char *folder; /* programs, corpora and results lie in it: "build" */
    bool is_built;      /* --folder: programs are taken as they are */
    bool is_fresh;      /* the corpus of earlier runs is put aside */
    bool only_lists;
    bool only_evolves; /* no fuzzing: corpus/evolved from what was grown */
    unsigned seconds;
    unsigned jobs;
    enum engine engine;
    enum build builds[BUILD_COUNT]; /* in turns over the jobs */
    unsigned build_count;
    bool is_usual_builds;                  /* nobody chose them */
    char targets[TARGETS_MAX][NAME_BYTES]; /* "pool_seq", sorted */
    unsigned target_count;
};

extern const char *const engine_words[ENGINE_COUNT];

/* What a target is built as in the turns of `build`: the usual builds are ThreadSanitizer's for
 * threads where they are AddressSanitizer's for the others. */
enum build settings_build(const struct settings *settings, enum build build, const char *target);

/* Reads the words. False: the program ends with `*status`, and what there is to say was said. */
bool settings_read(struct settings *settings, int count, char **words, int *status);

#endif
