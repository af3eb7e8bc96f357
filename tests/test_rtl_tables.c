#include "tests/expect.h"

#include <ntifs.h>

enum { KEYS = 300, STEPS = 20000 };

struct entry {
    int key;
    int value;
};

static int live; /* elements allocated and not freed */
static bool is_there[KEYS];

static RTL_GENERIC_COMPARE_RESULTS order(const void *first, const void *second)
{
    int difference = ((const struct entry *)first)->key - ((const struct entry *)second)->key;
    if (difference == 0)
        return GenericEqual;
    return difference < 0 ? GenericLessThan : GenericGreaterThan;
}

static RTL_GENERIC_COMPARE_RESULTS compare(PRTL_GENERIC_TABLE table, PVOID first, PVOID second)
{
    EXPECT(table->TableContext == &live);
    return order(first, second);
}

static RTL_GENERIC_COMPARE_RESULTS compare_avl(PRTL_AVL_TABLE table, PVOID first, PVOID second)
{
    EXPECT(table->TableContext == &live);
    return order(first, second);
}

static PVOID allocate(PRTL_GENERIC_TABLE table, CLONG size)
{
    UNREFERENCED_PARAMETER(table);
    EXPECT_EQUAL(size, 40 + sizeof(struct entry));
    live++;
    return ExAllocatePoolWithTag(PagedPool, size, 'lbaT');
}

static PVOID allocate_avl(PRTL_AVL_TABLE table, CLONG size)
{
    UNREFERENCED_PARAMETER(table);
    EXPECT_EQUAL(size, 32 + sizeof(struct entry));
    live++;
    return ExAllocatePoolWithTag(PagedPool, size, 'lbaT');
}

static void give(PRTL_GENERIC_TABLE table, PVOID element)
{
    UNREFERENCED_PARAMETER(table);
    live--;
    ExFreePoolWithTag(element, 'lbaT');
}

static void give_avl(PRTL_AVL_TABLE table, PVOID element)
{
    UNREFERENCED_PARAMETER(table);
    live--;
    ExFreePoolWithTag(element, 'lbaT');
}

static unsigned model_count(void)
{
    unsigned count = 0;
    for (int key = 0; key < KEYS; key++)
        count += is_there[key];
    return count;
}

TEST(layouts_are_those_of_windows)
{
    EXPECT_EQUAL(sizeof(RTL_SPLAY_LINKS), 24);
    EXPECT_EQUAL(sizeof(RTL_GENERIC_TABLE), 72);
    EXPECT_EQUAL(sizeof(RTL_BALANCED_LINKS), 32);
    EXPECT_EQUAL(sizeof(RTL_AVL_TABLE), 104);
}

/* Links of a tree, in order, hang together and are `count`. */
static void check_splay(RTL_GENERIC_TABLE *table)
{
    PVOID key = NULL;
    int last = -1;
    unsigned count = 0;
    for (struct entry *entry = RtlEnumerateGenericTableWithoutSplaying(table, &key); entry != NULL;
         entry = RtlEnumerateGenericTableWithoutSplaying(table, &key)) {
        EXPECT(entry->key > last && is_there[entry->key]);
        last = entry->key;
        count++;
    }
    EXPECT_EQUAL(count, model_count());
    EXPECT_EQUAL(RtlNumberGenericTableElements(table), count);
    EXPECT(RtlIsGenericTableEmpty(table) == (count == 0));
}

TEST(a_splay_table_agrees_with_a_plain_array)
{
    RTL_GENERIC_TABLE table;
    RtlInitializeGenericTable(&table, compare, allocate, give, &live);
    srand(3);
    for (int step = 0; step < STEPS; step++) {
        struct entry entry = {rand() % KEYS, step};
        BOOLEAN is_new = 7;
        struct entry *found = RtlLookupElementGenericTable(&table, &entry);
        EXPECT((found != NULL) == is_there[entry.key]);
        if (rand() % 2) {
            struct entry *kept =
                RtlInsertElementGenericTable(&table, &entry, sizeof entry, &is_new);
            EXPECT(kept->key == entry.key && is_new == !is_there[entry.key]);
            EXPECT((kept->value == step) == is_new);
            is_there[entry.key] = true;
        } else {
            EXPECT(RtlDeleteElementGenericTable(&table, &entry) == is_there[entry.key]);
            is_there[entry.key] = false;
        }
        if (step % 100 == 0)
            check_splay(&table);
    }
    EXPECT_EQUAL(live, model_count());
    for (struct entry *entry = RtlEnumerateGenericTable(&table, TRUE); entry != NULL;
         entry = RtlEnumerateGenericTable(&table, TRUE))
        EXPECT(RtlDeleteElementGenericTable(&table, entry));
    EXPECT(live == 0 && RtlIsGenericTableEmpty(&table));
}

