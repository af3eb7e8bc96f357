#include "bench/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 2048 };

static void write_row(FILE *file, enum workload_id workload, enum subject_id one,
                      const struct figure *figure)
{
    const char *comma = "";
    fprintf(file, "{\"workload\":\"%s\",\"subject\":\"%s\",\"ns\":%.3f,\"peak_kb\":%.0f,\"x\":{",
            workload_rows[workload].word, subjects[one].word, figure->ns, figure->peak_kb);
    for (unsigned other = 0; other < SUBJECT_COUNT; other++) {
        if (figure->x[other] <= 0)
            continue;
        fprintf(file, "%s\"%s\":%.4f", comma, subjects[other].word, figure->x[other]);
        comma = ",";
    }
    fputs("}}", file);
}

bool json_write(const char *path, const struct figures *figures)
{
    const char *comma = "";
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fputs("{\"rows\":[", file);
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        for (unsigned one = 0; one < SUBJECT_COUNT; one++) {
            if (!figures->at[workload][one].is_there)
                continue;
            fprintf(file, "%s\n", comma);
            write_row(file, workload, one, &figures->at[workload][one]);
            comma = ",";
        }
    fputs("\n]}\n", file);
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
    int row = workload_find(workload);
    int column = subject_find(subject);
    const char *multiples = behind(line, "x");
    if (row < 0 || column < 0 || !multiples)
        return;
    struct figure *figure = &figures->at[row][column];
    figure->is_there = true;
    figure->ns = figure->low_ns = figure->high_ns = number_behind(line, "ns");
    figure->peak_kb = number_behind(line, "peak_kb");
    for (unsigned other = 0; other < SUBJECT_COUNT; other++)
        figure->x[other] = number_behind(multiples, subjects[other].word);
}

bool json_read(const char *path, struct figures *figures)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    memset(figures, 0, sizeof *figures);
    while (fgets(line, sizeof line, file))
        read_row(line, figures);
    fclose(file);
    return true;
}
