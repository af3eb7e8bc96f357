/* exhaust_toke.c - how the second seed's leak ends, at a hundredth of its size: tokens of 1,664
 * bytes that nobody frees, in a paged pool of 29 MB, until the system log says what the
 * administrators read: 2004, low virtual memory, then 2020, the pool is empty. Each names the tag
 * to look for. The allocation that fails gets NULL; nothing else happens. */
#include <wdm.h>

#include <expool/budget.h>
#include <expool/host.h>
#include <expool/verifier.h>
#include <stdio.h>

#define TOKEN_TAG   'ekoT'
#define TOKEN_SIZE  1648 /* with its header 1,664 bytes, 104 units */
#define TOKENS_MAX  20000
#define OTHER_TAG   'tSmM'
#define OTHER_BYTES (5 << 20)
#define PAGED_BYTES (29 << 20)

static PVOID tokens[TOKENS_MAX];
static unsigned token_count;

static struct {
    unsigned count;
    unsigned ids[8];
    struct expool_event last;
} log;

/* The machine: 16 MiB of memory and a page file of the same size. */
const char *expool_default_options(void)
{
    return "ram_mb=16:leaks=off";
}

static bool write_log(const struct expool_event *event, void *context)
{
    UNREFERENCED_PARAMETER(context);
    if (log.count < ARRAYSIZE(log.ids))
        log.ids[log.count++] = event->id;
    log.last = *event;
    printf("after %5u tokens: event %u, %s\n", token_count, (unsigned)event->id, event->source);
    return true;
}

static void show_largest(void)
{
    const struct expool_event_tag *largest = log.last.largest[EXPOOL_CLASS_PAGED];
    for (unsigned i = 0; i < EXPOOL_EVENT_TAGS && largest[i].bytes > 0; i++)
        printf("    %.4s  %10llu bytes in %llu blocks\n", (const char *)&largest[i].tag,
               (unsigned long long)largest[i].bytes, (unsigned long long)largest[i].blocks);
}

static int judge(void)
{
    const struct expool_event_tag *largest = &log.last.largest[EXPOOL_CLASS_PAGED][0];
    SIZE_T each = expool_verifier_is_on() ? PAGE_SIZE : TOKEN_SIZE + 16;
    BOOLEAN is_told = log.count == 2 && log.ids[0] == EXPOOL_EVENT_RESOURCES_LOW &&
                      log.ids[1] == EXPOOL_EVENT_PAGED_EMPTY;
    BOOLEAN is_found = largest->tag == TOKEN_TAG && largest->blocks == token_count &&
                       largest->bytes == token_count * each;
    return is_told && is_found ? 0 : 1;
}

int main(void)
{
    expool_on_event(write_log, NULL);
    expool_budget_set_limit(EXPOOL_CLASS_PAGED, PAGED_BYTES);
    PVOID other = ExAllocatePoolWithTag(PagedPool, OTHER_BYTES, OTHER_TAG);
    while (token_count < TOKENS_MAX) {
        PVOID token = ExAllocatePoolWithTag(PagedPool, TOKEN_SIZE, TOKEN_TAG);
        if (token == NULL)
            break;
        tokens[token_count++] = token;
    }
    show_largest();
    int result = judge();
    while (token_count > 0)
        ExFreePoolWithTag(tokens[--token_count], TOKEN_TAG);
    ExFreePoolWithTag(other, OTHER_TAG);
    return result;
}
