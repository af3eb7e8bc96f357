#include "fuzz/campaign/campaign.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/corpus.h"
#include "fuzz/campaign/schedule.h"
#include "fuzz/campaign/screen.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum {
    JOBS_MAX = 64,
    POLL_MS = 200,
    REPEATS_MAX = 10,            /* of known bugs in a turn: then the turn is given up */
    FREE_BYTES_LEAST = 16 << 20, /* on the disk */
};

/* One processor's worth. */
struct job {
    struct fuzzer *fuzzer; /* NULL: idle */
    unsigned turns;
};

static const double turn_seconds_least = 0.5;

struct round {
    struct campaign *campaign;
    struct job jobs[JOBS_MAX];
    double until;
    double turn_seconds;
    double sampled;
};

static volatile sig_atomic_t interruptions;

static void interrupted(int number)
{
    (void)number;
    interruptions = interruptions + 1;
}

double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void give_up(struct campaign *campaign, const char *what, const char *why)
{
    if (campaign->trouble[0] == 0)
        words_put(campaign->trouble, sizeof campaign->trouble, "%s: %s", what, why);
}

static void start(struct campaign *campaign, struct fuzzer *fuzzer)
{
    if (!fuzzer_start(fuzzer, seconds_now()))
        give_up(campaign, fuzzer->log, strerror(errno));
}

/* With one job the builds alternate; with more each job keeps to one. */
static enum build build_of(const struct round *round, unsigned job)
{
    const struct settings *settings = &round->campaign->settings;
    unsigned turn = settings->jobs < settings->build_count ? round->jobs[job].turns : 0;
    return settings->builds[(job + turn) % settings->build_count];
}

static void next_turn(struct round *round, unsigned index)
{
    struct campaign *campaign = round->campaign;
    struct job *job = &round->jobs[index];
    enum build build = build_of(round, index);
    double now = seconds_now();
    double left = round->until - now;
    if (left < turn_seconds_least || campaign->trouble[0] != 0)
        return;
    job->turns++;
    struct fuzzer *fuzzer = schedule_next(campaign->fuzzers, campaign->fuzzer_count, build);
    if (fuzzer == NULL)
        return;
    double seconds = round->turn_seconds;
    if (left < seconds + 2) /* no turn of two seconds at the end */
        seconds = left;
    fuzzer->turn_ends = now + seconds;
    fuzzer->features_before = fuzzer->features;
    fuzzer->repeats = 0;
    job->fuzzer = fuzzer;
    start(campaign, fuzzer);
}

/* The log of a process that died stays beside its input, and what it ran before. */
static void keep_log(const struct fuzzer *fuzzer, struct bug *bug)
{
    words_put(bug->input, sizeof bug->input, "%s", fuzzer->said.artefact);
    words_put(bug->log, sizeof bug->log, "%s%u.log", fuzzer->artefacts, fuzzer->found);
    if (rename(fuzzer->log, bug->log) != 0)
        words_put(bug->log, sizeof bug->log, "%s", fuzzer->log);
    words_put(bug->history, sizeof bug->history, "%s%u.history", fuzzer->artefacts, fuzzer->found);
    if (rename(fuzzer->history, bug->history) != 0)
        words_put(bug->history, sizeof bug->history, "%s", fuzzer->history);
}

/* Once more at once: the rest of its turn goes to other bugs. */
static void note_bug(struct round *round, struct fuzzer *fuzzer, const char *how)
{
    struct campaign *campaign = round->campaign;
    struct bug bug = {.target = fuzzer->target, .build = build_rows[fuzzer->build].word};
    fuzzer->found++;
    bug.seconds = seconds_now() - campaign->began;
    if (!said_key(&fuzzer->said, bug.key, sizeof bug.key))
        words_put(bug.key, sizeof bug.key, "%s of %s", how, fuzzer->target);
    words_put(bug.what, sizeof bug.what, "%s",
              fuzzer->said.what[0] != 0 ? fuzzer->said.what : bug.key);
    keep_log(fuzzer, &bug);
    if (bugs_add(&campaign->bugs, &bug)) {
        screen_say(campaign, "%s %s: %s", fuzzer->target, bug.build, bug.what);
        if (!bugs_write_known(&campaign->bugs, fuzzer->known))
            give_up(campaign, fuzzer->known, strerror(errno));
        fuzzer->repeats = 0;
    } else {
        fuzzer->repeats++;
    }
    if (bug.input[0] != 0)
        corpus_remove(fuzzer->corpus, bug.input);
}

static bool goes_on(const struct round *round, const struct fuzzer *fuzzer)
{
    return interruptions == 0 && round->campaign->trouble[0] == 0 &&
           fuzzer->repeats < REPEATS_MAX && fuzzer->turn_ends - seconds_now() >= turn_seconds_least;
}

static void process_ended(struct round *round, struct job *job, enum fuzzer_end end)
{
    struct campaign *campaign = round->campaign;
    struct fuzzer *fuzzer = job->fuzzer;
    matrix_add(&campaign->matrix, fuzzer->stats);
    if (fuzzer->log_failed)
        give_up(campaign, fuzzer->log, "cannot be written (is the disk full?)");
    if (end == END_TROUBLE) {
        char what[PATH_BYTES];
        words_put(what, sizeof what, "%s did not run", fuzzer->program);
        give_up(campaign, what, fuzzer->said.last[0] != 0 ? fuzzer->said.last : "it said nothing");
    }
    if (end == END_BUG || end == END_HANG)
        note_bug(round, fuzzer, end == END_HANG ? "hang" : "crash");
    bool is_over = end == END_TIME && fuzzer->engine == ENGINE_LIBFUZZER;
    if (!is_over && end != END_TROUBLE && goes_on(round, fuzzer)) {
        start(campaign, fuzzer);
        return;
    }
    if (fuzzer->repeats == REPEATS_MAX)
        screen_say(campaign, "%s %s: every process ends in a known bug; its turn is given up",
                   fuzzer->target, build_rows[fuzzer->build].word);
    schedule_weigh(campaign->fuzzers, campaign->fuzzer_count, fuzzer->turns);
    job->fuzzer = NULL;
}

