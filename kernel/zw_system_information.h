/* zw_system_information.h - an answer to ZwQuerySystemInformation as it is put together: what fits
 * is written, all of it is counted. */
#ifndef KERNEL_ZW_SYSTEM_INFORMATION_H
#define KERNEL_ZW_SYSTEM_INFORMATION_H

#include <stddef.h>

struct answer {
    unsigned char *bytes;
    size_t capacity;
    size_t needed;
};

/* The place of the next `bytes` bytes of the answer; NULL when they do not fit. */
void *answer_room(struct answer *answer, size_t bytes);

/* zw_system_tags.c, zw_system_pool.c */
void tell_tags(struct answer *answer);
void tell_wide_tags(struct answer *answer);
void tell_paged_pool(struct answer *answer);
void tell_nonpaged_pool(struct answer *answer);
void tell_big_pool(struct answer *answer);
void tell_lookasides(struct answer *answer);

#endif
