#include "fuzz/campaign/page.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/chart.h"
#include "fuzz/campaign/plot.h"
#include "fuzz/campaign/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>expool: fuzzing</title>\n<style>\n"
    ":root { color-scheme: light dark; --ink: #1d2329; --soft: #5f6b76; --paper: #fff; --rule: "
    "#dde2e7;\n"
    "  --band: #f5f7f9; --good: #1a7f4b; --good-paper: #e3f4ea; --bad: #b3261e; --bad-paper: "
    "#fbe4e2;\n"
    "  --one: #2563b8; --two: #c2620c; --three: #6b4fa3; --four: #2a8c82 }\n"
    "@media (prefers-color-scheme: dark) { :root { --ink: #e2e7ec; --soft: #93a0ac; --paper: "
    "#14181c;\n"
    "  --rule: #2d343b; --band: #1c2227; --good: #63d297; --good-paper: #17352a; --bad: #ff8a80;\n"
    "  --bad-paper: #43201f; --one: #6ea8ff; --two: #f2a154; --three: #b79ce8; --four: #62c9bd } "
    "}\n"
    "body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);\n"
    "  max-width: 1180px; margin: 0 auto; padding: 20px }\n"
    "h1 { font-size: 22px; margin: 0 } h2 { font-size: 17px; margin: 32px 0 8px }\n"
    "p { margin: 4px 0 } .soft { color: var(--soft) } .bad { color: var(--bad); font-weight: 600 "
    "}\n"
    ".good { color: var(--good); font-weight: 600 }\n"
    ".wide { overflow-x: auto } table { border-collapse: collapse; font-size: 13px }\n"
    "th, td { padding: 4px 9px; border-bottom: 1px solid var(--rule); text-align: right;\n"
    "  white-space: nowrap; font-variant-numeric: tabular-nums }\n"
    "th { color: var(--soft); font-weight: 600 } th:first-child, td:first-child, .left { "
    "text-align: left }\n"
    "tbody tr:hover { background: var(--band) } td.what { white-space: normal; text-align: left;\n"
    "  min-width: 18em; overflow-wrap: anywhere }\n"
    "td.all { background: var(--good-paper) } td.some { background: var(--bad-paper) }\n"
    "th.turned { height: 130px; vertical-align: bottom; padding: 4px 2px }\n"
    "th.turned span { writing-mode: vertical-rl; transform: rotate(180deg) }\n"
    ".charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, "
    "100%), 1fr)); gap: 6px 20px }\n"
    "svg { width: 100%; height: auto } svg text { fill: var(--soft); font-size: 11px }\n"
    "svg .title { fill: var(--ink); font-size: 13px; font-weight: 600 }\n"
    ".grid { stroke: var(--rule) } polyline { fill: none; stroke-width: 1.8 }\n"
    ".line0 { stroke: var(--one) } .line1 { stroke: var(--two) } .line2 { stroke: var(--three) }\n"
    ".line3 { stroke: var(--four) } .mark0 { fill: var(--one) } .mark1 { fill: var(--two) }\n"
    ".mark2 { fill: var(--three) } .mark3 { fill: var(--four) }\n"
    "</style>\n</head>\n<body>\n";

static void write_head(const struct campaign *campaign, const struct totals *totals, FILE *file)
{
    char when[64];
    char gone[32];
    char operations[32];
    struct tm parts;
    time_t now = time(NULL);
    const uint64_t *at = totals->counts.at;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &parts));
    plot_time(campaign->ended - campaign->began, gone, sizeof gone);
    plot_number((double)at[COUNT_OPERATIONS], operations, sizeof operations);
    fprintf(file,
            "<h1>Fuzzing expool</h1>\n<p class=\"soft\">%s, %s%s, %u target%s, engine %s</p>\n"
            "<p>%s operations, %" PRIu64 " violations injected, %" PRIu64
            " detected exactly, <span class=\"%s\">%" PRIu64 " wrong, %" PRIu64 " missed, %" PRIu64
            " false alarms</span>, <span class=\"%s\">%u bug%s</span></p>\n",
            when, gone, campaign->was_interrupted ? " (interrupted)" : "",
            campaign->settings.target_count, campaign->settings.target_count == 1 ? "" : "s",
            engine_words[campaign->settings.engine], operations, at[COUNT_INJECTED],
            at[COUNT_DETECTED],
            at[COUNT_WRONG] + at[COUNT_MISSED] + at[COUNT_FALSE_ALARMS] > 0 ? "bad" : "good",
            at[COUNT_WRONG], at[COUNT_MISSED], at[COUNT_FALSE_ALARMS],
            campaign->bugs.count > 0 ? "bad" : "good", campaign->bugs.count,
            campaign->bugs.count == 1 ? "" : "s");
    if (campaign->trouble[0] != 0) {
        fputs("<p class=\"bad\">Stopped: ", file);
        chart_text(campaign->trouble, file);
        fputs("</p>\n", file);
    }
}

