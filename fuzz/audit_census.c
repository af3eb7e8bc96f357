/* audit_census.c - the census of a class against the blocks the model has in its pages: how many
 * pages are how full, and which of them a single block keeps. */
#include "fuzz/audit.h"

#include "expool/census.h"

#include <string.h>

enum {
    PAGE = 4096,
    PERMILLE = 1000,
    HEADER = 16,
    BLOCKS_MAX = PROGRAM_HANDLES + PROGRAM_LISTS * MODEL_KEPT_MAX,
    QUARTERS = EXPOOL_CENSUS_QUARTERS,
    QUARTER_BYTES = PAGE / QUARTERS,
};

/* A cut page with blocks on it. What a cache-aligned block costs is known within bounds only. */
struct page {
    const unsigned char *start;
    unsigned blocks;
    struct charge bytes;
};

/* What the model has of one class in normal pool. */
struct survey {
    unsigned blocks;
    uint64_t big_pages;
    uint64_t big_bytes; /* as asked for */
    unsigned count;     /* of pages */
    struct page pages[BLOCKS_MAX];
};

static void add_block(struct survey *survey, const struct handle *handle)
{
    survey->blocks++;
    if ((uintptr_t)handle->address % PAGE == 0) {
        survey->big_pages += handle->charge.most / PAGE;
        survey->big_bytes += (handle->size > 0 ? handle->size : 1) + model_trailer(handle);
        return;
    }
    const unsigned char *start = model_page(handle->address - HEADER);
    unsigned at = 0;
    while (at < survey->count && survey->pages[at].start != start)
        at++;
    struct page *page = &survey->pages[at];
    if (at == survey->count) {
        survey->count++;
        *page = (struct page){.start = start};
    }
    page->blocks++;
    page->bytes.least += handle->charge.least;
    page->bytes.most += handle->charge.most;
}

static void look(const struct model *model, unsigned class, struct survey *survey)
{
    survey->blocks = survey->count = 0;
    survey->big_pages = survey->big_bytes = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &model->handles[i];
        if (handle->state == HANDLE_LIVE && handle->place != PLACE_SPECIAL &&
            model_pool_is_paged(handle->pool) == (class == 1))
            add_block(survey, handle);
    }
    for (unsigned i = 0; i < PROGRAM_LISTS; i++)
        for (unsigned j = 0; j < model->lists[i].kept_count; j++)
            if (model_pool_is_paged(model->lists[i].pool) == (class == 1))
                add_block(survey, &model->lists[i].kept[j]);
}

static const char *check_pages(const struct expool_census *census, const struct survey *survey,
                               const struct expool_class_statistics *seen)
{
    uint64_t sum =
        census->cut_pages + census->big_pages + census->damaged_pages + census->out_pages;
    if (census->pages != seen->pages || sum != census->pages ||
        census->page_bytes != census->pages * PAGE)
        return "the census counts other pages than the class";
    if (census->empty_pages != seen->cached_pages)
        return "the census counts other empty pages than the class";
    if (census->big_pages != survey->big_pages || census->big_requested_bytes != survey->big_bytes)
        return "the census counts other big blocks than there are";
    return NULL;
}

static const char *check_free(const struct expool_census *census)
{
    uint64_t pieces = 0;
    uint64_t bytes = 0;
    uint64_t largest = 0;
    for (unsigned i = 0; i <= EXPOOL_CENSUS_UNITS; i++) {
        pieces += census->free_by_units[i];
        bytes += census->free_by_units[i] * i * EXPOOL_CENSUS_UNIT_BYTES;
        if (census->free_by_units[i] > 0)
            largest = i * (uint64_t)EXPOOL_CENSUS_UNIT_BYTES;
    }
    if (pieces != census->free_pieces || bytes != census->free_bytes ||
        largest != census->largest_free_bytes)
        return "the census' free pieces do not add up";
    return NULL;
}

