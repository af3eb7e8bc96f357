/* guiddef.h - GUID and DEFINE_GUID. */
/* No guard: DEFINE_GUID means something else after initguid.h. */
#include "expool/guid.h"
