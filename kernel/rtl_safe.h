/* rtl_safe.h - what ntstrsafe's routines are made of: a place for letters that knows its room.
 *   letters -> | kept ... length | room left ... | 0 when it must end so |
 */
#ifndef KERNEL_RTL_SAFE_H
#define KERNEL_RTL_SAFE_H

#include <ntstrsafe.h>
#include <stdbool.h>

#define SAFE_FLAGS                                                                                 \
    (STRSAFE_IGNORE_NULLS | STRSAFE_FILL_BEHIND_NULL | STRSAFE_FILL_ON_FAILURE |                   \
     STRSAFE_NULL_ON_FAILURE | STRSAFE_NO_TRUNCATION | 0xff)

struct safe {
    void *letters;
    size_t room;   /* letters, the final 0 not counted */
    size_t length; /* letters kept, then letters there */
    bool is_wide;
    bool is_ended; /* a final 0 is stored behind the room */
    uint32_t flags;
};

/* Letters to be added: `count` of them, or fewer when a 0 comes first. */
struct safe_source {
    const void *letters;
    size_t count;
    bool is_counted; /* a 0 is a letter like others */
};

NTSTATUS safe_add(struct safe *safe, struct safe_source source);
NTSTATUS safe_print(struct safe *safe, const void *format, va_list *arguments);
/* Letters before the first 0, at most `count`. */
size_t safe_length(const void *letters, size_t count, bool is_wide);

#endif
