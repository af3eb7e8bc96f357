/* demangle_type.c - types, arguments of templates, packs of them. */
#include "pool/demangle_parse.h"
#include "pool/util.h"

enum { DEPTH_MAX = 48 };

static const struct span nothing = {0, 0};

static const char *builtin(char letter)
{
    static const char *const names['z' - 'a' + 1] = {
        ['v' - 'a'] = "void",        ['w' - 'a'] = "wchar_t",
        ['b' - 'a'] = "bool",        ['c' - 'a'] = "char",
        ['a' - 'a'] = "signed char", ['h' - 'a'] = "unsigned char",
        ['s' - 'a'] = "short",       ['t' - 'a'] = "unsigned short",
        ['i' - 'a'] = "int",         ['j' - 'a'] = "unsigned int",
        ['l' - 'a'] = "long",        ['m' - 'a'] = "unsigned long",
        ['x' - 'a'] = "long long",   ['y' - 'a'] = "unsigned long long",
        ['n' - 'a'] = "__int128",    ['o' - 'a'] = "unsigned __int128",
        ['f' - 'a'] = "float",       ['d' - 'a'] = "double",
        ['e' - 'a'] = "long double", ['g' - 'a'] = "__float128",
        ['z' - 'a'] = "..."};
    return letter >= 'a' && letter <= 'z' ? names[letter - 'a'] : NULL;
}

static const char *builtin_of_d(char letter)
{
    switch (letter) {
    case 'n': return "decltype(nullptr)";
    case 'i': return "char32_t";
    case 's': return "char16_t";
    case 'u': return "char8_t";
    case 'a': return "auto";
    case 'c': return "decltype(auto)";
    default: return NULL;
    }
}

static struct type failed(struct demangling *it)
{
    return (struct type){.left = demangle_fail(it)};
}

/* "int" "" -> "int*" ""; "int " "(char)" -> "int (*" ")(char)"; "int" " [3]" -> "int (*" ") [3]" */
static struct type pointer(struct demangling *it, struct type to, const char *sign)
{
    const char *open = to.is_function ? "(" : to.is_array ? " (" : "";
    struct type made = {.left = demangle_join(it, to.left, open, nothing), .right = to.right};
    made.left = demangle_join(it, made.left, sign, nothing);
    if (*open != 0)
        made.right = demangle_join(it, demangle_word(it, ")"), "", to.right);
    return made;
}

/* A reference to a reference is one of the weaker kind. */
static struct type reference(struct demangling *it, struct type to, bool is_right_value)
{
    struct span left = to.left;
    bool was_reference = demangle_last(it, left) == '&';
    if (!was_reference)
        return pointer(it, to, is_right_value ? "&&" : "&");
    bool was_right_value = left.length > 1 && it->arena[left.start + left.length - 2] == '&';
    if (was_right_value && !is_right_value)
        to.left.length--;
    return to;
}

static struct type qualified(struct demangling *it)
{
    bool is_restrict = demangle_take(it, 'r');
    bool is_volatile = demangle_take(it, 'V');
    bool is_const = demangle_take(it, 'K');
    struct type type = demangle_type(it);
    struct span *place = type.is_function ? &type.right : &type.left;
    *place = demangle_join(it, *place, is_const ? " const" : "", nothing);
    *place = demangle_join(it, *place, is_volatile ? " volatile" : "", nothing);
    *place = demangle_join(it, *place, is_restrict ? " __restrict" : "", nothing);
    return type;
}

static struct type function(struct demangling *it)
{
    (void)demangle_take(it, 'Y');
    struct type result = demangle_type(it);
    struct span types = demangle_types(it);
    const char *sign = demangle_take(it, 'R') ? ") &" : demangle_take(it, 'O') ? ") &&" : ")";
    if (!demangle_take(it, 'E'))
        return failed(it);
    struct type made = {
        .left = demangle_join(it, result.left, result.right.length > 0 ? "" : " ", nothing),
        .is_function = true};
    made.right = demangle_join(it, demangle_word(it, "("), "", types);
    made.right = demangle_join(it, made.right, sign, result.right);
    return made;
}

static struct type array(struct demangling *it)
{
    const char *digits = it->at;
    (void)demangle_number(it);
    struct span size = demangle_put(it, digits, (unsigned)(it->at - digits));
    if (!demangle_take(it, '_'))
        return failed(it);
    struct type of = demangle_type(it);
    struct type made = {.left = of.left, .is_array = true};
    if (of.right.length > 0 && !of.is_array)
        return failed(it);
    if (of.is_array) { /* "int" " [3]" of 2 -> "int" " [2][3]" */
        of.right.start++;
        of.right.length--;
    }
    made.right = demangle_join(it, demangle_word(it, " ["), "", size);
    made.right = demangle_join(it, made.right, "]", of.right);
    return made;
}

