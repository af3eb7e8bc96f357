/* explain.h - what there is to say about a stop code, a case of it, or a rule. */
#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct topic {
    const char *rule; /* our rule; NULL: it is a code that was asked for */
    uint32_t code;
    bool has_case;
    uint64_t number; /* of the case */
};

/* Reads "0xC1/0x24", "c1/24", "C1", "BAD_POOL_CALLER/7", "damage-after-block". False after one line
 * that names the nearest. */
bool topic_read(const char *word, struct topic *topic);

void topic_print(const struct topic *topic, FILE *file);
void topic_print_json(const struct topic *topic, FILE *file);

/* As a debugger's `!analyze -show`: title, paragraph, arguments. */
void topic_show(uint32_t code, const uint64_t parameter[4], FILE *file);

/* The text of a rule's page as people read it, without its sample: for other formats. NULL: there
 * is no such rule. The caller frees it. */
char *explain_section(const char *rule);

#endif
