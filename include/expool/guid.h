/* expool/guid.h - GUID, and DEFINE_GUID: a declaration, or with initguid.h the definition. */
#ifndef EXPOOL_GUID_H
#define EXPOOL_GUID_H

#include "expool/types.h"

#include <string.h>

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID;
#endif
typedef GUID *LPGUID, *PGUID, UUID, IID, *LPIID, CLSID, *LPCLSID, FMTID;
typedef const GUID *LPCGUID, *PCGUID;

#ifdef __cplusplus
#define REFGUID                     const GUID &
#define IsEqualGUID(one, two)       (!memcmp(&(one), &(two), sizeof(GUID)))
#define InlineIsEqualGUID(one, two) IsEqualGUID(one, two)
#else
#define REFGUID                     const GUID *
#define IsEqualGUID(one, two)       (!memcmp((one), (two), sizeof(GUID)))
#define InlineIsEqualGUID(one, two) IsEqualGUID(one, two)
#endif
#define REFIID               REFGUID
#define REFCLSID             REFGUID
#define IsEqualIID(one, two) IsEqualGUID(one, two)

#define EXPOOL_GUID_VALUE(l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
    {                                                                                              \
        l, w1, w2,                                                                                 \
        {                                                                                          \
            b1, b2, b3, b4, b5, b6, b7, b8                                                         \
        }                                                                                          \
    }

#endif

/* Outside the guard: initguid.h may come after the first inclusion. */
#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(Name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
    EXTERN_C const GUID Name;                                                                      \
    DECLSPEC_SELECTANY const GUID Name =                                                           \
        EXPOOL_GUID_VALUE(l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)
#else
#define DEFINE_GUID(Name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID Name
#endif
