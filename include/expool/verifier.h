/* expool/verifier.h - switching Driver Verifier's checks on and off, asking what they covered, and
 * touching memory that may be guarded. */
#ifndef EXPOOL_VERIFIER_H
#define EXPOOL_VERIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Turns verifier mode on for every allocation from now on, with the options in force
 * (EXPOOL_OPTIONS, expool_options_set). Returns true, also when it was on already; false after one
 * line on stderr when no guard mechanism works here. PASSIVE_LEVEL. */
bool expool_verifier_start(void);

/* Turns verifier mode off for new allocations. Blocks handed out before stay guarded and may still
 * be freed. Returns how many verified blocks are still allocated. PASSIVE_LEVEL. */
size_t expool_verifier_stop(void);

/* The rules in force, as verifier.exe numbers them (0x1 special pool, 0x2 force IRQL checking, 0x8
 * pool tracking ...); 0 while verifier mode is off. A start takes those of the option verifier=, or
 * the standard set 0x209bb. Any IRQL. */
uint32_t expool_verifier_flags(void);

/* Puts other rules in force at once, for every thread's next call. False, and nothing changes: the
 * verifier is off, or `flags` is 0 or has one that does not exist here. PASSIVE_LEVEL. */
bool expool_verifier_flags_set(uint32_t flags);

/* True from a start to the next stop, however it was started. Any IRQL. */
bool expool_verifier_is_on(void);

/* Looks at every live special-pool block (pattern in front of and behind it) without freeing any;
 * each damaged one is a bug check. Under reuse=recycle also at freed memory not handed out again.
 * Returns how many blocks were looked at. Any IRQL; other threads may go on, but not under
 * reuse=recycle. */
size_t expool_verifier_sweep(void);

/* Is special pool's own book-keeping sound: what its slots say, what waits in its lanes, and its
 * budget? NULL, or a sentence that says what is wrong. No other thread may be using the pools. */
const char *expool_verifier_check(void);

/* Reports the blocks not freed yet as bug check 0xC4/0x62 when there are any; the host's hook is
 * asked first. Returns their number. */
size_t expool_verifier_report_leaks(void);

/* Frees every verified block without a check: the reset between two fuzz inputs. Returns how many
 * there were. No other thread may be using the pool. */
size_t expool_verifier_reset(void);

/* Where special-pool slots get their guards from; each report prints it. */
enum expool_tier {
    EXPOOL_TIER_NONE = 0,
    EXPOOL_TIER_UFFD = 1,     /* userfaultfd, one UFFDIO_MOVE per allocate/free pair (SIGBUS) */
    EXPOOL_TIER_GUARD = 2,    /* MADV_GUARD_INSTALL, Linux 6.13 (SIGSEGV) */
    EXPOOL_TIER_MPROTECT = 3, /* any kernel; stops guarding near vm.max_map_count (SIGSEGV) */
};

/* What of one pool is in use by verified code. */
struct expool_verifier_pool {
    uint64_t allocations; /* now */
    uint64_t peak_allocations;
    uint64_t bytes;
    uint64_t peak_bytes;
};

/* Verifier counters since start, named as verifier.exe names them. */
struct expool_verifier_counters {
    enum expool_tier tier;
    uint64_t allocations_attempted;    /* requests that reached the verifier */
    uint64_t allocations_special_pool; /* served from special pool */
    uint64_t allocations_not_selected; /* by special_pool=none: in normal pool on purpose */
    uint64_t allocations_fallback;     /* special pool was full: in normal pool, unguarded */
    uint64_t allocations_failed;       /* refused */
    uint64_t frees;
    uint64_t live_blocks;
    uint64_t live_bytes;
    uint64_t peak_blocks;
    uint64_t irql_raises;
    uint64_t faults_injected; /* calls that low_resources= made fail */
    uint64_t violations;      /* bug checks raised, those a host let pass included */
    uint64_t spin_locks_acquired;
    uint64_t executions_synchronized;
    uint64_t allocations_succeeded;
    uint64_t allocations_without_tag;
    uint64_t allocations_not_tracked; /* for want of memory */
    uint64_t trim_requests;           /* Force IRQL checking: raises to DISPATCH_LEVEL */
    uint64_t trims;                   /* of these, when anything was reachable */
    uint64_t loads;                   /* of verified drivers */
    uint64_t unloads;
    struct expool_verifier_pool paged; /* peaks: the sum of the threads' own */
    struct expool_verifier_pool nonpaged;
};

/* Fills `counters`; they stay after a stop. Any IRQL. */
void expool_verifier_counters_get(struct expool_verifier_counters *counters);

/* One more image to be verified, or one less, by its file's name ("drva.so", "drva", "drva.sys") or
 * the name a driver in it was loaded by; at once, for every thread's next call. While none was ever
 * named (option drivers=), every image is; after the last was taken away, none. False: no room, or
 * it was not named. PASSIVE_LEVEL. */
bool expool_verifier_driver_add(const char *name);
bool expool_verifier_driver_remove(const char *name);

enum expool_driver_state {
    EXPOOL_DRIVER_NEVER_LOADED = 0, /* it was only named */
    EXPOOL_DRIVER_LOADED = 1,
    EXPOOL_DRIVER_UNLOADING = 2,
    EXPOOL_DRIVER_UNLOADED = 3,
};

/* What pool tracking knows of one driver: of those loaded through expool_driver_load, and of the
 * images named. Blocks are those its own code asked for. */
struct expool_verifier_driver {
    char name[64];
    enum expool_driver_state state;
    bool is_verified;
    uint64_t loads;
    uint64_t unloads;
    struct expool_verifier_pool paged;
    struct expool_verifier_pool nonpaged;
};

/* Fills up to `capacity` rows; returns how many there are. PASSIVE_LEVEL. */
size_t expool_verifier_drivers_list(struct expool_verifier_driver *rows, size_t capacity);

/* Reads or writes one byte as the caller would. Returns true when the access was made; false when
 * it faulted and the host answered the bug check with EXPOOL_CONTINUE. */
bool expool_probe_read(const void *address, unsigned char *value);
bool expool_probe_write(void *address, unsigned char value);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
