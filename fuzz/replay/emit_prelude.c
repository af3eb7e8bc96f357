#include "fuzz/replay/emit_prelude.h"

#include "fuzz/replay/library.h"

#include <string.h>

static const char how_to_run[] =
    " *   gcc -g -I%s repro.c %s -lpthread -o repro\n"
    " *   ./repro        exit 1: what was wrong comes again; 0: it does not; or it dies of it\n"
    " *   ./repro stop   a bug check of the last operation is not caught: its whole report */\n";

static const char test_comment[] =
    " * As a test: put it into tests/, add what should be true instead. It fails while what was\n"
    " * wrong comes again. */\n";

static const char headers[] = "#include \"expool/budget.h\"\n"
                              "#include \"expool/census.h\"\n"
                              "#include \"expool/fsrtl_pool.h\"\n"
                              "#include \"expool/host.h\"\n"
                              "#include \"expool/paging.h\"\n"
                              "#include \"expool/process.h\"\n"
                              "#include \"expool/statistics.h\"\n"
                              "#include \"expool/verifier.h\"\n\n"
                              "#include <setjmp.h>\n"
                              "#include <stdbool.h>\n"
                              "#include <stdint.h>\n"
                              "#include <stdio.h>\n"
                              "#include <string.h>\n"
                              "#include <wdm.h>\n\n";

static const char state[] =
    "static uint64_t value[64] __attribute__((unused));\n"
    "static unsigned came;                 /* bug checks, in this operation */\n"
    "static struct expool_bugcheck last;   /* of them */\n"
    "static bool comes_again;              /* all that was seen was seen again */\n"
    "static bool has_changed __attribute__((unused)); /* contents of a block */\n"
    "static bool is_last, stops;\n"
    "static sigjmp_buf leave; /* where it goes on behind a fault of the plain pool */\n"
    "static volatile bool leaves;\n\n"
    "static enum expool_action hook(const struct expool_bugcheck *bugcheck, void *context)\n"
    "{\n"
    "    (void)context;\n"
    "    came++;\n"
    "    last = *bugcheck;\n"
    "    printf(\"    bug check 0x%X/0x%X %s: %s\\n\", bugcheck->code, bugcheck->subcode,\n"
    "           bugcheck->rule, bugcheck->title);\n"
    "    if (leaves && !(is_last && stops))\n"
    "        siglongjmp(leave, 1);\n"
    "    return is_last && stops ? EXPOOL_STOP : EXPOOL_CONTINUE;\n"
    "}\n\n"
    "static void begin(const char *operation)\n"
    "{\n"
    "    printf(\"%s\\n\", operation);\n"
    "    came = 0;\n"
    "    comes_again = true;\n"
    "    has_changed = false;\n"
    "}\n\n"
    "static void last_(const char *operation)\n"
    "{\n"
    "    begin(operation);\n"
    "    is_last = true;\n"
    "}\n\n"
    "__attribute__((unused)) static void note(bool is_so)\n"
    "{\n"
    "    comes_again &= is_so;\n"
    "}\n\n"
    "static int ended(const char *what, bool may_come)\n"
    "{\n"
    "    bool is_wrong = may_come && comes_again;\n"
    "    printf(\"%s: %s\\n\", is_wrong ? \"it comes again\" : \"it does not come\", what);\n"
    "    return is_wrong;\n"
    "}\n\n";

