/* specstrings.h - annotations of before 2008; expool/sal.h has them all. */
#ifndef EXPOOL_SPECSTRINGS_H
#define EXPOOL_SPECSTRINGS_H

#include "expool/sal.h"

#endif
