/* doctor.c - expool doctor [-- PROGRAM]: would a bug be caught here? One line a check; the last one
 * plants a bug and sees it caught. */
#include "tools/doctor.h"

#include "tools/verb.h"
#include "tools/verb_line.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { OPTION_OVERFLOW = 0x100, NAME_WIDTH = 14 };

static const struct {
    const char *name;
    doctor_check *run;
} checks[] = {
    {"program", doctor_program},
    {"own malloc", doctor_own_malloc},
    {"preload", doctor_preload},
    {"loaded", doctor_loads},
    {"frames", doctor_frames},
    {"debug info", doctor_debug_info},
    {"settings", doctor_settings},
    {"userfaultfd", doctor_userfaultfd},
    {"maps", doctor_maps},
    {"address space", doctor_address_space},
    {"locked memory", doctor_locked},
    {"overcommit", doctor_overcommit},
    {"core dumps", doctor_cores},
    {"ptrace", doctor_ptrace},
    {"planted bug", doctor_planted}, /* last: it shows what is in force */
};

static const char *const words[] = {"ok", "note", "problem"};

enum { CHECK_COUNT = sizeof checks / sizeof checks[0] };

struct doctor {
    const char *program;
    bool is_overflow;
};

static const char documentation[] =
    "Would a bug be caught here? Looks at the program, the machine and the settings, one line a "
    "check: ok, note, or problem and what to do. The last check plants a bug, runs it, and sees it "
    "caught.\v"
    "Examples:\n"
    "  expool doctor\n"
    "  expool doctor -- ./server\n\n"
    "PROGRAM is looked at, not run.\n\n"
    "Exit:\n"
    "  0   no problem\n"
    "  1   a problem\n"
    "  2   trouble";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct doctor *doctor = state->input;
    if (key == OPTION_OVERFLOW) {
        doctor->is_overflow = true;
        return 0;
    }
    if (key != ARGP_KEY_ARG || doctor->program != NULL)
        return ARGP_ERR_UNKNOWN; /* the program's arguments say nothing to us */
    doctor->program = argument;
    return 0;
}

static const char *color_of(enum diagnosis diagnosis)
{
    static const char *const colors[] = {"\033[32m", "\033[33m", "\033[31m"};
    return colors[diagnosis];
}

static void print_line(const struct common *common, unsigned check, enum diagnosis diagnosis,
                       const char *line)
{
    bool is_colored = color_is_wanted(common->color, 1);
    if (diagnosis == DIAGNOSIS_OK && common->is_quiet)
        return;
    (void)printf("%s%-8s%s %-*s %s\n", is_colored ? color_of(diagnosis) : "", words[diagnosis],
                 is_colored ? "\033[0m" : "", NAME_WIDTH, checks[check].name, line);
    (void)fflush(stdout);
}

static int examine(struct patient *patient, const struct common *common)
{
    unsigned count[DIAGNOSIS_NONE + 1] = {0};
    json_t *lines = json_array();
    for (unsigned i = 0; i < CHECK_COUNT; i++) {
        char line[DOCTOR_LINE_BYTES] = "";
        enum diagnosis diagnosis = checks[i].run(patient, line);
        count[diagnosis]++;
        if (diagnosis == DIAGNOSIS_NONE)
            continue;
        if (common->wants_json)
            json_array_append_new(lines, json_pack("{s:s, s:s, s:s}", "check", checks[i].name,
                                                   "diagnosis", words[diagnosis], "text", line));
        else
            print_line(common, i, diagnosis, line);
    }
    if (common->wants_json) {
        json_t *whole =
            json_pack("{s:s, s:o, s:i, s:i}", "schema", "expool-doctor/1", "checks", lines,
                      "problems", count[DIAGNOSIS_PROBLEM], "notes", count[DIAGNOSIS_NOTE]);
        (void)json_dumpf(whole, stdout, JSON_INDENT(2));
        (void)printf("\n");
        json_decref(whole);
    } else {
        json_decref(lines);
        (void)printf("expool doctor: %u %s, %u %s\n", count[DIAGNOSIS_PROBLEM],
                     count[DIAGNOSIS_PROBLEM] == 1 ? "problem" : "problems", count[DIAGNOSIS_NOTE],
                     count[DIAGNOSIS_NOTE] == 1 ? "note" : "notes");
    }
    return count[DIAGNOSIS_PROBLEM] == 0 ? EXIT_NOTHING : EXIT_FOUND;
}

int verb_doctor(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"planted-overflow", OPTION_OVERFLOW, NULL, OPTION_HIDDEN, NULL, 1}, {0}};
    static const struct argp argp = {options, parse, "[-- PROGRAM]", documentation, NULL,
                                     NULL,    NULL};
    struct doctor doctor = {0};
    struct common common = {0};
    struct patient patient = {0};
    const struct verb_line line = {&argp,   &doctor,      COMMON_QUIET | COMMON_JSON | COMMON_COLOR,
                                   &common, EXIT_TROUBLE, true};
    (void)verb_line_parse(&line, argc, argv);
    if (doctor.is_overflow)
        return doctor_overflow();
    patient.name = doctor.program;
    return examine(&patient, &common);
}
