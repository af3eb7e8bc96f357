/* page.h - a campaign as a page: one file, drawings inside, nothing fetched from anywhere. */
#ifndef FUZZ_CAMPAIGN_PAGE_H
#define FUZZ_CAMPAIGN_PAGE_H

#include "fuzz/campaign/campaign.h"

/* False, with errno, when it cannot be written. */
bool page_write(const struct campaign *campaign, const char *path);

#endif
