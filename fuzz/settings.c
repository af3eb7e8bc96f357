#include "fuzz/settings.h"

#include "expool/budget.h"
#include "expool/host.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/valgrind.h>

/* Programs damage on purpose what a memory checker would stop at. Who asks for one all the same,
 * for programs that touch nothing but blocks, has one: quarantine_pool_mb=0:checker=auto. */
const char *expool_default_options(void)
{
    return "checker=off";
}

bool settings_are_checked(void)
{
    const char *text = getenv("EXPOOL_OPTIONS");
    return text != NULL && strstr(text, "checker=auto") != NULL;
}

/* The standard set less deadlock detection and DDI rules: the model knows no order of locks and no
 * table of levels. Force IRQL checking, a trim for each raise, is a program's choice. */
enum {
    RULES = 0x999,
    RULE_SPECIAL = 0x1,
    RULE_IRQL = 0x2,
    RULE_LOW_RESOURCES = 0x4,
    RULE_TRACKING = 0x8
};

enum { WORDS_BYTES = 192, PAGE = 4096 };

static uint32_t rules_base = RULES;
static uint32_t rules_now;
static bool has_verified;
static bool encrypts;
static const char *tier_wanted;

bool settings_has_verified(void)
{
    return has_verified;
}

static void set(const char *words)
{
    if (expool_options_set(words) != 0)
        abort();
}

void settings_encrypt(bool is_on)
{
    encrypts = is_on;
    if (is_on)
        set("encrypt_paged_out=1");
}

bool settings_encrypts(void)
{
    return encrypts;
}

void settings_prefer_tier(const char *word)
{
    const char *text = getenv("EXPOOL_OPTIONS");
    bool is_said = text != NULL && strstr(text, "tier=") != NULL;
    tier_wanted = has_verified || is_said || RUNNING_ON_VALGRIND ? NULL : word;
}

/* The first start decides for the process. */
static bool start_verifier(void)
{
    char words[WORDS_BYTES];
    if (tier_wanted != NULL) {
        snprintf(words, sizeof words, "tier=%s", tier_wanted);
        tier_wanted = NULL;
        set(words);
        if (expool_verifier_start())
            return true;
        set("tier=auto"); /* the system has no such guards */
    }
    return expool_verifier_start();
}

static void put_in_force(uint32_t rules)
{
    if (rules != rules_now && !expool_verifier_flags_set(rules))
        abort();
    rules_now = rules;
}

void settings_change_rules(bool is_special, bool is_tracking)
{
    uint32_t rules = rules_base | (rules_now & RULE_IRQL);
    if (!is_special)
        rules &= ~(uint32_t)RULE_SPECIAL;
    if (!is_tracking)
        rules &= ~(uint32_t)RULE_TRACKING;
    put_in_force(rules);
}

void settings_add_rules(uint32_t rules)
{
    if (!expool_verifier_flags_set(rules_now | rules))
        return;
    rules_base |= rules;
    rules_now |= rules;
}

void settings_force_irql(bool is_on)
{
    put_in_force(is_on ? rules_now | RULE_IRQL : rules_now & ~(uint32_t)RULE_IRQL);
}

/* The verifier takes new settings at its start only; a failure is counted from there. */
static void prepare_verifier(const struct program *program)
{
    static struct program current;
    static bool is_started;
    static const char *const verify_words[] = {"end", "start", "exact"};
    static const char *const reuse_words[] = {"recycle", "protect"};
    static const char *const special_words[PROGRAM_SPECIAL_COUNT] = {
        "all:pattern_bytes=128",
        "none:pattern_bytes=128",
        "tag=Fuz?;Toke:pattern_bytes=128",
        "size=17-512:pattern_bytes=128",
        "all:pattern_bytes=16",
        "all:pattern_bytes=4096"};
    char words[WORDS_BYTES];
    char failing[24] = "off";
    if (is_started && current.verify == program->verify && current.reuse == program->reuse &&
        current.special == program->special && current.seed == program->seed &&
        current.failing == 0 && program->failing == 0 && expool_verifier_is_on())
        return;
    if (program->failing != 0)
        snprintf(failing, sizeof failing, "nth=%u", program->failing);
    snprintf(words, sizeof words, "verify=%s:reuse=%s:special_pool=%s:low_resources=%s:seed=%u",
             verify_words[program->verify], reuse_words[program->reuse],
             special_words[program->special], failing, program->seed + 1u);
    expool_verifier_stop();
    set(words);
    rules_base = program->failing != 0 ? RULES | RULE_LOW_RESOURCES : RULES;
    if (!start_verifier())
        abort();
    rules_now = 0;
    has_verified = true;
    is_started = true;
    current.verify = program->verify;
    current.reuse = program->reuse;
    current.special = program->special;
    current.seed = program->seed;
    current.failing = program->failing;
}

static void choose_backend(int backend, uint8_t seed)
{
    static const char *const words[] = {"classic", "segment"};
    char text[WORDS_BYTES];
    snprintf(text, sizeof text, "seed=%u:backend=%s", seed + 1u, words[backend]);
    set(text);
    (void)expool_pool_restart(); /* its series of slots begins with the seed */
}

/* The pool takes another back end only while it is empty; between programs it is. */
static struct {
    int backend;
    uint8_t seed;
} chosen = {.backend = PROGRAM_BACKEND_CLASSIC};

static void prepare_backend(int backend, uint8_t seed)
{
    if (backend == chosen.backend && (backend == PROGRAM_BACKEND_CLASSIC || seed == chosen.seed))
        return;
    choose_backend(backend, seed);
    chosen.backend = backend;
    chosen.seed = seed;
}

static void set_limit(enum program_limit limit)
{
    static enum program_limit current = PROGRAM_LIMIT_NONE;
    uint64_t pages = model_limit_pages(limit);
    if (limit == current)
        return;
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++)
        expool_budget_set_limit((enum expool_class)i, pages == UINT64_MAX ? 0 : pages * PAGE);
    current = limit;
}

uint32_t settings_tick(unsigned index)
{
    enum { START_MS = 1000000, SECOND_MS = 1000, OPS_A_SECOND = 32 };
    if (index % OPS_A_SECOND == 0)
        expool_clock_set(START_MS + index / OPS_A_SECOND * SECOND_MS);
    return index / OPS_A_SECOND;
}

/* Each program begins in pools that are as new; what other threads' caches keep stays. */
void settings_prepare(const struct program *program, bool is_verifying, int backend)
{
    (void)settings_tick(0);
    (void)expool_pool_restart();
    if (is_verifying) {
        prepare_verifier(program);
        settings_change_rules(true, true);
        settings_force_irql(false);
    }
    prepare_backend(backend >= 0 ? backend : (int)program->backend, program->seed);
    set_limit(PROGRAM_LIMIT_NONE); /* what the one before left, too */
    set_limit(model_program_limit(program));
}

/* The next program does what it does for its settings whatever these were. */
void settings_end(void)
{
    prepare_backend(PROGRAM_BACKEND_CLASSIC, 0);
    set_limit(PROGRAM_LIMIT_NONE);
}
