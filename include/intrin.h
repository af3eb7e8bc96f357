/* intrin.h - the compiler's own routines. */
#ifndef EXPOOL_INTRIN_H
#define EXPOOL_INTRIN_H

#include "expool/intrin.h"

#endif
