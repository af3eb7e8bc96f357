#include "fuzz/kit/finding.h"

#include "expool/host.h"
#include "fuzz/kit/input_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 8192, PASSED_MAX = 64, STDERR = 2 };

struct kit_place kit_place;

static bool is_told;
static bool has_bugcheck; /* of this input, and it was passed over */

static void say(const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDERR, text, length);
        if (written <= 0)
            return;
        text += written;
        length -= (size_t)written;
    }
}

static void say_text(const char *text)
{
    say(text, strlen(text));
}

static const char *stage(void)
{
    if (kit_place.at == KIT_STAGE_LOAD)
        return "load";
    if (kit_place.at == KIT_STAGE_UNLOAD)
        return "unload";
    return kit_place.input->calls[kit_place.at].operation->name;
}

static void say_header(void)
{
    static char line[LINE_BYTES];
    struct kit_input shown = {.verify = kit_place.input->verify, .rules = kit_place.input->rules};
    shown.fail = kit_place.failing != 0 ? KIT_FAIL_ONE : KIT_FAIL_NONE;
    shown.which = (uint8_t)kit_place.failing;
    kit_print_header(&shown, line, sizeof(line));
    say_text(line);
}

void kit_finding_program(void)
{
    static char line[LINE_BYTES];
    const struct kit_input *input = kit_place.input;
    if (input == NULL || is_told)
        return;
    is_told = true;
    say_text("expool kit: this program found it:\n");
    say_header();
    for (int i = 0; i < (int)input->count; i++) {
        kit_print_call(&input->calls[i], line, sizeof(line));
        say_text(line);
        say_text(i == kit_place.at ? "    # <-- here\n" : "\n");
    }
    if (kit_place.at == KIT_STAGE_LOAD || kit_place.at == KIT_STAGE_UNLOAD) {
        say_text("# <-- here: ");
        say_text(stage());
        say_text("\n");
    }
}

/* Seen before, and the process went on: the option known= has it. */
static bool was_passed_over(const struct expool_bugcheck *bugcheck)
{
    static struct {
        const char *rule;
        const void *allocated_by;
    } seen[PASSED_MAX];
    static unsigned count;
    for (unsigned i = 0; i < count; i++)
        if (seen[i].rule == bugcheck->rule && seen[i].allocated_by == bugcheck->allocated_by)
            return true;
    if (count < PASSED_MAX) {
        seen[count].rule = bugcheck->rule;
        seen[count++].allocated_by = bugcheck->allocated_by;
    }
    return false;
}

static enum expool_action on_bugcheck(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    if (!was_passed_over(bugcheck))
        kit_finding_program();
    has_bugcheck = true;
    return EXPOOL_STOP;
}

void kit_finding_begin(struct kit_place place)
{
    kit_place = place;
    is_told = false;
    has_bugcheck = false;
}

bool kit_is_passed_over(void)
{
    return has_bugcheck;
}

void kit_judge(bool is_wrong, const char *name, const char *sentence)
{
    if (is_wrong && !has_bugcheck)
        kit_finding(name, sentence);
}

void kit_finding_start(void)
{
    expool_on_bugcheck(on_bugcheck, NULL);
}

__attribute__((noinline)) _Noreturn void kit_finding(const char *name, const char *sentence)
{
    char line[LINE_BYTES];
    kit_finding_program();
    snprintf(line, sizeof(line),
             "==%d==expool kit: %s\n    in operation %s of driver %s\n"
             "panic: %s in %s\nDEDUP_TOKEN: kit:%s:%s:%s\nSUMMARY: expool kit: %s in %s\n",
             (int)getpid(), sentence, stage(), kit_driver_name(), name, stage(), kit_driver_name(),
             name, stage(), name, stage());
    say_text(line);
    abort();
}

void kit_wrong(const char *name, const char *sentence)
{
    kit_finding(name, sentence);
}
