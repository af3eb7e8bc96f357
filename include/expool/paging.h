/* expool/paging.h - paged pool that is really paged: pages leave, are inaccessible meanwhile, and
 * come back when they are touched below DISPATCH_LEVEL. Ours, not Windows': every name begins with
 * expool_. */
#ifndef EXPOOL_PAGING_H
#define EXPOOL_PAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Pages out what is in paged pool and not locked, and hands cached empty pages of all pools back to
 * the operating system. Returns how many pages left. A page that is out comes back at the first
 * touch; at DISPATCH_LEVEL or above that touch is bug check 0xD1. With the option
 * encrypt_paged_out=1 its content is held as ciphertext only (AES-256-XTS, a key of this process).
 * From the first call on expool handles SIGSEGV and SIGBUS in this process. A system call that is
 * given an address on such a page fails with EFAULT. Special pool of a running verifier stays.
 * 0, after a line on stderr, where the system offers no way (no /proc). At most APC_LEVEL: above
 * nothing is done and 0 returned. */
size_t expool_trim(void);

struct expool_paging {
    bool is_on;
    bool is_encrypted;
    uint64_t pages_out; /* now */
    uint64_t page_outs; /* since start */
    uint64_t page_ins;
};

/* What of paged pool is out now, and how often pages went and came. Any IRQL. */
void expool_paging_get(struct expool_paging *paging);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