static void check_disk(struct campaign *campaign)
{
    struct statvfs disk;
    char what[PATH_BYTES];
    if (statvfs(campaign->settings.folder, &disk) != 0 ||
        disk.f_bavail * disk.f_frsize >= FREE_BYTES_LEAST)
        return;
    words_put(what, sizeof what, "the disk of %s is full", campaign->settings.folder);
    give_up(campaign, what, "less than 16 MiB are left");
}

static void each_second(struct round *round)
{
    struct campaign *campaign = round->campaign;
    double now = seconds_now();
    if (now - round->sampled < 1)
        return;
    round->sampled = now;
    for (unsigned i = 0; i < campaign->fuzzer_count; i++)
        if (campaign->fuzzers[i].starts > 0)
            fuzzer_sample(&campaign->fuzzers[i], now - campaign->began);
    check_disk(campaign);
    screen_update(campaign);
}

static unsigned listen_to_all(struct round *round)
{
    unsigned running = 0;
    double now = seconds_now();
    for (unsigned i = 0; i < round->campaign->settings.jobs; i++) {
        struct job *job = &round->jobs[i];
        enum fuzzer_end end;
        if (job->fuzzer == NULL)
            continue;
        fuzzer_listen(job->fuzzer, now);
        if (fuzzer_has_ended(job->fuzzer, now, &end))
            process_ended(round, job, end);
        running += job->fuzzer != NULL;
    }
    return running;
}

static void wait_for_words(const struct round *round)
{
    struct pollfd ends[JOBS_MAX];
    nfds_t count = 0;
    for (unsigned i = 0; i < round->campaign->settings.jobs; i++)
        if (round->jobs[i].fuzzer != NULL && round->jobs[i].fuzzer->child.output >= 0)
            ends[count++] = (struct pollfd){round->jobs[i].fuzzer->child.output, POLLIN, 0};
    poll(ends, count, POLL_MS);
}

static void stop_all(struct round *round)
{
    for (unsigned i = 0; i < round->campaign->settings.jobs; i++)
        if (round->jobs[i].fuzzer != NULL)
            fuzzer_stop(round->jobs[i].fuzzer);
}

static void listen_to_signals(void)
{
    struct sigaction action = {.sa_handler = interrupted};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void campaign_run(struct campaign *campaign)
{
    struct round round = {.campaign = campaign};
    int stopped = 0;
    bool has_failed = false;
    listen_to_signals();
    campaign->began = seconds_now();
    round.until = campaign->began + campaign->settings.seconds;
    round.turn_seconds = schedule_turn_seconds(&campaign->settings);
    for (;;) {
        for (unsigned i = 0; interruptions == 0 && i < campaign->settings.jobs; i++)
            if (round.jobs[i].fuzzer == NULL)
                next_turn(&round, i);
        wait_for_words(&round);
        unsigned running = listen_to_all(&round);
        if (interruptions > stopped || (campaign->trouble[0] != 0 && !has_failed)) {
            stopped = interruptions;
            has_failed = campaign->trouble[0] != 0;
            stop_all(&round);
        }
        each_second(&round);
        if (running == 0 &&
            (interruptions > 0 || has_failed || round.until - seconds_now() < turn_seconds_least))
            break;
    }
    campaign->was_interrupted = interruptions > 0;
    campaign->ended = seconds_now();
    screen_end(campaign);
    matrix_sort(&campaign->matrix);
}

void campaign_totals(const struct campaign *campaign, struct totals *totals)
{
    *totals = (struct totals){0};
    for (unsigned i = 0; i < campaign->fuzzer_count; i++) {
        const struct fuzzer *fuzzer = &campaign->fuzzers[i];
        totals->executions += fuzzer_executions(fuzzer);
        counts_add(&totals->counts, &fuzzer->total);
        counts_add(&totals->counts, &fuzzer->counts);
    }
    for (unsigned i = 0; i < campaign->settings.target_count; i++)
        totals->idle += !campaign_has_checked(campaign, campaign->settings.targets[i]);
}

bool campaign_has_checked(const struct campaign *campaign, const char *target)
{
    bool has_checked = false;
    for (unsigned i = 0; i < campaign->fuzzer_count; i++) {
        const struct fuzzer *fuzzer = &campaign->fuzzers[i];
        if (strcmp(fuzzer->target, target) == 0)
            has_checked = has_checked || (fuzzer_executions(fuzzer) > 0 &&
                                          fuzzer_count(fuzzer, COUNT_OPERATIONS) > 0);
    }
    return has_checked;
}

int campaign_status(const struct campaign *campaign)
{
    struct totals totals;
    campaign_totals(campaign, &totals);
    if (campaign->bugs.count > 0)
        return EXIT_FOUND;
    if (campaign->trouble[0] != 0 || totals.idle == campaign->settings.target_count)
        return EXIT_TROUBLE;
    return totals.idle > 0 && !campaign->was_interrupted ? EXIT_TROUBLE : EXIT_FOUND_NOTHING;
}
