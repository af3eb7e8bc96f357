/* resident.h - memory of this process that is really there. */
#ifndef BENCH_RESIDENT_H
#define BENCH_RESIDENT_H

/* KiB, counted by walking the pages: the kernel's quick counters lag behind. 0: cannot be told. */
long resident_kb(void);

#endif
