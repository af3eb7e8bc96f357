/* expool/host.h - what the program that hosts the pool may decide: how a bug check ends, which
 * options are in force. Ours, not Windows': every name begins with expool_. */
#ifndef EXPOOL_HOST_H
#define EXPOOL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A bug check as it is told to the host, before anything is printed. Pointers are valid during the
 * call only; what is not known is 0 or NULL. */
struct expool_bugcheck {
    uint32_t code;         /* Windows' stop code, 0xC1 */
    uint64_t parameter[4]; /* Windows' four parameters */
    uint32_t subcode;      /* the parameter that names the case, 0x24; 0 where the code has none */
    const char *name;      /* "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION" */
    const char *rule;      /* our short name of the rule broken: "damage-after-block" */
    const char *title;     /* one sentence: "bytes past the end of a pool block were overwritten" */
    const void *block;     /* the block it is about */
    size_t block_bytes;    /* as requested */
    uint32_t tag;          /* the block's tag */
    const void *allocated_by; /* return address of the call that allocated the block */
    const void *freed_by;     /* return address of the call that freed it */
};

enum expool_action {
    EXPOOL_STOP = 0,     /* write the report and end the program: what happens without a host */
    EXPOOL_CONTINUE = 1, /* print nothing; the routine that noticed returns a defined failure */
};

/* What a routine does after EXPOOL_CONTINUE: an allocation returns NULL; a free with a bad argument
 * (pointer, tag, IRQL) frees nothing; a free that found damaged bytes around its block completes; a
 * block whose header is damaged is left alone; the IRQL stays as it was; a wait that may not wait
 * only looks; a lock the thread has already, or has not, stays as it is. A real fault resumes only
 * inside expool_probe_read and expool_probe_write; anywhere else the program stops. */
typedef enum expool_action expool_bugcheck_hook(const struct expool_bugcheck *bugcheck,
                                                void *context);

/* Makes `hook` the one to be asked at every bug check, from any thread, possibly in a signal
 * handler; NULL restores the default. The hook may leave by siglongjmp. Any IRQL. */
void expool_on_bugcheck(expool_bugcheck_hook *hook, void *context);

/* A call that asks for memory, pool or an object, and could get it. */
struct expool_call {
    uint32_t tag;            /* 0: not of pool */
    size_t size_bytes;       /* 0: not of pool */
    const uintptr_t *frames; /* return addresses of whoever called, the innermost first */
    unsigned frame_count;
};

/* Asked under the verifier at each such call, on any thread at any IRQL; true: it fails, as the
 * routine fails when there is no memory. Shown in reports as low resources simulation is. It may
 * not use the pool. */
typedef bool expool_call_hook(const struct expool_call *call, void *context);

/* Makes `hook` the one to be asked, before the option low_resources= is; NULL: none. No other
 * thread may be using the pool. */
void expool_on_call(expool_call_hook *hook, void *context);

/* From now on it is `ms` for whatever the pool does by the clock, until the next call: depths of
 * lookaside lists, how long empty pages are kept, low_resources=after=. 0: the system's time again.
 * For a host that wants the same course each time; expool_time_hold() is for timers and waits.
 * Any IRQL. */
void expool_clock_set(uint64_t ms);

/* Applies "key=value:key=value" (":", "," and blanks part them) as EXPOOL_OPTIONS would, over what
 * is in force. Returns 0, or -1 after one line on stderr that names the bad key or value and the
 * nearest valid one; then nothing of the text has been applied. Refused too: verifier=, seal=,
 * tag_stats=, checker=, quarantine_pool_mb=, suppressions= and known=, which are read before main;
 * backend= unless the pools are empty. Limits hold from now on; settings of a running verifier
 * change at its next start. PASSIVE_LEVEL. */
int expool_options_set(const char *text);

/* A program may define this to give defaults of its own, NULL for none; the environment still
 * wins. */
const char *expool_default_options(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
