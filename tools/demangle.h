/* demangle.h - names of C++ functions as people write them. */
#ifndef TOOLS_DEMANGLE_H
#define TOOLS_DEMANGLE_H

/* "_ZN3App4loadEi" -> "App::load(int)"; any other name is returned as it is. It stays readable. */
const char *demangled(const char *name);

#endif
