/* ntstatus.h - the NTSTATUS values. */
#ifndef EXPOOL_NTSTATUS_H
#define EXPOOL_NTSTATUS_H

#include "expool/status.h"

#endif
