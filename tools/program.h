/* program.h - an executable file, before it is run: can anything be checked in it? */
#ifndef TOOLS_PROGRAM_H
#define TOOLS_PROGRAM_H

#include <stdbool.h>

enum { PROGRAM_PATH_BYTES = 4096 };

struct program {
    char path[PROGRAM_PATH_BYTES];   /* what execve gets */
    char judged[PROGRAM_PATH_BYTES]; /* the same; of a script, its interpreter */
    bool is_script;
    bool is_elf;
    bool is_foreign;     /* another processor, or 32 bits */
    bool is_dynamic;     /* has an interpreter: can be preloaded */
    bool is_set_id;      /* runs with other rights than the caller's */
    bool has_expool;     /* libexpool is linked in, or needed */
    bool has_own_malloc; /* defines malloc itself: nobody can come before it */
    bool has_debug_info;
    bool has_symbols;
    unsigned long function_count; /* by the unwind tables; 0: not known */
    unsigned long frame_count;    /* of these, those that set up a frame pointer */
    char build_id[64];            /* hexadecimal; "": none */
    char sanitizer[64];           /* soname of a sanitizer's runtime that it needs; empty: none */
};

/* Looks `name` up as execvp would and reads the file. Returns 0, or the exit code (126, 127) after
 * one line on stderr. */
int program_find(const char *name, struct program *program);

/* NULL, or why it cannot be checked: one line without the program's name. */
const char *program_refusal(const struct program *program);

#endif
