/* ntddk.h - what wdm.h has; nothing of its own yet. */
#ifndef EXPOOL_NTDDK_H
#define EXPOOL_NTDDK_H

#include <wdm.h>

#endif
