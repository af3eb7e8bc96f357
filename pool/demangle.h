/* demangle.h - names of C++ functions as people write them, by libiberty's demangler, which hands
 * its words to a callback: no malloc, so that a report may use it. Its stack grows with the name:
 * one of more than DEMANGLE_NAME_MAX bytes stays as it is. */
#ifndef POOL_DEMANGLE_H
#define POOL_DEMANGLE_H

#include "pool/text.h"

enum { DEMANGLE_NAME_MAX = 1024 };

/* Adds "App::load(int)" for "_ZN3App4loadEi". A name that is not C++'s is added as it is. */
void demangle(struct text *text, const char *name);

#endif
