#include "fuzz/campaign/fuzzer.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/words.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_OF_INTERRUPT = 72, /* libFuzzer's when it was sent SIGINT */
    INPUT_SECONDS = 10,     /* an input that takes longer hangs */
    LATE_SECONDS = 20,      /* after its turn a process is asked to end, then killed */
    INPUT_BYTES_MAX = 2056,
    MEMORY_MB = 4096,
    WORDS_MAX = 24,
    OPTION_BYTES = 64,
};

bool fuzzer_is_running(const struct fuzzer *fuzzer)
{
    return fuzzer->child.pid != 0;
}

static const char asan_options[] =
    "ASAN_OPTIONS=quarantine_size_mb=10:allow_user_segv_handler=1:detect_leaks=0:"
    "dedup_token_length=3:handle_abort=1";

/* The words of a process; what they point to lives in the struct. */
struct command {
    char time[OPTION_BYTES];
    char length[OPTION_BYTES];
    char input_time[OPTION_BYTES];
    char memory[OPTION_BYTES];
    char seed[OPTION_BYTES];
    char artefacts[PATH_BYTES + OPTION_BYTES];
    char dictionary[PATH_BYTES];
    char stats[PATH_BYTES + OPTION_BYTES];
    char known[PATH_BYTES + OPTION_BYTES];
    char history[PATH_BYTES + OPTION_BYTES];
    const char *words[WORDS_MAX];
    const char *environment[WORDS_MAX];
};

static void set_environment(struct command *command, const struct fuzzer *fuzzer)
{
    unsigned count = 0;
    words_put(command->stats, sizeof command->stats, "EXPOOL_FUZZ_STATS=%s", fuzzer->stats);
    words_put(command->known, sizeof command->known, "EXPOOL_FUZZ_KNOWN=%s", fuzzer->known);
    words_put(command->history, sizeof command->history, "EXPOOL_FUZZ_HISTORY=%s", fuzzer->history);
    command->environment[count++] = command->history;
    command->environment[count++] = command->stats;
    command->environment[count++] = command->known;
    command->environment[count++] = asan_options;
    command->environment[count++] = "UBSAN_OPTIONS=print_stacktrace=1";
    command->environment[count++] =
        "TSAN_OPTIONS=halt_on_error=1:report_signal_unsafe=0:memory_limit_mb=2048";
    command->environment[count++] = "EXPOOL_OPTIONS";
    command->environment[count] = NULL;
}

static void set_fuzzer_words(struct command *command, const struct fuzzer *fuzzer, unsigned seconds)
{
    unsigned count = 0;
    words_put(command->time, OPTION_BYTES, "-max_total_time=%u", seconds);
    words_put(command->length, OPTION_BYTES, "-max_len=%d", INPUT_BYTES_MAX);
    words_put(command->input_time, OPTION_BYTES, "-timeout=%d", INPUT_SECONDS);
    words_put(command->memory, OPTION_BYTES, "-rss_limit_mb=%d", MEMORY_MB);
    words_put(command->artefacts, sizeof command->artefacts, "-artifact_prefix=%s",
              fuzzer->artefacts);
    command->words[count++] = fuzzer->program;
    command->words[count++] = fuzzer->corpus;
    command->words[count++] = command->time;
    command->words[count++] = command->length;
    command->words[count++] = command->input_time;
    command->words[count++] = command->memory;
    command->words[count++] = command->artefacts;
    command->words[count++] = "-len_control=0";
    /* Half the time goes into its frequencies where an input has thousands of features. */
    command->words[count++] = "-entropic=0";
    command->words[count++] = "-print_final_stats=1";
    words_put(command->dictionary, PATH_BYTES, "-dict=corpus/dict/fuzz_%s.dict", fuzzer->target);
    if (access(command->dictionary + strlen("-dict="), R_OK) == 0)
        command->words[count++] = command->dictionary;
    command->words[count] = NULL;
}

/* Programs at random; each turn others. */
static void set_generator_words(struct command *command, const struct fuzzer *fuzzer)
{
    unsigned count = 0;
    words_put(command->seed, OPTION_BYTES, "%u", 1 + 1000003 * fuzzer->starts);
    command->words[count++] = fuzzer->program;
    command->words[count++] = "--generate";
    command->words[count++] = "1000000";
    command->words[count++] = "--seed";
    command->words[count++] = command->seed;
    command->words[count] = NULL;
}

