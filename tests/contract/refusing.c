/* refusing.c - `refusing PROGRAM ARGUMENT...` starts PROGRAM where the kernel knows neither
 * userfaultfd nor process_madvise nor guard pages, as in a container with a filter of its own. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SYSCALL_PROCESS_MADVISE = 440, ADVICE_GUARD_INSTALL = 102 };

#define LOAD(field)                                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
/* Goes on `yes` instructions further where the value is `value`, `no` where it is not. */
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define GIVE(verdict)      BPF_STMT(BPF_RET | BPF_K, verdict)

int main(int count, char **arguments)
{
    struct sock_filter steps[] = {
        LOAD(nr),
        IS(SYS_userfaultfd, 5, 0),
        IS(SYSCALL_PROCESS_MADVISE, 4, 0),
        IS(SYS_madvise, 0, 2),
        LOAD(args[2]),
        IS(ADVICE_GUARD_INSTALL, 1, 0),
        GIVE(SECCOMP_RET_ALLOW),
        GIVE(SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog filter = {sizeof steps / sizeof steps[0], steps};
    if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        perror("refusing");
        return 2;
    }
    execv(arguments[1], arguments + 1);
    perror(arguments[1]);
    return 2;
}
