/* Memory handed to the system, which only says EFAULT, or given back to it. */
#include "tests/heap/bug.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int ends[2];

static void make_pipe(void)
{
    static char bytes[4096] = "x";
    if (pipe(ends) != 0 || write(ends[1], bytes, sizeof bytes) != (ssize_t)sizeof bytes)
        _exit(7);
}

static void read_past(int is_wrong)
{
    make_pipe();
    char *made = malloc(64);
    if (read(ends[0], made, 64 + 32 * (size_t)is_wrong) < 0)
        sink = 1;
    free(made);
}

static void write_freed(int is_wrong)
{
    make_pipe();
    char *made = calloc(1, 64);
    if (is_wrong)
        free(made);
    if (write(ends[1], made, 64) < 0)
        sink = 1;
    if (!is_wrong)
        free(made);
}

static void writev_past(int is_wrong)
{
    make_pipe();
    char *made = calloc(1, 64);
    const struct iovec parts[] = {{"x", 1}, {made, 64 + 32 * (size_t)is_wrong}};
    if (writev(ends[1], parts, 2) < 0)
        sink = 1;
    free(made);
}

static void send_past(int is_wrong)
{
    char *made = calloc(1, 64);
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0)
        _exit(7);
    if (send(ends[1], made, 64 + 32 * (size_t)is_wrong, 0) < 0)
        sink = 1;
    free(made);
}

static void fwrite_past(int is_wrong)
{
    FILE *file = tmpfile();
    char *made = calloc(2, 4096);
    if (fwrite(made, 4096, 2 + (size_t)is_wrong, file) < 2)
        sink = 1;
    fclose(file);
    free(made);
}

/* A wrong address of another kind is the program's own affair. */
static void elsewhere(int is_wrong)
{
    make_pipe();
    char *made = calloc(1, 64);
    if (write(ends[1], is_wrong ? made + 64 : (char *)16, 8) >= 0)
        _exit(7);
    free(made);
}

/* What madvise gives back of a block reads as zero, the rest of it and what lies around stay. */
static void discarded(int is_wrong)
{
    char *made = memalign(4096, 10000);
    memset(made, 'x', 10000);
    if (madvise(made, 8192, MADV_DONTNEED) != 0 || made[0] != 0 || made[8191] != 0 ||
        made[8192] != 'x' || made[9999] != 'x')
        _exit(7);
    made[1] = 'x';
    if (madvise(made, 12288, MADV_DONTNEED) != 0 || made[1] != 0 || made[9999] != 0 ||
        madvise(made, 8192, MADV_FREE) != 0 || madvise(made + 1, 8192, MADV_DONTNEED) == 0)
        _exit(7);
    free(made);
    if (is_wrong)
        made[9999] = 0;
}

BUG_MAIN(BUG(read_past), BUG(write_freed), BUG(writev_past), BUG(send_past), BUG(fwrite_past),
         BUG(elsewhere), BUG(discarded))
