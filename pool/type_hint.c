#include "pool/type_hint.h"

#include "pool/demangle.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/symbol.h"
#include "pool/text.h"
#include "pool/unwind.h"
#include "pool/util.h"

#include <stdatomic.h>

enum { SITES_MAX = 256, LINE_BYTES = 512, STDERR = 2 };

static const struct {
    uint64_t type;
    const char *name;
    const char *meant;
} rows[] = {
    {0, "NonPagedPool", "POOL_FLAG_NON_PAGED (or _NON_PAGED_EXECUTE)"},
    {1, "PagedPool", "POOL_FLAG_PAGED"},
    {4, "NonPagedPoolCacheAligned", "POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED"},
    {5, "PagedPoolCacheAligned", "POOL_FLAG_PAGED | POOL_FLAG_CACHE_ALIGNED"},
    {512, "NonPagedPoolNx", "POOL_FLAG_NON_PAGED"},
    {516, "NonPagedPoolNxCacheAligned", "POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED"},
};

static _Atomic uintptr_t sites[SITES_MAX];

/* True once for each place, until there are too many of them. */
static bool is_new(uintptr_t site)
{
    for (unsigned i = 0; i < SITES_MAX; i++) {
        uintptr_t found = 0;
        if (atomic_compare_exchange_strong(&sites[i], &found, site))
            return true;
        if (found == site)
            return false;
    }
    return false;
}

static void add_place(const struct symbol *symbol, void *context)
{
    struct text *text = context;
    if (symbol->file != NULL) {
        text_add(text, " in ");
        demangle(text, symbol->function != NULL ? symbol->function : "?");
        text_add(text, ", %s:%u", symbol->file, symbol->line);
    } else if (symbol->module != NULL) {
        text_add(text, " at %s+0x%lx", symbol->module, (uint64_t)symbol->offset);
    }
}

static NOINLINE void say(unsigned row, uintptr_t site)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "==%u==expool: ", os_process_id());
    text_add(&text, "%s (%lu) is a POOL_TYPE, this routine takes POOL_FLAGS and fails: write %s;",
             rows[row].name, rows[row].type, rows[row].meant);
    symbol_find(site - 1, add_place, &text);
    text_add(&text, "\n");
    os_write(STDERR, text.bytes, text.length);
}

void type_hint(uint64_t flags, const void *frame)
{
    if (hook_column() == COLUMN_PLAIN)
        return;
    uintptr_t site = unwind_caller(frame);
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].type == flags && is_new(site))
            say(i, site);
}
