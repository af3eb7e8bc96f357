/* symbol.h - names for code addresses: function, file and line by debug information where there is
 * any, else module and offset. Uses no malloc. What it returns stays readable. */
#ifndef POOL_SYMBOL_H
#define POOL_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
    const char *function; /* NULL: unknown */
    const char *file;     /* NULL: unknown */
    unsigned line;
    const char *module; /* base name of the program or library; NULL: none */
    uintptr_t offset;   /* in the module, as addr2line wants it */
    bool is_runtime;    /* the C library, the loader, or a sanitizer's runtime */
    bool is_ours;       /* expool's own code, linked either way */
    bool is_library;    /* of the C++ library, compiled into the program from its headers */
    bool is_inlined;    /* of one of our headers, in the program's function that comes next */
    char build_id[2 * 20 + 1];
};

/* Calls `take` once for each function inlined at `address`, innermost first; at least once. The
 * runtime's functions are named only with verbose=1: reports leave them out. */
void symbol_find(uintptr_t address, void (*take)(const struct symbol *symbol, void *context),
                 void *context);

/* The function that holds the address, by the symbol table only. */
struct symbol_function {
    const char *module; /* base name */
    const char *name;
    uintptr_t start;
};
bool symbol_function(uintptr_t address, struct symbol_function *function);

/* The variable at the address, by the symbol table; NULL: none. */
const char *symbol_variable(const void *address);

#endif
