/* ntdef.h - Windows' basic types, and what a status says. */
#ifndef EXPOOL_NTDEF_H
#define EXPOOL_NTDEF_H

#include "expool/list.h"
#include "expool/macros.h"
#include "expool/object_attributes.h"
#include "expool/status.h"
#include "expool/types.h"

#endif
