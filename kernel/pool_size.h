/* pool_size.h - how large our own structures are asked for in pool. Under verify=exact a block ends
 * at its guard page to the byte, and begins where that leads: only a multiple of the alignment
 * keeps what the compiler takes for granted. */
#ifndef KERNEL_POOL_SIZE_H
#define KERNEL_POOL_SIZE_H

#include "expool/types.h"

#define POOL_SIZE(bytes)                                                                           \
    (((SIZE_T)(bytes) + MEMORY_ALLOCATION_ALIGNMENT - 1) &                                         \
     ~(SIZE_T)(MEMORY_ALLOCATION_ALIGNMENT - 1))

#endif
