/* model_rules.h - what the parts of the model share: expectations made of stops, and the rules that
 * more than one operation asks. */
#ifndef FUZZ_MODEL_RULES_H
#define FUZZ_MODEL_RULES_H

#include "fuzz/model.h"

enum { APC = 1, DISPATCH = 2, PAGE = 4096, UNIT = 16, LINE = 64 };
enum {
    KNOW_FIRST = 1,
    KNOW_FIRST_TWO = 3,
    KNOW_FIRST_THREE = 7,
    KNOW_ALL = 15
}; /* which parameters must be as given */

#define STATUS_WORD_NO_MEMORY  0xC000009Au
#define STATUS_WORD_OVER_QUOTA 0xC0000044u
#define STATUS_WORD_PARAMETER  0xC000000Du

#define PARAMETERS(...) ((const uint64_t[4]){__VA_ARGS__})

struct expectation simply(enum outcome outcome);
struct expectation raises(uint32_t status);
/* A bug check whose parameters `known` must be as given. */
struct expectation stops(uint32_t code, uint32_t subcode, unsigned known,
                         const uint64_t parameter[4]);
struct expectation stops_about(struct expectation expected, const struct handle *handle);

bool model_irql_forbids(const struct model *model, uint8_t pool);
unsigned model_class(uint8_t pool);
bool model_any_damage(const struct model *model);

/* Rules, a file each. */
struct expectation expect_allocate(const struct model *model, const struct op *op);
struct expectation expect_churn(const struct model *model, const struct op *op);
struct expectation expect_crowd(const struct model *model, const struct op *op);
struct expectation expect_bad_call(const struct model *model, const struct op *op);
struct expectation expect_tag_zero(const struct op *op);
struct expectation expect_free(const struct model *model, const struct op *op);
struct expectation expect_free_block(const struct model *model, const struct handle *handle);
struct expectation expect_damage(const struct handle *handle);
struct expectation expect_free_wrong_tag(const struct model *model, const struct handle *handle);
struct expectation expect_free_wrong_size(const struct model *model, const struct op *op);
struct expectation expect_free_twice(const struct model *model, const struct op *op);
struct expectation expect_free_inside(const struct model *model, const struct op *op);
struct expectation expect_free_stale(const struct model *model, const struct handle *handle);
struct expectation expect_free_outside(const struct model *model, const struct op *op);
struct expectation expect_guard(const struct model *model, const struct op *op);
struct expectation expect_slack(const struct model *model, const struct op *op);
struct expectation expect_freed(const struct model *model, const struct op *op);
struct expectation expect_list(const struct model *model, const struct op *op);
struct expectation expect_list_block(const struct model *model, const struct op *op);
struct expectation expect_irql(const struct model *model, const struct op *op);
struct expectation expect_lock(const struct model *model, const struct op *op);
struct expectation expect_scene(const struct model *model, const struct op *op);
struct expectation expect_free_beside(const struct model *model, const struct op *op);
struct expectation expect_free_far(const struct model *model, const struct op *op);
struct expectation expect_force_irql(const struct model *model);
struct expectation expect_touch(const struct model *model, const struct op *op);
struct expectation expect_charge(const struct model *model, const struct op *op);

/* What an allocation of that size, place and class has to expect of the limits. */
enum room { ROOM_ENOUGH, ROOM_NONE, ROOM_UNKNOWN };
enum room model_room(const struct model *model, const struct handle *wanted);
/* Whether a modest request is let through to ask for it. */
enum room model_room_left(const struct model *model, const struct handle *wanted, unsigned traits);
/* An event says that a pool is empty, and not that a request was larger than a pool. */
bool model_refusal_is_told(const struct model *model, const struct handle *wanted);
enum room model_room_for_many(const struct model *model, const struct handle *wanted,
                              unsigned count);

/* Where `taken` lies freed blocks were; NULL: anywhere. */
void model_note_reuse(struct model *model, const struct handle *taken);

/* A block comes, or goes. */
void model_take(struct model *model, const struct handle *handle);
/* A request was charged for and got nothing. */
void model_fail(struct model *model, const struct handle *wanted);
void model_give(struct model *model, const struct handle *handle);
/* After an operation: whether Force IRQL checking has paged blocks out of reach. */
void apply_level(struct model *model, const struct op *op, uint8_t irql_before);
/* What the verifier counts: requests before the operation is applied, raises behind it. */
void apply_requests(struct model *model, const struct op *op, const struct expectation *expected);
void apply_raises(struct model *model, const struct op *op, const struct expectation *expected,
                  uint8_t irql_before);
/* What it costs is charged to its tag and class, or comes back; their bytes are up to date. */
void note_charged(struct model *model, const struct handle *handle, bool has_come);
void note_verified(struct model *model, const struct handle *handle, bool has_come);
void apply_lock(struct model *model, const struct op *op, const struct expectation *expected);
void apply_list(struct model *model, const struct op *op);
void apply_list_alloc(struct model *model, const struct op *op, void *result);
void apply_list_free(struct model *model, const struct op *op);
void apply_crowd(struct model *model, const struct op *op, const struct expectation *expected);
void apply_scene(struct model *model, const struct op *op);
void apply_charge(struct model *model, const struct op *op, const struct expectation *expected);

#endif
