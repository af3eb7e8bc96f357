#include "kernel/rtl_avl.h"

#include "pool/util.h"

typedef RTL_BALANCED_LINKS node;

enum { LEFT = -1, EVEN = 0, RIGHT = 1 };

static node **child_place(node *parent, int side)
{
    return side == LEFT ? &parent->LeftChild : &parent->RightChild;
}

static int side_of(const node *link)
{
    return link->Parent->LeftChild == link ? LEFT : RIGHT;
}

static void hang(node *above, int side, node *below)
{
    *child_place(above, side) = below;
    if (below != NULL)
        below->Parent = above;
}

/* Lifts a link over its parent. */
static void promote(node *link)
{
    node *parent = link->Parent;
    int side = side_of(link);
    hang(parent->Parent, side_of(parent), link);
    hang(parent, side, *child_place(link, -side));
    hang(link, -side, parent);
}

/* `top` is too deep by two on the side of its balance. Returns what stands there now; it is EVEN
 * when the whole became less deep. */
static node *rebalance(node *top)
{
    int side = top->Balance > EVEN ? RIGHT : LEFT;
    node *child = *child_place(top, side);
    INVARIANT(child != NULL);
    if (child->Balance != -side) {
        promote(child);
        bool was_even = child->Balance == EVEN;
        child->Balance = (signed char)(was_even ? -side : EVEN);
        top->Balance = (signed char)(was_even ? side : EVEN);
        return child;
    }
    node *inner = *child_place(child, -side);
    promote(inner);
    promote(inner);
    top->Balance = (signed char)(inner->Balance == side ? -side : EVEN);
    child->Balance = (signed char)(inner->Balance == -side ? side : EVEN);
    inner->Balance = EVEN;
    return inner;
}

bool avl_insert(PRTL_BALANCED_LINKS root, PRTL_BALANCED_LINKS parent, PRTL_BALANCED_LINKS link,
                bool is_left)
{
    *link = (node){0};
    hang(parent, is_left ? LEFT : RIGHT, link);
    for (; link->Parent != root; link = link->Parent) {
        node *above = link->Parent;
        int side = side_of(link);
        if (above->Balance == side) {
            (void)rebalance(above);
            return false;
        }
        above->Balance = (signed char)(above->Balance + side);
        if (above->Balance == EVEN)
            return false;
    }
    return true;
}

/* A side below `parent` became less deep by one. */
static bool shrink(node *root, node *parent, int side)
{
    while (parent != root) {
        if (parent->Balance == -side) {
            parent = rebalance(parent);
        } else {
            parent->Balance = (signed char)(parent->Balance - side);
        }
        if (parent->Balance != EVEN)
            return false;
        side = side_of(parent);
        parent = parent->Parent;
    }
    return true;
}

bool avl_remove(PRTL_BALANCED_LINKS root, PRTL_BALANCED_LINKS link)
{
    node *heir = link;
    if (link->LeftChild != NULL && link->RightChild != NULL)
        heir = avl_previous(link);
    node *parent = heir->Parent;
    int side = side_of(heir);
    hang(parent, side, heir->LeftChild != NULL ? heir->LeftChild : heir->RightChild);
    if (heir != link) {
        heir->Balance = link->Balance;
        hang(link->Parent, side_of(link), heir);
        hang(heir, LEFT, link->LeftChild);
        hang(heir, RIGHT, link->RightChild);
        if (parent == link)
            parent = heir;
    }
    return shrink(root, parent, side);
}

PRTL_BALANCED_LINKS avl_first(PRTL_BALANCED_LINKS root)
{
    node *link = root->RightChild;
    while (link != NULL && link->LeftChild != NULL)
        link = link->LeftChild;
    return link;
}

/* The neighbour of `link` on that side. */
static node *neighbour(node *link, int side)
{
    node *next = *child_place(link, side);
    if (next != NULL) {
        while (*child_place(next, -side) != NULL)
            next = *child_place(next, -side);
        return next;
    }
    while (link->Parent->Parent != link->Parent && side_of(link) == side)
        link = link->Parent;
    return link->Parent->Parent == link->Parent ? NULL : link->Parent;
}

PRTL_BALANCED_LINKS avl_next(PRTL_BALANCED_LINKS link)
{
    return neighbour(link, RIGHT);
}

PRTL_BALANCED_LINKS avl_previous(PRTL_BALANCED_LINKS link)
{
    return neighbour(link, LEFT);
}
