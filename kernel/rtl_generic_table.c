#include "expool/generic_table.h"

#include "pool/util.h"

#include <stdbool.h>
#include <string.h>

/* What stands in front of the caller's data. */
struct element {
    RTL_SPLAY_LINKS links;
    LIST_ENTRY order;
    LONGLONG data[];
};
static_assert(sizeof(struct element) == 40, "callers count on 40 bytes");

static struct element *element_of_links(PRTL_SPLAY_LINKS links)
{
    return CONTAINING_RECORD(links, struct element, links);
}

VOID RtlInitializeGenericTable(PRTL_GENERIC_TABLE Table,
                               PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine,
                               PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
                               PRTL_GENERIC_FREE_ROUTINE FreeRoutine, PVOID TableContext)
{
    *Table = (RTL_GENERIC_TABLE){.CompareRoutine = CompareRoutine,
                                 .AllocateRoutine = AllocateRoutine,
                                 .FreeRoutine = FreeRoutine,
                                 .TableContext = TableContext};
    InitializeListHead(&Table->InsertOrderList);
    Table->OrderedPointer = &Table->InsertOrderList;
}

/* The element that equals `data`, or where it would hang. */
static TABLE_SEARCH_RESULT find(PRTL_GENERIC_TABLE table, PVOID data, PRTL_SPLAY_LINKS *place)
{
    PRTL_SPLAY_LINKS links = table->TableRoot;
    TABLE_SEARCH_RESULT result = TableEmptyTree;
    while (links != NULL) {
        *place = links;
        switch (table->CompareRoutine(table, data, element_of_links(links)->data)) {
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

static PVOID insert(PRTL_GENERIC_TABLE table, struct element *element, PRTL_SPLAY_LINKS parent,
                    TABLE_SEARCH_RESULT how)
{
    RtlInitializeSplayLinks(&element->links);
    if (how == TableInsertAsLeft)
        RtlInsertAsLeftChild(parent, &element->links);
    else if (how == TableInsertAsRight)
        RtlInsertAsRightChild(parent, &element->links);
    InsertTailList(&table->InsertOrderList, &element->order);
    table->NumberGenericTableElements++;
    table->TableRoot = RtlSplay(&element->links);
    return element->data;
}

/* NOLINTNEXTLINE(readability-function-size): so many parameters has Windows. */
PVOID RtlInsertElementGenericTableFull(PRTL_GENERIC_TABLE Table, PVOID Buffer, CLONG BufferSize,
                                       PBOOLEAN NewElement, PVOID NodeOrParent,
                                       TABLE_SEARCH_RESULT SearchResult)
{
    bool is_new = SearchResult != TableFoundNode;
    struct element *element = NULL;
    if (is_new)
        element = Table->AllocateRoutine(Table, BufferSize + (CLONG)sizeof *element);
    if (NewElement != NULL)
        *NewElement = is_new && element != NULL;
    if (!is_new) {
        Table->TableRoot = RtlSplay(NodeOrParent);
        return element_of_links(NodeOrParent)->data;
    }
    if (element == NULL)
        return NULL;
    memcpy(element->data, Buffer, BufferSize);
    return insert(Table, element, NodeOrParent, SearchResult);
}

PVOID RtlInsertElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer, CLONG BufferSize,
                                   PBOOLEAN NewElement)
{
    PRTL_SPLAY_LINKS place = NULL;
    TABLE_SEARCH_RESULT result = find(Table, Buffer, &place);
    return RtlInsertElementGenericTableFull(Table, Buffer, BufferSize, NewElement, place, result);
}

BOOLEAN RtlDeleteElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer)
{
    PRTL_SPLAY_LINKS links = NULL;
    if (find(Table, Buffer, &links) != TableFoundNode)
        return FALSE;
    struct element *element = element_of_links(links);
    Table->TableRoot = RtlDelete(links);
    RemoveEntryList(&element->order);
    Table->NumberGenericTableElements--;
    Table->WhichOrderedElement = 0;
    Table->OrderedPointer = &Table->InsertOrderList;
    Table->FreeRoutine(Table, element);
    return TRUE;
}

PVOID RtlLookupElementGenericTableFull(PRTL_GENERIC_TABLE Table, PVOID Buffer, PVOID *NodeOrParent,
                                       TABLE_SEARCH_RESULT *SearchResult)
{
    PRTL_SPLAY_LINKS place = NULL;
    *SearchResult = find(Table, Buffer, &place);
    *NodeOrParent = place;
    if (*SearchResult != TableFoundNode)
        return NULL;
    Table->TableRoot = RtlSplay(place);
    return element_of_links(place)->data;
}

PVOID RtlLookupElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer)
{
    PVOID place;
    TABLE_SEARCH_RESULT result;
    return RtlLookupElementGenericTableFull(Table, Buffer, &place, &result);
}

static PRTL_SPLAY_LINKS first(PRTL_GENERIC_TABLE table)
{
    PRTL_SPLAY_LINKS links = table->TableRoot;
    while (links != NULL && links->LeftChild != NULL)
        links = links->LeftChild;
    return links;
}

/* The root is the element returned last: look-ups in between move the enumeration (R). */
PVOID RtlEnumerateGenericTable(PRTL_GENERIC_TABLE Table, BOOLEAN Restart)
{
    if (Table->TableRoot == NULL)
        return NULL;
    PRTL_SPLAY_LINKS next = Restart ? first(Table) : RtlRealSuccessor(Table->TableRoot);
    if (next == NULL)
        return NULL;
    Table->TableRoot = RtlSplay(next);
    return element_of_links(next)->data;
}

PVOID RtlEnumerateGenericTableWithoutSplaying(PRTL_GENERIC_TABLE Table, PVOID *RestartKey)
{
    PRTL_SPLAY_LINKS next = *RestartKey == NULL ? first(Table) : RtlRealSuccessor(*RestartKey);
    if (next == NULL)
        return NULL;
    *RestartKey = next;
    return element_of_links(next)->data;
}

/* OrderedPointer is the element that WhichOrderedElement counts to, 0 the list's head. */
PVOID RtlGetElementGenericTable(PRTL_GENERIC_TABLE Table, ULONG I)
{
    if (I >= Table->NumberGenericTableElements)
        return NULL;
    for (; Table->WhichOrderedElement < I + 1; Table->WhichOrderedElement++)
        Table->OrderedPointer = Table->OrderedPointer->Flink;
    for (; Table->WhichOrderedElement > I + 1; Table->WhichOrderedElement--)
        Table->OrderedPointer = Table->OrderedPointer->Blink;
    return CONTAINING_RECORD(Table->OrderedPointer, struct element, order)->data;
}

ULONG RtlNumberGenericTableElements(PRTL_GENERIC_TABLE Table)
{
    return Table->NumberGenericTableElements;
}

BOOLEAN RtlIsGenericTableEmpty(PRTL_GENERIC_TABLE Table)
{
    return Table->TableRoot == NULL;
}
