/* Threads that do what the C library or we do not expect of them. */
#include "tests/heap/bug.h"

#include <pthread.h>
#include <unistd.h>

static void *ask_for_its_stack(void *is_wrong)
{
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        _exit(7);
    pthread_attr_destroy(&attributes);
    char *made = malloc(48);
    if (is_wrong != NULL)
        free(made);
    made[3] = 'x';
    if (is_wrong == NULL)
        free(made);
    return NULL;
}

/* That routine allocates under the thread's lock, before the thread has allocated anything. */
static void stack_asked_for_first(int is_wrong)
{
    pthread_t one;
    pthread_create(&one, NULL, ask_for_its_stack, is_wrong ? &one : NULL);
    pthread_join(one, NULL);
}

BUG_MAIN(BUG(stack_asked_for_first))
