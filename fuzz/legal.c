#include "fuzz/legal.h"

#include <stdint.h>

void legal_start(struct legal_walk *walk, const struct program *program)
{
    model_start(&walk->plain, false, program);
    model_start(&walk->verified, true, program);
}

bool legal_kind(enum op_kind kind)
{
    return kind <= OP_LIST_DELETE || (kind >= OP_ALLOC_PRIORITY && kind <= OP_TRIM);
}

static bool is_silent(const struct expectation *expected)
{
    return expected->outcome == OUTCOME_SUCCESS || expected->outcome == OUTCOME_NULL;
}

bool legal_step(struct legal_walk *walk, const struct op *op)
{
    /* What is judged by its address is not legal: any will do. */
    static unsigned char somewhere[16] __attribute__((aligned(16)));
    if (!legal_kind(op->kind))
        return false;
    struct expectation plain = model_expect(&walk->plain, op);
    struct expectation verified = model_expect(&walk->verified, op);
    if (!is_silent(&plain) || !is_silent(&verified))
        return false;
    model_apply(&walk->plain, op, &plain, somewhere);
    model_apply(&walk->verified, op, &verified, somewhere);
    return true;
}

void legal_part(const struct program *program, struct program *legal)
{
    static struct legal_walk walk;
    *legal = *program;
    legal->count = 0;
    legal->limit = PROGRAM_LIMIT_NONE; /* the verifier takes more pages */
    legal->failing = 0;
    legal_start(&walk, program);
    for (unsigned i = 0; i < program->count; i++)
        if (legal_step(&walk, &program->ops[i]))
            legal->ops[legal->count++] = program->ops[i];
}
