/* report_picture.c - the bytes: rows of sixteen counted from the block's start, a bar at its end,
 * carets under what was changed, the guard page behind. */
#include "pool/report.h"

#include "pool/sanitizer.h"
#include "pool/util.h"

#include <string.h>

enum {
    ROW_BYTES = 16,
    ROWS_AROUND = 2, /* in front of and behind a place of interest */
    LEAD_COLUMNS = 13,
    CHANGED_MAX = 8, /* changed bytes spelled out */
    LINE_BYTES = 256,
    INDENT = 4,
};

struct canvas {
    struct text *text;
    const struct violation *violation;
    const struct story *story;
    long first; /* offsets from the block's start; the window's edges */
    long end;
    unsigned rows_max;
    unsigned folded;
    bool folded_alike; /* all have its bytes */
};

/* The bytes around a block are poisoned under ASan, those in it may be unwritten under MSan; they
 * are looked at all the same. */
READS_UNWRITTEN __attribute__((no_sanitize("address"))) static unsigned char
peek(const struct canvas *canvas, long offset)
{
    return *(const volatile unsigned char *)(canvas->story->block + offset);
}

static bool is_inside(const struct canvas *canvas, long offset)
{
    return offset >= canvas->first && offset < canvas->end;
}

static bool is_changed(const struct canvas *canvas, long offset)
{
    const struct violation *violation = canvas->violation;
    const unsigned char *at = canvas->story->block + offset;
    if (violation->changed_count == 0 || at < violation->changed_first ||
        at > violation->changed_last)
        return false;
    return peek(canvas, offset) != canvas->story->fill;
}

static long block_end(const struct canvas *canvas)
{
    return (long)canvas->story->size_bytes;
}

/* Rows with the block's first and last byte, and those with changed bytes, are drawn. */
static bool row_matters(const struct canvas *canvas, long row)
{
    const struct violation *violation = canvas->violation;
    long end_row = (block_end(canvas) - 1) / ROW_BYTES * ROW_BYTES;
    if (row == 0 || row == end_row)
        return true;
    /* In normal pool the next block's header lies behind; it is what an overrun hits first. */
    if (canvas->story->place == STORY_SMALL && row == end_row + ROW_BYTES)
        return violation->kind >= VIOLATION_HEADER_PREVIOUS_TOO_LARGE &&
               violation->kind <= VIOLATION_HEADER_SEAL;
    if (violation->changed_count == 0)
        return false;
    long low = violation->changed_first - canvas->story->block;
    long high = violation->changed_last - canvas->story->block;
    return row + ROW_BYTES > low && row <= high && row < low + (ROWS_AROUND + 1L) * ROW_BYTES;
}

static char separator_before(const struct canvas *canvas, long offset)
{
    return offset == block_end(canvas) || offset == 0 ? '|' : ' ';
}

static void add_offset(struct canvas *canvas, long row)
{
    text_add(canvas->text, "    %c0x%03lx", row < 0 ? '-' : '+', (uint64_t)(row < 0 ? -row : row));
    text_pad_to(canvas->text, LEAD_COLUMNS - 1);
}

static void draw_hex(struct canvas *canvas, long row)
{
    for (long i = 0; i < ROW_BYTES; i++) {
        long offset = row + i;
        if (i == ROW_BYTES / 2)
            text_add(canvas->text, " ");
        if (is_inside(canvas, offset) && is_changed(canvas, offset))
            text_add(canvas->text, "%c" REPORT_RED "%02x" REPORT_PLAIN,
                     separator_before(canvas, offset), peek(canvas, offset));
        else if (is_inside(canvas, offset))
            text_add(canvas->text, "%c%02x", separator_before(canvas, offset),
                     peek(canvas, offset));
        else
            text_add(canvas->text, "%c  ", separator_before(canvas, offset));
    }
}

static void draw_letters(struct canvas *canvas, long row)
{
    text_add(canvas->text, "   ");
    for (long i = 0; i < ROW_BYTES && is_inside(canvas, row + i); i++) {
        unsigned char byte = peek(canvas, row + i);
        if (row + i == block_end(canvas))
            text_add(canvas->text, "|");
        text_add(canvas->text, "%c", byte >= ' ' && byte <= '~' ? byte : '.');
    }
}

