/* summary.h - what a campaign says when it is over. */
#ifndef FUZZ_CAMPAIGN_SUMMARY_H
#define FUZZ_CAMPAIGN_SUMMARY_H

#include "fuzz/campaign/campaign.h"

/* Table, plots, bugs; the last line says what was covered. */
void summary_print(const struct campaign *campaign);

#endif
