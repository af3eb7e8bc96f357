#include "verifier/stack_id.h"

#include "pool/symbol.h"
#include "pool/symbol_module.h"
#include "pool/unwind.h"

#include <string.h>

enum { FNV_PRIME = 0x01000193 };
#define FNV_START 0x811c9dc5u

static uint32_t add_bytes(uint32_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * FNV_PRIME;
    return hash;
}

/* "libz.so.1.2.13" and "libz.so.1.3" are one library. */
static size_t module_length(const char *name)
{
    const char *end = strstr(name, ".so");
    return end == NULL ? strlen(name) : (size_t)(end - name);
}

static void take_line(const struct symbol *symbol, void *context)
{
    struct text *text = context;
    if (symbol->file != NULL && text != NULL && text->bytes[text->length - 1] != ')')
        text_add(text, "(%s:%u)", symbol->file, symbol->line);
}

static void add_frame_text(struct text *text, const struct symbol_module *module,
                           const struct symbol_function *function, uintptr_t address)
{
    text_add(text, " ");
    text_add_bytes(text, module->name, module_length(module->name));
    if (function->name != NULL)
        text_add(text, "!%s+0x%lx", function->name, address - function->start);
    else
        text_add(text, "+0x%lx", address - module->base);
    symbol_find(address, take_line, text); /* the innermost function's comes first */
}

static uint32_t add_frame(uint32_t hash, const struct symbol_module *module, uintptr_t address,
                          struct text *text)
{
    struct symbol_function function;
    bool is_named = symbol_function(address, &function);
    uint64_t offset = address - (is_named ? function.start : module->base);
    hash = add_bytes(hash, module->name, module_length(module->name));
    if (is_named)
        hash = add_bytes(hash, function.name, strlen(function.name));
    hash = add_bytes(hash, &offset, sizeof offset);
    if (text != NULL)
        add_frame_text(text, module, &function, address);
    return hash;
}

/* The C library's own frames differ from machine to machine and say nothing about the program;
 * `runtime` takes those where there are no others. A return address belongs to the call before
 * it. Data that a walk along frame pointers took for code ends the stack. */
static unsigned add_frames(uint32_t *hash, const uintptr_t *frames, unsigned count, bool runtime,
                           struct text *text)
{
    struct symbol_module module;
    unsigned added = 0;
    for (unsigned i = 0; i < count && symbol_module_find(frames[i] - 1, &module); i++) {
        if (module.is_runtime != runtime)
            continue;
        *hash = add_frame(*hash, &module, frames[i] - 1, text);
        added++;
    }
    return added;
}

static bool is_loaders(uintptr_t address)
{
    struct symbol_module module;
    return symbol_module_find(address - 1, &module) &&
           strncmp(module.name, "ld-", strlen("ld-")) == 0;
}

bool stack_is_loaders(const void *frame)
{
    return is_loaders(unwind_caller(frame));
}

bool stack_is_of_loader(stack_id stack)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    return stack_frames(stack, frames) > 0 && is_loaders(frames[0]);
}

uint32_t stack_id_of(const uintptr_t *frames, unsigned count, struct text *text)
{
    uint32_t hash = FNV_START;
    if (add_frames(&hash, frames, count, false, text) == 0)
        add_frames(&hash, frames, count, true, text);
    return hash == 0 ? 1 : hash;
}
