#include "fuzz/campaign/plot.h"

#include "fuzz/campaign/words.h"

#include <stdio.h>
#include <string.h>

static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const letters[] = {".", ":", "-", "=", "+", "*", "%", "#"};

enum { HEIGHTS = sizeof blocks / sizeof blocks[0] };

/* The column a moment falls into. */
static unsigned column_of(const struct plot *plot, double time)
{
    double share = plot->end > plot->begin ? (time - plot->begin) / (plot->end - plot->begin) : 0;
    double column = share * plot->columns;
    if (column < 0)
        return 0;
    return column >= plot->columns ? plot->columns - 1 : (unsigned)column;
}

static double greatest(const struct plot *plot)
{
    double most = 0;
    for (unsigned i = 0; i < plot->count; i++)
        most = plot->values[i] > most ? plot->values[i] : most;
    return most;
}

static const char *bar(const struct plot *plot, double value, double most)
{
    double span = most - plot->low;
    double height = span > 0 ? (value - plot->low) / span * (HEIGHTS - 1) + 0.5 : 0;
    if (height < 0)
        height = 0;
    unsigned index = height > HEIGHTS - 1 ? HEIGHTS - 1 : (unsigned)height;
    return plot->is_ascii ? letters[index] : blocks[index];
}

void plot_bars(const struct plot *plot, char text[PLOT_BYTES])
{
    double most = greatest(plot);
    double before = -1; /* nothing yet */
    unsigned next = 0;
    size_t length = 0;
    for (unsigned column = 0; column < plot->columns; column++) {
        double value = before;
        bool is_new = false;
        for (; next < plot->count && column_of(plot, plot->times[next]) == column; next++) {
            before = plot->values[next];
            value = is_new && value > before ? value : before;
            is_new = true;
        }
        const char *sign = value < 0 ? " " : bar(plot, value, most);
        memcpy(text + length, sign, strlen(sign));
        length += strlen(sign);
    }
    text[length] = 0;
}

void plot_number(double number, char *text, size_t capacity)
{
    static const char units[] = " kMGT";
    unsigned unit = 0;
    /* Four digits are as short as one with a unit. */
    while (number >= (unit == 0 ? 9999.5 : 999.5) && unit + 2 < sizeof units) {
        number /= 1000;
        unit++;
    }
    if (unit == 0)
        words_put(text, capacity, "%.0f", number);
    else
        words_put(text, capacity, "%.*f%c", number < 99.95 ? 1 : 0, number, units[unit]);
}

void plot_time(double seconds, char *text, size_t capacity)
{
    unsigned whole = seconds > 0 ? (unsigned)seconds : 0;
    if (whole < 60)
        words_put(text, capacity, "%us", whole);
    else if (whole < 3600)
        words_put(text, capacity, "%u:%02u", whole / 60, whole % 60);
    else
        words_put(text, capacity, "%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
}
