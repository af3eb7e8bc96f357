#include "pool/suppress.h"

#include "pool/demangle.h"
#include "pool/glob.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/os_share.h"
#include "pool/report_environment.h"
#include "pool/report_output.h"
#include "pool/suppress_parse.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

enum {
    FILE_BYTES_MAX = 1 << 20,
    WORD_BYTES = 512,
    TEXT_BYTES = 16 * 1024,
    ROWS_MAX = 40,
    EXIT_REFUSED = 125,
    STDERR = 2,
    TAG_LETTERS = 4,
};

static struct {
    struct suppression rows[SUPPRESSIONS_MAX];
    int count;
    bool has_only;
    bool is_told;
    bool is_child; /* its parent tells */
    const char *known;
    _Atomic uint64_t known_seen;
} suppress;

static _Noreturn void refuse(const char *option, const char *file)
{
    char bytes[WORD_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "expool: %s=%s cannot be read: %s\n", option, file, os_error_words(errno));
    text_calm(&text);
    os_write(STDERR, text.bytes, text.length);
    os_exit_now(EXIT_REFUSED);
}

static char *read_file(const char *option, const char *file)
{
    char *text = os_needed_table(FILE_BYTES_MAX);
    if (os_read_file(file, text, FILE_BYTES_MAX - 1) < 0)
        refuse(option, file);
    return text;
}

/* The civil date of today, in UTC. */
static unsigned today(void)
{
    int64_t days = (int64_t)(os_time_ns() / UINT64_C(86400000000000)) + 719468;
    int64_t era = days / 146097;
    unsigned of_era = (unsigned)(days - era * 146097);
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;
    unsigned day = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    return ((unsigned)era * 400 + year + (month <= 2)) * 10000 + month * 100 + day;
}

static void forget(void)
{
    suppress.is_child = true;
}

__attribute__((constructor(103))) static void suppress_start(void)
{
    options_start();
    if (options.known[0] != 0)
        suppress.known = read_file("known", options.known);
    if (options.suppressions[0] == 0)
        return;
    char *text = read_file("suppressions", options.suppressions);
    suppress.count = suppress_parse(options.suppressions, text, suppress.rows);
    if (suppress.count < 0)
        os_exit_now(EXIT_REFUSED);
    unsigned day = today();
    for (int i = 0; i < suppress.count; i++) {
        struct suppression *row = &suppress.rows[i];
        row->is_expired = row->until_day != 0 && row->until_day < day;
        suppress.has_only |= row->is_only;
    }
    pthread_atfork(NULL, NULL, forget);
}

static bool part_fits(const char *pattern, const char *word)
{
    char bytes[WORD_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "*%s*", pattern);
    return glob_fits(bytes, word);
}

static bool word_fits(const struct suppression *row, const char *word)
{
    if (word == NULL)
        return false;
    return row->is_part ? part_fits(row->frame, word) : glob_fits(row->frame, word);
}

static bool function_fits(const struct suppression *row, const char *module, const char *function)
{
    char bytes[WORD_BYTES];
    struct text text = TEXT_OVER(bytes);
    if (strchr(row->frame, '!') == NULL)
        return word_fits(row, function);
    text_add(&text, "%s!%s", module != NULL ? module : "", function != NULL ? function : "");
    return glob_fits(row->frame, bytes);
}

/* Names of C++ fit as people write them and as the linker does. */
static bool symbol_fits(const struct suppression *row, const struct symbol *symbol)
{
    char bytes[WORD_BYTES];
    struct text name = TEXT_OVER(bytes);
    if (function_fits(row, symbol->module, symbol->function))
        return true;
    if (symbol->function != NULL && strncmp(symbol->function, "_Z", 2) == 0) {
        demangle(&name, symbol->function);
        if (function_fits(row, symbol->module, bytes))
            return true;
    }
    if (strchr(row->frame, '!') != NULL)
        return false;
    return word_fits(row, symbol->file) ||
           (symbol->file != NULL && word_fits(row, report_short_path(symbol->file))) ||
           (row->is_part && word_fits(row, symbol->module));
}

