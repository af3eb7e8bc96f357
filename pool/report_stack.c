/* report_stack.c - the frames of a report: named, the program's own printed, the others left
 * out. */
#include "pool/report.h"

#include "pool/demangle.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/util.h"

#include <string.h>

enum {
    FUNCTION_COLUMN = 32,
    FUNCTION_MAX = 48,
    PATH_BYTES = 1024,
    NAME_BYTES = 512,
    CALLEE_LEAST = 20,
    ELLIPSIS = 3
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

/* Of the C library and its like. */
static bool is_not_programs(const struct symbol *symbol)
{
    return symbol->is_runtime || symbol->is_library || symbol->is_inlined || is_start_up(symbol);
}

bool report_frame_is_hidden(const struct report_frame *frame)
{
    const struct symbol *symbol = &frame->symbol;
    return is_not_programs(symbol) || symbol->is_ours;
}

static const char *without_prefix(const char *path, const char *prefix)
{
    size_t length = strlen(prefix);
    while (length > 0 && prefix[length - 1] == '/')
        length--;
    if (length == 0 || strncmp(path, prefix, length) != 0 || path[length] != '/')
        return path;
    return path + length + 1;
}

/* "../../src/app.c" was seen from the folder it was compiled in, which nobody has told us. */
static const char *without_dots(const char *path)
{
    while (path[0] == '.' && (path[1] == '/' || (path[1] == '.' && path[2] == '/')))
        path += path[1] == '/' ? 2 : 3;
    return path;
}

const char *report_short_path(const char *file)
{
    char directory[PATH_BYTES];
    const char *absolute = strstr(file, "//"); /* clang's: the build folder before a whole path */
    if (absolute != NULL)
        file = absolute + 1;
    const char *rest = without_prefix(file, options.strip_prefix);
    if (rest == file && os_working_directory(directory, sizeof directory) > 0)
        rest = without_prefix(file, directory);
    return without_dots(rest);
}

void report_add_fitting(struct text *text, const char *path, size_t room)
{
    size_t length = strlen(path);
    if (length > room && room > ELLIPSIS) {
        text_add(text, "...");
        path += length - (room - ELLIPSIS);
    }
    text_add(text, "%s", path);
}

static void add_place(struct text *text, const struct symbol *symbol, size_t room,
                      bool has_build_id)
{
    char bytes[PATH_BYTES];
    struct text tail = TEXT_OVER(bytes);
    if (symbol->file != NULL) {
        text_add(&tail, ":%u", symbol->line);
        report_add_fitting(text, report_short_path(symbol->file),
                           room > tail.length ? room - tail.length : 0);
    } else if (symbol->module != NULL) {
        text_add(&tail, "%s+0x%lx", symbol->module, (uint64_t)symbol->offset);
        if (has_build_id && symbol->build_id[0] != 0)
            text_add(&tail, " (build-id %s)", symbol->build_id);
    } else {
        text_add(&tail, "0x%lx", (uint64_t)symbol->offset);
    }
    text_add(text, "%s", bytes);
}

/* "std::vector<int, std::allocator<int> >::at" -> "std::vector<...>::at" */
static void add_without_arguments(struct text *text, const char *name)
{
    static const char word[] = "operator";
    unsigned depth = 0;
    for (const char *at = name; *at != 0; at++) {
        size_t before = (size_t)(at - name);
        bool is_operator = before >= sizeof word - 1 &&
                           strncmp(at - (sizeof word - 1), word, sizeof word - 1) == 0;
        bool opens = *at == '<' && !is_operator && !(before > 0 && at[-1] == '<' && depth == 0);
        bool closes = *at == '>' && depth > 0 && at[-1] != '-';
        if (opens && depth == 0)
            text_add(text, "<...>");
        depth += opens;
        if (depth == 0)
            text_add_bytes(text, at, 1);
        depth -= closes;
    }
}

void report_add_function(struct text *text, const char *function, size_t room)
{
    char bytes[NAME_BYTES];
    char short_bytes[NAME_BYTES];
    struct text name = TEXT_OVER(bytes);
    struct text shorter = TEXT_OVER(short_bytes);
    demangle(&name, function != NULL ? function : "??");
    bool is_long = name.length > room;
    if (is_long)
        add_without_arguments(&shorter, bytes);
    const struct text *shown = is_long ? &shorter : &name;
    text_add_bytes(text, shown->bytes, shown->length > room ? room - ELLIPSIS : shown->length);
    if (shown->length > room)
        text_add(text, "...");
}

struct naming {
    struct report_stack *stack;
    uintptr_t address;
};

static void take_name(const struct symbol *symbol, void *context)
{
    const struct naming *naming = context;
    struct report_stack *stack = naming->stack;
    if (stack->count < REPORT_NAMES)
        stack->frame[stack->count++] =
            (struct report_frame){.address = naming->address, .symbol = *symbol};
}

/* libFuzzer's own, and what lies below it: where a stack of a fuzzed program ends. */
static bool is_engines(const struct symbol *symbol)
{
    static const char name_space[] = "_ZN6fuzzer";
    return symbol->function != NULL &&
           strncmp(symbol->function, name_space, sizeof name_space - 1) == 0;
}

/* False: the frame was the engine's, and was left out. */
static bool name_frame(struct report_stack *stack, uintptr_t address, uintptr_t at)
{
    struct naming naming = {.stack = stack, .address = address};
    symbol_find(at, take_name, &naming);
    if (stack->count == 0 || !is_engines(&stack->frame[stack->count - 1].symbol))
        return true;
    stack->count--;
    return false;
}

void report_stack_name(struct report_stack *stack, const uintptr_t *frames, unsigned count)
{
    stack->count = 0;
    /* A return address lies behind its call, which may be the last of its line. */
    for (unsigned i = 0; i < count && name_frame(stack, frames[i], frames[i] - 1); i++) {
    }
}

void report_stack_name_fault(struct report_stack *stack, const uintptr_t *frames, unsigned count)
{
    stack->count = 0;
    for (unsigned i = 0; i < count; i++)
        if (!name_frame(stack, frames[i], i == 0 ? frames[i] : frames[i] - 1))
            return;
}

static void copy_name(char *to, size_t capacity, const char *from)
{
    struct text text = text_over(to, capacity);
    if (from != NULL)
        report_add_function(&text, from, capacity - 1);
}

static void remember(const struct report_frame *frame, struct report_place *place)
{
    const struct symbol *symbol = &frame->symbol;
    struct text line = TEXT_OVER(place->line);
    add_place(&line, symbol, sizeof place->line / 2, false);
    copy_name(place->function, sizeof place->function, symbol->function);
    place->linkage_name = symbol->function;
    place->caller_linkage_name = NULL;
    place->is_ours = symbol->is_ours;
    place->module = symbol->module;
    place->address = frame->address;
}

void report_stack_place(const struct report_stack *stack, struct report_place *place)
{
    *place = (struct report_place){.line = ""};
    for (unsigned i = 0; i < stack->count; i++) {
        const struct report_frame *frame = &stack->frame[i];
        const struct symbol *symbol = &frame->symbol;
        if (is_not_programs(symbol))
            continue;
        if (place->line[0] == 0 || (place->is_ours && !symbol->is_ours))
            remember(frame, place);
        else if (place->caller_linkage_name == NULL)
            place->caller_linkage_name = symbol->function;
    }
}

/* `callee`: what of the C++ library it called, when that is left out; NULL: nothing. */
static void print_frame(struct text *text, const struct report_frame *frame, unsigned number,
                        const char *callee)
{
    size_t line = text->length;
    text_add(text, "    #%u ", number);
    report_add_function(text, frame->symbol.function, FUNCTION_MAX);
    text_add(text, " ");
    text_pad_to(text, FUNCTION_COLUMN);
    add_place(text, &frame->symbol, REPORT_COLUMNS - (text->length - line), true);
    size_t used = text->length - line + sizeof ", in " - 1;
    if (callee != NULL && used + CALLEE_LEAST <= REPORT_COLUMNS) {
        text_add(text, ", in ");
        report_add_function(text, callee, REPORT_COLUMNS - used);
    }
    text_add(text, "\n");
}

static bool is_ours(const struct report_frame *frame)
{
    return frame->symbol.is_ours;
}

static bool is_programs(const struct report_frame *frame)
{
    return !report_frame_is_hidden(frame);
}

static bool is_any(const struct report_frame *frame)
{
    return frame != NULL;
}

static unsigned print_frames(struct text *text, const struct report_stack *stack, unsigned most,
                             bool (*is_shown)(const struct report_frame *frame))
{
    unsigned printed = 0;
    const char *callee = NULL;
    for (unsigned i = 0; i < stack->count && printed < most; i++) {
        const struct report_frame *frame = &stack->frame[i];
        bool shows = is_shown(frame);
        if (shows)
            print_frame(text, frame, printed++, callee);
        callee = !shows && frame->symbol.is_library ? frame->symbol.function : NULL;
    }
    return printed;
}

void report_stack_print(struct text *text, const struct report_stack *stack, unsigned most)
{
    if (options.verbose) {
        print_frames(text, stack, REPORT_NAMES, is_any);
        return;
    }
    /* When nothing of the program's is there, better ours than nothing. */
    if (print_frames(text, stack, most, is_programs) == 0 &&
        print_frames(text, stack, most, is_ours) == 0)
        text_add(text,
                 stack->count > 0 ? "    (none of the program's own code)\n" : "    (no stack)\n");
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
    struct symbol named = *symbol;
    if (slash != NULL)
        named.file = slash + 1;
    text_add(chain->text, "%s", chain->has_any ? " < " : "");
    report_add_function(chain->text, symbol->function, FUNCTION_MAX);
    text_add(chain->text, " ");
    add_place(chain->text, &named, PATH_BYTES, true);
    chain->has_any = true;
    chain->left -= chain->left > 0;
}

static void take_link(const struct symbol *symbol, void *context)
{
    struct chain *chain = context;
    if (chain->left == 0 || is_not_programs(symbol))
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
