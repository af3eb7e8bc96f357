/* main.c - `./build.sh fuzz`: builds the targets, fuzzes, and says what came of it. */
#include "fuzz/campaign/build.h"
#include "fuzz/campaign/campaign.h"
#include "fuzz/campaign/corpus.h"
#include "fuzz/campaign/evolve.h"
#include "fuzz/campaign/page.h"
#include "fuzz/campaign/preflight.h"
#include "fuzz/campaign/result.h"
#include "fuzz/campaign/summary.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int list(const struct settings *settings)
{
    for (unsigned i = 0; i < settings->target_count; i++)
        printf("%s\n", settings->targets[i]);
    return EXIT_FOUND_NOTHING;
}

/* Those that are built so, with a NULL behind them; how many. */
static unsigned name_targets(const struct settings *settings, enum build build,
                             char names[TARGETS_MAX][NAME_BYTES + 8],
                             const char *goals[TARGETS_MAX + 1])
{
    unsigned count = 0;
    for (unsigned i = 0; i < settings->build_count; i++)
        for (unsigned j = 0; j < settings->target_count; j++) {
            const char *target = settings->targets[j];
            if (settings_build(settings, settings->builds[i], target) != build)
                continue;
            words_put(names[count], sizeof names[count], "fuzz_%s", target);
            goals[count] = names[count];
            count++;
        }
    goals[count] = NULL;
    return count;
}

/* The targets in every build, and the replay programs, which know how texts become bytes. */
static bool make_programs(const struct settings *settings)
{
    char names[TARGETS_MAX][NAME_BYTES + 8];
    const char *goals[TARGETS_MAX + 1] = {NULL};
    for (unsigned i = 0; i < settings->target_count; i++) {
        words_put(names[i], sizeof names[i], "replay_%s", settings->targets[i]);
        goals[i] = names[i];
    }
    if (!build_make("dev", goals))
        return false;
    if (settings->engine == ENGINE_GENERATOR)
        return true;
    for (enum build build = 0; build < BUILD_COUNT; build++) {
        unsigned count = name_targets(settings, build, names, goals);
        if (count > 0 && !build_make(build_rows[build].preset, goals))
            return false;
    }
    return true;
}

static bool can_build(const struct settings *settings)
{
    char names[TARGETS_MAX][NAME_BYTES + 8];
    const char *goals[TARGETS_MAX + 1];
    for (enum build build = 0; build < BUILD_COUNT; build++)
        if (settings->engine == ENGINE_LIBFUZZER &&
            name_targets(settings, build, names, goals) > 0 && !build_can(build))
            return false;
    return true;
}

static void set_fuzzer(const struct campaign *campaign, struct fuzzer *fuzzer)
{
    const struct settings *settings = &campaign->settings;
    const char *build = build_rows[fuzzer->build].word;
    fuzzer->engine = settings->engine;
    fuzzer->weight = 1;
    build_program(settings, fuzzer->build, fuzzer->target, fuzzer->program);
    corpus_path(settings, fuzzer->target, fuzzer->corpus);
    words_put(fuzzer->artefacts, PATH_BYTES, "%s/fuzz-crashes/%s-%s-", settings->folder,
              fuzzer->target, build);
    words_put(fuzzer->log, PATH_BYTES, "%s/fuzz-work/%s-%s.log", settings->folder, fuzzer->target,
              build);
    words_put(fuzzer->stats, PATH_BYTES, "%s/fuzz-work/%s-%s.stats", settings->folder,
              fuzzer->target, build);
    words_put(fuzzer->history, PATH_BYTES, "%s/fuzz-work/%s-%s.history", settings->folder,
              fuzzer->target, build);
    words_put(fuzzer->known, PATH_BYTES, "%s/fuzz-work/known.txt", settings->folder);
}

static bool prepare(struct campaign *campaign)
{
    const struct settings *settings = &campaign->settings;
    campaign->fuzzers = calloc(FUZZERS_MAX, sizeof *campaign->fuzzers);
    if (campaign->fuzzers == NULL)
        return false;
    for (unsigned i = 0; i < settings->build_count; i++)
        for (unsigned j = 0; j < settings->target_count; j++) {
            struct fuzzer *fuzzer = &campaign->fuzzers[campaign->fuzzer_count++];
            fuzzer->target = settings->targets[j];
            fuzzer->turns = settings->builds[i];
            fuzzer->build = settings_build(settings, fuzzer->turns, fuzzer->target);
            set_fuzzer(campaign, fuzzer);
            if (!preflight_pass(settings, fuzzer))
                return false;
        }
    return bugs_write_known(&campaign->bugs, campaign->fuzzers[0].known);
}

/* A tenth of the time at most goes to what the other targets know. */
static bool prepare_corpora(const struct settings *settings)
{
    enum { IMPORT_FROM_SECONDS = 30, IMPORT_MOST_SECONDS = 30, PART = 10 };
    unsigned seconds = settings->seconds / PART / settings->target_count;
    char corpus[PATH_BYTES];
    for (unsigned i = 0; i < settings->target_count; i++) {
        corpus_path(settings, settings->targets[i], corpus);
        if (!corpus_fill(settings, settings->targets[i], corpus))
            return false;
    }
    if (settings->seconds < IMPORT_FROM_SECONDS || settings->engine != ENGINE_LIBFUZZER)
        return true;
    seconds = seconds < 1 ? 1 : seconds;
    seconds = seconds > IMPORT_MOST_SECONDS ? IMPORT_MOST_SECONDS : seconds;
    unsigned cut = 0;
    for (unsigned i = 0; i < settings->target_count && settings->target_count > 1; i++)
        cut += !corpus_import(settings, settings->targets[i], seconds);
    if (cut > 0)
        fprintf(stderr,
                "fuzz: %u s a target are not enough to try all inputs of the others: %u of "
                "%u targets begin with a part\n",
                seconds, cut, settings->target_count);
    return true;
}

static bool write_results(const struct campaign *campaign)
{
    static const char *const names[] = {"fuzz.json", "fuzz.xml", "report.html"};
    char paths[3][PATH_BYTES];
    for (unsigned i = 0; i < 3; i++)
        words_put(paths[i], PATH_BYTES, "%s/fuzz/%s", campaign->settings.folder, names[i]);
    if (result_write(campaign, paths[0], paths[1]) && page_write(campaign, paths[2]))
        return true;
    fprintf(stderr, "fuzz: %s/fuzz: %s\n", campaign->settings.folder, strerror(errno));
    return false;
}

int main(int count, char **words)
{
    static struct campaign campaign;
    int status;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!settings_read(&campaign.settings, count, words, &status))
        return status;
    if (campaign.settings.only_lists)
        return list(&campaign.settings);
    if (!campaign.settings.is_built &&
        !(can_build(&campaign.settings) && make_programs(&campaign.settings)))
        return EXIT_TROUBLE;
    if (campaign.settings.only_evolves)
        return evolve(&campaign.settings) ? EXIT_FOUND_NOTHING : EXIT_TROUBLE;
    if (!corpus_prepare(&campaign.settings) || !prepare(&campaign) ||
        !prepare_corpora(&campaign.settings))
        return EXIT_TROUBLE;
    campaign_run(&campaign);
    bugs_triage(&campaign.bugs, &campaign.settings);
    summary_print(&campaign);
    if (!write_results(&campaign))
        return EXIT_TROUBLE;
    return campaign_status(&campaign);
}
