/* The same use after free where programs do what takes our ground away: they close what they do not
 * know, make children behind the C library's back, handle signals, run threads. */
#include "tests/heap/bug.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void use(int is_wrong)
{
    for (int i = 0; i < 1000; i++)
        free(malloc(24));
    unsigned char *made = malloc(40);
    made[0] = 1;
    if (is_wrong)
        free(made);
    sink = made[0];
    if (!is_wrong)
        free(made);
}

static void all_closed(int is_wrong)
{
    free(malloc(10));
    for (int descriptor = 3; descriptor < 4096; descriptor++)
        close(descriptor);
    use(is_wrong);
}

static void all_closed_from(int is_wrong)
{
    free(malloc(10));
    closefrom(3);
    use(is_wrong);
}

static void all_closed_in_a_range(int is_wrong)
{
    free(malloc(10));
    close_range(3, ~0u, 0);
    use(is_wrong);
}

/* Past the C library: the guards are lost, and made anew at the next allocation that needs one. */
static void closed_by_system_call(int is_wrong)
{
    free(malloc(10));
    syscall(SYS_close_range, 3, ~0u, 0);
    use(is_wrong);
}

static void every_number_wanted(int is_wrong)
{
    free(malloc(10));
    for (int descriptor = 3; descriptor < 1024; descriptor++)
        dup2(1, descriptor);
    use(is_wrong);
}

/* The child's end is ours. */
static void end_as(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status)) {
        signal(SIGABRT, SIG_DFL);
        kill(getpid(), WTERMSIG(status));
        pause();
    }
    exit(WEXITSTATUS(status));
}

static void child_of_fork(int is_wrong)
{
    void *before = malloc(100);
    pid_t child = fork();
    if (child == 0) {
        free(before);
        use(is_wrong);
        exit(0);
    }
    free(before);
    end_as(child);
}

/* The parent's block is freed by both, and used by the child afterwards. */
static void parents_block_in_child(int is_wrong)
{
    unsigned char *before = malloc(100);
    before[0] = 1;
    pid_t child = fork();
    if (child == 0) {
        if (is_wrong)
            free(before);
        sink = before[0];
        exit(0);
    }
    end_as(child);
}

static void child_of_clone(int is_wrong)
{
    free(malloc(10));
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        use(is_wrong);
        exit(0);
    }
    for (int i = 0; i < 1000; i++)
        free(malloc(50));
    end_as(child);
}

static void child_of_a_child(int is_wrong)
{
    pid_t child = fork();
    if (child == 0)
        child_of_fork(is_wrong);
    end_as(child);
}

static void *in_thread(void *is_wrong)
{
    use(is_wrong != NULL);
    return NULL;
}

static void thread(int is_wrong)
{
    pthread_t one;
    pthread_create(&one, NULL, in_thread, is_wrong ? &one : NULL);
    pthread_join(one, NULL);
}

static void *churn(void *unused)
{
    void *kept[64] = {NULL};
    (void)unused;
    for (unsigned i = 0; i < 5000; i++) {
        free(kept[i % 64]);
        kept[i % 64] = malloc(i % 300);
    }
    for (unsigned i = 0; i < 64; i++)
        free(kept[i]);
    return NULL;
}

static void fork_among_threads(int is_wrong)
{
    pthread_t threads[4];
    pid_t child = 0;
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, churn, NULL);
    for (int i = 0; i < 10; i++) {
        child = fork();
        if (child == 0) {
            use(is_wrong && i == 9);
            _exit(0);
        }
        if (i < 9)
            waitpid(child, NULL, 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    end_as(child);
}

static pthread_key_t key;

static void free_late(void *block)
{
    free(block);
    free(malloc(20));
}

static void *with_late_free(void *unused)
{
    pthread_setspecific(key, malloc(33));
    return unused;
}

static void destructors_of_threads(int is_wrong)
{
    pthread_key_create(&key, free_late);
    for (int i = 0; i < 200; i++) {
        pthread_t one;
        pthread_create(&one, NULL, with_late_free, NULL);
        pthread_join(one, NULL);
    }
    use(is_wrong);
}

static void ended_in_threads(int is_wrong)
{
    pthread_t one;
    for (int i = 0; i < 3; i++)
        pthread_create(&one, NULL, churn, NULL);
    if (is_wrong)
        use(1);
    exit(0); /* while they run */
}

static void loaded_and_unloaded(int is_wrong)
{
    for (int i = 0; i < 20; i++) {
        void *library = dlopen("libm.so.6", RTLD_NOW);
        void *other = dlopen("libresolv.so.2", RTLD_NOW);
        if (library != NULL)
            dlclose(library);
        if (other != NULL)
            dlclose(other);
    }
    use(is_wrong);
}

static void after_vfork(int is_wrong)
{
    pid_t child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
    use(is_wrong);
}

static void locked_in_memory(int is_wrong)
{
    free(malloc(10));
    (void)mlockall(MCL_CURRENT); /* may be refused */
    use(is_wrong);
}

static volatile sig_atomic_t seen;

static void count_and_end(int number, siginfo_t *information, void *context)
{
    (void)number;
    (void)context;
    seen = information->si_addr == (void *)16;
    _exit(seen ? 0 : 3);
}

/* A handler of its own sees the program's own faults, and none of ours. */
static void own_handler(int is_wrong)
{
    struct sigaction action = {.sa_sigaction = count_and_end, .sa_flags = SA_SIGINFO};
    struct sigaction before;
    sigfillset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSEGV, NULL, &before);
    if (before.sa_sigaction != count_and_end)
        _exit(4);
    use(is_wrong);
    sink = *(volatile unsigned char *)16;
}

