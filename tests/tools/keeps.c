/* keeps.c MODE - one block of 1240 bytes (and one of 77 behind it), kept or lost as MODE says when
 * the program ends. lost_*: nobody can free it any more; the others keep it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define APART __attribute__((noinline))

struct block {
    struct block *next;
    char bytes[1226];
};

static struct block *volatile kept;
static _Thread_local struct block *volatile kept_by_thread;
static uintptr_t volatile disguised;
static atomic_bool is_ready;

static APART struct block *make(void)
{
    struct block *block = calloc(1, sizeof *block);
    if (block == NULL || (block->next = calloc(1, 77)) == NULL)
        abort();
    return block;
}

static APART void clear_stack(void)
{
    volatile char bytes[8192];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = 0;
}

static APART void lost_variable(void)
{
    (void)*(volatile char *)make();
}

static APART void lost_overwritten(void)
{
    kept = make();
    kept = make();
}

static APART void lost_disguised(void)
{
    disguised = ~(uintptr_t)make();
}

static APART void lost_end(void)
{
    kept = make() + 1;
}

static APART void lost_cycle(void)
{
    struct block *block = make();
    block->next->next = block;
}

static void *lose(void *unused)
{
    (void)unused;
    struct block *volatile here = make();
    here->bytes[0] = 1;
    return NULL;
}

static APART void lost_in_thread(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, lose, NULL);
    pthread_join(thread, NULL);
}

static APART void child(void)
{
    (void)*(volatile char *)make();
}

/* The child's block; the parent keeps its own. */
static APART void lost_in_child(void)
{
    kept = make();
    pid_t process = fork();
    if (process == 0) {
        kept = NULL;
        child();
        clear_stack();
        exit(0);
    }
    waitpid(process, NULL, 0);
}

static APART void global(void)
{
    kept = make();
}

static APART void of_thread(void)
{
    kept_by_thread = make();
}

static APART void chain(void)
{
    struct block *first = calloc(1, sizeof *first);
    if (first == NULL)
        abort();
    first->next = make();
    kept = first;
}

static APART void inside(void)
{
    kept = (struct block *)(void *)(make()->bytes + 100);
}

static APART void mapped(void)
{
    struct block **memory =
        mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    memory[70000] = make();
}

static void *keep(void *unused)
{
    (void)unused;
    struct block *volatile here = make();
    atomic_store(&is_ready, true);
    for (;;)
        here->bytes[0]++, usleep(100);
    return NULL;
}

static APART void on_another_stack(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, keep, NULL);
    while (!atomic_load(&is_ready))
        usleep(100);
}

static APART void on_this_stack(void)
{
    struct block *volatile here = make();
    clear_stack();
    exit(here->bytes[0]);
}

/* The compiler keeps it in a register that calls leave alone, or on the stack. */
static APART void in_a_register(void)
{
    register struct block *here = make();
    clear_stack();
    __asm__ volatile("" : "+r"(here));
    if (getpid() > 0)
        exit(0);
    here->bytes[0] = 1;
}

static const struct {
    const char *name;
    void (*act)(void);
} modes[] = {
    {"lost_variable", lost_variable},
    {"lost_overwritten", lost_overwritten},
    {"lost_disguised", lost_disguised},
    {"lost_end", lost_end},
    {"lost_cycle", lost_cycle},
    {"lost_in_thread", lost_in_thread},
    {"lost_in_child", lost_in_child},
    {"global", global},
    {"of_thread", of_thread},
    {"chain", chain},
    {"inside", inside},
    {"mapped", mapped},
    {"on_another_stack", on_another_stack},
    {"on_this_stack", on_this_stack},
    {"in_a_register", in_a_register},
};

int main(int argc, char **argv)
{
    for (unsigned i = 0; argc == 2 && i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(argv[1], modes[i].name) == 0) {
            modes[i].act();
            clear_stack();
            return 0;
        }
    for (unsigned i = 0; i < sizeof modes / sizeof modes[0]; i++)
        puts(modes[i].name);
    return argc == 1 ? 0 : 2;
}
