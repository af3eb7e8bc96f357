/* initguid.h - from here on DEFINE_GUID defines. */
#ifndef INITGUID
#define INITGUID
#endif
#include "expool/guid.h"