static bool stack_fits(const struct suppression *row, const struct report_stack *stack)
{
    for (unsigned i = 0; i < stack->count; i++)
        if (symbol_fits(row, &stack->frame[i].symbol))
            return true;
    return false;
}

struct finding {
    const char *rule;
    const char *label;
    uint32_t tag;
    const struct report_stack *stacks[3]; /* NULL: none */
};

static bool any_stack_fits(const struct suppression *row, const struct finding *finding)
{
    if (strcmp(row->frame, "*") == 0)
        return true;
    for (unsigned i = 0; i < 3; i++)
        if (finding->stacks[i] != NULL && stack_fits(row, finding->stacks[i]))
            return true;
    return false;
}

static bool tag_fits(const struct suppression *row, uint32_t tag)
{
    char bytes[TAG_LETTERS + 1];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "%t", tag);
    while (text.length > 0 && text.bytes[text.length - 1] == ' ')
        text.bytes[--text.length] = 0; /* 'Ab  ' is written Ab */
    return glob_fits(row->tag, bytes);
}

static bool row_fits(const struct suppression *row, const struct finding *finding)
{
    bool is_rule =
        row->is_only || glob_fits(row->rule, finding->rule) || glob_fits(row->rule, finding->label);
    return !row->is_expired && is_rule && tag_fits(row, finding->tag) &&
           any_stack_fits(row, finding);
}

/* Within its maximum; what goes over is not counted. */
static bool take(struct suppression *row, uint64_t count, uint64_t bytes)
{
    uint64_t used = atomic_load(&row->used);
    do {
        if (used + count > row->max)
            return false;
    } while (!atomic_compare_exchange_weak(&row->used, &used, used + count));
    atomic_fetch_add(&row->bytes, bytes);
    return true;
}

static bool is_suppressed(const struct finding *finding, uint64_t count, uint64_t bytes)
{
    bool is_wanted = !suppress.has_only;
    for (int i = 0; i < suppress.count; i++) {
        struct suppression *row = &suppress.rows[i];
        if (!row_fits(row, finding))
            continue;
        if (row->is_only) {
            atomic_fetch_add(&row->used, count);
            is_wanted = true;
        } else if (take(row, count, bytes)) {
            return true;
        }
    }
    return !is_wanted;
}

/* One token a line. */
static bool is_known(const char *token)
{
    size_t length = strlen(token);
    const char *at = suppress.known;
    while (at != NULL && (at = strstr(at, token)) != NULL) {
        bool begins = at == suppress.known || at[-1] == '\n' || at[-1] == ' ';
        if (begins && (at[length] == '\n' || at[length] == '\r' || at[length] == 0))
            return true;
        at++;
    }
    return false;
}

bool suppress_finding(const struct report *report)
{
    char label[WORD_BYTES];
    struct text text = TEXT_OVER(label);
    if (is_known(report->token)) {
        atomic_fetch_add(&suppress.known_seen, 1);
        return true;
    }
    if (suppress.count == 0)
        return false;
    report_label(&text, report->stop);
    const struct finding finding = {violation_rule(report->violation->kind),
                                    label,
                                    report->violation->story.place != STORY_NOWHERE
                                        ? report->violation->story.tag
                                        : report->violation->tag,
                                    {&report->access, &report->allocated, &report->freed}};
    return is_suppressed(&finding, 1, report->violation->story.size_bytes);
}

bool suppress_leak(uint32_t tag, stack_id stack, uint64_t blocks, uint64_t bytes)
{
    static struct report_stack named; /* leaks are looked for by one thread */
    uintptr_t frames[STACK_DEPTH_MAX];
    if (suppress.count == 0)
        return false;
    report_stack_name(&named, frames, stack_frames(stack, frames));
    const struct finding finding = {
        violation_rule(VIOLATION_LEAK), "0xC4/0x62", tag, {&named, NULL, NULL}};
    return is_suppressed(&finding, blocks, bytes);
}

