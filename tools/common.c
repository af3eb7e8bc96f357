#include "tools/common.h"

#include "tools/program.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    unsigned bit;
    struct argp_option option;
} rows[] = {
    {COMMON_QUIET, {"quiet", 'q', NULL, 0, "Say only what is wrong", 90}},
    {COMMON_VERBOSE, {"verbose", 'v', NULL, 0, "Say more", 90}},
    {COMMON_OUTPUT, {"output", 'o', "FILE", 0, "Write to FILE", 90}},
    {COMMON_OUTPUT, {"force", OPTION_FORCE, NULL, 0, "Overwrite FILE", 90}},
    {COMMON_JSON, {"json", OPTION_JSON, NULL, 0, "Write JSON", 90}},
    {COMMON_COLOR,
     {"color", OPTION_COLOR, "auto|always|never", 0, "Colours; auto: on a terminal", 90}},
    {COMMON_ALWAYS, {"help", 'h', NULL, 0, "This page", 99}},
    {COMMON_ALWAYS, {"version", OPTION_VERSION, NULL, 0, "Who this is", 99}},
};
static_assert(sizeof rows / sizeof rows[0] < COMMON_OPTIONS_MAX, "the last row is empty");

void common_options(unsigned wanted, struct argp_option options[COMMON_OPTIONS_MAX])
{
    unsigned count = 0;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (((wanted | COMMON_ALWAYS) & rows[i].bit) != 0)
            options[count++] = rows[i].option;
    options[count] = (struct argp_option){0};
}

void need_there(const char *option, const char *path, int trouble)
{
    if (path != NULL && access(path, R_OK) != 0)
        die(trouble, "%s %s: %s", option, path, strerror(errno));
}

FILE *common_open_output(const struct common *common, int trouble)
{
    if (common->output == NULL)
        return stdout;
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (common->is_forced ? O_TRUNC : O_EXCL);
    int descriptor = open(common->output, flags, 0666);
    if (descriptor < 0 && errno == EEXIST)
        die(trouble, "%s exists; --force overwrites it", common->output);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL)
        die(trouble, "%s: %s", common->output, strerror(errno));
    return file;
}

void version_print(void)
{
    static struct program self;
    bool is_known = program_find("/proc/self/exe", &self) == 0 && self.build_id[0] != 0;
    (void)printf("expool %s\ncompiler: %s\nfeatures: %s\nbuild-id: %s\n", EXPOOL_VERSION,
                 __VERSION__, EXPOOL_FEATURES, is_known ? self.build_id : "none");
}
