/* test_matrix.c - each mistake of the violation table (bugchecks.md, section 12) in each column: in
 * normal pool plain and under the verifier, on both back ends; in special pool at the page's end
 * and at its start, on each tier. Every cell is a process of its own, and so is its near miss:
 *   matrix -> exec itself ROW COLUMN near|far -> the row's routine -> exit: as expected, or not
 * A cell is code and parameters, in words for what only the process knows; "" is silence. */
#define TESTS_ALONE /* has a main of its own */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#include <stdio.h>

int main(void)
{
    puts("matrix: a sanitizer has reports of its own for these accesses; run it in a plain build");
    return 0;
}
#else
#include "tests/matrix.h"

#include "expool/host.h"
#include "expool/verifier.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_RIGHT = 40, STOP_WRONG = 41, SILENT = 42, REFUSED = 125, WORDS = 5, LINE_BYTES = 512 };

#define MATRIX_FUNCTIONS
#include "tests/matrix_damage.h"
#include "tests/matrix_free.h"
#include "tests/matrix_kernel.h"

enum cell { PLAIN, SEGMENT, VERIFIED, VERIFIED_SEGMENT, SPECIAL_END, SPECIAL_START, CELLS };

struct row {
    const char *name;
    void (*run)(void);
    unsigned irql;
    const char *options; /* plain */
    const char *rules;   /* verified and special: what differs */
    const char *cell[CELLS];
};

