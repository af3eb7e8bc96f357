#include "tools/faults_log.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char summary_mark[] = "SUMMARY: expool: ";
static const char leak_mark[] = "0xC4/0x62 leak, ";

static void keep(struct faults_log *log, const char *words)
{
    (void)snprintf(log->summary, sizeof log->summary, "%.*s", (int)strcspn(words, "\n"), words);
}

/* "1 664 blocks": digits in groups. */
static unsigned long grouped_number(const char *text)
{
    unsigned long number = 0;
    for (; isdigit((unsigned char)*text) || (*text == ' ' && isdigit((unsigned char)text[1]));
         text++)
        if (*text != ' ')
            number = number * 10 + (unsigned long)(*text - '0');
    return number;
}

static void take_line(struct faults_log *log, const char *line)
{
    static const char own[] = "expool";
    if (log->refusal[0] == 0 && strncmp(line, own, sizeof own - 1) == 0)
        (void)snprintf(log->refusal, sizeof log->refusal, "%.*s", (int)strcspn(line, "\n"), line);
    const char *words = strstr(line, summary_mark);
    if (words == NULL)
        return;
    words += sizeof summary_mark - 1;
    bool is_leak = strncmp(words, leak_mark, sizeof leak_mark - 1) == 0;
    if (log->summary[0] == 0 || (!is_leak && log->bug_checks == 0))
        keep(log, words);
    if (is_leak)
        log->leaked_blocks += grouped_number(words + sizeof leak_mark - 1);
    else
        log->bug_checks++;
}

void faults_log_read(const char *path, struct faults_log *log)
{
    *log = (struct faults_log){0};
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    while (file != NULL && getline(&line, &capacity, file) > 0)
        take_line(log, line);
    free(line);
    if (file != NULL)
        (void)fclose(file);
}
