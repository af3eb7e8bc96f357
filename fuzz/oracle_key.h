/* oracle_key.h - by what a found fault is known: the key that the target prints, or else the three
 * innermost functions of ours on the stack of the crash. */
#ifndef FUZZ_ORACLE_KEY_H
#define FUZZ_ORACLE_KEY_H

#include <stdbool.h>

enum { ORACLE_KEY_BYTES = 160 };

/* Reads what the program printed. False: it says nothing of a crash; then `key` is empty. */
bool oracle_key_read(const char *path, char key[ORACLE_KEY_BYTES]);

#endif
