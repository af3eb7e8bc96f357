// new and delete, in programs that have never heard of malloc.
#include "tests/heap/bug.h"

#include <string>
#include <vector>

static void array_past(int is_wrong)
{
    long *made = new long[4];
    made[3 + is_wrong] = 1;
    delete[] made;
}

static void deleted_object(int is_wrong)
{
    std::string *made = new std::string("a text that is too long for the object itself");
    if (is_wrong)
        delete made;
    sink = (unsigned char)made->size();
    if (!is_wrong)
        delete made;
}

static void deleted_twice(int is_wrong)
{
    int *made = new int(3);
    delete made;
    if (is_wrong)
        delete made;
}

struct small {
    int words[2];
};

struct large {
    int words[20];
};

static void deleted_as_another(int is_wrong)
{
    large *made = new large;
    if (is_wrong)
        delete reinterpret_cast<small *>(made);
    else
        delete made;
}

static void new_freed(int is_wrong)
{
    int *made = new int(1);
    if (is_wrong)
        free(made);
    else
        delete made;
}

static void malloc_deleted(int is_wrong)
{
    int *made = static_cast<int *>(malloc(sizeof *made));
    if (is_wrong)
        delete made;
    else
        free(made);
}

static void array_deleted_as_one(int is_wrong)
{
    int *made = new int[3];
    if (is_wrong)
        delete made;
    else
        delete[] made;
}

static void one_deleted_as_array(int is_wrong)
{
    int *made = new int(3);
    if (is_wrong)
        delete[] made;
    else
        delete made;
}

static void new_reallocated(int is_wrong)
{
    void *made = is_wrong ? static_cast<void *>(new int(3)) : malloc(4);
    free(realloc(made, 100));
}

static void iterator_of_old_vector(int is_wrong)
{
    std::vector<int> values(4, 1);
    auto first = values.begin();
    values.reserve(1000);
    sink = (unsigned char)(is_wrong ? *first : *values.begin());
}

static void vector_past(int is_wrong)
{
    std::vector<int> values(4, 1);
    values[3 + is_wrong] = 2;
}

namespace shop
{
class cart
{
  public:
    cart() : prices(new int[4])
    {
    }
    ~cart()
    {
        delete[] prices;
    }
    template <class number> __attribute__((noinline)) void put(unsigned at, const number &price)
    {
        prices[at] = static_cast<int>(price);
    }

  private:
    int *prices;
};
} // namespace shop

static void member_past(int is_wrong)
{
    shop::cart cart;
    cart.put(3u + (unsigned)is_wrong, 7L);
}

BUG_MAIN(BUG(array_past), BUG(deleted_object), BUG(deleted_twice), BUG(deleted_as_another),
         BUG(new_freed), BUG(malloc_deleted), BUG(array_deleted_as_one), BUG(one_deleted_as_array),
         BUG(new_reallocated), BUG(iterator_of_old_vector), BUG(vector_past), BUG(member_past))
