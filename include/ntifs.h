/* ntifs.h - what ntddk.h has, and what file systems use besides. */
#ifndef EXPOOL_NTIFS_H
#define EXPOOL_NTIFS_H

#include "expool/directory_information.h"
#include "expool/fsctl.h"
#include "expool/fsrtl_name.h"
#include "expool/fsrtl_pool.h"
#include "expool/mcb.h"

#include <ntddk.h>

#endif