#define NOT NULL /* no such thing in that column */
#define ROW(name, irql, options, rules, ...)                                                       \
    {                                                                                              \
#name, name, irql, options, rules,                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const struct row rows[] = {
#include "tests/matrix.def"
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static const struct column {
    const char *name;
    enum cell cell;
    const char *tier;
    const char *options;
} columns[] = {
    {"plain", PLAIN, NULL, "catch_faults=1:leaks=off"},
    {"plain, segment", SEGMENT, NULL, "catch_faults=1:leaks=off:backend=segment"},
    {"verified", VERIFIED, NULL, "verifier=standard:special_pool=none:leaks=off"},
    {"verified, segment", VERIFIED_SEGMENT, NULL,
     "verifier=standard:special_pool=none:leaks=off:backend=segment"},
    {"special, end, uffd", SPECIAL_END, "uffd", "verifier=standard:leaks=off:tier=uffd"},
    {"special, end, guard", SPECIAL_END, "guard", "verifier=standard:leaks=off:tier=guard"},
    {"special, end, mprotect", SPECIAL_END, "mprotect",
     "verifier=standard:leaks=off:tier=mprotect"},
    {"special, start, uffd", SPECIAL_START, "uffd",
     "verifier=standard:leaks=off:verify=start:tier=uffd"},
    {"special, start, guard", SPECIAL_START, "guard",
     "verifier=standard:leaks=off:verify=start:tier=guard"},
    {"special, start, mprotect", SPECIAL_START, "mprotect",
     "verifier=standard:leaks=off:verify=start:tier=mprotect"},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* In the child. */

static const struct row *row_now;
static const struct column *column_now;

static bool word_fits(const char *word, uint64_t value)
{
    if (strcmp(word, "*") == 0)
        return true;
    for (unsigned i = 0; i < fact_count; i++)
        if (strcmp(word, facts[i].name) == 0)
            return facts[i].value == value;
    return strtoull(word, NULL, 16) == value;
}

static void say_wrong(const char *expected, const struct expool_bugcheck *seen)
{
    fprintf(stderr, "%s, %s: 0x%X (%llx, %llx, %llx, %llx) %s came, not '%s'\n", row_now->name,
            column_now->name, seen->code, (unsigned long long)seen->parameter[0],
            (unsigned long long)seen->parameter[1], (unsigned long long)seen->parameter[2],
            (unsigned long long)seen->parameter[3], seen->rule, expected);
    for (unsigned i = 0; i < fact_count; i++)
        fprintf(stderr, "    %s %llx\n", facts[i].name, (unsigned long long)facts[i].value);
}

static enum expool_action judge(const struct expool_bugcheck *seen, void *context)
{
    char words[LINE_BYTES];
    const char *expected = row_now->cell[column_now->cell];
    unsigned fits = 0;
    (void)context;
    (void)snprintf(words, sizeof words, "%s", expected);
    unsigned at = 0;
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "), at++)
        fits += at == 0 ? strtoul(word, NULL, 16) == seen->code
                        : word_fits(word, seen->parameter[at - 1]);
    if (!is_near_miss && at == WORDS && fits == WORDS)
        _exit(STOP_RIGHT);
    say_wrong(is_near_miss ? "" : expected, seen);
    _exit(STOP_WRONG);
}

static int run_child(char **arguments)
{
    KIRQL old = PASSIVE_LEVEL;
    row_now = &rows[atoi(arguments[1])];
    column_now = &columns[atoi(arguments[2])];
    is_near_miss = strcmp(arguments[3], "near") == 0;
    is_special = column_now->cell >= SPECIAL_END;
    program = arguments[0];
    irql_of_row = row_now->irql;
    expool_on_bugcheck(judge, NULL);
    fact("irql", row_now->irql);
    row_now->run();
    (void)old;
    return SILENT;
}

/* In the parent. */

static struct {
    unsigned cells;
    unsigned caught;
    unsigned silent;
    unsigned missed;
    unsigned wrong;
    unsigned false_alarms;
    unsigned left_out; /* of a tier that this kernel does not have */
} counts;

static int exec_cell(unsigned row, unsigned column, bool near)
{
    char options_text[LINE_BYTES];
    char numbers[2][16];
    int status = 0;
    bool is_plain = columns[column].cell <= SEGMENT;
    (void)snprintf(options_text, sizeof options_text, "%s:%s", columns[column].options,
                   is_plain ? rows[row].options : rows[row].rules);
    (void)snprintf(numbers[0], sizeof numbers[0], "%u", row);
    (void)snprintf(numbers[1], sizeof numbers[1], "%u", column);
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setenv("EXPOOL_OPTIONS", options_text, 1);
        execl("/proc/self/exe", program, numbers[0], numbers[1], near ? "near" : "far",
              (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void complain(unsigned row, unsigned column, bool near, const char *what, int status)
{
    printf("matrix: %s at IRQL %u, %s%s: %s (%d), '%s' was expected\n", rows[row].name,
           rows[row].irql, columns[column].name, near ? ", near miss" : "", what, status,
           near ? "" : rows[row].cell[columns[column].cell]);
}

static void run_cell(unsigned row, unsigned column)
{
    bool is_silent = rows[row].cell[columns[column].cell][0] == 0;
    int far_status = exec_cell(row, column, false);
    int near_status = exec_cell(row, column, true);
    counts.cells++;
    if (near_status != SILENT) {
        counts.false_alarms++;
        complain(row, column, true, "it was not silent", near_status);
    }
    if (far_status == (is_silent ? SILENT : STOP_RIGHT)) {
        counts.caught += !is_silent;
        counts.silent += is_silent;
    } else if (far_status == SILENT) {
        counts.missed++;
        complain(row, column, false, "nothing came", far_status);
    } else {
        counts.wrong++;
        complain(row, column, false, "something else came", far_status);
    }
}

/* The first row of the table allocates and frees; a tier that is not there refuses to. */
static bool has_tier(unsigned column)
{
    return columns[column].tier == NULL || exec_cell(0, column, true) != REFUSED;
}

int main(int argc, char **argv)
{
    unsigned wanted = 0;
    if (argc == 4)
        return run_child(argv);
    program = argv[0];
    for (unsigned column = 0; column < COLUMNS; column++) {
        bool is_there = has_tier(column);
        for (unsigned row = 0; row < ROWS; row++) {
            if (rows[row].cell[columns[column].cell] == NULL ||
                (argc == 2 && strcmp(argv[1], rows[row].name) != 0))
                continue;
            wanted++;
            if (is_there)
                run_cell(row, column);
            else
                counts.left_out++;
        }
    }
    printf("matrix: %u rows, %u cells and as many near misses: %u caught, %u silent as they should "
           "be, %u missed, %u wrong, %u false, %u of tiers this kernel lacks\n",
           (unsigned)ROWS, counts.cells, counts.caught, counts.silent, counts.missed, counts.wrong,
           counts.false_alarms, counts.left_out);
    bool is_whole = counts.cells + counts.left_out == wanted && counts.cells > 0;
    return is_whole && counts.missed + counts.wrong + counts.false_alarms == 0 ? 0 : 1;
}
#endif