TEST(a_splay_table_remembers_the_order_of_insertion)
{
    RTL_GENERIC_TABLE table;
    RtlInitializeGenericTable(&table, compare, allocate, give, &live);
    static const int keys[] = {5, 1, 9, 3};
    for (size_t i = 0; i < ARRAYSIZE(keys); i++) {
        struct entry entry = {keys[i], 0};
        RtlInsertElementGenericTable(&table, &entry, sizeof entry, NULL);
    }
    static const ULONG places[] = {0, 3, 1, 2, 0};
    for (size_t i = 0; i < ARRAYSIZE(places); i++) {
        const struct entry *entry = RtlGetElementGenericTable(&table, places[i]);
        EXPECT_EQUAL(entry->key, keys[places[i]]);
    }
    EXPECT(RtlGetElementGenericTable(&table, 4) == NULL);
    EXPECT_EQUAL(((struct entry *)RtlEnumerateGenericTable(&table, TRUE))->key, 1);
    EXPECT_EQUAL(((struct entry *)RtlEnumerateGenericTable(&table, FALSE))->key, 3);
}

TEST(a_found_place_is_where_the_element_goes)
{
    RTL_GENERIC_TABLE table;
    RtlInitializeGenericTable(&table, compare, allocate, give, &live);
    PVOID place;
    TABLE_SEARCH_RESULT result;
    BOOLEAN is_new;
    for (int key = 0; key < 20; key++) {
        struct entry entry = {key * 7 % 20, 0};
        EXPECT(RtlLookupElementGenericTableFull(&table, &entry, &place, &result) == NULL);
        EXPECT((result == TableEmptyTree) == (key == 0));
        RtlInsertElementGenericTableFull(&table, &entry, sizeof entry, &is_new, place, result);
        EXPECT(is_new);
        is_there[entry.key] = true;
    }
    check_splay(&table);
}

TEST(bare_splay_links_turn_and_leave)
{
    RTL_SPLAY_LINKS links[3];
    for (int i = 0; i < 3; i++)
        RtlInitializeSplayLinks(&links[i]);
    RtlInsertAsLeftChild(&links[1], &links[0]);
    RtlInsertAsRightChild(&links[1], &links[2]);
    EXPECT(RtlIsRoot(&links[1]) && RtlIsLeftChild(&links[0]) && RtlIsRightChild(&links[2]));
    EXPECT(RtlSplay(&links[2]) == &links[2] && RtlIsRoot(&links[2]));
    EXPECT(RtlRealPredecessor(&links[2]) == &links[1] && RtlRealSuccessor(&links[0]) == &links[1]);
    EXPECT(RtlRealSuccessor(&links[2]) == NULL && RtlRealPredecessor(&links[0]) == NULL);
    EXPECT(RtlSubtreePredecessor(&links[2]) == &links[1]);
    EXPECT(RtlSubtreeSuccessor(&links[2]) == NULL);
    PRTL_SPLAY_LINKS root = &links[2];
    RtlDeleteNoSplay(&links[1], &root);
    EXPECT(root == &links[2] && RtlRealSuccessor(&links[0]) == &links[2]);
    EXPECT(RtlDelete(&links[2]) == &links[0] && RtlDelete(&links[0]) == NULL);
}

/* The depth of a sound tree; each balance is right. */
static int check_avl(const RTL_BALANCED_LINKS *links)
{
    if (links == NULL)
        return 0;
    int left = check_avl(links->LeftChild);
    int right = check_avl(links->RightChild);
    EXPECT(links->Balance == right - left && abs(right - left) <= 1);
    EXPECT(links->LeftChild == NULL || links->LeftChild->Parent == links);
    EXPECT(links->RightChild == NULL || links->RightChild->Parent == links);
    return max(left, right) + 1;
}

TEST(an_avl_table_stays_balanced_and_agrees_with_a_plain_array)
{
    RTL_AVL_TABLE table;
    RtlInitializeGenericTableAvl(&table, compare_avl, allocate_avl, give_avl, &live);
    srand(5);
    for (int step = 0; step < STEPS; step++) {
        struct entry entry = {rand() % KEYS, step};
        BOOLEAN is_new;
        EXPECT((RtlLookupElementGenericTableAvl(&table, &entry) != NULL) == is_there[entry.key]);
        if (rand() % 2) {
            RtlInsertElementGenericTableAvl(&table, &entry, sizeof entry, &is_new);
            EXPECT(is_new == !is_there[entry.key]);
            is_there[entry.key] = true;
        } else {
            EXPECT(RtlDeleteElementGenericTableAvl(&table, &entry) == is_there[entry.key]);
            is_there[entry.key] = false;
        }
        EXPECT_EQUAL(check_avl(table.BalancedRoot.RightChild), table.DepthOfTree);
    }
    int last = -1;
    for (const struct entry *entry = RtlEnumerateGenericTableAvl(&table, TRUE); entry != NULL;
         entry = RtlEnumerateGenericTableAvl(&table, FALSE)) {
        EXPECT(entry->key > last && is_there[entry->key]);
        last = entry->key;
    }
    EXPECT_EQUAL(RtlNumberGenericTableElementsAvl(&table), model_count());
    EXPECT_EQUAL(live, model_count());
}

