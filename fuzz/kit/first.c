/* first.c - stands before the driver's files on the linker's line: globals.h. Compiled with the
 * user's own compiler and flags. */
extern char kit_data_first[];
extern char kit_bss_first[];
char kit_data_first[16] __attribute__((aligned(16))) = {1};
char kit_bss_first[16] __attribute__((aligned(16)));
