#include "tests/expect.h"

#include "fuzz/oracle_key.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The key of a program that printed `output`. */
static const char *key_of(const char *output)
{
    static char key[ORACLE_KEY_BYTES];
    char path[] = "/tmp/expool-oracle-XXXXXX";
    int file = mkstemp(path);
    size_t length = strlen(output);
    EXPECT(file >= 0 && write(file, output, length) == (ssize_t)length);
    close(file);
    bool has_key = oracle_key_read(path, key);
    EXPECT(has_key == (key[0] != 0));
    unlink(path);
    return key;
}

TEST(the_targets_own_key_is_the_key)
{
    EXPECT_TEXT(key_of("expool fuzz: operation 4 (free): false alarm\n"
                       "DEDUP_TOKEN: false alarm/bug check came/free/classic\n"
                       "==12== ERROR: libFuzzer: deadly signal\n"
                       "    #0 0x1 in heap_free /x/pool/heap.c:1:2\n"),
                "false alarm/bug check came/free/classic");
}

TEST(a_crash_in_the_pool_is_known_by_three_functions)
{
    const char *key = key_of("==7==ERROR: UndefinedBehaviorSanitizer: SEGV on unknown address\n"
                             "    #0 0x1 in memcpy string/memcpy.S:3\n"
                             "    #1 0x2 in heap_tell_locked /b/../pool/heap_tell.c:56:20\n"
                             "    #2 0x3 in take_listed /b/../pool/heap_lists.c:1:5\n"
                             "    #3 0x4 in take_free /b/../pool/heap_lists.c:2:5\n"
                             "    #4 0x5 in heap_take /b/../pool/heap.c:2:5\n");
    EXPECT(strcmp(key, "SEGV in heap_tell_locked < take_listed < take_free") == 0);
}

TEST(a_broken_invariant_is_told_with_its_condition)
{
    EXPECT_TEXT(key_of("expool: our own mistake, please report it: count > 0 at page.c:9\n"
                       "==12== ERROR: libFuzzer: deadly signal\n"
                       "    #0 0x1 in invariant_broken /x/pool/os_linux.c:1:2\n"
                       "    #1 0x1 in page_carve_many /x/pool/page.c:1:2\n"),
                "count > 0 at page.c:9 in page_carve_many");
}

TEST(an_ordinary_end_has_no_key)
{
    EXPECT(key_of("INFO: Seed: 1\nDone 3 runs in 0 second(s)\n")[0] == 0);
}

TESTS_MAIN("oracle_key")
