#include "tools/verb.h"

const struct verb verbs[] = {
#define VERB(name, trouble, summary) {#name, verb_##name, trouble, summary},
#include "tools/verbs.def"
#undef VERB
};
const size_t verb_count = sizeof verbs / sizeof verbs[0];