static bool is_marked(const struct canvas *canvas, long offset)
{
    return is_inside(canvas, offset) && is_changed(canvas, offset);
}

/* "^^^^^": one stroke under neighbours. */
static void draw_carets(struct canvas *canvas, long row)
{
    bool any = false;
    for (long i = 0; i < ROW_BYTES; i++)
        any |= is_marked(canvas, row + i);
    if (!any)
        return;
    text_pad_to(canvas->text, LEAD_COLUMNS - 1);
    for (long i = 0; i < ROW_BYTES; i++) {
        bool marked = is_marked(canvas, row + i);
        bool joined = marked && i > 0 && is_marked(canvas, row + i - 1);
        char separator = separator_before(canvas, row + i);
        if (joined && separator == ' ')
            separator = '^';
        text_add(canvas->text, "%s%c%s",
                 i != ROW_BYTES / 2 ? ""
                 : joined           ? "^"
                                    : " ",
                 separator, marked ? "^^" : "  ");
    }
    text_trim(canvas->text);
    text_add(canvas->text, "\n");
}

/* Under the bar: where the block ends, and how much was written there. */
static void draw_end_words(struct canvas *canvas, long row)
{
    const struct violation *violation = canvas->violation;
    long end = block_end(canvas);
    if (end < row || end >= row + ROW_BYTES || violation->changed_count == 0 ||
        violation->changed_first < canvas->story->block + end)
        return;
    long column = end - row;
    text_pad_to(canvas->text, (size_t)(LEAD_COLUMNS - 1 + column * 3 + (column >= ROW_BYTES / 2)));
    text_add(canvas->text, "end of block (+%lu), then %,lu changed byte%s\n", (uint64_t)end,
             (uint64_t)violation->changed_count, violation->changed_count == 1 ? "" : "s");
}

static void draw_folded(struct canvas *canvas)
{
    if (canvas->folded > 0)
        text_add(canvas->text, "       ...   %u more row%s%s\n", canvas->folded,
                 canvas->folded == 1 ? "" : "s", canvas->folded_alike ? " like it" : "");
    canvas->folded = 0;
}

static bool rows_are_alike(const struct canvas *canvas, long row, long other)
{
    for (long i = 0; i < ROW_BYTES; i++)
        if (!is_inside(canvas, row + i) || !is_inside(canvas, other + i) ||
            peek(canvas, row + i) != peek(canvas, other + i))
            return false;
    return true;
}

static void fold(struct canvas *canvas, long row)
{
    if (canvas->folded == 0)
        canvas->folded_alike = true;
    canvas->folded_alike = canvas->folded_alike && rows_are_alike(canvas, row, row - ROW_BYTES);
    canvas->folded++;
}

static void draw_rows(struct canvas *canvas)
{
    long row = -(-canvas->first / ROW_BYTES * ROW_BYTES);
    unsigned drawn = 0;
    text_add(canvas->text, "              0  1  2  3  4  5  6  7   8  9  a  b  c  d  e  f\n");
    for (; row < canvas->end && row < block_end(canvas) + 16L * ROW_BYTES; row += ROW_BYTES) {
        if (!row_matters(canvas, row) || drawn >= canvas->rows_max) {
            if (row > 0 && row < block_end(canvas))
                fold(canvas, row);
            continue;
        }
        draw_folded(canvas);
        add_offset(canvas, row);
        draw_hex(canvas, row);
        draw_letters(canvas, row);
        text_add(canvas->text, "\n");
        draw_carets(canvas, row);
        draw_end_words(canvas, row);
        drawn++;
    }
    canvas->folded = 0;
}

static void draw_guard(struct canvas *canvas)
{
    if (canvas->story->guard == NULL)
        return;
    text_pad_to(canvas->text, LEAD_COLUMNS);
    text_add(canvas->text, "%p  ######## guard page: an access here stops at once ########\n",
             (const void *)canvas->story->guard);
}

/* ' "BBBB"' when all of them are letters. */
static void add_letters_of(struct canvas *canvas, long low, long high)
{
    long end = high < low + CHANGED_MAX ? high + 1 : low + CHANGED_MAX;
    for (long i = low; i < end; i++)
        if (peek(canvas, i) < ' ' || peek(canvas, i) > '~')
            return;
    text_add(canvas->text, " \"");
    for (long i = low; i < end; i++)
        text_add(canvas->text, "%c", peek(canvas, i));
    text_add(canvas->text, "\"");
}

