/* control_main.c - what a fuzzer has to beat: random programs of full length, without feedback.
 * control COUNT SEED runs so many; no two seeds share a program. */
#include "fuzz/generate.h"
#include "fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SEED_SHIFT = 40, HANG_SECONDS = 20, EXIT_TROUBLE = 2 };

static uint64_t number(const char *word)
{
    char *end = NULL;
    uint64_t value = strtoull(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != 0) {
        fprintf(stderr, "control: '%s' is not a number\n", word);
        exit(EXIT_TROUBLE);
    }
    return value;
}

int main(int count, char **arguments)
{
    uint8_t bytes[PROGRAM_BYTES_MAX];
    if (count != 3) {
        fprintf(stderr, "usage: control COUNT SEED\n");
        return EXIT_TROUBLE;
    }
    uint64_t programs = number(arguments[1]);
    uint64_t seed = number(arguments[2]) << SEED_SHIFT;
    LLVMFuzzerInitialize(&count, &arguments);
    for (uint64_t i = 0; i < programs; i++) {
        alarm(HANG_SECONDS);
        LLVMFuzzerTestOneInput(bytes, generate_bytes(bytes, seed + i));
    }
    return EXIT_SUCCESS;
}
