/* event.c - what Windows would write to its system log when pool or commit runs out: once an
 * episode, with the largest tags and where they come from. Told by one thread at a time
 * (budget.h), with no lock held; nothing is allocated but mappings of its own. */
#include "expool/budget.h"

#include "pool/budget.h"
#include "pool/live.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/report.h"
#include "pool/tag.h"
#include "pool/text.h"
#include "pool/util.h"

#include <string.h>

enum { STDERR = 2, TEXT_BYTES = 4096, TAGS_AT_HAND = 128, SITES = 32 };

static _Atomic(expool_event_hook *) host_hook;
static _Atomic(void *) host_context;

static const struct {
    enum expool_event_id id;
    unsigned bit;
    const char *source;
    const char *level;
    const char *text; /* [D] */
} kinds[] = {
    {EXPOOL_EVENT_NONPAGED_EMPTY, BUDGET_EVENT_NONPAGED, "Srv", "error",
     "The server was unable to allocate from the system nonpaged pool because the pool was empty."},
    {EXPOOL_EVENT_PAGED_EMPTY, BUDGET_EVENT_PAGED, "Srv", "error",
     "The server was unable to allocate from the system paged pool because the pool was empty."},
    {EXPOOL_EVENT_RESOURCES_LOW, BUDGET_EVENT_COMMIT,
     "Microsoft-Windows-Resource-Exhaustion-Detector", "warning",
     "Windows successfully diagnosed a low virtual memory condition."},
};

void expool_on_event(expool_event_hook *hook, void *context)
{
    atomic_store(&host_hook, NULL); /* nobody sees the new hook with the old context */
    atomic_store(&host_context, context);
    atomic_store(&host_hook, hook);
}

static uint64_t in_bytes(uint64_t pages)
{
    return pages == UINT64_MAX ? UINT64_MAX : pages * PAGE_BYTES;
}

void expool_budget_get(enum expool_class pool_class, struct expool_budget *budget)
{
    struct budget_reading reading;
    budget_read((enum budget_meter)pool_class, &reading);
    *budget = (struct expool_budget){
        .limit_bytes = in_bytes(reading.limit_pages),
        .used_bytes = in_bytes(reading.used_pages),
        .peak_bytes = in_bytes(reading.peak_pages),
        .is_low = reading.level <= BUDGET_LOW,
        .is_exhausted = reading.level == BUDGET_EXHAUSTED,
    };
}

void expool_budget_set_limit(enum expool_class pool_class, uint64_t limit_bytes)
{
    budget_limit((enum budget_meter)pool_class,
                 limit_bytes == 0 ? UINT64_MAX : limit_bytes / PAGE_BYTES);
}

/* Keeps the three with most bytes, largest first. */
static void rank(struct expool_event_tag largest[EXPOOL_EVENT_TAGS],
                 const struct expool_event_tag *tag)
{
    unsigned at = EXPOOL_EVENT_TAGS;
    while (at > 0 && tag->bytes > largest[at - 1].bytes)
        at--;
    if (at == EXPOOL_EVENT_TAGS)
        return;
    memmove(&largest[at + 1], &largest[at], (EXPOOL_EVENT_TAGS - 1 - at) * sizeof *largest);
    largest[at] = *tag;
}

static void find_largest(struct expool_event *event)
{
    static struct expool_tag_statistics at_hand[TAGS_AT_HAND];
    struct expool_tag_statistics *rows = at_hand;
    size_t capacity = tag_list(NULL, 0) + TAGS_AT_HAND; /* a few may come meanwhile */
    size_t mapped = capacity > 2 * (size_t)TAGS_AT_HAND ? capacity * sizeof *rows : 0;
    if (mapped > 0)
        rows = os_table(mapped);
    if (rows == NULL || mapped == 0) { /* no room for all: the first of them */
        rows = at_hand;
        capacity = TAGS_AT_HAND;
    }
    size_t count = tag_list(rows, capacity);
    for (size_t i = 0; i < count && i < capacity; i++)
        for (unsigned class = 0; class < EXPOOL_CLASS_COUNT; class ++) {
            struct expool_event_tag tag = {.tag = rows[i].tag,
                                           .bytes = rows[i].pool[class].bytes,
                                           .blocks = rows[i].pool[class].allocations -
                                                     rows[i].pool[class].frees};
            rank(event->largest[class], &tag);
        }
    if (rows != at_hand)
        os_release(rows, mapped);
}

/* The sites of one tag, as many as there is room for. */
struct sites {
    stack_id stack[SITES];
    uint64_t blocks[SITES];
};

struct survey {
    struct expool_event *event;
    struct sites sites[EXPOOL_CLASS_COUNT][EXPOOL_EVENT_TAGS];
};