static const char *check_bytes(const struct expool_census *census,
                               const struct expool_class_statistics *seen)
{
    enum { LEAST = 2 * HEADER /* of a cached block */ };
    if (census->block_bytes + census->free_bytes + census->cached_bytes != census->page_bytes ||
        census->cached_bytes != seen->cached_bytes)
        return "the census' bytes do not add up to its pages";
    if (census->cached_bytes < census->cached_blocks * LEAST ||
        (census->cached_blocks == 0) != (census->cached_bytes == 0))
        return "the census counts other cached blocks than their bytes allow";
    uint64_t twice = census->page_bytes > 0 ? 2 * census->use_permille * census->page_bytes : 0;
    uint64_t wanted = 2 * census->block_bytes * PERMILLE; /* rounded to the nearest */
    if (census->page_bytes > 0 &&
        (wanted > twice + census->page_bytes || twice > wanted + census->page_bytes))
        return "the census' part in use is not that of its bytes";
    return check_free(census);
}

static unsigned quarter_of(uint32_t bytes)
{
    uint32_t inside = bytes < PAGE ? bytes : PAGE;
    return inside == 0 ? 0 : (inside - 1) / QUARTER_BYTES;
}

/* Pages without a block are in the first quarter: what is on them is free, or in a cache. */
static const char *check_quarters(const struct expool_census *census, const struct survey *survey)
{
    uint64_t sure[QUARTERS] = {census->cut_pages - survey->count};
    uint64_t perhaps[QUARTERS] = {0};
    uint64_t sum = 0;
    for (unsigned i = 0; i < survey->count; i++) {
        unsigned least = quarter_of(survey->pages[i].bytes.least);
        unsigned most = quarter_of(survey->pages[i].bytes.most);
        sure[least] += least == most;
        for (unsigned quarter = least; least != most && quarter <= most; quarter++)
            perhaps[quarter]++;
    }
    for (unsigned i = 0; i < QUARTERS; i++) {
        sum += census->pages_by_use[i];
        if (census->pages_by_use[i] < sure[i] || census->pages_by_use[i] > sure[i] + perhaps[i])
            return "the census finds other pages so full than there are";
    }
    return sum == census->cut_pages ? NULL : "the census' quarters are not all cut pages";
}

/* Pages that one block of less than half a page keeps. */
static const char *check_pinned(const struct expool_census *census, const struct survey *survey)
{
    uint64_t pages[2] = {0}; /* at least, at most */
    uint64_t bytes[2] = {0};
    for (unsigned i = 0; i < survey->count; i++) {
        const struct page *page = &survey->pages[i];
        bool is_sure = page->bytes.most < PAGE / 2;
        if (page->blocks != 1 || page->bytes.least >= PAGE / 2)
            continue;
        pages[0] += is_sure;
        pages[1]++;
        bytes[0] += is_sure ? page->bytes.least : 0;
        bytes[1] += page->bytes.most;
    }
    if (census->pinned_pages < pages[0] || census->pinned_pages > pages[1])
        return "the census finds other pages kept by one block than there are";
    if (census->pinning_bytes < bytes[0] || census->pinning_bytes > bytes[1] ||
        census->pinned_bytes + census->pinning_bytes != census->pinned_pages * PAGE)
        return "the census finds other bytes kept by one block than there are";
    return NULL;
}

const char *audit_census(const struct model *model, unsigned class,
                         const struct expool_class_statistics *seen)
{
    static struct survey survey;
    struct expool_census census;
    expool_census_get((enum expool_class) class, &census);
    look(model, class, &survey);
    const char *wrong = check_pages(&census, &survey, seen);
    if (wrong != NULL || census.out_pages > 0 || census.damaged_pages > 0)
        return wrong; /* what is there is not looked at */
    if (census.blocks != survey.blocks)
        return "the census counts other blocks than there are";
    if (census.cut_pages < survey.count)
        return "the census counts fewer cut pages than have blocks";
    wrong = check_bytes(&census, seen);
    if (wrong == NULL)
        wrong = check_quarters(&census, &survey);
    return wrong == NULL ? check_pinned(&census, &survey) : wrong;
}
