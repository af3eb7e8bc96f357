#include "pool/symbol.h"

#include "pool/libbacktrace.h"
#include "pool/options.h"
#include "pool/own_code.h"
#include "pool/symbol_module.h"
#include "pool/util.h"

#include <string.h>

enum { LINELESS_BYTES_MAX = 64 };

struct lookup {
    struct symbol symbol;
    struct backtrace_state *state;
    void (*take)(const struct symbol *symbol, void *context);
    void *context;
    unsigned taken;
};

/* In a program linked with libexpool.a our code is known by its source files: by where this one
 * was when it was compiled. Without debug information it passes for the program's. */
static bool file_is_ours(const char *file)
{
    static const char self[] = __FILE__; /* .../pool/symbol.c */
    static const char *const folder[] = {"pool/", "kernel/", "verifier/", "preload/", "fuzz/kit/"};
    const size_t root = sizeof self - sizeof "pool/symbol.c";
    const char *found = memmem(file, strlen(file), self, root); /* clang: the build folder first */
    for (unsigned i = 0; found != NULL && i < COUNT_OF(folder); i++)
        if (strncmp(found + root, folder[i], strlen(folder[i])) == 0)
            return true;
    return false;
}

static void ignore_error(void *context, const char *message, int number)
{
    (void)context;
    (void)message;
    (void)number;
}

struct near {
    const char *function;
    unsigned line;
};

static int take_near(void *context, uintptr_t address, const char *file, int line,
                     const char *function)
{
    struct near *near = context;
    (void)address;
    (void)file;
    if (function != NULL && strcmp(function, near->function) == 0 && line > 0)
        near->line = (unsigned)line;
    return 1; /* the innermost frame only */
}

/* Where a compiler made one call of two it gives it the line 0. The nearest instruction in front
 * that has one, in the same function. */
static unsigned line_before(struct backtrace_state *state, uintptr_t address, const char *function)
{
    struct near near = {.function = function};
    for (unsigned i = 1; i <= LINELESS_BYTES_MAX && near.line == 0; i++)
        backtrace_pcinfo(state, address - i, take_near, ignore_error, &near);
    return near.line;
}

static int take_line(void *context, uintptr_t address, const char *file, int line,
                     const char *function)
{
    struct lookup *lookup = context;
    if (function == NULL && file == NULL)
        return 0;
    lookup->symbol.file = file;
    lookup->symbol.line = line > 0 ? (unsigned)line : 0;
    if (line == 0 && function != NULL && lookup->taken == 0)
        lookup->symbol.line = line_before(lookup->state, address, function);
    lookup->symbol.function = function;
    lookup->symbol.is_ours |= file != NULL && file_is_ours(file);
    lookup->symbol.is_library = file != NULL && strstr(file, "/include/c++/") != NULL;
    lookup->symbol.is_inlined = file != NULL && strstr(file, "include/expool/") != NULL;
    lookup->take(&lookup->symbol, lookup->context);
    lookup->taken++;
    return 0;
}

static void take_name(void *context, uintptr_t address, const char *name, uintptr_t value,
                      uintptr_t size)
{
    (void)address;
    (void)size;
    struct symbol_function *function = context;
    function->name = name;
    function->start = value;
}

/* Routines of the C library whose stand-ins in a sanitizer's runtime call on within it. With clang
 * they lie in the program, each under two names. */
#define STAND_INS(take)                                                                            \
    take(memcmp) take(bcmp) take(sscanf) take(printf) take(fprintf) take(sprintf) take(snprintf)   \
        take(vprintf) take(vfprintf) take(vsprintf) take(vsnprintf)
#define DECLARE(name) extern const char __interceptor_##name[] __attribute__((weak)); /* NOLINT */
#define ADDRESS(name) __interceptor_##name,
STAND_INS(DECLARE)

static bool is_sanitizers(const struct symbol_function *function)
{
    static const char *const prefix[] = {"__interceptor_", "__asan_", "__sanitizer_", "__lsan_"};
    static const char *const stand_ins[] = {STAND_INS(ADDRESS)};
    for (unsigned i = 0; i < COUNT_OF(prefix); i++)
        if (strncmp(function->name, prefix[i], strlen(prefix[i])) == 0)
            return true;
    for (unsigned i = 0; i < COUNT_OF(stand_ins); i++)
        if (function->start == (uintptr_t)stand_ins[i])
            return true;
    return false;
}

static void name_by_debug_information(uintptr_t address, const struct symbol_module *module,
                                      struct lookup *lookup)
{
    struct backtrace_state *state = symbol_module_state(module);
    struct symbol_function function = {.name = NULL};
    if (state == NULL)
        return;
    lookup->state = state;
    backtrace_pcinfo(state, address, take_line, ignore_error, lookup);
    if (lookup->taken > 0)
        return;
    backtrace_syminfo(state, address, take_name, ignore_error, &function);
    lookup->symbol.function = function.name;
    lookup->symbol.is_runtime |= function.name != NULL && is_sanitizers(&function);
}

void symbol_find(uintptr_t address, void (*take)(const struct symbol *symbol, void *context),
                 void *context)
{
    struct lookup lookup = {.take = take, .context = context};
    struct symbol_module module;
    if (symbol_module_find(address, &module)) {
        lookup.symbol.module = module.name;
        lookup.symbol.offset = address - module.base;
        lookup.symbol.is_runtime = module.is_runtime;
        lookup.symbol.is_ours = module.is_ours || own_code_has(address);
        symbol_build_id(&module, lookup.symbol.build_id);
        if (options.symbolize == OPTION_SYMBOLIZE_AUTO && (!module.is_runtime || options.verbose))
            name_by_debug_information(address, &module, &lookup);
    } else {
        lookup.symbol.offset = address;
    }
    if (lookup.taken == 0)
        take(&lookup.symbol, context);
}

bool symbol_function(uintptr_t address, struct symbol_function *function)
{
    struct symbol_module module;
    *function = (struct symbol_function){.name = NULL};
    if (!symbol_module_find(address, &module))
        return false;
    struct backtrace_state *state = symbol_module_state(&module);
    if (state != NULL)
        backtrace_syminfo(state, address, take_name, ignore_error, function);
    function->module = module.name;
    return function->name != NULL;
}

const char *symbol_variable(const void *address)
{
    struct symbol_function variable;
    bool is_named = symbol_function((uintptr_t)address, &variable);
    return is_named ? variable.name : NULL;
}
