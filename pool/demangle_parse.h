/* demangle_parse.h - inside of the demangler: where it reads, and the texts it has made. Each
 * text is a span of one arena that only grows; a type is two, since names stand in its middle:
 *   int (*          NAME          )(char)
 *   | left ......|                | right | */
#ifndef POOL_DEMANGLE_PARSE_H
#define POOL_DEMANGLE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DEMANGLE_BYTES = 16384,
    DEMANGLE_SUBSTITUTIONS = 96,
    DEMANGLE_ARGUMENTS = 24,
    DEMANGLE_ELEMENTS = 64,
};

struct span {
    uint16_t start;
    uint16_t length;
};

struct type {
    struct span left;
    struct span right;
    uint8_t pack_first; /* a pack of arguments: which of `elements` it has */
    uint8_t pack_count;
    bool is_function;
    bool is_array;
    bool is_pack;
    bool is_spoiled; /* was said for each element of a pack: nobody can refer to it */
};

struct arguments {
    struct type list[DEMANGLE_ARGUMENTS];
    unsigned count;
};

struct demangling {
    const char *at; /* "" after a failure, so that every loop ends */
    bool has_failed;
    bool in_lambda; /* T_ is "auto:1" */
    bool in_pack;
    unsigned depth;
    unsigned element; /* of the pack that is being expanded */
    unsigned pack_size;
    unsigned used;
    unsigned substitution_count;
    unsigned element_count;
    struct type substitutions[DEMANGLE_SUBSTITUTIONS];
    struct type elements[DEMANGLE_ELEMENTS]; /* of all packs */
    struct arguments arguments;              /* what T_ means */
    char arena[DEMANGLE_BYTES];
};

/* A name, and what of it matters to the function type behind it. */
struct name {
    struct span text;
    struct span qualifiers;  /* " const" */
    bool has_arguments_last; /* a template: its return type is told */
    bool has_no_return;      /* constructors and the like */
};

/* Basics. A failure returns an empty span. */
struct span demangle_fail(struct demangling *it);
struct span demangle_put(struct demangling *it, const char *bytes, unsigned length);
struct span demangle_word(struct demangling *it, const char *word);
struct span demangle_join(struct demangling *it, struct span front, const char *middle,
                          struct span back);
bool demangle_take(struct demangling *it, char letter);
bool demangle_take_two(struct demangling *it, const char *letters);
unsigned demangle_number(struct demangling *it);
void demangle_remember(struct demangling *it, struct type type);
char demangle_last(const struct demangling *it, struct span span);

/* demangle_name.c */
struct name demangle_name(struct demangling *it);
struct span demangle_encoding(struct demangling *it, bool is_outermost);
struct type demangle_substitution(struct demangling *it);
struct span demangle_source_name(struct demangling *it);
struct span demangle_operator(struct demangling *it);

/* demangle_type.c */
struct type demangle_type(struct demangling *it);
struct span demangle_whole_type(struct demangling *it);
struct type demangle_parameter(struct demangling *it);
/* "int, char" up to E or the end; "" for one void. */
struct span demangle_types(struct demangling *it);
struct span demangle_arguments(struct demangling *it, struct span name);

#endif