static struct type member(struct demangling *it)
{
    struct span owner = demangle_whole_type(it);
    struct type of = demangle_type(it);
    struct type made = of;
    if (of.is_array || (of.right.length > 0 && !of.is_function))
        return failed(it);
    made.is_function = false;
    made.left = demangle_join(it, of.left, of.is_function ? "(" : " ", owner);
    made.left = demangle_join(it, made.left, "::*", nothing);
    if (of.is_function)
        made.right = demangle_join(it, demangle_word(it, ")"), "", of.right);
    return made;
}

static struct type element_of(struct demangling *it, const struct type *pack)
{
    if (!it->in_pack)
        return failed(it);
    it->pack_size = pack->pack_count;
    if (it->element >= pack->pack_count)
        return (struct type){.left = nothing};
    return it->elements[pack->pack_first + it->element];
}

struct type demangle_parameter(struct demangling *it)
{
    it->at++;
    bool is_first = *it->at == '_';
    unsigned index = is_first ? 0 : demangle_number(it) + 1;
    if (!demangle_take(it, '_'))
        return failed(it);
    if (it->in_lambda) {
        char digit = (char)('1' + index);
        if (index > 8)
            return failed(it);
        return (struct type){
            .left = demangle_join(it, demangle_word(it, "auto:"), "", demangle_put(it, &digit, 1))};
    }
    if (index >= it->arguments.count)
        return failed(it);
    const struct type *argument = &it->arguments.list[index];
    return argument->is_pack ? element_of(it, argument) : *argument;
}

/* The pattern is read once for each element. Returns "int&, char&". */
static struct type expansion(struct demangling *it)
{
    const char *pattern = it->at;
    unsigned before = it->substitution_count;
    struct span all = nothing;
    if (it->in_pack)
        return failed(it);
    it->in_pack = true;
    it->pack_size = 0;
    unsigned count = 1;
    for (it->element = 0; it->element < count && !it->has_failed; it->element++) {
        it->at = pattern;
        it->substitution_count = before;
        struct span one = demangle_whole_type(it);
        count = it->pack_size;
        if (count > 0)
            all = it->element == 0 ? one : demangle_join(it, all, ", ", one);
    }
    it->in_pack = false;
    for (unsigned i = before; i < it->substitution_count; i++)
        it->substitutions[i].is_spoiled = count != 1;
    return (struct type){.left = all, .is_spoiled = count != 1};
}

static struct type with_d(struct demangling *it)
{
    const char *name = builtin_of_d(*it->at);
    if (name != NULL) {
        it->at++;
        return (struct type){.left = demangle_word(it, name)};
    }
    if (!demangle_take(it, 'p'))
        return failed(it); /* decltype, vectors, noexcept */
    struct type type = expansion(it);
    demangle_remember(it, type);
    return type;
}

/* T_ is what it was outside of a class's own arguments. */
static struct type class_type(struct demangling *it)
{
    struct arguments outside = it->arguments;
    struct type type;
    bool is_new = true;
    if (*it->at == 'T') {
        type = demangle_parameter(it);
        if (*it->at == 'I') {
            demangle_remember(it, type);
            type = (struct type){.left = demangle_arguments(it, type.left)};
        }
    } else if (it->at[0] == 'S' && it->at[1] != 't') {
        it->at++;
        type = demangle_substitution(it);
        is_new = *it->at == 'I';
        if (is_new)
            type = (struct type){.left = demangle_arguments(it, type.left)};
    } else {
        type = (struct type){.left = demangle_name(it).text};
    }
    it->arguments = outside;
    if (is_new)
        demangle_remember(it, type);
    return type;
}

static struct type composed(struct demangling *it)
{
    switch (*it->at) {
    case 'r':
    case 'V':
    case 'K': return qualified(it);
    case 'P': it->at++; return pointer(it, demangle_type(it), "*");
    case 'R': it->at++; return reference(it, demangle_type(it), false);
    case 'O': it->at++; return reference(it, demangle_type(it), true);
    case 'F': it->at++; return function(it);
    case 'A': it->at++; return array(it);
    default: it->at++; return member(it);
    }
}

static bool is_composed(char letter)
{
    return letter == 'r' || letter == 'V' || letter == 'K' || letter == 'P' || letter == 'R' ||
           letter == 'O' || letter == 'F' || letter == 'A' || letter == 'M';
}

static struct type some_type(struct demangling *it)
{
    const char *name = *it->at == 'r' ? NULL : builtin(*it->at);
    if (name != NULL) {
        it->at++;
        return (struct type){.left = demangle_word(it, name)};
    }
    if (demangle_take(it, 'D'))
        return with_d(it);
    if (*it->at == 'u' || *it->at == 'U' || *it->at == 0)
        return failed(it);
    if (!is_composed(*it->at))
        return class_type(it);
    struct type type = composed(it);
    demangle_remember(it, type);
    return type;
}