static void list_changed(struct canvas *canvas)
{
    const struct violation *violation = canvas->violation;
    if (violation->changed_count == 0)
        return;
    long low = violation->changed_first - canvas->story->block;
    long high = violation->changed_last - canvas->story->block;
    text_add(canvas->text, "\n    changed: %c%lu .. %c%lu, now", low < 0 ? '-' : '+',
             (uint64_t)(low < 0 ? -low : low), high < 0 ? '-' : '+',
             (uint64_t)(high < 0 ? -high : high));
    for (long i = low; i <= high && i < low + CHANGED_MAX; i++)
        text_add(canvas->text, " %02x", peek(canvas, i));
    text_add(canvas->text, "%s", high - low >= CHANGED_MAX ? " ..." : "");
    add_letters_of(canvas, low, high);
    text_add(canvas->text, ", %s pattern %02x\n", violation->changed_count == 1 ? "was" : "were",
             canvas->story->fill);
}

static size_t within(ptrdiff_t bytes, size_t reach)
{
    return bytes < 0 ? 0 : (size_t)bytes < reach ? (size_t)bytes : reach;
}

/* The other side of the block tells whether the same writer went both ways. */
static void tell_other_side(struct canvas *canvas)
{
    const struct violation *violation = canvas->violation;
    const struct story *story = canvas->story;
    if (violation->changed_count == 0 || story->place != STORY_SPECIAL || !story->is_live)
        return;
    bool was_before = violation->changed_first < story->block;
    const unsigned char *end = story->block + story->size_bytes;
    size_t behind = within(story->window + story->window_bytes - end, story->reach_bytes);
    size_t bytes = was_before ? behind : within(story->block - story->window, story->reach_bytes);
    const unsigned char *first = was_before ? end : story->block - bytes;
    size_t changed = 0;
    for (const unsigned char *at = first; at < first + bytes; at++)
        changed += peek(canvas, at - story->block) != story->fill;
    if (bytes == 0)
        return;
    text_add(canvas->text, "    %s: %p .. %p, pattern %02x, ", was_before ? "behind " : "before ",
             (const void *)first, (const void *)(first + bytes - 1), story->fill);
    if (changed == 0)
        text_add(canvas->text, "intact\n");
    else
        text_add(canvas->text, "%,zu byte%s changed\n", changed, changed == 1 ? "" : "s");
}

/* True: its bytes follow. */
static bool introduce(struct text *text, const struct story *story)
{
    char bytes[LINE_BYTES];
    struct text line = TEXT_OVER(bytes);
    bool is_drawn = story->is_readable && story->window_bytes > 0;
    text_add(&line, "The block %p, %,lu bytes, %s", (const void *)story->block,
             (uint64_t)story->size_bytes, pool_kind_name(story->pool));
    if (story->place == STORY_SPECIAL)
        text_add(&line, ", special pool slot %u", story->slot);
    else
        text_add(&line, story->place == STORY_BIG ? ", on whole pages" : ", in normal pool");
    if (story->placement != NULL && story->is_readable)
        text_add(&line, ", %s", story->placement);
    text_add(&line, story->is_live ? "" : ", freed");
    text_add(&line, is_drawn ? ":\n" : story->is_live ? ".\n" : "; its memory is gone.\n");
    text_add(text, "\n");
    report_add_broken(text, bytes, INDENT);
    return is_drawn;
}

void report_picture(struct text *text, const struct violation *violation, unsigned rows)
{
    const struct story *story = &violation->story;
    if (story->place == STORY_NOWHERE)
        return;
    if (!introduce(text, story))
        return;
    struct canvas canvas = {.text = text,
                            .rows_max = rows,
                            .violation = violation,
                            .story = story,
                            .first = story->window - story->block,
                            .end = story->window - story->block + (long)story->window_bytes};
    text_add(text, "\n");
    draw_rows(&canvas);
    draw_guard(&canvas);
    list_changed(&canvas);
    tell_other_side(&canvas);
}
