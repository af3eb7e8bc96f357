#include "tools/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    PATH_BYTES = 512,
    WAIT_MS = 1000,
    STEP_NS = 1000000,
    ENVIRONMENT_BYTES = 131072,
};

#define LINK_START "/memfd:" EXPOOL_CONTROL_FILE

const char *tier_name(uint32_t tier)
{
    const char *const names[] = {"none", "uffd", "guard", "mprotect"};
    return tier < sizeof names / sizeof names[0] ? names[tier] : "?";
}

char process_state(pid_t pid)
{
    char path[PATH_BYTES];
    char text[PATH_BYTES];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = 0;
    const char *behind_name = strrchr(text, ')');
    if (behind_name == NULL || behind_name[1] != ' ')
        return 0;
    return behind_name[2];
}

/* The place in a file of one or of many processes that is `pid`'s; the last, for a process that has
 * executed another program since. NULL: none. */
static struct expool_control *find_entry(unsigned char *bytes, size_t size, pid_t pid)
{
    const struct expool_directory *directory = (const void *)bytes;
    struct expool_control *found = NULL;
    size_t first = 0;
    size_t count = 1;
    if (size > sizeof *directory && directory->magic == EXPOOL_DIRECTORY_MAGIC &&
        directory->entry_bytes == EXPOOL_ENTRY_BYTES) {
        first = sizeof *directory;
        count = directory->taken < directory->room ? directory->taken : directory->room;
    }
    for (size_t i = 0; i < count && first + (i + 1) * EXPOOL_ENTRY_BYTES <= size; i++) {
        struct expool_control *control = (void *)(bytes + first + i * EXPOOL_ENTRY_BYTES);
        bool is_theirs = first == 0 || control->pid == (uint32_t)pid;
        if (is_theirs &&
            __atomic_load_n(&control->magic, __ATOMIC_ACQUIRE) == EXPOOL_CONTROL_MAGIC &&
            control->version == EXPOOL_CONTROL_VERSION && control->bytes == EXPOOL_ENTRY_BYTES)
            found = control;
    }
    return found;
}

/* Maps a file and looks for the process in it. */
static bool open_file(const char *path, pid_t pid, struct process *process)
{
    struct stat seen;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return false;
    bool is_file = fstat(file, &seen) == 0 && seen.st_size >= (off_t)EXPOOL_ENTRY_BYTES;
    size_t size = is_file ? (size_t)seen.st_size : 0;
    void *mapping =
        is_file ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
    close(file);
    if (mapping == MAP_FAILED)
        return false;
    struct expool_control *control = find_entry(mapping, size, pid);
    if (control == NULL) {
        munmap(mapping, size);
        return false;
    }
    *process = (struct process){pid, control, (const void *)(control + 1), mapping, size};
    return true;
}

/* The folder's links to such a file, one after the other. */
static bool open_through(const char *folder, pid_t pid, struct process *process)
{
    DIR *listing = opendir(folder);
    bool is_open = false;
    if (listing == NULL)
        return false;
    for (struct dirent *entry; !is_open && (entry = readdir(listing)) != NULL;) {
        char path[PATH_BYTES];
        char target[PATH_BYTES];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        if (strncmp(target, LINK_START, strlen(LINK_START)) == 0)
            is_open = open_file(path, pid, process);
    }
    closedir(listing);
    return is_open;
}

/* A program that has closed every descriptor: what maps the file is left, and what says where the
 * file of expool run is. */
static bool open_by_environment(pid_t pid, struct process *process)
{
    char path[PATH_BYTES];
    bool is_open = false;
    (void)snprintf(path, sizeof path, "/proc/%d/environ", pid);
    FILE *file = fopen(path, "re");
    char *environment = file == NULL ? NULL : malloc(ENVIRONMENT_BYTES);
    size_t length = environment == NULL ? 0 : fread(environment, 1, ENVIRONMENT_BYTES - 1, file);
    static const char variable[] = EXPOOL_RUN_VARIABLE "=";
    for (size_t at = 0; at < length && !is_open; at += strlen(environment + at) + 1) {
        environment[length] = 0;
        if (strncmp(environment + at, variable, sizeof variable - 1) == 0)
            is_open = open_file(environment + at + sizeof variable - 1, pid, process);
    }
    free(environment);
    if (file != NULL)
        (void)fclose(file);
    return is_open;
}

bool process_open(pid_t pid, struct process *process)
{
    char folder[PATH_BYTES];
    if (kill(pid, 0) != 0 && errno == ESRCH)
        return false;
    (void)snprintf(folder, sizeof folder, "/proc/%d/fd", pid);
    if (open_through(folder, pid, process))
        return true;
    bool may_look = access(folder, R_OK) == 0;
    (void)snprintf(folder, sizeof folder, "/proc/%d/map_files", pid);
    if (open_through(folder, pid, process) || open_by_environment(pid, process))
        return true;
    errno = may_look ? ENOENT : EACCES;
    return false;
}

void process_close(struct process *process)
{
    munmap(process->mapping, process->mapping_bytes);
}

static int by_pid(const void *one, const void *other)
{
    const struct process *first = one;
    const struct process *second = other;
    return (first->pid > second->pid) - (first->pid < second->pid);
}

size_t processes_list(struct process **list)
{
    size_t count = 0;
    size_t capacity = 0;
    DIR *listing = opendir("/proc");
    *list = NULL;
    for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
        struct process process;
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || pid == getpid() || !process_open(pid, &process))
            continue;
        if (count == capacity) {
            capacity = capacity * 2 + 8;
            struct process *grown = realloc(*list, capacity * sizeof **list);
            if (grown == NULL)
                break;
            *list = grown;
        }
        (*list)[count++] = process;
    }
    if (listing != NULL)
        closedir(listing);
    if (count > 1)
        qsort(*list, count, sizeof **list, by_pid);
    return count;
}

/* One asks at a time; somebody who died while asking is nobody. */
static bool take_turn(struct expool_control *control)
{
    uint32_t own = (uint32_t)getpid();
    uint32_t asking = 0;
    if (__atomic_compare_exchange_n(&control->asking, &asking, own, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
        return true;
    return kill((pid_t)asking, 0) != 0 && errno == ESRCH &&
           __atomic_compare_exchange_n(&control->asking, &asking, own, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static bool has_answered(const struct expool_control *control)
{
    return __atomic_load_n(&control->answered, __ATOMIC_ACQUIRE) ==
           __atomic_load_n(&control->asked, __ATOMIC_RELAXED);
}

enum process_reply process_ask(struct process *process, uint32_t ask, uint32_t rules,
                               const char *text)
{
    struct expool_control *control = process->control;
    if (!take_turn(control))
        return REPLY_BUSY;
    enum process_reply reply = REPLY_BUSY;
    /* One that waits and asks for no change is replaced. */
    if (has_answered(control) || control->ask == EXPOOL_ASK_TELL) {
        control->ask = ask;
        control->ask_rules = rules;
        (void)snprintf(control->ask_text, sizeof control->ask_text, "%s", text != NULL ? text : "");
        __atomic_add_fetch(&control->asked, 1, __ATOMIC_RELEASE);
        for (int i = 0; i < WAIT_MS && !has_answered(control) && kill(process->pid, 0) == 0; i++)
            nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
        reply = !has_answered(control)                     ? REPLY_LATER
                : control->answer == EXPOOL_ANSWER_REFUSED ? REPLY_REFUSED
                                                           : REPLY_DONE;
    }
    __atomic_store_n(&control->asking, 0, __ATOMIC_RELEASE);
    return reply;
}
