/* report_words.c - the sentence under the headline, and the line above the first stack. */
#include "pool/report.h"

#include "pool/block.h"
#include "pool/os.h"

/* Rules of one family are told alike; the families follow the order of enum violation_kind. */
enum family {
    FAMILY_ALLOCATE,
    FAMILY_FREE,
    FAMILY_HEADER,
    FAMILY_DAMAGE,
    FAMILY_FAULT,
    FAMILY_OTHER
};

static enum family family_of(enum violation_kind kind)
{
    if (kind <= VIOLATION_UNHANDLED_RAISE)
        return FAMILY_ALLOCATE;
    if (kind <= VIOLATION_FREE_BELOW_START)
        return FAMILY_FREE;
    if (kind <= VIOLATION_FREE_LIST_LINKS)
        return FAMILY_HEADER;
    if (kind <= VIOLATION_FREED_MODIFIED)
        return FAMILY_DAMAGE;
    return kind <= VIOLATION_FAULT_IN_POOL ? FAMILY_FAULT : FAMILY_OTHER;
}

static void add_bytes(struct text *text, uint64_t count)
{
    text_add(text, "%,lu byte%s", count, count == 1 ? "" : "s");
}

/* "'Test'"; with letters that cannot be shown its number, too. */
static void add_tag(struct text *text, uint32_t tag)
{
    bool is_readable = true;
    for (uint32_t rest = tag; rest != 0; rest >>= 8)
        is_readable = is_readable && (rest & 0xff) >= ' ' && (rest & 0xff) <= '~';
    text_add(text, "'%t'", tag);
    if (!is_readable)
        text_add(text, " (0x%08x)", tag);
}

/* As the number is read: eight, eleven, eighteen, eighty, eleven thousand. */
static bool begins_with_vowel(uint64_t number)
{
    while (number >= 1000)
        number /= 1000;
    return number == 8 || number == 11 || number == 18 || number / 10 == 8 || number / 100 == 8;
}

static void add_block(struct text *text, const struct story *story)
{
    uint64_t size_bytes = story->size_bytes;
    text_add(text, "%s %,lu-byte block, tag ", begins_with_vowel(size_bytes) ? "an" : "a",
             size_bytes);
    add_tag(text, story->tag);
}

/* "At IRQL 2 (DISPATCH_LEVEL)" */
static void add_irql(struct text *text, unsigned irql)
{
    text_add(text, "at IRQL %u (%s)", irql, irql_name(irql));
}

static void say_raise(struct text *text, const struct violation *violation)
{
    text_add(text, "The status 0x%08X was raised ", violation->status);
    if (violation->address != NULL)
        text_add(text, "by an access to %p, ", violation->address);
    add_irql(text, violation->irql);
    text_add(text, ".");
}

static void say_allocate(struct text *text, const struct violation *violation)
{
    if (violation->kind == VIOLATION_UNHANDLED_RAISE) {
        say_raise(text, violation);
        return;
    }
    text_add(text, "An allocation of ");
    add_bytes(text, violation->size_bytes);
    text_add(text, ", tag ");
    add_tag(text, violation->tag);
    text_add(text, ", ");
    add_irql(text, violation->irql);
    text_add(text, ".");
}

/* Where `address` lies, seen from the block. */
static void add_distance(struct text *text, const struct story *story, const void *address)
{
    uint64_t block = (uintptr_t)story->block;
    uint64_t at = (uintptr_t)address;
    if (at < block) {
        add_bytes(text, block - at);
        text_add(text, " before the start of ");
    } else if (at == block && story->size_bytes > 0) {
        text_add(text, "at the start of ");
    } else if (at < block + story->size_bytes) {
        add_bytes(text, at - block);
        text_add(text, " into ");
    } else if (at == block + story->size_bytes) {
        text_add(text, "right at the end of ");
    } else {
        add_bytes(text, at - block - story->size_bytes);
        text_add(text, " past the end of ");
    }
    add_block(text, story);
}

static void say_free(struct text *text, const struct violation *violation)
{
    const struct story *story = &violation->story;
    text_add(text, "The address %p was freed ", violation->address);
    add_irql(text, violation->irql);
    if (violation->kind == VIOLATION_FREE_WRONG_TAG) {
        text_add(text, "\n    with tag ");
        add_tag(text, violation->tag_given);
        text_add(text, "; its block has tag ");
        add_tag(text, violation->tag);
    } else if (violation->kind == VIOLATION_FREE_WRONG_SIZE) {
        text_add(text, " as %,lu bytes", violation->found);
    }
    text_add(text, ".");
    if (story->place == STORY_NOWHERE)
        return;
    text_add(text, "\n    It lies ");
    if (violation->address == story->block) {
        text_add(text, "at the start of ");
        add_block(text, story);
    } else {
        add_distance(text, story, violation->address);
    }
    text_add(text, story->is_live ? "." : ", freed already.");
}

