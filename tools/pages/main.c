/* main.c - expool_pages FOLDER DATE NAME...: writes the manual pages and the completion's rows into
 * FOLDER. NAME: a script X.sh, which is installed as expool-X, or a verb that is a program, too. */
#include "tools/pages/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static struct pages pages;

bool option_is_last(const struct argp_option *option)
{
    return option->name == NULL && option->key == 0 && option->doc == NULL && option->group == 0;
}

int verb_line_parse(const struct verb_line *line, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    verb_page_write(&pages, line);
    completion_write(&pages, line);
    if (fclose(pages.page) != 0 || fclose(pages.completion) != 0)
        die(EXIT_FAILURE, "cannot write");
    _exit(EXIT_SUCCESS);
}

static FILE *open_file(const char *folder, const char *name, const char *mode)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, mode);
    if (file == NULL)
        die(EXIT_FAILURE, "cannot write %s", path);
    return file;
}

/* In a process of its own: --help ends it. */
static void write_verb(const char *folder, const struct verb *verb)
{
    char name[NAME_BYTES];
    char word[] = "--help";
    char *words[] = {name, word, NULL};
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        (void)snprintf(name, sizeof name, "expool-%s.1", verb->name);
        pages.verb = verb;
        pages.page = open_file(folder, name, "w");
        pages.completion = open_file(folder, "completion.rows", "a");
        exit(verb->run(2, words) + 1); /* it never asked: no page */
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        die(EXIT_FAILURE, "no page of expool %s", verb->name);
}

static void write_page(const char *folder, const char *name, void (*put)(FILE *, const char *))
{
    FILE *file = open_file(folder, name, "w");
    put(file, pages.date);
    if (fclose(file) != 0)
        die(EXIT_FAILURE, "cannot write %s", name);
}

static void write_script(const char *folder, const char *path)
{
    char name[NAME_BYTES];
    char page[NAME_BYTES + 2];
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    const char *prefix = strncmp(base, "expool-", 7) == 0 ? "" : "expool-";
    (void)snprintf(name, sizeof name, "%s%.*s", prefix, (int)strcspn(base, "."), base);
    (void)snprintf(page, sizeof page, "%s.1", name);
    FILE *script = fopen(path, "re");
    pages.page = open_file(folder, page, "w");
    pages.completion = open_file(folder, "completion.rows", "a");
    bool is_page = script != NULL && script_page_write(&pages, name, script);
    if (!is_page || fclose(pages.page) != 0 || fclose(pages.completion) != 0)
        die(EXIT_FAILURE, "no page of %s", path);
    (void)fclose(script);
}

static bool is_script(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".sh") == 0;
}

int main(int argc, char **argv)
{
    say_set_name("expool_pages");
    if (argc < 4)
        die(EXIT_FAILURE, "expool_pages FOLDER DATE NAME...");
    pages.date = argv[2];
    (void)fclose(open_file(argv[1], "completion.rows", "w"));
    for (size_t i = 0; i < verb_count; i++) {
        pages.is_link = false;
        for (int link = 3; link < argc; link++)
            pages.is_link |= strcmp(argv[link], verbs[i].name) == 0;
        write_verb(argv[1], &verbs[i]);
    }
    for (int i = 3; i < argc; i++)
        if (is_script(argv[i]))
            write_script(argv[1], argv[i]);
    write_page(argv[1], "expool.1", overview_write);
    write_page(argv[1], "expool-options.7", options_page_write);
    return EXIT_SUCCESS;
}
