/* dbg_text.h - Windows' conversions, as DbgPrint knows them:
 *   %[-+ #0][width|*][.precision|.*][hh|h|l|ll|I|I32|I64|w|z|t|j]letter
 * Letters d i u x X o p c C s S Z; no floating point. `l` is 32 bits as on Windows; I, z, t and j
 * are 64. `w` or `l` makes c, s and Z 16-bit, `h` 8-bit; C and S are 16-bit by themselves. Any
 * other letter prints itself. */
#ifndef POOL_DBG_TEXT_H
#define POOL_DBG_TEXT_H

#include "pool/text.h"

#include <stdarg.h>

void dbg_text_add(struct text *text, const char *format, va_list *arguments);

#endif
