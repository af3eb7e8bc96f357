/* excpt.h - exception handling; expool/types.h until then. */
#ifndef EXPOOL_EXCPT_H
#define EXPOOL_EXCPT_H

#include "expool/types.h"

#endif
