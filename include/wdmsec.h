/* wdmsec.h - IoCreateDeviceSecure (expool/device.h) and the descriptors it is given as text. Each
 * is defined in the file that uses it, as by DECLARE_CONST_UNICODE_STRING; wide literals: driver
 * dialect only. No access is judged by them here. */
#ifndef EXPOOL_WDMSEC_H
#define EXPOOL_WDMSEC_H

#include <wdm.h>

#if EXPOOL_DRIVER_DIALECT
#define EXPOOL_SDDL(Name, Text)                                                                    \
    static const WCHAR Name##_buffer[] __attribute__((unused)) = Text;                             \
    static const UNICODE_STRING Name __attribute__((unused)) = {                                   \
        sizeof(Text) - sizeof(WCHAR), sizeof(Text), (PWCH)(ULONG_PTR)Name##_buffer}
EXPOOL_SDDL(SDDL_DEVOBJ_KERNEL_ONLY, L"D:P");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL, L"D:P(A;;GA;;;SY)");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_ALL, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RX, L"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R,
            L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R,
            L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)");
EXPOOL_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
            L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)");
#endif

#endif
