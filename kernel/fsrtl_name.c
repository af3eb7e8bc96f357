/* fsrtl_name.c - names of files. */
#include "expool/fsrtl_name.h"

#include "expool/unicode_string.h"

#include <stdbool.h>

static size_t letters_of(const UNICODE_STRING *text)
{
    return text->Length / sizeof(WCHAR);
}

static UNICODE_STRING part(const UNICODE_STRING *whole, size_t from, size_t to)
{
    USHORT bytes = (USHORT)((to - from) * sizeof(WCHAR));
    return (UNICODE_STRING){bytes, bytes, bytes != 0 ? whole->Buffer + from : NULL};
}

VOID FsRtlDissectName(UNICODE_STRING Path, PUNICODE_STRING FirstName, PUNICODE_STRING RemainingName)
{
    size_t letters = letters_of(&Path);
    size_t from = letters != 0 && Path.Buffer[0] == '\\' ? 1 : 0;
    size_t to = from;
    while (to < letters && Path.Buffer[to] != '\\')
        to++;
    *FirstName = part(&Path, from, to);
    *RemainingName = part(&Path, to < letters ? to + 1 : letters, letters);
}

static WCHAR upcase(WCHAR letter, const WCHAR *table)
{
    return table != NULL ? table[letter] : RtlUpcaseUnicodeChar(letter);
}

BOOLEAN FsRtlAreNamesEqual(PCUNICODE_STRING ConstantNameA, PCUNICODE_STRING ConstantNameB,
                           BOOLEAN IgnoreCase, PCWCH UpcaseTable)
{
    if (ConstantNameA->Length != ConstantNameB->Length)
        return FALSE;
    for (size_t i = 0; i < letters_of(ConstantNameA); i++) {
        WCHAR a = ConstantNameA->Buffer[i];
        WCHAR b = ConstantNameB->Buffer[i];
        if (a != b && (!IgnoreCase || upcase(a, UpcaseTable) != upcase(b, UpcaseTable)))
            return FALSE;
    }
    return TRUE;
}

static bool is_wild(WCHAR letter)
{
    return letter == '*' || letter == '?' || letter == '<' || letter == '>' || letter == '"';
}

BOOLEAN FsRtlDoesNameContainWildCards(PUNICODE_STRING Name)
{
    for (size_t i = 0; i < letters_of(Name); i++)
        if (is_wild(Name->Buffer[i]))
            return TRUE;
    return FALSE;
}

struct match {
    const UNICODE_STRING *expression;
    const UNICODE_STRING *name;
    bool ignore_case;
    const WCHAR *table;
    size_t last_dot; /* of the name; its length when there is none */
};

static bool matches(const struct match *match, size_t at, size_t in_name);

/* A star: the rest fits here, or one letter later, and so on. */
static bool star_matches(const struct match *match, size_t at, size_t in_name)
{
    for (; in_name <= letters_of(match->name); in_name++)
        if (matches(match, at + 1, in_name))
            return true;
    return false;
}

/* Takes letters up to the last dot, the dot too if the rest fits then; without a dot any. */
static bool dos_star_matches(const struct match *match, size_t at, size_t in_name)
{
    size_t letters = letters_of(match->name);
    size_t most =
        match->last_dot < letters && in_name <= match->last_dot ? match->last_dot + 1 : letters;
    for (size_t to = in_name; to <= most; to++)
        if (matches(match, at + 1, to))
            return true;
    return false;
}

static bool letter_matches(const struct match *match, WCHAR wanted, WCHAR letter)
{
    if (wanted == letter)
        return true;
    return match->ignore_case && wanted == upcase(letter, match->table);
}

static bool matches(const struct match *match, size_t at, size_t in_name)
{
    for (; at < letters_of(match->expression); at++) {
        WCHAR wanted = match->expression->Buffer[at];
        bool is_over = in_name >= letters_of(match->name);
        WCHAR letter = is_over ? 0 : match->name->Buffer[in_name];
        if (wanted == '*')
            return star_matches(match, at, in_name);
        if (wanted == '<')
            return dos_star_matches(match, at, in_name);
        if ((wanted == '>' && (is_over || letter == '.')) || (wanted == '"' && is_over))
            continue; /* nothing is taken */
        if (is_over)
            return false;
        if (wanted == '"'
                ? letter != '.'
                : wanted != '?' && wanted != '>' && !letter_matches(match, wanted, letter))
            return false;
        in_name++;
    }
    return in_name >= letters_of(match->name);
}

BOOLEAN FsRtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name,
                                BOOLEAN IgnoreCase, PWCH UpcaseTable)
{
    struct match match = {Expression, Name, IgnoreCase != FALSE, UpcaseTable, letters_of(Name)};
    for (size_t i = 0; i < letters_of(Name); i++)
        if (Name->Buffer[i] == '.')
            match.last_dot = i;
    if (letters_of(Name) == 0 || letters_of(Expression) == 0)
        return letters_of(Name) == letters_of(Expression);
    return matches(&match, 0, 0);
}
