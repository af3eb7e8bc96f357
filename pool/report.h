/* report.h - what a person reads when a rule was broken. Stacks are named once; the text and the
 * binary record are made from that. One buffer, one write, between two marks: what happened,
 * Windows' numbers, where it was noticed, the bytes, who allocated and who freed, what to look at,
 * how to see it again, what was on. Runs in a signal handler: no malloc, no stdio. One at a time;
 * bugcheck.c sees to it. */
#ifndef POOL_REPORT_H
#define POOL_REPORT_H

#include "pool/symbol.h"
#include "pool/text.h"
#include "pool/violation.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    REPORT_COLUMNS = 100,
    REPORT_LINES = 60,
    REPORT_NAMES = 48, /* frames of a stack, those inlined counted */
    REPORT_TOKEN_BYTES = 160,
};

/* Marks in a text that is being put together, for report_finish to replace. */
#define REPORT_RED   "\001"
#define REPORT_BOLD  "\002"
#define REPORT_PLAIN "\003"
#define REPORT_WHOLE "\004" /* at a line's start: it is not cut at REPORT_COLUMNS */

struct report_frame {
    uintptr_t address;
    struct symbol symbol;
};

struct report_stack {
    unsigned count;
    struct report_frame frame[REPORT_NAMES];
};

/* Where something happened: the first frame that is neither the C library's nor ours; where there
 * is none, the first of ours. */
struct report_place {
    bool is_ours;
    const char *module; /* NULL: unknown */
    uintptr_t address;
    char function[64];        /* "" unknown */
    const char *linkage_name; /* of it, and of its caller; NULL: unknown */
    const char *caller_linkage_name;
    char line[160]; /* "driver.c:58" or "module+0x12" */
};

struct report {
    const struct violation *violation; /* its kind is VIOLATION_KIND_COUNT for a stop that driver
                                          code asked for */
    const struct stop *stop;
    uint64_t earlier;     /* reports of this process before this one */
    bool is_plain;        /* a fault came while it was written: no stacks, no bytes */
    bool is_nobodys_call; /* only our own code is on the stack: `access` says nothing */
    struct report_stack access;
    struct report_stack allocated;
    struct report_stack freed;
    struct report_stack sides[VIOLATION_SIDES_MAX];
    struct report_place place; /* of the access */
    struct report_place allocated_place;
    char token[REPORT_TOKEN_BYTES]; /* "c1.24:HevD:Trigger:Main" */
};

/* Takes and names the stacks, makes the token. The report is kept in a place of its own. */
struct report *report_prepare(const struct violation *violation, const struct stop *stop);

/* The name of the driver at fault; NULL: not known. */
const char *report_driver(const struct report *of);

/* Nothing but what the violation itself says. */
struct report *report_prepare_plain(const struct violation *violation, const struct stop *stop);

/* Writes text and record to where the options say. */
void report_write(struct report *prepared);

/* "*** STOP: 0x000000C1 (...) NAME\n" */
void report_stop_line(struct text *text, const struct stop *stop);
void report_label(struct text *text, const struct stop *stop); /* "0xC1/0x24" */

/* The parts, each in a file of its own. `rows` and `frames` are the most that are drawn. */
struct report_room {
    unsigned rows;
    unsigned frames;
};
void report_sentence(struct text *text, const struct violation *violation);
void report_where(struct text *text, const struct report *report); /* "Freed here (...)" */
void report_picture(struct text *text, const struct violation *violation, unsigned rows);
void report_headers(struct text *text, const struct violation *violation); /* fields, decoded */
void report_advice(struct text *text, const struct report *report);        /* Look at ... State */

/* Names the frames: each return address, and what was inlined there. Of a fault, the first is the
 * address of the instruction itself. */
void report_stack_name(struct report_stack *stack, const uintptr_t *frames, unsigned count);
void report_stack_name_fault(struct report_stack *stack, const uintptr_t *frames, unsigned count);
void report_stack_place(const struct report_stack *stack, struct report_place *place);
/* "    #0 Function   file:line\n" for each frame of the program. */
void report_stack_print(struct text *text, const struct report_stack *stack, unsigned most);
/* Left out of reports, unless verbose=1: not the program's. */
bool report_frame_is_hidden(const struct report_frame *frame);
/* Adds a function's name in so many columns: where it is longer, without template arguments. */
void report_add_function(struct text *text, const char *function, size_t room);
/* Adds a path, or "file:line", in so many columns: its end says more than its beginning. */
void report_add_fitting(struct text *text, const char *path, size_t room);
/* The path as a report shows it. */
const char *report_short_path(const char *file);

/* "Function file:line < caller file:line < ..." on one line, at most `most` frames of the program;
 * of ours only the routine it called. False, and nothing is written: there are none. */
bool report_chain(struct text *text, const uintptr_t *frames, unsigned count, unsigned most);

/* Marks become colours or nothing, other control characters and, where the locale is not UTF-8,
 * letters beyond ASCII become '?', lines end at REPORT_COLUMNS. */
struct report_look {
    bool is_colored;
    bool is_utf8;
};
void report_finish(struct text *text, const struct text *draft, struct report_look look);
struct report_look report_look(void); /* as the options and the environment say */
unsigned report_line_count(const struct text *text);

/* Adds `line`, broken behind its last comma where it is longer than REPORT_COLUMNS; what follows
 * stands `indent` columns in. */
void report_add_broken(struct text *text, const char *line, size_t indent);

/* "expool run --seed=42 -- ./driver poc.bin" or "EXPOOL_OPTIONS=seed=42 ./driver poc.bin", in lines
 * of REPORT_COLUMNS that a shell takes for one; `extra` "key=value" is added, "" for none. */
void report_command(struct text *text, const char *extra);

#endif