static void count_site(struct sites *sites, stack_id stack)
{
    for (unsigned i = 0; i < SITES; i++) {
        if (sites->blocks[i] > 0 && sites->stack[i] != stack)
            continue;
        sites->stack[i] = stack;
        sites->blocks[i]++;
        return;
    }
}

static void survey_block(const struct live_block *block, void *context)
{
    struct survey *survey = context;
    unsigned class = pool_is_paged(block->kind) ? EXPOOL_CLASS_PAGED : EXPOOL_CLASS_NONPAGED;
    for (unsigned i = 0; block->stack != 0 && i < EXPOOL_EVENT_TAGS; i++)
        if (survey->event->largest[class][i].tag == block->tag)
            count_site(&survey->sites[class][i], block->stack);
}

static void name_site(struct expool_event_tag *tag, const struct sites *sites)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned best = 0;
    for (unsigned i = 1; i < SITES; i++)
        if (sites->blocks[i] > sites->blocks[best])
            best = i;
    if (tag->tag == 0 || sites->blocks[best] == 0 || stack_frames(sites->stack[best], frames) == 0)
        return;
    tag->site = (const void *)frames[0];
    tag->site_blocks = sites->blocks[best];
}

static void find_sites(struct expool_event *event)
{
    static struct survey survey; /* one thread tells at a time */
    survey = (struct survey){.event = event};
    pool_each_live(survey_block, &survey);
    for (unsigned class = 0; class < EXPOOL_CLASS_COUNT; class ++)
        for (unsigned i = 0; i < EXPOOL_EVENT_TAGS; i++)
            name_site(&event->largest[class][i], &survey.sites[class][i]);
}

static void add_tag(struct text *text, const struct expool_event_tag *tag, const char *class_name)
{
    if (tag->tag == 0 || tag->bytes == 0)
        return;
    text_add(text, "    %t  %s", tag->tag, class_name);
    text_pad_to(text, 20);
    text_add(text, "%,lu bytes in %,lu block%s", tag->bytes, tag->blocks,
             tag->blocks == 1 ? "" : "s");
    if (tag->site != NULL) {
        const uintptr_t site = (uintptr_t)tag->site;
        text_add(text, ", %,lu from ", tag->site_blocks);
        (void)report_chain(text, &site, 1, 1);
    }
    text_add(text, "\n");
}

static void add_pool(struct text *text, const char *name, const struct expool_budget *budget)
{
    text_add(text, "%s pool %,lu bytes in pages", name, budget->used_bytes);
    if (budget->limit_bytes != UINT64_MAX)
        text_add(text, " of %,lu", budget->limit_bytes);
}

static void print(const struct expool_event *event, const char *level)
{
    static const char *const class_name[] = {"Nonp", "Paged"};
    static char bytes[TEXT_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "==%u==expool: EVENT %u (%s, %s): %s\n    ", os_process_id(),
             (unsigned)event->id, event->source, level, event->text);
    add_pool(&text, "Nonpaged", &event->pool[EXPOOL_CLASS_NONPAGED]);
    add_pool(&text, "; paged", &event->pool[EXPOOL_CLASS_PAGED]);
    text_add(&text, "; commit %,lu of %,lu\n", event->commit_bytes, event->commit_limit_bytes);
    for (unsigned class = 0; class < EXPOOL_CLASS_COUNT; class ++)
        for (unsigned i = 0; i < EXPOOL_EVENT_TAGS; i++)
            if (event->id == EXPOOL_EVENT_RESOURCES_LOW ||
                (event->id == EXPOOL_EVENT_PAGED_EMPTY) == (class == EXPOOL_CLASS_PAGED))
                add_tag(&text, &event->largest[class][i], class_name[class]);
    os_write(STDERR, text.bytes, text.length);
}

static void tell(unsigned events)
{
    static struct expool_event event;
    struct budget_reading commit;
    budget_read(BUDGET_COMMIT, &commit);
    event = (struct expool_event){.commit_bytes = in_bytes(commit.used_pages),
                                  .commit_limit_bytes = in_bytes(commit.limit_pages)};
    for (unsigned class = 0; class < EXPOOL_CLASS_COUNT; class ++)
        expool_budget_get((enum expool_class) class, &event.pool[class]);
    find_largest(&event);
    find_sites(&event);
    for (unsigned i = 0; i < COUNT_OF(kinds); i++) {
        if ((events & kinds[i].bit) == 0)
            continue;
        event.id = kinds[i].id;
        event.source = kinds[i].source;
        event.text = kinds[i].text;
        expool_event_hook *hook = atomic_load(&host_hook);
        bool is_done = hook != NULL && hook(&event, atomic_load(&host_context));
        if (!is_done && options.events)
            print(&event, kinds[i].level);
    }
}

__attribute__((constructor(103))) static void event_start(void)
{
    budget_on_events(tell);
}
