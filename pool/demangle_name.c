/* demangle_name.c - names: nested, local, operators, what the abbreviations of std stand for. */
#include "pool/demangle_parse.h"
#include "pool/util.h"

#include <string.h>

enum { DEPTH_MAX = 48 };

static const struct span nothing = {0, 0};

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static bool is_capital(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

struct span demangle_source_name(struct demangling *it)
{
    unsigned length = demangle_number(it);
    const char *name = it->at;
    if (length == 0 || strnlen(name, length) < length)
        return demangle_fail(it);
    it->at += length;
    if (length >= 10 && strncmp(name, "_GLOBAL_", 8) == 0 && name[9] == 'N')
        return demangle_word(it, "(anonymous namespace)");
    return demangle_put(it, name, length);
}

struct word {
    char letters[3];
    const char *text;
};

/* "operator" stands in front. */
static const struct word operators[] = {
    {"nw", " new"}, {"na", " new[]"}, {"dl", " delete"},  {"da", " delete[]"}, {"ps", "+"},
    {"ng", "-"},    {"ad", "&"},      {"de", "*"},        {"co", "~"},         {"pl", "+"},
    {"mi", "-"},    {"ml", "*"},      {"dv", "/"},        {"rm", "%"},         {"an", "&"},
    {"or", "|"},    {"eo", "^"},      {"aS", "="},        {"pL", "+="},        {"mI", "-="},
    {"mL", "*="},   {"dV", "/="},     {"rM", "%="},       {"aN", "&="},        {"oR", "|="},
    {"eO", "^="},   {"ls", "<<"},     {"rs", ">>"},       {"lS", "<<="},       {"rS", ">>="},
    {"eq", "=="},   {"ne", "!="},     {"lt", "<"},        {"gt", ">"},         {"le", "<="},
    {"ge", ">="},   {"ss", "<=>"},    {"nt", "!"},        {"aa", "&&"},        {"oo", "||"},
    {"pp", "++"},   {"mm", "--"},     {"cm", ","},        {"pm", "->*"},       {"pt", "->"},
    {"cl", "()"},   {"ix", "[]"},     {"aw", " co_await"}};

struct span demangle_operator(struct demangling *it)
{
    struct span name = demangle_word(it, "operator");
    if (demangle_take_two(it, "cv"))
        return demangle_join(it, name, " ", demangle_whole_type(it));
    if (demangle_take_two(it, "li"))
        return demangle_join(it, name, "\"\" ", demangle_source_name(it));
    for (unsigned i = 0; i < COUNT_OF(operators); i++)
        if (demangle_take_two(it, operators[i].letters))
            return demangle_join(it, name, operators[i].text, nothing);
    return demangle_fail(it);
}

/* The class's name without what it is in and its arguments: "std::vector<int>" -> "vector". */
static struct span base_of(const struct demangling *it, struct span prefix)
{
    const char *text = it->arena + prefix.start;
    unsigned end = prefix.length;
    unsigned depth = 0;
    while (end > 0 && (text[end - 1] == '>' || text[end - 1] == ']')) { /* arguments, ABI tags */
        do {
            end--;
            depth += text[end] == '>' || text[end] == ']';
            depth -= text[end] == '<' || text[end] == '[';
        } while (end > 0 && depth > 0);
    }
    unsigned start = end;
    while (start > 0 && text[start - 1] != ':')
        start--;
    return (struct span){(uint16_t)(prefix.start + start), (uint16_t)(end - start)};
}

/* "[n]_" -> n + 2, "_" -> 1 */
static struct span ordinal(struct demangling *it, struct span name)
{
    char digits[8];
    unsigned at = sizeof digits;
    unsigned number = is_digit(*it->at) ? demangle_number(it) + 2 : 1;
    if (!demangle_take(it, '_'))
        return demangle_fail(it);
    for (; number > 0; number /= 10)
        digits[--at] = (char)('0' + number % 10);
    name =
        demangle_join(it, name, "#", demangle_put(it, digits + at, (unsigned)sizeof digits - at));
    return demangle_join(it, name, "}", nothing);
}

static struct span lambda(struct demangling *it)
{
    bool was_in = it->in_lambda;
    it->in_lambda = true;
    struct span name = demangle_word(it, "{lambda(");
    name = demangle_join(it, name, "", demangle_types(it));
    it->in_lambda = was_in;
    if (!demangle_take(it, 'E'))
        return demangle_fail(it);
    return ordinal(it, demangle_join(it, name, ")", nothing));
}

static struct span with_tags(struct demangling *it, struct span name)
{
    while (demangle_take(it, 'B')) {
        name = demangle_join(it, name, "[abi:", demangle_source_name(it));
        name = demangle_join(it, name, "]", nothing);
    }
    return name;
}

/* One component; constructors have the name of the `prefix`. */
static struct span component(struct demangling *it, struct span prefix, struct name *name)
{
    bool is_special = (it->at[0] == 'C' && it->at[1] >= '1' && it->at[1] <= '5') ||
                      (it->at[0] == 'D' && it->at[1] >= '0' && it->at[1] <= '5');
    name->has_no_return = is_special || (it->at[0] == 'c' && it->at[1] == 'v');
    if (is_special) {
        bool is_destructor = *it->at == 'D';
        it->at += 2;
        struct span made = demangle_word(it, is_destructor ? "~" : "");
        return with_tags(it, demangle_join(it, made, "", base_of(it, prefix)));
    }
    (void)demangle_take(it, 'L'); /* of this file alone */
    if (is_digit(*it->at))
        return with_tags(it, demangle_source_name(it));
    if (demangle_take_two(it, "Ul"))
        return lambda(it);
    if (demangle_take_two(it, "Ut"))
        return ordinal(it, demangle_word(it, "{unnamed type"));
    return with_tags(it, demangle_operator(it));
}

/* What S stands for: short, and in front of a constructor. */
static const struct {
    char letter;
    const char *text;
    const char *whole;
} standard[] = {
    {'a', "std::allocator", "std::allocator"},
    {'b', "std::basic_string", "std::basic_string"},
    {'s', "std::string", "std::basic_string<char, std::char_traits<char>, std::allocator<char> >"},
    {'i', "std::istream", "std::basic_istream<char, std::char_traits<char> >"},
    {'o', "std::ostream", "std::basic_ostream<char, std::char_traits<char> >"},
    {'d', "std::iostream", "std::basic_iostream<char, std::char_traits<char> >"}};

struct type demangle_substitution(struct demangling *it)
{
    unsigned index = 0;
    for (unsigned i = 0; i < COUNT_OF(standard); i++)
        if (demangle_take(it, standard[i].letter)) {
            bool is_whole = *it->at == 'C' || *it->at == 'D';
            return (struct type){
                .left = demangle_word(it, is_whole ? standard[i].whole : standard[i].text)};
        }
    while ((is_digit(*it->at) || is_capital(*it->at)) && index < DEMANGLE_SUBSTITUTIONS) {
        unsigned digit = (unsigned)(is_digit(*it->at) ? *it->at - '0' : *it->at - 'A' + 10);
        index = index * 36 + digit + (it->at[-1] == 'S');
        it->at++;
    }
    /* "S_", "S0_", "S10_": the digits count from 1. */
    if (!demangle_take(it, '_') || index >= it->substitution_count ||
        it->substitutions[index].is_spoiled)
        return (struct type){.left = demangle_fail(it)};
    return it->substitutions[index];
}

static struct span qualifiers(struct demangling *it)
{
    bool is_restrict = demangle_take(it, 'r');
    bool is_volatile = demangle_take(it, 'V');
    bool is_const = demangle_take(it, 'K');
    const char *reference = demangle_take(it, 'R') ? " &" : demangle_take(it, 'O') ? " &&" : "";
    struct span all = demangle_word(it, is_const ? " const" : "");
    all = demangle_join(it, all, is_volatile ? " volatile" : "", nothing);
    all = demangle_join(it, all, is_restrict ? " __restrict" : "", nothing);
    return demangle_join(it, all, reference, nothing);
}

/* One step of a nested name. Returns what it has become. */
static struct span next_part(struct demangling *it, struct span prefix, struct name *name)
{
    bool is_known = false;
    name->has_arguments_last = *it->at == 'I';
    if (demangle_take_two(it, "St")) {
        prefix = demangle_word(it, "std");
        is_known = true;
    } else if (demangle_take(it, 'S')) {
        struct type type = demangle_substitution(it);
        prefix = demangle_join(it, type.left, "", type.right);
        is_known = true;
    } else if (*it->at == 'T') {
        prefix = demangle_parameter(it).left;
    } else if (*it->at == 'I') {
        prefix = demangle_arguments(it, prefix);
    } else {
        struct span part = component(it, prefix, name);
        prefix = prefix.length > 0 ? demangle_join(it, prefix, "::", part) : part;
    }
    if (!is_known && *it->at != 'E')
        demangle_remember(it, (struct type){.left = prefix});
    return prefix;
}

static struct name nested(struct demangling *it)
{
    struct name name = {.qualifiers = qualifiers(it)};
    while (*it->at != 'E' && *it->at != 0)
        name.text = next_part(it, name.text, &name);
    if (!demangle_take(it, 'E'))
        demangle_fail(it);
    return name;
}

/* Which of several of that name: not told. */
static void skip_discriminator(struct demangling *it)
{
    if (!demangle_take(it, '_'))
        return;
    bool is_long = demangle_take(it, '_');
    if (is_long)
        (void)demangle_number(it);
    else if (is_digit(*it->at))
        it->at++;
    if (is_long && !demangle_take(it, '_'))
        demangle_fail(it);
}

static struct name local(struct demangling *it)
{
    struct span function = demangle_encoding(it, false);
    struct name name = {.text = function};
    if (!demangle_take(it, 'E') || *it->at == 'd') {
        demangle_fail(it);
        return name;
    }
    if (demangle_take(it, 's')) {
        name.text = demangle_word(it, "string literal");
    } else {
        name = demangle_name(it);
    }
    skip_discriminator(it);
    name.text = demangle_join(it, function, "::", name.text);
    return name;
}

static struct name unscoped(struct demangling *it)
{
    struct name name = {.text = nothing};
    bool is_known = *it->at == 'S' && it->at[1] != 't';
    if (is_known) {
        it->at++;
        name.text = demangle_substitution(it).left;
    } else if (demangle_take_two(it, "St")) {
        struct span front = demangle_word(it, "std::");
        name.text = demangle_join(it, front, "", component(it, nothing, &name));
    } else {
        name.text = component(it, nothing, &name);
    }
    name.has_arguments_last = *it->at == 'I';
    if (name.has_arguments_last) {
        if (!is_known)
            demangle_remember(it, (struct type){.left = name.text});
        name.text = demangle_arguments(it, name.text);
    }
    return name;
}

struct name demangle_name(struct demangling *it)
{
    struct name name = {.text = nothing};
    if (it->depth++ > DEPTH_MAX)
        demangle_fail(it);
    else if (demangle_take(it, 'N'))
        name = nested(it);
    else if (demangle_take(it, 'Z'))
        name = local(it);
    else
        name = unscoped(it);
    it->depth--;
    return name;
}

static void skip_offset(struct demangling *it)
{
    (void)demangle_take(it, 'n');
    (void)demangle_number(it);
    if (!demangle_take(it, '_'))
        demangle_fail(it);
}

/* Thunks, tables, guards. */
static struct span special(struct demangling *it)
{
    static const struct word tables[] = {
        {"TV", "vtable for "}, {"TI", "typeinfo for "}, {"TS", "typeinfo name for "}};
    for (unsigned i = 0; i < COUNT_OF(tables); i++)
        if (demangle_take_two(it, tables[i].letters))
            return demangle_join(it, demangle_word(it, tables[i].text), "",
                                 demangle_whole_type(it));
    if (demangle_take_two(it, "GV"))
        return demangle_join(it, demangle_word(it, "guard variable for "), "",
                             demangle_name(it).text);
    bool is_virtual = it->at[1] == 'v';
    if (!demangle_take_two(it, "Th") && !demangle_take_two(it, "Tv"))
        return demangle_fail(it);
    skip_offset(it);
    if (is_virtual)
        skip_offset(it);
    return demangle_join(
        it, demangle_word(it, is_virtual ? "virtual thunk to " : "non-virtual thunk to "), "",
        demangle_encoding(it, false));
}

struct span demangle_encoding(struct demangling *it, bool is_outermost)
{
    if (*it->at == 'T' || *it->at == 'G')
        return special(it);
    struct type result = {.left = nothing};
    struct name name = demangle_name(it);
    bool is_data = *it->at == 0 || *it->at == 'E' || *it->at == '.';
    if (is_data)
        return name.text;
    if (name.has_arguments_last && !name.has_no_return)
        result = demangle_type(it);
    struct span whole = nothing;
    if (is_outermost && result.left.length > 0)
        whole = demangle_join(it, result.left, result.right.length > 0 ? "" : " ", name.text);
    else
        whole = demangle_join(it, name.text, "", nothing);
    struct span types = demangle_types(it);
    whole = demangle_join(it, whole, "(", types);
    whole = demangle_join(it, whole, ")", name.qualifiers);
    return demangle_join(it, whole, "", is_outermost ? result.right : nothing);
}