static void add_proposal(struct text *text, const uint32_t *tag, const struct report_place *place)
{
    if (tag != NULL)
        text_add(text, "  '%t'", *tag);
    else
        text_add(text, "  *");
    text_add(text, "  '%s!%s'  reason=\"...\"\n", place->module != NULL ? place->module : "*",
             place->linkage_name != NULL ? place->linkage_name : "*");
}

void suppress_propose(struct text *text, const struct report *report)
{
    const struct violation *violation = report->violation;
    bool has_block = violation->story.place != STORY_NOWHERE;
    if (violation->kind == VIOLATION_KIND_COUNT)
        return;
    text_add(text, "Suppress: ");
    report_label(text, report->stop);
    add_proposal(text, has_block ? &violation->story.tag : NULL, &report->place);
}

void suppress_propose_leak(struct text *text, uint32_t tag, stack_id stack)
{
    static struct report_stack named; /* leaks are looked for by one thread */
    struct report_place place;
    uintptr_t frames[STACK_DEPTH_MAX];
    report_stack_name(&named, frames, stack_frames(stack, frames));
    report_stack_place(&named, &place);
    text_add(text, REPORT_WHOLE "Suppress: leak");
    add_proposal(text, &tag, &place);
}

static const char *word_for(const struct suppression *row)
{
    if (row->is_expired)
        return "EXPIRED";
    return atomic_load(&row->used) > 0 ? "used" : "UNUSED";
}

static bool is_odd(const struct suppression *row)
{
    return row->is_expired || (atomic_load(&row->used) == 0 && !row->is_only);
}

static void add_row(struct text *text, const struct suppression *row)
{
    size_t line = text->length;
    text_add(text, "    %-8s", word_for(row));
    if (atomic_load(&row->used) > 0)
        text_add(text, "%,lu x, %,lu bytes", atomic_load(&row->used), atomic_load(&row->bytes));
    while (text->length - line < 34)
        text_add(text, " ");
    text_add(text, "line %u: %s %s %s", row->line, row->rule, row->tag, row->frame);
    if (row->reason != NULL)
        text_add(text, "  \"%s\"", row->reason);
    text_add(text, "\n");
}

/* Of the programs under `expool run` only the one it started knows that nobody used a line:
 * EXPOOL_RUN is "/proc/PID/fd/N". */
static bool tells_unused(void)
{
    uint64_t parent = 0;
    const char *run = report_environment.run;
    if (strncmp(run, "/proc/", 6) != 0)
        return true;
    for (run += 6; *run >= '0' && *run <= '9' && parent < UINT32_MAX; run++)
        parent = parent * 10 + (uint64_t)(*run - '0');
    return parent == os_parent_process_id();
}

int suppress_end(void)
{
    static char draft_bytes[TEXT_BYTES];
    static char bytes[TEXT_BYTES];
    struct text draft = TEXT_OVER(draft_bytes);
    struct text text = TEXT_OVER(bytes);
    unsigned odd = 0;
    unsigned shown = 0;
    if (suppress.count == 0 || suppress.is_told || suppress.is_child)
        return 0;
    suppress.is_told = true;
    text_add(&draft, "==%u==expool: suppressions of %s:\n", os_process_id(), options.suppressions);
    for (int i = 0; i < suppress.count; i++) {
        const struct suppression *row = &suppress.rows[i];
        bool is_news = atomic_load(&row->used) > 0 || is_odd(row);
        odd += is_odd(row);
        if (is_news && shown++ < ROWS_MAX)
            add_row(&draft, row);
    }
    if (odd > 0)
        text_add(&draft, "warning: %u of %d did nothing here: take %s out, or mend %s\n", odd,
                 suppress.count, odd == 1 ? "it" : "them", odd == 1 ? "it" : "them");
    report_finish(&text, &draft, report_look());
    if (shown > 0 && tells_unused())
        report_output_write(text.bytes, text.length);
    return odd > 0 && options.strict_suppressions ? 1 : 0;
}
