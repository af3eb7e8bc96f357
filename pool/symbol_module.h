/* symbol_module.h - the program and the libraries that are loaded, and libbacktrace's view of each.
 * One state a module, made when an address in it is first asked for: the debug information of the
 * others (the C library's alone takes a tenth of a second to unpack) is never read.
 * The table is fixed and its rows are only ever added, by compare-and-swap: no lock. */
#ifndef POOL_SYMBOL_MODULE_H
#define POOL_SYMBOL_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUILD_ID_BYTES = 20 };

struct symbol_module {
    const char *path; /* "" for none */
    const char *name; /* its last part; of the program too */
    uintptr_t base;   /* what is added to the file's addresses */
    uintptr_t start;  /* of the lowest segment */
    uintptr_t end;
    bool is_program;
    bool is_runtime; /* the C library, the loader, or a sanitizer's runtime */
    bool is_ours;    /* libexpool.so, libexpool-preload.so */
    unsigned char build_id[BUILD_ID_BYTES];
    unsigned build_id_bytes;
};

/* The module that covers the address; false: none. */
bool symbol_module_find(uintptr_t address, struct symbol_module *module);

typedef void symbol_module_take(const struct symbol_module *module, void *context);
void symbol_module_each(symbol_module_take *take, void *context);

/* libbacktrace's state for the module; NULL: the table is full, or there is no such file. */
struct backtrace_state;
struct backtrace_state *symbol_module_state(const struct symbol_module *module);

void symbol_build_id(const struct symbol_module *module, char text[2 * BUILD_ID_BYTES + 1]);

#endif
