/* subject.h - one that is measured: a program, with a library or a tool around it. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include <stdbool.h>

enum subject_kind { KIND_OURS, KIND_FAST, KIND_HARDENED };

enum { SUBJECT_PATH_MAX = 512, SUBJECT_WORDS_MAX = 8 };

struct subject {
    const char *word;
    enum subject_kind kind;
    const char *program;     /* beside the runner */
    const char *environment; /* one "NAME=value", or NULL */
    const char *libraries; /* where LD_PRELOAD finds it: patterns with ':' between; NULL: nothing */
    const char *origin;    /* the package, or what to do about it */
    const char *handed_as; /* the variable that names the library; NULL: LD_PRELOAD */
    const char *tool;      /* "/usr/bin/valgrind -q": runs the program; NULL: it runs itself */
    bool has_limit;        /* it is known to die of many live blocks */
    unsigned quick_live;   /* a quick run asks it for no more live blocks; 0: for any number */
    bool is_slow;          /* in the first round of a full run only */
    bool is_there;         /* this and what follows: subject_look */
    char library[SUBJECT_PATH_MAX]; /* "" when none is needed */
};

#define SYSTEM_LIBRARY(file)                                                                       \
    "/usr/lib/*/" file ":/usr/lib/" file ":/usr/lib64/" file ":/usr/local/lib/" file
#define SCUDO_LIBRARY                                                                              \
    "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.scudo_standalone-x86_64.so:"                \
    "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.scudo_standalone-aarch64.so"

/* Finds its program in `folder`, its tool and its library on this machine; a library's path that
 * begins with "./" is looked for in `folder`. */
void subject_look(struct subject *subject, const char *folder);

/* One run of it. */
struct process;
struct subject_run {
    char program[SUBJECT_PATH_MAX + 64];
    char preload[SUBJECT_PATH_MAX + 16];
    char tool[SUBJECT_PATH_MAX];
    const char *words[2 * SUBJECT_WORDS_MAX];
    const char *environment[8];
};

/* Sets the command and environment of `process` for the words, NULL at the end, behind the
 * program; they live in `run`. */
void subject_command(const struct subject *subject, const char *folder, const char *const *words,
                     struct subject_run *run, struct process *process);

#endif
