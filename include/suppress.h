/* suppress.h - names for warnings of Microsoft's analyser; none is needed here. */
#ifndef EXPOOL_SUPPRESS_H
#define EXPOOL_SUPPRESS_H

#include "expool/sal.h"

#endif
