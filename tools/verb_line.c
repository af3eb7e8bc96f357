#include "tools/verb_line.h"

#include "tools/nearest.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 64 };

static const struct verb_line *current; /* argp's children share one input only by hand */

static void set_color(struct common *common, const char *when)
{
    static const char *const words[] = {"auto", "always", "never"};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(when, words[i]) == 0) {
            common->color = (enum color_choice)i;
            return;
        }
    }
    die(current->trouble, "--color=%s: one of auto, always, never", when);
}

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    struct common *common = current->common;
    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = current->input; return 0;
    case 'q': common->is_quiet = true; return 0;
    case 'v': common->is_verbose = true; return 0;
    case 'o': common->output = argument; return 0;
    case OPTION_FORCE: common->is_forced = true; return 0;
    case OPTION_JSON: common->wants_json = true; return 0;
    case OPTION_COLOR: set_color(common, argument); return 0;
    case 'h': argp_state_help(state, stdout, ARGP_HELP_STD_HELP); return 0;
    case OPTION_VERSION: version_print(); exit(EXIT_SUCCESS);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static bool has_name(const struct argp_option *option, const char *name, size_t length)
{
    return option->name != NULL && strncmp(option->name, name, length) == 0;
}

static bool is_end(const struct argp_option *option)
{
    return option->name == NULL && option->key == 0 && option->doc == NULL && option->group == 0;
}

/* The option that `name` says or begins; NULL, and what was offered is in `nearest`. */
static const struct argp_option *find_long(const struct argp_option *options, const char *name,
                                           size_t length, struct nearest *nearest)
{
    const struct argp_option *real = options; /* an alias is as the one in front of it */
    for (; options != NULL && !is_end(options); options++) {
        real = (options->flags & OPTION_ALIAS) == 0 ? options : real;
        if (has_name(options, name, length))
            return real;
        if (options->name != NULL)
            nearest_offer(nearest, options->name);
    }
    return NULL;
}

static const struct argp_option *find_short(const struct argp_option *options, char letter)
{
    for (; options != NULL && !is_end(options); options++)
        if (options->key == letter)
            return options;
    return NULL;
}

struct known {
    const struct argp_option *lists[2];
};

/* The option of a long word; dies with the nearest when there is none. */
static const struct argp_option *check_long(const struct known *known, const char *word)
{
    size_t length = strcspn(word, "=");
    char typed[NAME_BYTES];
    (void)snprintf(typed, sizeof typed, "%.*s", (int)length, word);
    struct nearest nearest = {.typed = typed};
    const struct argp_option *found = NULL;
    for (unsigned i = 0; i < 2 && found == NULL; i++)
        found = find_long(known->lists[i], typed, strlen(typed), &nearest);
    if (found == NULL)
        die(current->trouble, "no option '--%s'%s (--help lists them all)", typed,
            nearest_hint(&nearest, "--"));
    return found;
}

/* True when the letters of `word` end in one that takes the next word. */
static bool check_letters(const struct known *known, const char *word)
{
    for (; *word != 0; word++) {
        const struct argp_option *found = NULL;
        for (unsigned i = 0; i < 2 && found == NULL; i++)
            found = find_short(known->lists[i], *word);
        if (found != NULL && found->arg != NULL)
            return word[1] == 0;
        if (found == NULL)
            die(current->trouble, "no option '-%c' (--help lists them all)", *word);
    }
    return false;
}

/* argp would say it in two lines without the nearest. */
static void check_options(const struct known *known, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--") == 0)
            return;
        if (word[0] != '-' || word[1] == 0) {
            if (current->stops_at_word)
                return;
            continue;
        }
        bool takes_next;
        if (word[1] == '-') {
            const struct argp_option *found = check_long(known, word + 2);
            takes_next = found->arg != NULL && (found->flags & OPTION_ARG_OPTIONAL) == 0 &&
                         strchr(word, '=') == NULL;
            if (found->arg == NULL && strchr(word, '=') != NULL)
                die(current->trouble, "--%s takes no value", found->name);
        } else {
            takes_next = check_letters(known, word + 1);
        }
        if (takes_next && ++i == argc)
            die(current->trouble, "option '%s' needs a value", word);
    }
}

int verb_line_parse(const struct verb_line *line, int argc, char **argv)
{
    static struct argp_option options[COMMON_OPTIONS_MAX];
    common_options(line->common_options, options);
    current = line;
    check_options(&(struct known){{line->argp->options, options}}, argc, argv);
    struct argp own = *line->argp;
    own.args_doc = own.doc = NULL; /* printed once, for the whole */
    const struct argp_child children[] = {{&own, 0, NULL, 0}, {0}};
    const struct argp whole = {
        options, parse_common, line->argp->args_doc, line->argp->doc, children, NULL, NULL};
    argp_err_exit_status = line->trouble;
    int index = argc;
    unsigned flags = ARGP_NO_HELP | (line->stops_at_word ? ARGP_IN_ORDER : 0);
    error_t failed = argp_parse(&whole, argc, argv, flags, &index, NULL);
    if (failed != 0)
        die(line->trouble, "%s", strerror(failed));
    return index;
}
