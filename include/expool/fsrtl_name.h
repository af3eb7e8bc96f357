/* expool/fsrtl_name.h - names of files: taken apart, compared, matched against expressions. [H] */
#ifndef EXPOOL_FSRTL_NAME_H
#define EXPOOL_FSRTL_NAME_H

#include "expool/types.h"

#define DOS_STAR L'<' /* up to the last dot, that dot too */
#define DOS_QM   L'>' /* a letter, or nothing at a dot and at the end */
#define DOS_DOT  L'"' /* a dot, or nothing at the end */

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* "a\b\c": FirstName "a", RemainingName "b\c"; a leading backslash is passed over. [D] */
VOID FsRtlDissectName(UNICODE_STRING Path, PUNICODE_STRING FirstName,
                      PUNICODE_STRING RemainingName);
/* UpcaseTable: upper case of each letter; NULL: the system's. PASSIVE_LEVEL. [D] */
BOOLEAN FsRtlAreNamesEqual(PCUNICODE_STRING ConstantNameA, PCUNICODE_STRING ConstantNameB,
                           BOOLEAN IgnoreCase, PCWCH UpcaseTable);
/* * ? < > " in Name. [D] */
BOOLEAN FsRtlDoesNameContainWildCards(PUNICODE_STRING Name);
/* TRUE: Name is what Expression says. Expression is in upper case when IgnoreCase is asked for.
 * PASSIVE_LEVEL. [D] */
BOOLEAN FsRtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name,
                                BOOLEAN IgnoreCase, PWCH UpcaseTable);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
