#include "tools/names.h"

#include "tools/demangle.h"
#include "tools/say.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, ID_BYTES_MAX = 64 };

struct path {
    struct path *next;
    char *text;
};

struct module {
    struct module *next;
    struct path *paths; /* that were made for who asked */
    char *path;
    char *build_id; /* as asked for */
    Dwfl *dwfl;
    Dwfl_Module *module; /* NULL: not to be had */
    GElf_Addr bias;
};

struct names {
    struct module *modules;
    char *sysroot;
    char *debug_dir;
    char *debug_path; /* for libdwfl */
    Dwfl_Callbacks callbacks;
};

static void *need(void *memory)
{
    if (memory == NULL)
        die(2, "%s", strerror(ENOMEM));
    return memory;
}

struct names *names_new(const char *sysroot, const char *debug_dir)
{
    char path[PATH_BYTES];
    struct names *names = need(calloc(1, sizeof *names));
    (void)snprintf(path, sizeof path, "+:.debug:%s%s%s/usr/lib/debug",
                   debug_dir != NULL ? debug_dir : "", debug_dir != NULL ? ":" : "",
                   sysroot != NULL ? sysroot : "");
    names->sysroot = need(strdup(sysroot != NULL ? sysroot : ""));
    names->debug_dir = need(strdup(debug_dir != NULL ? debug_dir : ""));
    names->debug_path = need(strdup(path));
    names->callbacks = (Dwfl_Callbacks){.find_elf = dwfl_build_id_find_elf,
                                        .find_debuginfo = dwfl_standard_find_debuginfo,
                                        .section_address = dwfl_offline_section_address,
                                        .debuginfo_path = &names->debug_path};
    return names;
}

void names_free(struct names *names)
{
    while (names->modules != NULL) {
        struct module *module = names->modules;
        names->modules = module->next;
        while (module->paths != NULL) {
            struct path *path = module->paths;
            module->paths = path->next;
            free(path->text);
            free(path);
        }
        if (module->dwfl != NULL)
            dwfl_end(module->dwfl);
        free(module->path);
        free(module->build_id);
        free(module);
    }
    free(names->sysroot);
    free(names->debug_dir);
    free(names->debug_path);
    free(names);
}

static bool has_build_id(Dwfl_Module *module, const char *wanted)
{
    const unsigned char *bits;
    GElf_Addr address;
    char text[2 * ID_BYTES_MAX + 1] = "";
    int count = dwfl_module_build_id(module, &bits, &address);
    if (wanted[0] == 0)
        return true;
    for (int i = 0; i < count && i < ID_BYTES_MAX; i++)
        (void)snprintf(text + 2 * (size_t)i, 3, "%02x", bits[i]);
    return strncmp(text, wanted, strlen(wanted)) == 0;
}

static bool open_module(const struct names *names, struct module *module, const char *path)
{
    if (access(path, R_OK) != 0)
        return false;
    module->dwfl = dwfl_begin(&names->callbacks);
    if (module->dwfl == NULL)
        return false;
    dwfl_report_begin(module->dwfl);
    Dwfl_Module *found = dwfl_report_offline(module->dwfl, path, path, -1);
    (void)dwfl_report_end(module->dwfl, NULL, NULL);
    bool is_good = found != NULL && dwfl_module_getelf(found, &module->bias) != NULL &&
                   has_build_id(found, module->build_id);
    if (is_good) {
        module->module = found;
        return true;
    }
    dwfl_end(module->dwfl);
    module->dwfl = NULL;
    return false;
}

static bool open_debug_file(const struct names *names, struct module *module, const char *folder)
{
    char path[PATH_BYTES];
    if (strlen(module->build_id) < 3)
        return false;
    (void)snprintf(path, sizeof path, "%s%s/.build-id/%.2s/%s.debug", names->sysroot, folder,
                   module->build_id, module->build_id + 2);
    return open_module(names, module, path);
}

static void find_module(const struct names *names, struct module *module)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s%s", names->sysroot, module->path);
    if (open_module(names, module, path))
        return;
    if (names->debug_dir[0] != 0) {
        const char *slash = strrchr(module->path, '/');
        (void)snprintf(path, sizeof path, "%s/%s", names->debug_dir,
                       slash != NULL ? slash + 1 : module->path);
        if (open_module(names, module, path))
            return;
        (void)snprintf(path, sizeof path, "%s/.build-id/%.2s/%s.debug", names->debug_dir,
                       module->build_id, strlen(module->build_id) > 2 ? module->build_id + 2 : "");
        if (open_module(names, module, path))
            return;
    }
    (void)open_debug_file(names, module, "/usr/lib/debug");
}

static struct module *get_module(struct names *names, const char *path, const char *build_id)
{
    for (struct module *module = names->modules; module != NULL; module = module->next)
        if (strcmp(module->path, path) == 0 && strcmp(module->build_id, build_id) == 0)
            return module;
    struct module *module = need(calloc(1, sizeof *module));
    module->path = need(strdup(path));
    module->build_id = need(strdup(build_id));
    find_module(names, module);
    module->next = names->modules;
    names->modules = module;
    return module;
}

/* clang writes no table of which compilation has which addresses: each is asked. */
static const char *find_line(Dwfl_Module *module, GElf_Addr address, int *line, int *column,
                             const char **folder)
{
    Dwfl_Line *known = dwfl_module_getsrc(module, address);
    if (known != NULL) {
        const char *file = dwfl_lineinfo(known, NULL, line, column, NULL, NULL);
        *folder = dwfl_line_comp_dir(known);
        return file;
    }
    Dwarf_Die *unit = NULL;
    Dwarf_Addr bias;
    while ((unit = dwfl_module_nextcu(module, unit, &bias)) != NULL) {
        Dwarf_Line *found =
            dwarf_haspc(unit, address - bias) > 0 ? dwarf_getsrc_die(unit, address - bias) : NULL;
        if (found == NULL)
            continue;
        (void)dwarf_lineno(found, line);
        (void)dwarf_linecol(found, column);
        return dwarf_linesrc(found, NULL, NULL);
    }
    return NULL;
}

/* From the folder it was compiled in; the module keeps it. */
static const char *whole_path(struct module *module, const char *file, const char *folder)
{
    char path[PATH_BYTES];
    if (file[0] == '/' || folder == NULL)
        return file;
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    struct path *made = need(malloc(sizeof *made));
    made->text = realpath(path, NULL);
    if (made->text == NULL)
        made->text = need(strdup(path));
    made->next = module->paths;
    module->paths = made;
    return made->text;
}

bool names_find(struct names *names, const char *path, const char *build_id, uint64_t offset,
                struct frame_names *found)
{
    int line_number = 0;
    int column = 0;
    struct module *module = get_module(names, path, build_id);
    if (module->module == NULL)
        return false;
    GElf_Addr address = offset + module->bias;
    const char *function = dwfl_module_addrname(module->module, address);
    const char *folder = NULL;
    const char *file = find_line(module->module, address, &line_number, &column, &folder);
    if (function != NULL && found->function[0] == 0)
        found->function = demangled(function);
    if (file == NULL)
        return function != NULL;
    found->file = whole_path(module, file, folder);
    found->line = line_number > 0 ? (unsigned)line_number : 0;
    found->column = column > 0 ? (unsigned)column : 0;
    return true;
}
