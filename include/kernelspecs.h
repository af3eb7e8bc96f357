/* kernelspecs.h - annotations of kernel routines; expool/sal.h has them all. */
#ifndef EXPOOL_KERNELSPECS_H
#define EXPOOL_KERNELSPECS_H

#include "expool/sal.h"

#endif
