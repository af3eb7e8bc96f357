/* bugcodes.h - the stop codes of Windows. */
#ifndef EXPOOL_BUGCODES_H
#define EXPOOL_BUGCODES_H

#include "expool/bugcodes.h"

#endif
