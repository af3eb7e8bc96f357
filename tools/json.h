/* json.h - what JSON and SARIF share, upon jansson. Values given are taken. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <jansson.h>
#include <stdint.h>

struct findings;

json_t *json_words(const char *text); /* what is not UTF-8 becomes '?' */
json_t *json_hex(uint64_t number);    /* "0x7f21c4a35e00": numbers of JSON have 53 bits */
json_t *json_tag(uint32_t tag);       /* "Tag1" */
void json_put(json_t *object, const char *key, json_t *value);
void json_put_words(json_t *object, const char *key, const char *text); /* not when it is empty */

json_t *findings_json(const struct findings *findings); /* the array of expool-report/1 */

#endif
