/* mdoc.h - words of the manual pages' language, mdoc(7): what stands in a text may mean nothing to
 * it, and a hyphen that is typed must be one that can be copied. */
#ifndef TOOLS_PAGES_MDOC_H
#define TOOLS_PAGES_MDOC_H

#include <stddef.h>
#include <stdio.h>

/* The page's first lines; `date` is "22 Nov 2026". */
void mdoc_head(FILE *file, const char *title, const char *section, const char *date);

/* A paragraph of prose: `word` is bold, a sentence begins a line. */
void mdoc_prose(FILE *file, const char *text, size_t length);

/* As it stands, for examples and names. */
void mdoc_literal(FILE *file, const char *text, size_t length);

/* "[--] PROGRAM [ARGUMENT...]", what is in capitals slanted. */
void mdoc_arguments(FILE *file, const char *text);

#endif
