/* rtl_registry_path.h - the key that RelativeTo and Path mean. */
#ifndef KERNEL_RTL_REGISTRY_PATH_H
#define KERNEL_RTL_REGISTRY_PATH_H

#include "expool/rtl_registry.h"

#include <stdbool.h>

/* Counts the letters of a text that ends with 0; NULL is empty. */
void registry_text(UNICODE_STRING *text, const WCHAR *letters);

/* Opens, or makes, the key; registry_done gives it back: RTL_REGISTRY_HANDLE's is the caller's. */
NTSTATUS registry_open(ULONG relative_to, PCWSTR path, bool create, HANDLE *key);
void registry_done(ULONG relative_to, HANDLE key);
NTSTATUS registry_open_below(HANDLE root, PCWSTR path, HANDLE *key);

#endif
