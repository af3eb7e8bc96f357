#include "fuzz/campaign/chart.h"

#include "fuzz/campaign/plot.h"

/* The drawing, and the field in it that the lines have. */
enum { WIDTH = 560, HEIGHT = 200, LEFT = 56, RIGHT = 12, TOP = 26, BOTTOM = 24, STEPS = 4 };
enum { LABEL_BYTES = 24, LEGEND_WIDTH = 70 };

void chart_text(const char *text, FILE *file)
{
    for (; *text != 0; text++)
        switch (*text) {
        case '<': fputs("&lt;", file); break;
        case '>': fputs("&gt;", file); break;
        case '&': fputs("&amp;", file); break;
        case '"': fputs("&quot;", file); break;
        default: fputc(*text, file);
        }
}

/* The next number like 1, 2 or 5 with zeroes behind: axes end at it. */
static double round_up(double value)
{
    static const double leads[] = {1, 2, 5, 10};
    double power = 1;
    while (power * 10 <= value)
        power *= 10;
    for (unsigned i = 0; i < sizeof leads / sizeof leads[0]; i++)
        if (leads[i] * power >= value)
            return leads[i] * power;
    return value;
}

static double top_of(const struct chart *chart)
{
    double most = 1;
    for (unsigned i = 0; i < chart->line_count; i++)
        for (unsigned j = 0; j < chart->lines[i].count; j++)
            if (chart->lines[i].values[j] > most)
                most = chart->lines[i].values[j];
    return round_up(most);
}

static double across(const struct chart *chart, double seconds)
{
    double share = chart->seconds > 0 ? seconds / chart->seconds : 0;
    return LEFT + (share > 1 ? 1 : share) * (WIDTH - LEFT - RIGHT);
}

static double down(double value, double top)
{
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
}

static void write_axes(const struct chart *chart, double top, FILE *file)
{
    char label[LABEL_BYTES];
    for (unsigned i = 0; i <= STEPS; i++) {
        double value = top * i / STEPS;
        plot_number(value, label, sizeof label);
        fprintf(file,
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                "<text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>\n",
                LEFT, WIDTH - RIGHT, down(value, top), down(value, top), LEFT - 6,
                down(value, top) + 4, label);
    }
    for (unsigned i = 0; i <= STEPS; i++) {
        double seconds = chart->seconds * i / STEPS;
        plot_time(seconds, label, sizeof label);
        fprintf(file, "<text class=\"axis\" text-anchor=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n",
                i == 0       ? "start"
                : i == STEPS ? "end"
                             : "middle",
                across(chart, seconds), HEIGHT - 6, label);
    }
}

static void write_line(const struct chart *chart, unsigned index, double top, FILE *file)
{
    const struct chart_line *line = &chart->lines[index];
    fprintf(file, "<polyline class=\"line%u\" points=\"", index);
    for (unsigned i = 0; i < line->count; i++)
        fprintf(file, "%.1f,%.1f ", across(chart, line->times[i]), down(line->values[i], top));
    fputs("\"/>\n", file);
    int x = WIDTH - RIGHT - (int)(chart->line_count - index) * LEGEND_WIDTH;
    fprintf(file,
            "<rect class=\"mark%u\" x=\"%d\" y=\"6\" width=\"10\" height=\"10\"/>"
            "<text class=\"legend\" x=\"%d\" y=\"15\">",
            index, x, x + 15);
    chart_text(line->name, file);
    fputs("</text>\n", file);
}

void chart_write(const struct chart *chart, FILE *file)
{
    double top = top_of(chart);
    fprintf(file, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    chart_text(chart->title, file);
    fprintf(file, "\">\n<text class=\"title\" x=\"%d\" y=\"15\">", LEFT);
    chart_text(chart->title, file);
    fputs("</text>\n", file);
    write_axes(chart, top, file);
    for (unsigned i = 0; i < chart->line_count; i++)
        write_line(chart, i, top, file);
    fputs("</svg>\n", file);
}
