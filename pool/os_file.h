/* os_file.h - whole files, for what outlives a process. No descriptor stays open. */
#ifndef POOL_OS_FILE_H
#define POOL_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The content of a file, to be read only; NULL: there is no such file, or it is empty (then
 * *exists says which). os_release gives it back. */
const char *os_file_map(const char *path, size_t *bytes, bool *exists);

/* Adds to the file's end in one piece, beside other processes that do; makes the file. */
bool os_file_append(const char *path, const char *bytes, size_t length);

#endif
