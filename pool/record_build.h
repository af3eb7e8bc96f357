/* record_build.h - the buffer of a record: what comes behind the header is appended, and known by
 * its offset. What does not fit is left out. Zeroed, it is ready for record_begin. */
#ifndef POOL_RECORD_BUILD_H
#define POOL_RECORD_BUILD_H

#include "expool/record.h"
#include "pool/report.h"

struct record_build {
    _Alignas(8) unsigned char bytes[EXPOOL_RECORD_BYTES_MAX];
    uint64_t length;
};

struct expool_record *record_begin(struct record_build *build, enum expool_record_kind kind);
/* What every record says: who, when, options, modules. */
void record_add_process(struct record_build *build);

expool_record_string record_add_string(struct record_build *build, const char *string);
expool_record_string record_add_text(struct record_build *build, const struct text *text);
/* Room for so many elements, zeroed; NULL: they do not fit, and the list is empty. */
void *record_add_list(struct record_build *build, struct expool_record_list *list, uint32_t count,
                      size_t element_bytes);
void record_add_bytes(struct record_build *build, struct expool_record_list *list,
                      const void *bytes, size_t count);
struct expool_record_list record_add_frames(struct record_build *build,
                                            const struct report_stack *stack);

/* Sets the size, and appends the record to where it goes. */
bool record_end(struct record_build *build);

#endif
