#include "bench/settings.h"

#include "bench/words.h"

#include <stdio.h>
#include <string.h>

enum { SECONDS_MAX = 60 };

enum { SWITCH_QUICK, SWITCH_SCALE, SWITCH_MARKDOWN, SWITCH_ROUNDS, SWITCH_SECONDS, SWITCH_COUNT };

static const char *const switches[SWITCH_COUNT] = {"--quick", "--scale", "--markdown", "--rounds",
                                                   "--seconds"};

static bool refuse(const struct suite *suite, const char *word)
{
    const char *known[SWITCH_COUNT + WORKLOADS_MAX + SUBJECTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < SWITCH_COUNT; i++)
        known[count++] = switches[i];
    for (size_t i = 0; i < suite->workload_count; i++)
        known[count++] = suite->workloads[i].word;
    for (size_t i = 0; i < suite->subject_count; i++)
        known[count++] = suite->subjects[i].word;
    fprintf(stderr, "bench %s: '%s' is no switch, workload or subject; the nearest is '%s'\n",
            suite->word, word, word_nearest(word, known, count));
    return false;
}

static bool take_number(const struct suite *suite, const char *name, const char *word, long high,
                        long *value)
{
    if (word && word_number(word, 1, high, value))
        return true;
    fprintf(stderr, "bench %s: %s takes a number from 1 to %ld, not '%s'\n", suite->word, name,
            high, word ? word : "");
    return false;
}

/* A workload or a subject. */
static bool take_name(struct settings *settings, const char *word)
{
    int workload = suite_workload(settings->suite, word);
    int subject = suite_subject(settings->suite, word);
    if (workload >= 0)
        settings->names_workloads = settings->workload[workload] = true;
    else if (subject >= 0)
        settings->names_subjects = settings->subject[subject] = true;
    return workload >= 0 || subject >= 0;
}

bool settings_read(struct settings *settings, const struct suite *suite, int count, char **words)
{
    memset(settings, 0, sizeof *settings);
    settings->suite = suite;
    for (int i = 0; i < count; i++) {
        const char *next = i + 1 < count ? words[i + 1] : NULL;
        switch (word_find(words[i], switches, SWITCH_COUNT)) {
        case SWITCH_QUICK: settings->is_quick = true; break;
        case SWITCH_SCALE: settings->is_scale = true; break;
        case SWITCH_MARKDOWN: settings->is_markdown = true; break;
        case SWITCH_ROUNDS:
            i++;
            if (!take_number(suite, "--rounds", next, ROUNDS_MAX, &settings->rounds))
                return false;
            break;
        case SWITCH_SECONDS:
            i++;
            if (!take_number(suite, "--seconds", next, SECONDS_MAX, &settings->seconds))
                return false;
            break;
        default:
            if (!take_name(settings, words[i]))
                return refuse(suite, words[i]);
        }
    }
    return true;
}

bool settings_want_workload(const struct settings *settings, unsigned workload)
{
    enum group group = settings->suite->workloads[workload].group;
    if (settings->names_workloads)
        return settings->workload[workload];
    if (settings->is_scale)
        return group == SCALE;
    return group == MAIN || !settings->is_quick;
}

bool settings_want_subject(const struct settings *settings, unsigned subject)
{
    return settings->suite->subjects[subject].is_there &&
           (!settings->names_subjects || settings->subject[subject]);
}
