/* expool/seh_words.h - try, except, finally and leave without underlines, as driver sources in
 * C write them. In driver dialect only: a program for Linux may have its own idea of these
 * words. [H] */
#ifndef EXPOOL_SEH_WORDS_H
#define EXPOOL_SEH_WORDS_H

#include "expool/seh.h"

#if EXPOOL_DRIVER_DIALECT && !defined(__cplusplus)
#define try     __try
#define except  __except
#define finally __finally
#define leave   __leave
#endif

#endif
