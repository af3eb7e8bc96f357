/* report_stack.c - the frames of a report: the program's own, named; the C library's left out. */
#include "pool/report.h"

#include "pool/os.h"
#include "pool/symbol.h"
#include "pool/util.h"

#include <string.h>

enum { FUNCTION_COLUMN = 32, FRAMES_MAX = 10, PATH_BYTES = 1024 };

struct printer {
    struct text *text;
    struct report_place *place;
    unsigned printed;
    unsigned frame;
    char directory[PATH_BYTES];
    size_t directory_length;
};

/* Frames that every program has below its own code, and the walk's end. */
static bool is_start_up(const struct symbol *symbol)
{
    static const char *const name[] = {
        "_start", "__libc_start_main", "__libc_start_call_main", "start_thread", "clone", "clone3"};
    for (unsigned i = 0; symbol->function != NULL && i < COUNT_OF(name); i++)
        if (strncmp(symbol->function, name[i], strlen(name[i])) == 0)
            return true;
    return symbol->function == NULL && symbol->file == NULL && symbol->module == NULL;
}

static void add_place(struct text *text, const struct printer *printer, const struct symbol *symbol)
{
    const char *file = symbol->file;
    if (file != NULL) {
        if (printer->directory_length > 0 &&
            strncmp(file, printer->directory, printer->directory_length) == 0 &&
            file[printer->directory_length] == '/')
            file += printer->directory_length + 1;
        text_add(text, "%s:%u", file, symbol->line);
    } else if (symbol->module != NULL) {
        text_add(text, "%s+0x%lx", symbol->module, (uint64_t)symbol->offset);
        if (symbol->build_id[0] != 0)
            text_add(text, " (build-id %s)", symbol->build_id);
    } else {
        text_add(text, "0x%lx", (uint64_t)symbol->offset);
    }
}

static void copy_word(char *to, size_t capacity, const char *from)
{
    struct text text = text_over(to, capacity);
    text_add(&text, "%s", from != NULL ? from : "");
}

static void remember(const struct printer *printer, const struct symbol *symbol)
{
    struct report_place *place = printer->place;
    if (place == NULL || symbol->is_runtime)
        return;
    if (place->line[0] == 0 || (place->is_ours && !symbol->is_ours)) {
        struct text line = TEXT_OVER(place->line);
        add_place(&line, printer, symbol);
        copy_word(place->function, sizeof place->function, symbol->function);
        place->caller[0] = 0;
        place->is_ours = symbol->is_ours;
    } else if (place->caller[0] == 0) {
        copy_word(place->caller, sizeof place->caller, symbol->function);
    }
}

static void print_symbol(const struct symbol *symbol, void *context)
{
    struct printer *printer = context;
    bool is_top = printer->frame == 0;
    if (printer->printed >= FRAMES_MAX || (!is_top && symbol->is_runtime) || symbol->is_inlined ||
        is_start_up(symbol))
        return;
    text_add(printer->text, "    #%u %s", printer->printed,
             symbol->function != NULL ? symbol->function : "??");
    text_add(printer->text, " ");
    text_pad_to(printer->text, FUNCTION_COLUMN);
    add_place(printer->text, printer, symbol);
    text_add(printer->text, "\n");
    printer->printed++;
    remember(printer, symbol);
}

void report_frames(struct text *text, const uintptr_t *frames, unsigned count,
                   struct report_place *place)
{
    struct printer printer = {.text = text, .place = place};
    printer.directory_length = os_working_directory(printer.directory, sizeof printer.directory);
    for (unsigned i = 0; i < count; i++) {
        printer.frame = i;
        /* A return address lies behind its call, which may be the last of its line. */
        symbol_find(frames[i] - 1, print_symbol, &printer);
    }
    if (printer.printed == 0)
        text_add(text, "    (no stack)\n");
}

struct chain {
    struct text *text;
    unsigned left;
    bool has_any;
    bool has_ours;
    struct symbol ours; /* the routine of ours that the program called, not yet written */
};

static void add_link(struct chain *chain, const struct symbol *symbol)
{
    const char *slash = symbol->file != NULL ? strrchr(symbol->file, '/') : NULL;
    const struct printer printer = {.directory_length = 0};
    struct symbol named = *symbol;
    if (slash != NULL)
        named.file = slash + 1;
    text_add(chain->text, "%s%s ", chain->has_any ? " < " : "",
             symbol->function != NULL ? symbol->function : "??");
    add_place(chain->text, &printer, &named);
    chain->has_any = true;
    chain->left -= chain->left > 0;
}

static void take_link(const struct symbol *symbol, void *context)
{
    struct chain *chain = context;
    if (chain->left == 0 || symbol->is_runtime || symbol->is_inlined || is_start_up(symbol))
        return;
    if (symbol->is_ours) {
        chain->has_ours = !chain->has_any;
        chain->ours = *symbol;
        return;
    }
    if (chain->has_ours)
        add_link(chain, &chain->ours);
    chain->has_ours = false;
    add_link(chain, symbol);
}

bool report_chain(struct text *text, const uintptr_t *frames, unsigned count, unsigned most)
{
    struct chain chain = {.text = text, .left = most};
    for (unsigned i = 0; i < count && chain.left > 0; i++)
        symbol_find(frames[i] - 1, take_link, &chain);
    if (chain.has_ours)
        add_link(&chain, &chain.ours);
    return chain.has_any;
}
