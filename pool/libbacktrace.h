/* libbacktrace.h - lines and names of code: gcc's libbacktrace, for C++ libiberty's demangler.
 * Under MemorySanitizer, which takes for unwritten what code without it writes, neither: nothing
 * has a name there, and reports give module and offset. */
#ifndef POOL_LIBBACKTRACE_H
#define POOL_LIBBACKTRACE_H

#include "pool/sanitizer.h"

#include <backtrace.h>
#include <stddef.h>

/* Of libiberty (libiberty/demangle.h). Returns 0 for what it does not understand; it may have put
 * words by then. */
typedef void demangle_put(const char *bytes, size_t length, void *context);
int cplus_demangle_v3_callback(const char *name, int options, demangle_put *put, void *context);

#if MEMORY_SANITIZER
#define backtrace_create_state(path, threaded, error, context)                                     \
    ((void)(path), (void)(error), (struct backtrace_state *)NULL)
#define backtrace_pcinfo(state, address, take, error, context)                                     \
    ((void)(state), (void)(address), (void)(take), (void)(error), (void)(context))
#define backtrace_syminfo(state, address, take, error, context)                                    \
    ((void)(state), (void)(address), (void)(take), (void)(error), (void)(context))
#define cplus_demangle_v3_callback(name, options, put, context)                                    \
    ((void)(name), (void)(put), (void)(context), 0)
#endif

#endif
