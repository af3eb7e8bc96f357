/* wdm.h - what driver code includes. Everything declared here works; what is not declared is a
 * compile error, never a silent stand-in (docs/COMPATIBILITY.md lists both). */
#ifndef EXPOOL_WDM_H
#define EXPOOL_WDM_H

#include "expool/ansi_string.h"
#include "expool/bugcheck.h"
#include "expool/code_page.h"
#include "expool/crt.h"
#include "expool/dbg.h"
#include "expool/dispatcher.h"
#include "expool/dpc.h"
#include "expool/event.h"
#include "expool/ex_spin_lock.h"
#include "expool/fast_mutex.h"
#include "expool/guid.h"
#include "expool/interlocked.h"
#include "expool/interlocked_list.h"
#include "expool/intrin.h"
#include "expool/irql.h"
#include "expool/list.h"
#include "expool/lookaside.h"
#include "expool/macros.h"
#include "expool/mutex.h"
#include "expool/object_attributes.h"
#include "expool/pool.h"
#include "expool/push_lock.h"
#include "expool/region.h"
#include "expool/rtl.h"
#include "expool/rundown.h"
#include "expool/seh.h"
#include "expool/spin_lock.h"
#include "expool/status.h"
#include "expool/time.h"
#include "expool/timer.h"
#include "expool/types.h"
#include "expool/unicode_string.h"

#endif
