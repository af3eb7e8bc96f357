/* basetsd.h - Windows' scalar types. */
#ifndef EXPOOL_BASETSD_H
#define EXPOOL_BASETSD_H

#include "expool/types.h"

#endif
