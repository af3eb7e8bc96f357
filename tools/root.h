/* root.h - the folder that sources are shown from. */
#ifndef TOOLS_ROOT_H
#define TOOLS_ROOT_H

/* `wanted`, or the nearest folder above the current one that holds .git, or the current one;
 * without symbolic links. The caller frees it; NULL: there is none. */
char *root_find(const char *wanted);

#endif
