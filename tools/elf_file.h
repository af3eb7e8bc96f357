/* elf_file.h - the few facts of an ELF file that tell whether, and how, a program can be
 * checked. */
#ifndef TOOLS_ELF_FILE_H
#define TOOLS_ELF_FILE_H

#include "tools/program.h"

#include <stddef.h>

/* Reads the facts of the `size` bytes into the program; bytes that are no ELF file leave
 * is_elf false. Never reads beyond the image, whatever it says. */
void elf_file_judge(const unsigned char *bytes, size_t size, struct program *program);

#endif
