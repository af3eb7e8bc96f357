/* object_table.h - what applications and the driver agree on. */
#ifndef OBJECT_TABLE_H
#define OBJECT_TABLE_H

#define OBJECT_CODE(number)                                                                        \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (number), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_OBJECT_CREATE OBJECT_CODE(0) /* struct OBJECT_REQUEST, then the name; gives the id */
#define IOCTL_OBJECT_DELETE OBJECT_CODE(1) /* id */
#define IOCTL_OBJECT_RENAME OBJECT_CODE(2) /* struct OBJECT_REQUEST, then the name */
#define IOCTL_OBJECT_QUERY  OBJECT_CODE(3) /* id; gives the name */
#define IOCTL_OBJECT_LINK                                                                          \
    OBJECT_CODE(4) /* struct OBJECT_REQUEST: id and other: other is the parent */
#define IOCTL_OBJECT_COUNT OBJECT_CODE(5) /* gives the number of objects */

enum { OBJECT_NAME_MAX = 32, OBJECTS_MAX = 64 };

typedef struct _OBJECT_REQUEST {
    ULONG Id;
    ULONG Other;      /* parent's id; 0: none */
    ULONG NameLength; /* bytes behind this structure */
} OBJECT_REQUEST, *POBJECT_REQUEST;

#endif
