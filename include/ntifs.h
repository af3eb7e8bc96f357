/* ntifs.h - what ntddk.h has; nothing of its own yet. */
#ifndef EXPOOL_NTIFS_H
#define EXPOOL_NTIFS_H

#include <ntddk.h>

#endif
