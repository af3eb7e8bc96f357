#include "tools/doctor.h"

#include "tools/run_environment.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    MAPS_DEFAULT = 65530,
    OVERCOMMIT_NEVER = 2,
    TEXT_BYTES = 256,
    USER_MODE_ONLY = 1,
};

#define FEATURE_MOVE       ((uint64_t)1 << 16) /* younger than the headers we build on */
#define ADDRESS_SPACE_LESS ((rlim_t)64 << 30)
#define GIB                ((rlim_t)1 << 30)

/* The first line of a file of the kernel's; "" when there is none. */
static void read_line(const char *path, char *text)
{
    FILE *file = fopen(path, "re");
    *text = 0;
    if (file == NULL)
        return;
    if (fgets(text, TEXT_BYTES, file) != NULL)
        text[strcspn(text, "\n")] = 0;
    (void)fclose(file);
}

static long read_number(const char *path, long otherwise)
{
    char text[TEXT_BYTES];
    read_line(path, text);
    return *text == 0 ? otherwise : strtol(text, NULL, 10);
}

static bool can_move(void)
{
    int descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
    struct uffdio_api api = {.api = UFFD_API, .features = FEATURE_MOVE};
    if (descriptor < 0)
        return false;
    bool moves = ioctl(descriptor, UFFDIO_API, &api) == 0;
    close(descriptor);
    return moves;
}

enum diagnosis doctor_userfaultfd(struct patient *patient, char *line)
{
    (void)patient;
    if (can_move()) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "allowed: guards cost one system call a block");
        return DIAGNOSIS_OK;
    }
    int why = errno;
    (void)snprintf(line, DOCTOR_LINE_BYTES,
                   "not to be had (%s): guards come from the next tier, which is slower (Linux 6.8 "
                   "and, in containers, a seccomp profile that lets it through)",
                   strerror(why));
    return DIAGNOSIS_NOTE;
}

enum diagnosis doctor_maps(struct patient *patient, char *line)
{
    (void)patient;
    long most = read_number("/proc/sys/vm/max_map_count", MAPS_DEFAULT);
    (void)snprintf(line, DOCTOR_LINE_BYTES,
                   "vm.max_map_count %ld: counts only where guards come from mprotect, two a live "
                   "block",
                   most);
    return DIAGNOSIS_OK;
}

enum diagnosis doctor_address_space(struct patient *patient, char *line)
{
    struct rlimit limit;
    (void)patient;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= ADDRESS_SPACE_LESS) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "no limit that would be felt");
        return DIAGNOSIS_OK;
    }
    (void)snprintf(line, DOCTOR_LINE_BYTES,
                   "limited to %lu GiB: special pool is smaller, and full sooner; ulimit -v "
                   "unlimited",
                   (unsigned long)(limit.rlim_cur / GIB));
    return DIAGNOSIS_NOTE;
}

enum diagnosis doctor_locked(struct patient *patient, char *line)
{
    struct rlimit limit;
    (void)patient;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        (void)snprintf(line, DOCTOR_LINE_BYTES, "no limit; expool locks none");
    else
        (void)snprintf(
            line, DOCTOR_LINE_BYTES,
            "%lu KiB at most; expool locks none, a program that locks all it has needs a "
            "page more for each block",
            (unsigned long)(limit.rlim_cur / 1024));
    return DIAGNOSIS_OK;
}

enum diagnosis doctor_overcommit(struct patient *patient, char *line)
{
    (void)patient;
    if (read_number("/proc/sys/vm/overcommit_memory", 0) != OVERCOMMIT_NEVER)
        return DIAGNOSIS_NONE;
    (void)snprintf(line, DOCTOR_LINE_BYTES,
                   "vm.overcommit_memory is 2: address space that is only reserved counts as used");
    return DIAGNOSIS_NOTE;
}

enum diagnosis doctor_cores(struct patient *patient, char *line)
{
    char pattern[TEXT_BYTES];
    struct rlimit limit;
    (void)patient;
    read_line("/proc/sys/kernel/core_pattern", pattern);
    bool is_off = getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && pattern[0] != '|';
    (void)snprintf(line, DOCTOR_LINE_BYTES, "%s%.200s%s",
                   is_off ? "off (ulimit -c unlimited); " : "", pattern,
                   pattern[0] == '|' ? " takes them" : " is where they go");
    return DIAGNOSIS_OK;
}

enum diagnosis doctor_ptrace(struct patient *patient, char *line)
{
    (void)patient;
    long scope = read_number("/proc/sys/kernel/yama/ptrace_scope", 0);
    (void)snprintf(line, DOCTOR_LINE_BYTES, "%s",
                   scope == 0 ? "gdb can attach to a process that waits"
                              : "gdb cannot attach to a process that waits "
                                "(kernel.yama.ptrace_scope); nothing else here needs it");
    return scope == 0 ? DIAGNOSIS_OK : DIAGNOSIS_NOTE;
}

enum diagnosis doctor_settings(struct patient *patient, char *line)
{
    const char *environment = getenv("EXPOOL_OPTIONS");
    const char *path = config_path();
    bool is_file = *path != 0 && access(path, R_OK) == 0;
    (void)patient;
    if (environment == NULL && !is_file) {
        (void)snprintf(line, DOCTOR_LINE_BYTES, "none: verifier=standard, the rules of /standard");
        return DIAGNOSIS_OK;
    }
    (void)snprintf(
        line, DOCTOR_LINE_BYTES, "%s%.200s%s%s%.200s", environment != NULL ? "EXPOOL_OPTIONS=" : "",
        environment != NULL ? environment : "", environment != NULL && is_file ? ", and " : "",
        is_file ? "those stored in " : "", is_file ? path : "");
    return DIAGNOSIS_NOTE;
}
