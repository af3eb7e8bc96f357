/* sal.h - Microsoft's source annotations. */
#ifndef EXPOOL_SAL_H
#define EXPOOL_SAL_H

#include "expool/sal.h"

#endif