/* A link relative to the page, which lies one folder deep in the results. */
static void write_link(const struct campaign *campaign, const char *path, const char *text,
                       FILE *file)
{
    size_t length = strlen(campaign->settings.folder);
    if (path[0] == 0)
        return;
    if (strncmp(path, campaign->settings.folder, length) == 0 && path[length] == '/')
        path += length + 1;
    fputs("<a href=\"../", file);
    chart_text(path, file);
    fprintf(file, "\">%s</a> ", text);
}

static void write_bugs(const struct campaign *campaign, FILE *file)
{
    if (campaign->bugs.count == 0)
        return;
    fputs("<h2>Bugs</h2>\n<div class=\"wide\"><table><thead><tr><th>what</th><th "
          "class=\"left\">target</th>"
          "<th>after</th><th>times</th><th class=\"left\">files</th></tr></thead><tbody>\n",
          file);
    for (unsigned i = 0; i < campaign->bugs.count; i++) {
        const struct bug *bug = &campaign->bugs.at[i];
        fputs("<tr><td class=\"what\">", file);
        chart_text(bug->what, file);
        fputs("<br><span class=\"soft\">", file);
        chart_text(bug->key, file);
        fprintf(file,
                "</span></td><td class=\"left\">%s %s</td><td>%.0f s</td><td>%u</td>"
                "<td class=\"left\">",
                bug->target, bug->build, bug->seconds, bug->times);
        write_link(campaign, bug->folder, "folder", file);
        write_link(campaign, bug->input, "input", file);
        write_link(campaign, bug->log, "log", file);
        fputs("</td></tr>\n", file);
    }
    fputs("</tbody></table></div>\n", file);
}

static void write_targets(const struct campaign *campaign, FILE *file)
{
    fputs("<h2>Targets</h2>\n<div class=\"wide\"><table><thead><tr><th>target</th><th "
          "class=\"left\">build</th>"
          "<th>seconds</th><th>executions</th><th>per s</th><th>operations</th><th>injected</th>"
          "<th>detected</th><th>wrong</th><th>missed</th><th>false</th><th>coverage</th>"
          "<th>features</th><th>corpus</th></tr></thead><tbody>\n",
          file);
    for (unsigned i = 0; i < campaign->fuzzer_count; i++) {
        const struct fuzzer *fuzzer = &campaign->fuzzers[i];
        fprintf(file,
                "<tr><td>%s</td><td class=\"left\">%s</td><td>%.0f</td><td>%" PRIu64
                "</td><td>%.0f</td>",
                fuzzer->target, build_rows[fuzzer->build].word, fuzzer->seconds,
                fuzzer_executions(fuzzer),
                fuzzer->seconds > 0 ? (double)fuzzer_executions(fuzzer) / fuzzer->seconds : 0);
        for (unsigned j = COUNT_OPERATIONS; j <= COUNT_FALSE_ALARMS; j++)
            fprintf(file, "<td>%" PRIu64 "</td>", fuzzer_count(fuzzer, (enum count)j));
        fprintf(file, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td></tr>\n",
                fuzzer->coverage, fuzzer->features, fuzzer->corpus_size);
    }
    fputs("</tbody></table></div>\n", file);
}

static void add_line(struct chart *chart, const struct fuzzer *fuzzer, bool of_rate)
{
    static double times[CHART_LINES_MAX][POINTS_MAX];
    static double values[CHART_LINES_MAX][POINTS_MAX];
    const struct series *series = &fuzzer->series;
    unsigned line = chart->line_count;
    if (series->count == 0 || line == CHART_LINES_MAX)
        return;
    for (unsigned i = 0; i < series->count; i++) {
        times[line][i] = series->at[i].seconds;
        values[line][i] = of_rate ? series_rate(series, i) : series->at[i].coverage;
    }
    chart->lines[line] = (struct chart_line){build_rows[fuzzer->build].word, times[line],
                                             values[line], series->count};
    chart->line_count++;
}

