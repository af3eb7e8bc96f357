#include "bench/json.h"

#include "bench/goals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 2048 };

static void write_names(FILE *file, const char **comma, const struct suite *suite,
                        unsigned workload, unsigned one)
{
    fprintf(file, "%s\n{\"workload\":\"%s\",\"subject\":\"%s\"", *comma,
            suite->workloads[workload].word, suite->subjects[one].word);
    *comma = ",";
}

static void write_row(FILE *file, const struct suite *suite, const struct figure *figure)
{
    const char *comma = "";
    fprintf(file, ",\"ns\":%.3f,\"peak_kb\":%.0f", figure->ns, figure->peak_kb);
    if (figure->live_bytes > 0)
        fprintf(file, ",\"live_bytes\":%.1f,\"dead_bytes\":%.1f", figure->live_bytes,
                figure->dead_bytes);
    fputs(",\"x\":{", file);
    for (unsigned other = 0; other < suite->subject_count; other++) {
        if (figure->x[other] <= 0)
            continue;
        fprintf(file, "%s\"%s\":%.4f", comma, suite->subjects[other].word, figure->x[other]);
        comma = ",";
    }
    fputs("}}", file);
}

/* Quoted; what JSON cannot hold as it is becomes a blank. */
static void write_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text; text++)
        fputc(*text < ' ' || *text > '~' || *text == '"' || *text == '\\' ? ' ' : *text, file);
    fputc('"', file);
}

static void write_failed(FILE *file, const struct figures *figures)
{
    const struct suite *suite = figures->suite;
    const char *comma = "";
    fputs(",\"failed\":[", file);
    for (unsigned workload = 0; workload < suite->workload_count; workload++)
        for (unsigned one = 0; one < suite->subject_count; one++) {
            const struct figure *figure = &figures->at[workload][one];
            if (figure->died_at == 0 && figure->complaint[0] == 0)
                continue;
            write_names(file, &comma, suite, workload, one);
            if (figure->died_at > 0)
                fprintf(file, ",\"died_at\":%ld", figure->died_at);
            fputs(",\"why\":", file);
            write_text(file, figure->complaint);
            fputs("}", file);
        }
    fputs("\n]", file);
}

static void write_goals(FILE *file, const struct figures *figures)
{
    struct verdict verdicts[VERDICTS_MAX];
    const char *comma = "";
    unsigned count = goals_judge(figures, verdicts);
    fputs(",\"goals\":[", file);
    for (unsigned i = 0; i < count; i++, comma = ",")
        fprintf(file, "%s\n{\"what\":\"%s\",\"figure\":%.4f,\"goal\":%.4f,\"is_met\":%s}", comma,
                verdicts[i].what, verdicts[i].figure, verdicts[i].goal,
                verdicts[i].is_met ? "true" : "false");
    fputs("\n]", file);
}

bool json_write(const char *path, const struct figures *figures)
{
    const struct suite *suite = figures->suite;
    const char *comma = "";
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fputs("{\"rows\":[", file);
    for (unsigned workload = 0; workload < suite->workload_count; workload++)
        for (unsigned one = 0; one < suite->subject_count; one++) {
            if (!figures->at[workload][one].is_there)
                continue;
            write_names(file, &comma, suite, workload, one);
            write_row(file, suite, &figures->at[workload][one]);
        }
    fputs("\n]", file);
    if (suite->writes_goals) {
        write_failed(file, figures);
        write_goals(file, figures);
    }
    fputs("}\n", file);
    return fclose(file) == 0;
}

/* The value behind "key": in a line; NULL when the key is not there. */
static const char *behind(const char *line, const char *key)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = strstr(line, quoted);
    return found ? found + strlen(quoted) : NULL;
}

static double number_behind(const char *line, const char *key)
{
    const char *text = behind(line, key);
    return text ? strtod(text, NULL) : 0;
}

static bool text_behind(const char *line, const char *key, char word[64])
{
    const char *text = behind(line, key);
    return text && sscanf(text, "\"%63[^\"]\"", word) == 1;
}

static void read_row(const char *line, struct figures *figures)
{
    char workload[64];
    char subject[64];
    if (!text_behind(line, "workload", workload) || !text_behind(line, "subject", subject))
        return;
    int row = suite_workload(figures->suite, workload);
    int column = suite_subject(figures->suite, subject);
    if (row < 0 || column < 0)
        return;
    struct figure *figure = &figures->at[row][column];
    const char *multiples = behind(line, "x");
    figure->died_at = (long)number_behind(line, "died_at");
    const char *why = behind(line, "why");
    if (why)
        snprintf(figure->complaint, sizeof figure->complaint, "%.*s", (int)strcspn(why + 1, "\""),
                 why + 1);
    if (!multiples)
        return;
    figure->is_there = true;
    figure->ns = figure->low_ns = figure->high_ns = number_behind(line, "ns");
    figure->peak_kb = number_behind(line, "peak_kb");
    figure->live_bytes = number_behind(line, "live_bytes");
    figure->dead_bytes = number_behind(line, "dead_bytes");
    for (unsigned other = 0; other < figures->suite->subject_count; other++)
        figure->x[other] = number_behind(multiples, figures->suite->subjects[other].word);
}

bool json_read(const char *path, const struct suite *suite, struct figures *figures)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    memset(figures, 0, sizeof *figures);
    figures->suite = suite;
    while (fgets(line, sizeof line, file))
        read_row(line, figures);
    fclose(file);
    return true;
}
