#include "verifier/modules.h"

#include "pool/drivers.h"
#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/os.h"
#include "pool/os_pager.h"
#include "pool/own_code.h"
#include "pool/util.h"
#include "pool/words.h"
#include "verifier/extras.h"

#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MODULES_MAX = 4096, CHOSEN_MAX = 64 };

/* Rows in the order of their addresses; an old index may still be read, so none is given back. */
struct index {
    unsigned count;
    const struct module *row[];
};

static struct {
    struct lock lock;
    struct module *rows; /* room for MODULES_MAX */
    unsigned count;
    bool is_seen[MODULES_MAX];
    _Atomic(const struct index *) index;
    unsigned long long changes; /* the loader's own count */
    _Atomic bool chooses;       /* not every image is verified */
    char chosen[CHOSEN_MAX][MODULE_NAME_BYTES];
    unsigned chosen_count;
} modules = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(modules.lock)

/* Beginnings of file names. */
static const char *const kernel_names[] = {
    "libc.so", "libc-2",    "libc.musl",   "libm.so",   "libpthread", "ld-linux",
    "ld-musl", "ld-2",      "linux-vdso",  "libasan",   "libubsan",   "libtsan",
    "liblsan", "libhwasan", "libclang_rt", "libexpool",
};

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static enum module_class class_of(const char *name)
{
    for (unsigned i = 0; i < COUNT_OF(kernel_names); i++)
        if (strncmp(name, kernel_names[i], strlen(kernel_names[i])) == 0)
            return MODULE_LIBRARY;
    return MODULE_DRIVER;
}

static char folded(char letter)
{
    return (char)(letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter);
}

static bool is_same_name(const char *one, const char *other, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (folded(one[i]) != folded(other[i]))
            return false;
    return true;
}

/* "drva.sys" and "drva" mean drva.so, too: Windows' names and ours differ behind the dot. */
bool modules_is_called(const char *name, const char *chosen)
{
    size_t stem = strcspn(chosen, ".");
    size_t length = strlen(chosen);
    bool has_suffix = chosen[stem] != 0 && strcmp(chosen + stem, ".sys") != 0;
    if (has_suffix) /* "libfoo.so" is libfoo.so.1, too */
        return strlen(name) >= length && is_same_name(name, chosen, length) &&
               (name[length] == 0 || name[length] == '.');
    return strcspn(name, ".") == stem && is_same_name(name, chosen, stem);
}

static bool is_chosen_locked(const char *name)
{
    for (unsigned i = 0; i < modules.chosen_count; i++)
        if (modules_is_called(name, modules.chosen[i]))
            return true;
    return false;
}

/* By the name of its file, or of a driver that was loaded from it. */
static bool is_row_chosen_locked(const struct module *row)
{
    struct driver_row driver;
    bool is = is_chosen_locked(row->name);
    for (unsigned i = 0; !is && drivers_read(i, &driver); i++)
        is = driver.entry >= row->start && driver.entry < row->end && is_chosen_locked(driver.name);
    return is;
}

/* The program has no name in the loader's list. */
static void name_row(struct module *row, const char *path)
{
    const char *name = path == NULL || path[0] == 0 ? program_invocation_name : path;
    strncpy(row->name, file_name(name), MODULE_NAME_BYTES - 1);
}

static struct module *row_at(uintptr_t start, uintptr_t end)
{
    for (unsigned i = 0; i < modules.count; i++) {
        struct module *row = &modules.rows[i];
        if (row->start == start && row->end == end)
            return row;
    }
    return NULL;
}

static bool find_extent(const struct dl_phdr_info *information, uintptr_t *start, uintptr_t *end)
{
    *start = UINTPTR_MAX;
    *end = 0;
    for (unsigned i = 0; i < information->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &information->dlpi_phdr[i];
        uintptr_t from = information->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD)
            continue;
        *start = from < *start ? from : *start;
        *end = from + header->p_memsz > *end ? from + header->p_memsz : *end;
    }
    return *end != 0;
}

