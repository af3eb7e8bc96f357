#include "fuzz/campaign/said.h"

#include "fuzz/campaign/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool number_behind(const char *line, const char *word, uint64_t *number)
{
    const char *found = strstr(line, word);
    if (found == NULL)
        return false;
    *number = strtoull(found + strlen(word), NULL, 10);
    return true;
}

/* A line of status has a number, then what happened, then coverage. */
static bool take_status(struct said *said, const char *line)
{
    uint64_t coverage;
    if (line[0] != '#' || !isdigit((unsigned char)line[1]))
        return false;
    said->executions = strtoull(line + 1, NULL, 10);
    if (!number_behind(line, " cov: ", &coverage)) {
        said->has_begun = said->has_begun || strstr(line, "INITED") != NULL;
        return true;
    }
    said->has_begun = true;
    said->coverage = coverage;
    number_behind(line, " ft: ", &said->features);
    number_behind(line, " corp: ", &said->corpus);
    return true;
}

static void copy(char *to, size_t capacity, const char *text)
{
    text += strspn(text, " \t");
    words_put(to, capacity, "%s", text);
}

static const char *behind(const char *line, const char *word)
{
    const char *found = strstr(line, word);
    return found != NULL ? found + strlen(word) : NULL;
}

/* The first of several lines says what went wrong; what follows are consequences. */
static void take_mistake(struct said *said, const char *line)
{
    static const char *const marks[] = {"expool fuzz: ", "ERROR: ", "expool: BUG",
                                        "runtime error: ", "ALARM: "};
    for (size_t i = 0; said->what[0] == 0 && i < sizeof marks / sizeof marks[0]; i++) {
        const char *found = strstr(line, marks[i]);
        if (found != NULL)
            copy(said->what, sizeof said->what,
                 strncmp(marks[i], "expool: ", strlen("expool: ")) == 0 ? found
                                                                        : found + strlen(marks[i]));
    }
}

void said_line(struct said *said, const char *line)
{
    const char *text;
    if (line[0] == 0)
        return;
    copy(said->last, sizeof said->last, line);
    if (take_status(said, line))
        return;
    if ((text = behind(line, "stat::number_of_executed_units:")) != NULL)
        said->executions_at_end = strtoull(text, NULL, 10);
    else if ((text = behind(line, "Test unit written to ")) != NULL)
        copy(said->artefact, sizeof said->artefact, text);
    else if ((text = behind(line, "DEDUP_TOKEN:")) != NULL && said->token[0] == 0)
        copy(said->token, sizeof said->token, text);
    else if ((text = behind(line, "SUMMARY:")) != NULL)
        copy(said->summary, sizeof said->summary, text);
    else
        take_mistake(said, line);
}

/* "operation 17 (free): 0x7f21" as "operation # (free): #": numbers are no part of a name. */
static void without_numbers(const char *text, char *key, size_t capacity)
{
    size_t length = 0;
    while (*text != 0 && length + 1 < capacity) {
        if (isdigit((unsigned char)*text)) {
            while (isxdigit((unsigned char)*text) || *text == 'x')
                text++;
            key[length++] = '#';
        } else {
            key[length++] = *text++;
        }
    }
    key[length] = 0;
}

bool said_key(const struct said *said, char *key, size_t capacity)
{
    /* A deadly signal is how every failure of ours ends; the mistake before it says more. */
    bool is_plain = strstr(said->summary, "deadly signal") != NULL;
    if (said->token[0] != 0)
        words_put(key, capacity, "%s", said->token);
    else if (said->summary[0] != 0 && !(is_plain && said->what[0] != 0))
        without_numbers(said->summary, key, capacity);
    else
        without_numbers(said->what, key, capacity);
    return key[0] != 0;
}

uint64_t said_executions(const struct said *said)
{
    return said->executions_at_end > said->executions ? said->executions_at_end : said->executions;
}
