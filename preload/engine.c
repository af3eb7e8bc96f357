#include "preload/engine.h"

#include "expool/host.h"
#include "expool/verifier.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/text.h"
#include "verifier/inject.h"
#include "verifier/select.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

enum { STDERR = 2, EXIT_REFUSED = 125, DEFAULTS_BYTES = 256, MIB_SHIFT = 20 };

atomic_bool engine_is_ready;
_Thread_local enum engine_mood engine_mood TLS_FAST;

/* Nobody asked these programs to be verified by heart: half of the machine's memory at most, and
 * they go on when it is used up. They leak on purpose, and were built without frame pointers. */
const char *expool_default_options(void)
{
    static char bytes[DEFAULTS_BYTES];
    struct text text = TEXT_OVER(bytes);
    uint64_t half_mb = os_ram_bytes() >> (MIB_SHIFT + 1);
    text_add(&text,
             "verifier=standard:special_pool_full=fallback:leaks=off:unwind=dwarf:"
             "special_pool_mb=%lu",
             half_mb > 0 ? half_mb : 1);
    return bytes;
}

/* What was missing has been said. */
static void go_on_unguarded(void)
{
    static const char message[] =
        "expool: the program goes on without guards, its blocks in normal pool\n";
    if (options.special_pool_full == OPTION_FULL_STOP)
        os_exit_now(EXIT_REFUSED);
    os_write(STDERR, message, sizeof message - 1);
    options.verifier = 0;
}

/* Words within an option are refused before main, as options are. */
static void check_words(void)
{
    uint32_t rules = 0;
    bool is_good =
        inject_rules_of(options.low_resources, &rules) && select_set(options.special_pool, 0);
    if (!is_good && options.strict_options)
        os_exit_now(EXIT_REFUSED);
}

static void start(void)
{
    pool_start();
    check_words();
    if (options.verifier != 0 && !expool_verifier_start())
        go_on_unguarded();
    atomic_store_explicit(&engine_is_ready, true, memory_order_release);
}

bool engine_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int saved = errno;
    if (environ == NULL) /* the C library's own start comes first */
        return false;
    pthread_once(&once, start);
    errno = saved;
    return true;
}

/* Before main in any case: a program that never allocates has faults too. And before the verifier's
 * own start, which would end the program where we go on. */
__attribute__((constructor(103))) static void engine_start_early(void)
{
    if (engine_enter())
        engine_leave();
}
