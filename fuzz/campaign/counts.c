#include "fuzz/campaign/counts.h"

#include "fuzz/campaign/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 256, WORDS_MAX = 6 };

const char *const count_words[COUNT_KINDS] = {"programs", "operations", "injected",     "detected",
                                              "wrong",    "missed",     "false_alarms", "known"};

/* The words of a line, which is cut up for them. */
static unsigned split(char *line, const char *words[WORDS_MAX])
{
    unsigned count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(line, " \n", &rest); word != NULL && count < WORDS_MAX;
         word = strtok_r(NULL, " \n", &rest))
        words[count++] = word;
    return count;
}

static bool is_number(const char *word)
{
    return *word != 0 && word[strspn(word, "0123456789")] == 0;
}

void counts_read(struct counts *counts, const char *path)
{
    char line[LINE_BYTES];
    const char *words[WORDS_MAX];
    FILE *file = fopen(path, "r");
    *counts = (struct counts){.is_there = file != NULL};
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        bool is_pair = split(line, words) == 2 && is_number(words[1]);
        for (unsigned i = 0; is_pair && i < COUNT_KINDS; i++)
            if (strcmp(words[0], count_words[i]) == 0)
                counts->at[i] = strtoull(words[1], NULL, 10);
    }
    if (file != NULL)
        fclose(file);
}

void counts_add(struct counts *sum, const struct counts *counts)
{
    sum->is_there = sum->is_there || counts->is_there;
    for (unsigned i = 0; i < COUNT_KINDS; i++)
        sum->at[i] += counts->at[i];
}

static struct cell *cell_of(struct matrix *matrix, const struct cell *like)
{
    for (unsigned i = 0; i < matrix->count; i++)
        if (strcmp(matrix->cells[i].kind, like->kind) == 0 &&
            strcmp(matrix->cells[i].setting, like->setting) == 0)
            return &matrix->cells[i];
    if (matrix->count == CELLS_MAX) {
        matrix->lost++;
        return NULL;
    }
    struct cell *cell = &matrix->cells[matrix->count++];
    *cell = *like;
    return cell;
}

/* "cell KIND FLAGS PLACEMENT injected detected" */
static void add_line(struct matrix *matrix, char *line)
{
    struct cell read = {0};
    const char *words[WORDS_MAX];
    if (split(line, words) != WORDS_MAX || strcmp(words[0], "cell") != 0 || !is_number(words[4]) ||
        !is_number(words[5]))
        return;
    words_put(read.kind, sizeof read.kind, "%s", words[1]);
    words_put(read.setting, sizeof read.setting, "%s %s", words[2], words[3]);
    struct cell *cell = cell_of(matrix, &read);
    if (cell == NULL)
        return;
    cell->injected += strtoull(words[4], NULL, 10);
    cell->detected += strtoull(words[5], NULL, 10);
}

void matrix_add(struct matrix *matrix, const char *path)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        add_line(matrix, line);
    if (file != NULL)
        fclose(file);
}

static int by_kind(const void *one, const void *other)
{
    const struct cell *a = one;
    const struct cell *b = other;
    int kind = strcmp(a->kind, b->kind);
    return kind != 0 ? kind : strcmp(a->setting, b->setting);
}

void matrix_sort(struct matrix *matrix)
{
    qsort(matrix->cells, matrix->count, sizeof matrix->cells[0], by_kind);
}