bool fuzzer_start(struct fuzzer *fuzzer, double now)
{
    struct command command;
    double left = fuzzer->turn_ends - now;
    unlink(fuzzer->stats);
    set_environment(&command, fuzzer);
    if (fuzzer->engine == ENGINE_GENERATOR)
        set_generator_words(&command, fuzzer);
    else
        set_fuzzer_words(&command, fuzzer, left < 1 ? 1 : (unsigned)(left + 0.5));
    memset(&fuzzer->said, 0, sizeof fuzzer->said);
    memset(&fuzzer->counts, 0, sizeof fuzzer->counts);
    fuzzer->process_began = now;
    fuzzer->was_asked = false;
    fuzzer->starts++;
    return child_start(&fuzzer->child,
                       &(struct child_begin){.words = command.words,
                                             .environment = command.environment,
                                             .log = fuzzer->log,
                                             .is_placed = fuzzer->build != BUILD_PLAIN});
}

static void hear(const char *line, void *context)
{
    struct fuzzer *fuzzer = context;
    said_line(&fuzzer->said, line);
}

/* Figures of a corpus that every process reads anew: they are not added up. */
static void take_figures(struct fuzzer *fuzzer, double now)
{
    const struct said *said = &fuzzer->said;
    bool is_new = said->coverage > fuzzer->coverage || said->features > fuzzer->features;
    if (is_new)
        fuzzer->last_new = now;
    fuzzer->coverage = said->coverage > fuzzer->coverage ? said->coverage : fuzzer->coverage;
    fuzzer->features = said->features > fuzzer->features ? said->features : fuzzer->features;
    if (said->corpus > 0)
        fuzzer->corpus_size = said->corpus;
}

void fuzzer_listen(struct fuzzer *fuzzer, double now)
{
    child_read(&fuzzer->child, hear, fuzzer);
    counts_read(&fuzzer->counts, fuzzer->stats);
    take_figures(fuzzer, now);
    if (!fuzzer->was_asked &&
        now > fuzzer->turn_ends + (fuzzer->engine == ENGINE_LIBFUZZER ? 2 : 0))
        fuzzer_stop(fuzzer);
    else if (now > fuzzer->turn_ends + LATE_SECONDS)
        child_signal(&fuzzer->child, SIGKILL);
}

static enum fuzzer_end how_it_ended(const struct fuzzer *fuzzer, int status)
{
    if (status == 128 + SIGKILL && fuzzer->was_asked)
        return END_HANG;
    if (status == 0 || (status == EXIT_OF_INTERRUPT && fuzzer->was_asked))
        return END_TIME;
    if (status == 128 + SIGINT && fuzzer->was_asked)
        return END_TIME;
    bool says_why = fuzzer->said.what[0] != 0 || fuzzer->said.summary[0] != 0;
    if (fuzzer->said.artefact[0] != 0 || (fuzzer->said.has_begun && says_why))
        return END_BUG;
    return fuzzer->engine == ENGINE_GENERATOR && says_why ? END_BUG : END_TROUBLE;
}

bool fuzzer_has_ended(struct fuzzer *fuzzer, double now, enum fuzzer_end *end)
{
    int status;
    if (!child_has_ended(&fuzzer->child, hear, fuzzer, &status))
        return false;
    counts_read(&fuzzer->counts, fuzzer->stats);
    take_figures(fuzzer, now);
    counts_add(&fuzzer->total, &fuzzer->counts);
    /* The generator has no engine that counts. */
    fuzzer->executions += fuzzer->engine == ENGINE_GENERATOR ? fuzzer->counts.at[COUNT_PROGRAMS]
                                                             : said_executions(&fuzzer->said);
    memset(&fuzzer->counts, 0, sizeof fuzzer->counts);
    fuzzer->seconds += now - fuzzer->process_began;
    fuzzer->share += (now - fuzzer->process_began) / fuzzer->weight;
    fuzzer->log_failed = fuzzer->log_failed || fuzzer->child.log_failed;
    *end = how_it_ended(fuzzer, status);
    return true;
}

void fuzzer_stop(struct fuzzer *fuzzer)
{
    child_signal(&fuzzer->child, fuzzer->was_asked ? SIGKILL : SIGINT);
    fuzzer->was_asked = true;
}

uint64_t fuzzer_executions(const struct fuzzer *fuzzer)
{
    if (!fuzzer_is_running(fuzzer))
        return fuzzer->executions;
    uint64_t said = said_executions(&fuzzer->said);
    uint64_t counted = fuzzer->counts.at[COUNT_PROGRAMS];
    return fuzzer->executions + (said > counted ? said : counted);
}

uint64_t fuzzer_count(const struct fuzzer *fuzzer, enum count count)
{
    return fuzzer->total.at[count] + fuzzer->counts.at[count];
}

void fuzzer_sample(struct fuzzer *fuzzer, double seconds)
{
    struct point point = {.seconds = seconds,
                          .coverage = (double)fuzzer->coverage,
                          .features = (double)fuzzer->features,
                          .corpus = (double)fuzzer->corpus_size,
                          .executions = (double)fuzzer_executions(fuzzer),
                          .operations = (double)fuzzer_count(fuzzer, COUNT_OPERATIONS)};
    series_add(&fuzzer->series, &point);
}
