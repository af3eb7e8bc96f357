/* demangle.h - names of C++ functions as people write them. The compiler's own demangler takes its
 * memory from malloc, so it cannot run in a report; this one knows the Itanium ABI's names but for
 * expressions and decltype. What it writes is what c++filt writes. */
#ifndef POOL_DEMANGLE_H
#define POOL_DEMANGLE_H

#include "pool/text.h"

/* Adds "App::load(int)" for "_ZN3App4loadEi". A name that is not C++'s, or that it cannot read, is
 * added as it is. */
void demangle(struct text *text, const char *name);

#endif
