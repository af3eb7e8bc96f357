#include "fuzz/kit/emit.h"

#include "fuzz/kit/input_text.h"
#include "fuzz/kit/words.h"

#include <inttypes.h>

enum { LINE_BYTES = 8192 };

static void emit_bytes(FILE *file, struct kit_bytes bytes)
{
    fprintf(file, "{(const uint8_t *)\"");
    for (size_t i = 0; i < bytes.length; i++)
        fprintf(file, "\\%03o", bytes.data[i]);
    fprintf(file, "\", %zu}", bytes.length);
}

static void emit_call(const struct kit_call *call, FILE *file)
{
    static char line[LINE_BYTES];
    kit_print_call(call, line, sizeof(line));
    fprintf(file, "    kit_step(\"%s\", (const struct kit_value[]){", call->operation->name);
    for (unsigned i = 0; i < call->operation->count; i++) {
        fprintf(file, "%s{.%s = ", i > 0 ? ", " : "",
                call->operation->arguments[i].kind == KIT_KIND_BYTES ? "bytes" : "u64");
        if (call->operation->arguments[i].kind == KIT_KIND_BYTES)
            emit_bytes(file, call->values[i].bytes);
        else
            fprintf(file, "%" PRIu64, call->values[i].u64);
        fprintf(file, "}");
    }
    fprintf(file, "%s}); /* ", call->operation->count == 0 ? "{0}" : "");
    for (const char *at = line; *at != 0; at++)
        if (at[0] != '/' || at == line || at[-1] != '*') /* no end of this comment within it */
            fputc(*at, file);
    fprintf(file, " */\n");
}

void kit_emit(const struct kit_input *input, FILE *file)
{
    fprintf(file,
            "/* Made by replay --emit-c. With the driver's files and flags:\n"
            " *   pc() { pkg-config \"$@\" expool-kit; }\n"
            " *   cc -g $(pc --cflags) $(pc --variable=first) DRIVER.c THIS.c $(pc "
            "--variable=last) \\\n"
            " *      $(pc --libs) -o repro */\n"
            "#include \"%s\"\n\n/* The kit's code, not the driver's: reports begin with the "
            "driver's. */\n"
            "__attribute__((section(\"expool_kit_text\"))) int main(void)\n{\n    "
            "kit_begin(\"%s\", \"%s\", %u);\n",
            kit_target_file, kit_verify_words[input->verify], kit_rules_words[input->rules],
            input->fail == KIT_FAIL_ONE ? (unsigned)input->which : 0u);
    for (unsigned i = 0; i < input->count; i++)
        emit_call(&input->calls[i], file);
    fprintf(file, "    kit_end();\n    return 0;\n}\n");
}
