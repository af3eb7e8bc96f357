#include "fuzz/kit/run.h"

#include "expool/bugcheck.h"
#include "expool/host.h"
#include "expool/irql.h"
#include "expool/region.h"
#include "expool/settle.h"
#include "expool/statistics.h"
#include "expool/status.h"
#include "expool/verifier.h"
#include "fuzz/kit/coverage.h"
#include "fuzz/kit/faults.h"
#include "fuzz/kit/finding.h"
#include "fuzz/kit/globals.h"
#include "fuzz/kit/host.h"
#include "fuzz/kit/output.h"
#include "fuzz/kit/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_TROUBLE = 2, REFUSAL_BYTES = 512, STANDARD = 0x209bb, MEMORY = 0x9 };
enum { START_MS = 3600000, CALL_MS = 1, STOP_UNHANDLED = 0x1E };

struct kit_counts kit_counts;

static bool is_restoring;
static uint64_t live_before; /* blocks, before the load */

static _Noreturn void refuse(const char *text)
{
    fprintf(stderr, "expool kit: %s\n", text);
    exit(EXIT_TROUBLE);
}

/* Settings that only a start of the verifier takes. Starts cost 50 us. */
static void place_blocks(const struct kit_input *input)
{
    static int current = -1;
    static const char *const words[] = {"verify=end", "verify=start", "verify=exact"};
    if (current == input->verify)
        return;
    expool_verifier_stop();
    current = input->verify;
    if (expool_options_set(words[current]) != 0 || !expool_verifier_start())
        refuse("the verifier does not start: no guard pages here?");
}

static void set_rules(const struct kit_input *input)
{
    static const uint32_t rules[] = {STANDARD, MEMORY, STANDARD & ~2u};
    expool_verifier_flags_set(rules[input->rules]);
}

static void judge_level(void)
{
    kit_judge(KeGetCurrentIrql() != PASSIVE_LEVEL, "irql-left-raised",
              "the driver returned at a raised IRQL: a spin lock not "
              "released, or a KeLowerIrql left out on one way");
    KeLowerIrql(PASSIVE_LEVEL);
    kit_judge(KeAreApcsDisabled(), "apcs-left-disabled",
              "the driver returned from a critical or guarded region "
              "it did not leave, or with a fast mutex held");
}

/* Each operation comes a moment after the one before. */
static void run_call(const struct kit_call *call)
{
    expool_time_pass(CALL_MS);
    expool_settle(KIT_SETTLE_MS);
    call->operation->call(call->values);
    kit_counts.calls++;
    judge_level();
    expool_settle(KIT_SETTLE_MS);
}

/* Not all need be the driver's: one in C++ may bring the `new` of the whole program. */
static uint64_t live_blocks(void)
{
    struct expool_verifier_counters counters;
    expool_verifier_counters_get(&counters);
    return counters.live_blocks;
}

/* The driver waits, and nothing that could end it is set, queued or runs. */
static void on_hang(void)
{
    kit_finding_program();
    fprintf(stderr, "expool kit: a wait that nothing will ever end: no thread, timer, DPC or work "
                    "item is left that could\n");
    KeBugCheckEx(STOP_UNHANDLED, (ULONG)STATUS_POSSIBLE_DEADLOCK, 0, 0, 0);
}

/* The pools and the time are as they are for the first input. */
static void begin_anew(void)
{
    (void)expool_pool_restart(); /* a driver that stays loaded has blocks */
    expool_time_hold(START_MS, on_hang);
    live_before = live_blocks();
}

/* False: the driver refused to be loaded. */
static bool begin(const struct kit_input *input, unsigned failing)
{
    kit_finding_begin((struct kit_place){.input = input, .at = KIT_STAGE_LOAD, .failing = failing});
    if (is_restoring && !kit_host_stays_loaded())
        kit_globals_restore();
    begin_anew();
    if (kit_driver.setup != NULL)
        kit_driver.setup();
    kit_faults_arm(failing);
    NTSTATUS status = kit_host_load();
    kit_counts.loads++;
    judge_level();
    kit_counts.refused += !NT_SUCCESS(status) && failing == 0;
    return NT_SUCCESS(status);
}

static void unload(void)
{
    kit_place.at = KIT_STAGE_UNLOAD;
    kit_host_unload();
    if (kit_driver.release != NULL)
        kit_driver.release();
    judge_level();
    if (kit_is_passed_over())
        expool_background_drop();
    else if (!kit_host_stays_loaded() && live_blocks() > live_before)
        expool_verifier_report_leaks();
    kit_place.input = NULL;
}

static void end(void)
{
    kit_faults_disarm();
    if (kit_driver.teardown != NULL)
        kit_driver.teardown();
    unload();
}

/* From load to unload. */
static void run_once(const struct kit_input *input, unsigned failing)
{
    unsigned count = begin(input, failing) ? input->count : 0;
    for (unsigned i = 0; i < count; i++) {
        kit_place.at = (int)i;
        run_call(&input->calls[i]);
    }
    end();
}

