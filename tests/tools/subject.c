/* subject.c - a program as anybody writes them, with a mistake for each word. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile char seen;

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static volatile char *block_of_100(void)
{
    volatile char *block = malloc(100);
    for (int i = 0; i < 100; i++)
        block[i] = 'x';
    return block;
}

static void in_child(void (*act)(void))
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        act();
        _exit(0);
    }
    waitpid(child, &status, 0);
}

static void overrun(void)
{
    volatile char *block = block_of_100();
    for (int i = 0; i < 32; i++)
        block[100 + i] = 'y';
    free((void *)block);
}

static void overread(void)
{
    volatile char *block = block_of_100();
    seen = block[100];
    free((void *)block);
}

/* As compilers write them for structures that malloc has aligned. */
static void use_aligned(void)
{
    char *block = (char *)block_of_100();
#if defined(__x86_64__)
    __asm__ volatile("movaps (%0), %%xmm0" : : "r"(block) : "xmm0");
#endif
    free(block);
}

static void underread(void)
{
    volatile char *block = block_of_100();
    seen = block[-8];
    free((void *)block);
}

static void leak(void)
{
    static char *volatile lost;
    lost = malloc(1000);
    lost = NULL;
}

static void on_signal(int number)
{
    (void)number;
    static const char text[] = "got the signal\n";
    (void)!write(STDOUT_FILENO, text, sizeof text - 1);
    _exit(42);
}

static void wait_for_signal(void)
{
    free((void *)block_of_100());
    signal(SIGTERM, on_signal);
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < 1000; i++)
        sleep_ms(10);
}

static void execute_self(void)
{
    free((void *)block_of_100());
    execl("/proc/self/exe", "subject", "clean", (char *)NULL);
}

/* A test runner's child: nothing is handed down. */
static void execute_bare(void)
{
    char *words[] = {"subject", "overrun", NULL};
    char *none[] = {NULL};
    execve("/proc/self/exe", words, none);
}

static void execute_listed(void)
{
    char *others[] = {"LD_PRELOAD=libm.so.6", "A=b", NULL};
    execle("/proc/self/exe", "subject", "overrun", (char *)NULL, others);
}

static void spawn_bare(void)
{
    char *words[] = {"subject", "overrun", NULL};
    pid_t child;
    int status;
    if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, NULL) == 0)
        waitpid(child, &status, 0);
}

/* Whoever wants a child left alone says so. */
static void execute_alone(void)
{
    char *words[] = {"subject", "overrun", NULL};
    char *alone[] = {"EXPOOL_RUN=", NULL};
    free((void *)block_of_100());
    execve("/proc/self/exe", words, alone);
}

static void copy_input(void)
{
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL)
        fputs(line, stdout);
}

static void count_descriptors(void)
{
    free((void *)block_of_100());
    int count = 0;
    for (int i = 0; i < 900; i++)
        count += dup2(i, i) == i;
    printf("%d descriptors\n", count);
}

/* From now on these two system calls end so. */
static void enter_sandbox(unsigned answer)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, answer),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
    void *before = (void *)block_of_100();
    void *large = malloc(100000);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(7);
    free(before);
    free(large);
    for (int i = 0; i < 100; i++) {
        char *zeroes = calloc(1, 100000);
        for (int k = 0; k < 100000; k++)
            if (zeroes[k] != 0)
                _exit(7);
        memset(zeroes, 1, 100000);
        free(zeroes);
    }
}

static void use_now_and_then(void)
{
    for (int i = 0; i < 2000; i++) {
        free((void *)block_of_100());
        sleep_ms(5);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "clean";
    if (strcmp(what, "overrun") == 0)
        overrun();
    else if (strcmp(what, "underread") == 0)
        underread();
    else if (strcmp(what, "overread") == 0)
        overread();
    else if (strcmp(what, "aligned") == 0)
        use_aligned();
    else if (strcmp(what, "leak") == 0)
        leak();
    else if (strcmp(what, "child-overrun") == 0)
        in_child(overrun);
    else if (strcmp(what, "wait") == 0)
        wait_for_signal();
    else if (strcmp(what, "exec") == 0)
        execute_self();
    else if (strcmp(what, "exec-bare") == 0)
        execute_bare();
    else if (strcmp(what, "exec-listed") == 0)
        execute_listed();
    else if (strcmp(what, "spawn-bare") == 0)
        spawn_bare();
    else if (strcmp(what, "exec-alone") == 0)
        execute_alone();
    else if (strcmp(what, "cat") == 0)
        copy_input();
    else if (strcmp(what, "descriptors") == 0)
        count_descriptors();
    else if (strcmp(what, "kill") == 0)
        free((void *)block_of_100()), raise(SIGKILL);
    else if (strcmp(what, "sandbox") == 0)
        enter_sandbox(SECCOMP_RET_ERRNO | EPERM);
    else if (strcmp(what, "strict-sandbox") == 0)
        enter_sandbox(SECCOMP_RET_KILL_PROCESS);
    else if (strcmp(what, "exit") == 0)
        free((void *)block_of_100()), exit(atoi(argv[2]));
    else if (strcmp(what, "idle") == 0)
        _exit(argc > 2 ? atoi(argv[2]) : 0);
    else if (strcmp(what, "loop") == 0)
        use_now_and_then();
    else
        free((void *)block_of_100()), puts("hello");
    return 0;
}
