#include "fuzz/replay/calls_now.h"

#include <stdio.h>
#include <string.h>

static void add_values(void)
{
    static const char assignment[] = "value[00] = (uint64_t)";
    struct calls *record = now.record;
    enum { LENGTH = sizeof assignment - 1 };
    for (unsigned i = now.value_count; i-- > 0;) {
        char text[LENGTH + 1];
        size_t at = now.values[i].at;
        if (record->length + LENGTH >= CALLS_TEXT_BYTES)
            return;
        memmove(record->text + at + LENGTH, record->text + at, record->length - at);
        (void)snprintf(text, sizeof text, "value[%02u] = (uint64_t)", i % 100);
        if (i < 10)
            (void)snprintf(text, sizeof text, "value[%u] =  (uint64_t)", i);
        memcpy(record->text + at, text, LENGTH);
        record->length += LENGTH;
    }
    for (unsigned i = 0; i < now.value_count; i++)
        calls_write("    note(value[%u] == %#" PRIx64 ");\n", i, now.values[i].value);
}

/* A parameter that means the same in another process: a small number, or behind a block. */
static void saw_parameter(unsigned index, uint64_t value)
{
    char text[64];
    if (value < (1 << 20))
        calls_saw(&now.bugcheck, "    note(last.parameter[%u] == %#" PRIx64 ");\n", index, value);
    else if (calls_block_of((uintptr_t)value) >= 0) {
        calls_print_pointer(text, sizeof text, (uintptr_t)value);
        calls_saw(&now.bugcheck, "    note(last.parameter[%u] == (uintptr_t)%s);\n", index, text);
    }
}

static enum expool_action on_bugcheck(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    if (!calls_is_on) /* another thread than the one that records */
        return now.hook(bugcheck, now.hook_context);
    now.came++;
    now.bugcheck.at = 0;
    calls_saw(&now.bugcheck, "    note(came == %u && last.code == %#x && last.subcode == %#x);\n",
              now.came, bugcheck->code, bugcheck->subcode);
    for (unsigned i = 0; i < 4; i++)
        saw_parameter(i, bugcheck->parameter[i]);
    if (bugcheck->block != NULL && calls_block_of((uintptr_t)bugcheck->block) >= 0) {
        char text[64];
        calls_print_pointer(text, sizeof text, (uintptr_t)bugcheck->block);
        calls_saw(&now.bugcheck,
                  "    note(last.block == %s && last.block_bytes == %zu && last.tag == %#x);\n",
                  text, bugcheck->block_bytes, bugcheck->tag);
    }
    calls_saw(&now.bugcheck, "    note(%slast.allocated_by && %slast.freed_by);\n",
              bugcheck->allocated_by == NULL ? "!" : "!!", bugcheck->freed_by == NULL ? "!" : "!!");
    return now.hook(bugcheck, now.hook_context);
}

void calls_on_bugcheck(expool_bugcheck_hook *hook, void *context)
{
    now.hook = hook;
    now.hook_context = context;
    expool_on_bugcheck(hook != NULL ? on_bugcheck : NULL, NULL);
}

/* A call that did not return was left by an exception, or by the hook. */
void calls_left(void)
{
    static const char probe[] = "expool_probe_";
    bool is_probe = strncmp(now.statement, probe, sizeof probe - 1) == 0;
    if (now.is_open)
        calls_rewrite(is_probe ? "LEAVE(" : "TRY(", ")");
    now.is_open = false;
    now.nested = 0;
}

static void leave_open(void)
{
    calls_left();
    calls_blocks_changes(calls_write_change);
    calls_blocks_look();
}

void calls_operation(const char *line)
{
    leave_open();
    now.came = 0;
    now.value_count = 0;
    now.filled.at = 0;
    now.last_block = -1;
    now.has_looked = false;
    now.returned.at = 0;
    now.filled.at = 0;
    now.bugcheck.at = 0;
    (void)snprintf(now.operation, sizeof now.operation, "%s", line);
}

/* Contents, where a block lies, whether it lies in another: what the harness looked at itself. */
static void write_block_checks(const char *text)
{
    unsigned last = now.last_block >= 0 ? (unsigned)now.last_block : 0;
    const struct calls_block *block = calls_block_at(last);
    if (strstr(text, "contents") != NULL) {
        for (unsigned i = 0; i < calls_block_count() && !now.has_looked; i++)
            if (calls_block_of(calls_block_at(i)->address) == (int)i &&
                calls_block_differs(calls_block_at(i)))
                calls_write_looks(i);
        calls_write("    note(has_changed);\n");
        return;
    }
    if (now.last_block < 0 || block->address == 0)
        return;
    if (strstr(text, "zero") != NULL)
        calls_write("    note(!is_zero(p[%u], %" PRIu64 "));\n", last, block->size);
    for (unsigned i = 0; i < last && strstr(text, "overlap") != NULL; i++)
        if (calls_block_at(i)->address < block->address + block->size &&
            block->address < calls_block_at(i)->address + calls_block_at(i)->size)
            calls_write("    note(p[%u] < p[%u] + %" PRIu64 " && p[%u] < p[%u] + %" PRIu64 ");\n",
                        i, last, block->size, last, i, calls_block_at(i)->size);
    if (strstr(text, "align") != NULL || strstr(text, "page") != NULL ||
        strstr(text, "flush") != NULL)
        calls_write("    note((uintptr_t)p[%u] %% 4096 == %u);\n", last,
                    (unsigned)(block->address % 4096));
}

void calls_failure(const char *text)
{
    char quiet[LINE_BYTES];
    if (!calls_is_on || now.record->has_failed)
        return;
    (void)snprintf(quiet, sizeof quiet, "%s", text);
    for (char *letter = quiet; *letter != 0; letter++)
        if (*letter == '"' || *letter == '\\' || *letter == '\n' || *letter == '*')
            *letter = ' ';
    quiet[strcspn(quiet, "(")] = 0;
    leave_open();
    calls_write_operation();
    add_values();
    calls_write("%.*s%.*s", (int)now.returned.at, now.returned.text, (int)now.filled.at,
                now.filled.text);
    if (now.came == 0)
        calls_write("    note(came == 0);\n");
    else
        calls_write("%.*s", (int)now.bugcheck.at, now.bugcheck.text);
    write_block_checks(text);
    calls_write("    return ended(\"%s\", true);\n", quiet);
    now.record->has_failed = true;
    calls_is_on = false;
}
