/* A million live blocks at the default vm.max_map_count, each with its own guard: the last one is
 * still guarded, and dies when it is freed. Needs 4 GiB of memory; ends with 77 where there is less
 * than 6 GiB. Usage: million_blocks [options], as "tier=guard". */
#include <expool/host.h>
#include <expool/pool.h>
#include <expool/verifier.h>

#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS = 1000000, BLOCK_BYTES = 32, TAG = 'lliM', SKIPPED = 77, NEEDED_MIB = 6 * 1024 };

static unsigned stops;
static uint32_t stop_code;

static enum expool_action count_stop(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    stops++;
    stop_code = bugcheck->code;
    return EXPOOL_CONTINUE;
}

static unsigned long available_mib(void)
{
    char line[128];
    unsigned long kib = 0;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return kib / 1024;
}

static void expect(int condition, const char *what)
{
    if (condition)
        return;
    printf("not so: %s\n", what);
    exit(1);
}

static unsigned char *guard_of(unsigned char *block)
{
    return block + BLOCK_BYTES; /* placed at the page's end, and a multiple of 16 */
}

int main(int argc, char **argv)
{
    static unsigned char *blocks[BLOCKS];
    struct expool_verifier_counters counters;
    unsigned char byte;
    if (available_mib() < NEEDED_MIB) {
        printf("SKIPPED: %lu MiB of memory available, %d needed\n", available_mib(), NEEDED_MIB);
        return SKIPPED;
    }
    if (argc > 1 && expool_options_set(argv[1]) != 0)
        return 1;
    expect(expool_verifier_start(), "the verifier starts");
    expool_on_bugcheck(count_stop, NULL);
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, BLOCK_BYTES, TAG);
        expect(blocks[i] != NULL, "every request is served");
        blocks[i][0] = (unsigned char)i;
    }
    expool_verifier_counters_get(&counters);
    expect(counters.live_blocks == BLOCKS && counters.allocations_fallback == 0,
           "every block is in special pool");
    for (unsigned i = 0; i < BLOCKS; i += BLOCKS - 1)
        expect(!expool_probe_read(guard_of(blocks[i]), &byte) && stop_code == 0xD6,
               "the first and the last block are guarded");
    for (unsigned i = 0; i < BLOCKS; i++) {
        expect(blocks[i][0] == (unsigned char)i, "contents are kept");
        ExFreePoolWithTag(blocks[i], TAG);
    }
    expect(!expool_probe_read(blocks[BLOCKS - 1], &byte) && stop_code == 0xD5,
           "a freed block is dead");
    expect(stops == 3, "nothing else stopped");
    printf("%d blocks of %d bytes, each guarded (tier %d)\n", BLOCKS, BLOCK_BYTES,
           (int)counters.tier);
    return 0;
}
