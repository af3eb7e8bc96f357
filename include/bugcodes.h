/* bugcodes.h - the stop codes. */
#ifndef EXPOOL_BUGCODES_H
#define EXPOOL_BUGCODES_H

#include "expool/bugcheck.h"

#endif
