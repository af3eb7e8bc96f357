/* mutator_libfuzzer.c - the mutator as libFuzzer takes it, for targets whose inputs are programs:
 * with this function in the program the engine uses no mutators of its own. */
#include "fuzz/mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned int seed);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned int seed)
{
    struct mutation mutation = {&program_grammar, bytes, length, capacity, seed, 0};
    mutate(&mutation);
    return mutation.length;
}
