/* os_file.h - whole files, for what outlives a process: no descriptor of them stays open. And where
 * descriptors lie that do. */
#ifndef POOL_OS_FILE_H
#define POOL_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The content of a file, to be read only; NULL: there is no such file, or it is empty (then
 * *exists says which). os_release gives it back. */
const char *os_file_map(const char *path, size_t *bytes, bool *exists);

/* Adds to the file's end in one piece, beside other processes that do; makes the file. */
bool os_file_append(const char *path, const char *bytes, size_t length);

/* The same file under a number far up, out of the way of programs that expect low ones: those think
 * that the first they open is 3. -1: there is none. */
int os_descriptor_copy(int descriptor);
/* There from now on; where it was, when there is none. */
int os_descriptor_raise(int descriptor);

#endif