static int note(struct dl_phdr_info *information, size_t size, void *context)
{
    struct module row = {.is_loaded = true};
    (void)size;
    (void)context;
    modules.changes = information->dlpi_adds + information->dlpi_subs;
    if (!find_extent(information, &row.start, &row.end))
        return 0;
    name_row(&row, information->dlpi_name);
    row.class = class_of(row.name);
    row.is_program = information->dlpi_name == NULL || information->dlpi_name[0] == 0;
    struct module *known = row_at(row.start, row.end);
    if (known != NULL && strcmp(known->name, row.name) != 0)
        known->start = known->end = 0; /* another image, in the place of one that is gone */
    if (known == NULL || known->end == 0) {
        if (modules.count == MODULES_MAX)
            return 0; /* what has no row counts as a driver, without a name */
        known = &modules.rows[modules.count++];
        *known = row;
    }
    RACY_WRITE(known->is_loaded, true);
    modules.is_seen[known - modules.rows] = true;
    return 0;
}

static int by_start(const void *left, const void *right)
{
    const struct module *a = *(const struct module *const *)left;
    const struct module *b = *(const struct module *const *)right;
    return a->start < b->start ? -1 : a->start > b->start;
}

/* An image that is gone gives way to one that lies where it was. */
static bool is_covered(const struct module *gone)
{
    for (unsigned i = 0; i < modules.count; i++) {
        const struct module *row = &modules.rows[i];
        if (row->is_loaded && row->start < gone->end && row->end > gone->start)
            return true;
    }
    return false;
}

static bool is_published(const struct module *const *rows, unsigned count)
{
    const struct index *index = atomic_load(&modules.index);
    return index != NULL && index->count == count &&
           memcmp(index->row, rows, count * sizeof rows[0]) == 0; /* NOLINT: rows of pointers */
}

/* Mostly nothing has changed: a table is made when something has. */
static void publish_locked(void)
{
    static const struct module *rows[MODULES_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < modules.count; i++) {
        struct module *row = &modules.rows[i];
        RACY_WRITE(row->is_verified, !atomic_load(&modules.chooses) || is_row_chosen_locked(row));
        if (row->end != 0 && (row->is_loaded || !is_covered(row)))
            rows[count++] = row;
    }
    /* NOLINTBEGIN(bugprone-sizeof-expression): rows of pointers */
    qsort(rows, count, sizeof rows[0], by_start);
    if (is_published(rows, count))
        return;
    struct index *index = os_table(sizeof *index + count * sizeof rows[0]);
    if (index == NULL)
        return;
    index->count = count;
    memcpy(index->row, rows, count * sizeof rows[0]);
    /* NOLINTEND(bugprone-sizeof-expression) */
    atomic_store_explicit(&modules.index, index, memory_order_release);
}

static void note_locked(void)
{
    if (modules.rows == NULL)
        modules.rows = os_needed_table(MODULES_MAX * sizeof(struct module));
    memset(modules.is_seen, 0, sizeof modules.is_seen);
    dl_iterate_phdr(note, NULL);
    for (unsigned i = 0; i < modules.count; i++)
        RACY_WRITE(modules.rows[i].is_loaded, modules.is_seen[i]);
    order_hide(); /* who asks for a module takes no lock */
    publish_locked();
    order_show();
}

void modules_note(void)
{
    lock_take(&modules.lock);
    note_locked();
    lock_drop(&modules.lock);
}

static int count_changes(struct dl_phdr_info *information, size_t size, void *context)
{
    (void)size;
    *(unsigned long long *)context = information->dlpi_adds + information->dlpi_subs;
    return 1;
}

void modules_follow(void)
{
    unsigned long long changes = 0;
    dl_iterate_phdr(count_changes, &changes);
    lock_take(&modules.lock);
    if (changes != modules.changes)
        note_locked();
    lock_drop(&modules.lock);
}