/* A helper stands in the file when its name stands in the record. */
static const struct {
    const char *name;
    const char *text;
} helpers[] = {
    {"TRY(", "#define TRY(statement)                       \\\n"
             "    __try {                                  \\\n"
             "        statement;                           \\\n"
             "    }                                        \\\n"
             "    __except (EXCEPTION_EXECUTE_HANDLER) {   \\\n"
             "        printf(\"    raised %#x\\n\", (unsigned)GetExceptionCode()); \\\n"
             "    }\n\n"},
    {"LEAVE(", "#define LEAVE(statement)           \\\n"
               "    leaves = true;                 \\\n"
               "    if (sigsetjmp(leave, 1) == 0)  \\\n"
               "        statement;                 \\\n"
               "    leaves = false\n\n"},
    {"any = ", "static void *any;\n\n"},
    {"own_allocate", "static PVOID own_allocate(POOL_TYPE type, SIZE_T bytes, ULONG tag)\n"
                     "{\n"
                     "    return ExAllocatePoolWithTag(type, bytes, tag);\n"
                     "}\n\n"},
    {"own_free", "static VOID own_free(PVOID block)\n"
                 "{\n"
                 "    ExFreePool(block);\n"
                 "}\n\n"},
    {"list_allocate", "static PVOID list_allocate(POOL_TYPE type, SIZE_T bytes, ULONG tag, "
                      "PLOOKASIDE_LIST_EX list)\n"
                      "{\n"
                      "    (void)list;\n"
                      "    return ExAllocatePoolWithTag(type, bytes, tag);\n"
                      "}\n\n"},
    {"list_free", "static VOID list_free(PVOID block, PLOOKASIDE_LIST_EX list)\n"
                  "{\n"
                  "    (void)list;\n"
                  "    ExFreePool(block);\n"
                  "}\n\n"},
    {"word(",
     "static uint64_t word(const void *structure, size_t index)\n"
     "{\n"
     "    uint64_t number;\n"
     "    memcpy(&number, (const char *)structure + index * sizeof number, sizeof number);\n"
     "    return number;\n"
     "}\n\n"},
    {"put(", "static void put(void *structure, size_t index, uint64_t number)\n"
             "{\n"
             "    memcpy((char *)structure + index * sizeof number, &number, sizeof number);\n"
             "}\n\n"},
    {"flip(", "/* A byte that may lie outside of the block: that is the point. */\n"
              "__attribute__((no_sanitize(\"address\"), noinline))\n"
              "static void flip(void *block, ptrdiff_t at, unsigned char bits)\n"
              "{\n"
              "    ((volatile unsigned char *)block)[at] ^= bits;\n"
              "}\n\n"},
    {"fill(", "static void fill(void *block, ptrdiff_t from, size_t length, unsigned seed)\n"
              "{\n"
              "    for (size_t i = (size_t)from; i < (size_t)from + length; i++)\n"
              "        ((unsigned char *)block)[i] = (unsigned char)(seed + i * 31 + (i >> 8));\n"
              "}\n\n"},
    {"look_at(",
     "static void look_at(const void *block, size_t from, size_t length, unsigned seed)\n"
     "{\n"
     "    for (size_t i = from; i < from + length; i++)\n"
     "        has_changed |= ((const unsigned char *)block)[i] !=\n"
     "                       (unsigned char)(seed + i * 31 + (i >> 8));\n"
     "}\n\n"},
    {"is_zero(", "static bool is_zero(const void *block, size_t length)\n"
                 "{\n"
                 "    for (size_t i = 0; i < length; i++)\n"
                 "        if (((const unsigned char *)block)[i] != 0)\n"
                 "            return false;\n"
                 "    return true;\n"
                 "}\n\n"},
};

void emit_prelude(bool is_test, const struct calls *record, FILE *to)
{
    const char *archive = library_archive();
    if (is_test)
        (void)fputs(test_comment, to);
    else
        (void)fprintf(to, how_to_run, library_headers(),
                      archive != NULL ? archive : "/usr/local/lib/libexpool.a");
    (void)fputs(headers, to);
    if (is_test)
        (void)fputs("#include \"tests/expect.h\"\n\n", to);
    if (record->blocks > 0)
        (void)fprintf(to, "static void *p[%u]; /* what came back */\n", record->blocks);
    if (record->objects > 0)
        (void)fprintf(to, "static unsigned char object[%u][%d] __attribute__((aligned(64)));\n",
                      record->objects, CALLS_OBJECT_BYTES);
    (void)fputs(state, to);
    for (size_t i = 0; i < sizeof helpers / sizeof helpers[0]; i++)
        if (strstr(record->text, helpers[i].name) != NULL)
            (void)fputs(helpers[i].text, to);
    (void)fputs("static int run(void)\n{\n    expool_on_bugcheck(hook, NULL);\n", to);
}

void emit_end(bool is_test, FILE *to)
{
    (void)fputs("}\n\n", to);
    if (is_test)
        (void)fputs("TEST(what_a_fuzzer_found_does_not_come_again)\n"
                    "{\n"
                    "    EXPECT_EQUAL(run(), 0);\n"
                    "}\n\n"
                    "TESTS_MAIN(\"found\")\n",
                    to);
    else
        (void)fputs("int main(int count, char **words)\n"
                    "{\n"
                    "    stops = count > 1 && strcmp(words[1], \"stop\") == 0;\n"
                    "    setvbuf(stdout, NULL, _IOLBF, 0);\n"
                    "    return run();\n"
                    "}\n",
                    to);
}
