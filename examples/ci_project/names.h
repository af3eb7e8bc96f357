/* names.h - a list of names in pool memory, newest first. */
#ifndef NAMES_H
#define NAMES_H

#include <wdm.h>

typedef struct _NAMES {
    SINGLE_LIST_ENTRY Head;
    ULONG Count;
} NAMES, *PNAMES;

/* Length bytes, no 0 behind them. */
NTSTATUS NamesAdd(PNAMES Names, const char *Text, ULONG Length);

/* The name so many places behind the newest, with a 0; NULL: there are fewer. */
const char *NamesAt(const NAMES *Names, ULONG Place);

VOID NamesClear(PNAMES Names);

#endif
