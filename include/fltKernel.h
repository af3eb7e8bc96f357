/* fltKernel.h - what minifilters include: ntifs.h, and the filter manager. */
#ifndef EXPOOL_FLTKERNEL_H
#define EXPOOL_FLTKERNEL_H

#include "expool/flt_context.h"
#include "expool/flt_data.h"
#include "expool/flt_io.h"
#include "expool/flt_name.h"
#include "expool/flt_port.h"
#include "expool/flt_queue.h"
#include "expool/flt_volume.h"

#include <ntifs.h>

#endif
