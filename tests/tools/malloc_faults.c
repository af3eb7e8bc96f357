/* malloc_faults.c MISTAKE - as tests/faults/pool_faults.c, with malloc, and by way of strdup: when
 * the third allocation fails: careful, forgets, forgets_strdup, leaks, hangs, frees_twice. */
#define _DEFAULT_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *mistake = "careful";

static bool makes(const char *name)
{
    return strcmp(mistake, name) == 0;
}

static void *take(size_t bytes)
{
    return malloc(bytes);
}

static bool third_and_fourth(void)
{
    char *third = strdup("third");
    volatile bool is_waiting = third == NULL && makes("hangs");
    while (is_waiting)
        ;
    if (third == NULL && !makes("forgets_strdup"))
        return false;
    third[0] = 'T';
    char *fourth = calloc(4, 32);
    if (fourth == NULL && !makes("forgets")) {
        free(third);
        return false;
    }
    fourth[0] = 'F';
    free(third);
    free(fourth);
    return true;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        mistake = argv[1];
    char *first = take(16);
    char *second = take(32);
    bool is_done = first != NULL && second != NULL && third_and_fourth();
    free(first);
    if (!is_done && first != NULL && second != NULL) {
        if (makes("frees_twice"))
            free(first);
        if (makes("leaks")) {
            second = NULL;
            first = NULL;
        }
    }
    free(second);
    return is_done ? 0 : 1;
}
