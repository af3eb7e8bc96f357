#include "fuzz/replay/triage_meta.h"

#include "fuzz/failure.h"
#include "fuzz/target.h"

#include <elf.h>
#include <inttypes.h>
#include <link.h>
#include <string.h>
#include <time.h>

static void put_text(FILE *file, const char *text, size_t length)
{
    (void)fputc('"', file);
    for (size_t i = 0; i < length; i++) {
        unsigned char letter = (unsigned char)text[i];
        if (letter == '"' || letter == '\\')
            (void)fprintf(file, "\\%c", letter);
        else if (letter < ' ' || letter >= 0x7f)
            (void)fprintf(file, "\\u%04x", letter);
        else
            (void)fputc(letter, file);
    }
    (void)fputc('"', file);
}

static void put(FILE *file, const char *name, const char *text)
{
    (void)fprintf(file, ",\n  \"%s\": ", name);
    put_text(file, text, strlen(text));
}

/* The linker's number of this program, from its notes. */
static int put_build_id(struct dl_phdr_info *module, size_t size, void *context)
{
    (void)size;
    for (unsigned i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &module->dlpi_phdr[i];
        const char *at = (const char *)(module->dlpi_addr + header->p_vaddr);
        const char *end = at + (header->p_type == PT_NOTE ? header->p_memsz : 0);
        while (at + sizeof(ElfW(Nhdr)) <= end) {
            const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)at;
            const unsigned char *bytes =
                (const unsigned char *)at + sizeof *note + ((size_t)note->n_namesz + 3) / 4 * 4;
            if (note->n_type == NT_GNU_BUILD_ID)
                for (unsigned j = 0; j < note->n_descsz; j++)
                    (void)fprintf(context, "%02x", bytes[j]);
            at = (const char *)bytes + ((size_t)note->n_descsz + 3) / 4 * 4;
        }
    }
    return 1; /* the first is the program */
}

static const char *outcome_word(enum form_outcome outcome)
{
    static const char *const words[] = {"null", "\"nothing fails\"", "\"another failure\"", "true"};
    return words[outcome];
}

bool triage_meta_write(const struct triage_meta *meta, const struct triage *triage, FILE *file)
{
    (void)fprintf(file, "{\n  \"key\": ");
    put_text(file, meta->key, strlen(meta->key));
    (void)fprintf(file, ",\n  \"hash\": \"%016" PRIx64 "\"", failure_hash(meta->key));
    put(file, "target", target_name);
    put(file, "artefact", meta->source);
    (void)fprintf(file, ",\n  \"build_id\": \"");
    (void)dl_iterate_phdr(put_build_id, file);
    (void)fprintf(file, "\"");
    put(file, "compiler", __VERSION__);
    (void)fprintf(file, ",\n  \"time\": %lld", (long long)time(NULL));
    (void)fprintf(file, ",\n  \"turns\": %u", meta->turns);
    if (meta->ago > 0)
        (void)fprintf(file, ",\n  \"inputs_before\": %u", meta->ago);
    if (target_program != NULL)
        (void)fprintf(file, ",\n  \"operations\": %u,\n  \"operations_before\": %u",
                      meta->operations, meta->operations_before);
    (void)fprintf(file, ",\n  \"bytes\": %zu,\n  \"bytes_before\": %zu", meta->bytes,
                  meta->bytes_before);
    (void)fprintf(file,
                  ",\n  \"reproduces\": {\"input.bin\": %s, \"program.txt\": %s, "
                  "\"repro.c\": %s}",
                  outcome_word(meta->input), outcome_word(meta->program),
                  outcome_word(meta->repro));
    if (meta->without != NULL)
        put(file, "no_repro_c", meta->without);
    for (unsigned i = 0; i < triage->note_count; i++) {
        size_t length = strcspn(triage->notes[i], "=");
        (void)fprintf(file, ",\n  ");
        put_text(file, triage->notes[i], length);
        (void)fprintf(file, ": ");
        const char *value = triage->notes[i] + length + (triage->notes[i][length] == '=');
        put_text(file, value, strlen(value));
    }
    (void)fprintf(file, "\n}\n");
    return ferror(file) == 0;
}
