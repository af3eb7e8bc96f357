/* driverspecs.h - annotations of drivers; expool/sal.h has them all. */
#ifndef EXPOOL_DRIVERSPECS_H
#define EXPOOL_DRIVERSPECS_H

#include "expool/sal.h"

#endif
