#include "kernel/rtl_avl.h"
#include "pool/util.h"

#include <string.h>

/* The caller's data stands behind the links. */
struct element {
    RTL_BALANCED_LINKS links;
    LONGLONG data[];
};
static_assert(sizeof(struct element) == 32, "callers count on 32 bytes");

static PVOID data_of(PRTL_BALANCED_LINKS links)
{
    return links == NULL ? NULL : CONTAINING_RECORD(links, struct element, links)->data;
}

VOID RtlInitializeGenericTableAvl(PRTL_AVL_TABLE Table, PRTL_AVL_COMPARE_ROUTINE CompareRoutine,
                                  PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
                                  PRTL_AVL_FREE_ROUTINE FreeRoutine, PVOID TableContext)
{
    *Table = (RTL_AVL_TABLE){.CompareRoutine = CompareRoutine,
                             .AllocateRoutine = AllocateRoutine,
                             .FreeRoutine = FreeRoutine,
                             .TableContext = TableContext};
    Table->BalancedRoot.Parent = &Table->BalancedRoot;
}

/* An element that equals `data`, or where it would hang. */
static TABLE_SEARCH_RESULT find(PRTL_AVL_TABLE table, PVOID data, PRTL_BALANCED_LINKS *place)
{
    PRTL_BALANCED_LINKS links = table->BalancedRoot.RightChild;
    TABLE_SEARCH_RESULT result = TableEmptyTree;
    while (links != NULL) {
        *place = links;
        switch (table->CompareRoutine(table, data, data_of(links))) {
        case GenericLessThan:
            result = TableInsertAsLeft;
            links = links->LeftChild;
            break;
        case GenericGreaterThan:
            result = TableInsertAsRight;
            links = links->RightChild;
            break;
        default: return TableFoundNode;
        }
    }
    return result;
}

/* Places in the order are counted anew after a change. */
static void forget_place(PRTL_AVL_TABLE table)
{
    table->OrderedPointer = NULL;
    table->WhichOrderedElement = 0;
}

/* NOLINTNEXTLINE(readability-function-size): so many parameters has Windows. */
PVOID RtlInsertElementGenericTableFullAvl(PRTL_AVL_TABLE Table, PVOID Buffer, CLONG BufferSize,
                                          PBOOLEAN NewElement, PVOID NodeOrParent,
                                          TABLE_SEARCH_RESULT SearchResult)
{
    struct element *element = NULL;
    if (SearchResult != TableFoundNode)
        element = Table->AllocateRoutine(Table, BufferSize + (CLONG)sizeof *element);
    if (NewElement != NULL)
        *NewElement = element != NULL;
    if (SearchResult == TableFoundNode)
        return data_of(NodeOrParent);
    if (element == NULL)
        return NULL;
    memcpy(element->data, Buffer, BufferSize);
    PRTL_BALANCED_LINKS parent =
        SearchResult == TableEmptyTree ? &Table->BalancedRoot : NodeOrParent;
    if (avl_insert(&Table->BalancedRoot, parent, &element->links,
                   SearchResult == TableInsertAsLeft))
        Table->DepthOfTree++;
    Table->NumberGenericTableElements++;
    forget_place(Table);
    return element->data;
}

PVOID RtlInsertElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer, CLONG BufferSize,
                                      PBOOLEAN NewElement)
{
    PRTL_BALANCED_LINKS place = NULL;
    TABLE_SEARCH_RESULT result = find(Table, Buffer, &place);
    return RtlInsertElementGenericTableFullAvl(Table, Buffer, BufferSize, NewElement, place,
                                               result);
}

BOOLEAN RtlDeleteElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer)
{
    PRTL_BALANCED_LINKS links = NULL;
    if (find(Table, Buffer, &links) != TableFoundNode)
        return FALSE;
    if (Table->RestartKey == links)
        Table->RestartKey = avl_previous(links);
    if (avl_remove(&Table->BalancedRoot, links))
        Table->DepthOfTree--;
    Table->NumberGenericTableElements--;
    Table->DeleteCount++;
    forget_place(Table);
    Table->FreeRoutine(Table, CONTAINING_RECORD(links, struct element, links));
    return TRUE;
}

PVOID RtlLookupElementGenericTableFullAvl(PRTL_AVL_TABLE Table, PVOID Buffer, PVOID *NodeOrParent,
                                          TABLE_SEARCH_RESULT *SearchResult)
{
    PRTL_BALANCED_LINKS place = NULL;
    *SearchResult = find(Table, Buffer, &place);
    *NodeOrParent = place;
    return *SearchResult == TableFoundNode ? data_of(place) : NULL;
}

