#include "tools/elf_file.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NOTE_OWNER "expool"

struct image {
    const unsigned char *bytes;
    size_t size;
    const Elf64_Ehdr *header;
};

/* `count` things of `each` bytes at `offset`; NULL: the file is shorter, or it is crooked. */
static const void *part(const struct image *image, uint64_t offset, uint64_t count, uint64_t each)
{
    uint64_t bytes;
    uint64_t end;
    if (__builtin_mul_overflow(count, each, &bytes) ||
        __builtin_add_overflow(offset, bytes, &end) || end > image->size ||
        (each > 1 && offset % sizeof(uint64_t) != 0))
        return NULL;
    return image->bytes + offset;
}

static const Elf64_Phdr *segments(const struct image *image, unsigned *count)
{
    *count = image->header->e_phnum;
    const void *found =
        part(image, image->header->e_phoff, image->header->e_phnum, sizeof(Elf64_Phdr));
    if (found == NULL)
        *count = 0;
    return found;
}

static const Elf64_Shdr *sections(const struct image *image, unsigned *count)
{
    *count = image->header->e_shnum;
    const void *found =
        part(image, image->header->e_shoff, image->header->e_shnum, sizeof(Elf64_Shdr));
    if (found == NULL)
        *count = 0;
    return found;
}

static void keep_build_id(const unsigned char *id, uint64_t length, struct program *program)
{
    for (uint64_t i = 0; i < length && i * 2 + 3 < sizeof program->build_id; i++)
        (void)snprintf(program->build_id + i * 2, 3, "%02x", id[i]);
}

static bool is_owned(const unsigned char *note, const Elf64_Nhdr *header, const char *owner)
{
    return header->n_namesz == strlen(owner) + 1 &&
           memcmp(note + sizeof *header, owner, header->n_namesz) == 0;
}

/* A note whose owner is expool: libexpool.a is inside. The linker's names the file. */
static void judge_notes(const struct image *image, const Elf64_Phdr *segment,
                        struct program *program)
{
    const unsigned char *at = part(image, segment->p_offset, segment->p_filesz, 1);
    uint64_t left = at == NULL ? 0 : segment->p_filesz;
    while (left >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        memcpy(&note, at, sizeof note);
        uint64_t owner = ((uint64_t)note.n_namesz + 3) & ~(uint64_t)3;
        uint64_t whole = sizeof note + owner + (((uint64_t)note.n_descsz + 3) & ~(uint64_t)3);
        if (whole > left)
            return;
        program->has_expool = program->has_expool || is_owned(at, &note, NOTE_OWNER);
        if (note.n_type == NT_GNU_BUILD_ID && is_owned(at, &note, "GNU"))
            keep_build_id(at + sizeof note + owner, note.n_descsz, program);
        at += whole;
        left -= whole;
    }
}

/* Functions by the table of .eh_frame_hdr: version, three encodings (the table's count in four
 * bytes), a pointer, the count. */
static void count_functions(const struct image *image, const Elf64_Phdr *segment,
                            struct program *program)
{
    enum { HEADER_BYTES = 12, COUNT_OFFSET = 8, ENCODING_4_BYTES = 3 };
    uint32_t count;
    const unsigned char *header = part(image, segment->p_offset, HEADER_BYTES, 1);
    if (header == NULL || header[0] != 1 || (header[2] & 0xf) != ENCODING_4_BYTES)
        return;
    memcpy(&count, header + COUNT_OFFSET, sizeof count);
    program->function_count = count;
}

/* push %rbp; mov %rsp,%rbp, by which a function begins that keeps a frame pointer. */
static void count_frames(const struct image *image, const Elf64_Phdr *segment,
                         struct program *program)
{
    static const unsigned char begin[] = {0x55, 0x48, 0x89, 0xe5};
    const unsigned char *at = part(image, segment->p_offset, segment->p_filesz, 1);
    const unsigned char *end = at == NULL ? NULL : at + segment->p_filesz;
    while (at != NULL && (at = memmem(at, (size_t)(end - at), begin, sizeof begin)) != NULL) {
        program->frame_count++;
        at += sizeof begin;
    }
}

