/* driver_image.h - for planted bugs about drivers in images of their own: drivers/NAME.so beside
 * the program. */
#ifndef TESTS_BUGS_DRIVER_IMAGE_H
#define TESTS_BUGS_DRIVER_IMAGE_H

#include "expool/driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct driver_image {
    void *handle;
    PDRIVER_INITIALIZE entry;
    PDRIVER_OBJECT driver;
};

static inline struct driver_image driver_image_load(const char *name)
{
    struct driver_image image = {0};
    char program[2048] = {0};
    char path[4096];
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        exit(2);
    int length = (int)(strrchr(program, '/') - program);
    (void)snprintf(path, sizeof path, "%.*s/drivers/%s.so", length, program, name);
    image.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (image.handle == NULL) {
        (void)fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    void *entry = dlsym(image.handle, "DriverEntry");
    memcpy(&image.entry, &entry, sizeof entry);
    if (!NT_SUCCESS(expool_driver_load(image.entry, name, &image.driver)))
        exit(3);
    return image;
}

static inline void driver_image_unload(struct driver_image *image)
{
    expool_driver_unload(image->driver);
    dlclose(image->handle);
}

#endif
