/* excpt.h - exception handling. */
#ifndef EXPOOL_EXCPT_H
#define EXPOOL_EXCPT_H

#include "expool/seh_words.h"

#endif