/* A text of a string section; "" when it lies outside. */
static const char *text_at(const struct image *image, const Elf64_Shdr *strings, uint64_t offset)
{
    const char *all = part(image, strings->sh_offset, strings->sh_size, 1);
    if (all == NULL || offset >= strings->sh_size ||
        memchr(all + offset, 0, strings->sh_size - offset) == NULL)
        return "";
    return all + offset;
}

static void judge_needed(const char *name, struct program *program)
{
    static const char *const runtimes[] = {"libasan.so", "libtsan.so", "libhwasan.so", "liblsan.so",
                                           "libclang_rt."};
    if (strncmp(name, "libexpool.so", strlen("libexpool.so")) == 0)
        program->has_expool = true;
    for (unsigned i = 0; i < sizeof runtimes / sizeof runtimes[0]; i++)
        if (strncmp(name, runtimes[i], strlen(runtimes[i])) == 0 &&
            strlen(name) < sizeof program->sanitizer)
            memcpy(program->sanitizer, name, strlen(name) + 1);
}

static void judge_dynamic(const struct image *image, const Elf64_Shdr *section,
                          const Elf64_Shdr *strings, struct program *program)
{
    uint64_t count = section->sh_size / sizeof(Elf64_Dyn);
    const Elf64_Dyn *row = part(image, section->sh_offset, count, sizeof *row);
    for (; row != NULL && count > 0 && row->d_tag != DT_NULL; row++, count--)
        if (row->d_tag == DT_NEEDED)
            judge_needed(text_at(image, strings, row->d_un.d_val), program);
}

static void judge_symbols(const struct image *image, const Elf64_Shdr *section,
                          const Elf64_Shdr *strings, struct program *program)
{
    uint64_t count = section->sh_size / sizeof(Elf64_Sym);
    const Elf64_Sym *symbol = part(image, section->sh_offset, count, sizeof *symbol);
    for (; symbol != NULL && count > 0; symbol++, count--)
        if (symbol->st_shndx != SHN_UNDEF &&
            strcmp(text_at(image, strings, symbol->st_name), "malloc") == 0)
            program->has_own_malloc = true;
}

static void judge_sections(const struct image *image, struct program *program)
{
    unsigned count;
    const Elf64_Shdr *all = sections(image, &count);
    for (unsigned i = 0; i < count; i++) {
        const Elf64_Shdr *section = &all[i];
        const Elf64_Shdr *strings = section->sh_link < count ? &all[section->sh_link] : section;
        if (section->sh_type == SHT_DYNAMIC)
            judge_dynamic(image, section, strings, program);
        if (section->sh_type == SHT_DYNSYM)
            judge_symbols(image, section, strings, program);
        if (section->sh_type == SHT_SYMTAB)
            program->has_symbols = true;
        if (image->header->e_shstrndx < count &&
            strcmp(text_at(image, &all[image->header->e_shstrndx], section->sh_name),
                   ".debug_info") == 0)
            program->has_debug_info = true;
    }
}

void elf_file_judge(const unsigned char *bytes, size_t size, struct program *program)
{
    const struct image image = {bytes, size, (const Elf64_Ehdr *)(const void *)bytes};
    if (size < EI_NIDENT || memcmp(bytes, ELFMAG, SELFMAG) != 0)
        return;
    program->is_elf = true;
    program->is_foreign = bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB ||
                          size < sizeof(Elf64_Ehdr) || image.header->e_machine != EM_X86_64;
    if (program->is_foreign)
        return;
    unsigned count;
    const Elf64_Phdr *segment = segments(&image, &count);
    for (unsigned i = 0; i < count; i++) {
        if (segment[i].p_type == PT_INTERP)
            program->is_dynamic = true;
        if (segment[i].p_type == PT_NOTE)
            judge_notes(&image, &segment[i], program);
        if (segment[i].p_type == PT_GNU_EH_FRAME)
            count_functions(&image, &segment[i], program);
        if (segment[i].p_type == PT_LOAD && (segment[i].p_flags & PF_X) != 0)
            count_frames(&image, &segment[i], program);
    }
    judge_sections(&image, program);
}