static void write_charts(const struct campaign *campaign, FILE *file)
{
    fputs("<h2>Over time</h2>\n<div class=\"charts\">\n", file);
    for (unsigned i = 0; i < campaign->settings.target_count; i++)
        for (int of_rate = 0; of_rate < 2; of_rate++) {
            char title[NAME_BYTES + 32];
            struct chart chart = {.title = title, .seconds = campaign->ended - campaign->began};
            words_put(title, sizeof title, "%s: %s", campaign->settings.targets[i],
                      of_rate ? "executions a second" : "coverage");
            for (unsigned j = 0; j < campaign->fuzzer_count; j++)
                if (campaign->fuzzers[j].target == campaign->settings.targets[i])
                    add_line(&chart, &campaign->fuzzers[j], of_rate != 0);
            chart_write(&chart, file);
        }
    fputs("</div>\n", file);
}

/* The settings that occur, each once, in the order of their names. */
static unsigned list_settings(const struct matrix *matrix, const char *settings[CELLS_MAX])
{
    unsigned count = 0;
    for (unsigned i = 0; i < matrix->count; i++) {
        const char *setting = matrix->cells[i].setting;
        unsigned at = 0;
        while (at < count && strcmp(settings[at], setting) < 0)
            at++;
        if (at < count && strcmp(settings[at], setting) == 0)
            continue;
        memmove(&settings[at + 1], &settings[at], (count - at) * sizeof settings[0]);
        settings[at] = setting;
        count++;
    }
    return count;
}

static void write_cell(const struct cell *cell, FILE *file)
{
    char injected[24];
    if (cell == NULL || cell->injected == 0) {
        fputs("<td class=\"soft\">&middot;</td>", file);
        return;
    }
    plot_number((double)cell->injected, injected, sizeof injected);
    bool is_exact = cell->detected == cell->injected;
    fprintf(file, "<td class=\"%s\" title=\"%" PRIu64 " of %" PRIu64 " detected\">%s",
            is_exact ? "all" : "some", cell->detected, cell->injected, injected);
    if (!is_exact)
        fprintf(file, " &minus;%" PRIu64, cell->injected - cell->detected);
    fputs("</td>", file);
}

/* Cells are sorted by kind, then setting, as the columns are. */
static void write_matrix(const struct matrix *matrix, FILE *file)
{
    static const char *settings[CELLS_MAX + 1];
    unsigned count = list_settings(matrix, settings);
    if (count == 0)
        return;
    fputs(
        "<h2>Violations injected, by kind and setting</h2>\n<p class=\"soft\">Green: all detected "
        "exactly. Red: so many were not.</p>\n<div class=\"wide\"><table><thead><tr><th>kind</th>",
        file);
    for (unsigned i = 0; i < count; i++) {
        fputs("<th class=\"turned\"><span>", file);
        chart_text(settings[i], file);
        fputs("</span></th>", file);
    }
    fputs("</tr></thead><tbody>\n", file);
    for (unsigned i = 0; i < matrix->count;) {
        const char *kind = matrix->cells[i].kind;
        fputs("<tr><td>", file);
        chart_text(kind, file);
        fputs("</td>", file);
        for (unsigned j = 0; j < count; j++) {
            bool is_here = i < matrix->count && strcmp(matrix->cells[i].kind, kind) == 0 &&
                           strcmp(matrix->cells[i].setting, settings[j]) == 0;
            write_cell(is_here ? &matrix->cells[i] : NULL, file);
            i += is_here;
        }
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table></div>\n", file);
}

bool page_write(const struct campaign *campaign, const char *path)
{
    struct totals totals;
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    campaign_totals(campaign, &totals);
    fputs(head, file);
    write_head(campaign, &totals, file);
    write_bugs(campaign, file);
    write_targets(campaign, file);
    write_charts(campaign, file);
    write_matrix(&campaign->matrix, file);
    fputs("<p class=\"soft\">The same for machines: <a href=\"fuzz.json\">fuzz.json</a>, "
          "<a href=\"fuzz.xml\">fuzz.xml</a>.</p>\n</body>\n</html>\n",
          file);
    bool is_written = ferror(file) == 0;
    return fclose(file) == 0 && is_written;
}
