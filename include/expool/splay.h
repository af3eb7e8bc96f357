/* expool/splay.h - splay trees out of links within the caller's own structures. A root is its own
 * parent. The caller guards the tree. Any IRQL on resident memory. [D] */
#ifndef EXPOOL_SPLAY_H
#define EXPOOL_SPLAY_H

#include "expool/types.h"

typedef struct _RTL_SPLAY_LINKS {
    struct _RTL_SPLAY_LINKS *Parent;
    struct _RTL_SPLAY_LINKS *LeftChild;
    struct _RTL_SPLAY_LINKS *RightChild;
} RTL_SPLAY_LINKS, *PRTL_SPLAY_LINKS;

#define RtlInitializeSplayLinks(Links)                                                             \
    do {                                                                                           \
        PRTL_SPLAY_LINKS links_ = (PRTL_SPLAY_LINKS)(Links);                                       \
        links_->Parent = links_;                                                                   \
        links_->LeftChild = NULL;                                                                  \
        links_->RightChild = NULL;                                                                 \
    } while (0)
#define RtlParent(Links)       ((PRTL_SPLAY_LINKS)(Links)->Parent)
#define RtlLeftChild(Links)    ((PRTL_SPLAY_LINKS)(Links)->LeftChild)
#define RtlRightChild(Links)   ((PRTL_SPLAY_LINKS)(Links)->RightChild)
#define RtlIsRoot(Links)       ((RtlParent(Links) == (PRTL_SPLAY_LINKS)(Links)))
#define RtlIsLeftChild(Links)  ((RtlLeftChild(RtlParent(Links)) == (PRTL_SPLAY_LINKS)(Links)))
#define RtlIsRightChild(Links) ((RtlRightChild(RtlParent(Links)) == (PRTL_SPLAY_LINKS)(Links)))
#define RtlInsertAsLeftChild(ParentLinks, ChildLinks)                                              \
    do {                                                                                           \
        PRTL_SPLAY_LINKS parent_ = (PRTL_SPLAY_LINKS)(ParentLinks);                                \
        PRTL_SPLAY_LINKS child_ = (PRTL_SPLAY_LINKS)(ChildLinks);                                  \
        parent_->LeftChild = child_;                                                               \
        child_->Parent = parent_;                                                                  \
    } while (0)
#define RtlInsertAsRightChild(ParentLinks, ChildLinks)                                             \
    do {                                                                                           \
        PRTL_SPLAY_LINKS parent_ = (PRTL_SPLAY_LINKS)(ParentLinks);                                \
        PRTL_SPLAY_LINKS child_ = (PRTL_SPLAY_LINKS)(ChildLinks);                                  \
        parent_->RightChild = child_;                                                              \
        child_->Parent = parent_;                                                                  \
    } while (0)

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Makes the link the root of its tree; returns it. */
PRTL_SPLAY_LINKS RtlSplay(PRTL_SPLAY_LINKS Links);
/* Takes the link out of its tree, splaying its parent; returns the new root, NULL when empty. */
PRTL_SPLAY_LINKS RtlDelete(PRTL_SPLAY_LINKS Links);
/* The same without splaying; *Root is kept right. */
VOID RtlDeleteNoSplay(PRTL_SPLAY_LINKS Links, PRTL_SPLAY_LINKS *Root);
/* The next or previous link in order, within the subtree below Links, or in the whole tree; NULL
 * when there is none. */
PRTL_SPLAY_LINKS RtlSubtreeSuccessor(PRTL_SPLAY_LINKS Links);
PRTL_SPLAY_LINKS RtlSubtreePredecessor(PRTL_SPLAY_LINKS Links);
PRTL_SPLAY_LINKS RtlRealSuccessor(PRTL_SPLAY_LINKS Links);
PRTL_SPLAY_LINKS RtlRealPredecessor(PRTL_SPLAY_LINKS Links);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
