/* concurrencysal.h - annotations of locks; expool/sal.h has them all. */
#ifndef EXPOOL_CONCURRENCYSAL_H
#define EXPOOL_CONCURRENCYSAL_H

#include "expool/sal.h"

#endif
