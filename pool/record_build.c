#include "pool/record_build.h"

#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/report_output.h"
#include "pool/sanitizer.h"
#include "pool/symbol_module.h"
#include "pool/util.h"

#include <string.h>

enum { MODULES_MAX = 256, OPTIONS_BYTES = 4096, PATH_BYTES = 4096, ALIGNMENT = 8 };

static uint32_t number; /* of this process's records */

static struct expool_record *header_of(struct record_build *build)
{
    return (struct expool_record *)(void *)build->bytes;
}

struct expool_record *record_begin(struct record_build *build, enum expool_record_kind kind)
{
    struct expool_record *record = header_of(build);
    build->length = sizeof *record;
    number++;
    *record = (struct expool_record){.magic = EXPOOL_RECORD_MAGIC,
                                     .version = EXPOOL_RECORD_VERSION,
                                     .header_bytes = sizeof *record,
                                     .kind = kind,
                                     .time_ns = os_time_ns(),
                                     .process = os_process_id(),
                                     .thread = os_thread_id(),
                                     .number = number,
                                     .seed = options.seed};
    return record;
}

/* NULL: it does not fit. Eight bytes are kept for the end. */
static void *append(struct record_build *build, size_t bytes, size_t alignment, uint32_t *offset)
{
    uint64_t at = round_up(build->length, alignment);
    *offset = 0;
    if (bytes > sizeof build->bytes - ALIGNMENT || at > sizeof build->bytes - ALIGNMENT - bytes)
        return NULL;
    memset(build->bytes + build->length, 0, at - build->length);
    build->length = at + bytes;
    *offset = (uint32_t)at;
    return build->bytes + at;
}

static expool_record_string add_letters(struct record_build *build, const char *letters,
                                        size_t length)
{
    expool_record_string offset = 0;
    char *to = length == 0 ? NULL : append(build, length + 1, 1, &offset);
    if (to == NULL)
        return 0;
    memcpy(to, letters, length);
    to[length] = 0;
    return offset;
}

expool_record_string record_add_string(struct record_build *build, const char *string)
{
    return string == NULL ? 0 : add_letters(build, string, strlen(string));
}

expool_record_string record_add_text(struct record_build *build, const struct text *text)
{
    return add_letters(build, text->bytes, text->length);
}

void *record_add_list(struct record_build *build, struct expool_record_list *list, uint32_t count,
                      size_t element_bytes)
{
    uint32_t offset;
    void *start = append(build, count * element_bytes, ALIGNMENT, &offset);
    *list = (struct expool_record_list){offset, start != NULL ? count : 0};
    if (start != NULL)
        memset(start, 0, count * element_bytes);
    return count > 0 ? start : NULL;
}

/* They may lie in memory that a sanitizer has closed. */
READS_UNWRITTEN __attribute__((no_sanitize("address"))) static void
copy_any(unsigned char *to, const volatile unsigned char *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = from[i];
}

void record_add_bytes(struct record_build *build, struct expool_record_list *list,
                      const void *bytes, size_t count)
{
    void *to = record_add_list(build, list, (uint32_t)count, 1);
    if (to != NULL)
        copy_any(to, bytes, count);
}

struct modules {
    struct record_build *build;
    uint32_t count;
    struct expool_record_module module[MODULES_MAX];
};

static struct modules modules;

static void take_module(const struct symbol_module *module, void *context)
{
    struct modules *all = context;
    char build_id[2 * BUILD_ID_BYTES + 1];
    if (all->count >= MODULES_MAX)
        return;
    symbol_build_id(module, build_id);
    struct expool_record_module *row = &all->module[all->count++];
    *row = (struct expool_record_module){module->start, module->end, module->base, 0, 0};
    row->path = record_add_string(all->build, module->path);
    row->build_id = record_add_string(all->build, build_id);
}

static void add_modules(struct record_build *build)
{
    modules.build = build;
    modules.count = 0;
    symbol_module_each(take_module, &modules);
    struct expool_record_list list;
    struct expool_record_module *rows =
        record_add_list(build, &list, modules.count, sizeof modules.module[0]);
    if (rows != NULL)
        memcpy(rows, modules.module, modules.count * sizeof modules.module[0]);
    header_of(build)->modules = list;
}

static int32_t module_of(uint64_t address)
{
    for (uint32_t i = 0; i < modules.count; i++)
        if (address >= modules.module[i].start && address < modules.module[i].end)
            return (int32_t)i;
    return EXPOOL_RECORD_NONE;
}

void record_add_process(struct record_build *build)
{
    static char bytes[PATH_BYTES];
    struct text settings = text_over(bytes, OPTIONS_BYTES);
    struct expool_record *record = header_of(build);
    add_modules(build);
    options_text(&settings);
    record->options = record_add_text(build, &settings);
    if (options.symbolize == OPTION_SYMBOLIZE_LATER)
        record->flags |= EXPOOL_RECORD_NAMES_LATER;
    if (os_working_directory(bytes, sizeof bytes) > 0)
        record->directory = record_add_string(build, bytes);
    if (os_program_path(bytes, sizeof bytes) > 0)
        record->program = record_add_string(build, bytes);
}

static void fill_frame(struct record_build *build, struct expool_record_frame *to,
                       const struct report_frame *from)
{
    const struct symbol *symbol = &from->symbol;
    *to = (struct expool_record_frame){.address = from->address,
                                       .offset = symbol->offset,
                                       .module = module_of(from->address),
                                       .line = symbol->line,
                                       .function = record_add_string(build, symbol->function),
                                       .file = record_add_string(build, symbol->file)};
    to->flags = (symbol->is_runtime ? EXPOOL_FRAME_RUNTIME : 0u) |
                (symbol->is_ours ? EXPOOL_FRAME_OURS : 0u) |
                (report_frame_is_hidden(from) ? EXPOOL_FRAME_HIDDEN : 0u);
}

struct expool_record_list record_add_frames(struct record_build *build,
                                            const struct report_stack *stack)
{
    struct expool_record_list list = {0, 0};
    struct expool_record_frame *frames =
        record_add_list(build, &list, stack->count, sizeof frames[0]);
    for (uint32_t i = 0; frames != NULL && i < stack->count; i++)
        fill_frame(build, &frames[i], &stack->frame[i]);
    return list;
}

bool record_end(struct record_build *build)
{
    uint64_t end = round_up(build->length + 1, ALIGNMENT); /* the last string ends in any case */
    memset(build->bytes + build->length, 0, end - build->length);
    header_of(build)->bytes = end;
    return report_output_record(build->bytes, end);
}