const struct module *modules_of(uintptr_t address)
{
    const struct index *index = atomic_load_explicit(&modules.index, memory_order_acquire);
    unsigned low = 0;
    unsigned high = index == NULL ? 0 : index->count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (index->row[middle]->end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (index == NULL || low == index->count || index->row[low]->start > address)
        return NULL;
    return index->row[low];
}

bool modules_is_kernel(uintptr_t pc)
{
    const struct module *module = modules_of(pc);
    return module != NULL && module->class == MODULE_LIBRARY;
}

bool modules_is_unloaded(const struct module *module)
{
    unsigned char byte;
    return !RACY_READ(module->is_loaded) ||
           !os_peek(&byte, (const void *)module->start, sizeof byte);
}

bool modules_verifies(uintptr_t pc)
{
    if (LIKELY(!atomic_load_explicit(&modules.chooses, memory_order_relaxed)))
        return true;
    const struct module *module = modules_of(pc);
    if (UNLIKELY(module == NULL)) {
        modules_follow();
        module = modules_of(pc);
    }
    return module != NULL && RACY_READ(module->is_verified);
}

bool modules_image(uintptr_t pc, uintptr_t *start, uintptr_t *end)
{
    const struct module *module = modules_of(pc);
    if (module == NULL || module->class == MODULE_LIBRARY || module->is_program)
        return false;
    *start = module->start;
    *end = module->end;
    return true;
}

bool modules_is_driver(uintptr_t pc)
{
    return !own_code_has(pc) && !modules_is_kernel(pc) && modules_verifies(pc);
}

/* The driver the thread works for, when its code is in that image; else the only one there. */
static const char *driver_in(const struct module *module)
{
    struct driver_row driver;
    const char *name = NULL;
    if (drivers_get(driver_current, &driver) && driver.entry >= module->start &&
        driver.entry < module->end)
        return driver.name;
    for (unsigned i = 0, count = 0; drivers_read(i, &driver); i++)
        if (driver.entry >= module->start && driver.entry < module->end)
            name = count++ == 0 ? driver.name : NULL;
    return name;
}

const char *modules_name(uintptr_t pc)
{
    const struct module *module = modules_of(pc);
    if (module == NULL || module->class == MODULE_LIBRARY || own_code_has(pc))
        return NULL;
    const char *driver = driver_in(module);
    return driver != NULL ? driver : module->name;
}

static bool add_locked(const char *name, size_t length)
{
    if (length == 0 || length >= MODULE_NAME_BYTES || modules.chosen_count == CHOSEN_MAX)
        return false;
    char *row = modules.chosen[modules.chosen_count];
    memcpy(row, name, length);
    row[length] = 0;
    modules.chosen_count += !is_chosen_locked(row);
    atomic_store(&modules.chooses, true);
    extras_set(EXTRA_CHOOSES, true);
    return true;
}

bool modules_choose(const char *names)
{
    bool have_room = true;
    lock_take(&modules.lock);
    modules.chosen_count = 0;
    atomic_store(&modules.chooses, false);
    extras_set(EXTRA_CHOOSES, false);
    for (struct word word; words_next(&names, " ,", &word);)
        have_room = add_locked(word.start, word.length) && have_room;
    note_locked();
    lock_drop(&modules.lock);
    return have_room;
}

bool modules_add(const char *name)
{
    lock_take(&modules.lock);
    bool is_done = add_locked(name, strlen(name));
    note_locked();
    lock_drop(&modules.lock);
    return is_done;
}

bool modules_remove(const char *name)
{
    bool is_done = false;
    lock_take(&modules.lock);
    for (unsigned i = 0; i < modules.chosen_count && !is_done; i++)
        if (modules_is_called(name, modules.chosen[i]) ||
            modules_is_called(modules.chosen[i], name)) {
            memcpy(modules.chosen[i], modules.chosen[--modules.chosen_count], MODULE_NAME_BYTES);
            is_done = true;
        }
    note_locked();
    lock_drop(&modules.lock);
    return is_done;
}

/* The names are copied, so that who is called may ask again. */
unsigned modules_each_chosen(void (*take)(const char *name, void *context), void *context)
{
    char names[CHOSEN_MAX][MODULE_NAME_BYTES];
    lock_take(&modules.lock);
    unsigned count = modules.chosen_count;
    memcpy(names, modules.chosen, sizeof names);
    lock_drop(&modules.lock);
    for (unsigned i = 0; i < count; i++)
        take(names[i], context);
    return count;
}

bool modules_is_there(const char *name)
{
    bool is_there = false;
    modules_follow();
    lock_take(&modules.lock);
    for (unsigned i = 0; i < modules.count && !is_there; i++)
        is_there = modules.rows[i].is_loaded && modules_is_called(modules.rows[i].name, name);
    lock_drop(&modules.lock);
    return is_there;
}
