/* expool/prelude.h - given to gcc with `-include expool/prelude.h`, before any line of a driver
 * source: the words of Microsoft's compiler, for files that use one before they include wdm.h.
 * Without -fshort-wchar it defines little: L"text" would not be a WCHAR either. */
#ifndef EXPOOL_PRELUDE_H
#define EXPOOL_PRELUDE_H

#include "expool/dialect.h"

#endif
