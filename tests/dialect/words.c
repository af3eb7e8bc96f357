/* The words of Microsoft's compiler. */
#include <ntddk.h>

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DialectEntry)
#pragma alloc_text(PAGE, DialectPaged)
#endif
#pragma warning(disable : 4201)
#pragma warning(push)
#pragma prefast(suppress : 28101, "reasons")
#pragma code_seg("PAGE")
#pragma code_seg()
#pragma data_seg("INIT")
#pragma data_seg()
#pragma section("INITDATA", read, write)
#pragma intrinsic(memcpy)
#pragma comment(lib, "nothing.lib")

typedef __int64 Wide;
typedef unsigned __int64 UnsignedWide;
C_ASSERT(sizeof(Wide) == 8 && sizeof(__int32) == 4 && sizeof(__int16) == 2);

struct __declspec(align(64)) Line {
    UCHAR Bytes[64];
};
C_ASSERT(__alignof(struct Line) == 64);

__pragma(pack(push, 1)) typedef struct _PACKED {
    UCHAR One;
    ULONG Four;
} PACKED, *PPACKED;
__pragma(pack(pop)) C_ASSERT(sizeof(PACKED) == 5);

typedef struct _BASE {
    ULONG Kind;
} BASE;
typedef struct _DERIVED {
    BASE; /* anonymous, by its tag */
    struct {
        ULONG Inner;
    };
    union {
        ULONG Either;
        LONG Or;
    } DUMMYUNIONNAME;
    UCHAR Data[ANYSIZE_ARRAY];
} DERIVED, *PDERIVED;

static __forceinline ULONG Twice(_In_ ULONG Value)
{
    return Value * 2;
}

__forceinline ULONG Thrice(ULONG Value)
{
    return Value * 3;
}

static FORCEINLINE ULONG Quadruple(ULONG Value)
{
    return Value * 4;
}

__inline BOOLEAN IsOdd(ULONG Value)
{
    return (BOOLEAN)(Value & 1);
}

extern __declspec(dllimport) ULONG Imported(void);
__declspec(noinline) static ULONG __cdecl NotInlined(ULONG Value)
{
    return Value + 1;
}
__declspec(selectany) ULONG Shared = 7;
typedef VOID(__stdcall *PCALLBACK)(PVOID Context);
typedef NTSTATUS(NTAPI *PNTCALL)(_In_ PVOID, _Out_opt_ PULONG);

DECLSPEC_NORETURN VOID Never(VOID);

#define TRACE(format, ...)  DbgPrint(format, __VA_ARGS__)
#define TRACE2(format, ...) DbgPrint("dialect: " format, ##__VA_ARGS__)

ULONG DialectWords(PDERIVED Derived, UNALIGNED ULONG *Odd)
{
    UnsignedWide big = 0x100000000;
    PULONG64 same = &big;
    __assume(Derived != NULL);
    __noop("never", *Odd);
    Derived->Kind = Twice(1) + Thrice(2) + Quadruple(3) + IsOdd(4) + NotInlined(5);
    Derived->Inner = (ULONG)*same;
    Derived->Either = Shared;
    TRACE("%I64u %s\n", big, __FUNCTION__);
    TRACE2("no argument\n");
    switch (Derived->Kind) {
    case 1: return 1;
    default: __assume(0);
    }
}

int main(void)
{
    return 0;
}
