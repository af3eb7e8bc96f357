#define TESTS_ALONE /* looks at what is mapped */
#include "verifier/modules.h"

#include "tests/expect.h"

#include "pool/drivers.h"

#include <dlfcn.h>
#include <errno.h>

static void of_this_program(void)
{
}

static const struct module *own_module(void)
{
    return modules_of((uintptr_t)&of_this_program);
}

TEST(the_c_library_counts_as_kernel_and_this_program_as_driver)
{
    modules_note();
    EXPECT(!modules_is_kernel((uintptr_t)&of_this_program));
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT(modules_is_kernel((uintptr_t)&qsort));
#endif
    EXPECT(!modules_is_kernel(0));
}

TEST(the_program_has_the_name_it_was_started_by)
{
    modules_note();
    EXPECT(own_module() != NULL);
    EXPECT_TEXT(program_invocation_name, own_module()->name);
    EXPECT(!modules_is_unloaded(own_module()));
}

TEST(every_image_is_verified_until_some_are_chosen)
{
    EXPECT(modules_choose(""));
    EXPECT(modules_verifies((uintptr_t)&of_this_program));
    EXPECT(modules_choose("drva.sys, drvb"));
    EXPECT(!modules_verifies((uintptr_t)&of_this_program));
    EXPECT(modules_add(own_module()->name));
    EXPECT(modules_verifies((uintptr_t)&of_this_program));
    EXPECT(modules_remove(own_module()->name));
    EXPECT(!modules_verifies((uintptr_t)&of_this_program));
    EXPECT(!modules_remove("nobody"));
    EXPECT(modules_remove("drva.sys") && modules_remove("DRVB"));
    EXPECT(!modules_verifies((uintptr_t)&of_this_program)); /* none is left, so none */
    EXPECT(!modules_choose("a_name_of_more_letters_than_there_is_room_for_in_a_row_of_the_table"));
}

TEST(an_image_is_chosen_by_the_name_of_a_driver_in_it_as_well)
{
    EXPECT(modules_choose("mailbox"));
    EXPECT(!modules_verifies((uintptr_t)&of_this_program));
    (void)drivers_load("mailbox", (uintptr_t)&of_this_program);
    modules_note();
    EXPECT(modules_verifies((uintptr_t)&of_this_program));
    EXPECT_EQUAL(strcmp(modules_name((uintptr_t)&of_this_program), "mailbox"), 0);
}

TEST(an_image_that_was_closed_is_remembered)
{
    void *library = dlopen("libz.so.1", RTLD_NOW);
    if (library == NULL)
        return; /* it is not on this machine */
    modules_follow();
    uintptr_t code = (uintptr_t)dlsym(library, "crc32");
    EXPECT(code != 0);
    EXPECT_TEXT(modules_of(code)->name, "libz.so");
    EXPECT(!modules_is_unloaded(modules_of(code)));
    dlclose(library);
    EXPECT(modules_is_unloaded(modules_of(code)));
    modules_follow();
    EXPECT(modules_of(code) == NULL || modules_is_unloaded(modules_of(code)));
}

TEST(a_driver_keeps_its_row_and_its_counts)
{
    struct driver_row row;
    uint16_t first = drivers_load("first", 100);
    uint16_t second = drivers_load("second", 200);
    EXPECT(first != 0 && second != 0 && first != second);
    drivers_set_state(first, DRIVER_UNLOADING);
    drivers_set_state(first, DRIVER_UNLOADED);
    EXPECT_EQUAL(drivers_load("first", 300), first);
    EXPECT(drivers_get(first, &row));
    EXPECT_EQUAL(row.loads, 2);
    EXPECT_EQUAL(row.unloads, 1);
    EXPECT_EQUAL(row.entry, 300);
    EXPECT_EQUAL(row.state, DRIVER_LOADED);
    EXPECT(!drivers_get(0, &row));
}

TESTS_MAIN("modules")
