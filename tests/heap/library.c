/* The C library goes too far for its caller. */
#include "tests/heap/bug.h"

#include <wchar.h>

static void memcpy_past(int is_wrong)
{
    char from[128] = "x";
    char *made = malloc(64);
    memcpy(made, from, 64 + 16 * (size_t)is_wrong);
    free(made);
}

static void memset_past(int is_wrong)
{
    char *made = malloc(64);
    memset(made, 0, 64 + (size_t)is_wrong);
    free(made);
}

static void strcpy_past(int is_wrong)
{
    char *made = malloc(16);
    strcpy(made, is_wrong ? "sixteen letters!" : "fifteen letters");
    free(made);
}

static void strlen_unterminated(int is_wrong)
{
    char *made = malloc(16);
    memset(made, 'a', 16);
    if (!is_wrong)
        made[15] = 0;
    sink = (unsigned char)strlen(made);
    free(made);
}

static void strcat_past(int is_wrong)
{
    char *made = malloc(16);
    strcpy(made, "12345678");
    strcat(made, is_wrong ? "12345678" : "1234567");
    free(made);
}

static void snprintf_past(int is_wrong)
{
    char *made = malloc(16);
    snprintf(made, 16 + 64 * (size_t)is_wrong, "%s", "more than sixteen letters are here");
    free(made);
}

static void wcscpy_past(int is_wrong)
{
    wchar_t *made = malloc(8 * sizeof *made);
    wcscpy(made, is_wrong ? L"12345678" : L"1234567");
    free(made);
}

static void strdup_freed(int is_wrong)
{
    char *made = strdup("hello");
    if (is_wrong)
        free(made);
    sink = (unsigned char)strlen(made);
    if (!is_wrong)
        free(made);
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void qsort_past(int is_wrong)
{
    int *made = malloc(16 * sizeof *made);
    for (int i = 0; i < 16; i++)
        made[i] = -i;
    qsort(made, 16 + 4 * (size_t)is_wrong, sizeof *made, by_value);
    free(made);
}

static void memmove_before(int is_wrong)
{
    char *made = malloc(64);
    memset(made, 1, 64);
    memmove(made - 4 * is_wrong, made + 8, 16);
    free(made);
}

BUG_MAIN(BUG(memcpy_past), BUG(memset_past), BUG(strcpy_past), BUG(strlen_unterminated),
         BUG(strcat_past), BUG(snprintf_past), BUG(wcscpy_past), BUG(strdup_freed), BUG(qsort_past),
         BUG(memmove_before))