static void say_header(struct text *text, const struct violation *violation)
{
    /* Of two that disagree, the one without its seal was written over. */
    const struct block *header = violation->header;
    if (violation->kind == VIOLATION_HEADER_NEIGHBOURS && block_is_sealed(header))
        header = violation->other;
    text_add(text, "The header at %p no longer holds what the pool wrote.\n    Noticed when ",
             (const void *)header);
    if (violation->kind == VIOLATION_FREED_HEADER || violation->kind == VIOLATION_FREE_LIST_LINKS)
        text_add(text, "the freed block was about to be handed out again.");
    else
        text_add(text, "a block beside it was freed.");
    if (violation->story.place == STORY_NOWHERE)
        return;
    text_add(text, "\n    Nearest: ");
    add_block(text, &violation->story);
    text_add(text, ".");
}

static void say_damage(struct text *text, const struct violation *violation)
{
    uint64_t count = violation->changed_count;
    const struct story *story = &violation->story;
    add_bytes(text, count);
    text_add(text, count == 1 ? " was written " : " were written ");
    if (violation->kind == VIOLATION_FREED_MODIFIED)
        text_add(text, "inside ");
    else if (violation->changed_first < story->block)
        text_add(text, "in front of ");
    else
        text_add(text, "past the end of ");
    add_block(text, story);
    text_add(text, violation->kind == VIOLATION_FREED_MODIFIED
                       ? ", after it was freed.\n    Noticed when its place was looked at again."
                   : violation->in_sweep ? ".\n    Noticed when all live blocks were looked at."
                                         : ". Noticed when it was freed.");
}

static void say_fault(struct text *text, const struct violation *violation)
{
    const char *verb = violation->access == OS_WRITE     ? "A write to "
                       : violation->access == OS_EXECUTE ? "Code was run at "
                                                         : "A read of ";
    text_add(text, "%s%p ", verb, violation->address);
    add_irql(text, violation->irql);
    text_add(text, ".");
    if (violation->story.place == STORY_NOWHERE)
        return;
    text_add(text, "\n    It lies ");
    add_distance(text, &violation->story, violation->address);
    text_add(text, violation->story.is_live ? "." : ", which was freed before.");
}

static void say_other(struct text *text, const struct violation *violation)
{
    text_add(text, "The call was made ");
    add_irql(text, violation->irql);
    if (violation->kind == VIOLATION_RAISE_TO_LOWER || violation->kind == VIOLATION_LOWER_TO_HIGHER)
        text_add(text, "; it asked for %lu", violation->expected);
    if (violation->other != NULL)
        text_add(text, ", for the object at %p", violation->other);
    text_add(text, ".");
}

void report_sentence(struct text *text, const struct violation *violation)
{
    text_add(text, "    ");
    if (violation->kind == VIOLATION_KIND_COUNT && violation->is_appended)
        say_fault(text, violation);
    else if (violation->kind == VIOLATION_KIND_COUNT)
        text_add(text, "The program called KeBugCheckEx.");
    else
        switch (family_of(violation->kind)) {
        case FAMILY_ALLOCATE: say_allocate(text, violation); break;
        case FAMILY_FREE: say_free(text, violation); break;
        case FAMILY_HEADER: say_header(text, violation); break;
        case FAMILY_DAMAGE: say_damage(text, violation); break;
        case FAMILY_FAULT: say_fault(text, violation); break;
        case FAMILY_OTHER: say_other(text, violation); break;
        }
    text_add(text, "\n");
}

static const char *fault_words(const struct violation *violation)
{
    if (violation->access == OS_EXECUTE)
        return "Run here";
    return violation->access == OS_WRITE ? "Written here" : "Read here";
}

/* What of ours or of the C library's the program had called: "in RtlFreeUnicodeString". */
static void add_callee(struct text *text, const struct report_stack *stack)
{
    const struct report_frame *last = NULL;
    for (unsigned i = 0; i < stack->count && report_frame_is_hidden(&stack->frame[i]); i++)
        if (!stack->frame[i].symbol.is_inlined)
            last = &stack->frame[i];
    if (last == NULL || last == &stack->frame[stack->count - 1])
        return; /* nothing of the program's follows: the frames themselves are shown */
    const struct symbol *symbol = &last->symbol;
    if (symbol->is_ours && symbol->function != NULL)
        text_add(text, ", in %s", symbol->function);
    else if (symbol->is_runtime && symbol->module != NULL)
        text_add(text, ", inside %s", symbol->module);
}

static const char *where_words(const struct violation *violation)
{
    if (violation->kind == VIOLATION_KIND_COUNT)
        return violation->is_appended ? fault_words(violation) : "Called here";
    switch (family_of(violation->kind)) {
    case FAMILY_ALLOCATE: return "Asked for here";
    case FAMILY_FREE: return "Freed here";
    case FAMILY_HEADER: return "Noticed here (the write came earlier)";
    case FAMILY_DAMAGE:
        return violation->kind == VIOLATION_FREED_MODIFIED
                   ? "Noticed here (the write came earlier, after the free)"
               : violation->in_sweep
                   ? "Noticed here (the write came earlier, after the allocation)"
                   : "Freed here (the write came earlier, between allocation and this line)";
    case FAMILY_FAULT: return fault_words(violation);
    case FAMILY_OTHER: break;
    }
    return "Called here";
}

void report_where(struct text *text, const struct report *report)
{
    text_add(text, "\n%s", where_words(report->violation));
    add_callee(text, &report->access);
    text_add(text, ":\n");
}
