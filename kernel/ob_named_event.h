/* ob_named_event.h - events that other parts of the system signal by their name. */
#ifndef KERNEL_OB_NAMED_EVENT_H
#define KERNEL_OB_NAMED_EVENT_H

#include "expool/named_event.h"

/* The event of that name, "\\KernelObjects\\LowMemoryCondition", one reference more that the caller
 * gives back with ObDereferenceObject; NULL: nobody has opened one. */
KEVENT *named_event_find(const char *name);

/* The same, made as a notification event, not signalled, when there is none; it then lives for
 * ever. NULL: no memory. */
KEVENT *named_event_make(const char *name);

#endif
