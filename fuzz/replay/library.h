/* library.h - which headers and which libexpool.a a reproducer in C is made with: those that the
 * environment names, those installed beside this program, or those of the build folder that it lies
 * in. */
#ifndef FUZZ_REPLAY_LIBRARY_H
#define FUZZ_REPLAY_LIBRARY_H

/* EXPOOL_INCLUDE, the folder beside it, or /usr/local/include: whether it is there is not asked. */
const char *library_headers(void);

/* EXPOOL_LIBRARY, or libexpool.a beside them; NULL: there is none that can be read. */
const char *library_archive(void);

#endif