PVOID RtlLookupElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer)
{
    PRTL_BALANCED_LINKS place = NULL;
    return find(Table, Buffer, &place) == TableFoundNode ? data_of(place) : NULL;
}

PVOID RtlLookupFirstMatchingElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer,
                                                   PVOID *RestartKey)
{
    PRTL_BALANCED_LINKS place = NULL;
    *RestartKey = NULL;
    if (find(Table, Buffer, &place) != TableFoundNode)
        return NULL;
    PRTL_BALANCED_LINKS previous = avl_previous(place);
    while (previous != NULL &&
           Table->CompareRoutine(Table, Buffer, data_of(previous)) == GenericEqual) {
        place = previous;
        previous = avl_previous(place);
    }
    *RestartKey = place;
    return data_of(place);
}

static PRTL_BALANCED_LINKS behind(PRTL_AVL_TABLE table, PRTL_BALANCED_LINKS links)
{
    return links == NULL ? avl_first(&table->BalancedRoot) : avl_next(links);
}

PVOID RtlEnumerateGenericTableAvl(PRTL_AVL_TABLE Table, BOOLEAN Restart)
{
    if (Restart)
        Table->RestartKey = NULL;
    PRTL_BALANCED_LINKS next = behind(Table, Table->RestartKey);
    if (next != NULL)
        Table->RestartKey = next;
    return data_of(next);
}

PVOID RtlEnumerateGenericTableWithoutSplayingAvl(PRTL_AVL_TABLE Table, PVOID *RestartKey)
{
    PRTL_BALANCED_LINKS next = behind(Table, *RestartKey);
    if (next != NULL)
        *RestartKey = next;
    return data_of(next);
}

/* Where an enumeration by `data` begins: at its equal, or at the next. */
static PRTL_BALANCED_LINKS begin(PRTL_AVL_TABLE table, PVOID data, bool skips_equal)
{
    PRTL_BALANCED_LINKS place = NULL;
    switch (find(table, data, &place)) {
    case TableEmptyTree: return NULL;
    case TableFoundNode: return skips_equal ? avl_next(place) : place;
    case TableInsertAsLeft: return place;
    default: return avl_next(place);
    }
}

/* NOLINTNEXTLINE(readability-function-size): so many parameters has Windows. */
PVOID RtlEnumerateGenericTableLikeADirectory(PRTL_AVL_TABLE Table,
                                             PRTL_AVL_MATCH_FUNCTION MatchFunction, PVOID MatchData,
                                             ULONG NextFlag, PVOID *RestartKey, PULONG DeleteCount,
                                             PVOID Buffer)
{
    PRTL_BALANCED_LINKS links = *DeleteCount == Table->DeleteCount ? *RestartKey : NULL;
    if (links == NULL)
        links = begin(Table, Buffer, NextFlag != 0);
    else if (NextFlag != 0)
        links = avl_next(links);
    NTSTATUS status = STATUS_NO_MATCH;
    for (; links != NULL; links = avl_next(links)) {
        status = MatchFunction == NULL ? STATUS_SUCCESS
                                       : MatchFunction(Table, data_of(links), MatchData);
        if (status != STATUS_NO_MATCH)
            break;
    }
    if (status != STATUS_SUCCESS)
        return NULL;
    *RestartKey = links;
    *DeleteCount = Table->DeleteCount;
    return data_of(links);
}

PVOID RtlGetElementGenericTableAvl(PRTL_AVL_TABLE Table, ULONG I)
{
    if (I >= Table->NumberGenericTableElements)
        return NULL;
    for (; Table->WhichOrderedElement < I + 1; Table->WhichOrderedElement++)
        Table->OrderedPointer = behind(Table, Table->OrderedPointer);
    for (; Table->WhichOrderedElement > I + 1; Table->WhichOrderedElement--)
        Table->OrderedPointer = avl_previous(Table->OrderedPointer);
    return data_of(Table->OrderedPointer);
}

ULONG RtlNumberGenericTableElementsAvl(PRTL_AVL_TABLE Table)
{
    return Table->NumberGenericTableElements;
}

BOOLEAN RtlIsGenericTableEmptyAvl(PRTL_AVL_TABLE Table)
{
    return Table->NumberGenericTableElements == 0;
}
