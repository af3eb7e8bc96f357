#include "tools/verifier_flags.h"

#include <stddef.h>
#include <string.h>

enum group { GROUP_STANDARD, GROUP_ADDITIONAL, GROUP_INTERNAL, GROUP_COUNT };

static const struct {
    uint32_t flag;
    enum group group;
    bool is_here;
    const char *name;
} flags_known[] = {
    {0x1, GROUP_STANDARD, true, "Special pool."},
    {0x2, GROUP_STANDARD, true, "Force IRQL checking."},
    {0x8, GROUP_STANDARD, true, "Pool tracking."},
    {0x10, GROUP_STANDARD, true, "I/O verification."},
    {0x20, GROUP_STANDARD, true, "Deadlock detection."},
    {0x80, GROUP_STANDARD, true, "DMA checking."},
    {0x100, GROUP_STANDARD, true, "Security checks."},
    {0x800, GROUP_STANDARD, true, "Miscellaneous checks."},
    {0x20000, GROUP_STANDARD, true, "DDI compliance checking."},
    {0x4, GROUP_ADDITIONAL, true, "Randomized low resources simulation."},
    {0x200, GROUP_ADDITIONAL, false, "Force pending I/O requests."},
    {0x400, GROUP_ADDITIONAL, false, "IRP logging."},
    {0x2000, GROUP_ADDITIONAL, false, "Invariant MDL checking for stack."},
    {0x4000, GROUP_ADDITIONAL, false, "Invariant MDL checking for driver."},
    {0x8000, GROUP_ADDITIONAL, false, "Power framework delay fuzzing."},
    {0x10000, GROUP_ADDITIONAL, false, "Port/miniport interface checking."},
    {0x40000, GROUP_ADDITIONAL, true, "Systematic low resources simulation."},
    {0x80000, GROUP_ADDITIONAL, false, "DDI compliance checking (additional)."},
    {0x200000, GROUP_ADDITIONAL, false, "NDIS/WIFI verification."},
    {0x800000, GROUP_ADDITIONAL, false, "Kernel synchronization delay fuzzing."},
    {0x1000000, GROUP_ADDITIONAL, false, "VM switch verification."},
    {0x2000000, GROUP_ADDITIONAL, true, "Code integrity checks."},
    {0x40, GROUP_INTERNAL, false, "Enhanced I/O checking (internal)."},
    {0x100000, GROUP_INTERNAL, false, "Extended Verifier flags (internal)."},
};

enum { FLAG_COUNT = sizeof flags_known / sizeof flags_known[0], CLASS_BITS = 32 };

const char *verifier_flags_missing(uint32_t flags)
{
    static char missing[96];
    for (unsigned i = 0; i < FLAG_COUNT; i++) {
        if ((flags & flags_known[i].flag) != 0 && !flags_known[i].is_here) {
            const char *name = flags_known[i].name;
            (void)snprintf(missing, sizeof missing, "0x%x (%.*s)", flags_known[i].flag,
                           (int)strcspn(name, "."), name);
            return missing;
        }
        flags &= ~flags_known[i].flag;
    }
    if (flags == 0)
        return NULL;
    (void)snprintf(missing, sizeof missing, "0x%x", flags);
    return missing;
}

bool verifier_class_flags(unsigned number, uint32_t *flags)
{
    enum { CLASS_IRQL_MORE = 35, CLASS_DIF = 36, FLAG_DDI = 0x20000 };
    if (number == CLASS_DIF) /* the plug-in engine: there is nothing else here */
        return true;
    *flags = number == CLASS_IRQL_MORE             ? FLAG_DDI
             : number >= 1 && number <= CLASS_BITS ? (uint32_t)1 << (number - 1)
                                                   : 0;
    return *flags != 0 && verifier_flags_missing(*flags) == NULL;
}

void verifier_flags_print(uint32_t flags, FILE *file)
{
    static const char *const heading[] = {
        "Standard Flags:", "Additional Flags:", "Internal Flags:"};
    (void)fprintf(file, "\nVerifier Flags: 0x%08x\n", flags);
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        (void)fprintf(file, "\n  %s\n\n", heading[group]);
        for (unsigned i = 0; i < FLAG_COUNT; i++) {
            bool is_shown = flags_known[i].group == group && flags_known[i].flag != 0x40;
            if (is_shown)
                (void)fprintf(file, "    [%c] 0x%08x %s\n",
                              (flags & flags_known[i].flag) != 0 ? 'X' : ' ', flags_known[i].flag,
                              flags_known[i].name);
        }
    }
    (void)fprintf(file, "\n    [X] Indicates flag is enabled.\n");
}