/* Again while an answer is suspected of holding what nobody wrote; cleared of that it may be of
 * another. */
static void look_again(const struct kit_input *input, unsigned failing)
{
    while (kit_output_is_suspected()) {
        for (unsigned i = 0; i < KIT_OUTPUT_TRIES; i++) {
            kit_output_begin(true);
            run_once(input, failing);
        }
        kit_output_clear();
        kit_output_begin(false);
        run_once(input, failing);
    }
}

static void run_and_look(const struct kit_input *input, unsigned failing)
{
    kit_output_begin(false);
    run_once(input, failing);
    look_again(input, failing);
}

void kit_run(const struct kit_input *input)
{
    unsigned due[KIT_FAULTS_TRIES];
    place_blocks(input);
    set_rules(input);
    run_and_look(input, input->fail == KIT_FAIL_ONE ? input->which : 0);
    kit_counts.inputs++;
    kit_coverage(0, 0);
    if (input->fail != KIT_FAIL_EACH || kit_host_stays_loaded())
        return;
    unsigned count = kit_faults_due(due);
    for (unsigned i = 0; i < count; i++)
        run_once(input, due[i]);
}

void kit_run_bytes(const uint8_t *bytes, size_t length)
{
    static struct kit_input input;
    kit_decode(&input, bytes, length);
    kit_run(&input);
}

/* Loads and unloads it once, to see whether it can be. */
static void try_driver(void)
{
    static struct kit_input empty;
    char text[REFUSAL_BYTES];
    kit_finding_begin((struct kit_place){.input = &empty, .at = KIT_STAGE_LOAD});
    place_blocks(&empty);
    set_rules(&empty);
    begin_anew();
    if (kit_driver.setup != NULL)
        kit_driver.setup();
    NTSTATUS status = kit_host_load();
    snprintf(text, sizeof(text), "the driver '%s' does not load: %s returned 0x%08X%s",
             kit_driver_name(), kit_host_stage(), (unsigned)status,
             status == STATUS_OBJECT_NAME_NOT_FOUND
                 ? ": a key, value or device that it asks for is not there; .setup may make it "
                   "(expool_registry_set_number, expool_driver_load)"
                 : "");
    if (!NT_SUCCESS(status))
        refuse(text);
    if (kit_driver.entry != NULL && kit_host_stays_loaded())
        fprintf(stderr,
                "expool kit: '%s' has no DriverUnload: it is loaded once, and keeps what it "
                "has from input to input; leaks are not looked for\n",
                kit_driver_name());
    if (kit_driver.teardown != NULL)
        kit_driver.teardown();
    unload();
}

static struct {
    struct kit_input input;
    bool is_loaded;
} script;

static uint8_t number_of(const char *word, const char *const *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return (uint8_t)i;
    refuse("kit_begin: a word that the header of a text does not know");
}

void kit_begin(const char *verify, const char *rules, unsigned failing)
{
    kit_start();
    script.input.verify = number_of(verify, kit_verify_words, KIT_VERIFY_COUNT);
    script.input.rules = number_of(rules, kit_rules_words, KIT_RULES_COUNT);
    place_blocks(&script.input);
    set_rules(&script.input);
    script.input.fail = failing != 0 ? KIT_FAIL_ONE : KIT_FAIL_NONE;
    script.input.which = (uint8_t)failing;
    kit_output_begin(false);
    script.is_loaded = begin(&script.input, failing);
}

void kit_step(const char *operation, const struct kit_value *values)
{
    struct kit_input *input = &script.input;
    const struct kit_operation *row = kit_table_find(operation);
    if (row == NULL)
        refuse("kit_step: no operation of that name");
    if (!script.is_loaded || input->count == KIT_RECORDS_MAX)
        return;
    struct kit_call *call = &input->calls[input->count];
    call->operation = row;
    memcpy(call->values, values, row->count * sizeof(values[0]));
    kit_place.at = (int)input->count++;
    run_call(call);
}

void kit_end(void)
{
    end();
    look_again(&script.input, script.input.which);
}

void kit_start(void)
{
    is_restoring = kit_globals_start() > 0;
    if (!is_restoring)
        fprintf(stderr, "expool kit: first.c and last.c are not around the driver's files: its "
                        "variables keep their values from input to input\n");
    const char *asked = getenv("EXPOOL_OPTIONS");
    bool has_seed = asked != NULL && strstr(asked, "seed=") != NULL;
    /* What a byte too many is called depends on the pattern it fell on: one seed for all runs. */
    if (expool_options_set("leaks=off:special_pool_full=stop:quarantine_mb=128") != 0 ||
        (!has_seed && expool_options_set("seed=1") != 0))
        exit(EXIT_TROUBLE);
    kit_finding_start();
    try_driver();
    const char *wrong = kit_table_start();
    if (wrong != NULL)
        refuse(wrong);
    kit_faults_start();
    if (is_restoring)
        kit_globals_restore();
}
