/* result.h - a campaign for machines: FOLDER/fuzz/fuzz.json and fuzz.xml (JUnit). */
#ifndef FUZZ_CAMPAIGN_RESULT_H
#define FUZZ_CAMPAIGN_RESULT_H

#include "fuzz/campaign/campaign.h"

/* False, with errno, when one cannot be written. */
bool result_write(const struct campaign *campaign, const char *json, const char *junit);

#endif
