/* modules.h - whose code is at an address: an image's, and whether that image is a driver (the
 * program and what it brought along) or stands for the kernel (the C library, the loader, sanitizer
 * runtimes, libexpool.so).
 *   table: | start | end | name | class | loaded |   a row for each image ever seen, never moved
 *   index: rows by address, made anew when something was loaded or unloaded, then published
 * An image that was unloaded keeps its row until another is loaded over it: a call into it can
 * still be named. Everything that asks may be called from a signal handler. */
#ifndef VERIFIER_MODULES_H
#define VERIFIER_MODULES_H

#include <stdbool.h>
#include <stdint.h>

enum module_class { MODULE_DRIVER, MODULE_LIBRARY };

enum { MODULE_NAME_BYTES = 64 };

struct module {
    uintptr_t start; /* of the whole image, code and data */
    uintptr_t end;
    char name[MODULE_NAME_BYTES]; /* "drva.so"; the program by its own name */
    enum module_class class;
    bool is_verified; /* by the option drivers= and who was added since */
    bool is_loaded;
    bool is_program; /* the main one */
};

/* Looks again at what is loaded. Not from a signal handler. */
void modules_note(void);

/* The same where something was loaded or unloaded since; cheap where not. */
void modules_follow(void);

/* The image at the address, unloaded ones too; NULL: none that is known. */
const struct module *modules_of(uintptr_t address);

/* True for an image that stands for the kernel; what is not known counts as a driver. */
bool modules_is_kernel(uintptr_t pc);

/* True for an image that is not there any more: its row says so, or its memory is gone. */
bool modules_is_unloaded(const struct module *module);

/* Is the code at `pc` verified? True where every image is. */
bool modules_verifies(uintptr_t pc);

/* The extent of the image at `pc`, when it is neither the program nor a library. */
bool modules_image(uintptr_t pc, uintptr_t *start, uintptr_t *end);

/* Is it a driver's code, not ours nor a library's, and verified? */
bool modules_is_driver(uintptr_t pc);

/* The image of the driver's code at `pc`, or the name by which a driver in it was loaded; NULL: not
 * known, or no driver's. */
const char *modules_name(uintptr_t pc);

/* The images to be verified, by name, blanks between: "drva.so drvb". Empty: all. Takes the place
 * of what was said before. False: no room for one of them. */
bool modules_choose(const char *names);
/* One more, one less; false: no room, or it was not there. When the last one is taken away, no
 * image is verified. */
bool modules_add(const char *name);
bool modules_remove(const char *name);
/* Calls `take` for each name; 0: every image is verified. How many. */
unsigned modules_each_chosen(void (*take)(const char *name, void *context), void *context);

/* Does an image called `name` answer to `chosen`? "drva.sys" and "drva" mean drva.so, too. */
bool modules_is_called(const char *name, const char *chosen);

/* Is an image of that name loaded now? */
bool modules_is_there(const char *name);

#endif
