#include "expool/splay.h"

#include <stdbool.h>

typedef RTL_SPLAY_LINKS node;

/* Puts `child`, which may be NULL, where `old` hangs. */
static void replace(node *old, node *child)
{
    node *parent = old->Parent;
    if (parent == old) {
        if (child != NULL)
            child->Parent = child;
        return;
    }
    if (parent->LeftChild == old)
        parent->LeftChild = child;
    else
        parent->RightChild = child;
    if (child != NULL)
        child->Parent = parent;
}

/* Lifts a link over its parent. */
static void rotate(node *link)
{
    node *parent = link->Parent;
    bool is_left = parent->LeftChild == link;
    node *between = is_left ? link->RightChild : link->LeftChild;
    replace(parent, link);
    if (is_left) {
        parent->LeftChild = between;
        link->RightChild = parent;
    } else {
        parent->RightChild = between;
        link->LeftChild = parent;
    }
    parent->Parent = link;
    if (between != NULL)
        between->Parent = parent;
}

PRTL_SPLAY_LINKS RtlSplay(PRTL_SPLAY_LINKS Links)
{
    while (!RtlIsRoot(Links)) {
        node *parent = Links->Parent;
        if (!RtlIsRoot(parent))
            rotate(RtlIsLeftChild(Links) == RtlIsLeftChild(parent) ? parent : Links);
        rotate(Links);
    }
    return Links;
}

PRTL_SPLAY_LINKS RtlSubtreeSuccessor(PRTL_SPLAY_LINKS Links)
{
    node *next = Links->RightChild;
    while (next != NULL && next->LeftChild != NULL)
        next = next->LeftChild;
    return next;
}

PRTL_SPLAY_LINKS RtlSubtreePredecessor(PRTL_SPLAY_LINKS Links)
{
    node *next = Links->LeftChild;
    while (next != NULL && next->RightChild != NULL)
        next = next->RightChild;
    return next;
}

PRTL_SPLAY_LINKS RtlRealSuccessor(PRTL_SPLAY_LINKS Links)
{
    if (Links->RightChild != NULL)
        return RtlSubtreeSuccessor(Links);
    while (!RtlIsRoot(Links) && RtlIsRightChild(Links))
        Links = Links->Parent;
    return RtlIsRoot(Links) ? NULL : Links->Parent;
}

PRTL_SPLAY_LINKS RtlRealPredecessor(PRTL_SPLAY_LINKS Links)
{
    if (Links->LeftChild != NULL)
        return RtlSubtreePredecessor(Links);
    while (!RtlIsRoot(Links) && RtlIsLeftChild(Links))
        Links = Links->Parent;
    return RtlIsRoot(Links) ? NULL : Links->Parent;
}

/* Lets `heir` take the place of `link` with both its children. `heir` hangs nowhere. */
static void inherit(node *heir, node *link)
{
    replace(link, heir);
    heir->LeftChild = link->LeftChild;
    heir->RightChild = link->RightChild;
    if (heir->LeftChild != NULL)
        heir->LeftChild->Parent = heir;
    if (heir->RightChild != NULL)
        heir->RightChild->Parent = heir;
}

/* Takes the link out; the link that hung above what moved, NULL when it was the root. */
static node *take_out(node *link)
{
    if (link->LeftChild != NULL && link->RightChild != NULL) {
        node *heir = RtlSubtreePredecessor(link);
        node *above = heir->Parent == link ? heir : heir->Parent;
        replace(heir, heir->LeftChild);
        inherit(heir, link);
        return above;
    }
    node *child = link->LeftChild != NULL ? link->LeftChild : link->RightChild;
    node *above = RtlIsRoot(link) ? child : link->Parent;
    replace(link, child);
    return above;
}

PRTL_SPLAY_LINKS RtlDelete(PRTL_SPLAY_LINKS Links)
{
    node *above = take_out(Links);
    return above == NULL ? NULL : RtlSplay(above);
}

VOID RtlDeleteNoSplay(PRTL_SPLAY_LINKS Links, PRTL_SPLAY_LINKS *Root)
{
    node *above = take_out(Links);
    while (above != NULL && !RtlIsRoot(above))
        above = above->Parent;
    *Root = above;
}