struct type demangle_type(struct demangling *it)
{
    if (it->depth++ > DEPTH_MAX)
        demangle_fail(it);
    struct type type = some_type(it);
    it->depth--;
    return type;
}

struct span demangle_whole_type(struct demangling *it)
{
    struct type type = demangle_type(it);
    return demangle_join(it, type.left, "", type.right);
}

static struct span add_to_list(struct demangling *it, struct span list, struct span one)
{
    return list.length == 0 ? one : one.length == 0 ? list : demangle_join(it, list, ", ", one);
}

static bool is_at_end(const struct demangling *it)
{
    return *it->at == 'E' || *it->at == 0 || *it->at == '.' ||
           ((*it->at == 'R' || *it->at == 'O') && it->at[1] == 'E');
}

struct span demangle_types(struct demangling *it)
{
    struct span list = nothing;
    if (*it->at == 'v') {
        it->at++;
        return is_at_end(it) ? list : demangle_fail(it);
    }
    while (!is_at_end(it))
        list = add_to_list(it, list, demangle_whole_type(it));
    return list;
}

static struct type literal(struct demangling *it)
{
    static const char *const behind['y' - 'i' + 1] = {['i' - 'i'] = "",   ['j' - 'i'] = "u",
                                                      ['l' - 'i'] = "l",  ['m' - 'i'] = "ul",
                                                      ['x' - 'i'] = "ll", ['y' - 'i'] = "ull"};
    char letter = *it->at;
    if (letter == 'b' && (it->at[1] == '0' || it->at[1] == '1') && it->at[2] == 'E') {
        bool is_true = it->at[1] == '1';
        it->at += 3;
        return (struct type){.left = demangle_word(it, is_true ? "true" : "false")};
    }
    if (letter == '_' || letter == 'f' || letter == 'd' || letter == 'e' || letter == 'D')
        return failed(it);
    const char *tail = letter >= 'i' && letter <= 'y' ? behind[letter - 'i'] : NULL;
    struct span type = demangle_whole_type(it);
    struct span value =
        tail != NULL ? demangle_word(it, "") : demangle_join(it, demangle_word(it, "("), "", type);
    value = demangle_join(it, value, tail != NULL ? "" : ")", nothing);
    value = demangle_join(it, value, demangle_take(it, 'n') ? "-" : "", nothing);
    const char *digits = it->at;
    while (*it->at >= '0' && *it->at <= '9')
        it->at++;
    struct span number = demangle_put(it, digits, (unsigned)(it->at - digits));
    if (!demangle_take(it, 'E') || number.length == 0)
        return failed(it);
    value = demangle_join(it, value, "", number);
    return (struct type){.left = demangle_join(it, value, tail != NULL ? tail : "", nothing)};
}

static struct type argument(struct demangling *it);

/* Packs within come first: the elements of one lie together. */
static struct type pack(struct demangling *it)
{
    struct arguments made = {.count = 0};
    struct type type = {.is_pack = true};
    while (*it->at != 'E' && *it->at != 0) {
        struct type one = argument(it);
        if (made.count == DEMANGLE_ARGUMENTS || one.is_pack)
            return failed(it);
        made.list[made.count++] = one;
        type.left = add_to_list(it, type.left, demangle_join(it, one.left, "", one.right));
    }
    if (!demangle_take(it, 'E') || made.count > DEMANGLE_ELEMENTS - it->element_count)
        return failed(it);
    type.pack_first = (uint8_t)it->element_count;
    type.pack_count = (uint8_t)made.count;
    for (unsigned i = 0; i < made.count; i++)
        it->elements[it->element_count++] = made.list[i];
    return type;
}

static struct type argument(struct demangling *it)
{
    if (demangle_take(it, 'L'))
        return literal(it);
    if (demangle_take(it, 'J'))
        return pack(it);
    return *it->at == 'X' ? failed(it) : demangle_type(it);
}

struct span demangle_arguments(struct demangling *it, struct span name)
{
    struct arguments made = {.count = 0};
    struct span list = nothing;
    it->at++;
    while (*it->at != 'E' && *it->at != 0) {
        struct arguments outside = it->arguments;
        struct type one = argument(it);
        it->arguments = outside;
        if (made.count == DEMANGLE_ARGUMENTS)
            return demangle_fail(it);
        made.list[made.count++] = one;
        list = add_to_list(it, list, demangle_join(it, one.left, "", one.right));
    }
    if (!demangle_take(it, 'E'))
        return demangle_fail(it);
    it->arguments = made;
    bool ends_less = demangle_last(it, name) == '<';
    name = demangle_join(it, name, ends_less ? " <" : "<", list);
    return demangle_join(it, name, demangle_last(it, list) == '>' ? " >" : ">", nothing);
}
