/* last.c - stands behind the driver's and the target's files on the linker's line: globals.h. */
extern char kit_data_last[];
extern char kit_bss_last[];
char kit_data_last[16] __attribute__((aligned(16))) = {1};
char kit_bss_last[16] __attribute__((aligned(16)));