static sigjmp_buf back;

static void jump_back(int number)
{
    siglongjmp(back, number);
}

/* Collectors and interpreters probe memory like this. */
static void handler_that_jumps(int is_wrong)
{
    signal(SIGSEGV, jump_back);
    for (volatile int i = 0; i < 50; i++)
        if (sigsetjmp(back, 1) == 0) {
            sink = *(volatile unsigned char *)16;
            _exit(5);
        }
    if (signal(SIGSEGV, SIG_DFL) != jump_back)
        _exit(6);
    use(is_wrong);
}

static void all_signals_blocked(int is_wrong)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    use(is_wrong);
}

static void use_in_handler(int is_wrong)
{
    use(is_wrong == SIGUSR1);
}

static void end_well(int number)
{
    (void)number;
    _exit(0);
}

/* As programs do between vfork and exec. Its parent's handler stays what it was. */
static void handler_of_a_vfork_child(int is_wrong)
{
    struct sigaction before;
    signal(SIGSEGV, end_well);
    pid_t child = vfork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    sigaction(SIGSEGV, NULL, &before);
    if (before.sa_handler != end_well || !WIFSIGNALED(status))
        exit(3);
    use(is_wrong);
    raise(SIGSEGV);
}

static void in_a_handler(int is_wrong)
{
    struct sigaction action = {.sa_handler = is_wrong ? use_in_handler : SIG_IGN};
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
}

/* A page and a half of alternate stack is too little for a report. */
static void small_alternate_stack(int is_wrong)
{
    static char room[8192];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    free(malloc(10));
    if (sigaltstack(&stack, NULL) != 0)
        _exit(7);
    use(is_wrong);
}

static void deeper(int depth, int is_wrong)
{
    volatile char room[1000];
    room[0] = 1;
    if (depth > 0)
        deeper(depth - 1, is_wrong);
    else
        use(is_wrong);
    room[1] = 1;
}

static void *deep_thread(void *is_wrong)
{
    deeper(50, is_wrong != NULL);
    return NULL;
}

static void small_thread_stack(int is_wrong)
{
    pthread_t one;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 96 * 1024);
    pthread_create(&one, &small, deep_thread, is_wrong ? &one : NULL);
    pthread_join(one, NULL);
}

static void moved_big_block(int is_wrong)
{
    char *made = NULL;
    for (size_t size = 1; size < 3000000; size = size * 3 / 2 + 1) {
        made = realloc(made, size);
        made[size - 1] = 1;
    }
    free(made);
    use(is_wrong);
}

BUG_MAIN(BUG(all_closed), BUG(all_closed_from), BUG(all_closed_in_a_range),
         BUG(closed_by_system_call), BUG(every_number_wanted), BUG(child_of_fork),
         BUG(parents_block_in_child), BUG(child_of_clone), BUG(child_of_a_child), BUG(thread),
         BUG(fork_among_threads), BUG(destructors_of_threads), BUG(ended_in_threads),
         BUG(loaded_and_unloaded), BUG(after_vfork), BUG(locked_in_memory), BUG(moved_big_block),
         BUG(own_handler), BUG(handler_that_jumps), BUG(all_signals_blocked), BUG(in_a_handler),
         BUG(handler_of_a_vfork_child), BUG(small_alternate_stack), BUG(small_thread_stack))