static RTL_AVL_TABLE *avl_of_tens(void)
{
    static RTL_AVL_TABLE table;
    RtlInitializeGenericTableAvl(&table, compare_avl, allocate_avl, give_avl, &live);
    EXPECT(RtlIsGenericTableEmptyAvl(&table));
    for (int i = 0; i < 10; i++) {
        struct entry entry = {i * 10, 0};
        PVOID place;
        TABLE_SEARCH_RESULT result;
        EXPECT(RtlLookupElementGenericTableFullAvl(&table, &entry, &place, &result) == NULL);
        RtlInsertElementGenericTableFullAvl(&table, &entry, sizeof entry, NULL, place, result);
    }
    return &table;
}

TEST(an_enumeration_goes_on_behind_what_was_deleted)
{
    RTL_AVL_TABLE *table = avl_of_tens();
    int wanted = 0;
    for (struct entry *entry = RtlEnumerateGenericTableAvl(table, TRUE); entry != NULL;
         entry = RtlEnumerateGenericTableAvl(table, FALSE)) {
        EXPECT_EQUAL(entry->key, wanted);
        wanted += 10;
        EXPECT(RtlDeleteElementGenericTableAvl(table, entry));
    }
    EXPECT(wanted == 100 && live == 0 && table->DepthOfTree == 0);
}

TEST(an_avl_table_is_counted_in_order)
{
    RTL_AVL_TABLE *table = avl_of_tens();
    static const ULONG places[] = {3, 0, 9, 4};
    for (size_t i = 0; i < ARRAYSIZE(places); i++) {
        const struct entry *entry = RtlGetElementGenericTableAvl(table, places[i]);
        EXPECT_EQUAL(entry->key, places[i] * 10);
    }
    EXPECT(RtlGetElementGenericTableAvl(table, 10) == NULL);
    PVOID key = NULL;
    struct entry twenty = {20, 0};
    const struct entry *entry = RtlLookupFirstMatchingElementGenericTableAvl(table, &twenty, &key);
    EXPECT_EQUAL(entry->key, 20);
    entry = RtlEnumerateGenericTableWithoutSplayingAvl(table, &key);
    EXPECT_EQUAL(entry->key, 30);
}

static NTSTATUS below_data(PRTL_AVL_TABLE table, PVOID data, PVOID limit)
{
    UNREFERENCED_PARAMETER(table);
    const struct entry *entry = data;
    if (entry->key >= *(const int *)limit)
        return STATUS_NO_MORE_MATCHES;
    return entry->key % 20 == 0 ? STATUS_SUCCESS : STATUS_NO_MATCH;
}

TEST(a_directory_like_enumeration_finds_its_place_again)
{
    RTL_AVL_TABLE *table = avl_of_tens();
    PVOID key = NULL;
    ULONG deletes = 0;
    int limit = 70;
    struct entry from = {15, 0};
    struct entry *entry = RtlEnumerateGenericTableLikeADirectory(table, below_data, &limit, FALSE,
                                                                 &key, &deletes, &from);
    EXPECT_EQUAL(entry->key, 20);
    from = *entry;
    EXPECT(RtlDeleteElementGenericTableAvl(table, entry));
    entry = RtlEnumerateGenericTableLikeADirectory(table, below_data, &limit, TRUE, &key, &deletes,
                                                   &from);
    EXPECT_EQUAL(entry->key, 40);
    entry = RtlEnumerateGenericTableLikeADirectory(table, below_data, &limit, TRUE, &key, &deletes,
                                                   &from);
    EXPECT_EQUAL(entry->key, 60);
    EXPECT(RtlEnumerateGenericTableLikeADirectory(table, below_data, &limit, TRUE, &key, &deletes,
                                                  &from) == NULL);
    entry = RtlEnumerateGenericTableLikeADirectory(table, NULL, NULL, FALSE, &key, &deletes, &from);
    EXPECT_EQUAL(entry->key, 60);
}

TESTS_MAIN("rtl_tables")
