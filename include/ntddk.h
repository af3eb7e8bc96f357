/* ntddk.h - what wdm.h has, and the stop codes. */
#ifndef EXPOOL_NTDDK_H
#define EXPOOL_NTDDK_H

#include "expool/bugcodes.h"

#include <wdm.h>

#endif
