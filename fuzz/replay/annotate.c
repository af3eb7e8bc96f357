#include "fuzz/replay/annotate.h"

#include "fuzz/replay/check.h"
#include "fuzz/replay/trial.h"

#include <string.h>

enum { LINE_BYTES = 512 };

struct annotation {
    const struct replay_input *input;
    FILE *file;
};

static void run_annotated(void *context)
{
    const struct annotation *annotation = context;
    (void)setvbuf(annotation->file, NULL, _IOLBF, 0); /* death must not take lines with it */
    (void)replay_check(annotation->input, annotation->file);
}

/* Where the process died, the rest is printed as it is. */
static void copy(FILE *from, const struct replay_input *input, const char *death, FILE *to)
{
    char line[LINE_BYTES];
    unsigned operations = 0;
    rewind(from);
    while (fgets(line, sizeof line, from) != NULL) {
        operations += strstr(line, "# expect: ") != NULL;
        (void)fputs(line, to);
    }
    if (death[0] != 0)
        (void)fprintf(to, "# came: %s\n", death);
    for (unsigned i = operations; i < input->text.program.count; i++) {
        (void)program_print_op(&input->text.program.ops[i], line, sizeof line);
        (void)fprintf(to, "%s\n", line);
    }
}

bool annotate(struct replay_input *input, FILE *to)
{
    static struct trial trial;
    struct annotation annotation = {input, tmpfile()};
    if (annotation.file == NULL) {
        perror("replay: a temporary file");
        return false;
    }
    input->is_text = false;
    input->text.target[0] = 0;
    memset(input->text.expect, 0, sizeof input->text.expect);
    bool was_run = trial_run(&trial, run_annotated, &annotation);
    if (was_run)
        copy(annotation.file, input, trial.key, to);
    (void)fclose(annotation.file);
    return was_run && ferror(to) == 0;
}
