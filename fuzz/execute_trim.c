/* execute_trim.c - pages are handed back, or paged out: what the calls return, and what they leave,
 * against what anybody can count. */
#include "fuzz/execute.h"

#include "expool/paging.h"
#include "expool/statistics.h"

/* Of the classes that a trim at this level looks at. */
struct pages {
    uint64_t kept; /* empty */
    uint64_t used;
};

static struct pages count_pages(void)
{
    struct expool_class_statistics class;
    expool_class_statistics_get(EXPOOL_CLASS_NONPAGED, &class);
    struct pages pages = {class.cached_pages, class.pages};
    if (KeGetCurrentIrql() >= DISPATCH_LEVEL)
        return pages;
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &class);
    return (struct pages){pages.kept + class.cached_pages, pages.used + class.pages};
}

void execute_trim(struct execution *execution)
{
    if (execution->is_shared) {
        (void)expool_pool_trim();
        return;
    }
    struct pages before = count_pages();
    size_t given = expool_pool_trim();
    struct pages after = count_pages();
    if (after.kept != 0)
        execution->complaint = "a trim leaves empty pages";
    else if (given != before.kept + before.used - after.used) /* what lay in caches makes up some */
        execution->complaint = "a trim hands other pages back than it says";
}

/* `left` pages went, as the call says; at DISPATCH_LEVEL none goes. */
static const char *check_paged_out(const struct expool_paging *before,
                                   const struct expool_paging *after, size_t left)
{
    struct expool_class_statistics paged;
    bool is_high = KeGetCurrentIrql() >= DISPATCH_LEVEL;
    if (is_high && (left != 0 || after->page_outs != before->page_outs))
        return "pages leave at DISPATCH_LEVEL";
    if (is_high)
        return NULL;
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &paged);
    if (!after->is_on) /* the system offers no way */
        return left == 0 ? NULL : "pages leave where there is no paging";
    if (after->page_outs - before->page_outs != left)
        return "other pages are counted as gone than left";
    if (after->pages_out + (after->page_ins - before->page_ins) != before->pages_out + left)
        return "other pages are out than left and did not come back";
    return after->pages_out < paged.pages ? "pages of paged pool stay where all were to leave"
                                          : NULL;
}

/* Nothing is kept when it begins, so that what it returns is what left paged pool. */
void execute_page_out(struct execution *execution)
{
    struct expool_paging before;
    struct expool_paging after;
    (void)expool_pool_trim();
    expool_paging_get(&before);
    size_t left = expool_trim();
    expool_paging_get(&after);
    execution->complaint = check_paged_out(&before, &after, left);
}
