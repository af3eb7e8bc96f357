/* rtl_avl.h - keeping a tree of RTL_BALANCED_LINKS balanced. The tree hangs on the right side of a
 * root that is no element and its own parent; the caller guards it. */
#ifndef KERNEL_RTL_AVL_H
#define KERNEL_RTL_AVL_H

#include "expool/avl_table.h"

#include <stdbool.h>

/* Hangs `link` below `parent`; true when the tree became deeper. */
bool avl_insert(PRTL_BALANCED_LINKS root, PRTL_BALANCED_LINKS parent, PRTL_BALANCED_LINKS link,
                bool is_left);
/* Takes `link` out; true when the tree became less deep. */
bool avl_remove(PRTL_BALANCED_LINKS root, PRTL_BALANCED_LINKS link);
/* In order; NULL at the ends. */
PRTL_BALANCED_LINKS avl_first(PRTL_BALANCED_LINKS root);
PRTL_BALANCED_LINKS avl_next(PRTL_BALANCED_LINKS link);
PRTL_BALANCED_LINKS avl_previous(PRTL_BALANCED_LINKS link);

#endif
